"""A person asks to be removed: nothing of them is left in any file."""

import hashlib

import duckdb
import pytest
from conftest import every_row

from data.errors import PersonUnknown
from data.ingest.forgetting import forget, write_anew
from data.ingest.warehouse import open_warehouse
from tests.ingest.conftest import outcome

FORM = """
    survey: student_3_5
    wave: 2025-26F
    school: {column: School}
    respondent: {column: Id}
    items: {Q: S3.VO.1}
    """
MONDAY = """
    Id,School,Q,Local id
    s-1001,Alder School,A lot,n-77
    s-1002,Peña Middle,Sometimes,n-78
    s-1001,Alder School,Not much,n-77
    s-1001,Nowhere,A lot,n-77
    s-1003,Alder School,A lot,n-79
    """
KEY = hashlib.sha256(("s" * 32).encode()).hexdigest()


def hash_of(person):
    return hashlib.sha256((KEY + person).encode()).hexdigest()[:24]


def everything(home):
    """All that any file below the home holds: bytes, and what tables say unpacked."""
    texts = []
    for path in home.rglob("*"):
        if not path.is_file():
            continue
        texts.append((path.name, path.read_bytes()))
        if path.suffix == ".parquet":
            with duckdb.connect() as c:
                rows = c.execute(
                    "SELECT * FROM read_parquet(?)", [str(path)]
                ).fetchall()
            texts.append((path.name, repr(rows).encode()))
        if path.suffix == ".duckdb":
            texts += [(t, repr(rows).encode()) for t, rows in every_row(path).items()]
    return texts


def where(home, *words):
    return [n for n, text in everything(home) if any(w.encode() in text for w in words)]


def forgotten(door, person):
    with open_warehouse(door.settings) as connection:
        found = forget(connection, door.settings, person)
    write_anew(door.settings)
    return found


@pytest.fixture
def brought(door):
    door.bring(MONDAY, FORM, name="monday.csv")
    for path in door.folder.glob("*.csv"):  # the district's own files are its to clear
        path.unlink()
    return door


def test_nothing_of_a_forgotten_person_is_in_any_file(brought):
    home = brought.settings.home
    assert where(home, hash_of("s-1001")) != []

    found = forgotten(brought, "s-1001")

    assert (found.responses, found.rows, found.originals) == (1, 1, 1)
    assert where(home, "s-1001", hash_of("s-1001")) == []
    assert where(home, hash_of("s-1002")) != []
    assert brought.people() == 2


def test_what_they_replaced_does_not_come_back(brought):
    brought.bring(MONDAY.replace("A lot", "Sometimes"), FORM, name="friday.csv")
    (brought.folder / "friday.csv").unlink()

    assert forgotten(brought, " s-1001 ").responses == 2
    assert where(brought.settings.home, hash_of("s-1001")) == []


def test_a_later_export_leaves_them_out_and_says_so(brought):
    forgotten(brought, "s-1001")
    later = MONDAY.rstrip(" ") + "    s-1004,Alder School,A lot,n-80\n"
    report = brought.bring(later, FORM, name="again.csv")

    assert outcome(report) == (3, 3, 0, 0)
    assert ("asked to be forgotten; not read", 3) in [
        (f.reason, f.count) for f in report.findings
    ]
    (brought.folder / "again.csv").unlink()
    assert where(brought.settings.home, hash_of("s-1001")) == []


def test_a_person_of_a_register_is_forgotten_and_undoing_does_not_bring_them_back(door):
    from data.ingest.undoing import undo
    from data.model.vocabulary import SESSION_FORMATS

    sessions = (
        "session_id,date,hours,format,attributes,habits,school_id,headcount\n"
        f"m1,2026-01-01,2,{SESSION_FORMATS[0]},,,A,12\n"
    )
    door.bring(sessions.encode(), name="session.csv")
    header = "session_id,attendee_key,school_id\n"
    door.bring((header + "m1,t-9,A\nm1,t-8,A\n").encode(), name="attendance.csv")
    door.bring((header + "m1,t-9,P\nm1,t-8,P\n").encode(), name="attendance.csv")
    number = door.ask("SELECT max(file_id) FROM files")[0][0]
    for path in door.folder.glob("*.csv"):
        path.unlink()

    assert forgotten(door, "t-9").rows == 1
    with open_warehouse(door.settings) as connection:
        undo(connection, number)
    write_anew(door.settings)

    assert where(door.settings.home, "t-9", hash_of("t-9")) == []
    assert door.ask("SELECT attendee_key, school_id FROM attendance") == [
        (hash_of("t-8"), "A")
    ]
    report = door.bring((header + "m1,t-9,P\nm1,t-7,P\n").encode(), name="c.csv")
    assert outcome(report) == (1, 1, 0, 0)


def test_an_id_is_read_as_the_mapping_reads_it(door):
    door.bring(
        MONDAY,
        FORM.replace("{column: Id}", "{column: Id, first: 2}"),
        name="monday.csv",
    )
    (door.folder / "monday.csv").unlink()
    assert where(door.settings.home, hash_of("1001")) != []

    forgotten(door, "s-1001")

    assert where(door.settings.home, hash_of("1001"), "s-1001") == []


def test_whoever_nothing_is_known_of_is_told_and_nothing_changes(brought):
    before = brought.ask("SELECT * FROM responses ORDER BY ALL")

    with open_warehouse(brought.settings) as connection:
        for person in ("s-9999", "", hash_of("s-1001")):
            with pytest.raises(PersonUnknown, match="no response, register or kept"):
                forget(connection, brought.settings, person)
    assert brought.ask("SELECT * FROM responses ORDER BY ALL") == before
    assert brought.ask("SELECT * FROM forgotten") == []


def test_the_warehouse_written_anew_is_the_same_warehouse(brought):
    def content():
        tables = brought.ask("SELECT table_name, sql FROM duckdb_tables() ORDER BY 1")
        return tables, every_row(brought.settings.warehouse)

    before = content()
    write_anew(brought.settings)

    assert content() == before
    assert oct(brought.settings.warehouse.stat().st_mode)[-3:] == "600"
    assert [p.name for p in brought.settings.home.glob(".*")] == []


def test_a_registers_row_of_somebody_forgotten_is_dropped_and_told(door):
    header = "month,principal_key,question,text,codes,coder,school_id\n"
    first = "2026-01,{},P.PU.1,,E1,a,A\n"
    door.bring((header + first.format("p-1")).encode(), name="pulse.csv")
    assert forgotten(door, "p-1").rows == 1

    later = header + "".join(first.format(f"p-{k}") for k in (1, 2, 3))
    report = door.bring(later.encode(), name="later.csv")

    assert outcome(report) == (2, 1, 0, 0)
    assert [(f.kind, f.reason, f.count) for f in report.findings] == [
        ("dropped", "asked to be forgotten; not read", 1)
    ]
    assert door.ask("SELECT count(*) FROM pulse") == [(2,)]
