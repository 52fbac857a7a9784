"""Deleted systems: tier 4 goes from every cluster, also one that was down; tiers 1 to 3 hold and say what is missing."""

from harness import views
from harness.audit import listed
from harness.checks import eventually, expect, steadily
from harness.systems import component, member_namespace, namespace, tenant_system
from harness.trial import AGENCY, split

HELD = {f"{AGENCY}/held-{n}": f"tier-{n}" for n in (1, 2, 3)}


def run(trial):
    trial.examples()
    trial.apply(*(tenant_system(AGENCY, split(ref)[1], tier=tier) for ref, tier in HELD.items()))
    foreign = bystanders(trial)
    plain(trial)
    trial.members["daegu"].apply(WIDGETS)  # before the long part: the quota controller hears of new kinds every 30 s
    while_down(trial)
    guests(trial)
    lone_guests(trial)
    holds(trial)
    agency_goes(trial)
    with trial.check("foreign namespaces are as they were through all deletions"):
        for center, before in foreign.items():
            for thing in before:
                now = trial.members[center].find(thing["kind"], thing["metadata"]["name"], thing["metadata"].get("namespace"))
                expect(now and now["metadata"]["resourceVersion"] == thing["metadata"]["resourceVersion"], f"{center}: {views.named(thing)}")
    for center in foreign:
        trial.members[center].delete("Namespace", "ts-e2e-bystander")


def bystanders(trial):
    """A namespace of somebody else in every center, named as one of ours could be."""
    found = {}
    for center, member in trial.members.items():
        member.apply([namespace("ts-e2e-bystander"), {"apiVersion": "v1", "kind": "ConfigMap",
                     "metadata": {"name": "mine", "namespace": "ts-e2e-bystander", "labels": {"haetae.io/component": "web"}}}])
        found[center] = [member.get("Namespace", "ts-e2e-bystander"), member.get("ConfigMap", "mine", "ts-e2e-bystander")]
    return found


def plain(trial):
    ref, = trial.apply(tenant_system(AGENCY, "leaves", components=[component(), component("store", "StatefulSet")]))
    eventually(30, lambda: trial.settled(ref))
    place = trial.audit.now()
    with trial.check("a deleted tier-4 system goes from its cluster, and then from the hub") as notes:
        trial.hub.delete("TenantSystem", "leaves", AGENCY)
        notes.append(f"{eventually(30, lambda: trial.gone(ref)):.1f} s")
        strangers = [w for w in trial.audit.since(place, list(trial.members)) if w.deletes and "e2e-leaves" not in w.ns + w.name]
        expect(not strangers, lambda: listed(strangers))


def while_down(trial):
    """A copy in a living center and one in a dead center. Two tiers: the living copy must not wait for the dead one."""
    lone, = trial.apply(tenant_system(AGENCY, "in-the-dark", centers=["daegu"]))
    pair, = trial.apply(tenant_system(AGENCY, "half-dark", tier="tier-2", centers=["daegu", "gwangju"]))
    eventually(30, lambda: trial.settled(lone, pair))
    trial.fleet.command("kill", "daegu")
    eventually(60, lambda: views.is_false(trial.member("daegu"), "Reachable"))
    held = trial.unheld()
    try:
        for ref in (lone, pair):
            trial.hub.delete("TenantSystem", split(ref)[1], AGENCY)
        with trial.check("a copy in a living center goes at once, though another center is down"):
            eventually(15, lambda: expect(trial.members["gwangju"].find("Namespace", member_namespace(*split(pair))) is None, "it is there"))
        with trial.check("while a copy's center is down its finalizer holds, and status names the center"):
            def waits():
                for ref in (lone, pair):
                    meta = trial.system(ref)["metadata"]
                    expect(meta.get("deletionTimestamp") and meta.get("finalizers"), f"{ref}: {meta}")
            eventually(5, lambda: [expect("daegu-a" in said(trial, ref), f"{ref} says {said(trial, ref)}") for ref in (lone, pair)])
            steadily(4, waits)
        trial.fleet.command("start", "daegu")
        trial.returned("daegu")
        with trial.check("the center comes back: its copies go, and only then the finalizer") as notes:
            def in_order():
                for ref in (lone, pair):
                    there = trial.hub.find("TenantSystem", split(ref)[1], AGENCY)
                    ns = trial.members["daegu"].find("Namespace", member_namespace(*split(ref)))
                    expect(there or ns is None, f"{ref} has left the hub, and its namespace is still in daegu")
            def ends():
                in_order()
                trial.gone(lone), trial.gone(pair)
            notes.append(f"{eventually(60, ends):.1f} s")
            in_order()
    finally:
        trial.hold(held)


