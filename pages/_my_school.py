"""One's own school beside its cohort, scale by scale and item by item."""

from __future__ import annotations

from components import theme
from components.charts.rows import Dot, DotRow, dot_rows
from components.figure_block import Block
from components.tables import CELL_KEYS, Table, cell_data, cell_headings, cell_values
from data.catalogue import Indicator, Scale, catalogue
from data.model.cell import Status
from pages._answers import answers_block
from pages._numbers import percents
from pages._request import Ask
from queries.estimates import Band, Estimate, cohort_bands, estimates
from queries.facts import School

# Scales about the own school that a principal can do something with, by who answers.
GROUPS = ("students", "teachers", "families")
Found = tuple[Indicator, Scale, Estimate, Band | None]


def own_school_blocks(asked: Ask, found: School) -> list[Block]:
    """Return the school beside its cohort's range, then its answers item by item."""
    rows = _scales(asked, found)
    if not rows:
        return []
    return [_beside(asked, found, rows), *_answers(asked, found, rows)]


def _scales(asked: Ask, found: School) -> list[Found]:
    """Return every scale its people answered in this wave, by who answered."""
    rows: list[Found] = []
    for indicator in catalogue().scored:
        bands = cohort_bands(
            asked.connection,
            asked.viewer,
            indicator=indicator.id,
            cohort=found.cohort_id,
        )
        for scale in indicator.scales:
            mine = estimates(
                asked.connection,
                asked.viewer,
                indicator=indicator.id,
                form=scale.form,
                wave=asked.wave,
                unit_kind="school",
                unit_id=found.school_id,
            )
            if mine and mine[0].cell.status is not Status.NOT_COLLECTED:
                band = next(
                    (
                        b
                        for b in bands
                        if b.form == scale.form and b.wave_index == asked.wave
                    ),
                    None,
                )
                rows.append((indicator, scale, mine[0], band))
    return sorted(rows, key=lambda r: (GROUPS.index(r[1].group), r[1].form))


def _beside(asked: Ask, found: School, rows: list[Found]) -> Block:
    say = asked.say
    cohort = say.cohort(found.cohort_id)
    drawn, told, spoken, data = [], [], [], []
    for indicator, scale, e, band in rows:
        name = say.text(indicator.name)
        if indicator.direction == "less":
            name = say("my.higher_tired", name=name)
        group = (say(f"form.{scale.form}"), theme.INK)
        drawn.append(_row(asked, name, e, band, group))
        span = say.interval(band.low, band.high) if band else "–"
        who = say(f"form.{scale.form}")
        told.append((name, who, *cell_values(say, e.printed), span))
        data.append(
            (
                indicator.id,
                scale.form,
                *cell_data(e.printed),
                *((band.low, band.high) if band else (None, None)),
            )
        )
        key = "my.beside_alt" if band else "my.beside_alt_alone"
        share = say.value(e.printed)
        spoken.append(say(key, name=name, who=who, share=share, span=span))
    axis = percents(say)
    columns = (
        say("column.measure_name"),
        say("filter.form"),
        *cell_headings(say),
        cohort,
    )
    bands = [band for *_, band in rows]
    reading = "my.beside_reading_alone"
    if any(bands):
        reading = "my.beside_reading" if all(bands) else "my.beside_reading_some"
    return Block(
        name="beside",
        question=say("my.beside", cohort=cohort),
        reading=say(reading, cohort=cohort, wave=asked.wave_words),
        alt="; ".join(spoken),
        picture=[dot_rows(drawn, axis=axis, left=320)],
        phone=[dot_rows(drawn, axis=axis, phone=True)],
        table=Table(
            columns,
            told,
            keys=("indicator", "form", *CELL_KEYS, "cohort_low", "cohort_high"),
            data=data,
        ),
        know=say("my.beside_know" if any(bands) else "my.beside_know_alone"),
        cannot=say("my.beside_cannot" if any(bands) else "school.cannot_alone"),
    )


def _row(
    asked: Ask, name: str, e: Estimate, band: Band | None, group: tuple[str, str]
) -> DotRow:
    say, cell = asked.say, e.printed
    if cell.share is None:
        return DotRow(name, (), group=group, reason=say.withheld(cell))
    dot = Dot(
        cell.share,
        cell.low,
        cell.high,
        hover=f"{name}: {say.share(cell)}",
    )
    span = (band.low, band.high) if band else None
    return DotRow(name, (dot,), printed=say.share(cell), group=group, span=span)


def _answers(asked: Ask, found: School, rows: list[Found]) -> list[Block]:
    """Return raw answers item by item, one block for all who got the same form."""
    say = asked.say
    forms: dict[str, list[tuple[Indicator, Scale]]] = {}
    for indicator, scale, e, _ in rows:
        if e.cell.share is not None:
            forms.setdefault(scale.form, []).append((indicator, scale))
    blocks = [
        answers_block(
            asked,
            scales,
            unit=("school", found.school_id),
            name=f"answers-{form}",
            question=say("my.answers", who=say(f"form.{form}")),
        )
        for form, scales in forms.items()
    ]
    return [b for b in blocks if b is not None]
