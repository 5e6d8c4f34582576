#!/usr/bin/env bash
# load-image.sh IMAGE.tar...: makes images (docker-archives) known to all nodes of the cluster.
set -eu

# shellcheck source=hack/k8s/cluster.sh
. "$(dirname "$0")/cluster.sh"

[ $# -gt 0 ] || fail "usage: load-image.sh IMAGE.tar..."
require_cluster

load() { # IMAGE NODE
  inside ctr --address "$state/nodes/$2/containerd.sock" --namespace k8s.io images import - <"$1" \
    >"$state/log/import-$2.log" 2>&1 || fail "cannot load $1 on $2: see $state/log/import-$2.log"
}

for image in "$@"; do
  [ -r "$image" ] || fail "cannot read $image"
  loads=()
  for node in $nodes; do
    load "$image" "$node" &
    loads+=($!)
  done
  for one in "${loads[@]}"; do wait "$one"; done
  say "loaded $image on $nodes"
done
