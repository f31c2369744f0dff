"""/: where is our district on the way?"""

from __future__ import annotations

import dash
from dash import Input, Output, callback, html
from dash.development.base_component import Component

from components import page as parts
from components.charts.score import Group, SchoolLine, score
from components.figure_block import Block
from components.page import shell
from components.rich import rich
from components.tables import Table
from data.catalogue import catalogue
from pages._published import published_blocks, published_sentence
from pages._request import (
    Answer,
    Ask,
    answer,
    count_schools,
    in_order,
    page,
    wave_of,
)
from queries.adoption import Stages, school_adoption, stages
from queries.estimates import Estimate, estimates
from queries.facts import Cohort, School, schools

PATH = "/"
# Above this a line each is a carpet; cohorts are then drawn by their counts.
MOST_LINES = 120
dash.register_page(__name__, path=PATH, name="home", title="Chorus")


def layout(**_url: str) -> Component:
    """Return the skeleton; the callback fills it."""
    return shell("home")


def build(asked: Ask) -> Answer:
    """Return the score, the answers we have, and three front doors."""
    say = asked.say
    everyone = schools(asked.connection, asked.viewer)
    body: list[Block | Component] = []
    if asked.facts.has_cohorts:
        started = sum(s.is_started(asked.facts.latest) for s in everyone)
        sentence = _sentence(asked, started, len(everyone))
        if len(everyone) <= MOST_LINES:
            body.append(_score(asked, everyone))
        body.append(_answers(asked, started, len(everyone)))
    else:
        sentence = _published_sentence(asked, len(everyone))
        body += published_blocks(asked, "LX-1")[:1]
        body += published_blocks(asked, "CU-1")[:1]
    body.append(_doors(asked))
    if asked.facts.has_cohorts:
        body.append(_know(asked))
    return Answer(say("home.question"), sentence, body)


def _sentence(asked: Ask, started: int, total: int) -> str:
    say = asked.say
    key = "home.started" if started else "home.none_started"
    values = {"started": f"{started:,}"} if started else {}
    text = say(key, schools=f"{total:,}", **values)
    voice = _district(asked, "LX-1", "student_6_12")
    if voice and voice.compared:
        word, share = say.majority(voice.compared), say.share(voice.cell)
        text += " " + say("home.voice", word=word, share=share)
    return text


def _published_sentence(asked: Ask, total: int) -> str:
    facts, say = asked.facts, asked.say
    if not facts.waves:
        return say("nothing.waves")
    first, last = say.wave(facts.waves[0]), say.wave(facts.waves[-1])
    head = say("home.no_cohorts", schools=f"{total:,}", first=first, last=last)
    return f"{head} {published_sentence(asked, 'LX-1')}".strip()


def _district(
    asked: Ask, indicator: str, form: str, wave: int | None = None
) -> Estimate | None:
    found = estimates(
        asked.connection,
        asked.viewer,
        indicator=indicator,
        form=form,
        wave=asked.facts.latest if wave is None else wave,
        unit_kind="district",
    )
    return found[0] if found else None


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
    groups, rows = [], []
    for cohort in in_order(facts):
        mine = [s for s in everyone if s.cohort_id == cohort.cohort_id]
        lines = [_line(asked, s, rubric.get(s.school_id, {})) for s in mine]
        notes = _notes(asked, cohort, by_cohort.get(str(cohort.cohort_id)))
        groups.append(Group(cohort.cohort_id, lines, notes))
        rows += [(s.name, say.cohort(s.cohort_id), _since(asked, s)) for s in mine]
    thin = sum(
        s.is_started(facts.latest) and s.school_id not in rubric for s in everyone
    )
    thin_words = say("home.thin_one") if thin == 1 else say("home.thin_many", n=thin)
    spoken = "; ".join(f"{say.cohort(g.cohort)}: {', '.join(g.notes)}" for g in groups)
    return Block(
        name="score",
        question=say("home.score"),
        reading=say("home.score_reading"),
        alt=say(
            "home.score_alt",
            schools=len(everyone),
            cohorts=len([g for g in groups if g.cohort]),
            notes=spoken,
        ),
        picture=[score(say, groups, waves=facts.waves)],
        phone=[score(say, groups, waves=facts.waves, phone=True)],
        table=Table(
            (say("column.school"), say("column.cohort"), say("column.since")), rows
        ),
        note=say("home.score_note", thin=thin_words if thin else "").strip(),
    )


def _line(asked: Ask, school: School, swell: dict[int, float]) -> SchoolLine:
    end = asked.facts.latest
    if school.closed_on is not None:
        open_waves = [
            i
            for i, w in enumerate(asked.facts.waves)
            if f"{w.calendar_year}-{'03' if w.spring else '10'}" <= school.closed_on[:7]
        ]
        end = open_waves[-1] if open_waves else 0
    return SchoolLine(school.name, school.launch_wave, end, swell)


