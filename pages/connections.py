"""/connections: do ideas cross between buildings?"""

from __future__ import annotations

from collections import Counter

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components import theme
from components.aria import aria
from components.charts.rows import Dot, DotRow, dot_rows
from components.charts.ties import Place, Tie, circle
from components.figure_block import Block
from components.page import Filter
from components.words import Speaker
from data.model.cell import Status
from pages._numbers import (
    estimate_table,
    facts,
    figure_table,
    one_of_district,
    percents,
)
from pages._request import Answer, Ask, in_order, page, wave_filter
from queries.estimates import Estimate, estimates
from queries.facts import School, schools
from queries.figures import Figure, figures

PATH = "/connections"
MOST_ROWS = 60
SIDES = ("within", "across")


def build(asked: Ask) -> Answer:
    """Return ties within and across buildings, and the map of who names whom."""
    say = asked.say
    question = say("connections.question")
    choices = [wave_filter(asked)] if asked.facts.waves else []
    pairs = _pairs(asked)
    outside = one_of_district(asked, "RO-4", "outside")
    if not pairs and outside is None:
        empty = parts.nothing_yet(say("connections.none"))
        return Answer(question, "", [empty], choices)
    body: list[Block | Component] = []
    if asked.facts.schools > MOST_ROWS and asked.viewer.is_staff:
        name = asked.params.get("q", "")
        choices.append(Filter("q", say("filter.q"), name, []))
    if pairs:
        body.append(_within_across(asked, pairs))
    body += _network(asked)
    return Answer(question, _sentence(asked), body, choices)


def _sentence(asked: Ask) -> str:
    say = asked.say
    named = estimates(
        asked.connection, asked.viewer, indicator="RO-4", part="named",
        wave=asked.wave, unit_kind="district",
    )  # fmt: skip
    said = []
    if named and named[0].cell.share is not None:
        said.append(say("connections.named", share=say.share(named[0].cell)))
    index = one_of_district(asked, "RO-4", "outside")
    expected = one_of_district(asked, "RO-4", "outside_expected")
    chance = one_of_district(asked, "RO-4", "outside_p")
    if index is not None and index.value is not None and expected is not None:
        key = "connections.as_chance"
        if chance is not None and (chance.value or 1) < 0.05:  # noqa: PLR2004 – the usual level
            inside = index.value < (expected.value or 0)
            key = "connections.inside" if inside else "connections.outside"
        said.append(say(key))
    return " ".join(said)


def _pairs(asked: Ask) -> dict[tuple[str, str], dict[str, Estimate]]:
    found: dict[tuple[str, str], dict[str, Estimate]] = {}
    for e in estimates(
        asked.connection, asked.viewer, indicator="RO-3", part=None, wave=asked.wave
    ):
        if e.part in SIDES:
            found.setdefault((e.unit_kind, e.unit_id), {})[e.part] = e
    return found


def _within_across(
    asked: Ask, pairs: dict[tuple[str, str], dict[str, Estimate]]
) -> Block:
    """Two dots a row: filled within the building, open across buildings."""
    say = asked.say
    rows: list[tuple[str, dict[str, Estimate], tuple[str, str] | None, str]] = []
    if ("district", "all") in pairs:
        rows.append((say("cohort.none"), pairs["district", "all"], None, theme.INK))
    by_cohort: dict[int, list[School]] = {}
    for school in schools(asked.connection, asked.viewer):
        if ("school", school.school_id) in pairs:
            by_cohort.setdefault(school.cohort_id, []).append(school)
    is_small = sum(len(s) for s in by_cohort.values()) <= MOST_ROWS
    for cohort in in_order(asked.facts):
        number = cohort.cohort_id
        key = ("cohort", str(number))
        group = (say.cohort(number), theme.cohort_text(number))
        color = theme.cohort_mark(number)
        if key in pairs:
            rows.append((say("connections.all_of_cohort"), pairs[key], group, color))
        for school in by_cohort.get(number, []) if is_small else []:
            both = pairs["school", school.school_id]
            rows.append((school.name, both, group, color))
    drawn = [_row(say, *r) for r in rows]
    flat = [
        (f"{group[0] + ', ' if group else ''}{name}, {say(f'connections.{part}')}", e)
        for name, both, group, _ in rows
        for part in SIDES
        if (e := both.get(part)) is not None
    ]
    axis = percents(say)
    district = pairs.get(("district", "all"), {})
    return Block(
        name="pairs",
        question=say("connections.pairs"),
        reading=say("connections.pairs_reading"),
        alt="; ".join(
            f"{say(f'connections.{part}')}: {say.value(e.cell)}"
            for part, e in district.items()
        ),
        picture=[dot_rows(drawn, axis=axis)],
        phone=[dot_rows(drawn, axis=axis, phone=True)],
        table=estimate_table(asked, say("column.group"), flat),
        know=say("connections.pairs_know"),
        cannot=say("connections.pairs_cannot"),
    )


