"""The shelf: what a release's files are called, and which release is current."""

import hashlib
import json
from pathlib import Path

import pytest

from data.errors import ReleaseIsDamaged, ReleaseNotFound, ShelfIsDamaged
from data.model.shelf import (
    RELEASE_FILES,
    Pointer,
    Published,
    audience_file,
    check_release,
    draft_folder,
    file_sha256,
    notes_file,
    reachable_folders,
    read_manifest,
    read_notes,
    read_pointer,
    release_folder,
)
from data.model.viewer import Audience

HISTORY = [
    {"release_id": "2025-26F.1", "published_at": "2025-11-12T09:30"},
    {
        "release_id": "2025-26S.1",
        "published_at": "2026-04-12T09:30",
        "withdrawn_at": "2026-05-01T10:00",
        "reason": "a school was counted twice",
    },
    {
        "release_id": "2025-26S.2",
        "published_at": "2026-05-02T09:30",
        "corrects": "2025-26S.1",
        "why": "each school once",
    },
    {
        "release_id": "2025-26S.3",
        "published_at": "2026-05-03T09:30",
        "corrects": "2025-26S.1",
    },
]


@pytest.fixture
def shelf(tmp_path):
    text = json.dumps({"current": "2025-26S.3", "history": HISTORY})
    (tmp_path / "pointer.json").write_text(text)
    return tmp_path


def test_a_release_is_these_six_files():
    assert sorted(RELEASE_FILES) == [
        "NOTES.md", "audit.json", "district.duckdb", "manifest.json", "public.duckdb",
        "school.duckdb",
    ]  # fmt: skip


def test_notes_are_read_in_each_language_there_is_a_file_of(tmp_path):
    assert read_notes(tmp_path) == {}
    for language, text in (("en", "New."), ("es", "Nuevo.")):
        (tmp_path / notes_file(language)).write_text(text)

    assert sorted(p.name for p in tmp_path.iterdir()) == ["NOTES.es.md", "NOTES.md"]
    assert read_notes(tmp_path) == {"en": "New.", "es": "Nuevo."}


def test_published_releases_drafts_and_files_have_their_places():
    shelf = Path("shelf")

    assert release_folder(shelf, "2026-27F.1") == Path("shelf/2026-27F.1")
    assert draft_folder(shelf, "2026-27F.1") == Path("shelf/drafts/2026-27F.1")
    assert audience_file(shelf / "x", Audience.SCHOOL) == Path("shelf/x/school.duckdb")


def test_the_pointer_names_the_current_release_and_every_one_that_ever_was(shelf):
    pointer = read_pointer(shelf)

    assert pointer.current == "2025-26S.3"
    assert [x.release_id for x in pointer.history] == [
        "2025-26F.1", "2025-26S.1", "2025-26S.2", "2025-26S.3",
    ]  # fmt: skip
    assert pointer.history[1] == Published(
        "2025-26S.1",
        "2026-04-12T09:30",
        "2026-05-01T10:00",
        "a school was counted twice",
    )
    assert pointer.published("2025-26S.2").why == "each school once"


def test_the_pointer_comes_before_its_spare_and_the_spare_before_nothing(shelf):
    spare = json.dumps({"current": None, "history": []})
    (shelf / "pointer.spare.json").write_text(spare)
    assert read_pointer(shelf).current == "2025-26S.3"
    (shelf / "pointer.json").replace(shelf / "pointer.spare.json")
    assert read_pointer(shelf).current == "2025-26S.3"
    (shelf / "pointer.spare.json").unlink()

    assert read_pointer(shelf) == Pointer(None, ())


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"current": null}', '{"history": [{}]}']
)
def test_a_damaged_pointer_is_read_from_its_spare_and_never_taken_for_an_empty_shelf(
    shelf, content
):
    whole = (shelf / "pointer.json").read_text()
    (shelf / "pointer.json").write_text(content)
    with pytest.raises(ShelfIsDamaged):
        read_pointer(shelf)
    (shelf / "pointer.spare.json").write_text(whole)

    assert read_pointer(shelf).current == "2025-26S.3"
    (shelf / "pointer.json").write_text(whole)
    (shelf / "pointer.spare.json").write_text(content)
    assert read_pointer(shelf).current == "2025-26S.3"


def test_a_withdrawn_release_is_reachable_for_nobody(shelf):
    first, withdrawn, *_ = read_pointer(shelf).history

    assert (first.is_withdrawn, first.is_reachable) == (False, True)
    assert (withdrawn.is_withdrawn, withdrawn.is_reachable) == (True, False)


def test_the_latest_correction_of_a_release_is_the_one_to_read(shelf):
    pointer = read_pointer(shelf)

    assert pointer.corrected_by("2025-26S.1").release_id == "2025-26S.3"
    assert pointer.corrected_by("2025-26F.1") is None


def test_a_release_nobody_published_is_not_found(shelf):
    with pytest.raises(ReleaseNotFound) as refused:
        read_pointer(shelf).published("2030-31F.1")

    assert refused.value.release_id == "2030-31F.1"


@pytest.mark.parametrize(
    ("besides", "expected"),
    [
        ("", "2025-26F.1 2025-26S.2 2025-26S.3"),
        ("2025-26S.2", "2025-26F.1 2025-26S.3"),
        ("2025-26S.1", "2025-26F.1 2025-26S.2 2025-26S.3"),
    ],
)
def test_what_anyone_can_still_read_stands_oldest_first(shelf, besides, expected):
    found = reachable_folders(shelf, besides=besides)

    assert found == [shelf / name for name in expected.split()]


# --- whole or damaged ------------------------------------------------------------


@pytest.fixture
def release(tmp_path):
    folder = tmp_path / "2026-27F.1"
    folder.mkdir()
    (folder / "public.duckdb").write_bytes(b"one")
    known = hashlib.sha256(b"one").hexdigest()
    manifest = {"wave": "2026-27F", "files": {"public.duckdb": {"sha256": known}}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_whole_release_gives_its_manifest(release):
    assert check_release(release)["wave"] == "2026-27F"
    assert read_manifest(release)["wave"] == "2026-27F"


def test_a_files_checksum_is_of_its_bytes(release):
    # printf one | sha256sum
    assert file_sha256(release / "public.duckdb") == (
        "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    )


def refused(check, folder):
    with pytest.raises(ReleaseIsDamaged) as found:
        check(folder)
    assert found.value.release_id == "2026-27F.1"
    return found.value.file, found.value.what


def test_a_missing_or_altered_file_is_named(release):
    (release / "public.duckdb").write_bytes(b"two")
    assert refused(check_release, release) == (
        "public.duckdb", "differs from its checksum",
    )  # fmt: skip
    (release / "public.duckdb").unlink()

    assert refused(check_release, release) == ("public.duckdb", "is missing")


@pytest.mark.parametrize("check", [read_manifest, check_release])
def test_a_release_without_a_readable_manifest_is_damaged(release, check):
    (release / "manifest.json").write_text("{")
    assert refused(check, release) == ("manifest.json", "is not readable")
    (release / "manifest.json").unlink()

    assert refused(check, release) == ("manifest.json", "is missing")


def test_a_file_where_a_folder_should_be_has_no_manifest(tmp_path):
    (tmp_path / "2026-27F.1").write_text("")

    assert refused(read_manifest, tmp_path / "2026-27F.1") == (
        "manifest.json", "is missing",
    )  # fmt: skip
