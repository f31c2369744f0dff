"""The same pupil is one pupil, and no id is hashed without a key.

Without a key the hash of a six-digit id is reversed in seconds; with another key the
same people are counted again. So a secret is there whole, and it is the one of before.
"""

import stat
import subprocess
import sys

import pytest
from conftest import ROOT, looked_at, settings_in

from data.errors import SecretDoesNotFit
from data.ingest import hashing
from data.ingest.door import import_file
from data.ingest.hashing import fingerprint
from data.ingest.warehouse import open_scratch, open_warehouse

FILES = {
    "wave.csv": "wave,opens_on,closes_on\n2026-27F,2026-10-05,2026-10-25\n",
    "school.csv": "school_id,name,level,cohort_id,launch_date,grades\n"
    "S1,Alder,high,0,,9-12\n",
}
ANSWERS = "wave,instrument,resp_key,school_id,group,grade_band,language,item_id,code\n"
SECRET, OTHER = "a" * 32, "b" * 32


def answers(*people: str) -> str:
    lines = [f"2026-27F,family,{p},S1,families,,en,F.PR.1,3\n" for p in people]
    return ANSWERS + "".join(lines)


def bring(home, name: str, text: str, **env: str):
    path = home.parent / name
    path.write_text(text)
    settings = settings_in(home, **env)
    with open_warehouse(settings) as connection:
        return import_file(connection, settings, path)


def begin(home, **env: str) -> None:
    for name, text in FILES.items():
        bring(home, name, text, **env)
    bring(home, "response.csv", answers("123456", "234567"), **env)


def counted(home) -> int:
    ((n,),) = looked_at(
        home / "warehouse.duckdb",
        "SELECT count(DISTINCT resp_key) FROM responses WHERE is_current",
    )
    return n


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def test_a_secret_is_made_once_for_its_owner_alone_and_kept(home):
    begin(home)
    key = (home / "hash.key").read_text()
    bring(home, "response.csv", answers("123456", "234567", "345678"))

    assert len(key) == 64
    assert (home / "hash.key").read_text() == key
    assert stat.S_IMODE((home / "hash.key").stat().st_mode) == 0o600
    assert counted(home) == 3


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "hash.key is empty"),
        (" \n", "hash.key is empty"),
        ("0123456789abcdef", "hash.key is damaged"),
        ("f" * 63, "hash.key is damaged"),
        ("f" * 65, "hash.key is damaged"),
        ("g" * 64, "hash.key is damaged"),
    ],
)
@pytest.mark.parametrize("begun", [False, True])
def test_an_empty_or_cut_secret_is_refused_and_nothing_is_hashed(
    home, content, says, begun
):
    if begun:
        begin(home)
    home.mkdir(exist_ok=True)
    (home / "hash.key").write_text(content)
    with pytest.raises(SecretDoesNotFit, match=f"{says}; put it back"):
        bring(home, "wave.csv" if not begun else "response.csv",
              FILES["wave.csv"] if not begun else answers("999999"))  # fmt: skip

    assert counted(home) == (2 if begun else 0)


@pytest.mark.parametrize(
    ("first", "then", "says"),
    [
        ({"CHORUS_SECRET": SECRET}, {"CHORUS_SECRET": OTHER}, "set the former one again"),
        ({"CHORUS_SECRET": SECRET}, {}, "set that CHORUS_SECRET again"),
        ({}, {"CHORUS_SECRET": SECRET}, "unset it: .*hash.key fits"),
    ],
)  # fmt: skip
def test_another_or_a_forgotten_secret_is_refused_before_anyone_is_counted_twice(
    home, first, then, says
):
    begin(home, **first)
    with pytest.raises(SecretDoesNotFit, match=says):
        bring(home, "response.csv", answers("123456", "234567", "999999"), **then)

    assert counted(home) == 2
    bring(home, "response.csv", answers("123456", "234567", "999999"), **first)
    assert counted(home) == 3


@pytest.mark.parametrize("fate", ["lost", "replaced"])
def test_a_lost_or_replaced_key_file_is_refused_and_none_is_made_anew(home, fate):
    begin(home)
    path = home / "hash.key"
    kept = path.read_text()
    path.unlink() if fate == "lost" else path.write_text("f" * 64)
    with pytest.raises(SecretDoesNotFit, match=r"put .* back from the backup"):
        bring(home, "response.csv", answers("123456", "234567", "999999"))

    assert path.exists() == (fate == "replaced")
    path.write_text(kept)
    bring(home, "response.csv", answers("123456", "234567", "999999"))
    assert counted(home) == 3


def test_the_warehouse_tells_the_secret_to_nobody(home):
    begin(home, CHORUS_SECRET=SECRET)
    raw = (home / "warehouse.duckdb").read_bytes()
    ((name, value),) = looked_at(home / "warehouse.duckdb", "SELECT * FROM identity")

    assert (name, len(value)) == ("hash_fingerprint", 64)
    assert SECRET.encode() not in raw
    assert hashing.hashlib.sha256(SECRET.encode()).hexdigest().encode() not in raw


def test_a_fingerprint_is_a_keyed_hash_of_a_fixed_label():
    """Printf "chorus: the secret …" | openssl dgst -sha256 -hmac kkkkkkkk."""
    assert fingerprint("kkkkkkkk") == (
        "484fa526b7e3d5bcacc35f77ff506cc2bac1734fffe181886b1d9b999a7b0e14"
    )


def test_a_refused_file_leaves_no_fingerprint_of_a_secret_nothing_was_hashed_with(home):
    with pytest.raises(Exception, match="wave"):
        bring(home, "response.csv", answers("1"), CHORUS_SECRET=SECRET)
    begin(home, CHORUS_SECRET=OTHER)

    assert counted(home) == 2


def test_a_check_writes_no_secret_and_refuses_one_that_does_not_fit(home, tmp_path):
    path = tmp_path / "wave.csv"
    path.write_text(FILES["wave.csv"])
    settings = settings_in(home)
    with open_scratch(settings) as connection:
        import_file(connection, settings, path)
    assert not (home / "hash.key").exists()

    begin(home)
    path.write_text(FILES["wave.csv"] + "2026-27S,2027-03-05,2027-03-25\n")
    other = settings_in(home, CHORUS_SECRET=OTHER)
    with open_scratch(other) as connection, pytest.raises(SecretDoesNotFit):
        import_file(connection, other, path)


WRITES_A_KEY = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from pathlib import Path
from data.model.durable import write_whole
write_whole(Path(sys.argv[1]), "f" * 64)
"""


def test_a_disk_that_takes_a_third_of_the_key_leaves_no_key_and_the_next_is_whole(home):
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", WRITES_A_KEY, str(home / "hash.key")],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert "File too large" in done.stderr
    assert list(home.iterdir()) == []
    begin(home)

    assert len((home / "hash.key").read_text()) == 64
