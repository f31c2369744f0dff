"""Someone is answerable: who may do what to a release, in which state, and when.

States that allow a step are listed; all others must refuse it, so a state added
later is tested the day it is born.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from conftest import copy_as_draft

from data.errors import (
    AccessDenied,
    AuditFailed,
    AuditLogBroken,
    ReleaseNotFound,
    ReleaseStateForbids,
    ReleaseWithdrawn,
    SettingsError,
)
from data.ledger.audit_log import Act, record, verify
from data.ledger.store import Ledger
from data.model.shelf import AUDIT, MANIFEST, file_sha256, read_manifest, read_pointer
from data.model.standing import VOUCHED, State
from data.model.viewer import PUBLIC, Role, Viewer
from data.publish.office import Office, local_moment
from data.publish.permissions import STEPS_OF, Actor
from data.publish.states import ALLOWED, Step, may
from queries.desk import Desk

FIRST, SECOND = "2026-27F.1", "2026-27F.2"
ADA, BEN = Actor("ada@x.example", Role.STEWARD), Actor("ben@x.example", Role.DISTRICT)
NOTES = "# Notes\n\nNumbers of fall 2026 for all schools; items not validated yet.\n"
CHICAGO = "America/Chicago"


@pytest.fixture
def shelf(district, tmp_path):
    made = tmp_path / "releases"
    made.mkdir()
    draft = copy_as_draft(district.folder, made, FIRST)
    annotate(draft)
    return made


def annotate(draft):
    (draft / "NOTES.md").write_text(NOTES)
    manifest = read_manifest(draft)
    manifest["files"]["NOTES.md"]["sha256"] = file_sha256(draft / "NOTES.md")
    import json

    (draft / MANIFEST).write_text(json.dumps(manifest))


@pytest.fixture
def office(shelf, tmp_path):
    return Office(shelf, Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))


def to_approved(office, release_id=FIRST, by=ADA):
    office.built(release_id, by)
    for point in VOUCHED:
        office.vouch(release_id, by, point)
    office.submit(release_id, by)
    office.approve(release_id, BEN)


def another(shelf, district) -> None:
    annotate(copy_as_draft(district.folder, shelf, SECOND))


def test_the_whole_way(office, shelf):
    to_approved(office)
    assert office.standing(FIRST).state is State.APPROVED
    office.publish(FIRST, ADA)

    assert office.standing(FIRST).state is State.PUBLISHED
    assert read_pointer(shelf).current == FIRST
    assert office.standing(FIRST).approved_by == BEN.name


@pytest.mark.parametrize("step", list(Step))
def test_a_step_is_for_its_states_and_for_no_other(step):
    for state in set(State) - ALLOWED[step]:
        assert not may(step, state)
    assert ALLOWED[step]


@pytest.mark.parametrize("role", sorted(set(Role) - STEPS_OF.keys()))
@pytest.mark.parametrize("step", list(Step))
def test_nobody_else_may_do_anything(office, role, step):
    someone = Actor("x@x.example", role)
    act = {
        Step.SUBMIT: lambda: office.submit(FIRST, someone),
        Step.VOUCH: lambda: office.vouch(FIRST, someone, VOUCHED[0]),
        Step.RETURN: lambda: office.send_back(FIRST, someone),
        Step.APPROVE: lambda: office.approve(FIRST, someone),
        Step.SCHEDULE: lambda: office.schedule(FIRST, someone, datetime.now(UTC)),
        Step.PUBLISH: lambda: office.publish(FIRST, someone),
        Step.WITHDRAW: lambda: office.withdraw(FIRST, someone, "x"),
    }[step]
    with pytest.raises(AccessDenied):
        act()


def test_every_step_belongs_to_someone():
    assert set().union(*STEPS_OF.values()) == set(Step)


def test_leaders_approve_and_cannot_publish(office):
    to_approved(office)
    with pytest.raises(AccessDenied, match="may not publish"):
        office.publish(FIRST, BEN)


def test_ones_own_build_is_approved_by_another(office):
    office.built(FIRST, ADA)
    for point in VOUCHED:
        office.vouch(FIRST, ADA, point)
    office.submit(FIRST, ADA)
    with pytest.raises(AccessDenied, match="let another person do it"):
        office.approve(FIRST, ADA)
    office.choose_single_steward(ADA, yes=True)
    office.approve(FIRST, ADA)

    assert office.standing(FIRST).state is State.APPROVED


def test_a_gap_in_the_checklist_blocks_approval(office):
    office.built(FIRST, ADA)
    office.submit(FIRST, ADA)
    with pytest.raises(ReleaseStateForbids, match="response_rates_seen, validation"):
        office.approve(FIRST, BEN)


def test_notes_nobody_wrote_block_approval(office, shelf):
    draft = shelf / "drafts" / FIRST
    (draft / "NOTES.md").write_text("# Title\n")
    assert not {t.point: t.is_met for t in office.standing(FIRST).checklist}[
        "notes_written"
    ]


def test_a_release_that_fails_its_audit_cannot_be_approved_or_published(office, shelf):
    to_approved(office)
    path = shelf / "drafts" / FIRST / AUDIT
    path.write_text(path.read_text().replace('"findings": []', '"findings": [{}]'))
    manifest = read_manifest(path.parent)
    manifest["files"][AUDIT]["sha256"] = file_sha256(path)
    import json

    (path.parent / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(AuditFailed, match="1 leak"):
        office.publish(FIRST, ADA)
    assert read_pointer(shelf).current is None


def test_a_release_not_laid_beside_a_later_one_is_built_again(office, shelf, district):
    another(shelf, district)  # built before the first was published
    to_approved(office)
    office.publish(FIRST, ADA)
    to_approved(office, SECOND)
    with pytest.raises(ReleaseStateForbids, match="build the wave again"):
        office.publish(SECOND, ADA)


# --- the appointed hour -------------------------------------------------------------


def test_a_day_without_a_time_is_half_past_nine():
    assert local_moment("2026-12-01", CHICAGO) == datetime(
        2026, 12, 1, 15, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-10-31 09:30", "2026-10-31T14:30"),  # summer time
        ("2026-11-01 09:30", "2026-11-01T15:30"),  # the clocks have gone back
        ("2026-11-01 01:30", "2026-11-01T06:30"),  # twice that night: the first
        ("2027-03-14 09:30", "2027-03-14T14:30"),  # the clocks have gone forward
    ],
)
def test_the_districts_clock_counts_across_daylight_saving(text, utc):
    found = local_moment(text, CHICAGO).astimezone(UTC)
    assert f"{found:%Y-%m-%dT%H:%M}" == utc


def test_an_hour_the_clocks_skip_is_refused():
    with pytest.raises(SettingsError, match="clocks go forward"):
        local_moment("2027-03-14 02:30", CHICAGO)


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "2026-12-01T09:30+02:00", ""])
def test_a_moment_nobody_understands_is_refused(text):
    with pytest.raises(SettingsError):
        local_moment(text, CHICAGO)


def test_the_worker_promotes_on_time_and_once(office, shelf):
    to_approved(office)
    at = datetime(2026, 11, 1, 9, 30, tzinfo=ZoneInfo(CHICAGO))
    office.schedule(FIRST, ADA, at, ["Eve@x.example"])

    assert office.promote_due(ADA, now=at - timedelta(seconds=1)) == []
    assert read_pointer(shelf).current is None
    assert office.promote_due(ADA, now=at) == [FIRST]
    assert office.promote_due(ADA, now=at) == []
    assert read_pointer(shelf).current == FIRST


def test_named_people_read_a_day_before_and_nobody_else(office, shelf):
    to_approved(office)
    at = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    office.schedule(FIRST, ADA, at, ["eve@x.example"])
    day_before = at - timedelta(hours=24)

    assert office.early_for("eve@x.example", now=day_before) == {FIRST}
    assert not office.early_for("eve@x.example", now=day_before - timedelta(seconds=1))
    assert not office.early_for("mallory@x.example", now=day_before)
    desk = Desk(shelf)
    eve = Viewer(Role.PRINCIPAL, frozenset({"SCH-001"}), frozenset({FIRST}))
    assert desk.open(FIRST, eve).published_at == ""
    with pytest.raises(ReleaseNotFound):
        desk.open(FIRST, PUBLIC)
    with pytest.raises(ReleaseNotFound):
        desk.open("../" + FIRST, Viewer(Role.STEWARD))


# --- what becomes of a release ------------------------------------------------------


def test_permalinks_of_superseded_and_withdrawn_releases(office, shelf, district):
    to_approved(office)
    office.publish(FIRST, ADA)
    another(shelf, district)
    to_approved(office, SECOND)
    office.publish(SECOND, ADA)
    desk = Desk(shelf)

    assert office.standing(FIRST).state is State.SUPERSEDED
    assert desk.open(FIRST, PUBLIC).release_id == FIRST
    office.withdraw(FIRST, ADA, "a school was counted twice")
    with pytest.raises(ReleaseWithdrawn, match="counted twice"):
        desk.open(FIRST, PUBLIC)
    assert desk.current().release_id == SECOND


def test_a_withdrawal_needs_its_reason(office):
    to_approved(office)
    office.publish(FIRST, ADA)
    with pytest.raises(SettingsError, match="reason"):
        office.withdraw(FIRST, ADA, "  ")


def test_a_lost_pointer_is_found_in_its_spare(office, shelf):
    to_approved(office)
    office.publish(FIRST, ADA)
    (shelf / "pointer.json").unlink()

    assert read_pointer(shelf).current == FIRST
    assert Desk(shelf).current().release_id == FIRST


# --- the log ------------------------------------------------------------------------


def test_every_act_is_in_the_log_and_the_log_holds(office):
    to_approved(office)
    office.publish(FIRST, ADA)
    with office._ledger.reading() as session:
        # built, two points, submitted, approved, is publishing, published
        assert verify(session) == 7


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE audit_log SET actor = 'nobody' WHERE number = 2",
        "DELETE FROM audit_log WHERE number = 2",
        "UPDATE audit_log SET at = '2020-01-01 00:00:00' WHERE number = 3",
        "UPDATE audit_log SET details = '{}' WHERE number = 3",
    ],
)
def test_tampering_shows_even_past_the_triggers(office, tmp_path, tamper):
    import sqlite3

    to_approved(office)
    with sqlite3.connect(tmp_path / "ledger.sqlite") as raw:
        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            raw.execute(tamper)
        raw.execute("DROP TRIGGER audit_log_no_UPDATE")
        raw.execute("DROP TRIGGER audit_log_no_DELETE")
        raw.execute(tamper)
    with office._ledger.reading() as session, pytest.raises(AuditLogBroken):
        verify(session)


def test_two_writers_make_one_chain(office):
    from concurrent.futures import ThreadPoolExecutor

    def write(k: int) -> None:
        with office._ledger.writing() as session:
            record(session, f"p{k}@x.example", Act.SIGNED_IN, "website")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(60)))
    with office._ledger.reading() as session:
        assert verify(session) == 60
