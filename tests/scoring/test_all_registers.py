"""Every register read at once: who answered, whose engine, which plan, in which shape."""

from datetime import date

import pandas as pd
import pytest

from data.catalogue import catalogue
from data.model.rules import Rules
from data.scoring.coherence import risk_and_results
from data.scoring.figures import (
    DISTRICT,
    Figure,
    Readers,
    figure_frame,
    figure_frame_with,
)
from data.scoring.registers.everything import read_registers

from .drawn import District


def read(drawn, estimates=None, last_wave=3):
    drawn.calendar()
    if estimates is None:
        estimates = pd.DataFrame()
    return read_registers(drawn.connection, catalogue(), estimates, Rules(), last_wave)


def rates(*rows):
    """Rows: form, breakdown, wave, unit kind, unit, rate."""
    return pd.DataFrame(
        rows,
        columns=["form", "breakdown", "wave_index", "unit_kind", "unit_id", "rate"],
    )


def named():
    """Four schools, of which A and B name one another, five teachers each."""
    drawn = District()
    for k, school in enumerate("ABCD"):
        drawn.school(school, cohort=1 + k // 2, teachers=20)
    for k in range(5):
        drawn.teacher(f"a{k}", "A", 3, names="B")
        drawn.teacher(f"b{k}", "B", 3, names="A")
    return drawn


def drawn_ties(estimates):
    found = read(named(), estimates).figures
    ties = found[found["part"] == "tie"]
    return sorted(zip(ties["unit_id"], ties["category"], strict=True))


@pytest.mark.parametrize(
    ("row", "ties"),
    [
        (("teacher", "all", 3, "school", "A", 60.0), [("A", "B")]),
        (("teacher", "grade_band", 3, "school", "A", 60.0), []),
        (("student_6_12", "all", 3, "school", "A", 60.0), []),
        (("teacher", "all", 2, "school", "A", 60.0), []),
        (("teacher", "all", 3, "school", "C", 60.0), []),
        (("teacher", "all", 3, "cohort", "A", 60.0), []),
        (("teacher", "all", 3, "school", "A", None), []),
    ],
)
def test_a_tie_asks_for_the_rate_of_that_schools_teachers_in_that_wave(row, ties):
    other = ("teacher", "all", 3, "school", "B", 10.0)

    assert drawn_ties(rates(row, other)) == ties


def test_without_any_survey_no_rate_is_known():
    assert drawn_ties(None) == []


def test_an_engine_is_the_one_registered_last_by_the_end_of_the_window():
    drawn = District()
    drawn.school("A")
    for name, day, crosswalk in (
        ("stem", "2025-03-21", "voice; policies; ;"),
        ("project_based", "2025-10-25", None),
    ):
        drawn.row("learning_engine", "A", name, "Own", day, None, None, crosswalk, None)

    # The windows close on 21 March and 24 October 2025, then 27 March 2026.
    assert read(drawn).engines == {
        (1, "A"): ("stem", 2),
        (2, "A"): ("stem", 2),
        (3, "A"): ("project_based", 0),
    }


def test_a_plan_is_known_by_what_it_looks_at_and_whom_it_asks():
    drawn = District()
    drawn.school("A")
    drawn.row("analysis_plan", "LX-1", "student_6_12", "2024-09-01", "")
    drawn.row("analysis_plan", "LX-1", "teacher", "2025-09-01", "")

    assert read(drawn).plans == {
        ("LX-1", "student_6_12"): date(2024, 9, 1),
        ("LX-1", "teacher"): date(2025, 9, 1),
    }


def test_counted_shares_are_those_of_messages_and_of_sessions():
    drawn = District()
    drawn.school("A", students=100, teachers=10, launch="2024-01-01")
    drawn.row("message", "2026-03", "A", "en", 50, 25, 10, 5)
    drawn.row("session", "E", "2026-01-10", 2.0, "workshop", "voice", "", "A", None)
    drawn.row("attendance", "E", "t1", "A")
    messages, sessions = read(drawn).counted

    assert set(messages["indicator_id"]) == {"FC-1"}
    # Everyone who is enrolled is below the line, whoever was written to.
    assert set(messages["respondents"]) == {"students"}
    assert set(sessions["indicator_id"]) == {"PL-1"}
    assert set(sessions["respondents"]) == {"teachers"}
    sent = messages[(messages["part"] == "sent") & (messages["unit_kind"] == "school")]
    assert sent["share"].tolist() == [50.0]


def test_every_register_is_read():
    drawn = District()
    for k in range(5):
        drawn.school(f"S{k}", cohort=1, launch="2024-09-02", teachers=20, students=100)
    for k in range(5):
        drawn.row("pulse", "2026-03", f"p{k}", "P.PU.1", "", "E1", "A", "S0")
        drawn.row("support_request", f"R{k}", f"S{k}", "2026-01-05", "S1", "", None,
                  None, None)  # fmt: skip
    drawn.row("case_event", "E", "2026-01-05", "x", "", None, "families", "board", 1,
              "en", "case")  # fmt: skip
    drawn.row("initiative", "I", "x", "", "S0", "2025-01-01", None, None, 1.0, 2.0,
              "core", "", "")  # fmt: skip
    drawn.row("session", "E", "2026-01-10", 2.0, "workshop", "voice", "", "S0", None)
    drawn.row("attendance", "E", "t1", "S0")
    drawn.row("try", "T", "S0", 4, "2026-01-10", None, None, "voice", "x", "x", "x",
              "running", "")  # fmt: skip
    for language in ("en", "es"):
        drawn.row("message", "2026-03", "S0", language, 100, 50, 50, 0)
    for rater in ("consensus", "R2"):
        drawn.row("rubric", drawn.waves[3], "S0", "voice", "practices", rater, 2, "",
                  rater == "R2")  # fmt: skip
    for k in range(6):
        for wave in (2, 3):
            drawn.teacher(f"t{k}", "S0", wave, levels=(2, 2, 0, 0), names=["S1"])
    found = read(drawn).figures

    assert set(found["indicator_id"]) >= {
        "CH-1", "CH-2", "CH-3", "CU-3", "FC-1", "NI-1", "PL-2", "PP-1", "PP-3", "RO-1",
        "RO-2", "RO-4",
    }  # fmt: skip


# --- figures as rows


def test_figures_are_rows_in_one_order_kept_to_six_decimals():
    frame = figure_frame(
        [
            Figure("B", "y", 1, "school", "S", value=1 / 3, n=2),
            Figure("B", "x", 1, "school", "S", low=2 / 3, high=1.0000004, word="w"),
            Figure("A", "x", 2, "school", "S", Readers.STAFF, of=7),
            Figure("A", "x", 1, "school", "S", category="b"),
            Figure("A", "x", 1, "school", "S", category="a", about="m"),
        ]
    )

    assert [
        (r.indicator_id, r.part, r.about, r.wave_index, r.category)
        for r in frame.itertuples()
    ] == [
        ("A", "x", "", 1, "b"),
        ("A", "x", "", 2, ""),
        ("A", "x", "m", 1, "a"),
        ("B", "x", "", 1, ""),
        ("B", "y", "", 1, ""),
    ]
    last, before = frame.iloc[4], frame.iloc[3]
    assert (last["value"], last["n"]) == (0.333333, 2.0)
    assert (before["low"], before["high"], before["word"]) == (0.666667, 1.0, "w")
    assert (frame.iloc[1]["readers"], frame.iloc[1]["of"]) == ("staff", 7.0)


def test_a_figure_of_the_district_is_of_all():
    [row] = figure_frame([Figure("A", "x", 1, *DISTRICT)]).to_dict("records")

    assert (row["unit_kind"], row["unit_id"]) == ("district", "all")
    assert (row["readers"], row["about"], row["category"]) == ("everyone", "", "")
    assert (row["is_people"], row["is_percent"], row["adds_up"]) == (False,) * 3
    assert (row["least"], row["word"]) == (0, None)


def test_more_figures_are_sorted_in_among_the_others():
    a, b = (Figure(name, "x", 1, "school", "S", value=1.0) for name in "AB")

    both = figure_frame_with(figure_frame([b]), [a])
    assert both["indicator_id"].tolist() == ["A", "B"]
    assert both.index.tolist() == [0, 1]
    assert figure_frame_with(figure_frame([b]), [])["indicator_id"].tolist() == ["B"]
    assert figure_frame_with(figure_frame([]), [a])["indicator_id"].tolist() == ["A"]
    assert figure_frame_with(figure_frame([]), []).empty


# --- CU-5: comfort with risk beside results


def pairs(count, value=lambda k: k, missing=()):
    shrunk = pd.DataFrame(
        [(3, f"S{k:02d}", 50.0 + k, 45.0 + k, 55.0 + k) for k in range(count)],
        columns=["wave_index", "unit_id", "shrunk", "shrunk_low", "shrunk_high"],
    )
    shrunk.loc[shrunk.index.isin(missing), "shrunk"] = None
    outcomes = pd.DataFrame(
        [(3, f"S{k:02d}", "att", "M", float(value(k)), "held") for k in range(count)],
        columns=["wave_index", "unit_id", "part", "category", "value", "word"],
    )
    return list(risk_and_results(shrunk, outcomes))


def test_each_school_has_its_comfort_with_risk_beside_the_word_of_its_results():
    [first, *_] = found = pairs(3)

    assert (first.indicator_id, first.part, first.about) == ("CU-5", "pair", "att")
    assert (first.unit_kind, first.unit_id, first.category) == ("school", "S00", "M")
    assert (first.value, first.low, first.high) == (50.0, 45.0, 55.0)
    assert (first.word, first.wave_index, first.readers) == ("held", 3, Readers.OFFICE)
    assert [f.unit_id for f in found] == ["S00", "S01", "S02"]


def test_a_school_without_a_shrunken_value_has_no_pair():
    assert [f.unit_id for f in pairs(3, missing=(1,))] == ["S00", "S02"]


@pytest.mark.parametrize(
    ("count", "missing", "correlated"),
    [(20, (), True), (19, (), False), (20, (4,), False), (21, (4,), True)],
)
def test_twenty_schools_make_a_correlation(count, missing, correlated):
    found = [f for f in pairs(count, missing=missing) if f.part == "correlation"]

    assert bool(found) is correlated


def test_results_without_a_number_are_paired_and_not_correlated():
    found = pairs(21, value=lambda k: k if k else float("nan"))

    assert [f.n for f in found if f.part == "correlation"] == [20]
    assert sum(f.part == "pair" for f in found) == 21


@pytest.mark.parametrize(
    ("value", "rho"),
    [
        (lambda k: k**3, 1.0),
        (lambda k: -k, -1.0),
        # Ranks exchanged in pairs: 1 − 6·20/(20·399).
        (lambda k: k + 1 if k % 2 == 0 else k - 1, 1 - 120 / 7980),
    ],
)
def test_the_correlation_is_spearmans(value, rho):
    [found] = [f for f in pairs(20, value=value) if f.part == "correlation"]

    assert found.value == pytest.approx(rho)
    assert (found.unit_kind, found.unit_id, found.about) == ("district", "all", "att")
    assert (found.indicator_id, found.wave_index) == ("CU-5", 3)
    assert (found.n, found.readers) == (20, Readers.OFFICE)
    assert -1 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 1


def test_the_interval_of_a_correlation_holds_the_middle_95_of_100_draws():
    noisy = [7, 2, 19, 4, 11, 0, 15, 3, 9, 14, 1, 18, 6, 12, 5, 17, 8, 13, 10, 16]
    [found] = [
        f for f in pairs(20, value=lambda k: noisy[k]) if f.part == "correlation"
    ]

    # Σd² = 942, so ρ = 1 − 6·942/7980; Fisher's z ± 1.96·√(1.06/17): −.19 to .66.
    assert found.value == pytest.approx(1 - 6 * 942 / 7980, abs=1e-9)
    assert found.low == pytest.approx(-0.19, abs=0.1)
    assert found.high == pytest.approx(0.66, abs=0.1)


def test_results_that_are_all_the_same_have_no_correlation():
    found = pairs(20, value=lambda _: 5.0)

    assert {f.part for f in found} == {"pair"}
    assert len(found) == 20


def test_results_of_two_kinds_have_a_correlation_and_its_interval():
    # Ranks of ten noughts are 5.5, of ten ones 15.5: ρ = √(3/4 · 400/399).
    [found] = [
        f for f in pairs(20, value=lambda k: float(k >= 10)) if f.part == "correlation"
    ]

    assert found.value == pytest.approx((0.75 * 400 / 399) ** 0.5)
    assert found.low == pytest.approx(found.high, abs=0.2)
