"""Who makes the case, day by day, and how many voices that sounds like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from components import theme
from components.theme import Figure, label, rule

LANE_PX, PHONE_LANE_PX = 62, 74
LEFT, RIGHT = 238, 84
# Half a lane is as thick as the loudest group ever was.
HALF_LANE = 0.4
THINNEST = 0.015
# Half the height of a word, in voices.
APART = 0.3


@dataclass(frozen=True, slots=True)
class Lane:
    """One group: its occasions, how loud it was on each day drawn.

    Attributes:
        weights: (day, weight), a step up at each occasion and fading between.
        share: of the case now, as printed.
        is_lone: the superintendent, drawn in ink against the others.
        at_schools: occasions at one school, filled; `occasions` are rings.
    """

    name: str
    note: str
    occasions: tuple[date, ...]
    weights: tuple[tuple[date, float], ...]
    share: str
    is_lone: bool = False
    at_schools: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Launch:
    """The day a cohort's students began, and how long before counts as early."""

    on: date
    name: str
    cohort: int
    early: timedelta


def lanes(
    drawn: Sequence[Lane],
    *,
    ticks: Sequence[tuple[date, str]],
    span: tuple[date, date],
    heading: str,
    launches: Sequence[Launch] = (),
    phone: bool = False,
) -> Figure:
    """Return a lane a group: dotted while silent, swelling when it speaks.

    Args:
        launches: upright lines, with the days before them that count as early.
    """
    loudest = max((w for x in drawn for _, w in x.weights), default=1) or 1
    traces: list[Figure] = []
    notes: list[Figure] = []
    shapes = [rule(x=d.isoformat()) for d, _ in ticks]
    for y, lane in enumerate(drawn):
        color = theme.INK if lane.is_lone else theme.ACCENT
        known = (*lane.occasions, *lane.at_schools)
        first = min(known, default=span[1])
        if first > span[0]:
            traces.append(_silent(span[0], first, y))
        if lane.weights:
            traces.append(_swell(lane, y, color, loudest))
        traces.append(_rings(lane, y, color, span))
        if lane.at_schools:
            local = _rings(lane, y, color, span, at_schools=True)
            traces.append(local)
        notes += _names(lane, y, phone)
        notes.append(
            label(
                lane.share, x=1, xref="paper", y=y, shift=(14, 0), bold=True,
                size=18 if phone else 20,
            )
        )  # fmt: skip
    for launch in launches:
        shapes += _launch(launch)
        notes.append(
            label(
                "" if phone else launch.name, x=launch.on.isoformat(), y=1,
                yref="paper", anchor="center", shift=(0, 6), valign="bottom",
                color=theme.cohort_text(launch.cohort), size=theme.NOTE, bold=True,
            )
        )  # fmt: skip
    if heading and not phone:
        notes.append(
            label(
                heading, x=1, xref="paper", y=1, yref="paper", shift=(14, 2),
                color=theme.INK2, size=theme.NOTE, valign="bottom",
            )
        )  # fmt: skip
    px = PHONE_LANE_PX if phone else LANE_PX
    shown = ticks[:: 2 if phone else 1]
    return theme.figure(
        traces,
        height=len(drawn) * px + 74,
        margin=(4, 58, 40, 34) if phone else (LEFT, RIGHT, 40, 34),
        x={
            "type": "date",
            "range": [span[0].isoformat(), span[1].isoformat()],
            "tickvals": [d.isoformat() for d, _ in shown],
            "ticktext": [words for _, words in shown],
        },
        y={"range": [len(drawn) - 0.5, -0.5], "showticklabels": False},
        shapes=shapes,
        annotations=notes,
    )


def _silent(start: date, end: date, y: float) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [start.isoformat(), end.isoformat()],
        "y": [y, y],
        "line": {"color": theme.RULE2, "width": 1.4, "dash": "1px,4px"},
        "hoverinfo": "skip",
    }


def _swell(lane: Lane, y: float, color: str, loudest: float) -> Figure:
    days = [d.isoformat() for d, _ in lane.weights]
    half = [max(HALF_LANE * w / loudest, THINNEST) for _, w in lane.weights]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*days, *reversed(days)],
        "y": [*(y - h for h in half), *(y + h for h in reversed(half))],
        "fill": "toself",
        "fillcolor": color,
        "line": {"width": 0, "color": color},
        "hoverinfo": "skip",
    }


def _launch(launch: Launch) -> list[Figure]:
    early = {
        "type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1,
        "x0": (launch.on - launch.early).isoformat(), "x1": launch.on.isoformat(),
        "fillcolor": theme.BAND, "line": {"width": 0}, "layer": "below",
    }  # fmt: skip
    color = theme.cohort_mark(launch.cohort)
    return [early, rule(x=launch.on.isoformat(), color=color, width=2)]


def _rings(
    lane: Lane,
    y: float,
    color: str,
    span: tuple[date, date],
    *,
    at_schools: bool = False,
) -> Figure:
    days = lane.at_schools if at_schools else lane.occasions
    shown = [d for d in days if span[0] <= d <= span[1]]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [d.isoformat() for d in shown],
        "y": [y] * len(shown),
        "marker": {
            "size": 7,
            "color": color if at_schools else theme.PAPER,
            "line": {"width": 1.6, "color": color},
        },
        "text": [f"{lane.name}, {d.isoformat()}" for d in shown],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }


