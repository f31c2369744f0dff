"""Whatever is damaged, gone, locked, full or read-only: one clear line, nothing half.

Each store is harmed in each way during each command that touches it. A command then
either does not need what was harmed and works, or ends with one line and a code of
its family; never with a traceback. What was published stays as it was.
"""

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import contextmanager
from pathlib import Path

import duckdb
import kills
import pytest
from kills import ADA, BEN, FIRST, SECOND, WAVE, Fault

from data.errors import ReleaseError, ShelfIsDamaged
from data.model.shelf import Pointer, Published, read_pointer
from data.model.viewer import PUBLIC
from data.publish.shelf_moves import write_pointer
from queries.desk import Desk

# --- the pointer

LINE = Published(FIRST, "2026-11-12T12:00:00+00:00")
HALF = '{"current": "2024-25S.1", "hist'


@pytest.fixture
def shelf(tmp_path):
    write_pointer(tmp_path, Pointer(FIRST, (LINE,)))
    return tmp_path


DAMAGED = ["", HALF, "null", "[]", "{}", '{"current": null}', '{"current": 1, "history": [{"x": 1}]}', "\x00" * 40]  # fmt: skip


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_pointer_is_read_from_its_spare(shelf, content):
    (shelf / "pointer.json").write_text(content)

    assert read_pointer(shelf) == Pointer(FIRST, (LINE,))


@pytest.mark.parametrize("content", DAMAGED)
@pytest.mark.parametrize("spare", ["damaged", "gone"])
def test_two_damaged_pointers_are_not_taken_for_an_empty_shelf(shelf, content, spare):
    (shelf / "pointer.json").write_text(content)
    path = shelf / "pointer.spare.json"
    path.unlink() if spare == "gone" else path.write_text(content)
    with pytest.raises(ShelfIsDamaged, match=r"put one of them back from the backup"):
        read_pointer(shelf)


def test_a_shelf_without_any_pointer_is_an_empty_one(tmp_path):
    assert read_pointer(tmp_path) == Pointer(None, ())


def test_the_next_move_makes_the_pointer_and_its_spare_whole_again(shelf):
    (shelf / "pointer.json").write_text(HALF)
    write_pointer(shelf, read_pointer(shelf))

    assert json.loads((shelf / "pointer.json").read_text())["current"] == FIRST


def test_a_server_goes_on_with_what_it_has_when_both_pointers_are_damaged(
    stages, tmp_path
):
    shutil.copytree(stages.home("published"), tmp_path / "home")
    shelf = tmp_path / "home" / "releases"
    desk = Desk(shelf)
    assert desk.current().release_id == SECOND
    for name in ("pointer.json", "pointer.spare.json"):
        (shelf / name).write_text("")

    assert desk.current().release_id == SECOND
    assert isinstance(desk.problem, ShelfIsDamaged)
    fresh = Desk(shelf)
    assert fresh.current() is None
    assert isinstance(fresh.problem, ReleaseError)


# --- every store, every harm, every command

HARMS = ("emptied", "cut", "overwritten", "gone", "a folder in its place")
STORES = {
    "ledger": "ledger.sqlite",
    "warehouse": "warehouse.duckdb",
    "secret": "hash.key",
    "pointer": "releases/pointer.json",
    "published release": f"releases/{FIRST}/public.duckdb",
    "published manifest": f"releases/{FIRST}/manifest.json",
    "draft": f"releases/drafts/{SECOND}/district.duckdb",
    "draft's audit": f"releases/drafts/{SECOND}/audit.json",
}
WHOLE = Fault()
BUILD = ("release", "build", "--wave", WAVE, "--district", "x", "--by", ADA)
PUBLISH = ("release", "publish", SECOND, "--by", ADA)
WITHDRAW = ("release", "withdraw", FIRST, "--reason", "a slip", "--by", ADA)
IMPORT = ("import", "more.csv", "--by", ADA)
TOUCHES = {
    # store → the commands that need it
    "ledger": [IMPORT, PUBLISH, ("people", "list"), ("audit", "verify")],
    "warehouse": [IMPORT, BUILD, ("check", "more.csv"), ("audit", "verify")],
    "secret": [IMPORT],
    "pointer": [BUILD, PUBLISH, WITHDRAW, ("release", "list"), ("worker", "--once")],
    "published release": [PUBLISH, BUILD, ("release", "audit", FIRST), ("explain", FIRST, "S1", "FC-2", WAVE)],
    "published manifest": [PUBLISH, WITHDRAW, ("audit", "verify")],
    "draft": [PUBLISH, ("release", "audit", SECOND)],
    "draft's audit": [PUBLISH, ("release", "check", SECOND), ("release", "list")],
}  # fmt: skip
CELLS = [(s, h, c) for s, cs in TOUCHES.items() for h in HARMS for c in cs]


