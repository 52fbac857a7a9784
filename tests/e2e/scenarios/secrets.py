"""No token, key or kubeconfig reaches a log, an event, a status or a metric."""

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
    places = {"the operator's log": trial.operator.log.read_text(errors="replace"), "/metrics": trial.operator.page("/metrics")[1]}
    for name, cluster in {"hub": trial.hub, **trial.members}.items():
        places[f"events of {name}"] = cluster.kubectl("get", "events.events.k8s.io", "-A", "-o", "json").stdout
    for kind in HUB_KINDS:
        places[f"{kind} objects"] = json.dumps(trial.hub.all(kind))
    for center, member in trial.members.items():
        for kind in ("Namespace", "Deployment", "StatefulSet"):
            places[f"{kind} objects of {center}"] = json.dumps(member.all(kind))
    with trial.check(f"none of them is in {', '.join(list(places)[:2])}, events, our kinds or what we wrote"):
        for place, text in places.items():
            for word in needles:
                expect(word not in text, f"{place} shows a secret that begins with {word[:6]}…")
    with trial.check("the log was on its most talkative level, and says something"):
        expect(len(places["the operator's log"]) > 10_000, "hardly anything is logged")


def words(trial):
    """Tokens whole, their signatures alone, both also as the API stores them, and the canaries of scenarios."""
    tokens = [trial.operator.token]
    for center in trial.members.values():
        stored = json.loads(center.kubectl("-n", haetae.NAMESPACE, "get", "secret", "haetae-token", "-o", "json").stdout)
        tokens.append(base64.b64decode(stored["data"]["token"]).decode())
    found = set(trial.canaries)
    for token in tokens:
        found |= {token, token.rsplit(".", 1)[-1][:40], base64.b64encode(token.encode()).decode()[:200]}
    return found
