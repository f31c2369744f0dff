"""What each column of a release means, read from the data dictionary itself.

One text for people who read the dictionary and for those who download a table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DICTIONARY = Path(__file__).parent.parent / "README.md"
_TABLE = re.compile(r"^## (\w+)$")
_COLUMN = re.compile(r"^\| `(\w+)` \| (\w+) \| (.*) \|$")


@dataclass(frozen=True, slots=True)
class Described:
    """One column: its name, its type, what it means."""

    column: str
    type: str
    means: str


@cache
def dictionary() -> dict[str, tuple[Described, ...]]:
    """Return the columns of every table of a release file, in order."""
    found: dict[str, list[Described]] = {}
    table = ""
    for line in DICTIONARY.read_text(encoding="utf-8").splitlines():
        if heading := _TABLE.match(line):
            table = heading.group(1)
            found[table] = []
        elif column := _COLUMN.match(line):
            found[table].append(Described(*column.groups()))
    return {name: tuple(columns) for name, columns in found.items()}
