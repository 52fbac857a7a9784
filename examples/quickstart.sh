#!/bin/bash
# From a clone to systems that run in four data centers, on one Debian 12 machine, as root:
#
#   examples/quickstart.sh          installs what is missing, builds, starts everything, applies examples/, shows it
#   examples/quickstart.sh --stop   stops the operator and the fleet
#
# Asking again is quick and harmless: what runs stays, what died is started again.
set -euo pipefail
umask 022

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
cd "$root"
home=${QUICKSTART_DIR:-$root/build/quickstart}   # kubeconfig, log and pid of the operator
planes=$root/build/fleet                         # the fleet; a directory of one's own holds both
[ -n "${QUICKSTART_DIR:-}" ] && planes=$home/fleet
binary=$root/build/release/haetae
kubectl=$root/build/fleet/bin/kubectl
helm=$root/build/fleet/bin/helm
hub=$planes/hub.kubeconfig
namespace=haetae-system
centers="daejeon gwangju daegu gongju"
patience=300                           # seconds until every system must be Ready

fleet() { tests/cluster/fleet "$@" --dir "$planes"; }
on_hub() { "$kubectl" --kubeconfig "$hub" --request-timeout=15s "$@"; }
step() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }
fail() { echo "quickstart: $*" >&2; exit 1; }

# The lock is inherited by the operator and ends with it, however it ends: who cannot take it knows that one runs.
lock=$home/operator.lock
pid_file=$home/operator.pid
running() { ! flock -n "$lock" true; }

# operator_pid: of our operator, and of no other process that got its number later.
operator_pid() {
  local pid
  pid=$(cat "$pid_file" 2>/dev/null) || return 1
  case $(readlink "/proc/$pid/exe" 2>/dev/null) in "$binary" | "$binary (deleted)") echo "$pid" ;; *) return 1 ;; esac
}

stop_operator() {
  local pid
  running || return 0
  pid=$(operator_pid) || fail "an operator holds $lock, but $pid_file does not name it; stop it yourself"
  kill -TERM "$pid"
  for _ in $(seq 150); do running || break; sleep 0.1; done
  if running; then kill -KILL "$pid"; sleep 0.5; fi
  rm -f "$pid_file"
  echo "operator stopped"
}

# The chart's ServiceAccount with a token of its own: what the chart's RBAC does not allow fails here too.
write_kubeconfig() {
  local ca server token
  server=$(on_hub config view --raw --minify -o 'jsonpath={.clusters[0].cluster.server}')
  ca=$(on_hub config view --raw --minify --flatten -o 'jsonpath={.clusters[0].cluster.certificate-authority-data}')
  token=$(on_hub -n "$namespace" create token haetae --duration=720h)
  (
    umask 077
    cat >"$home/operator.kubeconfig" <<EOF
apiVersion: v1
kind: Config
current-context: hub
contexts: [{name: hub, context: {cluster: hub, user: haetae, namespace: $namespace}}]
clusters: [{name: hub, cluster: {server: "$server", certificate-authority-data: $ca}}]
users: [{name: haetae, user: {token: $token}}]
EOF
  )
}

# Starts the operator unless this very binary runs already, against this very hub.
start_operator() {
  local server pid
  server=$(on_hub config view --minify -o 'jsonpath={.clusters[0].cluster.server}')
  if running; then
    if pid=$(operator_pid) && [ "$(readlink "/proc/$pid/exe")" = "$binary" ] && grep -qF "$server" "$home/operator.kubeconfig"; then
      echo "the operator runs (pid $pid)"
      return
    fi
    stop_operator      # built anew, or the fleet was
  fi
  write_kubeconfig
  (
    exec 8>"$lock"
    flock -n 8 || exit 1
    exec setsid "$binary" operator --kubeconfig="$home/operator.kubeconfig" --namespace="$namespace" \
      --listen=127.0.0.1:0 </dev/null >>"$home/operator.log" 2>&1
  ) &
  echo $! >"$pid_file"
  disown
  sleep 1
  running || { tail -n 5 "$home/operator.log" >&2; fail "the operator ended at once; see $home/operator.log"; }
  echo "operator started (pid $(cat "$pid_file"))"
}

connect_members() {
  local center pids=()
  for center in $centers; do
    examples/connect-member.sh "$hub" "$planes/$center.kubeconfig" "$center-a" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || fail "a center could not be connected"; done
}

install_chart() {
  "$helm" upgrade --install haetae charts/haetae --kubeconfig "$hub" --namespace "$namespace" --create-namespace \
    --set replicas=0 --history-max 3 >/dev/null && return
  on_hub get crd tenantsystems.haetae.io >/dev/null || fail "the chart could not be installed"
  echo "the chart was not refreshed, see above; going on with what is installed"
}

