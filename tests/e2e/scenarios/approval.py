"""Approvals: who may give one, what each lets happen, and that nothing forged, stale or self-made counts."""

import datetime
import json
import subprocess

from harness import views
from harness.checks import eventually, expect, steadily
from harness.haetae import NAMESPACE
from harness.systems import API, component, tenant_system
from harness.trial import AGENCY, split

PARK, KIM, LEE, CHOI = "park@agency", "kim@center", "lee@center", "choi@security"
GROUPS = {PARK: ["haetae:agency"], KIM: ["haetae:center"], LEE: ["haetae:center"], CHOI: ["haetae:security"]}


def run(trial):
    trial.examples()
    people(trial)
    trial.hub.patch("RiskTier", "tier-2", {"spec": {"admission": "Approved"}})
    eventually(20, lambda: trial.seen("RiskTier", "tier-2"))
    try:
        entry(trial)
        forged(trial)
        deletion(trial)
        guarded(trial)
    finally:
        trial.hub.patch("RiskTier", "tier-2", {"spec": {"admission": "Immediate"}})


def people(trial):
    """The chart's roles, bound as its README says: approvers by name, the agency's people as `edit`."""
    bindings = []
    for ns in (AGENCY, NAMESPACE):
        for user in (KIM, LEE, CHOI):
            bindings.append(binding(ns, "haetae-approver", user))
    bindings += [binding(AGENCY, "edit", PARK), binding(NAMESPACE, "haetae-approver", PARK)]
    trial.hub.apply(bindings)


def binding(ns, role, user):
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
            "metadata": {"name": f"{role}-{user.replace('@', '-')}", "namespace": ns},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}]}


def as_user(trial, user, *words, stdin=None, groups=None):
    """What kubectl answers to a user: (exit code, everything it says)."""
    groups = GROUPS[user] if groups is None else groups
    ran = trial.hub.kubectl("--as", user, *(f"--as-group={g}" for g in groups), *words, stdin=stdin, ok=False)
    return ran.returncode, ran.stdout + ran.stderr


def step_of(trial, ref, what):
    steps = [s for s in trial.system(ref)["status"].get("steps", []) if s["what"] == what]
    expect(len(steps) == 1, lambda: f"{ref} has the steps {trial.system(ref)['status'].get('steps')}")
    return steps[0]


def form(trial, ref, step, user, *words):
    """The Approval as `haetae approve` fills it in."""
    agency, name = split(ref)
    thing = trial.hub.kubectl("get", "tenantsystem", name, "-n", agency, "-o", "yaml").stdout
    ran = subprocess.run([trial.operator.command, "approve", step, "--by", user, *words, "-f", "-"], input=thing, capture_output=True, text=True)
    expect(ran.returncode == 0, lambda: f"haetae approve exits {ran.returncode}: {ran.stderr}")
    return ran.stdout


def approve(trial, ref, step, user, *words):
    code, said = as_user(trial, user, "create", "-f", "-", stdin=form(trial, ref, step, user, *words))
    expect(code == 0, lambda: f"{user} cannot approve: {said}")


def entry(trial):
    ref = f"{AGENCY}/asks"
    wanted = tenant_system(AGENCY, "asks", tier="tier-2", requestedBy=PARK)
    with trial.check("who asks names themselves: another name is refused"):
        code, said = as_user(trial, PARK, "apply", "-f", "-", stdin=json.dumps({**wanted, "spec": {**wanted["spec"], "requestedBy": KIM}}))
        expect(code != 0 and PARK in said, said)
    with trial.check("a new system of a guarded tier runs in the highest free one, and says what is missing"):
        code, said = as_user(trial, PARK, "apply", "-f", "-", stdin=json.dumps(wanted))
        expect(code == 0, said)
        eventually(30, lambda: trial.settled(ref))
        status = trial.system(ref)["status"]
        expect(status["tier"]["effective"] == "tier-3" and status["tier"]["assessed"] == "tier-2", status["tier"])
        expect(views.findings(trial.system(ref), "TierPending"), "no finding TierPending")
    step = step_of(trial, ref, "TierEntry")["id"]
    with trial.check("who has no role of an approver creates no Approval, whatever else they may edit"):
        code, said = as_user(trial, PARK, "create", "-f", "-", stdin=form(trial, ref, step, KIM))
        expect(code != 0 and "forbidden" in said.lower(), said)
    with trial.check("one Approval of the center lets it enter: a second copy stands, the Approval is gone, history names who") as notes:
        approve(trial, ref, step, KIM)
        notes.append(f"{eventually(30, lambda: entered(trial, ref)):.1f} s")
    with trial.check("an Approval that names the used step again counts for nothing, and does not stay"):
        as_user(trial, LEE, "create", "-f", "-", stdin=again(trial, ref, step, LEE))
        eventually(20, lambda: expect(not approvals(trial), lambda: f"there are {approvals(trial)}"))


def entered(trial, ref):
    status = trial.system(ref)["status"]
    expect(status["tier"]["effective"] == "tier-2", status["tier"])
    trial.settled(ref)
    expect(len(status["placement"]["centers"]) == 2, status["placement"])
    expect(status.get("history") and status["history"][0]["by"] == [KIM], lambda: f"history is {status.get('history')}")
    expect(not status.get("steps"), lambda: f"steps are {status.get('steps')}")
    expect(not approvals(trial), lambda: f"there are {approvals(trial)}")


def approvals(trial):
    return [one["metadata"]["name"] for one in trial.hub.all("Approval")]


