"""Which tests run which lines: asked once a room, so that a fault meets only those."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from benchmarks.mutants.places import Place
from benchmarks.mutants.runs import QUIET, in_fork

ROOT = Path(__file__).resolve().parents[2]
# The server of `site` is another process: no fault reaches it. What comes from `once`
# was made before the fault.
NEVER = frozenset({"browser", "site", "once"})
APART = ("browser", "golden", "long")
# Seconds of the processor, so that a busy machine asks the same tests. What comes
# after the quickest that fill it meets no fault.
PATIENCE = 40.0
QUICK = 0.05


@dataclass
class Cover:
    """What the tests of a room run.

    Attributes:
        lines: by path and line, the tests that run it.
        seconds: by test, the processor's time it took.
        set_aside: tests that fail without any fault.
        early: by path, the lines that run while no test does, as helpers of tables
            made at import.
    """

    room: str
    lines: dict[str, dict[int, set[str]]]
    seconds: dict[str, float]
    set_aside: list[str] = field(default_factory=list)
    early: dict[str, set[int]] = field(default_factory=dict)

    def tests_for(self, place: Place) -> list[str]:
        """Return the tests that may notice a fault: those that name its module first.

        After them the quickest; hundreds run a line on their way to another.
        """
        lines = self.lines.get(place.path, {})
        span = range(place.first, place.last + 1)
        tests = set().union(*(lines.get(n, set()) for n in span)) & self.seconds.keys()
        runs_early = not self.early.get(place.path, set()).isdisjoint(span)
        if place.at_import or (runs_early and not tests):
            tests = set().union(*lines.values()) & self.seconds.keys()
            # Who reads a table runs none of its lines.
            named = {t for t in self.seconds if _names(t, place.module)}
            # A module of tables alone has no lines that run later.
            tests = tests | named or set(self.seconds)
            # Those that run most of the module are the likeliest to notice; the
            # quickest may as well be asked before them, a table read cell by cell.
            reach = {t: sum(t in of for of in lines.values()) for t in tests}
            own = f"tests/{self.room}/"
            order = sorted(
                tests,
                key=lambda t: (
                    t not in named,
                    self.seconds[t] > QUICK,
                    not t.startswith(own),
                    -reach[t] / (0.2 + self.seconds[t]),
                    self.seconds[t],
                ),
            )
        else:
            order = sorted(
                tests,
                key=lambda t: (not _names(t, place.module), self.seconds[t], t),
            )
        spent = accumulate(self.seconds[t] for t in order)
        return [t for t, until in zip(order, spent, strict=True) if until <= PATIENCE]


@cache
def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _names(test: str, module: str) -> bool:
    """Tell whether a test's file says whose promise it is."""
    text = _text(test.partition("::")[0])
    package, _, name = module.rpartition(".")
    return module in text or f"from {package} import {name}" in text


def cover_of(
    root: Path,
    room: str,
    tests: Sequence[str],
    paths: Sequence[str],
    *,
    run: Path,
) -> Cover:
    """Run *tests* once and return which of them runs which line of *paths*.

    Args:
        run: the folder of this run.
    """

    def work(folder: Path) -> None:
        import coverage

        os.environ["COVERAGE_CORE"] = "ctrace"  # the one that knows who runs a line
        recorder = coverage.Coverage(
            data_file=None,
            config_file=False,
            include=[str(root / path) for path in paths],
        )
        recorder.start()
        notes = _Notes(recorder)
        code = pytest.main(
            [
                "--assert=plain",
                "--continue-on-collection-errors",
                *QUIET,
                f"--basetemp={folder}.tests",
                *tests,
            ],
            plugins=[notes],
        )
        recorder.stop()
        if code == pytest.ExitCode.INTERNAL_ERROR:
            raise RuntimeError("pytest itself failed")
        data = recorder.get_data()
        lines = {
            path: {
                n: sorted(notes.tests_of(contexts))
                for n, contexts in data.contexts_by_lineno(str(root / path)).items()
            }
            for path in paths
        }
        early = {
            path: [
                n
                for n, contexts in data.contexts_by_lineno(str(root / path)).items()
                if "" in contexts
            ]
            for path in paths
        }
        answer = {
            "lines": lines,
            "early": early,
            "seconds": notes.seconds,
            "failed": notes.failed,
        }
        (folder / "result").write_text(json.dumps(answer), encoding="utf-8")

    fork = in_fork(work, run)
    fork.wait()
    answer = fork.result()
    failed = set(answer["failed"])
    return Cover(
        room,
        {
            path: {int(n): set(found) for n, found in lines.items()}
            for path, lines in answer["lines"].items()
        },
        {t: s for t, s in answer["seconds"].items() if t not in failed},
        sorted(failed),
        {path: set(found) for path, found in answer["early"].items()},
    )


class _Notes:
    """Tells the recorder which test runs, and notes what each took."""

    def __init__(self, recorder: Any) -> None:
        self._recorder = recorder
        self._users: dict[str, set[str]] = {}
        self._now = ""
        self._for_all = 0.0
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []

    def tests_of(self, contexts: Sequence[str]) -> set[str]:
        """Return the tests of a line: what is made for all is run by each of them."""
        return set().union(*(self._users.get(c, {c} - {""}) for c in contexts))

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [
            item
            for item in items
            if NEVER.isdisjoint(item.fixturenames)
            and not any(item.get_closest_marker(mark) for mark in APART)
        ]
        for item in items:
            file = item.nodeid.partition("::")[0]
            self._users.setdefault(f"file {file}", set()).add(item.nodeid)
            for name in item.fixturenames:
                self._users.setdefault(f"fixture {name}", set()).add(item.nodeid)

    def _switch(self, context: str) -> str:
        before, self._now = self._now, context
        self._recorder.switch_context(context)
        return before

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: Any) -> Iterator[Any]:
        """What a file of tests asks while it is read is asked by each of its tests."""
        if not isinstance(collector, pytest.Module):
            return (yield)
        before = self._switch(f"file {collector.nodeid}")
        try:
            return (yield)
        finally:
            self._switch(before)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        self._switch(item.nodeid)
        began, self._for_all = time.process_time(), 0.0
        try:
            return (yield)
        finally:
            took = time.process_time() - began - self._for_all
            self.seconds[item.nodeid] = took
            self._switch("")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        if fixturedef.scope == "function":
            return (yield)
        before = self._switch(f"fixture {fixturedef.argname}")
        began, inner = time.process_time(), self._for_all
        try:
            return (yield)
        finally:
            self._for_all = inner + time.process_time() - began
            self._switch(before)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if not report.passed and report.nodeid not in self.failed:
            self.failed.append(report.nodeid)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.failed.append(report.nodeid)
