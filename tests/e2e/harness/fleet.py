"""A fleet of its own for one run: tests/cluster/fleet in another directory."""

from pathlib import Path

from .audit import Audit, AuditLog
from .cluster import Cluster, run

ROOT = Path(__file__).resolve().parents[3]
CENTERS = ["daejeon", "gwangju", "daegu", "gongju"]


class Fleet:
    def __init__(self, home):
        self.home = Path(home)
        self.tool = str(ROOT / "tests/cluster/fleet")
        self.kubectl = ROOT / "build/fleet/bin/kubectl"
        self.helm = ROOT / "build/fleet/bin/helm"
        self.hub = None
        self.members = {}
        self.audit = None

    def command(self, *words, ok=True, timeout=600):
        return run([self.tool, *words, "--dir", str(self.home)], ok=ok, timeout=timeout)

    def up(self, *options):
        """Starts what is down. The first call ever builds the binaries, which takes minutes."""
        self.command("up", *options, timeout=2400)
        self.hub = self._cluster("hub")
        self.members = {name: self._cluster(name) for name in CENTERS}
        self.audit = Audit([AuditLog(name, self.home / name / "audit.log") for name in ["hub", *CENTERS]])

    def _cluster(self, name):
        return Cluster(name, self.home / f"{name}.kubeconfig", self.kubectl, self.home / name / "audit.log")

    def down(self):
        self.command("down", ok=False)

    def kubeconfig(self, name):
        return str(self.home / f"{name}.kubeconfig")
