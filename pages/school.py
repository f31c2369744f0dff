"""/schools/<id>: how is this school doing, next to its cohort?"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components.aria import aria
from components.charts.school_panel import school_panel
from components.charts.trends import Point
from components.figure_block import Block, chart
from components.page import ALL, Filter
from components.rich import rich
from components.rubric_grid import grid_sentence, level_key, school_grid
from components.tables import CELL_KEYS, Table, cell_data, cell_headings, cell_values
from components.words import estimate_sentence
from data.catalogue import Indicator, Scale, catalogue
from pages._grids import agreement
from pages._learning import who_decides
from pages._request import (
    NOT_FOUND,
    Answer,
    Ask,
    choice_filter,
    page,
    wave_filter,
    wave_of,
)
from pages._who_answered import composition
from queries.adoption import SchoolAdoption, school_adoption
from queries.estimates import Band, Estimate, cohort_bands, estimates
from queries.facts import School, school
from queries.summaries import measures, school_values

PREFIX = "/schools/"
TOP_LEVEL = 4


def build(asked: Ask) -> Answer:
    """Return one school: what its people say, and what is in place."""
    say = asked.say
    found = school(
        asked.connection, asked.viewer, school_id=asked.path.removeprefix(PREFIX)
    )
    if found is None:
        link = (say("school.back"), asked.href("/schools"))
        empty = parts.nothing_yet(say("nothing.school"), link=link)
        return Answer(say("schools.question"), "", [empty], status=NOT_FOUND)
    body: list[Block | Component] = []
    students = _panels(asked, found, "LX-1", "students")
    teachers = _panels(asked, found, "CU-1", "teachers")
    decides = who_decides(asked, ("school", found.school_id))
    body += [b for b in (students, decides, teachers) if b is not None]
    if asked.facts.has_cohorts:
        body.append(_rubric(asked, found))
    if (who := composition(asked, found)) is not None:
        body.append(who)
    if (published := _published(asked, found)) is not None:
        body.append(published)
    if students is None and teachers is None and published is None:
        body.insert(0, parts.nothing_yet(say("school.none")))
    key = "school.question" if found.cohort_id else "school.question_alone"
    question = say(key, school=found.name)
    choices = _filters(asked) if students or teachers else []
    return Answer(question, _sentence(asked, found), body, choices)


def _is_own(asked: Ask, found: School) -> bool:
    return found.school_id in asked.viewer.school_ids


def _filters(asked: Ask) -> list[Filter]:
    found = [wave_filter(asked)]
    if asked.viewer.is_staff:
        say = asked.say
        options = [(ALL, say("filter.all_people"))]
        options += [(b, say(f"break.{b}")) for b in ("grade_band", "language")]
        found.append(choice_filter(asked, "break", options))
    return found


def _sentence(asked: Ask, found: School) -> str:
    say, facts = asked.say, asked.facts
    if not facts.has_cohorts:
        first = say("school.status_plain", school=found.name)
    elif found.is_started(facts.latest):
        wave = wave_of(facts, found.launch_wave)
        first = say(
            "school.status",
            school=found.name,
            cohort=say.cohort(found.cohort_id),
            wave=say.wave(wave) if wave else _launch_date(asked, found),
        )
    elif found.closed_on:
        first = say("school.status_never", school=found.name)
    else:
        first = say("school.status_waiting", school=found.name)
    if found.closed_on:
        first += " " + say("school.closed", date=say.date(found.closed_on))
    return f"{first} {_voice_sentence(asked, found)}".strip()


def _launch_date(asked: Ask, found: School) -> str:
    date = asked.facts.cohort(found.cohort_id).launches_on
    return asked.say.date(date) if date else ""


def _voice_sentence(asked: Ask, found: School) -> str:
    indicator = catalogue().indicators["LX-1"]
    for scale in indicator.scales:
        rows = _of_school(asked, found, indicator, scale)
        now = next((e for e in rows if e.wave_index == asked.wave), None)
        if now is not None:
            return _scale_sentence(asked, found, indicator, scale, rows)
    return ""


def _scale_sentence(
    asked: Ask, found: School, indicator: Indicator, scale: Scale, rows: list[Estimate]
) -> str:
    say, facts = asked.say, asked.facts
    now = next((e for e in rows if e.wave_index == asked.wave), None)
    if now is None:
        return say("nothing.answers", wave=asked.wave_words)
    label = facts.waves[asked.wave].a_year_ago.label
    before = next((e for e in rows if facts.waves[e.wave_index].label == label), None)
    return estimate_sentence(
        say,
        where=say("where.school", school=found.name),
        group=scale.group,
        claim=say.claim(indicator),
        cell=now.printed,
        bounds=now.compared,
        earlier=before.printed if before else None,
        change=now.change,
    )


def _of_school(
    asked: Ask, found: School, indicator: Indicator, scale: Scale
) -> list[Estimate]:
    return estimates(
        asked.connection,
        asked.viewer,
        indicator=indicator.id,
        form=scale.form,
        unit_kind="school",
        unit_id=found.school_id,
    )


def _panels(asked: Ask, found: School, indicator_id: str, who: str) -> Block | None:
    """One panel per form the school's people answered."""
    say = asked.say
    indicator = catalogue().indicators[indicator_id]
    bands = cohort_bands(
        asked.connection, asked.viewer, indicator=indicator_id, cohort=found.cohort_id
    )
    panels, rows, data, spoken = [], [], [], []
    for scale in indicator.scales:
        mine = _of_school(asked, found, indicator, scale)
        if not mine:
            continue
        panels.append(_panel(asked, found, indicator, scale, mine, bands))
        name = say(f"form.{scale.form}")
        said = "; ".join(
            say(
                "school.panel_point",
                wave=say.wave(asked.facts.waves[e.wave_index]),
                share=say.value(e.printed),
            )
            for e in mine
        )
        spoken.append(say("school.panel_alt", name=name, points=said))
        for e in mine:
            wave = asked.facts.waves[e.wave_index]
            rows.append((say.wave(wave), name, *cell_values(say, e.printed)))
            data.append((wave.label, scale.form, *cell_data(e.printed)))
    if not panels:
        return None
    own = _is_own(asked, found)
    reading = "school.panel_reading" if bands else "school.panel_reading_plain"
    return Block(
        name=who,
        question=say(f"school.{who}" if own else f"school.{who}_other"),
        reading=say(reading),
        alt=" ".join(spoken),
        picture=html.Div(panels, className="panels"),
        table=Table(
            (say("column.wave"), say("filter.form"), *cell_headings(say)),
            rows,
            keys=("wave", "form", *CELL_KEYS),
            data=data,
        ),
        know=say("school.know"),
        cannot=say("school.cannot" if bands else "school.cannot_alone"),
    )


