"""What stands under /risk-taking's main scale: safety, results, tries, agreement."""

from __future__ import annotations

from components import theme
from components.answer_bars import AnswerRow, answer_bars
from components.charts.rows import Axis, Bar, bars, dot_rows
from components.figure_block import Block
from data.catalogue import SCALE, catalogue
from data.model.cell import Status
from pages._numbers import (
    estimate_row,
    estimate_table,
    figure_table,
    of_district,
    percents,
)
from pages._request import Ask, in_order
from queries.estimates import Estimate, estimates
from queries.figures import Figure, figures, scale_quality

SIDES = (("CU-1", "scale"), ("CU-2", "scale"), ("CU-1", "T.RR.3"))
# Per ten teachers in half a year: where the axis ends.
MOST_TRIES = 2
GUARDS = ("responsible", "learned", "stopped")
GUARDRAILS = ("attributes", "outcome_guard", "evidence_plan", "stop_rule")
# Less of the differences than this between schools: read it person by person.
ALIKE = 0.05
# Ended well or not, each is a result; in this order on every bar.
RESULTS = ("running", "kept", "adapted", "stopped")


def staff_blocks(asked: Ask) -> list[Block]:
    """Return safety beside room for risk, and the log of tries, where there is one."""
    found = [_beside(asked), _tries(asked), _results(asked), _guardrails(asked)]
    return [block for block in found if block is not None]


def _beside(asked: Ask) -> Block | None:
    """Room for risk, safety and "while still meeting", by cohort on one scale."""
    say, items = asked.say, catalogue().items
    known = catalogue().indicators
    rows: list[tuple[str, Estimate]] = []
    drawn = []
    for indicator, part in SIDES:
        found = estimates(
            asked.connection, asked.viewer, indicator=indicator, part=part,
            form="teacher", wave=asked.wave,
        )  # fmt: skip
        by_unit = {(e.unit_kind, e.unit_id): e for e in found}
        scale = part == "scale"
        title = say.text(known[indicator].name if scale else items[part].text)
        units = [("district", "all", say("cohort.none"), theme.INK)]
        units += [
            ("cohort", str(c.cohort_id), say.cohort(c.cohort_id),
             theme.cohort_mark(c.cohort_id))
            for c in in_order(asked.facts)
        ]  # fmt: skip
        for kind, unit, name, color in units:
            e = by_unit.get((kind, unit))
            if e is None:
                continue
            rows.append((f"{title}, {name}", e))
            drawn.append(
                estimate_row(say, name, e, group=(title, theme.INK), color=color)
            )
    if not rows:
        return None
    axis = percents(say)
    return Block(
        name="beside",
        question=say("staff.beside"),
        reading=say("staff.beside_reading"),
        alt="; ".join(f"{name}: {say.value(e.cell)}" for name, e in rows),
        picture=[dot_rows(drawn, axis=axis)],
        phone=[dot_rows(drawn, axis=axis, phone=True)],
        table=estimate_table(asked, say("column.group"), rows),
        know=say("staff.beside_know"),
        cannot=say("staff.beside_cannot"),
        note=" ".join(t for t in (_agreement(asked), _own_experience(asked)) if t),
    )


def _agreement(asked: Ask) -> str:
    """Return in how many schools colleagues are split, where schools are read."""
    say = asked.say
    found = figures(
        asked.connection, asked.viewer, indicator="CU-1", part="agreement",
        wave=asked.wave, unit_kind="school",
    )  # fmt: skip
    words = [f.word for f in found if f.word]
    if not words:
        return ""
    split = sum(w == "staff_split" for w in words)
    if len(words) == 1:
        return say("staff.split_here" if split else "staff.agreed_here")
    key = "staff.agreement" if split else "staff.agreement_none"
    return say(key, split=split, schools=len(words))


def _own_experience(asked: Ask) -> str:
    """Say where safety is no property of a staff: its members do not see it alike.

    Source: specification 8.2 CU-2.
    """
    found = scale_quality(
        asked.connection, asked.viewer, indicator="CU-2", wave=asked.wave
    )
    shares = [q.icc1 for q in found if q.part == SCALE and q.icc1 is not None]
    return asked.say("staff.not_alike") if shares and min(shares) < ALIKE else ""


