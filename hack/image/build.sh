#!/usr/bin/env bash
# build.sh: makes the image keelson:dev (KEELSON_IMAGE names another) from the Dockerfile and from dist, which
# `make build` fills, and writes it as a docker-archive to dist/keelson-image.tar. By Docker where an engine
# runs, else by buildah; without a registry on a Debian made from packages, with this machine's JDK and the
# etcd of hack/tools.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
tools=$top/hack/tools
cache=${KEELSON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/keelson}
image=${KEELSON_IMAGE:-keelson:dev}
archive=$top/dist/keelson-image.tar
debian=bookworm

say() { echo "image: $*" >&2; }
fail() { say "$*"; exit 1; }

# Runs a command that has much to say, which matters only when it fails.
quietly() {
  "$@" >"$cache/image.log" 2>&1 && return 0
  tail -20 "$cache/image.log" >&2
  fail "that failed; all it said is in $cache/image.log"
}

by_docker() {
  quietly docker build --tag "$image" "$top"
  docker save --output "$archive.partial" "$image"
}

# Images and layers are kept in the cache, apart from those of anybody else. Where the kernel has no overlays,
# every layer is a whole copy: slow, but it works.
storage() {
  local driver=overlay
  grep -qw overlay /proc/filesystems || modprobe -q overlay 2>/dev/null || driver=vfs
  echo "--root $cache/buildah --runroot /run/keelson-buildah --storage-driver $driver"
}

build_with() { # COMMAND ARGUMENTS...
  local command=$1
  shift
  # shellcheck disable=SC2046
  buildah $(storage) "$command" "$@"
}

have() { build_with inspect --type image "$1" >/dev/null 2>&1; }

registry_answers() {
  # shellcheck disable=SC2046
  timeout 60 buildah $(storage) pull --quiet "docker.io/library/debian:$debian-slim" >/dev/null 2>&1
}

# Makes an image under NAME from a container that FILL changes, unless it is there.
stand_in() { # NAME PARENT FILL
  local container mount
  ! have "$1" || return 0
  say "making $1"
  container=$(build_with from "$2")
  mount=$(build_with mount "$container")
  "$3" "$mount" "$container"
  build_with umount "$container" >/dev/null
  build_with commit --quiet --rm "$container" "$1" >/dev/null
}

fill_debian() {
  timeout 900 mmdebstrap --quiet --variant=essential --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$debian" - | tar --extract --numeric-owner -C "$1" || fail "mmdebstrap could not make a Debian $debian"
}

fill_jdk() {
  mkdir -p "$1/opt/java"
  cp -rL "$jdk" "$1/opt/java/openjdk"
  rm -f "$1/opt/java/openjdk/lib/src.zip"
  build_with config --env PATH=/opt/java/openjdk/bin:/usr/bin:/bin --env JAVA_HOME=/opt/java/openjdk "$2"
}

fill_etcd() {
  mkdir -p "$1/usr/local/bin"
  cp -L "$bin/etcd" "$bin/etcdctl" "$1/usr/local/bin"
}

by_buildah() {
  [ "$(id -u)" = 0 ] || fail "without a Docker engine this needs root"
  "$tools/packages.sh" buildah=buildah mmdebstrap=mmdebstrap
  export BUILDAH_ISOLATION=chroot

  local parents=() jdk bin base_name=localhost/keelson-debian:$debian
  if have "$base_name" || ! registry_answers; then
    jdk=$("$top/hack/java-home.sh")
    bin=$("$tools/install.sh" etcd etcdctl)
    local jdk_name etcd_name
    jdk_name=localhost/keelson-jdk:$(cksum <"$jdk/release" | cut -d' ' -f1)
    etcd_name=localhost/keelson-etcd:$(cat "$bin/etcd" "$bin/etcdctl" | cksum | cut -d' ' -f1)
    stand_in "$base_name" scratch fill_debian
    stand_in "$jdk_name" "$base_name" fill_jdk
    stand_in "$etcd_name" scratch fill_etcd
    parents=(--build-arg "BASE=$base_name" --build-arg "JDK=$jdk_name" --build-arg "ETCD=$etcd_name")
  fi
  quietly build_with build --layers --format docker "${parents[@]}" --tag "localhost/$image" "$top"
  quietly build_with push "localhost/$image" "docker-archive:$archive.partial:$image"
  build_with rm --all >/dev/null 2>&1 || true # it forgets the containers of stages without a step
  build_with rmi --prune >/dev/null 2>&1 || true
}

if [ ! -d "$top/dist/lib" ] || [ ! -d "$top/dist/bin" ]; then fail "dist is empty: run make build first"; fi
started=$SECONDS
mkdir -p "$cache"
exec 9>"$cache/image.lock"
if command -v flock >/dev/null; then
  flock -w 1800 9 || fail "another run holds $cache/image.lock"
fi

rm -f "$archive.partial"
if command -v docker >/dev/null && timeout 20 docker info >/dev/null 2>&1; then
  by_docker
else
  by_buildah
fi
mv "$archive.partial" "$archive"
say "$image is in $archive ($(du -m "$archive" | cut -f1) MB, $((SECONDS - started)) s)"
