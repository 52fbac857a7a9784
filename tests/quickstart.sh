#!/bin/bash
# Shows that examples/quickstart.sh keeps its promises, on a fleet of its own. Ends with `N passed, N failed`.
set -uo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
cd "$root" || exit 1
. tests/checks.sh
work=$(mktemp -d)
export QUICKSTART_DIR=$work/quickstart
trap 'examples/quickstart.sh --stop >/dev/null 2>&1; rm -rf "$work"' EXIT

quickstart() { examples/quickstart.sh "$@" </dev/null >"$work/output" 2>&1 || { cat "$work/output"; return 1; }; }
pid() { cat "$QUICKSTART_DIR/operator.pid"; }
k() { build/fleet/bin/kubectl --kubeconfig "$QUICKSTART_DIR/fleet/hub.kubeconfig" --request-timeout=10s "$@"; }
# cell SYSTEM CENTER: what the final table says.
cell() {
  awk -v wanted="$1" -v center="$2" '
    $1 == "SYSTEM" { for (i = 1; i <= NF; i++) column[toupper($i)] = index($0, $i) }
    $1 == wanted && column["TIER"] { print substr($0, column[toupper(center)], 15) }' "$work/output" | awk '{ $1 = $1; print }'
}
# operators: how many processes run our binary for this directory.
operators() {
  local found
  for found in $(grep -lzs -- "--kubeconfig=$QUICKSTART_DIR/operator.kubeconfig" /proc/[0-9]*/cmdline); do
    case $(readlink "${found%cmdline}exe") in */haetae*) echo "$found" ;; esac
  done | wc -l
}

echo "== fresh"
check "--stop before anything is quiet" quickstart --stop
check "it comes up" quickstart
check "one operator runs" is "$(operators)" 1
check "its token is for its owner alone" is "$(stat -c %a "$QUICKSTART_DIR/operator.kubeconfig")" 600
check "it acts as the chart's account" is "$(k --kubeconfig "$QUICKSTART_DIR/operator.kubeconfig" auth whoami -o 'jsonpath={.status.userInfo.username}')" system:serviceaccount:haetae-system:haetae
check "the table: tier 1 is active in gwangju" says active cell mois/gov24 gwangju
check "and in daegu" says active cell mois/gov24 daegu
check "and stands by in gongju" says standby cell mois/gov24 gongju
check "and is not in daejeon, which is closing" is "$(cell mois/gov24 daejeon)" -
check "class C is not in daegu" is "$(cell mois/ndms daegu)" -
check "the shared authentication system is tier 1" is "$(k -n mois get ts gpki -o 'jsonpath={.status.tier.assessed} {.status.tier.effective}')" "tier-3 tier-1"

echo "== again"
before=$(pid) began=$SECONDS
check "again" quickstart
check "in less than 30 s" test $((SECONDS - began)) -lt 30
check "with the same operator" is "$(pid)" "$before"

echo "== after a crash"
check "the operator is killed" kill -KILL "$before"
check "again" quickstart
check "there is another operator" no is "$(pid)" "$before"
check "and only one" is "$(operators)" 1
check "two at once: the second gives way" no bash -c 'exec 9>"$QUICKSTART_DIR/quickstart.lock"; flock 9; examples/quickstart.sh 9>&-'

echo "== stop"
check "--stop" quickstart --stop
check "leaves no operator" is "$(operators)" 0
check "leaves no fleet" no tests/cluster/fleet status --dir "$QUICKSTART_DIR/fleet"

summary
