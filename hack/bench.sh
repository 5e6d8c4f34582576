#!/usr/bin/env bash
# bench.sh: the board of durable writes and linearizable reads: Keelson (three data nodes, two routers) and etcd (three
# members), all on loopback, in one run. BENCH_SECONDS is the length of each cell. The cluster of `make cluster-up` must be
# down, since the ports are the same.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
export CLUSTER_DIRECTORY=$top/data/bench
# shellcheck source=hack/cluster/lib.sh
. "$top/hack/cluster/lib.sh"

peers="p1 p2 p3"
peer_members="" peer_cluster=""
for p in $peers; do
  peer_members="$peer_members,127.0.0.1:$((18370 + $(number "$p")))"
  peer_cluster="$peer_cluster,$p=http://127.0.0.1:$((18380 + $(number "$p")))"
done

start_peer() { # NAME
  local clients=http://127.0.0.1:$((18370 + $(number "$1"))) members=http://127.0.0.1:$((18380 + $(number "$1")))
  spawn "$1" "$("$top/hack/tools/install.sh" etcd)/etcd" --name "$1" --data-dir "$state/$1" --log-level error \
    --listen-client-urls "$clients" --advertise-client-urls "$clients" \
    --listen-peer-urls "$members" --initial-advertise-peer-urls "$members" --initial-cluster "${peer_cluster#,}"
}

cleanup() {
  for p in $peers; do stop "$p"; done
  "$top/hack/cluster/down.sh" >/dev/null || true
  rm -rf "$state"
}

curl -s -m 1 -o /dev/null http://127.0.0.1:7491/live && fail "a cluster is up already: make cluster-down first"
rm -rf "$state"
trap cleanup EXIT
"$top/hack/cluster/up.sh" >/dev/null
for p in $peers; do start_peer "$p"; done
for p in $peers; do await_http "$p" "http://127.0.0.1:$((18370 + $(number "$p")))/health" 30; done
"$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC -cp "$top/bench/target/classes:$top/bench/target/dependency/*" \
  dev.keelson.bench.Board 127.0.0.1:7400,127.0.0.1:7401 "${peer_members#,}" "${BENCH_SECONDS:-5}"
