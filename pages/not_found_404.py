"""Any other address: there is no such page."""

from components import page as parts
from pages._request import NOT_FOUND, Answer, Ask, page


def build(asked: Ask) -> Answer:
    """Return the way home."""
    say = asked.say
    link = (say("home.question"), asked.href("/"))
    empty = parts.nothing_yet(say("nothing.page"), link=link)
    return Answer(say("home.question"), "", [empty], status=NOT_FOUND)


page("missing", build)