def _notes(asked: Ask, cohort: Cohort, stage: Stages | None) -> tuple[str, ...]:
    say, facts = asked.say, asked.facts
    count = count_schools(say, cohort.schools)
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
    wave = wave_of(asked.facts, school.launch_wave)
    if wave:
        return asked.say.wave(wave)
    launch = asked.facts.cohort(school.cohort_id).launches_on
    if school.is_started(asked.facts.latest) and launch:
        return asked.say.date(launch)
    return asked.say("adoption.not_launched")


def _answers(asked: Ask, started: int, total: int) -> html.Div:
    """Up to four answers: a question, one big number, one sentence, a way on."""
    say = asked.say
    found = [
        _survey_answer(asked, "LX-1", "student_6_12", "voice", "/student-voice"),
        _survey_answer(asked, "CU-1", "teacher", "risk", "/risk-taking"),
        _tile(
            say("home.adoption_question"),
            [f"{started:,}", html.Span(" " + say("home.of_schools", n=f"{total:,}"))],
            say("home.started_text"),
            "",
            (say("home.more_adoption"), asked.href("/adoption")),
        ),
        _heard(asked),
    ]
    return html.Div(found, className="answers-home")


def _survey_answer(
    asked: Ask, indicator: str, form: str, key: str, path: str
) -> html.Section:
    say = asked.say
    now = _district(asked, indicator, form)
    unit = say("home.of_students" if key == "voice" else "home.of_teachers")
    more = (say(f"home.more_{key}"), asked.href(path))
    question = say(f"home.{key}_question")
    if now is None or now.cell.share is None or now.compared is None:
        return _tile(question, [say("home.not_shown")], "", "", more)
    word = say.majority(now.compared)
    text = say("home.majority_text", word=word)
    before = _a_year_ago(asked, indicator, form)
    if before and before.cell.share is not None:
        change = say.change(now.change).lower()
        text += " " + say("home.year_ago", share=say.share(before.cell), change=change)
    interval = say.interval(now.compared.low, now.compared.high)
    note = say("home.true_share", interval=interval)
    big: list[str | Component] = [say.share(now.cell), html.Span(f" {unit}")]
    return _tile(question, big, text, note, more)


def _a_year_ago(asked: Ask, indicator: str, form: str) -> Estimate | None:
    waves = asked.facts.waves
    if not waves:
        return None
    label = waves[-1].a_year_ago.label
    index = next((i for i, w in enumerate(waves) if w.label == label), None)
    return None if index is None else _district(asked, indicator, form, index)


def _heard(asked: Ask) -> html.Section:
    say = asked.say
    students = _district(asked, "LX-1", "student_6_12")
    teachers = _district(asked, "CU-1", "teacher")
    more = (say("home.more_methods"), asked.href("/methods"))
    question = say("home.heard_question")
    if not students or students.cell.rate is None:
        return _tile(question, [say("home.not_shown")], "", "", more)
    rate = teachers.cell.rate if teachers else None
    text = say(
        "home.heard_text",
        wave=say.wave(asked.facts.waves[-1]),
        teachers=say.percent(rate) if rate is not None else say("home.not_shown"),
    )
    big: list[str | Component] = [
        say.percent(students.cell.rate),
        html.Span(" " + say("home.of_asked")),
    ]
    return _tile(question, big, text, "", more)


def _tile(
    question: str,
    big: list[str | Component],
    text: str,
    note: str,
    more: tuple[str, str],
) -> html.Section:
    is_word = not str(big[0])[:1].isdigit()
    return html.Section(
        [
            html.H2(question),
            html.P(big, className="big word" if is_word else "big"),
            html.P(rich(text)),
            html.P(note, className="note") if note else html.Span(),
            html.P(html.A(more[0], href=more[1]), className="more"),
        ],
        className="answer-home",
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
                (say("door.voice"), href("/student-voice")),
                (say("door.school"), href("/schools")),
                (say("door.number"), href("/methods")),
                (say("door.published"), href("/releases")),
            ],
        ),
        (
            say("home.door_principal"),
            [
                (say("door.my_school"), href(own)),
                (say("door.my_teachers"), href("/risk-taking")),
                (say("door.next"), href("/adoption")),
            ],
        ),
        (
            say("home.door_district"),
            [
                (say("door.spread"), href("/adoption")),
                (say("door.stall"), href("/adoption", time="event")),
                (say("door.compare"), href("/student-voice")),
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


page("home", build)


@callback(Output("home-body", "children"), Input("address", "search"))
def show(search: str | None) -> list[Component]:
    """Answer again when the language changes."""
    return answer("home", PATH, search)
