#!/usr/bin/env bash
# check.sh: the quick part of the tests; what to run before each commit.
set -eu
cd "$(dirname "$0")/.."
mvn -B -ntp -q spotless:check
# Two modules at a time: most tests of sockets wait rather than compute.
mvn -B -ntp -q -T 2 test
echo "check passed"
