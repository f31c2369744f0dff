"""P5.0: every published number says which counts of people it tells."""

import pytest

from data.catalogue import catalogue
from data.catalogue.counts import FILE, HERE, Holds, counts, read_counts
from data.errors import CatalogueError

BOTH = "favorable T.WHY.1 and T.WHY.2"


@pytest.mark.parametrize(
    ("part", "base", "numerator"),
    [
        ("T.WHY.1", "answered T.WHY.1", "favorable T.WHY.1"),
        ("heard_and_clear", "answered T.WHY.1", BOTH),
        ("clear_if_heard", "favorable T.WHY.1, answered T.WHY.2", BOTH),
    ],
)
def test_three_ways_to_say_who_heard_tell_four_counts(part, base, numerator):
    told = counts().of_measure("CH-4", part, "teacher")

    assert (told.base, told.numerator) == (base, numerator)


@pytest.mark.parametrize(
    ("left", "holds", "right"),
    [
        (BOTH, "within", ("favorable T.WHY.1",)),
        (BOTH, "within", ("favorable T.WHY.2",)),
        ("favorable T.WHY.1, answered T.WHY.2", "within", ("favorable T.WHY.1",)),
        ("answered T.WHY.1", "sum_of", ("T.WHY.1 = 1", "T.WHY.1 = 2", "T.WHY.1 = 3")),
        ("favorable T.WHY.1", "sum_of", ("T.WHY.1 = 1",)),
        (
            "favorable in LX-2 scale",
            "mean_of",
            tuple(f"favorable S.CC.{k}" for k in (1, 2, 3, 4)),
        ),
        (
            "favorable all of S.WA.1, S.WA.2, S.WA.3",
            "all_of",
            tuple(f"favorable S.WA.{k}" for k in (1, 2, 3)),
        ),
    ],
)
def test_how_counts_hold_together_is_declared(left, holds, right):
    found = {(r.left, r.holds, r.right) for r in counts().relations}

    assert (left, Holds(holds), right) in found


def test_other_codes_are_another_count():
    """Level 2 and up of a teacher's own practice is not "often or always"."""
    told = counts().of_measure("RO-2", "T.UP.VO", "teacher")

    assert told.numerator == "favorable T.UP.VO (codes 2, 3, 4)"


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("  - rule: named\n", "rule named"),
        ('kind: pulse, base: "principals answering energy"', "PP-1 energy"),
        (
            '{indicator: CU-5, part: [pair, correlation], kind: office, base: ""}',
            "CU-5",
        ),
    ],
)
def test_a_part_that_declares_nothing_cannot_be_published(tmp_path, missing, said):
    text = (HERE / FILE).read_text()
    other = {
        "  - rule: named\n": "  - rule: unknown\n",
        'kind: pulse, base: "principals answering energy"': "kind: pulse",
    }.get(missing, '{indicator: ZZ-1, part: x, kind: office, base: ""}')
    assert missing in text
    (tmp_path / FILE).write_text(text.replace(missing, other))

    with pytest.raises(CatalogueError, match=f"{said}.*declares no counts"):
        read_counts(catalogue(), tmp_path / FILE)


def test_a_figure_nobody_declared_is_refused():
    with pytest.raises(CatalogueError, match="CU-3 mood declares no counts"):
        counts().of_figure("CU-3", "mood", "")
