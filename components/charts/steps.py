"""A step curve: the share still waiting, day by day."""

from __future__ import annotations

from collections.abc import Sequence

from components import theme
from components.theme import Figure, label, rule

HALF = 50


def waiting_curve(
    steps: Sequence[tuple[float, float, float, float]],
    *,
    ticks: Sequence[tuple[float, str]],
    percents: Sequence[tuple[float, str]],
    median: tuple[float, str] | None,
    phone: bool = False,
) -> Figure:
    """Return the curve with its interval as a ribbon and the median marked.

    Args:
        steps: (days, share still waiting, low, high), percent.
        median: days and words; None where half are never answered.
    """
    days = [0.0, *(d for d, *_ in steps)]
    share = [100.0, *(s for _, s, _, _ in steps)]
    low = [100.0, *(x for _, _, x, _ in steps)]
    high = [100.0, *(x for *_, x in steps)]
    edge = {"color": theme.RULE2, "width": 1, "shape": "hv"}
    traces: list[Figure] = [
        _line(days, high, edge),
        {**_line(days, low, edge), "fill": "tonexty", "fillcolor": theme.ACCENT_SOFT},
        _line(days, share, {"color": theme.ACCENT, "width": 3.5, "shape": "hv"}),
    ]
    shapes = [rule(y=y) for y, _ in percents]
    notes: list[Figure] = []
    if median is not None:
        day, words = median
        shapes.append(rule(y=HALF, span=(0, day), color=theme.INK, width=1.5))
        shapes.append(rule(x=day, span=(0, HALF), color=theme.INK, width=1.5))
        notes.append(label(words, x=day, y=HALF, shift=(10, 16), bold=True))
    return theme.figure(
        traces,
        height=320 if phone else 360,
        margin=(48, 24, 12, 36),
        x={
            "range": [0, round(max(days) * 1.04) if len(days) > 1 else 30],
            "tickvals": [t for t, _ in ticks],
            "ticktext": [words for _, words in ticks],
        },
        y={
            "range": [0, 103],
            # Zero stands where the days begin; their words would touch.
            "tickvals": [t for t, _ in percents if t],
            "ticktext": [words for t, words in percents if t],
        },
        shapes=shapes,
        annotations=notes,
    )


def _line(x: list[float], y: list[float], line: Figure) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": line,
        "hoverinfo": "skip",
    }
