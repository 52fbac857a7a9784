"""RBAC: everything that the two ServiceAccounts did all along was allowed, and more is not."""

import datetime
import re

from harness.audit import OURS, listed
from harness.checks import expect

# Gone meanwhile, conflict, refused by a dry run, and what the API server notes when who asked was killed meanwhile.
EXPECTED = {404, 409, 422, 504}


def run(trial):
    writes = trial.audit.since(trial.begin)
    with trial.check("every write of ours was allowed: no 403 in any audit log") as notes:
        refused = [w for w in writes if w.code == 403 and not excused(trial, w)]
        expect(not refused, lambda: listed(refused))
        expect({w.cluster for w in writes} >= set(trial.audit.logs) - {"daejeon"}, "there were no writes to look at")
        notes.append(f"{len(writes)} writes")
    with trial.check("every other code below 400, or 404, 409, 422, 504"):
        odd = [w for w in writes if w.code >= 400 and w.code != 403 and w.code not in EXPECTED]
        expect(not odd, lambda: listed(odd))
    with trial.check("reads were allowed too, as far as the operator's metrics tell"):
        text = trial.operator.page("/metrics")[1]
        counted = re.findall(r'^rest_client_requests_total\{[^}]*code="(\d+)"[^}]*\} (\d+)', text, re.M)
        expect(sum(int(n) for code, n in counted if code == "200") > 0, "rest_client_requests_total counts nothing")
        expect(not any(code == "403" and int(n) > 0 for code, n in counted), f"{counted}")
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
    member = [["get", "secrets", "-n", "default"], ["create", "rolebindings.rbac.authorization.k8s.io", "-n", "default"], ["create", "pods/exec", "-n", "default"],
              ["patch", "nodes"], ["delete", "persistentvolumeclaims", "-n", "default"], ["create", "serviceaccounts/token", "-n", "default"]]
    for name, cluster in {"hub": trial.hub, **trial.members}.items():
        with trial.check(f"our ServiceAccount in {name} can do no more than it needs"):
            for words in hub if name == "hub" else member:
                answer = cluster.kubectl("auth", "can-i", *words, f"--as={OURS}", ok=False).stdout.strip()
                expect(answer == "no", f"can {' '.join(words)}: {answer}")