def _row(
    say: Speaker,
    name: str,
    both: dict[str, Estimate],
    group: tuple[str, str] | None,
    color: str,
) -> DotRow:
    dots, printed = [], []
    for part in SIDES:
        e = both.get(part)
        if e is None or e.cell.share is None:
            continue
        value = e.cell.share
        hover = f"{name}, {say(f'connections.{part}')}: {say.share(e.cell)}"
        dots.append(Dot(value, e.cell.low, e.cell.high, color, part == "across", hover))
        printed.append(f"{value:,.0f}")
    if not dots:
        cells = [e.cell for e in both.values()]
        reason = say.withheld(cells[0])
        hatched = cells[0].status is not Status.NOT_COLLECTED
        return DotRow(name, (), group=group, reason=reason, is_hatched=hatched)
    text = " · ".join(printed)
    return DotRow(name, tuple(dots), printed=text, group=group, is_joined=True)


def _network(asked: Ask) -> list[Block | Component]:
    say = asked.say
    pairs = []
    for part in ("density", "isolated", "reciprocity"):
        f = one_of_district(asked, "RO-4", part)
        if f is None or f.value is None:
            continue
        value = f"{f.value:,.0f}" if part == "isolated" else say.percent(f.value)
        pairs.append((say(f"connections.{part}"), value, ""))
    if not pairs:
        return []
    body: list[Block | Component] = [
        parts.section(
            say("connections.crossing"),
            [facts(pairs)],
            reading=say(
                "connections.crossing_reading", least=asked.facts.rules["tie_min"]
            ),
        )
    ]
    if drawn := _map(asked):
        body += drawn
    elif not asked.viewer.is_staff:
        note = say("connections.staff_only")
        body.append(parts.section(say("connections.map"), [parts.nothing_yet(note)]))
    return body


def _map(asked: Ask) -> list[Block | Component]:
    """Return the matrix of schools by cohort, and the circle for the eye."""
    say = asked.say
    found = [
        f
        for f in figures(
            asked.connection, asked.viewer, indicator="RO-4", part="tie",
            wave=asked.wave,
        )
        if f.value is not None
    ]  # fmt: skip
    everyone = schools(asked.connection, asked.viewer)
    known = {s.school_id: s for s in everyone}
    ties = [f for f in found if f.unit_id in known and f.category in known]
    if not ties:
        return []
    everyone.sort(key=lambda s: (s.cohort_id == 0, s.cohort_id, s.name))
    if len(everyone) > MOST_ROWS:
        ties, everyone = _near(asked, ties, everyone)
        if not ties:
            return [_between(asked, found, known)]
    weights = {(f.unit_id, f.category): f.value or 0 for f in ties}
    rows = [
        (
            known[f.unit_id].name, known[f.category].name, f"{f.value:,.0f}",
            say(
                "connections.same_cohort"
                if known[f.unit_id].cohort_id == known[f.category].cohort_id
                else "connections.other_cohort"
            ),
        )
        for f in ties
    ]  # fmt: skip
    places = [Place(s.school_id, s.name, s.cohort_id) for s in everyone]
    lines = [Tie(a, b, w) for (a, b), w in weights.items()]
    across = sum(known[a].cohort_id != known[b].cohort_id for a, b in weights)
    columns = tuple(
        say(f"column.{k}") for k in ("named_at", "named", "teachers", "cohorts")
    )
    table = figure_table(asked, "RO-4", columns, rows, ties)
    alt = say("connections.map_alt", n=len(weights), across=across)
    least = asked.facts.rules["tie_min"]
    grid = Block(
        name="matrix",
        question=say("connections.matrix"),
        reading=say("connections.matrix_reading"),
        alt=alt,
        picture=_matrix(say, everyone, weights),
        table=table,
        know=say("connections.map_know", least=least),
        cannot=say("connections.map_cannot"),
    )
    drawn = Block(
        name="map",
        question=say("connections.map"),
        reading=say("connections.map_reading"),
        alt=alt,
        picture=[circle(places, lines)],
        phone=[circle(places, lines, phone=True)],
        table=table,
    )
    return [grid, drawn]


