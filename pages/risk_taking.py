"""/risk-taking: is there room for responsible risk?"""

import dash
from dash import Input, Output, callback
from dash.development.base_component import Component

from components.page import shell
from pages._request import Answer, Ask, answer, page
from pages._staff_life import staff_blocks
from pages._survey import survey_answer

PATH = "/risk-taking"
dash.register_page(__name__, path=PATH, name="risk-taking", title="Chorus")


def layout(**_url: str) -> Component:
    """Return the skeleton; the callback fills it."""
    return shell("risk-taking")


def build(asked: Ask) -> Answer:
    """Return room for risk from all sides; safety and the log of tries under it."""
    found = survey_answer(asked, "CU-1", asked.say("risk.question"))
    found.body.extend(staff_blocks(asked))
    return found


page("risk-taking", build)


@callback(Output("risk-taking-body", "children"), Input("address", "search"))
def show(search: str | None) -> list[Component]:
    """Answer again when a choice changes."""
    return answer("risk-taking", PATH, search)