def harm(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how in {"gone", "a folder in its place"}:
        path.unlink()
        if how != "gone":
            path.mkdir()
    elif how == "emptied":
        path.write_bytes(b"")
    elif how == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(b"\xff" * len(content))
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)


def answered(home: Path, words: tuple[str, ...], fault: Fault = WHOLE) -> str:
    """Run a command; return the line it ended with, or nothing where it worked."""
    more = home.parent / "more.csv"
    more.write_text(f"wave,opens_on,closes_on\n{WAVE},2025-03-01,2025-03-20\n2025-26F,2025-10-01,2025-10-20\n")  # fmt: skip
    named = [str(more) if w == "more.csv" else w for w in words]
    code, said, _ = kills.run(home, named, fault)
    lines = [x for x in said.splitlines() if x.startswith("chorus: ")]

    assert "Traceback" not in said, said[-600:]
    assert code is not None
    assert bool(code) == bool(lines), said
    assert len(lines) <= 1, said
    return lines[0] if lines else ""


def test_the_table_has_at_least_a_hundred_cells():
    assert len(CELLS) >= 100
    assert set(TOUCHES) == set(STORES)


@pytest.fixture
def home(stages, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(stages.home("approved"), home)
    return home


@pytest.mark.long
@pytest.mark.parametrize(
    ("store", "how", "words"), CELLS, ids=lambda x: x if isinstance(x, str) else "-".join(x[:2])
)  # fmt: skip
def test_a_harmed_store_is_one_line_and_what_was_published_stays(
    home, store, how, words
):
    harm(home / STORES[store], how)
    said = answered(home, words)

    if words is WITHDRAW and not said:
        # The only one there was.
        assert Desk(home / "releases").current() is None
    elif not store.startswith("published"):
        found = Desk(home / "releases").current()
        assert found is not None
        with found.connection(PUBLIC) as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM meta").scalar() > 5


# --- a disk that is full, or read-only; a store somebody else holds

# SQLite knows a full disk, and calls a limit on a file's size an error of the disk.
OF_A_FULL_DISK = ("no room left", "the disk reports an error", "log could not say so")
WRITING = [IMPORT, BUILD, PUBLISH, WITHDRAW, ("people", "add", "new@x.example", "--role", "steward")]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("words", WRITING, ids=lambda w: "-".join(w[:2]))
@pytest.mark.parametrize("largest", [600, 4096, 70_000])
def test_a_full_disk_is_one_line_and_the_command_works_once_there_is_room(
    home, words, largest
):
    said = answered(home, words, Fault(largest=largest))
    assert not said or any(words_of in said for words_of in OF_A_FULL_DISK)
    again = answered(home, words)

    assert not again or "it can be" in again or "was withdrawn" in again


@contextmanager
def read_only(folder: Path):
    """Let nobody write below a folder: by a mount for root, by rights for others."""
    if os.geteuid():
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
        return
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.long
@pytest.mark.parametrize("words", WRITING, ids=lambda w: "-".join(w[:2]))
def test_a_read_only_home_is_one_line(home, words):
    if not os.geteuid() and not kills.can_mount():
        pytest.xfail("root without mounts can make nothing read-only")
    with read_only(home):
        assert "writ" in answered(home, words)
    assert answered(home, words) == ""


@pytest.mark.long
@pytest.mark.parametrize("words", [IMPORT, BUILD, ("check", "more.csv")], ids=lambda w: w[0])  # fmt: skip
def test_a_warehouse_another_command_holds_is_one_line(home, words):
    with duckdb.connect(str(home / "warehouse.duckdb")):
        assert "in use by another chorus command" in answered(home, words)
    assert answered(home, words) == ""


@pytest.mark.long
@pytest.mark.parametrize("words", [IMPORT, ("release", "return", SECOND, "--by", BEN)], ids=lambda w: w[0])  # fmt: skip
def test_a_ledger_another_holds_is_one_line(home, words):
    holder = sqlite3.connect(home / "ledger.sqlite")
    holder.execute("BEGIN IMMEDIATE")
    assert "is held by another for too long" in answered(home, words)
    holder.rollback()
    holder.close()

    assert answered(home, words) == ""
