"""/my/write/<register>: one thing to write down, or one step with what is there."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.figure_block import Block
from data.catalogue import catalogue
from data.errors import AccessDenied
from data.ledger.entries import Entry, find, readable
from data.ledger.registers import REGISTERS, Register, Step
from pages._ledger import current_author, ledger, today
from pages._request import Answer, Ask, page
from pages._writing import button_words, entry_form, entry_name
from queries.facts import schools

PREFIX = "/my/write/"
# Written on pages of their own.
ELSEWHERE = frozenset({"coding", "settings"})


def build(asked: Ask) -> Answer:
    """Return the form the address names.

    Raises:
        AccessDenied: no such register or step for this person.
    """
    say, author = asked.say, current_author()
    name = asked.path.removeprefix(PREFIX)
    if name not in REGISTERS or name in ELSEWHERE:
        raise AccessDenied("no such register")
    register = REGISTERS[name]
    entry = _entry(asked, register)
    step = _step(asked, register, entry)
    if author.viewer.role not in step.writers:
        raise AccessDenied("not this person's to write")
    body: list[Block | Component] = []
    sentence = say(f"write.{name}.sentence")
    if name == "pulse":
        entry = _this_month()
        sentence = say("write.pulse.again") if entry else sentence
    if entry is not None and step.name != "new":
        body.append(_what_stands(asked, entry))
    made = entry_form(asked, register, step, entry)
    body.append(html.Div(made, className="writing"))
    question = say(f"write.{name}.question")
    if step.name not in {"new", "change"}:
        question = button_words(say, step)
        sentence = ""
    return Answer(question, sentence, body, is_of_release=False)


def _step(asked: Ask, register: Register, entry: Entry | None) -> Step:
    wanted = asked.params.get("step", "new" if entry is None else "change")
    try:
        step = register.step(wanted)
    except KeyError as error:
        raise AccessDenied("no such step") from error
    if (step.name == "new") != (entry is None):
        raise AccessDenied("this step needs an entry, or must not have one")
    return step


def _entry(asked: Ask, register: Register) -> Entry | None:
    key = asked.params.get("entry", "")
    if not key:
        return None
    with ledger().reading() as session:
        return find(session, current_author(), register, key)


def _this_month() -> Entry | None:
    """Return what this principal has answered this month already."""
    month = f"{today():%Y-%m}"
    with ledger().reading() as session:
        mine = readable(session, current_author(), "pulse")
    return next((e for e in mine if e.values["month"] == month), None)


def _what_stands(asked: Ask, entry: Entry) -> Component:
    """Return what somebody asked, above the field that answers it."""
    say, values = asked.say, entry.values
    names = {s.school_id: s.name for s in schools(asked.connection, asked.viewer)}
    place = names.get(entry.school_id, "")
    about = [
        place,
        say.date(
            values.get("opened")
            or values.get("asked")
            or values.get("start")
            or values.get("date")
            or f"{entry.began:%Y-%m-%d}"
        ),
    ]
    if entry.register == "support_request":
        about.append(say.text(catalogue().code_book.codes[values["category"]].name))
    if entry.register == "exception_request":
        about.append(values["rule"])
    return html.Blockquote(
        [
            html.P(entry_name(say, entry)),
            html.Cite(" · ".join(x for x in about if x)),
        ],
        className="asked-for",
    )


page("my-write", build, path="/my/write/<register>", is_written_on=True)
