"""/student-voice: do students feel their ideas count?"""

import dash
from dash import Input, Output, callback
from dash.development.base_component import Component

from components.page import shell
from pages._learning import learning_blocks
from pages._request import Answer, Ask, answer, page
from pages._survey import survey_answer

PATH = "/student-voice"
dash.register_page(__name__, path=PATH, name="student-voice", title="Chorus")


def layout(**_url: str) -> Component:
    """Return the skeleton; the callback fills it."""
    return shell("student-voice")


def build(asked: Ask) -> Answer:
    """Return voice from all sides, and the other sides of learning under it."""
    found = survey_answer(asked, "LX-1", asked.say("voice.question"))
    found.body.extend(learning_blocks(asked))
    return found


page("student-voice", build)


@callback(Output("student-voice-body", "children"), Input("address", "search"))
def show(search: str | None) -> list[Component]:
    """Answer again when a choice changes."""
    return answer("student-voice", PATH, search)
