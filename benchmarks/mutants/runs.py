"""Runs tests in forks of a process that has the libraries but nothing of Chorus.

A fault is put where Python reads the module's text, so that constants, tables,
defaults and decorators are as faulty as formulas, and everyone who imports them
gets the fault. No file is touched.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

LIBRARIES = (
    "alembic", "authlib", "dash", "dash_bootstrap_components", "duckdb", "hypothesis",
    "joserfc", "krippendorff", "networkx", "pandas", "plotly.graph_objects", "pyarrow",
    "pytest", "requests", "rich", "scipy.optimize", "scipy.stats", "sqlalchemy",
    "statsmodels.api", "typer", "yaml", "babel", "_hypothesis_pytestplugin",
)  # fmt: skip
MEMORY = 6 << 30
# pytest's; the last is what it says where conftest.py cannot be imported.
PASSED, FAILED, INTERRUPTED, NO_CONFTEST = 0, 1, 2, 4
QUIET = ("-q", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin")


class Outcome(StrEnum):
    """What became of one fault."""

    KILLED = "killed"
    SURVIVED = "survived"
    TIMEOUT = "timeout"
    EQUIVALENT = "equivalent"


@dataclass(frozen=True)
class Verdict:
    """What became of a fault, and the test that noticed it."""

    outcome: Outcome
    by: str = ""


def preload() -> None:
    """Import what every fork needs and no fault can be in."""
    for name in LIBRARIES:
        importlib.import_module(name)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"


def in_fork(
    work: Callable[[Path], None], run: Path, *, seconds: float | None = None
) -> Fork:
    """Start *work* in a fork, given a folder of its own in the folder of the run."""
    folder = Path(tempfile.mkdtemp(dir=run))
    sys.stdout.flush()
    number = os.fork()
    if number:
        return Fork(number, folder, seconds)
    os.setsid()
    try:
        _silence(folder / "output")
        if seconds is not None:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            whole = int(seconds) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 5))
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(folder / "hypothesis")
        work(folder)
    except BaseException as error:  # the parent must hear of anything
        (folder / "error").write_text(repr(error), encoding="utf-8")
        os._exit(70)
    os._exit(0)


class Fork:
    """One fork and its folder."""

    # A fork that waits for something that never comes uses no processor time.
    PATIENCE = 12

    def __init__(self, number: int, folder: Path, seconds: float | None) -> None:
        self.number = number
        self.folder = folder
        self._until = seconds and time.monotonic() + 60 + self.PATIENCE * seconds
        self.status: int | None = None

    def ended(self) -> bool:
        """Has it ended, by itself or because its time was up."""
        number, status = os.waitpid(self.number, os.WNOHANG)
        if not number and self._until and time.monotonic() > self._until:
            self._end()
            _, status = os.waitpid(self.number, 0)
            number = self.number
        if number:
            self.status = status
            self._end()  # what it left running
        return bool(number)

    def wait(self) -> None:
        """Wait until it has ended."""
        while not self.ended():
            time.sleep(0.01)

    @property
    def out_of_time(self) -> bool:
        """Was it ended because of its time."""
        assert self.status is not None
        return os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) in {
            signal.SIGXCPU,
            signal.SIGKILL,
        }

    @property
    def crashed(self) -> bool:
        """Was it ended by a fault in native code."""
        assert self.status is not None
        return os.WIFSIGNALED(self.status) and not self.out_of_time

    def result(self) -> Any:
        """Return what it wrote, and remove its folder."""
        try:
            return json.loads((self.folder / "result").read_text(encoding="utf-8"))
        except FileNotFoundError:
            problem = [
                (self.folder / name).read_text(encoding="utf-8", errors="replace")[
                    -3000:
                ]
                for name in ("error", "output")
                if (self.folder / name).exists()
            ]
            raise RuntimeError("a fork gave no answer: " + "\n".join(problem)) from None
        finally:
            self.forget()

    def forget(self) -> None:
        """Remove its folder."""
        for path in (self.folder, self.folder.with_suffix(".tests")):
            shutil.rmtree(path, ignore_errors=True)

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.number, signal.SIGKILL)


def _silence(path: Path) -> None:
    to = os.open(path, os.O_WRONLY | os.O_CREAT)
    os.dup2(to, 1)
    os.dup2(to, 2)


def start(
    module: str,
    path: Path,
    source: str,
    tests: Sequence[str],
    *,
    run: Path,
    seconds: float,
) -> Fork:
    """Start *tests* in this order, up to the first that fails, with one fault.

    Args:
        module: the dotted name of the faulty module.
        source: its text with the fault.
        run: the folder of this run.
        seconds: of processor time, after which it has run away.
    """

    def work(folder: Path) -> None:
        sys.meta_path.insert(0, _Faulty(module, path, source))
        watch = _Watch(tests)
        files = list(dict.fromkeys(t.partition("::")[0] for t in tests))
        code = pytest.main(
            ["-x", "--assert=plain", *QUIET, f"--basetemp={folder}.tests", *files],
            plugins=[watch],
        )
        if code not in {PASSED, FAILED, INTERRUPTED, NO_CONFTEST}:
            raise RuntimeError(f"pytest ended with {code!r}")
        answer = {"failed": code != PASSED, "by": watch.failed}
        (folder / "result").write_text(json.dumps(answer), encoding="utf-8")

    return in_fork(work, run, seconds=seconds)


def verdict_of(fork: Fork) -> Verdict:
    """Return what became of the fault of an ended fork."""
    if fork.out_of_time:
        fork.forget()
        return Verdict(Outcome.TIMEOUT)
    if fork.crashed:
        fork.forget()
        return Verdict(Outcome.KILLED, "the process was ended by the system")
    answer = fork.result()
    if answer["failed"]:
        return Verdict(Outcome.KILLED, answer["by"])
    return Verdict(Outcome.SURVIVED)


class _Watch:
    """Keeps the chosen tests in the chosen order, and notes which one fails."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._place = {test: i for i, test in enumerate(tests)}
        self.failed = "import"

    # Others order by fixture; ours has the last word.
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [item for item in items if item.nodeid in self._place]
        items.sort(key=lambda item: self._place[item.nodeid])

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and self.failed == "import":
            self.failed = report.nodeid


class _Faulty(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Finds and loads one module with another text than its file's."""

    def __init__(self, module: str, path: Path, source: str) -> None:
        super().__init__(module, str(path))
        self._source = source

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def get_code(self, fullname: str) -> Any:
        del fullname
        return compile(self._source, self.path, "exec", dont_inherit=True)
