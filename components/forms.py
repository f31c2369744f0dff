"""A form that somebody can fill in on a phone: one column, one question at a time.

What is typed is kept on this device until it is sent, and checked where it is typed
and again where it is kept. Nothing here knows what is asked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.words import Speaker

# So few that all of them can stand on the screen.
MOST_IN_SIGHT = 6
WIDGETS = {
    "line": "text",
    "day": "date",
    "count": "number",
    "hours": "number",
    "percent": "number",
}
HIGHEST = {"percent": 100, "hours": 200}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked.

    Attributes:
        kind: line, text, day, count, hours, percent, one, several or yes.
        options: (value, words, more words) of what may be chosen.
        value: what stands there already; several are a list.
        longest: letters of a text; 0 where there is no such bound.
        earliest, latest: days, as 2026-11-24; "" where open.
    """

    name: str
    kind: str
    label: str
    hint: str = ""
    options: tuple[tuple[str, str, str], ...] = ()
    value: str | list[str] = ""
    is_required: bool = True
    longest: int = 0
    latest: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Which form this is, for what is sent and for what is kept meanwhile.

    Attributes:
        name: of the form; once on a page.
        sent_to: what the server needs to know beside the answers.
        kept_as: under which a half-filled form is kept on this device; another
            entry, another version or another person finds another one.
    """

    name: str
    sent_to: dict[str, Any]
    kept_as: str


def form(
    say: Speaker, draft: Draft, questions: list[Question], button: str
) -> html.Div:
    """Return the form, the place for what was wrong with it, and its button."""
    fields = [_field(say, draft, q) for q in questions]
    send = html.Button(
        button,
        type="submit",
        className="button",
        id={"type": "send", "form": draft.name},
    )
    kept = html.P(say("write.kept"), className="note") if questions else None
    return html.Div(
        [
            dcc.Store(
                id={"type": "about-form", "form": draft.name}, data=draft.sent_to
            ),
            dcc.Store(id={"type": "sent", "form": draft.name}),
            dcc.Store(id={"type": "seen", "form": draft.name}, data=draft.kept_as),
            html.Div(id={"type": "outcome", "form": draft.name}, tabIndex="-1"),
            html.Div(
                html.Form([*fields, html.P([send]), kept], className="write-form"),
                id={"type": "form", "form": draft.name},
            ),
        ]
    )


def refused(say: Speaker, problems: list[tuple[str, str, str]]) -> html.Div:
    """Return what must be looked at again, each a link to its field.

    Args:
        problems: (form and field, its label, the reason).
    """
    items = [
        html.Li([html.A(label, href=f"#{place}"), f" – {reason}"])
        for place, label, reason in problems
    ]
    return html.Div(
        [html.P(html.Strong(say("write.refused"))), html.Ul(items)],
        className="error",
        role="alert",
    )


def place_of(form_name: str, field: str) -> str:
    """Return the id of a field on the page."""
    return f"{form_name}-{field}".replace(".", "-")


def _field(say: Speaker, draft: Draft, asked: Question) -> Component:
    identity = {"type": "field", "form": draft.name, "name": asked.name}
    label: list[Component | str] = [asked.label]
    if not asked.is_required:
        label.append(html.Span(say("write.optional"), className="optional"))
    wrong = html.Span(
        id={"type": "wrong", "form": draft.name, "name": asked.name}, className="wrong"
    )
    hint = [html.Span(asked.hint, className="hint")] if asked.hint else []
    words = [html.Span(label, className="asked"), *hint, wrong]
    keep = {"persistence": draft.kept_as, "persistence_type": "local"}
    place = place_of(draft.name, asked.name)
    if asked.kind in {"several", "yes"} or _in_sight(asked):
        return html.Fieldset(
            [html.Legend(words), _choice(asked, identity, keep)],
            id=place,
            tabIndex="-1",
        )
    # dcc's and dbc's controls have no room for aria-describedby: what belongs to a
    # field stands inside its label, and is read with it.
    html_id = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    return html.Div(
        [html.Label(words, htmlFor=html_id), _control(say, asked, identity, keep)],
        id=place,
        className="field",
        tabIndex="-1",
    )


def _in_sight(asked: Question) -> bool:
    return asked.kind == "one" and len(asked.options) <= MOST_IN_SIGHT


def _choice(asked: Question, identity: dict[str, str], keep: dict[str, Any]) -> Any:
    options = [
        {
            "value": value,
            "label": [words, html.Span(more, className="hint")] if more else words,
        }
        for value, words, more in asked.options
    ]
    if asked.kind == "one":
        return dbc.RadioItems(
            id=identity, options=options, value=asked.value or None, **keep
        )
    chosen = asked.value if isinstance(asked.value, list) else [asked.value]
    return dbc.Checklist(
        id=identity, options=options, value=[c for c in chosen if c], **keep
    )


def _control(
    say: Speaker, asked: Question, identity: dict[str, str], keep: dict[str, Any]
) -> Any:
    more: dict[str, Any] = {"required": asked.is_required, **keep}
    if asked.kind == "one":
        return dbc.Select(
            id=identity,
            options=[{"value": v, "label": words} for v, words, _ in asked.options],
            value=asked.value or None,
            placeholder=say("write.choose"),
            **more,
        )
    if asked.longest:
        more["maxLength"] = asked.longest
    if asked.kind == "text":
        return dbc.Textarea(id=identity, value=asked.value, rows=4, **more)
    if asked.kind in {"count", "hours", "percent"}:
        more |= {"min": 0, "step": 1 if asked.kind == "count" else "any"}
        more |= {"max": HIGHEST[asked.kind]} if asked.kind in HIGHEST else {}
        more |= {"inputmode": "numeric" if asked.kind == "count" else "decimal"}
    if asked.kind == "day" and asked.latest:
        more["max"] = asked.latest
    return dbc.Input(
        id=identity,
        type=WIDGETS[asked.kind],
        value=asked.value,
        html_size="12" if asked.kind in {"count", "hours", "percent"} else None,
        **more,
    )


def sent(text: Sequence[str | Component], links: list[tuple[str, str]]) -> html.Div:
    """Return the good news, with where to go from here."""
    ways = [html.Li(html.A(words, href=href)) for words, href in links]
    return html.Div(
        [html.P([*text]), html.Ul(ways, className="ways")],
        className="done",
        role="status",
    )
