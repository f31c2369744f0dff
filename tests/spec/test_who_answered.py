"""Who answered beside who was asked: by language, by grade, on a school's page."""

import random
from pathlib import Path

import pytest
from callbacks import said
from conftest import District, settings_in
from districts import WAVES, generate

from data.ingest.judging import language_code
from data.ingest.sql import Sql
from data.ingest.warehouse import open_warehouse
from data.publish.build import build_release
from data.publish.shelf_moves import publish_release
from data.settings import Settings


def test_families_rates_by_language_count_that_languages_answers(district: District):
    rows = district.rows(
        "district",
        """SELECT w.wave, category, rate, n, eligible FROM estimates
           JOIN waves w USING (wave_index)
           WHERE form = 'family' AND unit_kind = 'district'
             AND breakdown = 'language' AND part = 'heard_and_clear' ORDER BY 1, 2""",
    )
    assert len(rows) >= 2
    for wave, language, rate, n, eligible in rows:
        ((asked,),) = district.warehouse(
            f"""SELECT sum(n) FROM rosters WHERE stakeholder_group = 'families'
                AND wave = '{wave}' AND language = '{language}'"""
        )
        assert eligible == asked
        # Who answered the form, beside who answered this question of it.
        assert rate == pytest.approx(100 * n / asked, abs=3)
        assert rate > 10


def small_town(home: Path) -> Settings:
    return settings_in(home, CHORUS_SECRET="g" * 32)


@pytest.fixture(scope="module")
def half_split(once):
    """Of many schools only one has its roster by language."""
    home, (release, school) = once.make("half-split", make_half_split)
    return District(small_town(home), release, {}), school


def make_half_split(home: Path) -> tuple[str, str]:
    settings = small_town(home)
    with open_warehouse(settings) as connection:
        generate(connection, random.Random(3), schools=12, waves=1)
        connection.execute("UPDATE rosters SET language = NULL")
        (school,) = connection.execute(
            """SELECT school_id FROM rosters WHERE stakeholder_group = 'students'
               GROUP BY 1 ORDER BY sum(n) DESC LIMIT 1"""
        ).fetchone()
        connection.execute(
            """UPDATE rosters SET language = 'en'
               WHERE school_id = ? AND stakeholder_group = 'students'""",
            [school],
        )
        release = build_release(connection, settings, wave=WAVES[0], district="x")
    publish_release(settings.releases, release)
    return release, school


def test_a_roster_that_is_not_split_everywhere_has_no_rate_by_language(half_split):
    district, school = half_split
    rows = district.rows(
        "district",
        """SELECT unit_kind, unit_id, category, status, eligible, rate FROM estimates
           WHERE breakdown = 'language' AND status <> 'protected'""",
    )
    of_district = [r for r in rows if r[0] == "district"]
    assert of_district
    assert all(r[4] is None and r[5] is None for r in of_district)
    others = [r for r in rows if r[0] == "school" and r[1] != school]
    assert all(r[5] is None for r in others)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("EN", "en"), ("English", "en"), ("Inglés", "en"), ("en-US", "en"),
        ("ES-419", "es"), ("es", "es"), ("Español", "es"), ("Spanish (Latin America)", "es"),
        ("vi", "vi"), ("ZH-S", "zh"), ("Vietnamese", None), ("Estonian", None),
        ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_language_is_never_taken_for_english(written, code):
    import duckdb

    with duckdb.connect() as connection:
        (found,) = connection.execute(
            f"SELECT {language_code(Sql('x'))} FROM (SELECT ?::VARCHAR AS x)", [written]
        ).fetchone()
    assert found == code


def test_a_schools_page_says_who_answered_only_to_its_readers(
    client, district: District
):
    rows = district.rows(
        "district",
        """SELECT unit_id, category, n, eligible FROM estimates
           WHERE indicator_id = 'LX-1' AND part = 'scale' AND form = 'student_6_12'
             AND unit_kind = 'school' AND breakdown = 'language' AND status = 'shown'
             AND wave_index = (SELECT max(wave_index) FROM waves)
             AND unit_id IN (SELECT unit_id FROM estimates WHERE indicator_id = 'LX-1'
               AND part = 'scale' AND form = 'student_6_12' AND breakdown = 'all'
               AND rate < 85 AND wave_index = (SELECT max(wave_index) FROM waves))
           ORDER BY unit_id, category""",
    )
    schools = [r[0] for r in rows]
    school = next(s for s in schools if schools.count(s) == 2)
    mine = [r for r in rows if r[0] == school]
    spoken = [
        f"{100 * r[2] / sum(x[2] for x in mine):.0f}% of those who answered, "
        f"{100 * r[3] / sum(x[3] for x in mine):.0f}% of those asked"
        for r in mine
    ]

    client.get(f"/view-as?role=principal&school={school}")
    page = said(client, f"/schools/{school}")
    assert all(text in page for text in spoken)
    spanish = said(client, f"/schools/{school}", "?lang=es")
    assert "quienes fueron consultados" in spanish
    client.get("/view-as?role=public")
    page = said(client, f"/schools/{school}")
    assert "those who were asked" not in page


def test_families_are_told_apart_by_language_where_the_case_is_clear(client):
    client.get("/view-as?role=district")
    page = said(client, "/chorus")
    client.get("/view-as?role=public")

    assert "Families, Spanish: Heard it and find it clear" in page
    assert "Families, English: Heard it and find it clear" in page
