"""Survey scales: answers in the warehouse → one estimate per unit and wave.

All bulk work is one SQL pass per wave; what comes back is sums.
"""

from __future__ import annotations

import math

import duckdb
import numpy as np
import pandas as pd

from data.catalogue import Catalogue, Indicator, Scale
from data.model.rules import Rules
from data.model.waves import parse_wave
from data.scoring import formulas
from data.scoring.response_rates import COMPARABLE, RateBand, rate_band

ROSTER_OF = {
    "student_6_12": ("students", ("68", "912")),
    "student_3_5": ("students", ("35",)),
    "teacher": ("teachers", ("all",)),
    "family": ("families", ("all",)),
}
KEYS = ["indicator_id", "form", "wave_index", "unit_kind", "unit_id"]
KEYS += ["breakdown", "category"]


def prepare_units(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `units`: each school with its cohort and first exposed wave.

    The first exposed wave opens at least 30 days after launch. Where the launch
    lies before the first wave we hold, its index is negative: as many half
    years as there are between the two, two survey windows a year.

    Source: specification 3.3.
    """
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE units AS
           SELECT s.school_id, s.name, coalesce(s.level, 'unknown') AS level, s.area,
             coalesce(s.cohort_id, 0) AS cohort_id, s.launch_date, s.closed_on,
             s.formerly,
             CASE WHEN s.launch_date + INTERVAL 30 DAY <= first.opens_on
               THEN -round(date_diff('day', s.launch_date + INTERVAL 30 DAY,
                           first.opens_on::TIMESTAMP) / 182.625)::INTEGER
               ELSE (SELECT min(wave_index) FROM waves w
                     WHERE w.opens_on >= s.launch_date + INTERVAL 30 DAY)
             END AS launch_wave
           FROM schools s, (SELECT min(opens_on) AS opens_on FROM waves) first"""
    )


def survey_estimates(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    *,
    last_wave: int,
) -> pd.DataFrame:
    """Return every estimate up to *last_wave*, unprotected.

    Columns: the keys, then n, eligible, rate, rate_band, share, low, high,
    here_low, here_high (with finite population correction), mean, mean_low,
    mean_high, its sampling variance, schools. Percent throughout. Unique on the
    keys.

    Source: specification E1–E3, E5.
    """
    frames = []
    for scored in catalogue.scored:
        for scale in scored.scales:
            sums = _sums(connection, scored, scale, catalogue, last_wave)
            if len(sums):
                frames.append(_estimated(sums, scale))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _sums(
    connection: duckdb.DuckDBPyConnection,
    indicator: Indicator,
    scale: Scale,
    catalogue: Catalogue,
    last_wave: int,
) -> pd.DataFrame:
    frames = []
    ranges = connection.execute(
        """SELECT w.wave, w.wave_index, min(r.response_no), max(r.response_no)
           FROM responses r JOIN waves w USING (wave)
           WHERE r.form = ? AND w.wave_index <= ? GROUP BY ALL ORDER BY 2""",
        [scale.form, last_wave],
    ).fetchall()
    for wave, index, first, last in ranges:
        _score_wave(connection, scale, catalogue, (wave, first, last))
        frame = _as_shares(
            connection.execute(_UNIT_SUMS, [index]).df(), scale, catalogue
        )
        eligible = connection.execute(
            _ELIGIBLE, [index, wave, *_roster(scale.form)]
        ).df()
        frame = frame.merge(
            eligible, how="outer", on=["unit_kind", "unit_id", "breakdown", "category"]
        )
        frame["wave_index"] = index
        frames.append(frame)
    if not frames:
        return pd.DataFrame()
    sums = pd.concat(frames, ignore_index=True)
    # A part of a breakdown nobody is in, or nobody stated, is no row.
    is_part = sums["breakdown"] != "all"
    unstated = sums["category"].isin(["?", "all"]) | sums["n"].isna()
    sums = sums[~(is_part & unstated)].reset_index(drop=True)
    sums["indicator_id"], sums["form"] = indicator.id, scale.form
    counted = ["n", "answered", "y", "yy", "m", "mm", "schools"]
    sums[counted] = sums[counted].fillna(0)
    # In one order always: sums over schools must not depend on threads either.
    return sums.sort_values(KEYS, ignore_index=True)


def _roster(form: str) -> list[object]:
    group, bands = ROSTER_OF[form]
    return [group, list(bands)]


