"""What the pages about registers share: figures by category, axes, rows of files."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dash import html
from dash.development.base_component import Component

from components import theme
from components.charts.dots import dot_stack
from components.charts.rows import Axis, Dot, DotRow
from components.tables import (
    CELL_KEYS,
    Table,
    Value,
    cell_data,
    cell_headings,
    cell_values,
)
from components.theme import Figure as Drawing
from components.words import Speaker
from data.catalogue import catalogue
from data.model.cell import Status
from pages._request import Ask
from queries.estimates import Estimate, estimates, extent
from queries.facts import School
from queries.figures import Figure, figures

FIGURE_KEYS = (
    "indicator", "part", "about", "wave", "unit", "unit_id", "category", "value",
    "low", "high", "word", "n_band", "n", "of", "suppression_reason",
)  # fmt: skip
QUARTERS = (0, 25, 50, 75, 100)
# An axis ends at a whole number of these, in percent.
STEP = 5


@dataclass(frozen=True, slots=True)
class Counted:
    """Pictures for both screens that count schools, and how to read them."""

    picture: list[Drawing]
    phone: list[Drawing]
    reading: str


def fixed_axis(asked: Ask, indicator: str) -> tuple[int, int]:
    """Return the ends of an indicator's axis in percent, the same in every picture.

    The catalogue's range, widened in fives where the district's own history goes
    beyond it: no choice of the reader rescales a picture, and no interval is cut.
    """
    low, high = catalogue().indicators[indicator].range
    reach = extent(asked.connection, asked.viewer, indicator=indicator)
    if reach is None:
        return low, high
    least, most = math.floor(reach[0] / STEP) * STEP, math.ceil(reach[1] / STEP) * STEP
    return max(min(low, least), 0), min(max(high, most), 100)


def of_district(
    asked: Ask, indicator: str, part: str, *, wave: int | None = None
) -> dict[str, Figure]:
    """Return the district's figures of one part in the chosen wave, by category."""
    found = figures(
        asked.connection,
        asked.viewer,
        indicator=indicator,
        part=part,
        wave=asked.wave if wave is None else wave,
        unit_kind="district",
    )
    return {f.category: f for f in found}


def one_of_district(asked: Ask, indicator: str, part: str) -> Figure | None:
    """Return the district's figure of a part that has one."""
    return of_district(asked, indicator, part).get("")


def figure_data(
    asked: Ask, indicator: str, found: Iterable[Figure]
) -> list[Sequence[Value]]:
    """Return figures as rows of a file, the reason where one is hidden."""
    waves = asked.facts.waves
    return [
        (
            indicator, f.part, f.about, waves[f.wave_index].label, f.unit_kind,
            f.unit_id, f.category, f.value, f.low, f.high, f.word, f.n_band, f.n, f.of,
            None if f.status is Status.SHOWN else str(f.status),
        )
        for f in found
    ]  # fmt: skip


def figure_table(
    asked: Ask,
    indicator: str,
    columns: tuple[str, ...],
    rows: Sequence[Sequence[Value]],
    found: Iterable[Figure],
) -> Table:
    """Return a block's table: printed *rows*, and the figures behind them as a file."""
    return Table(
        columns, rows, keys=FIGURE_KEYS, data=figure_data(asked, indicator, found)
    )


def percents(say: Speaker, low: int = 0, high: int = 100, step: int = 25) -> Axis:
    """Return a fixed axis of percent."""
    return Axis(
        low, high, tuple((t, say.percent(t)) for t in range(low, high + 1, step))
    )


def counted(asked: Ask, rows: Sequence[tuple[School, Estimate]]) -> Counted | None:
    """Return bars that count schools along 0–100 %; None where none can be counted.

    For more schools than have room for a row each.
    """
    say = asked.say
    values = [
        (school.cohort_id, e.cell.share, school.name)
        for school, e in rows
        if e.cell.share is not None
    ]
    if not values:
        return None
    picture, phone = (
        [
            dot_stack(
                say,
                values,
                district=None,
                axis=(0, 100),
                counted=say.texts.texts["survey.counted"],
                phone=phone,
            )
        ]
        for phone in (False, True)
    )
    return Counted(picture, phone, say("numbers.counted", n=len(values)))


def of_group(asked: Ask, indicator: str, parts: Sequence[str]) -> list[Estimate]:
    """Return the district's estimates of *parts* in the chosen wave, in that order."""
    found = estimates(
        asked.connection,
        asked.viewer,
        indicator=indicator,
        part=None,
        wave=asked.wave,
        unit_kind="district",
    )
    by_part = {e.part: e for e in found}
    return [by_part[p] for p in parts if p in by_part]


def estimate_row(
    say: Speaker, name: str, e: Estimate, *, group: tuple[str, str] | None = None,
    color: str = theme.ACCENT,
) -> DotRow:  # fmt: skip
    """Return an estimate as a dot with its interval, or its reason on hatching."""
    cell = e.cell
    if cell.share is None:
        hatched = cell.status is not Status.NOT_COLLECTED
        reason = say.withheld(cell)
        return DotRow(name, (), group=group, reason=reason, is_hatched=hatched)
    dot = Dot(
        cell.share, cell.low, cell.high, color=color, hover=f"{name}: {say.share(cell)}"
    )
    note = (
        "" if cell.rate is None else say("rows.answered", rate=say.percent(cell.rate))
    )
    return DotRow(name, (dot,), printed=say.share(cell), note=note, group=group)


def estimate_table(
    asked: Ask, first: str, rows: Sequence[tuple[str, Estimate]]
) -> Table:
    """Return estimates as a table; *first* heads the column of names."""
    say, waves = asked.say, asked.facts.waves
    return Table(
        (first, *cell_headings(say)),
        [(name, *cell_values(say, e.printed)) for name, e in rows],
        keys=("part", "form", "wave", "unit", "unit_id", "category", *CELL_KEYS),
        data=[
            (
                e.part, e.form, waves[e.wave_index].label, e.unit_kind, e.unit_id,
                e.category, *cell_data(e.printed),
            )
            for _, e in rows
        ],
    )  # fmt: skip


def half_years(say: Speaker, start: date, end: date) -> list[tuple[date, str]]:
    """Return each January and July between two days, in words."""
    found = []
    for year in range(start.year, end.year + 1):
        for month in (1, 7):
            day = date(year, month, 1)
            if start <= day <= end:
                found.append((day, say.month(day)))
    return found


def facts(pairs: Sequence[tuple[str, str, str]]) -> Component:
    """Return a row of single numbers: what is counted, the number, its unit."""
    return html.Div(
        html.Dl(
            [
                html.Div(
                    [html.Dt(name), html.Dd([value, html.Small(f" {unit}")])],
                )
                for name, value, unit in pairs
            ],
            className="facts",
        )
    )
