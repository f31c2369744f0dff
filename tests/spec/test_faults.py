"""Killed at any moment, a release is the old one or the new one, never half.

Every moment the moves name is tried, not a sample: a first run lists them.
"""

import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import moves
import pytest
from conftest import copy_as_draft, settings_in

from data.errors import DiskFull, ReleaseStateForbids
from data.ledger.audit_log import verify
from data.ledger.store import Ledger
from data.model.shelf import read_pointer
from data.model.standing import State
from data.model.viewer import PUBLIC
from data.publish import shelf_moves
from data.publish.shelf_moves import publish_release, withdraw_release
from queries.desk import Desk
from queries.facts import release_facts

FIRST, SECOND = moves.FIRST, moves.SECOND


@pytest.fixture(scope="module")
def prepared(once) -> Path:
    home, _ = once.make("prepared", moves.prepare)
    return home


@pytest.fixture(scope="module")
def approved(once, prepared) -> Path:
    home = once.copy(prepared)
    moves.approve(home, SECOND)
    return home


@pytest.fixture(scope="module")
def published(once, approved) -> Path:
    home = once.copy(approved)
    moves.MOVES["publish"](home)
    return home


def sound(home: Path) -> str | None:
    """The shelf serves, the log holds; return what is current."""
    settings = settings_in(home, CHORUS_SECRET="m" * 32)
    found = Desk(settings.releases).current()
    assert found is not None
    with found.connection(PUBLIC) as connection:
        assert release_facts(connection, PUBLIC).release_id == found.release_id
    with Ledger(settings.ledger).reading() as session:
        assert verify(session) > 0
    pointer = read_pointer(settings.releases)
    assert pointer.current == found.release_id
    assert {x.release_id for x in pointer.history} >= {FIRST}
    return found.release_id


@pytest.mark.parametrize(
    ("move", "start", "outcomes", "last"),
    [
        ("build", "prepared", {FIRST}, FIRST),
        ("approve", "prepared", {FIRST}, FIRST),
        ("publish", "approved", {FIRST, SECOND}, SECOND),
        ("withdraw", "published", {SECOND, FIRST}, FIRST),
    ],
)
def test_kill_at_every_moment(request, tmp_path, move, start, outcomes, last):
    origin: Path = request.getfixturevalue(start)
    shutil.copytree(origin, tmp_path / "whole")
    whole = moves.in_a_process(moves.act, tmp_path / "whole", move, 0)
    assert whole.code == 0
    moments, refusal = whole.said
    assert refusal is None
    assert len(moments) >= 3

    for number in range(1, len(moments) + 1):
        home = tmp_path / str(number)
        shutil.copytree(origin, home)
        killed = moves.in_a_process(moves.act, home, move, number)
        assert killed.code == moves.KILLED, moments[number - 1]
        assert sound(home) in outcomes, moments[number - 1]
        # The same move again completes it, or says it was done.
        again = moves.in_a_process(moves.act, home, move, 0)
        assert again.code == 0, moments[number - 1]
        moves.office(home).settle(moves.ADA)
        assert sound(home) == last, moments[number - 1]
        check_log(home, move)
        shutil.rmtree(home)


def check_log(home: Path, move: str) -> None:
    """What happened is in the log, also where the process ended before writing it."""
    word = {"publish": "published", "withdraw": "withdrew", "approve": "approved"}
    if move not in word:
        return
    import sqlite3

    with sqlite3.connect(home / "ledger.sqlite") as raw:
        acts = raw.execute(
            "SELECT act FROM audit_log WHERE subject = ?", [SECOND]
        ).fetchall()
    assert (word[move],) in acts


def test_a_killed_build_leaves_nothing_behind_for_the_next(prepared, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(prepared, home)
    moves.in_a_process(moves.act, home, "build", 4)
    drafts = home / "releases" / "drafts"
    assert any(p.name.startswith(".") for p in drafts.iterdir())
    moves.in_a_process(moves.act, home, "build", 0)

    assert not any(p.name.startswith(".") for p in drafts.iterdir())


def test_a_full_disk_at_the_swap_leaves_the_old_release(
    approved, tmp_path, monkeypatch
):
    home = tmp_path / "home"
    shutil.copytree(approved, home)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelf_moves.os, "fsync", full)
    with pytest.raises((DiskFull, OSError)):
        moves.office(home).publish(SECOND, moves.ADA)
    monkeypatch.undo()

    assert sound(home) == FIRST
    moves.office(home).publish(SECOND, moves.ADA)
    assert sound(home) == SECOND


def test_two_promotions_at_once_follow_one_another(approved, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(approved, home)
    shelf = home / "releases"
    problems = []

    def promote(_: int) -> None:
        try:
            publish_release(shelf, SECOND)
        except ReleaseStateForbids as error:
            problems.append(error)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(promote, range(6)))

    assert len(problems) == 5
    assert [x.release_id for x in read_pointer(shelf).history] == [FIRST, SECOND]


def test_a_worker_that_holds_the_old_file_finishes_with_it(published):
    desk = Desk(published / "releases")
    old = desk.open(FIRST, PUBLIC)
    with old.connection(PUBLIC) as connection:
        assert desk.current().release_id == SECOND
        assert release_facts(connection, PUBLIC).release_id == FIRST


def test_no_answer_is_mixed_while_releases_are_swapped(district, tmp_path):
    """A short form of `make soak`: readers go on while the pointer turns."""
    shelf = tmp_path / "releases"
    shelf.mkdir()
    ids = [f"2026-27F.{k}" for k in (1, 2)]
    for release_id in ids:
        folder = copy_as_draft(district.folder, shelf, release_id)
        rename(folder, release_id)
        publish_release(shelf, release_id)
    desk, wrong, read, stop = Desk(shelf), [], [0], threading.Event()

    def reader() -> None:
        while not stop.is_set():
            found = desk.current()
            with found.connection(PUBLIC) as connection:
                said = release_facts(connection, PUBLIC).release_id
            read[0] += 1
            if said != found.release_id:
                wrong.append((said, found.release_id))

    threads = [threading.Thread(target=reader) for _ in range(4)]
    for thread in threads:
        thread.start()
    for k in range(3, 8):
        folder = copy_as_draft(district.folder, shelf, f"2026-27F.{k}")
        rename(folder, f"2026-27F.{k}")
        publish_release(shelf, f"2026-27F.{k}")
    withdraw_release(shelf, "2026-27F.7", reason="x")
    stop.set()
    for thread in threads:
        thread.join()

    assert not wrong
    assert read[0] > 50


def rename(folder: Path, release_id: str) -> None:
    import duckdb

    from data.model.shelf import MANIFEST, file_sha256, read_manifest

    manifest = read_manifest(folder)
    for name in ("public.duckdb", "school.duckdb", "district.duckdb"):
        with duckdb.connect(str(folder / name)) as connection:
            connection.execute(
                f"UPDATE meta SET value = '{release_id}' WHERE key = 'release_id'"
            )
        manifest["files"][name]["sha256"] = file_sha256(folder / name)
    (folder / MANIFEST).write_text(json.dumps(manifest))


def test_states_are_those_of_the_shelf(published):
    assert moves.office(published).standing(SECOND).state is State.PUBLISHED
