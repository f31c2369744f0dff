"""What a page says, as whoever reads its HTML hears it: blocks of text, and descriptions.

Nothing here, or beside it, imports the product: a page is bytes from a server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

# Text of these flows on in the sentence around it.
INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "cite",
        "code",
        "em",
        "i",
        "kbd",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
    ]
)
# What stands in these is no sentence of the page: programs, fields, pictures' marks.
SILENT = frozenset(
    ["script", "style", "template", "textarea", "select", "svg", "noscript"]
)
VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
DESCRIPTIONS = ("aria-label", "alt", "title", "aria-description")
HEADINGS = frozenset({"h1", "h2", "h3", "figcaption", "dt"})
META = ("description", "og:description", "og:title")
ENDS = re.compile(r"(?<=[.!?…»”])\s+(?=[¿¡«“A-ZÁÉÍÓÚÑ0-9+−])")


@dataclass(frozen=True, slots=True)
class Said:
    """One block of text of a page.

    Attributes:
        text: with single spaces.
        place: where it stands: "text", "cell", "mark", or the name of an attribute.
        under: the nearest heading above it.
    """

    text: str
    place: str
    under: str = ""


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[Said] = []
        self._text: list[str] = []
        self._open: list[str] = []
        self._under = ""
        # How deep the reader is in a picture, whose parts its description stands for.
        self._hidden_at = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {k: v or "" for k, v in attrs}
        if tag in INLINE:
            self._apart(tag)
        else:
            self._end()
        if tag == "meta" and (told.get("name") or told.get("property")) in META:
            self._keep(told.get("content", ""), "meta")
        for name in DESCRIPTIONS:
            if told.get(name):
                self._keep(told[name], name)
        if tag not in VOID:
            self._open.append(tag)
            is_picture = told.get("role") == "img" or told.get("aria-hidden") == "true"
            if is_picture and not self._hidden_at:
                self._hidden_at = len(self._open)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in INLINE:
            self._apart(tag)
        else:
            self._end()
        while tag in self._open and self._open.pop() != tag:
            pass
        if len(self._open) < self._hidden_at:
            self._hidden_at = 0

    def handle_data(self, data: str) -> None:
        if "svg" in self._open and "style" not in self._open:
            self._keep(data, "mark")
        elif not self._hidden_at and not SILENT & set(self._open):
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._end()

    def _apart(self, tag: str) -> None:
        """A box of its own within a line is apart from what it touches."""
        if tag in {"span", "a"} and self._text:
            self._text.append(" ")

    def _end(self) -> None:
        inside = "cell" if {"td", "th"} & set(self._open) else "text"
        self._keep("".join(self._text), inside)
        self._text.clear()

    def _keep(self, text: str, place: str) -> None:
        text = " ".join(text.replace("\u00ad", "").split())
        if text and place == "text" and HEADINGS & set(self._open):
            self._under = text
        if text:
            self.said.append(Said(text, place, self._under))


def blocks(page: str) -> list[Said]:
    """Return the blocks of text of a page, in order."""
    parser = _Blocks()
    parser.feed(page)
    parser.close()
    return parser.said


def prose(page: str) -> list[Said]:
    """Return what is said in sentences: no cells of tables, no marks of pictures."""
    return [said for said in blocks(page) if said.place not in {"cell", "mark"}]


def sentences(said: Said) -> Iterator[str]:
    """Split a block at the ends of its sentences."""
    yield from (s for s in ENDS.split(said.text) if s)
