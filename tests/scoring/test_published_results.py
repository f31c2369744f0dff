"""Results published elsewhere: shares as given, intervals and rates where n is known."""

import pytest

from data.scoring.summaries import summary_frames

from .drawn import District

MEASURE = ("LX-1", "families", "S", "F", "N", "N", "D", "D", True)


def published(*values, measures=("m",), last_wave=3, respondents="families"):
    """Rows: measure, wave, school, share, n, eligible, rate."""
    drawn = District()
    drawn.school("A", level="high")
    drawn.school("B", level=None)
    for measure in measures:
        drawn.row("summary_measures", measure, "LX-1", respondents, *MEASURE[2:])
    for measure, wave, school, *rest in values:
        drawn.row("summary_values", measure, drawn.waves[wave], school, *rest)
    drawn.calendar()
    return summary_frames(drawn.connection, last_wave=last_wave)


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [  # Newcombe's table of Wilson's interval
        (81, 263, 25.53, 36.62),
        (15, 148, 6.24, 16.05),
        (0, 20, 0.0, 16.11),
        (1, 29, 0.61, 17.18),
    ],
)
def test_the_interval_is_wilsons_where_the_source_gives_n(count, n, low, high):
    [row] = published(("m", 3, "A", 100 * count / n, n, None, None)).values.itertuples()

    assert row.share == pytest.approx(100 * count / n)
    assert (row.low, row.high) == pytest.approx((low, high), abs=0.006)
    assert row.n == n


def test_without_n_there_is_no_interval():
    found = published(("m", 3, "A", 61.0, None, None, 44.0)).values

    assert found[["n", "low", "high"]].isna().all().all()
    assert found["share"].tolist() == [61.0]


@pytest.mark.parametrize(
    ("n", "eligible", "stated", "rate", "band"),
    [
        (50, 100, None, 50.0, "high"),
        (49, 100, None, 49.0, "usable"),
        (19, 100, None, 19.0, "low"),
        (9, 100, None, 9.0, "not_reported"),
        # What the source states stands.
        (50, 100, 15.0, 15.0, "low"),
        (None, None, 20.0, 20.0, "usable"),
        # Nothing to know it from.
        (50, None, None, None, "unknown"),
        (0, 0, None, None, "unknown"),
        (None, 100, None, None, "unknown"),
    ],
)
def test_the_rate_follows_from_n_and_all_unless_the_source_states_it(
    n, eligible, stated, rate, band
):
    [row] = published(("m", 3, "A", 50.0, n, eligible, stated)).values.itertuples()

    assert (
        row.rate == pytest.approx(rate, nan_ok=True) if rate else row.rate != row.rate
    )
    assert row.rate_band == band


def test_students_need_more_answers_than_families():
    found = published(("m", 3, "A", 50.0, 50, 100, None), respondents="students").values

    assert found["rate_band"].tolist() == ["usable"]
    assert found["respondents"].tolist() == ["students"]


def test_values_come_by_measure_wave_and_school_with_the_schools_level():
    found = published(
        ("n", 1, "A", 1.0, None, None, None),
        ("m", 3, "B", 2.0, None, None, None),
        ("m", 3, "A", 3.0, None, None, None),
        ("m", 0, "B", 4.0, None, None, None),
        measures=("n", "m"),
    )

    assert found.values[
        ["measure_id", "wave_index", "school_id", "level", "share"]
    ].to_numpy().tolist() == [
        ["m", 0, "B", "unknown", 4.0],
        ["m", 3, "A", "high", 3.0],
        ["m", 3, "B", "unknown", 2.0],
        ["n", 1, "A", "high", 1.0],
    ]
    assert found.measures["measure_id"].tolist() == ["m", "n"]


def test_a_release_holds_nothing_of_a_later_wave():
    found = published(
        ("m", 1, "A", 1.0, 10, None, None),
        ("late", 2, "A", 2.0, 10, None, None),
        measures=("m", "late", "none"),
        last_wave=1,
    )

    assert found.values["measure_id"].tolist() == ["m"]
    assert found.measures["measure_id"].tolist() == ["m"]


def test_a_measure_says_whether_any_of_its_values_has_n():
    found = published(
        ("m", 1, "A", 1.0, None, None, None),
        ("m", 3, "A", 1.0, 12, None, None),
        ("n", 1, "A", 1.0, None, None, None),
        measures=("m", "n"),
    ).measures

    assert dict(zip(found["measure_id"], found["has_n"], strict=True)) == {
        "m": True,
        "n": False,
    }
    assert found["is_public"].all()
