"""/: where is our district on the way?"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components.charts.score import Group, SchoolLine, score
from components.figure_block import Block
from components.rich import rich
from components.tables import Table
from data.catalogue import catalogue
from pages._four_answers import (
    VOICE_FORM,
    four_answers,
    of_whole_district,
    promise_counts,
    tile_section,
)
from pages._published import published_blocks, published_sentence
from pages._request import (
    Answer,
    Ask,
    count_with_closed,
    in_order,
    page,
    wave_of,
)
from queries.adoption import Stages, school_adoption, stages
from queries.facts import Cohort, School, schools

PATH = "/"
# Above this a line each is a carpet; each cohort is then one line.
MOST_LINES = 120


def build(asked: Ask) -> Answer:
    """Return the score, the answers we have, and three front doors."""
    say = asked.say
    everyone = schools(asked.connection, asked.viewer)
    body: list[Block | Component] = []
    if asked.facts.has_cohorts:
        sentence = _sentence(asked)
        body.append(_score(asked, everyone))
        body.append(_answers(asked))
    else:
        sentence = _published_sentence(asked, len(everyone))
        body += published_blocks(asked, "LX-1")[:1]
        body += published_blocks(asked, "CU-1")[:1]
    body.append(_doors(asked))
    if asked.facts.has_cohorts:
        body.append(_know(asked))
    return Answer(say("home.question"), sentence, body)


def _sentence(asked: Ask) -> str:
    say, facts = asked.say, asked.facts
    key = "home.started" if facts.started else "home.none_started"
    values = {"started": facts.started} if facts.started else {}
    text = say(key, schools=facts.schools, **values)
    voice = of_whole_district(asked, "LX-1", VOICE_FORM)
    now = voice[-1] if voice else None
    if now and now.compared and now.wave_index == asked.facts.latest:
        word = say.majority(now.compared).lower()
        text += " " + say("home.voice", word=word, share=say.of_100(now.cell))
    return f"{text} {promise_counts(asked)}".strip()


def _published_sentence(asked: Ask, total: int) -> str:
    facts, say = asked.facts, asked.say
    if not facts.waves:
        return say("nothing.waves")
    first, last = say.wave(facts.waves[0]), say.wave(facts.waves[-1])
    head = say("home.no_cohorts", schools=f"{total:,}", first=first, last=last)
    return f"{head} {published_sentence(asked, 'LX-1')}".strip()


def _score(asked: Ask, everyone: list[School]) -> Block:
    say, facts = asked.say, asked.facts
    rubric: dict[str, dict[int, float]] = {}
    for row in school_adoption(asked.connection, asked.viewer):
        if (swell := row.swell) is not None:
            rubric.setdefault(row.school_id, {})[row.wave_index] = swell
    by_cohort = {
        (s.unit_id): s
        for s in stages(asked.connection, asked.viewer)
        if s.unit_kind == "cohort" and s.wave_index == facts.latest
    }
    is_many = len(everyone) > MOST_LINES
    groups, rows = [], []
    for cohort in in_order(facts):
        mine = [s for s in everyone if s.cohort_id == cohort.cohort_id]
        lines = [_line(asked, s, rubric.get(s.school_id, {})) for s in mine]
        if is_many:
            lines = [_mean_line(asked, cohort, lines)]
        closed = len(mine) - cohort.schools
        notes = _notes(asked, cohort, by_cohort.get(str(cohort.cohort_id)), closed)
        groups.append(Group(cohort.cohort_id, lines, notes))
        rows += [(s.name, say.cohort(s.cohort_id), _since(asked, s)) for s in mine]
    thin = sum(
        s.is_started(facts.latest) and s.school_id not in rubric for s in everyone
    )
    thin_words = say("home.thin_one") if thin == 1 else say("home.thin_many", n=thin)
    spoken = "; ".join(f"{say.cohort(g.cohort)}: {', '.join(g.notes)}" for g in groups)
    return Block(
        name="score",
        question=say("home.score_cohorts" if is_many else "home.score"),
        reading=say("home.score_reading_cohorts" if is_many else "home.score_reading"),
        alt=say(
            "home.score_alt",
            schools=facts.schools,
            cohorts=len([g for g in groups if g.cohort]),
            notes=spoken,
        ),
        picture=[score(say, groups, waves=facts.waves, is_coarse=is_many)],
        phone=[score(say, groups, waves=facts.waves, is_coarse=is_many, phone=True)],
        table=Table(
            (say("column.school"), say("column.cohort"), say("column.since")), rows
        ),
        note=""
        if is_many
        else say("home.score_note", thin=thin_words if thin else "").strip(),
    )


def _line(asked: Ask, school: School, swell: dict[int, float]) -> SchoolLine:
    end = asked.facts.latest
    if school.closed_on is not None:
        waves = enumerate(asked.facts.waves)
        end = max((i for i, w in waves if school.is_open(w)), default=0)
    return SchoolLine(_named(asked, school), school.launch_wave, end, swell)


def _named(asked: Ask, school: School) -> str:
    """Return a school's name, and the day it closed where it has."""
    if school.closed_on is None:
        return school.name
    say = asked.say
    closed = say("adoption.closed", date=say.date(school.closed_on))
    return f"{school.name} ({closed.lower()})"