# charts_stamp: what was installed where; charts_current: it still is, and every member lets the hub in.
charts_stamp() { { cat "$hub"; find charts examples/connect-member.sh -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; } | sha256sum; }
charts_current() {
  local reachable
  [ "$(cat "$home/charts" 2>/dev/null)" = "$(charts_stamp)" ] || return 1
  reachable=$(on_hub get memberclusters -o 'jsonpath={range .items[*]}{.status.conditions[?(@.type=="Reachable")].status}{"\n"}{end}')
  [ "$(grep -cx True <<<"$reachable")" -eq "$(wc -w <<<"$centers")" ]
}

# Every system's Ready condition; done when all are True.
wait_for_systems() {
  local began=$SECONDS all ready before='' now
  while :; do
    now=$(on_hub get tenantsystems -A -o \
      'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}')
    all=$(grep -c . <<<"$now") ready=$(grep -c ' True$' <<<"$now" || true)
    if [ "$ready" != "$before" ]; then echo "  $ready of $all systems Ready after $((SECONDS - began)) s"; before=$ready; fi
    [ "$all" -gt 0 ] && [ "$ready" -eq "$all" ] && return
    if [ $((SECONDS - began)) -ge $patience ]; then
      echo "not Ready after $patience s:" >&2
      grep -v ' True$' <<<"$now" | sed 's/^/  /' >&2
      tail -n 5 "$home/operator.log" >&2
      fail "see: $kubectl --kubeconfig $hub describe ts -A, and $home/operator.log"
    fi
    operator_pid >/dev/null || { tail -n 5 "$home/operator.log" >&2; fail "the operator ended; see $home/operator.log"; }
    sleep 1
  done
}

# One line a system, one column a center: role, and pods Ready of pods stated as observed there.
who_runs_where() {
  on_hub get tenantsystems -A -o 'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}|{.status.tier.effective}|{range .status.placement.centers[*]}{.center}={.cluster}={.role};{end}|{range .status.redundancy[*]}{.cluster}={.ready}/{.desired};{end}{"\n"}{end}' |
    awk -F'|' -v centers="$centers" '
      BEGIN { n = split(centers, center, " "); printf "%-26s %-8s", "SYSTEM", "TIER"; for (i = 1; i <= n; i++) printf " %-14s", toupper(center[i]); print "" }
      NF > 1 {
        delete cell; delete seen
        m = split($4, part, ";"); for (i = 1; i < m; i++) { split(part[i], word, "="); seen[word[1]] = word[2] }
        m = split($3, part, ";"); for (i = 1; i < m; i++) { split(part[i], word, "="); cell[word[1]] = tolower(word[3]) " " seen[word[2]] }
        printf "%-26s %-8s", $1, $2
        for (i = 1; i <= n; i++) printf " %-14s", (center[i] in cell) ? cell[center[i]] : "-"
        print ""
      }' | sed 's/ *$//'
}

look_around() {
  local dir_flag='' port
  port=$(grep -o '"port":"[0-9]*"' "$home/operator.log" | tail -n 1 | tr -dc 0-9)
  [ -n "${QUICKSTART_DIR:-}" ] && dir_flag=" --dir $planes"
  cat <<EOF

Look around:
  export KUBECONFIG=$hub PATH=$root/build/fleet/bin:\$PATH
  kubectl get haetae -A                               # every object of ours
  kubectl -n mois describe ts gpki                    # why it is tier 1, and where it runs
  kubectl --kubeconfig $planes/gwangju.kubeconfig get deploy,sts,pdb -A -l haetae.io/system
  tests/cluster/fleet kill gwangju$dir_flag           # lose a center; start instead of kill brings it back
  tail -f $home/operator.log
  curl http://127.0.0.1:${port:-PORT}/metrics                    # /healthz, /readyz
Stop:
  examples/quickstart.sh --stop
EOF
}

stop() {
  [ -e "$lock" ] && stop_operator
  fleet down
}

up() {
  step "packages"
  tests/install-packages.sh
  step "build"
  cmake --preset release >"$home/build.log" 2>&1 || { tail -n 20 "$home/build.log" >&2; fail "cmake failed"; }
  cmake --build --preset release --target haetae -j "$(tests/jobs.sh)" || fail "it does not build, see above"
  step "fleet: one hub, four centers"
  fleet up
  step "charts"
  if charts_current; then
    echo "installed, and every member lets the hub in"
  else
    install_chart
    connect_members
    charts_stamp >"$home/charts"
  fi
  step "operator"
  start_operator
  step "examples"
  on_hub apply -f examples/01-centers -f examples/02-systems -f examples/03-handoff | grep -v unchanged || true
  wait_for_systems
  step "who runs where"
  on_hub get ts -A
  echo
  who_runs_where
  look_around
}

mkdir -p "$home"
exec 9>"$home/quickstart.lock"
patience_for_lock=0
[ "${1:-}" = --stop ] && patience_for_lock=60      # it may be the one that was just interrupted
flock -w $patience_for_lock 9 || fail "another quickstart is at work"
case ${1:-} in
  '') up 9>&- ;;
  --stop) stop 9>&- ;;
  *) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; [ "$1" = --help ] || exit 2 ;;
esac
