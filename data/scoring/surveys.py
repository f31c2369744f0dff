"""Survey measures: answers in the warehouse → one estimate per unit and wave.

Each form's answers are read once per wave, into one row per respondent; what comes
back from DuckDB is sums per school, band and language, and everything larger is
added up from those.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from data.catalogue import Catalogue, Form, Measure
from data.errors import ScoringError
from data.scoring import formulas
from data.scoring.keys import KEYS
from data.scoring.measures import Scored, scored
from data.scoring.packing import Packing, Wave, waves_of
from data.scoring.response_rates import RateBand, rate_band
from data.scoring.scales import Scales, scale_sums
from data.scoring.weights import (
    DESIGN,
    STRATA,
    designs,
    pooled_over_two_waves,
    weighted_to_roster,
)

SUMS = ["n", "y", "yy", "m", "mm"]
OVER = [
    "form", "respondents", "wave_index", "unit_kind", "unit_id", "breakdown",
    "category", "answered", "eligible",
]  # fmt: skip
ENGINE_ITEM = "T.LE.1"
# Asked of every grade: is the engine used alike?
GRADE_ITEM = "S.LE.1"


@dataclass(frozen=True)
class Surveys:
    """What surveys yield, unprotected.

    Attributes:
        answers: how many chose each option.
        scales: reliability of each scale and wave.
        grades: how often each grade of a school uses its learning engine.
        over_roster: where more answered than were asked: form, respondents,
            wave_index, unit_kind, unit_id, breakdown, category, answered, eligible.
            An error of the roster, the form's audience or doubled answers (E5).
    """

    estimates: pd.DataFrame
    answers: pd.DataFrame
    scales: Scales
    grades: pd.DataFrame
    over_roster: pd.DataFrame


def survey_estimates(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, *, last_wave: int
) -> Surveys:
    """Return estimates, answer distributions and reliability up to *last_wave*.

    Estimates: the keys, then n, eligible, rate, rate_band, share,
    low, high, here_low, here_high (with finite population correction), mean,
    mean_low, mean_high, sampling variances, design_effect, waves_pooled, schools.
    Percent throughout. Unique on the keys, in their order.

    Distributions: indicator_id, form, item_id, wave_index, unit_kind, unit_id, code,
    count, n.

    Source: specification E1–E5, E8.
    """
    _start(connection, catalogue)
    used: list[tuple[Measure, Scored]] = []
    scales = Scales()
    answers: list[pd.DataFrame] = []
    grades: list[pd.DataFrame] = []
    for form in catalogue.forms.values():
        measures = [m for m in catalogue.measures if m.form == form.id]
        if not measures:
            continue
        packing = Packing(form, catalogue)
        how = [(m, scored(m, packing, catalogue)) for m in measures]
        for wave in waves_of(connection, form.id, last_wave):
            packing.pack(connection, wave, catalogue.core_items(form.id))
            asked = [m for m in measures if m.is_asked_in(wave.label)]
            _add_sums(connection, form, wave, how, len(used))
            scale_sums(connection, form, wave, packing, asked, scales)
            answers.append(
                _distributions(connection, wave, packing, measures, catalogue)
            )
            if GRADE_ITEM in form.items:
                grades.append(_by_grade(connection, wave, packing))
        used += how
    none = pd.DataFrame()
    nothing = Surveys(none, none, scales, none, pd.DataFrame(columns=OVER))
    if not used:
        return nothing
    sums, design = _unit_sums(connection, catalogue, used)
    if sums.empty:
        return nothing
    shares = pd.concat(answers, ignore_index=True)
    keys = ["indicator_id", "item_id", "form", "wave_index", "unit_kind", "unit_id"]
    shares["n"] = shares.groupby(keys)["count"].transform("sum")
    by_grade = pd.concat(grades, ignore_index=True) if grades else pd.DataFrame()
    rows = estimated(sums, design)
    return Surveys(
        rows[sums["is_published"].to_numpy(bool)].reset_index(drop=True),
        shares,
        scales,
        by_grade,
        more_than_asked(sums),
    )


def _by_grade(
    connection: duckdb.DuckDBPyConnection, wave: Wave, packing: Packing
) -> pd.DataFrame:
    """Return n, mean (0–100) and its variance between people, by school and grade."""
    value = packing.value(GRADE_ITEM)
    return connection.execute(
        f"""SELECT {wave.index} AS wave_index, school_id, grade, count(*) AS n,
              25 * (sum({value}::INTEGER) / count(*) - 1) AS mean,
              625 * var_samp({value}::INTEGER) AS variance
            FROM respondents WHERE {value} > 0 AND grade IS NOT NULL
              AND TRY_CAST(grade AS INTEGER) IS NOT NULL
            GROUP BY school_id, grade ORDER BY school_id, grade"""
    ).df()


def _start(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Create the table of sums, and the engines as the packed answers have them."""
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE sums (measure SMALLINT, wave_index SMALLINT,
             school_id VARCHAR, grade_band VARCHAR, language VARCHAR, n BIGINT,
             y HUGEINT, yy HUGEINT, m HUGEINT, mm HUGEINT)"""
    )
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE answered (form VARCHAR, wave_index SMALLINT,
             school_id VARCHAR, grade_band VARCHAR, language VARCHAR, n BIGINT,
             people BIGINT)"""
    )
    options = catalogue.items[ENGINE_ITEM].response_set
    assert options is not None
    rows = ", ".join(f"('{name}', {k})" for k, name in enumerate(options.ids, 1))
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE engine_codes AS
            SELECT e.wave_index, e.school_id, c.code AS engine FROM engines e
            JOIN (VALUES {rows}) c(engine_type, code) USING (engine_type)"""
    )


def _add_sums(
    connection: duckdb.DuckDBPyConnection,
    form: Form,
    wave: Wave,
    how: list[tuple[Measure, Scored]],
    first: int,
) -> None:
    """Add the sums of one form in one wave, by school, band and language."""
    scores = ", ".join(f"{s.y} AS y{k}, {s.m} AS m{k}" for k, (_, s) in enumerate(how))
    totals = ", ".join(
        f"""count(y{k}) AS n{k}, sum(y{k}) AS y{k}, sum(y{k}::BIGINT * y{k}) AS yy{k},
            sum(m{k}) AS m{k}, sum(m{k}::BIGINT * m{k}) AS mm{k}"""
        for k in range(len(how))
    )
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE fine AS
            SELECT school_id, grade_band, language, {totals},
              count_if(is_core) AS core, count(*) AS people
            FROM (SELECT p.school_id, p.grade_band, p.language, is_core, {scores}
                  FROM respondents p LEFT JOIN engine_codes e
                    ON e.school_id = p.school_id AND e.wave_index = {wave.index})
            GROUP BY ALL"""
    )
    asked = [k for k, (m, _) in enumerate(how) if m.is_asked_in(wave.label)]
    rows = " UNION ALL ".join(
        f"""SELECT {first + k}, {wave.index}, school_id, grade_band, language,
              n{k}, y{k}, yy{k}, m{k}, mm{k} FROM fine WHERE n{k} > 0"""
        for k in asked
    )
    if rows:
        connection.execute(f"INSERT INTO sums {rows}")
    connection.execute(
        f"""INSERT INTO answered SELECT '{form.id}', {wave.index}, school_id,
              grade_band, language, sum(core), sum(people) FROM fine GROUP BY ALL"""
    )


