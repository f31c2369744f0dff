"""What people write is versions: begun, changed, taken out, never overwritten.

Who may change, read or take out an entry is drawn for every role, near and far. A
try keeps no name: whoever holds the key on the team's paper may change it.
"""

from datetime import date

import pytest

from data.errors import AccessDenied, EntryChanged, EntryRefused
from data.ledger.audit_log import verify
from data.ledger.entries import (
    Author,
    every_version,
    find,
    readable,
    registers_for,
    standing,
    steps_open,
    write,
)
from data.ledger.registers import REGISTERS
from data.ledger.store import Ledger
from data.ledger.tables import AuditEntry
from data.model.viewer import Role, Viewer

TODAY = date(2026, 11, 12)
SCHOOLS = frozenset({"S1", "S2"})
PAT, LEE = (
    Author(f"{name}@x.example", Viewer(Role.PRINCIPAL, frozenset({school})))
    for name, school in (("pat", "S1"), ("lee", "S2"))
)
TEA = Author("tea@x.example", Viewer(Role.TEACHER, frozenset({"S1"})))
FAR = Author("far@x.example", Viewer(Role.TEACHER, frozenset({"S2"})))
OFF = Author("off@x.example", Viewer(Role.DISTRICT))
ADA = Author("ada@x.example", Viewer(Role.STEWARD))
ASK = {"school_id": "S1", "category": "S1", "text": "a bus"}
PLAN = {
    "name": "Reading",
    "start": "2026-03-01",
    "serves_pl": "core",
    "school_id": "S1",
}
TRIED = {"school_id": "S1", "team_size": "4", "start": "2026-11-01", "share": "yes"}


@pytest.fixture
def session(tmp_path):
    with Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}").writing() as session:
        yield session


def step(session, author, register, name="new", given=None, entry=None, **more):
    found = REGISTERS[register]
    if entry is not None:
        more = {"key": entry.key, "version": entry.version, **more}
    return write(
        session, author, found, found.step(name), given or {},
        schools=SCHOOLS, today=TODAY, **more,
    )  # fmt: skip


def test_a_change_is_a_further_version_and_nothing_is_overwritten(session):
    first = step(session, PAT, "initiative", given=PLAN).entry
    second = step(session, PAT, "initiative", "change", {**PLAN, "name": "Reading 2"}, first).entry  # fmt: skip
    third = step(session, PAT, "initiative", "take_out", entry=second).entry

    assert [(v.version, v.values["name"], v.is_removed) for v in every_version(session, "initiative")] == [
        (1, "Reading", False),
        (2, "Reading 2", False),
        (3, "Reading 2", True),
    ]  # fmt: skip
    assert (second.began, third.version) == (first.began, 3)
    assert standing(session, "initiative") == []
    with pytest.raises(AccessDenied, match="no such entry"):
        step(session, PAT, "initiative", "change", PLAN, third)


def test_each_step_is_a_line_of_the_log_without_a_word_of_what_was_written(session):
    entry = step(session, PAT, "support_request", given=ASK).entry
    step(session, OFF, "support_request", "own", entry=entry)
    lines = session.query(AuditEntry).order_by(AuditEntry.number).all()

    assert [(x.actor, x.act, x.subject, x.details) for x in lines] == [
        ("pat@x.example", "wrote in a register", f"support_request {entry.key}", '{"step": "new"}'),
        ("off@x.example", "wrote in a register", f"support_request {entry.key}", '{"step": "own"}'),
    ]  # fmt: skip
    assert verify(session) == 2


def test_whoever_saw_an_older_version_is_told_and_changes_nothing(session):
    first = step(session, PAT, "initiative", given=PLAN).entry
    step(session, PAT, "initiative", "change", PLAN, first)
    for version in (0, 1, 3):
        with pytest.raises(EntryChanged):
            step(session, PAT, "initiative", "change", PLAN, first, version=version)

    assert len(every_version(session, "initiative")) == 2


def test_a_step_that_was_taken_is_not_taken_twice(session):
    entry = step(session, PAT, "support_request", given=ASK).entry
    closed = step(session, OFF, "support_request", "close", {"outcome": "met", "reply": "x"}, entry).entry  # fmt: skip
    for name in ("close", "answer", "own"):
        with pytest.raises(EntryChanged):
            step(session, OFF, "support_request", name, {"outcome": "met", "reply": "x"}, closed)  # fmt: skip


