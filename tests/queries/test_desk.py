"""Which release is read: the current one, an older one, or a draft, and by whom."""

import json
import shutil

import pytest
from release_rows import (
    META,
    OFFICE,
    PRINCIPAL,
    PUBLIC,
    STEWARD,
    TEACHER,
    write_release_file,
)

from data.errors import ReleaseIsDamaged, ReleaseNotFound, ReleaseWithdrawn
from data.model.shelf import file_sha256
from data.model.viewer import Audience, Role, Viewer
from queries.desk import Desk

FIRST, SECOND, THIRD = "2026-27F.1", "2026-27F.2", "2026-27F.3"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One release's files, each naming its audience as its district."""
    folder = tmp_path_factory.mktemp("made")
    files = {}
    for audience in Audience:
        named = META.replace({"value": {"Small Town": f"Town for {audience}"}})
        path = write_release_file(folder / f"{audience}.duckdb", meta=named)
        files[path.name] = {"sha256": file_sha256(path)}
    (folder / "NOTES.md").write_text("Räume – read me", encoding="utf-8")
    files["NOTES.md"] = {"sha256": file_sha256(folder / "NOTES.md")}
    (folder / "manifest.json").write_text(json.dumps({"files": files}))
    return folder


@pytest.fixture
def shelf(tmp_path, made):
    for release_id in (FIRST, SECOND, THIRD):
        shutil.copytree(made, tmp_path / release_id)
    shutil.copytree(made, tmp_path / "drafts" / "2026-27S.1")
    return tmp_path


def point(shelf, current, *history, name="pointer.json"):
    """Write the pointer; a history line is an id, or an id and why it was withdrawn."""
    lines = []
    for line in history:
        release_id, _, reason = line.partition(" ")
        lines.append({"release_id": release_id, "published_at": f"day of {release_id}"})
        if reason:
            lines[-1] |= {"withdrawn_at": "later", "reason": reason}
    text = json.dumps({"current": current, "history": lines})
    (shelf / "new").write_text(text)
    (shelf / "new").replace(shelf / name)


def damage(shelf, release_id):
    path = shelf / release_id / "public.duckdb"
    path.write_bytes(path.read_bytes() + b"?")


def test_before_anything_was_published_there_is_nothing_to_read(shelf):
    desk = Desk(shelf)

    assert desk.problem is None
    assert desk.current() is None
    assert desk.edition() is None
    assert desk.pointer().history == ()


def test_the_current_release_is_the_one_the_pointer_names(shelf):
    point(shelf, SECOND, FIRST, SECOND)
    found = Desk(shelf).current()

    assert found.release_id == SECOND
    assert found.folder == shelf / SECOND
    assert found.notes == {"en": "Räume – read me"}
    assert found.published_at == f"day of {SECOND}"


@pytest.mark.parametrize(
    ("viewer", "town"),
    [
        (PUBLIC, "Town for public"),
        (TEACHER, "Town for school"),
        (PRINCIPAL, "Town for school"),
        (OFFICE, "Town for district"),
        (STEWARD, "Town for district"),
    ],
)
def test_each_viewer_is_given_the_one_file_of_their_audience(shelf, viewer, town):
    point(shelf, FIRST, FIRST)
    release = Desk(shelf).current()
    with release.connection(viewer) as connection:
        assert release.facts(connection, viewer).district == town


def test_the_frame_of_a_release_is_read_once_an_audience(shelf):
    point(shelf, FIRST, FIRST)
    release = Desk(shelf).current()
    with release.connection(PUBLIC) as connection:
        once = release.facts(connection, PUBLIC)
    with release.connection(OFFICE) as connection:
        assert release.facts(connection, OFFICE) is not once
        assert release.facts(connection, PUBLIC) is once


def test_files_are_opened_to_be_read_alone(shelf):
    point(shelf, FIRST, FIRST)
    with (
        Desk(shelf).current().connection(PUBLIC) as connection,
        pytest.raises(Exception, match="read-only"),
    ):
        connection.exec_driver_sql("DELETE FROM meta")


def test_a_moved_pointer_is_seen_by_the_next_request(shelf):
    point(shelf, FIRST, FIRST)
    desk = Desk(shelf)
    before, edition = desk.current(), desk.edition()
    assert desk.current() is before
    assert desk.edition() == edition
    point(shelf, SECOND, FIRST, SECOND)

    assert desk.current().release_id == SECOND
    assert desk.edition() != edition
    assert [x.release_id for x in desk.pointer().history] == [FIRST, SECOND]


def test_when_the_last_release_is_taken_back_nothing_is_served(shelf):
    point(shelf, FIRST, FIRST)
    desk = Desk(shelf)
    desk.current()
    point(shelf, None, f"{FIRST} wrong")

    assert desk.current() is None
    assert [x.reason for x in desk.pointer().history] == ["wrong"]


def test_the_spare_pointer_serves_where_the_pointer_is_gone(shelf):
    point(shelf, SECOND, FIRST, SECOND, name="pointer.spare.json")

    assert Desk(shelf).current().release_id == SECOND


def test_a_damaged_new_release_leaves_the_one_before_it_served(shelf):
    point(shelf, FIRST, FIRST)
    desk = Desk(shelf)
    desk.current()
    assert desk.problem is None
    damage(shelf, SECOND)
    point(shelf, SECOND, FIRST, SECOND)

    assert desk.current().release_id == FIRST
    assert isinstance(desk.problem, ReleaseIsDamaged)
    assert desk.problem.release_id == SECOND


def test_a_fresh_worker_takes_the_newest_sound_release_that_stands(shelf):
    damage(shelf, THIRD)
    point(shelf, THIRD, FIRST, f"{SECOND} wrong", THIRD)
    desk = Desk(shelf)

    assert desk.current().release_id == FIRST
    assert desk.problem.release_id == THIRD


