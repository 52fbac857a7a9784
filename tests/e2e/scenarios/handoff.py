"""A system is handed to a provider at Shadow: labels everywhere, no pod restarts, removed labels come back."""

from harness import views
from harness.checks import eventually, expect, steadily
from harness.fleet import CENTERS, ROOT
from harness.systems import member_namespace

REF, AGENCY, NAME = "koreapost/internet-post", "koreapost", "internet-post"
PROVIDER, STAGE, ON_CLUSTER = "msp.haetae.io/provider", "msp.haetae.io/stage", "provider.msp.haetae.io/example-msp"


def run(trial):
    trial.examples()
    check, hub = trial.check, trial.hub
    centers = list(trial.placed(REF))
    before = views.pod_uids(trial.fleet, AGENCY, NAME)
    hub.kubectl("apply", "-f", str(ROOT / "examples/03-handoff"))
    eventually(5, lambda: shows(trial, centers, None))
    try:
        with check("Shadow shows on namespaces, workloads and MemberClusters in every center, within 5 s") as notes:
            notes.append(f"{eventually(5, lambda: shows(trial, centers, 'Shadow')):.2f} s")
        status(trial)
        untouched(trial, before, "when it is handed over at Shadow")
        come_back(trial, centers)
        hub.patch("Handoff", NAME, {"spec": {"targetStage": "Joint"}}, AGENCY)
        with check("the next stage shows everywhere within 5 s"):
            eventually(5, lambda: shows(trial, centers, "Joint"))
        untouched(trial, before, "when the stage changes")
    finally:
        hub.delete("Handoff", NAME, AGENCY, wait=True)
    with check("a deleted Handoff takes its labels and status.handoff with it, within 5 s"):
        eventually(5, lambda: shows(trial, centers, None))
        eventually(5, lambda: expect(not trial.system(REF)["status"].get("handoff", {}).get("provider"), "status.handoff is still there"))
    untouched(trial, before, "when its Handoff is deleted")
    hub.delete("ServiceProvider", "example-msp")


def shows(trial, centers, stage):
    """Raises NotSo unless the stage stands where the system is, and nowhere else; None: no provider, its agency operates it."""
    wanted = (None, "AgencyOperated") if stage is None else ("example-msp", stage)
    for center in centers:
        for (kind, name), thing in views.objects_of(trial.members[center], AGENCY, NAME).items():
            labels = thing["metadata"]["labels"]
            shown = (labels.get(PROVIDER), labels.get(STAGE))
            expect(shown == wanted, f"{center}: {kind} {name} shows {shown}")
            if kind in ("Deployment", "StatefulSet"):
                pod_labels = thing["spec"].get("template", {}).get("metadata", {}).get("labels", {})
                expect(not any("msp.haetae.io" in key for key in pod_labels), f"{center}: pods of {name} carry {pod_labels}")
    for center in CENTERS:
        shown = trial.member(center)["metadata"].get("labels", {}).get(ON_CLUSTER)
        expect(shown == (stage if center in centers else None), f"MemberCluster {center}-a shows {shown}")


def status(trial):
    with trial.check("status.handoff and Handoff.status name provider, stage and who acts now"):
        def stands():
            shown = trial.system(REF)["status"].get("handoff", {})
            expect((shown.get("provider"), shown.get("stage")) == ("example-msp", "Shadow"), shown)
            expect(shown.get("actsNow"), f"nobody acts: {shown}")
            mine = trial.hub.get("Handoff", NAME, AGENCY)
            expect(mine["status"].get("stage") == "Shadow", mine["status"])
            expect(mine["status"].get("actsNow") == shown["actsNow"], f"{mine['status']} against {shown}")
            views.is_true(mine, "Ready")
        eventually(5, stands)
    with trial.check("the columns of `kubectl get ts` and `kubectl get handoffs` show provider and stage"):
        for kind in ("ts", "handoffs"):
            table = trial.hub.kubectl("get", kind, "-n", AGENCY).stdout
            row = next(line for line in table.splitlines() if line.startswith(NAME))
            expect("example-msp" in row and "Shadow" in row, table)
    with trial.check("MemberCluster.status counts providers by stage"):
        def counted():
            for center in trial.placed(REF):
                found = trial.member(center)["status"].get("providers", [])
                expect(any((p["provider"], p["stage"], p["systems"]) == ("example-msp", "Shadow", 1) for p in found), f"{center}: {found}")
        eventually(5, counted)


def untouched(trial, before, when):
    with trial.check(f"no pod of the system restarts {when}"):
        steadily(2, lambda: expect(views.pod_uids(trial.fleet, AGENCY, NAME) == before, "pods are others than before"), every=0.5)
        for center in trial.placed(REF):
            for (kind, name), thing in views.objects_of(trial.members[center], AGENCY, NAME).items():
                if kind == "Deployment":
                    revision = thing["metadata"]["annotations"]["deployment.kubernetes.io/revision"]
                    expect(revision == "1", f"{center}: {name} is at revision {revision}")


def come_back(trial, centers):
    """A person takes the label away in a member, or from a MemberCluster."""
    ns, shown = member_namespace(AGENCY, NAME), lambda: shows(trial, centers, "Shadow")
    for center in centers:
        member = trial.members[center]
        removals = {
            f"namespace in {center}": lambda: member.kubectl("label", "namespace", ns, f"{STAGE}-", f"{PROVIDER}-"),
            f"workload in {center}": lambda: member.kubectl("label", "deployment", "web", "-n", ns, f"{STAGE}-"),
            f"MemberCluster {center}-a": lambda: trial.hub.kubectl("label", "membercluster", f"{center}-a", f"{ON_CLUSTER}-"),
        }
        for place, remove in removals.items():
            with trial.check(f"a stage label removed from the {place} is back in under 5 s") as notes:
                remove()
                notes.append(f"{eventually(5, shown):.2f} s")
    with trial.check("a stage label that someone falsified is put right in under 5 s"):
        trial.members[centers[0]].kubectl("label", "namespace", ns, f"{STAGE}=Full", "--overwrite")
        eventually(5, shown)
