"""/numbers/<id>: one survey scale, from all sides; a district's own too."""

from __future__ import annotations

from components import page as parts
from data.catalogue import catalogue
from pages._request import NOT_FOUND, Answer, Ask, page
from pages._survey import survey_answer

PREFIX = "/numbers/"


def build(asked: Ask) -> Answer:
    """Return one scale: by school, by cohort over the waves, and as answered."""
    say = asked.say
    found = catalogue().indicators.get(asked.path.removeprefix(PREFIX))
    if found is None or not found.is_one_scale:
        link = (say("methods.question"), asked.href("/methods"))
        empty = parts.nothing_yet(say("nothing.number"), link=link)
        return Answer(say("methods.question"), "", [empty], status=NOT_FOUND)
    return survey_answer(asked, found.id, say.text(found.question))


page("number", build, path="/numbers/<indicator_id>")
