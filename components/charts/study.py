"""The event study: how joined schools moved beyond those that had not yet joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components import theme
from components.charts.adoption import event_word
from components.charts.placing import Frame, Name, places
from components.theme import Figure, label, rule
from components.words import Speaker

# Left and right of the picture, and of the strip of schools under it.
SIDES = (118, 40)
REACH = 0.5
# Of the picture of changes, in pixels.
HEIGHT = 360


@dataclass(frozen=True, slots=True)
class Moved:
    """One event time: points beyond the others, with its simultaneous band.

    Attributes:
        schools: joined schools behind it.
        is_thin: fewer than three; it is hatched and not drawn.
    """

    event: int
    value: float | None
    low: float | None
    high: float | None
    schools: int
    is_thin: bool = False


def event_study(
    say: Speaker,
    moved: Sequence[Moved],
    *,
    words: tuple[str, str],
    axis: tuple[int, int],
    phone: bool = False,
) -> Figure:
    """Return the points with their band: open before the start, filled after.

    Args:
        words: what stands at the start, and what an event time with few schools says.
        axis: points, the same for every outcome.
    """
    shown = [m for m in moved if m.value is not None and not m.is_thin]
    traces: list[Figure] = []
    for part in ([m for m in shown if m.event < 0], [m for m in shown if m.event >= 0]):
        if not part:
            continue
        x = [m.event for m in part]
        edge = {"color": theme.RULE2, "width": 1}
        traces.append(_line(x, [m.high for m in part], edge))
        traces.append(
            {
                **_line(x, [m.low for m in part], edge),
                "fill": "tonexty",
                "fillcolor": theme.ACCENT_SOFT,
            }
        )
        if len(part) == 1:
            # A ribbon needs two points; one is drawn as an upright bar.
            only = part[0]
            bar = {"color": theme.ACCENT, "width": 2.2}
            traces.append(_line([only.event] * 2, [only.low, only.high], bar))
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [m.event for m in shown],
            "y": [m.value for m in shown],
            "marker": {
                "size": 12,
                "color": [theme.PAPER if m.event < 0 else theme.ACCENT for m in shown],
                "line": {
                    "width": 2,
                    "color": [
                        theme.ACCENT if m.event < 0 else theme.PAPER for m in shown
                    ],
                },
            },
            "text": [
                f"{event_word(say, m.event)}: {say.points(m.value or 0)}" for m in shown
            ],
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        }
    )
    low, high = axis
    ticks = list(range(low, high + 1, 5))
    events = [m.event for m in moved]
    first, last = min(events, default=-1), max(events, default=1)
    notes = [
        label(
            words[0], x=-0.5, y=1, yref="paper", anchor="center", bold=True,
            shift=(0, 6), valign="bottom",
        )
    ]  # fmt: skip
    for m in moved:
        if m.is_thin:
            traces.append(_thin(m.event, low, high))
            notes.append(
                label(
                    words[1], x=m.event, y=(low + high) / 2, anchor="center",
                    size=theme.NOTE, background=theme.PAPER,
                )
            )  # fmt: skip
    return theme.figure(
        traces,
        height=380 if phone else 420,
        margin=(78, 16, 30, 34) if phone else (*SIDES, 30, 34),
        x=event_ticks(say, first, last),
        y={
            "range": [low, high],
            "tickvals": ticks,
            "ticktext": [say.points(t) for t in ticks],
        },
        shapes=[
            *(rule(y=t) for t in ticks),
            rule(y=0, color=theme.INK, width=2),
            rule(x=-0.5, color=theme.INK, width=2),
        ],
        annotations=notes,
    )


def event_ticks(say: Speaker, first: int, last: int, *, phone: bool = False) -> Figure:
    """Return the axis of waves since joining, a tick each; on a phone the even ones."""
    ticks = [e for e in range(first, last + 1) if not phone or e % 2 == 0]
    return {
        "range": [first - REACH, last + REACH],
        "tickvals": ticks,
        "ticktext": [event_word(say, e) for e in ticks],
        "tickangle": 0,
    }


def _thin(event: int, low: float, high: float) -> Figure:
    bar = theme.hatch(low, high, event, height=0.7)
    bar.update({"orientation": "v", "x": [event], "y": [high - low], "base": [low]})
    return bar


def _line(x: Sequence[float], y: Sequence[float | None], line: Figure) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "line": line,
        "hoverinfo": "skip",
    }


@dataclass(frozen=True, slots=True)
class CohortLine:
    """One cohort's change since the wave before it joined.

    Attributes:
        waiting: the same for schools not yet joined over the same waves.
    """

    cohort: int
    points: tuple[tuple[int, float], ...]
    waiting: tuple[tuple[int, float], ...]


def change_lines(
    say: Speaker,
    lines: Sequence[CohortLine],
    *,
    words: tuple[str, str],
    axis: tuple[int, int],
    phone: bool = False,
) -> Figure:
    """Return one line a cohort, each with a dotted one for schools still waiting."""
    events = [e for x in lines for e, _ in x.points]
    first, last = min(events, default=-1), max(events, default=1)
    low, high = axis
    margin = (48, 118, 30, 34) if phone else (118, 160, 30, 34)
    traces = [
        _line(
            [e for e, _ in points],
            [v for _, v in points],
            {"color": theme.cohort_mark(line.cohort), "width": width, "dash": dash},
        )
        for line in lines
        for points, width, dash in (
            (line.waiting, 1.6, "1px,4px"),
            (line.points, 3.5, "solid"),
        )
    ]
    ended = sorted((x for x in lines if x.points), key=lambda x: -x.points[-1][1])
    said = [f"{say.cohort(x.cohort)}  {say.points(x.points[-1][1])}" for x in ended]
    frame = Frame((first - REACH, last + REACH), axis, HEIGHT, margin, phone)
    spots = places(
        frame,
        [Name(*x.points[-1], t) for x, t in zip(ended, said, strict=True)],
        [points for x in lines for points in (x.points, x.waiting)],
    )
    notes = [
        label(
            text, x=line.points[-1][0], y=line.points[-1][1], shift=spot.shift,
            anchor=spot.anchor, size=14.5, bold=True,
            color=theme.cohort_text(line.cohort),
        )
        for line, text, spot in zip(ended, said, spots, strict=True)
    ]  # fmt: skip
    ticks = list(range(-(-low // 10) * 10, high + 1, 10))
    notes.append(
        label(
            words[0], x=-0.5, y=1, yref="paper", anchor="center", bold=True,
            shift=(0, 6), valign="bottom",
        )
    )  # fmt: skip
    return theme.figure(
        traces,
        height=HEIGHT,
        margin=margin,
        x=event_ticks(say, first, last, phone=phone),
        y={
            "range": [low, high],
            "tickvals": ticks,
            "ticktext": [say.points(t) for t in ticks],
        },
        shapes=[
            *(rule(y=t) for t in ticks),
            rule(y=0, color=theme.RULE2),
            rule(x=-0.5, color=theme.INK, width=2),
        ],
        annotations=notes,
    )
