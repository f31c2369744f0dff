"""What waits on somebody's desk: requests with their answers, entries, doors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components.rich import rich
from components.words import Speaker
from data.catalogue import catalogue
from data.ledger.entries import (
    Author,
    Entry,
    readable,
    registers_for,
    steps_open,
)
from pages._ledger import current_author, ledger, today
from pages._request import Ask
from pages._writing import entry_name
from queries.diary import Request, requests
from queries.facts import schools

ASKED = ("support_request", "exception_request")
# More than these are read on their own pages.
MOST_LISTED = 100
# What is older is a click away.
MOST_AT_ONCE = 6


def entries_of(author: Author, names: tuple[str, ...]) -> list[Entry]:
    """Return what *author* may read of several registers, newest first."""
    with ledger().reading() as session:
        found = [e for name in names for e in readable(session, author, name)]
    return sorted(found, key=lambda e: (e.began, e.key), reverse=True)


def asked_on(entry: Entry) -> str:
    """Return the day a request was made."""
    return entry.values.get("opened") or entry.values["asked"]


def is_open(entry: Entry) -> bool:
    """True for a request nobody has answered for good."""
    return not (entry.values.get("closed") or entry.values.get("answered"))


def doors(asked: Ask) -> Component:
    """Return what may be written, each a question of its own."""
    say, author = asked.say, current_author()
    items = []
    for register in registers_for(author.viewer.role):
        question = say(f"write.{register.name}.question")
        items.append((question, asked.href(f"/my/write/{register.name}")))
    half = -(-len(items) // 2)
    groups = [
        (say("my.write_first"), items[:half]),
        (say("my.write_more"), items[half:]),
    ]
    return parts.section(say("my.write"), [parts.doors([g for g in groups if g[1]])])


def request_list(asked: Ask, entries: list[Entry]) -> Component:
    """Return a principal's requests: what was asked and what came back."""
    say, title = asked.say, asked.say("my.requests")
    earlier = _earlier(asked, {e.key for e in entries})
    if not entries and not earlier:
        return parts.section(title, [parts.nothing_yet(say("my.no_requests"))])
    items = [_request(asked, e) for e in entries[:MOST_LISTED]]
    items += [_earlier_request(asked, r) for r in earlier]
    return parts.section(
        title, _listed(say, items, "my.earlier"), reading=say("my.requests_reading")
    )


def _request(asked: Ask, entry: Entry) -> html.Li:
    say, values = asked.say, entry.values
    what = values.get("rule", "")
    if "category" in values:
        what = say.text(catalogue().code_book.codes[values["category"]].name)
    day = asked_on(entry)
    told: list[Component] = [
        html.P([html.Strong(what), " · ", _state(say, entry)], className="asked-head"),
        html.P(values["text"], className="asked-text"),
        html.P(_place_and_day(asked, entry.school_id, day), className="note"),
    ]
    if values.get("reply"):
        by = values.get("owner", "")
        told.append(html.Blockquote([html.P(values["reply"]), html.Cite(by)]))
    steps = _steps(asked, entry)
    if steps:
        told.append(html.P(steps, className="steps"))
    return html.Li(told)


def _state(say: Speaker, entry: Entry) -> str:
    values = entry.values
    if values.get("outcome"):
        return say(f"write.outcome.{values['outcome']}")
    if values.get("answer"):
        return say(f"write.answer.{values['answer']}")
    days = (today() - date.fromisoformat(asked_on(entry))).days
    key = (
        "my.replied"
        if values.get("first_reply")
        else "my.owned"
        if values.get("owner")
        else "my.open"
    )
    return say(key, days=f"{days:,}", owner=values.get("owner", ""))


def _place_and_day(asked: Ask, school_id: str, day: str) -> str:
    say = asked.say
    names = {s.school_id: s.name for s in schools(asked.connection, asked.viewer)}
    return say(
        "my.asked_on", school=names.get(school_id, school_id), date=say.date(day)
    )


def _steps(asked: Ask, entry: Entry) -> list[Component | str]:
    """Return links to what this person may still do to an entry."""
    found: list[Component | str] = []
    for step in steps_open(current_author(), entry):
        href = asked.href(
            f"/my/write/{entry.register}", entry=entry.key, step=step.name
        )
        found += [html.A(asked.say(f"write.step.{step.name}"), href=href), " "]
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """One request nobody has answered for good, typed here or come in a file."""

    opened_on: date
    school_id: str
    what: Entry | Request


