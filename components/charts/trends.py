"""Lines over waves, one for each cohort, named at its end."""

from __future__ import annotations

from dataclasses import dataclass

from components import theme
from components.theme import Figure, label, rule
from components.words import Speaker
from data.model.waves import Wave

# Labels closer than this, as a share of the plot's height, are moved apart.
LABEL_GAP = 0.085
HALF = 50


@dataclass(frozen=True, slots=True)
class Point:
    """One wave of a line: percent, interval where known."""

    wave_index: int
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One cohort, or the district (`cohort` None), over the waves.

    Attributes:
        start: wave index before which its schools had not begun.
    """

    name: str
    cohort: int | None
    points: list[Point]
    start: int | None = None
    note: str = ""


def trend(
    say: Speaker,
    lines: list[Line],
    *,
    waves: tuple[Wave, ...],
    axis: tuple[int, int],
    phone: bool = False,
) -> Figure:
    """Return one line per cohort over calendar waves, named at its end.

    Dotted before the cohort's students began, solid after.
    """
    low, high = axis
    traces: list[Figure] = []
    ends: list[tuple[float, Line]] = []
    for line in lines:
        color = theme.INK if line.cohort is None else theme.cohort_mark(line.cohort)
        traces += _line_traces(say, line, color, waves)
        if line.points:
            ends.append((line.points[-1].value, line))
    notes = _end_labels(say, ends, axis, phone)
    shapes = [rule(y=y) for y in range(low + (-low) % 10, high + 1, 10)]
    shapes += [rule(y=50, color=theme.RULE2)] if low < HALF < high else []
    return theme.figure(
        traces,
        height=380 if phone else 440,
        margin=(36, 118, 16, 34) if phone else (44, 200, 16, 34),
        x=wave_axis(say, waves, phone=phone),
        y={
            "range": [low, high],
            "tickvals": list(range(low + (-low) % 10, high + 1, 10)),
            "ticktext": [
                say.percent(t) for t in range(low + (-low) % 10, high + 1, 10)
            ],
        },
        shapes=shapes,
        annotations=notes,
    )


def wave_axis(say: Speaker, waves: tuple[Wave, ...], *, phone: bool) -> Figure:
    """Return the axis of survey waves: a tick a year."""
    falls = [i for i, w in enumerate(waves) if not w.spring] or list(range(len(waves)))
    # A release of spring surveys alone has a tick each year all the same.
    shown = falls if len(falls) > 1 else list(range(len(waves)))
    if phone:
        shown = shown[:: -(-len(shown) // 4)]
        texts = [str(waves[i].calendar_year) for i in shown]
    else:
        texts = [_capital(say.wave(waves[i])) for i in shown]
    last = max(len(waves) - 1, 1)
    return {"range": [-0.15, last + 0.15], "tickvals": shown, "ticktext": texts}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _line_traces(
    say: Speaker, line: Line, color: str, waves: tuple[Wave, ...]
) -> list[Figure]:
    before = [
        p for p in line.points if line.start is not None and p.wave_index < line.start
    ]
    after = [p for p in line.points if p not in before]
    joined = [*before[-1:], *after] if after else []
    waits = line.cohort == 0
    traces = []
    if before:
        traces.append(path(before, color, 1.8, "1px,4px"))
    if joined:
        traces.append(path(joined, color, 3, "1px,4px" if waits else "solid"))
    bars_x: list[float | None] = []
    bars_y: list[float | None] = []
    for p in line.points:
        if p.low is not None and p.high is not None:
            bars_x += [p.wave_index, p.wave_index, None]
            bars_y += [p.low, p.high, None]
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "x": bars_x,
            "y": bars_y,
            "line": {"color": color, "width": 1.6},
            "hoverinfo": "skip",
        }
    )
    is_open = [p in before or waits for p in line.points]
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [p.wave_index for p in line.points],
            "y": [p.value for p in line.points],
            "marker": {
                "size": 8,
                "color": [theme.PAPER if o else color for o in is_open],
                "line": {
                    "width": 1.5,
                    "color": [color if o else theme.PAPER for o in is_open],
                },
            },
            "text": [
                f"{line.name}, {say.wave(waves[p.wave_index])}: {say.percent(p.value)}"
                for p in line.points
            ],
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        }
    )
    return traces


def path(points: list[Point], color: str, width: float, dash: str) -> Figure:
    """Return a line through *points*, without dots."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [p.wave_index for p in points],
        "y": [p.value for p in points],
        "line": {"color": color, "width": width, "dash": dash},
        "hoverinfo": "skip",
    }


def _end_labels(
    say: Speaker,
    ends: list[tuple[float, Line]],
    axis: tuple[int, int],
    phone: bool,
) -> list[Figure]:
    """Name every line at its end, moved apart where two would touch."""
    gap = LABEL_GAP * (axis[1] - axis[0]) * (1 if phone else 0.75)
    notes, above = [], None
    for value, line in sorted(ends, key=lambda e: -e[0]):
        y = value if above is None else min(value, above - gap)
        above = y
        color = theme.INK if line.cohort is None else theme.cohort_text(line.cohort)
        text = f"<b>{line.name}</b>  <b>{say.percent(value)}</b>"
        if line.note and not phone:
            text += f"  {line.note}"
        x = line.points[-1].wave_index
        notes.append(label(text, x=x, y=y, shift=(12, 0), color=color, size=14.5))
    return notes
