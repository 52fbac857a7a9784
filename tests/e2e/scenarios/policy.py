"""Bad input, row 5: a policy edit that would move or stop running systems holds and is reported."""

import json

from harness import views
from harness.audit import listed
from harness.checks import eventually, expect, steadily
from harness.trial import EXAMPLES


def run(trial):
    trial.examples()
    ndms = next(c for c, copy in trial.placed("mois/ndms").items() if copy["role"] == "Active")
    gov24 = next(c for c, copy in trial.placed("mois/gov24").items() if copy["role"] == "Active")
    edits = [
        (f"{ndms} takes class C no longer", "Center", ndms, {"acceptsDataClasses": ["S", "O"]}, "mois/ndms"),
        (f"{gov24} may no longer serve", "Center", gov24, {"roles": ["Standby"]}, "mois/gov24"),
        (f"{gov24} is Draining", "Center", gov24, {"lifecycle": "Draining"}, "mois/gov24"),
        (f"{gov24}-a is cordoned", "MemberCluster", f"{gov24}-a", {"cordon": True}, None),
        ("tier 1 wants one active center less", "RiskTier", "tier-1", {"redundancy": {"activeCenters": 1}}, "mois/gov24"),
        ("tier 2 wants nothing to run in standby", "RiskTier", "tier-2", {"redundancy": {"standbyScale": 0}}, "kdca/vaccine-booking"),
        ("the salt of the hash is another", "FleetPolicy", "default", {"salt": "another"}, None),
        ("a system does not want the center any more that it is in", "TenantSystem", "mois/gov24", {"placement": {"denyCenters": [gov24]}}, "mois/gov24"),
    ]
    for what, kind, name, change, subject in edits:
        hold(trial, what, (kind, name, change), subject)
    with trial.check("after all edits are taken back every system is Ready and Compliant"):
        eventually(15, lambda: [trial.settled(*EXAMPLES), [views.is_true(trial.system(ref), "Compliant") for ref in EXAMPLES]])


def hold(trial, what, edit, subject):
    kind, name, change = edit
    ns, name = name.split("/") if "/" in name else (None, name)
    trial.quiet(2)
    pods = {ref: views.pod_uids(trial.fleet, *ref.split("/")) for ref in EXAMPLES}
    places = {ref: trial.placed(ref) for ref in EXAMPLES}
    place, before = trial.audit.now(), trial.hub.get(kind, name, ns)["spec"]
    trial.hub.patch(kind, name, {"spec": change}, ns)
    try:
        if subject:
            with trial.check(f"{what}: {subject} reports it as a finding"):
                eventually(10, lambda: expect(views.findings(trial.system(subject)), "no finding"))
        with trial.check(f"{what}: nothing moves, stops or is deleted"):
            steadily(3, lambda: None)
            for ref in EXAMPLES:
                expect(views.pod_uids(trial.fleet, *ref.split("/")) == pods[ref], f"the pods of {ref} are others")
                now = trial.placed(ref)
                expect({c: copy["role"] for c, copy in now.items()} == {c: copy["role"] for c, copy in places[ref].items()},
                       f"{ref}: {list(places[ref])} became {list(now)}")
                views.is_true(trial.system(ref), "Ready")
            harm = [w for w in trial.audit.since(place, list(trial.members)) if w.deletes or (w.created and w.resource == "namespaces")]
            expect(not harm, lambda: listed(harm))
    finally:
        undo = {key: before.get(key) for key in change}
        trial.hub.kubectl("patch", kind.lower(), name, *(["-n", ns] if ns else []), "--type=merge", "-p", json.dumps({"spec": undo}))
