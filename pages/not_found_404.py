"""Any other address: there is no such page."""

import dash
from dash import Input, Output, callback
from dash.development.base_component import Component

from components import page as parts
from components.page import shell
from pages._request import NOT_FOUND, Answer, Ask, answer, page

dash.register_page(__name__, name="missing", title="Chorus")


def layout(**_url: str) -> Component:
    """Return the skeleton; the callback fills it."""
    return shell("missing")


def build(asked: Ask) -> Answer:
    """Return the way home."""
    say = asked.say
    link = (say("home.question"), asked.href("/"))
    empty = parts.nothing_yet(say("nothing.page"), link=link)
    return Answer(say("home.question"), "", [empty], status=NOT_FOUND)


page("missing", build)


@callback(Output("missing-body", "children"), Input("address", "search"))
def show(search: str | None) -> list[Component]:
    """Answer in the reader's language."""
    return answer("missing", "/missing", search)
