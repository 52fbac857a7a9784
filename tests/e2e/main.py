"""Runs scenarios on a fleet of its own; run.sh calls it, README.md lists them."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from harness import haetae
from harness.checks import Report, eventually
from harness.fleet import ROOT, CENTERS, Fleet
from harness.trial import Trial
from scenarios import SCENARIOS

LAST = "secrets"  # whatever is played: it looks back at all of it


def arguments():
    parser = argparse.ArgumentParser(prog="tests/e2e/run.sh", description="Scenarios on a real fleet.")
    parser.add_argument("--keep", action="store_true", help="leave fleet and operator running, and say how to look around")
    parser.add_argument("--dir", help="run in the fleet that an earlier --keep left in this directory (implies --keep)")
    parser.add_argument("scenario", nargs="*", metavar="SCENARIO", help=f"default: all, in this order: {', '.join(SCENARIOS)}; {LAST} always ends the run")
    wanted = parser.parse_args()
    for name in wanted.scenario:
        if name not in SCENARIOS:
            parser.error(f"no scenario {name}; there are {', '.join(SCENARIOS)}")
    return wanted


def play(trial, name):
    """One scenario. What breaks it outside a check is a failed check."""
    begin = time.monotonic()
    trial.say(f"== {name}: {SCENARIOS[name].__doc__.splitlines()[0]}")
    try:
        SCENARIOS[name].run(trial)
    except Exception as trouble:
        with trial.check(f"scenario {name} runs to its end"):
            raise trouble
    with trial.check(f"after {name} the operator runs and reaches every center"):
        eventually(60, trial.whole)
    trial.say(f"   {name} took {time.monotonic() - begin:.0f} s")


def keep_logs(fleet, logs):
    for name in ["hub", *CENTERS]:
        for log in (fleet.home / name).glob("*.log"):
            shutil.copyfile(log, logs / f"{name}-{log.name}")


def look_around(fleet, trial):
    print(f"kept: export KUBECONFIG={fleet.kubeconfig('hub')}; {fleet.kubectl} get ts -A\n"
          f"  again:    tests/e2e/run.sh --dir {fleet.home.parent} SCENARIO…\n"
          f"  stop:     {fleet.tool} down --dir {fleet.home}")
    if trial and trial.operator.alive():
        print(f"  operator: process {trial.operator.running.pid}, log {trial.operator.log}; kill it before the fleet goes down")


def main():
    wanted = arguments()
    keep = wanted.keep or bool(wanted.dir)
    logs = ROOT / "build/e2e"
    logs.mkdir(parents=True, exist_ok=True)
    home = Path(wanted.dir or os.environ.get("HAETAE_E2E_HOME") or tempfile.mkdtemp(prefix="fleet-", dir=logs))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report, fleet, trial = Report(), Fleet(home.resolve() / "fleet"), None
    report.say(f"operator {haetae.binary()}, fleet in {fleet.home}")
    try:
        fleet.up()
        report.say("fleet is up")
        haetae.install(fleet)
        report.say("charts are installed, members are connected")
        (logs / "operator.log").write_text("")
        trial = Trial(fleet, report, home.resolve(), logs)
        report.say(f"operator is ready after {trial.operator.start():.2f} s")
        names = wanted.scenario or [name for name in SCENARIOS if name != "refused"]  # `steady` plays that one
        for name in [name for name in names if name != LAST] + [LAST]:
            play(trial, name)
    except (Exception, KeyboardInterrupt) as trouble:
        with report.check("the run comes to its end"):
            raise RuntimeError(f"{type(trouble).__name__}: {trouble}") from trouble
    finally:
        keep_logs(fleet, logs)
        if keep:
            look_around(fleet, trial)
        else:
            if trial and trial.operator.alive():
                trial.operator.kill()
            fleet.down()
    report.say(f"logs are in {logs.relative_to(ROOT)}")
    return 0 if report.end() else 1


if __name__ == "__main__":
    sys.exit(main())
