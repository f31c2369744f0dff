"""Teacher uptake on /adoption: from watching to pioneering, wave by wave."""

from __future__ import annotations

from components.answer_bars import AnswerRow, answer_bars
from components.figure_block import Block
from pages._numbers import figure_table
from pages._request import Ask
from queries.figures import Figure, figures

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
        ),
        alt="; ".join(f"{r.question}: {r.favourable}" for r in drawn),
        picture=answer_bars(say, drawn),
        table=figure_table(asked, "RO-2", (say("column.wave"), *options), rows, kept),
        know=say("uptake.know"),
        cannot=say("uptake.cannot"),
    )
