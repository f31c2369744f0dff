"""The audit: finds nothing where nothing leaks, and finds every leak we plant.

Each sabotage breaks one rule in a copy of the golden release, the way a bug or a
hasty hand would. An audit that passes one of them would be worth nothing.
"""

import csv
import json
import random
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from conftest import SHARED, settings_in
from districts import WAVES, audit_of_district, generate

from data.audit import audit_release
from data.audit.attacks import attack
from data.audit.files import read_release
from data.catalogue import catalogue
from data.errors import ReleaseForgotten
from data.ingest.warehouse import open_warehouse
from data.model.reading import open_release_file
from data.model.shelf import AUDIT, reachable_folders, read_manifest
from data.model.viewer import Audience
from data.publish.build import build_release
from data.publish.shelf_moves import publish_release
from data.settings import Settings

UNDER = {"public", "school", "district"}
ESTIMATED = ("estimates", "answers", "hidden", "bands")


@pytest.fixture(scope="module")
def two_scales(district, tmp_path_factory) -> Path:
    """The release with two scales in two falls: an attack on those takes a second."""
    copy = tmp_path_factory.mktemp("two-scales") / district.release_id
    shutil.copytree(district.folder, copy)
    for audience in Audience:
        with duckdb.connect(str(copy / f"{audience}.duckdb")) as connection:
            for table in ESTIMATED:
                connection.execute(
                    f"""DELETE FROM {table} WHERE part <> 'scale'
                        OR wave_index NOT IN (6, 8)
                        OR indicator_id NOT IN ('LX-1', 'CU-1')"""
                )
            # What changed since a fall that is no longer there.
            connection.execute(
                """UPDATE estimates SET change = NULL, points = NULL,
                   points_low = NULL, points_high = NULL
                   WHERE wave_index = 6 AND status = 'shown'"""
            )
            others = connection.execute(
                """SELECT DISTINCT table_name FROM duckdb_columns()
                   WHERE column_name = 'wave_index'"""
            ).fetchall()
            for table in {name for (name,) in others} - {*ESTIMATED, "waves"}:
                connection.execute(f"DELETE FROM {table} WHERE wave_index <> 8")
    return copy


def sabotaged(release: Path, folder: Path, file: str, statement: str) -> Path:
    copy = folder / release.name
    shutil.copytree(release, copy)
    with duckdb.connect(str(copy / f"{file}.duckdb")) as connection:
        before = connection.execute("SELECT count(*) FROM estimates").fetchone()
        connection.execute(f"ATTACH '{release / 'school.duckdb'}' AS own (READ_ONLY)")
        for one in filter(str.strip, statement.split(";")):
            done = connection.execute(one).fetchone()
            assert done is None or done[0] != 0, "the sabotage changed nothing"
        assert before is not None
    return copy


def test_the_audit_finds_nothing_in_the_demo(district):
    report = json.loads((district.folder / AUDIT).read_text())

    assert report["findings"] == []
    assert report["tried"]["systems solved"] > 50
    assert report["tried"]["hidden counts attacked"] > 50


ONE_HIDDEN = """(SELECT min(rowid) FROM estimates WHERE status = 'protected'
  AND wave_index = 8 AND unit_id = 'SCH-028' AND breakdown = 'all')"""
LATEST = "wave_index = 8 AND indicator_id = 'LX-1' AND part = 'scale' AND form = 'student_6_12'"
A_PUBLIC_SCHOOL = f"""(SELECT min(rowid) FROM estimates WHERE status = 'shown'
  AND {LATEST} AND unit_kind = 'school' AND coding = 'exact' AND n_band = '100–299')"""
# As it truly is, which the school's own staff read.
OWN = """FROM own.estimates o WHERE o.scope = estimates.unit_id AND (o.indicator_id, o.part,
  o.form, o.wave_index, o.unit_id, o.breakdown, o.category) = (estimates.indicator_id,
  estimates.part, estimates.form, estimates.wave_index, estimates.unit_id,
  estimates.breakdown, estimates.category)"""
TRUE_COVER = f"""UPDATE estimates SET status = 'shown', share = (SELECT o.share {OWN}),
  n = (SELECT o.n {OWN}), rate = 70, rate_band = 'high', coding = 'exact',
  n_band = '300+'"""