def _mean_line(asked: Ask, cohort: Cohort, lines: list[SchoolLine]) -> SchoolLine:
    """Return one line for a cohort: the mean of its schools that share a rating."""
    waves = range(asked.facts.latest + 1)
    rated = {w: [x.swell[w] for x in lines if w in x.swell] for w in waves}
    swell = {w: sum(found) / len(found) for w, found in rated.items() if found}
    name = asked.say.cohort(cohort.cohort_id)
    return SchoolLine(name, cohort.launch_wave, asked.facts.latest, swell)


def _notes(
    asked: Ask, cohort: Cohort, stage: Stages | None, closed: int
) -> tuple[str, ...]:
    say, facts = asked.say, asked.facts
    count = count_with_closed(say, cohort.schools, closed)
    if not cohort.is_started:
        if cohort.launches_on is None:
            return (count,)
        when = say("home.waiting_next", date=say.date(cohort.launches_on))
        return (count, when)
    wave = wave_of(facts, cohort.launch_wave)
    when = say.wave(wave) if wave else say.date(cohort.launches_on or "")
    since = say("home.since", schools=count, wave=when)
    if stage is None or stage.counts is None:
        return (since, say("home.stages_hidden"))
    levels = catalogue().rubric.levels
    parts_ = [
        say("home.stage_part", n=n, stage=say.text(levels[k]).lower())
        for k, n in reversed(list(enumerate(stage.counts)))
        if n
    ]
    return (since, " · ".join(parts_))


def _since(asked: Ask, school: School) -> str:
    if school.closed_on is not None:
        return asked.say("adoption.closed", date=asked.say.date(school.closed_on))
    wave = wave_of(asked.facts, school.launch_wave)
    if wave:
        return asked.say.wave(wave)
    launch = asked.facts.cohort(school.cohort_id).launches_on
    if school.is_started(asked.facts.latest) and launch:
        return asked.say.date(launch)
    return asked.say("adoption.not_launched")


def _answers(asked: Ask) -> html.Div:
    return html.Div(
        [tile_section(tile) for tile in four_answers(asked)], className="answers-home"
    )


def _doors(asked: Ask) -> Component:
    say, href = asked.say, asked.href
    own = "/schools"
    if asked.viewer.school_ids:
        own = f"/schools/{min(asked.viewer.school_ids)}"
    groups = [
        (
            say("home.door_public"),
            [
                (say("door.board"), href("/board")),
                (say("door.voice"), href("/student-voice")),
                (say("door.holding"), href("/promise")),
                (say("door.school"), href("/schools")),
                (say("door.number"), href("/methods")),
            ],
        ),
        (
            say("home.door_principal"),
            [
                (say("door.my_school"), href(own)),
                (say("door.worries"), href("/pulse")),
                (say("door.engine"), href("/engines")),
                (say("door.next"), href("/adoption")),
            ],
        ),
        (
            say("home.door_district"),
            [
                (say("door.stall"), href("/adoption")),
                (say("door.chorus"), href("/chorus")),
                (say("door.cross"), href("/connections")),
                (say("door.load"), href("/load")),
            ],
        ),
    ]
    if asked.viewer.school_ids:
        groups = [groups[1], groups[0], groups[2]]
    return parts.section(say("home.doors"), [parts.doors(groups)])


def _know(asked: Ask) -> html.Div:
    say = asked.say
    pairs = (("block.know", "home.know"), ("block.cannot", "home.cannot"))
    return html.Div(
        [
            html.Div([html.H3(say(head)), html.P(rich(say(text)))])
            for head, text in pairs
        ],
        className="know",
    )


page("home", build, path=PATH)