def _score_wave(
    connection: duckdb.DuckDBPyConnection,
    scale: Scale,
    catalogue: Catalogue,
    wave: tuple[str, int, int],
) -> None:
    """Create `scored`: one row per respondent of the wave (rule E1).

    `is_core` tells who answered at least half the form's core items – the
    scale items that anyone was asked in this wave – for the response rate.
    """
    label, first, last = wave
    core = [
        item
        for other in catalogue.indicators.values()
        for s in other.scales
        if s.form == scale.form
        for item in s.items
    ]
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE coding AS
            SELECT item_no, item_id IN ({_quoted(scale.items)}) AS in_scale
            FROM items WHERE item_id IN ({_quoted(core)})"""
    )
    favourable = {code for i in scale.items for code in _favourable(catalogue, i)}
    # Shares and means are sums of n-ths with n up to the number of items. In
    # units of one over their common multiple they are whole numbers, so a sum
    # is the same in whatever order the threads add.
    unit = _unit(scale)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE scored AS
            WITH answered AS (
              SELECT a.response_no,
                count(*) FILTER (in_scale) AS given,
                count(*) AS core_given,
                count(*) FILTER (in_scale AND code IN ({_numbers(favourable)})) AS good,
                sum(code - 1) FILTER (in_scale) AS steps
              FROM answers a JOIN coding USING (item_no)
              WHERE a.response_no BETWEEN {first} AND {last} GROUP BY a.response_no),
            asked AS (SELECT max(core_given) AS items FROM answered)
            SELECT r.school_id, r.grade_band, r.language,
              CASE WHEN given >= {scale.needed} THEN good * ({unit} // given) END AS y,
              CASE WHEN given >= {scale.needed} THEN steps * ({unit} // given) END AS m,
              core_given * 2 >= asked.items AS is_core
            FROM answered JOIN responses r USING (response_no), asked
            WHERE r.is_current AND r.wave = '{label}' AND r.form = '{scale.form}'"""
    )


def _unit(scale: Scale) -> int:
    return math.lcm(*range(1, len(scale.items) + 1))


def _as_shares(frame: pd.DataFrame, scale: Scale, catalogue: Catalogue) -> pd.DataFrame:
    """Turn whole-number sums into sums of shares and of means on 0–100."""
    options = catalogue.items[scale.items[0]].response_set
    assert options is not None
    share = 1 / _unit(scale)
    mean = 100 * share / (len(options.en) - 1)
    for column, factor in (
        ("y", share),
        ("yy", share**2),
        ("m", mean),
        ("mm", mean**2),
    ):
        frame[column] = frame[column].astype(float) * factor
    return frame


def _favourable(catalogue: Catalogue, item: str) -> frozenset[int]:
    options = catalogue.items[item].response_set
    assert options is not None
    return options.favourable


