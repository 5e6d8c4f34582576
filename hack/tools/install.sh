#!/usr/bin/env bash
# install.sh NAME... builds the named tools from the Go modules pinned in this folder and prints the folder
# that holds them. What is there already in its pinned version is left alone; "all" stands for all of them.
# ETCD=/path/to/etcd takes an etcd of your own instead of a built one.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${KEELSON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/keelson}
bin=$cache/bin

# name                   folder              package
tools='
etcd                     etcd                go.etcd.io/etcd/server/v3
etcdctl                  etcd                go.etcd.io/etcd/etcdctl/v3
check-history            check-history       .
grpcurl                  grpcurl             github.com/fullstorydev/grpcurl/cmd/grpcurl
kubectl                  kubernetes          k8s.io/kubernetes/cmd/kubectl
kube-apiserver           kubernetes          k8s.io/kubernetes/cmd/kube-apiserver
kubelet                  kubernetes          k8s.io/kubernetes/cmd/kubelet
kube-controller-manager  kubernetes          k8s.io/kubernetes/cmd/kube-controller-manager
kube-scheduler           kubernetes          k8s.io/kubernetes/cmd/kube-scheduler
kube-proxy               kubernetes          k8s.io/kubernetes/cmd/kube-proxy
helm                     helm                helm.sh/helm/v3/cmd/helm
coredns                  coredns             .
volume-provisioner       volume-provisioner  .
pause                    pause               .
'

say() { echo "install: $*" >&2; }
fail() { say "$*"; exit 1; }

names() { awk 'NF {printf "%s ", $1}' <<<"$tools"; }
row() { awk -v name="$1" '$1 == name' <<<"$tools"; }

# The version of the module that holds the package; where the main function is ours, a checksum of its source.
version() { # FOLDER PACKAGE
  if [ "$2" = . ]; then
    (cd "$here/$1" && find . -type f | sort | xargs cat | cksum | cut -d' ' -f1)
  else
    awk -v package="$2/" '$2 ~ /^v/ && index(package, $1 "/") == 1 {print substr($2, 2)}' "$here/$1/go.mod"
  fi
}

# Kubernetes learns its version from the linker; without these it calls itself 0.0.0 and clients complain.
linker_flags() { # FOLDER VERSION
  echo "-s -w"
  [ "$1" = kubernetes ] || return 0
  printf -- '-X k8s.io/component-base/version.%s ' "gitVersion=v$2" "gitMajor=${2%%.*}" \
    "gitMinor=$(cut -d. -f2 <<<"$2")"
}

require_go() {
  command -v go >/dev/null || fail "no Go compiler found: install Go 1.26 or newer (https://go.dev/dl)"
}

# Two runs at once must neither build the same twice nor see half of a binary. The lock is held for one tool
# only, so that whoever wants a small one never waits for all of Kubernetes.
build() { # NAME FOLDER PACKAGE VERSION
  local name=$1 folder=$2 package=$3 version=$4 file=$bin/$1-$4 started=$SECONDS
  (
    if command -v flock >/dev/null; then
      flock -w 3600 9 || fail "another run holds $cache/install.lock"
    fi
    [ ! -x "$file" ] || exit 0
    say "building $name $version"
    CGO_ENABLED=0 GOCACHE=$scratch go build -C "$here/$folder" -trimpath -buildvcs=false \
      -ldflags "$(linker_flags "$folder" "$version")" -o "$file.partial.$$" "$package" >&2 \
      || fail "cannot build $name from $here/$folder"
    mv "$file.partial.$$" "$file"
    say "built $name $version in $((SECONDS - started)) s"
  ) 9>"$cache/install.lock"
}

install() { # NAME
  local name folder package version
  if [ "$1" = etcd ] && [ -n "${ETCD:-}" ]; then
    [ -x "$ETCD" ] || fail "ETCD=$ETCD is not an executable file"
    # It may be the very link that an earlier call made.
    [ "$ETCD" -ef "$bin/etcd" ] || ln -sfn "$ETCD" "$bin/etcd"
    return
  fi
  read -r name folder package <<<"$(row "$1")"
  [ -n "$name" ] || fail "unknown tool $1; known: $(names)"
  version=$(version "$folder" "$package")
  if [ ! -x "$bin/$name-$version" ]; then
    require_go
    build "$name" "$folder" "$package" "$version"
  fi
  ln -sfn "$name-$version" "$bin/$name"
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
