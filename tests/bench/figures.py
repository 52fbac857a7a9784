#!/usr/bin/env python3
"""Measures the figures of README.md on a fleet of its own: 500 systems in four clusters.

    python3 tests/bench/figures.py [--write] [--systems N] [--image NAME]

Prints a table; --write puts it between the figures marks of README.md. What misses the expected value is told as such,
and the exit code is 1 then. HAETAE_BIN names the operator to measure (default: the release build).
"""

import argparse
import math
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
sys.dont_write_bytecode = True

from harness import haetae, views  # noqa: E402
from harness.checks import Report, eventually, expect  # noqa: E402
from harness.fleet import CENTERS, Fleet  # noqa: E402
from harness.systems import component, namespace, tenant_system  # noqa: E402
from harness.trial import Trial  # noqa: E402

SEED, SAMPLES, RESTARTS, AGENCY = 42, 50, 5, "bench"
TIERS = {"tier-1": 5, "tier-2": 15, "tier-3": 30, "tier-4": 50}  # percent
COMMAND = "python3 tests/bench/figures.py"


def load(count, prefix="load", seed=SEED):
    chance = random.Random(seed)
    for i in range(count):
        tier = chance.choices(list(TIERS), TIERS.values())[0]
        yield tenant_system(AGENCY, f"{prefix}-{i:03}", tier=tier, components=[component(cpu="10m", memory="16Mi", replicas=chance.randint(1, 3))])


def prepare(trial):
    """Four centers that all take newcomers: the figures are for four clusters at work."""
    trial.hub.kubectl("apply", "-f", str(ROOT / "examples/01-centers"))
    for center in CENTERS:
        trial.hub.patch("Center", center, {"spec": {"lifecycle": "Active", "closeBy": None, "roles": ["Active", "Standby"]}})
    trial.hub.apply(namespace(AGENCY))
    eventually(60, lambda: [views.is_true(trial.member(center), "Reachable") for center in CENTERS])


def cached(trial):
    """Objects in all caches of the operator, as it counts them itself."""
    counted = re.findall(r"^haetae_cache_objects\{[^}]*\} (\S+)", trial.operator.page("/metrics")[1], re.M)
    expect(counted, "the operator does not count its cached objects")
    return int(sum(map(float, counted)))


def deliver(trial, systems):
    """Applies systems in one go. Returns (seconds until all are Ready, our real writes by cluster)."""
    place, begin = trial.audit.now(), time.monotonic()
    trial.hub.apply(systems)
    wanted = {s["metadata"]["name"] for s in systems}

    def ready():
        late = [s for s in trial.hub.all("TenantSystem", AGENCY) if s["metadata"]["name"] in wanted
                and not (s["status"].get("observedGeneration") == s["metadata"]["generation"] and views.condition(s, "Ready").get("status") == "True")]
        expect(not late, lambda: f"{len(late)} systems are not Ready, {views.named(late[0])}: {views.told(views.condition(late[0], 'Ready'))}")
    eventually(300, ready, every=0.5)
    seconds = time.monotonic() - begin
    trial.quiet(5, most=120)
    return seconds, Counter("hub" if w.cluster == "hub" else "members" for w in trial.audit.since(place) if not w.dry_run and w.resource != "events")


def apply_to_ready(trial, system):
    """Seconds from the start of `kubectl apply` until every pod that the tier demands is Ready in every copy."""
    agency, name = AGENCY, system["metadata"]["name"]
    tier = trial.hub.get("RiskTier", next(t for t, score in SCORES.items() if system["spec"]["assessment"] == score))["spec"]["redundancy"]
    peak = system["spec"]["components"][0]["replicas"]
    active = max(tier["minReplicas"], math.ceil(peak * tier["activeScale"] / 100))
    standby = min(active, max(1, math.ceil(peak * tier["standbyScale"] / 100))) if tier["standbyScale"] else 0
    wanted = tier["activeCenters"] * active + tier["standbyCenters"] * standby
    begin = time.monotonic()
    trial.hub.apply(system)

    def all_ready():
        found = sum(len(views.ready_pods(member, agency, name)) for member in trial.members.values())
        expect(found == wanted, f"{name}: {found} of {wanted} pods are Ready")
    eventually(60, all_ready, every=0.02)
    return time.monotonic() - begin


SCORES = {tier: tenant_system("x", "x", tier=tier)["spec"]["assessment"] for tier in TIERS}


def image_size(name):
    """Bytes of a built image, or None where there is no buildah or no such image."""
    try:
        ran = subprocess.run(["buildah", "images", "--format", "{{.Size}}", name], capture_output=True, text=True, timeout=60)
    except OSError:
        return None
    match = re.match(r"([\d.]+) ?(KB|MB|GB)", ran.stdout.strip())
    return int(float(match[1]) * {"KB": 1e3, "MB": 1e6, "GB": 1e9}[match[2]]) if ran.returncode == 0 and match else None


