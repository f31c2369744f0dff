"""What the registers say day by day, and what was hidden and why."""

import pandas as pd
import pytest

from data.disclosure.diary import occasions_for, requests_for
from data.disclosure.quality import hidden_cells
from data.disclosure.verdicts import Verdicts
from data.model.viewer import Audience

OCCASIONS = pd.DataFrame(
    {"indicator_id": ["NI-1", "CH-3", "NI-1", "CH-3"], "day": [1, 2, 3, 4]}
)
REQUESTS = pd.DataFrame({"school_id": ["A", "B", "A"], "days": [3, 5, 8]})


@pytest.mark.parametrize(
    ("audience", "days"),
    [
        (Audience.PUBLIC, [2, 4]),
        (Audience.SCHOOL, [1, 2, 3, 4]),
        (Audience.DISTRICT, [1, 2, 3, 4]),
    ],
)
def test_the_public_reads_when_the_case_was_made_and_no_initiative(audience, days):
    found = occasions_for(audience, OCCASIONS)

    assert found["day"].tolist() == days
    assert found.index.tolist() == list(range(len(days)))
    assert set(found["scope"]) == {"all"}


@pytest.mark.parametrize(
    ("audience", "scopes"),
    [
        (Audience.PUBLIC, []),
        (Audience.SCHOOL, ["A", "B", "A"]),
        (Audience.DISTRICT, ["all", "all", "all"]),
    ],
)
def test_a_request_is_its_schools_and_the_districts(audience, scopes):
    found = requests_for(audience, REQUESTS)

    assert found["scope"].tolist() == scopes
    assert list(found.columns) == ["school_id", "days", "scope"]


KEYS = ["indicator_id", "part", "form", "wave_index", "unit_kind", "unit_id",
        "breakdown", "category"]  # fmt: skip
CELLS = pd.DataFrame(
    [
        ("LX-1", "scale", "student_6_12", 3, "school", s, "all", "all", 42)
        for s in "ABCDE"
    ],
    columns=[*KEYS, "share"],
)


def verdict(**cells):
    frame = pd.DataFrame(cells, index=["status", "reason"]).T
    frame.index = ["ABCDE".index(name) for name in frame.index]
    return frame


def hidden(district=None, public=None, own=None):
    none = verdict(A=("shown", ""))
    found = hidden_cells(
        CELLS,
        Verdicts(
            *(none if v is None else v for v in (district, public, own)),
            CELLS.index[:0],
        ),
    )
    return [(r.audience, r.unit_id, r.reason) for r in found.itertuples()]


def test_the_steward_reads_each_hidden_cell_with_its_finer_reason():
    public = verdict(
        A=("shown", ""),
        B=("protected", "cover"),
        C=("protected", ""),
        D=("low_rr", ""),
        E=("not_collected", ""),
    )

    assert hidden(public=public) == [
        ("public", "B", "cover"),
        ("public", "C", "protected"),
        ("public", "D", "low_rr"),
    ]


def test_each_audience_has_its_own_lines():
    found = hidden(
        district=verdict(A=("low_rr", "")),
        public=verdict(A=("protected", "small")),
        own=verdict(B=("protected", "view")),
    )

    assert found == [
        ("public", "A", "small"),
        ("school", "B", "view"),
        ("district", "A", "low_rr"),
    ]


def test_the_list_of_hidden_cells_holds_no_number():
    found = hidden_cells(
        CELLS, Verdicts(*[verdict(A=("protected", ""))] * 3, CELLS.index[:0])
    )

    assert list(found.columns) == [*KEYS, "audience", "reason"]
    assert hidden_cells(CELLS[:0], Verdicts(*[CELLS[:0]] * 3, CELLS.index[:0])).empty
