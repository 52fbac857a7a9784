"""SIGKILL at 20 random moments while 50 systems are delivered: same end state, no duplicate, no extra delete."""

import random
import time
from collections import Counter

from harness import views
from harness.audit import listed
from harness.checks import NotSo, eventually, expect
from harness.systems import component, namespace, tenant_system

AGENCY, SYSTEMS, KILLS, SEED = "e2e-crash", 50, 20, 20260
TIERS = ["tier-1"] * 8 + ["tier-2"] * 12 + ["tier-3"] * 14 + ["tier-4"] * 16


def systems():
    chance = random.Random(SEED)
    for i, tier in enumerate(chance.sample(TIERS, SYSTEMS)):
        parts = [component(cpu="10m", memory="16Mi", replicas=chance.randint(1, 4))]
        if chance.random() < 0.3:
            parts.append(component("store", "StatefulSet", cpu="10m", memory="16Mi", replicas=chance.randint(1, 3)))
        if chance.random() < 0.2:
            parts[0]["autoscaling"] = {"maxReplicas": 8, "cpuUtilization": 70}
        yield tenant_system(AGENCY, f"load-{i:02}", tier=tier, components=parts)


def run(trial):
    trial.examples()
    trial.quiet(2)
    load = list(systems())
    refs = [f"{AGENCY}/{s['metadata']['name']}" for s in load]
    calm, writes, seconds = deliver(trial, load, refs, [])
    trial.say(f"   undisturbed: {writes} writes, {seconds:.1f} s")
    trial.remove(*refs, seconds=120)
    trial.quiet(3)
    # With kills there are fewer writes of status in between; a kill behind the last write is none "in the middle".
    moments = sorted(random.Random(SEED).sample(range(1, int(writes * 0.7)), KILLS))
    place, killed = trial.audit.now(), None
    with trial.check(f"{KILLS} kills at random moments: every copy of every system consists of the same objects as without") as notes:
        killed, writes, seconds = deliver(trial, load, refs, moments)
        notes.append(f"{writes} writes, {seconds:.1f} s")
        for ref in refs:
            expect(set(calm[ref]) == set(killed[ref]), f"{ref}: roles {list(calm[ref])} without kills, {list(killed[ref])} with")
            for role, (_, objects) in calm[ref].items():
                difference = views.unlike(objects, killed[ref][role][1])
                expect(difference is None, f"{ref}, {role}: {difference}")
    with trial.check("and they stand in the same centers as without kills"):
        expect(killed, "there is no end state")
        moved = {ref: (where(calm[ref]), where(killed[ref])) for ref in refs if where(calm[ref]) != where(killed[ref])}
        expect(not moved, lambda: f"{len(moved)} of {SYSTEMS} stand elsewhere: {dict(list(moved.items())[:3])}")
    with trial.check("no object was created twice, in any cluster"):
        ours = [w for w in trial.audit.since(place) if w.resource != "events"]
        twice = {what: n for what, n in Counter((w.cluster, w.resource, w.ns, w.name) for w in ours if w.created).items() if n > 1}
        expect(not twice, twice)
    with trial.check("nothing was deleted, in any cluster"):
        gone = [w for w in trial.audit.since(place) if w.deletes]
        expect(not gone, lambda: listed(gone))
    with trial.check("and then the fleet is quiet"):
        trial.quiet(5)
    trial.remove(*refs, seconds=120)
    trial.confirm(AGENCY)
    trial.hub.delete("Namespace", AGENCY, wait=True)


def deliver(trial, load, refs, moments):
    """All systems are stated while the operator is down; then it starts, and dies at each of the moments, told as
    numbers of finished writes. Returns (end state, writes, seconds)."""
    trial.operator.stop()
    trial.hub.apply(namespace(AGENCY))
    trial.hub.apply(load)
    place, begin = trial.audit.now(), time.monotonic()
    trial.operator.start(wait=0)
    for moment in moments:
        until(trial, place, moment)
        trial.operator.kill()
        trial.operator.start(wait=0)
    eventually(90, lambda: trial.settled(*refs), every=0.3)
    seconds = time.monotonic() - begin
    trial.quiet(3)
    count = len([w for w in trial.audit.since(place) if not w.dry_run])
    return state(trial, refs), count, seconds


def until(trial, place, count):
    """Returns as soon as so many writes of ours are in the logs."""
    seen, at, end = 0, dict(place), time.monotonic() + 60
    while seen < count:
        for name, log in trial.audit.logs.items():
            writes, at[name] = log.fresh(at[name])
            seen += sum(not w.dry_run for w in writes)
        if not trial.operator.alive():
            raise RuntimeError(f"the operator ended by itself: {trial.operator.last_words()}")
        if time.monotonic() > end:
            raise NotSo(f"only {seen} of {count} writes within 60 s")
        time.sleep(0.002)


def state(trial, refs):
    """{system: {role and number: (center, {object: what is stated of it, but for the center's name})}}, as members show it."""
    found = {}
    for ref in refs:
        copies = {}
        for center, ns in sorted(views.copies(trial.fleet, *ref.split("/")).items()):
            role = ns["metadata"]["labels"]["haetae.io/role"]
            objects = {" ".join(key): nowhere(views.normalized(thing)) for key, thing in views.objects_of(trial.members[center], *ref.split("/")).items()}
            copies[f"{role} {sum(key.startswith(role) for key in copies) + 1}"] = (center, objects)
        stated = {c["center"] for c in trial.system(ref)["status"]["placement"]["centers"]}
        expect(stated == {center for center, _ in copies.values()}, f"{ref}: status says {stated}, members show {copies}")
        found[ref] = copies
    return found


def nowhere(thing):
    thing["metadata"]["labels"].pop("haetae.io/center", None)
    return thing


def where(copies):
    return sorted((role.split()[0], center) for role, (center, _) in copies.items())
