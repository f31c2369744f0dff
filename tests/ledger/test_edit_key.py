"""The key of a nameless try: nobody guesses it, and the ledger does not hold it."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from data.errors import AccessDenied
from data.ledger.entries import Author, write
from data.ledger.registers import REGISTERS
from data.ledger.store import Ledger
from data.ledger.tables import RegisterEntry
from data.model.viewer import Role, Viewer

TEACHER = Author("tea@alder.example", Viewer(Role.TEACHER, frozenset({"S1"})))
TRY = {"school_id": "S1", "team_size": "3", "start": "2026-11-02"}


@pytest.fixture
def ledger(tmp_path) -> Ledger:
    return Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")


def put(ledger: Ledger, step: str, **more: object):
    register = REGISTERS["try"]
    with ledger.writing() as session:
        return write(
            session, TEACHER, register, register.step(step), TRY,
            schools=frozenset({"S1"}), today=date(2026, 11, 3), **more,
        )  # fmt: skip


def kept(ledger: Ledger) -> list[str]:
    with ledger.reading() as session:
        return list(session.scalars(sa.select(RegisterEntry.edit_digest)))


def test_a_key_has_128_bits_and_never_comes_twice(ledger):
    keys = {put(ledger, "new").edit_key for _ in range(8)}

    assert len(keys) == 8
    assert all(len(k) == 32 and int(k, 16) >= 0 and k == k.upper() for k in keys)


def test_the_ledger_keeps_no_key_and_no_plain_digest_of_one(ledger):
    import hashlib

    key = put(ledger, "new").edit_key
    (digest,) = kept(ledger)

    assert len(digest) == 64
    assert key.lower() not in digest
    assert digest != hashlib.sha256(key.encode()).hexdigest()


def changed(how: str, key: str) -> str:
    groups = [key[i : i + 4] for i in range(0, 32, 4)]
    return {
        "as shown": key,
        "small": key.lower(),
        "in groups": " ".join(groups),
        "with hyphens": "-".join(groups),
        "with a line break": f" {key}\n",
        "nothing": "",
        "cut": key[:-1],
        "longer": key + "0",
        "eight": key[:8],
        "another": key[:-1] + ("0" if key[-1] != "0" else "1"),
    }[how]


@pytest.mark.parametrize(
    ("how", "opens"),
    [
        ("as shown", True), ("small", True), ("in groups", True), ("with hyphens", True),
        ("with a line break", True),
        ("nothing", False), ("cut", False), ("longer", False), ("eight", False),
        ("another", False),
    ],
)  # fmt: skip
def test_it_opens_as_people_copy_it_and_not_otherwise(ledger, how, opens):
    made = put(ledger, "new")
    given = {
        "key": made.entry.key,
        "version": 1,
        "edit_key": changed(how, made.edit_key),
    }
    if opens:
        assert put(ledger, "change", **given).entry.version == 2
        return
    with pytest.raises(AccessDenied, match="edit key"):
        put(ledger, "change", **given)


def test_one_entrys_key_or_digest_opens_no_other(ledger):
    first, second = put(ledger, "new"), put(ledger, "new")
    with pytest.raises(AccessDenied):
        put(ledger, "change", key=second.entry.key, version=1, edit_key=first.edit_key)
    one, other = kept(ledger)
    assert one != other
    with ledger.writing() as session:  # somebody who can write the table copies it over
        session.execute(
            sa.update(RegisterEntry)
            .where(RegisterEntry.key == second.entry.key)
            .values(edit_digest=one)
        )
    with pytest.raises(AccessDenied):
        put(ledger, "change", key=second.entry.key, version=1, edit_key=first.edit_key)


def test_the_key_goes_on_opening_after_a_change(ledger):
    made = put(ledger, "new")
    for version in (1, 2, 3):
        put(
            ledger,
            "change",
            key=made.entry.key,
            version=version,
            edit_key=made.edit_key,
        )

    assert len(set(kept(ledger))) == 1
