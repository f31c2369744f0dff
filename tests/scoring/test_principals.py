"""What excites and worries principals (PP-1, PP-2), month by month."""

import pytest

from data.model.rules import Rules
from data.scoring.figures import Readers
from data.scoring.registers.leaders import pulse_figures, read_pulse

from .drawn import District, said

EXCITES, WORRIES, ENERGY = "P.PU.1", "P.PU.2", "P.PU.4"


def district():
    """Three schools in cohort 1, three in cohort 2; the last window closes in March."""
    drawn = District()
    for k in range(6):
        drawn.school(f"S{k}", cohort=1 + k // 3)
    return drawn


def answer(drawn, person, codes, *, month="2026-03", question=WORRIES, coder="A",
           school="S0", text="words"):  # fmt: skip
    drawn.row("pulse", month, person, question, text, codes, coder, school)


def pulse(drawn, wave=3, **rules):
    calendar = drawn.calendar()
    found = pulse_figures(read_pulse(drawn.connection), calendar, Rules(**rules))
    return [f for f in found if f.wave_index == wave]


def themes(codes, **rules):
    """Return the district's themes where each principal gives the codes of one line."""
    drawn = district()
    for k, of in enumerate(codes):
        answer(drawn, f"p{k}", of)
    return {
        f.category: f.value
        for f in pulse(drawn, **rules)
        if (f.part, f.unit_kind) == ("theme", "district")
    }


def test_a_theme_is_a_share_of_the_principals_who_answered():
    drawn = district()
    for k in range(8):
        answer(drawn, f"p{k}", "W1; W2" if k < 3 else "W1", school="S0")
    [first, second] = [f for f in pulse(drawn) if f.unit_kind == "district"]

    assert said(
        [first, second], "n", "least", "is_people", "is_percent", "readers"
    ) == [
        ("theme", "all", "W1", 100.0, 8, 5, True, True, Readers.EVERYONE),
        ("theme", "all", "W2", 37.5, 8, 5, True, True, Readers.EVERYONE),
    ]
    assert first.indicator_id == "PP-2"


def test_what_excites_and_what_worries_are_two_indicators():
    drawn = district()
    for k in range(5):
        answer(drawn, f"p{k}", "E1", question=EXCITES)
        answer(drawn, f"p{k}", "W1")
    found = [f for f in pulse(drawn) if f.unit_kind == "district"]

    assert [(f.indicator_id, f.category) for f in found] == [
        ("PP-1", "E1"),
        ("PP-2", "W1"),
    ]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        # Three name a theme, two do not make one.
        (["W1"] * 3 + ["W2"] * 2, {"W1": 60.0}),
        # Three with rare themes of their own are grouped.
        (["W1"] * 3 + ["W2", "W3", "W4"], {"W1": 50.0, "W0": 50.0}),
        (["W1"] * 3 + ["W2", "W2", "W4"], {"W1": 50.0, "W0": 50.0}),
        # One person with two rare themes is one person.
        (["W1"] * 3 + ["W2; W3", "W4"], {"W1": 60.0}),
        # "Other" and a rare theme, too.
        (["W1"] * 3 + ["W0; W2", "W0; W3", "W0"], {"W1": 50.0, "W0": 50.0}),
        (["W1"] * 3 + ["W0", "W0", "W2"], {"W1": 50.0, "W0": 50.0}),
        (["W1"] * 3 + ["W0", "W0"], {"W1": 60.0}),
        # A fourth code is not read.
        (["W1; W2; W3; W4"] * 5, {"W1": 100.0, "W2": 100.0, "W3": 100.0}),
        # Nothing is an answer.
        (["W1"] * 3 + [" ; "] * 2, {"W1": 60.0}),
    ],
)
def test_a_theme_needs_three_principals_and_the_rest_is_other(codes, expected):
    assert themes(codes) == pytest.approx(expected)


@pytest.mark.parametrize(("people", "is_said"), [(5, True), (4, False)])
def test_five_principals_must_have_answered(people, is_said):
    drawn = district()
    for k in range(people):
        answer(drawn, f"p{k}", "W1")
    [found] = [f for f in pulse(drawn) if f.unit_kind == "district"]

    assert (found.category, found.n, found.least) == (
        "W1" if is_said else "",
        people,
        5,
    )
    assert (found.value, found.is_people) == (100.0 if is_said else None, True)


def test_cohorts_are_read_by_staff():
    drawn = district()
    for k in range(10):
        answer(drawn, f"p{k}", "W1" if k < 5 else "W2", school="S1" if k < 5 else "S4")
    found = [f for f in pulse(drawn) if f.unit_kind == "cohort"]

    assert said(found, "n", "readers") == [
        ("theme", "1", "W1", 100.0, 5, Readers.STAFF),
        ("theme", "2", "W2", 100.0, 5, Readers.STAFF),
    ]


def test_a_small_cohort_has_a_row_without_a_number():
    drawn = district()
    for k in range(6):
        answer(drawn, f"p{k}", "W1", school="S0" if k < 5 else "S5")
    [small] = [f for f in pulse(drawn) if f.unit_id == "2"]

    assert said([small], "n", "least", "readers", "is_people") == [
        ("theme", "2", "", None, 1, 5, Readers.STAFF, True)
    ]


