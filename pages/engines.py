"""/engines: is each school's learning engine known, relevant, consistent, in line?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components import theme
from components.aria import aria
from components.charts.rows import Bar, bars, dot_rows
from components.figure_block import Block
from components.page import ALL, Filter
from components.superlatives import weakest_sentence
from components.words import Speaker, count_schools
from data.catalogue import catalogue
from pages._numbers import (
    counted,
    estimate_row,
    estimate_table,
    figure_table,
    percents,
)
from pages._request import (
    Answer,
    Ask,
    choice_filter,
    cohort_filter,
    page,
    wave_filter,
)
from queries.estimates import estimates
from queries.facts import School, schools
from queries.figures import Figure, figures

PATH = "/engines"
SIDES = ("known", "relevant", "consistent", "in_line")
NOT_NAMED = "not_yet_named"
MOST_ROWS = 60


def build(asked: Ask) -> Answer:
    """Return the engines side by side for staff; for the public, whether known."""
    say = asked.say
    question = say("engines.question")
    everyone = schools(
        asked.connection,
        asked.viewer,
        cohort=asked.cohort(),
        search=asked.params.get("q", ""),
    )
    found = _figures(asked, everyone)
    body: list[Block | Component] = []
    choices = [wave_filter(asked), cohort_filter(asked)] if asked.facts.waves else []
    if found:
        one = _chosen(asked, everyone, found)
        if one is not None:
            body.append(_four(asked, one, found[one.school_id]))
            if (grades := _grades(asked, one)) is not None:
                body.append(grades)
        # Who reads one school alone finds no other with its engine.
        if len(found) > 1:
            body.append(_facets(asked, everyone, found))
        if asked.facts.schools > MOST_ROWS:
            name = asked.params.get("q", "")
            choices.append(Filter("q", say("filter.q"), name, []))
        else:
            choices.append(_school_filter(asked, everyone, found))
    known = _known(asked, everyone)
    if known is not None:
        body.append(known)
    if not body:
        return Answer(question, "", [parts.nothing_yet(say("engines.none"))], choices)
    return Answer(question, _sentence(asked, found), body, choices)


def _figures(asked: Ask, everyone: list[School]) -> dict[str, dict[str, Figure]]:
    """Return every school's figures by part: what it named, and the four sides."""
    known = {s.school_id for s in everyone}
    found: dict[str, dict[str, Figure]] = {}
    for f in figures(
        asked.connection, asked.viewer, indicator="LE-1", wave=asked.wave,
        unit_kind="school",
    ):  # fmt: skip
        if f.unit_id in known and not f.category:
            found.setdefault(f.unit_id, {})[f.part] = f
    return found


def _chosen(
    asked: Ask, everyone: list[School], found: dict[str, dict[str, Figure]]
) -> School | None:
    own = min(asked.viewer.school_ids, default="")
    wanted = asked.chosen("school") or own
    return next(
        (s for s in everyone if s.school_id == wanted and s.school_id in found), None
    )


def _school_filter(
    asked: Ask, everyone: list[School], found: dict[str, dict[str, Figure]]
) -> Filter:
    options = [(ALL, asked.say("engines.choose"))]
    options += [(s.school_id, s.name) for s in everyone if s.school_id in found]
    own = min(asked.viewer.school_ids, default="")
    if own:
        options.sort(key=lambda o: o[0] != own)
    return choice_filter(asked, "school", options)


def _sentence(asked: Ask, found: dict[str, dict[str, Figure]]) -> str:
    say = asked.say
    if not found:
        return say("engines.public")
    named = [
        f["engine"] for f in found.values()
        if "engine" in f and f["engine"].word != NOT_NAMED
    ]  # fmt: skip
    total = sum("engine" in f for f in found.values())
    if total == 1:
        (mine,) = (f["engine"].word for f in found.values() if "engine" in f)
        if not named:
            return say("engines.sentence_none")
        return say("engines.sentence_one", engine=engine_name(say, mine))
    text = say("engines.sentence", named=len(named), total=total)
    lowest = Counter(f["weakest"].word for f in found.values() if "weakest" in f)
    counts = {s: lowest[s] for s in SIDES if lowest[s]}
    return f"{text} {weakest_sentence(say, counts)}".strip()


