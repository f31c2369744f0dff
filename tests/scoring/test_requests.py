"""Requests for support (PP-3) and for exceptions (LE-2): what became of them."""

from datetime import date, timedelta

import pytest

from data.scoring.registers.leaders import request_figures

from .drawn import District, said

AT = date(2026, 3, 27)


def district(*requests):
    """Rows: days ago, days until closed (None: open), outcome, category, school."""
    drawn = District()
    for k, (ago, after, outcome, category, school) in enumerate(requests):
        opened = AT - timedelta(days=ago)
        closed = None if after is None else opened + timedelta(days=after)
        drawn.row("support_request", f"R{k:02d}", school, opened, category, "", None,
                  closed, outcome)  # fmt: skip
    return drawn


def asked(*requests, wave=3):
    drawn = district(*requests)
    found = request_figures(drawn.connection, drawn.calendar())
    return [f for f in found if f.wave_index == wave]


def part(figures, name):
    return [f for f in figures if f.part == name]


def closed_as(outcomes, category="S1"):
    return [(30, 3, o, category, f"S{k % 3}") for k, o in enumerate(outcomes)]


def test_requests_are_counted_as_opened_closed_and_open():
    found = asked(
        (30, 10, "met", "S1", "A"),
        (30, 30, "met", "S1", "A"),  # closed on the last day of the wave
        (30, 31, "met", "S1", "A"),  # a day later
        (30, None, None, "S1", "A"),
        (0, None, None, "S1", "A"),
        (-1, None, None, "S1", "A"),  # opened a day later
    )

    assert said(found, "n", "unit_kind", "indicator_id") == [
        ("opened", "all", "", 5, 5, "district", "PP-3"),
        ("closed", "all", "", 2, 2, "district", "PP-3"),
        ("open", "all", "", 3, 3, "district", "PP-3"),
    ]


@pytest.mark.parametrize(
    ("outcomes", "share"),
    [
        # Ten that were not withdrawn: six met, two partly.
        (["met"] * 6 + ["partly"] * 2 + ["declined"] * 2, 70.0),
        (["met"] * 6 + ["partly"] * 2 + ["declined"] * 2 + ["withdrawn"] * 5, 70.0),
        (["met"] * 6 + ["partly"] * 2 + ["declined"] + ["withdrawn"] * 5, None),
        (["declined"] * 10, 0.0),
    ],
)
def test_fulfilled_is_met_and_half_of_partly_out_of_ten_or_more(outcomes, share):
    found = part(asked(*closed_as(outcomes)), "fulfilled")

    assert [(f.value, f.n) for f in found] == (
        [] if share is None else [(share, len(outcomes))]
    )


def test_an_outcome_written_after_the_wave_does_not_count_yet():
    early = closed_as(["met"] * 9)
    found = asked(*early, (30, 31, "met", "S1", "S0"))

    assert part(found, "fulfilled") == []


def test_days_to_close_count_those_still_waiting():
    # G8: ⁺ is still open on the day the window closed.
    days = [(3, 1), (5, 1), (8, 1), (8, 0), (12, 1), (20, 1), (21, 0), (30, 1), (45, 0),
            (60, 0)]  # fmt: skip
    found = asked(
        *((d + 100 if is_closed else d, d if is_closed else None, "met", "S1", f"S{k % 3}")
          for k, (d, is_closed) in enumerate(days))
    )  # fmt: skip
    [median] = part(found, "median_days")
    steps = part(found, "waiting")

    assert (median.value, median.word, median.n) == (20.0, None, 10)
    assert [(f.category, f.value) for f in steps] == [
        ("0003", pytest.approx(90.0)), ("0005", pytest.approx(80.0)),
        ("0008", pytest.approx(70.0)), ("0012", pytest.approx(58.3333, abs=1e-3)),
        ("0020", pytest.approx(46.6667, abs=1e-3)),
        ("0030", pytest.approx(31.1111, abs=1e-3)),
    ]  # fmt: skip
    # log(−log S) at .9: SE .0949, so .4730 and .9853 of all.
    assert (steps[0].low, steps[0].high) == pytest.approx((47.30, 98.53), abs=0.01)
    assert {f.indicator_id for f in (median, *steps)} == {"PP-3"}


