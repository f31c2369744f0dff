"""Adoption over time: schools at each stage, and cohorts lined up at their start."""

from __future__ import annotations

from dataclasses import dataclass

from components import theme
from components.charts.placing import Frame, Name, places
from components.charts.trends import wave_axis
from components.theme import Figure, label, rule, two_lines
from components.words import Speaker
from data.model.waves import Wave

STAGES = 5
FEWEST_SCHOOLS = 3
# What an axis of event time leaves beyond its first and last wave.
REACH = 0.4


@dataclass(frozen=True, slots=True)
class StageRow:
    """One cohort at one point of time: schools at stage 0 to 4, None if withheld."""

    x: int
    counts: tuple[int, ...] | None
    text: str


def stage_bars(
    rows: list[StageRow],
    *,
    axis: Figure,
    start: float | None,
    start_word: str,
    hidden_words: str,
    schools: int,
) -> Figure:
    """Return stacked bars of schools at each stage, level 4 at the top.

    Args:
        axis: the x axis, calendar or event time, the same in every panel.
        start: where the bar line stands, None where nothing has begun.
        hidden_words: what stands on the hatching of withheld bars.
        schools: the tallest bar possible, the same in every panel.
    """
    traces: list[Figure] = []
    for stage in range(STAGES):
        shown = [r for r in rows if r.counts and r.counts[stage]]
        traces.append(
            {
                "type": "bar",
                "x": [r.x for r in shown],
                "y": [r.counts[stage] for r in shown if r.counts],
                "width": 0.78,
                "marker": {
                    "color": theme.LEVELS[stage],
                    "line": {
                        "width": 1,
                        "color": theme.RULE2 if stage == 0 else theme.LEVEL_EDGE,
                    },
                },
                "text": [str(r.counts[stage]) for r in shown if r.counts],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "constraintext": "none",
                "textfont": {"size": 14, "color": theme.LEVEL_TEXTS[stage]},
                "hovertext": [r.text for r in shown],
                "hovertemplate": "%{hovertext}<extra></extra>",
            }
        )
    for r in rows:
        if r.counts is None:
            bar = theme.hatch(0, schools, r.x, height=0.78)
            bar.update(
                {"orientation": "v", "x": [r.x], "y": [schools], "base": [0]},
            )
            traces.append(bar)
    shapes, notes = [], []
    if hidden := [r.x for r in rows if r.counts is None]:
        notes.append(
            label(
                two_lines(hidden_words), x=(min(hidden) + max(hidden)) / 2,
                y=schools / 2, anchor="center", size=14, background=theme.PAPER,
            )
        )  # fmt: skip
    if start is not None:
        shapes.append(rule(x=start, color=theme.INK, width=2))
        notes.append(
            label(
                start_word, x=start, y=1, yref="paper", anchor="center",
                shift=(0, 3), bold=True, size=14, valign="bottom",
            )
        )  # fmt: skip
    return theme.figure(
        traces,
        height=206,
        margin=(2, 8, 24, 30),
        x=axis,
        y={"range": [0, schools * 1.02], "showticklabels": False},
        shapes=shapes,
        annotations=notes,
    )


@dataclass(frozen=True, slots=True)
class EventLine:
    """A cohort's mean adoption by waves since start, and its schools behind it."""

    cohort: int
    points: list[tuple[int, float]]
    schools: list[list[tuple[int, float]]]
    note: str


def event_lines(
    say: Speaker,
    lines: list[EventLine],
    *,
    levels: list[str],
    words: tuple[str, str],
    events: tuple[int, int],
    phone: bool = False,
) -> Figure:
    """Return cohorts lined up at the day their students began.

    Args:
        levels: the five level words, at 0, 25, 50, 75 and 100.
        words: "Students begin" and "all schools waiting".
        events: first and last event time drawn.
    """
    first, last = events
    traces: list[Figure] = []
    for line in lines:
        color = theme.cohort_mark(line.cohort)
        xs: list[float | None] = []
        ys: list[float | None] = []
        for school in line.schools:
            xs += [e for e, _ in school] + [None]
            ys += [a for _, a in school] + [None]
        thin = _trace(xs, ys, color, 1.2)
        thin["opacity"] = 0.55
        traces.append(thin)
    for line in lines:
        color = theme.cohort_mark(line.cohort)
        xs = [e for e, _ in line.points]
        ys = [a for _, a in line.points]
        traces += [_trace(xs, ys, theme.PAPER, 7), _trace(xs, ys, color, 4)]
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [x.points[-1][0] for x in lines if x.points],
            "y": [x.points[-1][1] for x in lines if x.points],
            "marker": {
                "size": 13,
                "color": [theme.cohort_mark(x.cohort) for x in lines if x.points],
                "line": {"width": 1.5, "color": theme.PAPER},
            },
            "text": [
                f"{say.cohort(x.cohort)}: {x.points[-1][1]:.0f}"
                for x in lines
                if x.points
            ],
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        }
    )
    ticks = list(range(first, last + 1))
    margin = (78, 16, 30, 34) if phone else (118, 216, 30, 34)
    ranges = ((first - REACH, last + REACH), (-2, 102))
    frame = Frame(*ranges, 400 if phone else 480, margin, phone)
    notes = _event_labels(say, lines, frame)
    notes.append(
        label(
            words[0], x=0, y=1, yref="paper", anchor="center", bold=True,
            shift=(0, 6), valign="bottom",
        )
    )  # fmt: skip
    if not phone:
        notes.append(label(words[1], x=first, y=4, color=theme.INK2, size=theme.NOTE))
    return theme.figure(
        traces,
        height=frame.height,
        margin=margin,
        x={
            "range": list(frame.x),
            "tickvals": ticks,
            "ticktext": [event_word(say, e) for e in ticks],
        },
        y={
            "range": list(frame.y),
            "tickvals": [0, 25, 50, 75, 100],
            "ticktext": levels,
        },
        shapes=[
            *(rule(y=y) for y in (0, 25, 50, 75, 100)),
            rule(x=0, color=theme.INK, width=2),
        ],
        annotations=notes,
    )


