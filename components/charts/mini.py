"""Small pictures for the first page: the same signs, without axes to read."""

from __future__ import annotations

from collections.abc import Sequence

from components import theme
from components.charts.rows import Bar
from components.theme import Figure, label, rule

HEIGHT = 126
LEFT = 104


def mini_line(
    points: Sequence[tuple[int, float, float | None, float | None]],
    *,
    words: tuple[str, str],
    ticks: Sequence[tuple[int, str]],
    half: str,
) -> Figure:
    """Return a line with its ribbon, first and last value written at its ends.

    Args:
        points: (wave, percent, low, high).
        words: first and last value as printed.
        half: what the line at one half says.
    """
    x = [p[0] for p in points]
    y = [p[1] for p in points]
    low = [p[1] if p[2] is None else p[2] for p in points]
    high = [p[1] if p[3] is None else p[3] for p in points]
    edge = {"color": theme.ACCENT_SOFT, "width": 0}
    floor, top = min([*low, 46]), max([*high, 54])
    room = (top - floor) * 0.22
    notes = [
        label(words[0], x=x[0], y=y[0], shift=(0, 12), bold=True, size=14),
        label(words[1], x=x[-1], y=y[-1], shift=(10, 0), bold=True, size=15),
        label(
            half, x=1, xref="paper", y=50, shift=(6, 0), color=theme.INK2,
            size=theme.NOTE,
        ),
    ]  # fmt: skip
    return theme.figure(
        [
            _line(x, high, edge),
            {**_line(x, low, edge), "fill": "tonexty", "fillcolor": theme.ACCENT_SOFT},
            _line(x, y, {"color": theme.ACCENT, "width": 3}),
            {
                "type": "scatter",
                "mode": "markers",
                "x": x[-1:],
                "y": y[-1:],
                "marker": {
                    "size": 12,
                    "color": theme.ACCENT,
                    "line": {"width": 1.5, "color": theme.PAPER},
                },
                "hoverinfo": "skip",
                "cliponaxis": False,
            },
        ],
        height=HEIGHT,
        margin=(4, 44, 8, 24),
        x={
            # Room for the first year, which stands under the first point.
            "range": [x[0] - 0.08 * (x[-1] - x[0]), x[-1] + 0.1],
            "tickvals": [t for t, _ in ticks],
            "ticktext": [w for _, w in ticks],
        },
        y={"range": [floor - room, top + room], "showticklabels": False},
        shapes=[rule(y=50, color=theme.RULE2)],
        annotations=notes,
    )


def _line(x: Sequence[float], y: Sequence[float], line: Figure) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "line": line,
        "hoverinfo": "skip",
    }


def mini_bars(rows: Sequence[Bar], *, most: float) -> Figure:
    """Return a few bars with their names and numbers.

    Args:
        most: where the axis ends.
    """
    traces, notes = [], []
    for y, row in enumerate(rows):
        notes.append(
            label(
                row.name, x=0, xref="paper", y=y, shift=(-LEFT, 0), size=theme.NOTE
            )
        )  # fmt: skip
        if row.value is None:
            continue
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "x": [row.value],
                "y": [y],
                "width": [0.62],
                "marker": {
                    "color": theme.PAPER if row.is_open else row.color,
                    "line": {"width": 1.2 if row.is_open else 0, "color": theme.INK},
                },
                "hoverinfo": "skip",
            }
        )
        notes.append(label(row.printed, x=row.value, y=y, shift=(7, 0), size=14))
    return theme.figure(
        traces,
        height=HEIGHT,
        margin=(LEFT, 44, 2, 2),
        x={"range": [0, most], "showticklabels": False},
        y={"range": [len(rows) - 0.4, -0.6], "showticklabels": False},
        annotations=notes,
    )


def mini_held(
    rows: Sequence[tuple[str, float | None, float | None, float | None]],
) -> Figure:
    """Return outcomes against the allowed dip.

    Args:
        rows: name, value, low, high in allowed dips; None where uncompared.
    """
    traces: list[Figure] = []
    notes: list[Figure] = []
    reach = 3
    xs: list[float | None] = []
    ys: list[float | None] = []
    for y, (name, value, low, high) in enumerate(rows):
        notes.append(
            label(name, x=0, xref="paper", y=y, shift=(-LEFT, 0), size=theme.NOTE)
        )
        if value is None or low is None or high is None:
            continue
        xs += [max(low, -reach), min(high, reach), None]
        ys += [y, y, None]
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "x": xs,
            "y": ys,
            "line": {"color": theme.ACCENT, "width": 2.2},
            "hoverinfo": "skip",
        }
    )
    known = [(y, r[1]) for y, r in enumerate(rows) if r[1] is not None]
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [v for _, v in known],
            "y": [y for y, _ in known],
            "marker": {
                "size": 11,
                "color": theme.ACCENT,
                "line": {"width": 1.5, "color": theme.PAPER},
            },
            "hoverinfo": "skip",
        }
    )
    dip = {
        "type": "rect", "xref": "x", "yref": "paper", "x0": -1, "x1": 0, "y0": 0.04,
        "y1": 0.96, "fillcolor": theme.BAND,
        "line": {"color": theme.RULE2, "width": 1}, "layer": "below",
    }  # fmt: skip
    return theme.figure(
        traces,
        height=HEIGHT,
        margin=(LEFT, 4, 2, 2),
        x={"range": [-reach, reach], "showticklabels": False},
        y={"range": [len(rows) - 0.4, -0.6], "showticklabels": False},
        shapes=[dip, rule(x=0, color=theme.INK, width=2)],
        annotations=notes,
    )
