"""The golden district, and the ways tests look at it."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import duckdb
import pytest
from kills import STAGES, Stages
from once import Once

from data.district.schools import WAVES
from data.district.writer import NAME, write_district
from data.ingest.door import import_file
from data.ingest.report import Report
from data.ingest.warehouse import open_warehouse
from data.ledger.store import Ledger
from data.model.reading import open_release_file
from data.model.shelf import (
    AUDIT,
    MANIFEST,
    file_sha256,
    reachable_folders,
    read_manifest,
)
from data.model.viewer import Audience
from data.publish.build import build_release
from data.publish.demo_entries import type_in
from data.publish.shelf_moves import publish_release
from data.settings import Settings, read_settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
LATEST = WAVES[-1]
ITEMS = SHARED / "nyc_survey_2015_items"
YEARS = SHARED / "nyc_survey_2021_2025"
MAPPINGS = ROOT / "data" / "mappings"
# Seconds a server may hang before a test says so; nothing is judged by it.
PATIENCE = 120


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Look for garbage among six thousand tests and all libraries once, not often."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as quick what needs no district, no browser and no long wait.

    The longest come first. One worker begins with the district while the other, which
    has the second half, does quick ones; whoever is through takes from the end of
    what the other has left, so that what is left for the last minute is short.
    """

    def turn(item: pytest.Item) -> int:
        if "browser" in item.fixturenames:
            return 2
        if "once" in item.fixturenames:
            return 0
        return 1 if item.get_closest_marker("long") else 3

    for item in items:
        if turn(item) == 3:
            item.add_marker("quick")
    items.sort(key=turn)


@dataclass(frozen=True)
class District:
    """A district as it was imported and published."""

    settings: Settings
    release_id: str
    reports: dict[str, Report]

    @property
    def folder(self) -> Path:
        return self.settings.releases / self.release_id

    def rows(self, audience: Audience, statement: str) -> list[tuple]:
        with open_release_file(self.folder / f"{audience}.duckdb") as connection:
            return connection.execute(statement).fetchall()

    def warehouse(self, statement: str) -> list[tuple]:
        return looked_at(self.settings.warehouse, statement)


@cache
def _looker() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@contextmanager
def looking_at(file: Path) -> Iterator[Callable[[str], list[tuple]]]:
    """Ask a DuckDB file, which cannot be altered so.

    A connection of its own for each look takes five times as long as the look.
    """
    looker = _looker()
    looker.execute(f"ATTACH '{file}' AS looked (READ_ONLY)")
    try:
        looker.execute("USE looked")
        yield lambda statement: looker.execute(statement).fetchall()
    finally:
        looker.execute("USE memory")
        looker.execute("DETACH looked")


def looked_at(file: Path, statement: str) -> list[tuple]:
    """What one statement finds in a DuckDB file."""
    with looking_at(file) as look:
        return look(statement)


def every_row(file: Path) -> dict[str, list[tuple]]:
    """Every table of a DuckDB file with all its rows, in order."""
    with looking_at(file) as look:
        tables = look(
            """SELECT table_name FROM duckdb_tables()
               WHERE database_name = 'looked' ORDER BY 1"""
        )
        return {t: look(f'SELECT * FROM "{t}" ORDER BY ALL') for (t,) in tables}


def copy_as_draft(folder: Path, shelf: Path, release_id: str) -> Path:
    """A release's files again under another id, as if built beside all published."""
    draft = shelf / "drafts" / release_id
    shutil.copytree(folder, draft)
    report = json.loads((draft / AUDIT).read_text())
    report["beside"] = [f.name for f in reachable_folders(shelf)]
    (draft / AUDIT).write_text(json.dumps(report))
    manifest = read_manifest(draft)
    manifest["files"][AUDIT]["sha256"] = file_sha256(draft / AUDIT)
    (draft / MANIFEST).write_text(json.dumps(manifest))
    return draft


