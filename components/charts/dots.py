"""Dot stack: one dot for each school we can show, along the scale."""

from __future__ import annotations

from collections import defaultdict
from math import ceil

from components import theme
from components.theme import Figure, label, rule
from components.words import Speaker

# Above this many schools a dot each is a smear: bars count them instead.
MOST_DOTS = 220
# As wide as a dot is drawn, and a plot on either screen, in pixels.
DOT_PX, PHONE_PX, DESK_PX = 14, 330, 1090
# Beyond this part of the axis a label at the right of its line would be cut.
NEAR_END = 0.65
Placed = tuple[int, float, str]


def dot_stack(
    say: Speaker,
    values: list[tuple[int, float, str]],
    *,
    district: tuple[float, str] | None,
    axis: tuple[int, int],
    counted: str,
    phone: bool = False,
) -> Figure:
    """Return the distribution of schools over a fixed axis.

    Args:
        values: (cohort, percent, school's name) of each reportable school.
        counted: template of a bar's hover text, "{n} schools at {share}".
    """
    low, high = axis
    # Percent a dot is wide: neighbors stand beside one another, never over.
    step = ceil((high - low) * DOT_PX / (PHONE_PX if phone else DESK_PX))
    stacks: dict[int, list[Placed]] = defaultdict(list)
    for cohort, value, name in sorted(values):
        stacks[round(value / step) * step].append((cohort, value, name))
    tallest = max((len(s) for s in stacks.values()), default=1)
    traces = (
        _bars(say, stacks, step, counted)
        if len(values) > MOST_DOTS
        else _dots(say, stacks)
    )
    shapes = [rule(y=0.4, color=theme.RULE)]
    notes = []
    if district:
        shapes.append(rule(x=district[0], color=theme.INK, width=2))
        is_right = district[0] > low + NEAR_END * (high - low)
        notes.append(
            label(
                district[1], x=district[0], y=1, yref="paper", bold=True,
                anchor="right" if is_right else "left", valign="top",
                shift=(-8 if is_right else 8, 0),
            )
        )  # fmt: skip
    ticks = list(range(low + (-low) % 10, high + 1, 20 if phone else 10))
    is_bars = len(values) > MOST_DOTS
    height = 260 if is_bars else 90 + 18 * (tallest + 1)
    top = tallest * 1.18 if is_bars else tallest + 1.6
    return theme.figure(
        traces,
        height=min(height, 420),
        margin=(8, 8, 8, 32),
        x={
            "range": [low - 0.6, high + 0.8],
            "tickvals": ticks,
            "ticktext": [say.percent(t) for t in ticks],
        },
        y={"range": [0 if is_bars else 0.4, top], "showticklabels": False},
        shapes=shapes,
        annotations=notes,
    )


def _dots(say: Speaker, stacks: dict[int, list[Placed]]) -> list[Figure]:
    points = [
        (column, place + 1, *school)
        for column, schools in stacks.items()
        for place, school in enumerate(schools)
    ]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [p[0] for p in points],
            "y": [p[1] for p in points],
            "marker": {
                "size": DOT_PX,
                "color": [theme.cohort_mark(p[2]) for p in points],
                "line": {"width": 1, "color": theme.PAPER},
            },
            "text": [f"{p[4]}: {say.percent(p[3])}" for p in points],
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        }
    ]


def _bars(
    say: Speaker, stacks: dict[int, list[Placed]], step: int, counted: str
) -> list[Figure]:
    xs = sorted(stacks)
    return [
        {
            "type": "bar",
            "x": xs,
            "y": [len(stacks[x]) for x in xs],
            "width": step * 0.82,
            "marker": {"color": theme.ACCENT, "line": {"width": 0}},
            "text": [
                counted.format(n=len(stacks[x]), share=say.percent(x)) for x in xs
            ],
            "textposition": "none",
            "hovertemplate": "%{text}<extra></extra>",
        }
    ]
