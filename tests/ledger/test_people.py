"""Who is let in, as what, and that it ends when it is taken away.

Every change is a line of the log; what changes nothing is none.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest

from data.errors import ImportFileError, PersonNotFound, SettingsError
from data.ledger.people import (
    Entry,
    begin_session,
    checked,
    end_session,
    everyone,
    find,
    let_in,
    person_of,
    read_csv,
    read_oneroster,
    revoke,
)
from data.ledger.store import Ledger
from data.ledger.tables import AuditEntry
from data.model.viewer import Role

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)
PAT = Entry("Pat@X.example ", Role.PRINCIPAL, ("S2", "S1", "S1"), "Pat Lee")


@pytest.fixture
def session(tmp_path):
    with Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}").writing() as session:
        yield session


def bring(session, *entries, source="page") -> int:
    return let_in(session, entries, actor="ada", source=source, now=NOON)


def log(session) -> list[tuple]:
    return [(x.actor, x.act, x.subject, json.loads(x.details)) for x in session.query(AuditEntry).order_by(AuditEntry.number)]  # fmt: skip


def test_an_address_is_one_person_however_it_is_written(session):
    assert bring(session, PAT) == 1
    assert bring(session, Entry("pat@x.EXAMPLE", Role.PRINCIPAL, ("S1", "S2"))) == 0
    (person,) = everyone(session)

    assert (person.email, person.role, person.school_ids) == ("pat@x.example", "principal", ["S1", "S2"])  # fmt: skip
    assert person.name == "Pat Lee"
    assert find(session, " PAT@x.example") is person


@pytest.mark.parametrize(
    ("entry", "changes"),
    [
        (Entry("pat@x.example", Role.PRINCIPAL, ("S1", "S2")), 0),
        (Entry("pat@x.example", Role.PRINCIPAL, ("S1",)), 1),
        (Entry("pat@x.example", Role.TEACHER, ("S1", "S2")), 1),
        (Entry("pat@x.example", Role.STEWARD), 1),
    ],
)
def test_what_changes_is_written_down_and_ends_open_sessions(session, entry, changes):
    bring(session, PAT)
    number = begin_session(session, find(session, "pat@x.example"), now=NOON)
    assert bring(session, entry, source="CSV") == changes

    assert len(log(session)) == 1 + changes
    if changes:
        schools = sorted(entry.school_ids)
        assert log(session)[-1] == ("ada", "changed a role", "pat@x.example", {"role": str(entry.role), "schools": schools, "source": "CSV"})  # fmt: skip
    is_open = person_of(session, number, now=NOON) is not None
    assert is_open is not bool(changes)


def test_who_is_revoked_is_nobody_at_once_and_may_be_let_in_again(session):
    bring(session, PAT)
    number = begin_session(session, find(session, "pat@x.example"), now=NOON)
    revoke(session, "pat@x.example", actor="ada", now=NOON)

    assert find(session, "pat@x.example") is None
    assert everyone(session) == []
    assert person_of(session, number, now=NOON) is None
    assert log(session)[-1] == ("ada", "changed a role", "pat@x.example", {"role": "revoked"})  # fmt: skip
    with pytest.raises(PersonNotFound):
        revoke(session, "pat@x.example", actor="ada")
    assert bring(session, PAT) == 1
    assert person_of(session, number, now=NOON) is None


@pytest.mark.parametrize(
    ("after", "is_open"),
    [
        (timedelta(0), True),
        (timedelta(hours=12) - timedelta(seconds=1), True),
        (timedelta(hours=12), False),
    ],
)
def test_a_session_lasts_half_a_day(session, after, is_open):
    bring(session, PAT)
    number = begin_session(session, find(session, "pat@x.example"), now=NOON)
    assert len(number) == 32

    assert (person_of(session, number, now=NOON + after) is not None) is is_open


def test_signing_out_ends_one_session_and_not_the_other(session):
    bring(session, PAT)
    pat = find(session, "pat@x.example")
    first, second = (begin_session(session, pat, now=NOON) for _ in range(2))
    end_session(session, first, now=NOON)

    assert person_of(session, first, now=NOON) is None
    assert person_of(session, second, now=NOON) is pat
    assert person_of(session, "0" * 32, now=NOON) is None


CHECKS = [
    # email, role, schools, what is wrong
    ("a@b.co", Role.STEWARD, (), None),
    ("a@b.co", Role.DISTRICT, (), None),
    ("a@b.co", Role.PRINCIPAL, ("S1",), None),
    ("a@b.co", Role.TEACHER, ("S1", "S2"), None),
    ("a@b.co", Role.PUBLIC, (), "the public needs no entry"),
    ("a@b.co", Role.PRINCIPAL, (), "a principal needs at least one school"),
    ("a@b.co", Role.TEACHER, (), "a teacher needs at least one school"),
    ("a@b.co", Role.STEWARD, ("S1",), "a steward is of no single school"),
    ("a@b.co", Role.DISTRICT, ("S1",), "a district is of no single school"),
    ("a@b", Role.STEWARD, (), "is no email address"),
    ("@b.co", Role.STEWARD, (), "is no email address"),
    ("a b@c.de", Role.STEWARD, (), "is no email address"),
    ("a@@c.de", Role.STEWARD, (), "is no email address"),
    ("", Role.STEWARD, (), "is no email address"),
    ("x" * 64 + "@b.co", Role.STEWARD, (), None),
    ("x" * 65 + "@b.co", Role.STEWARD, (), "is no email address"),
]  # fmt: skip


@pytest.mark.parametrize(("email", "role", "schools", "wrong"), CHECKS)
def test_an_entry_makes_sense_or_says_what_does_not(
    session, email, role, schools, wrong
):
    entry = Entry(email, role, schools)
    if wrong is None:
        assert checked(entry) is entry
        return
    with pytest.raises(SettingsError, match=wrong):
        checked(entry)
    with pytest.raises(SettingsError):
        bring(session, entry)
    assert everyone(session) == []


def test_a_list_is_read_with_its_schools_and_names(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("\ufeffname,email,role,school_ids\nPat, pat@x.example ,Principal,S1; S2;\n,ada@x.example,steward,\n")  # fmt: skip

    assert read_csv(path) == [
        Entry("pat@x.example", Role.PRINCIPAL, ("S1", "S2"), "Pat"),
        Entry("ada@x.example", Role.STEWARD, (), ""),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "has no column 'email'"),
        (b"email\n", "has no column 'role'"),
        (
            b"email,role\na@b.co,owner\n",
            r"people.csv:2 \[role\]: knows no role 'owner'",
        ),
        (
            b"email,role\na@b.co,steward\nx,steward\n",
            "people.csv:3: has no usable email",
        ),
        (b"email,role\n\xff\xfe,steward\n", "cannot be read as UTF-8 text"),
    ],
)
def test_a_list_that_makes_no_sense_says_where_and_never_an_address(
    tmp_path, content, says
):
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(ImportFileError, match=says):
        read_csv(path)


ROSTER = "sourcedId,enabledUser,orgSourcedIds,role,givenName,familyName,email\n"
PEOPLE = [
    # a line of users.csv, whom it lets in
    ('u1,true,"S1,S2",principal,Pat,Lee,pat@x.example', Entry("pat@x.example", Role.PRINCIPAL, ("S1", "S2"), "Pat Lee")),
    ("u1,true,S1,teacher,T,,tea@x.example", Entry("tea@x.example", Role.TEACHER, ("S1",), "T")),
    ("u1,,S1,administrator,A,B,a@x.example", Entry("a@x.example", Role.PRINCIPAL, ("S1",), "A B")),
    ("u1,true,S1,siteAdministrator,A,B,a@x.example", Entry("a@x.example", Role.PRINCIPAL, ("S1",), "A B")),
    ("u1,true,D,districtAdministrator,A,B,a@x.example", Entry("a@x.example", Role.DISTRICT, (), "A B")),
    ("u1,true,S1,student,Kim,Roe,kim@x.example", None),
    ("u1,true,S1,parent,Kim,Roe,kim@x.example", None),
    ("u1,false,S1,teacher,T,,tea@x.example", None),
    ("u1,true,S1,teacher,T,,", None),
    ("u1,true,,teacher,T,,tea@x.example", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "entry"), PEOPLE)
def test_a_roster_lets_in_staff_with_an_address_and_a_school(tmp_path, line, entry):
    (tmp_path / "users.csv").write_text(f"{ROSTER}{line}\n")

    assert read_oneroster(tmp_path) == ([entry] if entry else [])


def test_of_several_roles_the_widest_counts_with_its_schools(tmp_path):
    (tmp_path / "users.csv").write_text("sourcedId,enabledUser,givenName,familyName,email\nu1,true,P,L,p@x.example\n")  # fmt: skip
    (tmp_path / "roles.csv").write_text("userSourcedId,role,orgSourcedId\nu1,teacher,S1\nu1,principal,S2\nu1,student,S3\n")  # fmt: skip

    assert read_oneroster(tmp_path) == [Entry("p@x.example", Role.PRINCIPAL, ("S2",), "P L")]  # fmt: skip


def test_a_roster_without_people_says_so(tmp_path):
    with pytest.raises(ImportFileError, match=r"holds no users.csv"):
        read_oneroster(tmp_path)
