"""An import taken back through the ledger: who, what, and which releases rest on it."""

import json

import pytest
import sqlalchemy as sa

from data.errors import ImportNotFound
from data.ingest.door import import_file
from data.ingest.warehouse import open_warehouse
from data.ledger.audit_log import Act
from data.ledger.intents import begin, open_intents
from data.ledger.store import Ledger
from data.ledger.tables import AuditEntry
from data.publish.permissions import AT_THE_MACHINE
from data.publish.settling import settle_warehouse
from data.publish.taking_back import recorded_undo, remember_imports

CALENDAR = "wave,opens_on,closes_on\n2025-26F,2025-10-01,2025-10-31\n"


@pytest.fixture
def ledger(settings):
    settings.home.mkdir(parents=True, exist_ok=True)
    return Ledger(settings.ledger)


@pytest.fixture
def warehouse(settings, tmp_path, ledger):
    path = tmp_path / "calendar.csv"
    path.write_text(CALENDAR)
    with open_warehouse(settings) as connection:
        import_file(connection, settings, path)
        yield connection


def log(ledger):
    with ledger.reading() as session:
        lines = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number))
        return [(line.actor, line.act, line.subject) for line in lines]


def test_the_log_says_before_and_after_what_was_taken_back(ledger, settings, warehouse):
    gone, releases = recorded_undo(warehouse, settings, ledger, AT_THE_MACHINE, 1)

    assert (gone.name, releases) == ("calendar.csv", [])
    assert log(ledger) == [
        ("command line", "is taking back", "calendar.csv"),
        ("command line", "took back", "calendar.csv"),
    ]
    assert warehouse.execute("SELECT count(*) FROM waves").fetchone() == (0,)


def test_a_release_built_with_it_is_named_and_one_built_before_is_not(
    ledger, settings, warehouse, tmp_path
):
    for release in ("2025-26F.1", "2025-26F.2", "2025-26F.3"):
        (settings.releases / "drafts" / release).mkdir(parents=True)
    remember_imports(warehouse, "2025-26F.1")
    (tmp_path / "more.csv").write_text(
        CALENDAR.replace("F,", "S,").replace("-10-", "-12-")
    )
    import_file(warehouse, settings, tmp_path / "more.csv")
    remember_imports(warehouse, "2025-26F.2")

    _, releases = recorded_undo(warehouse, settings, ledger, AT_THE_MACHINE, 2)

    assert releases == [("2025-26F.2", "draft")]


def test_what_is_not_there_leaves_no_line(ledger, settings, warehouse):
    with pytest.raises(ImportNotFound):
        recorded_undo(warehouse, settings, ledger, AT_THE_MACHINE, 9)

    assert log(ledger) == []


@pytest.mark.parametrize(
    ("is_gone", "act"), [(True, "took back"), (False, "did not take back")]
)
def test_a_command_killed_on_the_way_is_told_by_what_is_there(
    ledger, settings, warehouse, is_gone, act
):
    from data.ingest.undoing import undo

    with ledger.writing() as session:
        begin(session, "ada", Act.UNDOING, "calendar.csv", {"file": 1})
    if is_gone:
        undo(warehouse, 1)

    settle_warehouse(warehouse, settings.releases, ledger)

    assert log(ledger)[-1] == ("ada", act, "calendar.csv")
    with ledger.reading() as session:
        assert open_intents(session) == []
        last = session.scalars(
            sa.select(AuditEntry).order_by(AuditEntry.number.desc())
        ).first()
        assert json.loads(last.details)["settles"] == 1
