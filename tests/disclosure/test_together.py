"""P5.0: what two numbers tell together is hidden together.

The attacker of these tests is arithmetic of its own: shares times people, subtraction,
and the words of the questions. It shares no code with the protection.
"""

import pandas as pd
import pytest
from drawn_estimates import COHORT, RULES, UNITS, seen, told

from data.disclosure import complementary
from data.disclosure.decisions import decide
from data.disclosure.primary import thin_scales
from data.disclosure.together import Together, together
from data.model.cell import Status


def why(heard, clear, asked=20):
    """The four questions about the Why: school → who heard, who heard and was clear."""
    return pd.concat(
        [
            told("CH-4", "T.WHY.1", {s: (asked, heard[s]) for s in heard}),
            told("CH-4", "heard_and_clear", {s: (asked, clear[s]) for s in heard}),
            told("CH-4", "clear_if_heard", {s: (heard[s], clear[s]) for s in heard}),
            told("CH-4", "T.WHY.2", {s: (asked, clear[s] + 2) for s in heard}),
        ],
        ignore_index=True,
    )


HEARD = {"A": 3, "B": 12, "C": 14, "D": 11, "E": 15, "F": 9}
CLEAR = {"A": 3, "B": 6, "C": 9, "D": 5, "E": 8, "F": 4}


@pytest.mark.parametrize("audience", ["school", "district"])
def test_three_who_heard_are_told_by_nothing(audience):
    """School A: three had heard, three of three were clear – finding 1's arithmetic."""
    shown = seen(why(HEARD, CLEAR), audience)

    assert ("clear_if_heard", "A") not in shown
    assert ("T.WHY.1", "A") not in shown
    assert ("heard_and_clear", "A") not in shown


def test_nor_are_they_by_subtracting_the_others_of_their_cohort():
    shown = seen(why(HEARD, CLEAR), "district")
    cohort = [s for s in HEARD if COHORT[s] == 1]

    for part in ("T.WHY.1", "heard_and_clear", "clear_if_heard"):
        unknown = [s for s in cohort if (part, s) not in shown]
        assert len(unknown) >= 2 or (part, "1") not in shown
    assert ("T.WHY.1", "all") in shown


def test_parts_of_one_another_are_hidden_in_the_same_schools():
    shown = seen(why(HEARD, CLEAR), "district")
    hidden = {
        part: {s for s in HEARD if (part, s) not in shown}
        for part in ("T.WHY.1", "heard_and_clear", "clear_if_heard")
    }

    assert hidden["T.WHY.1"] == hidden["heard_and_clear"] == hidden["clear_if_heard"]


@pytest.mark.parametrize("audience", ["school", "district", "public"])
def test_that_nobody_had_heard_is_told_by_no_empty_place(audience):
    """School A: of twenty, none had heard; "nobody was asked" would say so."""
    frame = why({**HEARD, "A": 0}, {**CLEAR, "A": 0})
    verdict = decide(frame, UNITS, RULES).by_audience()[audience]
    at = frame[frame["unit_id"].eq("A") & ~frame["part"].eq("T.WHY.2")].index

    statuses = verdict["status"].reindex(at).dropna()
    assert set(statuses) <= {Status.PROTECTED}
    assert (audience == "public") or len(statuses) == 3


def test_a_school_that_was_not_asked_says_so():
    frame = why({**HEARD, "A": 0}, {**CLEAR, "A": 0})
    frame.loc[frame["unit_id"].eq("A"), ["n", "favourable"]] = 0
    verdict = decide(frame, UNITS, RULES).by_audience()["district"]

    at = frame.index[frame["unit_id"].eq("A")]
    assert set(verdict.loc[at, "status"]) == {Status.NOT_COLLECTED}


@pytest.mark.parametrize(
    ("heard", "who_heard", "who_of_all", "who_of_those"),
    [
        # teachers who heard → WHY.1, heard and clear, clear given heard, for the
        # principal (P1: five; P2: ten of the group a principal reads about)
        (4, False, False, False),
        (5, True, False, False),
        (9, True, False, False),
        (10, True, True, True),
    ],
)
def test_what_a_principal_reads_about_those_who_heard(
    heard, who_heard, who_of_all, who_of_those
):
    shown = seen(why({**HEARD, "A": heard}, CLEAR), "school")

    assert (("T.WHY.1", "A") in shown) is who_heard
    assert (("heard_and_clear", "A") in shown) is who_of_all
    assert (("clear_if_heard", "A") in shown) is who_of_those


def test_where_everyone_is_clear_so_are_those_who_heard():
    """WHY.2 at 20 of 20 would say it of the hidden three as well."""
    frame = why(HEARD, CLEAR)
    is_a = (frame["part"] == "T.WHY.2") & (frame["unit_id"] == "A")
    frame.loc[is_a, "favourable"] = 20.0

    assert ("T.WHY.2", "A") not in seen(frame, "district")
    assert ("T.WHY.2", "A") in seen(why(HEARD, CLEAR), "district")


SIZES = {"A": 10, "B": 24, "C": 31, "D": 40, "E": 26, "F": 33}


