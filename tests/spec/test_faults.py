"""Killed at any moment, a release is the old one or the new one, never half.

The whole table – every moment, random ones, three kinds of full disk – is `make kills`.
"""

import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import kills
import pytest
from conftest import copy_as_draft
from kills import FIRST, SECOND, Fault

from data.errors import ReleaseStateForbids
from data.model.shelf import read_pointer
from data.model.viewer import PUBLIC
from data.publish.shelf_moves import publish_release, withdraw_release
from queries.desk import Desk
from queries.facts import release_facts


@pytest.mark.long
@pytest.mark.parametrize(
    "command", ["import", "build", "approve", "publish", "withdraw"]
)
def test_a_command_stopped_at_a_moment_is_settled_by_the_next(stages, command):
    """Killed at a middle moment and at the last, and with a full disk at the first."""
    moments, _ = kills.moments_of(stages, command)
    faults = (
        Fault(kill_at=len(moments) // 2 + 1),
        Fault(kill_at=len(moments)),
        Fault(full_at=1),
    )

    assert len(moments) >= 3
    assert [x for fault in faults for x in kills.trial(stages, command, fault)] == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("import", Fault(largest=40)),
        ("import", Fault(largest=100_000)),
        ("build", Fault(largest=300_000)),
        ("publish", Fault(largest=600)),
    ],
)
def test_a_disk_that_takes_no_more_leaves_the_old_state_and_one_line(
    stages, command, fault
):
    assert kills.trial(stages, command, fault) == []


def test_a_harness_that_could_not_fail_would_prove_nothing(stages, tmp_path):
    """Each fault the trials look for, made by hand, is found by them."""
    import sqlite3

    home = tmp_path / "home"
    shutil.copytree(stages.home("approved"), home)
    told = ("approved", SECOND)
    assert kills.checked(home, is_over=True, told=told) == []
    with sqlite3.connect(home / "ledger.sqlite") as raw:
        raw.execute("UPDATE release_records SET built_by = ''")
    assert kills.checked(home, is_over=True, told=told) == [f"{SECOND} was built by ''"]
    shutil.rmtree(home / "releases" / "drafts" / SECOND)
    (home / "hash.key").write_text("")
    (home / "releases" / FIRST / "public.duckdb").write_bytes(b"half")
    (home / "releases" / "2030-31F.1").mkdir()
    assert kills.checked(home, is_over=True, told=("built", "x")) == [
        "the log says ('built', 'x') 0 times",
        "hash.key is not whole",
        f"{FIRST}/public.duckdb is not whole",
        "2030-31F.1 lies among the published and is not",
    ]


def test_two_promotions_at_once_follow_one_another(stages, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(stages.home("approved"), home)
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


def test_a_worker_that_holds_the_old_file_finishes_with_it(stages):
    desk = Desk(stages.home("published") / "releases")
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