def percentile(values, share):
    """The least value that `share` percent of all values do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * share / 100) - 1)]


def measure(trial, count, image):
    """Rows: (figure, value, expected or None, whether it is met)."""
    say, rows = trial.say, []
    prepare(trial)
    trial.quiet(3)
    empty_memory, empty_objects = trial.operator.figures()[0], cached(trial)
    seconds, writes = deliver(trial, list(load(count)))
    say(f"{count} systems are Ready after {seconds:.1f} s; writes: {dict(writes)}")
    memory, threads = trial.operator.figures()
    objects = cached(trial)
    times = [apply_to_ready(trial, system) for system in load(SAMPLES, "probe", SEED + 1)]
    say(f"apply to Ready, {SAMPLES} times: {min(times):.2f} to {max(times):.2f} s")
    trial.remove(*(f"{AGENCY}/{s['metadata']['name']}" for s in load(SAMPLES, "probe", SEED + 1)), seconds=120)
    starts = []
    for _ in range(RESTARTS):
        trial.operator.stop()
        starts.append(trial.operator.start())
    say(f"start to ready: {', '.join(f'{s:.2f}' for s in starts)} s")
    trial.quiet(5)
    fresh = trial.operator.figures()[0]
    size = image_size(image)
    mega = lambda amount: f"{amount / 1e6:.1f} MB"
    row = lambda figure, value, expected=None, met=True: rows.append((figure, value, expected, met))
    row(f"resident memory, {count} systems in four clusters, after delivering them", mega(memory), "< 25 MB", memory < 25e6)
    row(f"resident memory, {count} systems, after a restart", mega(fresh), "< 25 MB", fresh < 25e6)
    row("resident memory, no systems", mega(empty_memory))
    row("threads", str(threads), "< 12", threads < 12)
    row(f"cached objects; memory for each, beyond that of no systems", f"{objects}; {(memory - empty_memory) / max(1, objects - empty_objects):.0f} bytes")
    row(f"`kubectl apply` of a system to all its pods Ready, of {SAMPLES}", f"p50 {percentile(times, 50):.2f} s, p99 {percentile(times, 99):.2f} s")
    row(f"process start to ready with {count} systems, median and worst of {RESTARTS}",
        f"{statistics.median(starts):.2f} s, {max(starts):.2f} s", "< 1 s", max(starts) < 1)
    row(f"{count} systems applied at once to all Ready", f"{seconds:.1f} s")
    row("writes for each of them, hub and members", f"{writes['hub'] / count:.1f} and {writes['members'] / count:.1f}")
    row("image", mega(size) if size else "not built", "< 20 MB" if size else None, not size or size < 20e6)
    return rows


def table(rows):
    lines = ["| figure | value | expected | measured with |", "|---|---|---|---|"]
    for figure, value, expected, met in rows:
        lines.append(f"| {figure} | {value} | {(expected or '') + ('' if met else ' **missed**')} | `{COMMAND if figure != 'image' else 'buildah images'}` |")
    return "\n".join(lines)


def write(text):
    readme = ROOT / "README.md"
    marked = re.compile(r"(<!-- figures:begin -->\n).*?(<!-- figures:end -->)", re.S)
    before = readme.read_text()
    if not marked.search(before):
        raise SystemExit("README.md has no figures marks")
    readme.write_text(marked.sub(lambda found: f"{found[1]}{text}\n{found[2]}", before))


def main():
    parser = argparse.ArgumentParser(prog=COMMAND, description="Measures the figures of README.md.")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    parser.add_argument("--systems", type=int, default=500)
    parser.add_argument("--image", default="haetae", help="image whose size is told, if it was built")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    logs = ROOT / "build/bench"
    logs.mkdir(parents=True, exist_ok=True)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="fleet-", dir=logs) as home:
        fleet, trial = Fleet(Path(home) / "fleet"), None
        try:
            fleet.up("--nodes", "12", "--node-pods", "250")
            haetae.install(fleet)
            trial = Trial(fleet, report, home, logs)
            trial.operator.level = "info"  # as it runs by default
            report.say(f"operator {trial.operator.command} is ready after {trial.operator.start():.2f} s")
            rows = measure(trial, wanted.systems, wanted.image)
        finally:
            if trial and trial.operator.alive():
                trial.operator.kill()
            fleet.down()
    text = table(rows)
    print(text)
    if wanted.write:
        write(text)
    return 0 if all(met for *_, met in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
