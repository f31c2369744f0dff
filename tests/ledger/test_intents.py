"""What is about to be done is written down first, and settled once.

A line says "is importing"; a later one says "imported" or "did not import" and names
the line it settles. What nothing settles is an open intent.
"""

import json

import pytest
import sqlalchemy as sa

from data.ledger.audit_log import Act, record, verify
from data.ledger.intents import begin, end, open_intents
from data.ledger.store import Ledger
from data.ledger.tables import AuditEntry


@pytest.fixture
def ledger(tmp_path):
    return Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")


def lines(ledger) -> list[tuple]:
    with ledger.reading() as session:
        found = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number))
        return [(x.actor, x.act, x.subject, json.loads(x.details)) for x in found]


ACTS = [
    # about to, done, not done
    (Act.IMPORTING, "is importing", "imported", "did not import"),
    (Act.BUILDING, "is building", "built", "did not build"),
    (Act.PUBLISHING, "is publishing", "published", "did not publish"),
    (Act.WITHDRAWING, "is withdrawing", "withdrew", "did not withdraw"),
]


@pytest.mark.parametrize(("act", "before", "done", "not_done"), ACTS)
@pytest.mark.parametrize("is_done", [True, False])
def test_the_line_after_says_how_it_ended_and_which_line_it_settles(
    ledger, act, before, done, not_done, is_done
):
    with ledger.writing() as session:
        record(session, "eve", Act.SIGNED_IN, "website")
        intent = begin(session, "ada", act, "x", {"sha256": "ff"})
    with ledger.writing() as session:
        assert end(session, intent, is_done=is_done, details={"kept": 3})

    after = done if is_done else not_done
    assert lines(ledger)[1:] == [
        ("ada", before, "x", {"sha256": "ff"}),
        ("ada", after, "x", {"kept": 3, "settles": 2}),
    ]
    with ledger.reading() as session:
        assert verify(session) == 3


def test_what_is_begun_is_open_until_it_is_settled_oldest_first(ledger):
    with ledger.writing() as session:
        first = begin(session, "ada", Act.IMPORTING, "a.csv", {"sha256": "1"})
        begin(session, "ada", Act.IMPORTING, "a.csv", {"sha256": "2"})
        begin(session, "ben", Act.BUILDING, "2026-27F.1")
    with ledger.reading() as session:
        assert [(i.number, i.actor, i.subject, i.details) for i in open_intents(session)] == [
            (1, "ada", "a.csv", {"sha256": "1"}),
            (2, "ada", "a.csv", {"sha256": "2"}),
            (3, "ben", "2026-27F.1", {}),
        ]  # fmt: skip
        assert [i.number for i in open_intents(session, Act.BUILDING)] == [3]
        assert [i.number for i in open_intents(session, Act.PUBLISHING)] == []
    with ledger.writing() as session:
        end(session, first, is_done=False)
    with ledger.reading() as session:
        assert [i.number for i in open_intents(session)] == [2, 3]


def test_an_intent_is_settled_once_whoever_comes_second(ledger):
    with ledger.writing() as session:
        intent = begin(session, "ada", Act.PUBLISHING, "2026-27F.1")
    with ledger.writing() as session:
        assert end(session, intent, is_done=True) is True
        assert end(session, intent, is_done=False) is False

    assert [act for _, act, *_ in lines(ledger)] == ["is publishing", "published"]


def test_a_line_written_by_hand_settles_nothing(ledger):
    """A draft brought from elsewhere is "built" without having been begun here."""
    with ledger.writing() as session:
        begin(session, "ada", Act.BUILDING, "2026-27F.1")
        record(session, "ada", Act.BUILT, "2026-27F.1")
    with ledger.reading() as session:
        assert len(open_intents(session)) == 1


def _begin_and_fail(ledger) -> None:
    with ledger.writing() as session:
        begin(session, "ada", Act.IMPORTING, "a.csv")
        raise RuntimeError


def test_a_transaction_that_fails_leaves_no_intent(ledger):
    with pytest.raises(RuntimeError):
        _begin_and_fail(ledger)

    assert lines(ledger) == []
