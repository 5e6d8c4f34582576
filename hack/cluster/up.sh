#!/usr/bin/env bash
# up.sh: three data nodes, two routers and an etcd as processes on loopback; what runs already is left alone.
# Data, logs and process ids lie in data/cluster, or where CLUSTER_DIRECTORY says.
set -eu
. "$(dirname "$0")/lib.sh"
mkdir -p "$state"
[ -x "$top/dist/bin/keelson-datanode" ] || fail "dist/bin is empty: run make build first"
forget_settings

start etcd
await_ready etcd
for name in $nodes $routers; do
  start "$name"
done
for name in $nodes $routers; do
  await_ready "$name"
done
say "ready; routers at 127.0.0.1:7400 and 127.0.0.1:7401, etcd at $client, logs in $state"
say "try: dist/bin/keelson status; stop it with: make cluster-down"
