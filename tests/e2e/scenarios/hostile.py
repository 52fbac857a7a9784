"""Tenants that try to climb: every row of tests/hostile/table.json is refused or a finding, and changes nothing anywhere."""

import copy
import json
import sys

from harness import views
from harness.audit import listed
from harness.checks import eventually, expect, steadily
from harness.fleet import ROOT
from harness.systems import namespace, tenant_system

ADOPT = "haetae.io/adopt"
# Namespaces that members hold: whom their administrators offer them to.
GIVEN = {"legacy-portal": None, "legacy-ledger": "hostile/another", "legacy-archive": "victim/archive"}


def made(value):
    """A value of the table, where it is one that has to be made."""
    if isinstance(value, list):
        return [made(item) for item in value]
    if not isinstance(value, dict):
        return value
    how, what = next(iter(value.items())) if len(value) == 1 else (None, None)
    if how == "$text":
        return what[0] * what[1]
    if how == "$items":
        return [what[0]] * what[1]
    if how == "$deep":
        return json.loads('{"x":' * (what - 1) + "{}" + "}" * (what - 1))
    return {key: made(inner) for key, inner in value.items()}


def object_of(base, row):
    """`base` with what the row sets; keys are JSON pointers."""
    thing = copy.deepcopy(base)
    thing["metadata"]["name"] = row["name"]
    for at, value in row["set"].items():
        *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in at.split("/")[1:]]
        place = thing
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        if isinstance(place, list) and last == "-":
            place.append(made(value))
        elif isinstance(place, list):
            place[int(last)] = made(value)
        else:
            place[last] = made(value)
    return thing


def text_of(base, row):
    """What the tenant sends, as bytes."""
    if "raw" in row:
        return row["raw"].encode("latin-1" if row.get("latin1") else "utf-8")
    return json.dumps(object_of(base, row)).encode()


def run(trial):
    sys.setrecursionlimit(20_000)  # one row is a thousand levels deep
    table = json.loads((ROOT / "tests/hostile/table.json").read_text())
    base, rows = table["base"], table["rows"]
    trial.examples()
    rooms = {object_of(base, row)["metadata"]["namespace"] for row in rows if "set" in row} | {"hostile", "victim"}
    trial.hub.apply([namespace(name) for name in sorted(rooms) if trial.hub.find("Namespace", name) is None])
    give(trial)
    innocents = trial.apply(*table["innocents"])
    eventually(60, lambda: trial.settled(*innocents))
    trial.quiet(3)
    before, place = shown(trial, innocents), trial.audit.now()
    wanted = {row["name"]: row.get("server", row["expect"]) for row in rows if row.get("only") != "plan"}
    for row in rows:
        if wanted.get(row["name"], "").startswith("refused:"):
            refused(trial, row, text_of(base, row), wanted[row["name"]].split(": ", 1)[1])
    found = [row for row in rows if wanted.get(row["name"], "").startswith("finding:")]
    things = [object_of(base, row) for row in found]
    for thing in things:  # a list of all of them would be beyond what one request may hold
        trial.hub.kubectl("create", "-f", "-", "--validate=false", stdin=json.dumps(thing))
    for row, thing in zip(found, things):
        finding(trial, row, thing, wanted[row["name"]].split(": ", 1)[1])
    untouched(trial, things, innocents, before, place)
    forged(trial)
    take_away(trial, things, innocents)


def give(trial):
    """Namespaces that are there in every member, offered or not, with something in them."""
    for member in trial.members.values():
        for name, offered in GIVEN.items():
            room = namespace(name)
            room["metadata"]["annotations"] = {"team.example/legacy": "yes", **({ADOPT: offered} if offered else {})}
            member.apply([room, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "foreign", "namespace": name}}])


def refused(trial, row, text, wanted):
    with trial.check(f"{row['name']} ({row['why']}) is refused by the API server"):
        path = trial.home / "hostile.yaml"
        path.write_bytes(text)
        # kubectl mends what it reads; text goes to the server as it is.
        raw = ["--raw", "/apis/haetae.io/v1alpha1/namespaces/hostile/tenantsystems?fieldValidation=Strict"] if "raw" in row else []
        ran = trial.hub.kubectl("create", *raw, "-f", str(path), ok=False)
        expect(ran.returncode != 0, "the API server takes it")
        expect(wanted in ran.stderr, lambda: f"it says {ran.stderr[:2000]}")