SABOTAGES = {
    # P1: too few people
    "a school of six shown to the district": (
        "district", f"UPDATE estimates SET status='shown', share=50, n=6, coding='exact', n_band='10–19' WHERE rowid = {ONE_HIDDEN}"),
    "a teacher group of four shown to the district": (
        "district", "UPDATE estimates SET n=4 WHERE rowid = (SELECT min(rowid) FROM estimates WHERE form='teacher' AND status='shown' AND unit_kind='school')"),
    "nine teachers shown to their principal": (
        "school", "UPDATE estimates SET n=9 WHERE rowid = (SELECT min(rowid) FROM estimates WHERE form='teacher' AND status='shown' AND scope <> 'all')"),
    "nine pupils shown to their principal": (
        "school", "UPDATE estimates SET n=9 WHERE rowid = (SELECT min(rowid) FROM estimates WHERE form='student_6_12' AND status='shown' AND scope <> 'all')"),
    "a threshold lowered for students": (
        "public", "UPDATE meta SET value='5' WHERE key='rule.min_n_student'"),
    "a threshold lowered for one file": (
        "school", "UPDATE meta SET value='4' WHERE key='rule.min_n_staff'"),
    # P2: who sees what
    "one school's teachers in the public's file": (
        "public", "UPDATE estimates SET unit_kind='school', unit_id='SCH-001' WHERE rowid = (SELECT min(rowid) FROM estimates WHERE form='teacher' AND status='shown')"),
    "a staff total of two schools for the public": (
        "public", "UPDATE estimates SET schools=2 WHERE rowid = (SELECT min(rowid) FROM estimates WHERE form='teacher' AND status='shown' AND unit_kind='cohort')"),
    "a school's own rows for everyone in schools": (
        "school", "UPDATE estimates SET scope='all' WHERE rowid = (SELECT min(rowid) FROM estimates WHERE scope <> 'all' AND breakdown <> 'all')"),
    "a school's own rows for another school": (
        "school", "UPDATE estimates SET scope='SCH-002' WHERE rowid = (SELECT min(rowid) FROM estimates WHERE scope = 'SCH-001')"),
    "teachers of one school by category": (
        "district", "UPDATE estimates SET breakdown='grade_band', category='68' WHERE rowid = (SELECT min(rowid) FROM estimates WHERE form='teacher' AND status='shown' AND unit_kind='school')"),
    "every grid for the public": (
        "public", "INSERT INTO rubric_cells VALUES ('SCH-001', 8, 'voice', 'practices', 'all', 3)"),
    "a grid for another cohort": (
        "school", "UPDATE rubric_cells SET scope='cohort-2' WHERE scope='cohort-1'"),
    "a school's stage without its agreement": (
        "public", "INSERT INTO rubric_schools (school_id, wave_index, scope, status, agreed, stage) SELECT school_id, 8, 'all', 'shown', true, 2 FROM schools WHERE school_id NOT IN (SELECT school_id FROM rubric_schools WHERE wave_index = 8) AND launch_wave < 8 LIMIT 1"),
    "adoption to the point for the public": (
        "public", "UPDATE rubric_schools SET adoption = 61.5 WHERE rowid = (SELECT min(rowid) FROM rubric_schools)"),
    "a cohort's band over four schools": (
        "school", "UPDATE bands SET schools=4 WHERE rowid = (SELECT min(rowid) FROM bands)"),
    "a band that counts a school leaders do not read": (
        "district", "UPDATE bands SET schools = 30 WHERE rowid = (SELECT min(rowid) FROM bands)"),
    "nine teachers behind a figure for their principal": (
        "school", "UPDATE figures SET n=9, n_band='5–9' WHERE rowid = (SELECT min(rowid) FROM figures WHERE indicator_id='PL-2' AND scope <> 'all' AND status='shown' AND n_band IS NOT NULL)"),
    "a change from a share at the end of the scale": (
        "public", "UPDATE estimates SET coding='at_least', share=99, low=NULL, high=NULL, points=NULL WHERE indicator_id='LX-1' AND part='scale' AND form='student_6_12' AND unit_kind='district' AND wave_index=6"),
    "a cohort's band for the public": (
        "public", "INSERT INTO bands VALUES ('CU-1', 'scale', 'teacher', 8, 1, 40, 60, 6)"),
    "the steward's list for the public": (
        "public", "INSERT INTO hidden VALUES ('public','LX-1','scale','student_6_12',8,'school','SCH-028','all','all','min_n')"),
    "a table of responses in a release": (
        "district", "CREATE TABLE responses AS SELECT 1 AS response_no, 'SCH-001' AS school_id"),
    "a column of comments": (
        "district", "ALTER TABLE estimates ADD COLUMN comment VARCHAR"),
    # P3, P4: coding
    "everyone agreed, in public": (
        "public", f"UPDATE estimates SET share=100 WHERE rowid = {A_PUBLIC_SCHOOL}"),
    "one percent where two is the end": (
        "public", f"UPDATE estimates SET share=1 WHERE rowid = {A_PUBLIC_SCHOOL}"),
    "an interval beyond the end": (
        "public", f"UPDATE estimates SET high=99.5 WHERE rowid = {A_PUBLIC_SCHOOL}"),
    "a decimal in public": (
        "public", f"UPDATE estimates SET share=51.4 WHERE rowid = {A_PUBLIC_SCHOOL}"),
    "the mean beside a coded share": (
        "public", f"UPDATE estimates SET mean=63.2 WHERE rowid = {A_PUBLIC_SCHOOL}"),
    "exact n in public": (
        "public", f"UPDATE estimates SET n=131 WHERE rowid = {A_PUBLIC_SCHOOL}"),
    "a band below the minimum": (
        "public", f"UPDATE estimates SET n_band='5–9' WHERE rowid = {A_PUBLIC_SCHOOL}"),
    "points behind an end": (
        "public", f"UPDATE estimates SET coding='at_least', share=98, low=NULL, high=NULL, shrunk=NULL, shrunk_low=NULL, shrunk_high=NULL, points=4 WHERE rowid = {A_PUBLIC_SCHOOL}"),
    # P5: cover
    "the cover of a hidden school shown to the district": (
        "district", f"{TRUE_COVER} WHERE {LATEST} AND breakdown='all' AND unit_kind='school' AND status='protected' AND unit_id <> 'SCH-028'"),
    "the cover of a hidden part shown to the district": (
        "district", f"{TRUE_COVER} WHERE {LATEST} AND breakdown='language' AND unit_kind='school' AND status='protected' AND unit_id <> 'SCH-028'"),
    "the withheld totals shown to the public": (
        "public", f"UPDATE estimates SET status='shown', share=50, n_band='100–299', coding='exact', rate=70, rate_band='high', schools=3 WHERE {LATEST} AND status='protected' AND unit_kind IN ('cohort', 'launched')"),
    "a distribution whose scale is hidden": (
        "public", f"UPDATE answers SET status='shown', share=40, code=1 WHERE {LATEST} AND status='protected' AND unit_kind='cohort'"),
    "an option nobody chose": (
        "public", "DELETE FROM answers WHERE rowid = (SELECT min(rowid) FROM answers WHERE share IS NOT NULL AND unit_kind='cohort')"),
    "an option two people chose": (
        "public", "UPDATE answers SET share=0 WHERE rowid = (SELECT min(rowid) FROM answers WHERE share IS NOT NULL AND unit_kind='cohort')"),
    "stages that give one silent school away": (
        "public", "UPDATE rubric_groups SET status='shown', stage_0=0, " + ", ".join(
            f"stage_{k} = {int(k == 2)} + (SELECT count(*) FROM rubric_schools s JOIN schools USING (school_id) WHERE s.wave_index = rubric_groups.wave_index AND s.stage = {k} AND cohort_id::VARCHAR = rubric_groups.unit_id)"
            for k in range(1, 5)) + " WHERE status='protected' AND unit_kind='cohort'"),
    # P6, P7
    "a breakdown in public": (
        "public", f"UPDATE estimates SET breakdown='language', category='es' WHERE rowid = {A_PUBLIC_SCHOOL}"),
    "two breakdowns crossed": (
        "district", "UPDATE estimates SET category='68×es' WHERE rowid = (SELECT min(rowid) FROM estimates WHERE breakdown='language' AND status='shown')"),
    "launched schools one short of all": (
        "public", "UPDATE estimates SET schools = (SELECT max(schools) - 1 FROM estimates e WHERE e.unit_kind='district' AND e.form='student_3_5' AND e.wave_index=8) WHERE unit_kind='launched' AND form='student_3_5' AND wave_index=8 AND status='shown'"),
    "a change whose other end is hidden": (
        "district", "UPDATE estimates SET points=3 WHERE rowid = (SELECT min(rowid) FROM estimates WHERE wave_index=6 AND status='shown')"),
    # P9: hidden means empty
    "a hidden cell with its share": (
        "public", "UPDATE estimates SET share=44 WHERE rowid = (SELECT min(rowid) FROM estimates WHERE status='protected')"),
    "a hidden cell with its rate": (
        "public", "UPDATE estimates SET rate=61 WHERE rowid = (SELECT min(rowid) FROM estimates WHERE status='protected')"),
    "a hidden cell with its band": (
        "district", "UPDATE estimates SET n_band='10–19' WHERE rowid = (SELECT min(rowid) FROM estimates WHERE status='protected')"),
    "a reason that tells which is small": (
        "public", "UPDATE estimates SET status='min_n' WHERE rowid = (SELECT min(rowid) FROM estimates WHERE status='protected')"),
    "a hidden distribution's options": (
        "public", "UPDATE answers SET code=3 WHERE rowid = (SELECT min(rowid) FROM answers WHERE status='protected')"),
    # figures of registers
    "one school's tries for the public": (
        "public", "INSERT INTO figures (indicator_id, part, about, wave_index, unit_kind, unit_id, category, scope, status, value) VALUES ('CU-3', 'rate', '', 8, 'school', 'SCH-001', '', 'all', 'shown', 2)"),
    "a school's engine for the public": (
        "public", "INSERT INTO figures (indicator_id, part, about, wave_index, unit_kind, unit_id, category, scope, status, value) VALUES ('LE-1', 'known', '', 8, 'school', 'SCH-001', '', 'all', 'shown', 62)"),
    "how many principals exactly, for the public": (
        "public", "UPDATE figures SET n = 23 WHERE rowid = (SELECT min(rowid) FROM figures WHERE indicator_id = 'PP-2' AND status = 'shown')"),
    "a hidden figure with its value": (
        "district", "UPDATE figures SET value = 4 WHERE rowid = (SELECT min(rowid) FROM figures WHERE status = 'protected')"),
    "another school's figures for a principal": (
        "school", "UPDATE figures SET scope = 'SCH-002' WHERE rowid = (SELECT min(rowid) FROM figures WHERE scope = 'SCH-001')"),
    "a result below 30 percent response": (
        "district", "UPDATE estimates SET rate=22, rate_band='not_reported' WHERE rowid = (SELECT min(rowid) FROM estimates WHERE status='shown')"),
    "a floor lowered for the ties of a network": (
        "public", "UPDATE meta SET value='2' WHERE key='rule.tie_min'"),
    "a threshold no file states": (
        "district", "DELETE FROM meta WHERE key='rule.min_n_principal'"),
    "a public row that the schools' file tells otherwise": (
        "school", f"UPDATE estimates SET share = share + 1 WHERE scope = 'all' AND status = 'shown' AND {LATEST} AND unit_kind = 'school' AND coding = 'exact'"),
    "definitions that differ from file to file": (
        "district", "DELETE FROM definitions WHERE part = 'scale' AND indicator_id = 'LX-1'"),
    "relations that differ from file to file": (
        "school", "DELETE FROM relations WHERE holds = 'within'"),
    "a part nobody has defined": (
        "district", f"UPDATE estimates SET part='mystery' WHERE rowid = {A_PUBLIC_SCHOOL}"),
    "a share without the band of its people": (
        "public", f"UPDATE estimates SET n_band=NULL WHERE rowid = {A_PUBLIC_SCHOOL}"),
    "one answer left out leaves all the others of one mind": (
        "public", f"UPDATE estimates SET n_band='10–19', share=5, low=NULL, high=NULL, shrunk=NULL, shrunk_low=NULL, shrunk_high=NULL WHERE rowid = {A_PUBLIC_SCHOOL}"),
    "an exact result published elsewhere": (
        "public", "INSERT INTO summary_values (measure_id, wave_index, school_id, scope, status, n, eligible) VALUES ('M1', 8, 'SCH-001', 'all', 'shown', 81, 99)"),
    "all of a few people, published elsewhere": (
        "public", "INSERT INTO summary_values (measure_id, wave_index, school_id, scope, status, share, coding, n_band) VALUES ('M1', 8, 'SCH-001', 'all', 'shown', 100, 'exact', '20–39')"),
    "a hidden result published elsewhere with its share": (
        "district", "INSERT INTO summary_values (measure_id, wave_index, school_id, scope, status, share) VALUES ('M1', 8, 'SCH-001', 'all', 'protected', 64)"),
    "an initiative's name for the public": (
        "public", "UPDATE occasions SET name = 'Walk' WHERE rowid = (SELECT min(rowid) FROM occasions)"),
    "another school's requests for a principal": (
        "school", "UPDATE requests SET scope = 'SCH-030' WHERE rowid = (SELECT min(rowid) FROM requests WHERE school_id = 'SCH-001')"),
    "schools' requests for the public": (
        "public", "INSERT INTO requests (kind, request_id, school_id, category, opened_on, scope) VALUES ('decision', 'R1', 'SCH-001', 'space', '2026-09-01', 'SCH-001')"),
}  # fmt: skip

