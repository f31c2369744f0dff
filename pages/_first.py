"""A page's first answer: the page itself, written before any script has run."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import dash
from dash import html

from components.page import MAIN
from components.rich import plain
from components.static_html import FIRST, NotStatic, static_html
from pages._frame import fill_frame
from pages._request import (
    BUILDERS,
    Shown,
    language_of,
    read_params,
    shown,
)


@dataclass(frozen=True, slots=True)
class First:
    """What a first answer holds.

    Attributes:
        status: 200, or why there is no such page (403, 404, 410, 500).
        language: of the words, for `<html lang>`.
        head: title, description and what a shared link shows, as HTML.
        body: the page, as HTML; empty where only a browser can draw it.
    """

    status: int
    language: str
    head: str
    body: str


def first_answer(path: str, search: str) -> First:
    """Return what *path* answers to who asks, with the choices of *search*.

    Args:
        path: as in the address, decoded.
        search: choices, without the question mark.
    """
    name = _name_of(path)
    say = language_of(read_params(search))
    page = shown(name, path, search)
    title, told = say("title", question=plain(page.question)), plain(page.sentence)
    return First(
        page.status, say.language, _head(title, told), _body(path, search, page)
    )


def _name_of(path: str) -> str:
    """Return the name of the page at *path*; an unknown one is "missing"."""
    for found in dash.page_registry.values():
        template = found.get("path_template")
        is_here = _fits(template, path) if template else found["path"] == path
        if is_here and found["name"] in BUILDERS:
            return str(found["name"])
    return "missing"


def _fits(template: str, path: str) -> bool:
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        bool(g_) if w.startswith("<") else w == g_
        for w, g_ in zip(wanted, given, strict=True)
    )


def _head(title: str, told: str) -> str:
    said = escape(told or title)
    return "\n        ".join(
        [
            f"<title>{escape(title)}</title>",
            f'<meta name="description" content="{said}">',
            '<meta property="og:type" content="website">',
            '<meta property="og:site_name" content="Chorus">',
            f'<meta property="og:title" content="{escape(title)}">',
            f'<meta property="og:description" content="{said}">',
            '<meta name="twitter:card" content="summary">',
        ]
    )


def _body(path: str, search: str, page: Shown) -> str:
    header, footer, skip = fill_frame(path, f"?{search}" if search else "")
    try:
        parts = static_html(page.parts)
    except NotStatic:
        # What is written into needs its browser; the frame is here already.
        return ""
    main = f"{FIRST}{MAIN}"
    above = [html.A(skip, href=f"#{main}", className="skip"), html.Header(header)]
    return (
        f'{static_html(above)}<main id="{main}" tabindex="-1">'
        f'<div class="page-body">{parts}</div></main>'
        f"{static_html(html.Footer(footer))}"
    )
