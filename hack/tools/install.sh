#!/usr/bin/env bash
# install.sh NAME... builds the named tools from the Go modules pinned in this folder and prints the folder
# that holds them. What is there already in its pinned version is left alone; "all" stands for all of them.
# ETCD=/path/to/etcd takes an etcd of your own instead of a built one.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${KEELSON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/keelson}
bin=$cache/bin

# name                     folder      package                                  module that gives the version
tools='
etcd                       etcd        go.etcd.io/etcd/server/v3                go.etcd.io/etcd/server/v3
etcdctl                    etcd        go.etcd.io/etcd/etcdctl/v3               go.etcd.io/etcd/etcdctl/v3
grpcurl                    grpcurl     github.com/fullstorydev/grpcurl/cmd/grpcurl  github.com/fullstorydev/grpcurl
'

say() { echo "install: $*" >&2; }
fail() { say "$*"; exit 1; }

names() { awk 'NF {printf "%s ", $1}' <<<"$tools"; }
row() { awk -v name="$1" '$1 == name' <<<"$tools"; }

version() { # FOLDER MODULE
  awk -v module="$2" '$1 == module || $2 == module {print $NF == "indirect" ? $(NF - 2) : $NF}' \
    "$here/$1/go.mod" | grep '^v' | head -1
}

# Kubernetes learns its version from the linker; without these it calls itself 0.0.0 and clients complain.
linker_flags() { # FOLDER VERSION
  local version=$2 major_minor=${2#v}
  echo "-s -w"
  [ "$1" = kubernetes ] || return 0
  printf -- '-X k8s.io/component-base/version.%s ' "gitVersion=$version" "gitMajor=${major_minor%%.*}" \
    "gitMinor=$(cut -d. -f2 <<<"$version")"
}

require_go() {
  command -v go >/dev/null || fail "no Go compiler found: install Go 1.26 or newer (https://go.dev/dl)"
}

# Two runs at once must not build the same thing twice, nor see half of a binary. The lock is held for one tool
# only, so that whoever wants a small one never waits for all of Kubernetes.
build() { # NAME FOLDER PACKAGE VERSION
  local name=$1 folder=$2 package=$3 version=$4 file=$bin/$1-${4#v} started=$SECONDS
  (
    if command -v flock >/dev/null; then flock 9; fi
    [ ! -x "$file" ] || exit 0
    say "building $name ${version#v}"
    CGO_ENABLED=0 GOCACHE=$scratch go build -C "$here/$folder" -trimpath \
      -ldflags "$(linker_flags "$folder" "$version")" -o "$file.partial.$$" "$package" >&2 \
      || fail "cannot build $name from $here/$folder"
    mv "$file.partial.$$" "$file"
    say "built $name ${version#v} in $((SECONDS - started)) s"
  ) 9>"$cache/install.lock"
}

install() { # NAME
  local name folder package module version
  if [ "$1" = etcd ] && [ -n "${ETCD:-}" ]; then
    [ -x "$ETCD" ] || fail "ETCD=$ETCD is not an executable file"
    ln -sfn "$ETCD" "$bin/etcd"
    return
  fi
  read -r name folder package module <<<"$(row "$1")"
  [ -n "$name" ] || fail "unknown tool $1; known: $(names)"
  version=$(version "$folder" "$module")
  if [ ! -x "$bin/$name-${version#v}" ]; then
    require_go
    build "$name" "$folder" "$package" "$version"
  fi
  ln -sfn "$name-${version#v}" "$bin/$name"
}

[ $# -gt 0 ] || fail "which tools? known: $(names)"
if [ "$*" = all ]; then
  read -ra everything <<<"$(names)"
  set -- "${everything[@]}"
fi

mkdir -p "$bin"
# A build cache of its own, thrown away: Kubernetes leaves gigabytes there that nobody reads again.
scratch=$(mktemp -d "$cache/go-build.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

for tool in "$@"; do install "$tool"; done
echo "$bin"
