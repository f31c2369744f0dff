"""Raw answers to a scale, before any scoring; opened on request."""

from __future__ import annotations

from components.answer_bars import AnswerRow, answer_bars
from components.figure_block import Block
from components.tables import Table
from data.catalogue import Indicator, Scale, catalogue
from pages._request import Ask
from queries.estimates import answer_shares


def answers_block(asked: Ask, indicator: Indicator, scale: Scale) -> Block:
    """Raw answers, on request."""
    say = asked.say
    found = answer_shares(
        asked.connection,
        asked.viewer,
        indicator=indicator.id,
        form=scale.form,
        wave=asked.wave,
    )
    rows: list[AnswerRow] = []
    table: list[tuple[str, str]] = []
    data: list[tuple[str, int | None, float | None, str | None]] = []
    for shares in found:
        item = catalogue().items[shares.item_id]
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
        good = sum(shares.shares.get(code, 0.0) for code in options.favourable)
        favourable = say("answers.favourable", share=say.percent(good))
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
        name="answers",
        question=say(f"survey.answers.{scale.group}"),
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