def _quoted(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _numbers(codes: set[int]) -> str:
    return ", ".join(str(code) for code in sorted(codes))


# Which unit a grouping set's row belongs to. Breakdowns exist for schools and
# the district alone (P6: one breakdown at a time).
_UNIT_SUMS = """
    WITH people AS (
      SELECT s.*, u.cohort_id, coalesce(u.launch_wave <= ?, false) AS started
      FROM scored s JOIN units u USING (school_id))
    SELECT
      CASE WHEN grouping(school_id) = 0 THEN 'school'
           WHEN grouping(cohort_id) = 0 THEN 'cohort'
           WHEN grouping(started) = 0 THEN 'launched' ELSE 'district' END AS unit_kind,
      CASE WHEN grouping(school_id) = 0 THEN school_id
           WHEN grouping(cohort_id) = 0 THEN cohort_id::VARCHAR
           WHEN grouping(started) = 0 THEN 'launched' ELSE 'all' END AS unit_id,
      CASE WHEN grouping(grade_band) = 0 THEN 'grade_band'
           WHEN grouping(language) = 0 THEN 'language' ELSE 'all' END AS breakdown,
      CASE WHEN grouping(grade_band) = 0 THEN coalesce(grade_band, '?')
           WHEN grouping(language) = 0 THEN coalesce(language, '?')
           ELSE 'all' END AS category,
      count(y)::DOUBLE AS n, count_if(is_core)::DOUBLE AS answered,
      count(DISTINCT school_id) FILTER (y IS NOT NULL) AS schools,
      sum(y) AS y, sum(y * y) AS yy, sum(m) AS m, sum(m * m) AS mm
    FROM people
    GROUP BY GROUPING SETS ((school_id), (cohort_id), (started), (),
      (school_id, grade_band), (school_id, language), (grade_band), (language))
    HAVING grouping(started) = 1 OR started
"""

_ELIGIBLE = """
    WITH people AS (
      SELECT r.school_id, r.grade_band, r.n, u.cohort_id,
        coalesce(u.launch_wave <= ?, false) AS started
      FROM rosters r JOIN units u USING (school_id)
      WHERE r.wave = ? AND r.stakeholder_group = ? AND r.grade_band IN
        (SELECT unnest(?)))
    SELECT
      CASE WHEN grouping(school_id) = 0 THEN 'school'
           WHEN grouping(cohort_id) = 0 THEN 'cohort'
           WHEN grouping(started) = 0 THEN 'launched' ELSE 'district' END AS unit_kind,
      CASE WHEN grouping(school_id) = 0 THEN school_id
           WHEN grouping(cohort_id) = 0 THEN cohort_id::VARCHAR
           WHEN grouping(started) = 0 THEN 'launched' ELSE 'all' END AS unit_id,
      CASE WHEN grouping(grade_band) = 0 THEN 'grade_band' ELSE 'all' END AS breakdown,
      CASE WHEN grouping(grade_band) = 0 THEN coalesce(grade_band, '?')
           ELSE 'all' END AS category,
      sum(n)::DOUBLE AS eligible
    FROM people
    GROUP BY GROUPING SETS ((school_id), (cohort_id), (started), (),
      (school_id, grade_band), (grade_band))
    HAVING grouping(started) = 1 OR started
"""


def _estimated(sums: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    n = sums["n"].to_numpy(float)
    moments = formulas.Moments(
        n,
        y=sums["y"].to_numpy(float),
        yy=sums["yy"].to_numpy(float),
        m=sums["m"].to_numpy(float),
        mm=sums["mm"].to_numpy(float),
        k=np.full(len(n), float(len(scale.items))),
    )
    out = sums[[*KEYS, "schools"]].copy()
    out["respondents"] = scale.group
    out["n"] = n.astype(int)
    out["eligible"] = np.maximum(sums["eligible"].to_numpy(float), n)
    out["over_roster"] = sums["n"] > sums["eligible"]
    out["rate"] = _rates(sums)
    out["rate_band"] = [
        rate_band(None if pd.isna(r) else float(r), scale.group) for r in out["rate"]
    ]
    share, s2 = formulas.share_and_variance(moments)
    v = formulas.variance_infer(s2, np.maximum(n, 1))
    size = formulas.effective_n(share, v, n, k=moments.k)
    low, high = formulas.wilson(share, size)
    out["share"], out["low"], out["high"] = 100 * share, 100 * low, 100 * high
    out["favourable"] = sums["y"]
    out["share_variance"] = v
    usable = out["rate_band"].isin([RateBand.HIGH, RateBand.USABLE]).to_numpy()
    here = formulas.effective_n(
        share,
        formulas.variance_desc(s2, np.maximum(n, 1), out["eligible"].fillna(np.inf)),
        n,
        eligible=out["eligible"].fillna(np.inf).to_numpy(float),
    )
    here_low, here_high = formulas.wilson(share, np.where(usable, here, size))
    out["here_low"], out["here_high"] = 100 * here_low, 100 * here_high
    mean, m2 = formulas.mean_and_variance(moments)
    out["mean"] = mean
    out["mean_variance"] = formulas.variance_infer(m2, np.maximum(n, 1))
    out["mean_low"], out["mean_high"] = formulas.mean_interval(
        mean, out["mean_variance"], n
    )
    return out


def _rates(sums: pd.DataFrame) -> pd.Series:
    """Response rate in percent, at most 100; missing without a roster."""
    return (100 * sums["answered"] / sums["eligible"]).clip(upper=100)


def shrunken(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the school rows of *estimates* with shrunken estimates beside them.

    One model per indicator, form and wave, fitted to the schools given and to
    no other. Schools with a low response rate take no part (E5) and get none.

    Source: specification E6.
    """
    schools = estimates[
        (estimates["unit_kind"] == "school")
        & (estimates["breakdown"] == "all")
        & estimates["rate_band"].isin(COMPARABLE)
        & (estimates["n"] > 1)
    ].copy()
    schools[["shrunk", "shrunk_low", "shrunk_high"]] = np.nan
    for _, group in schools.groupby(["indicator_id", "form", "wave_index"]):
        variance = formulas.shrinkage_variance(
            group["share"] / 100,
            group["share_variance"],
            group["n"],
            group["favourable"],
        )
        found = formulas.shrink(group["share"], variance)
        if found:
            # The search for τ² ends within a tolerance; four digits are beyond it,
            # so that every machine stores the same number.
            low, high = np.clip(found.low, 0, 100), np.clip(found.high, 0, 100)
            schools.loc[group.index, "shrunk"] = found.estimate.round(4)
            schools.loc[group.index, "shrunk_low"] = low.round(4)
            schools.loc[group.index, "shrunk_high"] = high.round(4)
    return schools


def a_year_earlier(connection: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """Return, by index of a wave, the index of the same season a year before."""
    index = dict(connection.execute("SELECT wave, wave_index FROM waves").fetchall())
    earlier = {}
    for label, position in index.items():
        wave = parse_wave(label)
        if wave and wave.a_year_ago.label in index:
            earlier[position] = index[wave.a_year_ago.label]
    return earlier


def with_change(
    estimates: pd.DataFrame, rules: Rules, year_ago: dict[int, int]
) -> pd.DataFrame:
    """Add the change word and points against the same season a year ago (E7).

    The family of the correction is all units of one kind on one indicator,
    form and wave: what one screen shows together.
    """
    if estimates.empty:
        return estimates
    estimates = estimates.copy()
    later = {before: now for now, before in year_ago.items()}
    earlier = estimates[[*KEYS, "mean", "mean_variance", "n", "rate_band"]].copy()
    earlier["wave_index"] = earlier["wave_index"].map(later)
    earlier = earlier.dropna(subset=["wave_index"])
    both = estimates.merge(earlier, how="left", on=KEYS, suffixes=("", "_before"))
    estimates["points"] = both["mean"] - both["mean_before"]
    p = formulas.change_p_values(
        estimates["points"],
        both["mean_variance"],
        both["mean_variance_before"],
        both["n"],
        both["n_before"],
    )
    minimum = estimates["respondents"].map(rules.minimum)
    enough = (
        both["rate_band"].isin(COMPARABLE)
        & both["rate_band_before"].isin(COMPARABLE)
        & (both["n"] >= minimum)
        & (both["n_before"] >= minimum)
    )
    estimates["p"] = np.where(enough, p, np.nan)
    estimates["change"] = ""
    family = ["indicator_id", "form", "wave_index", "unit_kind", "breakdown"]
    for _, group in estimates.groupby(family):
        estimates.loc[group.index, "change"] = formulas.change_words(
            group["points"],
            group["p"],
            smallest=rules.min_meaningful_change,
            q=rules.bh_q,
        )
    return estimates


def answer_shares(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, *, last_wave: int
) -> pd.DataFrame:
    """Return how many chose each option, per item, unit and wave, unprotected.

    Columns: indicator_id, form, item_id, wave_index, unit_kind, unit_id, code,
    count, n. Unique on all but the last two.
    """
    frames = []
    for indicator in catalogue.scored:
        for scale in indicator.scales:
            frame = connection.execute(
                f"""WITH given AS (
                      SELECT i.item_id, w.wave_index, a.code, r.school_id, u.cohort_id
                      FROM answers a JOIN responses r USING (response_no)
                      JOIN items i USING (item_no) JOIN waves w USING (wave)
                      JOIN units u USING (school_id)
                      WHERE r.is_current AND r.form = '{scale.form}'
                        AND w.wave_index <= {last_wave}
                        AND i.item_id IN ({_quoted(scale.items)}))
                    SELECT item_id, wave_index, code::INTEGER AS code,
                      CASE WHEN grouping(school_id) = 0 THEN 'school'
                        WHEN grouping(cohort_id) = 0 THEN 'cohort' ELSE 'district' END
                        AS unit_kind,
                      CASE WHEN grouping(school_id) = 0 THEN school_id
                        WHEN grouping(cohort_id) = 0 THEN cohort_id::VARCHAR
                        ELSE 'all' END AS unit_id, count(*)::INTEGER AS count
                    FROM given GROUP BY GROUPING SETS (
                      (item_id, wave_index, code, school_id),
                      (item_id, wave_index, code, cohort_id),
                      (item_id, wave_index, code))"""
            ).df()
            frame["indicator_id"], frame["form"] = indicator.id, scale.form
            frame["respondents"] = scale.group
            frames.append(frame)
    shares = pd.concat(frames, ignore_index=True)
    keys = ["item_id", "form", "wave_index", "unit_kind", "unit_id"]
    shares["n"] = shares.groupby(keys)["count"].transform("sum")
    return shares