def finding(trial, row, thing, wanted):
    rule, _, path = wanted.partition(" ")
    meta = thing["metadata"]

    def there():
        seen = trial.hub.get("TenantSystem", meta["name"], meta["namespace"])
        told = views.findings(seen)
        expect(any(f["rule"] == rule and f.get("path", "") == path for f in told), lambda: f"its findings are {json.dumps(told)[:2000]}")
        expect(views.condition(seen, "Ready").get("status") != "True", "it is Ready")

    with trial.check(f"{row['name']} ({row['why']}) is the finding {rule} at its place"):
        eventually(30, there)


def shown(trial, refs):
    """What members hold of these systems, by generation, and the namespaces that were given."""
    pods = {ref: views.pod_uids(trial.fleet, *ref.split("/")) for ref in refs}
    given = {(center, name): views.normalized(member.get("Namespace", name)) for center, member in trial.members.items() for name in GIVEN}
    foreign = {(center, name): member.get("ConfigMap", "foreign", name)["metadata"]["uid"] for center, member in trial.members.items() for name in GIVEN}
    return pods, given, foreign


def untouched(trial, things, innocents, before, place):
    with trial.check("for all of them not one write of ours is in the audit log of any member"):
        def silent():
            real = [write for write in trial.audit.since(place, list(trial.members)) if not write.dry_run]
            expect(not real, lambda: listed(real))
        steadily(3, silent)
    with trial.check("none of them has a namespace in any member"):
        for center, member in trial.members.items():
            marks = {ns["metadata"].get("annotations", {}).get("haetae.io/system-ref") for ns in member.all("Namespace")}
            taken = [ref for t in things if (ref := f"{t['metadata']['namespace']}/{t['metadata']['name']}") in marks]
            expect(not taken, lambda: f"{center} has namespaces of {taken}")
    with trial.check("their neighbours run on, pod by pod, and nothing foreign has changed"):
        trial.settled(*innocents)
        after = shown(trial, innocents)
        expect(after == before, lambda: f"{views.unlike(json.loads(json.dumps(str(before))), json.loads(json.dumps(str(after))))}")


def forged(trial):
    """What a tenant writes beside the spec decides nothing."""
    thing = tenant_system("hostile", "forged")
    thing["status"] = {"observedGeneration": 9, "tier": {"effective": "tier-1"},
                       "placement": {"centers": [{"center": "daegu", "cluster": "kube-system", "role": "Active", "replicas": 999}]}}
    thing["metadata"]["finalizers"] = ["example.com/mine"]
    with trial.check("a status that the tenant sends along is dropped, and its finalizers are its own"):
        trial.hub.kubectl("create", "-f", "-", stdin=json.dumps(thing))
        eventually(30, lambda: trial.settled("hostile/forged"))
        status = trial.system("hostile/forged")["status"]
        expect(status["tier"]["effective"] == "tier-4", f"it is of {status['tier']}")
        expect(all(copy["cluster"] != "kube-system" for copy in status["placement"]["centers"]), f"{status['placement']}")
    trial.hub.patch("TenantSystem", "forged", {"metadata": {"finalizers": None}}, "hostile")
    trial.remove("hostile/forged")


def take_away(trial, things, innocents):
    names = {}
    for thing in things:
        names.setdefault(thing["metadata"]["namespace"], []).append(thing["metadata"]["name"])
    with trial.check("all of them can be deleted again, and nothing is left to confirm"):
        for agency, some in names.items():
            trial.hub.kubectl("delete", "tenantsystem", "-n", agency, *some, "--wait=false")
        gone = lambda: [expect(trial.hub.find("TenantSystem", name, agency) is None, f"{agency}/{name} is still there")
                        for agency, some in names.items() for name in some]
        eventually(60, gone, every=0.5)
    trial.remove(*[ref for ref in innocents if ref != "victim/archive"])
    with trial.check("an adopted namespace stays when its system goes, with all that is foreign in it"):
        trial.hub.kubectl("delete", "tenantsystem", "-n", "victim", "archive", "--wait=false")
        eventually(60, lambda: expect(trial.hub.find("TenantSystem", "archive", "victim") is None, "it is still in the hub"))
        for member in trial.members.values():
            expect(member.find("ConfigMap", "foreign", "legacy-archive"), f"{member.name}: it is gone")
            expect(not member.all("Deployment", "legacy-archive"), f"{member.name}: a Deployment is left")
    for member in trial.members.values():
        member.kubectl("delete", "namespace", *GIVEN, "--wait=false")
