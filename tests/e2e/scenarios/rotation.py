"""A rotated Secret, and the operator's own rotated token, are taken up without a restart."""

import base64
import json

from harness import haetae, views
from harness.checks import eventually, expect, steadily
from harness.systems import component, member_namespace, tenant_system
from harness.trial import AGENCY

CENTER = "daegu"
TAKEN_UP = 65  # seconds: Secrets and token files are read again each minute
FORGOTTEN = 15  # an API server believes a revoked token for 10 s


def run(trial):
    trial.examples()
    ref, = trial.apply(tenant_system(AGENCY, "rotated", centers=[CENTER]))
    eventually(30, lambda: trial.settled(ref))
    process = trial.operator.running.pid
    pods = views.pod_uids(trial.fleet, AGENCY, "rotated")
    of_a_member(trial)
    of_the_hub(trial)
    with trial.check("it is the same process, and no pod is another"):
        expect(trial.operator.alive() and trial.operator.running.pid == process, "another process")
        expect(not set(pods) - set(views.pod_uids(trial.fleet, AGENCY, "rotated")), "pods were replaced")
    trial.remove(ref)


def delivered(trial, replicas):
    """A change of the system reaches the member in under 5 s, and the hub hears of it: watches that stand need no token."""
    ref = f"{AGENCY}/rotated"
    trial.change(ref, {"components": [component(replicas=replicas)]})
    live = lambda: trial.members[CENTER].get("Deployment", "web", member_namespace(AGENCY, "rotated"))["spec"]["replicas"]
    eventually(5, lambda: expect(live() == replicas, "not delivered"))
    eventually(5, lambda: trial.settled(ref))


def of_a_member(trial):
    member = trial.members[CENTER]
    kubectl = lambda *words, **more: member.kubectl("-n", haetae.NAMESPACE, *words, **more)
    reachable = lambda: views.is_true(trial.member(CENTER), "Reachable")
    kubectl("apply", "-f", "-", stdin=json.dumps({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
        "metadata": {"name": "haetae-token-next", "annotations": {"kubernetes.io/service-account.name": "haetae"}}}))
    stored = lambda: json.loads(kubectl("get", "secret", "haetae-token-next", "-o", "json").stdout)["data"]["token"]
    eventually(10, stored)
    fresh = base64.b64decode(stored()).decode()
    trial.canaries.add(fresh)
    with trial.check("a new token in the Secret, the old one revoked a minute later: Reachable all the time"):
        config = haetae.kubeconfig(member.server, member.authority, fresh)
        trial.hub.patch("Secret", f"member-{CENTER}-a", {"stringData": {"kubeconfig": config}}, haetae.NAMESPACE)
        steadily(TAKEN_UP, reachable)
        kubectl("delete", "secret", "haetae-token")
        steadily(FORGOTTEN, reachable)
        delivered(trial, 2)
    with trial.check("a new token in the Secret, the old one revoked at once: Reachable again") as notes:
        haetae.connect(trial.fleet, CENTER)  # the chart's own token, made anew
        trial.canaries |= haetae.tokens(trial.fleet)
        kubectl("delete", "secret", "haetae-token-next")
        steadily(FORGOTTEN, lambda: None)
        notes.append(f"{eventually(90, lambda: (reachable(), delivered(trial, 3))):.0f} s after it was refused")


def of_the_hub(trial):
    with trial.check("a new token in the operator's own file, the old one revoked a minute later: it works on"):
        revoke = trial.operator.renew_token()
        steadily(TAKEN_UP, lambda: None, every=1)
        revoke()
        steadily(FORGOTTEN, lambda: expect(trial.operator.page("/readyz")[0] == 200, "not ready"), every=1)
        delivered(trial, 2)
    with trial.check("a new token in the operator's own file, the old one revoked at once: it works again") as notes:
        trial.operator.renew_token()()
        steadily(FORGOTTEN, lambda: None, every=1)
        notes.append(f"{eventually(90, lambda: delivered(trial, 3)):.0f} s after it was refused")