# What relations tell: everything of one cohort and wave that a hidden count could be
# read from. Each statement hides the count everywhere and leaves the one number that
# bounds it, so that totals neither help nor contradict.
AT = "form = 'student_6_12' AND wave_index = 8"
ONE = f"{AT} AND unit_kind = 'cohort' AND unit_id = '1'"
SMALL = f"{AT} AND unit_id = 'SCH-028'"
GONE = """status = 'protected', share = NULL, n = NULL, n_band = NULL, rate = NULL,
  coding = NULL, change = 'too_few', mean = NULL, low = NULL, high = NULL, eligible = NULL"""


def hide(parts: str, where: str = AT) -> str:
    return f"UPDATE estimates SET {GONE} WHERE part IN ({parts}) AND {where}; "


def show(
    part: str, n: int, good: float, indicator: str = "CH-4", where: str = ONE
) -> str:
    return f"""UPDATE estimates SET status='shown', n={n}, share={100 * good / n},
      design_effect=1, waves_pooled=1, eligible=14, as_of=NULL
      WHERE part='{part}' AND indicator_id='{indicator}' AND {where}
        AND breakdown='all'; """


BY_RELATION = {
    # S.WHY.1 told: six had heard, of whom those "clear, given heard" are a part.
    "within": (
        "favorable S.WHY.1, answered S.WHY.2",
        hide("'clear_if_heard', 'heard_and_clear', 'S.WHY.1'")
        + show("S.WHY.1", 40, 6)
        + "DELETE FROM answers; ",
    ),
    # Without the share of those who heard, the options they chose from tell it.
    "sum_of": (
        "favorable S.WHY.1, answered S.WHY.2",
        hide("'clear_if_heard', 'heard_and_clear', 'S.WHY.1'")
        + show("S.WHY.1", 40, 6)
        + f"UPDATE estimates SET share=NULL WHERE part='S.WHY.1' AND {ONE}; "
        + f"""UPDATE answers SET share = CASE code WHEN 1 THEN 10 WHEN 2 THEN 40
              ELSE 50 END WHERE part='S.WHY.1' AND {ONE}; """,
    ),
    # Ten count for the scale, twelve answered three of its four items, nobody favorably.
    "mean_of": (
        "answered S.CC.4",
        hide("'S.CC.1', 'S.CC.2', 'S.CC.3', 'S.CC.4'")
        + hide("'scale'", f"indicator_id = 'LX-2' AND {AT}")
        + show("scale", 10, 0, "LX-2", SMALL)
        + "".join(show(f"S.CC.{k}", 12, 0, "LX-2", SMALL) for k in (1, 2, 3))
        + "DELETE FROM answers; ",
    ),
}


