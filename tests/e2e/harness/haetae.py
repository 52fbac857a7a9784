"""Haetae on a fleet: installed by helm, entered by connect-member.sh, run as the chart's ServiceAccount."""

import base64
import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .checks import NotSo, eventually, expect
from .cluster import run
from .fleet import CENTERS, ROOT

NAMESPACE = "haetae-system"


def binary():
    """HAETAE_BIN, else the release build, else the dev build."""
    given = os.environ.get("HAETAE_BIN")
    choices = [Path(given)] if given else [ROOT / "build/release/haetae", ROOT / "build/dev/haetae"]
    for choice in choices:
        if os.access(choice, os.X_OK):
            return str(choice.resolve())
    raise SystemExit(f"no operator: build it, or name it in HAETAE_BIN (looked for {', '.join(map(str, choices))})")


def install(fleet):
    """The hub chart without a pod, the member chart in each center, a kubeconfig Secret for each. May be repeated."""
    run([str(fleet.helm), "upgrade", "--install", "haetae", str(ROOT / "charts/haetae"), "--kubeconfig", fleet.kubeconfig("hub"),
         "--namespace", NAMESPACE, "--create-namespace", "--set", "replicas=0"], timeout=120)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda center: connect(fleet, center), CENTERS))


def connect(fleet, center):
    env = {**os.environ, "KUBECTL": str(fleet.kubectl), "HELM": str(fleet.helm)}
    run([str(ROOT / "examples/connect-member.sh"), fleet.kubeconfig("hub"), fleet.kubeconfig(center), f"{center}-a"],
        timeout=120, env=env)


def tokens(fleet):
    """The tokens with which the hub enters the members now."""
    found = set()
    for center in fleet.members.values():
        stored = center.kubectl("-n", NAMESPACE, "get", "secret", "haetae-token", "-o", "json", ok=False).stdout
        found |= {base64.b64decode(json.loads(stored)["data"]["token"]).decode()} if stored.strip() else set()
    return found


def kubeconfig(server, authority, token=None, token_file=None):
    """A kubeconfig as Haetae accepts it, as JSON (which is YAML). `token_file`: in its own file only."""
    user = {"tokenFile": str(token_file)} if token_file else {"token": token}
    return json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "it",
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "haetae"}}],
        "clusters": [{"name": "it", "cluster": {"server": server, "certificate-authority-data": authority}}],
        "users": [{"name": "haetae", "user": user}]})


class Operator:
    """The operator as a process of its own, with no right but its ServiceAccount's, whose token it has in a file, as a
    pod has."""

    def __init__(self, fleet, home, logs, level="debug"):
        self.fleet, self.level = fleet, level
        self.log = Path(logs) / "operator.log"
        self.command = binary()
        self.tokens = []  # all there ever were, the present one last
        self.token_file = Path(home) / "operator.token"
        self.kubeconfig = Path(home) / "operator.kubeconfig"
        self.kubeconfig.touch(mode=0o600)
        self.kubeconfig.write_text(kubeconfig(fleet.hub.server, fleet.hub.authority, token_file=self.token_file))
        self.renew_token()
        self.pid_file = Path(home) / "operator.pid"
        self.running = None
        self.port = None
        self._end_earlier()

    def _end_earlier(self):
        """Two operators must not write: ends the one that an earlier --keep left running with this very kubeconfig."""
        try:
            pid = int(self.pid_file.read_text())
            if f"--kubeconfig={self.kubeconfig}".encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                os.kill(pid, signal.SIGKILL)
        except OSError:
            pass  # there is none, or it ended by itself

    def renew_token(self):
        """Puts a new token into the file. Returns what takes it away again: a token ends with the Secret it is bound to."""
        name = f"e2e-operator-{secrets.token_hex(4)}"
        self.fleet.hub.kubectl("-n", NAMESPACE, "create", "secret", "generic", name)
        made = self.fleet.hub.kubectl("-n", NAMESPACE, "create", "token", "haetae", "--duration=12h",
                                      "--bound-object-kind=Secret", f"--bound-object-name={name}")
        self.tokens.append(made.stdout.strip())
        fresh = self.token_file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(self.tokens[-1])
        fresh.replace(self.token_file)
        before, self._revoke = getattr(self, "_revoke", None), lambda: self.fleet.hub.delete("Secret", name, NAMESPACE)
        return before

    def start(self, wait=30):
        """Starts it; with `wait` until /readyz agrees, at most that many seconds. Returns seconds until ready."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        begin = time.monotonic()
        with open(self.log, "a") as log:
            self.running = subprocess.Popen(
                [self.command, "operator", f"--kubeconfig={self.kubeconfig}", f"--namespace={NAMESPACE}",
                 f"--listen=127.0.0.1:{self.port}", f"--log-level={self.level}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        self.pid_file.write_text(str(self.running.pid))
        if wait:
            eventually(wait, self._ready, every=0.01)
        return time.monotonic() - begin

    def _ready(self):
        if self.running.poll() is not None:
            raise RuntimeError(f"the operator exits {self.running.returncode}; see {self.log}: {self.last_words()}")
        expect(self.page("/readyz")[0] == 200, lambda: f"/readyz: {self.page('/readyz')}")

    def page(self, path):
        """(code, text) of a page of its own server."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def kill(self):
        """SIGKILL."""
        self.running.kill()
        self.running.wait()

    def stop(self, seconds=10):
        """SIGTERM; returns the exit code. Raises NotSo when it does not go."""
        if self.running is None or self.running.poll() is not None:
            return None
        self.running.send_signal(signal.SIGTERM)
        try:
            return self.running.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise NotSo(f"the operator does not end within {seconds} s of SIGTERM") from None

    def alive(self):
        return self.running is not None and self.running.poll() is None

    def figures(self):
        """(resident memory in bytes, threads), of the kernel."""
        status = Path(f"/proc/{self.running.pid}/status").read_text()
        number = lambda key: int(re.search(rf"^{key}:\s+(\d+)", status, re.M).group(1))
        return number("VmRSS") * 1024, number("Threads")

    def last_words(self, lines=3):
        return " | ".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""
