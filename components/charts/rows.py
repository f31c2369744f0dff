"""Rows of a chart: a name at the left, marks on one fixed axis, words at the right.

Bars for shares and ranges, dots with intervals for what is compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from components import theme
from components.theme import Figure, label, rule

ROW_PX, PHONE_ROW_PX = 34, 50
GROUP = 1.1
LEFT, RIGHT = 238, 132
# Words at the right stand this far from the plot; a letter is half as wide as high.
GAP, LETTER = 14, 0.5
# A bar may end at the edge, and its number and note stand after it.
BAR_RIGHT = 212
# Letters of a heading a phone holds in one line.
PHONE_LINE, PHONE_LINE_PX = 42, 19
BAR, PHONE_BAR = 0.5, 0.34
ABOVE, ABOVE_BAR = 17, 20
APART = 0.17
SPAN = 0.33
# Longer words than these stand beside the name on a phone, not at the right.
FITS_RIGHT = 9


@dataclass(frozen=True, slots=True)
class Axis:
    """A fixed axis: its ends, and ticks with the words they carry."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    zero: bool = False

    def drawn(self, *, phone: bool) -> Figure:
        """Return the axis as the chart library wants it."""
        step = 2 if phone and len(self.ticks) > 4 else 1  # noqa: PLR2004 – what fits
        shown = self.ticks[::step]
        return {
            "range": [self.low, self.high],
            "tickvals": [t for t, _ in shown],
            "ticktext": [words for _, words in shown],
        }


@dataclass(frozen=True, slots=True)
class Bar:
    """One row with a bar.

    Attributes:
        value: where the bar ends; None where only a range is known, or nothing.
        low, high: the range, drawn solid to its least and open to its most.
        printed: the number as written at the bar's end.
        note: quieter words after it.
        is_open: hollow – sent is not reached.
        reason: words on the hatching where nothing may be drawn.
    """

    name: str
    value: float | None
    printed: str
    note: str = ""
    low: float | None = None
    high: float | None = None
    color: str = theme.ACCENT
    is_open: bool = False
    reason: str = ""


def bars(rows: Sequence[Bar], *, axis: Axis, phone: bool = False) -> Figure:
    """Return one bar a row, from zero; a range is solid to its least value."""
    traces: list[Figure] = []
    notes: list[Figure] = []
    width = PHONE_BAR if phone else BAR
    for y, row in enumerate(rows):
        notes.append(name_at(row.name, y, phone=phone, above=ABOVE_BAR))
        if row.reason:
            traces.append(theme.hatch(axis.low, axis.high, y, height=width))
            notes.append(_reason(row.reason, axis.low, y))
            continue
        solid = row.value if row.low is None else row.low
        if solid is not None:
            traces.append(_bar(0, solid, y, row, width))
        end = solid or 0
        if row.high is not None and row.low is not None and row.high > row.low:
            rest = Bar(row.name, None, row.printed, color=row.color, is_open=True)
            traces.append(_bar(row.low, row.high - row.low, y, rest, width))
            end = row.high
        notes += _at_end(row, end, y, phone=phone)
    return _framed(traces, notes, len(rows), axis=axis, phone=phone, right=BAR_RIGHT)


