"""Packets and open data are made once, and are the same bytes for ever."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from conftest import ROOT, settings_in
from web_asking import fresh_pages

from tests.web.conftest import browser_of, made_app
from web import packet_file
from web.public_files import PublicFiles, _pieces, make_all
from web.public_files import main as public_files_of

RELEASE = "2026-27F.1"


@pytest.fixture
def release(tmp_path):
    """As much of a release as its files need to know."""
    folder = tmp_path / RELEASE
    folder.mkdir()
    (folder / "manifest.json").write_text("{}")
    return SimpleNamespace(release_id=RELEASE, folder=folder)


@pytest.fixture
def shelf(tmp_path):
    return tmp_path / "shelf"


def writing(text: str, made: list[str] | None = None):
    def make(path):
        if made is not None:
            made.append(text)
        path.write_text(text)

    return make


def never(_path):
    raise AssertionError("made again")


def test_a_file_is_made_once(shelf, release):
    path, digest = PublicFiles(shelf).get(release, "a.csv", writing("one"))

    assert path.read_text() == "one"
    assert digest == hashlib.sha256(b"one").hexdigest()
    assert PublicFiles(shelf).get(release, "a.csv", never) == (path, digest)


def test_its_checksum_lies_beside_it(shelf, release):
    files = PublicFiles(shelf)
    path, _ = files.get(release, "b.csv", writing("two"))
    files.get(release, "a.csv", writing("one"))
    done = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"],
        cwd=path.parent,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0
    assert done.stdout == "a.csv: OK\nb.csv: OK\n"


def test_many_who_ask_at_once_wait_for_one(shelf, release):
    made, files = [], [PublicFiles(shelf) for _ in range(2)]  # two workers
    start = threading.Barrier(8)

    def ask(k: int):
        start.wait()
        files[k % 2].get(release, "a.csv", writing("one", made))

    askers = [threading.Thread(target=ask, args=(k,)) for k in range(8)]
    for thread in askers:
        thread.start()
    for thread in askers:
        thread.join()
    assert made == ["one"]


def test_many_files_made_at_once_are_all_known_afterwards(shelf, release):
    """Each writes the list of checksums anew; none may take another's line out."""
    names = [f"{k}.csv" for k in range(12)]
    start, failed = threading.Barrier(len(names)), []

    def ask(name: str):
        start.wait()
        try:
            PublicFiles(shelf).get(release, name, writing(name))
        except OSError as error:
            failed.append(error)

    for _ in range(5):
        askers = [threading.Thread(target=ask, args=(n,)) for n in names]
        for thread in askers:
            thread.start()
        for thread in askers:
            thread.join()
        (folder,) = (shelf / "public").iterdir()
        sums = (folder / "SHA256SUMS").read_text().splitlines()
        assert failed == []
        assert sorted(x.split("  ")[1] for x in sums) == sorted(names)
        for path in folder.iterdir():
            path.unlink()


def test_a_damaged_file_is_made_anew(shelf, release):
    path, digest = PublicFiles(shelf).get(release, "a.csv", writing("one"))
    path.write_text("two")

    assert PublicFiles(shelf).get(release, "a.csv", writing("one")) == (path, digest)
    assert path.read_text() == "one"


def test_what_was_cut_short_leaves_nothing_to_hand_out(shelf, release):
    files = PublicFiles(shelf)

    def half(path):
        path.write_text("hal")
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        files.get(release, "a.csv", half)
    path, _ = files.get(release, "a.csv", writing("whole"))
    assert path.read_text() == "whole"


def test_another_release_of_the_same_name_has_files_of_its_own(shelf, release):
    """A home that was emptied and filled anew numbers its releases anew."""
    PublicFiles(shelf).get(release, "a.csv", writing("one"))
    (release.folder / "manifest.json").write_text('{"other": 1}')
    path, _ = PublicFiles(shelf).get(release, "a.csv", writing("two"))

    assert path.read_text() == "two"


# --- at the server


@pytest.fixture(autouse=True)
def nothing_made_yet(small_home):
    """Files are made by the code there is now, not by what ran before."""
    shutil.rmtree(small_home / "releases" / "public", ignore_errors=True)


@pytest.mark.parametrize(
    ("address", "kind", "disposition"),
    [
        ("/packet.pdf", "application/pdf", f"inline; filename=\"chorus-board-{RELEASE}-en.pdf\""),
        ("/packet.pdf?lang=es&paper=a4", "application/pdf", f"inline; filename=\"chorus-board-{RELEASE}-es.pdf\""),
        (f"/open-data/{RELEASE}/chorus_schools_{RELEASE}.csv", "text/csv", f"attachment; filename=\"chorus_schools_{RELEASE}.csv\""),
        (f"/open-data/{RELEASE}/chorus_schools_{RELEASE}.meta.csv", "text/csv", f"attachment; filename=\"chorus_schools_{RELEASE}.meta.csv\""),
        (f"/open-data/{RELEASE}/chorus_schools_{RELEASE}.parquet", "application/octet-stream", f"attachment; filename=\"chorus_schools_{RELEASE}.parquet\""),
        (f"/open-data/{RELEASE}/chorus_schools_{RELEASE}.sha256", "text/plain", f"attachment; filename=\"chorus_schools_{RELEASE}.sha256\""),
    ],
)  # fmt: skip
def test_files_come_as_what_they_are_and_stay_the_same(
    visitor, address, kind, disposition
):
    first, again = visitor.get(address), visitor.get(address)

    assert first.status_code == 200
    assert first.mimetype == kind
    assert first.headers["Content-Disposition"] == disposition
    assert first.data == again.data
    assert first.headers["ETag"] == f'"{hashlib.sha256(first.data).hexdigest()}"'
    unchanged = visitor.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert unchanged.status_code == 304


