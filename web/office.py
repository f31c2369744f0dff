"""The forms of the steward's pages: each does one thing, writes it down, goes back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Flask, abort, g, request
from werkzeug.wrappers import Response as AnyResponse

from data.catalogue.languages import LANGUAGES
from data.errors import ChorusError, SettingsError
from data.ledger.people import Entry, let_in, read_csv, read_oneroster, revoke
from data.ledger.store import Ledger
from data.model.standing import Point
from data.model.viewer import Role
from data.publish.office import Office, local_moment
from data.publish.permissions import Actor
from data.settings import Settings
from web.redirects import SEE_OTHER, go

LONGEST = 300
Do = Callable[[], object]


def add_office(
    server: Flask, settings: Settings, ledger: Ledger, office: Office
) -> None:
    """Add the addresses the steward's forms post to."""
    desk = _Forms(settings, ledger, office)
    for address, name, view in (
        ("/steward/releases/<release_id>/<step>", "step", desk.release_step),
        ("/steward/people/add", "add_person", desk.add_person),
        ("/steward/people/import", "import_people", desk.import_people),
        ("/steward/people/revoke", "revoke_person", desk.revoke_person),
    ):
        server.add_url_rule(address, name, view, methods=["POST"])


class _Forms:
    """What each form does; who may is asked again here, whatever a page offered."""

    def __init__(self, settings: Settings, ledger: Ledger, office: Office) -> None:
        self._settings, self._ledger, self._office = settings, ledger, office

    def release_step(self, release_id: str, step: str) -> AnyResponse:
        """Take one step with one release."""
        who, office = _actor(), self._office

        def schedule() -> None:
            at = local_moment(_field("at").replace("T", " "), self._settings.timezone)
            early = _field("early").replace(",", " ").split()
            office.schedule(release_id, who, at, early)

        steps: dict[str, Do] = {
            "submit": lambda: office.submit(release_id, who),
            "return": lambda: office.send_back(release_id, who),
            "approve": lambda: office.approve(release_id, who),
            "publish": lambda: office.publish(release_id, who),
            "vouch": lambda: office.vouch(
                release_id, who, _point(_field("point")), _field("because")
            ),
            "schedule": schedule,
            "withdraw": lambda: office.withdraw(release_id, who, _field("reason")),
        }
        if step not in steps:
            abort(404)
        return _tried(steps[step], "/steward/releases")

    def add_person(self) -> AnyResponse:
        """Let one person in."""
        who = _steward()

        def do() -> None:
            role = _field("role")
            if role not in set(Role):
                raise SettingsError("choose a role", code="role")
            schools = tuple(_field("schools").replace(",", " ").split())
            entry = Entry(_field("email"), Role(role), schools, _field("name"))
            with self._ledger.writing() as writing:
                let_in(writing, [entry], actor=who.name, source="page")

        return _tried(do, "/steward/people")

    def import_people(self) -> AnyResponse:
        """Let the people of a file in."""
        who = _steward()

        def do() -> None:
            sent = request.files.get("file")
            if sent is None or not sent.filename:
                raise SettingsError("choose a file first", code="no_file")
            is_zip = sent.filename.lower().endswith(".zip")
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / ("people.zip" if is_zip else "people.csv")
                sent.save(path)
                entries = read_oneroster(path) if is_zip else read_csv(path)
            source = "OneRoster" if is_zip else "CSV"
            with self._ledger.writing() as writing:
                let_in(writing, entries, actor=who.name, source=source)

        return _tried(do, "/steward/people")

    def revoke_person(self) -> AnyResponse:
        """Take one person's role away."""
        who = _steward()

        def do() -> None:
            with self._ledger.writing() as writing:
                revoke(writing, _field("email"), actor=who.name)

        return _tried(do, "/steward/people")


def _actor() -> Actor:
    # A demo's persona is no person: nobody would be answerable.
    if g.person is None or g.viewer.role not in {Role.STEWARD, Role.DISTRICT}:
        abort(403)
    return Actor(g.person.email, g.viewer.role)


def _steward() -> Actor:
    who = _actor()
    if who.role is not Role.STEWARD:
        abort(403)
    return who


def _tried(do: Do, back: str) -> AnyResponse:
    """Do it and go back, with one line of what went wrong, if anything."""
    asked = request.form.get("lang", "")
    lang = {"lang": asked} if asked in LANGUAGES[1:] else {}
    try:
        do()
        query = {**lang, "said": "done"}
    except ChorusError as error:
        # Its code only: whoever writes an address must not write the page.
        query = {**lang, "problem": error.code}
    return go(back, status=SEE_OTHER, **query)


def _field(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST]


def _point(name: str) -> Point:
    if name not in set(Point):
        raise SettingsError("no such point of the checklist", code="point")
    return Point(name)
