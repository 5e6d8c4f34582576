#!/bin/sh
# Prints the home of a JDK that can build and run Keelson: JAVA_HOME if it is new enough, else the newest
# one in the usual folders. The Makefile calls it, so it is quick: it reads `release` files and starts no JVM.
set -eu

needed=25

# The major version of the JDK in folder $1, or 0. A mere runtime will not do: Chronicle Map needs the compiler.
major() {
  if [ ! -x "$1/bin/javac" ] || [ ! -r "$1/release" ]; then
    echo 0
    return
  fi
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  echo "${version:-0}"
}

if [ -n "${JAVA_HOME:-}" ] && [ "$(major "$JAVA_HOME")" -ge "$needed" ]; then
  echo "$JAVA_HOME"
  exit 0
fi

best='' best_major=$((needed - 1))
for home in /usr/lib/jvm/* /opt/* "${HOME:-/root}"/.sdkman/candidates/java/* \
  /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  found=$(major "$home")
  if [ "$found" -gt "$best_major" ]; then
    best=$home best_major=$found
  fi
done

if [ -z "$best" ]; then
  echo "java-home: no JDK $needed or newer found: install one (Temurin $needed: https://adoptium.net)" \
    "or set JAVA_HOME" >&2
  exit 1
fi
echo "$best"
