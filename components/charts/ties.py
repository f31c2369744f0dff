"""Schools in a circle that never moves, with the ties teachers name between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from components import theme
from components.theme import Figure, label

# Steps of a cohort's gap between two groups, as a share of a place.
GAP = 1.0
MOST_NAMED = 60
# How far out a name stands, and from where names step out, as parts of the radius.
NEAR, STEP, POLE = 1.045, 0.34, 0.6
# A leader begins off the dot and ends short of the name.
OFF_DOT, OFF_NAME = 1.035, 0.03
# How far neighbors' ties bend inward, and the steps of a curve.
SHALLOW, ARC_STEPS = 0.12, 16


@dataclass(frozen=True, slots=True)
class Place:
    """One school on the circle, in cohort order, then by name."""

    school_id: str
    name: str
    cohort: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Two schools whose teachers name each other, and by how many."""

    a: str
    b: str
    weight: float


def circle(
    places: Sequence[Place], ties: Sequence[Tie], *, phone: bool = False
) -> Figure:
    """Return the map: ties within a cohort quiet, ties between cohorts in ink."""
    spots = _spots(places)
    cohort = {p.school_id: p.cohort for p in places}
    traces: list[Figure] = []
    for across, color in ((False, theme.RULE2), (True, theme.INK)):
        xs: list[float | None] = []
        ys: list[float | None] = []
        for tie in ties:
            if (cohort[tie.a] != cohort[tie.b]) != across:
                continue
            for x, y in _arc(spots[tie.a], spots[tie.b]):
                xs.append(x)
                ys.append(y)
            xs.append(None)
            ys.append(None)
        if xs:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": xs,
                    "y": ys,
                    "line": {"color": color, "width": 1.4},
                    "hoverinfo": "skip",
                }
            )
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [spots[p.school_id][0] for p in places],
            "y": [spots[p.school_id][1] for p in places],
            "marker": {
                "size": 12,
                "color": [theme.cohort_mark(p.cohort) for p in places],
                "line": {"width": 1.5, "color": theme.PAPER},
            },
            "text": [p.name for p in places],
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        }
    )
    notes = []
    leaders: dict[int, list[tuple[float, float] | None]] = {}
    if not phone and len(places) <= MOST_NAMED:
        for p in places:
            x, y, angle = spots[p.school_id]
            # At the poles names lie side by side: the nearer, the further out.
            near = max(1 - abs(math.cos(angle)) / POLE, 0)
            out = NEAR + STEP * near
            right = math.cos(angle) >= 0
            if near:
                ends = [(x * r, y * r) for r in (OFF_DOT, out - OFF_NAME)]
                leaders.setdefault(p.cohort, []).extend([*ends, None])
            notes.append(
                label(
                    p.name, x=x * out, y=y * out, size=14,
                    anchor="left" if right else "right",
                    color=theme.cohort_text(p.cohort),
                )
            )  # fmt: skip
    traces += [_leader(cohort, ends) for cohort, ends in leaders.items()]
    reach = 1.12 if phone else 1.75
    return theme.figure(
        traces,
        height=350 if phone else 760,
        margin=(0, 0, 18, 18),
        x={"range": [-reach, reach], "showticklabels": False},
        y={
            "range": [-1.42, 1.42],
            "showticklabels": False,
            "scaleanchor": "x",
            "scaleratio": 1,
        },
        annotations=notes,
    )


def _arc(
    a: tuple[float, float, float], b: tuple[float, float, float]
) -> list[tuple[float, float]]:
    """Return a curve between two schools: flat for neighbors, deep across the circle.

    A quadratic Bézier curve, pulled along the middle of the two directions.
    """
    between = abs(a[2] - b[2]) % (2 * math.pi)
    between = min(between, 2 * math.pi - between)
    depth = max(1 - SHALLOW - between / math.pi, 0)
    middle = math.hypot(a[0] + b[0], a[1] + b[1]) or 1
    cx, cy = (depth * (a[i] + b[i]) / middle for i in (0, 1))
    steps = [step / ARC_STEPS for step in range(ARC_STEPS + 1)]
    weights = [((1 - t) ** 2, 2 * t * (1 - t), t**2) for t in steps]
    return [
        (u * a[0] + v * cx + w * b[0], u * a[1] + v * cy + w * b[1])
        for u, v, w in weights
    ]


def _leader(cohort: int, ends: Sequence[tuple[float, float] | None]) -> Figure:
    """Return the thin lines that lead from dots to names further out."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [e and e[0] for e in ends],
        "y": [e and e[1] for e in ends],
        "line": {"color": theme.cohort_mark(cohort), "width": 1.2},
        "hoverinfo": "skip",
    }


def _spots(places: Sequence[Place]) -> dict[str, tuple[float, float, float]]:
    groups = len({p.cohort for p in places})
    step = 2 * math.pi / max(len(places) + GAP * groups, 1)
    found: dict[str, tuple[float, float, float]] = {}
    angle, before = math.pi / 2, None
    for place in places:
        if before is not None and place.cohort != before:
            angle -= GAP * step
        before = place.cohort
        found[place.school_id] = (math.cos(angle), math.sin(angle), angle)
        angle -= step
    return found
