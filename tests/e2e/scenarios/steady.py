"""A steady fleet gets zero writes from us in 5 minutes, counted in every audit log."""

import time
from collections import Counter

from harness.audit import listed
from harness.checks import expect
from harness.trial import EXAMPLES, steady_seconds

from . import refused


def run(trial):
    """While it waits it plays `refused`: what the API server refuses, and offline plans, must not cause a write either."""
    trial.examples()
    trial.quiet(32, most=150)  # numbers alone are held back for up to 30 s. Source: api.md "Conventions"
    seconds, begin, place = steady_seconds(), time.monotonic(), trial.audit.now()
    trial.say(f"   counting our writes for {seconds} s; meanwhile, what is refused")
    refused.run(trial)
    time.sleep(max(0.0, begin + seconds - time.monotonic()))
    with trial.check(f"nothing is written anywhere in {seconds} s (Leases aside)"):
        writes = trial.audit.since(place)
        expect(not writes, lambda: listed(writes))
    with trial.check("everybody else was at work meanwhile, and the logs show it"):
        for name in trial.audit.logs:
            if name != "hub":  # node leases are renewed by kwok all the time
                size = trial.audit.now()[name] - place[name]
                expect(size > 0, f"the audit log of {name} stands still")
    after_restart(trial)


def after_restart(trial):
    with trial.check("an operator that starts anew on a steady fleet writes nothing"):
        trial.operator.stop()
        place = trial.audit.now()
        trial.operator.start()
        time.sleep(10)
        writes = trial.audit.since(place)
        expect(not writes, lambda: f"{Counter((w.verb, w.resource, w.subresource) for w in writes)}: {listed(writes)}")
        trial.settled(*EXAMPLES)
