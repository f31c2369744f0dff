"""The frame around every page: header, navigation, footer – filled per viewer."""

from __future__ import annotations

from urllib.parse import urlencode

from dash.development.base_component import Component
from flask import current_app, g

from components import frame
from components.frame import Account, Persona
from components.words import Speaker, count_schools
from data.catalogue.languages import LANGUAGES, SOURCE
from data.errors import ReleaseError
from data.model.viewer import PUBLIC, Role, Viewer
from pages._office import form
from pages._request import (
    Ask,
    ask,
    current_desk,
    current_viewer,
    language_of,
    read_params,
    release_asked,
)
from queries.facts import schools

# What only some see, by role; one's own page first.
MINE, CODING = ("my", "/my"), ("coding", "/my/coding")
RELEASES = ("office_releases", "/steward/releases")
DESK: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.TEACHER: (MINE,),
    Role.PRINCIPAL: (MINE,),
    Role.DISTRICT: (MINE, CODING, RELEASES),
    Role.STEWARD: (
        MINE,
        CODING,
        ("imports", "/steward/imports"),
        ("quality", "/quality"),
        RELEASES,
        ("office_people", "/steward/people"),
        ("settings", "/steward/settings"),
    ),
}
# More schools than this are reached through their pages, not through a menu.
MOST_PERSONAS = 40


def frame_of(
    path: str, search: str | None
) -> tuple[list[Component], list[Component], str]:
    """Return header, footer and the words that skip to the page, for who asks."""
    params = read_params(search)
    say = language_of(params)
    if path.startswith("/embed/"):
        # Inside another site's page: the picture alone.
        return [], [], say("nav.skip")
    try:
        release = release_asked(search)
    except ReleaseError:
        release = current_desk().current()
    if release is None:
        return _bare(say, path, params)
    with ask(release, path, search) as asked:
        header = frame.header(
            say,
            district=asked.facts.district,
            is_demo=asked.facts.is_demo,
            path=path,
            link=asked.href,
            languages=_languages(path, params),
            personas=_personas(asked),
            role=_role(asked),
            account=_account(say, path),
        )
        footer = frame.footer(
            say,
            district=asked.facts.district,
            schools=count_schools(say, asked.facts.schools),
            link=asked.href,
        )
    return header, footer, say("nav.skip")


def _bare(
    say: Speaker, path: str, params: dict[str, str]
) -> tuple[list[Component], list[Component], str]:
    header = frame.header(
        say,
        district="",
        is_demo=False,
        path=path,
        link=lambda target: target,
        languages=_languages(path, params),
        personas=[],
        role="",
        account=_account(say, path),
    )
    return header, [], say("nav.skip")


def _account(say: Speaker, path: str) -> Account | None:
    """Return who is signed in and the way out, or the way in where there is one."""
    pages = DESK.get(current_viewer().role, ())
    if g.person is not None:
        way = form(say, "/sign-out", [], say("nav.sign_out"), look="quiet")
        return Account(g.person.name or g.person.email, way, pages)
    if current_app.config["CHORUS_SETTINGS"].sign_in is not None:
        return Account("", f"/sign-in?{urlencode({'next': path})}", pages)
    return Account("", None, pages) if pages else None


def _languages(path: str, params: dict[str, str]) -> dict[str, str]:
    """Return this page's address in every language."""
    query = {k: v for k, v in params.items() if k != "lang"}
    found = {}
    for language in LANGUAGES:
        own = {} if language == SOURCE else {"lang": language}
        asked = {**query, **own}
        found[language] = f"{path}?{urlencode(asked)}" if asked else path
    return found


def _role(asked: Ask) -> str:
    say, viewer = asked.say, asked.viewer
    match viewer.role:
        case Role.PUBLIC | Role.DISTRICT | Role.STEWARD:
            return say(f"persona.{viewer.role}")
        case Role.PRINCIPAL | Role.TEACHER:
            own = [
                s.name
                for s in schools(asked.connection, viewer)
                if s.school_id in viewer.school_ids
            ]
            return say(f"persona.{viewer.role}", school=", ".join(own))


def _personas(asked: Ask) -> list[Persona]:
    """The demo's menu: public, superintendent, a principal of any school."""
    if not current_app.config["CHORUS_SETTINGS"].demo or g.person is not None:
        return []
    say, viewer = asked.say, current_viewer()
    back = asked.href(asked.path)

    def persona(label: str, role: Role, school: str = "") -> Persona:
        query = {"role": role.value, "school": school, "next": back}
        address = urlencode({k: v for k, v in query.items() if v})
        ids = frozenset({school}) if school else frozenset()
        return Persona(label, f"/view-as?{address}", viewer == Viewer(role, ids))

    found = [
        persona(say("persona.public"), PUBLIC.role),
        persona(say("persona.district"), Role.DISTRICT),
        persona(say("persona.steward"), Role.STEWARD),
    ]
    listed = schools(asked.connection, viewer)[:MOST_PERSONAS]
    for school in listed:
        label = say("persona.principal", school=school.name)
        found.append(persona(label, Role.PRINCIPAL, school.school_id))
    for school in listed[:1]:
        label = say("persona.teacher", school=school.name)
        found.append(persona(label, Role.TEACHER, school.school_id))
    return found