def test_days_and_names_are_filled_in_and_a_first_reply_stays_the_first(session):
    entry = step(session, PAT, "support_request", given=ASK).entry
    assert entry.values["opened"] == "2026-11-12"
    owned = step(session, OFF, "support_request", "own", entry=entry).entry
    assert owned.values["owner"] == "off@x.example"
    found = REGISTERS["support_request"]
    answered = write(
        session, ADA, found, found.step("answer"), {"reply": "soon"}, schools=SCHOOLS,
        today=date(2026, 11, 20), key=owned.key, version=owned.version,
    ).entry  # fmt: skip
    closed = write(
        session, ADA, found, found.step("close"), {"outcome": "met", "reply": "done"},
        schools=SCHOOLS, today=date(2026, 12, 1), key=answered.key, version=answered.version,
    ).entry  # fmt: skip

    assert closed.values["first_reply"] == "2026-11-20"
    assert closed.values["closed"] == "2026-12-01"
    assert closed.values["owner"] == "off@x.example"


def test_one_pulse_a_month_and_principal_the_second_is_the_first_anew(session):
    said = {"school_id": "S1", "P.PU.1": "one"}
    first = step(session, PAT, "pulse", given=said).entry
    second = step(session, PAT, "pulse", given={**said, "P.PU.1": "two"}).entry
    other = step(session, LEE, "pulse", given={"school_id": "S2", "P.PU.1": "x"}).entry

    assert (first.key, first.version, second.version) == (second.key, 1, 2)
    assert other.key != first.key
    assert [e.values["P.PU.1"] for e in standing(session, "pulse")].count("two") == 1


# --- whose


CHANGE = [
    # register, who began it, who comes, may they?
    ("initiative", PAT, PAT, True),
    ("initiative", PAT, LEE, False),
    ("initiative", PAT, OFF, True),
    ("initiative", PAT, ADA, True),
    ("initiative", OFF, PAT, True),
    ("initiative", OFF, LEE, False),
    ("case_event", PAT, LEE, False),
]  # fmt: skip
GIVEN = {
    "initiative": PLAN,
    "case_event": {
        "date": "2026-11-12", "title": "Evening", "school_id": "S1", "lead_groups": ["board"],
        "audience_groups": ["families"], "depth": "1", "kind": "case",
    },
}  # fmt: skip


@pytest.mark.parametrize(("register", "began", "comes", "may"), CHANGE)
def test_who_may_change_an_entry_of_a_school(session, register, began, comes, may):
    entry = step(session, began, register, given=GIVEN[register]).entry
    names = [s.name for s in steps_open(comes, entry)]
    assert ("change" in names) is may
    given = {**GIVEN[register], "school_id": sorted(comes.viewer.school_ids or {"S1"})[0]}  # fmt: skip
    if may:
        step(session, comes, register, "change", given, entry)
        return
    with pytest.raises(AccessDenied, match="another school's entry"):
        step(session, comes, register, "change", given, entry)


@pytest.mark.parametrize("author", [TEA, OFF, ADA, Author("", Viewer(Role.PUBLIC))])
def test_a_register_that_is_not_ones_own_to_begin_is_refused(session, author):
    with pytest.raises(AccessDenied, match="pulse is not for a"):
        step(session, author, "pulse", given={"school_id": "S1", "P.PU.1": "x"})


def test_a_principal_speaks_for_the_own_school_and_never_for_all(session):
    with pytest.raises(EntryRefused) as found:
        step(session, PAT, "initiative", given={**PLAN, "school_id": "S2"})
    assert found.value.problems == {"school_id": "no_school"}
    with pytest.raises(EntryRefused) as found:
        step(session, PAT, "initiative", given={**PLAN, "school_id": "all"})
    assert found.value.problems == {"school_id": "needed"}
    assert step(session, OFF, "initiative", given={**PLAN, "school_id": "all"}).entry.school_id == ""  # fmt: skip


READS = [
    # register, whose entry, at which school, who reads it
    ("initiative", PAT, "S1", {"pat", "off", "ada"}),
    ("initiative", OFF, "all", {"pat", "lee", "off", "ada"}),
    ("support_request", PAT, "S1", {"pat", "off", "ada"}),
    ("pulse", PAT, "S1", {"pat"}),
    ("try", TEA, "S1", {"tea", "pat", "off", "ada"}),
]