def _near(
    asked: Ask, ties: list[Figure], everyone: list[School]
) -> tuple[list[Figure], list[School]]:
    """Return the ties of the schools searched for, and who is at either end.

    None where nothing is searched for, or more is found than a circle can hold.
    """
    name = asked.params.get("q", "")
    if not name:
        return [], everyone
    wanted = {s.school_id for s in schools(asked.connection, asked.viewer, search=name)}
    near = [f for f in ties if wanted & {f.unit_id, f.category}]
    ends = {end for f in near for end in (f.unit_id, f.category)}
    if len(ends) > MOST_ROWS:
        return [], everyone
    return near, [s for s in everyone if s.school_id in ends]


def _between(asked: Ask, found: list[Figure], known: dict[str, School]) -> Block:
    """Return how many ties run from cohort to cohort: too many schools to draw."""
    say = asked.say
    ties = [f for f in found if f.unit_id in known and f.category in known]
    cohorts = in_order(asked.facts)
    counts = Counter(
        (known[f.unit_id].cohort_id, known[f.category].cohort_id) for f in ties
    )
    names = {c.cohort_id: say.cohort(c.cohort_id) for c in cohorts}
    rows = [
        (names[a.cohort_id], names[b.cohort_id], counts[a.cohort_id, b.cohort_id])
        for a in cohorts
        for b in cohorts
    ]
    heads = [html.Th(names[c.cohort_id], scope="col") for c in cohorts]
    body = [
        html.Tr(
            [
                html.Th(names[a.cohort_id], scope="row"),
                *(
                    html.Td(
                        f"{counts[a.cohort_id, b.cohort_id]:,}",
                        className="same" if a == b else "",
                    )
                    for b in cohorts
                ),
            ]
        )
        for a in cohorts
    ]
    table = html.Table(
        [
            html.Caption(say("connections.between"), className="visually-hidden"),
            html.Thead(html.Tr([html.Td(), *heads])),
            html.Tbody(body),
        ],
        className="matrix grid",
    )
    across = sum(n for (a, b), n in counts.items() if a != b)
    columns = tuple(say(f"column.{k}") for k in ("named_at", "named", "times"))
    return Block(
        name="map",
        question=say("connections.between"),
        reading=say("connections.between_reading", n=f"{len(ties):,}"),
        alt=say("connections.map_alt", n=f"{len(ties):,}", across=f"{across:,}"),
        picture=html.Div(
            table,
            className="scroll-x",
            tabIndex="0",
            role="region",
            **aria(label=say("connections.counts")),
        ),
        table=figure_table(asked, "RO-4", columns, rows, ties),
        know=say("connections.map_know", least=asked.facts.rules["tie_min"]),
        cannot=say("connections.map_cannot"),
    )


def _matrix(
    say: Speaker, everyone: list[School], weights: dict[tuple[str, str], float]
) -> Component:
    """Return the ties as a grid: a row names, a column is named."""
    tied = {s for pair in weights for s in pair}
    shown = [s for s in everyone if s.school_id in tied]
    body = []
    for a in shown:
        cells = []
        for b in shown:
            w = weights.get((a.school_id, b.school_id))
            same = "same" if a.cohort_id == b.cohort_id else ""
            cells.append(html.Td(f"{w:,.0f}" if w else "", className=same))
        body.append(html.Tr([html.Th(a.name, scope="row"), *cells]))
    heads = [html.Th(b.name, scope="col") for b in shown]
    table = html.Table(
        [
            html.Caption(say("connections.matrix"), className="visually-hidden"),
            html.Thead(html.Tr([html.Td(), *heads])),
            html.Tbody(body),
        ],
        className="matrix grid",
    )
    # A name of its own: the block around it has the question's.
    label = say("connections.counts")
    return html.Div(
        table, className="scroll-x", tabIndex="0", role="region", **aria(label=label)
    )


page("connections", build, path=PATH)
