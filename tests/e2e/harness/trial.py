"""Trial: what every scenario is given. A fleet, the operator, checks, and the few acts that scenarios share."""

import datetime
import os
import time

from . import haetae, views
from .checks import NotSo, eventually, expect
from .cluster import Absent
from .fleet import CENTERS, ROOT
from .systems import namespace
from .witness import Witness

EXAMPLES = ["kdca/vaccine-booking", "keco/airkorea", "koreapost/internet-post", "mcst/culture-portal", "mois/gov24",
            "mois/gpki", "mois/ndms", "nirs/homepage", "nirs/video-meeting", "nts/hometax"]
AGENCY = "e2e"  # namespace of systems that scenarios make up


def split(ref):
    agency, name = ref.split("/")
    return agency, name


class Trial:
    def __init__(self, fleet, report, home, logs):
        self.fleet, self.report, self.home, self.logs = fleet, report, home, logs
        self.hub, self.members, self.audit = fleet.hub, fleet.members, fleet.audit
        self.check, self.say = report.check, report.say
        self.operator = haetae.Operator(fleet, home, logs)
        self.begin = self.audit.now()
        self.canaries = set(haetae.tokens(fleet))  # secret words, which must show nowhere; tokens of members even when replaced
        self.witness = Witness(fleet.hub, logs / "witness.log")
        self.returns = []   # (center, when its API server came back): for a moment such a one answers 403 to everybody

    # the hub's objects

    def system(self, ref):
        agency, name = split(ref)
        return self.hub.get("TenantSystem", name, agency)

    def settled(self, *refs):
        """Raises NotSo unless each system's present generation is decided, applied and Ready."""
        for ref in refs:
            views.settled(self.system(ref))

    def placed(self, ref):
        """{center: the copy} of status.placement."""
        return {copy["center"]: copy for copy in self.system(ref)["status"]["placement"]["centers"]}

    def member(self, center):
        return self.hub.get("MemberCluster", f"{center}-a")

    # acts

    def examples(self):
        """Centers and systems of examples/ are applied and Ready; quick when they are already."""
        for folder in ("01-centers", "02-systems"):
            self.hub.kubectl("apply", "-f", str(ROOT / "examples" / folder))
        self.hub.apply(namespace(AGENCY))
        return eventually(90, lambda: self.settled(*EXAMPLES))

    def apply(self, *systems):
        self.hub.apply(list(systems))
        return [f"{s['metadata']['namespace']}/{s['metadata']['name']}" for s in systems]

    def change(self, ref, spec):
        """A merge patch of a system's spec by a user."""
        agency, name = split(ref)
        self.hub.patch("TenantSystem", name, {"spec": spec}, agency)

    def remove(self, *refs, seconds=60):
        """Deletes systems for good, whatever their tier, and waits until hub and members hold nothing of them."""
        there = [ref for ref in refs if self.hub.find("TenantSystem", split(ref)[1], split(ref)[0])]
        held = self.unheld()
        try:
            for agency in {split(ref)[0] for ref in there}:
                names = [split(ref)[1] for ref in there if split(ref)[0] == agency]
                self.hub.kubectl("delete", "tenantsystem", "-n", agency, *names, "--wait=false")
            eventually(seconds, lambda: [self.gone(ref) for ref in there], every=0.3)
        finally:
            self.hold(held)

    def confirm(self, ns):
        """What the hub asks of whoever deletes an agency's namespace."""
        self.hub.kubectl("annotate", "namespace", ns, f"haetae.io/confirm-deletion={ns}", "--overwrite")

    def gone(self, ref):
        agency, name = split(ref)
        expect(self.hub.find("TenantSystem", name, agency) is None, f"{ref} is still in the hub")
        for center, ns in views.copies(self.fleet, agency, name).items():
            raise NotSo(f"{ns['metadata']['name']} is still in {center}")

    def unheld(self):
        """Lets systems of every tier be deleted; returns what `hold` takes back."""
        held = [tier["metadata"]["name"] for tier in self.hub.all("RiskTier") if tier["spec"].get("deletion") != "Immediate"]
        for tier in held:
            self.hub.patch("RiskTier", tier, {"spec": {"deletion": "Immediate"}})
        eventually(20, lambda: [self.seen("RiskTier", tier) for tier in held])  # before a deletion, or that would be held for good
        return held

    def seen(self, kind, name):
        thing = self.hub.get(kind, name)
        expect(thing["status"].get("observedGeneration") == thing["metadata"]["generation"], f"{kind} {name} is not seen yet")

    def hold(self, tiers):
        for tier in tiers:
            self.hub.patch("RiskTier", tier, {"spec": {"deletion": "Approved"}})

    def returned(self, center):
        self.returns.append((center, datetime.datetime.now(datetime.timezone.utc)))

    # silence

    def quiet(self, seconds=3, most=60, clusters=None):
        """Waits until we have written nothing anywhere for so many seconds."""
        end = time.monotonic() + most
        place, since = self.audit.now(), time.monotonic()
        while time.monotonic() - since < seconds:
            time.sleep(0.2)
            if writes := self.audit.since(place, clusters):
                expect(time.monotonic() < end, f"not quiet within {most} s, last: {writes[-1]}")
                place, since = self.audit.now(), time.monotonic()

    def whole(self):
        """Raises NotSo unless operator and fleet are as a scenario expects to find them."""
        expect(self.operator.alive(), lambda: f"the operator has ended: {self.operator.last_words()}")
        for center in CENTERS:
            try:
                views.is_true(self.member(center), "Reachable")
            except Absent:
                pass  # the first scenario has not applied it yet


def steady_seconds():
    return int(os.environ.get("HAETAE_E2E_STEADY_SECONDS", "300"))
