"""Runs every attack and says what was tried and what was found."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from data.disclosure.audit.attacks import attack, attack_rubric, sheets
from data.disclosure.audit.contents import check_contents
from data.disclosure.audit.reading import read_release
from data.disclosure.audit.releases import compare_releases


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something a reader could find out, without saying what.

    Attributes:
        attack: the rule broken (P1 … P9) or the attack that worked.
        reader: who could do it.
        place: the cell, in words; never its number.
    """

    attack: str
    reader: str
    place: str


@dataclass(frozen=True)
class AuditReport:
    """What was tried on a release, and what was found.

    Attributes:
        tried: what → how often.
        beside: earlier releases it was laid beside.
    """

    release_id: str
    tried: dict[str, int]
    beside: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def has_passed(self) -> bool:
        """True where nothing was found."""
        return not self.findings

    def as_json(self) -> str:
        """Return the report as kept in the release's folder."""
        content = asdict(self) | {"passed": self.has_passed}
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def audit_release(
    folder: Path,
    earlier: Sequence[Path] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> AuditReport:
    """Attack the release in *folder*, knowing its files and the published rules.

    Args:
        earlier: folders of the releases a reader can still open.
    """
    reading = read_release(folder)
    tried: Counter[str] = Counter()
    found: list[tuple[str, str, str]] = []
    progress("auditing: what each file holds")
    found += check_contents(reading)
    tried["rows checked against the rules"] = sum(
        len(f) for tables in reading.tables.values() for f in tables.values()
    )
    others = [read_release(other) for other in earlier]
    for sheet in sheets(reading, others[-1] if others else None):
        family = f"{sheet.keys[0][0]} {sheet.keys[0][2]}" if sheet.keys else ""
        progress(f"auditing: solving for {family}")
        found += attack(sheet)
        tried["tables solved for (rank, interval, insiders)"] += 3
        tried["hidden cells attacked"] += len(sheet.keys) - len(
            sheet.can_read["district"]
        )
        tried["insiders who know one school"] += len(sheet.own)
    found += attack_rubric(reading)
    tried["rubric counts subtracted"] = 1
    for other in others:
        progress(f"auditing: beside {other.release_id}")
        found += compare_releases(reading, other)
        tried["earlier releases laid beside"] += 1
    findings = sorted({Finding(*f) for f in found})
    return AuditReport(
        reading.release_id,
        dict(tried),
        tuple(other.name for other in earlier),
        tuple(findings),
    )