def test_the_audit_finds_nothing_before_anything_is_planted(two_scales):
    assert audit_release(two_scales).findings == ()


def test_there_are_sixty_sabotages_at_least():
    assert len(SABOTAGES) + len(BY_RELATION) >= 60


@pytest.mark.parametrize("name", sorted(SABOTAGES))
def test_the_audit_finds(two_scales, tmp_path, name):
    file, statement = SABOTAGES[name]
    folder = sabotaged(two_scales, tmp_path, file, statement)

    report = audit_release(folder)

    assert report.findings, name
    assert {f.reader for f in report.findings} <= UNDER


@pytest.fixture(scope="module")
def one_wave(district, tmp_path_factory) -> Path:
    """The release's last wave, with the parts that tell one another's counts."""
    copy = tmp_path_factory.mktemp("one-wave") / district.release_id
    shutil.copytree(district.folder, copy)
    for audience in Audience:
        with duckdb.connect(str(copy / f"{audience}.duckdb")) as connection:
            for table in ESTIMATED:
                connection.execute(
                    f"""DELETE FROM {table} WHERE wave_index <> 8 OR
                        form <> 'student_6_12' OR indicator_id NOT IN ('CH-4', 'LX-2')"""
                )
    return copy


@pytest.mark.parametrize("relation", sorted(BY_RELATION))
def test_the_audit_reads_what_a_relation_tells(one_wave, tmp_path, relation):
    count, statement = BY_RELATION[relation]
    folder = sabotaged(one_wave, tmp_path, "district", statement)
    # Only what the district's file tells by itself.
    with duckdb.connect(str(folder / "public.duckdb")) as connection:
        connection.execute("DELETE FROM estimates; DELETE FROM answers")

    found = {
        (f.how, f.reader, f.place) for f in attack(read_release(folder), Counter())
    }

    assert {(how, who) for how, who, _ in found} <= {
        ("bounds", "district"),
        ("programme", "district"),
        ("solved", "district"),
    }
    where = "school SCH-028" if relation == "mean_of" else "cohort 1"
    place = f"{count} (student_6_12 2026-27F), {where}"
    assert ("bounds", "district", place) in found


