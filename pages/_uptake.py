"""Teacher uptake on /adoption: from watching to pioneering, wave by wave."""

from __future__ import annotations

from components.answer_bars import AnswerRow, answer_bars
from components.charts.adoption import event_word
from components.charts.trends import Point
from components.charts.uptake import Joining, uptake_lines
from components.figure_block import Block
from components.tables import CELL_KEYS, Table, cell_data, cell_headings, cell_values
from pages._numbers import figure_table
from pages._request import Ask, chosen_cohorts, left_out
from queries.estimates import Estimate, estimates
from queries.figures import Figure, figures

# Waves before the start that are drawn: whoever was ahead of it shows.
FIRST_EVENT = -2
# From those who wait, as the plan allows, to those who went first.
KINDS = ("watching", "last_to_join", "later_joiners", "early_joiners", "pioneers")


def uptake_block(asked: Ask) -> Block | None:
    """Return how many teachers had joined by each wave, in launched schools."""
    say, waves = asked.say, asked.facts.waves
    by_wave: dict[int, dict[str, Figure]] = {}
    for f in figures(
        asked.connection, asked.viewer, indicator="RO-2", part="category",
        unit_kind="district",
    ):  # fmt: skip
        if f.value is not None and f.wave_index <= asked.wave:
            by_wave.setdefault(f.wave_index, {})[f.category] = f
    if not by_wave:
        return None
    options = tuple(say(f"uptake.{k}") for k in KINDS)
    drawn, rows, kept = [], [], []
    for wave, found in sorted(by_wave.items()):
        shares = tuple(found[k].value or 0.0 if k in found else 0.0 for k in KINDS)
        joined = say("uptake.joined", share=say.percent(100 - shares[0]))
        name = say.wave(waves[wave])
        drawn.append(AnswerRow(name[:1].upper() + name[1:], options, shares, joined))
        rows.append((name, *(say.percent(s) for s in shares)))
        kept += list(found.values())
    last = drawn[-1].shares or (0.0,)
    return Block(
        name="uptake",
        question=say("uptake.question"),
        reading=say(
            "uptake.reading",
            watching=round(last[0] / 10),
            trying=round(10 - last[0] / 10),
            options=", ".join(options).lower(),
        ),
        alt="; ".join(f"{r.question}: {r.favourable}" for r in drawn),
        picture=answer_bars(say, drawn),
        table=figure_table(asked, "RO-2", (say("column.wave"), *options), rows, kept),
        know=say("uptake.know"),
        cannot=say("uptake.cannot"),
    )


def joining_block(asked: Ask) -> Block | None:
    """Return each cohort's share of teachers who are trying it, since its start."""
    say = asked.say
    found = estimates(
        asked.connection, asked.viewer, indicator="RO-2", part="adopters",
        unit_kind="cohort",
    )  # fmt: skip
    lines: list[Joining] = []
    behind: list[tuple[str, int, Estimate]] = []
    for cohort in chosen_cohorts(asked):
        start = cohort.launch_wave
        if start is None or not cohort.is_started or not cohort.cohort_id:
            continue
        mine = [
            e
            for e in found
            if e.unit_id == str(cohort.cohort_id)
            and e.wave_index - start >= FIRST_EVENT
            and e.wave_index <= asked.wave
        ]
        points = tuple(
            Point(e.wave_index - start, e.cell.share, e.cell.low, e.cell.high)
            for e in mine
            if e.cell.share is not None
        )
        if points:
            lines.append(Joining(cohort.cohort_id, points))
            name = say.cohort(cohort.cohort_id)
            behind += [(name, e.wave_index - start, e) for e in mine]
    if not lines:
        return None
    begin = say("adoption.begin")
    ends = [(say.cohort(x.cohort), x.points[-1]) for x in lines]
    return Block(
        name="joining",
        question=say("uptake.joining"),
        reading=say("uptake.joining_reading"),
        alt="; ".join(
            say(
                "uptake.joining_alt",
                name=name,
                share=say.percent(p.value),
                event=event_word(say, p.wave_index),
            )
            for name, p in ends
        ),
        picture=[uptake_lines(say, lines, begin=begin)],
        phone=[uptake_lines(say, lines, begin=begin, phone=True)],
        table=_joining_table(asked, behind),
        note=left_out(
            asked,
            {x.cohort for x in lines},
            hidden={int(e.unit_id) for e in found if e.cell.share is None},
        ),
        know=say("uptake.joining_know"),
        cannot=say("uptake.cannot"),
    )


def _joining_table(asked: Ask, behind: list[tuple[str, int, Estimate]]) -> Table:
    say, waves = asked.say, asked.facts.waves
    return Table(
        (say("column.cohort"), say("column.event"), *cell_headings(say)),
        [
            (name, event_word(say, k), *cell_values(say, e.printed))
            for name, k, e in behind
        ],
        keys=("cohort", "event", "wave", *CELL_KEYS),
        data=[
            (e.unit_id, k, waves[e.wave_index].label, *cell_data(e.printed))
            for _, k, e in behind
        ],
    )
