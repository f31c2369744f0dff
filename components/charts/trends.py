"""Lines over waves: cohorts, one school beside its cohort, the spread of many."""

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
        traces.append(_path(before, color, 1.8, "1px,4px"))
    if joined:
        traces.append(_path(joined, color, 3, "1px,4px" if waits else "solid"))
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


def _path(points: list[Point], color: str, width: float, dash: str) -> Figure:
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


def school_panel(
    say: Speaker,
    own: list[Point],
    band: list[Point],
    *,
    waves: tuple[Wave, ...],
    start: int | None,
    words: tuple[str, str],
) -> Figure:
    """Return one school's line over its cohort's unnamed band.

    Args:
        own: the school's own estimates; open dots before it started.
        band: lowest and highest of the cohort's schools, as low and high.
        words: "we start" and what the band is called.
    """
    traces: list[Figure] = []
    if band:
        traces += _band_traces(band)
    traces.append(_path(own, theme.ACCENT, 3, "solid"))
    xs: list[float | None] = []
    ys: list[float | None] = []
    for p in own:
        if p.low is not None:
            xs += [p.wave_index, p.wave_index, None]
            ys += [p.low, p.high, None]
    traces.append(
        {
            "type": "scatter", "mode": "lines", "x": xs, "y": ys,
            "line": {"color": theme.ACCENT, "width": 2.2}, "hoverinfo": "skip",
        }
    )  # fmt: skip
    is_open = [start is None or p.wave_index < start for p in own]
    sizes = [8] * max(len(own) - 1, 0) + ([13] if own else [])
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [p.wave_index for p in own],
            "y": [p.value for p in own],
            "marker": {
                "size": sizes,
                "opacity": 1,
                "color": [theme.PAPER if o else theme.ACCENT for o in is_open],
                "line": {"width": 2, "color": theme.ACCENT},
            },
            "text": [
                f"{say.wave(waves[p.wave_index])}: {say.percent(p.value)}" for p in own
            ],
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        }
    )
    shapes = [rule(y=y) for y in (25, 75)] + [rule(y=50, color=theme.RULE2)]
    notes = []
    if start is not None and start <= len(waves) - 1:
        shapes.append(rule(x=start - 0.38, color=theme.INK, width=2))
        notes.append(
            label(
                words[0], x=start - 0.38, y=1, yref="paper", anchor="center",
                bold=True, shift=(0, 4), valign="bottom",
            )
        )  # fmt: skip
    if own:
        notes.append(
            label(
                f"{own[-1].value:.0f}", x=own[-1].wave_index, y=own[-1].value,
                shift=(13, 0), color=theme.ACCENT, size=22, bold=True,
            )
        )  # fmt: skip
    if band:
        notes.append(
            label(
                words[1], x=band[len(band) // 2].wave_index,
                y=band[len(band) // 2].low or 0,
                anchor="center", color=theme.INK2, size=theme.NOTE, shift=(0, -12),
            )
        )  # fmt: skip
    return theme.figure(
        traces,
        height=252,
        margin=(44, 52, 26, 30),
        x=wave_axis(say, waves, phone=True),
        y={
            "range": [15, 100],
            "tickvals": [25, 50, 75],
            "ticktext": [say.percent(t) for t in (25, 50, 75)],
        },
        shapes=shapes,
        annotations=notes,
    )


def _band_traces(band: list[Point]) -> list[Figure]:
    xs = [p.wave_index for p in band]
    edges = [[p.low for p in band], [p.high for p in band]]
    fill = {
        "type": "scatter",
        "mode": "lines",
        "x": [*xs, *reversed(xs)],
        "y": [*edges[1], *reversed(edges[0])],
        "fill": "toself",
        "fillcolor": theme.BAND,
        "line": {"width": 0, "color": theme.BAND},
        "hoverinfo": "skip",
    }
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": xs,
            "y": edge,
            "line": {"width": 1, "color": theme.RULE2},
            "hoverinfo": "skip",
        }
        for edge in edges
    ]
    return [fill, *lines]


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
