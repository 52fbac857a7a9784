"""Writes as rows of a table, asked with an account's own token: what is allowed, what is refused, and by whom."""

import base64
import http.client
import json
import ssl
import urllib.parse

AGENT = "table-of-writes"  # such requests bear our account's name and are not the operator's: audit.py leaves them aside

# API of a plural with its group; the core group has none.
_VERSIONS = {"": "/api/v1", "apps": "/apis/apps/v1", "autoscaling": "/apis/autoscaling/v2", "policy": "/apis/policy/v1", "batch": "/apis/batch/v1"}


def restricted():
    """A pod spec that the restricted standard lets pass."""
    return {"securityContext": {"runAsNonRoot": True, "runAsUser": 65535, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{"name": "x", "image": "x", "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}}]}


class Row:
    """One request. A dry run unless `really`: it meets RBAC and admission all the same, and leaves nothing."""

    def __init__(self, sentence, *guards, rbac=False, really=False):
        self.sentence, self.guards, self.rbac, self.really = sentence, set(guards), rbac, really
        self.method = self.path = self.body = None

    def _to(self, method, kind, name=None, ns=None, body=None):
        plural, _, rest = kind.partition("/")
        plural, _, group = plural.partition(".")
        api = _VERSIONS.get(group, f"/apis/{group}/v1")
        path = api + (f"/namespaces/{ns}" if ns else "") + f"/{plural}" + (f"/{rest}" if rest else "") + (f"/{name}" if name else "")
        self.method, self.body = method, body
        self.path = path + ("" if self.really or method == "GET" else "?dryRun=All")
        return self

    def create(self, kind, body, ns=None):
        return self._to("POST", kind, None, ns, body)

    def patch(self, kind, name, body, ns=None):
        return self._to("PATCH", kind, name, ns, body)

    def delete(self, kind, name, ns=None):
        return self._to("DELETE", kind, name, ns)

    def read(self, kind, name, ns=None):
        return self._to("GET", kind, name, ns)


class Account:
    """A ServiceAccount of one cluster, entered with its stored token."""

    def __init__(self, cluster, encoded_token):
        self._token = base64.b64decode(encoded_token).decode()
        host = urllib.parse.urlsplit(cluster.server)
        tls = ssl.create_default_context(cadata=base64.b64decode(cluster.authority).decode())
        self._connection = http.client.HTTPSConnection(host.hostname, host.port, timeout=10, context=tls)

    def answer(self, row):
        """(code, message) of one row."""
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json", "User-Agent": AGENT,
                   "Content-Type": "application/merge-patch+json" if row.method == "PATCH" else "application/json"}
        self._connection.request(row.method, row.path, None if row.body is None else json.dumps(row.body), headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        return answer.status, json.loads(text).get("message", "") if text.startswith("{") else text

    def code(self, row):
        return self.answer(row)[0]