def _bar(base: float, length: float, y: float, row: Bar, width: float) -> Figure:
    fill = theme.PAPER if row.is_open else row.color
    return {
        "type": "bar",
        "orientation": "h",
        "x": [length],
        "base": [base],
        "y": [y],
        "width": [width],
        "marker": {
            "color": fill,
            "line": {"width": 1.2 if row.is_open else 0, "color": row.color},
        },
        "hovertext": [f"{row.name}: {row.printed}"],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _at_end(row: Bar, x: float, y: float, *, phone: bool) -> list[Figure]:
    text = f"<b>{row.printed}</b>"
    if row.note and not phone:
        text += f"  <span style='color:{theme.INK2}'>{row.note}</span>"
    return [label(text, x=x, y=y, shift=(8, 0))]


@dataclass(frozen=True, slots=True)
class Dot:
    """One mark: an estimate with the interval it is known by."""

    value: float
    low: float | None = None
    high: float | None = None
    color: str = theme.ACCENT
    is_open: bool = False
    hover: str = ""


@dataclass(frozen=True, slots=True)
class DotRow:
    """One row of marks.

    Attributes:
        group: heading it stands under, with its color.
        dots: marks of the row; joined by a thin line where `is_joined`.
        printed: the number as written at the right.
        reason: words where nothing may be drawn; `is_hatched` tells withheld
            from not asked.
        span: a range behind this row alone, as where a cohort's schools lie.
    """

    name: str
    dots: tuple[Dot, ...]
    printed: str = ""
    note: str = ""
    group: tuple[str, str] | None = None
    is_joined: bool = False
    reason: str = ""
    is_hatched: bool = True
    span: tuple[float, float] | None = None


def dot_rows(
    rows: Sequence[DotRow],
    *,
    axis: Axis,
    phone: bool = False,
    band: tuple[float, float] | None = None,
    heads: Sequence[tuple[float, str]] = (),
    left: int = LEFT,
) -> Figure:
    """Return rows of dots with intervals, under the headings they come with.

    The plot leaves as much room at the right as the longest words there need.

    Args:
        band: a range behind all rows, such as the dip a board allowed.
        heads: (x, words) above the plot.
    """
    traces: list[Figure] = []
    notes: list[Figure] = []
    shapes: list[Figure] = []
    marks: list[tuple[float, Dot]] = []
    placed, height = _placed(rows)
    px, over = _phone_room(rows) if phone else (ROW_PX, 0)
    # The first name needs its second line too.
    more = px - PHONE_ROW_PX if phone else 0
    # Long words stand beside the names on a phone, then all of them do.
    beside = phone and any(len(row.printed) > FITS_RIGHT for row in rows)
    for y, row in placed:
        if row.span is not None:
            shapes.append(_span(row.span, y))
        ground = theme.PAPER if phone and band is not None else None
        notes += _names(
            row, y, phone=phone, beside=beside, left=left, ground=ground, over=over
        )
        if row.reason:
            if row.is_hatched:
                traces.append(theme.hatch(axis.low, axis.high, y, height=PHONE_BAR))
            notes.append(_reason(row.reason, axis.low, y, quiet=not row.is_hatched))
        elif row.is_joined and len(row.dots) > 1:
            first, second = row.dots[:2]
            # One a little above the other where there are intervals to tell apart.
            apart = 0 if first.low is None and second.low is None else APART
            shapes.append(_joined((first.value, y - apart), (second.value, y + apart)))
            marks += [(y - apart, first), (y + apart, second)]
        else:
            marks += [(y, d) for d in row.dots]
    for y, (words, color) in _headings(placed):
        lines = wrap(words, PHONE_LINE) if phone else [words]
        # A third line grows upward, away from the name beneath.
        above = PHONE_LINE_PX * max(len(lines) - 2, 0) // 2
        notes.append(
            name_at(
                "<br>".join(lines), y, phone=phone, color=color, bold=True, left=left,
                above=above,
            )
        )  # fmt: skip
    traces += _dots(marks)
    for x, words in heads:
        notes.append(
            label(
                words, x=x, y=1, yref="paper", anchor="center", bold=True,
                shift=(0, 4), valign="bottom", size=14.5,
            )
        )  # fmt: skip
    if band is not None:
        shapes.append(_band(band))
    return _framed(
        traces, notes, height, axis=axis, phone=phone, shapes=shapes, left=left, px=px,
        right=_room_at_right(rows), top=(30 if heads else 10) + more,
    )  # fmt: skip


def _placed(rows: Sequence[DotRow]) -> tuple[list[tuple[float, DotRow]], float]:
    """Return each row with its place, room left above every new group; the height."""
    found: list[tuple[float, DotRow]] = []
    y, group = -1.0, None
    for row in rows:
        y += 1
        if row.group is not None and row.group != group:
            group = row.group
            y += GROUP
        found.append((y, row))
    return found, y + 1


def _headings(
    placed: Sequence[tuple[float, DotRow]],
) -> list[tuple[float, tuple[str, str]]]:
    found: list[tuple[float, tuple[str, str]]] = []
    for y, row in placed:
        if row.group is not None and (not found or found[-1][1] != row.group):
            found.append((y - 1, row.group))
    return found


def _names(
    row: DotRow,
    y: float,
    *,
    phone: bool,
    beside: bool,
    left: int,
    ground: str | None,
    over: int,
) -> list[Figure]:
    """Return the row's name and number, at the right or beside the name.

    Args:
        ground: color under the name where a band runs behind it.
        over: pixels a name stands higher, over a mark above the middle of its row.
    """
    lines = _name_lines(row) if phone else [row.name]
    name = "<br>".join(lines)
    if beside and row.printed:
        name += f"  <b>{row.printed}</b>"
    # A second line grows upward, away from the marks beneath.
    above = ABOVE + over + PHONE_LINE_PX * (len(lines) - 1) // 2
    notes = [name_at(name, y, phone=phone, left=left, above=above, ground=ground)]
    text = f"<b>{row.printed}</b>" if row.printed and not beside else ""
    if row.note and not phone:
        text += f"  <span style='color:{theme.INK2}'>{row.note}</span>"
    if text:
        notes.append(label(text.strip(), x=1, xref="paper", y=y, shift=(GAP, 0)))
    return notes


def _name_lines(row: DotRow) -> list[str]:
    return wrap(row.name, PHONE_LINE) or [""]


def _phone_room(rows: Sequence[DotRow]) -> tuple[int, int]:
    """Return how high a row is on a phone, and how much higher its name stands.

    Names of two lines need a line more; of two marks one is above the middle.
    """
    lines = max((len(_name_lines(r)) for r in rows), default=1)
    is_joined = any(r.is_joined for r in rows)
    over = round(APART * PHONE_ROW_PX) if is_joined else 0
    return PHONE_ROW_PX + PHONE_LINE_PX * (lines - 1) + over, over


def _room_at_right(rows: Sequence[DotRow]) -> int:
    """Return how many pixels the longest number and note need at a desk."""
    letters = max((len(f"{row.printed}  {row.note}") for row in rows), default=0)
    return max(RIGHT, GAP + math.ceil(letters * LETTER * theme.LABEL))


def _dots(marks: list[tuple[float, Dot]]) -> list[Figure]:
    """All bars of one color in a trace, all dots in one: traces stay few."""
    traces: list[Figure] = []
    for color in dict.fromkeys(d.color for _, d in marks):
        xs: list[float | None] = []
        ys: list[float | None] = []
        for y, d in marks:
            if d.color == color and d.low is not None and d.high is not None:
                xs += [d.low, d.high, None]
                ys += [y, y, None]
        if xs:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": xs,
                    "y": ys,
                    "line": {"color": color, "width": 2.2},
                    "hoverinfo": "skip",
                }
            )
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [d.value for _, d in marks],
            "y": [y for y, _ in marks],
            "marker": {
                "size": 12,
                "color": [theme.PAPER if d.is_open else d.color for _, d in marks],
                "line": {
                    "width": [2 if d.is_open else 1.5 for _, d in marks],
                    "color": [d.color if d.is_open else theme.PAPER for _, d in marks],
                },
            },
            "text": [d.hover for _, d in marks],
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        }
    )
    return traces