def test_the_audit_finds_nothing_in_the_wave_itself(one_wave):
    assert list(attack(read_release(one_wave), Counter())) == []


def test_a_finding_names_the_place_and_never_the_number(two_scales, tmp_path):
    file, statement = SABOTAGES["exact n in public"]
    report = audit_release(sabotaged(two_scales, tmp_path, file, statement))

    assert "131" not in report.as_json().split('"findings"')[1]


# --- real counts, treated as if they were confidential ---------------------------

COUNTS = SHARED / "nyc_survey_2011" / "survey_all.txt"
BOROUGHS = "MXKQR"


@pytest.mark.long
def test_new_york_2011_treated_as_confidential(tmp_path):
    """454 schools' real option counts as answers; 27 have fewer than ten teachers."""
    settings = settings_in(tmp_path, CHORUS_SECRET="n" * 32)
    schools, answers, rosters = new_york_2011()
    few = sum(n < 10 for n in schools.values())
    assert (len(schools), few) == (454, 27)
    with open_warehouse(settings) as connection:
        fill(connection, schools, answers, rosters)
        release_id = build_release(
            connection, settings, wave="2010-11S", district="New York City"
        )
    folder = settings.releases / "drafts" / release_id
    report = audit_release(folder)

    assert report.findings == ()
    assert report.tried["principal tried"] > 400
    with open_release_file(folder / "district.duckdb") as connection:
        hidden = connection.execute(
            "SELECT reason, count(*) FROM hidden WHERE audience='school' GROUP BY 1"
        ).fetchall()
    assert dict(hidden)["min_n"] >= few


