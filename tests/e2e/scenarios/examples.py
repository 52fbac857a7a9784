"""examples/ are delivered: tiers 1 to 4 and a raised authentication system, as their tiers demand."""

import math
from collections import Counter

from harness import views
from harness.checks import eventually, expect
from harness.cluster import HUB_KINDS
from harness.fleet import CENTERS
from harness.systems import REFERENCE, member_namespace
from harness.trial import EXAMPLES, split

# (assessed, effective), as examples/02-systems/README.md states them.
TIERS = {
    "mois/gov24": ("tier-1", "tier-1"), "nts/hometax": ("tier-1", "tier-1"), "mois/gpki": ("tier-3", "tier-1"),
    "koreapost/internet-post": ("tier-2", "tier-2"), "kdca/vaccine-booking": ("tier-2", "tier-2"), "mois/ndms": ("tier-2", "tier-2"),
    "keco/airkorea": ("tier-3", "tier-3"), "nirs/video-meeting": ("tier-3", "tier-3"),
    "mcst/culture-portal": ("tier-4", "tier-4"), "nirs/homepage": ("tier-4", "tier-4"),
}
DOMAINS = {"Host": "kubernetes.io/hostname", "Room": "topology.kubernetes.io/zone"}
KEYS = {"system", "role", "tier", "center", "data-class"}  # haetae.io/… labels of everything that we write


class Seen:
    """One system with its tier and its real copies: {center: (role, objects)}."""

    def __init__(self, trial, ref):
        self.ref, (self.agency, self.name) = ref, split(ref)
        self.system = trial.system(ref)
        self.tier = trial.hub.get("RiskTier", TIERS[ref][1])
        self.wants = self.tier["spec"]["redundancy"]
        self.copies = {}
        for center, ns in views.copies(trial.fleet, self.agency, self.name).items():
            objects = views.objects_of(trial.members[center], self.agency, self.name)
            self.copies[center] = (ns["metadata"]["labels"].get("haetae.io/role"), objects)

    def centers(self, role):
        return {center for center, (is_role, _) in self.copies.items() if is_role == role}

    def expected_pods(self, component, role):
        """Pods that run without load. Source: api.md "Demand and loss, exactly"."""
        wants, auto = self.wants, component.get("autoscaling")
        peak = auto["maxReplicas"] if auto else component["replicas"]
        size = max(wants["minReplicas"], math.ceil(peak * wants["activeScale"] / 100))
        if role == "active":
            return min(size, max(wants["minReplicas"], component["replicas"])) if auto else size
        share = wants["standbyScale"]
        return 0 if share == 0 else min(size, max(1, math.ceil(peak * share / 100)))


def run(trial):
    hub, check = trial.hub, trial.check
    with check("examples/ are applied, and every system is Ready") as notes:
        notes.append(f"{trial.examples():.1f} s")
    seen = [Seen(trial, ref) for ref in EXAMPLES]
    tiers(trial, seen)
    places(trial, seen)
    for one in seen:
        pods(trial, one)
        budgets(trial, one)
        spread(trial, one)
    marks(trial, seen)
    conditions(trial, seen)
    with check("`kubectl get ts -A` tells every system's tier, readiness and centers"):
        table = hub.kubectl("get", "ts", "-A").stdout
        for one in seen:
            row = next((line for line in table.splitlines() if line.split()[:2] == [one.agency, one.name]), "")
            for word in [TIERS[one.ref][1], "True", *one.copies]:
                expect(word in row, f"{word} is not in the row of {one.ref}: {row or table}")
    with check("no field of ours is owned by an Update, in hub or members (finalizers aside)"):
        for thing in ours(trial, seen):
            for entry in thing["metadata"].get("managedFields", []):
                # Finalizers are put and taken by a JSON patch that tests the resourceVersion.
                if entry["operation"] == "Update" and entry["manager"].startswith("haetae"):
                    fields = set(entry["fieldsV1"]) | set(entry["fieldsV1"].get("f:metadata", {}))
                    expect(fields == {"f:metadata", "f:finalizers"}, f"{views.named(thing)}: {entry['manager']} has an Update entry of {fields}")


def tiers(trial, seen):
    for one in seen:
        assessed, effective = TIERS[one.ref]
        with trial.check(f"{one.ref} is assessed {assessed} and effectively {effective}"):
            tier = one.system["status"]["tier"]
            expect((tier.get("assessed"), tier.get("effective")) == (assessed, effective), tier)
            raised = [ref for ref in tier.get("because", []) if ref != one.ref]
            expect(bool(raised) == (assessed != effective), f"because is {tier.get('because')}")
            expect(all(TIERS[ref][1] == effective for ref in raised), f"because is {raised}")


