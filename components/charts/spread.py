"""How many schools lie over the waves: the middle one and the spread around it."""

from __future__ import annotations

from dataclasses import dataclass

from components import theme
from components.theme import Figure, label, rule
from components.words import Speaker
from data.model.waves import Wave


@dataclass(frozen=True, slots=True)
class SpreadPoint:
    """How many schools lie where in one wave, percent."""

    wave_index: int
    lowest_tenth: float
    quarter: float
    median: float
    three_quarters: float
    highest_tenth: float


def spread(
    say: Speaker,
    points: list[SpreadPoint],
    *,
    waves: tuple[Wave, ...],
    words: tuple[str, str, str],
    phone: bool = False,
) -> Figure:
    """Return the middle and the spread of many schools over the waves.

    A pale band holds eight schools in ten, a deeper one the middle half, the
    line is the middle school. One wave is drawn as upright bars.

    Args:
        words: names of the middle, the middle half and the eight in ten.
    """
    xs: list[float] = [p.wave_index for p in points]
    if len(points) == 1:
        xs = [xs[0] - 0.06, xs[0] + 0.06]
        points = points * 2

    def band(low: list[float], high: list[float], color: str) -> Figure:
        return {
            "type": "scatter", "mode": "lines", "x": [*xs, *reversed(xs)],
            "y": [*high, *reversed(low)], "fill": "toself", "fillcolor": color,
            "line": {"width": 1, "color": theme.RULE2}, "hoverinfo": "skip",
        }  # fmt: skip

    traces = [
        band(
            [p.lowest_tenth for p in points],
            [p.highest_tenth for p in points],
            theme.BAND,
        ),
        band(
            [p.quarter for p in points],
            [p.three_quarters for p in points],
            theme.ACCENT_SOFT,
        ),
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": xs,
            "y": [p.median for p in points],
            "line": {"color": theme.ACCENT, "width": 3},
            "marker": {"size": 9, "color": theme.ACCENT},
            "text": [
                f"{say.wave(waves[p.wave_index])}: {say.percent(p.median)}"
                for p in points
            ],
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        },
    ]
    last = points[-1]
    heights = [
        (
            last.median,
            words[0] + f"  {last.median:.0f}{say.percent_sign}",
            theme.ACCENT,
        ),
        (last.three_quarters, words[1], theme.INK2),
        (last.highest_tenth, words[2], theme.INK2),
    ]
    notes, above = [], None
    for y, text, color in sorted(heights, key=lambda h: -h[0]):
        place = y if above is None else min(y, above - 6)
        above = place
        notes.append(
            label(
                text, x=xs[-1], y=place, shift=(14, 0), color=color,
                size=theme.NOTE, bold=color == theme.ACCENT,
            )
        )  # fmt: skip
    first = points[0].wave_index
    axis = {
        "range": [first - 0.3, last.wave_index + 0.3],
        "tickvals": [p.wave_index for p in points],
        "ticktext": [str(waves[p.wave_index].calendar_year) for p in points],
    }
    return theme.figure(
        traces,
        height=320,
        margin=(44, 132 if phone else 240, 14, 34),
        x=axis,
        y={
            "range": [0, 102],
            "tickvals": [0, 25, 50, 75, 100],
            "ticktext": [say.percent(t) for t in (0, 25, 50, 75, 100)],
        },
        shapes=[rule(y=y) for y in (0, 25, 75, 100)] + [rule(y=50, color=theme.RULE2)],
        annotations=notes,
    )
