#!/usr/bin/env bash
# failover-board.sh [ROUNDS]: loses leaders in every way, ROUNDS times each (100 if not said), and writes what that cost
# into docs/boards. Needs root, for the network of each process. 100 rounds take most of an hour.
set -eu
cd "$(dirname "$0")/.."
hack/tools/packages.sh ip=iproute2 iptables=iptables
hack/tools/install.sh etcd check-history >/dev/null
mkdir -p docs/boards
exec mvn -B -ntp -q test -pl e2e-tests -am -Dtest=FailoverBoard -Dtest.groups= -Dtest.excluded.groups= \
  -Dsurefire.failIfNoSpecifiedTests=false -Dkeelson.failover.rounds="${1:-100}" \
  -Dkeelson.failover.page="$PWD/docs/boards"
