#!/usr/bin/env bash
# load-image.sh IMAGE.tar...: makes images (docker-archives) known to all nodes of the cluster.
set -eu

# shellcheck source=hack/k8s/cluster.sh
. "$(dirname "$0")/cluster.sh"

[ $# -gt 0 ] || fail "usage: load-image.sh IMAGE.tar..."
for image in "$@"; do
  [ -r "$image" ] || fail "cannot read $image"
  for node in $nodes; do
    inside ctr --address "$state/nodes/$node/containerd.sock" --namespace k8s.io images import - <"$image" \
      >"$state/log/import-$node.log" 2>&1 || fail "cannot load $image: see $state/log/import-$node.log"
  done
  say "loaded $image on $nodes"
done
