"""Bad input, row 2: a pod template that a cluster refuses is a finding with its path, and what runs keeps running."""

from harness import views
from harness.audit import listed
from harness.checks import eventually, expect, steadily
from harness.systems import component, tenant_system
from harness.trial import AGENCY, split

REF = f"{AGENCY}/template"
TEMPLATE = "spec.components[0].template"


def without_image():
    bad = component()
    del bad["template"]["spec"]["containers"][0]["image"]
    return bad


def with_port(number):
    bad = component()
    bad["template"]["spec"]["containers"][0]["ports"][0]["containerPort"] = number
    return bad


def on_host():
    bad = component()
    bad["template"]["spec"]["hostNetwork"] = True
    return bad


def unconfined():
    bad = component()
    del bad["template"]["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"]
    return bad


def run(trial):
    trial.examples()
    trial.apply(tenant_system(AGENCY, "template", centers=["daegu"]))
    eventually(30, lambda: trial.settled(REF))
    for what, bad, path in (
            ("a container without an image", without_image(), f"{TEMPLATE}.spec.containers[0].image"),
            ("a port that does not exist", with_port(70000), f"{TEMPLATE}.spec.containers[0].ports[0].containerPort"),
            ("what pod security would keep from running", unconfined(), f"{TEMPLATE}.spec.containers[0].securityContext.allowPrivilegeEscalation"),
            ("the host's network, which Haetae refuses", on_host(), f"{TEMPLATE}.spec.hostNetwork")):
        breaks(trial, what, bad, path)
    with trial.check("once it is repaired the change goes through"):
        trial.change(REF, {"components": [component(image="pause:3.9")]})

        def through():
            trial.settled(REF)
            expect(not errors(trial), f"{errors(trial)}")
            live = trial.members["daegu"].get("Deployment", "web", f"ts-{AGENCY}-template")
            expect(live["spec"]["template"]["spec"]["containers"][0]["image"] == "pause:3.9", "the old image still runs")
        eventually(15, through)
    newcomer(trial)
    trial.remove(REF)


def errors(trial, ref=REF):
    return [f for f in views.findings(trial.system(ref)) if f["severity"] == "Error"]


def breaks(trial, what, bad, path):
    member, agency, name = trial.members["daegu"], *split(REF)
    trial.quiet(2)
    before, pods, place = views.objects_of(member, agency, name), views.pod_uids(trial.fleet, agency, name), trial.audit.now()
    trial.change(REF, {"components": [bad]})
    with trial.check(f"{what} is a finding with its path"):
        eventually(10, lambda: expect(any(f["path"] == path for f in errors(trial)), f"findings {errors(trial)}"))
        eventually(10, lambda: views.is_false(trial.system(REF), "Compliant"))
    with trial.check(f"for {what} nothing is written in the member, and what runs keeps running"):
        steadily(2, lambda: expect(views.pod_uids(trial.fleet, agency, name) == pods, "the pods are others"))
        after = views.objects_of(member, agency, name)
        expect({k: o["metadata"]["generation"] for k, o in after.items() if "generation" in o["metadata"]}
               == {k: o["metadata"]["generation"] for k, o in before.items() if "generation" in o["metadata"]}, "an object was changed")
        real = [w for w in trial.audit.since(place, list(trial.members)) if not w.dry_run]
        expect(not real, lambda: listed(real))
    trial.change(REF, {"components": [component()]})
    with trial.check(f"the finding of {what} goes with its cause"):
        eventually(10, lambda: [expect(not errors(trial), errors(trial)), trial.settled(REF)])


def newcomer(trial):
    ref, place = f"{AGENCY}/newcomer", trial.audit.now()
    trial.apply(tenant_system(AGENCY, "newcomer", components=[component("good"), {**without_image(), "name": "bad"}]))
    with trial.check("of a new system with one bad component nothing is written, not even its namespace"):
        eventually(10, lambda: expect(errors(trial, ref), "no finding"))
        eventually(10, lambda: views.is_false(trial.system(ref), "Ready"))
        real = [w for w in trial.audit.since(place, list(trial.members)) if not w.dry_run]
        expect(not real, lambda: listed(real))
        expect(not views.copies(trial.fleet, AGENCY, "newcomer"), "its namespace is there")
    trial.remove(ref)
