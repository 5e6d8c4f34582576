#!/usr/bin/env bash
# e2e.sh: the scenarios on the Kubernetes that KUBECONFIG names; the local one of hack/k8s if it names none.
set -eu
cd "$(dirname "$0")/.."
export KUBECONFIG=${KUBECONFIG:-/var/lib/keelson-k8s/keelson/kubeconfig}
JAVA_HOME=$(hack/java-home.sh)
export JAVA_HOME
bin=$(hack/tools/install.sh kubectl helm grpcurl)
PATH=$bin:$PATH mvn -B -ntp test -pl e2e-tests -am -Dtest.groups=kubernetes -Dtest.excluded.groups= \
  -Dsurefire.failIfNoSpecifiedTests=false