def _names(lane: Lane, y: float, phone: bool) -> list[Figure]:
    if phone:
        return [label(lane.name, x=0, xref="paper", y=y, shift=(0, 28), bold=True)]
    return [
        label(lane.name, x=0, xref="paper", y=y, shift=(-LEFT, 9), bold=True),
        label(
            lane.note, x=0, xref="paper", y=y, shift=(-LEFT, -10), color=theme.INK2,
            size=theme.NOTE,
        ),
    ]  # fmt: skip


def voices_over_time(
    points: Sequence[tuple[str, float]],
    *,
    bands: Sequence[tuple[float, float, str]],
    ticks: Sequence[tuple[str, str]],
    last: str,
    phone: bool = False,
) -> Figure:
    """Return the number of voices month by month, over the words for it.

    Args:
        points: (month as 2026-10, voices), oldest first.
        bands: (from, to, words), lowest first.
        last: the latest number as printed at the line's end.
    """
    shapes: list[Figure] = []
    notes: list[Figure] = []
    for number, (low, high, words) in enumerate(bands):
        if number % 2:
            shapes.append(
                {
                    "type": "rect", "xref": "paper", "yref": "y", "x0": 0, "x1": 1,
                    "y0": low, "y1": high, "fillcolor": theme.SHEET,
                    "line": {"width": 0}, "layer": "below",
                }
            )  # fmt: skip
        middle = (low + high) / 2
        at_end = phone and _is_crossed(points, middle)
        notes.append(
            label(
                words, x=1 if at_end else 0, xref="paper", y=middle, color=theme.INK2,
                size=theme.NOTE, anchor="right" if at_end else "left",
                shift=(-8 if at_end else 8, 0) if phone else (-LEFT, 0),
            )
        )  # fmt: skip
    if points:
        notes.append(
            label(
                last,
                x=points[-1][0],
                y=points[-1][1],
                shift=(14, 0),
                bold=True,
                size=17,
            )
        )
    return theme.figure(
        _line(points, theme.ACCENT, 3.5),
        height=300,
        margin=_beside(phone=phone),
        x=_times(points, ticks, phone=phone),
        y={"range": [1, 6], "showticklabels": False},
        shapes=shapes,
        annotations=notes,
    )


def _is_crossed(points: Sequence[tuple[str, float]], height: float) -> bool:
    """Tell where a line crosses words at the left of a plot, none at the right."""
    part = len(points) // 3 + 1

    def crosses(mine: Sequence[tuple[str, float]]) -> bool:
        values = [v for _, v in mine]
        return bool(values) and min(values) - APART < height < max(values) + APART

    return crosses(points[:part]) and not crosses(points[-part:])


def lone_over_time(
    points: Sequence[tuple[str, float]],
    *,
    words: tuple[str, str, str],
    ticks: Sequence[tuple[str, str]],
    last: str,
    phone: bool = False,
) -> Figure:
    """Return the share of one voice in the whole, under the number of voices.

    Args:
        points: (time, percent), at the same times as above.
        words: what is drawn, and its axis' ends, 0 and 100 percent.
        last: the latest share as printed at the line's end.
    """
    name, low, high = words
    notes = [
        label(
            name, x=0, xref="paper", y=1, yref="paper", bold=True,
            shift=(8 if phone else -LEFT, 2), valign="bottom",
        )
    ]  # fmt: skip
    if not phone:
        notes += [
            label(
                text, x=0, xref="paper", y=y, color=theme.INK2, size=theme.NOTE,
                shift=(-10, 0), anchor="right",
            )
            for y, text in ((0, low), (100, high))
        ]  # fmt: skip
    if points:
        notes.append(
            label(last, x=points[-1][0], y=points[-1][1], shift=(14, 0), bold=True)
        )
    return theme.figure(
        _line(points, theme.INK, 2.4),
        height=150,
        margin=(*_beside(phone=phone)[:2], 30, 34),
        x=_times(points, ticks, phone=phone),
        y={"range": [-4, 104], "showticklabels": False},
        shapes=[rule(y=y) for y in (0, 50, 100)],
        annotations=notes,
    )


def _beside(*, phone: bool) -> tuple[int, int, int, int]:
    return (4, 92, 10, 34) if phone else (LEFT, 110, 10, 34)


def _times(
    points: Sequence[tuple[str, float]],
    ticks: Sequence[tuple[str, str]],
    *,
    phone: bool,
) -> Figure:
    shown = ticks[:: 2 if phone else 1]
    return {
        "type": "category",
        # The same ends above and beneath, with room for the first tick's words.
        "range": [-0.6, len(points) - 0.4],
        "tickvals": [t for t, _ in shown],
        "ticktext": [words for _, words in shown],
    }


def _line(
    points: Sequence[tuple[str, float]], color: str, width: float
) -> list[Figure]:
    """Return a line that ends in a dot."""
    times, values = [t for t, _ in points], [v for _, v in points]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": times,
            "y": values,
            "line": {"color": color, "width": width},
            "hovertemplate": "%{x}: %{y:.1f}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": times[-1:],
            "y": values[-1:],
            "marker": {
                "size": 13,
                "color": color,
                "line": {"width": 1.5, "color": theme.PAPER},
            },
            "hoverinfo": "skip",
            "cliponaxis": False,
        },
    ]
