"""Survey waves: fall, then spring, of one school year."""

import pytest

from data.model.waves import Wave, parse_wave


@pytest.mark.parametrize(
    ("label", "year", "spring", "calendar_year", "a_year_ago"),
    [
        ("2026-27F", 2026, False, 2026, "2025-26F"),
        ("2026-27S", 2026, True, 2027, "2025-26S"),
        ("1999-00S", 1999, True, 2000, "1998-99S"),
        ("2000-01F", 2000, False, 2000, "1999-00F"),
        ("2108-09F", 2108, False, 2108, "2107-08F"),
    ],
)
def test_a_label_names_a_season_of_a_school_year(
    label, year, spring, calendar_year, a_year_ago
):
    wave = parse_wave(label)

    assert wave == Wave(year, spring)
    assert wave.label == label
    assert wave.calendar_year == calendar_year
    assert wave.a_year_ago.label == a_year_ago


def test_spaces_around_a_label_say_nothing():
    assert parse_wave(" 2026-27F\n") == Wave(2026, False)


@pytest.mark.parametrize(
    "label",
    [
        "2026-28F", "2026-26F", "2026-27", "26-27F", "2026-27X", "2026-27f", "",
        "2026-27FF", "x2026-27F", "2026–27F", "2026-2027F", "2099-99F",
    ],
)  # fmt: skip
def test_what_is_no_wave(label):
    assert parse_wave(label) is None


def test_waves_stand_in_order_of_time():
    labels = ["2026-27S", "2025-26S", "2026-27F", "2025-26F", "1999-00F"]

    assert sorted(labels, key=parse_wave) == [
        "1999-00F", "2025-26F", "2025-26S", "2026-27F", "2026-27S",
    ]  # fmt: skip
