"""Two measures of the same schools: a dot each, no line through them.

Of more schools than dots can be told apart, circles count them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

from components import theme
from components.charts.dots import MOST_DOTS
from components.charts.rows import Axis
from components.theme import Figure, label, rule

# Parts an axis is cut into where schools are counted, and the widest circle in pixels.
PARTS, PHONE_PARTS = 40, 16
WIDEST, SMALLEST = 22, 4


@dataclass(frozen=True, slots=True)
class Spot:
    """One school: both measures, its cohort, and what it says when pointed at."""

    x: float
    y: float
    cohort: int
    text: str


def scatter(
    spots: Sequence[Spot],
    *,
    x: Axis,
    y: Axis,
    words: tuple[str, str],
    count: Callable[[int], str],
    phone: bool = False,
) -> Figure:
    """Return the dots on two fixed axes; the axes' words stand at their ends.

    Args:
        count: says a number of schools, "30 schools".
    """
    is_many = len(spots) > MOST_DOTS
    return theme.figure(
        [_counted(spots, x, y, count, phone=phone) if is_many else _dots(spots)],
        height=360 if phone else 420,
        margin=(48, 16, 34, 58),
        x=x.drawn(phone=phone),
        y={
            "range": [y.low, y.high],
            "tickvals": [t for t, _ in y.ticks],
            "ticktext": [words_ for _, words_ in y.ticks],
        },
        shapes=[*(rule(x=t) for t, _ in x.ticks), *(rule(y=t) for t, _ in y.ticks)],
        annotations=[
            label(
                words[1], x=0, xref="paper", y=1, yref="paper", shift=(-46, 8),
                color=theme.INK2, size=theme.NOTE, valign="bottom",
            ),
            label(
                words[0], x=1, xref="paper", y=0, yref="paper", shift=(0, -30),
                anchor="right", color=theme.INK2, size=theme.NOTE, valign="top",
            ),
        ],
    )  # fmt: skip


def _dots(spots: Sequence[Spot]) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [s.x for s in spots],
        "y": [s.y for s in spots],
        "marker": {
            "size": 11,
            "color": [theme.cohort_mark(s.cohort) for s in spots],
            "line": {"width": 1.5, "color": theme.PAPER},
        },
        "text": [s.text for s in spots],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }


def _counted(
    spots: Sequence[Spot],
    x: Axis,
    y: Axis,
    count: Callable[[int], str],
    *,
    phone: bool,
) -> Figure:
    """Return circles whose area counts the schools in each part of the plot."""
    parts = PHONE_PARTS if phone else PARTS
    wide, high = (x.high - x.low) / parts, 2 * (y.high - y.low) / parts
    counts = Counter(
        (round((s.x - x.low) / wide), round((s.y - y.low) / high)) for s in spots
    )
    most = max(counts.values())
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x.low + column * wide for column, _ in counts],
        "y": [y.low + row * high for _, row in counts],
        "marker": {
            "size": [max(WIDEST * sqrt(n / most), SMALLEST) for n in counts.values()],
            "color": theme.ACCENT,
            "opacity": 1,
            "line": {"width": 1, "color": theme.PAPER},
        },
        "text": [count(n) for n in counts.values()],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }
