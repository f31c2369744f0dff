"""A transaction is kept whole or not at all, and what is wrong is said in one sentence."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from data.errors import DiskFull, LedgerUnusable
from data.ledger import store
from data.ledger.audit_log import Act, record, verify
from data.ledger.store import Ledger


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.sqlite"


def at(path) -> Ledger:
    return Ledger(f"sqlite:///{path}")


def _fail_after_writing(path) -> None:
    with at(path).writing() as session:
        record(session, "ben", Act.SIGNED_IN, "website")
        raise RuntimeError


def test_nothing_of_a_transaction_that_fails_is_kept(path):
    with at(path).writing() as session:
        record(session, "ada", Act.SIGNED_IN, "website")
    with pytest.raises(RuntimeError):
        _fail_after_writing(path)
    with at(path).reading() as session:
        assert verify(session) == 1


def test_reading_keeps_nothing(path):
    with at(path).reading() as session:
        record(session, "ada", Act.SIGNED_IN, "website")
    with at(path).reading() as session:
        assert verify(session) == 0


def test_many_open_an_empty_ledger_at_once_and_write_one_chain(path):
    def write(k: int) -> None:
        with at(path).writing() as session:
            record(session, f"p{k}", Act.SIGNED_IN, "website")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(12)))
    with at(path).reading() as session:
        assert verify(session) == 12


def test_a_file_that_is_no_ledger_is_said_to_be_damaged(path):
    path.write_bytes(b"this is not a database" * 100)
    with (
        pytest.raises(LedgerUnusable, match=r"ledger.sqlite is damaged; put it back"),
        at(path).reading(),
    ):
        pass


def test_a_ledger_whose_tables_are_gone_is_said_to_be_damaged(path):
    with at(path).reading():
        pass
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TABLE people")
    from data.ledger.people import everyone

    with pytest.raises(LedgerUnusable, match="is damaged"), at(path).reading() as session:  # fmt: skip
        everyone(session)


def test_a_ledger_held_by_another_is_said_to_be_held(path, monkeypatch):
    monkeypatch.setattr(store, "WAIT_MS", 1)
    with at(path).reading():
        pass
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with (
        pytest.raises(LedgerUnusable, match="held by another for too long"),
        at(path).writing(),
    ):
        pass
    other.rollback()
    with at(path).writing() as session:
        record(session, "ada", Act.SIGNED_IN, "website")


def test_a_folder_that_is_not_there_is_said_to_be_unwritable(tmp_path):
    with (
        pytest.raises(LedgerUnusable, match="cannot be written"),
        at(tmp_path / "nowhere" / "ledger.sqlite").reading(),
    ):
        pass


@pytest.mark.parametrize(
    ("said", "kind", "sentence"),
    [
        ("database or disk is full", DiskFull, "no room left to write"),
        ("disk I/O error", LedgerUnusable, "the disk reports an error"),
        ("attempt to write a readonly database", LedgerUnusable, "cannot be written"),
        ("database disk image is malformed", LedgerUnusable, "is damaged"),
        ("could not connect to server", LedgerUnusable, "does not answer"),
        ("something new\nand more", LedgerUnusable, "cannot be used: something new"),
    ],
)
def test_what_a_database_says_is_said_plainly(path, said, kind, sentence):
    with pytest.raises(kind, match=sentence) as found, at(path).reading():
        raise sa.exc.OperationalError("SELECT 1", {}, sqlite3.OperationalError(said))

    assert "and more" not in str(found.value)


def test_no_password_is_told(monkeypatch):
    ledger = Ledger("postgresql+none://chorus:hunter2@db.example/chorus")

    assert "hunter2" not in ledger._place
    assert "db.example" in ledger._place


def test_a_rule_of_the_tables_is_not_a_fault_of_the_ledger(path):
    with pytest.raises(sa.exc.IntegrityError), at(path).writing() as session:
        session.execute(sa.text("INSERT INTO choices VALUES ('a', 'b'), ('a', 'c')"))
