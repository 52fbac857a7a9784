#!/bin/bash
# Lets the hub into a member cluster: installs the chart haetae-member there and writes a kubeconfig with its token
# into the Secret `member-NAME` of the hub's namespace haetae-system. Asking again refreshes both.
#
#   examples/connect-member.sh HUB_KUBECONFIG MEMBER_KUBECONFIG NAME
#
# Both kubeconfigs are an administrator's. What the hub gets is only the token of the member's ServiceAccount `haetae`.
#   NAMESPACE      namespace in hub and member (default haetae-system)
#   MEMBER_SERVER  URL of the member as the hub reaches it (default: the one in MEMBER_KUBECONFIG)
#   KUBECTL, HELM  commands to use (default: the fleet's, else those in PATH)
set -euo pipefail
umask 077

if [ $# -ne 3 ]; then
  sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2
  exit 2
fi
hub=$1 member=$2 name=$3
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
namespace=${NAMESPACE:-haetae-system}

# tool NAME GIVEN: the command to call, the fleet's own before the one in PATH.
tool() {
  if [ -n "$2" ]; then echo "$2"
  elif [ -x "$root/build/fleet/bin/$1" ]; then echo "$root/build/fleet/bin/$1"
  else command -v "$1" || { echo "connect-member.sh: $1 is missing" >&2; exit 1; }; fi
}
kubectl=$(tool kubectl "${KUBECTL:-}")
helm=$(tool helm "${HELM:-}")
for file in "$hub" "$member"; do
  [ -r "$file" ] || { echo "connect-member.sh: cannot read kubeconfig $file" >&2; exit 2; }
done

on_hub() { "$kubectl" --kubeconfig "$hub" --request-timeout=15s "$@"; }
on_member() { "$kubectl" --kubeconfig "$member" --request-timeout=15s "$@"; }

"$helm" upgrade --install haetae-member "$root/charts/haetae-member" --kubeconfig "$member" \
  --namespace "$namespace" --create-namespace --history-max 3 >/dev/null
# So that a rehearsal of what has no namespace yet hears what pod security would say.
on_member label namespace "$namespace" pod-security.kubernetes.io/warn=restricted --overwrite >/dev/null

token=
for _ in $(seq 100); do
  token=$(on_member -n "$namespace" get secret haetae-token -o 'jsonpath={.data.token}' --ignore-not-found)
  [ -n "$token" ] && break
  sleep 0.1
done
[ -n "$token" ] || { echo "connect-member.sh: no token for ServiceAccount $namespace/haetae in $name" >&2; exit 1; }

# field PATH: of the cluster that the member's kubeconfig points at, files inlined.
field() { on_member config view --raw --minify --flatten -o "jsonpath={.clusters[0].cluster.$1}"; }
server=${MEMBER_SERVER:-$(field server)}
server_name=$(field tls-server-name)

kubeconfig() {
  cat <<EOF
apiVersion: v1
kind: Config
current-context: $name
contexts:
- name: $name
  context: {cluster: $name, user: haetae}
clusters:
- name: $name
  cluster:
    server: $server
    certificate-authority-data: $(field certificate-authority-data)
${server_name:+    tls-server-name: $server_name
}users:
- name: haetae
  user:
    token: $(base64 -d <<<"$token")
EOF
}

# Server-side and through a pipe: the token shows in no annotation, no argument list and no file.
on_hub create namespace "$namespace" --dry-run=client -o yaml | on_hub apply --server-side --field-manager=connect-member -f - >/dev/null
kubeconfig | on_hub -n "$namespace" create secret generic "member-$name" --from-file=kubeconfig=/dev/stdin --dry-run=client -o yaml |
  on_hub apply --server-side --force-conflicts --field-manager=connect-member -f - >/dev/null
echo "$name: the hub may enter (Secret $namespace/member-$name)"
