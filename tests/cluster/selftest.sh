#!/bin/bash
# Shows that the fleet does what README.md says: brings up two small fleets
# side by side in a directory of its own, breaks them, mends them and takes
# them down. Ends with `N passed, N failed`; exit code 1 when something failed.
set -uo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
work=$(mktemp -d)
dir=$work/first
other=$work/second
. "$here/../checks.sh"

on_exit() {
  "$here/fleet" down --dir "$dir" >/dev/null
  "$here/fleet" down --dir "$other" >/dev/null
  rm -rf "$work"
}
trap on_exit EXIT

fleet() { "$here/fleet" "$@" --dir "$dir"; }
k() { "$here/../../build/fleet/bin/kubectl" --kubeconfig "$dir/$1.kubeconfig" --request-timeout=5s "${@:2}"; }

serves() { is "$(k "$1" get --raw /readyz)" ok; }
gone() { case $(readlink "/proc/$1/exe") in */controlplane*) return 1 ;; esac; }
pid_of() { cut -d' ' -f1 "$dir/$1/$2.pid"; }
ready_replicas() { is "$(k "$1" get deployment "$2" -o 'jsonpath={.status.readyReplicas}')" "$3"; }
# processes whose data lies in our directories (a part names its files in its arguments).
ours() { grep -lzs -e "$work" /proc/[0-9]*/cmdline | while read -r f; do
  case $(readlink "${f%cmdline}exe") in */controlplane*) echo "$f" ;; esac; done; }

# addresses our processes listen on, as /proc/net/tcp writes them.
listening() {
  for f in $(ours); do readlink "${f%cmdline}"fd/*; done | grep -o '[0-9]*' | sort -u >"$work/sockets"
  awk 'NR == FNR { mine[$1]; next } $4 == "0A" && $10 in mine { split($2, a, ":"); print a[1] }' \
    "$work/sockets" /proc/net/tcp /proc/net/tcp6 | sort | uniq -c
}

deployment() { # CENTER NAME REPLICAS READINESS
  k "$1" apply -f - <<EOF
apiVersion: apps/v1
kind: Deployment
metadata: {name: $2, namespace: default}
spec:
  replicas: $3
  selector: {matchLabels: {app: $2}}
  template:
    metadata:
      labels: {app: $2}
      annotations: {example.com/test-readiness: "$4"}
    spec:
      containers:
      - {name: main, image: example.invalid/none:1, ports: [{containerPort: 80}]}
EOF
}

echo "== up"
check "a fleet that was never started goes down quietly" fleet down
check "status of no fleet says so by its exit code" no fleet status
check "a hub and two centers come up" fleet up --centers east,west --nodes 4 --rooms 2
check "a second fleet comes up beside it" "$here/fleet" up --dir "$other" --centers east --nodes 1 --rooms 1
check "status is content" fleet status
for name in hub east west; do check "$name serves" serves "$name"; done
first_pid=$(pid_of east kube-apiserver)
check "up again is harmless" fleet up
check "up again started nothing anew" is "$(pid_of east kube-apiserver)" "$first_pid"
check "up with another layout is refused" no fleet up --nodes 9
check "nodes stand in rooms of their center" is \
  "$(k east get nodes -o 'jsonpath={range .items[*]}{.metadata.labels.topology\.kubernetes\.io/region}/{.metadata.labels.topology\.kubernetes\.io/zone} {end}')" \
  "east/east-room-1 east/east-room-2 east/east-room-1 east/east-room-2 "
check "every part is a process of its own" is "$(ours | wc -l)" 21
# 13 parts in the first fleet, 8 in the second, five etcds listen twice;
# 0100007F is 127.0.0.1
check "they listen on 127.0.0.1 only" is "$(listening | tr -s ' ')" " 26 0100007F"

echo "== pods"
deployment east web 3 "" >/dev/null
check "a Deployment is 3/3 ready" within 20 ready_replicas east web 3
deployment east never 2 never >/dev/null
deployment east slow 1 slow >/dev/null
slow_since=$SECONDS
deployment east crash 1 crash >/dev/null
check "a crashing pod is ready first" within 4 ready_replicas east crash 1
running() { is "$(k east get pods -l app="$1" -o 'jsonpath={.items[*].status.phase}')" "$2"; }
check "never-ready pods run" within 10 running never "Running Running"
check "a slow pod runs" within 10 running slow "Running"
check "a slow pod is not ready at first" ready_replicas east slow ""
crashed() { is "$(k east get pods -l app=crash -o 'jsonpath={.items[0].status.containerStatuses[0].state.waiting.reason}')" CrashLoopBackOff; }
check "a crashing pod ends in CrashLoopBackOff" within 15 crashed
check "a crashed pod is not ready" within 5 ready_replicas east crash ""
check "a slow pod becomes ready" within 30 ready_replicas east slow 1
check "a slow pod took about 20 s" test $((SECONDS - slow_since)) -ge 18
check "never-ready pods still are not" ready_replicas east never ""
check "a Job completes" k east create job once --image=example.invalid/none:1
check "its pod is done" within 20 k east wait --for=condition=complete job/once --timeout=1s
old_pods=$(k east get pods -l app=web -o name)
check "pods can be deleted" k east delete pods -l app=web --timeout=15s
check "and are replaced" within 20 ready_replicas east web 3
check "by other pods" no is "$(k east get pods -l app=web -o name)" "$old_pods"

echo "== audit"
writes() { grep -c '"selftest-note"' "$dir/west/audit.log"; }
check "a write" k west create configmap selftest-note --from-literal=a=1
check "stands once in the audit log" is "$(writes)" 1
check "a read" k west get configmap selftest-note
check "does not stand in it" is "$(writes)" 1
check "the audit log names user, agent and object" grep -qE '"username":"fleet-admin".*"userAgent":"kubectl.*"resource":"configmaps".*"code":201' "$dir/west/audit.log"

echo "== kill, start, pause, resume"
check "kill ends an API server" fleet kill west
check "it serves no more" no serves west
check "its etcd lives on" no gone "$(pid_of west etcd)"
check "the hub serves on" serves hub
check "the other center serves on" serves east
check "status sees it" no fleet status
check "start brings it back" fleet start west
check "with its data, under the same address" k west get configmap selftest-note
check "and nothing else was down" fleet status
check "kill --all ends a whole center" fleet kill west --all
check "its etcd as well" gone "$(pid_of west etcd)"
check "up mends it" fleet up
check "with its data" k west get configmap selftest-note
check "and it still makes pods" deployment west web 2 ""
check "that become ready" within 30 ready_replicas west web 2
check "pause silences an API server" fleet pause east
check "requests get no answer" no serves east
check "status sees it too" no fleet status
check "others serve on" serves hub
check "resume wakes it" fleet resume east
check "it serves" within 10 serves east
check "an unknown name is refused" no fleet kill nowhere

echo "== down"
check "a paused fleet goes down too" fleet pause west
check "down" "$here/fleet" down --dir "$other"
check "leaves the other fleet alone" serves hub
check "down of the rest" fleet down
check "leaves no process" is "$(ours)" ""
check "leaves no file but its lock" is "$(ls "$dir")" ""

summary
