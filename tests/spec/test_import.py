"""One door for every file: each whole or not at all, and nothing personal gets in."""

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import moves
import pytest
from conftest import LATEST, ROOT, every_row, looked_at, settings_in

from data.district.writer import write_district
from data.errors import (
    FileNotReadable,
    HeaderChanged,
    ImportFileError,
    MappingError,
    RowsContradict,
    UnknownFormat,
    WarehouseLocked,
)
from data.ingest.door import import_file
from data.ingest.warehouse import open_scratch, open_warehouse
from data.settings import Settings

WAVES = "wave,opens_on,closes_on\n2026-27F,2026-10-05,2026-10-25\n"
SCHOOLS = (
    "school_id,name,level,cohort_id,launch_date,grades,also_known_as\n"
    "SCH-1,Alder Middle,middle,1,2025-08-25,6–8,Alder MS\n"
    "SCH-2,Birch High,high,0,,9–12,\n"
)
HEADER = (
    "ResponseId,Status,Finished,RecordedDate,Q1,Q2,school,wave,IPAddress,RecipientEmail\n"
    'Response ID,Response Type,Finished,Recorded Date,"How often, really,\ndo they ask?",Two,school,wave,IP,Mail\n'
    + ",".join(
        '"{""ImportId"":""' + i + '""}"'
        for i in (
            "_recordId",
            "status",
            "finished",
            "recordedDate",
            "QID1",
            "QID2",
            "school",
            "wave",
            "ipAddress",
            "recipientEmail",
        )
    )
    + "\n"
)
MAPPING = """survey: student_6_12
wave: {column: wave}
school: {column: school}
respondent: {column: _recordId}
items: {QID1: S.VO.1, QID2: S.VO.2}
"""


def row(
    key="R_1",
    status="IP Address",
    finished="True",
    q1="Often",
    q2="Sometimes",
    school="Alder Middle",
    wave="2026-27F",
):
    return f"{key},{status},{finished},2026-10-06 09:00:00,{q1},{q2},{school},{wave},192.0.2.7,a@example.org\n"


@pytest.fixture(scope="session")
def two_schools(tmp_path_factory):
    """A warehouse that knows the calendar and two schools, made once."""
    home = tmp_path_factory.mktemp("two-schools")
    settings = settings_in(home, CHORUS_SECRET="s" * 32)
    for name, text in (("wave.csv", WAVES), ("school.csv", SCHOOLS)):
        (home / name).write_text(text)
        with open_warehouse(settings) as connection:
            import_file(connection, settings, home / name)
    return settings.warehouse


@pytest.fixture
def door(settings, tmp_path, two_schools):
    """Import text under a name; the calendar and two schools are known."""
    settings.home.mkdir(parents=True, exist_ok=True)
    shutil.copy(two_schools, settings.warehouse)
    mapping = tmp_path / "students.yaml"
    mapping.write_text(MAPPING)

    def bring(
        name: str, text: str | bytes, *, mapping_file: Path | None = mapping, **options
    ):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with open_warehouse(settings) as connection:
            return import_file(
                connection, settings, path, mapping_file=mapping_file, **options
            )

    return bring


def ask(settings, statement: str):
    return looked_at(settings.warehouse, statement)


def test_three_header_rows_with_a_line_break_and_one_answer_row(door, settings):
    report = door("q.csv", HEADER + row())

    assert (report.rows_read, report.kept, report.format) == (1, 1, "Qualtrics")
    assert ask(settings, "SELECT school_id, wave, form FROM responses") == [
        ("SCH-1", "2026-27F", "student_6_12")
    ]
    assert sorted(ask(settings, "SELECT code FROM answers")) == [(3,), (4,)]


def test_previews_are_dropped_partial_answers_kept(door):
    report = door(
        "q.csv",
        HEADER
        + row()
        + row("R_2", "Survey Preview")
        + row("R_3", finished="False", q2=""),
    )

    assert (report.kept, report.dropped) == (2, 1)