def again(trial, ref, step, user):
    agency, name = split(ref)
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    return json.dumps({"apiVersion": API, "kind": "Approval", "metadata": {"name": "again", "namespace": agency}, "spec": {
        "for": {"kind": "TenantSystem", "namespace": agency, "name": name, "uid": trial.system(ref)["metadata"]["uid"]},
        "step": step, "verdict": "Approved", "by": user, "role": "center", "validUntil": until.strftime("%Y-%m-%dT%H:%M:%SZ")}})


def forged(trial):
    ref, = trial.apply(tenant_system(AGENCY, "forged", tier="tier-2", components=[component(replicas=2)]))
    eventually(30, lambda: trial.settled(ref))
    step = step_of(trial, ref, "TierEntry")["id"]
    mine = form(trial, ref, step, KIM)
    with trial.check("an Approval in another's name is refused, whoever sends it"):
        code, said = as_user(trial, LEE, "create", "-f", "-", stdin=mine)
        expect(code != 0 and LEE in said, said)
        ran = trial.hub.kubectl("create", "-f", "-", stdin=mine, ok=False)  # as the administrator of the hub
        expect(ran.returncode != 0 and "own user name" in ran.stderr, ran.stderr)
    with trial.check("an Approval in a role whose group one is not in is refused"):
        code, said = as_user(trial, KIM, "create", "-f", "-", stdin=mine, groups=["haetae:agency"])
        expect(code != 0 and "haetae:center" in said, said)
    approve(trial, ref, step, KIM)
    name = approvals(trial)[0]
    with trial.check("an Approval is neither edited nor deleted, not by the administrator either"):
        for words in (("patch", "approval", name, "-n", AGENCY, "--type=merge", "-p", '{"spec":{"reason":"another"}}'),
                      ("delete", "approval", name, "-n", AGENCY)):
            ran = trial.hub.kubectl(*words, ok=False)
            expect(ran.returncode != 0, lambda: f"{words} went through")
    with trial.check("nobody but the operator writes a status: a forged grant is refused"):
        grant = {"status": {"steps": [{**step_of(trial, ref, "TierEntry"), "granted": "2026-01-01T00:00:00Z", "approvedBy": [KIM, LEE]}]}}
        ran = trial.hub.kubectl("patch", "tenantsystem", "forged", "-n", AGENCY, "--subresource=status", "--type=merge", "-p", json.dumps(grant), ok=False)
        expect(ran.returncode != 0 and "nobody else writes it" in ran.stderr, ran.stderr)
    with trial.check("where nobody in particular asked it takes two; one alone, and the same one twice, is not enough"):
        steadily(3, lambda: expect(trial.system(ref)["status"]["tier"]["effective"] == "tier-3", "it entered"))
    with trial.check("a rejection ends the step; what was approved of it counts no more"):
        approve(trial, ref, step, LEE, "--reject", "--reason", "not yet")
        def anew():
            expect(step_of(trial, ref, "TierEntry")["id"] != step, "the step is still there")
            expect(not approvals(trial), lambda: f"there are {approvals(trial)}")
        eventually(20, anew)
        expect(trial.system(ref)["status"]["history"][0]["verdict"] == "Rejected", "history does not tell")


def deletion(trial):
    ref = f"{AGENCY}/forged"  # of tier 3 for now, whose deletion takes two people
    trial.hub.delete("TenantSystem", "forged", AGENCY)
    eventually(20, lambda: step_of(trial, ref, "Deletion"))
    step = step_of(trial, ref, "Deletion")["id"]
    with trial.check("a deletion with one Approval holds, and the workloads run on"):
        approve(trial, ref, step, KIM, "--role", "center")
        def holds():
            expect(trial.hub.find("TenantSystem", "forged", AGENCY) is not None, "it is gone")
            copies = views.copies(trial.fleet, AGENCY, "forged")
            expect(copies, "no copy is left")
            for center in copies:
                expect(len(views.ready_pods(trial.members[center], AGENCY, "forged")) == 2, f"pods are missing in {center}")
        eventually(20, lambda: expect(step_of(trial, ref, "Deletion").get("approvedBy") == [KIM], "the Approval is not seen"))
        steadily(5, holds)
    with trial.check("with the second one, of another person, it goes from every cluster and then from the hub") as notes:
        approve(trial, ref, step, PARK, "--role", "agency")
        notes.append(f"{eventually(60, lambda: trial.gone(ref)):.1f} s")
    with trial.check("the Approvals of what is gone expire; nothing else deletes them"):
        left = [one for one in trial.hub.all("Approval") if one["spec"]["for"]["name"] == "forged"]
        for one in left:
            expect(one.get("status", {}).get("state") != "Pending", lambda: f"{one['metadata']['name']} is {one.get('status')}")


def guarded(trial):
    with trial.check("a CRD of ours, and a namespace that holds systems, are deleted only with the annotation that confirms it"):
        for words in (("crd", "tenantsystems.haetae.io"), ("namespace", AGENCY)):
            ran = trial.hub.kubectl("delete", *words, "--dry-run=server", ok=False)
            expect(ran.returncode != 0 and "haetae.io/confirm-deletion" in ran.stderr, lambda: f"{words}: {ran.stdout}{ran.stderr}")
        trial.hub.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "e2e-empty"}})
        ran = trial.hub.kubectl("delete", "namespace", "e2e-empty", "--wait=false", ok=False)
        expect(ran.returncode == 0, lambda: f"an empty namespace: {ran.stderr}")
    with trial.check("edit and admin of a namespace carry no right to approve"):
        for role in ("edit", "admin", "view"):
            rules = json.loads(trial.hub.kubectl("get", "clusterrole", role, "-o", "json").stdout)["rules"]
            for rule in rules:
                names = "haetae.io" in rule.get("apiGroups", []) and "approvals" in rule.get("resources", [])
                expect(not (names and set(rule["verbs"]) - {"get", "list", "watch"}), f"{role} may {rule}")
