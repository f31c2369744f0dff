"""Small random districts, straight into a warehouse, for the audit to attack."""

import random
from pathlib import Path

import pandas as pd
from conftest import settings_in

from data.catalogue import catalogue
from data.ingest.warehouse import open_warehouse
from data.model.shelf import reachable_folders
from data.publish.build import build_release
from data.publish.shelf_moves import publish_release
from data.settings import Settings

WAVES = ("2024-25S", "2025-26F", "2025-26S")
SIZES = (0, 1, 2, 4, 6, 9, 12, 18, 30, 60, 140)
TEACHERS = (0, 1, 3, 4, 6, 9, 11, 24)


def generate(connection, rng: random.Random, *, schools: int, waves: int) -> None:
    """Schools of every awkward size, in cohorts of one to many."""
    cohorts = rng.randint(1, 4)
    by_language = rng.random() < 0.5
    numbers = dict(connection.execute("SELECT item_id, item_no FROM items").fetchall())
    forms = {
        scale.form: [numbers[i] for i in scale.items]
        for indicator in catalogue().scored
        for scale in indicator.scales
        if indicator.id in {"LX-1", "CU-1"}
    }
    for k in range(waves):
        connection.execute(
            "INSERT INTO waves VALUES (?, ?, ?, ?)",
            [WAVES[k], k, f"{2025 + k}-03-01", f"{2025 + k}-03-20"],
        )
    people, answers, rosters = [], [], []
    for s in range(schools):
        school = f"S{s:02d}"
        cohort = rng.randint(0, cohorts)
        launch = None if cohort == 0 else f"{2023 + cohort}-08-20"
        connection.execute(
            "INSERT INTO schools VALUES (?, ?, 'high', NULL, NULL, ?, ?, NULL, NULL)",
            [school, school, cohort, launch],
        )
        size, staff = rng.choice(SIZES), rng.choice(TEACHERS)
        for k in range(waves):
            for form, n in (("student_6_12", size), ("teacher", staff)):
                n = max(0, n + rng.randint(-1, 2)) if n else 0
                mind = rng.random()
                mind = round(mind) if rng.random() < 0.2 else mind
                group = "students" if form == "student_6_12" else "teachers"
                bands = ("68", "912") if group == "students" else ("all",)
                asked = (n * 4 // 3 + 1) // len(bands) + 1
                for band in bands:
                    spanish = asked // 4 if by_language and len(bands) > 1 else 0
                    main = "en" if by_language and len(bands) > 1 else None
                    rosters.append(
                        (WAVES[k], school, group, band, main, asked - spanish)
                    )
                    if spanish:
                        rosters.append((WAVES[k], school, group, band, "es", spanish))
                for _ in range(n):
                    number = len(people)
                    band = rng.choice(("68", "68", "912")) if len(bands) > 1 else None
                    language = rng.choices(("en", "es", None), (8, 3, 1))[0]
                    language = language if len(bands) > 1 else None
                    people.append((number, WAVES[k], form, school, band, language))
                    # Of a mind: a scale whose answers have nothing in common is
                    # not shown at all.
                    inclined = rng.random() < mind
                    answers += [
                        (number, item, 5 if _agrees(rng, inclined, mind) else 1)
                        for item in forms[form]
                    ]
    for table, rows, columns in (
        ("people", people, ["r", "w", "f", "s", "b", "l"]),
        ("given", answers, ["r", "i", "c"]),
        ("listed", rosters, ["w", "s", "g", "b", "l", "n"]),
    ):
        connection.register(table, pd.DataFrame(rows, columns=columns).astype(object))
    connection.execute(
        """INSERT INTO responses SELECT r::BIGINT, 1, w, f, 'k' || r, s, b, NULL, l, true
           FROM people"""
    )
    connection.execute(
        "INSERT INTO answers SELECT r::BIGINT, i::SMALLINT, c::TINYINT FROM given"
    )
    connection.execute(
        "INSERT INTO rosters SELECT w, s, g, b, l, NULL, n::INTEGER FROM listed"
    )


def _agrees(rng: random.Random, inclined: bool, mind: float) -> bool:
    return inclined if rng.random() < 0.8 else rng.random() < mind


def audit_of_district(home: Path, seed: int) -> tuple[object, ...]:
    """Build and publish a random district twice, with late answers between; audit."""
    from data.audit import audit_release

    rng = random.Random(seed)
    settings = settings_in(home, CHORUS_SECRET="g" * 32)
    waves = rng.randint(1, 3)
    with open_warehouse(settings) as connection:
        generate(connection, rng, schools=rng.randint(2, 24), waves=waves)
        first = build_release(connection, settings, wave=WAVES[waves - 1], district="x")
    found = list(audit_release(settings.releases / "drafts" / first).findings)
    if found:
        return tuple(found)
    publish_release(settings.releases, first)
    with open_warehouse(settings) as connection:
        _late(connection, rng)
        second = build_release(
            connection, settings, wave=WAVES[waves - 1], district="x"
        )
    folder = settings.releases / "drafts" / second
    report = audit_release(folder, reachable_folders(settings.releases))
    return report.findings


def _late(connection, rng: random.Random) -> None:
    """A few answers more here and there, and a batch somewhere."""
    (last,) = connection.execute(
        "SELECT coalesce(max(response_no), 0) FROM responses"
    ).fetchone()
    known = connection.execute(
        "SELECT DISTINCT wave, form, school_id FROM responses ORDER BY ALL"
    ).fetchall()
    for wave, form, school in known:
        more = rng.choices((0, 1, 3, 15), (12, 2, 1, 1))[0]
        rows = connection.execute(
            "SELECT response_no FROM responses WHERE wave=? AND form=? AND school_id=? "
            "ORDER BY 1 LIMIT ?",
            [wave, form, school, more],
        ).fetchall()
        for (number,) in rows:
            last += 1
            connection.execute(
                """INSERT INTO responses SELECT ?, file_id, wave, form, 'late' || ?,
                   school_id, grade_band, grade, language, true FROM responses
                   WHERE response_no = ?""",
                [last, last, number],
            )
            connection.execute(
                "INSERT INTO answers SELECT ?, item_no, code FROM answers "
                "WHERE response_no = ?",
                [last, number],
            )


def publish_empty(settings: Settings) -> str:
    """Publish a release of one school in one wave that nobody has been asked in."""
    with open_warehouse(settings) as connection:
        connection.execute(
            "INSERT INTO waves VALUES ('2026-27F', 0, '2026-10-05', '2026-10-25')"
        )
        connection.execute(
            "INSERT INTO schools VALUES ('S1', 'Alder', 'high', '9-12', NULL, 0, NULL, NULL, NULL)"
        )
        release_id = build_release(
            connection, settings, wave="2026-27F", district="Small Town"
        )
    publish_release(settings.releases, release_id)
    return release_id
