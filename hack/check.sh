#!/usr/bin/env bash
# check.sh: the quick part of the tests; what to run before each commit.
set -eu
cd "$(dirname "$0")/.."
mvn -B -ntp -q spotless:check
mvn -B -ntp -q test
echo "check passed"
