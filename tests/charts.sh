#!/bin/bash
# Shows that both charts do what they say: lint, schema, rights, and install, upgrade and uninstall on a small fleet.
# Ends with `N passed, N failed`.
set -uo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
cd "$root" || exit 1
. tests/checks.sh
work=$(mktemp -d)
fleet() { tests/cluster/fleet "$@" --dir "$work/fleet"; }
trap 'fleet down >/dev/null; rm -rf "$work"' EXIT

helm=build/fleet/bin/helm
hub=$work/fleet/hub.kubeconfig
east=$work/fleet/east.kubeconfig
namespace=haetae-system
account=system:serviceaccount:$namespace:haetae
k() { build/fleet/bin/kubectl --kubeconfig "$1" --request-timeout=10s "${@:2}"; }
render() { "$helm" template haetae charts/haetae -n $namespace "$@"; }
renders() { render "$@" >/dev/null; }
member() { "$helm" template haetae-member charts/haetae-member -n $namespace "$@"; }
tests/cluster/fleet --help >/dev/null || exit 1

echo "== lint and schema"
check "the hub chart is clean" "$helm" lint --strict charts/haetae
check "the member chart is clean" "$helm" lint --strict charts/haetae-member
check "two operators are refused" no renders --set replicas=2
check "an unknown value is refused" no renders --set replica=1
check "an unknown field of a tier is refused" no renders --set riskTiers.tiers.tier-1.redundancy.activeCentres=3
check "a class above Kubernetes' limit is refused" no member --set priorityClasses.classes.haetae-tier-1=2000000000
check "every switch renders" renders --set networkPolicy.install=true --set image.digest=sha256:"$(printf '0%.0s' {1..64})" \
  --set imagePullSecrets[0].name=x --set nodeSelector.a=b --set podLabels.a=b --set extraArgs[0]=--workers=3
check "all can be switched off" renders --set crds.install=false --set riskTiers.install=false --set fleetPolicy.install=false \
  --set metrics.service=false --set serviceAccount.create=false
check "each CRD of crds/ is in the chart" diff -rq -x README.md crds charts/haetae/files/crds
check "each CRD is kept at uninstall" is "$(render -s templates/crds.yaml | grep -c 'helm.sh/resource-policy: keep')" "$(find crds -name "*.yaml" | wc -l)"

echo "== rights, as written"
{ render -s templates/rbac.yaml; member -s templates/rbac.yaml; } >"$work/rights"
check "no wildcard" no grep -nF '*' <(grep -E '^ +(- )?(apiGroups|verbs|resources):' "$work/rights")
check "no way to raise rights" no grep -nE 'escalate|bind|impersonate|rolebindings|clusterroles|serviceaccounts/' <(grep -E '^ +(- )?(verbs|resources):' "$work/rights")
check "the member chart names no Secret" no grep -n secrets <(member -s templates/rbac.yaml)

# What the operator can touch at all stands in one file; each plural there has a rule here. What `manifests` may hold is
# granted too.
manifests="configmaps cronjobs httproutes ingresses networkpolicies persistentvolumeclaims serviceaccounts"
declared() { sed -n '/secrets()/,/namespaces()/p;/owned_resources() {/,$p' operator/controllers/resources.cpp | grep -oE '"v[0-9]+", "[a-z]+"' | cut -d'"' -f4 | grep -vx secrets; }
wanted() { { declared; tr ' ' '\n' <<<"$manifests"; } | sort -u; }
granted() { member -s templates/rbac.yaml | sed -n 's/^ *resources: \[\(.*\)\]/\1/p' | tr -d ' ' | tr ',' '\n' | sort -u; }
check "the member chart grants exactly the kinds that controllers/resources.cpp declares, and those of manifests" diff <(wanted) <(granted)

