"""Writes down every status and Event that the hub ever shows, also of objects that are gone at the end of a run."""

import http.client
import json
import threading
import time

from .cluster import HUB_KINDS


class Witness:
    """One watch a kind, each a thread that ends with the process. One JSON line for each thing seen."""

    def __init__(self, hub, path):
        self.hub, self.path = hub, path
        self.path.write_text("")
        self._lock = threading.Lock()
        for kind in [*HUB_KINDS, "Event"]:
            threading.Thread(target=self._watch, args=(kind,), daemon=True).start()

    def _watch(self, kind):
        while True:
            try:
                for line in self.hub.lines(self.hub.path(kind) + "?watch=1"):
                    self._write(kind, json.loads(line)["object"])
            except (OSError, http.client.HTTPException, ValueError):
                pass  # the hub is on its way, or went; the next watch shows what there is
            time.sleep(0.2)

    def _write(self, kind, thing):
        meta = thing.get("metadata", {})
        told = {key: value for key, value in thing.items() if key not in ("metadata", "spec", "apiVersion")}
        line = json.dumps({"kind": kind, "name": f"{meta.get('namespace', '')}/{meta.get('name', '')}", **told,
                           "labels": meta.get("labels"), "annotations": meta.get("annotations")})
        with self._lock, open(self.path, "a") as log:
            log.write(line + "\n")

    def text(self):
        return self.path.read_text(errors="replace")
