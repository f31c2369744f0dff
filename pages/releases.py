"""/releases: what was published when, and what changed?"""

from __future__ import annotations

import dash
from dash import Input, Output, callback, html
from dash.development.base_component import Component

from components import page as parts
from components.page import shell
from components.tables import Table, html_table
from data.model.shelf import Pointer, Published
from pages._request import Answer, Ask, answer, current_desk, page

PATH = "/releases"
dash.register_page(__name__, path=PATH, name="releases", title="Chorus")


def layout(**_url: str) -> Component:
    """Return the skeleton; the callback fills it."""
    return shell("releases")


def build(asked: Ask) -> Answer:
    """Return every release with its state, and the notes of the current one."""
    say = asked.say
    release = current_desk().current()
    assert release is not None
    history = list(reversed(release.pointer.history))
    count = (
        say("releases.count_one")
        if len(history) == 1
        else say("releases.count", n=len(history))
    )
    sentence = say(
        "releases.sentence",
        n=count,
        current=release.release_id,
        date=say.date(release.published_at),
    )
    rows = [
        (x.release_id, say.date(x.published_at), _state(asked, x, release.pointer))
        for x in history
    ]
    table = Table(
        (say("releases.version"), say("releases.published"), say("releases.state")),
        rows,
    )
    body: list[Component] = [
        parts.section(
            say("releases.list"),
            [html.Div(html_table(table, say("releases.list")), className="rows")],
            reading=say("releases.list_reading"),
        )
    ]
    notes = [line for line in release.notes.splitlines() if line and line[0] != "#"]
    if notes:
        text = [html.P(line) for line in notes]
        body.append(parts.section(say("releases.notes"), list(text)))
    return Answer(say("releases.question"), sentence, list(body))


def _state(asked: Ask, line: Published, pointer: Pointer) -> str:
    say = asked.say
    if line.is_withdrawn and line.withdrawn_at is not None:
        date, reason = say.date(line.withdrawn_at), line.reason
        return say("releases.state_withdrawn", date=date, reason=reason)
    if line.release_id == pointer.current:
        return say("releases.state_current")
    return say("releases.state_superseded")


page("releases", build)


@callback(Output("releases-body", "children"), Input("address", "search"))
def show(search: str | None) -> list[Component]:
    """Answer again when the language changes."""
    return answer("releases", PATH, search)
