"""What a page asks for once it is there: another choice, and a picture to touch.

Both are Dash callbacks, asked by Chorus' own script (`components/assets/choices.js`)
as Dash's renderer would ask them. Source: decision 0037.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import Dash, Input, Output, State, dcc
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from flask import abort

from components.theme import CONFIG, Figure, in_dark
from pages._first import Part, written
from pages._request import page_at, shown

FAILED = 500


def add_choices(app: Dash) -> None:
    """Let *app* answer what its pages ask for."""
    address = Input("address", "pathname"), Input("address", "search")
    app.callback(Output("page", "data"), *address, State("page", "parts"))(choose)
    app.callback(
        Output("picture", "figures"),
        *address,
        State("picture", "name"),
        State("picture", "colors"),
    )(touch)


def choose(path: str | None, search: str | None, shown_now: object) -> dict[str, Any]:
    """Return the page of another choice: its parts, but those shown already.

    Args:
        shown_now: digests of the parts the browser shows.
    """
    page = written(path or "/", search or "")
    if page.status == FAILED:
        abort(FAILED)
    known = frozenset(shown_now) if isinstance(shown_now, list) else frozenset()
    return {
        "title": page.title,
        "lang": page.language,
        "told": page.told,
        "parts": {
            region: [_sent(part, known) for part in parts or []]
            for region, parts in page.parts.items()
        },
    }


def _sent(part: Part, known: frozenset[object]) -> list[str]:
    return [part.digest] if part.digest in known else [part.digest, part.html]


def touch(
    path: str | None, search: str | None, name: str | None, colors: str | None
) -> dict[str, Any]:
    """Return the figures of a page's pictures, for Plotly to draw, by name.

    Args:
        name: of the one touched; empty for all of them.
        colors: "dark" or "light".
    """
    path = path or "/"
    page = shown(page_at(path), path, search or "")
    graphs = [g for g in _graphs(page.parts) if not name or g.id == name]
    if not graphs:
        raise PreventUpdate
    return {g.id: _drawn(g.figure, is_dark=colors == "dark") for g in graphs}


def _graphs(parts: Iterable[Component]) -> Iterable[Any]:
    for part in parts:
        if isinstance(part, dcc.Graph):
            yield part
        elif isinstance(part, Component):
            yield from (g for g in part._traverse() if isinstance(g, dcc.Graph))


def _drawn(figure: Figure, *, is_dark: bool) -> Figure:
    return {**(in_dark(figure) if is_dark else figure), "config": CONFIG}
