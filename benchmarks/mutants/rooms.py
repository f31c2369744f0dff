"""One room: its faults drawn, its tests run against each."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.mutants.cover import Cover, cover_of
from benchmarks.mutants.places import Place, places_in, rank
from benchmarks.mutants.runs import Fork, Outcome, Verdict, start, verdict_of

ENOUGH = 0.85
EQUIVALENT = Path(__file__).parent / "equivalent.yaml"
BASE_SECONDS, TIMES = 30, 6


@dataclass(frozen=True)
class How:
    """How many faults a room meets, which, and how many at a time."""

    sample: int
    seed: int
    processes: int


@dataclass(frozen=True)
class Trial:
    """What became of the faults drawn for one room."""

    room: str
    seed: int
    places: int
    found: dict[str, Verdict]
    set_aside: list[str]

    def count(self, outcome: Outcome) -> int:
        """Return how many faults ended so."""
        return sum(v.outcome is outcome for v in self.found.values())

    @property
    def share(self) -> float:
        """Share noticed of those that could be; 0 to 1."""
        could = len(self.found) - self.count(Outcome.EQUIVALENT)
        noticed = self.count(Outcome.KILLED) + self.count(Outcome.TIMEOUT)
        return noticed / could if could else 1.0

    @property
    def is_enough(self) -> bool:
        """Whether the room's tests are worth trusting."""
        return self.share >= ENOUGH

    @property
    def survivors(self) -> list[str]:
        """The faults nobody noticed."""
        return sorted(k for k, v in self.found.items() if v.outcome is Outcome.SURVIVED)


def _tests_table() -> Any:
    """Return tests/rooms.py, which says whose code and tests are whose."""
    root = Path(__file__).resolve().parents[2]
    sys.path[:0] = [p for p in (str(root), str(root / "tests")) if p not in sys.path]
    import rooms

    return rooms


ROOMS = tuple(name for name, room in _tests_table().ROOMS.items() if room.planted)


def code_of(root: Path, room: str) -> list[str]:
    """Return the modules of a room, paths from the top of the project."""
    found: list[str] = []
    for code in _tests_table().ROOMS[room].code:
        path = root / code
        modules = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        found += [str(m.relative_to(root)) for m in modules if m.suffix == ".py"]
    return found


def equivalents() -> dict[str, str]:
    """Return, by the key of a fault nobody can notice, the reason."""
    listed = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8")) or []
    return {entry["fault"]: entry["because"] for entry in listed}


def draw(
    root: Path, paths: Sequence[str], sample: int, seed: int
) -> tuple[list[tuple[Place, str]], int]:
    """Return *sample* faults with the text of their module, and how many there were.

    Each module has its part, by the number of its places; within a module the
    order hangs on the seed and the fault alone, so that an edit elsewhere moves
    nothing.
    """
    by_module = {p: places_in(root, p, seed) for p in paths}
    total = sum(map(len, by_module.values()))
    exact = {p: sample * len(of) / max(total, 1) for p, of in by_module.items()}
    parts = {p: min(int(x), len(by_module[p])) for p, x in exact.items()}
    for path in sorted(exact, key=lambda p: parts[p] - exact[p]):
        if sum(parts.values()) < sample and parts[path] < len(by_module[path]):
            parts[path] += 1
    drawn: list[tuple[Place, str]] = []
    for path, part in parts.items():
        taken = 0
        for place in sorted(by_module[path], key=lambda p: rank(p, seed)):
            if taken == part:
                break
            source = place.source()
            if source is not None:
                drawn.append((place, source))
                taken += 1
    return drawn, total


def try_room(root: Path, room: str, paths: Sequence[str], how: How) -> Trial:
    """Draw faults in the modules of a room and run its tests against each.

    Raises:
        NotQuiet: tests fail where nothing is altered, so that no failure would tell.
    """
    with tempfile.TemporaryDirectory(prefix="chorus-mutants-") as run:
        began = time.monotonic()
        drawn, places = draw(root, paths, how.sample, how.seed)
        guards = _tests_table().guards_of(room)
        tests = [test for test in guards if (root / test).exists()]
        cover = cover_of(root, room, tests, paths, run=Path(run))
        trying = _Trying(root, Path(run), cover)
        trying.without_a_fault([place for place, _ in drawn])
        print(
            f"{room}: {len(drawn)} faults of {places}, {len(cover.seconds)} tests; "
            f"{time.monotonic() - began:.0f} s to know which runs what",
            flush=True,
        )
        found = trying.each(drawn, how.processes)
    return Trial(room, how.seed, places, found, cover.set_aside)


class NotQuiet(Exception):
    """Tests of a room fail in a fork although nothing is altered."""


@dataclass(frozen=True)
class _Trying:
    """The tests of one room, ready to meet faults."""

    root: Path
    run: Path
    cover: Cover

    def without_a_fault(self, places: Sequence[Place]) -> None:
        """Run what the widest of *places* would meet, with nothing altered."""
        if not self.cover.seconds:
            raise NotQuiet("no test of this room could be run")
        widest = max(places, key=lambda p: len(self.cover.tests_for(p)))
        fork = self._start(widest, widest.tree.code)
        if fork is None:
            return
        fork.wait()
        verdict = verdict_of(fork)
        if verdict.outcome is not Outcome.SURVIVED:
            raise NotQuiet(f"{verdict.outcome} without a fault: {verdict.by}")

    def each(
        self, drawn: Sequence[tuple[Place, str]], processes: int
    ) -> dict[str, Verdict]:
        """Return what became of each fault, by its key."""
        known = equivalents()
        found = {
            p.key: Verdict(Outcome.EQUIVALENT, known[p.key])
            for p, _ in drawn
            if p.key in known
        }
        waiting = [(p, source) for p, source in drawn if p.key not in known]
        running: dict[Fork, Place] = {}
        while waiting or running:
            while waiting and len(running) < processes:
                place, source = waiting.pop(0)
                if (fork := self._start(place, source)) is not None:
                    running[fork] = place
                else:
                    found[place.key] = Verdict(Outcome.SURVIVED, "no test runs it")
                    _tick(found[place.key], place)
            for fork in [f for f in running if f.ended()]:
                place = running.pop(fork)
                found[place.key] = verdict_of(fork)
                _tick(found[place.key], place)
            time.sleep(0.01)
        return found

    def _start(self, place: Place, source: str) -> Fork | None:
        tests = self.cover.tests_for(place)
        if not tests:
            return None
        return start(
            place.module,
            self.root / place.path,
            source,
            tests,
            run=self.run,
            seconds=BASE_SECONDS + TIMES * sum(self.cover.seconds[t] for t in tests),
        )


def _tick(verdict: Verdict, place: Place) -> None:
    if verdict.outcome is Outcome.SURVIVED:
        note = f"  ({verdict.by})" if verdict.by else ""
        print(f"  survived  {place.path}:{place.first}  {place.key}{note}", flush=True)
