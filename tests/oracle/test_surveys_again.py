"""A second pair of hands: what people say in surveys, from the export files alone.

Cell by cell against the district's own file; shares and means may differ by rounding.
"""

import pandas as pd
import pytest
from oracle import comparing, reliability
from oracle.conftest import FORMS

from data.model.viewer import Audience

ROUNDING = 0.6e-6
# τ² is searched for, here on a grid and there between bounds.
SEARCHED = 2e-4
KEY = [*comparing.KEY]


@pytest.fixture(scope="module")
def told(district) -> pd.DataFrame:
    columns = """share, mean, n, low, high, waves_pooled, rate, rate_band, shrunk,
      shrunk_low, shrunk_high, change, points, points_low, points_high"""
    rows = district.rows(
        Audience.DISTRICT,
        f"""SELECT indicator_id, part, form, wave_index, unit_kind, unit_id, {columns}
            FROM estimates WHERE breakdown = 'all' AND status = 'shown'""",
    )
    frame = pd.DataFrame(rows, columns=[*KEY, *columns.replace(",", " ").split()])
    return frame[frame["form"].isin(FORMS)].reset_index(drop=True)


@pytest.fixture(scope="module")
def every(answered) -> pd.DataFrame:
    """What was recomputed of every unit, hidden or not; a school has one leader."""
    rows = [
        {**dict(zip(KEY, key, strict=True)),
         **{k: cell[k] for k in ("share", "v", "vm", "moved", "n", "pooled")}}
        for key, cell in answered.cells.items()
        if key[2] != "principal" or key[4] != "school"
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize("form", FORMS)
def test_every_share_mean_and_interval_is_what_the_export_files_say(
    answered, told, form
):
    mine = told[told["form"] == form]
    wrong = [
        row.Index
        for row in mine.itertuples()
        if not _same(answered.cells.get(tuple(row[1:7])), row)
    ]

    assert len(mine) > 100
    assert not wrong, f"{len(wrong)} of {len(mine)}: {mine.loc[wrong[:3], KEY]}"


def _same(cell: dict | None, row) -> bool:
    if cell is None or cell["pooled"] != (row.waves_pooled == 2):
        return False
    return all(
        cell[k] is None or abs(cell[k] - getattr(row, k)) <= ROUNDING
        for k in ("share", "mean", "n", "low", "high")
    )


def test_every_response_rate_is_what_rosters_and_answers_say(answered, told):
    units = ["form", "wave", "kind", "unit"]
    mine = told.dropna(subset=["rate"]).drop_duplicates([*units, "rate"])
    wrong = [
        (unit, rate)
        for *unit, rate in mine[[*units, "rate"]].to_numpy()
        if answered.rates.get(tuple(unit)) != rate
    ]

    assert len(mine) > 500
    assert not wrong, f"{len(wrong)} of {len(mine)}: {wrong[:3]}"


def test_every_school_beside_others_is_drawn_toward_them_as_the_files_say(
    exports, told, every
):
    """E6, over the schools that may be compared and are shown."""
    schools = told[
        (told["kind"] == "school")
        & told["rate_band"].isin(["high", "usable", "unknown"])
        & (told["n"] > 1)
    ]
    rows = every.merge(schools[KEY], on=KEY)
    again = comparing.shrunken(rows, exports.schools["level"])
    both = schools.merge(again, on=KEY, suffixes=("", "_again"))
    apart = pd.concat(
        [
            (both["shrunk"] - both["shrunk_again"]).abs(),
            (both["shrunk_low"] - both["low_again"]).abs(),
            (both["shrunk_high"] - both["high_again"]).abs(),
        ],
        axis=1,
    )

    assert len(both) == schools["shrunk"].notna().sum() > 5_000
    assert apart.max(axis=None) <= SEARCHED


def test_every_change_its_interval_and_its_word_is_what_the_files_say(
    exports, answered, told, every
):
    """E7; a yes-or-no question's interval, Newcombe's, is not recomputed."""
    again = comparing.changes(every, exports, answered.rates)
    both = told.dropna(subset=["points"]).merge(again, on=KEY, suffixes=("", "_again"))
    scales = both[both["points_low"].notna() & ~_is_yes_or_no(both)]
    # No point is given where one end is hidden; then the word is "too few".
    silent = told[told["points"].isna()]

    assert len(both) > 10_000
    assert (both["points"] - both["d"]).abs().max() <= 2 * ROUNDING
    assert both.loc[both["change"] != both["word"], [*KEY, "change", "word"]].empty
    assert len(scales) > 5_000
    assert (scales["points_low"] - scales["from"]).abs().max() <= 1e-5
    assert (scales["points_high"] - scales["to"]).abs().max() <= 1e-5
    assert set(silent["change"].dropna()) <= {"too_few", ""}


# Four decimals are published; ω is searched for, here and there.
PUBLISHED, FITTED = 0.6e-4, 2e-4
# The scales that speak of a school: of these it is told how alike a staff answers (E8).
CLIMATE = {("CU-1", "scale"), ("CU-2", "scale"), ("RO-3", "within"), ("RO-3", "across")}


def test_how_well_every_scale_hangs_together_is_what_the_files_say(answered, district):
    """E8: α with Feldt's interval, ω, and the intraclass correlations of a staff."""
    rows = district.rows(
        Audience.DISTRICT,
        """SELECT indicator_id, part, form, wave_index, n, omega, alpha, alpha_low,
             alpha_high, icc1, icc2 FROM scales
           WHERE alpha IS NOT NULL AND form <> 'principal'
             AND wave_index IN (0, (SELECT max(wave_index) FROM scales))""",
    )
    wrong = []
    for indicator, part, form, wave, n, omega, *told in rows:
        items = list(FORMS[form][1][indicator, part][0])
        people = answered.people[form]
        mine = people[people["wave_index"] == wave]
        whole = mine[items].dropna()
        alpha = reliability.alpha(whole.to_numpy())
        again = [alpha, *reliability.feldt(alpha, len(whole), len(items)), None, None]
        if (indicator, part) in CLIMATE:
            schools = mine.loc[whole.index, "school_id"]
            again[3:] = reliability.intraclass(whole.sum(axis=1), schools)
        near = zip(again, told, strict=True)
        is_same = (
            n == len(whole)
            and abs(omega - reliability.omega(whole.to_numpy())) <= FITTED
            and all(
                b is None if a is None else abs(a - b) <= PUBLISHED for a, b in near
            )
        )
        wrong += [] if is_same else [(indicator, part, form, wave)]

    assert len(rows) > 20
    assert wrong == []


def _is_yes_or_no(rows: pd.DataFrame) -> pd.Series:
    return rows["part"].isin(comparing.YES_OR_NO)
