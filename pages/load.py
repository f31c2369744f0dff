"""/load: how much are we asking at once?"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import replace
from datetime import date
from functools import partial

from dash.development.base_component import Component

from components import theme
from components.charts.dots import MOST_DOTS
from components.charts.load import Undertaking, load_lanes
from components.charts.rows import Axis, Bar, DotRow, bars, dot_rows
from components.charts.scatter import Spot, scatter
from components.figure_block import Block
from components.tables import Table
from components.words import count_schools
from data.catalogue import catalogue
from pages._numbers import (
    estimate_row,
    estimate_table,
    figure_table,
    half_years,
    one_of_district,
    percents,
)
from pages._our_way import our_way
from pages._request import (
    Answer,
    Ask,
    in_order,
    page,
    wave_filter,
)
from queries.diary import Occasion, occasions
from queries.estimates import Estimate, estimates
from queries.facts import schools
from queries.figures import Figure, figures

PATH = "/load"
ALIGNED = frozenset({"core", "supports"})
FEWEST_DOTS = 5
MOST_LANES = 24
HOURS = 20


def build(asked: Ask) -> Answer:
    """Return hours by cohort, the initiatives behind them, and how tired people are."""
    say = asked.say
    question = say("load.question")
    hours = one_of_district(asked, "NI-1", "hours")
    log = occasions(asked.connection, asked.viewer, indicator="NI-1")
    body: list[Block | Component] = []
    if hours is not None:
        body.append(_hours(asked))
        if log:
            body.append(_lanes(asked, log))
    body += _tired(asked)
    if (way := our_way(asked)) is not None:
        body.append(way)
    body.append(_burden(asked))
    choices = [wave_filter(asked)] if asked.facts.waves else []
    return Answer(question, _sentence(asked, hours), body, choices)


def _sentence(asked: Ask, hours: Figure | None) -> str:
    say = asked.say
    if hours is None or hours.value is None:
        return say("load.none")
    aligned = one_of_district(asked, "NI-1", "aligned")
    text = say("load.sentence", hours=say.decimal(hours.value))
    if aligned is not None and aligned.value is not None:
        text += " " + say("load.aligned", share=say.percent(aligned.value))
    started = one_of_district(asked, "NI-1", "started")
    ended = one_of_district(asked, "NI-1", "ended")
    if started is not None and ended is not None:
        n, m = ((f.value or 0) * (f.n or 0) for f in (started, ended))
        text += " " + say("load.net", started=f"{n:,.0f}", ended=f"{m:,.0f}")
    return text


def _by_unit(asked: Ask, part: str, kind: str) -> dict[str, Figure]:
    found = figures(
        asked.connection, asked.viewer, indicator="NI-1", part=part, wave=asked.wave,
        unit_kind=kind,
    )  # fmt: skip
    return {f.unit_id: f for f in found}


def _hours(asked: Ask) -> Block:
    """Hours a teacher is asked for each month: by cohort, aligned and separate."""
    say = asked.say
    hours, aligned = (_by_unit(asked, p, "cohort") for p in ("hours", "aligned"))
    active, started, ended = (
        _by_unit(asked, p, "cohort") for p in ("active", "started", "ended")
    )
    drawn, rows, kept = [], [], []
    for cohort in in_order(asked.facts):
        key = str(cohort.cohort_id)
        f = hours.get(key)
        if f is None or f.value is None:
            continue
        share = aligned[key].value if key in aligned else None
        name = say.cohort(cohort.cohort_id)
        note = "" if share is None else say("load.serve", share=say.percent(share))
        least = f.value * (share or 0) / 100
        drawn.append(Bar(name, f.value, say.decimal(f.value), note, least, f.value))
        kept += [x[key] for x in (hours, aligned, active, started, ended) if key in x]
        counts = [x[key].value if key in x else None for x in (active, started, ended)]
        rows.append(
            (
                name,
                say.decimal(f.value),
                None if share is None else say.percent(share),
                *(None if c is None else say.decimal(c) for c in counts),
            )
        )
    axis = Axis(0, HOURS, tuple((t, f"{t}") for t in range(0, HOURS + 1, 5)))
    columns = ("cohort", "hours", "aligned", "active", "started", "ended")
    unmeasured = one_of_district(asked, "NI-1", "unmeasured")
    note = ""
    if unmeasured is not None and unmeasured.value:
        count = unmeasured.value * (unmeasured.n or 0)
        note = say("load.unmeasured", n=f"{count:,.0f}")
    return Block(
        name="hours",
        question=say("load.hours"),
        reading=say("load.hours_reading"),
        alt="; ".join(f"{r[0]}: {r[1]}" for r in rows),
        picture=[bars(drawn, axis=axis)],
        phone=[bars(drawn, axis=axis, phone=True)],
        table=figure_table(
            asked, "NI-1", tuple(say(f"column.{k}") for k in columns), rows, kept
        ),
        know=say("load.know"),
        cannot=say("load.cannot"),
        note=note,
    )


def _lanes(asked: Ask, log: list[Occasion]) -> Block:
    """Each initiative over time, thick by the hours it takes over all schools."""
    say, facts = asked.say, asked.facts
    wave = facts.waves[asked.wave]
    end = date(wave.calendar_year, 3 if wave.spring else 10, 28)
    first = min(o.starts_on for o in log)
    span = (max(first, date(end.year - 3, end.month, 1)), end)
    by_name: dict[tuple[str, bool], list[Occasion]] = defaultdict(list)
    for o in _until_closed(asked, log):
        if o.starts_on <= end:
            by_name[o.name or "", o.serves in ALIGNED].append(o)
    drawn, rows = [], []
    order = sorted(
        by_name, key=lambda k: (not k[1], min(o.starts_on for o in by_name[k]))
    )
    for name, is_aligned in order[:MOST_LANES]:
        mine = by_name[name, is_aligned]
        now = [o for o in mine if o.ends_on is None or o.ends_on > end]
        total = _hours_of(now, facts.schools)
        printed = (
            say("load.lane_now", hours=say.decimal(total), n=_count(asked, now))
            if now
            else say("load.ended")
        )
        spans = _spans(mine, span, facts.schools)
        short = say("load.lane_short", hours=say.decimal(total)) if now else printed
        drawn.append(Undertaking(name, spans, is_aligned, printed, short))
        serves = say("load.serves" if is_aligned else "load.separate")
        rows.append((name, serves, printed))
    ticks = half_years(say, *span)
    columns = tuple(say(f"column.{k}") for k in ("initiative", "serves", "now"))
    return Block(
        name="initiatives",
        question=say("load.initiatives"),
        reading=say("load.initiatives_reading"),
        alt="; ".join(f"{r[0]}, {r[1].lower()}: {r[2]}" for r in rows),
        picture=[load_lanes(drawn, ticks=ticks, span=span)],
        phone=[load_lanes(drawn, ticks=ticks, span=span, phone=True)],
        table=Table(
            columns,
            rows,
            keys=(
                "initiative_id",
                "school_id",
                "name",
                "serves",
                "starts_on",
                "ends_on",
                "hours_per_teacher_month",
            ),
            data=[
                (
                    o.occasion_id,
                    o.school_id,
                    o.name,
                    o.serves,
                    o.starts_on.isoformat(),
                    o.ends_on.isoformat() if o.ends_on else None,
                    o.hours,
                )
                for o in log
            ],
        ),
        cannot=say("load.initiatives_cannot"),
    )


def _until_closed(asked: Ask, log: list[Occasion]) -> list[Occasion]:
    """Return initiatives, each over with the school it ran at."""
    closed = {
        s.school_id: date.fromisoformat(s.closed_on)
        for s in schools(asked.connection, asked.viewer)
        if s.closed_on
    }
    return [
        replace(o, ends_on=min(o.ends_on or closed[o.school_id], closed[o.school_id]))
        if o.school_id in closed
        else o
        for o in log
    ]


def _count(asked: Ask, mine: list[Occasion]) -> int:
    """Count the schools an initiative runs at; a district-wide one runs at all."""
    if any(not o.school_id for o in mine):
        return asked.facts.schools
    return len({o.school_id for o in mine})


def _spans(
    mine: list[Occasion], span: tuple[date, date], schools_count: int
) -> tuple[tuple[date, date, float], ...]:
    """Return stretches of time with the hours an average teacher gives in each."""
    days = {span[0], span[1]}
    for o in mine:
        days |= {d for d in (o.starts_on, o.ends_on) if d and span[0] < d < span[1]}
    ordered = sorted(days)
    found = []
    for start, end in itertools.pairwise(ordered):
        running = [
            o
            for o in mine
            if o.starts_on <= start and (o.ends_on is None or o.ends_on > start)
        ]
        if hours := _hours_of(running, schools_count):
            found.append((start, end, hours))
    return tuple(found)


def _hours_of(running: list[Occasion], schools_count: int) -> float:
    """Return the hours of an average teacher; what runs district-wide is everyone's."""
    hours = sum((o.hours or 0) * (1 if o.school_id else schools_count) for o in running)
    return hours / max(schools_count, 1)


