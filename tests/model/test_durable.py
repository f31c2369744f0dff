"""A small file is there whole or not at all."""

import errno
import os
import stat

import pytest

from data.model import durable
from data.model.durable import write_whole


def test_what_was_written_is_there_and_only_its_owner_reads_it(tmp_path):
    write_whole(tmp_path / "key", "one")

    assert (tmp_path / "key").read_text() == "one"
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["key"]


def test_a_file_others_may_read_says_so(tmp_path):
    write_whole(tmp_path / "key", "one", mode=0o644)

    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o644


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_full_disk_leaves_what_stood_there_and_nothing_beside_it(
    tmp_path, monkeypatch, broken
):
    write_whole(tmp_path / "key", "old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    target = durable.os if broken == "fsync" else durable.Path
    monkeypatch.setattr(target, broken, full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "key", "new")

    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("key", "old")]


def test_it_is_on_the_disk_before_it_has_its_name_and_its_name_before_the_return(
    tmp_path, monkeypatch
):
    seen = []
    flush, rename = os.fsync, durable.Path.replace

    def fsync(handle: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        seen.append("flush folder" if is_folder else "flush file")
        flush(handle)

    def replace(self, target):
        seen.append("rename")
        return rename(self, target)

    monkeypatch.setattr(durable.os, "fsync", fsync)
    monkeypatch.setattr(durable.Path, "replace", replace)
    write_whole(tmp_path / "key", "one")

    assert seen == ["flush file", "rename", "flush folder"]


def test_what_a_killed_writer_left_is_cleared_and_other_files_are_not(tmp_path):
    (tmp_path / ".key.abc").write_text("half")
    (tmp_path / ".other.abc").write_text("mine")
    write_whole(tmp_path / "key", "one")

    assert sorted(p.name for p in tmp_path.iterdir()) == [".other.abc", "key"]
