"""One API server. Writes go through kubectl, as a user's do. Reads go straight over HTTPS, as an administrator: a
kubectl for every look would cost 0.2 s of CPU, and a check that measures seconds looks every 50 ms."""

import base64
import http.client
import json
import ssl
import subprocess
import tempfile
import threading
import urllib.parse

from .checks import NotSo

# kind: (API, plural). Namespaced or not shows in whether a reader gives a namespace.
KINDS = {
    "Namespace": ("/api/v1", "namespaces"), "Pod": ("/api/v1", "pods"), "Node": ("/api/v1", "nodes"),
    "Secret": ("/api/v1", "secrets"), "ConfigMap": ("/api/v1", "configmaps"), "Service": ("/api/v1", "services"),
    "ResourceQuota": ("/api/v1", "resourcequotas"), "LimitRange": ("/api/v1", "limitranges"),
    "Deployment": ("/apis/apps/v1", "deployments"), "StatefulSet": ("/apis/apps/v1", "statefulsets"),
    "PodDisruptionBudget": ("/apis/policy/v1", "poddisruptionbudgets"),
    "HorizontalPodAutoscaler": ("/apis/autoscaling/v2", "horizontalpodautoscalers"),
    "PersistentVolumeClaim": ("/api/v1", "persistentvolumeclaims"), "ServiceAccount": ("/api/v1", "serviceaccounts"),
    "Ingress": ("/apis/networking.k8s.io/v1", "ingresses"), "NetworkPolicy": ("/apis/networking.k8s.io/v1", "networkpolicies"),
    "CronJob": ("/apis/batch/v1", "cronjobs"),
    "Event": ("/apis/events.k8s.io/v1", "events"),
    **{kind: ("/apis/haetae.io/v1alpha1", plural) for kind, plural in {
        "RiskTier": "risktiers", "Center": "centers", "MemberCluster": "memberclusters", "Handoff": "handoffs",
        "TenantSystem": "tenantsystems", "Approval": "approvals", "FleetPolicy": "fleetpolicies", "ServiceProvider": "serviceproviders"}.items()},
}
HUB_KINDS = [kind for kind, (api, _) in KINDS.items() if "haetae.io" in api]
# What a copy of a system is made of.
COPY_KINDS = ["Namespace", "ResourceQuota", "LimitRange", "Service", "PodDisruptionBudget", "Deployment", "StatefulSet",
              "HorizontalPodAutoscaler"]


class Absent(LookupError):
    """The server says that there is no such object."""


class Silent(OSError):
    """The server does not answer."""


class CommandFailed(Exception):
    def __init__(self, command, ran):
        super().__init__(f"`{' '.join(command)}` exits {ran.returncode}: {(ran.stderr or ran.stdout).strip()}")
        self.stdout, self.stderr, self.code = ran.stdout, ran.stderr, ran.returncode


def run(command, ok=True, stdin=None, timeout=120, env=None, cwd=None):
    """Runs a command. Raises CommandFailed unless it exits 0 or `ok` is False."""
    ran = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout, env=env, cwd=cwd)
    if ok and ran.returncode != 0:
        raise CommandFailed(command, ran)
    return ran


def as_text(objects):
    """One object, several, or text already: what `kubectl apply -f -` reads."""
    if isinstance(objects, str):
        return objects
    items = objects if isinstance(objects, list) else [objects]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items})


class Cluster:
    """The hub or a center, by its administrator's kubeconfig."""

    def __init__(self, name, kubeconfig, kubectl, audit_log=None):
        self.name, self.kubeconfig, self.binary, self.audit_log = name, str(kubeconfig), str(kubectl), audit_log
        view = json.loads(run([self.binary, "--kubeconfig", self.kubeconfig, "config", "view", "--raw", "-o", "json"]).stdout)
        self.server, self.authority = (view["clusters"][0]["cluster"][k] for k in ("server", "certificate-authority-data"))
        self._tls = self._client_tls(view["users"][0]["user"])
        self._connections = threading.local()

    def _client_tls(self, user):
        tls = ssl.create_default_context(cadata=base64.b64decode(self.authority).decode())
        with tempfile.NamedTemporaryFile() as pair:  # the ssl module takes a client certificate from a file only
            pair.write(base64.b64decode(user["client-certificate-data"]) + base64.b64decode(user["client-key-data"]))
            pair.flush()
            tls.load_cert_chain(pair.name)
        return tls

    # reads

    def read(self, path, timeout=5):
        """The JSON at a path. Raises Absent (404), Silent (no answer), NotSo (any other code)."""
        for attempt in (1, 2):  # a kept connection may have died with its server
            try:
                if getattr(self._connections, "it", None) is None:
                    host = urllib.parse.urlsplit(self.server)
                    self._connections.it = http.client.HTTPSConnection(host.hostname, host.port, timeout=timeout, context=self._tls)
                self._connections.it.request("GET", path, headers={"Accept": "application/json"})
                answer = self._connections.it.getresponse()
                body = answer.read()
                break
            except (OSError, http.client.HTTPException) as trouble:
                self._connections.it = None
                if attempt == 2 or isinstance(trouble, TimeoutError):
                    raise Silent(f"{self.name}: {trouble or type(trouble).__name__}") from None
        if answer.status == 404:
            raise Absent(f"{self.name}: no {path}")
        if answer.status != 200:
            raise NotSo(f"{self.name}: GET {path} answers {answer.status}")
        return json.loads(body)

    def lines(self, path):
        """The lines of a watch, as they come, until the server ends it. Raises OSError or HTTPException."""
        host = urllib.parse.urlsplit(self.server)
        connection = http.client.HTTPSConnection(host.hostname, host.port, context=self._tls)
        try:
            connection.request("GET", path, headers={"Accept": "application/json"})
            answer = connection.getresponse()
            if answer.status != 200:
                raise Silent(f"{self.name}: GET {path} answers {answer.status}")
            yield from answer
        finally:
            connection.close()

    def path(self, kind, ns=None, name=None, labels=None):
        api, plural = KINDS[kind]
        path = api + (f"/namespaces/{ns}" if ns else "") + f"/{plural}" + (f"/{name}" if name else "")
        return path + ("?labelSelector=" + urllib.parse.quote(labels) if labels else "")

    def get(self, kind, name, ns=None):
        return self.read(self.path(kind, ns, name))

    def find(self, kind, name, ns=None):
        """The object, or None where the server says that there is none."""
        try:
            return self.get(kind, name, ns)
        except Absent:
            return None

    def all(self, kind, ns=None, labels=None):
        items = self.read(self.path(kind, ns, labels=labels))["items"]
        return [{"kind": kind, **item} for item in items]

    # writes, and whatever a user would type

    def kubectl(self, *words, stdin=None, ok=True, timeout=120):
        return run([self.binary, "--kubeconfig", self.kubeconfig, *words], ok=ok, stdin=stdin, timeout=timeout)

    def apply(self, objects, ok=True):
        return self.kubectl("apply", "-f", "-", stdin=as_text(objects), ok=ok)

    def delete(self, kind, name, ns=None, wait=False, ok=True):
        scope = ["-n", ns] if ns else []
        return self.kubectl("delete", kind.lower(), name, *scope, f"--wait={str(wait).lower()}", ok=ok)

    def patch(self, kind, name, change, ns=None):
        """A merge patch by a user."""
        scope = ["-n", ns] if ns else []
        return self.kubectl("patch", kind.lower(), name, *scope, "--type=merge", "-p", json.dumps(change))
