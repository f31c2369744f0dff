"""A first or a last is named only where it is apart from the rest (7.3)."""

import pytest

from components.superlatives import (
    first_theme,
    lead_sentence,
    loudest_sentence,
    stalls,
    weakest_sentence,
)
from components.words import speaker

EN, ES = speaker("en"), speaker("es")
HARD = "\u00a0"


# Stopped (pages.md 8): the mean moved less than 0.25 of a level, 6.25 of 100, and no
# school's by more.
@pytest.mark.parametrize(
    ("means", "moved", "english", "spanish"),
    [
        pytest.param(
            {1: 2, 2: 12},
            {1: [-3, 1, 6], 2: [8, 16]},
            "**Cohort 1 has stopped**: its mean moved less than 0.25 of a level in a "
            "year, and none of its 3 schools moved by more.",
            "**La Cohorte 1 se detuvo**",
            id="every school moved little",
        ),
        pytest.param(
            {1: 6.3, 2: 12},
            {1: [6.2, 6.4], 2: [8, 16]},
            "**Cohort 1 has moved least since a year ago** (+6 points of 100): each of "
            "its schools less than any other that had started by then.",
            "(+6 puntos de 100)",
            id="a mean of 6.3 is no standstill; its schools lie apart",
        ),
        pytest.param(
            {1: 2, 2: 12},
            {1: [-8, 12], 2: [8, 16]},
            "No cohort has stopped. Which moved least in a year **cannot be told**; in "
            f"points of 100, schools moved: Cohort 1 {chr(0x2212)}8 to +12, "
            "Cohort 2 +8 to +16.",
            "**no se puede saber**",
            id="schools of both moved alike",
        ),
        pytest.param(
            {1: 9, 2: 12},
            {1: [8, 10]},
            "Since a year ago, in points of 100: Cohort 1 +9, Cohort 2 +12.",
            "Desde hace un año, en puntos de 100:",
            id="the schools of one are hidden",
        ),
        pytest.param(
            {1: 2, 2: 12},
            {},
            "Since a year ago, in points of 100: Cohort 1 +2, Cohort 2 +12.",
            "Desde hace un año, en puntos de 100:",
            id="schools are hidden: means and no superlative",
        ),
        pytest.param(
            {1: -1},
            {1: [-1]},
            "**Cohort 1 has stopped**: its one school moved less than 0.25 of a level "
            "in a year.",
            "su única escuela",
            id="a cohort of one school",
        ),
        pytest.param({1: 20}, {1: [18, 22]}, "", "", id="one cohort alone"),
        pytest.param({}, {}, "", "", id="none"),
    ],
)
def test_a_cohort_is_said_to_have_stopped_or_moved_least_only_where_that_is_known(
    means, moved, english, spanish
):
    assert stalls(EN, means, moved, below=0.25) == english
    assert spanish in stalls(ES, means, moved, below=0.25)


# 0.1 of a level is 2.5 points of 100.
@pytest.mark.parametrize(("moved", "has_stopped"), [(2.4, True), (2.6, False)])
def test_what_is_a_standstill_is_for_the_district_to_say(moved, has_stopped):
    said = stalls(EN, {1: moved, 2: 40}, {1: [moved], 2: [40]}, below=0.1)

    assert ("less than 0.10 of a level in a year" in said) is has_stopped


def test_a_domain_leads_only_where_its_attributes_lie_apart():
    apart = {"Practices": (2.1, 3.0), "Structures": (1.2, 2.0), "Policies": (0.3, 0.9)}
    mixed = {"Practices": (2.1, 3.0), "Structures": (1.2, 2.1), "Policies": (1.0, 2.9)}

    assert lead_sentence(EN, apart) == (
        "Furthest: **Practices**. Least far: **Policies**."
    )
    assert lead_sentence(EN, mixed) == (
        "Furthest and least far **cannot be told**: practices 2.1 to 3.0, "
        "structures 1.2 to 2.1, policies 1.0 to 2.9 of 4."
    )
    assert "**no se puede saber**" in lead_sentence(ES, mixed)


# Wilson at 19 times in 20: 8 of 10 is 0.49 to 0.94, 1 of 10 is 0.02 to 0.40.
@pytest.mark.parametrize(
    ("counts", "english"),
    [
        (
            {"known": 8, "relevant": 1, "in_line": 1},
            "Lowest of the four sides most often: **“Known”**, at 8 of 10 schools.",
        ),
        (
            {"known": 5, "relevant": 4, "in_line": 1},
            "Which of the four sides is lowest most often **cannot be told**: "
            "“Known” at 5, “Relevant” at 4, “In line” at 1 of 10 schools.",
        ),
        ({}, ""),
    ],
)
def test_a_side_is_lowest_most_often_only_by_a_clear_count(counts, english):
    assert weakest_sentence(EN, counts) == english
    assert bool(weakest_sentence(ES, counts)) == bool(english)


@pytest.mark.parametrize(
    ("named", "english", "spanish"),
    [
        (
            {"time to plan": (90, 30), "trust": (40, 30)},
            "What excites principals most is **time to plan** (90% named it).",
            f"(lo nombró el 90{HARD}%)",
        ),
        (
            {"trust": (39, 30), "time to plan": (45, 30), "space": (5, 30)},
            "Principals are most often excited by time to plan 45% and trust 39%; "
            "**no one theme leads**.",
            "**ningún tema destaca**",
        ),
        (
            {"trust": (40, 30), "pace": (45, 30), "space": (38, 30), "staff": (36, 30)},
            "Principals are most often excited by pace 45%, trust 40% and space 38%; "
            "**no one theme leads**.",
            "**ningún tema destaca**",
        ),
        ({}, "", ""),
    ],
)
def test_a_theme_is_named_first_only_where_its_share_is_apart(named, english, spanish):
    assert first_theme(EN, "excites", named) == english
    assert spanish in first_theme(ES, "excites", named)


@pytest.mark.parametrize(
    ("shares", "english"),
    [
        ({"families": 48.2, "board": 19.9}, "48% of it comes from families."),
        (
            {"families": 30.4, "board": 29.6, "students": 10},
            "Board members and families speak equally often: 30% each.",
        ),
        ({}, ""),
    ],
)
def test_the_loudest_is_named_unless_two_are_printed_alike(shares, english):
    assert loudest_sentence(EN, shares) == english
