#!/usr/bin/env bash
# dist.sh: gathers what `mvn package` made into dist: bin with start scripts, lib/server and lib/operator with jars.
# The operator has a folder of its own, since its client libraries and etcd's don't go together.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
rm -rf dist/bin dist/lib
mkdir -p dist/bin dist/lib/server dist/lib/operator
cp embedded/target/dependency/*.jar embedded/target/keelson-embedded-*.jar dist/lib/server/
cp examples/target/keelson-examples-*.jar dist/lib/server/
cp operator/target/dependency/*.jar operator/target/keelson-operator-*.jar dist/lib/operator/
cp hack/jvm-flags dist/lib/jvm-flags
cp hack/bin/* dist/bin/
