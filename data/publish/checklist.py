"""What must be true before a release may be approved."""

from __future__ import annotations

import json
from pathlib import Path

from data.model.shelf import AUDIT, NOTES
from data.model.standing import VOUCHED, Point, Ticked

FEWEST_WORDS = 8


def checklist(folder: Path, vouched: dict[str, str]) -> list[Ticked]:
    """Return the checklist of the release in *folder*.

    Args:
        vouched: point → who vouched for it.
    """
    return [
        Ticked(Point.AUDIT, has_passed(folder)),
        Ticked(Point.NOTES, _has_notes(folder)),
        *(Ticked(p, p in vouched, vouched.get(p, "")) for p in VOUCHED),
    ]


def has_passed(folder: Path) -> bool:
    """Tell whether the disclosure audit of a release found nothing."""
    try:
        report = json.loads((folder / AUDIT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return report["passed"] is True and report["findings"] == []


def findings_of(folder: Path) -> list[dict[str, str]]:
    """Return what the audit found."""
    try:
        found: list[dict[str, str]] = json.loads(
            (folder / AUDIT).read_text(encoding="utf-8")
        )["findings"]
    except (OSError, ValueError):
        return [{"attack": "no report", "reader": "", "place": AUDIT}]
    return found


def stands_beside(folder: Path) -> list[str]:
    """Return the earlier releases the audit laid this one beside."""
    try:
        report = json.loads((folder / AUDIT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return list(report["beside"])


def _has_notes(folder: Path) -> bool:
    try:
        text = (folder / NOTES).read_text(encoding="utf-8")
    except OSError:
        return False
    lines = [x for x in text.splitlines() if x.strip() and not x.startswith("#")]
    return len(" ".join(lines).split()) >= FEWEST_WORDS