# Which unit a grouping set's row belongs to.
UNIT = """
    CASE WHEN grouping(school_id) = 0 THEN 'school'
         WHEN grouping(cohort_id) = 0 THEN 'cohort'
         WHEN grouping(started) = 0 THEN 'launched' ELSE 'district' END AS unit_kind,
    CASE WHEN grouping(school_id) = 0 THEN school_id
         WHEN grouping(cohort_id) = 0 THEN cohort_id::VARCHAR
         WHEN grouping(started) = 0 THEN 'launched' ELSE 'all' END AS unit_id"""
PLACED = """
    SELECT s.*, u.cohort_id, coalesce(u.launch_wave <= s.wave_index, false) AS started
    FROM {source} s JOIN units u USING (school_id)"""
WHOLE = f"""
    SELECT measure, wave_index, {UNIT}, 'all' AS breakdown, 'all' AS category,
      sum(n)::DOUBLE AS n, count(DISTINCT school_id) AS schools, sum(y)::DOUBLE AS y,
      sum(yy)::DOUBLE AS yy, sum(m)::DOUBLE AS m, sum(mm)::DOUBLE AS mm
    FROM ({PLACED.format(source="sums")})
    GROUP BY GROUPING SETS ((measure, wave_index, school_id),
      (measure, wave_index, cohort_id), (measure, wave_index, started),
      (measure, wave_index))
    HAVING grouping(started) = 1 OR started"""
