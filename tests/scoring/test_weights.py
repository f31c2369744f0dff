"""Weights to the roster (E4) and two waves for small staffs (8.2, CU-1).

Golden value G1b: strata of 120 and 80 people, 30 and 40 answers, shares .60 and .40.
"""

import numpy as np
import pandas as pd
import pytest

from data.scoring.surveys import estimated
from data.scoring.weights import designs


def asked(counts, *, group="families", breakdown="language", unknown=0) -> pd.DataFrame:
    """Who was asked a form in one school: category → (N, n)."""
    base = {
        "form": "family",
        "wave_index": 0,
        "unit_kind": "school",
        "unit_id": "S0",
        "group": group,
    }
    rows = [
        {**base, "breakdown": breakdown, "category": c, "eligible": whole, "answered": n, "people": n}
        for c, (whole, n) in counts.items()
    ]  # fmt: skip
    people = sum(n for _, n in counts.values()) + unknown
    whole = {**base, "breakdown": "all", "category": "all", "answered": people, "people": people,
             "eligible": sum(w or 0 for w, _ in counts.values())}  # fmt: skip
    return pd.DataFrame([whole, *rows])


def weights(counts, **more) -> dict[str, float]:
    found = designs(asked(counts, **more))
    return dict(zip(found["category"], found["weight"], strict=True))


@pytest.mark.parametrize(
    ("counts", "want"),
    [
        # (N_h/N)/(n_h/n): .6/(30/70) and .4/(40/70)
        ({"en": (120, 30), "es": (80, 40)}, {"en": 1.4, "es": 0.7}),
        # as answered as asked: everyone counts as one
        ({"en": (100, 50), "es": (60, 30)}, {"en": 1.0, "es": 1.0}),
        # ten answers are a stratum, nine are not
        ({"en": (100, 40), "es": (25, 10)}, {"en": 1.0, "es": 1.0}),
        ({"en": (100, 40), "es": (25, 9)}, {}),
        # each short stratum joins the one before it: nothing is left to weigh
        ({"en": (100, 60), "es": (30, 8), "vi": (20, 7)}, {}),
        # but es with twelve takes in vi: .5/(30/45) and .5/(15/45)
        ({"en": (50, 30), "es": (30, 12), "vi": (20, 3)},
         {"en": 0.75, "es": 1.5, "vi": 1.5}),
        ({"en": (120, 0), "es": (80, 40)}, {}),
    ],
)  # fmt: skip
def test_a_person_weighs_what_the_stratum_lacks(counts, want):
    assert weights(counts) == pytest.approx(want, abs=1e-4)


def test_grade_bands_stand_in_the_order_of_their_grades():
    # Nine answers of 6–8 join 3–5 before them, not 9–12 after them.
    found = designs(
        asked({"912": (60, 30), "68": (20, 9), "35": (40, 20)},
              group="students", breakdown="grade_band")
    ).set_index("category")["stratum"]  # fmt: skip

    assert found["35"] == found["68"] != found["912"]


def test_a_first_stratum_that_is_short_takes_the_next():
    found = designs(
        asked({"35": (20, 4), "68": (40, 20), "912": (60, 30)},
              group="students", breakdown="grade_band")
    ).set_index("category")["stratum"]  # fmt: skip

    assert found["35"] == found["68"] != found["912"]


def test_no_weight_is_above_three_before_all_are_made_one_on_average():
    # Unbounded: .9/.1 = 9. At three: (90·.1111 + 10·3)/100 = .4, so 3/.4 and .1111/.4.
    found = weights({"en": (100, 90), "es": (900, 10)})

    assert found == pytest.approx({"en": 0.27778, "es": 7.5}, abs=1e-4)


@pytest.mark.parametrize(
    ("more", "is_weighted"),
    [({}, True), ({"unknown": 1}, False), ({"group": "teachers"}, False)],
)
def test_one_person_of_no_known_stratum_leaves_the_whole_form_unweighted(
    more, is_weighted
):
    assert bool(weights({"en": (120, 30), "es": (80, 40)}, **more)) is is_weighted


def test_a_stratum_nobody_counted_on_the_roster_leaves_the_form_unweighted():
    assert weights({"en": (120, 30), "es": (None, 40)}) == {}


def sums(
    parts, *, measure="F.PR.1", group="families", breakdown="language", **more
) -> pd.DataFrame:
    """A yes-or-no question in one school: category → (n, favorable)."""
    base = {
        "indicator_id": "FC-2", "part": measure, "form": "family", "wave_index": 0,
        "unit_kind": "school", "unit_id": "S0", "schools": 1, "respondents": group,
        "has_mean": True, "level": "middle", "k": 1.0, "eligible": 200.0, "answered": 70.0,
        "is_published": True,
    } | more  # fmt: skip
    n = sum(n for n, _ in parts.values())
    good = sum(x for _, x in parts.values())
    rows = [("all", "all", n, good)]
    rows += [(breakdown, c, n, x) for c, (n, x) in parts.items()]
    return pd.DataFrame(
        [{**base, "breakdown": b, "category": c, "n": float(n), "y": float(x), "yy": float(x),
          "m": 100.0 * x, "mm": 1e4 * x} for b, c, n, x in rows]
    )  # fmt: skip


