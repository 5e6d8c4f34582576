#!/usr/bin/env bash
# demo.sh: what `make demo` shows, with a cluster that is made anew each time.
set -eu
cd "$(dirname "$0")/.."
folder=dist/demo
rm -rf "$folder"
mkdir -p "$folder"
KEELSON_LOG_LEVEL=${KEELSON_LOG_LEVEL:-ERROR} KEELSON_JVM_DEFAULTS="-Xmx1g -XX:+UseSerialGC" exec dist/bin/keelson-java server \
  dev.keelson.embedded.demo.Demo examples/data "$folder"