def new_york_2011():
    """School → teachers; (school, item) → real option counts; school → eligible."""
    items = list(catalogue().indicators["CU-1"].scales[0].items)
    schools, answers, rosters = {}, {}, {}
    with COUNTS.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            school = row["dbn"]
            schools[school] = int(float(row["N_t"] or 0))
            rosters[school] = int(float(row["nr_t"] or 0))
            for item, question in zip(items, "abcdefg", strict=False):
                options = [row.get(f"t_N_q1{question}_{k}", "") for k in (1, 2, 3, 4)]
                # Four options, strongly agree first; ours has five, agree last.
                counts = [int(float(o or 0)) for o in options]
                answers[school, item] = {
                    5: counts[0],
                    4: counts[1],
                    2: counts[2],
                    1: counts[3],
                }
    return schools, answers, rosters


def fill(connection, schools, answers, rosters):
    """Lay counts out as answers: real numbers per option, in no person's order."""
    connection.execute(
        "INSERT INTO waves VALUES ('2010-11S', 0, '2011-03-01', '2011-04-01')"
    )
    numbers = dict(connection.execute("SELECT item_id, item_no FROM items").fetchall())
    people, given = [], []
    for school, n in sorted(schools.items()):
        start = len(people)
        asked = {i: c for (s, i), c in answers.items() if s == school}
        n = max([n, *(sum(c.values()) for c in asked.values())])
        people += [(start + k, school) for k in range(n)]
        for item, counts in asked.items():
            codes = [code for code, count in counts.items() for _ in range(count)]
            given += [(start + k, numbers[item], code) for k, code in enumerate(codes)]
    frame = pd.DataFrame(people, columns=["response_no", "school_id"])
    connection.register("people", frame)
    connection.execute(
        """INSERT INTO responses SELECT response_no, 1, '2010-11S', 'teacher',
           response_no::VARCHAR, school_id, NULL, NULL, NULL, true FROM people"""
    )
    connection.register("given", pd.DataFrame(given, columns=["r", "i", "c"]))
    connection.execute("INSERT INTO answers SELECT r, i, c FROM given")
    for school in schools:
        cohort = BOROUGHS.index(school[2]) + 1
        connection.execute(
            "INSERT INTO schools VALUES (?, ?, 'high', NULL, NULL, ?, '2009-09-01', NULL, NULL)",
            [school, school, cohort],
        )
        connection.execute(
            "INSERT INTO rosters VALUES ('2010-11S', ?, 'teachers', 'all', NULL, NULL, ?)",
            [school, rosters[school]],
        )