def co_creation(small):
    """Scale and items of co-creation; at A *small* students answered the fourth."""
    parts = [
        told("LX-2", "scale", {s: (n, n * 0.5) for s, n in SIZES.items()}, STUDENT)
    ]
    for k in (1, 2, 3, 4):
        answered = {**SIZES, "A": small if k == 4 else 10}
        counts = {s: (n, n // 2) for s, n in answered.items()}
        parts.append(told("LX-2", f"S.CC.{k}", counts, STUDENT))
    return pd.concat(parts, ignore_index=True)


STUDENT = "student_6_12"


@pytest.mark.parametrize("audience", ["public", "school", "district"])
def test_a_scale_less_its_other_items_is_no_way_to_the_hidden_one(audience):
    """Finding 2: four times the scale less three items is the fourth."""
    shown = seen(co_creation(9), audience)

    assert ("S.CC.4", "A") not in shown
    assert ("scale", "A") not in shown or sum(
        (f"S.CC.{k}", "A") not in shown for k in (1, 2, 3, 4)
    ) >= 2


def test_an_item_ten_answered_is_shown_with_its_scale():
    shown = seen(co_creation(10), "district")

    assert ("S.CC.4", "A") in shown
    assert ("scale", "A") in shown


def test_a_scale_rests_on_its_least_answered_question():
    """The answers of all but one question would give that one away."""
    scale = told("LX-3", "scale", {s: (n, n * 0.5) for s, n in SIZES.items()}, STUDENT)
    answers = pd.DataFrame(
        {
            "indicator_id": "LX-3", "part": "scale", "form": STUDENT, "wave_index": 1,
            "unit_kind": "school", "unit_id": ["A", "B"], "respondents": "students",
            "n": [9, 10],
        }
    )  # fmt: skip
    thin = thin_scales(scale, answers, RULES)

    assert scale.loc[thin.for_all, "unit_id"].tolist() == ["A"]


@pytest.mark.parametrize(("reached", "is_shown"), [(4, False), (5, True)])
def test_those_who_came_are_hidden_where_so_few_came_that_followers_show(
    reached, is_shown
):
    """PL-1: of the teachers reached, three came to a workshop and were followed up."""
    staff = dict.fromkeys(COHORT, 20)
    came = {**dict.fromkeys(COHORT, 12), "A": reached}
    workshop = {**dict.fromkeys(COHORT, 8), "A": 3}
    frame = pd.concat(
        [
            told(
                "PL-1", "reached", {s: (staff[s], came[s]) for s in staff}, "sessions"
            ),
            told("PL-1", "followed", {s: (workshop[s], 2) for s in staff}, "sessions"),
        ],
        ignore_index=True,
    )
    shown = seen(frame, "district")

    assert ("followed", "A") not in shown
    assert (("reached", "A") in shown) is is_shown


def test_which_parts_go_together():
    group = together().group

    def same(indicator, *parts, form):
        return len({group[indicator, p, form] for p in parts}) == 1

    assert same("CH-4", "F.WHY.1", "heard_and_clear", "clear_if_heard", form="family")
    assert same("LX-6", "joint", "S.WA.1", "S.WA.2", "S.WA.3", form=STUDENT)
    assert same("RO-2", "adopters", "T.UP.VO", "T.UP.SD", form="teacher")
    assert not same("CH-4", "T.WHY.1", "T.WHY.3", form="teacher")


ALONE = Together(group={}, parents={}, above={}, inside={})


@pytest.mark.parametrize(
    ("frame", "part"),
    [
        (why(HEARD, CLEAR), "heard_and_clear"),
        (why(HEARD, CLEAR), "T.WHY.1"),
        (co_creation(9), "scale"),
    ],
)
def test_without_groups_the_arithmetic_finds_them(frame, part, monkeypatch):
    """That these tests can fail: each part looked at by itself shows the way."""
    monkeypatch.setattr(complementary, "together", lambda: ALONE)

    assert (part, "A") in seen(frame, "district")


def by_language(frame, en, es):
    """Add to school A's row its two languages: part → (people, favorable) each."""
    rows = [frame]
    for category, counts in (("en", en), ("es", es)):
        mine = frame[frame["unit_id"].eq("A")].assign(
            breakdown="language", category=category
        )
        mine = mine.assign(
            n=mine["part"].map(lambda p, c=counts: c[p][0]),
            favourable=mine["part"].map(lambda p, c=counts: float(c[p][1])),
        )
        rows.append(mine)
    return pd.concat(rows, ignore_index=True)


def test_a_small_language_keeps_its_cover_where_enough_had_heard():
    """29 heard, 21 answered in English: the eight in Spanish would be the rest."""
    parts = ("S.WHY.1", "heard_and_clear", "clear_if_heard")
    asked = {**SIZES, "A": 29}
    frame = pd.concat(
        [
            told("CH-4", p, {s: (n, n) for s, n in asked.items()}, STUDENT)
            for p in parts
        ],
        ignore_index=True,
    )
    frame = by_language(
        frame, dict.fromkeys(parts, (21, 21)), dict.fromkeys(parts, (8, 8))
    )
    verdict = decide(frame, UNITS, RULES).by_audience()["school"]
    of_a = frame[frame["unit_id"].eq("A")]

    for part in parts:
        rows = of_a[of_a["part"].eq(part)]
        hidden = verdict.loc[rows.index, "status"].eq(Status.PROTECTED)
        assert hidden[rows["category"].eq("es")].all()
        assert hidden.sum() >= 2
