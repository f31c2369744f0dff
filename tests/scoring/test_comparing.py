"""Schools beside schools (E6): who takes part, and with whom a school is compared."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from data.scoring.comparing import a_year_earlier, shrunken
from data.scoring.scales import Scales, with_gate

SHARES = [40.0, 42, 44, 46, 48]


def rows(shares=SHARES, *, level="middle", first=0, **more) -> pd.DataFrame:
    """School rows of one measure and wave, twenty-five equal people each."""
    return pd.DataFrame(
        [{"indicator_id": "LX-1", "part": "scale", "form": "student_6_12", "wave_index": 0,
          "unit_kind": "school", "unit_id": f"S{first + k}", "breakdown": "all", "category": "all",
          "share": x, "share_variance": 0.0004, "n": 25, "favourable": x / 4, "low": x - 4,
          "rate_band": "high", "level": level} | more for k, x in enumerate(shares)]
    )  # fmt: skip


def shrunk(*parts) -> pd.Series:
    return shrunken(pd.concat(parts, ignore_index=True)).set_index("unit_id")["shrunk"]


def test_a_school_is_drawn_toward_the_others_by_what_is_not_signal():
    # Variance 4 of each, 10 between them: τ² = 6, B = .6, toward 44.
    found = shrunken(rows()).set_index("unit_id")

    assert found["signal"].tolist() == pytest.approx([0.6] * 5, abs=1e-4)
    assert found["shrunk"].tolist() == pytest.approx(
        [41.6, 42.8, 44.0, 45.2, 46.4], abs=1e-3
    )


@pytest.mark.parametrize(
    ("more", "takes_part"),
    [
        ({}, True),
        ({"rate_band": "usable"}, True),
        ({"rate_band": "unknown"}, True),
        ({"rate_band": "low"}, False),
        ({"rate_band": "not_reported"}, False),
        ({"n": 2}, True),
        ({"n": 1}, False),
        ({"low": np.nan}, False),
        ({"unit_kind": "cohort"}, False),
        ({"breakdown": "language"}, False),
    ],
)
def test_who_takes_part_in_a_comparison(more, takes_part):
    found = shrunk(rows(), rows([90.0], first=5, **more))

    assert ("S5" in found) is takes_part
    # A school that takes no part moves no other.
    if not takes_part:
        assert found["S0"] == pytest.approx(41.6, abs=1e-3)
    else:
        assert found["S0"] != pytest.approx(41.6, abs=0.1)


@pytest.mark.parametrize(("high_schools", "apart"), [(4, False), (5, True)])
def test_a_model_a_level_needs_five_schools_of_each(high_schools, apart):
    high = rows([80.0 + 2 * k for k in range(high_schools)], level="high", first=5)
    found = shrunk(rows(level="elementary"), high)

    # By itself the highest elementary school is drawn down to 46.4; toward all, up.
    assert bool(found["S4"] < 48) is apart
    if apart:
        assert found["S4"] == pytest.approx(46.4, abs=1e-3)


def test_four_schools_in_all_are_not_drawn_together():
    assert shrunk(rows(SHARES[:4])).isna().all()


def test_each_wave_and_measure_is_compared_with_itself():
    other = rows([90.0, 91, 92, 93, 94], wave_index=1)
    more = rows([10.0, 11, 12, 13, 14], part="within")
    found = shrunken(pd.concat([rows(), other, more], ignore_index=True))

    first = found[(found["wave_index"] == 0) & (found["part"] == "scale")]
    assert first["shrunk"].tolist() == pytest.approx(
        [41.6, 42.8, 44.0, 45.2, 46.4], abs=1e-3
    )


def test_what_is_drawn_stays_on_the_scale():
    found = shrunken(rows([0.0, 0, 1, 100, 99], share_variance=0.01))

    assert (found["shrunk_low"] >= 0).all()
    assert (found["shrunk_high"] <= 100).all()


# --- waves a year apart


def test_a_wave_is_compared_with_the_same_season_of_the_year_before():
    connection = duckdb.connect()
    connection.execute("CREATE TABLE waves (wave VARCHAR, wave_index INTEGER)")
    connection.execute(
        """INSERT INTO waves VALUES ('2024-25F', 0), ('2024-25S', 1), ('2025-26F', 2),
           ('2026-27F', 3), ('2026-27S', 4)"""
    )

    # Spring 2027 has no spring 2026 to stand beside.
    assert a_year_earlier(connection) == {2: 0, 3: 2}


# --- gates


def test_each_estimate_carries_the_gate_of_its_scale_and_wave():
    scales = Scales()
    for wave, gate in ((0, "rough"), (1, "shown")):
        scales.add(
            {"indicator_id": "LX-1", "part": "scale", "form": "student_6_12",
             "wave_index": wave, "gate": gate, "omega": 0.612345}
        )  # fmt: skip
    asked = pd.concat(
        [rows([50.0]), rows([50.0], wave_index=1), rows([50.0], part="S.VO.1")],
        ignore_index=True,
    )

    assert with_gate(asked, scales.frame)["gate"].tolist() == [
        "rough",
        "shown",
        "single",
    ]
    # Four digits every machine shares.
    assert scales.frame["omega"].tolist() == [0.6123, 0.6123]


def test_without_scales_everything_stands_by_itself():
    assert with_gate(rows([50.0]), pd.DataFrame())["gate"].tolist() == ["single"]
