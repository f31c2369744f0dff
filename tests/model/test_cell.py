"""A number travels with its doubt, or not at all (P9)."""

import pytest

from data.model.cell import VISIBLE, Cell, Coding, Status


def test_the_reasons_a_value_is_not_there_are_these_five_words():
    assert [s.value for s in Status] == [
        "shown", "protected", "low_rr", "not_collected", "reliability",
    ]  # fmt: skip
    assert [c.value for c in Coding] == ["exact", "at_least", "at_most"]


def test_only_what_is_shown_is_seen():
    assert {*VISIBLE} == {"shown"}
    assert Cell(Status.SHOWN, share=0).is_shown
    assert not any(Cell(s).is_shown for s in set(Status) - VISIBLE)


@pytest.mark.parametrize("status", sorted(set(Status) - VISIBLE))
@pytest.mark.parametrize(
    "number", [{"share": 0.0}, {"low": 1}, {"high": 1}, {"n_band": "5–9"}, {"n": 7}]
)
def test_what_is_not_shown_carries_no_number(status, number):
    with pytest.raises(ValueError, match=f"^a {status} cell carries a number$"):
        Cell(status, **number)


def test_what_is_shown_has_its_share():
    with pytest.raises(ValueError, match=r"^a shown cell needs its share$"):
        Cell(Status.SHOWN, n=52)


@pytest.mark.parametrize(
    "rate", [{"rate": 0}, {"eligible": 0}, {"rate": 40, "eligible": 20}]
)
def test_a_protected_cell_does_not_even_say_who_was_asked(rate):
    with pytest.raises(ValueError, match=r"^a protected cell carries a rate$"):
        Cell(Status.PROTECTED, **rate)


@pytest.mark.parametrize("status", ["low_rr", "not_collected", "reliability"])
def test_beside_any_other_reason_the_rate_may_stand(status):
    cell = Cell(Status(status), rate=26, eligible=100)

    assert (cell.rate, cell.eligible, cell.share) == (26, 100, None)


def test_a_cell_of_which_nothing_else_is_said_is_exact_and_bare():
    cell = Cell(Status.SHOWN, share=64)

    assert cell.coding is Coding.EXACT
    assert (cell.low, cell.high, cell.n_band, cell.n) == (None, None, None, None)
    assert (cell.eligible, cell.rate) == (None, None)
