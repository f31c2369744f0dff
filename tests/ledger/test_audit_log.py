"""The log only grows, and whoever changes it is found out.

Each line is sealed together with the seal before it. Beyond that, releases keep the
seal of the line they were built under, so that even a log written anew with fitting
seals does not fit what it tells of.
"""

import hashlib
import json
import sqlite3
from datetime import UTC, datetime

import pytest

from data.errors import AuditLogBroken
from data.ledger.audit_log import Act, record, verify
from data.ledger.store import Ledger

NOON = datetime(2026, 11, 12, 12, 0, 0, 999, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    """A log of five lines."""
    path = tmp_path / "ledger.sqlite"
    with Ledger(f"sqlite:///{path}").writing() as session:
        for k in range(1, 6):
            record(session, f"p{k}", Act.CHECKED, f"r{k}", {"point": k}, now=NOON)
    return path


def tamper(path, statement: str) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TRIGGER audit_log_no_UPDATE")
        raw.execute("DROP TRIGGER audit_log_no_DELETE")
        raw.executescript(statement)


def verified(path) -> int:
    with Ledger(f"sqlite:///{path}").reading() as session:
        return verify(session)


def test_a_line_says_who_what_and_when_and_is_sealed_with_the_one_before(path):
    with sqlite3.connect(path) as raw:
        rows = raw.execute("SELECT * FROM audit_log ORDER BY number").fetchall()
    previous = "0" * 64
    for k, row in enumerate(rows, 1):
        said = [k, "2026-11-12T12:00:00+00:00", f"p{k}", "checked", f"r{k}",
                '{"point": ' + str(k) + "}", previous]  # fmt: skip
        seal = hashlib.sha256(json.dumps(said).encode()).hexdigest()
        assert row == (k, "2026-11-12 12:00:00.000000", *said[2:], seal)
        previous = seal

    assert verified(path) == 5


def test_letters_of_every_language_are_sealed_alike(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with Ledger(f"sqlite:///{path}").writing() as session:
        record(session, "Íñigo", Act.SIGNED_IN, "página", {"ñ": "–"})

    assert verified(path) == 1


def test_an_empty_log_is_whole(tmp_path):
    assert verified(tmp_path / "ledger.sqlite") == 0


LINES = "SELECT * FROM audit_log"
TAMPERED = [
    # what is done, the first line that does not fit
    ("UPDATE audit_log SET actor = 'eve' WHERE number = 2", 2),
    ("UPDATE audit_log SET act = 'approved' WHERE number = 2", 2),
    ("UPDATE audit_log SET subject = 'r9' WHERE number = 2", 2),
    ("UPDATE audit_log SET details = '{}' WHERE number = 2", 2),
    ("UPDATE audit_log SET at = '2020-01-01 00:00:00.000000' WHERE number = 2", 2),
    ("UPDATE audit_log SET digest = 'ff' WHERE number = 2", 2),
    ("UPDATE audit_log SET previous = 'ff' WHERE number = 2", 2),
    ("UPDATE audit_log SET number = 9 WHERE number = 5", 5),
    ("DELETE FROM audit_log WHERE number = 1", 1),
    ("DELETE FROM audit_log WHERE number = 3", 3),
    ("DELETE FROM audit_log WHERE number = 3; UPDATE audit_log SET number = number - 1 WHERE number > 3", 3),
    ("UPDATE audit_log SET number = 99 WHERE number = 2; UPDATE audit_log SET number = 2 WHERE number = 3; UPDATE audit_log SET number = 3 WHERE number = 99", 2),
    ("INSERT INTO audit_log SELECT 6, at, 'eve', act, subject, details, digest, digest FROM audit_log WHERE number = 5", 6),
    ("INSERT INTO audit_log SELECT 6, at, actor, act, subject, details, previous, digest FROM audit_log WHERE number = 5", 6),
    ("INSERT INTO audit_log SELECT 0, at, actor, act, subject, details, previous, digest FROM audit_log WHERE number = 1", 1),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "line"), TAMPERED)
def test_every_kind_of_tampering_is_found_at_its_line(path, statement, line):
    tamper(path, statement)
    with pytest.raises(AuditLogBroken) as found:
        verified(path)

    assert found.value.line == line
    assert f"line {line} does not fit" in str(found.value)


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log"])  # fmt: skip
def test_the_database_itself_refuses_to_change_a_line(path, statement):
    with sqlite3.connect(path) as raw, pytest.raises(sqlite3.IntegrityError, match="only grows"):  # fmt: skip
        raw.execute(statement)

    assert verified(path) == 5


def test_lines_follow_on_after_the_highest_number(path):
    with Ledger(f"sqlite:///{path}").writing() as session:
        assert record(session, "ada", Act.BUILT, "x").number == 6

    assert verified(path) == 6
