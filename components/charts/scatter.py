"""Two measures of the same schools: a dot each, no line through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components import theme
from components.charts.rows import Axis
from components.theme import Figure, label, rule


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
    phone: bool = False,
) -> Figure:
    """Return the dots on two fixed axes; the axes' words stand at their ends."""
    return theme.figure(
        [
            {
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
        ],
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
