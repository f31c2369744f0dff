"""What a form may hold, to the edge: one table for each kind of field.

Where a cell says "no …" the field is refused with that word; else it is kept as the
canonical file would write it.
"""

from datetime import date

import pytest

from data.errors import EntryRefused
from data.ledger.registers import REGISTERS, accepted
from data.model.viewer import Role

TODAY = date(2026, 11, 12)
SCHOOLS = frozenset({"S1", "S2"})
# A good entry of each register; a test changes one field.
GOOD: dict[tuple[str, str], dict[str, object]] = {
    ("pulse", "new"): {"school_id": "S1", "P.PU.1": "the new unit"},
    ("support_request", "new"): {"school_id": "S1", "category": "S1", "text": "help"},
    ("support_request", "answer"): {"reply": "coming"},
    ("support_request", "close"): {"outcome": "met", "reply": "done"},
    ("exception_request", "new"): {"school_id": "S1", "rule": "bells", "text": "why"},
    ("exception_request", "answer"): {"answer": "yes", "reply": "do"},
    ("case_event", "new"): {
        "date": "2026-11-12", "title": "Evening", "lead_groups": ["board"],
        "audience_groups": ["families"], "depth": "1", "kind": "case",
    },
    ("event_reach", "new"): {"event_id": "e1", "group": "families", "headcount": "30"},
    ("initiative", "new"): {"name": "Reading", "start": "2026-03-01", "serves_pl": "core"},
    ("initiative", "end"): {"ended": "2026-11-12"},
    ("try", "new"): {"school_id": "S1", "team_size": "4", "start": "2026-11-01"},
    ("try", "close"): {"closed": "2026-11-12", "result": "keep", "shared_with": "nobody"},
    ("learning_engine", "new"): {
        "school_id": "S1", "engine_type": "stem", "own_name": "Makers", "valid_from": "2025-08-25",
    },
    ("coding", "new"): {"pulse": "p1", "question": "excites", "codes": []},
    ("settings", "new"): {"key": "min_n_student", "value": "12", "reason": "small schools"},
}  # fmt: skip


def kept(register: str, step: str, before: dict[str, str] | None = None, **given: object) -> dict[str, str]:  # fmt: skip
    found = REGISTERS[register]
    values = {**GOOD[register, step], **given}
    return accepted(
        found, found.step(step), values, before or {}, schools=SCHOOLS, today=TODAY
    )


def outcome(register: str, step: str, field: str, value: object, before=None) -> str:
    try:
        return kept(register, step, before, **{field: value})[field]
    except EntryRefused as error:
        # Another field's fault would show as another field.
        return f"no {error.problems.get(field, error.problems)}"


def first_options() -> None:
    """Options are the field's own words; the table below takes its first one."""
    for (name, step), given in GOOD.items():
        for field in REGISTERS[name].step(step).fields:
            if field.options and field.name in given and field.kind.value == "one":
                given.setdefault(field.name, field.options[0])
                if given[field.name] not in field.options:
                    given[field.name] = field.options[0]
            if field.kind.value == "several" and given.get(field.name):
                given[field.name] = [field.options[0]]


first_options()


@pytest.mark.parametrize(("register", "step"), list(GOOD))
def test_a_good_entry_is_kept(register, step):
    found = kept(register, step)

    assert {k for k, v in GOOD[register, step].items() if v} <= set(found)