def test_the_last_complete_response_of_a_person_counts(door, settings):
    later = row("R_1", q1="Almost never").replace("09:00", "10:00")
    unfinished = row("R_1", q1="Sometimes", finished="False").replace("09:00", "11:00")
    report = door("q.csv", HEADER + row() + later + unfinished)

    assert (report.kept, report.duplicate) == (1, 2)
    assert (1,) in ask(settings, "SELECT code FROM answers")


def test_a_later_file_replaces_what_the_same_person_said_before(door, settings):
    door("a.csv", HEADER + row())
    door("b.csv", HEADER + row(q1="Almost never"))

    assert ask(settings, "SELECT is_current FROM responses ORDER BY response_no") == [
        (False,),
        (True,),
    ]


def test_spanish_and_english_meet_in_one_column(door, settings):
    door(
        "q.csv",
        HEADER
        + row("R_1", q1="A menudo")
        + row("R_2", q1="often ")
        + row("R_3", q1="OFTEN"),
    )

    assert ask(
        settings,
        "SELECT count(*) FROM answers JOIN items USING (item_no) WHERE item_id='S.VO.1' AND code=4",
    ) == [(3,)]


def test_numbers_are_read_as_codes(door, settings):
    door("q.csv", HEADER + row("R_1", q1="5", q2="1"))

    assert sorted(ask(settings, "SELECT code FROM answers")) == [(1,), (5,)]


def test_names_with_double_spaces_and_aliases_find_their_school(door, settings):
    door(
        "q.csv",
        HEADER + row("R_1", school="Alder  Middle ") + row("R_2", school="alder ms"),
    )

    assert ask(settings, "SELECT DISTINCT school_id FROM responses") == [("SCH-1",)]


def test_nothing_personal_passes_the_door(door, settings):
    door("q.csv", HEADER + row() + row("R_9", school="Nowhere"))
    everything = json.dumps(every_row(settings.warehouse), default=str)

    for secret in ("192.0.2.7", "example.org", "R_1", "R_9"):
        assert secret not in everything


def test_an_unknown_school_is_set_aside_with_file_line_and_column(door, settings):
    report = door("q.csv", HEADER + row() + row("R_2", school="Nowhere High"))
    (finding,) = [f for f in report.findings if f.kind == "set aside"]

    assert finding.sentence(report.name).startswith("q.csv:6 [school]: unknown school")
    assert ask(settings, "SELECT line, column_name FROM quarantine") == [(6, "school")]


def test_a_code_outside_the_options_is_left_out_and_flagged(door, settings):
    report = door("q.csv", HEADER + row() + row("R_2", q1="Whenever"))
    (finding,) = [f for f in report.findings if f.kind == "left out"]

    assert (finding.line, finding.column, finding.count) == (6, "QID1", 1)
    assert "Whenever" not in finding.sentence("q.csv")
    assert report.kept == 2


def test_the_same_file_twice_changes_nothing(door, settings):
    door("q.csv", HEADER + row())
    before = (
        ask(settings, "SELECT count(*) FROM responses"),
        ask(settings, "SELECT count(*) FROM files"),
    )
    report = door("q.csv", HEADER + row())

    assert report.already_imported
    assert (
        ask(settings, "SELECT count(*) FROM responses"),
        ask(settings, "SELECT count(*) FROM files"),
    ) == before


def test_each_file_is_recorded_with_its_checksum_and_counts(door, settings):
    door("q.csv", HEADER + row() + row("R_2", school="Nowhere"))
    (found,) = ask(
        settings,
        "SELECT format, rows_read, kept, set_aside, length(sha256) FROM files WHERE name='q.csv'",
    )

    assert found == ("Qualtrics", 2, 1, 1, 64)


def test_a_changed_header_stops_with_a_readable_diff(door):
    door("a.csv", HEADER + row())
    changed = HEADER.replace("QID2", "QID2").replace("ipAddress", "QID77")
    with pytest.raises(
        HeaderChanged, match=r"gone ipAddress; new QID77.*--accept-header"
    ):
        door("b.csv", changed + row("R_2"))
    both = changed + row() + row("R_2")
    assert door("b.csv", both, accept_header=True).kept == 2