def _panel(
    asked: Ask,
    found: School,
    indicator: Indicator,
    scale: Scale,
    mine: list[Estimate],
    bands: list[Band],
) -> html.Div:
    say, facts = asked.say, asked.facts
    key = "school.voice_panel" if indicator.id == "LX-1" else "school.risk_panel"
    title = say(key, form=say(f"form.{scale.form}")) if "voice" in key else say(key)
    sentence = _scale_sentence(asked, found, indicator, scale, mine)
    points = [
        Point(e.wave_index, e.printed.share, e.printed.low, e.printed.high)
        for e in mine
        if e.printed.share is not None
    ]
    body: list[Component] = [html.H3(title), html.P(rich(sentence))]
    if points:
        band = [
            Point(b.wave_index, b.low, b.low, b.high)
            for b in bands
            if b.form == scale.form
        ]
        count = max((b.schools for b in bands if b.form == scale.form), default=0)
        cohort = say.cohort(found.cohort_id)
        figure = school_panel(
            say,
            points,
            band,
            waves=facts.waves,
            start=found.launch_wave,
            words=(say("school.we_start"), say("school.band", cohort=cohort, n=count)),
        )
        stop = "" if title.endswith("?") else "."
        body.append(
            html.Div(
                chart(f"{indicator.id}-{scale.form}", figure),
                role="img",
                **aria(label=f"{title}{stop} {sentence}".replace("**", "")),
            )
        )
    else:
        why = say.withheld(mine[-1].cell)
        body.append(parts.withheld(say, why, why=asked.href("/methods") + "#hidden"))
    body += _breakdown(asked, found, indicator, scale)
    return html.Div(body, className="panel")


