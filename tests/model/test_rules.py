"""Thresholds may be raised by a district and never lowered (P1)."""

import re

import pytest

from data.errors import LoweredThreshold, SettingsError
from data.model.rules import Rules, rules_from

IN_FORCE = {
    "min_n_student": 10,
    "min_n_staff": 5,
    "min_n_principal": 5,
    "min_n_principal_view": 10,
    "min_meaningful_change": 5.0,
    "bh_q": 0.10,
    "rubric_shared_in_cohort": 1,
    "tie_min": 3,
    "half_life_days": 90.0,
    "early_days": 60,
    "chorus_cuts": "1.5, 3, 4.5",
    "did_min_schools": 12,
}


def test_without_a_districts_own_settings_these_are_in_force():
    assert IN_FORCE.items() <= Rules().as_dict().items()


@pytest.mark.parametrize(
    ("key", "floor"),
    [
        ("min_n_student", 10),
        ("min_n_staff", 5),
        ("min_n_principal", 5),
        ("min_n_principal_view", 10),
        ("tie_min", 3),
    ],
)
def test_a_threshold_of_privacy_holds_at_its_floor_and_above_and_nowhere_below(
    key, floor
):
    assert rules_from({key: str(floor)}).as_dict()[key] == floor
    assert rules_from({key: str(floor + 7)}).as_dict()[key] == floor + 7
    with pytest.raises(LoweredThreshold) as refused:
        rules_from({key: str(floor - 1)})

    assert str(refused.value) == (
        f"setting {key} is {floor - 1}; it may be raised but never lowered "
        f"below {floor}"
    )
    assert (refused.value.key, refused.value.value) == (key, floor - 1)
    assert refused.value.floor == floor


@pytest.mark.parametrize(
    ("key", "low", "below", "high", "above", "said"),
    [
        ("min_meaningful_change", "0", "-0.1", "100", "100.1", "0 and 100"),
        ("bh_q", "0.001", "0", "0.5", "0.51", "0.001 and 0.5"),
        ("rubric_shared_in_cohort", "0", "-1", "1", "2", "0 and 1"),
        ("half_life_days", "1", "0.9", "3650", "3651", "1 and 3650"),
        ("early_days", "0", "-1", "3650", "3651", "0 and 3650"),
        ("did_min_schools", "2", "1", "10000", "10001", "2 and 10000"),
    ],
)
def test_a_setting_makes_sense_from_its_lowest_value_to_its_highest(
    key, low, below, high, above, said
):
    for text in (low, high):
        assert rules_from({key: text}).as_dict()[key] == float(text)
    for text in (below, above):
        with pytest.raises(SettingsError, match=f"^setting {key} is .* {said}$"):
            rules_from({key: text})


@pytest.mark.parametrize(
    "key",
    [
        "min_n_student",
        "min_n_staff",
        "min_n_principal",
        "min_n_principal_view",
        "tie_min",
    ],
)
def test_a_threshold_nobody_could_reach_is_refused(key):
    assert rules_from({key: "1000"}).as_dict()[key] == 1000
    with pytest.raises(SettingsError, match=rf"^setting {key} is 1001; it must lie"):
        rules_from({key: "1001"})


@pytest.mark.parametrize("key", ["bh_q", "half_life_days", "min_meaningful_change"])
@pytest.mark.parametrize("text", ["nan", "inf", "-inf"])
def test_what_is_no_amount_lies_in_no_range(key, text):
    with pytest.raises(SettingsError, match=f"setting {key} is {text}"):
        rules_from({key: text})


@pytest.mark.parametrize(
    ("group", "least"),
    [
        ("students", 11),
        ("families", 11),
        ("community", 11),
        ("teachers", 6),
        ("support_staff", 6),
        ("building_admins", 7),
    ],
)
def test_each_group_has_the_least_of_its_kind(group, least):
    rules = Rules(min_n_student=11, min_n_staff=6, min_n_principal=7)

    assert rules.minimum(group) == least


def test_a_setting_is_read_as_the_kind_it_is_and_an_unknown_one_is_not_ours():
    rules = rules_from(
        {"min_meaningful_change": "2.5", "early_days": "30", "color": "blue"}
    )

    assert rules.min_meaningful_change == 2.5
    assert rules.early_days == 30
    assert rules.bh_q == 0.10


@pytest.mark.parametrize(
    ("key", "text"), [("min_n_student", "many"), ("bh_q", ""), ("tie_min", "3.5")]
)
def test_what_is_no_number_is_named(key, text):
    with pytest.raises(
        SettingsError, match=f"^setting {key} is '{text}'; it must be a number$"
    ):
        rules_from({key: text})


def test_the_words_of_the_chorus_change_at_rising_numbers_of_voices():
    assert Rules().cuts == (1.5, 3.0, 4.5)
    assert Rules(chorus_cuts="1,2, 5").cuts == (1.0, 2.0, 5.0)


@pytest.mark.parametrize("cuts", ["1, 2", "1, 2, 3, 4", "one, 2, 3", ""])
def test_cuts_that_are_not_three_numbers_are_refused(cuts):
    expected = f"setting chorus_cuts is '{cuts}'; write three numbers, as 1.5, 3, 4.5"
    with pytest.raises(SettingsError, match=f"^{re.escape(expected)}$"):
        _ = Rules(chorus_cuts=cuts).cuts


def test_a_thousand_voices_are_the_most():
    assert Rules(chorus_cuts="0.1, 2, 1000").cuts == (0.1, 2.0, 1000.0)


@pytest.mark.parametrize(
    "cuts",
    ["1, 1, 2", "1, 2, 2", "3, 2, 4", "1, 3, 2", "0, 1, 2", "1, 2, 1001", "nan, 1, 2"],
)
def test_cuts_that_do_not_rise_are_refused(cuts):
    with pytest.raises(
        SettingsError, match=r"^setting chorus_cuts must hold rising numbers of voices$"
    ):
        _ = Rules(chorus_cuts=cuts).cuts
