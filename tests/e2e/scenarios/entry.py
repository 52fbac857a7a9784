"""Bad input, row 4: kubeconfigs that do not let us in are Reachable=False with the reason; others are unaffected."""

import base64
import json
import subprocess
import time

from harness import haetae, views
from harness.audit import listed
from harness.checks import eventually, expect, steadily
from harness.systems import API, component, member_namespace, tenant_system
from harness.trial import AGENCY, EXAMPLES

CANARY = "canary-of-a-secret-that-nobody-may-see"


def run(trial):
    trial.examples()
    trial.canaries.add(CANARY)
    ref, = trial.apply(tenant_system(AGENCY, "elsewhere", centers=["gwangju"]))
    eventually(30, lambda: trial.settled(ref))
    trial.quiet(2)
    places, place = {r: trial.placed(r) for r in EXAMPLES}, trial.audit.now()
    ways = {name: (text, reason, word) for name, text, reason, word in secrets(trial)}
    made = {name: text for name, (text, _, _) in ways.items()}
    trial.hub.apply([secret(name, text) for name, text in made.items() if text is not None] + [member(name) for name in made])
    try:
        for name, (_, reason, word) in ways.items():
            refused(trial, name, reason, word)
        others(trial, ref)
        with trial.check("through bad kubeconfigs nothing was written, and no placement changed"):
            writes = [w for w in trial.audit.since(place, list(trial.members)) if "elsewhere" not in w.ns]
            expect(not writes, lambda: listed(writes))
            expect({r: trial.placed(r) for r in EXAMPLES} == places, "a placement is another")
        with trial.check("a repaired kubeconfig lets us in, without a restart") as notes:
            good = json.loads(trial.hub.kubectl("-n", haetae.NAMESPACE, "get", "secret", "member-gongju-a", "-o", "json").stdout)
            name = "e2e-garbage"
            trial.hub.apply(secret(name, base64.b64decode(good["data"]["kubeconfig"]).decode()))
            notes.append(f"{eventually(60, lambda: expect(reachable(trial, name)['status'] == 'True', reachable(trial, name))):.0f} s")
    finally:
        for name in made:
            trial.hub.delete("MemberCluster", name)
    with trial.check("MemberClusters that were never used can be deleted again"):
        eventually(15, lambda: [expect(trial.hub.find("MemberCluster", name) is None, f"{name} is still there") for name in made])
    trial.hub.kubectl("-n", haetae.NAMESPACE, "delete", "secret", *made, "--ignore-not-found")
    revoked(trial)
    trial.remove(ref)


def member(name):
    return {"apiVersion": API, "kind": "MemberCluster", "metadata": {"name": name},
            "spec": {"center": "gongju", "cordon": True, "connection": {"kubeconfigSecret": {"name": name, "key": "kubeconfig"}}}}


def secret(name, text):
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": haetae.NAMESPACE}, "stringData": {"kubeconfig": text}}


def secrets(trial):
    """(name, kubeconfig, reason, word of the message), one for each way to be wrong; None: there is no Secret."""
    gongju, daegu = trial.members["gongju"], trial.members["daegu"]
    good = json.loads(haetae.kubeconfig(gongju.server, gongju.authority, CANARY))

    def but(**user_and_cluster):
        bad = json.loads(json.dumps(good))
        bad["users"][0]["user"].update(user_and_cluster.get("user", {}))
        bad["clusters"][0]["cluster"].update(user_and_cluster.get("cluster", {}))
        return json.dumps(bad)
    invalid, plugin = "CredentialsInvalid", {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "args": [CANARY]}
    yield "e2e-no-secret", None, "CredentialsMissing", "e2e-no-secret"
    yield "e2e-garbage", f"{CANARY}: [not, a kubeconfig", invalid, "no YAML"
    yield "e2e-quoted-by-a-parser", f"{CANARY}: 1\n{CANARY}: 2", invalid, "no YAML"
    yield "e2e-no-context", json.dumps({**good, "current-context": "other"}), invalid, "context"
    yield "e2e-exec", but(user={"exec": plugin}), invalid, "exec"
    yield "e2e-auth-provider", but(user={"auth-provider": {"name": "oidc", "config": {"id-token": CANARY}}}), invalid, "auth-provider"
    yield "e2e-password", but(user={"username": "admin", "password": CANARY}), invalid, "password"
    yield "e2e-impersonates", but(user={"as": CANARY}), invalid, "impersonation"
    yield "e2e-token-file", but(user={"tokenFile": "/etc/passwd"}), invalid, "tokenFile"
    yield "e2e-key-file", but(user={"client-key": "/etc/passwd", "client-certificate": "/etc/passwd"}), invalid, "client-certificate"
    yield "e2e-ca-file", but(cluster={"certificate-authority": "/etc/passwd"}), invalid, "certificate-authority"
    yield "e2e-proxy", but(cluster={"proxy-url": f"http://{CANARY}@127.0.0.1:1"}), invalid, "proxy-url"
    yield "e2e-insecure", but(cluster={"insecure-skip-tls-verify": True}), invalid, "insecure-skip-tls-verify"
    yield "e2e-any-name", but(cluster={"tls-server-name": ".svc"}), invalid, "tls-server-name"
    yield "e2e-other-name", but(cluster={"tls-server-name": "somebody.else"}), "Unreachable", "certificate"
    yield "e2e-no-tls", but(cluster={"server": "http://192.0.2.1"}), invalid, "TLS"
    yield "e2e-wrong-ca", but(cluster={"certificate-authority-data": daegu.authority}), "Unreachable", "certificate"
    yield "e2e-bad-token", json.dumps(good), "Forbidden", "401"
    yield "e2e-expired", but(user={"token": expired_token(trial, "gongju")}), "Forbidden", "401"
    yield "e2e-nobody-there", but(cluster={"server": "https://127.0.0.1:1"}), "Unreachable", "refused"


