"""Runs every attack and says what was tried and what was found."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from data.audit.attacks import FoundOut, attack
from data.audit.files import read_release
from data.audit.registers import attack_figures, attack_rubric
from data.audit.releases import compare_releases
from data.audit.rows import check_rows


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something a reader could find out, without saying what.

    Attributes:
        attack: the rule broken (P1 … P9) or the attack that worked.
        reader: who could do it.
        place: the count or row, in words; never its number.
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
        found_out: counts, for whoever withholds what tells them; not kept.
    """

    release_id: str
    tried: dict[str, int]
    beside: tuple[str, ...]
    findings: tuple[Finding, ...]
    found_out: tuple[FoundOut, ...] = ()

    @property
    def has_passed(self) -> bool:
        """True where nothing was found."""
        return not self.findings

    def as_json(self) -> str:
        """Return the report as kept in the release's folder."""
        content = asdict(self) | {"passed": self.has_passed}
        del content["found_out"]
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
    release = read_release(folder)
    tried: Counter[str] = Counter()
    tried["rows checked against the rules"] = sum(
        len(f) for tables in release.tables.values() for f in tables.values()
    )
    progress("auditing: what each file holds")
    found = list(check_rows(release))
    progress("auditing: solving for what is hidden")
    found_out = tuple(sorted(attack(release, tried)))
    found += [(f.how, f.reader, f.place) for f in found_out]
    found += attack_figures(release, tried)
    found += attack_rubric(release)
    for other in earlier:
        progress(f"auditing: beside {other.name}")
        found += compare_releases(release, read_release(other))
        tried["earlier releases laid beside"] += 1
    return AuditReport(
        release.release_id,
        dict(tried),
        tuple(other.name for other in earlier),
        tuple(sorted({Finding(*f) for f in found})),
        found_out,
    )
