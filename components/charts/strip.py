"""A strip a word: schools with that word, by another measure; no corner has a name.

Of more schools than dots can be told apart, bars count them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from components import theme
from components.charts.dots import MOST_DOTS
from components.theme import Figure, label, rule
from components.words import Speaker

WIDTH = 0.72
# Words under a narrow column: their size, and the height of a line.
NARROW, LINE_PX = 12, 15
# Percent a bar is high where schools are counted.
BIN = 4


@dataclass(frozen=True, slots=True)
class Held:
    """One school: its word, and the other measure with its interval."""

    word: str
    value: float
    low: float | None
    high: float | None
    cohort: int
    name: str


def strip(
    say: Speaker,
    dots: Sequence[Held],
    *,
    columns: Sequence[tuple[str, str]],
    axis: tuple[int, int],
    count: Callable[[int], str],
    phone: bool = False,
) -> Figure:
    """Return a column a word; within it schools side by side, in order of name.

    Args:
        columns: (word, as said), left to right.
        axis: percent, fixed.
        count: says a number of schools, "30 schools".
    """
    places = {word: column for column, (word, _) in enumerate(columns)}
    is_many = len(dots) > MOST_DOTS
    traces = [_counted(dots, places, count)] if is_many else _marks(say, dots, places)
    low, high = min(axis[0], 40), 100
    ticks = list(range(low + (-low) % 20, high + 1, 20))
    lines = max(words.count(" ") for _, words in columns) + 1
    return theme.figure(
        traces,
        height=360,
        margin=(48, 12, 12, 24 + LINE_PX * lines) if phone else (48, 8, 12, 40),
        x={
            "range": [-0.5, len(columns) - 0.5],
            "tickvals": list(range(len(columns))),
            "ticktext": ["" if phone else words for _, words in columns],
        },
        y={
            "range": [low, high + 2],
            "tickvals": ticks,
            "ticktext": [say.percent(t) for t in ticks],
        },
        shapes=[
            *(rule(y=t) for t in ticks),
            *(rule(x=k + 0.5) for k in range(len(columns) - 1)),
        ],
        annotations=_heads(columns) if phone else [],
    )


def _marks(say: Speaker, dots: Sequence[Held], places: dict[str, int]) -> list[Figure]:
    """Return each school as a dot with its interval."""
    by_word: dict[str, list[Held]] = defaultdict(list)
    for dot in sorted(dots, key=lambda d: d.name):
        by_word[dot.word].append(dot)
    xs: list[float] = []
    placed: list[Held] = []
    bars_x: list[float | None] = []
    bars_y: list[float | None] = []
    for word, column in places.items():
        mine = by_word[word]
        for k, dot in enumerate(mine):
            x = column + (0 if len(mine) == 1 else WIDTH * (k / (len(mine) - 1) - 0.5))
            xs.append(x)
            placed.append(dot)
            if dot.low is not None and dot.high is not None:
                bars_x += [x, x, None]
                bars_y += [dot.low, dot.high, None]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": bars_x,
            "y": bars_y,
            "line": {"color": theme.RULE2, "width": 1.6},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": xs,
            "y": [d.value for d in placed],
            "marker": {
                "size": 11,
                "color": [theme.cohort_mark(d.cohort) for d in placed],
                "line": {"width": 1.5, "color": theme.PAPER},
            },
            "text": [f"{d.name}: {say.percent(d.value)}" for d in placed],
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        },
    ]


def _counted(
    dots: Sequence[Held], places: dict[str, int], count: Callable[[int], str]
) -> Figure:
    """Return bars about the middle of each column, as long as schools are many."""
    counts = Counter(
        (places[d.word], round(d.value / BIN) * BIN) for d in dots if d.word in places
    )
    most = max(counts.values(), default=1)
    lengths = [WIDTH * n / most for n in counts.values()]
    return {
        "type": "bar",
        "orientation": "h",
        "x": lengths,
        "base": [
            column - length / 2
            for (column, _), length in zip(counts, lengths, strict=True)
        ],
        "y": [value for _, value in counts],
        "width": [BIN * 0.8] * len(counts),
        "marker": {"color": theme.ACCENT, "line": {"width": 0}},
        "hovertext": [count(n) for n in counts.values()],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _heads(columns: Sequence[tuple[str, str]]) -> list[Figure]:
    """Return the words under narrow columns, one a line, none ever dropped."""
    return [
        label(
            words.replace(" ", "<br>"), x=column, y=0, yref="paper", anchor="center",
            valign="top", shift=(0, -4), color=theme.INK2, size=NARROW,
        )
        for column, (_, words) in enumerate(columns)
    ]  # fmt: skip