def _tries(asked: Ask) -> Block | None:
    """The log of tries: how many a half year, and what became of them."""
    say = asked.say
    found = figures(
        asked.connection, asked.viewer, indicator="CU-3", part="rate", wave=asked.wave
    )
    by_unit = {(f.unit_kind, f.unit_id): f for f in found if f.unit_kind != "school"}
    if not by_unit:
        return None
    units = [("district", "all", say("cohort.none"), theme.INK)]
    units += [
        ("cohort", str(c.cohort_id), say.cohort(c.cohort_id),
         theme.cohort_mark(c.cohort_id))
        for c in in_order(asked.facts)
    ]  # fmt: skip
    drawn, rows, kept = [], [], []
    for kind, unit, name, color in units:
        f = by_unit.get((kind, unit))
        if f is None:
            continue
        kept.append(f)
        bar = _rate_bar(asked, name, f, color)
        drawn.append(bar)
        rows.append((name, bar.reason or bar.printed))
    guards = of_guards(asked)
    shares = [(say(f"staff.{k}"), f) for k, f in guards.items()]
    for name, f in shares:
        kept.append(f)
        rows.append((name, say.percent(f.value or 0)))
    axis = Axis(0, MOST_TRIES, tuple((t, f"{t}") for t in range(MOST_TRIES + 1)))
    columns = (say("column.group"), say("column.tries"))
    note = " ".join(
        say(
            # What was learned, or stopped, is known of those that have ended.
            "staff.guard" if part == "responsible" else "staff.guard_ended",
            n=round(f.n), what=say(f"staff.{part}"), share=say.percent(f.value or 0),
        )
        for part, f in guards.items()
        if f.n is not None
    )  # fmt: skip
    return Block(
        name="tries",
        question=say("staff.tries"),
        reading=say("staff.tries_reading"),
        alt="; ".join(f"{a}: {b}" for a, b in rows),
        picture=[bars(drawn, axis=axis)],
        phone=[bars(drawn, axis=axis, phone=True)],
        table=figure_table(asked, "CU-3", columns, rows, kept),
        know=say("staff.tries_know"),
        cannot=say("staff.tries_cannot"),
        note=note,
    )


def _results(asked: Ask) -> Block | None:
    """What became of tries, wave by wave: stopped is a result."""
    say = asked.say
    found = figures(
        asked.connection, asked.viewer, indicator="CU-3", part="result",
        unit_kind="district",
    )  # fmt: skip
    by_wave: dict[int, dict[str, Figure]] = {}
    for f in found:
        by_wave.setdefault(f.wave_index, {})[f.category] = f
    options = tuple(say(f"staff.result.{r}") for r in RESULTS)
    drawn: list[AnswerRow] = []
    rows: list[tuple[str, ...]] = []
    kept: list[Figure] = []
    for wave, mine in sorted(by_wave.items()):
        counts = [mine[r].value or 0 if r in mine else 0 for r in RESULTS]
        total = sum(counts)
        name = say.wave(asked.facts.waves[wave])
        shares = tuple(100 * c / total for c in counts)
        logged = say("staff.logged", n=f"{total:,.0f}")
        shown = tuple(f"{c:,.0f}" for c in counts)
        title = name[:1].upper() + name[1:]
        drawn.append(AnswerRow(title, options, shares, logged, counts=shown))
        rows.append((name, *shown))
        kept += mine.values()
    if not drawn:
        return None
    return Block(
        name="results",
        question=say("staff.results"),
        reading=say("staff.results_reading"),
        alt="; ".join(
            f"{row[0]}: "
            + ", ".join(f"{o} {c}" for o, c in zip(options, row[1:], strict=True))
            for row in rows
        ),
        picture=answer_bars(say, drawn),
        table=figure_table(asked, "CU-3", (say("column.wave"), *options), rows, kept),
        cannot=say("staff.tries_cannot"),
    )


def _guardrails(asked: Ask) -> Block | None:
    """Which of the four guardrails tries name, one bar each."""
    say = asked.say
    found = of_district(asked, "CU-3", "guardrail")
    kept = [found[g] for g in GUARDRAILS if g in found]
    if not kept:
        return None
    drawn = [
        Bar(say(f"staff.guardrail.{f.category}"), f.value, say.percent(f.value or 0))
        for f in kept
    ]
    rows = [(b.name, b.printed) for b in drawn]
    axis = percents(say)
    return Block(
        name="guardrails",
        question=say("staff.guardrails"),
        reading=say("staff.guardrails_reading", n=f"{kept[0].n or 0:,.0f}"),
        alt="; ".join(f"{a}: {b}" for a, b in rows),
        picture=[bars(drawn, axis=axis)],
        phone=[bars(drawn, axis=axis, phone=True)],
        table=figure_table(
            asked, "CU-3", (say("column.guardrail"), say("column.share")), rows, kept
        ),
    )


def of_guards(asked: Ask) -> dict[str, Figure]:
    """Return the district's shares of tries: responsible, learned from, stopped."""
    found = {g: of_district(asked, "CU-3", g).get("") for g in GUARDS}
    return {g: f for g, f in found.items() if f is not None and f.value is not None}


def _rate_bar(asked: Ask, name: str, f: Figure, color: str) -> Bar:
    say = asked.say
    if f.status is not Status.SHOWN:
        return Bar(name, None, "", reason=say("withheld.protected"))
    if f.word == "none_logged":
        return Bar(name, 0, say("staff.none_logged"), color=color)
    return Bar(name, f.value, say.decimal(f.value or 0, 2), color=color)
