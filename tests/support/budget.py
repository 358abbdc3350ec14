"""`make test` stays as short as it is meant to be: the run fails where the durations of the tests
that are not slow add up to more than the budget, `seconds_budget` in pyproject.toml.

The budget is of the machine that REFERENCE was measured on. Others are slower, or busy with other
work: each process of the run measures now and then how long the same small piece of work takes it,
and the sum is divided by how many times longer than REFERENCE that is.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

REFERENCE = 0.010
"""Seconds that `piece_of_work` takes on 2 cores of an AMD EPYC, both busy with tests."""

APART = 20.0
"""Seconds between two measurements of a process: they take a thousandth of the time."""

NAMED = 25
"""How many files, those that take longest, a run names that takes more than half of its budget."""


def piece_of_work() -> float:
    """Seconds that it takes now."""
    started = time.perf_counter()
    total = 0
    for number in range(200_000):
        total += number * number
    return time.perf_counter() - started


class Budget:
    """What the tests took; in a run of several processes, in the one that collects."""

    def __init__(self, budget: float) -> None:
        self.budget = budget
        self.files: defaultdict[str, float] = defaultdict(float)
        self.measured: list[float] = []
        self._last = 0.0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        """Where the test runs: a measurement travels with its report."""
        if call.when == "call" and time.monotonic() > self._last + APART:
            item.user_properties.append(("piece of work", piece_of_work()))
            self._last = time.monotonic()
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Where all reports arrive."""
        if "slow" not in report.keywords:
            self.files[report.nodeid.partition("::")[0]] += report.duration
        if report.when == "call":
            self.measured += [
                float(str(v)) for name, v in report.user_properties if name == "piece of work"
            ]

    @property
    def slowness(self) -> float:
        """How many times longer than on the machine of REFERENCE things take here; 1 at least."""
        return max(1.0, statistics.median(self.measured) / REFERENCE) if self.measured else 1.0

    @property
    def seconds(self) -> float:
        """What the tests would take there, one after another."""
        return sum(self.files.values()) / self.slowness

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.seconds > self.budget and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """One line, and which files took longest where it is too much, or a whole run."""
        if not self.files:
            return
        say = terminalreporter.write_line
        say(
            f"The tests took {sum(self.files.values()):.0f} s one after another, on a machine "
            f"{self.slowness:.1f} times as slow as the reference: {self.seconds:.0f} of the "
            f"{self.budget:.0f} s that seconds_budget in {Path('pyproject.toml')} allows"
        )
        if self.seconds > self.budget:
            say("Too much: mark what everyday runs can do without as slow.")
        if self.seconds > self.budget / 2:
            say("These took longest:")
            longest = sorted(self.files.items(), key=lambda one: one[1], reverse=True)
            for file, seconds in longest[:NAMED]:
                say(f"  {seconds / self.slowness:6.0f} s  {file}")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("seconds_budget", "what the tests that are not slow may take together", default=0)


def pytest_configure(config: pytest.Config) -> None:
    budget = float(config.getini("seconds_budget"))
    if budget:
        config.pluginmanager.register(Budget(budget), "budget-of-seconds")
