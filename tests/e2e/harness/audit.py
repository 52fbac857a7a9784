"""Counts writes in the API servers' audit logs. A line is written before the request is answered, so one can count at
once. Leases are left aside, as everywhere in Haetae's promises."""

import json
from dataclasses import dataclass

from .table import AGENT

OURS = "system:serviceaccount:haetae-system:haetae"


@dataclass(frozen=True)
class Write:
    """One finished write of ours."""
    cluster: str
    verb: str
    resource: str
    subresource: str
    ns: str
    name: str
    code: int
    dry_run: bool
    at: str
    user: str
    said: str  # what the server answered where it refused

    @property
    def created(self):
        return self.code == 201 and not self.dry_run and not self.subresource

    @property
    def deletes(self):
        return self.verb in ("delete", "deletecollection") and not self.dry_run

    def __str__(self):
        what = f"{self.resource}/{self.subresource}" if self.subresource else self.resource
        where = f"{self.ns}/{self.name}" if self.ns else self.name
        return f"{self.at} {self.cluster} {self.verb} {what} {where} {self.code}" + (" (dry run)" if self.dry_run else "")


class AuditLog:
    """The log of one API server. It only grows, so a place in it is a moment."""

    def __init__(self, cluster, path):
        self.cluster, self.path = cluster, path

    def now(self):
        return self.path.stat().st_size if self.path.exists() else 0

    def fresh(self, place, user=OURS):
        """(writes by `user` after that place, the place to go on from). Lines that are not complete yet wait."""
        if not self.path.exists():
            return [], place
        with open(self.path, "rb") as log:
            log.seek(place)
            text = log.read()
        end = text.rfind(b"\n") + 1
        needle = f'"username":"{user}"'.encode()
        played = f'"userAgent":"{AGENT}"'.encode()
        found = (self._write(json.loads(line)) for line in text[:end].splitlines() if needle in line and played not in line)
        return [write for write in found if write.resource != "leases"], place + end

    def since(self, place, user=OURS):
        return self.fresh(place, user)[0]

    def users_of(self, agent, place):
        """Who wrote after that place with a userAgent that begins so."""
        with open(self.path, "rb") as log:
            log.seek(place)
            return {json.loads(line)["user"]["username"] for line in log if f'"userAgent":"{agent}'.encode() in line and line.endswith(b"\n")}

    def _write(self, line):
        of = line.get("objectRef") or {}
        # A create that the server names, or refuses early, has no name.
        return Write(self.cluster, line["verb"], of.get("resource", ""), of.get("subresource", ""), of.get("namespace", ""),
                     of.get("name", ""), (line.get("responseStatus") or {}).get("code", 0),
                     "dryRun=" in line["requestURI"], line["stageTimestamp"], line["user"]["username"],
                     (line.get("responseStatus") or {}).get("message", ""))


class Audit:
    """All logs of a fleet."""

    def __init__(self, logs):
        self.logs = {log.cluster: log for log in logs}

    def now(self):
        return {name: log.now() for name, log in self.logs.items()}

    def since(self, places, clusters=None, user=OURS):
        """Writes of ours after those places, in the clusters named (default: all), dry runs included."""
        names = self.logs if clusters is None else clusters
        return sorted((write for name in names for write in self.logs[name].since(places[name], user)), key=lambda w: w.at)


def listed(writes, most=6):
    """Some writes in words, for a failure."""
    lines = [str(write) for write in writes[:most]]
    return f"{len(writes)} writes: " + "; ".join(lines) + (" …" if len(writes) > most else "")