def test_a_check_writes_nothing(door, settings, tmp_path):
    path = tmp_path / "q.csv"
    path.write_text(HEADER + row())
    before = settings.warehouse.read_bytes()
    with open_scratch(settings) as connection:
        report = import_file(
            connection, settings, path, mapping_file=tmp_path / "students.yaml"
        )

    assert report.kept == 1
    assert settings.warehouse.read_bytes() == before


def test_google_forms_tells_the_wave_by_the_day(door, settings, tmp_path):
    mapping = tmp_path / "forms.yaml"
    mapping.write_text(
        "survey: student_3_5\nwave: {date: Timestamp}\nschool: {column: School}\n"
        "items: {'Do your teachers ask for your ideas?': S3.VO.1, 'Rate it': S3.VO.2}\n"
    )
    text = (
        '"Timestamp","School","Do your teachers ask for your ideas?","Rate it"\n'
        '"2026/10/06 8:02:11 AM PDT","Alder Middle","A lot","3 - A lot"\n'
        '"2026/12/24 8:02:11 AM PDT","Alder Middle","A lot","2"\n'
    )
    report = door("forms.csv", text, mapping_file=mapping)

    assert (report.format, report.kept, report.set_aside) == ("Google Forms", 1, 1)
    assert ask(settings, "SELECT count(*) FROM answers WHERE code = 3") == [(2,)]


ONEROSTER = {
    "manifest.csv": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n",
    "orgs.csv": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
    "d1,,,Valley,district,,\no1,active,2026-08-01,Alder Middle,school,SCH-1,d1\no2,,,Birch High,school,,d1\n",
    "users.csv": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
    'u1,,,true,"o1,o2",teacher,t1,,Secret,Person,,1,t@example.org,,,,,pw\n'
    "u2,,,true,o1,student,s1,,Hidden,Child,,2,,,,,07,\n"
    "u3,,,TRUE,o1,student,s2,,Other,Child,,3,,,,,08,\n"
    "u4,,,false,o1,student,s3,,Left,Child,,4,,,,,08,\n",
}


def roster_zip(tmp_path: Path, files: dict[str, str]) -> bytes:
    path = tmp_path / "roster.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path.read_bytes()


def test_oneroster_gives_counts_and_no_names(door, settings, tmp_path):
    door("r.zip", roster_zip(tmp_path, ONEROSTER), wave="2026-27F")

    assert sorted(
        ask(settings, "SELECT school_id, stakeholder_group, grade_band, n FROM rosters")
    ) == [
        ("SCH-1", "students", "68", 2),
        ("SCH-1", "teachers", "all", 1),
        ("SCH-2", "teachers", "all", 1),
    ]
    assert b"Secret" not in settings.warehouse.read_bytes()


def test_oneroster_1_2_reads_roles(door, settings, tmp_path):
    files = dict(ONEROSTER)
    files["users.csv"] = (
        "sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,grades\nu1,,,true,t1,A,B,\n"
    )
    files["roles.csv"] = (
        "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId\n"
        "r1,,,u1,primary,teacher,,,o1,\nr2,,,u1,secondary,principal,,,o1,\n"
    )
    door("r.zip", roster_zip(tmp_path, files), wave="2026-27F")

    assert sorted(ask(settings, "SELECT stakeholder_group, n FROM rosters")) == [
        ("building_admins", 1),
        ("teachers", 1),
    ]