def places(trial, seen):
    centers = {c["metadata"]["name"]: c["spec"] for c in trial.hub.all("Center")}
    group = lambda center: centers[center].get("riskGroup") or center
    for one in seen:
        active, standby = one.centers("active"), one.centers("standby")
        with trial.check(f"{one.ref} has {one.wants['activeCenters']} active and {one.wants['standbyCenters']} standby copies"):
            counts = (len(active), len(standby))
            expect(counts == (one.wants["activeCenters"], one.wants["standbyCenters"]), f"active {active}, standby {standby}")
            expect(len(one.copies) == sum(counts), f"copies without a role: {list(one.copies)}")
            if one.wants["distinctRiskGroups"]:
                groups = [group(center) for center in one.copies]
                expect(len(set(groups)) == len(groups), f"{list(one.copies)} share a risk group: {groups}")
        with trial.check(f"{one.ref} is nowhere that lifecycle, role or data class forbid"):
            for center in one.copies:
                spec = centers[center]
                expect(spec["lifecycle"] == "Active", f"{center} is {spec['lifecycle']}")
                expect(one.system["spec"]["dataClass"] in spec["acceptsDataClasses"], f"{center} takes {spec['acceptsDataClasses']}")
                role = "Active" if center in active else "Standby"
                expect(role in spec["roles"], f"{center} may not be {role}")
        with trial.check(f"{one.ref} tells in status.placement where it really is"):
            stated = {c["center"]: c["role"].lower() for c in one.system["status"]["placement"]["centers"]}
            real = {center: role for center, (role, _) in one.copies.items()}
            expect(stated == real, f"status {stated}, members {real}")


def pods(trial, one):
    with trial.check(f"{one.ref} runs the pods that its tier demands, all Ready"):
        for center, (role, objects) in one.copies.items():
            for component in one.system["spec"]["components"]:
                name, wanted = component["name"], one.expected_pods(component, role)
                live = views.pods(trial.members[center], one.agency, one.name, name)
                ready = [pod for pod in live if views.is_ready(pod)]
                expect(len(live) == len(ready) == wanted, f"{center}/{name}: {len(ready)} of {len(live)} Ready, {wanted} wanted")
                workload = objects[component["workload"], name]
                expect(workload["spec"]["replicas"] == wanted, f"{center}/{name}: replicas {workload['spec']['replicas']}")
                template = workload["spec"]["template"]["spec"]
                expect(template["priorityClassName"] == one.tier["spec"]["priorityClass"], f"priority {template.get('priorityClassName')}")
                if component.get("autoscaling") and role == "active":
                    scaler = next((o["spec"] for (kind, _), o in objects.items() if kind == "HorizontalPodAutoscaler"
                                   and o["spec"]["scaleTargetRef"]["name"] == name), {})
                    bounds = (scaler.get("minReplicas"), scaler.get("maxReplicas"))
                    expect(bounds == (wanted, component["autoscaling"]["maxReplicas"]), f"{center}/{name}: autoscaler {bounds}")


def budgets(trial, one):
    limit = one.wants.get("maxUnavailable")
    sentence = f"{one.ref} has disruption budgets of {limit}" if limit is not None else f"{one.ref} has no disruption budget"
    with trial.check(sentence):
        for center, (role, objects) in one.copies.items():
            found = {o["spec"]["selector"]["matchLabels"].get("haetae.io/component"): o["spec"].get("maxUnavailable")
                     for (kind, _), o in objects.items() if kind == "PodDisruptionBudget"}
            # Where no pod runs there is nothing to disrupt.
            wanted = {c["name"]: limit for c in one.system["spec"]["components"] if limit is not None and one.expected_pods(c, role) > 0}
            expect(found == wanted, f"{center}: {found}, wanted {wanted}")


def spread(trial, one):
    rules = {DOMAINS[s["domain"]]: (s["maxSkew"], "DoNotSchedule" if s["required"] else "ScheduleAnyway") for s in one.wants["spread"]}
    with trial.check(f"{one.ref} is spread over {' and '.join(s['domain'].lower() + 's' for s in one.wants['spread']) or 'nothing'}"):
        for center, (role, objects) in one.copies.items():
            nodes = {n["metadata"]["name"]: n["metadata"]["labels"] for n in trial.members[center].all("Node")}
            for component in one.system["spec"]["components"]:
                template = objects[component["workload"], component["name"]]["spec"]["template"]
                stated = {c["topologyKey"]: (c["maxSkew"], c["whenUnsatisfiable"]) for c in template["spec"].get("topologySpreadConstraints", [])}
                expect(stated == rules, f"{center}/{component['name']}: {stated}, wanted {rules}")
                for rule in template["spec"].get("topologySpreadConstraints", []):
                    chosen = rule["labelSelector"]["matchLabels"].items()
                    expect(chosen <= template["metadata"]["labels"].items(), f"spread selects {dict(chosen)}, no pod of ours")
                observed(trial.members[center], one, component, nodes, rules)


