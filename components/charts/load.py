"""What schools carry: a lane for each initiative, as thick as the hours it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from components import theme
from components.theme import Figure, label, rule

LANE_PX, PHONE_LANE_PX = 46, 58
LEFT, RIGHT = 262, 166
HALF_LANE, THINNEST = 0.42, 0.04


@dataclass(frozen=True, slots=True)
class Undertaking:
    """One initiative over time.

    Attributes:
        spans: (from, to, hours a month per teacher over all schools drawn).
        is_aligned: it serves the vision; others are drawn hollow.
        printed: hours now, or that it ended; `short` is the same for a phone.
    """

    name: str
    spans: tuple[tuple[date, date, float], ...]
    is_aligned: bool
    printed: str
    short: str


def _outline(
    one: Undertaking, y: float, most: float, span: tuple[date, date]
) -> tuple[list[str | None], list[float | None]]:
    """Return the lane's edge: along the top, back along the bottom, gaps between."""
    xs: list[str | None] = []
    ys: list[float | None] = []
    runs: list[list[tuple[date, date, float]]] = []
    for piece in one.spans:
        if runs and runs[-1][-1][1] == piece[0]:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    for run in runs:
        top: list[tuple[str, float]] = []
        for start, end, hours in run:
            half = max(HALF_LANE * hours / most, THINNEST)
            left = max(start, span[0]).isoformat()
            top += [(left, half), (end.isoformat(), half)]
        edge = [(x, y - h) for x, h in top]
        edge += [(x, y + h) for x, h in reversed(top)]
        edge.append(edge[0])
        xs += [*(x for x, _ in edge), None]
        ys += [*(v for _, v in edge), None]
    return xs, ys


def load_lanes(
    drawn: Sequence[Undertaking],
    *,
    ticks: Sequence[tuple[date, str]],
    span: tuple[date, date],
    phone: bool = False,
) -> Figure:
    """Return a lane an initiative; aligned ones filled, separate ones hollow."""
    most = max((h for u in drawn for *_, h in u.spans), default=1) or 1
    traces: list[Figure] = []
    notes: list[Figure] = []
    for y, one in enumerate(drawn):
        xs, ys = _outline(one, y, most, span)
        color = theme.ACCENT if one.is_aligned else theme.RULE2
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": xs,
                "y": ys,
                "fill": "toself",
                "fillcolor": theme.ACCENT if one.is_aligned else theme.PAPER,
                "line": {"color": color, "width": 0 if one.is_aligned else 1.4},
                "hoverinfo": "skip",
            }
        )
        shift = (0, 26) if phone else (-LEFT, 0)
        notes.append(label(one.name, x=0, xref="paper", y=y, shift=shift))
        words = one.short if phone else one.printed
        notes.append(label(words, x=1, xref="paper", y=y, shift=(14, 0)))
    px = PHONE_LANE_PX if phone else LANE_PX
    shown = ticks[:: 2 if phone else 1]
    return theme.figure(
        traces,
        height=len(drawn) * px + 46,
        margin=(4, 88, 12, 34) if phone else (LEFT, RIGHT, 12, 34),
        x={
            "type": "date",
            "range": [span[0].isoformat(), span[1].isoformat()],
            "tickvals": [d.isoformat() for d, _ in shown],
            "ticktext": [words for _, words in shown],
        },
        y={"range": [len(drawn) - 0.5, -0.6], "showticklabels": False},
        shapes=[rule(x=d.isoformat()) for d, _ in ticks],
        annotations=notes,
    )