def test_a_principal_of_no_school_counts_for_the_district_alone():
    drawn = district()
    for k in range(5):
        answer(drawn, f"p{k}", "W1", school=None)

    assert {f.unit_kind for f in pulse(drawn)} == {"district"}


@pytest.mark.parametrize(
    ("month", "counts"),
    [("2026-03", True), ("2026-01", True), ("2025-12", False), ("2026-04", False)],
)
def test_three_months_up_to_the_wave_are_looked_at(month, counts):
    drawn = district()
    for k in range(5):
        answer(drawn, f"p{k}", "W1", month=month)

    assert any(f.part == "theme" for f in pulse(drawn)) is counts


def test_three_months_may_begin_in_the_year_before():
    drawn = District((("2025-26S", "2026-01-05", "2026-01-30"),))
    drawn.school("S0")
    for k in range(6):
        answer(drawn, f"p{k}", "W1", month=("2025-11", "2025-12", "2026-01")[k % 3])

    assert [f.n for f in pulse(drawn, 0) if f.unit_kind == "district"] == [6]


def test_the_first_coder_counts():
    drawn = district()
    for k in range(10):
        answer(drawn, f"p{k}", "W1", coder="B")
        answer(drawn, f"p{k}", "W1; W2" if k < 3 else "W1", coder="A")
    found = {f.category: f.value for f in pulse(drawn) if f.unit_kind == "district"}

    # Three marks of twenty differ: α = .70.
    assert found == {"W1": 100.0, "W2": 30.0}


@pytest.mark.parametrize(
    ("agreed", "apart", "words"),
    [
        # Twelve marks, α over the presence of two codes: 8 of 8 agree.
        (8, 0, {None}),
        # Two coders swap the codes of half the answers.
        (4, 4, {"under_review"}),
    ],
)
def test_themes_two_coders_do_not_agree_on_are_under_review(agreed, apart, words):
    drawn = district()
    for k in range(agreed + apart):
        one, other = ("W1", "W2") if k % 2 else ("W2", "W1")
        answer(drawn, f"p{k}", one)
        answer(drawn, f"p{k}", one if k < agreed else other, coder="B")
    found = [f for f in pulse(drawn) if (f.part, f.unit_kind) == ("theme", "district")]

    assert {f.word for f in found} == words
    assert {f.value is None for f in found} == {words != {None}}


# --- what persists


def persisting(*months, people=5, wave=3):
    """Return what persists where each principal gives these codes month by month."""
    drawn = district()
    for k in range(people):
        for month, codes in months:
            answer(drawn, f"p{k}", codes, month=month)
    return [f for f in pulse(drawn, wave) if f.part == "persisting"]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("W1", "W1", "W1"), ["W1"]),
        (("W1", "W2", "W1"), []),
        (("W1", "W1"), []),
        (("W2", "W1; W2", "W2; W1", "W1; W2"), ["W1", "W2"]),
        (("W1", "W1", "W1", "W2"), []),
    ],
)
def test_a_worry_persists_over_three_answered_months(codes, expected):
    months = ("2025-11", "2025-12", "2026-02", "2026-03")[-len(codes) :]
    found = persisting(*zip(months, codes, strict=True))

    assert [f.category for f in found] == expected


def test_what_persists_is_a_count_of_principals_shown_from_five_on():
    [found] = persisting(*((f"2026-0{m}", "W1") for m in (1, 2, 3)), people=6)

    assert said([found], "n", "least", "is_people", "indicator_id", "unit_kind") == [
        ("persisting", "all", "W1", 6, 6, 5, True, "PP-2", "district")
    ]


def test_months_after_the_wave_do_not_persist_yet():
    assert persisting(("2026-02", "W1"), ("2026-03", "W1"), ("2026-04", "W1")) == []


def test_another_question_does_not_make_a_worry_persist():
    drawn = district()
    for k in range(5):
        for month in ("2026-01", "2026-02"):
            answer(drawn, f"p{k}", "W1", month=month)
        answer(drawn, f"p{k}", "W1", month="2026-03", question=EXCITES)

    assert [f for f in pulse(drawn) if f.part == "persisting"] == []


# --- energy


def test_energy_runs_from_nothing_to_a_hundred_and_counts_each_principal_once():
    drawn = district()
    answer(drawn, "p", "W1")
    for person, text in (("a", "1"), ("a", "5"), ("b", "5"), ("c", "2"), ("d", "4")):
        month = "2026-02" if text == "5" else "2026-03"
        answer(drawn, person, "", question=ENERGY, text=text, month=month)
    answer(drawn, "e", "", question=ENERGY, text="much")
    answer(drawn, "f", "", question=ENERGY, text="1", month="2025-12")
    [found] = [f for f in pulse(drawn) if f.part == "energy"]

    # Means 3, 5, 2, 4: 3.5 on 1 to 5 is 62.5 of 100.
    assert said([found], "n", "least", "is_people", "indicator_id", "unit_kind") == [
        ("energy", "all", "", 62.5, 4, 5, True, "PP-1", "district")
    ]


def test_no_energy_asked_is_none_said():
    drawn = district()
    answer(drawn, "p", "W1")

    assert [f for f in pulse(drawn) if f.part == "energy"] == []


def test_without_answers_nothing_is_said():
    assert pulse(district()) == []
