"""Which tests run which lines: asked once a room, so that a fault meets only those."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from benchmarks.mutants.places import Place
from benchmarks.mutants.runs import QUIET, in_fork

APART = ("browser", "golden")


@dataclass
class Cover:
    """What the tests of a room run.

    Attributes:
        lines: by path and line, the tests that run it.
        seconds: by test, what it took.
        set_aside: tests that fail without any fault.
    """

    lines: dict[str, dict[int, set[str]]]
    seconds: dict[str, float]
    set_aside: list[str] = field(default_factory=list)

    def tests_for(self, place: Place) -> list[str]:
        """Return the tests that may notice a fault, quickest first."""
        lines = self.lines.get(place.path, {})
        wanted = (
            lines.values()
            if place.at_import
            else [lines.get(n, set()) for n in range(place.first, place.last + 1)]
        )
        tests = set().union(*wanted) & self.seconds.keys()
        if place.at_import:
            # Those that run most of the module are the likeliest to notice.
            reach = {t: sum(t in of for of in lines.values()) for t in tests}
            return sorted(tests, key=lambda t: (-reach[t] / (0.2 + self.seconds[t]), t))
        return sorted(tests, key=lambda t: (self.seconds[t], t))


def cover_of(root: Path, tests: Sequence[str], paths: Sequence[str]) -> Cover:
    """Run *tests* once and return which of them runs which line of *paths*."""

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
        pytest.main(
            ["--assert=plain", *QUIET, f"--basetemp={folder / 'tests'}", *tests],
            plugins=[notes],
        )
        recorder.stop()
        data = recorder.get_data()
        lines = {
            path: {
                n: [c for c in contexts if c]
                for n, contexts in data.contexts_by_lineno(str(root / path)).items()
            }
            for path in paths
        }
        answer = {"lines": lines, "seconds": notes.seconds, "failed": notes.failed}
        (folder / "result").write_text(json.dumps(answer), encoding="utf-8")

    fork = in_fork(work)
    fork.wait()
    answer = fork.result()
    failed = set(answer["failed"])
    return Cover(
        {
            path: {int(n): set(found) for n, found in lines.items()}
            for path, lines in answer["lines"].items()
        },
        {t: s for t, s in answer["seconds"].items() if t not in failed},
        sorted(failed),
    )


class _Notes:
    """Tells the recorder which test runs, and notes what each took."""

    def __init__(self, recorder: Any) -> None:
        self._recorder = recorder
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        from conftest import HEAVY  # a browser, or a district built with the fault

        items[:] = [
            item
            for item in items
            if HEAVY.isdisjoint(item.fixturenames)
            and not any(item.get_closest_marker(mark) for mark in APART)
        ]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        self._recorder.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self._recorder.switch_context("")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[None]:
        # What is built for all is nobody's.
        if fixturedef.scope != "session":
            return (yield)
        self._recorder.switch_context("")
        try:
            return (yield)
        finally:
            self._recorder.switch_context(request.node.nodeid or self._running(request))

    @staticmethod
    def _running(request: Any) -> str:
        return str(getattr(request, "_pyfuncitem", request.node).nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        known = self.seconds.get(report.nodeid, 0.0)
        self.seconds[report.nodeid] = known + report.duration
        if not report.passed and report.nodeid not in self.failed:
            self.failed.append(report.nodeid)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.failed.append(report.nodeid)