def said(trial, ref):
    status = trial.system(ref).get("status", {})
    words = [c.get("message", "") for c in status.get("conditions", [])] + [f["message"] for f in status.get("findings", [])]
    return " | ".join(words)


def guests(trial):
    """What others put into our namespace is not ours to delete."""
    ref, = trial.apply(tenant_system(AGENCY, "host", centers=["daegu"]))
    ns, member = member_namespace(*split(ref)), trial.members["daegu"]
    eventually(30, lambda: trial.settled(ref))
    member.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "guest", "namespace": ns}, "data": {"a": "1"}})
    member.apply({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "guest", "namespace": ns},
                  "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}})
    trial.hub.delete("TenantSystem", "host", AGENCY)
    with trial.check("a guest's ConfigMap and claim in a namespace of ours survive the system's deletion"):
        def ours_gone():
            for kind in ("Deployment", "Service"):
                expect(not member.all(kind, ns), f"{kind} is still there")
        eventually(20, ours_gone)
        steadily(4, lambda: expect(member.find("ConfigMap", "guest", ns) is not None, "the ConfigMap is gone"))
        claims = member.kubectl("get", "pvc", "guest", "-n", ns, "-o", "jsonpath={.metadata.deletionTimestamp}").stdout
        expect(claims == "", "the claim is being deleted")
    member.delete("Namespace", ns)
    eventually(30, lambda: expect(trial.hub.find("TenantSystem", "host", AGENCY) is None, "the system never leaves the hub"))


WIDGETS = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.example.com"},
           "spec": {"group": "example.com", "scope": "Namespaced", "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
                    "versions": [{"name": "v1", "served": True, "storage": True,
                                  "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}]}}
# What a namespace takes along without anybody asking, by what the finding calls it.
LONE_GUESTS = {
    "PodDisruptionBudget guest": {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "spec": {"maxUnavailable": 1}},
    "1 roles.rbac.authorization.k8s.io": {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "rules": []},
    "1 widgets.example.com": {"apiVersion": "example.com/v1", "kind": "Widget"},
}


def lone_guests(trial):
    """One foreign object keeps its namespace, also of a kind that we may not read, or that we have never heard of."""
    member = trial.members["daegu"]
    hosts = {}
    for number, (said_as, guest) in enumerate(LONE_GUESTS.items()):
        ref, = trial.apply(tenant_system(AGENCY, f"host-{number}", centers=["daegu"]))
        hosts[ref] = said_as, {**guest, "metadata": {"name": "guest", "namespace": member_namespace(*split(ref))}}
    eventually(30, lambda: trial.settled(*hosts))
    for ref, (_, guest) in hosts.items():
        member.apply(guest)
        trial.hub.delete("TenantSystem", split(ref)[1], AGENCY)
    for ref, (said_as, guest) in hosts.items():
        with trial.check(f"a guest's {guest['kind']} keeps the namespace of a deleted system, and a finding names it") as notes:
            def told():
                kept = views.findings(trial.system(ref), "NamespaceKept")
                expect(kept and said_as in kept[0]["message"], f"it says {said(trial, ref)}")
            notes.append(f"{eventually(90, told):.1f} s")
            there = member.kubectl("get", guest["kind"].lower(), "guest", "-n", member_namespace(*split(ref)), "-o", "jsonpath={.metadata.deletionTimestamp}")
            expect(there.stdout == "", "it is being deleted")
    with trial.check("once a guest has gone by its owner's hand, the namespace goes, and the system"):
        for ref, (_, guest) in hosts.items():
            member.delete(guest["kind"], "guest", member_namespace(*split(ref)), wait=True)
        eventually(120, lambda: [trial.gone(ref) for ref in hosts])
    member.delete("CustomResourceDefinition", "widgets.example.com")


def holds(trial):
    eventually(60, lambda: trial.settled(*HELD))
    pods = {ref: views.pod_uids(trial.fleet, *split(ref)) for ref in HELD}
    place = trial.audit.now()
    for ref in HELD:
        trial.hub.delete("TenantSystem", split(ref)[1], AGENCY)
    for ref, tier in HELD.items():
        with trial.check(f"a deleted {tier} system is held by its finalizer, and status says that an Approval is missing"):
            def held():
                system = trial.system(ref)
                expect(system["metadata"].get("deletionTimestamp") and system["metadata"].get("finalizers"), "no finalizer")
                expect("pproval" in said(trial, ref), f"it says {said(trial, ref)}")
            eventually(10, held)
    with trial.check("held systems run on, the same pods, and nothing of them is deleted"):
        def run_on():
            for ref, before in pods.items():
                expect(views.pod_uids(trial.fleet, *split(ref)) == before, f"the pods of {ref} are others")
        steadily(3, run_on)
        gone = [w for w in trial.audit.since(place, list(trial.members)) if w.deletes]
        expect(not gone, lambda: listed(gone))
    with trial.check("a held system is still kept as stated"):
        center = next(iter(views.copies(trial.fleet, AGENCY, "held-3")))
        trial.members[center].kubectl("scale", "deployment", "web", "-n", member_namespace(AGENCY, "held-3"), "--replicas=7")
        eventually(5, lambda: expect(trial.members[center].get("Deployment", "web", member_namespace(AGENCY, "held-3"))["spec"]["replicas"] == 2, "scaled"))
    with trial.check("an edit of its tier, or of its assessment, lets no held system go"):
        tiers = trial.unheld()
        try:
            trial.change(f"{AGENCY}/held-3", {"assessment": {"impact": 0, "users": 0, "ripple": 0}})
            steadily(5, lambda: [expect(views.pod_uids(trial.fleet, *split(ref)) == pods[ref], f"the pods of {ref} are others")
                                 for ref in HELD if ref != f"{AGENCY}/held-3"])
            for ref in HELD:
                expect(trial.hub.find("TenantSystem", split(ref)[1], AGENCY), f"{ref} is gone")
                expect(views.copies(trial.fleet, *split(ref)), f"{ref} runs nowhere any more")
        finally:
            trial.hold(tiers)
    dismiss(trial, *HELD)


def dismiss(trial, *refs):
    """What an administrator can do by hand, since there are no Approvals yet."""
    for ref in refs:
        agency, name = split(ref)
        trial.hub.kubectl("patch", "tenantsystem", name, "-n", agency, "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
        for center, ns in views.copies(trial.fleet, agency, name).items():
            trial.members[center].delete("Namespace", ns["metadata"]["name"])
    eventually(60, lambda: [trial.gone(ref) for ref in refs], every=0.3)


def agency_goes(trial):
    """A whole agency namespace is deleted by mistake."""
    trial.hub.apply(namespace("e2e-agency"))
    ref, = trial.apply(tenant_system("e2e-agency", "stays", tier="tier-3"))
    eventually(30, lambda: trial.settled(ref))
    pods = views.pod_uids(trial.fleet, *split(ref))
    with trial.check("an agency namespace is not deleted in passing: the refusal says how to confirm it"):
        ran = trial.hub.delete("Namespace", "e2e-agency", ok=False)
        expect(ran.returncode != 0 and "haetae.io/confirm-deletion=e2e-agency" in ran.stderr, lambda: f"it says {ran.stdout}{ran.stderr}")
    trial.confirm("e2e-agency")
    trial.hub.delete("Namespace", "e2e-agency")
    with trial.check("an agency namespace that is deleted with a tier-3 system in it waits, and the system runs on"):
        eventually(10, lambda: expect("pproval" in said(trial, ref), f"it says {said(trial, ref)}"))
        steadily(3, lambda: expect(views.pod_uids(trial.fleet, *split(ref)) == pods, "its pods are others"))
        expect(trial.hub.find("Namespace", "e2e-agency"), "the namespace is gone")
    dismiss(trial, ref)
    eventually(60, lambda: expect(trial.hub.find("Namespace", "e2e-agency") is None, "the agency is still there"))
