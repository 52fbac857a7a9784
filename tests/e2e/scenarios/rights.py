"""RBAC: everything that the two ServiceAccounts did all along was allowed, and more is not."""

import datetime

from harness.audit import OURS, listed
from harness.checks import expect

# Gone meanwhile, conflict, refused by a dry run, and what the API server notes when who asked was killed meanwhile: after
# the request, or (CUT) in the middle of it.
EXPECTED = {404, 409, 422, 504}
CUT = (500, "unexpected EOF")


def run(trial):
    writes = trial.audit.since(trial.begin)
    with trial.check("every write of ours was allowed: no 403 in any audit log") as notes:
        refused = [w for w in writes if w.code == 403 and not excused(trial, w)]
        expect(not refused, lambda: listed(refused))
        expect({w.cluster for w in writes} >= set(trial.audit.logs) - {"daejeon"}, "there were no writes to look at")
        notes.append(f"{len(writes)} writes")
    with trial.check("the operator wrote as its ServiceAccount alone, in hub and members"):
        for name, log in trial.audit.logs.items():
            users = log.users_of("haetae/", trial.begin[name])
            expect(users <= {OURS}, f"{name}: {users}")
            expect(users or name == "daejeon", f"{name}: it wrote nothing")
    with trial.check("every other code below 400, or 404, 409, 422, 504"):
        odd = [w for w in writes if w.code >= 400 and w.code != 403 and w.code not in EXPECTED and (w.code, w.said) != CUT]
        expect(not odd, lambda: listed(odd))
    with trial.check("reads were allowed too, as far as the operator's metrics tell"):
        text = trial.operator.page("/metrics")[1]
        lines = [line for line in text.splitlines() if line.startswith("rest_client_requests_total{")]
        expect(any('code="200"' in line for line in lines), "rest_client_requests_total counts nothing")
        came_back = {f'host="{center}-a"' for center, _ in trial.returns}  # see excused()
        refused = [line for line in lines if 'code="403"' in line and not any(host in line for host in came_back)]
        expect(not refused, refused)
    denied(trial)


def excused(trial, write):
    """An API server that just came back answers 403 to everybody for a moment; a namespace that is being deleted takes
    no Events."""
    at = datetime.datetime.fromisoformat(write.at)
    soon = any(write.cluster == center and 0 <= (at - when).total_seconds() + 5 <= 10 for center, when in trial.returns)
    return soon or (write.resource, write.ns) == ("events", "e2e-agency")


def denied(trial):
    """What the accounts must not be able to do."""
    hub = [["get", "secrets", "-n", "default"], ["list", "secrets", "-n", "haetae-system"], ["create", "clusterroles.rbac.authorization.k8s.io"],
           ["delete", "tenantsystems.haetae.io", "-n", "mois"], ["create", "tenantsystems.haetae.io", "-n", "mois"], ["create", "pods", "-n", "mois"],
           ["delete", "namespaces"], ["delete", "customresourcedefinitions.apiextensions.k8s.io"]]
    rbac, admission = "rbac.authorization.k8s.io", "admissionregistration.k8s.io"
    member = [["get", "secrets", "-n", "default"], ["list", "secrets", "-A"], ["watch", "secrets", "-A"], ["escalate", f"clusterroles.{rbac}"],
              ["bind", f"clusterroles.{rbac}"], ["impersonate", "users"], ["update", "nodes"], ["create", "pods", "-n", "default"],
              ["delete", f"validatingadmissionpolicies.{admission}"], ["delete", f"validatingadmissionpolicybindings.{admission}"],
              ["create", f"mutatingwebhookconfigurations.{admission}"], ["create", f"rolebindings.{rbac}", "-n", "default"], ["patch", "nodes"],
              ["delete", "persistentvolumeclaims", "-n", "default"], ["create", "pods", "--subresource=exec"],
              ["create", "serviceaccounts", "--subresource=token"]]
    for name, cluster in {"hub": trial.hub, **trial.members}.items():
        with trial.check(f"our ServiceAccount in {name} can do no more than it needs"):
            for words in hub if name == "hub" else member:
                answer = cluster.kubectl("auth", "can-i", *words, f"--as={OURS}", ok=False).stdout.strip()
                expect(answer == "no", f"can {' '.join(words)}: {answer}")