def open_requests(asked: Ask, entries: list[Entry]) -> list[Waiting]:
    """Return every open request a viewer may read, the one that waits longest first.

    The one count of open requests wherever one is said: what was typed, and what came
    in files and was not typed. What was answered here is open nowhere.

    Args:
        entries: requests of the ledger, open and answered.
    """
    typed = [
        Waiting(date.fromisoformat(asked_on(e)), e.school_id, e)
        for e in entries
        if is_open(e)
    ]
    known = {e.key for e in entries}
    filed = [
        Waiting(r.opened_on, r.school_id, r)
        for r in requests(asked.connection, asked.viewer, open_only=True)
        if r.request_id not in known
    ]
    return sorted([*typed, *filed], key=lambda w: (w.opened_on, w.school_id))


def waiting_list(asked: Ask, waiting: list[Waiting]) -> Component:
    """Return open requests as the office answers them, oldest first."""
    say = asked.say
    title = say("my.waiting")
    if not waiting:
        return parts.section(title, [parts.nothing_yet(say("my.none_waiting"))])
    items = [
        _request(asked, w.what)
        if isinstance(w.what, Entry)
        else _earlier_request(asked, w.what)
        for w in waiting[:MOST_LISTED]
    ]
    return parts.section(
        title, _listed(say, items, "my.later"), reading=say("my.waiting_reading")
    )


def _listed(say: Speaker, items: list[html.Li], rest_key: str) -> list[Component]:
    """Return the first few, and the rest behind words that count them."""
    listed: list[Component] = [html.Ul(items[:MOST_AT_ONCE], className="asked-list")]
    rest = items[MOST_AT_ONCE:]
    if rest:
        more = html.Summary(say(rest_key, n=f"{len(rest):,}"))
        listed.append(html.Details([more, html.Ul(rest, className="asked-list")]))
    return listed


def _earlier(asked: Ask, known: set[str]) -> list[Request]:
    """Return requests of one's own school that came in files."""
    own = asked.viewer.school_ids
    found = requests(asked.connection, asked.viewer)
    mine = [r for r in found if r.school_id in own and r.request_id not in known]
    return sorted(mine, key=lambda r: r.opened_on, reverse=True)


def _earlier_request(asked: Ask, r: Request) -> html.Li:
    say = asked.say
    what = say("pulse.exception")
    if r.category:
        what = say.text(catalogue().code_book.codes[r.category].name)
    if r.outcome:
        words = "answer" if r.outcome in {"granted", "refused"} else "outcome"
        state = say(f"write.{words}.{r.outcome}")
    else:
        state = say(
            "my.replied" if r.replied_on else "my.open",
            days=f"{(today() - r.opened_on).days:,}",
            owner="",
        )
    return html.Li(
        [
            html.P([html.Strong(what), " · ", state], className="asked-head"),
            html.P(
                _place_and_day(asked, r.school_id, r.opened_on.isoformat()),
                className="note",
            ),
        ]
    )


def entry_list(asked: Ask, entries: list[Entry]) -> Component | None:
    """Return what somebody wrote, by register, with what may be done to it."""
    if not entries:
        return None
    say = asked.say
    items = []
    for entry in entries[:MOST_LISTED]:
        kind, day = say(f"my.kind.{entry.register}"), f"{entry.at:%Y-%m-%d}"
        about = f" · {kind} · {say.date(day)}"
        head = html.P(
            [html.Strong(entry_name(say, entry)), about], className="asked-head"
        )
        steps = _steps(asked, entry)
        items.append(
            html.Li([head, html.P(steps, className="steps")] if steps else [head])
        )
    listed = html.Ul(items, className="asked-list")
    return parts.section(say("my.entries"), [listed], reading=say("my.entries_reading"))


def coding_door(asked: Ask, waiting: int) -> Component:
    """Return the way to the answers that wait to be read and coded."""
    say = asked.say
    text = (
        say("my.coding_waits", n=f"{waiting:,}") if waiting else say("my.coding_done")
    )
    link = html.A(say("my.coding_go"), href=asked.href("/my/coding"))
    return parts.section(say("my.coding"), [html.P([*rich(text), " ", link])])
