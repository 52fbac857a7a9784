"""Checks: a line `ok …` or `FAILED: …: why` each, and the count at the end."""

import sys
import time
import traceback
from contextlib import contextmanager


class NotSo(Exception):
    """Says why something does not hold (yet)."""


def expect(holds, why):
    """Raises NotSo(why) unless `holds`; `why` may be a function, called only then."""
    if not holds:
        raise NotSo(why() if callable(why) else str(why))


def eventually(seconds, probe, every=0.05):
    """Asks `probe` again and again until it raises nothing; returns the seconds that took.

    Raises NotSo with the last reason once `seconds` have passed. A probe that could not read counts as not yet.
    """
    begin = time.monotonic()
    while True:
        try:
            probe()
            return time.monotonic() - begin
        except (NotSo, OSError, LookupError) as why:
            if time.monotonic() - begin > seconds:
                raise NotSo(f"not within {seconds} s: {str(why) or type(why).__name__}") from None
        time.sleep(every)


def steadily(seconds, probe, every=0.25):
    """Asks `probe` for the whole time; raises NotSo at once when it does not hold."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        probe()
        time.sleep(every)


class Report:
    """Counts checks and prints them as they come, with the time since the start."""

    def __init__(self, out=sys.stdout):
        self.out = out
        self.begin = time.monotonic()
        self.passed = 0
        self.failures = []

    def say(self, text):
        print(f"[{time.monotonic() - self.begin:6.1f} s] {text}", file=self.out, flush=True)

    @contextmanager
    def check(self, sentence):
        """Holds if the body raises nothing. A failure is counted and told; the scenario goes on behind the body.

        Yields a list; what the body appends to it is shown behind the sentence (measured times, counts).
        """
        notes = []
        try:
            yield notes
        except NotSo as why:
            self._failed(sentence, str(why))
        except Exception as trouble:  # a broken check is a failed one, with its place
            place = traceback.extract_tb(trouble.__traceback__)[-1]
            self._failed(sentence, f"{type(trouble).__name__}: {trouble} ({place.filename.rsplit('/', 1)[-1]}:{place.lineno})")
        else:
            self.passed += 1
            self.say(f"ok      {sentence}" + (f" ({', '.join(str(n) for n in notes)})" if notes else ""))

    def _failed(self, sentence, why):
        self.failures.append(f"{sentence}: {why}")
        self.say(f"FAILED: {sentence}: {shortened(why)}")

    def end(self):
        """Prints `N passed, N failed`, the failures again above it. True when nothing failed."""
        for failure in self.failures:
            print(f"FAILED: {shortened(failure)}", file=self.out)
        print(f"{self.passed} passed, {len(self.failures)} failed", file=self.out, flush=True)
        return not self.failures and self.passed > 0


def shortened(text, most=1200):
    return text if len(text) <= most else text[:most] + f"… ({len(text)} characters)"
