"""One center's API server is killed, then another is stopped half-open: Unknown, nothing moves, others are not slowed."""

import re
import statistics
import time

from harness import views
from harness.audit import listed
from harness.checks import eventually, expect
from harness.systems import component, member_namespace, tenant_system
from harness.trial import AGENCY, EXAMPLES

TIER1 = ["mois/gov24", "mois/gpki", "nts/hometax"]
GOOD = re.compile(r"\b(1|one)\b[^.;]*\b(good|ready)\b", re.I)  # … that it still has one good copy
CHANGES = 8  # measured each time; the median counts


def run(trial):
    trial.examples()
    trial.hub.patch("RiskTier", "tier-1", {"spec": {"unknownAfter": "20s"}})  # so that the test need not wait 2 minutes
    try:
        lost(trial, "gwangju", "daegu", "kill", "start")
        lost(trial, "daegu", "gwangju", "pause", "resume")
    finally:
        trial.hub.patch("RiskTier", "tier-1", {"spec": {"unknownAfter": "2m"}})


def lost(trial, victim, other, strike, mend):
    """`strike` and `mend` are commands of the fleet; systems in `other` are changed meanwhile."""
    check, how = trial.check, {"kill": "killed", "pause": "silent"}[strike]
    refs = trial.apply(*(tenant_system(AGENCY, f"swift-{i}", centers=[other]) for i in range(3)))
    eventually(90, lambda: trial.settled(*refs, *EXAMPLES))  # controllers of a center that was away come back in their own time
    trial.quiet(3)
    before = speed(trial, refs, other)
    trial.quiet(3)
    affected = [ref for ref in EXAMPLES if victim in trial.placed(ref)]
    places = {ref: trial.placed(ref) for ref in EXAMPLES}
    ready_since = {ref: views.condition(trial.system(ref), "Ready")["lastTransitionTime"] for ref in EXAMPLES}
    place = trial.audit.now()
    trial.fleet.command(strike, victim)
    during = speed(trial, refs, other)
    with check(f"with {victim} {how}, changes of other systems go through at the same speed") as notes:
        notes.append(f"median {before:.2f} s before, {during:.2f} s during")
        expect(same_speed(before, during), f"median {before:.2f} s before, {during:.2f} s during")
    seen_as_unknown(trial, victim, how, affected)
    good_copy(trial, victim, other, how)
    newcomer(trial, victim, how)
    with check(f"with {victim} {how} no placement changes, and nothing is removed or moved anywhere"):
        expect({ref: trial.placed(ref) for ref in EXAMPLES} == places, "status.placement is another")
        ours = trial.audit.since(place, list(trial.members))
        harm = [w for w in ours if w.deletes or (w.created and w.resource == "namespaces" and "newcomer" not in w.name)]
        expect(not harm, lambda: listed(harm))
    again = speed(trial, refs, other)
    with check(f"with {victim} Unknown for long, changes still go through at the same speed") as notes:
        notes.append(f"median {again:.2f} s")
        expect(same_speed(before, again), f"median {before:.2f} s before, {again:.2f} s during")
    with check(f"Ready never changed for a {how} center"):
        for ref, since in ready_since.items():
            views.is_true(trial.system(ref), "Ready")
            now = views.condition(trial.system(ref), "Ready")["lastTransitionTime"]
            expect(now == since, f"{ref}: Ready changed at {now}")
    back(trial, victim, mend, affected)
    trial.remove(*refs, f"{AGENCY}/newcomer")


def same_speed(before, during):
    """A request that waits for a dead cluster costs seconds (probe 3 s, request 15 s); the rest is a busy machine."""
    return during < 2 * before + 0.5


def speed(trial, refs, center):
    """Median seconds from a user's change to the object in the member."""
    seconds = []
    for i in range(CHANGES):
        name = refs[i % len(refs)].split("/")[1]
        member, ns = trial.members[center], member_namespace(AGENCY, name)
        wanted = 1 + member.get("Deployment", "web", ns)["spec"]["replicas"] % 2
        begin = time.monotonic()
        trial.change(f"{AGENCY}/{name}", {"components": [component(replicas=wanted)]})
        eventually(30, lambda: expect(member.get("Deployment", "web", ns)["spec"]["replicas"] == wanted, "not yet"), every=0.01)
        seconds.append(time.monotonic() - begin)
    return statistics.median(seconds)


def seen_as_unknown(trial, victim, how, affected):
    with trial.check(f"MemberCluster {victim}-a is not Reachable, with a reason, and since when") as notes:
        def unreachable():
            views.is_false(trial.member(victim), "Reachable")
            expect(trial.member(victim)["status"].get("unreachableSince"), "no unreachableSince")
        notes.append(f"{eventually(60, unreachable):.0f} s")
        expect(views.condition(trial.member(victim), "Reachable")["message"], "Reachable says nothing")
    with trial.check(f"the copies in {victim} ({how}) are Unknown, with a time and their last known numbers"):
        for ref in affected:
            def unknown():
                copy = next(c for c in trial.system(ref)["status"]["redundancy"] if c["cluster"] == f"{victim}-a")
                expect(copy.get("unknownSince"), f"{ref}: {copy}")
                views.is_unknown(trial.system(ref), "Redundant")
            eventually(15, unknown)
    with trial.check("systems with no copy there know nothing of it"):
        for ref in EXAMPLES:
            if ref not in affected:
                views.is_true(trial.system(ref), "Redundant")


def good_copy(trial, victim, other, how):
    with trial.check(f"tier-1 systems stay Ready and say that one good copy is left ({how})"):
        for ref in TIER1:
            system = trial.system(ref)
            views.is_true(system, "Ready")
            good = next(c for c in system["status"]["redundancy"] if c["cluster"] == f"{other}-a")
            expect(good["ready"] == good["desired"] > 0 and "unknownSince" not in good, good)
            message = views.condition(system, "Redundant")["message"]
            expect(f"{victim}-a" in message and f"{other}-a" in message and GOOD.search(message), f"{ref}: Redundant says `{message}`")
    with trial.check(f"after the tier's unknownAfter the silence is a finding, and Ready is still True ({how})"):
        def reported():
            for ref in TIER1:
                found = views.findings(trial.system(ref))
                expect(any(f"{victim}-a" in f["message"] for f in found), f"{ref}: findings {found}")
                views.is_true(trial.system(ref), "Ready")
        eventually(40, reported)


def newcomer(trial, victim, how):
    ref = f"{AGENCY}/newcomer"
    with trial.check(f"a new system is delivered, and not to the center that is {how}"):
        trial.apply(tenant_system(AGENCY, "newcomer"))
        eventually(15, lambda: trial.settled(ref))
        expect(victim not in trial.placed(ref), f"placed in {victim}")


def back(trial, victim, mend, affected):
    place = trial.audit.logs[victim].now()
    trial.fleet.command(mend, victim)
    trial.returned(victim)
    with trial.check(f"{victim} returns: it is Reachable and every copy known again") as notes:
        def known():
            views.is_true(trial.member(victim), "Reachable")
            for ref in affected:
                system = trial.system(ref)
                expect(not any(c.get("unknownSince") for c in system["status"]["redundancy"]), f"{ref} is still Unknown")
                for kind in ("Ready", "Redundant"):
                    views.is_true(system, kind)
        notes.append(f"{eventually(60, known):.0f} s")
    with trial.check(f"its return costs not one write of ours in {victim}, and then all is quiet"):
        trial.quiet(5)
        writes = trial.audit.logs[victim].since(place)
        expect(not writes, lambda: listed(writes))
