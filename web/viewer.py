"""Settles who asks, once per request; nobody in particular is the public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Flask, abort, g, request, session
from werkzeug.wrappers import Response as AnyResponse

from data.ledger.entries import Author
from data.ledger.people import person_of
from data.ledger.store import Ledger
from data.ledger.tables import Person
from data.model.viewer import PUBLIC, Role, Viewer
from data.publish.office import Office
from data.settings import Settings
from web.redirects import FIRST_PAGE, go

# What the cookie holds of someone signed in: the number of the session.
SESSION = "session"


def settle_viewers(
    server: Flask, settings: Settings, ledger: Ledger, office: Office
) -> None:
    """Have every request of *server* know its viewer before anything else runs."""

    def settle() -> None:
        g.viewer, g.person, g.author = PUBLIC, None, None
        if SESSION in session:
            _settle_person(ledger, office)
        elif settings.demo and "view_as" in session:
            # A cookie from a demo is worth nothing once the demo is off.
            g.viewer = _persona(session["view_as"])
        if g.viewer is not PUBLIC:
            g.author = Author(_name(g.person, g.viewer), g.viewer)

    server.before_request(settle)
    if settings.demo:
        server.add_url_rule("/view-as", view_func=_view_as)


def _settle_person(ledger: Ledger, office: Office) -> None:
    """Look the session up anew: one that was ended is gone with the next request."""
    now = datetime.now(UTC)
    with ledger.reading() as reading:
        person = person_of(reading, str(session[SESSION]), now=now)
    if person is None:
        session.clear()
        return
    g.person = person
    early = office.early_for(person.email, now=now)
    schools = frozenset(person.school_ids)
    g.viewer = Viewer(Role(person.role), schools, early)


def _name(person: Person | None, viewer: Viewer) -> str:
    """Return what the ledger calls who writes; a demo's persona is a person too."""
    if person is not None:
        return str(person.email)
    return " ".join(["demo", viewer.role, *sorted(viewer.school_ids)])


def _persona(chosen: Sequence[str]) -> Viewer:
    try:
        role, school = chosen
        ids = frozenset({school}) if school else frozenset()
        return Viewer(Role(role), ids)
    except (TypeError, ValueError):
        return PUBLIC


def _view_as() -> AnyResponse:
    """Let a reader of the demo see what another sees; not routed otherwise."""
    role = request.args.get("role", "")
    if role not in set(Role):
        abort(404)
    school = request.args.get("school", "")[:80]
    of_school = role in {Role.PRINCIPAL, Role.TEACHER}
    if of_school and not school:
        abort(404)
    session["view_as"] = (role, school if of_school else "")
    return go(request.args.get("next", FIRST_PAGE))
