"""Pods that never become Ready keep Redundant and Ready honest; a slow one delays them and no more."""

import time

from harness import views
from harness.audit import listed
from harness.checks import NotSo, eventually, expect, steadily
from harness.systems import component, tenant_system
from harness.trial import AGENCY


def run(trial):
    trial.examples()
    refs = {kind: f"{AGENCY}/{kind}" for kind in ("never", "slow", "crash")}
    place, begin = trial.audit.now(), time.monotonic()
    trial.apply(*(tenant_system(AGENCY, kind, tier="tier-2", components=[component(readiness=kind, replicas=3)]) for kind in refs))
    at_first(trial, refs, begin)
    crash_is_seen(trial, refs["crash"])
    slow_delays(trial, refs["slow"], begin)
    never_is_honest(trial, refs["never"])
    with trial.check("nothing is deleted, and no copy moves, because pods are not Ready"):
        ours = [w for w in trial.audit.since(place, list(trial.members)) if w.deletes]
        expect(not ours, lambda: str(ours[0]))
    one_of_two(trial)
    trial.remove(*refs.values())


def centers(trial, ref):
    return {copy["cluster"]: copy for copy in trial.system(ref)["status"].get("redundancy", [])}


def at_first(trial, refs, begin):
    """The crashing one is Ready for 5 s, the slow one is not for 20 s: both are watched at once."""
    seen = set()

    def look():
        crash, slow = trial.system(refs["crash"]), trial.system(refs["slow"])
        seen.update(kind for kind in ("Ready", "Redundant") if views.condition(crash, kind).get("status") == "True")
        statuses = [views.condition(slow, kind).get("status") for kind in ("Ready", "Redundant", "Reconciling")]
        if statuses == ["False", "False", "True"] and time.monotonic() - begin < 18:
            seen.add("slow")
        expect(seen == {"Ready", "Redundant", "slow"}, f"seen {sorted(seen)}")
    try:
        eventually(15, look)
    except NotSo:
        pass  # the checks tell what was not seen
    with trial.check("a system whose pods are Ready at first is Ready and Redundant"):
        expect({"Ready", "Redundant"} <= seen, f"seen {sorted(seen)}")
    with trial.check("while pods are slow the system is not Ready, not Redundant and still reconciling"):
        expect("slow" in seen, "it was not seen so")


def crash_is_seen(trial, ref):
    """Ready at first, and 5 s later crashing for good."""
    with trial.check("pods that crash later turn Redundant and Ready to False, with the number of Ready pods"):
        eventually(20, lambda: [views.is_false(trial.system(ref), kind) for kind in ("Redundant", "Ready")])
        # Numbers alone are written once in 30 s. Source: api.md "Conventions"
        eventually(35, lambda: expect(all(copy["ready"] == 0 for copy in centers(trial, ref).values()), centers(trial, ref)))
        expect(views.condition(trial.system(ref), "Redundant").get("message"), "Redundant says nothing")
    with trial.check("Placed stays True: room is there, only pods are not Ready"):
        views.is_true(trial.system(ref), "Placed")


def slow_delays(trial, ref, begin):
    with trial.check("a slow system becomes Ready and Redundant, after its pods and not before") as notes:
        eventually(40, lambda: [views.is_true(trial.system(ref), kind) for kind in ("Ready", "Redundant")])
        seconds = time.monotonic() - begin
        expect(seconds > 18, f"Ready after {seconds:.0f} s already, pods take 20 s")
        for center in views.copies(trial.fleet, *ref.split("/")):
            live = views.pods(trial.members[center], *ref.split("/"))
            expect(live and all(views.is_ready(pod) for pod in live), f"{center}: not all pods are Ready")
        notes.append(f"{seconds:.0f} s")


def never_is_honest(trial, ref):
    with trial.check("a system whose pods never become Ready says so in Redundant and Ready, and keeps saying it"):
        def honest():
            system = trial.system(ref)
            for kind in ("Redundant", "Ready"):
                views.is_false(system, kind)
                expect(views.condition(system, kind).get("reason"), f"{kind} has no reason")
            shown = centers(trial, ref)
            expect(shown and all(copy["ready"] == 0 < copy["desired"] for copy in shown.values()), shown)
        eventually(5, honest)
        steadily(5, honest)
    with trial.check("waiting is no loop of writes"):
        place = trial.audit.now()
        time.sleep(5)
        writes = [w for w in trial.audit.since(place) if w.name == "never" or w.ns == f"ts-{AGENCY}-never"]
        expect(not writes, lambda: listed(writes))


def one_of_two(trial):
    """A tier-1 system, one copy of which loses a pod: it serves on, and is not redundant."""
    ref, cluster = "nts/hometax", None
    for center, copy in trial.placed(ref).items():
        if copy["role"] == "Active":
            cluster = trial.members[center]
    with trial.check("a pod that is lost and replaced leaves the system Redundant again"):
        victim = views.ready_pods(cluster, "nts", "hometax")[0]["metadata"]
        cluster.kubectl("delete", "pod", victim["name"], "-n", victim["namespace"], "--wait=false")
        eventually(15, lambda: expect(victim["uid"] not in {p["metadata"]["uid"] for p in views.pods(cluster, "nts", "hometax")}, "still there"))
        eventually(15, lambda: views.is_true(trial.system(ref), "Redundant"))
