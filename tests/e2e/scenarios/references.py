"""Bad input, row 3: missing references, cycles and ambiguous ranks are findings where they are made; taken namespaces."""

from harness import views
from harness.audit import listed
from harness.checks import NotSo, eventually, expect, steadily
from harness.systems import API, REFERENCE, namespace, tenant_system
from harness.trial import AGENCY, EXAMPLES

REF = f"{AGENCY}/refers"


def run(trial):
    trial.examples()
    trial.apply(tenant_system(AGENCY, "refers"), tenant_system(AGENCY, "ring-a"), tenant_system(AGENCY, "ring-b"))
    eventually(30, lambda: trial.settled(REF, f"{AGENCY}/ring-a", f"{AGENCY}/ring-b"))
    missing(trial)
    cycle(trial)
    ambiguous_rank(trial)
    handoffs(trial)
    center(trial)
    trial.remove(REF, f"{AGENCY}/ring-a", f"{AGENCY}/ring-b")
    taken(trial, "unmarked", {})
    taken(trial, "other", {REFERENCE: "nirs/somebody-else"})


def told(trial, ref, path, word):
    """Raises NotSo unless a finding on that system is at `path` and names `word`."""
    found = views.findings(trial.system(ref))
    expect(any(f["path"].startswith(path) and word in f["message"] for f in found), f"{ref}: findings {found}")


def untouched(trial, what, act, probe, undo):
    """`act` makes the finding that `probe` sees; nothing running is touched by it; `undo` takes it away again."""
    trial.quiet(2)
    made = [AGENCY + "/" + s["metadata"]["name"] for s in trial.hub.all("TenantSystem", AGENCY)]
    pods = {ref: views.pod_uids(trial.fleet, *ref.split("/")) for ref in EXAMPLES + made}
    place = trial.audit.now()
    try:
        act()
        with trial.check(f"{what} is a finding on the object that refers"):
            eventually(10, probe)
        with trial.check(f"{what}: what runs keeps running"):
            steadily(2, lambda: None)
            for ref, before in pods.items():
                expect(views.pod_uids(trial.fleet, *ref.split("/")) == before, f"the pods of {ref} are others")
            gone = [w for w in trial.audit.since(place, list(trial.members)) if w.deletes]
            expect(not gone, lambda: listed(gone))
    finally:
        undo()
    with trial.check(f"{what}: the finding goes with its cause"):
        eventually(10, lambda: expect(not holds(probe), "the finding is still there"))


def holds(probe):
    try:
        probe()
        return True
    except (NotSo, LookupError):
        return False


def missing(trial):
    untouched(trial, "a dependency that does not exist",
              lambda: trial.change(REF, {"dependsOn": [{"system": "nowhere/nothing", "strength": "Hard"}]}),
              lambda: told(trial, REF, "spec.dependsOn[0]", "nowhere/nothing"), lambda: trial.change(REF, {"dependsOn": []}))
    untouched(trial, "a tier that does not exist", lambda: trial.change(REF, {"tier": "tier-0"}),
              lambda: told(trial, REF, "spec.tier", "tier-0"), lambda: trial.change(REF, {"tier": None}))
    untouched(trial, "a center that does not exist, in a wish", lambda: trial.change(REF, {"placement": {"preferCenters": ["atlantis"]}}),
              lambda: told(trial, REF, "spec.placement.preferCenters[0]", "atlantis"), lambda: trial.change(REF, {"placement": None}))


def cycle(trial):
    def ring(a, b):
        for name, on in (("ring-a", a), ("ring-b", b)):
            trial.change(f"{AGENCY}/{name}", {"dependsOn": [{"system": on, "strength": "Hard"}] if on else []})

    def seen():
        for name, other in (("ring-a", "ring-b"), ("ring-b", "ring-a")):
            told(trial, f"{AGENCY}/{name}", "spec.dependsOn", other)
    untouched(trial, "a cycle", lambda: ring(f"{AGENCY}/ring-b", f"{AGENCY}/ring-a"), seen, lambda: ring(None, None))


