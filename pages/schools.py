"""/schools: what do students and teachers say, school by school?"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components.figure_block import Block
from components.page import Filter
from components.tables import CELL_KEYS, Table, cell_data
from data.model.cell import Cell
from pages._published import published_blocks, published_filters
from pages._request import (
    Answer,
    Ask,
    cohort_filter,
    count_with_closed,
    level_filter,
    page,
    wave_filter,
)
from queries.estimates import estimates
from queries.facts import School, schools

PATH = "/schools"
NAMES_A_PAGE = 60


def build(asked: Ask) -> Answer:
    """Return the schools that fit, each with its voice and a way to its page."""
    say = asked.say
    found = schools(
        asked.connection,
        asked.viewer,
        cohort=asked.cohort(),
        level=asked.chosen("level"),
        area=asked.chosen("area"),
        search=asked.params.get("q", ""),
    )
    sentence = say("schools.sentence", schools=_count(asked, found))
    question = say("schools.question")
    if not found:
        clear = (say("nothing.filter_open"), asked.href(PATH, **_no_choices(asked)))
        empty = parts.nothing_yet(say("nothing.filter"), link=clear)
        return Answer(question, sentence, [empty], _filters(asked))
    body: list[Block | Component] = [_list(asked, found)]
    if not asked.facts.has_cohorts:
        for indicator in ("LX-1", "CU-1", "FC-2"):
            body += published_blocks(asked, indicator)
    return Answer(question, sentence, body, _filters(asked))


def _count(asked: Ask, found: list[School]) -> str:
    """Count the schools listed as every page does: those that have closed apart."""
    waves = asked.facts.waves
    now = sum(not waves or s.is_open(waves[-1]) for s in found)
    return count_with_closed(asked.say, now, len(found) - now)


def _no_choices(asked: Ask) -> dict[str, None]:
    return dict.fromkeys(k for k in asked.params if k != "lang")


def _filters(asked: Ask) -> list[Filter]:
    say = asked.say
    if not asked.facts.has_cohorts:
        return published_filters(asked, "LX-1")
    return [
        wave_filter(asked),
        cohort_filter(asked),
        level_filter(asked),
        Filter("q", say("filter.q"), asked.params.get("q", ""), []),
    ]


def _list(asked: Ask, found: list[School]) -> Block:
    say = asked.say
    voice = _voice(asked)
    pages = -(-len(found) // NAMES_A_PAGE)
    first = asked.page_from(len(found), NAMES_A_PAGE)
    here = first // NAMES_A_PAGE + 1
    shown = found[first : first + NAMES_A_PAGE]
    items = [html.Li(_entry(asked, s, voice.get(s.school_id))) for s in shown]
    picture: list[Component] = [html.Ul(items, className="found")]
    if pages > 1:
        around = [asked.href(PATH, page=str(here + step)) for step in (-1, 1)]
        picture.append(parts.pager(say, page=here, pages=pages, href=around))
    rows = [
        (
            s.name,
            say.cohort(s.cohort_id) if asked.facts.has_cohorts else (s.area or ""),
            say.level(s.level),
            say.value(voice[s.school_id]) if s.school_id in voice else "",
        )
        for s in shown
    ]
    second = "column.cohort" if asked.facts.has_cohorts else "column.area"
    nothing = (None,) * len(CELL_KEYS)
    return Block(
        name="list",
        question=say("schools.list"),
        reading=say("schools.list_reading"),
        alt=say(
            "schools.list_alt", schools=_count(asked, found), wave=asked.wave_words
        ),
        picture=html.Div(picture),
        can_leave=False,
        table=Table(
            (
                say("column.school"),
                say(second),
                say("column.level"),
                say("schools.voice"),
            ),
            rows,
            keys=("school_id", "school", "level", "area", "cohort", *CELL_KEYS),
            data=(
                (
                    s.school_id,
                    s.name,
                    s.level,
                    s.area,
                    s.cohort_id,
                    *(
                        cell_data(voice[s.school_id])
                        if s.school_id in voice
                        else nothing
                    ),
                )
                for s in found
            ),
        ),
        note=say("schools.list_note") if voice else "",
    )


def _voice(asked: Ask) -> dict[str, Cell]:
    """Return each school's voice: grades 6–12 where it has them, else 3–5."""
    rows = estimates(
        asked.connection,
        asked.viewer,
        indicator="LX-1",
        wave=asked.wave,
        unit_kind="school",
    )
    found: dict[str, Cell] = {}
    for e in sorted(rows, key=lambda e: e.form):  # student_3_5 comes first
        found[e.unit_id] = e.printed
    return found


def _entry(asked: Ask, school: School, voice: Cell | None) -> list[Component]:
    say = asked.say
    facts = [say.level(school.level)]
    if asked.facts.has_cohorts:
        facts.insert(0, say.cohort(school.cohort_id))
    if school.area:
        facts.append(school.area)
    if school.formerly:
        facts.append(say("schools.formerly", name=school.formerly))
    if school.closed_on:
        facts.append(say("adoption.closed", date=say.date(school.closed_on)))
    if voice is not None:
        words = f"{say('schools.voice')} {say.value(voice)}"
        facts.append(words if voice.is_shown else say.withheld(voice))
    return [
        html.A(school.name, href=asked.school_href(school)),
        html.Span(" · ".join(facts)),
    ]


page("schools", build, path=PATH)