# Admission knows the same kinds as RBAC. Of a rule with a verb that writes: its resources, with their group.
writes() {
  member -s templates/rbac.yaml | awk -F'[][]' '/apiGroups:/ {group = $2; gsub(/"/, "", group)} /resources:/ {list = $2}
    /verbs:.*(create|patch|delete)/ {n = split(list, one, ", "); for (i = 1; i <= n; i++) print one[i] (group == "" ? "" : "." group)}' | sort
}
policed() { member -s templates/policies.yaml | sed -n "s/.*variables.what in \[\(.*\)\]$/\1/p" | tr -d "' " | tr ',' '\n' | sort; }
check "the admission policies let exactly the kinds pass that RBAC lets us write" diff <(writes) <(policed)
check "no claim is deleted" no grep -q delete <(member -s templates/rbac.yaml | grep -A1 'resources: \[persistentvolumeclaims\]')
policies() { member -s templates/policies.yaml; }
check "every policy fails closed" is "$(policies | grep -c 'failurePolicy: Fail')" "$(policies | grep -c 'kind: ValidatingAdmissionPolicy$')"
check "and denies" is "$(policies | grep -c 'validationActions: \[Deny\]')" "$(policies | grep -c 'kind: ValidatingAdmissionPolicyBinding$')"
check "they bind the account by its full name" is \
  "$(policies | grep -c "userInfo.username == 'system:serviceaccount:haetae-system:haetae'")" "$(policies | grep -c 'kind: ValidatingAdmissionPolicy$')"
check "the chart says its version" is "$(member -s templates/configmap.yaml | sed -n 's/^  version: //p')" "\"$(sed -n 's/^version: //p' charts/haetae-member/Chart.yaml)\""

echo "== a small fleet"
check "a hub and a center" fleet up --centers east --nodes 3 --rooms 3
install() { "$helm" "$1" haetae charts/haetae --kubeconfig "$hub" -n $namespace --create-namespace --set replicas=0 "${@:2}"; }
tier1() { k "$hub" get risktier tier-1 -o "jsonpath={$1}"; }
check "the hub chart installs" install install --wait
check "with every kind that crds/ has" is "$(k "$hub" get crd -o name | grep -c 'haetae.io$')" "$(ls crds/*.haetae.io.yaml | wc -l)"
check "and four tiers" is "$(k "$hub" get risktiers -o 'jsonpath={.items[*].metadata.name}')" "tier-1 tier-2 tier-3 tier-4"
check "and a FleetPolicy" k "$hub" get fleetpolicy default
uid=$(tier1 .metadata.uid)
check "an upgrade changes a tier" install upgrade --set riskTiers.tiers.tier-1.redundancy.minReplicas=4
check "in place" is "$(tier1 '.metadata.uid} {.spec.redundancy.minReplicas')" "$uid 4"
check "a rollback takes it back" "$helm" rollback haetae 1 --kubeconfig "$hub" -n $namespace
check "in place, too" is "$(tier1 '.metadata.uid} {.spec.redundancy.minReplicas')" "$uid 3"
check "somebody edits a tier by hand" k "$hub" patch risktier tier-1 --type=merge -p '{"spec":{"redundancy":{"minReplicas":5}}}'
check "an upgrade names that field" says .spec.redundancy.minReplicas install upgrade
check "and leaves it" is "$(tier1 '.metadata.uid} {.spec.redundancy.minReplicas')" "$uid 5"
check "uninstall" "$helm" uninstall haetae --kubeconfig "$hub" -n $namespace
check "keeps the tiers" is "$(tier1 .metadata.uid)" "$uid"
check "the edit is taken back" k "$hub" apply --server-side --force-conflicts --field-manager=helm -f <(render -s templates/risktiers.yaml)
check "and it installs again over what it kept" install install
check "as the same tier" is "$(tier1 .metadata.uid)" "$uid"

echo "== rights in the hub"
may() { k "$hub" auth can-i --as="$account" -q "$@"; }
for kind in centers fleetpolicies handoffs memberclusters risktiers serviceproviders tenantsystems; do
  check "watches $kind" may watch "$kind.haetae.io" -A
  check "writes their status" may patch "$kind.haetae.io" --subresource=status -A
  check "creates none" no may create "$kind.haetae.io" -A
  check "deletes none" no may delete "$kind.haetae.io" -A