G1B = {"en": (120, 30), "es": (80, 40)}


def test_g1b_a_school_weighted_to_its_languages():
    rows = sums({"en": (30, 18), "es": (40, 16)})
    found = estimated(rows, designs(asked(G1B))).iloc[0]

    assert found["share"] == pytest.approx(52.0)
    assert found["share_variance"] ** 0.5 == pytest.approx(0.0629597, abs=1e-7)
    assert found["design_effect"] == pytest.approx(1.12)
    assert (found["low"], found["high"]) == pytest.approx((39.90, 63.87), abs=0.005)
    # v_desc: SE .0522187, n* = .52·.48/.0522187² = 91.53, Wilson 41.89 to 61.95.
    assert (found["here_low"], found["here_high"]) == pytest.approx(
        (41.89, 61.95), abs=0.01
    )
    assert found["mean"] == pytest.approx(52.0)
    assert found["mean_variance"] ** 0.5 == pytest.approx(6.29597, abs=1e-5)


def test_every_measure_of_a_form_is_weighted_alike():
    # Fewer answered the second question; its people weigh what they weigh in the first.
    first = sums({"en": (30, 18), "es": (40, 16)})
    second = sums({"en": (20, 12), "es": (4, 1)}, measure="F.WHY.2")
    both = pd.concat([first, second], ignore_index=True)
    found = estimated(both, designs(asked(G1B)))
    found = found[found["breakdown"] == "all"].set_index("part")["share"]

    assert found["F.PR.1"] == pytest.approx(52.0)
    # (20·1.4·.6 + 4·.7·.25) / (20·1.4 + 4·.7)
    assert found["F.WHY.2"] == pytest.approx(100 * 17.5 / 30.8)


def test_one_answer_of_a_stratum_borrows_the_spread_of_the_others():
    rows = sums({"en": (30, 18), "es": (1, 0)})
    found = estimated(rows, designs(asked(G1B))).iloc[0]

    assert found["share"] == pytest.approx(100 * (30 * 1.4 * 0.6) / (30 * 1.4 + 0.7))
    assert found["low"] < found["share"] < found["high"]


def test_a_school_without_a_design_stays_as_it_answered():
    rows = sums({"en": (30, 18), "es": (40, 16)}, unit_id="S1")
    found = estimated(rows, designs(asked(G1B))).iloc[0]

    assert found["share"] == pytest.approx(100 * 34 / 70)
    assert found["design_effect"] == 1.0


def test_strata_themselves_are_never_weighted():
    rows = sums({"en": (30, 18), "es": (40, 16)})
    found = estimated(rows, designs(asked(G1B))).set_index("category")["share"]

    assert (found["en"], found["es"]) == pytest.approx((60.0, 40.0))


# --- two waves of a small staff


def staff(
    waves, *, eligible, indicator="CU-1", unit="school", kind="teachers"
) -> pd.DataFrame:
    """Answers and favorable ones of each wave; four items, everyone all or nothing."""
    return pd.DataFrame(
        [{"indicator_id": indicator, "part": "scale", "form": "teacher", "wave_index": k,
          "unit_kind": unit, "unit_id": "S0", "breakdown": "all", "category": "all", "schools": 1,
          "respondents": kind, "has_mean": True, "level": "middle", "k": 4.0, "n": float(n),
          "y": float(x), "yy": float(x), "m": 100.0 * x, "mm": 1e4 * x,
          "eligible": float(eligible), "answered": float(n)}
         for k, (n, x) in enumerate(waves)]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "waves_pooled"),
    [
        ({"eligible": 9}, 2),
        ({"eligible": 10}, 1),
        ({"eligible": 9, "indicator": "CU-2"}, 2),
        ({"eligible": 9, "indicator": "RO-3"}, 1),
        ({"eligible": 9, "unit": "cohort"}, 1),
        ({"eligible": 9, "kind": "students"}, 1),
    ],
)
def test_staffs_of_fewer_than_ten_are_read_over_two_waves(more, waves_pooled):
    found = estimated(staff([(9, 6), (9, 3)], **more))

    assert found["waves_pooled"].tolist() == [1, waves_pooled]


def test_two_waves_of_nine_are_one_share_as_sure_as_nine_people():
    found = estimated(staff([(9, 6), (9, 3)], eligible=9)).iloc[1]

    assert found["share"] == pytest.approx(50.0)
    # 18 answers of variance 4.5/17, of nine people: .02941.
    assert found["share_variance"] == pytest.approx(4.5 / 17 / 9)
    assert found["n"] == 9


def test_all_nine_of_nine_in_two_waves_still_leave_an_interval():
    # The correction for how many there are would have left none: 1 − 18/9.
    found = estimated(staff([(9, 6), (9, 3)], eligible=9)).iloc[1]

    assert found["high"] - found["low"] > 40
    assert (found["here_low"], found["here_high"]) == (found["low"], found["high"])


def test_a_wave_of_which_nobody_answered_the_one_before_stands_alone():
    found = estimated(staff([(0, 0), (9, 3)], eligible=9))

    assert found["waves_pooled"].tolist() == [1, 1]
    assert found["share"].iloc[1] == pytest.approx(100 / 3)
    assert np.isnan(found["share"].iloc[0])
