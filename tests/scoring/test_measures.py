"""One person's answers → one score (E1, and the formulas of section 8), rule by rule."""

import pytest

from data.catalogue import catalogue
from data.scoring.measures import scored
from data.scoring.packing import Packing, Wave, waves_of

from .drawn import District

GAP = None
STUDENT, TEACHER = "student_6_12", "teacher"


def answered(drawn, number, form, codes, *, wave=3, current=True):
    """Write one person's answers: item → code."""
    drawn.row("responses", number, 1, drawn.waves[wave], form, f"p{number}", "A",
              None, None, "en", current)  # fmt: skip
    numbers = dict(
        drawn.connection.execute("SELECT item_id, item_no FROM items").fetchall()
    )
    for item, code in codes.items():
        if code is not GAP:
            drawn.row("answers", number, numbers[item], code)


def measure_of(indicator, part, form):
    [found] = [
        m
        for m in catalogue().indicators[indicator].measures
        if (m.part, m.form) == (part, form)
    ]
    return found


def scores(indicator, part, form, *people, engine=GAP):
    """Return share and mean of each person, None where they do not count.

    People as codes in the order of the measure's items.
    """
    measure = measure_of(indicator, part, form)
    drawn = District()
    for number, codes in enumerate(people, 1):
        answered(drawn, number, form, dict(zip(measure.items, codes, strict=True)))
        # Whoever gives no answer at all has no row; one question keeps it.
        if all(c is GAP for c in codes):
            answered_one(drawn, number, catalogue().forms[form].items[0])
    packing = Packing(catalogue().forms[form], catalogue())
    packing.pack(drawn.connection, Wave("2025-26S", 3, 1, len(people)), measure.items)
    found = scored(measure, packing, catalogue())
    rows = drawn.connection.execute(
        f"""SELECT {found.y}, {found.m}
            FROM (SELECT *, {"NULL" if engine is GAP else engine} AS engine
                  FROM respondents ORDER BY resp_key)"""
    ).fetchall()
    return [
        (None, None) if y is None else (y * found.share_unit, m * found.mean_unit)
        for y, m in rows
    ]


def answered_one(drawn, number, item):
    [(no,)] = drawn.connection.execute(
        "SELECT item_no FROM items WHERE item_id = ?", [item]
    ).fetchall()
    drawn.row("answers", number, no, 1)


def shares(*given, **more):
    return [y if y is None else pytest.approx(y) for y, _ in scores(*given, **more)]


# --- a scale of four questions


@pytest.mark.parametrize(
    ("codes", "share", "mean"),
    [
        # Four and five are favourable; 1 to 5 is 0 to 100.
        ((5, 4, 4, 5), 1.0, 87.5),
        ((3, 3, 2, 4), 0.25, 50.0),
        ((1, 1, 1, 1), 0.0, 0.0),
        ((5, 5, 5, 5), 1.0, 100.0),
        # Three of four answered: of three.
        ((4, 4, GAP, 1), 2 / 3, 50.0),
        # Half is enough, a quarter is not.
        ((GAP, 5, GAP, 3), 0.5, 75.0),
        ((GAP, GAP, GAP, 4), None, None),
    ],
)
def test_a_scale_is_the_share_of_the_questions_one_answered(codes, share, mean):
    [(y, m)] = scores("LX-1", "scale", STUDENT, codes)

    assert (y, m) == (share if share is None else pytest.approx(share), mean)


def test_of_six_questions_three_are_half():
    found = scores(
        "CU-1", "scale", TEACHER, (5, 5, 1, GAP, GAP, GAP), (5, 5, GAP, GAP, GAP, GAP)
    )

    assert found == [(pytest.approx(2 / 3), pytest.approx(200 / 3)), (None, None)]


def test_what_is_yes_or_no_has_its_share_for_a_mean():
    # S.SC.5: more than half of the time, and almost always.
    assert scores("LX-3", "alone", STUDENT, (3,), (4,), (5,)) == [
        (0.0, 0.0),
        (1.0, 100.0),
        (1.0, 100.0),
    ]


# --- rules over several questions


@pytest.mark.parametrize(
    ("codes", "share"),
    [
        ((4, 4, 4), 1.0),
        ((4, 5, 3), 0.0),
        ((3, 4, 4), 0.0),
        ((5, 5, GAP), None),
        ((GAP, 1, 1), None),
    ],
)
def test_all_three_together_count_for_whoever_answered_all_three(codes, share):
    assert shares("LX-6", "joint", STUDENT, codes) == [share]