def engine_name(say: Speaker, kind: str | None) -> str:
    """Return what an engine is called, or that none is named yet."""
    options = catalogue().response_sets["ENGINE"]
    if kind in options.ids:
        return options.options(say.language)[options.ids.index(kind)]
    return say("engines.not_named")


def _four(asked: Ask, school: School, mine: dict[str, Figure]) -> Block:
    """One school's engine from its four sides."""
    say = asked.say
    drawn, rows = [], []
    for side in SIDES:
        f, name = mine.get(side), say(f"engines.{side}")
        # Not known is no bar and no hatching: nothing is being hidden.
        known = f is not None and f.value is not None
        printed = f"{f.value:,.0f}" if f and known else say("engines.not_known")
        drawn.append(Bar(name, f.value if f else None, printed))
        rows.append((name, printed))
    engine = mine.get("engine")
    kind = engine_name(say, engine.word if engine else None)
    axis = percents(say)
    columns = (say("column.side"), say("column.of_100"))
    return Block(
        name="four",
        question=say("engines.four", school=school.name, engine=kind),
        reading=say("engines.four_reading"),
        alt="; ".join(f"{a}: {b}" for a, b in rows),
        picture=[bars(drawn, axis=axis)],
        phone=[bars(drawn, axis=axis, phone=True)],
        table=figure_table(asked, "LE-1", columns, rows, mine.values()),
        know=say("engines.know"),
        cannot=say("engines.cannot"),
    )


def _grades(asked: Ask, school: School) -> Block | None:
    """The experience of each grade, for "consistent"."""
    say = asked.say
    found = figures(
        asked.connection, asked.viewer, indicator="LE-1", part="grade",
        wave=asked.wave, unit_kind="school", unit_id=school.school_id,
    )  # fmt: skip
    found = [f for f in found if f.value is not None]
    if not found:
        return None
    found.sort(key=lambda f: int(f.category) if f.category.isdigit() else 0)
    rows = [(say("engines.grade", grade=f.category), f"{f.value:,.0f}") for f in found]
    drawn = [
        Bar(name, f.value, printed)
        for (name, printed), f in zip(rows, found, strict=True)
    ]
    axis = percents(say)
    columns = (say("column.grade"), say("column.of_100"))
    return Block(
        name="grades",
        question=say("engines.grades"),
        reading=say("engines.grades_reading"),
        alt="; ".join(f"{a}: {b}" for a, b in rows),
        picture=[bars(drawn, axis=axis)],
        phone=[bars(drawn, axis=axis, phone=True)],
        table=figure_table(asked, "LE-1", columns, rows, found),
    )


