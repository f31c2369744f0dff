"""One step of a benchmark, in its own process; prints one line of JSON."""

from __future__ import annotations

import itertools
import json
import resource
import sys
import time
from pathlib import Path

import duckdb

from data.audit import audit_release
from data.catalogue import catalogue
from data.district.exports import STUDENT_ITEMS
from data.district.schools import WAVES
from data.district.writer import NAME, write_district
from data.ingest.door import import_file
from data.ingest.warehouse import open_warehouse
from data.model.reading import open_release_file
from data.model.shelf import draft_folder, reachable_folders
from data.publish.build import build_release, score
from data.publish.decided import Earlier, decide_release
from data.publish.shelf_moves import publish_release
from data.scoring.surveys import survey_estimates
from data.scoring.units import prepare_units
from data.settings import read_settings

SETTINGS = read_settings()
LIST = SETTINGS.home / "files.json"


def make(schools: str, waves: str) -> dict[str, float]:
    """Write the district's export files."""
    start = time.perf_counter()
    files = write_district(SETTINGS.incoming, schools=int(schools), waves=int(waves))
    LIST.write_text(json.dumps([[str(p), str(m) if m else None] for p, m in files]))
    return {"seconds": time.perf_counter() - start}


def _files() -> list[tuple[Path, Path | None]]:
    return [(Path(p), Path(m) if m else None) for p, m in json.loads(LIST.read_text())]


def _wide() -> list[tuple[Path, Path | None]]:
    return [f for f in _files() if "students_6_12" in f[0].name][-1:]


def floor() -> dict[str, float]:
    """Bare DuckDB on the same export: read as text, unpivot, store."""
    ((path, _),) = _wide()
    columns = 14 + len(STUDENT_ITEMS)
    names = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(columns))
    store = SETTINGS.home / "floor.duckdb"
    store.unlink(missing_ok=True)
    start = time.perf_counter()
    with duckdb.connect(
        str(store), config={"memory_limit": SETTINGS.memory_limit}
    ) as c:
        c.execute(
            f"""CREATE TEMP TABLE t AS SELECT * FROM read_csv('{path}',
                columns={{{names}}}, header=false, auto_detect=false, delim=',',
                quote='"', escape='"')"""
        )
        items = ", ".join(f"c{10 + i}" for i in range(len(STUDENT_ITEMS)))
        c.execute(
            "CREATE TABLE a AS SELECT r, name, value FROM "
            f"(SELECT rowid AS r, {items} FROM t) UNPIVOT (value FOR name IN ({items}))"
        )
        row = c.execute("SELECT count(*) FROM t").fetchone()
    assert row is not None
    return {"rows": row[0] - 3, "seconds": time.perf_counter() - start}


def bring() -> dict[str, float]:
    """Import every file; the last wide export is timed on its own."""
    wide = _wide()[0][0]
    found = {}
    start = time.perf_counter()
    with open_warehouse(SETTINGS) as connection:
        for path, mapping in _files():
            began = time.perf_counter()
            report = import_file(connection, SETTINGS, path, mapping_file=mapping)
            if path == wide:
                found = {
                    "wide_rows": report.rows_read,
                    "wide_seconds": time.perf_counter() - began,
                }
    return {**found, "seconds": time.perf_counter() - start, "peak_mib": _peak()}


# The bare sums behind every estimate, over a table that has school and wave in it.
BARE = """SELECT school_id, wave, form, item_no, count(*), sum(code),
    sum(code::INTEGER * code) FROM flat GROUP BY ALL"""
FLAT = """CREATE TEMP TABLE flat AS
    SELECT r.school_id, r.wave, r.form, a.item_no, a.code
    FROM answers a JOIN responses r USING (response_no) WHERE r.is_current"""


def score_answers() -> dict[str, float]:
    """Score every survey measure, beside the bare aggregate: A B A."""
    with open_warehouse(SETTINGS) as connection:
        return _scored(connection)