@pytest.mark.parametrize(
    ("codes", "share"),
    [
        # 2 "trying it in places" in two of four attributes.
        ((2, 2, 0, 0), 1.0),
        ((4, 1, 1, 1), 0.0),
        ((0, 0, 3, 2), 1.0),
        ((2, 2, GAP, GAP), 1.0),
        ((2, GAP, GAP, 1), 0.0),
        ((2, GAP, GAP, GAP), None),
    ],
)
def test_an_adopter_uses_it_in_two_attributes(codes, share):
    assert shares("RO-2", "adopters", TEACHER, codes) == [share]


@pytest.mark.parametrize(
    ("heard", "clear", "both", "if_heard"),
    [
        # Yes 1, no 2, not sure 3; clear from 4 on.
        (1, 4, 1.0, 1.0),
        (1, 3, 0.0, 0.0),
        (2, 5, 0.0, None),
        (3, 4, 0.0, None),
        (2, GAP, 0.0, None),
        # Who heard and did not say how clear: not clear, and not asked further.
        (1, GAP, 0.0, None),
        (GAP, 5, None, None),
    ],
)
def test_heard_and_clear_is_of_all_and_clear_is_of_those_who_heard(
    heard, clear, both, if_heard
):
    assert shares("CH-4", "heard_and_clear", TEACHER, (heard, clear)) == [both]
    assert shares("CH-4", "clear_if_heard", TEACHER, (heard, clear)) == [if_heard]


@pytest.mark.parametrize(
    ("said", "engine", "share"),
    [(3, 3, 1.0), (2, 3, 0.0), (3, GAP, None), (GAP, 3, None)],
)
def test_an_engine_is_known_by_whoever_names_it(said, engine, share):
    assert shares("LE-1", "known", TEACHER, (said,), engine=engine) == [share]


@pytest.mark.parametrize(
    ("others", "share"), [(0, 0.0), (1, 1.0), (14, 1.0), (GAP, None)]
)
def test_who_names_another_school_reaches_across(others, share):
    assert shares("RO-4", "named", TEACHER, (others,)) == [share]


# --- rows of answers


def packed(*people, core=("S.VO.1", "S.VO.2", "S.VO.3", "S.VO.4"), wave=3):
    """People as wave, form, codes of the core, is it current."""
    drawn = District()
    for number, (when, form, codes, current) in enumerate(people, 1):
        answered(drawn, number, form, dict(zip(core, codes, strict=True)), wave=when,
                 current=current)  # fmt: skip
    packing = Packing(catalogue().forms[STUDENT], catalogue())
    label = drawn.waves[wave]
    packing.pack(drawn.connection, Wave(label, wave, 1, len(people)), core)
    return dict(
        drawn.connection.execute("SELECT resp_key, is_core FROM respondents").fetchall()
    )


def test_a_row_is_one_current_answer_to_this_form_in_this_wave():
    found = packed(
        (3, STUDENT, (1, 2, 3, 4), True),
        (3, STUDENT, (1, 2, 3, 4), False),
        (2, STUDENT, (1, 2, 3, 4), True),
        (3, STUDENT, (GAP, GAP, GAP, GAP), True),
    )

    assert set(found) == {"p1"}


def test_who_answered_counts_from_half_of_the_core_anyone_was_asked():
    people = [
        (3, STUDENT, codes, True)
        for codes in [(1, 1, 1, 1), (1, 1, GAP, GAP), (1, GAP, GAP, GAP)]
    ]

    assert packed(*people) == {"p1": True, "p2": True, "p3": False}
    # Where nobody was asked more than two questions, one is half.
    assert packed(*people[1:]) == {"p1": True, "p2": True}


def test_packed_answers_come_back_as_their_codes():
    packing = Packing(catalogue().forms[TEACHER], catalogue())

    # Levels of use begin at 0, a number of schools has no options.
    assert packing.options("T.UP.VO") == range(1, 6)
    assert [packing.code("T.UP.VO", v) for v in (1, 5)] == [0, 4]
    assert packing.stored("T.UP.VO", {4, 2}) == "3, 5"
    assert packing.options("T.NW.1") == range(1, 16)
    assert [packing.code("T.NW.1", v) for v in (1, 15)] == [0, 14]
    assert packing.options("T.CO.1") == range(1, 6)
    assert packing.code("T.CO.1", 5) == 5
    assert packing.stored("T.CO.1", {5, 4}) == "4, 5"


def test_waves_of_a_form_are_those_it_has_answers_in():
    drawn = District()
    for number, wave, form in (
        (3, 1, STUDENT),
        (5, 1, STUDENT),
        (7, 3, STUDENT),
        (9, 2, TEACHER),
    ):
        answered(drawn, number, form, {}, wave=wave)

    assert waves_of(drawn.connection, STUDENT, 3) == [
        Wave("2024-25S", 1, 3, 5),
        Wave("2025-26S", 3, 7, 7),
    ]
    assert [w.index for w in waves_of(drawn.connection, STUDENT, 2)] == [1]
