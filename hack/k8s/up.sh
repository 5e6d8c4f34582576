#!/usr/bin/env bash
# up.sh [IMAGE.tar...]: a real Kubernetes on this machine, without Docker: three nodes in three zones, DNS and
# dynamic volumes, in namespaces of its own. Loads the images (docker-archives) on all nodes. Run again, it
# mends what is missing. KEELSON_K8S=NAME makes another cluster beside the first.
set -eu

# shellcheck source=hack/k8s/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=hack/k8s/certificates.sh
. "$here/certificates.sh"

install_tools() {
  "$tools/packages.sh" containerd=containerd runc=runc /usr/lib/cni/bridge=containernetworking-plugins \
    iptables=iptables ipset=ipset conntrack=conntrack socat=socat ip=iproute2 openssl=openssl \
    nsenter=util-linux sysctl=procps
  "$tools/install.sh" etcd kubectl kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet \
    coredns volume-provisioner pause helm >/dev/null
}

# The kubelet sets these for the whole machine; the last cluster to go puts them back.
remember_sysctls() {
  [ -f "$root/sysctls" ] || sysctl vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops \
    kernel.keys.root_maxkeys kernel.keys.root_maxbytes >"$root/sysctls"
  sysctl -qw vm.overcommit_memory=1 kernel.panic=10 kernel.panic_on_oops=1
}

# The first free 198.18.N.0/24.
choose_network() {
  [ ! -f "$state/number" ] || return 0
  local number=0
  while ip route show | grep -q "198\.18\.$number\."; do number=$((number + 1)); done
  echo "$number" >"$state/number"
}

# The first process of the cluster holds its namespaces. Folders of this machine that containerd and the
# kubelets would fill, whatever they are told, are hidden behind empty ones.
make_namespaces() {
  ! init_id >/dev/null || return 0
  rm -rf "$state/init" "$state/pid"
  # shellcheck disable=SC2086
  mkdir -p "$state/pid" $hidden_folders
  # shellcheck disable=SC2016
  setsid unshare --net --mount --pid --fork --propagation private sh -eu -c '
    read -r init rest </proc/self/stat
    started=$(cut -d" " -f22 "/proc/$init/stat")
    mount -t proc proc /proc
    for folder in /run $3; do mount -t tmpfs -o mode=755 hidden "$folder"; done
    mount --make-rshared /
    echo "$init $started" >"$1/init"
    exec "$2"' sh "$state" "$bin/pause" "$hidden_folders" >>"$state/log/init.log" 2>&1 </dev/null &
  until_ok 10 init_id || fail "cannot make namespaces: see $state/log/init.log"
}

make_network() {
  local node link
  link=k8s-$(cat "$state/number")
  ip link show "$link" >/dev/null 2>&1 && return 0
  inside ip link set lo up
  inside ip link add k8s0 type bridge
  inside ip link set k8s0 up
  for node in $nodes; do inside ip addr add "$(node_address "$node")/24" dev k8s0; done
  inside sysctl -qw net.ipv4.ip_forward=1
  # Never taken, but without a route the kernel gives up before the rules of kube-proxy act.
  inside ip route add "$services" dev k8s0
  ip link add "$link" type veth peer name this-machine netns "$(init_id)"
  inside ip link set this-machine master k8s0 up
  ip addr add "$(network).254/24" dev "$link"
  ip link set "$link" up
}

start_api_server() {
  local pki=$state/pki
  make_cgroup control-plane
  start etcd control-plane etcd --data-dir="$state/etcd" --unsafe-no-fsync \
    --listen-client-urls=http://127.0.0.1:2379 --advertise-client-urls=http://127.0.0.1:2379 \
    --listen-peer-urls=http://127.0.0.1:2380 --initial-advertise-peer-urls=http://127.0.0.1:2380 \
    --initial-cluster=default=http://127.0.0.1:2380
  start kube-apiserver control-plane kube-apiserver --etcd-servers=http://127.0.0.1:2379 \
    --bind-address="$(network).1" --advertise-address="$(network).1" --secure-port=6443 \
    --service-cluster-ip-range="$services" --allow-privileged=true --profiling=false \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
    --client-ca-file="$pki/ca.crt" \
    --tls-cert-file="$pki/kube-apiserver.crt" --tls-private-key-file="$pki/kube-apiserver.key" \
    --kubelet-client-certificate="$pki/kubelet-client.crt" --kubelet-client-key="$pki/kubelet-client.key" \
    --kubelet-preferred-address-types=InternalIP \
    --service-account-issuer=https://kubernetes.default.svc.cluster.local \
    --service-account-signing-key-file="$pki/service-accounts.key" \
    --service-account-key-file="$pki/service-accounts.pub"
}