def _facets(
    asked: Ask, everyone: list[School], found: dict[str, dict[str, Figure]]
) -> Block:
    """Schools by what they named, so that those with one engine find each other."""
    say = asked.say
    by_kind: dict[str, list[School]] = {}
    for school in everyone:
        engine = found.get(school.school_id, {}).get("engine")
        if engine is not None:
            by_kind.setdefault(engine.word or NOT_NAMED, []).append(school)
    kinds = sorted(by_kind, key=lambda k: (k == NOT_NAMED, engine_name(say, k)))
    listed = [(kind, school) for kind in kinds for school in by_kind[kind]]
    first = asked.page_from(len(listed), MOST_ROWS)
    here = listed[first : first + MOST_ROWS]
    groups, rows = [], []
    for kind, of_kind in groupby(here, key=lambda one: one[0]):
        lines = []
        for _, school in of_kind:
            mine = found[school.school_id]
            values = [mine[s].value if s in mine else None for s in SIDES]
            shown = [None if v is None else f"{v:,.0f}" for v in values]
            rows.append((school.name, engine_name(say, kind), *shown))
            lines.append(_line(asked, school, values))
        count = count_schools(say, len(by_kind[kind]))
        groups.append(_facet(say, f"{engine_name(say, kind)} · {count}", lines))
    picture: list[Component] = [html.Div(groups, className="facets")]
    pages = -(-len(listed) // MOST_ROWS)
    if pages > 1:
        number = first // MOST_ROWS + 1
        around = [asked.href(PATH, page=str(number + step)) for step in (-1, 1)]
        picture.append(parts.pager(say, page=number, pages=pages, href=around))
    columns = (
        say("column.school"),
        say("column.engine"),
        *(say(f"engines.{s}") for s in SIDES),
    )
    kept = [f for mine in found.values() for f in mine.values()]
    return Block(
        name="facets",
        question=say("engines.facets"),
        reading=say("engines.facets_reading"),
        alt=_facets_alt(say, by_kind),
        picture=html.Div(picture),
        table=figure_table(asked, "LE-1", columns, rows, kept),
    )


def _facets_alt(say: Speaker, by_kind: Mapping[str, list[School]]) -> str:
    """Count the schools that have named an engine; not named yet is no kind of one."""
    total = sum(map(len, by_kind.values()))
    kinds = len(by_kind.keys() - {NOT_NAMED})
    if not kinds:
        return say("engines.facets_alt_none", total=total)
    named = total - len(by_kind.get(NOT_NAMED, ()))
    return say("engines.facets_alt", n=named, total=total, kinds=kinds)


def _line(asked: Ask, school: School, values: list[float | None]) -> Component:
    target = asked.href(PATH, school=quote(school.school_id, safe=""))
    cells = []
    for value in values:
        if value is None:
            cells.append(html.Td("–", className="empty"))
            continue
        bar = html.Span(className="cellbar", style={"width": f"{value * 0.44:,.0f}px"})
        cells.append(html.Td([bar, f"{value:,.0f}"]))
    name = html.A(school.name, href=target)
    return html.Tr([html.Th(name, scope="row"), *cells])


def _facet(say: Speaker, name: str, lines: list[Component]) -> Component:
    heads = [html.Th(say(f"engines.{s}"), scope="col") for s in SIDES]
    return html.Div(
        html.Table(
            [
                html.Caption(name),
                html.Thead(
                    html.Tr([html.Th(say("column.school"), scope="col"), *heads])
                ),
                html.Tbody(lines),
            ],
            className="chorus-table",
        ),
        className="facet scroll-x",
        tabIndex="0",
        role="region",
        **aria(label=name),
    )


def _known(asked: Ask, everyone: list[School]) -> Block | None:
    """Share of students who can name their school's engine, school by school."""
    say = asked.say
    found = {
        e.unit_id: e
        for e in estimates(
            asked.connection, asked.viewer, indicator="LE-1", part="S.LE.1",
            wave=asked.wave, unit_kind="school",
        )
    }  # fmt: skip
    mine = [s for s in everyone if s.school_id in found]
    mine.sort(key=lambda s: (s.cohort_id == 0, s.cohort_id))
    if not mine:
        return None
    rows = [(s.name, found[s.school_id]) for s in mine]
    printed = (e.printed.share for _, e in rows)
    shares = [x for x in printed if x is not None]
    alt = say("engines.known_none")
    if shares:
        low, high = say.percent(min(shares)), say.percent(max(shares))
        alt = say("engines.known_alt", n=len(shares), low=low, high=high)
    table = estimate_table(asked, say("column.school"), rows[:100])
    if len(mine) > MOST_ROWS:
        many = counted(asked, [(s, found[s.school_id]) for s in mine])
        if many is None:
            return None
        title = say("engines.known_title")
        return Block("known", title, many.reading, alt, many.picture, table, many.phone)
    drawn = [
        estimate_row(
            say, s.name, found[s.school_id], color=theme.cohort_mark(s.cohort_id),
            group=(say.cohort(s.cohort_id), theme.cohort_text(s.cohort_id)),
        )
        for s in mine
    ]  # fmt: skip
    axis = percents(say)
    return Block(
        name="known",
        question=say("engines.known_title"),
        reading=say("engines.known_reading"),
        alt=alt,
        picture=[dot_rows(drawn, axis=axis)],
        phone=[dot_rows(drawn, axis=axis, phone=True)],
        table=table,
        know=say("engines.known_know"),
        cannot=say("engines.known_cannot"),
    )


page("engines", build, path=PATH)
