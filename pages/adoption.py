"""/adoption: how is each cohort, and each school in it, growing?"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components.aria import aria
from components.charts.adoption import (
    EventLine,
    StageRow,
    calendar_axis,
    composition,
    event_axis,
    event_lines,
    event_word,
    stage_bars,
)
from components.figure_block import Block, chart
from components.page import Filter
from components.rubric_grid import level_key
from components.tables import Table
from components.words import count_schools
from data.catalogue import catalogue
from pages._grids import MOST_GRIDS, grids
from pages._request import (
    Answer,
    Ask,
    choice_filter,
    chosen_cohorts,
    cohort_filter,
    left_out,
    level_filter,
    page,
    wave_filter,
)
from pages._stall import stall_sentence
from pages._uptake import joining_block, uptake_block
from queries.adoption import (
    Stages,
    school_adoption,
    stages,
)
from queries.facts import Cohort, schools

PATH = "/adoption"
# More thin lines than this are a gray area, not schools.
MOST_LINES = 120
FIRST_EVENT = -4
TRYING = 2


def build(asked: Ask) -> Answer:
    """Return stages by cohort, lines since the start, and every school's grid."""
    say = asked.say
    groups = stages(asked.connection, asked.viewer)
    question = say("adoption.question")
    if not groups:
        empty = parts.nothing_yet(say("nothing.rubric"))
        return Answer(question, "", [empty])
    body: list[Block | Component] = [_stages(asked, groups)]
    if any(s.adoption is not None for s in groups):
        body.append(_events(asked, groups))
    body += [b for b in (uptake_block(asked), joining_block(asked)) if b is not None]
    body.append(grids(asked))
    return Answer(question, _sentence(asked, groups), body, _filters(asked))


def _filters(asked: Ask) -> list[Filter]:
    say = asked.say
    times = [
        ("event", say("filter.time_event")),
        ("calendar", say("filter.time_calendar")),
    ]
    found = [
        wave_filter(asked),
        cohort_filter(asked),
        level_filter(asked),
        choice_filter(asked, "time", times),
    ]
    if asked.facts.schools > MOST_GRIDS:
        found.append(Filter("q", say("filter.q"), asked.params.get("q", ""), []))
    return found


def _sentence(asked: Ask, groups: list[Stages]) -> str:
    say, facts = asked.say, asked.facts
    here = [
        s for s in groups if s.unit_kind == "district" and s.wave_index == asked.wave
    ]
    if not here or here[0].counts is None:
        return say(
            "adoption.sentence_hidden",
            started=facts.started,
            schools=facts.schools,
            cohorts=sum(c.is_started for c in facts.cohorts),
        )
    deep = sum(here[0].counts[TRYING:])
    return say(
        "adoption.sentence",
        started=facts.started,
        schools=facts.schools,
        wave=asked.wave_words,
        deep=f"{deep:,}",
        stall=stall_sentence(asked, groups),
    ).strip()


def _stages(asked: Ask, groups: list[Stages]) -> Block:
    say, facts = asked.say, asked.facts
    by_event = asked.params.get("time") != "calendar"
    shown, said, rows = [], [], []
    tallest = max((c.schools for c in facts.cohorts), default=1)
    launches = [c.launch_wave for c in facts.cohorts if c.launch_wave is not None]
    earliest = min(launches, default=0)
    for cohort in chosen_cohorts(asked):
        mine = [
            s
            for s in groups
            if (s.unit_kind, s.unit_id) == ("cohort", str(cohort.cohort_id))
        ]
        starts = cohort.launch_wave
        aligned = by_event and starts is not None
        stage_rows = [
            StageRow(
                s.wave_index - starts
                if aligned and starts is not None
                else s.wave_index,
                s.counts,
                _stage_text(asked, cohort, s),
            )
            for s in mine
        ]
        if aligned:
            stage_rows = [r for r in stage_rows if r.x >= FIRST_EVENT]
        axis = (
            event_axis(say, FIRST_EVENT, facts.latest - earliest)
            if aligned
            else calendar_axis(say, facts.waves)
        )
        start = None
        if starts is not None:
            start = -0.5 if aligned else starts - 0.5
        figure = stage_bars(
            stage_rows,
            axis=axis,
            start=start,
            start_word=say("adoption.begin"),
            hidden_words=say("withheld.protected"),
            schools=tallest,
        )
        title = html.H3(
            [
                html.Span(className=f"dot cohort-{min(cohort.cohort_id, 5)}"),
                say.cohort(cohort.cohort_id),
                html.Span(" " + count_schools(say, cohort.schools)),
            ]
        )
        spoken = stage_rows[-1].text if stage_rows else say.cohort(cohort.cohort_id)
        said.append(spoken)
        shown.append(
            html.Div(
                [
                    title,
                    html.Div(
                        chart(f"stages-{cohort.cohort_id}", figure),
                        role="img",
                        **aria(label=spoken),
                    ),
                ],
                className="panel",
            )
        )
        rows += [_stage_table_row(asked, cohort, s) for s in mine]
    rubric = catalogue().rubric
    key = "adoption.stages_event" if by_event else "adoption.stages_calendar"
    return Block(
        name="stages",
        question=say("adoption.stages"),
        reading=say(key),
        alt=" ".join(said),
        picture=html.Div(
            [level_key(say, rubric), html.Div(shown, className="stage-panels")]
        ),
        table=Table(
            (
                say("column.cohort"),
                say("column.wave"),
                *(say.text(level) for level in rubric.levels),
            ),
            rows,
        ),
        know=say("adoption.stages_know"),
        cannot=say("adoption.stages_cannot"),
    )


