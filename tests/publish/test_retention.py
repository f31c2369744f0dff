"""Kept exports go some time after the release of their wave was approved."""

from datetime import UTC, datetime, timedelta

import pytest

from data.ingest.door import import_file
from data.ingest.warehouse import open_warehouse
from data.ledger.audit_log import Act, record
from data.ledger.store import Ledger
from data.publish.retention import let_go

APPROVED = datetime(2025, 12, 1, tzinfo=UTC)
FORM = """
survey: student_3_5
wave: {column: Wave}
school: {column: School}
items: {Q: S3.VO.1}
"""


@pytest.fixture
def ledger(settings):
    settings.home.mkdir(parents=True, exist_ok=True)
    return Ledger(settings.ledger)


@pytest.fixture
def warehouse(settings, tmp_path):
    def bring(name, text, mapping=None):
        (tmp_path / name).write_text(text)
        import_file(connection, settings, tmp_path / name, mapping_file=mapping)

    form = tmp_path / "form.yaml"
    form.write_text(FORM)
    with open_warehouse(settings) as connection:
        bring("w.csv", "wave,opens_on,closes_on\n2025-26F,2025-10-01,2025-10-31\n"
              "2025-26S,2026-03-01,2026-03-31\n")  # fmt: skip
        bring("s.csv", "school_id,name,level,cohort_id,launch_date,grades\n"
              "A,Alder,elementary,1,,K-5\n")  # fmt: skip
        bring("fall.csv", "Wave,School,Q\n2025-26F,Alder,A lot\n", form)
        bring(
            "both.csv",
            "Wave,School,Q\n2025-26F,Alder,A lot\n2025-26S,Alder,A lot\n",
            form,
        )
        yield connection


def approve(ledger, *releases, at=APPROVED):
    with ledger.writing() as session:
        for release in releases:
            record(session, "lee", Act.APPROVED, release, now=at)


def kept(settings):
    return len(list((settings.home / "originals").glob("*.parquet")))


@pytest.mark.parametrize(
    ("releases", "days", "left"),
    [
        ((), 1000, 2),
        (("2025-26F.1",), 89, 2),
        (("2025-26F.1",), 90, 1),
        (("2025-26F.1", "2025-26S.1"), 90, 0),
        (("2025-26S.1",), 90, 2),
    ],
)
def test_an_export_goes_when_every_wave_in_it_was_approved_ninety_days_ago(
    ledger, settings, warehouse, releases, days, left
):
    approve(ledger, *releases)
    gone = let_go(warehouse, settings, ledger, now=APPROVED + timedelta(days=days))

    assert (gone, kept(settings)) == (2 - left, left)


def test_a_correction_approved_later_keeps_it_longer(ledger, settings, warehouse):
    approve(ledger, "2025-26F.1")
    approve(ledger, "2025-26F.2", at=APPROVED + timedelta(days=50))

    assert let_go(warehouse, settings, ledger, now=APPROVED + timedelta(days=100)) == 0
    assert let_go(warehouse, settings, ledger, now=APPROVED + timedelta(days=140)) == 1