def observed(cluster, one, component, nodes, rules):
    placed = [pod["spec"]["nodeName"] for pod in views.ready_pods(cluster, one.agency, one.name, component["name"])]
    for key, (skew, when) in rules.items():
        domains = {labels[key] for labels in nodes.values()}
        counts = Counter(nodes[node][key] for node in placed)
        distance = max(counts.values(), default=0) - min(counts.get(domain, 0) for domain in domains)
        expect(when != "DoNotSchedule" or distance <= skew, f"{cluster.name}/{component['name']}: {dict(counts)} over {key}")


def marks(trial, seen):
    for one in seen:
        with trial.check(f"{one.ref} carries all its labels on every object, and on its pods only system and component"):
            for center, (role, objects) in one.copies.items():
                wanted = {"system": f"{one.agency}.{one.name}", "role": role, "tier": TIERS[one.ref][1], "center": center,
                          "data-class": one.system["spec"]["dataClass"]}
                ns = member_namespace(one.agency, one.name)
                mark = objects["Namespace", ns]["metadata"]["annotations"].get(REFERENCE)
                expect(mark == one.ref, f"{center}: namespace {ns} is marked {mark}")
                everything = {item["metadata"]["name"]: item for kind in ("Deployment", "StatefulSet", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler", "ResourceQuota")
                              for item in trial.members[center].all(kind, ns)}
                expect(set(everything) <= {name for _, name in objects}, f"{center}: objects without the system label: {set(everything)}")
                for (kind, name), thing in objects.items():
                    labels = thing["metadata"]["labels"]
                    shown = {key: labels.get(f"haetae.io/{key}") for key in KEYS}
                    expect(shown == wanted, f"{center}: {kind} {name} has {shown}")
                    if kind in ("Deployment", "StatefulSet", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler"):
                        part = labels.get("haetae.io/component")
                        expect(part in {c["name"] for c in one.system["spec"]["components"]}, f"{center}: {kind} {name} is of component {part}")
                    if kind in ("Deployment", "StatefulSet"):
                        ours = {key for key in thing["spec"]["template"]["metadata"]["labels"] if "haetae.io/" in key}
                        expect(ours == {"haetae.io/system", "haetae.io/component"}, f"{center}: pods of {name} carry {ours}")
    with trial.check("nothing of ours is in a center where no system is placed"):
        for center in CENTERS:
            refs = {one.ref for one in seen if center in one.copies}
            for ns in trial.members[center].all("Namespace", labels="haetae.io/system"):
                mark = ns["metadata"].get("annotations", {}).get(REFERENCE)
                expect(mark in refs, f"{center} holds {ns['metadata']['name']} of {mark}")


def conditions(trial, seen):
    with trial.check("systems are Ready, Placed, Redundant and Compliant, and neither Stalled nor Reconciling"):
        for one in seen:
            eventually(10, lambda: [views.is_true(trial.system(one.ref), kind) for kind in ("Ready", "Placed", "Redundant", "Compliant")])
            for kind in ("Stalled", "Reconciling"):
                expect(views.condition(trial.system(one.ref), kind).get("status") != "True", f"{one.ref} is {kind}")
    with trial.check("status.redundancy counts the pods that are really Ready"):
        def counted():
            for one in seen:
                told = {copy["cluster"]: copy["ready"] for copy in trial.system(one.ref)["status"]["redundancy"]}
                real = {f"{center}-a": len(views.ready_pods(trial.members[center], one.agency, one.name)) for center in one.copies}
                expect(told == real, f"{one.ref}: {told}, really {real}")
        eventually(35, counted)  # numbers alone are written once in 30 s. Source: api.md "Conventions"
    with trial.check("an object that nobody has looked at yet is in progress, for kstatus"):
        trial.operator.stop()
        try:
            trial.hub.apply(unseen())
            made = trial.hub.get("Center", "e2e-unseen")
            expect(made.get("status", {}).get("observedGeneration") == -1, f"status is {made.get('status')}")
        finally:
            trial.hub.delete("Center", "e2e-unseen", ok=False)
            trial.operator.start()


def unseen():
    return {"apiVersion": "haetae.io/v1alpha1", "kind": "Center", "metadata": {"name": "e2e-unseen"},
            "spec": {"kind": "Government", "region": "none", "roles": ["Standby"], "acceptsDataClasses": ["O"], "lifecycle": "Closed"}}


def ours(trial, seen):
    for kind in HUB_KINDS:
        yield from trial.hub.all(kind)
    for one in seen:
        for _, objects in one.copies.values():
            yield from objects.values()
