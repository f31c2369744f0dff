"""The register of case-making read from tables (CH-1 … CH-5)."""

from datetime import date

import pandas as pd
import pytest
from blank import blank_warehouse

from data.model.rules import Rules
from data.scoring.registers.calendar import Calendar
from data.scoring.registers.cases import case_figures, read_cases

AT = date(2026, 3, 31)
PEOPLE = {"students": 300, "families": 200, "teachers": 50, "building_admins": 4}


@pytest.fixture
def register():
    """Two schools, A launched in August 2025 and B closed the day the wave ended."""
    return blank_warehouse()


def calendar(people=PEOPLE, closed=None):
    schools = pd.DataFrame(
        {
            "school_id": ["A", "B"],
            "launch_date": pd.to_datetime(["2025-08-25", None]),
            "closed_on": pd.to_datetime([None, closed]),
        }
    )
    rosters = {(0, s, g): n // 2 for g, n in people.items() for s in "AB"}
    return Calendar(((0, "2025-26S", AT),), schools, rosters)


def case(register, name, day, *, led="board", heard="families", school=None, depth=1,
         kind="case", **reached):  # fmt: skip
    """Group → ("unique", n) or ("heads", n)."""
    register.execute(
        "INSERT INTO case_event (event_id, date, title, format, school_id, "
        "audience_groups, lead_groups, depth, languages, kind) "
        "VALUES (?, ?, 'x', 'x', ?, ?, ?, ?, 'en', ?)",
        [name, day, school, heard, led, depth, kind],
    )
    for group, (how, n) in reached.items():
        unique, heads = (n, None) if how == "unique" else (None, n)
        register.execute(
            'INSERT INTO event_reach (event_id, "group", school_id, reached_unique, '
            "headcount, roster_n) VALUES (?, ?, '', ?, ?, NULL)",
            [name, group, unique, heads],
        )


def figures(register, **how):
    return list(case_figures(read_cases(register), calendar(**how), Rules()))


def one(found, part, category="", unit="all"):
    (figure,) = [
        f for f in found if (f.part, f.category, f.unit_id) == (part, category, unit)
    ]
    return figure


def test_reach_is_told_as_a_range_where_heads_were_counted(register):
    case(register, "e1", "2026-01-10", families=("heads", 60), teachers=("unique", 25))
    case(register, "e2", "2026-02-10", families=("heads", 80))
    found = figures(register)

    families, teachers = (
        one(found, "reach", "families"),
        one(found, "reach", "teachers"),
    )
    assert (families.value, families.low, families.high) == (None, 40.0, 70.0)
    assert (teachers.value, teachers.low, teachers.high) == (50.0, 50.0, 50.0)
    assert one(found, "reach", "students").value == 0.0
    assert (teachers.readers, families.readers) == ("staff", "everyone")


def test_the_least_reached_is_named_and_its_range_told(register):
    case(
        register, "e1", "2026-01-10", students=("heads", 90), families=("unique", 100),
        teachers=("unique", 25), building_admins=("unique", 4), board=("unique", 7),
    )  # fmt: skip
    case(register, "e2", "2026-02-10", students=("heads", 45))
    found = figures(register)

    least = one(found, "least")
    assert (least.word, least.value, least.low, least.high) == (
        "students",
        None,
        30,
        45,
    )
    assert not [f for f in found if f.part == "could_be_least"]
    # Students 30–45, families 50, teachers 50, principals 100, board 100.
    assert (one(found, "mean").low, one(found, "mean").high) == pytest.approx((66, 69))


def test_where_ranges_meet_the_least_reached_cannot_be_told(register):
    case(
        register, "e1", "2026-01-10", students=("heads", 99), families=("unique", 102),
        teachers=("unique", 50), building_admins=("unique", 4), board=("unique", 7),
    )  # fmt: skip
    case(register, "e2", "2026-02-10", students=("heads", 80))
    found = figures(register)

    least = one(found, "least")
    assert (least.word, least.value) == ("cannot_be_told", None)
    assert (least.low, least.high) == (33.0, 51.0)
    between = [f.category for f in found if f.part == "could_be_least"]
    assert between == ["families", "students"]


def test_a_group_nobody_counts_may_be_the_least(register):
    case(
        register, "e1", "2026-01-10", students=("unique", 30), teachers=("unique", 50),
        building_admins=("unique", 4), board=("unique", 7), families=("unique", 9),
    )  # fmt: skip
    found = figures(register, people={**PEOPLE, "families": 0})

    assert one(found, "reach", "families").word == "no_roster"
    assert one(found, "least").word == "cannot_be_told"


def test_the_board_is_seven_and_may_be_told(register):
    case(register, "e1", "2026-01-10", board=("unique", 6))
    board = one(figures(register), "reach", "board")
    assert (board.value, board.n, board.least) == (pytest.approx(600 / 7), 7, 0)
    # A public body is counted as it sits; its seven are no number of people to hide.
    assert (board.is_people, board.is_percent) == (False, True)
    families = one(figures(register), "reach", "families")
    assert (families.is_people, families.n, families.least) == (True, 200, 10)


@pytest.mark.parametrize(
    ("day", "reached"),
    [
        ("2026-03-31", 50.0),
        ("2025-04-01", 50.0),
        ("2025-03-31", 0.0),
        ("2026-04-01", 0.0),
    ],
)
def test_reach_looks_back_a_year(register, day, reached):
    case(register, "e0", "2024-01-01")
    case(register, "e1", day, families=("unique", 100))
    assert one(figures(register), "reach", "families").value == reached


def test_the_same_people_may_come_twice(register):
    case(register, "e1", "2026-01-10", families=("unique", 100))
    case(register, "e2", "2026-01-11", families=("unique", 60))
    found = one(figures(register), "reach", "families")

    # Of 200: the sixty among the hundred, or none of them.
    assert (found.value, found.low, found.high) == (None, 50.0, 80.0)


def test_a_schools_own_reach_is_told_where_somebody_counted_there(register):
    case(register, "e1", "2026-01-10", school="A", families=("unique", 50))
    case(register, "e2", "2026-01-10", teachers=("unique", 50))
    found = figures(register)
    of_schools = {(f.unit_id, f.category): f.value for f in found
                  if f.part == "reach" and f.unit_kind == "school"}  # fmt: skip

    assert of_schools == {("A", "families"): 50.0}


def test_a_closed_school_is_in_no_count_of_today(register):
    case(register, "e1", "2026-01-10", school="B", families=("unique", 50))
    day_after = figures(register, closed="2026-04-01")
    that_day = figures(register, closed="2026-03-31")

    assert {f.unit_id for f in day_after if f.unit_kind == "school"} == {"A", "B"}
    assert {f.unit_id for f in that_day if f.unit_kind == "school"} == {"A"}


def test_updates_are_no_case(register):
    case(register, "e1", "2026-01-10", kind="update", families=("unique", 100))
    assert figures(register) == []


def test_nothing_is_said_before_the_first_occasion(register):
    case(register, "e1", "2026-04-01")
    assert [f.part for f in figures(register)] == []


def test_district_wide_occasions_count_for_every_school(register):
    case(register, "e1", "2025-06-26")
    found = figures(register)

    lead = one(found, "lead_days", "families", "A")
    assert (lead.value, lead.word) == (60, "early")
    assert {f.unit_id for f in found if f.part == "often"} == {"A", "B"}
    # B has not launched: no lead.
    assert not [f for f in found if f.part == "lead_days" and f.unit_id == "B"]
    assert one(found, "recency", "families", "B").value == 278
    assert {f.category for f in found if f.part == "often"} == {
        "students", "families", "teachers", "building_admins",
    }  # fmt: skip


@pytest.mark.parametrize(("events", "is_few"), [(3, True), (4, False)])
def test_fewer_than_four_occasions_are_few(register, events, is_few):
    for k in range(events):
        case(register, f"e{k}", f"2026-01-1{k}")
    found = figures(register)

    assert bool([f for f in found if f.part == "few_events"]) is is_few
    said = one(found, "voices")
    assert (said.n, said.of, said.word) == (events, 6, "lone_voice")


def test_each_of_twelve_months_is_told_at_its_end(register):
    case(register, "e1", "2025-12-15", led="superintendent")
    case(register, "e2", "2026-02-20", led="teachers")
    found = figures(register)
    months = {f.category: f.value for f in found if f.part == "month"}

    assert list(months) == ["2026-03", "2026-02", "2026-01", "2025-12"]
    assert months["2026-01"] == pytest.approx(1.0)
    lone = {f.category: f.value for f in found if f.part == "month_lone"}
    assert lone["2025-12"] == pytest.approx(100.0)
    assert 0 < lone["2026-03"] < 50


def test_depth_is_by_people_reached(register):
    case(register, "e1", "2026-01-10", depth=2, families=("heads", 30))
    case(register, "e2", "2026-01-11", depth=3, families=("unique", 10))
    found = figures(register)

    assert one(found, "deep", "families").value == 25.0
    depths = [one(found, f"depth_{d}", "families").value for d in range(1, 6)]
    assert depths == [0, 75.0, 25.0, 0, 0]
    assert not [f for f in found if f.part == "deep" and f.category == "teachers"]


def test_each_part_is_of_its_indicator(register):
    for k in range(8):
        case(register, f"e{k}", f"2026-0{1 + k % 3}-1{k}", students=("heads", 99),
             families=("unique", 102))  # fmt: skip
    found: dict[str, set[str]] = {}
    for f in figures(register):
        found.setdefault(f.indicator_id, set()).add(f.part)

    assert found == {
        "CH-1": {"reach", "least", "mean", "evenness", "could_be_least"},
        "CH-2": {"often", "lead_days", "recency"},
        "CH-3": {"month", "month_lone", "voices", "share", "evenness", "lone"},
        "CH-5": {"deep", *(f"depth_{k}" for k in (1, 2, 3, 4, 5))},
    }
