"""Does a scale hang together (E8), read off a warehouse: who is complete, which schools.

Two teachers in every three answer all high, one all low, so that the six questions of
CU-1 agree perfectly but for one question that each tenth teacher answers the other way.
"""

import pytest
from blank import blank_warehouse

from data.catalogue import catalogue
from data.scoring.surveys import survey_estimates
from data.scoring.units import prepare_units

RISK = [f"T.RR.{k}" for k in range(1, 7)]


def scales_of(teachers, *, codes, schools=2, language="'en'"):
    """Return scales of one wave: *codes* is SQL of teacher t and question q (1–6)."""
    connection = blank_warehouse()
    connection.execute(
        "INSERT INTO waves VALUES ('2026-27F', 0, '2026-10-01', '2026-10-21')"
    )
    connection.execute(
        f"""INSERT INTO schools SELECT 'S' || k, 'S' || k, 'middle', NULL, NULL, 1, NULL,
              NULL, NULL FROM range({schools}) r(k)"""
    )
    connection.execute(
        f"""INSERT INTO responses SELECT t, 1, '2026-27F', 'teacher', 'k' || t,
              'S' || (t % {schools}), 'all', NULL, {language}, true
            FROM range({teachers}) r(t)"""
    )
    names = ", ".join(f"'{item}'" for item in RISK)
    connection.execute(
        f"""INSERT INTO answers SELECT t, item_no, code FROM (
              SELECT t, item_no, ({codes}) AS code FROM range({teachers}) r(t),
                (SELECT item_no, right(item_id, 1)::INTEGER AS q FROM items
                 WHERE item_id IN ({names})))
            WHERE code IS NOT NULL"""
    )
    prepare_units(connection)
    return survey_estimates(connection, catalogue(), last_wave=0).scales


def cu1(scales):
    found = scales.frame
    return found[(found["indicator_id"] == "CU-1") & (found["part"] == "scale")].iloc[0]


# Random by person and question, but the same ever again.
NOISE = "hash(t * 10 + q) % 2"
PERSON = "2 * (hash(t) % 2)"


@pytest.mark.parametrize(("teachers", "gate"), [(99, "unknown"), (100, "shown")])
def test_a_hundred_complete_teachers_make_a_scale_known(teachers, gate):
    found = cu1(scales_of(teachers, codes=f"2 + {PERSON} + {NOISE}"))

    assert found["gate"] == gate
    assert bool(found["n"] == 100) is (gate == "shown")


def test_those_who_left_a_question_out_are_not_complete():
    found = cu1(scales_of(130, codes=f"CASE WHEN t >= 100 AND q = 6 THEN NULL ELSE 2 + {PERSON} + {NOISE} END"))  # fmt: skip

    assert found["n"] == 100


def test_answers_without_anything_in_common_are_read_question_by_question():
    found = cu1(scales_of(300, codes="1 + hash(t * 10 + q) % 5"))

    assert found["gate"] == "items_only"


def test_people_who_differ_by_2_and_noise_of_a_half():
    # Between people variance 1, noise ¼ a question: α = 6/7·… = 6·1/(6·1 + ¼) = .96.
    found = cu1(scales_of(2000, codes=f"2 + {PERSON} + {NOISE}"))

    assert found["alpha"] == pytest.approx(0.96, abs=0.005)
    assert found["omega"] == pytest.approx(0.96, abs=0.005)
    assert found["alpha_low"] < found["alpha"] < found["alpha_high"]


def test_schools_that_are_no_different_share_nothing():
    found = cu1(scales_of(2000, codes=f"2 + {PERSON} + {NOISE}"))

    assert found["icc1"] == pytest.approx(0.0, abs=0.005)


def test_schools_that_differ_as_much_as_their_people():
    # Even teachers teach in S0 and answer two higher: nothing is left within but noise.
    found = cu1(scales_of(400, codes=f"2 + 2 * (t % 2) + {NOISE}"))

    # Sums of six: 6·2 apart, noise 6/4: between 72 + 1.5/200 against 1.5.
    assert found["icc1"] == pytest.approx(72 / 73.5, abs=0.01)
    assert found["icc2"] > 0.99


@pytest.mark.parametrize(("staff", "is_told"), [(9, False), (10, True)])
def test_ten_complete_teachers_say_whether_a_staff_agrees(staff, is_told):
    agree = scales_of(staff * 2, codes="4").agree

    assert bool(agree) is is_told
    if is_told:
        assert {(f.unit_id, f.value, f.word, f.n) for f in agree} == {
            ("S0", 1.0, "staff_agree", 10), ("S1", 1.0, "staff_agree", 10),
        }  # fmt: skip


def test_a_staff_of_two_camps_is_split():
    # Half at 1 and half at 5: variance far beyond two.
    agree = scales_of(40, codes="CASE WHEN t % 4 < 2 THEN 1 ELSE 5 END").agree

    assert {f.word for f in agree} == {"staff_split"}
    assert {f.value for f in agree} == {0.0}


@pytest.mark.long
def test_languages_are_compared_only_where_both_are_known():
    few = cu1(scales_of(150, codes=f"2 + {PERSON} + {NOISE}", language="CASE WHEN t % 2 = 0 THEN 'en' ELSE 'es' END"))  # fmt: skip
    both = cu1(scales_of(400, codes=f"2 + {PERSON} + {NOISE}", language="CASE WHEN t % 2 = 0 THEN 'en' ELSE 'es' END"))  # fmt: skip

    assert few["languages"] is None
    assert both["languages"] is True
    assert both["omega_en"] == pytest.approx(both["omega_es"], abs=0.05)


def test_a_scale_that_hangs_together_in_one_language_alone_is_not_compared():
    # In Spanish people differ by ¼ and questions by ⅔: 6·¼/(6·¼ + ⅔) = .69.
    weak = "1 + hash(t) % 2 + hash(t * 10 + q) % 3"
    found = cu1(
        scales_of(
            2000,
            codes=f"CASE WHEN t % 2 = 0 THEN 2 + {PERSON} + {NOISE} ELSE {weak} END",
            language="CASE WHEN t % 2 = 0 THEN 'en' ELSE 'es' END",
        )
    )
    assert found["omega_en"] == pytest.approx(0.96, abs=0.01)
    assert found["omega_es"] == pytest.approx(0.69, abs=0.04)
    assert found["languages"] is False
