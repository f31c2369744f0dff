"""Settles who asks, once per request; nobody in particular is the public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask, abort, g, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from data.ledger.entries import Author
from data.ledger.store import Ledger
from data.ledger.tables import Person
from data.model.viewer import PUBLIC, Role, Viewer
from data.publish.office import Office
from data.settings import Settings

# Signed in in the morning, signed out by night.
LONGEST_SESSION = timedelta(hours=12)


def settle_viewers(
    server: Flask, settings: Settings, ledger: Ledger, office: Office
) -> None:
    """Have every request of *server* know its viewer before anything else runs."""

    def settle() -> None:
        g.viewer, g.person, g.author = PUBLIC, None, None
        if "person" in session:
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
    """Look the person up anew: a role taken away is gone with the next request."""
    try:
        number, since = session["person"]
        began = datetime.fromisoformat(since)
    except (TypeError, ValueError):
        return
    now = datetime.now(UTC)
    if now - began > LONGEST_SESSION:
        session.clear()
        return
    with ledger.reading() as reading:
        person = reading.scalars(
            sa.select(Person).where(Person.id == number, Person.revoked_at.is_(None))
        ).first()
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
    return redirect(own_address(request.args.get("next", "/")))


def own_address(target: str) -> str:
    """Return *target* if it is one of our own pages, else the first page."""
    back = urlsplit(target)
    # Only our own addresses: "//elsewhere" would be another host.
    is_ours = not back.netloc and not back.scheme and back.path.startswith("/")
    if not is_ours or back.path.startswith(("//", "/\\")):
        return "/"
    return f"{back.path}?{back.query}" if back.query else back.path
