"""The command line: what it prints and how it ends."""

import re

import pytest
from conftest import LATEST, District

from data import cli
from data.errors import ChorusError


@pytest.fixture
def chorus(monkeypatch, capsys, tmp_path):
    """Run a command in this process; return exit code and what was printed."""
    monkeypatch.setenv("CHORUS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "300")

    def run(*words: str, home: str | None = None) -> tuple[int, str, str]:
        if home:
            monkeypatch.setenv("CHORUS_HOME", home)
        monkeypatch.setattr("sys.argv", ["chorus", *words])
        code = 0
        try:
            cli.main()
        except SystemExit as done:
            code = int(done.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_the_demo_is_made_once(chorus):
    code, out, _ = chorus("demo", "--waves", "1")
    assert code == 0
    assert "which is made up" in out
    assert chorus("demo") == (0, "", "")

    code, out, _ = chorus("release", "list")
    assert re.search(rf"{LATEST}.1\s+current", out)

    code, out, _ = chorus("release", "build", "--wave", LATEST, "--district", "Alder")
    assert f"Built {LATEST}.2" in out
    code, out, _ = chorus("release", "publish", f"{LATEST}.2")
    assert "is current" in out
    code, out, _ = chorus("release", "withdraw", f"{LATEST}.2", "--reason", "a slip")
    assert f"current is {LATEST}.1" in out


def test_an_empty_shelf_says_what_to_do(chorus):
    assert "chorus release build" in chorus("release", "list")[1]


def test_a_refusal_is_one_line_and_a_code_per_family(chorus):
    code, _, err = chorus("release", "publish", "nothing.1")

    assert code == 6
    assert err.strip() == "chorus: no release 'nothing.1'; run \"chorus release list\""


def test_a_lowered_threshold_stops_the_build(chorus, tmp_path):
    calendar = tmp_path / "wave.csv"
    calendar.write_text("wave,opens_on,closes_on\n2026-27F,2026-10-05,2026-10-25\n")
    lowered = tmp_path / "settings.csv"
    lowered.write_text(
        "key,value,set_by,set_on,reason\nmin_n_student,3,someone,2026-10-01,impatience\n"
    )
    assert chorus("import", str(calendar), str(lowered))[0] == 0
    code, _, err = chorus("release", "build", "--wave", "2026-27F", "--district", "x")

    assert code == 2
    assert "never lowered below 10" in err


def test_check_says_how_each_column_would_be_read(chorus, district: District):
    export = district.settings.incoming / f"{LATEST}_teachers_qualtrics.csv"
    mapping = district.settings.incoming / "qualtrics_teachers.yaml"
    moved = export.with_name("again.csv")
    moved.write_bytes(export.read_bytes() + b"")
    calendar, schools = (
        district.settings.incoming / n for n in ("wave.csv", "school.csv")
    )
    assert chorus("import", str(calendar), str(schools))[0] == 0
    code, out, _ = chorus("check", str(moved), "--mapping", str(mapping))

    assert code == 0
    assert "Qualtrics CSV" in out
    assert "QID5 → T.RR.1, numbers" in out


def test_a_wrong_option_is_explained(chorus):
    code, _, err = chorus("import", "--no-such-option")

    assert code == 2
    assert "no-such-option" in err


def test_only_registered_data_files_are_committed(chorus, monkeypatch):
    assert chorus("check-files")[0] == 0

    class Listed:
        stdout = "data/FILES.csv\0survey.csv"

    monkeypatch.setattr(cli.subprocess, "run", lambda *a, **k: Listed)
    with pytest.raises(ChorusError, match=r"survey.csv is not entered"):
        cli.check_files()


def test_serve_becomes_the_server(chorus, monkeypatch):
    called = {}
    monkeypatch.setattr(cli.os, "execv", lambda path, words: called.update(words=words))
    chorus("serve", "--port", "9000")

    assert "127.0.0.1:9000" in called["words"]
    assert "app:server" in called["words"]


def test_stopping_by_hand_is_no_traceback(chorus, monkeypatch):
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "read_settings", stop)

    assert chorus("release", "list")[0] == 130
