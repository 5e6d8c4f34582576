# shellcheck shell=bash
# lib.sh: what the scripts beside it share. A process is known by a name; its id and start time lie in
# $state/NAME.pid, so that nothing else is ever taken for it, not even a later process with the same id.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
state=${CLUSTER_DIRECTORY:-$top/data/cluster}
client=127.0.0.1:17379
nodes='n1 n2 n3'
routers='r1 r2'

say() { echo "cluster: $*"; }
fail() { echo "cluster: $*" >&2; exit 1; }

# Field 22 of /proc/PID/stat; the name of the program, which may hold blanks, is cut away first.
started() { # PID
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

alive() { # NAME
  local pid time
  [ -f "$state/$1.pid" ] || return 1
  read -r pid time <"$state/$1.pid"
  [ -n "$time" ] && [ "$(started "$pid")" = "$time" ]
}

spawn() { # NAME COMMAND...
  local name=$1 pid
  shift
  if alive "$name"; then
    return
  fi
  setsid "$@" >>"$state/$name.log" 2>&1 </dev/null &
  pid=$!
  echo "$pid $(started "$pid")" >"$state/$name.pid"
}

send() { # SIGNAL NAME
  local pid time
  alive "$2" || return 0
  read -r pid time <"$state/$2.pid"
  kill "-$1" "$pid" 2>/dev/null || true
}

await_end() { # NAME SECONDS
  local tries=$(($2 * 10))
  while alive "$1"; do
    [ $((tries -= 1)) -gt 0 ] || return 1
    sleep 0.1
  done
  rm -f "$state/$1.pid"
}

stop() { # NAME
  send TERM "$1"
  await_end "$1" 30 || { say "$1 did not end within 30 s, killing it"; send KILL "$1"; await_end "$1" 10; }
}

await_http() { # NAME URL SECONDS
  local tries=$(($3 * 10))
  until curl -sf -m 2 -o /dev/null "$2"; do
    alive "$1" || fail "$1 has ended; its last words: $(tail -n 3 "$state/$1.log")"
    [ $((tries -= 1)) -gt 0 ] || fail "$1 is not ready after $3 s: $(curl -s -m 2 "$2" | tr '\n' ';') see $state/$1.log"
    sleep 0.1
  done
}

# What the caller's shell holds is not meant for these processes, which refuse what they do not know.
forget_settings() {
  local name
  for name in ${!KEELSON_*}; do
    [ "$name" = KEELSON_CACHE ] || unset "$name"
  done
}

number() { echo "${1#?}"; }

start() { # NAME
  case $1 in
    etcd)
      spawn etcd "$("$top/hack/tools/install.sh" etcd)/etcd" --name etcd --data-dir "$state/etcd" \
        --listen-client-urls "http://$client" --advertise-client-urls "http://$client" \
        --listen-peer-urls http://127.0.0.1:17380 --initial-advertise-peer-urls http://127.0.0.1:17380 \
        --initial-cluster etcd=http://127.0.0.1:17380 --log-level warn
      ;;
    n*)
      spawn "$1" env "KEELSON_JAVA_OPTS=${NODE_JAVA_OPTS:--Xmx1g}" KEELSON_NODE_NAME="$1" \
        KEELSON_ZONE="zone-$(number "$1")" KEELSON_CLUSTER=local KEELSON_ETCD_ENDPOINTS="$client" \
        KEELSON_DATA_DIRECTORY="$state/$1" KEELSON_LISTEN="127.0.0.1:741$(number "$1")" \
        KEELSON_HEALTH_LISTEN="127.0.0.1:748$(number "$1")" "$top/dist/bin/keelson-datanode"
      ;;
    r*)
      spawn "$1" env "KEELSON_JAVA_OPTS=${ROUTER_JAVA_OPTS:--Xmx512m}" KEELSON_CLUSTER=local \
        KEELSON_ETCD_ENDPOINTS="$client" KEELSON_LISTEN="127.0.0.1:740$(($(number "$1") - 1))" \
        KEELSON_HEALTH_LISTEN="127.0.0.1:749$(number "$1")" "$top/dist/bin/keelson-router"
      ;;
    *) fail "there is no process named $1; there are: etcd $nodes $routers" ;;
  esac
}

await_ready() { # NAME
  case $1 in
    etcd) await_http etcd "http://$client/health" 30 ;;
    n*) await_http "$1" "http://127.0.0.1:748$(number "$1")/ready" 60 ;;
    r*) await_http "$1" "http://127.0.0.1:749$(number "$1")/ready" 60 ;;
  esac
}
