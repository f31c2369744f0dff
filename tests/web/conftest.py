"""A small application: one empty release of one school, and nothing else to wait for."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from conftest import settings_in
from districts import publish_empty
from flask import Flask
from flask.testing import FlaskClient
from web_asking import fresh_pages

from data.ledger.people import Entry, begin_session, find, let_in
from data.ledger.store import Ledger
from data.model.viewer import Role
from data.settings import Settings

ADDRESSES = itertools.count()
PEOPLE = (
    Entry("ada@alder.example", Role.STEWARD),
    Entry("lee@alder.example", Role.DISTRICT),
    Entry("pat@alder.example", Role.PRINCIPAL, ("S1",)),
)


def made_app(settings: Settings) -> Flask:
    """One more application in this process."""
    from app import create_app

    fresh_pages()
    return create_app(settings).server


@pytest.fixture(scope="session")
def small_home(tmp_path_factory):
    """The home folder of a district of one school that nobody has been asked in."""
    home = tmp_path_factory.mktemp("small-town")
    publish_empty(settings_in(home, CHORUS_SECRET="s" * 32))
    with Ledger(f"sqlite:///{home / 'ledger.sqlite'}").writing() as session:
        let_in(session, PEOPLE, actor="test", source="CSV")
    return home


@pytest.fixture(scope="session")
def small(small_home) -> Flask:
    """The application of the small town, with the demo's view-as and no sign-in."""
    return made_app(settings_in(small_home, CHORUS_DEMO="1", CHORUS_SECRET="s" * 32))


def browser_of(server: Flask) -> FlaskClient:
    """A browser without a cookie, at an address nobody else has asked from."""
    made = server.test_client()
    a, b = divmod(next(ADDRESSES), 250)
    made.environ_base["REMOTE_ADDR"] = f"198.18.{a}.{b + 1}"
    return made


@pytest.fixture
def visitor(small) -> FlaskClient:
    return browser_of(small)


@pytest.fixture
def ledger(small) -> Ledger:
    return small.extensions["chorus_ledger"]


@pytest.fixture
def signed_in(small, ledger) -> Callable[[str], FlaskClient]:
    """A browser in which that person has signed in."""

    def browser(email: str) -> FlaskClient:
        made = browser_of(small)
        made.get("/")  # brings the token of its forms
        with ledger.writing() as session:
            number = begin_session(session, find(session, email))
        with made.session_transaction() as cookie:
            cookie["session"] = number
        return made

    return browser