# Breakdowns exist for schools and the district alone (P6: one breakdown at a time).
PARTS = """
    SELECT measure, wave_index,
      CASE WHEN grouping(school_id) = 0 THEN 'school' ELSE 'district' END AS unit_kind,
      CASE WHEN grouping(school_id) = 0 THEN school_id ELSE 'all' END AS unit_id,
      '{breakdown}' AS breakdown, {breakdown} AS category, sum(n)::DOUBLE AS n,
      count(DISTINCT school_id) AS schools, sum(y)::DOUBLE AS y, sum(yy)::DOUBLE AS yy,
      sum(m)::DOUBLE AS m, sum(mm)::DOUBLE AS mm
    FROM sums JOIN units USING (school_id)
    WHERE {breakdown} IS NOT NULL AND {breakdown} <> 'all' AND measure IN ({measures})
    GROUP BY GROUPING SETS ((measure, wave_index, {breakdown}, school_id),
      (measure, wave_index, {breakdown}))"""
# Who was asked, and who answered enough to count for the response rate.
ASKED = (
    """
    WITH asked AS (
      SELECT w.wave_index, r.school_id, r.grade_band,
        coalesce(r.language, 'all') AS language, r.n AS eligible, 0 AS answered,
        0 AS people
      FROM rosters r JOIN waves w USING (wave)
      WHERE r.stakeholder_group = '{group}' AND coalesce(r.grade_band, 'all')
        IN ({bands})
      UNION ALL
      SELECT wave_index, school_id, grade_band, language, 0, n, people FROM answered
      WHERE form = '{form}'),
    placed AS ("""
    + PLACED.format(source="asked")
    + """)
    SELECT '{form}' AS form, wave_index, """
    + UNIT
    + """,
      CASE WHEN grouping(grade_band) = 0 THEN 'grade_band'
           WHEN grouping(language) = 0 THEN 'language' ELSE 'all' END AS breakdown,
      CASE WHEN grouping(grade_band) = 0 THEN coalesce(grade_band, '?')
           WHEN grouping(language) = 0 THEN language ELSE 'all' END AS category,
      sum(eligible)::DOUBLE AS eligible, sum(answered)::DOUBLE AS answered,
      sum(people)::DOUBLE AS people
    FROM placed
    GROUP BY GROUPING SETS ((wave_index, school_id), (wave_index, cohort_id),
      (wave_index, started), (wave_index), (wave_index, school_id, grade_band),
      (wave_index, grade_band), (wave_index, school_id, language),
      (wave_index, language))
    HAVING grouping(started) = 1 OR started"""
)


