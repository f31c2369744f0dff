"""Survey waves: school year and season, in order, seasons never mixed by accident."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LABEL = re.compile(r"^(\d{4})-(\d{2})([FS])$")


@dataclass(frozen=True, slots=True, order=True)
class Wave:
    """One survey window, for example "2026-27F".

    Ordered by time: fall before spring of the same school year.
    """

    year: int
    spring: bool

    @property
    def label(self) -> str:
        """The id used in files, versions and addresses."""
        season = "S" if self.spring else "F"
        return f"{self.year}-{(self.year + 1) % 100:02d}{season}"

    @property
    def calendar_year(self) -> int:
        """The year printed beside the season: fall 2026, spring 2027."""
        return self.year + int(self.spring)

    @property
    def a_year_ago(self) -> Wave:
        """The same season of the previous school year (specification 3.3)."""
        return Wave(self.year - 1, self.spring)


def parse_wave(label: str) -> Wave | None:
    """Return the wave *label* names, or None where it names none.

    The two years must follow each other: "2026-28F" is no wave.
    """
    match = _LABEL.match(label.strip())
    if match is None:
        return None
    year = int(match[1])
    if (year + 1) % 100 != int(match[2]):
        return None
    return Wave(year, match[3] == "S")
