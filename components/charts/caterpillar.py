"""Caterpillar: one row a school, grouped by cohort, alphabetical, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

from components import theme
from components.theme import Figure, label, rule
from components.words import Speaker
from data.model.cell import Status

ROW, HEADING, PHONE_HEADING = 1.0, 1.75, 1.05
ROW_PX, PHONE_ROW_PX = 23, 46
HATCH, PHONE_HATCH = 0.62, 0.42
# The response rate below which a dot is open and carries no bar (look 6).
# Room above the plot, in pixels, for one label or two.
TOP, TOP_WITH_BENCHMARK = 30, 48
LOW_RATE = 50
# The district's own words this near the end of a phone's axis end with their line.
NEAR_END, PHONE_RIGHT = 0.25, 46


@dataclass(frozen=True, slots=True)
class Row:
    """One school's line; numbers in percent, words already formatted.

    Attributes:
        value, low, high: what is drawn; None where withheld or coded.
        printed: the share as written at the right.
        note: n band and rate, or the reason's rate.
        reason: words where nothing may be drawn.
    """

    cohort: int
    name: str
    status: Status
    value: float | None
    low: float | None
    high: float | None
    printed: str
    note: str
    reason: str = ""
    is_low: bool = False


def caterpillar(
    say: Speaker,
    rows: list[Row],
    *,
    district: tuple[float, str] | None,
    axis: tuple[int, int],
    heading: str,
    phone: bool = False,
    benchmark: tuple[float, str] | None = None,
) -> Figure:
    """Return the figure; *rows* come grouped by cohort in the order drawn.

    Args:
        district: value and label of the district's line.
        axis: the indicator's fixed range; it never follows a filter.
        heading: words above the column of n and rates.
        phone: names above their bars instead of beside them.
        benchmark: value and label of a line someone else drew.
    """
    heading_height = PHONE_HEADING if phone else HEADING
    placed, total = _place(rows, heading_height)
    low, high = axis
    traces: list[Figure] = []
    notes: list[Figure] = []
    shapes = [rule(x=x, color=theme.RULE) for x in range(_up(low), high + 1, 10)]
    for cohort, y in _headings(rows, heading_height):
        text = say.cohort(cohort)
        notes.append(_left(text, y, phone, color=theme.cohort_text(cohort), bold=True))
    drawn: dict[int, list[tuple[float, Row]]] = {}
    for y, row in placed:
        notes.append(_left(row.name, y, phone))
        notes += _right(row, y, phone)
        if row.reason and row.status is not Status.NOT_COLLECTED:
            height = PHONE_HATCH if phone else HATCH
            traces.append(theme.hatch(low, high, y, height=height))
        if row.reason:
            notes.append(_reason(row, y, low))
        if row.value is not None:
            drawn.setdefault(row.cohort, []).append((y, row))
    for cohort, points in drawn.items():
        traces += _marks(cohort, points)
    if district:
        shapes.append(rule(x=district[0], color=theme.INK, width=2))
        at_end = phone and district[0] > high - NEAR_END * (high - low)
        notes.append(
            label(
                district[1], x=district[0], y=1, yref="paper", bold=True,
                anchor="right" if at_end else "center", valign="bottom",
                shift=(PHONE_RIGHT - 6 if at_end else 0, 6),
            )
        )  # fmt: skip
    if benchmark:
        shapes.append(rule(x=benchmark[0], color=theme.INK2, width=1.5, dash="dash"))
        # Above the district's own label: the two often stand close.
        notes.append(
            label(
                benchmark[1], x=benchmark[0], y=1, yref="paper", anchor="center",
                shift=(0, 24), color=theme.INK2, size=theme.NOTE, valign="bottom",
            )
        )  # fmt: skip
    if not phone:
        notes.append(
            label(
                heading, x=1, xref="paper", y=1, yref="paper", color=theme.INK2,
                size=theme.NOTE, shift=(56, 6), valign="bottom",
            )
        )  # fmt: skip
    px = PHONE_ROW_PX if phone else ROW_PX
    top = TOP_WITH_BENCHMARK if benchmark else TOP
    ticks = list(range(_up(low), high + 1, 20 if phone else 10))
    return theme.figure(
        traces,
        height=round(total * px) + 34 + top,
        margin=(0, PHONE_RIGHT, top, 34) if phone else (228, 196, top, 34),
        x={
            "range": [low, high],
            "tickvals": ticks,
            "ticktext": [say.percent(t) for t in ticks],
        },
        y={"range": [total, 0], "showticklabels": False},
        shapes=shapes,
        annotations=notes,
    )


def _place(rows: list[Row], heading: float) -> tuple[list[tuple[float, Row]], float]:
    placed, y, cohort = [], 0.0, None
    for row in rows:
        if row.cohort != cohort:
            y += heading
            cohort = row.cohort
        placed.append((y + ROW / 2, row))
        y += ROW
    return placed, y + 0.4


def _headings(rows: list[Row], heading: float) -> list[tuple[int, float]]:
    found, y, cohort = [], 0.0, None
    for row in rows:
        if row.cohort != cohort:
            found.append((row.cohort, y + heading * 0.62))
            y += heading
            cohort = row.cohort
        y += ROW
    return found


def _up(low: int) -> int:
    return low + (-low) % 10


def _marks(cohort: int, points: list[tuple[float, Row]]) -> list[Figure]:
    """Bars in one trace, dots in another: traces stay few however many schools."""
    color = theme.cohort_mark(cohort)
    xs: list[float | None] = []
    ys: list[float | None] = []
    for y, row in points:
        if row.low is not None and row.high is not None and not row.is_low:
            xs += [row.low, row.high, None]
            ys += [y, y, None]
    bars = {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "line": {"color": color, "width": 2.2},
        "hoverinfo": "skip",
    }
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": [row.value for _, row in points],
        "y": [y for y, _ in points],
        "marker": {
            "size": 11,
            "color": [theme.PAPER if r.is_low else color for _, r in points],
            "line": {
                "width": 1.5,
                "color": [color if r.is_low else theme.PAPER for _, r in points],
            },
        },
        "text": [f"{r.name}: {r.printed} · {r.note}" for _, r in points],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }
    return [bars, dots]


def _left(
    text: str, y: float, phone: bool, *, color: str = theme.INK, bold: bool = False
) -> Figure:
    shift = (0, 18) if phone and not bold else ((0, 0) if phone else (-228, 0))
    return label(text, x=0, xref="paper", y=y, color=color, bold=bold, shift=shift)


def _right(row: Row, y: float, phone: bool) -> list[Figure]:
    if not row.printed and not row.note:
        return []
    if phone:
        return (
            [label(row.printed, x=1, xref="paper", y=y, shift=(10, 0), bold=True)]
            if row.printed
            else []
        )
    found = []
    if row.printed:
        found.append(
            label(
                row.printed, x=1, xref="paper", y=y, anchor="right", shift=(48, 0),
                bold=True,
            )
        )  # fmt: skip
    found.append(
        label(
            row.note, x=1, xref="paper", y=y, color=theme.INK2, size=theme.NOTE,
            shift=(56, 0),
        )
    )  # fmt: skip
    return found


def _reason(row: Row, y: float, low: int) -> Figure:
    quiet = row.status is Status.NOT_COLLECTED
    return label(
        f" {row.reason} ", x=low, y=y, shift=(10, 0),
        size=theme.NOTE,
        color=theme.INK2 if quiet else theme.INK,
        background=theme.PAPER,
    )  # fmt: skip
