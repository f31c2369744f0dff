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
        ("deleted or inactive in the system the roster comes from", 1, ()),
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


@pytest.mark.parametrize("status", ["tobedeleted", "ToBeDeleted", "inactive"])
def test_a_school_deleted_where_the_roster_comes_from_has_nobody(door, status):
    orgs = ORGS.replace("o2,,Peña", f"o2,{status},Peña")
    report = bring(
        door,
        USERS + "u1,,true,o1,student,03\nu2,,true,o2,student,07\n",
        orgs,
    )

    assert counted(door) == [("A", "students", "35", 1)]
    assert reasons(report) == [("in no school Chorus knows", 1, ())]


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


# --- other producers, and other ways of handing files over


def zipped(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.csv", text)
    return out.getvalue()


ONE_OF_EACH = [
    ("A", "students", "35", 2),
    ("P", "students", "68", 1),
    ("P", "teachers", "all", 1),
]
SDS_ORGS = (
    "sourcedId,name,type,parentSourcedId\n10,Valley,district,\n"
    "11,Alder School,school,10\n12,Peña Middle,school,10\n"
)
PRODUCERS = {
    "Microsoft SDS v2": {
        "orgs": SDS_ORGS,
        "users": "sourcedId,orgSourcedIds,givenName,familyName,username,password,role,grade\n"
        "1,11,Ora,K,o@x.example,pw,Student,4\n2,11,Be,M,b@x.example,pw,student,5\n"
        "3,12,Di,L,d@x.example,pw,Student,7\n4,12,Ed,N,e@x.example,pw,Teacher,\n",
    },
    "Microsoft SDS v2.1": {
        "orgs": SDS_ORGS,
        "users": "sourcedId,username,givenName,familyName,password\n"
        "1,o@x.example,Ora,K,pw\n2,b@x.example,Be,M,pw\n3,d@x.example,D,L,pw\n4,e@x.example,E,N,pw\n",
        "roles": "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary\n"
        "1,11,student,SY,4,TRUE\n2,11,student,SY,5,TRUE\n3,12,student,SY,7,TRUE\n4,12,teacher,SY,,TRUE\n",
    },
    "Microsoft SDS v1": {
        "School": "SIS ID,Name\n11,Alder School\n12,Peña Middle\n",
        "Student": "SIS ID,School SIS ID,Username,Grade\n1,11,o,4\n2,11,b,5\n3,12,d,7\n",
        "Teacher": "SIS ID,School SIS ID,Username\n4,12,e\n",
    },
    "Clever": {
        "schools": "School_id,School_name,School_number,State_id\n11,Alder School,A,\n12,Peña,P,\n",
        "students": "School_id,Student_id,Student_number,Last_name,First_name,Grade\n"
        "11,1,n1,K,Ora,4\n11,2,n2,M,Be,5\n12,3,n3,L,Di,7\n",
        "teachers": "School_id,Teacher_id,Last_name,First_name,Teacher_email\n12,4,N,Ed,e@x.example\n",
        "sections": "School_id,Section_id,Teacher_id,Name\n12,s1,4,Maths\n",
        "enrollments": "School_id,Section_id,Student_id\n12,s1,3\n",
    },
    "OneRoster 1.2": {
        "orgs": ORGS.replace("o1", "11").replace("o2", "12"),
        "users": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,"
        "familyName,grades\n1,,,true,o,,O,K,04\n2,,,true,b,,B,M,05\n3,,,TRUE,d,,D,L,07\n4,,,true,e,,E,N,\n",
        "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,orgSourcedId,,\n"
        "r1,,,1,primary,student,11\nr2,,,2,primary,student,11\nr3,,,3,primary,student,12\n"
        "r4,,,4,primary,teacher,12\nr5,,,4,secondary,teacher,12\n",
        "userProfiles": "sourcedId,status,userSourcedId,profileType,vendorId\np1,,1,x,y\n",
    },
}  # fmt: skip


@pytest.mark.parametrize("producer", PRODUCERS)
def test_every_producer_counts_the_same_people(door, producer):
    report = door.bring(zipped(**PRODUCERS[producer]), name="r.zip", wave="2025-26F")

    assert producer.startswith(report.format.replace("School Data Sync", "SDS"))
    assert outcome(report) == (4, 0, 0, 0)
    assert counted(door) == ONE_OF_EACH


@pytest.mark.parametrize("producer", PRODUCERS)
def test_the_files_may_lie_in_a_folder(door, producer):
    from data.ingest.door import import_file
    from data.ingest.warehouse import open_warehouse

    folder = door.folder / "roster"
    folder.mkdir()
    for name, text in PRODUCERS[producer].items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "README.txt").write_text("not a table")
    with open_warehouse(door.settings) as connection:
        report = import_file(connection, door.settings, folder, wave="2025-26F")
        again = import_file(connection, door.settings, folder, wave="2025-26F")

    assert report.kept == 4
    assert again.already_imported
    assert counted(door) == ONE_OF_EACH


def test_a_folder_without_a_roster_is_told(door):
    from data.errors import FileNotReadable
    from data.ingest.door import import_file
    from data.ingest.warehouse import open_warehouse

    with (
        open_warehouse(door.settings) as connection,
        pytest.raises(FileNotReadable, match="the folder holds no roster"),
    ):
        import_file(connection, door.settings, door.folder, wave="2025-26F")


def test_one_file_of_a_roster_asks_for_the_others(door):
    said = door.refusal(
        PRODUCERS["OneRoster 1.2"]["users"], name="users.csv", wave="2025-26F"
    )

    assert "orgs.csv, the list of schools, is missing; import the folder or zip" in said


@pytest.mark.parametrize("status", ["inactive", "tobedeleted", "Inactive"])
def test_who_left_is_not_counted(door, status):
    report = bring(
        door,
        USERS + f"u1,{status},true,o1,student,03\nu2,active,true,o1,student,03\n",
    )

    assert outcome(report) == (1, 1, 0, 0)


def test_a_person_listed_in_two_schools_counts_in_each_and_is_one(door):
    files = PRODUCERS["Clever"]
    teachers = files["teachers"] + "11,4,N,Ed,e@x.example\n"
    report = door.bring(
        zipped(**{**files, "teachers": teachers}), name="r.zip", wave="2025-26F"
    )

    assert report.kept == 4
    assert ("A", "teachers", "all", 1) in counted(door)
    assert ("P", "teachers", "all", 1) in counted(door)
