"""The command line: what it prints and how it ends."""

import re
import shutil

import kills
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


@pytest.mark.long
def test_the_demo_is_made_once(chorus):
    code, out, _ = chorus("demo", "--waves", "1")
    assert code == 0
    assert "which is made up" in out
    assert chorus("demo") == (0, "", "")

    code, out, _ = chorus("release", "list")
    assert re.search(rf"{LATEST}.1\s+published", out)

    assert "every seal holds" in chorus("audit", "verify")[1]


@pytest.mark.long
def test_a_release_goes_its_whole_way_by_commands(chorus, stages, tmp_path):
    shutil.copytree(stages.home("reviewed"), tmp_path / "home")
    notes = tmp_path / "notes.md"
    notes.write_text(
        "# Again\n\nThe same numbers once more; items are not validated.\n"
    )
    ada, ben = ("--by", kills.ADA), ("--by", kills.BEN)
    again = kills.THIRD

    def release(*words: str) -> tuple[int, str, str]:
        return chorus("release", *words)

    build = ("--wave", kills.WAVE, "--district", "x", "--notes", str(notes))
    assert f"Built {again}" in release("build", *build, *ada)[1]
    code, _, err = release("publish", again, *ada)
    assert (code, "only while it is approved" in err) == (6, True)
    assert "under review" in release("submit", again, *ada)[1]
    code, _, err = release("approve", again, *ben)
    assert "missing: response_rates_seen, validation_status_stated" in err
    for point in ("response_rates_seen", "validation_status_stated"):
        release("check", again, point, *ada)
    assert "is approved" in release("approve", again, *ben)[1]
    assert "is current" in release("publish", again, *ada)[1]
    code, out, _ = release("withdraw", again, "--reason", "a slip", *ada)
    assert f"current is {kills.FIRST}" in out
    assert "nothing found" in release("audit", kills.FIRST)[1]
    assert "every seal holds" in chorus("audit", "verify")[1]
    assert "withdrew" in chorus("audit", "show")[1]
    assert chorus("worker", "--once")[0] == 0


def test_people_come_in_from_files(chorus, tmp_path):
    listed = tmp_path / "people.csv"
    listed.write_text(
        "email,role,school_ids,name\nada@alder.example,steward,,Ada\n"
        "pat@alder.example,principal,SCH-001;SCH-002,Pat\n"
    )
    assert "2 people, 2 new or changed" in chorus("people", "import", str(listed))[1]
    assert "0 new or changed" in chorus("people", "import", str(listed))[1]
    assert "SCH-001, SCH-002" in chorus("people", "list")[1]
    add = ("people", "add", "tea@alder.example", "--role", "teacher")
    assert "needs at least one school" in chorus(*add)[2]
    assert "may sign in as teacher" in chorus(*add, "--school", "SCH-001")[1]
    chorus("people", "revoke", "tea@alder.example")
    assert "tea@" not in chorus("people", "list")[1]
    assert chorus("people", "revoke", "tea@alder.example")[0] == 9


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("mail,role\n", "has no column 'email'"),
        ("email,role\na@b.co,owner\n", "people.csv:2 [role]: knows no role 'owner'"),
        ("email,role\nnobody,steward\n", "people.csv:2: has no usable email"),
        ("email,role\na@b.co,principal\n", "needs at least one school"),
    ],
)
def test_a_bad_list_of_people_is_one_line(chorus, tmp_path, text, says):
    listed = tmp_path / "people.csv"
    listed.write_text(text)
    code, _, err = chorus("people", "import", str(listed))

    assert code == 4
    assert says in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_people_come_in_from_one_roster(chorus, tmp_path, version):
    folder = tmp_path / "roster"
    folder.mkdir()
    if version == "1.1":
        (folder / "users.csv").write_text(
            "sourcedId,enabledUser,orgSourcedIds,role,givenName,familyName,email\n"
            'u1,true,"SCH-001,SCH-002",principal,Pat,Lee,pat@alder.example\n'
            "u2,true,SCH-001,student,Kim,Roe,kim@alder.example\n"
        )
    else:
        (folder / "users.csv").write_text(
            "sourcedId,enabledUser,givenName,familyName,email\n"
            "u1,true,Pat,Lee,pat@alder.example\nu2,true,Kim,Roe,kim@alder.example\n"
        )
        (folder / "roles.csv").write_text(
            "sourcedId,userSourcedId,roleType,role,orgSourcedId\n"
            "r1,u1,primary,principal,SCH-001\nr2,u2,primary,student,SCH-001\n"
        )
    assert "1 people, 1 new" in chorus("people", "import", str(folder))[1]
    listed = chorus("people", "list")[1]
    assert "pat@alder.example" in listed
    assert "kim" not in listed


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
    assert "Qualtrics" in out
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
    called: list[str] = []
    monkeypatch.setattr(cli.os, "execv", lambda path, words: called.extend(words))
    monkeypatch.setenv("CHORUS_THREADS", "8")
    chorus("serve", "--port", "9000", "--workers", "3", "--threads", "5")

    def told(name: str) -> str:
        return called[called.index(name) + 1]

    assert "app:application" in called
    assert (told("--host"), told("--port"), told("--workers")) == (
        "127.0.0.1",
        "9000",
        "3",
    )
    # A client has ten seconds and 32 KB for its headers.
    assert told("--http1-header-read-timeout") == "10000"
    assert told("--http1-buffer-size") == "32768"
    assert "--no-access-log" in called
    assert cli.os.environ["CHORUS_THREADS"] == "5"


