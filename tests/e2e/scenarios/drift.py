"""Drift heals in under 5 s; foreign objects, and fields that we do not state, are left alone."""

from harness import views
from harness.checks import NotSo, eventually, expect, steadily
from harness.systems import member_namespace
from harness.trial import split

REF = "mois/gov24"     # tier 1: a Deployment `web` and a StatefulSet `session`
SCALED = "nts/hometax"  # autoscaled: we do not state its replicas


def run(trial):
    trial.examples()
    agency, name = split(REF)
    center = next(c for c, copy in trial.placed(REF).items() if copy["role"] == "Active")
    member, ns = trial.members[center], member_namespace(agency, name)
    stated = views.objects_of(member, agency, name)
    foreign = litter(trial, member, ns)
    for sentence, kind, thing, words in edits(ns):
        heal(trial, member, stated, (sentence, kind, thing, words), (agency, name))
    with trial.check("all pods are Ready again"):
        eventually(30, lambda: trial.settled(REF))
        for component in trial.system(REF)["spec"]["components"]:
            eventually(10, lambda: expect(len(views.ready_pods(member, agency, name, component["name"])) == component["replicas"], component["name"]))
    with trial.check("foreign objects in the namespace, and fields that we do not state, are as their owners left them"):
        unharmed(member, ns, foreign)
    own_replicas(trial)
    whole_namespace(trial, member, ns)
    tidy(member, ns)


def edits(ns):
    """(sentence, kind, name, the kubectl words that make the drift)."""
    at = ["-n", ns]
    image = '[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"evil:1"}]'
    inner = '[{"op":"replace","path":"/spec/template/spec/containers/0/ports/0/containerPort","value":9090}]'
    port = '[{"op":"replace","path":"/spec/ports/0/port","value":8081}]'
    return [
        ("a deleted Deployment", "Deployment", "web", ["delete", "deployment", "web", *at, "--wait=false"]),
        ("a deleted StatefulSet", "StatefulSet", "session", ["delete", "statefulset", "session", *at, "--wait=false"]),
        ("a scaled Deployment", "Deployment", "web", ["scale", "deployment", "web", *at, "--replicas=1"]),
        ("a StatefulSet scaled up", "StatefulSet", "session", ["scale", "statefulset", "session", *at, "--replicas=9"]),
        ("a changed image", "Deployment", "web", ["patch", "deployment", "web", *at, "--type=json", "-p", image]),
        ("a changed container port", "Deployment", "web", ["patch", "deployment", "web", *at, "--type=json", "-p", inner]),
        ("a deleted PodDisruptionBudget", "PodDisruptionBudget", "web", ["delete", "poddisruptionbudget", "web", *at]),
        ("an edited Service port", "Service", "web", ["patch", "service", "web", *at, "--type=json", "-p", port]),
        ("a deleted Service", "Service", "web", ["delete", "service", "web", *at]),
        ("a label removed from a Deployment", "Deployment", "web", ["label", "deployment", "web", *at, "haetae.io/tier-"]),
        ("a label removed from the namespace", "Namespace", ns, ["label", "namespace", ns, "haetae.io/center-", "haetae.io/role-"]),
        ("the system label removed from a Service", "Service", "web", ["label", "service", "web", *at, "haetae.io/system-"]),
    ]


def heal(trial, member, stated, edit, ref):
    sentence, kind, thing, words = edit
    at = None if kind == "Namespace" else member_namespace(*ref)
    with trial.check(f"{sentence} is as stated again in under 5 s") as notes:
        member.kubectl(*words)

        def as_stated():
            live = member.find(kind, thing, at)
            expect(live is not None and "deletionTimestamp" not in live["metadata"], f"{kind} {thing} is not there")
            views.same(stated[kind, thing], live)
        seconds = eventually(5, as_stated)
        live = member.get(kind, thing, at)
        before = stated[kind, thing]["metadata"]
        expect(live["metadata"]["resourceVersion"] != before["resourceVersion"], "the drift never happened")
        notes.append(f"{seconds:.2f} s")


