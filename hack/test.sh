#!/usr/bin/env bash
# test.sh: everything, on a fresh machine; what CI runs. Each part says what it does and how long it took. Parts that need
# root (the local Kubernetes) are left out loudly without it; with CI=true that is a failure.
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
export JAVA_HOME
JAVA_HOME=$(hack/java-home.sh) || exit 1
started=$SECONDS
failed=0
left_out=""

part() { # TITLE COMMAND...
  local title=$1 begin=$SECONDS
  shift
  echo
  echo "=== $title"
  if "$@"; then
    echo "=== $title: passed in $((SECONDS - begin)) s"
  else
    echo "=== $title: FAILED after $((SECONDS - begin)) s"
    failed=$((failed + 1))
  fi
}

leave_out() { # TITLE WHY
  echo
  echo "=== $1: LEFT OUT: $2"
  left_out="$left_out; $1"
  [ "${CI:-}" = true ] && failed=$((failed + 1))
}

# The tests of all modules, the long and the etcd ones too; those of other processes and of Kubernetes come later.
modules() {
  hack/tools/install.sh etcd grpcurl >/dev/null &&
    mvn -B -ntp -q spotless:check &&
    mvn -B -ntp package -Dmaven.test.failure.ignore=true -Dtest.excluded.groups=processes,kubernetes 2>&1 |
    grep --line-buffered -E "Tests run:.*(Time|FAIL)|simulated|mutant|ERROR|BUILD|Reactor Summary|SUCCESS|FAILURE"
  return "${PIPESTATUS[0]}"
}

# Partitions need hosts of their own, which root can make.
processes() {
  local without=""
  hack/tools/packages.sh cc=gcc || return 1
  if [ "$(id -u)" = 0 ]; then
    hack/tools/packages.sh ip=iproute2 iptables=iptables || return 1
  else
    without="; network partitions: they need root"
    left_out="$left_out$without"
    [ "${CI:-}" != true ] || return 1
  fi
  hack/tools/install.sh etcd grpcurl check-history >/dev/null && hack/dist.sh &&
    mvn -B -ntp -q test -pl e2e-tests -am -Dtest.groups=processes \
      -Dtest.excluded.groups="${without:+root}" -Dsurefire.failIfNoSpecifiedTests=false
}

demo() { DEMO_EXIT=1 timeout 300 hack/demo.sh; }

kubernetes() {
  hack/image/build.sh && hack/k8s/up.sh dist/keelson-image.tar && hack/e2e.sh
  local result=$?
  hack/k8s/down.sh || result=1
  return "$result"
}

# Counted from the runner's reports.
count() { # ATTRIBUTE
  find . -path '*/target/surefire-reports/TEST-*.xml' -exec grep -ho "<testsuite [^>]*" {} + |
    sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{sum += $1} END {print sum + 0}'
}

# One line for each test that failed, with the first line of what it said.
failures() {
  find . -path '*/target/surefire-reports/TEST-*.xml' -exec awk '
    /<testcase / {
      name = $0; sub(/.* name="/, "", name); sub(/".*/, "", name)
      class = $0; sub(/.* classname="/, "", class); sub(/".*/, "", class)
    }
    /<(failure|error)[ >]/ {
      said = $0
      if (!sub(/.* message="/, "", said)) sub(/.*<(failure|error)[^>]*>/, "", said)
      sub(/(&#10;|").*/, "", said)
      print "FAILED " class "." name ": " substr(said, 1, 400)
    }' {} +
}

find . -path '*/target/surefire-reports' -type d -prune -exec rm -rf {} +
part "modules: format, checks, architecture, unit, simulation, etcd" modules
part "models: the protocol's rules, each switched off too" hack/models.sh small
part "processes: three data nodes, two routers and an etcd, with faults" processes
part "demo" demo
if [ "$(id -u)" = 0 ]; then
  part "kubernetes: operator, chart and failures" kubernetes
else
  leave_out "kubernetes" "it needs root"
fi

echo
[ -z "$left_out" ] || echo "LEFT OUT${left_out}"
failures
wrong=$(($(count errors) + $(count failures) + failed))
skipped=$(count skipped)
echo "all of it took $((SECONDS - started)) s"
echo "$(($(count tests) - $(count errors) - $(count failures) - skipped)) passed, $wrong failed, $skipped skipped"
[ "$wrong" = 0 ]
