#!/usr/bin/env bash
# kind-up.sh [IMAGE.tar...]: the same shape of cluster by kind, where there is a Docker engine. Not tried yet: it
# was written on a machine without one. Teardown: kind delete cluster --name keelson
set -eu

here=$(cd "$(dirname "$0")" && pwd)

fail() { echo "kind-up: $*" >&2; exit 1; }
command -v kind >/dev/null || fail "no kind found: install it (https://kind.sigs.k8s.io)"
timeout 20 docker info >/dev/null 2>&1 || fail "no Docker engine answers; up.sh needs none"

kind get clusters | grep -qx keelson || kind create cluster --config "$here/kind.yaml" --wait 180s
# kind gives work to its control plane only when there are no workers; here it is a zone like the others.
kubectl --context kind-keelson taint nodes --all node-role.kubernetes.io/control-plane- 2>/dev/null || true
for image in "$@"; do kind load image-archive --name keelson "$image"; done
echo "The cluster is up: kubectl --context kind-keelson get nodes"
