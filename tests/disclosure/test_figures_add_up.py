"""Registers' figures add up to the district whether or not anyone says so (P5.0)."""

import pandas as pd
import pytest

from data.disclosure.figures import figure_status, figures_for
from data.model.cell import Status
from data.model.rules import Rules
from data.model.viewer import Audience
from data.scoring.figures import Figure, figure_frame

UNITS = pd.DataFrame(
    {
        "school_id": [f"S{k}" for k in range(4)],
        "cohort_id": [0, 1, 2, 3],
        "launch_wave": [None] * 4,
    }
)


def themes(people: dict[str, int]) -> pd.DataFrame:
    """Worries of every cohort's principals, and the district's."""
    found = [theme("district", "all", sum(people.values()), "W1")]
    for cohort, n in people.items():
        found += [
            theme("cohort", cohort, n, c) for c in (("W1", "W2") if n >= 5 else ("",))
        ]
    frame = figure_frame(found)
    return frame.assign(status=figure_status(frame, UNITS))


def theme(kind, unit, n, code):
    return Figure(
        "PP-2", "theme", 1, kind, unit, category=code, value=50.0, n=n,
        is_people=True, is_percent=True, least=5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("people", "hidden"),
    [
        # principals answering, by cohort → cohorts whose themes district leaders miss
        ({"0": 9, "1": 5, "2": 6, "3": 7}, set()),
        ({"0": 4, "1": 5, "2": 6, "3": 7}, {"0", "1"}),
        ({"0": 4, "1": 9, "2": 6, "3": 7}, {"0", "2"}),
        ({"0": 4, "1": 3, "2": 6, "3": 7}, {"0", "1"}),
    ],
)
def test_a_cohort_of_four_is_not_the_district_less_the_others(people, hidden):
    rows = figures_for(Audience.DISTRICT, themes(people), Rules())
    shown = rows[rows["status"] == Status.SHOWN]

    assert {c for c in people if c not in set(shown["unit_id"])} == hidden
    assert "all" in set(shown["unit_id"])


def test_a_hidden_cohort_does_not_tell_which_themes_it_named():
    rows = figures_for(
        Audience.DISTRICT, themes({"0": 4, "1": 5, "2": 6, "3": 7}), Rules()
    )
    of_cover = rows[(rows["unit_kind"] == "cohort") & (rows["unit_id"] == "1")]

    assert of_cover["category"].tolist() == [""]
    assert of_cover["n"].isna().all()