done
check "reads a Secret in its namespace" may get secret/member-x -n $namespace
check "lists none" no may list secrets -n $namespace
check "reads none elsewhere" no may get secret/x -n default
check "tells Events" may create events.events.k8s.io -n mois
check "sees no pod" no may get pods -A
check "makes no token" no may create serviceaccounts/haetae --subresource=token -n $namespace

echo "== a member"
connect() { examples/connect-member.sh "$hub" "$east" east-a; }
check "connects" connect
check "connects again" connect
k "$hub" -n $namespace get secret member-east-a -o 'jsonpath={.data.kubeconfig}' | base64 -d >"$work/member.kubeconfig"
chmod 600 "$work/member.kubeconfig"
check "the kubeconfig in the hub works, as the member's account" says "$account" k "$work/member.kubeconfig" auth whoami
check "no annotation holds it" is "$(k "$hub" -n $namespace get secret member-east-a -o 'jsonpath={.metadata.annotations}')" ""
there() { k "$work/member.kubeconfig" auth can-i -q "$@"; }
for kind in namespaces resourcequotas limitranges services configmaps serviceaccounts deployments.apps statefulsets.apps poddisruptionbudgets.policy \
  horizontalpodautoscalers.autoscaling cronjobs.batch ingresses.networking.k8s.io networkpolicies.networking.k8s.io; do
  for verb in watch create patch delete; do check "$verb $kind" there "$verb" "$kind" -A; done
done
for verb in watch create patch; do check "$verb persistentvolumeclaims" there $verb persistentvolumeclaims -A; done
check "not delete persistentvolumeclaims" no there delete persistentvolumeclaims -A
for kind in nodes pods; do
  check "watch $kind" there watch $kind -A
  for verb in create patch delete; do check "not $verb $kind" no there $verb $kind -A; done
done
for kind in daemonsets.apps replicasets.apps jobs.batch; do
  check "list $kind" there list "$kind" -A
  for verb in watch create patch delete; do check "not $verb $kind" no there "$verb" "$kind" -A; done
done
for kind in secrets clusterroles.rbac.authorization.k8s.io rolebindings.rbac.authorization.k8s.io \
  validatingadmissionpolicybindings.admissionregistration.k8s.io; do
  check "not get $kind" no there get $kind -A
  check "not create $kind" no there create $kind -A
done
check "four priority classes that evict nothing" is \
  "$(k "$east" get priorityclass -o 'jsonpath={range .items[*]}{.metadata.name}={.preemptionPolicy} {end}' | tr ' ' '\n' | grep haetae | tr '\n' ' ')" \
  "haetae-tier-1=Never haetae-tier-2=Never haetae-tier-3=Never haetae-tier-4=Never "

echo "== the hub as its own member"
as() { k "$hub" --as="$account" "$@" --dry-run=server; }
check "the member chart, beside the hub chart" "$helm" install haetae-member charts/haetae-member --kubeconfig "$hub" -n $namespace \
  --set serviceAccount.create=false --set token.secret=false
guarded() { says haetae-member-places as -n default create configmap x; }
check "confines the hub's account there, too" within 10 guarded
check "which still tells Events" as create -f - <<'EOF'
{apiVersion: events.k8s.io/v1, kind: Event, metadata: {name: x, namespace: default}, eventTime: "2026-01-01T00:00:00.000000Z", type: Normal,
 reason: X, action: X, reportingController: haetae, reportingInstance: x}
EOF
check "and writes to our kinds" as label risktier tier-1 a=b

echo "== the operator's own pod"
check "a namespace that enforces the restricted standard" k "$east" create -f - <<'EOF'
{apiVersion: v1, kind: Namespace, metadata: {name: strict, labels: {pod-security.kubernetes.io/enforce: restricted}}}
EOF
check "the chart with one replica" "$helm" install strict charts/haetae --kubeconfig "$east" -n strict
runs() { is "$(k "$east" -n strict get deployment haetae -o 'jsonpath={.status.readyReplicas}')" 1; }
check "its pod is admitted" within 20 runs

summary