start_control_loops() {
  local pki=$state/pki name
  until_ok 60 kubectl get --raw /readyz \
    || fail "the API server is not ready: see $state/log/kube-apiserver.log"
  start kube-controller-manager control-plane kube-controller-manager --bind-address=127.0.0.1 \
    --kubeconfig="$state/kubeconfigs/kube-controller-manager" --leader-elect=false \
    --use-service-account-credentials=true --service-account-private-key-file="$pki/service-accounts.key" \
    --root-ca-file="$pki/ca.crt" --cluster-signing-cert-file="$pki/ca.crt" \
    --cluster-signing-key-file="$pki/ca.key" --allocate-node-cidrs=false \
    --flex-volume-plugin-dir="$state/volume-plugins" \
    --node-monitor-grace-period="${KEELSON_K8S_NODE_GRACE:-40s}"
  name=kube-scheduler
  start $name control-plane $name --bind-address=127.0.0.1 --leader-elect=false \
    --kubeconfig="$state/kubeconfigs/$name" --authentication-kubeconfig="$state/kubeconfigs/$name" \
    --authorization-kubeconfig="$state/kubeconfigs/$name"
  start volume-provisioner control-plane volume-provisioner -kubeconfig="$KUBECONFIG" -nodes="$state/nodes"
}

# One for all nodes: they share one network namespace, and so its rules.
start_proxy() {
  cat >"$state/kube-proxy.yaml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: $state/kubeconfigs/kube-proxy}
mode: iptables
clusterCIDR: 10.244.0.0/16
hostnameOverride: n1
bindAddress: $(network).1
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
conntrack: {maxPerCore: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s} # this machine's, not ours
iptables: {minSyncPeriod: 100ms}
YAML
  start kube-proxy control-plane kube-proxy --config="$state/kube-proxy.yaml"
}

install_addons() {
  kubectl apply --server-side -f "$here/manifests" >/dev/null
  # shellcheck disable=SC2086
  { until_ok 120 kubectl get nodes $nodes && kubectl wait --for=condition=Ready nodes $nodes --timeout=120s; } \
    >/dev/null || fail "the nodes are not ready: see $state/log and kubectl describe nodes"
  kubectl -n kube-system rollout status deployment/coredns --timeout=120s >/dev/null \
    || fail "CoreDNS is not ready: see kubectl -n kube-system describe pods"
}

explain() {
  cat <<TEXT
The cluster "$cluster" is up: nodes n1, n2, n3 in zone-1, zone-2, zone-3. From this machine, kubectl, helm and
any other client reach it with
  export PATH=$bin:\$PATH KUBECONFIG=$KUBECONFIG
Pods and services have addresses only inside: $here/enter COMMAND...
TEXT
}

require_root
install_tools
mkdir -p "$state"/{log,nodes}
exec 9>"$root/lock"
flock -w 600 9 || fail "another run holds $root/lock"

remember_sysctls
choose_network
make_namespaces 9>&-
make_network
make_certificates
start_api_server 9>&-
runtimes=()
for node in $nodes; do
  "$here/node.sh" start-runtime "$node" 9>&- &
  runtimes+=($!)
done
start_control_loops 9>&-
start_proxy 9>&-
for runtime in "${runtimes[@]}"; do wait "$runtime"; done
for node in $nodes; do "$here/node.sh" start "$node" 9>&-; done
install_addons
[ $# = 0 ] || "$here/load-image.sh" "$@"
explain
