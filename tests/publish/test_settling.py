"""A log is completed by looking at what is there: the shelf and the warehouse.

What happened is told as done, by whoever was about to do it; what did not happen, as
not done; and nothing is settled that somebody may still be in the middle of.
"""

import json

import duckdb
import pytest

from data.errors import AccessDenied, DiskFull, LogBehind
from data.ingest.warehouse import create_schema
from data.ledger.audit_log import Act
from data.ledger.intents import begin, open_intents
from data.ledger.store import Ledger
from data.model.shelf import Pointer, Published
from data.model.standing import State
from data.model.viewer import Role
from data.publish.permissions import Actor, check_not_own
from data.publish.records import record_builder, record_of
from data.publish.settling import settle_shelf, settle_warehouse, telling
from data.publish.shelf_moves import write_pointer
from data.publish.witness import unsaid_of_shelf, unsaid_of_warehouse

NAME = "2026-27F.1"


@pytest.fixture
def ledger(tmp_path):
    return Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")


@pytest.fixture
def shelf(tmp_path):
    (tmp_path / "releases" / "drafts").mkdir(parents=True)
    return tmp_path / "releases"


@pytest.fixture
def warehouse():
    connection = duckdb.connect()
    create_schema(connection)
    return connection


def intent(ledger, act, subject=NAME, **details):
    with ledger.writing() as session:
        return begin(session, "ada", act, subject, details)


def last_line(ledger) -> tuple:
    import sqlalchemy as sa

    from data.ledger.tables import AuditEntry

    with ledger.reading() as session:
        line = session.scalars(
            sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)
        ).first()
        return line.actor, line.act, line.subject


def draft(shelf, line: int, seal: str, name: str = NAME) -> None:
    folder = shelf / "drafts" / name
    folder.mkdir()
    log = {"log": {"line": line, "seal": seal}}
    (folder / "manifest.json").write_text(json.dumps(log))


def published(shelf, *lines: Published) -> None:
    write_pointer(shelf, Pointer(lines[-1].release_id, lines))


def builder(ledger) -> str:
    with ledger.writing() as session:
        return record_of(session, NAME).built_by


# --- builds


def test_a_draft_that_names_the_line_was_built_and_its_builder_is_on_record(
    ledger, shelf
):
    line = intent(ledger, Act.BUILDING)
    draft(shelf, line.number, line.seal)

    assert settle_shelf(shelf, ledger) == []
    assert builder(ledger) == "ada"
    assert last_line(ledger) == ("ada", "built", NAME)


@pytest.mark.parametrize(
    "what", ["no draft", "another line", "another seal", "no line"]
)
def test_a_draft_of_another_build_is_nobodys_until_the_warehouse_is_free(
    ledger, shelf, warehouse, what
):
    """Without the warehouse nobody can tell whether the build is still at work."""
    line = intent(ledger, Act.BUILDING)
    if what == "no line":
        (shelf / "drafts" / NAME).mkdir()
        (shelf / "drafts" / NAME / "manifest.json").write_text("{}")
    elif what != "no draft":
        draft(shelf, line.number + (what == "another line"), "f" * 64)

    assert [i.number for i in settle_shelf(shelf, ledger)] == [line.number]
    settle_warehouse(warehouse, shelf, ledger)
    assert builder(ledger) == ""
    assert last_line(ledger) == ("ada", "did not build", NAME)


def test_a_build_found_by_the_holder_of_the_warehouse_is_on_record_too(
    ledger, shelf, warehouse
):
    line = intent(ledger, Act.BUILDING)
    draft(shelf, line.number, line.seal)
    settle_warehouse(warehouse, shelf, ledger)

    assert builder(ledger) == "ada"


def test_a_draft_nobody_is_known_to_have_built_is_approved_by_nobody():
    for single in (False, True):
        with pytest.raises(
            AccessDenied, match=r"nobody is on record .* build it again"
        ):
            check_not_own(Actor("ben", Role.DISTRICT), "", single_steward=single)


def test_a_build_of_a_number_used_before_inherits_no_approval(ledger):
    with ledger.writing() as session:
        row = record_of(session, NAME)
        row.state, row.approved_by, row.early_readers = State.APPROVED, "ben", ["eve"]
        record_builder(session, NAME, "ada")
    with ledger.reading() as session:
        row = record_of(session, NAME)
        assert (row.built_by, row.state) == ("ada", State.DRAFT)
        assert (row.approved_by, row.publish_at, row.early_readers) == (None, None, [])


# --- moves of the shelf