def _unit_sums(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    used: list[tuple[Measure, Scored]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return sums of every unit and wave with who was asked, and the weights' design.

    Parts that only weights need carry `is_published` False.
    """
    queries = [WHOLE]
    for breakdown in ("grade_band", "language"):
        split = [
            str(k)
            for k, (m, _) in enumerate(used)
            if breakdown in m.breakdowns or STRATA.get(m.group) == breakdown
        ]
        if split:
            queries.append(PARTS.format(breakdown=breakdown, measures=", ".join(split)))
    frame = connection.execute(" UNION ALL ".join(queries)).df()
    frame = _described(frame, used)
    frame = frame[_has_level(frame)]
    if frame.empty:
        return frame, pd.DataFrame(columns=DESIGN)
    asked = [
        connection.execute(
            ASKED.format(
                form=form.id,
                group=form.roster[0],
                bands=", ".join(f"'{b}'" for b in form.roster[1]),
            )
        )
        .df()
        .assign(group=form.group)
        for form in catalogue.forms.values()
        if (frame["form"] == form.id).any()
    ]
    unit = ["form", "wave_index", "unit_kind", "unit_id", "breakdown", "category"]
    known = pd.concat(asked, ignore_index=True)
    known.loc[known["eligible"] <= 0, "eligible"] = np.nan
    known.loc[_unsplit(known), "eligible"] = np.nan
    whole = _everywhere_asked(frame, known)
    counted = known.drop(columns=["group", "people"])
    frame = whole.merge(counted, how="left", on=unit)
    levels = connection.execute("SELECT school_id AS unit_id, level FROM units").df()
    frame = frame.merge(levels, how="left", on="unit_id")
    # In one order always: sums over schools must not depend on threads either.
    return frame.sort_values(KEYS, ignore_index=True), designs(known)


def _unsplit(known: pd.DataFrame) -> pd.Series:
    """Tell which parts have no whole of their own: some of the roster is not split.

    A district where one school counts families by language and another all
    together knows how many answered in Spanish, but not out of how many.
    """
    unit = ["form", "wave_index", "unit_kind", "unit_id", "breakdown"]
    is_part = known["breakdown"] != "all"
    whole = is_part & known["category"].isin(["all", "?"]) & known["eligible"].notna()
    return is_part & whole.groupby([known[c] for c in unit]).transform("any")


def _described(frame: pd.DataFrame, used: list[tuple[Measure, Scored]]) -> pd.DataFrame:
    """Name each row's measure and turn its whole-number sums into shares and means."""
    measures = pd.DataFrame(
        {
            "measure": range(len(used)),
            "indicator_id": [m.indicator_id for m, _ in used],
            "part": [m.part for m, _ in used],
            "form": [m.form for m, _ in used],
            "respondents": [m.group for m, _ in used],
            "has_mean": [m.has_mean for m, _ in used],
            "levels": ["".join(m.levels) for m, _ in used],
            "breakdowns": [("all", *m.breakdowns) for m, _ in used],
            "k": [s.k for _, s in used],
            "share_unit": [s.share_unit for _, s in used],
            "mean_unit": [s.mean_unit for _, s in used],
        }
    )
    frame = frame.merge(measures, on="measure").drop(columns="measure")
    for column, unit, power in (
        ("y", "share_unit", 1),
        ("yy", "share_unit", 2),
        ("m", "mean_unit", 1),
        ("mm", "mean_unit", 2),
    ):
        frame[column] = frame[column] * frame[unit] ** power
    frame["is_published"] = [
        part in parts
        for part, parts in zip(frame["breakdown"], frame["breakdowns"], strict=True)
    ]
    return frame.drop(columns=["share_unit", "mean_unit", "breakdowns"])


LEVEL_OF = {"school": "S", "cohort": "C", "launched": "D", "district": "D"}


def _has_level(frame: pd.DataFrame) -> pd.Series:
    """Tell which rows the indicator is declared for; no one principal is a school."""
    letter = frame["unit_kind"].map(LEVEL_OF)
    allowed = [x in levels for x, levels in zip(letter, frame["levels"], strict=True)]
    of_leader = (frame["respondents"] == "building_admins") & frame["unit_kind"].isin(
        ["school", "launched"]
    )
    return pd.Series(allowed, index=frame.index) & ~of_leader


def _everywhere_asked(frame: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Add a row without answers wherever people were asked a scale and none came."""
    asked = known[(known["breakdown"] == "all") & known["eligible"].notna()]
    waves = frame[["indicator_id", "part", "form", "respondents", "has_mean", "levels",
                   "k", "wave_index"]].drop_duplicates()  # fmt: skip
    units = ["form", "wave_index", "unit_kind", "unit_id", "breakdown", "category"]
    empty = waves.merge(asked[units], on=["form", "wave_index"])
    empty = empty[_has_level(empty)]
    both = frame.merge(empty, how="outer", on=list(empty.columns))
    both[[*SUMS, "schools"]] = both[[*SUMS, "schools"]].fillna(0.0)
    both["is_published"] = both["is_published"].ne(False)
    return both


def _distributions(
    connection: duckdb.DuckDBPyConnection,
    wave: Wave,
    packing: Packing,
    measures: list[Measure],
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return how many chose each option of each item, per school, cohort, district.

    Items outside a scale for cohorts and the district alone.
    """
    owner = {
        item: m
        for m in reversed(measures)
        for item in m.items
        if catalogue.items[item].response_set
    }
    alone = sorted(i for i, m in owner.items() if len(m.items) == 1)
    parts = " UNION ALL ".join(
        f"""SELECT '{item}' AS item_id, school_id, {packing.value(item)} AS v,
              count(*) AS count FROM respondents WHERE {packing.value(item)} > 0
            GROUP BY ALL"""
        for item in owner
    )
    frame = connection.execute(
        f"""SELECT item_id, v::INTEGER AS v, sum(count)::BIGINT AS count,
              CASE WHEN grouping(school_id) = 0 THEN 'school'
                WHEN grouping(cohort_id) = 0 THEN 'cohort' ELSE 'district' END
                AS unit_kind,
              CASE WHEN grouping(school_id) = 0 THEN school_id
                WHEN grouping(cohort_id) = 0 THEN cohort_id::VARCHAR ELSE 'all' END
                AS unit_id
            FROM ({parts}) JOIN units USING (school_id)
            GROUP BY GROUPING SETS ((item_id, v, school_id), (item_id, v, cohort_id),
              (item_id, v))
            ORDER BY ALL"""
    ).df()
    code = {
        (item, value): packing.code(item, value)
        for item in owner
        for value in packing.options(item)
    }
    frame["code"] = [
        code[pair] for pair in zip(frame["item_id"], frame["v"], strict=True)
    ]
    frame["indicator_id"] = [owner[i].indicator_id for i in frame["item_id"]]
    frame["part"] = [owner[i].part for i in frame["item_id"]]
    frame["form"], frame["wave_index"] = packing.form.id, wave.index
    frame["respondents"] = packing.form.group
    of_school = frame["unit_kind"] == "school"
    kept = ~of_school | ~frame["item_id"].isin(alone)
    if packing.form.group == "building_admins":
        kept &= ~of_school
    return frame[kept].drop(columns="v")


def more_than_asked(sums: pd.DataFrame) -> pd.DataFrame:
    """Return where more answered a form than were asked it; nothing where all is well.

    By language too more may have answered than a roster names; a language is the
    one somebody answered in, the roster's the one of the home, so that no one need
    have erred. Such a rate is withheld as all are.

    Source: specification E5.
    """
    rows = sums[sums["breakdown"] != "language"]
    rows = rows.assign(answered=np.fmax(rows["answered"], rows["n"]))
    found = rows.groupby(OVER[:-2], as_index=False)[["answered", "eligible"]].max()
    return found[found["answered"] > found["eligible"]].reset_index(drop=True)


def estimated(sums: pd.DataFrame, design: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return estimates from sums over respondents, one row for one (E1–E5).

    Where more answered than were asked, neither the rate nor who was asked is told.

    Args:
        design: how schools' answers are weighted; nothing is where it is missing.
        sums: the keys, n, y, yy, m, mm (shares as proportions, means on 0–100), k,
            schools, respondents, has_mean, level, eligible, answered.
    """
    n = sums["n"].to_numpy(float)
    moments = formulas.Moments(
        n,
        y=sums["y"].to_numpy(float),
        yy=sums["yy"].to_numpy(float),
        m=sums["m"].to_numpy(float),
        mm=sums["mm"].to_numpy(float),
        k=sums["k"].to_numpy(float),
    )
    out = sums[[*KEYS, "schools", "respondents", "has_mean", "level", "k"]].copy()
    out["n"] = n.astype(int)
    out["over_roster"] = np.fmax(sums["answered"], n) > sums["eligible"]
    out["eligible"] = sums["eligible"].where(~out["over_roster"])
    out["rate"] = 100 * sums["answered"] / out["eligible"]
    out["rate_band"] = [
        rate_band(None if pd.isna(r) else float(r), group)
        for r, group in zip(out["rate"], out["respondents"], strict=True)
    ]
    share, s2 = formulas.share_and_variance(moments)
    mean, m2 = formulas.mean_and_variance(moments)
    out["share"], out["favourable"], out["mean"] = share, sums["y"], mean
    people = np.maximum(n, 1)
    out["share_variance"] = formulas.variance_infer(s2, people)
    whole = out["eligible"].fillna(np.inf)
    out["here_variance"] = formulas.variance_desc(s2, people, whole)
    out["mean_variance"] = formulas.variance_infer(m2, people)
    out["design_effect"], out["waves_pooled"] = 1.0, 1
    if design is not None:
        out = weighted_to_roster(out, sums, design)
    out = pooled_over_two_waves(out, sums)
    out["mean_variance"] = formulas.mean_variance_floored(
        out["mean_variance"], out["mean"], people
    )
    return _with_intervals(out, n)


def _with_intervals(out: pd.DataFrame, n: np.ndarray) -> pd.DataFrame:
    """Add the intervals of share and mean, and turn shares into percent (E3)."""
    share, k = out["share"].to_numpy(float), out["k"].to_numpy(float)
    size = formulas.effective_n(share, out["share_variance"], n, k=k)
    low, high = formulas.wilson(share, size)
    out["low"], out["high"] = 100 * low, 100 * high
    usable = out["rate_band"].isin([RateBand.HIGH, RateBand.USABLE]).to_numpy()
    whole = out["eligible"].fillna(np.inf).to_numpy(float)
    here = formulas.effective_n(share, out["here_variance"], n, k=k, eligible=whole)
    corrected = usable & (out["waves_pooled"] == 1).to_numpy()
    here_low, here_high = formulas.wilson(share, np.where(corrected, here, size))
    # Where all who were asked answered nothing is left to be unsure of; that is
    # said in words, never drawn as an interval without width.
    all_answered = here_low == here_high
    for name, end in (("here_low", here_low), ("here_high", here_high)):
        out[name] = np.where(all_answered, np.nan, 100 * end)
    out["mean_low"], out["mean_high"] = formulas.mean_interval(
        out["mean"], out["mean_variance"], n
    )
    out["share"] = 100 * share
    _none_without_width(out)
    return out.drop(columns=["here_variance", "k"])


def _none_without_width(out: pd.DataFrame) -> None:
    """Refuse an interval of no width: nothing asked of people is known so well."""
    for low, high in (("low", "high"), ("mean_low", "mean_high")):
        flat = out[out[low] >= out[high]]
        if len(flat):
            row = flat.iloc[0]
            where = " ".join(str(row[k]) for k in KEYS)
            raise ScoringError(
                f"{where}: the interval {low} to {high} has no width; "
                f"{len(flat)} estimates have one like it"
            )