EDGES = [
    # register, step, field, what was typed, what is kept
    ("support_request", "new", "text", "x" * 400, "x" * 400),
    ("support_request", "new", "text", "x" * 401, "no too_long"),
    ("support_request", "new", "text", "  two\nlines  ", "two\nlines"),
    ("support_request", "new", "text", "   ", "no needed"),
    ("support_request", "new", "text", None, "no needed"),
    ("support_request", "new", "school_id", "S2", "S2"),
    ("support_request", "new", "school_id", "S3", "no no_school"),
    ("support_request", "new", "school_id", "all", "no no_school"),
    ("support_request", "new", "category", "S99", "no choose"),
    ("exception_request", "new", "rule", "r" * 120, "r" * 120),
    ("exception_request", "new", "rule", "r" * 121, "no too_long"),
    ("exception_request", "new", "rule", " bell \n times ", "bell times"),
    ("case_event", "new", "date", "2026-11-12", "2026-11-12"),
    ("case_event", "new", "date", "2026-11-13", "no yet_to_come"),
    ("case_event", "new", "date", "2000-01-01", "2000-01-01"),
    ("case_event", "new", "date", "1999-12-31", "no no_day"),
    ("case_event", "new", "date", "12/11/2026", "no no_day"),
    ("case_event", "new", "date", "2026-02-30", "no no_day"),
    ("case_event", "new", "school_id", "all", ""),
    ("case_event", "new", "school_id", "", ""),
    ("case_event", "new", "depth", "0", "no choose"),
    ("case_event", "new", "depth", "5", "5"),
    ("case_event", "new", "depth", "6", "no choose"),
    ("case_event", "new", "lead_groups", ["board", "nobody"], "no choose"),
    ("case_event", "new", "lead_groups", [], "no needed"),
    ("event_reach", "new", "headcount", "0", "0"),
    ("event_reach", "new", "headcount", "1000000", "1000000"),
    ("event_reach", "new", "headcount", "1000001", "no no_number"),
    ("event_reach", "new", "headcount", "-1", "no no_number"),
    ("event_reach", "new", "headcount", "2.5", "no no_number"),
    ("event_reach", "new", "headcount", "2.0", "2"),
    ("event_reach", "new", "headcount", "many", "no no_number"),
    ("event_reach", "new", "headcount", "nan", "no no_number"),
    ("event_reach", "new", "headcount", "inf", "no no_number"),
    ("initiative", "new", "hours", "200", "200"),
    ("initiative", "new", "hours", "200.5", "no no_number"),
    ("initiative", "new", "hours", "1,5", "1.5"),
    ("initiative", "new", "share_of_staff", "0", "0"),
    ("initiative", "new", "share_of_staff", "50", "0.5"),
    ("initiative", "new", "share_of_staff", "100", "1"),
    ("initiative", "new", "share_of_staff", "101", "no no_number"),
    ("initiative", "new", "share_of_staff", "", ""),
    ("initiative", "new", "start", "2031-11-11", "2031-11-11"),
    ("initiative", "new", "start", "2031-11-12", "no no_day"),
    ("initiative", "new", "planned_end", "2026-03-01", "2026-03-01"),
    ("initiative", "new", "planned_end", "2026-02-28", "no before_start"),
    ("try", "new", "planned_end", "2026-11-01", "2026-11-01"),
    ("try", "new", "planned_end", "2026-10-31", "no before_start"),
    ("try", "new", "share", "on", "yes"),
    ("try", "new", "share", "", ""),
    ("try", "new", "team_size", "", "no needed"),
    ("settings", "new", "value", "10", "10"),
    ("settings", "new", "value", "9", "no not_allowed_value"),
    ("settings", "new", "value", "ten", "no not_allowed_value"),
    ("settings", "new", "key", "no_such_rule", "no choose"),
]  # fmt: skip


@pytest.mark.parametrize(("register", "step", "field", "typed", "is_kept"), EDGES)
def test_a_field_is_kept_or_refused_at_its_edge(register, step, field, typed, is_kept):
    assert outcome(register, step, field, typed) == is_kept


@pytest.mark.parametrize(
    ("register", "step", "field", "start"),
    [("initiative", "end", "ended", "2026-11-13"), ("try", "close", "closed", "2026-11-13")],
)  # fmt: skip
def test_what_ends_does_not_end_before_it_began(register, step, field, start):
    assert outcome(register, step, field, "2026-11-12", {"start": start}) == "no before_start"  # fmt: skip
    assert outcome(register, step, field, "2026-11-12", {"start": "2026-11-12"}) == "2026-11-12"  # fmt: skip


