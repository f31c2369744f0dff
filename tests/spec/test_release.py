"""A release is written once, published whole, and found again."""

import errno
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from conftest import LATEST, ROOT, District, copy_as_draft

from data.catalogue import catalogue
from data.errors import (
    DiskFull,
    ReleaseIsDamaged,
    ReleaseNotFound,
    ReleaseStateForbids,
    WarehouseEmpty,
)
from data.ingest.warehouse import open_warehouse
from data.model.reading import open_release_file
from data.model.shelf import RELEASE_FILES, check_release, read_manifest, read_pointer
from data.model.viewer import Audience
from data.publish import build
from data.publish.shelf_moves import list_releases, publish_release, withdraw_release
from queries.desk import Desk

GOLDEN = ROOT / "tests" / "golden" / "checksums.json"
NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)


@pytest.fixture
def shelf(district: District, tmp_path: Path) -> Path:
    """A shelf with one draft: a copy of the golden release under its name."""
    folder = tmp_path / "releases" / "drafts"
    folder.mkdir(parents=True)
    shutil.copytree(district.folder, folder / district.release_id)
    return folder.parent


def test_a_release_holds_exactly_its_files(district):
    assert sorted(p.name for p in district.folder.iterdir()) == sorted(
        [*RELEASE_FILES, "NOTES.es.md"]
    )


@pytest.mark.golden
def test_the_golden_release_holds_the_numbers_it_always_held(district):
    """An unintended change in any number of the demo fails here, loudly.

    A wanted change: run `python -m tests.golden` and look at the difference.
    """
    manifest = read_manifest(district.folder)
    found = {
        name: {
            table: entry["sha256"]
            for table, entry in file["tables"].items()
            if table != "meta"
        }
        for name, file in manifest["files"].items()
        if "tables" in file
    }

    assert found == json.loads(GOLDEN.read_text())


def test_the_manifest_says_what_was_built(district):
    manifest = read_manifest(district.folder)

    assert manifest["wave"] == LATEST
    assert manifest["rules"]["min_n_student"] == 10
    assert manifest["files"]["public.duckdb"]["tables"]["schools"]["rows"] == 30
    assert manifest["code_version"]


def test_a_draft_becomes_current_and_withdrawing_puts_the_pointer_back(shelf, district):
    first = district.release_id
    publish_release(shelf, first, now=NOON)
    copy_as_draft(shelf / first, shelf, f"{LATEST}.2")
    publish_release(shelf, f"{LATEST}.2")

    assert read_pointer(shelf).current == f"{LATEST}.2"
    assert (
        withdraw_release(shelf, f"{LATEST}.2", reason="a school was counted twice")
        == first
    )
    assert read_pointer(shelf).current == first
    assert [(x.release_id, x.state) for x in list_releases(shelf)] == [
        (f"{LATEST}.2", "withdrawn"),
        (first, "current"),
    ]


@pytest.mark.parametrize("move", ["publish", "withdraw"])
def test_a_release_nobody_built_is_not_found(shelf, move):
    with pytest.raises(ReleaseNotFound, match="chorus release list"):
        publish_release(shelf, "2030-31F.1") if move == "publish" else withdraw_release(
            shelf, "2030-31F.1", reason="x"
        )


def test_publishing_twice_or_after_withdrawal_is_refused(shelf, district):
    publish_release(shelf, district.release_id)
    with pytest.raises(ReleaseStateForbids, match="already"):
        publish_release(shelf, district.release_id)
    withdraw_release(shelf, district.release_id, reason="x")
    with pytest.raises(ReleaseStateForbids, match="withdrawn"):
        publish_release(shelf, district.release_id)
    with pytest.raises(ReleaseStateForbids, match="before"):
        withdraw_release(shelf, district.release_id, reason="x")


@pytest.mark.parametrize(
    "name", [f"{a}.duckdb" for a in Audience] + ["NOTES.md", "manifest.json"]
)
@pytest.mark.parametrize("fault", ["missing", "altered"])
def test_a_damaged_release_is_refused(shelf, district, name, fault):
    path = shelf / "drafts" / district.release_id / name
    if fault == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(ReleaseIsDamaged):
        publish_release(shelf, district.release_id)

    assert read_pointer(shelf).current is None


def test_the_desk_follows_the_pointer_at_the_next_request(shelf, district):
    desk = Desk(shelf)
    assert desk.current() is None
    publish_release(shelf, district.release_id)
    found = desk.current()
    assert found is not None
    assert found.release_id == district.release_id
    withdraw_release(shelf, district.release_id, reason="x")
    assert desk.current() is None