def _tired(asked: Ask) -> list[Block | Component]:
    """Change fatigue: by cohort, and beside the hours where schools may be read."""
    say = asked.say
    rows: list[tuple[str, Estimate]] = []
    drawn: list[DotRow] = []
    for form in ("teacher", "principal"):
        found = estimates(
            asked.connection, asked.viewer, indicator="NI-2", form=form,
            wave=asked.wave,
        )  # fmt: skip
        by_unit = {(e.unit_kind, e.unit_id): e for e in found}
        group = (say(f"form.{form}"), theme.INK)
        units = [("district", "all", say("cohort.none"), theme.INK)]
        units += [
            ("cohort", str(c.cohort_id), say.cohort(c.cohort_id),
             theme.cohort_mark(c.cohort_id))
            for c in in_order(asked.facts)
        ]  # fmt: skip
        for kind, unit, name, color in units:
            e = by_unit.get((kind, unit))
            if e is not None:
                rows.append((f"{say(f'form.{form}')}, {name}", e))
                drawn.append(estimate_row(say, name, e, group=group, color=color))
    if not rows:
        return []
    axis = percents(say)
    body: list[Block | Component] = [
        Block(
            name="tired",
            question=say("load.tired"),
            reading=say("load.tired_reading"),
            alt="; ".join(f"{name}: {say.value(e.cell)}" for name, e in rows),
            picture=[dot_rows(drawn, axis=axis)],
            phone=[dot_rows(drawn, axis=axis, phone=True)],
            table=estimate_table(asked, say("column.group"), rows),
            know=say("load.tired_know"),
            cannot=say("load.tired_cannot"),
        )
    ]
    if (beside := _beside(asked)) is not None:
        body.append(beside)
    return body


