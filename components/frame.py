"""What stands around every page: bands, header, navigation, release line, footer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.aria import aria
from components.rich import rich
from components.words import Speaker, own_name

# Section → (page key, address); a page a viewer may not open is absent.
SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "growing",
        (
            ("adoption", "/adoption"),
            ("schools", "/schools"),
            ("connections", "/connections"),
            ("evidence", "/evidence"),
        ),
    ),
    (
        "learning",
        (
            ("voice", "/student-voice"),
            ("risk", "/risk-taking"),
            ("promise", "/promise"),
            ("engines", "/engines"),
        ),
    ),
    (
        "voices",
        (
            ("chorus", "/chorus"),
            ("pulse", "/pulse"),
            ("communication", "/communication"),
            ("load", "/load"),
        ),
    ),
    (
        "trust",
        (
            ("releases", "/releases"),
            ("open_data", "/open-data"),
            ("methods", "/methods"),
        ),
    ),
)
# Pages of their own below another page's address.
DESK_PAGES = frozenset({"/my/coding"})
Link = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """What the line above the question says.

    Attributes:
        published: the date; empty before publication.
        permalink: address of this page in this release, for ever.
        packet: address of the board packet.
        problem: set where a newer release was refused.
    """

    wave: str
    published: str
    version: str
    permalink: str
    packet: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in, or where to do it.

    Attributes:
        name: shown beside the way out; empty where nobody is signed in.
        way: the form that signs out, or the address to sign in at.
        pages: (page key, address) of what only this person sees; the first is
            the person's own page.
    """

    name: str
    way: Component | str | None
    pages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Persona:
    """One entry of the demo's "view as" menu."""

    label: str
    href: str
    is_current: bool


def mark() -> html.Div:
    """Return the mark: five lines that begin one after another and end in a chord."""
    return html.Div(className="chorus-mark", **aria(hidden="true"))


def header(
    say: Speaker,
    *,
    district: str,
    is_demo: bool,
    path: str,
    link: Link,
    languages: dict[str, str],
    personas: list[Persona],
    role: str,
    account: Account | None = None,
) -> list[Component]:
    """Return the bands above the page, first to last."""
    bands: list[Component] = []
    if is_demo:
        bands.append(
            html.Div(
                html.Div(rich(say("band.demo", district=district)), className="frame"),
                className="example-band",
            )
        )
    section = _section_of(path)
    bands.append(
        html.Div(
            [
                html.A(
                    [mark(), html.Span("Chorus", className="wordmark")],
                    href=link("/"),
                    className="home",
                    **aria(label=say("nav.home")),
                ),
                html.Span(district, className="district"),
                html.Nav(
                    [
                        html.A(
                            say(f"section.{name}"),
                            href=link(pages[0][1]),
                            className="current" if name == section else "",
                        )
                        for name, pages in SECTIONS
                    ],
                    className="sections",
                    **aria(label=say("nav.sections")),
                ),
                html.Div(
                    [
                        *_languages(say, languages),
                        *_viewing(say, personas, role),
                        *_account(say, account, link),
                    ],
                    className="tools",
                ),
                _menu(say, path, link, languages, personas, account),
            ],
            className="frame bar",
        )
    )
    if section:
        bands.append(_pages_row(say, section, path, link))
    elif account and _is_among(account.pages, path):
        bands.append(_desk_row(say, account.pages, path, link))
    return bands


def _is_among(pages: tuple[tuple[str, str], ...], path: str) -> bool:
    return any(path == p or path.startswith(f"{p}/") for _, p in pages)


def _desk_row(
    say: Speaker, pages: tuple[tuple[str, str], ...], path: str, link: Link
) -> html.Nav:
    links = [_page_link(say, key, target, path, link) for key, target in pages]
    return html.Nav(
        html.Div(links, className="frame"),
        className="pages-row",
        **aria(label=say("section.desk")),
    )


def _account(say: Speaker, account: Account | None, link: Link) -> list[Component]:
    if account is None:
        return []
    found: list[Component] = []
    if account.pages:
        found.append(html.A(say("section.desk"), href=link(account.pages[0][1])))
    if isinstance(account.way, str):
        found.append(html.A(say("nav.sign_in"), href=account.way))
    elif isinstance(account.way, Component):
        found += [html.Span(account.name, className="who"), account.way]
    return [html.Div(found, className="account")]