def litter(trial, member, ns):
    """What other people have in our namespace and on our objects. Returns the objects as they are now."""
    member.apply([
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "of-the-tenant", "namespace": ns}, "data": {"a": "1"}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "of-the-tenant", "namespace": ns},
         "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "x"}},
                  "template": {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [{"name": "x", "image": "x"}]}}}},
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "of-the-tenant", "namespace": ns},
         "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "x"}}}}])
    for kind, name in (("deployment", "web"), ("service", "web"), ("namespace", ns)):
        scope = [] if kind == "namespace" else ["-n", ns]
        member.kubectl("annotate", kind, name, *scope, "team.example/note=mine")
        member.kubectl("label", kind, name, *scope, "team.example/color=blue")
    member.kubectl("patch", "service", "session", "-n", ns, "--type=merge", "-p", '{"spec":{"sessionAffinity":"ClientIP"}}')
    trial.quiet(2)
    return {kind: member.get(kind, "of-the-tenant", ns) for kind in ("ConfigMap", "PodDisruptionBudget", "Deployment")}


def unharmed(member, ns, foreign):
    for kind, before in foreign.items():
        views.same(before, member.get(kind, "of-the-tenant", ns))
        expect(member.get(kind, "of-the-tenant", ns)["metadata"]["uid"] == before["metadata"]["uid"], f"{kind} was made anew")
    expect(member.get("Service", "session", ns)["spec"]["sessionAffinity"] == "ClientIP", "a field of a Service that we do not state is reset")
    meta = member.get("Namespace", ns)["metadata"]
    expect(meta["annotations"].get("team.example/note") == "mine", "the annotation on the namespace is gone")
    expect(meta["labels"].get("team.example/color") == "blue", "the label on the namespace is gone")


def own_replicas(trial):
    """Between its bounds the replicas of an autoscaled workload belong to the autoscaler."""
    agency, name = split(SCALED)
    center = next(c for c, copy in trial.placed(SCALED).items() if copy["role"] == "Active")
    member, ns = trial.members[center], member_namespace(agency, name)
    with trial.check("replicas that an autoscaler set are left alone"):
        trial.quiet(2)
        place = trial.audit.now()
        member.kubectl("scale", "deployment", "web", "-n", ns, "--replicas=9")
        steadily(4, lambda: expect(member.get("Deployment", "web", ns)["spec"]["replicas"] == 9, "scaled back"))
        writes = [w for w in trial.audit.since(place, [center]) if w.resource == "deployments"]
        expect(not writes, lambda: f"{writes[0]}")
    member.kubectl("scale", "deployment", "web", "-n", ns, "--replicas=6")
    with trial.check("fields that we do not state survive a change that we do write"):
        member.kubectl("annotate", "deployment", "web", "-n", ns, "team.example/note=mine")
        member.kubectl("label", "deployment", "web", "-n", ns, "haetae.io/tier-")

        def healed():
            meta = member.get("Deployment", "web", ns)["metadata"]
            expect(meta["labels"].get("haetae.io/tier") == "tier-1", "the label is not back")
            expect(meta["annotations"].get("team.example/note") == "mine", "the annotation is gone")
        eventually(5, healed)
        expect(member.get("Deployment", "web", ns)["spec"]["replicas"] == 6, "replicas were touched")
    member.kubectl("annotate", "deployment", "web", "-n", ns, "team.example/note-")


def whole_namespace(trial, member, ns):
    with trial.check("a member namespace that someone deleted whole is delivered anew") as notes:
        before = member.get("Namespace", ns)["metadata"]["uid"]
        member.kubectl("delete", "namespace", ns, "--wait=false")

        def anew():
            live = member.find("Namespace", ns)
            if live is None or live["metadata"]["uid"] == before:
                raise NotSo("the old namespace is still there, or none")
            trial.settled(REF)
            for component in trial.system(REF)["spec"]["components"]:
                count = len(views.ready_pods(member, *split(REF), component["name"]))
                expect(count == component["replicas"], f"{component['name']}: {count} pods Ready")
        notes.append(f"{eventually(60, anew, every=0.2):.1f} s")


def tidy(member, ns):
    for kind in ("configmap", "deployment", "poddisruptionbudget"):
        member.kubectl("delete", kind, "of-the-tenant", "-n", ns, "--ignore-not-found")
