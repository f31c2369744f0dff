"""Results published elsewhere, on the page of the indicator they lie beside."""

from __future__ import annotations

from components.charts.dots import dot_stack
from components.charts.spread import SpreadPoint, spread
from components.figure_block import Block
from components.page import ALL, Filter
from components.tables import CELL_KEYS, Table, cell_data, cell_headings, cell_values
from pages._request import Ask, choice_filter, level_filter
from queries.facts import levels_and_areas
from queries.summaries import (
    Measure,
    SchoolValue,
    Spread,
    measures,
    school_values,
    spreads,
)

ROWS_A_PAGE = 25


def published_filters(asked: Ask, indicator: str) -> list[Filter]:
    """Return the choices that make thousands of schools readable."""
    say = asked.say
    found: list[Filter] = []
    known = measures(asked.connection, asked.viewer, indicator=indicator)
    waves = _waves(asked, known)
    if len(waves) > 1:
        options = [
            (asked.facts.waves[i].label, _year(asked, i)) for i in reversed(waves)
        ]
        found.append(choice_filter(asked, "wave", options))
    _, areas = levels_and_areas(asked.connection, asked.viewer)
    found.append(level_filter(asked))
    if areas:
        options = [(ALL, say("filter.any_area")), *((a, a) for a in areas)]
        found.append(choice_filter(asked, "area", options))
    found.append(Filter("q", say("filter.q"), asked.params.get("q", ""), []))
    return found


def _year(asked: Ask, index: int) -> str:
    text = asked.say.wave(asked.facts.waves[index])
    return text[:1].upper() + text[1:]


def _waves(asked: Ask, known: list[Measure]) -> list[int]:
    found: set[int] = set()
    for measure in known:
        rows = spreads(asked.connection, asked.viewer, measure=measure.measure_id)
        found |= {s.wave_index for s in rows}
    return sorted(found)


def published_sentence(asked: Ask, indicator: str) -> str:
    """Return the sentence of a page that has published results alone."""
    for _, row, measure in _in_order(asked, indicator):
        if row:
            say = asked.say
            return say(
                "published.sentence",
                n=f"{row.schools:,}",
                wave=say.wave(asked.facts.waves[row.wave_index]),
                median=say.percent(row.median),
                name=say.text(measure.name),
                source=say.text(measure.source),
                q1=say.percent(row.quarter),
                q3=say.percent(row.three_quarters),
            )
    return ""


def _latest(asked: Ask, measure: Measure) -> Spread | None:
    rows = [
        s
        for s in spreads(asked.connection, asked.viewer, measure=measure.measure_id)
        if (s.unit_kind, s.unit_id) == _unit(asked)
    ]
    wanted = [s for s in rows if s.wave_index == asked.wave]
    return (wanted or rows)[-1] if rows else None


def published_blocks(asked: Ask, indicator: str) -> list[Block]:
    """Return one block per published measure beside *indicator*."""
    return [
        _block(asked, measure, row)
        for _, row, measure in _in_order(asked, indicator)
        if row
    ]


def _in_order(asked: Ask, indicator: str) -> list[tuple[bool, Spread | None, Measure]]:
    """Return the measures beside *indicator*, those of the chosen wave first."""
    found = []
    for measure in measures(asked.connection, asked.viewer, indicator=indicator):
        row = _latest(asked, measure)
        found.append((row is None or row.wave_index != asked.wave, row, measure))
    return sorted(found, key=lambda entry: entry[0])


def _block(asked: Ask, measure: Measure, row: Spread) -> Block:
    say = asked.say
    values = school_values(
        asked.connection,
        asked.viewer,
        measure=measure.measure_id,
        wave=row.wave_index,
        level=asked.chosen("level"),
        area=asked.chosen("area"),
        search=asked.params.get("q", ""),
    )
    shown = [v for v in values.values if v.cell.share is not None]
    unit = _unit(asked)
    years = [
        s
        for s in spreads(asked.connection, asked.viewer, measure=measure.measure_id)
        if (s.unit_kind, s.unit_id) == unit
    ]
    doubt = say("published.with_n" if measure.has_n else "published.no_n")
    pictures = []
    for phone in (False, True):
        stack = dot_stack(
            say,
            [
                (0, v.cell.share, v.school_name)
                for v in shown
                if v.cell.share is not None
            ],
            district=(
                row.median,
                f"{say('published.middle')} {say.percent(row.median)}",
            ),
            axis=(0, 100),
            counted=say.texts.texts["survey.counted"],
            phone=phone,
        )
        charts = [stack]
        if len(years) > 1:
            charts.append(_years(asked, years, phone))
        pictures.append(charts)
    return Block(
        name=measure.measure_id,
        question=say("published.title", name=say.text(measure.name)),
        reading=say(
            "published.reading",
            definition=say.text(measure.definition),
            source=say.text(measure.source),
            doubt=doubt,
        ),
        alt=say(
            "published.alt",
            n=f"{row.schools:,}",
            wave=say.wave(asked.facts.waves[row.wave_index]),
            median=say.percent(row.median),
            q1=say.percent(row.quarter),
            q3=say.percent(row.three_quarters),
        ),
        picture=pictures[0],
        phone=pictures[1],
        table=_table(asked, measure, row.wave_index, values.values),
        know=say("published.know"),
        cannot=say("published.cannot"),
        note=say("published.schools", total=f"{values.total:,}"),
    )


def _unit(asked: Ask) -> tuple[str, str]:
    for kind in ("area", "level"):
        if value := asked.chosen(kind):
            return kind, value
    return "district", "all"


def _years(asked: Ask, rows: list[Spread], phone: bool) -> dict[str, object]:
    say = asked.say
    points = [
        SpreadPoint(
            s.wave_index,
            s.lowest_tenth,
            s.quarter,
            s.median,
            s.three_quarters,
            s.highest_tenth,
        )
        for s in rows
    ]
    words = (say("published.middle"), say("published.half"), say("published.eight"))
    return spread(say, points, waves=asked.facts.waves, words=words, phone=phone)


def _table(
    asked: Ask, measure: Measure, wave: int, everyone: list[SchoolValue]
) -> Table:
    """A page of rows to read; the file holds every school that fits."""
    say = asked.say
    first = asked.page_from(len(everyone), ROWS_A_PAGE)
    label = asked.facts.waves[wave].label
    return Table(
        (
            say("column.school"),
            say("column.level"),
            say("column.area"),
            *cell_headings(say),
        ),
        [
            (
                v.school_name,
                say.level(v.level),
                v.area,
                *cell_values(say, v.cell),
            )
            for v in everyone[first : first + ROWS_A_PAGE]
        ],
        keys=("measure", "wave", "school_id", "school", "level", "area", *CELL_KEYS),
        data=(
            (
                measure.measure_id,
                label,
                v.school_id,
                v.school_name,
                v.level,
                v.area,
                *cell_data(v.cell),
            )
            for v in everyone
        ),
    )