def _section_of(path: str) -> str:
    for name, pages in SECTIONS:
        if any(path == p or path.startswith(f"{p}/") for _, p in pages):
            return name
    return ""


def _languages(say: Speaker, languages: dict[str, str]) -> list[Component]:
    """Return every language by its letters; the one spoken is no link."""
    return [
        html.B(language.upper(), className="language")
        if language == say.language
        else html.A(
            language.upper(),
            href=href,
            className="language",
            lang=language,
            **aria(label=f"{language.upper()}, {own_name(language)}"),
        )
        for language, href in languages.items()
    ]


def _viewing(say: Speaker, personas: list[Persona], role: str) -> list[Component]:
    if not personas:
        return []
    items = [_persona(p) for p in personas]
    return [
        html.Details(
            [
                html.Summary(say("persona.now", role=role)),
                html.Div([html.P(say("persona.note")), *items], className="personas"),
            ],
            className="view-as",
        )
    ]


def _persona(persona: Persona) -> Component:
    current: dict[str, Any] = {"aria-current": "true"} if persona.is_current else {}
    return html.A(persona.label, href=persona.href, **current)


def _menu(
    say: Speaker,
    path: str,
    link: Link,
    languages: dict[str, str],
    personas: list[Persona],
    account: Account | None,
) -> html.Details:
    groups: list[Component] = [
        html.A(say("home.question"), href=link("/"), className="menu-home"),
        *(
            html.A(own_name(language), href=href, lang=language)
            for language, href in languages.items()
            if language != say.language
        ),
    ]
    for name, pages in SECTIONS:
        groups.append(html.P(say(f"section.{name}"), className="menu-section"))
        groups += [_page_link(say, key, p, path, link) for key, p in pages]
    if account and account.pages:
        groups.append(html.P(say("section.desk"), className="menu-section"))
        groups += [_page_link(say, key, p, path, link) for key, p in account.pages]
    if account and isinstance(account.way, str):
        groups.append(html.A(say("nav.sign_in"), href=account.way))
    elif account and isinstance(account.way, Component):
        groups += [html.P(account.name, className="menu-section"), account.way]
    if personas:
        groups.append(html.P(say("persona.title"), className="menu-section"))
        groups += [_persona(p) for p in personas]
    return html.Details(
        [
            html.Summary(say("nav.menu")),
            html.Nav(groups, **aria(label=say("nav.menu"))),
        ],
        className="phone-menu",
    )


def _page_link(say: Speaker, key: str, target: str, path: str, link: Link) -> html.A:
    here = path == target or (path.startswith(f"{target}/") and path not in DESK_PAGES)
    current: dict[str, Any] = {"aria-current": "page"} if here else {}
    return html.A(say(f"page.{key}"), href=link(target), **current)


def _pages_row(say: Speaker, section: str, path: str, link: Link) -> html.Nav:
    pages = dict(SECTIONS)[section]
    return html.Nav(
        html.Div(
            [_page_link(say, key, target, path, link) for key, target in pages],
            className="frame",
        ),
        className="pages-row",
        **aria(label=say("nav.pages", section=say(f"section.{section}"))),
    )


def release_line(say: Speaker, line: ReleaseLine, *, href: str) -> html.P:
    """Return the line that says which release is being read."""
    published = (
        say("release.published", date=line.published)
        if line.published
        else say("release.unpublished")
    )
    parts: list[Component] = [
        html.B(say("release.wave", wave=line.wave)),
        html.Span(published),
        html.A(say("release.version", version=line.version), href=line.permalink),
        html.A(say("release.all"), href=href),
        html.A(say("packet.get"), href=line.packet),
    ]
    if line.problem:
        parts.append(html.Span(line.problem, className="problem"))
    return html.P(parts, className="release-line")


def footer(say: Speaker, *, district: str, schools: str, link: Link) -> list[Component]:
    """Return the footer's content."""
    return [
        html.Div(
            [
                html.Span(say("footer.who", district=district, schools=schools)),
                html.Span(
                    [
                        say("footer.promise"),
                        " ",
                        html.A(say("page.methods"), href=link("/methods")),
                    ]
                ),
                html.Button(
                    say("nav.colors"),
                    id="theme-toggle",
                    type="button",
                    className="quiet",
                ),
            ],
            className="frame",
        )
    ]
