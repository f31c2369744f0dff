"""What registers yield: one figure per part, unit and wave, whatever its unit.

Shares of people are estimates and go the way survey answers go; everything else –
voices, days, hours, ties, words – is a figure.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

import pandas as pd

KEYS = [
    "indicator_id", "part", "about", "wave_index", "unit_kind", "unit_id", "category",
]  # fmt: skip
DISTRICT = ("district", "all")


class Readers(StrEnum):
    """Who may read a figure; the people behind it decide."""

    EVERYONE = "everyone"
    # The public reads cohorts and the district; a school's staff read their own.
    STAFF = "staff"
    # District leaders, and the school's own principal.
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number or word.

    Attributes:
        about: the measure a figure describes, where it describes another one.
        category: group, code, month, event time or another school.
        value, low, high: in the indicator's own unit.
        word: what the reading rules call it.
        n: people, events or requests behind it; of: out of how many.
        is_people: n counts people, so that the public reads a band.
        is_percent: the value is a share of those people.
        least: fewest n may be; below it the figure is hidden.
        adds_up: n is a count that cohorts and the district are sums of.
    """

    indicator_id: str
    part: str
    wave_index: int
    unit_kind: str
    unit_id: str
    readers: Readers = Readers.EVERYONE
    about: str = ""
    category: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    word: str | None = None
    n: float | None = None
    of: float | None = None
    is_people: bool = False
    is_percent: bool = False
    least: int = 0
    adds_up: bool = False


COLUMNS = list(Figure.__dataclass_fields__)
# Fitted and bootstrapped values end within a tolerance.
DIGITS = 6


def figure_frame_with(frame: pd.DataFrame, more: list[Figure]) -> pd.DataFrame:
    """Return *frame* with *more* figures in it."""
    found = figure_frame(more)
    parts = [f for f in (frame, found) if len(f)]
    if not parts:
        return found
    return pd.concat(parts).sort_values(KEYS, ignore_index=True)


def figure_frame(figures: list[Figure]) -> pd.DataFrame:
    """Return figures as rows, in one order always.

    Columns: those of `Figure`. Unique on KEYS.
    """
    frame = pd.DataFrame([asdict(f) for f in figures], columns=COLUMNS)
    if frame.empty:
        return frame
    numbers = ["value", "low", "high", "n", "of"]
    frame[numbers] = frame[numbers].astype(float).round(DIGITS)
    return frame.sort_values(KEYS, ignore_index=True)