@pytest.mark.parametrize(("register", "author", "school", "readers"), READS)
def test_who_reads_an_entry(session, register, author, school, readers):
    given = {"initiative": PLAN, "support_request": ASK, "try": TRIED,
             "pulse": {"P.PU.1": "x"}}[register]  # fmt: skip
    step(session, author, register, given={**given, "school_id": school})
    everybody = (PAT, LEE, TEA, FAR, OFF, ADA)
    found = {a.name[:3] for a in everybody if readable(session, a, register)}

    assert found == readers


def test_a_try_its_team_does_not_share_is_read_by_nobody(session):
    step(session, TEA, "try", given={**TRIED, "share": ""})

    assert not any(readable(session, a, "try") for a in (TEA, PAT, OFF, ADA))


# --- the try without a name


def test_a_try_keeps_no_name_and_tells_its_key_once(session):
    written = step(session, TEA, "try", given=TRIED)
    (row,) = every_version(session, "try")

    assert row.author == ""
    assert len(written.edit_key) == 32
    assert written.edit_key not in row.edit_digest
    assert [x.actor for x in session.query(AuditEntry)] == ["a team"]


@pytest.mark.parametrize(
    ("alter", "opens"),
    [
        (lambda k: k, True),
        (lambda k: k.lower(), True),
        (lambda k: f" {k[:8]}-{k[8:]} ", True),
        (lambda k: k[:-1], False),
        (lambda k: "", False),
        (lambda k: "0" * 32, False),
    ],
)
def test_only_its_key_opens_a_try_written_as_people_copy_it(session, alter, opens):
    written = step(session, TEA, "try", given=TRIED)
    key = alter(written.edit_key)
    if opens:
        assert find(session, FAR, REGISTERS["try"], written.entry.key, key)
        step(session, FAR, "try", "change", {**TRIED, "school_id": "S2"}, written.entry, edit_key=key)  # fmt: skip
        return
    with pytest.raises(AccessDenied, match="edit key"):
        step(session, TEA, "try", "change", TRIED, written.entry, edit_key=key)


def test_the_key_of_one_try_does_not_open_another(session):
    first = step(session, TEA, "try", given=TRIED)
    second = step(session, TEA, "try", given=TRIED)
    with pytest.raises(AccessDenied):
        step(session, TEA, "try", "change", TRIED, second.entry, edit_key=first.edit_key)  # fmt: skip


def test_the_steward_takes_a_try_out_and_does_no_more_to_it(session):
    entry = step(session, TEA, "try", given=TRIED).entry
    with pytest.raises(AccessDenied):
        step(session, ADA, "try", "change", TRIED, entry)
    step(session, ADA, "try", "take_out", entry=entry)

    assert standing(session, "try") == []


def test_a_reach_points_to_an_event_its_writer_may_read(session):
    event = step(session, PAT, "case_event", given=GIVEN["case_event"]).entry
    reach = {"group": "families", "headcount": "30", "school_id": "S2", "event_id": event.key}  # fmt: skip
    with pytest.raises(EntryRefused) as found:
        step(session, LEE, "event_reach", given=reach)
    assert found.value.problems == {"event_id": "choose"}

    step(session, OFF, "event_reach", given=reach)


def test_each_coder_reads_the_own_codes_alone(session):
    pulse = step(session, PAT, "pulse", given={"school_id": "S1", "P.PU.1": "x"}).entry
    for coder in (OFF, ADA):
        step(session, coder, "coding", given={"pulse": pulse.key, "question": "P.PU.1", "codes": []})  # fmt: skip

    assert [e.author for e in readable(session, OFF, "coding")] == ["off@x.example"]
    assert [e.author for e in readable(session, ADA, "coding")] == ["ada@x.example"]
    assert readable(session, PAT, "coding") == []


def test_who_is_offered_which_register():
    offered = {role: {r.name for r in registers_for(role)} for role in Role}

    assert offered == {
        Role.PUBLIC: set(),
        Role.TEACHER: {"try"},
        Role.PRINCIPAL: {"pulse", "support_request", "exception_request", "case_event",
                         "event_reach", "initiative", "try", "learning_engine"},
        Role.DISTRICT: {"case_event", "event_reach", "initiative"},
        Role.STEWARD: {"case_event", "event_reach", "initiative"},
    }  # fmt: skip


def test_an_entry_nobody_wrote_is_not_found(session):
    with pytest.raises(AccessDenied, match="no such entry"):
        find(session, ADA, REGISTERS["initiative"], "w0")
