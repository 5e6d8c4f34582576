#!/usr/bin/env bash
# mutants.sh [SEEDS [PART]]: breaks one rule of the code at a time and shows which simulated run notices it.
set -eu
cd "$(dirname "$0")/.."
mvn -B -ntp -q package -DskipTests -pl simulation -am
exec "$JAVA_HOME/bin/java" -Xmx2g -XX:+UseParallelGC -cp "simulation/target/classes:simulation/target/dependency/*" \
  dev.keelson.simulation.mutant.MutantsMain "$PWD" "$@"
