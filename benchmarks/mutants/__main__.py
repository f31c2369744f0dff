"""`make mutants`: plants small faults one at a time and counts who notices.

    python -m benchmarks.mutants --room scoring --sample 60 --seed 7
    python -m benchmarks.mutants --changed

Exits with 1 where the tests of a room notice fewer than 85 of 100 faults.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks.mutants import report, runs
from benchmarks.mutants.rooms import ROOMS, How, Trial, code_of, try_room

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE, SEED = 60, 2026


def main() -> int:
    """Try the rooms asked for and say what was found."""
    asked = _arguments()
    changed = _changed() if asked.changed else None
    if changed is not None and not any(
        set(code_of(ROOT, room)) & changed for room in asked.room
    ):
        print("No module of these rooms is changed.")
        return 0
    runs.preload()
    trials: list[Trial] = []
    how = How(asked.sample, asked.seed, asked.processes)
    for room in asked.room:
        paths = [path for path in code_of(ROOT, room) if asked.only in path]
        if changed is not None:
            paths = [path for path in paths if path in changed]
        if paths:
            trials.append(try_room(ROOT, room, paths, how))
            print(report.said(trials[-1]), flush=True)
    if changed is None and not asked.only and asked.sample >= SAMPLE:
        for trial in trials:
            report.keep(ROOT, trial)
    if asked.write:
        report.write(ROOT, asked.seed)
    return int(any(not trial.is_enough for trial in trials))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants")
    parser.add_argument(
        "--room", action="append", choices=ROOMS, help="one or more; all"
    )
    parser.add_argument("--sample", type=int, default=SAMPLE, help="faults a room")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--only", default="", help="modules whose path holds this")
    parser.add_argument(
        "--changed", action="store_true", help="modules changed since main"
    )
    parser.add_argument(
        "--write", action="store_true", help="write benchmarks/MUTANTS.md"
    )
    asked = parser.parse_args()
    asked.room = asked.room or list(ROOMS)
    return asked


def _changed() -> set[str]:
    """Return the paths that differ from main, or on main from its last commit."""

    def lines(*words: str) -> list[str]:
        done = subprocess.run(
            ["git", *words], cwd=ROOT, check=False, capture_output=True, text=True
        )
        return done.stdout.split("\n")

    [base, *_] = [*lines("merge-base", "HEAD", "main"), "HEAD"]
    return {
        *lines("diff", "--name-only", base or "HEAD"),
        *lines("ls-files", "--others", "--exclude-standard"),
    } - {""}


if __name__ == "__main__":
    sys.exit(main())