# --- earlier releases ------------------------------------------------------------


def small_town(home: Path) -> Settings:
    return settings_in(home, CHORUS_SECRET="t" * 32)


@pytest.fixture
def two_waves(once) -> Settings:
    """A small district of twelve schools, published once."""
    home, _ = once.make("two-waves", make_two_waves)
    return small_town(home)


def make_two_waves(home: Path) -> None:
    settings = small_town(home)
    with open_warehouse(settings) as connection:
        generate(connection, random.Random(11), schools=12, waves=2)
        release_id = build_release(connection, settings, wave=WAVES[1], district="x")
    publish_release(settings.releases, release_id)


@pytest.fixture(scope="module")
def unchanged(once) -> tuple[Settings, str]:
    """The same district built once more with nothing new; nobody writes in it."""
    home, _ = once.make("two-waves", make_two_waves)
    return small_town(home), rebuilt(small_town(home))


def late(settings, school: str, people: int) -> None:
    """Answers that came after the release, all of one mind."""
    with duckdb.connect(str(settings.warehouse)) as c:
        (last,) = c.execute("SELECT max(response_no) FROM responses").fetchone()
        for k in range(1, people + 1):
            c.execute(
                f"INSERT INTO responses VALUES ({last + k}, 1, '{WAVES[1]}', "
                f"'student_6_12', 'late-{last + k}', '{school}', '68', NULL, 'en', true)"
            )
            c.execute(
                f"INSERT INTO answers SELECT {last + k}, item_no, 1 FROM items "
                "WHERE item_id LIKE 'S.VO.%'"
            )


def counts(settings, release_id: str, unit: str):
    folder = settings.releases / release_id
    folder = folder if folder.exists() else settings.releases / "drafts" / release_id
    with open_release_file(folder / "district.duckdb") as c:
        return c.execute(
            f"SELECT n, share FROM estimates WHERE unit_id = '{unit}' AND "
            "breakdown = 'all' AND wave_index = 1 AND form = 'student_6_12' AND part = 'scale'"
        ).fetchall()


def shown_schools(settings) -> list[str]:
    path = settings.releases / f"{WAVES[1]}.1" / "district.duckdb"
    with open_release_file(path) as c:
        rows = c.execute(
            """SELECT unit_id FROM estimates WHERE unit_kind = 'school' AND
               status = 'shown' AND breakdown = 'all' AND wave_index = 1
               AND form = 'student_6_12' ORDER BY 1"""
        ).fetchall()
    return [school for (school,) in rows]


def rebuilt(settings, **extra) -> str:
    with open_warehouse(settings) as connection:
        return build_release(connection, settings, wave=WAVES[1], district="x", **extra)


def found_by_the_build(settings, release_id: str) -> list:
    """What the build's own audit found, which knew of the release before."""
    folder = settings.releases / "drafts" / release_id
    report = json.loads((folder / AUDIT).read_text())
    assert report["beside"] == [f"{WAVES[1]}.1"]
    return report["findings"]


