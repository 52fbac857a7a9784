"""No token, key or kubeconfig reached a log, an event, a status or a metric, in any scenario of this run. Always the last."""

import base64
import json

from harness import haetae
from harness.checks import expect
from harness.cluster import HUB_KINDS


def run(trial):
    needles = words(trial)
    with trial.check("the secret words are the real ones: they stand in the Secrets") as notes:
        stored = trial.hub.kubectl("-n", haetae.NAMESPACE, "get", "secrets", "-o", "json").stdout
        readable = " ".join(base64.b64decode(v).decode(errors="replace") for s in json.loads(stored)["items"] for v in s.get("data", {}).values())
        expect(sum(word in readable for word in needles) >= len(trial.members), "the search would find nothing")
        notes.append(f"{len(needles)} words")
    places = shown(trial)
    with trial.check(f"none of them is in {', '.join(list(places)[:3])}, events, our kinds or what we wrote") as notes:
        for place, text in places.items():
            for word in needles:
                expect(word not in text, f"{place} shows a secret that begins with {word[:6]}…")
        notes.append(f"{sum(map(len, places.values())) / 1e6:.1f} MB")
    with trial.check("the log was on its most talkative level, and every kind was watched from the beginning"):
        expect(len(places["the operator's log"]) > 10_000, "hardly anything is logged")
        for kind in ("MemberCluster", "TenantSystem", "Event"):
            expect(f'{{"kind": "{kind}"' in places["every status and event of the run"], f"no {kind} was seen")


def shown(trial):
    """{place: text} of everything that one can read without reading Secrets."""
    places = {"the operator's log": trial.operator.log.read_text(errors="replace"), "/metrics": trial.operator.page("/metrics")[1],
              "every status and event of the run": trial.witness.text()}
    for name, cluster in {"hub": trial.hub, **trial.members}.items():
        places[f"events of {name}"] = cluster.kubectl("get", "events.events.k8s.io", "-A", "-o", "json").stdout
        places[f"ConfigMaps of {name}"] = json.dumps(cluster.all("ConfigMap"))
    for kind in HUB_KINDS:
        places[f"{kind} objects"] = json.dumps(trial.hub.all(kind))
    for center, member in trial.members.items():
        for kind in ("Namespace", "Deployment", "StatefulSet"):
            places[f"{kind} objects of {center}"] = json.dumps(member.all(kind))
    return places


def words(trial):
    """Canaries of scenarios, and every token there was: whole, its signature alone, and as the API stores them."""
    found = set()
    for word in trial.canaries | set(trial.operator.tokens) | haetae.tokens(trial.fleet):
        found |= {word, base64.b64encode(word.encode()).decode()[:200]}
        if word.count(".") == 2:
            found.add(word.rsplit(".", 1)[-1][:40])
    return found
