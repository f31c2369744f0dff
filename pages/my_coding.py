"""/my/coding: read what principals said, and say which themes are in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dash import html
from dash.development.base_component import Component
from flask import current_app

from components import page as parts
from components.figure_block import Block
from components.tables import Table, html_table
from data.catalogue import catalogue
from data.errors import AccessDenied
from data.ledger.registers import OFFICE, REGISTERS
from data.model.vocabulary import PULSE_QUESTIONS
from pages._coding import Coded, Waiting, coded_twice, waiting_for
from pages._ledger import current_author
from pages._request import Answer, Ask, page
from pages._writing import entry_form

PATH = "/my/coding"
# Krippendorff's customary bounds (specification 8.6).
PREFERRED, PUBLISHED = 0.80, 0.667
Agreement = Callable[[Sequence[tuple[frozenset[str], frozenset[str]]]], float | None]


def build(asked: Ask) -> Answer:
    """Return the next answer to read, and how far two readers agree.

    Raises:
        AccessDenied: not the office's.
    """
    author = current_author()
    if author.viewer.role not in OFFICE:
        raise AccessDenied("coding is the office's")
    say = asked.say
    waiting = waiting_for(author)
    key = "coding.sentence_one" if len(waiting) == 1 else "coding.sentence"
    sentence = say(key, n=f"{len(waiting):,}") if waiting else say("coding.nothing")
    body: list[Block | Component] = []
    if waiting:
        body.append(_one(asked, waiting[0]))
    body.append(_agreement(asked))
    return Answer(say("coding.question"), sentence, body, is_of_release=False)


def _one(asked: Ask, answer_: Waiting) -> Component:
    say, known = asked.say, catalogue()
    codes = tuple(c.id for c in known.code_book.of_kind(answer_.letter))
    register = REGISTERS["coding"]
    made = entry_form(
        asked,
        register,
        register.step("new"),
        only={"codes": codes},
        fixed={"pulse": answer_.key, "question": answer_.question},
    )
    said = html.Blockquote(html.P(answer_.text), className="asked-for")
    title = say.text(known.items[answer_.question].text)
    return parts.section(title, [said, html.Div(made, className="writing")])


def _agreement(asked: Ask) -> Component:
    say = asked.say
    alpha: Agreement = current_app.extensions["chorus_agreement"]
    found = coded_twice()
    rows = []
    for question in PULSE_QUESTIONS[:3]:
        pairs = [_pair(c) for c in found if c.question == question]
        value = alpha(pairs)
        shown = "–" if value is None else say.decimal(value, 2)
        rows.append(
            (
                say.text(catalogue().items[question].text),
                f"{len(pairs):,}",
                shown,
                say(_word(value)),
            )
        )
    columns = tuple(say(f"coding.{k}") for k in ("asked", "twice", "alpha", "means"))
    title = say("coding.agreement")
    table = html.Div(
        html_table(Table(columns, rows), title), className="rows", tabIndex="0"
    )
    return parts.section(title, [table], reading=say("coding.agreement_reading"))


def _pair(coded: Coded) -> tuple[frozenset[str], frozenset[str]]:
    first, second = coded.codes
    return first, second


def _word(alpha: float | None) -> str:
    if alpha is None:
        return "coding.unknown"
    if alpha >= PREFERRED:
        return "coding.solid"
    return "coding.tentative" if alpha >= PUBLISHED else "coding.retrain"


page("my-coding", build, path=PATH, is_written_on=True)
