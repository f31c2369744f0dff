"""OneRoster: how many people each school has, and what became of every user."""

import io
import zipfile

import pytest

from tests.ingest.conftest import outcome, reasons

ORGS = (
    "sourcedId,status,name,type,identifier,parentSourcedId\n"
    "o1,,Alder School,school,,d\no2,,Peña Middle,school,P,d\nd,,Valley,district,,\n"
)
USERS = "sourcedId,status,enabledUser,orgSourcedIds,role,grades\n"


def packed(users: str, orgs: str = ORGS, folder: str = "", **more: str) -> bytes:
    files = {"orgs.csv": orgs, "users.csv": users}
    files |= {f"{name}.csv": text for name, text in more.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(folder + name, text)
    return out.getvalue()


def bring(door, *args, **more):
    return door.bring(packed(*args, **more), name="roster.zip", wave="2025-26F")


def counted(door):
    return door.ask(
        """SELECT school_id, stakeholder_group, grade_band, n FROM rosters
           ORDER BY ALL"""
    )


def test_every_user_is_counted_or_told_why_not(door):
    report = bring(
        door,
        USERS
        + "u1,,true,o1,teacher,\nu2,,true,o1,student,03\nu3,,false,o1,student,03\n"
        "u4,tobedeleted,true,o1,student,03\nu5,,true,o1,parent,\nu6,,true,o9,student,03\n",
    )

    assert outcome(report) == (2, 3, 1, 0)
    assert reasons(report) == [
        ("deleted in the system the roster comes from", 1, ()),
        ("not enabled", 1, ()),
        ("a role that is not counted", 1, ()),
        ("in no school Chorus knows", 1, ()),
    ]
    assert counted(door) == [("A", "students", "35", 1), ("A", "teachers", "all", 1)]


@pytest.mark.parametrize(
    ("grades", "band"),
    [
        ("KG", "K2"), ("K", "K2"), ("01", "K2"), ("1", "K2"), ("03", "35"), ("3", "35"),
        ('"05,06"', "35"), ("9", "912"), ("12", "912"), ("Grade 7", "68"),
        ("PK", None), ("13", None), ("UG", None), ("", None),
    ],
)  # fmt: skip
def test_a_grade_has_a_band_or_is_told(door, grades, band):
    report = bring(door, USERS + f"u1,,true,o1,student,{grades}\n")

    assert counted(door) == [("A", "students", band, 1)]
    assert bool(report.findings) == (band is None)


def test_orgs_stands_for_org_sourced_ids(door):
    bring(door, USERS.replace("orgSourcedIds", "orgs") + "u1,,true,o1,student,03\n")

    assert counted(door) == [("A", "students", "35", 1)]


def test_a_column_that_is_missing_is_named(door):
    said = door.refusal(
        packed("sourcedId,status,enabledUser,role\nu1,,true,student\n"),
        name="roster.zip",
        wave="2025-26F",
    )

    assert said == "users.csv:1 [orgsourcedids]: the column orgsourcedids is missing"


def test_files_in_a_folder_and_files_nobody_reads_are_no_obstacle(door):
    bring(
        door,
        USERS + "u1,,true,o1,student,03\n",
        folder="export/",
        demographics="sourcedId,status,birthDate\n",
        results="",
    )

    assert counted(door) == [("A", "students", "35", 1)]


def test_an_organisation_that_means_two_schools_is_refused(door):
    said = door.refusal(
        packed(
            USERS + "u1,,true,o1,student,03\n",
            "sourcedId,status,name,type,identifier,parentSourcedId\n"
            "o1,,Alder School,school,P,d\n",
        ),
        name="roster.zip",
        wave="2025-26F",
    )

    assert "'Alder School' means two schools by its id and name, A and P" in said


def test_a_teacher_in_two_schools_is_in_both_and_with_two_roles_once_in_each(door):
    bring(
        door,
        "sourcedId,status,enabledUser,grades\nu1,,true,\n",
        roles="sourcedId,status,userSourcedId,roleType,role,orgSourcedId\n"
        "r1,,u1,primary,teacher,o1\nr2,,u1,secondary,teacher,o1\n"
        "r3,,u1,secondary,teacher,o2\nr4,tobedeleted,u1,secondary,principal,o2\n",
    )

    assert counted(door) == [("A", "teachers", "all", 1), ("P", "teachers", "all", 1)]


@pytest.mark.parametrize(
    ("wave", "says"),
    [(None, "add --wave 2026-27F"), ("2040-41F", "unknown wave 2040-41F")],
)
def test_the_wave_of_a_roster_is_told_and_known(door, wave, says):
    said = door.refusal(
        packed(USERS + "u1,,true,o1,student,03\n"), name="roster.zip", wave=wave
    )

    assert says in said