@pytest.mark.parametrize(
    "address",
    [
        "/packet.pdf?paper=napkin",
        "/packet.pdf?release=2099-00F.1",
        "/packet.pdf?release=..%2F..",
        f"/open-data/{RELEASE}/chorus_schools_{RELEASE}.exe",
        f"/open-data/{RELEASE}/chorus_hidden_{RELEASE}.csv",
        f"/open-data/2026-27F.2/chorus_schools_{RELEASE}.csv",
        "/open-data/2026-27F.2/chorus_schools_2026-27F.2.csv",
        f"/open-data/{RELEASE}/SHA256SUMS",
        f"/open-data/{RELEASE}/.chorus_schools_{RELEASE}.csv.fresh",
    ],
)
def test_what_is_no_file_of_a_release_is_not_found(visitor, address):
    assert visitor.get(address).status_code == 404


def test_the_table_is_the_publics_and_its_checksum_fits(visitor):
    table = visitor.get(f"/open-data/{RELEASE}/chorus_schools_{RELEASE}.csv").data
    told = visitor.get(f"/open-data/{RELEASE}/chorus_schools_{RELEASE}.sha256").data

    assert table.startswith(b"\xef\xbb\xbfschool_id,")
    assert b"\nS1,Alder," in table
    assert told.decode() == (
        f"{hashlib.sha256(table).hexdigest()}  chorus_schools_{RELEASE}.csv\n"
    )


def test_every_file_is_made_when_a_release_is_published(small):
    """Four packets (two languages, two papers), and four files for each table."""
    from queries.open_data import DATASETS

    assert make_all(small, RELEASE) == 4 + 4 * len(DATASETS)


@pytest.mark.long
def test_the_command_says_in_one_line_that_there_is_no_such_release(small_home):
    done = subprocess.run(
        [sys.executable, "-m", "web.public_files", "2099-00F.1"],
        cwd=ROOT, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "CHORUS_HOME": str(small_home)},
    )  # fmt: skip

    assert done.returncode == 1
    assert "no release '2099-00F.1'" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("", "en"), "nothing is published yet"),
        (("2099-00F.1", "en"), "no release '2099-00F.1'"),
    ],
)
def test_a_packet_of_nothing_is_said_in_one_line(tmp_path, words, says):
    done = subprocess.run(
        [sys.executable, "-m", "web.packet_file", *words, "a4", str(tmp_path / "x.pdf")],
        cwd=ROOT, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "CHORUS_HOME": str(tmp_path / "home")},
    )  # fmt: skip

    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.long
def test_a_packet_is_written_to_a_file(small_home, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "web.packet_file", "", "es", "a4", str(tmp_path / "x.pdf")],
        cwd=ROOT, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "CHORUS_HOME": str(small_home)},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF-")


def test_a_file_is_read_sixty_four_kilobytes_at_a_time(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 131_073)

    assert [len(piece) for piece in _pieces(path)] == [65_536, 65_536, 1]


def packet(monkeypatch, capsys, home, *words):
    monkeypatch.setenv("CHORUS_HOME", str(home))
    fresh_pages()
    return packet_file.main(*words), capsys.readouterr().err


@pytest.mark.parametrize(
    ("named", "language"), [("", "en"), ("", "es"), (RELEASE, "en")]
)
def test_a_packet_is_of_the_release_and_the_language_asked_for(
    monkeypatch, capsys, small_home, tmp_path, named, language
):
    asked = []
    monkeypatch.setattr(
        "pages._packet.board_packet",
        lambda release, search, *, paper: (
            asked.append((release.release_id, search, paper)) or b"%PDF-"
        ),
    )
    target = tmp_path / "x.pdf"
    words = (named, language, "letter", str(target))

    assert packet(monkeypatch, capsys, small_home, *words) == (0, "")
    assert target.read_bytes() == b"%PDF-"
    assert asked == [(RELEASE, f"lang={language}&release={RELEASE}", "letter")]


@pytest.mark.parametrize(
    ("is_empty", "named", "says"),
    [
        (True, "", "nothing is published yet\n"),
        (False, "2099-00F.1", "no release '2099-00F.1'; run \"chorus release list\"\n"),
    ],
)
def test_a_packet_there_is_none_of_is_one_line_and_no_file(
    monkeypatch, capsys, small_home, tmp_path, is_empty, named, says
):
    home = tmp_path / "home" if is_empty else small_home
    target = tmp_path / "x.pdf"

    assert packet(monkeypatch, capsys, home, named, "en", "a4", str(target)) == (
        1,
        says,
    )
    assert not target.exists()


def test_the_files_of_a_release_there_is_none_of_are_one_line(
    monkeypatch, capsys, small_home
):
    monkeypatch.setenv("CHORUS_HOME", str(small_home))
    fresh_pages()

    assert public_files_of("2099-00F.1") == 1
    assert capsys.readouterr().err.startswith("no release '2099-00F.1'")


def test_the_files_of_a_release_are_made(monkeypatch, small_home):
    made = []
    monkeypatch.setenv("CHORUS_HOME", str(small_home))
    monkeypatch.setattr(
        "web.public_files.make_all",
        lambda server, named: made.append((server.name, named)),
    )
    fresh_pages()

    assert public_files_of(RELEASE) == 0
    assert made == [("chorus", RELEASE)]


@pytest.mark.parametrize(
    "address",
    ["/packet.pdf", "/packet.pdf?paper=a4", "/open-data/2026-27F.1/estimates.csv"],
)
def test_before_the_first_release_there_is_no_file(tmp_path, address):
    server = made_app(settings_in(tmp_path / "home", CHORUS_SECRET="s" * 32))

    assert browser_of(server).get(address).status_code == 404
