"""One more initiative, or how we do school: NI-3 on /load, beside the rubric."""

from __future__ import annotations

from statistics import fmean

from components.answer_bars import AnswerRow, answer_bars
from components.charts.adoption import event_word
from components.figure_block import Block
from components.tables import Table, Value
from data.catalogue import catalogue
from pages._answers import favorable_share
from pages._request import Ask, in_order
from queries.adoption import cell_means
from queries.estimates import DISTRICT, AnswerShares, answer_shares, estimates
from queries.facts import Cohort

PARTS = ("T.NI.1", "T.NI.2")
# From not there at all to how we do school; the form lists "not present" last.
IN_ORDER = {"T.NI.1": (5, 1, 2, 3, 4)}
# What is written down, beside which the answers say what is felt.
ON_PAPER = ("structures", "policies")


def our_way(asked: Ask) -> Block | None:
    """Return the answers of the district, then of each cohort since its start."""
    say, items = asked.say, catalogue().items
    rows: list[AnswerRow] = []
    table: list[tuple[Value, ...]] = []
    for part in PARTS:
        found = _answers(asked, part, DISTRICT)
        if found is None:
            continue
        rows.append(_row(asked, part, say.text(items[part].text), found, DISTRICT))
        table.append((rows[-1].question, rows[-1].reason or rows[-1].favourable))
    if not rows:
        return None
    paper = cell_means(asked.connection, asked.viewer, wave=asked.wave)
    for cohort in in_order(asked.facts):
        unit = ("cohort", str(cohort.cohort_id))
        found = _answers(asked, PARTS[0], unit)
        if found is None or not cohort.is_started:
            continue
        row = _row(asked, PARTS[0], _since(asked, cohort), found, unit)
        levels = _on_paper(asked, paper.get(str(cohort.cohort_id), {}))
        words = f"{row.favourable} · {levels}" if levels else row.favourable
        rows.append(AnswerRow(row.question, row.options, row.shares, words, row.reason))
        table.append((row.question, row.reason or words))
    return Block(
        name="our-way",
        question=say("load.our_way"),
        reading=say("load.our_way_reading"),
        alt="; ".join(f"{a}: {b}" for a, b in table),
        picture=answer_bars(say, rows),
        table=Table((say("column.question"), say("column.share")), table),
        know=say("load.our_way_know"),
        cannot=say("load.our_way_cannot"),
    )


def _answers(asked: Ask, part: str, unit: tuple[str, str]) -> AnswerShares | None:
    found = answer_shares(
        asked.connection, asked.viewer, indicator="NI-3", form="teacher",
        wave=asked.wave, part=part, unit=unit,
    )  # fmt: skip
    return found[0] if found else None


def _row(
    asked: Ask, part: str, name: str, found: AnswerShares, unit: tuple[str, str]
) -> AnswerRow:
    say, options = asked.say, catalogue().items[part].response_set
    assert options is not None
    order = IN_ORDER.get(part, options.codes)
    text = dict(zip(options.codes, options.options(say.language), strict=True))
    words = tuple(text[code] for code in order)
    if not found.shares:
        return AnswerRow(name, words, None, "", say(f"withheld.{found.status}"))
    shares = tuple(found.shares.get(code, 0.0) for code in order)
    alone = estimates(
        asked.connection, asked.viewer, indicator="NI-3", part=part, form="teacher",
        wave=asked.wave, unit_kind=unit[0], unit_id=unit[1],
    )  # fmt: skip
    share = favorable_share(say, found, {e.part: e for e in alone})
    return AnswerRow(name, words, shares, say("answers.favourable", share=share))


def _since(asked: Ask, cohort: Cohort) -> str:
    """Name a cohort with its event time, as the pictures of adoption do."""
    say, name = asked.say, asked.say.cohort(cohort.cohort_id)
    if cohort.launch_wave is None or cohort.launch_wave > asked.wave:
        return say("load.cohort_before", name=name)
    word = event_word(say, asked.wave - cohort.launch_wave)
    return say("load.cohort_since", name=name, event=word)


def _on_paper(asked: Ask, means: dict[tuple[str, str], float]) -> str:
    """Return what is written down in that cohort, level 0 to 4."""
    say, rubric = asked.say, catalogue().rubric
    found = []
    for domain in ON_PAPER:
        levels = [level for (_, d), level in means.items() if d == domain]
        if levels:
            name = say.text(rubric.domains[domain]).lower()
            found.append(f"{name} {say.decimal(fmean(levels))}")
    return ", ".join(found)
