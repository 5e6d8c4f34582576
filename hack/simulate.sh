#!/usr/bin/env bash
# simulate.sh FIRST_SEED COUNT [trace]: simulated runs on all processors; with trace one run, told as it goes.
set -eu
cd "$(dirname "$0")/.."
mvn -B -ntp -q package -DskipTests -pl simulation -am
exec "$JAVA_HOME/bin/java" -Xmx2g -XX:+UseParallelGC -cp "simulation/target/classes:simulation/target/dependency/*" \
  dev.keelson.simulation.SimulationMain "$@"
