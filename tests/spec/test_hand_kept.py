"""What people type becomes rows like those of a file: accepted, changed, taken out."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import AccessDenied, EntryChanged, EntryRefused
from data.ingest.warehouse import create_schema, open_warehouse
from data.ledger.audit_log import verify
from data.ledger.entries import Author, readable, standing, write
from data.ledger.registers import REGISTERS, Field, Kind, accepted
from data.ledger.store import Ledger
from data.model.viewer import Role, Viewer
from data.publish.hand_kept import ORDER, take_in
from data.settings import Settings

TODAY = date(2026, 11, 24)
SCHOOLS = frozenset({"S1", "S2"})
LEADER = Author("lead@s1.example", Viewer(Role.PRINCIPAL, frozenset({"S1"})))
OTHER = Author("lead@s2.example", Viewer(Role.PRINCIPAL, frozenset({"S2"})))
TEACHER = Author("t@s1.example", Viewer(Role.TEACHER, frozenset({"S1"})))
OFFICE = Author("office@d.example", Viewer(Role.DISTRICT))
STEWARD = Author("steward@d.example", Viewer(Role.STEWARD))


@pytest.fixture
def place(tmp_path):
    """A ledger and a warehouse that knows two schools."""
    found = Settings(home=tmp_path, secret="s" * 32)
    with open_warehouse(found) as connection:
        connection.execute(
            "INSERT INTO schools (school_id, name, level, cohort_id) "
            "VALUES ('S1', 'Alder', 'high', 1), ('S2', 'Birch', 'middle', 2)"
        )
        connection.execute(
            "INSERT INTO waves VALUES ('2026-27F', 0, '2026-10-01', '2026-10-31')"
        )
    return found, Ledger(found.ledger)


def put(ledger, author, register, step, given, **more):
    found = REGISTERS[register]
    with ledger.writing() as session:
        return write(
            session, author, found, found.step(step), given,
            schools=SCHOOLS, today=TODAY, **more,
        )  # fmt: skip


def rows(place, statement):
    found, ledger = place
    with open_warehouse(found) as connection:
        take_in(connection, found, ledger)
        return connection.execute(statement).fetchall()


REQUEST = {"school_id": "S1", "category": "S1", "text": "Two sub days a month"}


def test_a_request_is_opened_owned_answered_and_closed(place):
    ledger = place[1]
    first = put(ledger, LEADER, "support_request", "new", REQUEST).entry
    put(ledger, OFFICE, "support_request", "own", {}, key=first.key, version=1)
    answer = {"reply": "Yes, from January"}
    put(ledger, OFFICE, "support_request", "answer", answer, key=first.key, version=2)
    close = {"reply": "Paid from Title II", "outcome": "met"}
    put(ledger, OFFICE, "support_request", "close", close, key=first.key, version=3)

    found = rows(place, "SELECT * FROM support_request")

    assert found == [
        (first.key, "S1", TODAY, "S1", OFFICE.name, TODAY, TODAY, "met")
    ]  # and no word of what was asked or answered
    with ledger.reading() as session:
        (stands,) = readable(session, LEADER, "support_request")
        assert readable(session, OTHER, "support_request") == []
        assert stands.values["reply"] == "Paid from Title II"
        assert verify(session) == 4


def test_what_is_changed_or_taken_out_is_so_in_the_warehouse(place):
    ledger = place[1]
    new = {
        "name": "Advisory", "school_id": "S1", "start": "2026-09-01",
        "share_of_staff": "25", "hours": "2", "serves_pl": "supports",
    }  # fmt: skip
    first = put(ledger, LEADER, "initiative", "new", new).entry
    ask = "SELECT initiative_id, share_of_staff, ended::VARCHAR FROM initiative"
    assert rows(place, ask) == [(first.key, 0.25, None)]
    assert rows(place, ask) == [(first.key, 0.25, None)], "twice is once"

    end = {"ended": "2026-11-01"}
    put(ledger, LEADER, "initiative", "end", end, key=first.key, version=1)
    assert rows(place, ask) == [(first.key, 0.25, "2026-11-01")]

    with pytest.raises(AccessDenied):
        put(ledger, OTHER, "initiative", "take_out", {}, key=first.key, version=2)
    put(ledger, LEADER, "initiative", "take_out", {}, key=first.key, version=2)
    assert rows(place, ask) == []


def test_a_pulse_is_coded_by_two_and_nobody_is_named(place):
    ledger = place[1]
    said = {"school_id": "S1", "P.PU.1": "They asked to stay", "P.PU.4": "4"}
    first = put(ledger, LEADER, "pulse", "new", said).entry
    ask = "SELECT principal_key, question, text, codes, coder FROM pulse ORDER BY ALL"
    key, question, text, codes, coder = rows(place, ask)[0]
    assert (question, text, codes, coder) == ("P.PU.1", "They asked to stay", None, "")
    assert key != LEADER.name

    mark = {"pulse": first.key, "question": "P.PU.1"}
    put(ledger, OFFICE, "coding", "new", {**mark, "codes": ["E1", "E3"]})
    put(ledger, STEWARD, "coding", "new", {**mark, "codes": ["E1"]})
    put(ledger, STEWARD, "coding", "new", {**mark, "codes": ["E3"]})
    found = [(q, c, by) for _, q, _, c, by in rows(place, ask)]
    assert found == [
        ("P.PU.1", "E1;E3", OFFICE.name),
        ("P.PU.1", "E3", STEWARD.name),
        ("P.PU.4", None, ""),
    ]
    # The same month again is the same answer, put better.
    put(ledger, LEADER, "pulse", "new", {**said, "P.PU.1": "They stayed"})
    assert {r[2] for r in rows(place, ask)} == {"They stayed", "4"}


def test_a_try_keeps_no_name_and_opens_to_its_key_alone(place):
    ledger = place[1]
    new = {"school_id": "S1", "team_size": "3", "start": "2026-11-02"}
    made = put(ledger, TEACHER, "try", "new", new)
    assert made.entry.author == ""
    more = {"school_id": "S1", "team_size": "4", "start": "2026-11-02"}
    with pytest.raises(AccessDenied):
        put(ledger, TEACHER, "try", "change", more, key=made.entry.key, version=1)
    put(
        ledger, TEACHER, "try", "change", more,
        key=made.entry.key, version=1, edit_key=made.edit_key.lower(),
    )  # fmt: skip
    assert rows(place, "SELECT team_size, result FROM try") == [(4, "running")]
    with ledger.reading() as session:
        assert readable(session, LEADER, "try") == [], "not shared"
        text = str([dataclasses.asdict(e) for e in standing(session, "try")])
        assert TEACHER.name not in text


def test_an_engine_and_its_crosswalk(place):
    new = {
        "school_id": "S1", "engine_type": "project_based", "own_name": "Field work",
        "valid_from": "2026-09-01", "cell.voice.practices": "Students; they choose",
        "cell.self_discovery.policies": "Portfolios count",
    }  # fmt: skip
    put(place[1], LEADER, "learning_engine", "new", new)
    found = rows(place, "SELECT own_name, crosswalk FROM learning_engine")
    assert found == [("Field work", "voice/practices;self_discovery/policies")]


def test_settings_rise_and_never_sink(place):
    ledger = place[1]
    new = {"key": "min_n_student", "value": "20", "reason": "Small schools"}
    put(ledger, STEWARD, "settings", "new", new)
    assert rows(place, "SELECT key, value, set_by FROM settings") == [
        ("min_n_student", "20", STEWARD.name)
    ]
    for value in ("9", "many"):
        with pytest.raises(EntryRefused, match="value"):
            put(ledger, STEWARD, "settings", "new", {**new, "value": value})
    with pytest.raises(AccessDenied):
        put(ledger, OFFICE, "settings", "new", new)


def test_who_may_write_what(place):
    ledger = place[1]
    first = put(ledger, LEADER, "support_request", "new", REQUEST).entry
    with pytest.raises(EntryRefused, match="school_id"):
        put(ledger, OTHER, "support_request", "new", REQUEST)
    for author in (TEACHER, OFFICE):
        with pytest.raises(AccessDenied):
            put(ledger, author, "support_request", "new", REQUEST)
    with pytest.raises(AccessDenied):
        put(ledger, OTHER, "support_request", "take_back", {}, key=first.key, version=1)
    with pytest.raises(AccessDenied):
        put(ledger, LEADER, "support_request", "own", {}, key=first.key, version=1)
    event = {
        "date": "2026-11-01", "title": "Board night", "lead_groups": ["board"],
        "audience_groups": ["families"], "depth": "2", "kind": "case",
    }  # fmt: skip
    with pytest.raises(EntryRefused, match="school_id"):
        put(ledger, LEADER, "case_event", "new", event)
    put(ledger, OFFICE, "case_event", "new", event)


def test_two_people_do_not_overwrite_each_other(place):
    ledger = place[1]
    key = put(ledger, LEADER, "support_request", "new", REQUEST).entry.key
    put(ledger, OFFICE, "support_request", "own", {}, key=key, version=1)
    with pytest.raises(EntryChanged):
        put(ledger, LEADER, "support_request", "take_back", {}, key=key, version=1)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("date", "2026-11-25", "yet_to_come"),
        ("date", "25/11/2026", "no_day"),
        ("title", " ", "needed"),
        ("title", "x" * 121, "too_long"),
        ("depth", "6", "choose"),
        ("lead_groups", ["board", "nobody"], "choose"),
        ("school_id", "S9", "no_school"),
    ],
)
def test_each_field_says_what_is_wrong(field, value, reason):
    register = REGISTERS["case_event"]
    good = {
        "date": "2026-11-01", "title": "Board night", "lead_groups": ["board"],
        "audience_groups": ["families"], "depth": "2", "kind": "case",
    }  # fmt: skip
    with pytest.raises(EntryRefused) as refused:
        accepted(
            register, register.step("new"), {**good, field: value}, {},
            schools=SCHOOLS, today=TODAY,
        )  # fmt: skip
    assert refused.value.problems == {field: reason}


def _answers(field: Field) -> st.SearchStrategy:
    words = st.text(min_size=1, max_size=60)
    some = {
        Kind.LINE: words,
        Kind.TEXT: words,
        Kind.DAY: st.dates(date(2001, 1, 1), date(2028, 1, 1)).map(str),
        Kind.COUNT: st.integers(0, 99_999).map(str),
        Kind.HOURS: st.floats(0, 200).map(str),
        Kind.PERCENT: st.floats(0, 100).map(str),
        Kind.ONE: st.sampled_from(field.options or ("",)),
        Kind.SEVERAL: st.lists(st.sampled_from(field.options or ("",)), unique=True),
        Kind.YES: st.just(["yes"]),
        Kind.SCHOOL: st.sampled_from(sorted(SCHOOLS)),
    }[field.kind]
    return some if field.required else st.one_of(st.just(""), some)


WRITTEN = [n for n in ORDER if n not in {"event_reach", "settings"}]


@pytest.mark.parametrize("name", WRITTEN)
def test_whatever_a_form_accepts_the_door_accepts(name, tmp_path_factory):
    """The form's check and the file's are written apart; neither may be laxer."""
    register = REGISTERS[name]
    step = register.step("new")
    found = Settings(home=tmp_path_factory.mktemp(name), secret="s" * 32)
    ledger = Ledger(found.ledger)
    kept = 0

    @settings(max_examples=40, deadline=None)
    @given(st.fixed_dictionaries({f.name: _answers(f) for f in step.fields}))
    def fill(given_values):
        nonlocal kept
        author = LEADER if Role.PRINCIPAL in register.writers else OFFICE
        author = dataclasses.replace(author, viewer=Viewer(author.viewer.role, SCHOOLS))
        try:
            put(ledger, author, name, "new", given_values)
            kept += 1
        except EntryRefused:
            pass

    fill()
    with open_warehouse(found) as connection:
        create_schema(connection)
        connection.execute(
            "INSERT INTO schools (school_id, name, level, cohort_id) "
            "VALUES ('S1', 'Alder', 'high', 1), ('S2', 'Birch', 'middle', 2)"
        )
        take_in(connection, found, ledger)
        count = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
    assert kept
    assert count