def _scored(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    last = connection.execute("SELECT max(wave_index) FROM waves").fetchone()
    count = connection.execute("SELECT count(*) FROM answers").fetchone()
    assert last is not None
    assert count is not None
    prepare_units(connection)
    connection.execute(FLAT)
    bare = [_bare(connection)]
    began = time.perf_counter()
    survey_estimates(connection, catalogue(), last_wave=last[0])
    seconds = time.perf_counter() - began
    bare.append(_bare(connection))
    return {
        "answers": count[0],
        "seconds": seconds,
        "bare": min(bare),
        "peak_mib": _peak(),
    }


def _bare(connection: duckdb.DuckDBPyConnection) -> float:
    began = time.perf_counter()
    connection.execute(BARE).fetchall()
    return time.perf_counter() - began


def hundred_million() -> dict[str, float]:
    """Score a hundred million made-up answers of 1,860 schools in one wave."""
    people, items = 2_500_000, 40
    with open_warehouse(SETTINGS) as c:
        c.execute(
            "INSERT INTO waves VALUES ('2026-27F', 0, '2026-10-05', '2026-10-25')"
        )
        c.execute(
            """INSERT INTO schools SELECT 'S' || i, 'S' || i, 'middle', NULL, NULL, 1,
               '2025-08-20', NULL, NULL FROM range(1860) t(i)"""
        )
        c.execute(
            f"""INSERT INTO responses SELECT i, 1, '2026-27F', 'student_6_12', 'k' || i,
                'S' || (i % 1860), '68', '7', 'en', true FROM range({people}) t(i)"""
        )
        numbers = [
            row[0]
            for row in c.execute(
                "SELECT item_no FROM items WHERE item_id LIKE 'S.%' ORDER BY 1"
            ).fetchall()
        ][:items]
        c.execute(
            f"""INSERT INTO answers SELECT i // {items},
                list_extract({numbers}, (i % {items} + 1)::INTEGER),
                1 + (hash(i) % 3) FROM range({people * items}) t(i)"""
        )
        return _scored(c)


def build() -> dict[str, float]:
    """Build and publish a release of everything imported."""
    start = time.perf_counter()
    with open_warehouse(SETTINGS) as connection:
        release_id = build_release(connection, SETTINGS, wave=WAVES[-1], district=NAME)
        counts = connection.execute(
            "SELECT (SELECT count(*) FROM responses), (SELECT count(*) FROM answers)"
        ).fetchone()
    seconds = time.perf_counter() - start
    assert counts is not None
    folder = draft_folder(SETTINGS.releases, release_id)
    size = sum(p.stat().st_size for p in folder.iterdir())
    publish_release(SETTINGS.releases, release_id)
    return {
        "responses": counts[0],
        "answers": counts[1],
        "seconds": seconds,
        "bytes": size,
        "peak_mib": _peak(),
    }


def protect() -> dict[str, float]:
    """Decide who sees what, then attack the finished release; timed apart."""
    with open_warehouse(SETTINGS) as connection:
        scored = score(connection, wave=WAVES[-1])
    began = time.perf_counter()
    decided = decide_release(scored, Earlier())
    protecting = time.perf_counter() - began
    current = reachable_folders(SETTINGS.releases)[-1].name
    began = time.perf_counter()
    report = audit_release(SETTINGS.releases / current)
    auditing = time.perf_counter() - began
    hidden = sum(
        int((v["status"] == "protected").sum())
        for v in decided.verdicts.by_audience().values()
    )
    return {
        "cells": len(decided.estimates),
        "hidden": hidden,
        "protecting": protecting,
        "auditing": auditing,
        "findings": len(report.findings),
        "peak_mib": _peak(),
    }


def pages() -> dict[str, dict[str, float]]:
    """Post the request behind each page as the superintendent."""
    from app import create_app
    from benchmarks.__main__ import PAGES, timed

    client = create_app(SETTINGS).server.test_client()
    client.get("/view-as?role=district")
    found = {}
    for page, path in PAGES.items():
        questions = itertools.count()

        def request(search: str, path: str = path) -> int:
            body = {
                "output": "page.data",
                "outputs": {"id": "page", "property": "data"},
                "inputs": [
                    {"id": "address", "property": "pathname", "value": path},
                    {"id": "address", "property": "search", "value": search},
                ],
                "state": [{"id": "page", "property": "parts", "value": []}],
                "changedPropIds": ["address.search"],
            }
            headers = {"Accept-Encoding": "gzip"}
            reply = client.post("/_dash-update-component", json=body, headers=headers)
            assert reply.status_code == 200
            return len(reply.data)

        # A word no page knows makes every question a new one.
        new50, new95 = timed(lambda q=questions: request(f"?new={next(q)}"))
        again50, _ = timed(lambda: request(""))
        found[page] = {
            "p50": new50,
            "p95": new95,
            "again": again50,
            "bytes": request(""),
        }
    found["floor"] = _bare_select(timed)
    return found


def _bare_select(timed) -> dict[str, float]:
    shelf = SETTINGS.releases
    folder = next(p for p in shelf.iterdir() if p.name.startswith(WAVES[-1]))
    with open_release_file(folder / "public.duckdb") as connection:
        row = connection.execute("SELECT max(wave_index) FROM waves").fetchone()
        last = row[0] if row else 0
        p50, p95 = timed(
            lambda: connection.execute(
                "SELECT * FROM estimates WHERE indicator_id = 'LX-1' "
                "AND form = 'student_6_12' AND wave_index = ?",
                [last],
            ).fetchall()
        )
    return {"p50": p50, "p95": p95, "again": p50}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


STEPS = {
    "make": make,
    "floor": floor,
    "import": bring,
    "build": build,
    "score": score_answers,
    "hundred_million": hundred_million,
    "protect": protect,
    "pages": pages,
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