def test_stopping_by_hand_is_no_traceback(chorus, monkeypatch):
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "read_settings", stop)

    assert chorus("release", "list")[0] == 130


def test_an_import_is_listed_and_taken_back_whole(chorus, tmp_path):
    calendar = tmp_path / "calendar.csv"
    calendar.write_text("wave,opens_on,closes_on\n2026-27F,2026-10-05,2026-10-25\n")
    assert chorus("imports")[1] == "Nothing was imported yet.\n"
    chorus("import", str(calendar))

    assert "calendar.csv (Chorus table, wave): 1 rows read" in chorus("imports")[1]
    code, out, _ = chorus("undo", "1")
    assert (code, out) == (0, "calendar.csv (import 1) is taken back: 1 rows\n")
    assert "undone on" in chorus("imports")[1]
    code, _, err = chorus("undo", "1")
    assert (code, err) == (
        4,
        'chorus: there is no import 1; "chorus imports" lists them\n',
    )


def test_rows_set_aside_are_tried_again_and_a_person_is_forgotten(chorus, tmp_path):
    def file(name, text):
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    schools = "school_id,name,level,cohort_id,launch_date,grades,also_known_as\n"
    calendar = "wave,opens_on,closes_on\n2026-27F,2026-10-05,2026-10-25\n"
    form = (
        "survey: student_3_5\nwave: 2026-27F\nschool: {column: School}\n"
        "respondent: {column: Id}\nitems: {Q: S3.VO.1}\n"
    )
    survey = file("s.csv", "Id,School,Q\ns-1,Alder,A lot\ns-2,Oldname,A lot\n")
    chorus("import", file("w.csv", calendar))
    chorus("import", file("a.csv", f"{schools}A,Alder,high,1,,9-12,\n"))
    assert chorus("import", survey, "--mapping", file("f.yaml", form))[0] == 8
    chorus("import", file("b.csv", f"{schools}A,Alder,high,1,,9-12,Oldname\n"))

    code, out, _ = chorus("reread")
    assert (code, "2 were kept" in out, "0 set aside" in out) == (0, True, True)
    assert chorus("reread")[1] == "No import has rows set aside.\n"
    code, out, _ = chorus("forget", "s-2")
    assert code == 0
    assert out.startswith("Forgotten: 1 responses, 1 rows of registers or set aside")
    code, _, err = chorus("forget", "s-2")
    assert (code, "no response, register or kept original" in err) == (4, True)
    assert "s-2" not in chorus("audit", "show")[1]


def test_a_mapping_is_drafted_beside_the_file_and_never_over_one(chorus, tmp_path):
    survey = tmp_path / "s.csv"
    survey.write_text("School,Do your teachers ask for your ideas?\nAlder,A lot\n")

    code, out, _ = chorus("draft", str(survey))
    assert code == 8
    assert "to settle: which wave is it" in out
    assert "survey: student_3_5" in (tmp_path / "s.yaml").read_text()
    code, _, err = chorus("draft", str(survey))
    assert (code, "is there already" in err) == (2, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["lost.md"], "lost.md cannot be read as UTF-8 text"),
        (["es=lost.md"], "lost.md cannot be read as UTF-8 text"),
        (["here.md", "here.md"], "--notes names two files in en; give one each"),
        (["es=here.md", "es=here.md"], "--notes names two files in es; give one each"),
    ],
    ids=["no file", "no Spanish file", "two in English", "two in Spanish"],
)
def test_notes_that_cannot_be_read_or_come_twice_are_refused(
    chorus, tmp_path, monkeypatch, given, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.md").write_text("Fall is in.")
    options = [word for one in given for word in ("--notes", one)]
    code, _, err = chorus(
        "release", "build", "--wave", "x", "--district", "x", *options
    )

    assert code != 0
    assert said in err