def test_a_worker_that_serves_goes_on_rather_than_turn_to_an_older_one(shelf):
    point(shelf, SECOND, FIRST, SECOND)
    desk = Desk(shelf)
    desk.current()
    damage(shelf, THIRD)
    point(shelf, THIRD, FIRST, SECOND, THIRD)

    assert desk.current().release_id == SECOND


def test_the_first_trouble_is_told_not_the_last(shelf):
    damage(shelf, FIRST)
    damage(shelf, SECOND)
    damage(shelf, THIRD)
    point(shelf, THIRD, FIRST, SECOND, THIRD)
    desk = Desk(shelf)

    assert desk.current() is None
    assert desk.problem.release_id == THIRD


def test_trouble_is_forgotten_once_the_pointer_names_a_sound_release(shelf):
    damage(shelf, SECOND)
    point(shelf, SECOND, FIRST, SECOND)
    desk = Desk(shelf)
    desk.current()
    point(shelf, THIRD, FIRST, SECOND, THIRD)

    assert desk.current().release_id == THIRD
    assert desk.problem is None


# --- older releases --------------------------------------------------------------


def test_an_older_release_stays_open_at_its_own_address(shelf):
    point(shelf, SECOND, FIRST, SECOND)
    desk = Desk(shelf)
    older = desk.open(FIRST, PUBLIC)

    assert (older.release_id, older.published_at) == (FIRST, f"day of {FIRST}")
    assert desk.open(FIRST, PUBLIC) is older
    assert desk.open(SECOND, PUBLIC) is desk.current()


def test_a_withdrawn_release_says_why_and_gives_no_number(shelf):
    point(shelf, SECOND, f"{FIRST} a school was counted twice", SECOND)
    with pytest.raises(
        ReleaseWithdrawn,
        match=r"^release 2026-27F\.1 was withdrawn: a school was counted twice$",
    ):
        Desk(shelf).open(FIRST, STEWARD)


def test_a_release_that_is_withdrawn_while_open_is_closed(shelf):
    point(shelf, SECOND, FIRST, SECOND)
    desk = Desk(shelf)
    desk.open(FIRST, PUBLIC)
    point(shelf, SECOND, f"{FIRST} wrong", SECOND)

    with pytest.raises(ReleaseWithdrawn):
        desk.open(FIRST, PUBLIC)


def test_what_an_older_release_knows_of_its_standing_is_read_anew(shelf):
    point(shelf, SECOND, FIRST, SECOND)
    desk = Desk(shelf)
    assert len(desk.open(FIRST, PUBLIC).pointer.history) == 2
    point(shelf, THIRD, FIRST, SECOND, THIRD)

    assert len(desk.open(FIRST, PUBLIC).pointer.history) == 3


def test_eight_older_releases_stay_open_and_the_longest_unread_goes(shelf, made):
    older = [f"2020-21F.{k}" for k in range(1, 10)]
    for release_id in older:
        shutil.copytree(made, shelf / release_id)
    point(shelf, FIRST, *older, FIRST)
    desk = Desk(shelf)
    opened = {r: desk.open(r, PUBLIC) for r in older[:8]}
    desk.open(older[0], PUBLIC)
    desk.open(older[8], PUBLIC)

    assert desk.open(older[0], PUBLIC) is opened[older[0]]
    assert desk.open(older[7], PUBLIC) is opened[older[7]]
    assert desk.open(older[1], PUBLIC) is not opened[older[1]]


# --- drafts ----------------------------------------------------------------------


EARLY = Viewer(Role.PUBLIC, early=frozenset({"2026-27S.1"}))


@pytest.mark.parametrize("viewer", [OFFICE, STEWARD, EARLY])
def test_a_draft_is_open_to_the_office_and_to_those_named_to_read_it_early(
    shelf, viewer
):
    point(shelf, FIRST, FIRST)
    found = Desk(shelf).open("2026-27S.1", viewer)

    assert found.folder == shelf / "drafts" / "2026-27S.1"
    assert found.published_at == ""


@pytest.mark.parametrize(
    "viewer",
    [PUBLIC, TEACHER, PRINCIPAL, Viewer(Role.PUBLIC, early=frozenset({"2026-27S.2"}))],
)
def test_for_everyone_else_a_draft_does_not_exist(shelf, viewer):
    point(shelf, FIRST, FIRST)
    with pytest.raises(ReleaseNotFound, match=r"no release '2026-27S\.1'"):
        Desk(shelf).open("2026-27S.1", viewer)


def test_a_draft_is_never_kept_because_it_may_be_built_again(shelf):
    point(shelf, FIRST, FIRST)
    desk = Desk(shelf)
    before = desk.open("2026-27S.1", STEWARD)

    assert desk.open("2026-27S.1", STEWARD) is not before


@pytest.mark.parametrize(
    "name",
    [
        "../2026-27F.1",
        "2026-27S.1/../2026-27S.1",
        "2026-27S.1 ",
        "x2026-27S.1",
        "2026-27X.1",
    ],
)
def test_an_address_that_is_no_id_reaches_no_folder(shelf, name):
    point(shelf, FIRST, FIRST)
    (shelf / "drafts" / "2026-27X.1").mkdir()
    with pytest.raises(ReleaseNotFound):
        Desk(shelf).open(name, STEWARD)


def test_a_draft_nobody_built_is_not_found_even_by_the_steward(shelf):
    point(shelf, FIRST, FIRST)
    with pytest.raises(ReleaseNotFound, match=r"no release '2030-31F\.1'"):
        Desk(shelf).open("2030-31F.1", STEWARD)