def settings_in(home: Path, **extra: str) -> Settings:
    kinds = ("CALLBACKS", "FILES", "FORMS")
    quiet = {f"CHORUS_{kind}_PER_MINUTE": "0" for kind in kinds}
    return read_settings({"CHORUS_HOME": str(home), **quiet, **extra})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, CHORUS_SECRET="s" * 32)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    return Once(tmp_path_factory, worker_id)


@pytest.fixture(scope="session")
def stages(once: Once) -> Stages:
    """Homes of one tiny district at every stage of a release, made by commands.

    They are to be copied, not written in.
    """
    home, _ = once.make("stages", make_stages)
    return Stages(home)


def make_stages(home: Path) -> None:
    made = Stages(home)
    for stage in STAGES:
        made.home(stage)


@pytest.fixture(scope="session")
def district(once: Once) -> District:
    """Alder Valley through the same door a real district uses."""
    home, (release_id, reports) = once.make("alder-valley", make_alder_valley)
    return District(alder_valley(home), release_id, reports)


def alder_valley(home: Path) -> Settings:
    return settings_in(home, CHORUS_DEMO="1", CHORUS_SECRET="d" * 32)


def make_alder_valley(home: Path) -> tuple[str, dict[str, Report]]:
    settings = alder_valley(home)
    reports = {}
    with open_warehouse(settings) as connection:
        for path, mapping in write_district(settings.incoming):
            reports[path.name] = import_file(
                connection, settings, path, mapping_file=mapping
            )
        release_id = build_release(connection, settings, wave=LATEST, district=NAME)
    publish_release(settings.releases, release_id)
    return release_id, reports


@pytest.fixture(scope="session")
def site(district: District) -> str:
    """The golden release served by the production server, demo personas on.

    Its people have typed in what those of `make run` have.
    """
    rows = district.warehouse("SELECT school_id FROM schools ORDER BY 1")
    today = datetime.now(UTC).date()
    type_in(Ledger(district.settings.ledger), [r[0] for r in rows], today=today)
    yield from serve(district.settings, demo=True)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=PATIENCE):
            return True
    except OSError:
        return False


def serve(settings: Settings, *, demo: bool, **extra: str):
    """Serve a shelf on a free loopback port until the test session ends."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **os.environ,
        "CHORUS_HOME": str(settings.home),
        "CHORUS_DEMO": "1" if demo else "",
        "CHORUS_CALLBACKS_PER_MINUTE": "0",
        "CHORUS_SIGN_INS_PER_MINUTE": "0",
        "CHORUS_FILES_PER_MINUTE": "0",
        **extra,
    }
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "data.cli",
            "serve",
            "--port",
            str(port),
            "--workers",
            "2",
        ],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while not answers(address):
            assert process.poll() is None, "the server ended before it answered"
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@pytest.fixture(scope="session")
def client(district: District):
    """A test client of the app; the Dash app is one per process."""
    from app import create_app

    return create_app(district.settings).server.test_client()


@pytest.fixture(scope="session")
def city(once: Once) -> Settings:
    """The whole city, imported and published as the guide says."""
    home, _ = once.make("new-york", make_new_york)
    return settings_in(home)


def make_new_york(home: Path) -> None:
    settings = settings_in(home)
    first = [
        "2014-19_Demographics",
        "2014-15_Student_Val",
        "2014-15_Teacher_Val",
        "2014-15_Parent_Val",
    ]
    later = ["teacher_survey", "student_survey", "family_survey"]
    files = [(ITEMS / f"{name}.csv", MAPPINGS / "nyc_2015.yaml") for name in first]
    files += [
        (YEARS / f"{name}.csv", MAPPINGS / "nyc_2021_2025.yaml") for name in later
    ]
    with open_warehouse(settings) as connection:
        for path, mapping in files:
            import_file(connection, settings, path, mapping_file=mapping)
        release_id = build_release(
            connection, settings, wave="2024-25S", district="New York City"
        )
    publish_release(settings.releases, release_id)