@pytest.mark.parametrize(
    ("act", "history", "line"),
    [
        (Act.PUBLISHING, [], "did not publish"),
        (Act.PUBLISHING, [Published("2026-27F.9", "x")], "did not publish"),
        (Act.PUBLISHING, [Published(NAME, "x")], "published"),
        (Act.PUBLISHING, [Published(NAME, "x", "y", "z")], "published"),
        (Act.WITHDRAWING, [], "did not withdraw"),
        (Act.WITHDRAWING, [Published(NAME, "x")], "did not withdraw"),
        (Act.WITHDRAWING, [Published(NAME, "x", "y", "z")], "withdrew"),
    ],
)
def test_a_move_is_told_as_the_pointer_says(ledger, shelf, act, history, line):
    if history:
        published(shelf, *history)
    intent(ledger, act)

    assert settle_shelf(shelf, ledger) == []
    assert last_line(ledger) == ("ada", line, NAME)


def test_a_release_renamed_and_never_pointed_to_is_a_draft_again(ledger, shelf):
    (shelf / NAME).mkdir()
    (shelf / NAME / "public.duckdb").touch()
    intent(ledger, Act.PUBLISHING)
    settle_shelf(shelf, ledger)

    assert [p.name for p in (shelf / "drafts" / NAME).iterdir()] == ["public.duckdb"]
    assert not (shelf / NAME).exists()


def test_a_published_release_stays_where_it_is(ledger, shelf):
    (shelf / NAME).mkdir()
    published(shelf, Published(NAME, "x"))
    intent(ledger, Act.PUBLISHING)
    settle_shelf(shelf, ledger)

    assert (shelf / NAME).exists()


def test_nothing_begun_costs_one_look_and_no_lock(ledger, tmp_path):
    assert settle_shelf(tmp_path / "no shelf", ledger) == []
    assert not (tmp_path / "no shelf").exists()


# --- imports


def file_in(warehouse) -> None:
    warehouse.execute(
        "INSERT INTO files VALUES (7, 'aa', 'a.csv', 'CSV', 'utf-8', 'm', 'r', 's', 12, 8, 2, 1, 1, now())"
    )


@pytest.mark.parametrize(
    ("file", "sha256", "line"),
    [
        (7, "aa", "imported"),
        (7, "bb", "did not import"),
        (8, "aa", "did not import"),  # the same bytes, read in another way
    ],
)
def test_a_file_is_told_as_the_warehouse_says(
    ledger, shelf, warehouse, file, sha256, line
):
    file_in(warehouse)
    intent(ledger, Act.IMPORTING, "a.csv", file=file, sha256=sha256)

    assert [i.subject for i in settle_shelf(shelf, ledger)] == ["a.csv"]
    settle_warehouse(warehouse, shelf, ledger)
    assert last_line(ledger) == ("ada", line, "a.csv")
    with ledger.reading() as session:
        assert open_intents(session) == []


# --- what the log must say


def test_what_happened_past_the_log_is_named(ledger, shelf, warehouse):
    published(
        shelf, Published("2026-27F.1", "x", "y", "z"), Published("2026-27F.2", "x")
    )
    draft(shelf, 7, "f" * 64, "2026-27F.3")
    file_in(warehouse)
    with ledger.reading() as session:
        assert list(unsaid_of_shelf(session, shelf)) == [
            "2026-27F.1 was published and no line says so",
            "2026-27F.1 was withdrawn and no line says so",
            "2026-27F.2 was published and no line says so",
            "line 7, under which 2026-27F.3 was built, is not the one its manifest names",
            "nobody is on record as the builder of 2026-27F.3",
        ]
        assert list(unsaid_of_warehouse(session, warehouse)) == [
            "a.csv was imported and no line says so"
        ]


def test_what_the_log_says_is_not_named(ledger, shelf, warehouse):
    line = intent(ledger, Act.BUILDING)
    draft(shelf, line.number, line.seal)
    file_in(warehouse)
    intent(ledger, Act.IMPORTING, "a.csv", file=7, sha256="aa")
    settle_warehouse(warehouse, shelf, ledger)
    with ledger.reading() as session:
        assert list(unsaid_of_shelf(session, shelf)) == []
        assert list(unsaid_of_warehouse(session, warehouse)) == []


@pytest.mark.parametrize("error", [DiskFull("x"), OSError("x")])
def test_what_is_done_is_said_to_be_done_where_the_log_cannot(error):
    with pytest.raises(LogBehind, match=r"2026-27F\.1 was built, but the log"):
        _tell(error)


def _tell(error: Exception) -> None:
    with telling("2026-27F.1 was built"):
        raise error