def audited(settings, release_id: str):
    folder = settings.releases / "drafts" / release_id
    return audit_release(folder, reachable_folders(settings.releases))


def test_one_late_answer_waits_for_company(two_waves):
    school = shown_schools(two_waves)[0]
    first = f"{WAVES[1]}.1"
    before = [counts(two_waves, first, unit) for unit in (school, "all")]
    late(two_waves, school, 1)
    again = rebuilt(two_waves)

    assert [counts(two_waves, again, unit) for unit in (school, "all")] == before
    assert found_by_the_build(two_waves, again) == []


def test_many_late_answers_are_counted(two_waves):
    (before,) = counts(two_waves, f"{WAVES[1]}.1", "all")
    for school in shown_schools(two_waves):
        late(two_waves, school, 14)
    again = rebuilt(two_waves)

    (after,) = counts(two_waves, again, "all")
    assert after[0] > before[0] + 13
    assert found_by_the_build(two_waves, again) == []


def test_a_late_answer_published_at_once_would_be_found(two_waves):
    """The same build, not knowing of the release before it, leaks; the audit says so."""
    late(two_waves, shown_schools(two_waves)[0], 1)
    pointers = [two_waves.releases / n for n in ("pointer.json", "pointer.spare.json")]
    kept = pointers[0].read_text()
    for pointer in pointers:
        pointer.unlink()
    careless = rebuilt(two_waves)
    pointers[0].write_text(kept)

    found = audited(two_waves, careless).findings
    assert {f.attack for f in found} == {"earlier release"}


def test_cover_that_moves_between_releases_is_found(once, unchanged):
    """Another cover for the same small school: the two releases solve it."""
    two_waves, again = small_town(once.copy(unchanged[0].home)), unchanged[1]
    folder = two_waves.releases / "drafts" / again
    with duckdb.connect(str(two_waves.warehouse), read_only=True) as c:
        answered = dict(
            c.execute(
                f"""SELECT school_id, count(*) FROM responses
                    WHERE wave = '{WAVES[1]}' AND form = 'student_6_12' GROUP BY 1"""
            ).fetchall()
        )
    with duckdb.connect(str(folder / "district.duckdb")) as c:
        cover = c.execute(
            """SELECT DISTINCT unit_id FROM hidden WHERE reason = 'hidden_before' AND
               breakdown = 'all' AND unit_kind = 'school' AND audience = 'district'
               AND wave_index = 1 AND form = 'student_6_12'"""
        ).fetchall()
        assert cover
        # As they truly are: numbers that contradict the totals give nothing away.
        for (school,) in cover:
            c.execute(
                f"""UPDATE estimates SET status='shown', n={answered[school]}, share=50,
                    n_band='40–99', rate=70, rate_band='high', coding='exact'
                    WHERE unit_id='{school}' AND wave_index=1 AND breakdown='all'
                      AND form='student_6_12'"""
            )
    assert audited(two_waves, again).findings


def test_the_same_release_twice_hides_the_same_cells(unchanged):
    two_waves, again = unchanged
    first, second = (
        read_manifest(two_waves.releases / p)["files"]
        for p in (f"{WAVES[1]}.1", f"drafts/{again}")
    )
    for name in ("public.duckdb", "school.duckdb", "district.duckdb"):
        for table in ("estimates", "answers"):
            assert first[name]["tables"][table] == second[name]["tables"][table]


def test_a_release_this_warehouse_did_not_make_stops_the_build(two_waves):
    with duckdb.connect(str(two_waves.warehouse)) as c:
        c.execute("DELETE FROM released")
    with pytest.raises(ReleaseForgotten, match="withdraw it"):
        rebuilt(two_waves)


def test_a_correction_hides_what_too_few_people_changed(two_waves):
    school = shown_schools(two_waves)[0]
    late(two_waves, school, 1)
    again = rebuilt(
        two_waves, corrects=(f"{WAVES[1]}.1", "one class was counted twice")
    )

    assert counts(two_waves, again, school) == [(None, None)]
    assert found_by_the_build(two_waves, again) == []


@pytest.mark.long
def test_a_generated_district(tmp_path):
    """One of the two hundred; `make audit` runs them all."""
    assert audit_of_district(tmp_path, 1) == ()