def test_codes_are_kept_in_the_books_order_and_no_more_than_three():
    codes = REGISTERS["coding"].step("new").fields[2].options

    assert outcome("coding", "new", "codes", [codes[2], codes[0]]) == f"{codes[0]};{codes[2]}"  # fmt: skip
    assert outcome("coding", "new", "codes", list(codes[:3])) == ";".join(codes[:3])
    assert outcome("coding", "new", "codes", list(codes[:4])) == "no too_many"
    assert outcome("coding", "new", "codes", [codes[0], codes[0]]) == codes[0]


def test_a_pulse_says_something():
    with pytest.raises(EntryRefused) as found:
        kept(
            "pulse", "new", **{f: "" for f in GOOD["pulse", "new"] if f != "school_id"}
        )

    assert list(found.value.problems.values()) == ["say_something"]


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(EntryRefused) as found:
        kept("event_reach", "new", headcount="x", group="nobody", event_id="")

    assert found.value.problems == {"event_id": "needed", "group": "choose", "headcount": "no_number"}  # fmt: skip


def test_fields_the_step_does_not_ask_are_not_looked_at():
    found = kept("support_request", "answer", {"category": "S1"}, category="S2", owner="me")  # fmt: skip

    assert found["category"] == "S1"
    assert "owner" not in found


# --- who begins an entry, and what may still be done to it

BEGIN = """
                  | principal | teacher | district | steward | public
pulse             |    yes    |         |          |         |
support_request   |    yes    |         |          |         |
exception_request |    yes    |         |          |         |
case_event        |    yes    |         |   yes    |   yes   |
event_reach       |    yes    |         |   yes    |   yes   |
initiative        |    yes    |         |   yes    |   yes   |
try               |    yes    |   yes   |          |         |
learning_engine   |    yes    |         |          |         |
coding            |           |         |   yes    |   yes   |
settings          |           |         |          |   yes   |
"""


def test_who_may_begin_an_entry():
    head, *rows = BEGIN.strip("\n").splitlines()
    roles = [c.strip() for c in head.split("|")[1:]]
    drawn = {}
    for row in rows:
        name, *cells = (c.strip() for c in row.split("|"))
        drawn[name] = {r for r, c in zip(roles, cells, strict=True) if c == "yes"}

    assert drawn == {n: {str(w) for w in r.writers} for n, r in REGISTERS.items()}
    assert set(roles) == {str(r) for r in Role}


STEPS = [
    # register, how it stands, role, what may still be done
    ("support_request", {}, "district", ["own", "answer", "close"]),
    ("support_request", {"owner": "ada"}, "district", ["answer", "close"]),
    ("support_request", {"closed": "2026-11-01"}, "district", []),
    ("support_request", {}, "principal", ["take_back"]),
    ("support_request", {"closed": "2026-11-01"}, "principal", []),
    ("exception_request", {}, "steward", ["answer"]),
    ("exception_request", {"answered": "2026-11-01"}, "steward", []),
    ("initiative", {}, "principal", ["change", "end", "take_out"]),
    ("initiative", {"ended": "2026-11-01"}, "principal", ["change", "take_out"]),
    ("try", {}, "teacher", ["change", "close", "take_out"]),
    ("try", {"closed": "2026-11-01"}, "teacher", ["change", "take_out"]),
    ("try", {}, "steward", ["take_out"]),
    ("try", {}, "public", []),
    ("pulse", {}, "principal", ["take_out"]),
    ("settings", {}, "steward", []),
    ("coding", {}, "district", []),
]


@pytest.mark.parametrize(("register", "values", "role", "steps"), STEPS)
def test_what_may_still_be_done_to_an_entry(register, values, role, steps):
    found = REGISTERS[register].steps_for(Role(role), values)

    assert [s.name for s in found] == steps


def test_a_step_no_register_has_is_not_found():
    with pytest.raises(KeyError):
        REGISTERS["pulse"].step("close")
