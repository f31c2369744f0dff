"""A small file must not become a large one: bytes are counted as they come out."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile

import pytest
from conftest import ROOT
from web_asking import sent

from data.errors import FileNotReadable, ImportFileError
from data.ingest.source import open_sources
from data.ledger.people import read_csv, read_oneroster
from data.model.unpacking import Unpacking
from data.model.viewer import Role

USERS = (
    "sourcedId,enabledUser,givenName,familyName,email,role,orgSourcedIds\n"
    "u1,true,Pat,Lee,pat@alder.example,principal,S1\n"
    'u2,true,Tea,Ash,tea@alder.example,teacher,"S1,S2"\n'
    "u3,false,Old,One,old@alder.example,teacher,S1\n"
    "u4,true,Stu,Dent,stu@alder.example,student,S1\n"
)


def zipped(path, **members: bytes | str):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return path


def bomb(megabytes: int) -> bytes:
    """A users.csv that packs a thousand to one."""
    return b"sourcedId,email,role\n" + b"0" * (megabytes << 20)


def test_a_roster_is_read(tmp_path):
    found = read_oneroster(zipped(tmp_path / "people.zip", users_csv=USERS))

    assert [(e.email, e.role, e.school_ids, e.name) for e in found] == [
        ("pat@alder.example", Role.PRINCIPAL, ("S1",), "Pat Lee"),
        ("tea@alder.example", Role.TEACHER, ("S1", "S2"), "Tea Ash"),
    ]


def test_a_folder_reads_as_its_zip_does(tmp_path):
    (tmp_path / "users.csv").write_text(USERS)

    assert read_oneroster(tmp_path) == read_oneroster(
        zipped(tmp_path / "people.zip", users_csv=USERS)
    )


def test_a_bomb_in_the_list_of_people_is_refused(tmp_path):
    path = zipped(tmp_path / "people.zip", users_csv=bomb(64))
    assert path.stat().st_size < 100_000

    with pytest.raises(ImportFileError, match="unpacks to more than 8 MB"):
        read_oneroster(path)


@pytest.mark.long
def test_a_bomb_takes_no_memory_to_refuse(tmp_path):
    """A gigabyte in a megabyte; the process that reads it may have 300 MB more."""
    path = tmp_path / "people.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("users.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(256):
            member.write(b"0" * (1 << 22))
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from data.ledger.people import read_oneroster\n"
        "from data.errors import ImportFileError\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: read_oneroster(Path(sys.argv[1]))\n"
        "except ImportFileError as error: print(error)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    said, more = done.stdout.strip().splitlines()

    assert "more than 8 MB" in said
    assert int(more) < 60_000  # kilobytes


@pytest.mark.parametrize(("size", "fits"), [(1_000, True), (1_001, False)])
def test_the_bytes_of_all_members_are_counted_together(tmp_path, size, fits):
    path = zipped(tmp_path / "a.zip", one_csv=b"x" * 400, two_csv=b"x" * (size - 400))
    with zipfile.ZipFile(path) as archive:
        unpacking = Unpacking(archive, most=1_000, file="a.zip")
        out = io.BytesIO()
        unpacking.copy("one.csv", out)
        if fits:
            unpacking.copy("two.csv", out)
            assert len(out.getvalue()) == size
            return
        with pytest.raises(FileNotReadable, match=r"a\.zip: the zip unpacks"):
            unpacking.copy("two.csv", out)


@pytest.mark.parametrize(("members", "fits"), [(1_000, True), (1_001, False)])
def test_a_zip_of_a_thousand_files_is_none_of_ours(tmp_path, members, fits):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for k in range(members):
            archive.writestr(str(k), b"")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        if fits:
            Unpacking(archive, most=1, file="a.zip")
            return
        with pytest.raises(FileNotReadable, match="more than 1,000 files"):
            Unpacking(archive, most=1, file="a.zip")


def test_the_import_door_counts_too(tmp_path, monkeypatch):
    monkeypatch.setattr("data.ingest.source.MOST_UNPACKED", 1 << 20)
    path = zipped(tmp_path / "survey.zip", survey_csv=bomb(2))

    with pytest.raises(FileNotReadable, match="more than 1 MB"), open_sources(path):
        pass


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04 no zip", "holds no users.csv"),
        (b"", "holds no users.csv"),
    ],
)
def test_what_is_no_zip_is_said_to_hold_nobody(tmp_path, content, says):
    (tmp_path / "people.zip").write_bytes(content)

    with pytest.raises(ImportFileError, match=says):
        read_oneroster(tmp_path / "people.zip")


def test_a_roster_in_another_encoding_is_refused_in_one_line(tmp_path):
    path = zipped(
        tmp_path / "people.zip", users_csv="sourcedId\nPe\u00f1a".encode("cp1252")
    )

    with pytest.raises(ImportFileError, match="cannot be read as UTF-8"):
        read_oneroster(path)


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_a_csv_of_people_holds_eight_megabytes_at_most(tmp_path, more, fits):
    head, line = b"email,role,name\n", b"a@b.example,district,"
    path = tmp_path / "people.csv"
    path.write_bytes((head + line).ljust((8 << 20) - 1 + more, b" ") + b"\n")

    if fits:
        assert [e.email for e in read_csv(path)] == ["a@b.example"]
        return
    with pytest.raises(ImportFileError, match=r"people\.csv: is larger than 8 MB"):
        read_csv(path)


def test_a_list_of_a_hundred_thousand_people_is_the_longest(tmp_path, monkeypatch):
    monkeypatch.setattr("data.ledger.people.MOST_PEOPLE", 3)
    rows = "".join(f"p{k}@alder.example,district\n" for k in range(4))
    path = tmp_path / "people.csv"
    path.write_text("email,role\n" + rows)

    with pytest.raises(ImportFileError, match="more than 3 people"):
        read_csv(path)
    path.write_text("email,role\n" + rows.replace("p3@alder.example,district\n", ""))
    assert len(read_csv(path)) == 3


def test_a_file_for_the_form_is_refused_by_its_code(signed_in):
    steward = signed_in("ada@alder.example")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.csv", bomb(64))
    packed.seek(0)
    reply = sent(steward, "/steward/people/import", file=(packed, "people.zip"))

    assert reply.status_code == 303
    assert reply.headers["Location"] == "/steward/people?problem=file"


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        ((b"email,role\nnew@alder.example,district\n", "people.csv"), "said=done"),
        ((b"email,role\nnew@alder.example,owner\n", "people.csv"), "problem=file"),
        ((b"name\nx\n", "people.csv"), "problem=file"),
        (None, "problem=no_file"),
    ],
)  # fmt: skip
def test_the_form_takes_a_list_or_says_what_is_wrong(signed_in, upload, code):
    steward = signed_in("ada@alder.example")
    fields = {"file": (io.BytesIO(upload[0]), upload[1])} if upload else {}
    reply = sent(steward, "/steward/people/import", **fields)

    assert reply.headers["Location"] == f"/steward/people?{code}"


def test_a_form_larger_than_any_of_ours_is_refused(signed_in):
    steward = signed_in("ada@alder.example")
    reply = sent(
        steward,
        "/steward/people/import",
        file=(io.BytesIO(b"x" * 300_000), "people.csv"),
    )

    assert reply.status_code == 413
