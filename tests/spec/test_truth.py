"""The truth test, short: `make simulate` runs it over hundreds of districts.

Bounds are as wide as so few districts need; a method that is wrong lies far outside.
"""

import re

import pytest

from benchmarks.simulate import HERE, SEED, run


@pytest.fixture(scope="module")
def found():
    return run(12, 30, studies=120, seed=7).rows()


@pytest.mark.long
def test_intervals_hold_the_truth_about_as_often_as_they_say(found):
    assert 92 < found["share covered"] < 98
    assert 92 < found["mean covered"] < 98


@pytest.mark.long
def test_shrunken_estimates_lie_nearer_to_the_truth(found):
    assert found["shrunken error"] < found["raw error"]


@pytest.mark.long
def test_intervals_of_changes_know_that_schools_move_by_themselves(found):
    # Without the ordinary movement of a school they hold about 60 in 100.
    assert 92 < found["change covered"] < 98
    assert 85 < found["district covered"] <= 100


@pytest.mark.long
def test_where_nothing_happened_hardly_anything_is_called_rose_or_fell(found):
    assert found["quiet"] > 85
    assert found["false alarms"] < 2
    assert found["district quiet"] > 85


@pytest.mark.long
def test_little_of_what_is_called_in_a_wave_is_false(found):
    assert found["false"] < 15


@pytest.mark.long
def test_the_event_study_is_not_off(found):
    assert abs(found["effect error"]) < 0.6
    assert 88 < found["effect covered"] <= 100
    assert 88 < found["still"] <= 100


def committed() -> dict[str, list[float]]:
    """The committed table: first words of a row → figures of 30 and 168 schools."""
    text = (HERE / "TRUTH.md").read_text(encoding="utf-8")
    rows = [
        line.strip("| ").split(" | ") for line in text.splitlines() if line[:2] == "| "
    ]
    return {
        row[0]: [float(re.match(r"[-\d,.]+", cell)[0].replace(",", "")) for cell in row[2:]]
        for row in rows[1:]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "low", "high"),
    [
        ("95 % intervals of schools' shares that hold the truth", 93, 97),
        ("95 % intervals of schools' means that hold the truth", 93, 97),
        ("95 % intervals of schools' changes that hold what launch did", 93, 97),
        (
            "95 % intervals of the district's change that hold what launch did",
            93,
            97,
        ),
        ("Nothing happened: district's changes not called Rose or Fell", 90, 100),
        ("False among them, wave by wave on average (none called: none false)", 0, 10),
        ("Nothing happened: changes of schools called Rose or Fell", 0, 10),
        ("Nothing happened: waves without any Rose or Fell", 90, 100),
        ("Event study, mean error, points", -0.2, 0.2),
        ("Event study, 95 % intervals that hold the truth", 93, 97),
        ("Nothing happened: event studies that hold zero", 93, 97),
    ],
)
def test_the_committed_table_holds_what_was_asked_for(row, low, high):
    assert [x for x in committed()[row] if not low <= x <= high] == []


def test_the_committed_table_is_of_this_seed():
    assert f"seed {SEED}" in (HERE / "TRUTH.md").read_text(encoding="utf-8")
