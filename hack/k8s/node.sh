#!/usr/bin/env bash
# node.sh start NODE: the runtime, the images that every node needs, and the kubelet
# node.sh start-runtime NODE: only the first two (they need no API server)
# node.sh kill NODE: the whole node at once, as when its power fails; "start" brings it back with its volumes
set -eu

# shellcheck source=hack/k8s/cluster.sh
. "$(dirname "$0")/cluster.sh"

action=${1:-} node=${2:-}
[[ -n $node && " $nodes " == *" $node "* ]] || fail "usage: node.sh start|start-runtime|kill n1|n2|n3"
require_cluster
number=$(node_number "$node")
home=$state/nodes/$node
socket=$home/containerd.sock

configure_runtime() {
  mkdir -p "$home/cni"
  cat >"$home/containerd.toml" <<TOML
version = 2
root = "$home/containerd"
state = "$home/containerd-state"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
  address = "$socket"
[ttrpc]
  address = "$socket.ttrpc"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "keelson.dev/pause:local"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$home/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
TOML
  # No masquerading: a pod sees the address of the pod that calls it, as in any real cluster.
  cat >"$home/cni/10-pods.conflist" <<JSON
{"cniVersion": "0.4.0", "name": "pods-$node", "plugins": [
  {"type": "bridge", "bridge": "cni$number", "isGateway": true, "hairpinMode": true, "ipam": {
    "type": "host-local", "ranges": [[{"subnet": "10.244.$number.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}],
    "dataDir": "$home/ipam"}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON
}

start_runtime() {
  configure_runtime
  make_cgroup "$node/system"
  start "containerd-$node" "$node/system" containerd --config "$home/containerd.toml"
  until_ok 30 inside ctr --address "$socket" version || fail "containerd: see $state/log/containerd-$node.log"
  [ -f "$home/images-done" ] || {
    "$here/scratch-image.sh" keelson.dev/pause:local "$bin/pause" | import_image
    "$here/scratch-image.sh" keelson.dev/coredns:local "$bin/coredns" | import_image
    touch "$home/images-done"
  }
}

import_image() {
  inside ctr --address "$socket" --namespace k8s.io images import - >>"$state/log/import-$node.log" 2>&1 \
    || fail "cannot import an image: see $state/log/import-$node.log"
}

start_kubelet() {
  cat >"$home/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $(node_address "$node")
healthzBindAddress: 127.0.0.1
healthzPort: $((10260 + number))
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $state/pki/ca.crt}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
cgroupRoot: /keelson-k8s/$cluster/$node
failCgroupV1: false
failSwapOn: false
clusterDNS: [$dns]
clusterDomain: cluster.local
resolvConf: /dev/null
containerRuntimeEndpoint: unix://$socket
podLogsDir: $home/pod-logs
volumePluginDir: $home/volume-plugins
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 200Mi, nodefs.available: "1%", imagefs.available: "1%"}
serializeImagePulls: false
nodeStatusUpdateFrequency: 4s
# A crash loop of minutes would only make tests wait.
featureGates: {KubeletCrashLoopBackOffMax: true}
crashLoopBackOff: {maxContainerRestartPeriod: 2s}
YAML
  start "kubelet-$node" "$node/system" kubelet --config="$home/kubelet.yaml" --hostname-override="$node" \
    --kubeconfig="$state/kubeconfigs/kubelet-$node" --node-ip="$(node_address "$node")" \
    --root-dir="$home/kubelet" --cert-dir="$home/kubelet-pki" \
    --node-labels="topology.kubernetes.io/zone=zone-$number,topology.kubernetes.io/region=local"
}

node_is_dead() {
  # shellcheck disable=SC2016
  inside sh -c '
    ids=$(find "$1" -name cgroup.procs -exec cat {} +)
    [ -z "$ids" ] || { kill -9 $ids; false; }' sh "$(process_cgroup "$node")"
}

case $action in
  start-runtime) start_runtime ;;
  start) start_runtime; start_kubelet ;;
  kill) until_ok 30 node_is_dead || fail "node $node has processes that do not die" ;;
  *) fail "unknown action $action" ;;
esac
