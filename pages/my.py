"""/my: how is my school doing, what did we hear back, and what can I write down?"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.figure_block import Block
from components.page import Filter
from data.ledger.entries import readable
from data.ledger.registers import OFFICE
from data.model.viewer import Role
from pages._brief import brief
from pages._coding import waiting_for
from pages._ledger import current_author, ledger, today
from pages._my_desk import (
    ASKED,
    asked_on,
    coding_door,
    doors,
    entries_of,
    entry_list,
    open_requests,
    request_list,
    waiting_list,
)
from pages._my_school import own_school_blocks
from pages._request import Answer, Ask, choice_filter, page, wave_filter
from queries.facts import School, schools

PATH = "/my"
KEPT = ("case_event", "event_reach", "initiative", "learning_engine", "pulse", "try")


def build(asked: Ask) -> Answer:
    """Return one person's own page.

    Raises:
        AccessDenied: nobody is signed in.
    """
    author = current_author()
    if author.viewer.role in OFFICE:
        return _office(asked)
    return _school(asked)


def _office(asked: Ask) -> Answer:
    say, author = asked.say, current_author()
    waiting = open_requests(asked, entries_of(author, ASKED))
    to_code = waiting_for(author)
    key = "my.office_sentence_one" if len(waiting) == 1 else "my.office_sentence"
    sentence = say(key, n=f"{len(waiting):,}") if waiting else say("my.office_quiet")
    body: list[Block | Component] = [
        brief(asked, waiting),
        waiting_list(asked, waiting),
        coding_door(asked, len(to_code)),
        doors(asked),
    ]
    written = entry_list(asked, entries_of(author, KEPT))
    body += [written] if written is not None else []
    return Answer(say("my.office_question"), sentence, body)


def _school(asked: Ask) -> Answer:
    say, author = asked.say, current_author()
    own = _own(asked)
    found = _chosen(asked, own)
    body: list[Block | Component] = []
    sentence = say("my.teacher_sentence")
    if author.viewer.role is Role.PRINCIPAL:
        asked_for = sorted(entries_of(author, ASKED), key=asked_on, reverse=True)
        sentence = _sentence(asked, len(open_requests(asked, asked_for)))
        body += [_pulse_door(asked), request_list(asked, asked_for)]
    body.append(doors(asked))
    if found is not None:
        body += own_school_blocks(asked, found)
    written = entry_list(asked, entries_of(author, KEPT))
    body += [written] if written is not None else []
    name = found.name if found else say("write.school_id")
    return Answer(say("my.question", school=name), sentence, body, _choices(asked, own))


def _own(asked: Ask) -> list[School]:
    found = schools(asked.connection, asked.viewer)
    return [s for s in found if s.school_id in asked.viewer.school_ids]


def _chosen(asked: Ask, own: list[School]) -> School | None:
    wanted = asked.params.get("school", "")
    return next((s for s in own if s.school_id == wanted), own[0] if own else None)


def _choices(asked: Ask, own: list[School]) -> list[Filter]:
    found = [wave_filter(asked)]
    if len(own) > 1:
        options = [(s.school_id, s.name) for s in own]
        label = asked.say("write.school_id")
        found.append(choice_filter(asked, "school", options, label=label))
    return found


def _sentence(asked: Ask, still_open: int) -> str:
    say = asked.say
    key = (
        "my.open_none"
        if not still_open
        else "my.open_one"
        if still_open == 1
        else "my.open_some"
    )
    first = say(
        "my.pulse_done" if _has_answered() else "my.pulse_open",
        month=say.month_name(today()),
    )
    return f"{first} {say(key, n=still_open)}"


def _has_answered() -> bool:
    month = f"{today():%Y-%m}"
    with ledger().reading() as session:
        mine = readable(session, current_author(), "pulse")
    return any(e.values["month"] == month for e in mine)


def _pulse_door(asked: Ask) -> Component:
    say = asked.say
    key = "my.pulse_again" if _has_answered() else "my.pulse_go"
    look = "button quiet-button" if _has_answered() else "button"
    href = asked.href("/my/write/pulse")
    return html.P(html.A(say(key), href=href, className=look), className="way")


page("my", build, path=PATH)
