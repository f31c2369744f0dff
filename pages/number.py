"""/numbers/<id>: one survey scale, from all sides; a district's own too."""

from __future__ import annotations

import dash
from dash import Input, Output, State, callback
from dash.development.base_component import Component

from components import page as parts
from components.page import shell
from data.catalogue import catalogue
from pages._request import NOT_FOUND, Answer, Ask, answer, page
from pages._survey import survey_answer

PREFIX = "/numbers/"
dash.register_page(
    __name__, path_template="/numbers/<indicator_id>", name="number", title="Chorus"
)


def layout(**_url: str) -> Component:
    """Return the skeleton; the callback fills it."""
    return shell("number")


def build(asked: Ask) -> Answer:
    """Return one scale: by school, by cohort over the waves, and as answered."""
    say = asked.say
    found = catalogue().indicators.get(asked.path.removeprefix(PREFIX))
    if found is None or not found.is_one_scale:
        link = (say("methods.question"), asked.href("/methods"))
        empty = parts.nothing_yet(say("nothing.number"), link=link)
        return Answer(say("methods.question"), "", [empty], status=NOT_FOUND)
    return survey_answer(asked, found.id, say.text(found.question))


page("number", build)


@callback(
    Output("number-body", "children"),
    Input("address", "search"),
    State("address", "pathname"),
)
def show(search: str | None, path: str | None) -> list[Component]:
    """Answer again when a choice changes."""
    return answer("number", path or PREFIX, search)
