#!/usr/bin/env bash
# packages.sh COMMAND=PACKAGE... installs the distribution's PACKAGE wherever COMMAND (a name in the PATH, or a
# file) is missing. Quick when nothing is.
set -eu

export PATH=$PATH:/usr/sbin:/sbin

missing=()
for pair in "$@"; do
  command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
done
[ ${#missing[@]} -gt 0 ] || exit 0

fail() { echo "packages: $*" >&2; exit 1; }
command -v apt-get >/dev/null || fail "please install these by hand, there is no apt-get here: ${missing[*]}"
[ "$(id -u)" = 0 ] || fail "run as root, or first: apt-get install ${missing[*]}"

echo "packages: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() { timeout 600 apt-get install -y --no-install-recommends "${missing[@]}"; }
install >"$log" 2>&1 || { timeout 300 apt-get update && install; } >"$log" 2>&1 || {
  tail -5 "$log" >&2
  fail "apt-get could not install ${missing[*]}"
}
