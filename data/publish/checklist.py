"""What must be true before a release may be approved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from data.model.shelf import AUDIT, read_notes
from data.model.standing import VOUCHED, Point, Ticked

FEWEST_WORDS = 8


# What is enough for each point; `{id}` is the release.
ENOUGH: dict[Point, str] = {
    Point.AUDIT: (
        'the disclosure audit found nothing ("chorus release audit {id}" says what it '
        "found; build the wave again)"
    ),
    Point.NOTES: (
        f"the notes say in {FEWEST_WORDS} words or more, headings aside, what changed "
        '("chorus release build --notes FILE")'
    ),
    Point.RATES: (
        "somebody has looked at the response rates on the quality page ("
        '"chorus release check {id} response_rates_seen")'
    ),
    Point.VALIDATION: (
        "the notes state which items are validated, and somebody says so ("
        '"chorus release check {id} validation_status_stated")'
    ),
    Point.ASKED: (
        "nobody answered who was not asked: put the roster, the form's audience or "
        "doubled answers right and build again, or state in "
        f"{FEWEST_WORDS} words or more why it is so ("
        '"chorus release check {id} no_more_than_asked --because …"); the rates stay '
        "withheld"
    ),
}


def checklist(
    folder: Path, vouched: Mapping[str, str], stated: Mapping[str, str]
) -> list[Ticked]:
    """Return the checklist of the release in *folder*.

    Args:
        vouched: point → who vouched for it.
        stated: point → the words they said it in.
    """
    is_stated = Point.ASKED in vouched and is_in_words(stated.get(Point.ASKED, ""))
    why = stated.get(Point.ASKED, "") if is_stated else ""
    by = vouched[Point.ASKED] if is_stated else ""
    return [
        Ticked(Point.AUDIT, has_passed(folder)),
        Ticked(Point.NOTES, _has_notes(folder)),
        Ticked(Point.ASKED, is_stated or not beyond_the_roster(folder), by, why),
        *(Ticked(p, p in vouched, vouched.get(p, "")) for p in VOUCHED),
    ]


def is_in_words(text: str) -> bool:
    """Tell whether *text* says something."""
    return len(text.split()) >= FEWEST_WORDS


def beyond_the_roster(folder: Path) -> list[str]:
    """Return where more people answered than were asked, a line each (rule E5).

    A release whose report cannot be read is not known to have none.
    """
    try:
        report = json.loads((folder / AUDIT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ["no report"]
    return list(report.get("over_roster", []))


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
        written = read_notes(folder)
    except OSError:
        return False
    return any(map(_says_enough, written.values()))


def _says_enough(text: str) -> bool:
    lines = [x for x in text.splitlines() if x.strip() and not x.startswith("#")]
    return is_in_words(" ".join(lines))