def test_a_worker_goes_on_serving_when_the_new_release_is_damaged(shelf, district):
    publish_release(shelf, district.release_id)
    desk = Desk(shelf)
    desk.current()
    copy_as_draft(shelf / district.release_id, shelf, f"{LATEST}.2")
    publish_release(shelf, f"{LATEST}.2")
    (shelf / f"{LATEST}.2" / "public.duckdb").write_bytes(b"not a database")
    found = desk.current()

    assert found is not None
    assert found.release_id == district.release_id
    assert isinstance(desk.problem, ReleaseIsDamaged)


def test_a_fresh_worker_takes_the_newest_sound_release(shelf, district):
    publish_release(shelf, district.release_id)
    copy_as_draft(shelf / district.release_id, shelf, f"{LATEST}.2")
    publish_release(shelf, f"{LATEST}.2")
    (shelf / f"{LATEST}.2" / "school.duckdb").unlink()
    found = Desk(shelf).current()

    assert found is not None
    assert found.release_id == district.release_id


def test_a_wave_nobody_imported_cannot_be_built(settings):
    with (
        open_warehouse(settings) as connection,
        pytest.raises(WarehouseEmpty, match="chorus import"),
    ):
        build.build_release(connection, settings, wave="2026-27F", district="x")


def test_a_full_disk_leaves_nothing_behind(settings, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(build, "write_file", full)
    with open_warehouse(settings) as connection:
        connection.execute(
            "INSERT INTO waves VALUES ('2026-27F', 0, '2026-10-05', '2026-10-25')"
        )
        with pytest.raises(DiskFull, match="free some space"):
            build.build_release(connection, settings, wave="2026-27F", district="x")

    assert not list((settings.releases / "drafts").iterdir())


def test_a_release_without_answers_is_empty_and_sound(settings):
    with open_warehouse(settings) as connection:
        connection.execute(
            "INSERT INTO waves VALUES ('2026-27F', 0, '2026-10-05', '2026-10-25')"
        )
        release_id = build.build_release(
            connection, settings, wave="2026-27F", district="x"
        )
    publish_release(settings.releases, release_id)

    assert check_release(settings.releases / release_id)["wave"] == "2026-27F"


@pytest.mark.long
def test_the_next_version_never_reuses_a_number(settings):
    with open_warehouse(settings) as connection:
        connection.execute(
            "INSERT INTO waves VALUES ('2026-27F', 0, '2026-10-05', '2026-10-25')"
        )
        ids = [
            build.build_release(connection, settings, wave="2026-27F", district="x")
            for _ in range(2)
        ]

    assert ids == ["2026-27F.1", "2026-27F.2"]


# --- what the demo's awkward cases look like in the public's file -------------

HIDDEN = [
    ("SCH-028", "LX-1", "student_6_12", "six pupils"),
    ("SCH-004", "CU-1", "teacher", "nine teachers"),
    ("SCH-001", "CU-1", "teacher", "staff results of one school"),
]


def public_text(district: District) -> str:
    """Everything the public's file holds about units, as text."""
    path = district.folder / "public.duckdb"
    with open_release_file(path) as connection:
        tables = [
            r[0]
            for r in connection.execute(
                "SELECT table_name FROM duckdb_tables()"
            ).fetchall()
        ]
        return "\n".join(
            str(row)
            for t in tables
            for row in connection.execute(f"SELECT * FROM {t}").fetchall()
        )


@pytest.mark.parametrize(("school", "indicator", "form", "why"), HIDDEN)
def test_a_hidden_value_is_absent_from_the_public_file(
    district, school, indicator, form, why
):
    rows = district.rows(
        Audience.PUBLIC,
        f"""SELECT share, low, high, shrunk, mean, n, n_band, eligible, rate FROM estimates
            WHERE unit_id = '{school}' AND part = 'scale' AND indicator_id = '{indicator}' AND form = '{form}'""",
    )

    assert all(value is None for row in rows for value in row), why


def test_a_wave_with_28_percent_shows_only_its_rate(district):
    (row,) = district.rows(
        Audience.PUBLIC,
        "SELECT status, share, n_band, rate FROM estimates WHERE unit_id = 'SCH-024' AND wave_index = 8 AND form = 'student_3_5' AND indicator_id = 'LX-1'",
    )

    assert row[:3] == ("low_rr", None, None)
    assert row[3] < 30


def test_the_hidden_school_cannot_be_solved_for_from_public_totals(district):
    """Rank attack on the published counts of each indicator and wave."""
    cohorts = dict(
        district.rows(Audience.PUBLIC, "SELECT school_id, cohort_id FROM schools")
    )
    launched = dict(
        district.rows(Audience.PUBLIC, "SELECT school_id, launch_wave FROM schools")
    )
    truth = district.warehouse(
        "SELECT DISTINCT form, wave, school_id FROM responses WHERE is_current"
    )
    waves = dict(district.rows(Audience.PUBLIC, "SELECT wave, wave_index FROM waves"))
    for form in ("student_6_12", "student_3_5", "teacher"):
        indicator = "CU-1" if form == "teacher" else "LX-1"
        scale = f"indicator_id = '{indicator}' AND part = 'scale'"
        for label, wave in waves.items():
            schools = [s for f, w, s in truth if (f, w) == (form, label)]
            rows = district.rows(
                Audience.PUBLIC,
                f"SELECT unit_kind, unit_id FROM estimates WHERE {scale} AND form='{form}' AND wave_index={wave} AND status='shown'",
            )
            # A low response rate hides a result without making it a secret.
            open_ = district.rows(
                Audience.PUBLIC,
                f"SELECT unit_id FROM estimates WHERE {scale} AND form='{form}' AND wave_index={wave} AND unit_kind='school' AND status IN ('shown', 'low_rr')",
            )
            hidden = [s for s in schools if s not in {u for (u,) in open_}]
            equations = np.array(
                [
                    [
                        kind == "district"
                        or (kind == "cohort" and str(cohorts[s]) == unit)
                        or (
                            kind == "launched"
                            and launched[s] is not None
                            and launched[s] <= wave
                        )
                        for s in hidden
                    ]
                    for kind, unit in rows
                    if kind != "school"
                ],
                float,
            )
            if not hidden or not equations.size:
                continue
            project = np.linalg.pinv(equations) @ equations
            for i in range(len(hidden)):
                assert not np.allclose(project[i], np.eye(len(hidden))[i], atol=1e-9), (
                    form,
                    label,
                    hidden[i],
                )


def test_no_exact_count_is_in_the_public_file(district):
    counts = district.rows(
        Audience.PUBLIC, "SELECT count(n), count(eligible), count(mean) FROM estimates"
    )

    assert counts == [(0, 0, 0)]


def test_no_respondent_key_leaves_the_warehouse(district):
    (key,) = district.warehouse("SELECT resp_key FROM responses LIMIT 1")[0]
    for audience in Audience:
        assert key.encode() not in (district.folder / f"{audience}.duckdb").read_bytes()
    assert len(catalogue().items) > 100


def test_each_file_holds_only_what_its_readers_may_see(district):
    scopes = district.rows(Audience.PUBLIC, "SELECT DISTINCT scope FROM estimates")
    assert scopes == [("all",)]
    teachers = district.rows(
        Audience.PUBLIC,
        "SELECT count(*) FROM estimates WHERE form='teacher' AND unit_kind='school'",
    )
    assert teachers == [(0,)]
    assert district.rows(Audience.PUBLIC, "SELECT count(*) FROM rubric_cells") == [(0,)]
    assert district.rows(Audience.PUBLIC, "SELECT count(*) FROM bands") == [(0,)]
    own = district.rows(
        Audience.SCHOOL,
        "SELECT count(*) FROM estimates WHERE form='teacher' AND unit_kind='school' AND scope<>unit_id",
    )
    assert own == [(0,)]


def test_a_school_that_did_not_agree_has_no_stage_in_public(district):
    silent = district.warehouse(
        "SELECT DISTINCT school_id FROM rubric_public WHERE NOT agreed"
    )
    assert silent
    for (school,) in silent:
        assert district.rows(
            Audience.PUBLIC,
            f"SELECT count(*) FROM rubric_schools WHERE school_id='{school}'",
        ) == [(0,)]


def test_a_launch_before_the_first_wave_counts_back_in_half_years(settings, tmp_path):
    """A district that begins to measure late still stands where it stands."""
    from data.ingest.door import import_file
    from data.scoring.units import prepare_units

    (tmp_path / "wave.csv").write_text(
        "wave,opens_on,closes_on\n2025-26S,2026-03-08,2026-03-28\n2026-27F,2026-10-05,2026-10-25\n"
    )
    launches = [
        "2023-08-28",
        "2024-08-26",
        "2025-08-25",
        "2026-03-01",
        "2026-08-24",
        "2027-08-30",
    ]
    (tmp_path / "school.csv").write_text(
        "school_id,name,level,cohort_id,launch_date,grades\n"
        + "".join(
            f"S{n},School {n},high,{n},{date},\n" for n, date in enumerate(launches)
        )
    )
    with open_warehouse(settings) as connection:
        for name in ("wave.csv", "school.csv"):
            import_file(connection, settings, tmp_path / name)
        prepare_units(connection)
        found = connection.execute(
            "SELECT launch_wave FROM units ORDER BY school_id"
        ).fetchall()

    assert [w for (w,) in found] == [-5, -3, -1, 1, 1, None]