def expired_token(trial, center):
    """A token of the member's ServiceAccount, well signed with its cluster's own key, that ended a minute ago."""
    account = json.loads(trial.members[center].kubectl("-n", haetae.NAMESPACE, "get", "serviceaccount", "haetae", "-o", "json").stdout)
    now, issuer = int(time.time()), "https://kubernetes.default.svc"
    claims = {"iss": issuer, "aud": [issuer], "sub": f"system:serviceaccount:{haetae.NAMESPACE}:haetae", "iat": now - 660, "nbf": now - 660, "exp": now - 60,
              "kubernetes.io": {"namespace": haetae.NAMESPACE, "serviceaccount": {"name": "haetae", "uid": account["metadata"]["uid"]}}}
    key = trial.fleet.home / center / "pki/service-account.key"
    # The key's id is what the API server itself puts into its tokens.
    issued = trial.members[center].kubectl("-n", haetae.NAMESPACE, "create", "token", "haetae").stdout.split(".")[0]
    plain = lambda value: base64.urlsafe_b64encode(value).rstrip(b"=").decode()
    text = issued + "." + plain(json.dumps(claims).encode())
    signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", str(key)], input=text.encode(), capture_output=True, check=True).stdout
    token = text + "." + plain(raw_signature(signed))
    trial.canaries.add(token)
    return token


def raw_signature(der):
    """The two numbers of an ES256 signature, 32 bytes each, from DER: 30 LEN 02 LEN R 02 LEN S. Source: RFC 7518 §3.4."""
    first = der[4:4 + der[3]]
    second = der[4 + der[3] + 2:]
    return b"".join(int.from_bytes(number, "big").to_bytes(32, "big") for number in (first, second))


def reachable(trial, name):
    return views.condition(trial.hub.get("MemberCluster", name), "Reachable")


def refused(trial, name, reason, word):
    with trial.check(f"{name[4:].replace('-', ' ')}: Reachable=False with the reason, and no secret") as notes:
        def told():
            one = reachable(trial, name)
            expect(one and one["status"] == "False" and one["reason"] == reason and word in one["message"], one)
            expect(CANARY not in json.dumps(trial.hub.get("MemberCluster", name)), "it shows the canary")
        eventually(40, told)
        notes.append(reachable(trial, name)["reason"])


def others(trial, ref):
    with trial.check("other clusters are unaffected: Reachable, and a change goes through in under 5 s"):
        for center in trial.members:
            views.is_true(trial.member(center), "Reachable")
        trial.change(ref, {"components": [component(replicas=2)]})
        live = lambda: trial.members["gwangju"].get("Deployment", "web", member_namespace(AGENCY, "elsewhere"))["spec"]["replicas"]
        eventually(5, lambda: expect(live() == 2, "not changed"))


def revoked(trial):
    """A token that worked is revoked while systems run there."""
    center = "daegu"
    affected = [ref for ref in EXAMPLES if center in trial.placed(ref)]
    pods = {ref: views.pod_uids(trial.fleet, *ref.split("/")) for ref in affected}
    place = trial.audit.now()
    trial.members[center].kubectl("-n", haetae.NAMESPACE, "delete", "secret", "haetae-token")
    with trial.check("a revoked token: Reachable=False, and what runs there is Unknown, not absent") as notes:
        def unknown():
            views.is_false(trial.member(center), "Reachable")
            for ref in affected:
                copy = next(c for c in trial.system(ref)["status"]["redundancy"] if c["cluster"] == f"{center}-a")
                expect(copy.get("unknownSince") and copy["ready"] > 0 or copy["desired"] == 0, copy)
        notes.append(f"{eventually(60, unknown):.0f} s")
    with trial.check("while we are shut out nothing is moved or removed"):
        steadily(3, lambda: None)
        for ref, before in pods.items():
            expect(views.pod_uids(trial.fleet, *ref.split("/")) == before, f"the pods of {ref} are others")
        ours = [w for w in trial.audit.since(place, list(trial.members)) if w.code < 400]
        expect(not ours, lambda: listed(ours))
    haetae.connect(trial.fleet, center)
    with trial.check("a new token in the Secret lets us in again, and nothing has to be written there") as notes:
        notes.append(f"{eventually(90, lambda: [views.is_true(trial.member(center), 'Reachable'), trial.settled(*affected)]):.0f} s")
        trial.quiet(3)
        ours = [w for w in trial.audit.since(place, [center]) if w.code < 400]
        expect(not ours, lambda: listed(ours))
