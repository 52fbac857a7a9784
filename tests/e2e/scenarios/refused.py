"""Bad input, row 1: the API server refuses it, and `haetae plan` says the same with file and line, exit code 2."""

import copy
import json
import re
import tempfile
from pathlib import Path

from harness.checks import expect
from harness.cluster import run as command
from harness.systems import API, component, tenant_system
from harness.trial import AGENCY

NAME = "refused"


def changed(path, value, base=None):
    """A good object with one place changed; `path` is keys and indexes; value None takes the key out."""
    thing = copy.deepcopy(base or tenant_system(AGENCY, NAME, dependsOn=[]))
    at = thing
    for key in path[:-1]:
        at = at[key]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return thing


def cluster(**connection):
    return {"apiVersion": API, "kind": "MemberCluster", "metadata": {"name": NAME}, "spec": {"center": "daegu", "connection": connection}}


def tier(**redundancy):
    return {"apiVersion": API, "kind": "RiskTier", "metadata": {"name": NAME},
            "spec": {"rank": 9, "displayName": "x", "minScore": 1, "priorityClass": "x", "deletion": "Immediate", "unknownAfter": "2m",
                     "redundancy": {"activeCenters": 1, "activeScale": 100, "standbyCenters": 0, "standbyScale": 0, "minReplicas": 1,
                                    "distinctRiskGroups": False, "survivesCenterLoss": False, **redundancy}}}


def cases():
    """(what is wrong, the object, a word of the line that plan must point at)."""
    twins = [component("web"), component("web")]
    return [
        ("a wrong type", changed(["spec", "components", 0, "replicas"], "many"), "many"),
        ("a number out of bounds", changed(["spec", "assessment", "impact"], 41), "41"),
        ("a negative number", changed(["spec", "components", 0, "replicas"], -1), "-1"),
        ("a missing key", changed(["spec", "dataClass"], None), None),
        ("an empty list of components", changed(["spec", "components"], []), None),
        ("a duplicate key", changed(["spec", "components"], twins), None),
        ("a word that is none of the choices", changed(["spec", "dataClass"], "X"), '"X"'),
        ("a name that is no DNS label", changed(["spec", "components", 0, "name"], "Web_1"), "Web_1"),
        ("a kind of workload that is not known", changed(["spec", "components", 0, "workload"], "DaemonSet"), "DaemonSet"),
        ("a connection of two sorts", cluster(local={}, kubeconfigSecret={"name": "x", "key": "kubeconfig"}), None),
        ("a connection of no sort", cluster(), None),
        ("a duration that is none", changed(["spec", "unknownAfter"], "soon", tier()), "soon"),
        ("a share above 100 percent", tier(standbyScale=101), "101"),
    ]


def run(trial):
    for what, thing, word in cases():
        refuse(trial, what, thing, word)
    unknown_field(trial)
    immutable(trial)
    with trial.check("a good system is taken by the API server and by plan, so the refusals above mean something"):
        good = tenant_system(AGENCY, NAME)
        trial.hub.kubectl("apply", "--dry-run=server", "-f", "-", stdin=json.dumps(good))
        ran, _ = plan(trial, good)
        expect(ran.returncode in (0, 1), f"plan exits {ran.returncode}: {ran.stdout}{ran.stderr}")


def refuse(trial, what, thing, word):
    causes, text = [], ""
    with trial.check(f"{what} is refused by the API server, and by plan with exit code 2, path, file and line"):
        ran = trial.hub.kubectl("apply", "-f", "-", stdin=json.dumps(thing), ok=False)
        expect(ran.returncode != 0, "the API server takes it")
        expect(trial.hub.find(thing["kind"], NAME, thing["metadata"].get("namespace")) is None, "it is in the hub")
        causes = reasons(ran.stderr)
        expect(causes, f"the API server says {ran.stderr}")
        told, lines = plan(trial, thing)
        expect(told.returncode == 2, f"plan exits {told.returncode}: {told.stdout}{told.stderr}")
        text = (told.stdout + told.stderr).strip()
        for cause in causes:
            expect(cause.split(":")[0] in text, f"the API server says `{cause}`, plan `{text}`")
        at = re.search(r"refused\.yaml:(\d+)", text)
        expect(at, f"no file and line in `{text}`")
        line = lines[int(at.group(1)) - 1]
        expect(word is None or word in line, f"plan points at line {at.group(1)}: `{line}`")
    with trial.check(f"{what}: plan says it in the words of the API server"):
        expect(causes, "the API server said nothing")
        for cause in causes:
            expect(cause in text, f"the API server says `{cause}`, plan `{text}`")


def reasons(stderr):
    """`path: Kind: text` of each cause that the API server gives, without its noise."""
    text = re.sub(r"<nil>: Invalid value: .*?(?=, <nil>|\]|$)|some validation rules were not checked[^\]\n]*", "", stderr.split("is invalid:", 1)[-1])
    starred = re.findall(r"^\* (.+)$", text, re.M)
    single = [text.strip()] if not starred else starred
    # The evaluator of CEL stumbles over values that the schema has refused already; that is no reason of its own.
    return [cause for cause in single if cause.startswith("spec") and "type conversion error" not in cause]


def plan(trial, thing):
    """Runs `haetae plan -f` on a folder with that object as YAML of one key a line."""
    with tempfile.TemporaryDirectory(dir=trial.home) as folder:
        text = yaml(thing)
        Path(folder, "refused.yaml").write_text(text)
        ran = command([trial.operator.command, "plan", "-f", folder], ok=False)
        return ran, text.splitlines()


def yaml(thing, indent=0):
    """Block style, as people write it."""
    pad, lines = "  " * indent, []
    items = thing.items() if isinstance(thing, dict) else [(None, value) for value in thing]
    for key, value in items:
        head = f"{pad}{key}:" if key is not None else f"{pad}-"
        if isinstance(value, (dict, list)) and value:
            lines += [head, yaml(value, indent + 1).rstrip("\n")]
        else:
            lines.append(f"{head} {json.dumps(value)}")
    return "\n".join(lines) + "\n"


def unknown_field(trial):
    thing = changed(["spec", "dataKlass"], "S")
    with trial.check("a field that does not exist is refused by kubectl and by plan, with file and line"):
        ran = trial.hub.kubectl("apply", "-f", "-", stdin=json.dumps(thing), ok=False)
        expect(ran.returncode != 0 and "dataKlass" in ran.stderr, f"kubectl: {ran.stdout}{ran.stderr}")
        told, lines = plan(trial, thing)
        at = re.search(r"refused\.yaml:(\d+)", told.stdout + told.stderr)
        expect(told.returncode == 2 and at, f"plan exits {told.returncode}: {told.stdout}{told.stderr}")
        expect("dataKlass" in lines[int(at.group(1)) - 1], f"plan points at `{lines[int(at.group(1)) - 1]}`")


def immutable(trial):
    for kind, name, change in (("RiskTier", "tier-1", {"rank": 7}), ("MemberCluster", "daegu-a", {"center": "gongju"})):
        field = next(iter(change))
        with trial.check(f"{kind} {name}: a change of `{field}`, which is immutable, is refused"):
            ran = trial.hub.kubectl("patch", kind.lower(), name, "--type=merge", "-p", json.dumps({"spec": change}), ok=False)
            expect(ran.returncode != 0 and field in ran.stderr, f"{ran.stdout}{ran.stderr}")