def _breakdown(
    asked: Ask, found: School, indicator: Indicator, scale: Scale
) -> list[Component]:
    """Parts of the chosen breakdown in this wave; one at a time (P6)."""
    chosen = asked.params.get("break", "")
    if chosen not in {"grade_band", "language"} or not asked.viewer.is_staff:
        return []
    say = asked.say
    rows = estimates(
        asked.connection,
        asked.viewer,
        indicator=indicator.id,
        form=scale.form,
        wave=asked.wave,
        unit_kind="school",
        unit_id=found.school_id,
        breakdown=chosen,
    )
    if not rows:
        return []
    title = say(
        "school.breakdown_title",
        what=say(f"break.{chosen}").lower(),
        wave=asked.wave_words,
    )
    items = []
    for e in rows:
        value = say.value(e.cell)
        if e.cell.low is not None and e.cell.high is not None:
            value += f" ({say.interval(e.cell.low, e.cell.high)}, n {say.n(e.cell)})"
        name = say.part(chosen, e.category)
        items.append(html.Li(say("school.breakdown", name=name, value=value)))
    return [html.P(html.Strong(title)), html.Ul(items)]


def _rubric(asked: Ask, found: School) -> Block | Component:
    say, rubric = asked.say, catalogue().rubric
    rows = school_adoption(
        asked.connection, asked.viewer, school_id=found.school_id, cells=True
    )
    now = next((r for r in rows if r.wave_index == asked.wave), None)
    title = say("school.place")
    if now is None or now.stage is None:
        return parts.section(title, [parts.nothing_yet(say("school.place_hidden"))])
    stage = say("school.stage", stage=say.text(rubric.levels[now.stage]))
    if not now.cells:
        items = [
            html.Li(f"{say.text(rubric.attributes[a])}: {value:.1f}")
            for a, value in now.attributes.items()
        ]
        words = stage + say("school.place_public")
        return parts.section(title, [html.P(rich(words)), html.Ul(items)])
    trusted, agreed = agreement(asked)
    if not trusted:
        return parts.section(title, [parts.nothing_yet(agreed)])
    before = next((r for r in rows if r.wave_index == asked.wave - 1), None)
    cells = grid_sentence(say, rubric, now.cells)
    return Block(
        name="place",
        question=title,
        reading=stage + say("school.place_reading", wave=asked.wave_words),
        alt=say("school.place_alt", wave=asked.wave_words, cells=cells),
        picture=html.Div(
            [
                level_key(say, rubric),
                school_grid(
                    say, rubric, now.cells, before.cells if before else {}, title
                ),
            ]
        ),
        table=Table(
            (say("column.stage"), *(say.text(d) for d in rubric.domains.values())),
            [
                (say.text(name), *(now.cells.get((a, d)) for d in rubric.domains))
                for a, name in rubric.attributes.items()
            ],
        ),
        know=agreed,
        note=_next_step(asked, now),
    )


def _next_step(asked: Ask, now: SchoolAdoption) -> str:
    """Say what a rater could point to one level up in the lowest cell."""
    say, rubric = asked.say, catalogue().rubric
    open_cells = {k: v for k, v in now.cells.items() if v < TOP_LEVEL}
    if not open_cells:
        return ""
    order = list(rubric.descriptors)
    cell = min(open_cells, key=lambda k: (open_cells[k], order.index(k)))
    text = rubric.descriptor(*cell, open_cells[cell] + 1)
    words = say.text(text)
    return say(
        "school.next",
        attribute=say.text(rubric.attributes[cell[0]]).lower(),
        domain=say.text(rubric.domains[cell[1]]),
        text=words[:1].lower() + words[1:],
    )


def _published(asked: Ask, found: School) -> Block | None:
    """Every published measure of this school, under its own name."""
    say = asked.say
    rows, data = [], []
    for measure in measures(asked.connection, asked.viewer):
        values = school_values(
            asked.connection,
            asked.viewer,
            measure=measure.measure_id,
            school_id=found.school_id,
        ).values
        for v in values:
            wave = asked.facts.waves[v.wave_index]
            rows.append(
                (say.text(measure.name), say.wave(wave), *cell_values(say, v.cell))
            )
            data.append((measure.measure_id, wave.label, *cell_data(v.cell)))
    if not rows:
        return None
    table = Table(
        (say("column.question"), say("column.wave"), *cell_headings(say)),
        rows,
        keys=("measure", "wave", *CELL_KEYS),
        data=data,
    )
    items = [html.Li([html.Strong(r[0]), f", {r[1]}: {r[2]}"]) for r in rows]
    return Block(
        name="published",
        question=say("published.title", name=found.name),
        reading=say("published.know"),
        alt="; ".join(f"{r[0]}, {r[1]}: {r[2]}" for r in rows),
        picture=html.Ul(items, className="found"),
        table=table,
        cannot=say("published.cannot"),
    )


page("school", build, path="/schools/<school_id>")
