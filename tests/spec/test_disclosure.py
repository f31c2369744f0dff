"""What may be seen.

No result rests on too few people; nobody can subtract a hidden school out of a
total; the ends of the scale are blunt; and thresholds only ever go up.
"""

import pandas as pd
import pytest

from data.disclosure.coding import code_for_public, n_band
from data.disclosure.totals import Part, protect
from data.errors import LoweredThreshold
from data.model.cell import VISIBLE, Cell, Status
from data.model.rules import FLOORS, Rules, rules_from


def parts_of(table: str) -> list[Part]:
    """Read rows "school | n | totals | shown" as drawn in the tests."""
    rows = [r.split("|") for r in table.strip().splitlines()[2:]]
    return [
        Part(
            name.strip(),
            int(n),
            frozenset(
                f"{t.strip()}:x" if t.strip() != "district" else "district:all"
                for t in totals.split(",")
            ),
            shown=shown.strip() == "yes",
            sensitive=shown.strip() != "yes",
        )
        for name, n, totals, shown in rows
    ]


def totals_of(parts: list[Part]) -> dict[str, int]:
    names = {t for p in parts for t in p.totals}
    return {t: sum(p.n for p in parts if t in p.totals) for t in names}


def test_one_hidden_school_takes_the_smallest_other_of_its_cohort_with_it():
    parts = parts_of(
        """
        school | n   | totals             | shown
        -------+-----+--------------------+------
        Alder  | 120 | cohort 1, district | yes
        Birch  | 45  | cohort 1, district | yes
        Cedar  | 6   | cohort 1, district | no
        Dogwood| 80  | cohort 2, district | yes
        """
    )
    found = protect(parts, totals_of(parts), minimum=10)

    assert found.schools == {"Birch"}
    assert not found.totals


def test_a_cohort_of_one_hidden_school_loses_its_total():
    parts = parts_of(
        """
        school | n   | totals             | shown
        -------+-----+--------------------+------
        Alder  | 120 | cohort 1, district | yes
        Birch  | 45  | cohort 1, district | yes
        Cedar  | 6   | cohort 2, district | no
        """
    )
    found = protect(parts, totals_of(parts), minimum=10)

    assert "cohort 2:x" in found.totals
    assert found.totals | found.schools != {"cohort 2:x"}, "the district gives it away"


def test_two_hidden_schools_that_are_few_together_are_not_enough():
    parts = parts_of(
        """
        school | n   | totals             | shown
        -------+-----+--------------------+------
        Alder  | 120 | cohort 1, district | yes
        Birch  | 4   | cohort 1, district | no
        Cedar  | 3   | cohort 1, district | no
        """
    )

    assert protect(parts, totals_of(parts), minimum=10).schools == {"Alder"}


def test_nothing_hidden_nothing_withheld():
    parts = parts_of(
        """
        school | n   | totals             | shown
        -------+-----+--------------------+------
        Alder  | 120 | cohort 1, district | yes
        Birch  | 45  | cohort 1, district | yes
        """
    )
    found = protect(parts, totals_of(parts), minimum=10)

    assert not found.totals
    assert not found.schools


@pytest.mark.parametrize(
    ("n", "share", "printed"),
    [
        (300, 99.4, ("at_least", 99)),
        (300, 99.0, ("exact", 99)),
        (299, 99.0, ("at_least", 98)),
        (99, 4.9, ("at_most", 5)),
        (40, 5.0, ("exact", 5)),
        (39, 90.1, ("at_least", 90)),
        (19, 100.0, ("at_least", 80)),
        (10, 0.0, ("at_most", 20)),
        (9, 85.0, ("at_least", 80)),
    ],
)
def test_the_ends_of_the_scale_are_blunt_and_blunter_for_small_groups(
    n, share, printed
):
    frame = pd.DataFrame(
        [
            {
                "n": n,
                "share": share,
                "low": share - 3,
                "high": share + 3,
                "rate": 71.2,
                "eligible": 400,
            }
        ]
    )
    row = code_for_public(frame).iloc[0]

    assert (row["coding"], row["share"]) == printed
    assert pd.isna(row["n"])
    assert pd.isna(row["eligible"])
    assert pd.isna(row["low"]) == (printed[0] != "exact")


@pytest.mark.parametrize(
    ("n", "band"),
    [
        (5, "5–9"),
        (10, "10–19"),
        (19, "10–19"),
        (20, "20–39"),
        (40, "40–99"),
        (100, "100–299"),
        (300, "300+"),
    ],
)
def test_the_public_reads_n_as_a_band(n, band):
    assert n_band(n) == band


@pytest.mark.parametrize("key", sorted(FLOORS))
def test_a_threshold_is_never_lowered(key):
    with pytest.raises(LoweredThreshold, match=key):
        rules_from({key: str(FLOORS[key] - 1)})


@pytest.mark.parametrize("key", sorted(FLOORS))
def test_a_threshold_may_be_raised(key):
    assert getattr(rules_from({key: "25"}), key) == 25


def test_delaware_asks_for_more_than_fifteen():
    assert Rules(min_n_student=16).minimum("families") == 16


@pytest.mark.parametrize("status", sorted(set(Status) - VISIBLE))
def test_a_hidden_cell_cannot_carry_a_number(status):
    with pytest.raises(ValueError, match="carries a number"):
        Cell(status, share=50.0)


def test_a_protected_cell_does_not_even_carry_a_rate():
    with pytest.raises(ValueError, match="carries a rate"):
        Cell(Status.PROTECTED, rate=60)
