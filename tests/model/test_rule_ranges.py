"""A rule is a number that makes sense: between two edges, both of them in."""

import pytest

from data.errors import SettingsError
from data.model.rules import rules_from

EDGES = {
    "min_n_student": (10, 1_000),
    "min_n_staff": (5, 1_000),
    "min_n_principal": (5, 1_000),
    "min_n_principal_view": (10, 1_000),
    "min_meaningful_change": (0, 100),
    "bh_q": (0.001, 0.5),
    "rubric_shared_in_cohort": (0, 1),
    "tie_min": (3, 1_000),
    "half_life_days": (1, 3_650),
    "early_days": (0, 3_650),
    "did_min_schools": (2, 10_000),
    "stopped_levels": (0, 4),
}


@pytest.mark.parametrize("key", EDGES)
def test_both_edges_are_in_and_what_is_beyond_is_refused(key):
    low, high = EDGES[key]
    step = 0.0001 if isinstance(low, float) else 1
    for value in (low, high):
        assert getattr(rules_from({key: str(value)}), key) == value
    for value in (low - step, high + step):
        with pytest.raises(SettingsError, match=key):
            rules_from({key: str(value)})


@pytest.mark.parametrize("key", EDGES)
@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "NaN", "1e999", "x", ""])
def test_what_is_no_number_is_refused(key, text):
    with pytest.raises(SettingsError, match=key):
        rules_from({key: text})


@pytest.mark.parametrize(
    ("text", "is_fit"),
    [
        ("1.5, 3, 4.5", True), ("1,2,1000", True),
        ("0,2,3", False), ("-1,2,3", False), ("1,2,inf", False), ("1,nan,3", False),
        ("1,2,1001", False), ("3,2,1", False), ("1,1,2", False), ("1,2", False),
    ],
)  # fmt: skip
def test_voices_change_their_word_at_three_rising_numbers(text, is_fit):
    rules = rules_from({"chorus_cuts": text})
    if is_fit:
        assert len(rules.cuts) == 3
        return
    with pytest.raises(SettingsError, match="chorus_cuts"):
        rules.cuts  # noqa: B018 - checks itself
