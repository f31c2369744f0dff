"""What Chorus keeps is its own account's alone, and it says so where it is not."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest
from conftest import ROOT, settings_in

from data.errors import SettingsError
from data.model.private import check_private
from web.session_key import session_key


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def home(tmp_path):
    """A home folder with a release in it, as it should be."""
    made = tmp_path / "chorus home"
    (made / "releases").mkdir(parents=True)
    (made / "releases" / "public.duckdb").touch()
    for path in (made, *made.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return made


def test_what_is_private_is_let_be(home):
    check_private(home)


@pytest.mark.parametrize("bits", [0o040, 0o020, 0o010, 0o004, 0o002, 0o001])
@pytest.mark.parametrize("name", ["", "releases", "releases/public.duckdb"])
def test_every_bit_of_others_is_found_and_said(home, name, bits):
    path = home / name
    path.chmod(mode(path) | bits)

    with pytest.raises(SettingsError) as told:
        check_private(home)
    assert str(told.value) == (
        f"{path} can be read by other accounts of this machine (mode {mode(path):o}); "
        f"run \"chmod -R go= '{home}'\" and start again"
    )


def test_a_link_is_not_what_it_leads_to(home, tmp_path):
    (home / "elsewhere").symlink_to(tmp_path)

    check_private(home)


def test_the_advice_mends_it(home):
    (home / "releases").chmod(0o755)
    subprocess.run(["chmod", "-R", "go=", str(home)], check=True)

    check_private(home)


def chorus(home, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "data.cli", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "CHORUS_HOME": str(home), **env},
        capture_output=True,
        text=True,
        timeout=120,
        umask=0o022,
    )


def test_a_command_makes_files_for_its_own_account_alone(tmp_path):
    home = tmp_path / "home"
    done = chorus(home, "people", "add", "ada@alder.example", "--role", "steward")

    assert done.returncode == 0, done.stderr
    assert mode(home) == 0o700
    assert {mode(p) for p in home.rglob("*")} == {0o600}


def test_production_does_not_start_where_others_can_read(home):
    (home / "releases" / "public.duckdb").chmod(0o644)
    done = chorus(
        home, "serve", CHORUS_ENV="production", CHORUS_SECRET="s" * 32,
        CHORUS_PROXIES="1", CHORUS_HOSTS="chorus.example",
    )  # fmt: skip

    assert done.returncode == 2
    assert "public.duckdb can be read by other accounts" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


# --- the key cookies are signed with


def test_the_secret_signs_where_there_is_one(tmp_path):
    settings = settings_in(tmp_path, CHORUS_SECRET="s" * 32)

    assert session_key(settings) == "s" * 32
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_made_once_and_kept_private(tmp_path):
    settings = settings_in(tmp_path)
    key = session_key(settings)

    assert len(key) == 64
    assert session_key(settings) == key
    assert mode(tmp_path / "session.key") == 0o600
    assert session_key(settings_in(tmp_path.parent)) != key
    (tmp_path.parent / "session.key").unlink()
    (tmp_path.parent / ".session.lock").unlink()


@pytest.mark.parametrize("left", ["", "short", "x" * 31])
def test_a_damaged_key_is_made_anew(tmp_path, left):
    (tmp_path / "session.key").write_text(left)

    assert len(session_key(settings_in(tmp_path))) == 64


def test_workers_that_start_together_have_one_key(tmp_path):
    code = (
        "from data.settings import read_settings; from web.session_key import session_key;"
        "print(session_key(read_settings()))"
    )
    env = {"PATH": os.environ["PATH"], "CHORUS_HOME": str(tmp_path)}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]

    assert len({p.communicate()[0] for p in started}) == 1