def _beside(asked: Ask) -> Block | None:
    """Hours beside fatigue, a dot a school; staff alone read teachers by school."""
    say = asked.say
    hours = _by_unit(asked, "hours", "school")
    tired = {
        e.unit_id: e
        for e in estimates(
            asked.connection, asked.viewer, indicator="NI-2", form="teacher",
            wave=asked.wave, unit_kind="school",
        )
        if e.compared is not None
    }  # fmt: skip
    known = {s.school_id: s for s in schools(asked.connection, asked.viewer)}
    both = [s for s in known if s in hours and s in tired]
    if len(both) < FEWEST_DOTS:
        return None
    spots, rows = [], []
    for school in both:
        compared = tired[school].compared
        value = hours[school].value
        assert compared is not None
        if value is None:
            continue
        one = known[school]
        spots.append(
            Spot(
                value, compared.value, one.cohort_id,
                f"{one.name}: {say.decimal(value)}, {say.percent(compared.value)}",
            )
        )  # fmt: skip
        rows.append((one.name, say.decimal(value), say.percent(compared.value)))
    x = Axis(0, HOURS, tuple((t, f"{t}") for t in range(0, HOURS + 1, 5)))
    columns = tuple(say(f"column.{k}") for k in ("school", "hours", "tired"))
    drawn = partial(
        scatter, spots, x=x, y=percents(say), words=(say("load.x"), say("load.y")),
        count=partial(count_schools, say),
    )  # fmt: skip
    is_many = len(spots) > MOST_DOTS
    return Block(
        name="beside",
        question=say("load.beside"),
        reading=say("load.beside_reading_many" if is_many else "load.beside_reading"),
        alt=say("load.beside_alt", n=len(spots)),
        picture=[drawn()],
        phone=[drawn(phone=True)],
        table=Table(columns, rows),
        cannot=say("load.beside_cannot"),
    )


def _burden(asked: Ask) -> Block:
    """What our own surveys ask: questions and minutes, counted like the rest."""
    say = asked.say
    drawn, rows = [], []
    for form in catalogue().forms.values():
        if not form.items:
            continue
        name = say(f"form.{form.id}")
        minutes = say("load.minutes", n=form.minutes)
        drawn.append(
            Bar(name, form.minutes, minutes, say("load.items", n=form.asked_of_each))
        )
        often = say("load.monthly" if form.waves == ("monthly",) else "load.each_wave")
        rows.append((name, minutes, form.asked_of_each, often))
    axis = Axis(0, 20, tuple((t, f"{t}") for t in range(0, 21, 5)))
    columns = tuple(
        say(f"column.{k}") for k in ("form", "minutes", "items", "how_often")
    )
    return Block(
        name="burden",
        question=say("load.burden"),
        reading=say("load.burden_reading"),
        alt="; ".join(f"{r[0]}: {r[1]}" for r in rows),
        picture=[bars(drawn, axis=axis)],
        phone=[bars(drawn, axis=axis, phone=True)],
        table=Table(columns, rows),
    )


page("load", build, path=PATH)