def _trace(
    xs: list[float | None], ys: list[float | None], color: str, width: float
) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "line": {"color": color, "width": width},
        "hoverinfo": "skip",
    }


def event_word(say: Speaker, event: int) -> str:
    """Return "start", "+2" or "−1"."""
    if event == 0:
        return say("event.start")
    return f"+{event}" if event > 0 else f"\u2212{-event}"


def _event_labels(say: Speaker, lines: list[EventLine], frame: Frame) -> list[Figure]:
    """Name each cohort at its line's end, where the name crosses fewest lines."""
    ended = sorted((x for x in lines if x.points), key=lambda x: -x.points[-1][1])
    heads = [f"{say.cohort(x.cohort)}  {x.points[-1][1]:.0f}" for x in ended]
    notes = ["" if frame.phone else x.note for x in ended]
    names = [
        Name(*line.points[-1], max(head, note, key=len), 2 if note else 1)
        for line, head, note in zip(ended, heads, notes, strict=True)
    ]
    # A thick line is crossed at the cost of three thin ones.
    drawn = [x.points for x in lines] * 3 + [s for x in lines for s in x.schools]
    spots = places(frame, names, drawn, gap=15)
    found = []
    for line, head, note, spot in zip(ended, heads, notes, spots, strict=True):
        x, y = line.points[-1]
        text = f"<b>{head}</b>"
        if note:
            text += f"<br><span style='color:{theme.INK2}'>{note}</span>"
        found.append(
            label(
                text, x=x, y=y, color=theme.cohort_text(line.cohort),
                shift=spot.shift, anchor=spot.anchor, size=14.5,
            )
        )  # fmt: skip
    return found


def composition(
    say: Speaker,
    counts: dict[int, dict[int, int]],
    *,
    events: tuple[int, int],
    heading: str,
    phone: bool = False,
    sides: tuple[int, int] = (118, 216),
    reach: float = REACH,
) -> Figure:
    """Return how many schools stand behind each event time, by cohort.

    Args:
        counts: cohort → event time → schools, oldest cohort first.
        sides: margins of the picture it stands under, in pixels; on a phone
            those of every such picture.
        reach: what that picture leaves beyond its first and last event time.
    """
    first, last = events
    ticks = list(range(first, last + 1))
    traces = []
    for cohort, by_event in counts.items():
        xs = [e for e in ticks if by_event.get(e)]
        traces.append(
            {
                "type": "bar",
                "x": xs,
                "y": [by_event[e] for e in xs],
                "width": 0.5,
                "marker": {
                    "color": theme.cohort_mark(cohort),
                    "line": {"width": 1, "color": theme.PAPER},
                },
                "hovertext": [
                    f"{say.cohort(cohort)}, {event_word(say, e)}: {by_event[e]}"
                    for e in xs
                ],
                "hovertemplate": "%{hovertext}<extra></extra>",
            }
        )
    totals = {e: sum(c.get(e, 0) for c in counts.values()) for e in ticks}
    notes = [
        label(
            str(n), x=e, y=n, anchor="center", bold=True, size=14, shift=(0, 2),
            valign="bottom",
        )
        for e, n in totals.items()
        if n
    ]  # fmt: skip
    if not phone:
        notes.append(
            label(
                heading, x=0, xref="paper", y=0.5, yref="paper", color=theme.INK2,
                size=theme.NOTE, shift=(-118, 0),
            )
        )  # fmt: skip
    return theme.figure(
        traces,
        height=108,
        margin=(*((78, 16) if phone else sides), 18, 26),
        x={
            "range": [first - reach, last + reach],
            "tickvals": ticks,
            "ticktext": [event_word(say, e) for e in ticks],
        },
        y={
            "range": [0, max(totals.values(), default=1) * 1.15],
            "showticklabels": False,
        },
        annotations=notes,
    )


def calendar_axis(say: Speaker, waves: tuple[Wave, ...]) -> Figure:
    """Return the calendar axis of the stage bars."""
    axis = wave_axis(say, waves, phone=True)
    return {**axis, "range": [-0.6, len(waves) - 0.4]}


def event_axis(say: Speaker, first: int, last: int) -> Figure:
    """Return the event-time axis of the stage bars."""
    ticks = [e for e in range(first, last + 1) if e % 2 == 0]
    return {
        "range": [first - 0.6, last + 0.6],
        "tickvals": ticks,
        "ticktext": [event_word(say, e) for e in ticks],
    }
