#!/usr/bin/env bash
# down.sh: ends the cluster and removes everything that it left on this machine, its data too.
set -eu

# shellcheck source=hack/k8s/cluster.sh
. "$(dirname "$0")/cluster.sh"

gone() { ! init_id; }

# All namespaces, and with them all processes, mounts and addresses, go with their first process.
end_processes() {
  local init
  init=$(init_id) || return 0
  kill -9 "$init"
  until_ok 30 gone || fail "process $init does not end"
}

cgroups_are_gone() {
  remove_cgroups
  [ ! -d "$(process_cgroup '')" ]
}

# On some disks each deleted file waits for the disk, and images have thousands: many at once.
remove_files() {
  find "$state" -type f -print0 | xargs -0 -r -P 32 -n 50 rm -f
  rm -rf "$state"
}

restore_machine() {
  [ -z "$(find "$root" -mindepth 1 -maxdepth 1 -type d)" ] || return 0
  [ ! -f "$root/sysctls" ] || sysctl -q --load "$root/sysctls"
  # shellcheck disable=SC2086
  rmdir $hidden_folders 2>/dev/null || true
  rm -rf "$root"
}

require_root
[ -d "$root" ] || exit 0
exec 9>"$root/lock"
flock -w 600 9 || fail "another run holds $root/lock"

end_processes
until_ok 10 cgroups_are_gone || fail "some of the cluster's cgroups under /sys/fs/cgroup are still busy"
[ ! -d "$state" ] || remove_files
restore_machine
say "the cluster $cluster is gone"