def _joined(start: tuple[float, float], end: tuple[float, float]) -> Figure:
    return {
        "type": "line",
        "x0": start[0],
        "y0": start[1],
        "x1": end[0],
        "y1": end[1],
        "xref": "x",
        "yref": "y",
        "line": {"color": theme.RULE2, "width": 1},
        "layer": "below",
    }


def _span(ends: tuple[float, float], y: float) -> Figure:
    # A single school is still a range to be seen.
    low, high = min(ends[0], ends[1] - 1), ends[1]
    return {
        "type": "rect",
        "layer": "below",
        "x0": low,
        "x1": high,
        "y0": y - SPAN,
        "y1": y + SPAN,
        "xref": "x",
        "yref": "y",
        "fillcolor": theme.BAND,
        "line": {"width": 0},
    }


def _band(ends: tuple[float, float]) -> Figure:
    return {
        "type": "rect",
        "x0": ends[0],
        "x1": ends[1],
        "y0": 0,
        "y1": 1,
        "xref": "x",
        "yref": "paper",
        "fillcolor": theme.BAND,
        "line": {"color": theme.RULE2, "width": 1},
        "layer": "below",
    }


def name_at(
    text: str,
    y: float,
    *,
    phone: bool,
    color: str = theme.INK,
    bold: bool = False,
    left: int = LEFT,
    above: int = ABOVE,
    ground: str | None = None,
) -> Figure:
    """Return a row's name: left of the plot, on a phone above its marks."""
    shift = (0, above) if phone else (-left, 0)
    return label(
        text, x=0, xref="paper", y=y, color=color, bold=bold, shift=shift,
        background=ground,
    )  # fmt: skip


def _reason(text: str, x: float, y: float, *, quiet: bool = False) -> Figure:
    return label(
        f" {text} ", x=x, y=y, shift=(10, 0), size=theme.NOTE,
        color=theme.INK2 if quiet else theme.INK, background=theme.PAPER,
    )  # fmt: skip


def _framed(
    traces: list[Figure],
    notes: list[Figure],
    rows: float,
    *,
    axis: Axis,
    phone: bool,
    shapes: Sequence[Figure] = (),
    left: int = LEFT,
    right: int = RIGHT,
    top: int = 10,
    px: int | None = None,
) -> Figure:
    px = px or (PHONE_ROW_PX if phone else ROW_PX)
    lines = [rule(x=t) for t, _ in axis.ticks]
    if axis.zero:
        lines.append(rule(x=0, color=theme.INK, width=2))
    ends, words = _ends(axis) if phone else ({}, [])
    return theme.figure(
        traces,
        height=round(rows * px) + top + 34,
        margin=(4, 78, top, 34) if phone else (left, right, top, 34),
        x=axis.drawn(phone=phone) | ends,
        y={"range": [rows - 0.5, -0.5], "showticklabels": False},
        shapes=[*lines, *shapes],
        annotations=[*notes, *words],
    )


def _ends(axis: Axis) -> tuple[Figure, list[Figure]]:
    """Return a phone's axis without words that would be cut, and those words inside.

    The plot begins at the very edge there, so nothing can stand centered under 0.
    """
    drawn = axis.drawn(phone=True)
    texts = list(drawn["ticktext"])
    notes = []
    for place, tick in enumerate(drawn["tickvals"]):
        is_long = tick == axis.high and len(texts[place]) > FITS_RIGHT
        if tick == axis.low or is_long:
            notes.append(
                label(
                    texts[place], x=tick, y=0, yref="paper", valign="top",
                    anchor="right" if is_long else "left", shift=(0, -1),
                    color=theme.INK2, size=theme.NOTE,
                )
            )  # fmt: skip
            texts[place] = ""
    return {"ticktext": texts}, notes
