#!/usr/bin/env bash
# bench.sh: the board of durable writes and linearizable reads, Keelson (three data nodes, two routers) and etcd (three
# members), all on loopback, in one run. BENCH_SECONDS per cell.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
export KEELSON_CLUSTER_DIR=$top/dist/bench KEELSON_ROUTER_PORT=17400 KEELSON_NODE_PORT=17410 KEELSON_HEALTH_PORT=17480
export KEELSON_ETCD_PORT=17379 KEELSON_ETCD_PEER_PORT=17380
. hack/cluster/processes.sh

etcd=${ETCD:-$(hack/tools/install.sh etcd)/etcd}
members=""
cluster=""
for n in 1 2 3; do cluster="$cluster,m$n=http://127.0.0.1:$((18380 + n))"; done
cleanup() {
  for n in 1 2 3; do stop "peer-etcd-$n" TERM; done
  WIPE=1 hack/cluster/down.sh >/dev/null
}
trap cleanup EXIT
rm -rf "$KEELSON_CLUSTER_DIR"
hack/cluster/up.sh >/dev/null
for n in 1 2 3; do
  members="$members,127.0.0.1:$((18370 + n))"
  start "peer-etcd-$n" "$etcd" --name "m$n" --data-dir "$folder/peer-etcd-$n" --log-level error \
    --listen-client-urls "http://127.0.0.1:$((18370 + n))" --advertise-client-urls "http://127.0.0.1:$((18370 + n))" \
    --listen-peer-urls "http://127.0.0.1:$((18380 + n))" \
    --initial-advertise-peer-urls "http://127.0.0.1:$((18380 + n))" --initial-cluster "${cluster#,}"
done
sleep 3
"$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC -cp "bench/target/classes:bench/target/dependency/*" \
  dev.keelson.bench.Board "127.0.0.1:$router_port,127.0.0.1:$((router_port + 1))" "${members#,}" "${BENCH_SECONDS:-5}"
