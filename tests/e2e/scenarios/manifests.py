"""Objects that a system brings along: delivered, healed, removed; claims stay. A kind that the cluster lacks is a finding."""

from harness import views
from harness.audit import listed
from harness.checks import eventually, expect
from harness.systems import member_namespace, tenant_system
from harness.trial import AGENCY, split

REF = f"{AGENCY}/brings"
NIGHTLY = "nightly-report-of-everything-that-was-brought"  # names of CronJobs may be 52 long, and are rehearsed under longer ones


def entry(kind, api, name, body, **more):
    return {"object": {"apiVersion": api, "kind": kind, "metadata": {"name": name}, **body}, **more}


def pod(**more):
    safe = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    return {"restartPolicy": "Never", "securityContext": {"runAsNonRoot": True, "runAsUser": 65535, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{"name": "a", "image": "pause:3.10", "securityContext": safe, "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}}}], **more}


def manifests():
    backend = {"service": {"name": "web", "port": {"name": "http"}}}
    job = {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": {"spec": pod(serviceAccountName="reader")}}}}
    return [
        entry("ConfigMap", "v1", "settings", {"data": {"greeting": "안녕하세요"}}),
        entry("ServiceAccount", "v1", "reader", {}),
        entry("PersistentVolumeClaim", "v1", "uploads", {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}),
        entry("NetworkPolicy", "networking.k8s.io/v1", "web", {"spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]}}),
        entry("Ingress", "networking.k8s.io/v1", "web", {"spec": {"rules": [
            {"host": "brings.example", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}]}}),
        entry("CronJob", "batch/v1", NIGHTLY, {"spec": job}),
        entry("CronJob", "batch/v1", "everywhere", {"spec": job}, runsIn="EveryCopy")]


def run(trial):
    trial.examples()
    trial.apply(tenant_system(AGENCY, "brings", tier="tier-2", manifests=manifests(), citizenFacing=False))
    eventually(60, lambda: trial.settled(REF))
    ns = member_namespace(*split(REF))
    homes = trial.placed(REF)
    with trial.check("every object is in every copy, marked as ours"):
        for center in homes:
            for one in manifests():
                kind, name = one["object"]["kind"], one["object"]["metadata"]["name"]
                live = trial.members[center].get(kind, name, ns)
                expect(live["metadata"]["labels"]["haetae.io/system"] == f"{AGENCY}.brings", f"{kind} {name} in {center} is not labelled")
    with trial.check("a CronJob runs in one copy, or in each that runs pods, and is suspended elsewhere"):
        suspended = {name: [trial.members[c].get("CronJob", name, ns)["spec"].get("suspend", False) for c in homes] for name in (NIGHTLY, "everywhere")}
        expect(sorted(suspended[NIGHTLY]) == [False, True] and suspended["everywhere"] == [False, False], f"suspended: {suspended}")
    with trial.check("a second look writes nothing"):
        trial.quiet(3)
        place = trial.audit.now()
        trial.operator.stop()
        trial.operator.start()
        trial.quiet(5)
        real = [w for w in trial.audit.since(place, list(trial.members)) if not w.dry_run]
        expect(not real, lambda: listed(real))
    healed(trial, ns, next(iter(homes)))
    removed(trial, ns, homes)
    lacking(trial)
    for center in homes:
        trial.members[center].kubectl("delete", "pvc", "uploads", "-n", ns, "--wait=false", ok=False)
        trial.members[center].kubectl("patch", "pvc", "uploads", "-n", ns, "--type=merge", "-p", '{"metadata":{"finalizers":null}}', ok=False)
    trial.remove(REF)


def healed(trial, ns, center):
    member = trial.members[center]
    for what, words, kind, name, holds in (
            ("an edited ConfigMap", ["patch", "configmap", "settings", "--type=merge", "-p", '{"data":{"greeting":"bye"}}'], "ConfigMap", "settings",
             lambda it: it["data"]["greeting"] == "안녕하세요"),
            ("a deleted Ingress", ["delete", "ingress", "web"], "Ingress", "web", lambda it: True),
            ("a CronJob on another schedule", ["patch", "cronjob", NIGHTLY, "--type=merge", "-p", '{"spec":{"schedule":"* * * * *"}}'], "CronJob", NIGHTLY,
             lambda it: it["spec"]["schedule"] == "0 3 * * *")):
        with trial.check(f"{what} is healed") as notes:
            member.kubectl("-n", ns, *words)
            notes.append(f"{eventually(10, lambda: expect(holds(member.get(kind, name, ns)), 'not healed')):.1f} s")


def removed(trial, ns, homes):
    kept = [one for one in manifests() if one["object"]["metadata"]["name"] not in ("settings", "uploads", "everywhere")]
    trial.change(REF, {"manifests": kept})
    with trial.check("what leaves the spec is removed in every copy; the claim stays, and a finding says so"):
        def gone():
            for center in homes:
                member = trial.members[center]
                expect(member.find("ConfigMap", "settings", ns) is None, f"{center}: the ConfigMap is there")
                expect(member.find("CronJob", "everywhere", ns) is None, f"{center}: the CronJob is there")
                expect(member.find("CronJob", NIGHTLY, ns), f"{center}: the other CronJob is gone")
                expect(member.find("PersistentVolumeClaim", "uploads", ns), f"{center}: the claim is gone")
            told = views.findings(trial.system(REF), "RemovalHeld")
            expect(any("PersistentVolumeClaim uploads" in f["message"] for f in told), f"findings: {told}")
        eventually(30, gone)


def lacking(trial):
    route = entry("HTTPRoute", "gateway.networking.k8s.io/v1", "web", {"spec": {
        "parentRefs": [{"name": "public"}], "hostnames": ["brings.example"], "rules": [{"backendRefs": [{"name": "web", "port": 80}]}]}})
    trial.apply(tenant_system(AGENCY, "routes", manifests=[route]))
    with trial.check("a kind that the cluster does not have is a finding at the manifest, and nothing is written"):
        def found():
            told = views.findings(trial.system(f"{AGENCY}/routes"), "RefusedByCluster")
            expect(any(f["path"] == "spec.manifests[0].object" for f in told), f"findings: {views.findings(trial.system(f'{AGENCY}/routes'))}")
        eventually(20, found)
        expect(not views.copies(trial.fleet, AGENCY, "routes"), "its namespace is there")
    trial.remove(f"{AGENCY}/routes")
