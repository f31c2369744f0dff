"""A small district at the door, and the drawn tables that are brought to it.

Everything goes through `import_file` and is judged by its report and by what stands in
the warehouse afterwards, so that what lies between may be written anew.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest
from conftest import ROOT, looked_at, settings_in

from data.errors import ImportFileError
from data.ingest.door import import_file
from data.ingest.report import Report
from data.ingest.warehouse import open_warehouse
from data.settings import Settings

ROOT_OF_CASES = ROOT.parent / "shared" / "cases" / "import"

WAVES = """
    wave,opens_on,closes_on
    2025-26F,2025-10-01,2025-10-31
    2025-26S,2026-03-01,2026-03-31
    2026-27F,2026-10-01,2026-10-31
    """
SCHOOLS = """
    school_id,name,level,cohort_id,launch_date,grades,also_known_as
    A,Alder School,elementary,1,2024-08-28,K–5,
    B,Ms. O'Neill's School,elementary,1,2024-08-28,K–5,O'Neill's
    P,Peña Middle,middle,2,2025-08-28,6–8,
    """


def drawn(table: str) -> str:
    """A table as it is drawn in a test: without its indent and the first line end."""
    return dedent(table).lstrip("\n")


@dataclass
class Door:
    """Brings files to one warehouse and looks at what is in it."""

    settings: Settings
    folder: Path

    def bring(
        self,
        table: str | bytes,
        mapping: str | None = None,
        *,
        name: str = "survey.csv",
        mapping_name: str = "survey.yaml",
        **options: object,
    ) -> Report:
        path = self.folder / name
        path.write_bytes(table if isinstance(table, bytes) else drawn(table).encode())
        told = None
        if mapping is not None:
            told = self.folder / mapping_name
            told.write_text(drawn(mapping), encoding="utf-8")
        with open_warehouse(self.settings) as connection:
            return import_file(
                connection, self.settings, path, mapping_file=told, **options
            )

    def refusal(self, *args: object, **options: object) -> str:
        """What the door says when it refuses; the warehouse must be as it was."""
        before = self.ask("SELECT count(*) FROM files")
        with pytest.raises(ImportFileError) as refused:
            self.bring(*args, **options)
        assert self.ask("SELECT count(*) FROM files") == before
        return str(refused.value)

    def ask(self, statement: str) -> list[tuple]:
        return looked_at(self.settings.warehouse, statement)

    def codes(self) -> list[tuple[str, int, int]]:
        """Item, code and how many current responses have it."""
        return self.ask(
            """SELECT item_id, code, count(*) FROM answers JOIN items USING (item_no)
               JOIN responses USING (response_no) WHERE is_current
               GROUP BY ALL ORDER BY ALL"""
        )

    def people(self) -> int:
        return self.ask("SELECT count(*) FROM responses WHERE is_current")[0][0]


@pytest.fixture(scope="session")
def known_district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse that knows three schools and three survey windows, made once."""
    home = tmp_path_factory.mktemp("known")
    found = Door(settings_in(home, CHORUS_SECRET="s" * 32), home)
    found.bring(WAVES, name="wave.csv")
    found.bring(SCHOOLS, name="school.csv")
    return found.settings.warehouse


@pytest.fixture
def door(settings: Settings, tmp_path: Path, known_district: Path) -> Door:
    """The door of a small district."""
    settings.home.mkdir(parents=True, exist_ok=True)
    shutil.copy(known_district, settings.warehouse)
    return Door(settings, tmp_path)


def outcome(report: Report) -> tuple[int, int, int, int]:
    """Kept, dropped, set aside and duplicate; they must add up to the rows read."""
    found = report.kept, report.dropped, report.set_aside, report.duplicate
    assert sum(found) == report.rows_read
    assert report.answers_kept + report.left_out == report.answers
    assert report.left_out == report.count("left out")
    return found


def reasons(report: Report) -> list[tuple[str, int, tuple[int, ...]]]:
    """Each finding in short: its reason up to a comma, how many, on which lines."""
    return [
        (f.reason.partition(",")[0].partition(";")[0], f.count, f.lines)
        for f in report.findings
    ]
