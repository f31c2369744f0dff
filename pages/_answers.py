"""Raw answers to a scale, before any scoring; opened on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.answer_bars import AnswerRow, answer_bars
from components.figure_block import Block
from components.tables import Table
from components.words import Speaker
from data.catalogue import Indicator, Scale, catalogue
from pages._request import Ask
from queries.estimates import (
    DISTRICT,
    AnswerShares,
    Estimate,
    answer_shares,
    estimates,
)


def favorable_share(
    say: Speaker, answers: AnswerShares, alone: Mapping[str, Estimate]
) -> str:
    """Return how many of a question's answers are favorable, one number everywhere.

    A question that is told alone on other pages has the same number here. Of another
    only rounded shares of its options are published: their sum is said to be "about".

    Args:
        alone: part → its estimate, of the same unit.

    Source: specification 7.3.
    """
    told = alone.get(answers.item_id)
    if told is not None and told.cell.is_shown:
        return say.share(told.cell)
    options = catalogue().items[answers.item_id].response_set
    assert options is not None
    parts = [answers.shares.get(code, 0.0) for code in options.favourable]
    share = say.percent(sum(parts))
    return share if len(parts) == 1 else say("answers.about", share=share)


def answers_block(
    asked: Ask,
    scales: Sequence[tuple[Indicator, Scale]],
    *,
    unit: tuple[str, str] = DISTRICT,
    name: str = "answers",
    question: str = "",
) -> Block | None:
    """Return raw answers, on request; None where nobody answered.

    Args:
        scales: whose items are shown, one after another; of one form.
        unit: the district, or ("school", id).
    """
    say = asked.say
    found: list[AnswerShares] = []
    alone: dict[str, Estimate] = {}
    for indicator, scale in scales:
        found += answer_shares(
            asked.connection, asked.viewer, indicator=indicator.id, form=scale.form,
            wave=asked.wave, unit=unit,
        )  # fmt: skip
        alone |= {
            e.part: e
            for e in estimates(
                asked.connection, asked.viewer, indicator=indicator.id, form=scale.form,
                part=None, wave=asked.wave, unit_kind=unit[0], unit_id=unit[1],
            )
        }  # fmt: skip
    if not found:
        return None
    group = scales[0][1].group
    tired = {i for s, scale in scales if s.direction == "less" for i in scale.items}
    rows: list[AnswerRow] = []
    table: list[tuple[str, str]] = []
    data: list[tuple[str, int | None, float | None, str | None]] = []
    for shares in found:
        item = catalogue().items[shares.item_id]
        is_tired = shares.item_id in tired
        options = item.response_set
        assert options is not None
        words = options.options(say.language)
        if not shares.shares:
            reason = say(f"withheld.{shares.status}")
            rows.append(AnswerRow(say.text(item.text), words, None, "", reason))
            table.append((say.text(item.text), reason))
            data.append((shares.item_id, None, None, str(shares.status)))
            continue
        ordered = tuple(shares.shares.get(code, 0.0) for code in options.codes)
        key = "answers.tired" if is_tired else "answers.favourable"
        favourable = say(key, share=favorable_share(say, shares, alone))
        rows.append(AnswerRow(say.text(item.text), words, ordered, favourable))
        spoken = "; ".join(
            f"{w} {say.percent(x)}" for w, x in zip(words, ordered, strict=True)
        )
        table.append((say.text(item.text), spoken))
        data += [
            (shares.item_id, code, share, None)
            for code, share in zip(options.codes, ordered, strict=True)
        ]
    return Block(
        name=name,
        question=question or say(f"survey.answers.{group}"),
        reading=say("survey.answers_reading", wave=asked.wave_words),
        alt=say("survey.answers_alt", n=len(rows)),
        picture=answer_bars(say, rows),
        table=Table(
            (say("column.question"), say("column.share")),
            table,
            keys=("item_id", "code", "share", "suppression_reason"),
            data=data,
        ),
        open_on_request=True,
    )
