"""What a mutation run found: one line a room, and the table of MUTANTS.md."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.mutants.rooms import ENOUGH, ROOMS, Trial
from benchmarks.mutants.runs import Outcome

KEPT = Path(".make") / "mutants"
TABLE = Path("benchmarks") / "MUTANTS.md"


def said(trial: Trial) -> str:
    """Return one line about a room, and one about tests that fail without a fault."""
    counts = ", ".join(f"{trial.count(o)} {o}" for o in Outcome)
    text = f"{trial.room}: {counts} – {trial.share:.0%} noticed"
    if trial.set_aside:
        text += f"\n  not asked, because they fail without a fault: {trial.set_aside}"
    return text


def keep(root: Path, trial: Trial) -> None:
    """Keep a room's result for the table."""
    folder = root / KEPT
    folder.mkdir(parents=True, exist_ok=True)
    kept = {
        "seed": trial.seed,
        "date": datetime.now(UTC).date().isoformat(),
        "places": trial.places,
        "share": trial.share,
        "counts": {o.value: trial.count(o) for o in Outcome},
        "survivors": trial.survivors,
    }
    text = json.dumps(kept, indent=1, ensure_ascii=False)
    (folder / f"{trial.room}.json").write_text(text, encoding="utf-8")


def write(root: Path, seed: int) -> None:
    """Write the table of every room kept with this seed."""
    kept: dict[str, dict[str, Any]] = {}
    for room in ROOMS:
        path = root / KEPT / f"{room}.json"
        if path.exists():
            found = json.loads(path.read_text(encoding="utf-8"))
            if found["seed"] == seed:
                kept[room] = found
    (root / TABLE).write_text(_table(kept, seed), encoding="utf-8")


def _table(kept: dict[str, dict[str, Any]], seed: int) -> str:
    total = sum(sum(found["counts"].values()) for found in kept.values())
    lines = [
        "# Would the tests notice?",
        "",
        f"`make mutants`: {total} small faults, drawn with seed {seed}, planted one",
        "at a time; each meets the tests of its room that run its line, to the first",
        "that fails. Checksums, browsers and tests that ask for the made-up district",
        f"take no part. Python {platform.python_version()}. "
        f"Wanted: {ENOUGH:.0%} in every room.",
        "How it works and why: `docs/decisions/0021-small-faults-planted.md`.",
        "",
        "| Room | Places | Drawn | Killed | Timed out | Survived | Equivalent "
        "| Noticed | Date |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for room, found in kept.items():
        counts = found["counts"]
        lines.append(
            f"| {room} | {found['places']:,} | {sum(counts.values())} | "
            f"{counts['killed']} | {counts['timeout']} | {counts['survived']} | "
            f"{counts['equivalent']} | {found['share']:.0%} | {found['date']} |"
        )
    if missing := [room for room in ROOMS if room not in kept]:
        lines += ["", f"Not measured with this seed: {', '.join(missing)}."]
    lines += [
        "",
        "Equivalent: no reader of the program could tell; each with its reason in",
        "`benchmarks/mutants/equivalent.yaml`. They are not counted in the share.",
        "",
        "## What survived",
    ]
    for room, found in kept.items():
        if found["survivors"]:
            lines += ["", f"### {room}", "", "```text", *found["survivors"], "```"]
    return "\n".join(lines) + "\n"
