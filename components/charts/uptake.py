"""How many teachers join, cohort by cohort, from the day their school begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components import theme
from components.charts.adoption import event_word
from components.charts.trends import LABEL_GAP, Point
from components.theme import Figure, label, rule
from components.words import Speaker

LEFT, RIGHT = 118, 160
# Lines rise to the right: below their ends is room for a name.
BELOW = -15
QUARTERS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Joining:
    """One cohort's teachers; a point's wave counts from the cohort's start."""

    cohort: int
    points: tuple[Point, ...]


def uptake_lines(
    say: Speaker, lines: Sequence[Joining], *, begin: str, phone: bool = False
) -> Figure:
    """Return one line a cohort with its intervals; open dots before the start."""
    traces: list[Figure] = []
    for line in lines:
        traces += _traces(say, line)
    events = [p.wave_index for x in lines for p in x.points]
    first, last = min(events, default=-1), max(events, default=1)
    ticks = list(range(first, last + 1))[:: 2 if phone else 1]
    notes = [
        label(
            begin, x=0, y=1, yref="paper", anchor="center", bold=True,
            shift=(0, 6), valign="bottom",
        ),
        *_ends(say, lines, phone=phone),
    ]  # fmt: skip
    return theme.figure(
        traces,
        height=380,
        margin=(48, 118, 30, 34) if phone else (LEFT, RIGHT, 30, 34),
        x={
            "range": [first - 0.3, last + 0.3],
            "tickvals": ticks,
            "ticktext": [event_word(say, e) for e in ticks],
        },
        y={
            "range": [0, 102],
            "tickvals": list(QUARTERS),
            "ticktext": [say.percent(t) for t in QUARTERS],
        },
        shapes=[
            *(rule(y=t) for t in QUARTERS),
            rule(x=0, color=theme.INK, width=2),
        ],
        annotations=notes,
    )


def _traces(say: Speaker, line: Joining) -> list[Figure]:
    color = theme.cohort_mark(line.cohort)
    bars_x: list[float | None] = []
    bars_y: list[float | None] = []
    for p in line.points:
        if p.low is not None and p.high is not None:
            bars_x += [p.wave_index, p.wave_index, None]
            bars_y += [p.low, p.high, None]
    x = [p.wave_index for p in line.points]
    y = [p.value for p in line.points]
    is_open = [p.wave_index < 0 for p in line.points]
    return [
        {
            "type": "scatter", "mode": "lines", "x": bars_x, "y": bars_y,
            "line": {"color": color, "width": 1.6}, "hoverinfo": "skip",
        },
        {
            "type": "scatter", "mode": "lines", "x": x, "y": y,
            "line": {"color": color, "width": 3}, "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": x,
            "y": y,
            "marker": {
                "size": 9,
                "color": [theme.PAPER if o else color for o in is_open],
                "line": {
                    "width": 1.5,
                    "color": [color if o else theme.PAPER for o in is_open],
                },
            },
            "text": [
                f"{say.cohort(line.cohort)}, {event_word(say, e)}: {say.percent(v)}"
                for e, v in zip(x, y, strict=True)
            ],
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        },
    ]  # fmt: skip


def _ends(say: Speaker, lines: Sequence[Joining], *, phone: bool) -> list[Figure]:
    """Name every line at its end, moved apart where two would touch."""
    notes: list[Figure] = []
    above: float | None = None
    gap = LABEL_GAP * 100 * (1 if phone else 0.75)
    drawn = [x for x in lines if x.points]
    for line in sorted(drawn, key=lambda x: -x.points[-1].value):
        end = line.points[-1]
        place = end.value if above is None else min(end.value, above - gap)
        above = place
        text = f"<b>{say.cohort(line.cohort)}</b>  <b>{say.percent(end.value)}</b>"
        notes.append(
            label(
                text, x=end.wave_index, y=place, shift=(12, BELOW), size=14.5,
                color=theme.cohort_text(line.cohort),
            )
        )  # fmt: skip
    return notes