def test_what_was_closed_after_the_wave_still_waits_in_it():
    late = [(20, 21, "met", "S1", f"S{k % 3}") for k in range(5)]
    soon = [(40, 10, "met", "S1", f"S{k % 3}") for k in range(5)]
    found = asked(*late, *soon)

    # Five of ten closed after ten days; the rest had waited twenty.
    assert [(f.category, f.value) for f in part(found, "waiting")] == [("0010", 50.0)]
    assert part(found, "median_days")[0].value == 10.0


@pytest.mark.parametrize(
    ("count", "schools", "is_said"), [(5, 3, True), (4, 3, False), (9, 2, False)]
)
def test_five_requests_of_three_schools_make_a_category_and_a_curve(
    count, schools, is_said
):
    found = asked(
        *((50, 5, "met", "S1", f"S{k % schools}") for k in range(count)),
    )

    assert bool(part(found, "category")) is is_said
    assert bool(part(found, "median_days")) is is_said


def test_small_categories_are_counted_together_as_other():
    found = asked(
        *((50, 60 if k < 2 else 5, "met", "S1", f"S{k % 3}") for k in range(6)),
        *((50, None, None, "S2", f"S{k % 3}") for k in range(3)),
        *((50, 5, "met", "S3", f"S{k % 3}") for k in range(2)),
    )

    # S1: two closed after the wave, so they are still open; S2 and S3 are few.
    assert said(part(found, "category"), "n", "of") == [
        ("category", "all", "S1", 6, 2, 6),
        ("category", "all", "S0", 5, 3, 5),
    ]


def test_few_others_are_not_said():
    found = asked(
        *((50, 5, "met", "S1", f"S{k % 3}") for k in range(6)),
        *((50, 5, "met", "S2", f"S{k % 3}") for k in range(4)),
    )

    assert [f.category for f in part(found, "category")] == ["S1"]


def test_a_wave_before_the_first_request_says_nothing():
    assert asked((30, 3, "met", "S1", "A"), wave=2) == []


# --- exceptions


def exceptions(*rows, wave=3):
    """Rows: days ago, days until answered, answer, school."""
    drawn = District()
    for k, (ago, after, answer, school) in enumerate(rows):
        day = AT - timedelta(days=ago)
        answered = None if after is None else day + timedelta(days=after)
        drawn.row("exception_request", f"X{k}", school, day, answered, answer)
    found = request_figures(drawn.connection, drawn.calendar())
    return [f for f in found if f.wave_index == wave]


def test_exceptions_are_granted_partly_granted_or_refused():
    found = exceptions(
        (40, 4, "granted", "A"), (40, 4, "granted", "B"), (40, 6, "partly", "C"),
        (40, 8, "refused", "A"), (40, 41, "refused", "B"), (40, None, None, "C"),
        (-1, None, None, "A"),
    )  # fmt: skip

    assert said(
        [f for f in found if f.part != "waiting"], "n", "of", "indicator_id"
    ) == [
        ("asked", "all", "", 6, 6, None, "LE-2"),
        ("granted", "all", "", 2, 2, 6, "LE-2"),
        ("partly", "all", "", 1, 1, 6, "LE-2"),
        ("refused", "all", "", 1, 1, 6, "LE-2"),
        ("median_days", "all", "", 6.0, 6, None, "LE-2"),
    ]
    assert [(f.category, f.value) for f in found if f.part == "waiting"] == [
        ("0004", pytest.approx(66.6667, abs=1e-3)),
        ("0006", pytest.approx(50.0)),
        ("0008", pytest.approx(33.3333, abs=1e-3)),
    ]


@pytest.mark.parametrize(("count", "schools"), [(4, 3), (6, 2)])
def test_few_exceptions_say_nothing(count, schools):
    assert (
        exceptions(*((40, 4, "granted", f"S{k % schools}") for k in range(count))) == []
    )


def test_nobody_answered_yet_has_no_steps():
    found = exceptions(*((40, None, None, f"S{k % 3}") for k in range(5)))

    assert said(found, "word") == [
        ("asked", "all", "", 5, None),
        ("granted", "all", "", 0, None),
        ("partly", "all", "", 0, None),
        ("refused", "all", "", 0, None),
        ("median_days", "all", "", None, "not_reached"),
    ]