def ambiguous_rank(trial):
    def seen():
        tiers = {t["metadata"]["name"]: views.findings(t) for t in trial.hub.all("RiskTier")}
        expect(any("rank" in f["path"] for f in tiers["e2e-twin"]), tiers)
    twin = trial.hub.get("RiskTier", "tier-2")["spec"]
    untouched(trial, "a rank that two tiers have",
              lambda: trial.hub.apply({"apiVersion": API, "kind": "RiskTier", "metadata": {"name": "e2e-twin"}, "spec": {**twin, "minScore": 84}}),
              seen, lambda: trial.hub.delete("RiskTier", "e2e-twin", wait=True))


def handoffs(trial):
    thing = {"apiVersion": API, "kind": "Handoff", "metadata": {"name": "refers", "namespace": AGENCY},
             "spec": {"system": "nothing", "provider": "nobody", "targetStage": "Shadow"}}

    def seen():
        paths = [f["path"] for f in views.findings(trial.hub.get("Handoff", "refers", AGENCY))]
        expect("spec.system" in paths and "spec.provider" in paths, f"findings at {paths}")
    untouched(trial, "a Handoff of nothing to nobody", lambda: trial.hub.apply(thing), seen,
              lambda: trial.hub.delete("Handoff", "refers", AGENCY))


def center(trial):
    """It points at a cluster that another MemberCluster has already: a slip of the hand that one must be able to undo."""
    thing = {"apiVersion": API, "kind": "MemberCluster", "metadata": {"name": "e2e-lost"},
             "spec": {"center": "atlantis", "connection": {"kubeconfigSecret": {"name": "member-daegu-a", "key": "kubeconfig"}}}}
    untouched(trial, "a MemberCluster of a center that does not exist", lambda: trial.hub.apply(thing),
              lambda: expect(any(f["path"] == "spec.center" for f in views.findings(trial.hub.get("MemberCluster", "e2e-lost"))), "no finding"),
              lambda: trial.hub.delete("MemberCluster", "e2e-lost"))
    with trial.check("a MemberCluster that was never used can be deleted again"):
        eventually(15, lambda: expect(trial.hub.find("MemberCluster", "e2e-lost") is None, "it is still there"))
    with trial.check("and no system's status speaks of it any more"):
        eventually(15, lambda: [expect(all(c["cluster"] != "e2e-lost" for c in s["status"].get("redundancy", [])), views.named(s))
                                for s in trial.hub.all("TenantSystem")])


def taken(trial, name, annotations):
    """A namespace that is there before us, unmarked or of another system, is never adopted."""
    ns, ref = f"ts-{AGENCY}-{name}", f"{AGENCY}/{name}"
    before = {}
    for center, member in trial.members.items():
        member.apply({**namespace(ns), "metadata": {"name": ns, "annotations": annotations}})
        before[center] = member.get("Namespace", ns)["metadata"]["resourceVersion"]
    trial.apply(tenant_system(AGENCY, name))
    with trial.check(f"a namespace that is taken ({'marked for another' if annotations else 'unmarked'}) is the finding NamespaceTaken, and stays as it is"):
        eventually(10, lambda: expect(views.findings(trial.system(ref), "NamespaceTaken"), f"findings {views.findings(trial.system(ref))}"))
        eventually(10, lambda: views.is_false(trial.system(ref), "Ready"))
        for center, member in trial.members.items():
            expect(member.get("Namespace", ns)["metadata"]["resourceVersion"] == before[center], f"{center}: the namespace was changed")
            expect(not member.all("Deployment", ns), f"{center}: a Deployment of ours is in it")
    trial.remove(ref)
    with trial.check(f"a taken namespace ({'marked for another' if annotations else 'unmarked'}) survives the deletion of the system"):
        for center, member in trial.members.items():
            expect(member.get("Namespace", ns)["metadata"]["resourceVersion"] == before[center], f"{center}: the namespace was changed")
    for member in trial.members.values():
        member.delete("Namespace", ns)
