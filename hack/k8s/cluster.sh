# shellcheck shell=bash disable=SC2034
# The local cluster: its names, folders and addresses, and how to run something in it; for the other scripts.
#
#   this machine                      the cluster: one set of namespaces (net, mount, pid), held by `init`
#   ┌───────────┐  veth               ┌──────────────────────────────────────────────────────────────────┐
#   │ kubectl   │ .254 ──── bridge k8s0: n1 = .1 (and the API server), n2 = .2, n3 = .3                  │
#   │ helm, e2e │                     │   each node: containerd, kubelet, bridge cniN with 10.244.N.0/24 │
#   └───────────┘                     └──────────────────────────────────────────────────────────────────┘
#
# Killing `init` makes the kernel end every process, mount, address and rule of the cluster: that is the
# teardown. Nothing routes out of the cluster, so that no traffic of a test leaves it.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$here/../tools
cache=${KEELSON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/keelson}
bin=$cache/bin

# Several clusters can live side by side, each under a name of its own.
cluster=${KEELSON_K8S:-keelson}
root=/var/lib/keelson-k8s
state=$root/$cluster
nodes='n1 n2 n3'
hidden_folders='/var/lib/cni /var/lib/kubelet /var/log/containers'
services=10.96.0.0/16
dns=10.96.0.10
export KUBECONFIG=$state/kubeconfig
export PATH=$bin:$PATH:/usr/sbin:/sbin

say() { echo "${0##*/}: $*" >&2; }
fail() { say "$*"; exit 1; }

require_root() {
  [ "$(uname -s)" = Linux ] || fail "this needs Linux; elsewhere use kind-up.sh"
  [ "$(id -u)" = 0 ] || fail "this needs root: it makes namespaces and mounts"
}

# Waits until a command succeeds, SECONDS at most.
until_ok() { # SECONDS COMMAND...
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# --- addresses: 198.18.0.0/15 is set aside for tests, so it never hides a real network
network() { echo "198.18.$(cat "$state/number")"; }
node_number() { echo "${1#n}"; }
node_address() { echo "$(network).$(node_number "$1")"; }
api_server() { echo "https://$(network).1:6443"; }

# --- processes
started_at() { cut -d' ' -f22 "/proc/$1/stat" 2>/dev/null; }

# The process id of `init` as this machine sees it, if it lives; the start time guards against a reused id.
init_id() {
  local id started
  read -r id started 2>/dev/null <"$state/init" || return 1
  [ "$(started_at "$id")" = "$started" ] && echo "$id"
}

require_cluster() { init_id >/dev/null || fail "no cluster $cluster is up: run $here/up.sh"; }

inside() {
  nsenter --target "$(init_id)" --net --mount --pid -- "$@"
}

running() { # NAME
  [ -f "$state/pid/$1" ] && inside kill -0 "$(cat "$state/pid/$1")" 2>/dev/null
}

# Starts a process of the cluster unless it runs already. CGROUP (see cgroups) is where it is accounted.
start() { # NAME CGROUP COMMAND...
  local name=$1 cgroup=$2
  shift 2
  ! running "$name" || return 0
  # shellcheck disable=SC2016
  inside env PATH="$PATH" pid="$state/pid/$name" log="$state/log/$name.log" \
    cgroup="$(process_cgroup "$cgroup")" sh -c '
      (echo 0 >"$cgroup/cgroup.procs" && exec setsid "$@") >>"$log" 2>&1 </dev/null &
      echo $! >"$pid"' sh "$@"
}

# --- cgroups: one folder for each node, in every hierarchy (version 1) or in the only one (version 2)
hierarchies() {
  if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    echo /sys/fs/cgroup
  else
    find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -type d
  fi
}

# Where the processes of a node are listed: every one of them is in the hierarchy that counts processes.
process_cgroup() { # NAME
  local pids=/sys/fs/cgroup/pids
  [ -d "$pids" ] || pids=/sys/fs/cgroup
  echo "$pids/keelson-k8s/$cluster/$1"
}

make_cgroup() { # NAME
  local hierarchy path parent
  for hierarchy in $(hierarchies); do
    path=$hierarchy
    for step in keelson-k8s "$cluster" ${1//\// }; do
      parent=$path path=$path/$step
      if [ "$hierarchy" = /sys/fs/cgroup ]; then
        echo '+cpu +cpuset +memory +pids +io' >"$parent/cgroup.subtree_control"
      fi
      mkdir -p "$path"
      # In version 1 a new cpuset is empty, and nothing can run in it.
      if [ -f "$path/cpuset.mems" ] && [ "$hierarchy" != /sys/fs/cgroup ]; then
        cat "$parent/cpuset.cpus" >"$path/cpuset.cpus"
        cat "$parent/cpuset.mems" >"$path/cpuset.mems"
      fi
    done
  done
}

remove_cgroups() {
  local hierarchy
  for hierarchy in $(hierarchies); do
    [ ! -d "$hierarchy/keelson-k8s/$cluster" ] \
      || find "$hierarchy/keelson-k8s/$cluster" -depth -type d -exec rmdir {} + 2>/dev/null || true
    rmdir "$hierarchy/keelson-k8s" 2>/dev/null || true
  done
}