CANONICAL_FAULTS = [
    ("roster.csv", "wave,school_id,stakeholder_group,grade_band,language,program,n\n2026-27F,SCH-1,students,68,all,all,-3\n", "roster.csv:2 [n]: '-3': counts start at 0"),
    ("roster.csv", "wave,school_id,stakeholder_group,grade_band,language,program,n\n2026-27F,SCH-9,students,68,all,all,3\n", "roster.csv:2 [school_id]: 'SCH-9': unknown school"),
    ("wave.csv", "wave,opens_on,closes_on\n2026-27F,2026-10-05,2026-10-25\n2025-26S,2026-11-01,2026-11-09\n", "wave.csv:3 [wave]: 2025-26S does not come after 2026-27F"),
    ("school.csv", SCHOOLS.replace("2025-08-25", "1999-08-25"), "school.csv:2 [launch_date]: 1999-08-25 lies outside the calendar"),
    ("rubric.csv", "semester,school_id,attribute,domain,rater,level,evidence_ref,blind\n2026-27F,SCH-1,voice,policies,a,5,,\n", "rubric.csv:2 [level]: '5': levels are whole numbers from 0 to 4"),
    ("event_reach.csv", "event_id,group,school_id,reached_unique,headcount,roster_n\nE1,families,,30,,20\n", "event_reach.csv:2 [event_id]: 'E1': unknown event; import case_event.csv first"),
    ("message.csv", "month,school_id,language,sent,opened,two_way,login\n2026-10,SCH-1,en,20,30,1,1\n", "message.csv:2 [opened]: 30 is more than sent 20"),
    ("message.csv", "month,school_id,language,sent,opened,two_way,login\n2026-13,SCH-1,en,20,3,1,1\n", "message.csv:2 [month]: '2026-13': write months as 2026-10"),
    ("initiative.csv", "initiative_id,name,owner,school_id,start,planned_end,ended,share_of_staff,hours,serves_pl,mandated_by,replaces\nI1,Reading,,SCH-1,2026-03-01,,2026-02-01,0.5,2,core,,\n", "initiative.csv:2 [ended]: 2026-02-01 lies before start 2026-03-01"),
    ("initiative.csv", "initiative_id,name,owner,school_id,start,planned_end,ended,share_of_staff,hours,serves_pl,mandated_by,replaces\nI1,Reading,,SCH-1,2026-03-01,,,50,2,core,,\n", "initiative.csv:2 [share_of_staff]: '50': write a share from 0 to 1"),
    ("support_request.csv", "request_id,school_id,opened,category,owner,first_reply,closed,outcome\nR1,SCH-1,2026-03-01,S2,,,2026-02-01,met\n", "support_request.csv:2 [closed]: 2026-02-01 lies before opened 2026-03-01"),
    ("case_event.csv", "event_id,date,title,format,school_id,audience_groups,lead_groups,depth,languages,kind\nE1,2026-03-01,Evening,,,families;parents,board,1,en,case\n", "case_event.csv:2 [audience_groups]: 'families;parents': separate with ; and use students"),
    ("case_event.csv", "event_id,date,title,format,school_id,audience_groups,lead_groups,depth,languages,kind\nE1,2026-03-01,Evening,,,families,board,6,en,case\n", "case_event.csv:2 [depth]: '6': depth runs from 1 to 5"),
    ("outcome.csv", "year,school_id,level,outcome_id,n,mean,sd\n2026-27,SCH-1,high,attendance,30,95,1\n", "outcome.csv:2 [outcome_id]: 'attendance': unknown outcome; import outcome_measure.csv first"),
    ("outcome_measure.csv", "outcome_id,name_en,name_es,unit,direction,margin,registered_on\nattendance,Attendance,Asistencia,%,more,-1,2023-05-01\n", "outcome_measure.csv:2 [margin]: '-1': the allowed dip is a number above 0"),
    ("response.csv", "wave,instrument,resp_key,school_id,group,grade_band,language,item_id,code\n2026-27F,family,F1,SCH-1,families,,en,F.PR.1,9\n", "response.csv:2 [code]: code outside the item's response set"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line"), CANONICAL_FAULTS)
def test_a_canonical_file_is_refused_whole_with_file_line_and_column(
    door, settings, name, text, line
):
    before = ask(settings, "SELECT count(*) FROM files")
    with pytest.raises(RowsContradict) as refused:
        door(name, text)

    assert str(refused.value).startswith(line)
    assert ask(settings, "SELECT count(*) FROM files") == before


UNREADABLE = [
    ("empty.csv", b"", "empty.csv: the file is empty"),
    ("header.csv", (HEADER.splitlines()[0] + "\n").encode(), "header.csv: only a header"),
    ("three_headers.csv", HEADER.encode(), "three_headers.csv: only a header"),
    ("quotes.csv", (HEADER + row() + 'R_2,"IP Address,True,x,Often,Often,Alder Middle,2026-27F,,\n').encode(), "quotes.csv:6: a quote is not closed"),
    ("wide.csv", (HEADER + row() + row().replace("\n", ",extra\n")).encode(), "wide.csv:6: 11 values where the header has 10"),
    ("book.zip", None, "book.zip: the zip holds 2 tables (a.csv, b.csv)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "line"), UNREADABLE)
def test_a_file_that_cannot_be_read_says_where(door, tmp_path, name, content, line):
    if content is None:
        content = roster_zip(tmp_path, {"a.csv": "x\n1\n", "b.csv": "y\n2\n"})
    with pytest.raises(FileNotReadable) as refused:
        door(name, content)

    assert str(refused.value).startswith(line)


def test_text_of_another_encoding_is_read_and_recorded(door, settings):
    text = (
        HEADER + row(q1="A menudo", school="Alder Middle") + row("R_2", q1="Sí")
    ).encode("cp1252")
    report = door("excel.csv", text)

    assert report.encoding == "cp1252"
    assert report.kept == 2


def test_duplicate_headers_are_told_apart(door, tmp_path, settings):
    mapping = tmp_path / "twice.yaml"
    mapping.write_text(
        "survey: teacher\nwave: {column: wave}\nschool: {column: school}\nitems: {Same: T.RR.1, Same__2: T.RR.2}\n"
    )
    report = door(
        "twice.csv",
        "Same,Same,school,wave\n5,1,Alder Middle,2026-27F\n",
        mapping_file=mapping,
    )

    assert report.kept == 1
    assert sorted(ask(settings, "SELECT code FROM answers")) == [(1,), (5,)]


def test_a_plain_csv_needs_a_mapping(door):
    with pytest.raises(UnknownFormat, match="needs a mapping"):
        door("plain.csv", "a,b\n1,2\n", mapping_file=None)


def test_a_mapping_to_an_unknown_item_names_its_line(door, tmp_path):
    mapping = tmp_path / "wrong.yaml"
    mapping.write_text(MAPPING.replace("S.VO.2", "S.XX.9"))
    with pytest.raises(
        MappingError, match=r"wrong.yaml:5: column 'QID2': unknown item S.XX.9"
    ):
        door("q.csv", HEADER + row(), mapping_file=mapping)


def test_another_command_holding_the_warehouse_is_said(settings, tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import duckdb, sys; c = duckdb.connect({str(settings.warehouse)!r}); print('held', flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )  # fmt: skip
    settings.home.mkdir(exist_ok=True)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with (
            pytest.raises(WarehouseLocked, match="another chorus command"),
            open_warehouse(settings),
        ):
            pass
    finally:
        holder.kill()
        holder.communicate()


def run_chorus(home: Path, *words: str) -> subprocess.CompletedProcess:
    env = {**os.environ, "CHORUS_HOME": str(home), "COLUMNS": "400"}
    return subprocess.run(
        [sys.executable, "-m", "data.cli", *words],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.long
def test_the_command_prints_one_line_and_an_exit_code(tmp_path):
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    done = run_chorus(tmp_path / "home", "import", str(path))

    assert done.returncode == 4
    assert done.stderr.strip() == "chorus: empty.csv: the file is empty"
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.long
def test_rows_set_aside_have_an_exit_code_of_their_own(tmp_path):
    home = tmp_path / "home"
    for name, text in (("wave.csv", WAVES), ("school.csv", SCHOOLS)):
        (tmp_path / name).write_text(text)
        assert run_chorus(home, "import", str(tmp_path / name)).returncode == 0
    (tmp_path / "m.yaml").write_text(MAPPING)
    (tmp_path / "q.csv").write_text(HEADER + row() + row("R_2", school="Nowhere"))
    done = run_chorus(
        home, "import", str(tmp_path / "q.csv"), "--mapping", str(tmp_path / "m.yaml")
    )

    assert done.returncode == 8
    assert "q.csv:6 [school]: unknown school" in done.stdout


@pytest.mark.long
def test_killed_at_any_moment_the_warehouse_is_as_before_or_after(tmp_path):
    """Sixteen kills, spread over all the calls an import of 5,500 answers makes."""
    settings = settings_in(tmp_path / "home")
    files = write_district(settings.incoming, waves=1)
    survey = next((p, m) for p, m in files if "students_6_12" in p.name)
    with open_warehouse(settings) as connection:
        for path, mapping in files[:2]:
            import_file(connection, settings, path, mapping_file=mapping)
    shutil.copytree(settings.home, tmp_path / "whole")
    done = moves.in_a_process(moves.import_one, tmp_path / "whole", *survey, 0)
    assert done.code == 0
    calls = int(done.said)
    assert calls > 16
    before, after = (0, 0, 2), held(settings_in(tmp_path / "whole"))
    assert after[0] > 100

    for step in range(16):
        number = 1 + step * (calls - 1) // 15
        home = tmp_path / str(number)
        shutil.copytree(settings.home, home)
        killed = moves.in_a_process(moves.import_one, home, *survey, number)
        assert killed.code == moves.KILLED, number
        assert held(settings_in(home)) in {before, after}, number


def held(settings: Settings) -> tuple[int, ...]:
    with open_warehouse(settings) as connection:
        found = connection.execute(
            """SELECT (SELECT count(*) FROM responses), (SELECT count(*) FROM answers),
                      (SELECT count(*) FROM files)"""
        ).fetchone()
    assert found is not None
    return found


def test_the_made_up_district_is_read_as_its_truth_says(district):
    """Every awkward thing it holds is met, and nothing else is lost."""
    report = district.reports[f"{LATEST}_students_6_12_qualtrics.csv"]
    kinds = sorted((f.kind, f.count) for f in report.findings)

    assert kinds == [
        ("dropped", 1),
        ("duplicate", 1),
        ("left out", 1),
        ("set aside", 1),
    ]
    with (district.settings.incoming / report.name).open(
        encoding="utf-8", newline=""
    ) as stream:
        assert sum(1 for _ in csv.reader(stream)) - 3 == report.rows_read


def test_every_refusal_is_one_family():
    for error in (
        FileNotReadable,
        HeaderChanged,
        MappingError,
        RowsContradict,
        UnknownFormat,
    ):
        assert issubclass(error, ImportFileError)
        assert error.exit_code == 4


ROSTERS = sorted((ROOT.parent / "shared" / "data" / "rosters").glob("oneroster_1p*"))


@pytest.mark.skipif(not ROSTERS, reason="the sample rosters are not beside the project")
@pytest.mark.parametrize("folder", ROSTERS, ids=lambda p: p.name)
def test_sample_rosters_of_four_producers_are_counted(door, settings, tmp_path, folder):
    """Their schools become known first, as a district would import its own."""
    files = {p.name: p.read_text(encoding="utf-8-sig") for p in folder.rglob("*.csv")}
    orgs = next(text for name, text in files.items() if name.lower() == "orgs.csv")
    schools = [
        r for r in csv.DictReader(orgs.splitlines()) if r["type"].lower() == "school"
    ]
    if not schools:  # two samples hold a department alone
        with pytest.raises(FileNotReadable, match="no organisation in it is a school"):
            door("roster.zip", roster_zip(tmp_path, files), wave="2026-27F")
        return
    known = "school_id,name,level,cohort_id,launch_date,grades\n"
    known += "".join(
        f'{r["sourcedId"]},"{r["name"]} {n}",mixed,0,,\n' for n, r in enumerate(schools)
    )
    door("schools.csv", known)
    report = door("roster.zip", roster_zip(tmp_path, files), wave="2026-27F")

    assert ask(settings, "SELECT sum(n) > 0 FROM rosters") == [(True,)]
    assert "schools counted" in report.note


def test_a_check_warns_of_changed_columns_and_judges_a_file_known_before(
    door, settings, tmp_path
):
    door("q.csv", HEADER + row())
    changed = tmp_path / "changed.csv"
    changed.write_text(HEADER.replace("ipAddress", "QID77") + row())
    with open_scratch(settings) as connection:
        again = import_file(
            connection,
            settings,
            tmp_path / "q.csv",
            mapping_file=tmp_path / "students.yaml",
        )
        with pytest.raises(HeaderChanged):
            import_file(
                connection, settings, changed, mapping_file=tmp_path / "students.yaml"
            )

    assert not again.already_imported
    assert again.kept == 1
