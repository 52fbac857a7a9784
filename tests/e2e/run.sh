#!/bin/bash
# End to end: `tests/e2e/run.sh [--keep] [--dir DIR] [SCENARIO…]`. Starts a fleet of its own, runs the scenarios of
# README.md on it, takes it down, and ends with `N passed, N failed`. HAETAE_BIN names the operator to test.
set -uo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
root=$(cd "$here/../.." && pwd)
mkdir -p "$root/build/e2e"

keep=
case " $* " in *" --keep "* | *" --dir "* | *" --dir="* | *" -h "* | *" --help "*) keep=1 ;; esac
if [ -z "$keep" ]; then
  # Operator and fleet end even if Python dies before it could do so.
  HAETAE_E2E_HOME=$(mktemp -d "$root/build/e2e/fleet-XXXXXX")
  export HAETAE_E2E_HOME
  on_exit() {
    local pid
    pid=$(cat "$HAETAE_E2E_HOME/operator.pid" 2>/dev/null)
    grep -qs "$HAETAE_E2E_HOME" "/proc/${pid:-none}/cmdline" && kill -KILL "$pid"
    "$root/tests/cluster/fleet" down --dir "$HAETAE_E2E_HOME/fleet" >/dev/null 2>&1
    rm -rf "$HAETAE_E2E_HOME"
  }
  trap on_exit EXIT
fi

PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1 python3 "$here/main.py" "$@" &
child=$!
trap 'kill -TERM "$child" 2>/dev/null' INT TERM
wait "$child"
code=$?
# A trap interrupts the first wait; the second has the exit code.
if kill -0 "$child" 2>/dev/null; then
  wait "$child"
  code=$?
fi
exit "$code"
