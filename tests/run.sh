#!/bin/bash
# Builds and tests everything. The last line is `N passed, N failed`, with `, N skipped` when this machine cannot
# do a step; the exit code is 0 only when nothing failed.
#
#   tests/run.sh             all of it but the image
#   tests/run.sh --unit      without a fleet: the doctest suites on both transports
#   tests/run.sh --e2e       with one: charts, fleet, scenarios, quickstart
#   tests/run.sh NAME...     only these steps
#   tests/run.sh --list      the steps
#
# Needs no input, takes free ports, ends what it started. Logs: build/test-logs/STEP.log.
set -uo pipefail
set -m          # every step is a process group of its own, so that it can be ended whole

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
cd "$root" || exit 1
logs=$root/build/test-logs
passed=0 failed=0 skipped=0 step_pid=
unset KUBECONFIG

# name · group · what it does; run in this order. `named` is run only when it is named.
steps="
packages    all   Debian packages that are missing
build       all   the operator, release
unit        unit  every doctest suite: unit, cases, contract, converge; under ASan and UBSan
cpprest     unit  the transport contract again, on cpprestsdk
fleet       e2e   the fleet's binaries, built
apiserver   e2e   what the fake API server claims, held against a real one
charts      e2e   lint, schema, rights, install and upgrade
selftest    e2e   the fleet breaks and mends as its README says
scenarios   e2e   the operator on a real fleet, as a user would see it
quickstart  e2e   examples/quickstart.sh: fresh, again, after a crash, and stop
image       named the container image, with buildah; minutes of a build of its own
"

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; }
stamp() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }

end_step() {
  [ -n "$step_pid" ] && kill -TERM -- "-$step_pid" 2>/dev/null && wait "$step_pid" 2>/dev/null
  step_pid=
}
trap 'end_step' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# watched LOG COMMAND...: runs it into LOG and shows its last line now and then.
watched() {
  local log=$1 shown=0 code
  shift
  "$@" </dev/null >>"$log" 2>&1 &
  step_pid=$!
  while kill -0 "$step_pid" 2>/dev/null; do
    sleep 0.2
    shown=$((shown + 1))
    [ $((shown % 150)) -eq 0 ] && stamp "    … $(tail -n 1 "$log" | tr -d '\r' | cut -c1-110)"
  done
  wait "$step_pid"
  code=$?
  step_pid=
  return "$code"
}

# count LOG CODE: adds what the log says it passed and failed. A step that names no numbers counts as one;
# code 77 says that this machine cannot do it, and why.
count() {
  local log=$1 code=$2 good bad
  if [ "$code" -eq 77 ]; then
    skipped=$((skipped + 1))
    stamp "    SKIPPED: $(sed -n 's/^skipped: //p' "$log" | tail -n 1)"
    return
  fi
  read -r good bad < <(awk '
    /\[doctest\] test cases:/ {
      split($0, part, "|"); split(part[2], g, " "); split(part[3], b, " "); good += g[1]; bad += b[1]; next }
    /^[0-9]+ passed, [0-9]+ failed$/ { good += $1; bad += $3 }
    END { print good + 0, bad + 0 }' "$log")
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  if [ "$code" -eq 0 ] && [ $((good + bad)) -eq 0 ]; then good=1; fi
  passed=$((passed + good)) failed=$((failed + bad))
  if [ "$bad" -gt 0 ]; then
    stamp "    FAILED: $good passed, $bad failed; the end of $log:"
    grep -nE '^FAIL|ERROR|FAILED|error:' "$log" | head -n 20 | cut -c1-200
    tail -n 25 "$log" | cut -c1-200
  else
    stamp "    $good passed"
  fi
}

# counted NAME COMMAND...: one piece of work whose numbers are added.
counted() {
  local log=$logs/$1.log
  shift
  : >"$log"
  watched "$log" "$@"
  count "$log" $?
}

# needed NAME COMMAND...: without it nothing after it makes sense.
needed() {
  local log=$logs/$1.log
  shift
  : >"$log"
  watched "$log" "$@" && return
  tail -n 30 "$log" | cut -c1-300
  failed=$((failed + 1))
  stamp "cannot go on: $*"
  finish
}

finish() {
  printf '%d passed, %d failed%s\n' "$passed" "$failed" "$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
  [ "$failed" -eq 0 ] && exit 0
  exit 1
}

# build PRESET TARGET...
build() {
  local preset=$1
  shift
  needed "configure-$preset" cmake --preset "$preset"
  needed "build-$preset" cmake --build --preset "$preset" -j "$(tests/jobs.sh)" --target "$@"
}

# suites PRESET [NAMES]: every test that ctest knows, or those named; each with its own log and count.
suites() {
  local preset=$1 only=${2:-.} name
  local names
  names=$(ctest --test-dir "build/$preset" -N | sed -n 's/^ *Test *#[0-9]*: //p' | grep -xE "$only")
  if [ -z "$names" ]; then
    failed=$((failed + 1))
    stamp "    FAILED: there is no test $only in build/$preset"
    return
  fi
  for name in $names; do
    stamp "  $name"
    counted "$preset-$name" ctest --test-dir "build/$preset" -R "^$name\$" -V --timeout 900
  done
}

run_packages() { needed packages tests/install-packages.sh; }
run_build() { build release haetae; }
run_unit() { build asan all; suites asan '.*'; }
run_cpprest() { build cpprest kube_tests; suites cpprest kube; }
run_fleet() { needed fleet tests/cluster/fleet --help; }
run_apiserver() { build asan runtime_tests; counted apiserver tests/apiserver.sh build/asan; }
run_charts() { counted charts tests/charts.sh; }
run_selftest() { counted selftest tests/cluster/selftest.sh; }
run_scenarios() { counted scenarios tests/e2e/run.sh; }
run_quickstart() { counted quickstart tests/quickstart.sh; }
run_image() { counted image tests/image.sh; }

chosen() { awk -v group="$1" 'NF && $2 != "named" && (group == "all" || $2 == group || $2 == "all") { print $1 }' <<<"$steps"; }

names=()
for word in "$@"; do
  case $word in
    --list) awk 'NF' <<<"$steps"; exit 0 ;;
    --help | -h) usage; exit 0 ;;
    --unit) mapfile -t -O ${#names[@]} names < <(chosen unit) ;;
    --e2e) mapfile -t -O ${#names[@]} names < <(chosen e2e) ;;
    *) if awk -v name="$word" '$1 == name { found = 1 } END { exit !found }' <<<"$steps"; then names+=("$word"); else
         echo "tests/run.sh: no step $word" >&2; usage >&2; exit 2; fi ;;
  esac
done
[ ${#names[@]} -eq 0 ] && mapfile -t names < <(chosen all)

mkdir -p "$logs"
for name in "${names[@]}"; do
  stamp "== $name: $(awk -v name="$name" '$1 == name { $1 = $2 = ""; print substr($0, 3) }' <<<"$steps")"
  "run_$name"
done
finish
