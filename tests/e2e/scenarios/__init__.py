"""Scenarios by name, in the order in which a full run plays them: first what others build on, last what looks back."""

from . import (approval, confined, crash, deletion, drift, entry, examples, handoff, hostile, manifests, outage, policy, readiness,
               references, refused, rights, room, rotation, secrets, steady, templates)

SCENARIOS = {
    "examples": examples, "handoff": handoff, "drift": drift, "steady": steady, "refused": refused, "templates": templates,
    "manifests": manifests, "hostile": hostile, "references": references, "policy": policy, "readiness": readiness,
    "outage": outage, "deletion": deletion, "approval": approval, "entry": entry, "rotation": rotation, "room": room,
    "confined": confined, "crash": crash, "rights": rights, "secrets": secrets,
}
