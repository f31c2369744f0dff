"""The truth test, short: `make simulate` runs it over 400 districts.

Bounds are as wide as so few districts need; a method that is wrong lies far outside.
"""

import pytest

from benchmarks.simulate import HERE, SEED, WORDS, run


@pytest.fixture(scope="module")
def found():
    return run(12, 30, seed=7)


def test_intervals_hold_the_truth_about_as_often_as_they_say(found):
    assert 92 < found["share covered"] < 98
    assert 92 < found["mean covered"] < 98


def test_shrunken_estimates_lie_nearer_to_the_truth(found):
    assert found["shrunken error"] < found["raw error"]


def test_what_is_called_rose_or_fell_mostly_did(found):
    assert found["called"] > 50
    assert found["false"] < 15


def test_the_event_study_is_not_off(found):
    assert abs(found["effect error"]) < 1.0
    assert 85 < found["effect covered"] <= 100


def test_a_district_in_which_nothing_happened_is_called_quiet(found):
    assert found["quiet"] > 75


def test_the_committed_table_is_that_of_this_code():
    table = (HERE / "TRUTH.md").read_text(encoding="utf-8")

    assert f"seed {SEED}" in table
    assert all(words in table for _, words, *_ in WORDS)
