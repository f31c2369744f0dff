"""The HTML document around a page: its head, its scripts, and Dash's place in it.

What is read is whole before any script of its own has run; only on a page somebody
writes on does Dash mount anything. Source: decisions 0035 and 0037.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha384
from html import escape
from pathlib import Path
from typing import Any

from dash import Dash, html
from flask import g, request

from components.page import MAIN
from components.static_html import static_html
from pages._first import REGIONS, Part, Written, written

ASSETS = Path(__file__).parent.parent / "components" / "assets"

HEAD = """<!DOCTYPE html>
<html lang="{language}">
    <head>
        <meta charset="UTF-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        {title}
        <link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
        <link rel="preload" as="font" type="font/woff2" crossorigin
          href="/assets/vendor/fonts/source-serif-4-latin-wght-normal.woff2">
        <link rel="alternate" type="application/atom+xml" title="Chorus"
          href="/feed.xml">
        {sheets}
        {reader}
    </head>
    <body>
        {app_entry}
"""
END = """
    </body>
</html>"""
# A page that is read is whole before any script of its own.
READ = f"{HEAD}        {{read}}{END}"
# On a page somebody writes on, Dash draws what is written into.
WRITE = f"{HEAD}        {{config}}{{scripts}}{{renderer}}{END}"
PLACE = re.compile(r"\{(\w+)\}")
PLOTLY = "plotly-basic.min.js"


class ChorusDash(Dash):
    """A Dash whose first answer is the page, before any script has run.

    What is in it is made for who asks, request by request; layouts hold none of it.
    Source: decisions 0035 and 0037.
    """

    def index(self, *more: Any, **named: Any) -> str:
        """Return the page its address asks for; Dash's place where somebody writes."""
        page = written(request.path, request.query_string.decode("utf-8", "replace"))
        g.page, g.page_status = page, page.status
        if page.parts["page"] is None:
            return str(super().index(*more, **named))  # type: ignore[no-untyped-call]  # Dash's own is untyped
        return _filled(READ, page, {"app_entry": "", "read": _reading_scripts()})

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]  # takes what Dash names
        """Return a page somebody writes on: the frame is ours, the rest is Dash's."""
        if "page" in g:
            return _filled(WRITE, g.page, parts)
        return str(super().interpolate_index(**parts))  # type: ignore[no-untyped-call]  # Dash's own is untyped


def _filled(template: str, page: Written, parts: Mapping[str, str]) -> str:
    filled = {
        **parts,
        "language": page.language,
        "title": head_html(page),
        "sheets": _sheets(),
        "reader": _script("reader.js"),
        "app_entry": body_html(page, parts["app_entry"]),
    }
    return PLACE.sub(lambda found: filled[found[1]], template)


@cache
def _sheets() -> str:
    vendored = " ".join(
        f'{k}="{v}"' for k, v in _vendored("href", "bootstrap.min.css").items()
    )
    own = sorted(p.name for p in ASSETS.glob("*.css"))
    links = [f'<link rel="stylesheet" {vendored}>']
    links += [f'<link rel="stylesheet" href="{_asset(name)}">' for name in own]
    return "\n        ".join(links)


@cache
def _script(name: str, *more: str) -> str:
    """Return the element of one of our scripts, its address new with its bytes."""
    attributes = "".join(f" {part}" for part in more)
    return f'<script src="{_asset(name)}"{attributes}></script>'


@cache
def _asset(name: str) -> str:
    text = (ASSETS / name).read_bytes()
    return f"/assets/{name}?v={sha384(text).hexdigest()[:12]}"


def _reading_scripts() -> str:
    plotly = _vendored("src", PLOTLY)
    later = (
        "defer",
        f'data-plotly="{plotly["src"]}"',
        f'data-integrity="{plotly["integrity"]}"',
        f'data-keep="{_asset("keep.js")}"',
    )
    return _script("choices.js", "defer") + _script("pictures.js", *later)


@cache
def _vendored(attribute: str, name: str) -> dict[str, str]:
    """Return a part of the page with what a browser must find its bytes to be."""
    digest = sha384((ASSETS / "vendor" / name).read_bytes())
    told = b64encode(digest.digest()).decode("ascii")
    return {attribute: f"/assets/vendor/{name}", "integrity": f"sha384-{told}"}


def head_html(page: Written) -> str:
    """Return title, description and what a shared link shows."""
    title, said = escape(page.title), escape(page.told or page.title)
    return "\n        ".join(
        [
            f"<title>{title}</title>",
            f'<meta name="description" content="{said}">',
            '<meta property="og:type" content="website">',
            '<meta property="og:site_name" content="Chorus">',
            f'<meta property="og:title" content="{title}">',
            f'<meta property="og:description" content="{said}">',
            '<meta name="twitter:card" content="summary">',
        ]
    )


def body_html(page: Written, place_of_dash: str) -> str:
    """Return the page between header and footer.

    Args:
        place_of_dash: the element Dash mounts, on a page somebody writes on.
    """
    header, body, footer = (page.parts[region] for region in REGIONS)
    inside = place_of_dash
    if body is not None:
        words = "".join(f' data-{k}="{escape(v)}"' for k, v in page.trouble.items())
        inside = f'<div class="page-body" id="page"{words}>{_html(body)}</div>'
    skip = static_html(html.A(page.skip, href=f"#{MAIN}", className="skip", id="skip"))
    return (
        f'{skip}<header id="header">{_html(header)}</header>'
        f'<main id="{MAIN}" tabindex="-1">{inside}</main>'
        f'<footer id="footer">{_html(footer)}</footer>'
        '<p id="told" role="status" class="visually-hidden"></p>'
    )


def _html(parts: list[Part] | None) -> str:
    return "".join(part.html for part in parts or [])
