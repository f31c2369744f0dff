"""A session is a number in the ledger: it ends there, whatever a browser still holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from web_asking import sent

from data.errors import PersonNotFound
from data.ledger.people import (
    Entry,
    begin_session,
    end_session,
    find,
    let_in,
    person_of,
    revoke,
)
from data.ledger.store import Ledger
from data.ledger.tables import SignedIn
from data.model.viewer import Role

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
ANN = "ann@alder.example"


@pytest.fixture
def book(tmp_path) -> Ledger:
    """A ledger in which Ann is a principal of S1."""
    made = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    let(made, Role.PRINCIPAL, "S1")
    return made


def let(book: Ledger, role: Role, *schools: str) -> None:
    with book.writing() as session:
        let_in(session, [Entry(ANN, role, schools)], actor="test", source="page")


def begun(book: Ledger, at: datetime = NOON) -> str:
    with book.writing() as session:
        return begin_session(session, find(session, ANN), now=at)


def who(book: Ledger, number: str, at: datetime = NOON) -> str | None:
    with book.reading() as session:
        person = person_of(session, number, now=at)
        return person and f"{person.email} {person.role}"


def test_a_session_is_its_persons(book):
    assert who(book, begun(book)) == f"{ANN} principal"


def test_numbers_cannot_be_guessed_and_never_come_twice(book):
    numbers = {begun(book) for _ in range(20)}

    assert len(numbers) == 20
    assert all(len(n) == 32 and int(n, 16) for n in numbers)  # 128 bits


@pytest.mark.parametrize("number", ["", "1", "None", "0" * 32])
def test_a_number_that_was_never_given_is_nobodys(book, number):
    begun(book)

    assert who(book, number) is None


@pytest.mark.parametrize(
    ("hours", "is_in"), [(0, True), (11.99, True), (12, False), (13, False)]
)
def test_it_lasts_twelve_hours(book, hours, is_in):
    number = begun(book)

    assert (who(book, number, NOON + timedelta(hours=hours)) is not None) is is_in


def test_signing_out_ends_this_session_and_no_other(book):
    here, elsewhere = begun(book), begun(book)
    with book.writing() as session:
        end_session(session, here, now=NOON)

    assert who(book, here) is None
    assert who(book, elsewhere) is not None


def test_revoking_ends_every_session_and_letting_in_again_revives_none(book):
    numbers = [begun(book), begun(book)]
    with book.writing() as session:
        revoke(session, ANN, actor="test")
    assert [who(book, n) for n in numbers] == [None, None]

    let(book, Role.STEWARD)

    assert [who(book, n) for n in numbers] == [None, None]
    assert who(book, begun(book)) == f"{ANN} steward"


@pytest.mark.parametrize(
    ("role", "schools"),
    [
        (Role.DISTRICT, ()),
        (Role.TEACHER, ("S1",)),
        (Role.PRINCIPAL, ("S2",)),
        (Role.PRINCIPAL, ("S1", "S2")),
    ],
)
def test_another_role_or_school_ends_what_began_under_the_old_one(book, role, schools):
    number = begun(book)
    let(book, role, *schools)

    assert who(book, number) is None


def test_the_same_entry_again_ends_nothing(book):
    number = begun(book)
    let(book, Role.PRINCIPAL, "S1")

    assert who(book, number) is not None


def test_one_persons_end_is_not_anothers(book):
    number = begun(book)
    with book.writing() as session:
        let_in(
            session, [Entry("bo@alder.example", Role.DISTRICT)], actor="t", source="p"
        )
        revoke(session, "bo@alder.example", actor="t")

    assert who(book, number) is not None


def test_nobody_is_revoked_twice(book):
    with book.writing() as session, pytest.raises(PersonNotFound):
        revoke(session, "nobody@alder.example", actor="test")


def test_sessions_nobody_could_use_are_not_kept(book):
    old, young = begun(book, NOON), begun(book, NOON + timedelta(hours=11))
    begun(book, NOON + timedelta(hours=12, minutes=1))

    with book.reading() as session:
        kept = set(session.scalars(sa.select(SignedIn.number)))
    assert old not in kept
    assert young in kept


# --- at the server


def is_in(browser) -> bool:
    return browser.get("/download/quality/none.csv").status_code != 403 and (
        sent(
            browser, "/steward/people/revoke", email="nobody@alder.example"
        ).status_code
        == 303
    )


def test_a_copied_cookie_is_dead_after_sign_out(small, signed_in, ledger):
    browser = signed_in("ada@alder.example")
    assert is_in(browser)
    value = browser.get_cookie("chorus").value
    number = number_in(small, value)
    with ledger.writing() as session:
        end_session(session, number)

    copy = small.test_client()
    copy.get("/")
    copy.set_cookie("chorus", value)
    assert not is_in(copy)


def number_in(small, cookie: str) -> str:
    signer = small.session_interface.get_signing_serializer(small)
    return signer.loads(cookie)["session"]


def test_the_cookie_holds_the_number_and_nothing_of_the_person(small, signed_in):
    value = signed_in("ada@alder.example").get_cookie("chorus").value
    signer = small.session_interface.get_signing_serializer(small)

    assert set(signer.loads(value)) == {"session"}


@pytest.mark.parametrize("flag", ["HttpOnly", "SameSite=Lax"])
def test_the_cookie_is_for_this_server_alone(visitor, flag):
    reply = visitor.get("/view-as?role=district")

    (made,) = (
        c for c in reply.headers.getlist("Set-Cookie") if c.startswith("chorus=")
    )
    assert flag in made
