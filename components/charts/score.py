"""The score: every school is a line that swells as the practice takes root."""

from __future__ import annotations

from dataclasses import dataclass

from components import theme
from components.charts.trends import wave_axis
from components.theme import Figure, label, rule
from components.words import Speaker
from data.model.waves import Wave

ROW, GAP = 14.5, 22.0
PHONE_ROW, PHONE_GAP = 10.5, 40.0
# Where each cohort is one line.
COARSE_ROW, COARSE_PHONE_ROW = 44.0, 30.0
# A phone's labels stand this far above the middle of their first line, at most.
MOST_ABOVE = 27
# A launch lies before the wave it first shows in; the bar line stands there.
LAUNCH_LEAD = 0.38
# With so few waves every one has its gridline, not only the falls.
FEW_WAVES = 4


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school over the waves.

    Attributes:
        start: first wave after launch, None while waiting.
        end: last wave drawn; earlier than today for a closed school.
        swell: wave index → adoption 0–100; empty where it is not published.
    """

    name: str
    start: int | None
    end: int
    swell: dict[int, float]


@dataclass(frozen=True, slots=True)
class Group:
    """A cohort's lines, its label and two lines of note."""

    cohort: int
    lines: list[SchoolLine]
    notes: tuple[str, ...]


def score(
    say: Speaker,
    groups: list[Group],
    *,
    waves: tuple[Wave, ...],
    is_coarse: bool = False,
    phone: bool = False,
) -> Figure:
    """Return the score, cohorts from the oldest to those still waiting.

    Args:
        is_coarse: a group has one line, which stands for all its schools.
    """
    row, gap = (PHONE_ROW, PHONE_GAP) if phone else (ROW, GAP)
    if is_coarse:
        row = COARSE_PHONE_ROW if phone else COARSE_ROW
    last = len(waves) - 1
    traces: list[Figure] = []
    shapes = [
        rule(x=i, color=theme.RULE)
        for i, w in enumerate(waves)
        if not w.spring or last < FEW_WAVES
    ]
    notes: list[Figure] = []
    y = gap if phone else row
    for group in groups:
        top = y
        heights = {}
        for line in group.lines:
            heights[line.name] = y
            y += row
        traces += _group_traces(group, heights, row)
        start = next((x.start for x in group.lines if x.start is not None), None)
        if start is not None and 0 < start <= last:
            shapes.append(
                rule(
                    x=start - LAUNCH_LEAD,
                    span=(top - row * 0.9, y - row * 0.1),
                    color=theme.cohort_mark(group.cohort),
                    width=2.5,
                )
            )
        notes += _labels(say, group, top, y, row, phone)
        y += gap
    height = round(y - gap + (30 if phone else 24)) + 34
    return theme.figure(
        traces,
        height=height,
        margin=(18, 22, 0, 34) if phone else (34, 246, 0, 34),
        x={**wave_axis(say, waves, phone=phone), "range": [-0.1, last + 0.12]},
        y={"range": [y - gap + 20, -4 if phone else -8], "showticklabels": False},
        shapes=shapes,
        annotations=notes,
    )


def half_height(adoption: float, row: float) -> float:
    """Return half a line's thickness for an adoption index of 0–100.

    Source: look 7, "The score".
    """
    return (row / 13) * float(0.75 + 5.4 * (adoption / 100) ** 1.15)


def _group_traces(group: Group, heights: dict[str, float], row: float) -> list[Figure]:
    color = theme.cohort_mark(group.cohort)
    waits_x: list[float | None] = []
    waits_y: list[float | None] = []
    xs: list[float | None] = []
    ys: list[float | None] = []
    dots: list[tuple[float, float, float, bool, str]] = []
    for line in group.lines:
        y = heights[line.name]
        # A launch before the first wave we hold begins at the edge.
        begins = None if line.start is None else max(line.start - LAUNCH_LEAD, 0.0)
        started = begins is not None and begins <= line.end
        waits_x += [0, begins if started else line.end, None]
        waits_y += [y, y, None]
        thickness = 0.75
        if started and begins is not None:
            outline = _outline(line, begins, row)
            xs += [x for x, _ in outline] + [x for x, _ in reversed(outline)] + [None]
            ys += [y - h for _, h in outline] + [y + h for _, h in reversed(outline)]
            ys.append(None)
            thickness = outline[-1][1]
        dots.append((line.end, y, 2 * thickness + 3.5, started, line.name))
    waiting = {
        "type": "scatter", "mode": "lines", "x": waits_x, "y": waits_y,
        "line": {"color": theme.RULE2, "width": 1, "dash": "1px,4px"},
        "hoverinfo": "skip",
    }  # fmt: skip
    shape = {
        "type": "scatter", "mode": "lines", "x": xs, "y": ys, "fill": "toself",
        "fillcolor": color, "line": {"color": color, "width": 0.5}, "hoverinfo": "skip",
    }  # fmt: skip
    ends = {
        "type": "scatter",
        "mode": "markers",
        "x": [d[0] for d in dots],
        "y": [d[1] for d in dots],
        "marker": {
            "size": [max(d[2], 7) for d in dots],
            "opacity": 1,
            "color": [color if d[3] else theme.PAPER for d in dots],
            "line": {
                "width": 1.5,
                "color": [theme.PAPER if d[3] else color for d in dots],
            },
        },
        "text": [d[4] for d in dots],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }
    return [waiting, shape, ends] if xs else [waiting, ends]


def _outline(line: SchoolLine, begins: float, row: float) -> list[tuple[float, float]]:
    thin = half_height(0, row)
    outline = [(begins, thin)]
    reached = thin
    for wave in range(max(line.start or 0, 0), line.end + 1):
        if wave in line.swell:
            reached = half_height(line.swell[wave], row)
        outline.append((wave, reached))
    return outline


def _labels(
    say: Speaker, group: Group, top: float, bottom: float, row: float, phone: bool
) -> list[Figure]:
    color = theme.cohort_text(group.cohort)
    name = say.cohort(group.cohort)
    if phone:
        text = f"<b>{name}</b>  {group.notes[0]}" if group.notes else f"<b>{name}</b>"
        above = top - min(row * 1.9, MOST_ABOVE)
        return [label(text, x=0, xref="paper", y=above, color=color, size=15)]
    middle = (top + bottom - row) / 2
    lines = [(f"<b>{name}</b>", color, 15.0)]
    lines += [
        (note, theme.INK if n == 0 else theme.INK2, 14.5)
        for n, note in enumerate(group.notes)
    ]
    first = middle - 18 * (len(lines) - 1) / 2
    return [
        label(
            text, x=1, xref="paper", y=first + 18 * n, shift=(30, 0), color=c, size=size
        )
        for n, (text, c, size) in enumerate(lines)
    ]  # fmt: skip
