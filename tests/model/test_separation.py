"""A superlative is said only of one whose range lies apart from every other (7.3)."""

import pytest

from data.model.separation import could_be_least, could_be_most


@pytest.mark.parametrize(
    ("ranges", "least"),
    [
        ({"students": (33, 100), "teachers": (51, 51)}, ["students", "teachers"]),
        ({"students": (33, 50), "teachers": (51, 51)}, ["students"]),
        # Ends that touch are not apart.
        ({"students": (33, 51), "teachers": (51, 51)}, ["students", "teachers"]),
        ({"b": (18, 18), "a": (18, 18), "c": (19, 19)}, ["a", "b"]),
        # Low ends alone decide nothing: c may lie under both.
        ({"a": (10, 40), "b": (20, 30), "c": (25, 90)}, ["a", "b", "c"]),
        ({"a": (10, 40), "b": (20, 30), "c": (31, 90)}, ["a", "b"]),
        ({"only": (0, 100)}, ["only"]),
        ({}, []),
    ],
)
def test_least_is_one_name_only_where_its_range_lies_under_all_others(ranges, least):
    assert could_be_least(ranges) == least


@pytest.mark.parametrize(
    ("ranges", "most"),
    [
        ({"a": (60, 70), "b": (20, 59)}, ["a"]),
        ({"a": (60, 70), "b": (20, 60)}, ["a", "b"]),
        ({"a": (60, 70), "b": (0, 100), "c": (10, 59)}, ["a", "b"]),
        ({}, []),
    ],
)
def test_most_is_one_name_only_where_its_range_lies_over_all_others(ranges, most):
    assert could_be_most(ranges) == most
