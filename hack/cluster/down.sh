#!/usr/bin/env bash
# down.sh [--purge]: stops what up.sh started, and nothing else; with --purge the data goes too.
set -eu
. "$(dirname "$0")/lib.sh"
[ -d "$state" ] || { say "nothing was started"; exit 0; }
for name in $routers; do stop "$name"; done
for name in $nodes; do send TERM "$name"; done
for name in $nodes; do stop "$name"; done
stop etcd
if [ "${1:-}" = --purge ]; then
  rm -rf "${state:?}"
fi
say "stopped"
