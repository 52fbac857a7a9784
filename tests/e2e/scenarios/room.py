"""Bad input, row 7: not enough room. Lower tiers wait first, nothing over-commits, the finding says what and where."""

from harness import views
from harness.checks import eventually, expect
from harness.systems import component, tenant_system
from harness.trial import AGENCY, EXAMPLES

HIGH, LOW = f"{AGENCY}/room-high", f"{AGENCY}/room-low"


def run(trial):
    trial.examples()
    # A center has 6 nodes of 32 CPU, and examples/ take a quarter of it: 100 CPU fit once, not twice.
    big = [component(cpu="10", replicas=10)]
    trial.operator.stop()  # so that both are decided together, whoever came first
    trial.apply(tenant_system(AGENCY, "room-low", components=big, centers=["daegu"]))
    trial.apply(tenant_system(AGENCY, "room-high", tier="tier-3", components=big, centers=["daegu"]))
    trial.operator.start()
    with trial.check("the higher tier gets the room, though the lower one asked first"):
        eventually(30, lambda: trial.settled(HIGH))
    with trial.check("the lower tier waits: Placed and Ready are False, with a reason"):
        eventually(15, lambda: [views.is_false(trial.system(LOW), kind) for kind in ("Placed", "Ready")])
        expect(views.condition(trial.system(LOW), "Placed").get("reason"), "no reason")
    with trial.check("the finding says what is missing and where"):
        found = views.findings(trial.system(LOW))
        expect(any("cpu" in f["message"].lower() and "daegu" in f["message"] for f in found), f"findings {found}")
    with trial.check("nothing over-commits: no pod waits in any center, and the lower tier has written nothing"):
        for center, member in trial.members.items():
            waiting = [p["metadata"]["name"] for p in member.all("Pod") if p["status"].get("phase") == "Pending"]
            expect(not waiting, f"{center}: {waiting} wait")
        expect(not views.copies(trial.fleet, AGENCY, "room-low"), "it has a namespace")
    with trial.check("what ran before is undisturbed"):
        trial.settled(*EXAMPLES)
    too_large(trial)
    with trial.check("when room is free again the waiting system takes it") as notes:
        trial.remove(HIGH)
        notes.append(f"{eventually(30, lambda: trial.settled(LOW)):.1f} s")
    trial.remove(LOW)


def too_large(trial):
    """In sum there is room enough, but on no node."""
    ref, = trial.apply(tenant_system(AGENCY, "room-wide", components=[component(cpu="33")]))
    with trial.check("a pod that is larger than any node is not placed by the sum of what is free"):
        eventually(15, lambda: views.is_false(trial.system(ref), "Placed"))
        expect(not views.copies(trial.fleet, AGENCY, "room-wide"), "it has a namespace")
    trial.remove(ref)