def _stage_text(asked: Ask, cohort: Cohort, s: Stages) -> str:
    say = asked.say
    when = say.wave(asked.facts.waves[s.wave_index])
    if s.counts is None:
        words = say("withheld.protected")
    else:
        words = ", ".join(
            f"{n} {say.text(catalogue().rubric.levels[k]).lower()}"
            for k, n in reversed(list(enumerate(s.counts)))
            if n
        )
    name = say.cohort(cohort.cohort_id)
    return say("adoption.stage_text", cohort=name, when=when, stages=words)


def _stage_table_row(
    asked: Ask, cohort: Cohort, s: Stages
) -> tuple[str | int | None, ...]:
    say = asked.say
    name, when = say.cohort(cohort.cohort_id), say.wave(asked.facts.waves[s.wave_index])
    if s.counts is None:
        return (name, when, say("withheld.protected"), None, None, None, None)
    return (name, when, *s.counts)


def _events(asked: Ask, groups: list[Stages]) -> Block:
    """Cohorts lined up at their start, with the strip of schools behind each point."""
    say, facts = asked.say, asked.facts
    by_school = _lines_of_schools(asked) if facts.schools <= MOST_LINES else {}
    lines, counts, rows = [], {}, []
    for cohort in chosen_cohorts(asked):
        start = cohort.launch_wave
        if start is None or not cohort.is_started or not cohort.cohort_id:
            continue
        mine = [
            s
            for s in groups
            if (s.unit_kind, s.unit_id) == ("cohort", str(cohort.cohort_id))
            and s.adoption is not None
        ]
        points = [
            (s.wave_index - start, s.adoption)
            for s in mine
            if s.adoption is not None and s.wave_index - start >= FIRST_EVENT
        ]
        if not points:
            continue
        waves_in = facts.latest - start
        count = count_schools(say, cohort.schools)
        note = (
            say("adoption.line_note", schools=count, n=waves_in)
            if waves_in
            else say("adoption.line_note_first", schools=count)
        )
        thin = [
            [(w - start, a) for w, a in line if w - start >= FIRST_EVENT]
            for line in by_school.get(cohort.cohort_id, [])
        ]
        lines.append(EventLine(cohort.cohort_id, points, thin, note))
        counts[cohort.cohort_id] = {s.wave_index - start: s.schools for s in mine}
        rows += [
            (
                say.cohort(cohort.cohort_id),
                event_word(say, s.wave_index - start),
                s.schools,
                f"{s.adoption:,.0f}",
            )
            for s in mine
        ]
    last = max((p[0] for x in lines for p in x.points), default=1)
    events = (FIRST_EVENT, last)
    levels = [say.text(x) for x in catalogue().rubric.levels]
    words = (say("adoption.begin"), say("adoption.all_waiting"))
    pictures = [
        [
            event_lines(say, lines, levels=levels, words=words, events=events, phone=p),
            composition(
                say, counts, events=events, heading=say("adoption.behind"), phone=p
            ),
        ]
        for p in (False, True)
    ]
    missing = left_out(asked, {x.cohort for x in lines})
    spoken = "; ".join(f"{say.cohort(x.cohort)} {x.points[-1][1]:,.0f}" for x in lines)
    return Block(
        name="events",
        question=say("adoption.events"),
        reading=say("adoption.events_reading"),
        alt=say("adoption.events_alt", notes=spoken),
        picture=pictures[0],
        phone=pictures[1],
        table=Table(
            (
                say("column.cohort"),
                say("column.event"),
                say("column.schools"),
                say("column.adoption"),
            ),
            rows,
        ),
        note=f"{say('adoption.events_note')} {missing}".strip(),
        know=say("adoption.events_know"),
        cannot=say("adoption.events_cannot"),
    )


def _lines_of_schools(asked: Ask) -> dict[int, list[list[tuple[int, float]]]]:
    """Return every school's adoption over the waves, by cohort."""
    cohort_of = {
        s.school_id: s.cohort_id
        for s in schools(asked.connection, asked.viewer, level=asked.chosen("level"))
    }
    lines: dict[str, list[tuple[int, float]]] = {}
    for row in school_adoption(asked.connection, asked.viewer):
        if row.adoption is not None and row.school_id in cohort_of:
            lines.setdefault(row.school_id, []).append((row.wave_index, row.adoption))
    found: dict[int, list[list[tuple[int, float]]]] = {}
    for school_id, line in lines.items():
        found.setdefault(cohort_of[school_id], []).append(line)
    return found


page("adoption", build, path=PATH)
