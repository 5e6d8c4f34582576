#!/usr/bin/env bash
# process.sh start|stop|kill|pause|resume|id NAME: one process of the cluster, for failure tests; names as in lib.sh.
# kill is kill -9; pause and resume are SIGSTOP and SIGCONT.
set -eu
. "$(dirname "$0")/lib.sh"
[ $# = 2 ] || fail "usage: process.sh start|stop|kill|pause|resume|id NAME"
case $1 in
  start) forget_settings; start "$2"; await_ready "$2" ;;
  stop) stop "$2" ;;
  kill) send KILL "$2"; await_end "$2" 10 ;;
  pause) send STOP "$2" ;;
  resume) send CONT "$2" ;;
  id) alive "$2" || fail "$2 does not run"; cut -d' ' -f1 "$state/$2.pid" ;;
  *) fail "unknown command $1" ;;
esac
