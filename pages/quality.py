"""/quality: may I believe it? What was hidden and why, for the steward alone."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components.figure_block import Block
from components.tables import Table, html_table
from data.catalogue import SCALE, Indicator, catalogue
from pages._request import Answer, Ask, choice_filter, page, wave_filter
from queries.facts import schools
from queries.quality import (
    HiddenCell,
    HiddenCount,
    hidden_cells,
    hidden_counts,
    response_rates,
)

PATH = "/quality"
MOST_CELLS = 300
# Fewer than an estimate needs, and too few of those who were asked.
TOO_FEW = {"min_n", "low_rr"}


def build(asked: Ask) -> Answer:
    """Return response rates, how much is hidden, and every hidden cell of a wave."""
    say = asked.say
    options = [(a, say(f"quality.for_{a}")) for a in ("public", "school", "district")]
    readers = choice_filter(asked, "reader", options, label=say("quality.reader"))
    indicators = choice_filter(
        asked,
        "indicator",
        [(i.id, f"{i.id} {say.text(i.name)}") for i in measured()],
        label=say("quality.indicator"),
    )
    counts = [
        c
        for c in hidden_counts(asked.connection, asked.viewer)
        if c.wave_index == asked.wave
    ]
    cells = hidden_cells(
        asked.connection,
        asked.viewer,
        audience=readers.value,
        wave=asked.wave,
        indicator=indicators.value,
    )
    of_public = [c for c in counts if c.audience == "public"]
    few = sum(c.cells for c in of_public if c.reason in TOO_FEW)
    sentence = say(
        "quality.sentence",
        wave=asked.wave_words,
        n=sum(c.cells for c in of_public),
        small=few,
    )
    body: list[Block | Component] = [
        _rates(asked),
        _counts(asked, counts),
        _cells(asked, cells),
    ]
    return Answer(
        say("quality.question"),
        sentence,
        body,
        [wave_filter(asked), readers, indicators],
    )


def measured() -> list[Indicator]:
    """Return the indicators that rest on people and so can have hidden cells."""
    counted = {"FC-1", "PL-1"}
    everything = catalogue().indicators.values()
    return [i for i in everything if i.measures or i.id in counted]


def _rates(asked: Ask) -> Component:
    say = asked.say
    rows = [
        (
            say(f"form.{r.form}"),
            say.wave(asked.facts.waves[r.wave_index]),
            None if r.rate is None else say.percent(r.rate),
            None if r.n is None else f"{r.n:,}",
        )
        for r in response_rates(asked.connection, asked.viewer)
        if r.wave_index == asked.wave
    ]
    heads = (
        say("quality.form"),
        say("filter.wave"),
        say("column.rate"),
        say("column.n"),
    )
    return _section(asked, "quality.rates", Table(heads, rows))


def _counts(asked: Ask, counts: list[HiddenCount]) -> Component:
    say = asked.say
    rows = [
        (
            say(f"quality.for_{c.audience}"),
            say(f"quality.kind_{c.unit_kind}"),
            say(f"reason.{c.reason}"),
            f"{c.cells:,}",
        )
        for c in counts
    ]
    heads = tuple(say(f"quality.{k}") for k in ("reader", "kind", "why", "cells"))
    return _section(asked, "quality.hidden", Table(heads, rows))


def _cells(asked: Ask, cells: list[HiddenCell]) -> Component:
    say = asked.say
    names = {s.school_id: s.name for s in schools(asked.connection, asked.viewer)}

    def unit(cell: HiddenCell) -> str:
        if cell.unit_kind == "cohort":
            return say.cohort(int(cell.unit_id))
        if cell.unit_kind == "school":
            return names.get(cell.unit_id, cell.unit_id)
        return say(f"unit.{cell.unit_kind}")

    rows = [
        (
            unit(c),
            c.indicator if c.part == SCALE else f"{c.indicator} {c.part}",
            say(f"form.{c.form}"),
            "" if c.category == "all" else c.category,
            say(f"reason.{c.reason}"),
        )
        for c in cells[:MOST_CELLS]
    ]
    heads = tuple(
        say(f"quality.{k}") for k in ("unit", "indicator", "form", "part", "why")
    )
    return _section(asked, "quality.list", Table(heads, rows))


def _section(asked: Ask, key: str, table: Table) -> Component:
    title = asked.say(key)
    rows = html.Div(html_table(table, title), className="rows", tabIndex=0)
    return parts.section(title, [rows], reading=asked.say(f"{key}_reading"))


page("quality", build, path=PATH)
