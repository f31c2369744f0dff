"""/embed/<page>/<block>: one picture with its text, for a district's own site."""

from __future__ import annotations

from dash import html

from components import page as parts
from components.figure_block import Block
from components.words import Speaker
from pages._request import BUILDERS, NOT_FOUND, Answer, Ask, page

PREFIX = "/embed/"


def build(asked: Ask) -> Answer:
    """Return one block of a page, and the way to the whole of it."""
    say = asked.say
    name, _, wanted = asked.path.removeprefix(PREFIX).partition("/")
    build_page = BUILDERS.get(name)
    if build_page is None or name == "embed":
        return _none(say)
    found = build_page(asked)
    block = next(
        (b for b in found.body if isinstance(b, Block) and b.name == wanted), None
    )
    if block is None:
        return _none(say)
    path = "/" if name == "home" else f"/{name}"
    # A link inside a frame leaves it.
    link = html.A(say("embed.whole"), href=asked.href(path), target="_top")
    return Answer(found.question, found.sentence, [block, html.P(link)])


def _none(say: Speaker) -> Answer:
    missing = say("embed.none")
    return Answer(missing, "", [parts.nothing_yet(missing)], status=NOT_FOUND)


page("embed", build, path="/embed/<page>/<block>")
