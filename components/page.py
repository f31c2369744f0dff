"""The anatomy of a page: question, one sentence, filters, sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.aria import aria
from components.rich import rich
from components.words import Speaker

MAIN = "main-content"
# The choice that chooses nothing; an empty value would show an empty control.
ALL = "all"


@dataclass(frozen=True, slots=True)
class Filter:
    """One choice kept in the address.

    Attributes:
        options: (value, words); empty makes a search field.
        default: what is chosen when the address says nothing.
    """

    name: str
    label: str
    value: str
    options: list[tuple[str, str]]
    default: str = ALL


def shell(page: str) -> Component:
    """Return a page's layout: a skeleton without a number, filled by its callback."""
    skeleton = html.Div(
        [html.Div(className=f"bone {kind}") for kind in ("line", "text", "picture")],
        className="skeleton",
        **aria(hidden="true"),
    )
    return dcc.Loading(
        html.Div(id=f"{page}-body", className="page-body"),
        custom_spinner=skeleton,
        delay_show=300,
        overlay_style={"visibility": "visible"},
    )


def page_head(
    question: str,
    sentence: str,
    line: Component | None,
    *,
    hero: tuple[str, str] | None = None,
) -> list[Component]:
    """Return the release line, the question and the one sentence.

    A page that is of no release has no such line, and one that says nothing no
    sentence.

    Args:
        hero: a number right of them, and what it counts.
    """
    head: list[Component] = [html.H1(question, id="question")]
    if sentence:
        head.append(html.P(rich(sentence), className="sentence"))
    above = [line] if line is not None else []
    if hero is None:
        return [*above, *head]
    # The sentence has said it; for the eye alone.
    number = html.P(
        [html.Span(hero[0], className="hero-number"), html.Span(hero[1])],
        className="hero",
        **aria(hidden="true"),
    )
    return [*above, html.Div([html.Div(head), number], className="with-hero")]


def filters(
    say: Speaker,
    choices: list[Filter],
    *,
    clear: str = "",
    others: Mapping[str, str] | None = None,
) -> html.Form:
    """Return the filters between two hairlines; native selects.

    Without JavaScript they are a form that asks for the page with these choices.

    Args:
        clear: address without any choice, where one is made.
        others: what the address says beside these choices, such as its language.
    """
    parts: list[Component] = [
        dcc.Input(type="hidden", name=name, value=value)
        for name, value in (others or {}).items()
    ]
    parts += [_filter(choice) for choice in choices]
    parts.append(
        html.Button(say("filter.show"), type="submit", className="quiet no-script")
    )
    if clear:
        parts.append(html.A(say("filter.clear"), href=clear, className="quiet-link"))
    parts.append(html.P(say("filter.kept"), className="kept"))
    return html.Form(
        parts,
        method="GET",
        className="filters",
        # A browser would put its own memory of a control over what the page shows.
        autoComplete="off",
        **aria(label=say("filter.title")),
    )


def _filter(choice: Filter) -> html.Div:
    identity = f"choose-{choice.name}"
    control: Any
    if choice.options:
        # What a browser leaves out of an address: it says nothing there.
        more: dict[str, Any] = {"data-default": choice.default}
        options = [
            html.Option(words, value=value, selected=value == choice.value)
            for value, words in choice.options
        ]
        control = html.Select(
            options, id=identity, name=choice.name, className="form-select", **more
        )
    else:
        control = dcc.Input(
            id=identity, name=choice.name, type="search", value=choice.value,
            className="form-control",
        )  # fmt: skip
    return html.Div(
        [html.Label(choice.label, htmlFor=identity), control], className="filter"
    )


def band(text: str, *, link: tuple[str, str]) -> html.Aside:
    """Return a line above the page that says which day's page this is."""
    return html.Aside(
        html.P([*rich(text), " ", html.A(link[0], href=link[1])]),
        className="release-band",
    )


def doors(groups: list[tuple[str, list[tuple[str, str]]]]) -> html.Div:
    """Return the front doors: columns of questions, each a link."""
    return html.Div(
        [
            html.Section(
                [
                    html.H3(title),
                    html.Ul([html.Li(html.A(q, href=href)) for q, href in questions]),
                ]
            )
            for title, questions in groups
        ],
        className="doors",
    )


def related(say: Speaker, questions: list[tuple[str, str]]) -> html.Nav:
    """Return where to go on to: (question, address), a link each."""
    heading = "related-title"
    return html.Nav(
        [
            html.H2(say("related.title"), id=heading),
            html.Ul([html.Li(html.A(q, href=href)) for q, href in questions]),
        ],
        className="related",
        **aria(labelledby=heading),
    )


def section(title: str, parts: list[Component], *, reading: str = "") -> html.Section:
    """Return a part of a page that holds no chart."""
    head: list[Component] = [html.Div(html.H2(title), className="block-head")]
    if reading:
        head.append(html.P(rich(reading), className="reading"))
    return html.Section([*head, *parts], className="block")


def nothing_yet(text: str, *, link: tuple[str, str] | None = None) -> html.Div:
    """Return the designed empty state: what is missing and what to do."""
    parts: list[Component | str] = [*rich(text)]
    if link:
        parts += [" ", html.A(link[0], href=link[1])]
    return html.Div(html.P(parts), className="nothing")


def withheld(say: Speaker, reason: str, *, why: str) -> html.Div:
    """Return a hatched field with the words and a link to the reason."""
    return html.Div(
        html.P([reason, ". ", html.A(say("withheld.why"), href=why)]),
        className="hatched field",
    )


def went_wrong(say: Speaker, reference: str) -> html.Div:
    """Return the kind error: what to do, and a reference for the log."""
    return html.Div(
        [
            html.P(rich(say("error.page"))),
            html.P(say("error.reference", code=reference)),
        ],
        className="error",
        role="alert",
    )


def pager(say: Speaker, *, page: int, pages: int, href: list[str]) -> html.Nav:
    """Return links to the page before and after."""
    parts: list[Component] = []
    if page > 1:
        parts.append(html.A(say("pager.before"), href=href[0]))
    parts.append(html.Span(say("pager.here", page=page, pages=pages)))
    if page < pages:
        parts.append(html.A(say("pager.after"), href=href[1]))
    return html.Nav(parts, className="pager", **aria(label=say("pager.title")))
