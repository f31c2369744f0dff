"""Who may see which kind of number at which level: the table P2, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.catalogue.reader import read_yaml

FILE = Path(__file__).parent / "readers.yaml"


@dataclass(frozen=True, slots=True)
class MayRead:
    """One line of P2.

    Attributes:
        reader: public, school (its own staff), cohort (its principals), district.
        levels: units of which numbers may be read.
        breakdowns: True where people may be split one way (P6).
        least: the rule that says how many people must stand behind one; empty
            where the kind has a rule of its own or counts nobody.
    """

    kind: str
    reader: str
    levels: tuple[str, ...]
    breakdowns: bool
    least: str


@dataclass(frozen=True)
class Readers:
    """The whole table, and what tables without definitions hold."""

    lines: tuple[MayRead, ...]
    tables: dict[str, str]

    def line(self, kind: str, reader: str) -> MayRead | None:
        """Return what *reader* may see of *kind*; None where nothing."""
        found = (x for x in self.lines if (x.kind, x.reader) == (kind, reader))
        return next(found, None)

    def allows(self, kind: str, reader: str, level: str, breakdown: str) -> bool:
        """Tell whether *reader* may see a number of *kind* at *level*."""
        line = self.line(kind, reader)
        if line is None or level not in line.levels:
            return False
        return breakdown == "all" or line.breakdowns


@cache
def readers() -> Readers:
    """Return P2, read once."""
    content = read_yaml(FILE)
    lines = tuple(
        MayRead(
            entry["kind"],
            entry["reader"],
            tuple(entry["levels"]),
            bool(entry.get("breakdowns", False)),
            entry.get("least", ""),
        )
        for entry in content["readers"]
    )
    tables = {
        name: kind
        for kind, names in content["tables"].items()
        if isinstance(names, list)
        for name in names
    }
    return Readers(lines, tables)
