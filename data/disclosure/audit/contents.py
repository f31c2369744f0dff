"""What a file may hold, row by row: P1–P4 and P6–P9, checked on finished files."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.catalogue import SCALE
from data.disclosure.audit.reading import KEYS, Reading
from data.disclosure.coding import BANDS, STAFF_BAND, end_width
from data.errors import LoweredThreshold
from data.model.cell import Coding, Status
from data.model.release_tables import TABLES
from data.model.rules import rules_from
from data.model.viewer import Audience

Found = Iterator[tuple[str, str, str]]
BAND_LOW = {"10–19": 10, STAFF_BAND: 5, **{label: low for low, label in BANDS}}
EXACT_ONLY = [
    "n", "eligible", "mean", "mean_low", "mean_high", "here_low", "here_high",
    "points_low", "points_high", "signal", "design_effect", "waves_pooled",
]  # fmt: skip
NUMBERS = [
    "share", "low", "high", "here_low", "here_high", "shrunk", "shrunk_low",
    "shrunk_high", "mean", "mean_low", "mean_high", "n_band", "n", "eligible",
    "points", "points_low", "points_high", "signal", "design_effect", "waves_pooled",
    "coding", "schools",
]  # fmt: skip
EDGES = ["low", "high", "shrunk", "shrunk_low", "shrunk_high"]
FEWEST_SCHOOLS = 5
# One school's staff are behind these, so that the public reads totals alone.
STAFF_FIGURES = frozenset(
    {"CU-1", "CU-2", "CU-3", "PL-2", "PP-1", "PP-2", "RO-2", "RO-3", "RO-4"}
)
OFFICE_FIGURES = frozenset({"LE-1", "CU-5"})
FEWEST_STAFF_SCHOOLS = 3
HALF = 0.5


def check_contents(reading: Reading) -> Found:
    """Yield (rule, audience, place) for every row that breaks a rule."""
    yield from _thresholds(reading)
    yield from _shapes(reading)
    for audience in (a for a in Audience if len(reading.estimates(a))):
        yield from _hidden_rows(reading, audience)
        yield from _minimums(reading, audience)
        yield from _answers(reading, audience)
        yield from _close_totals(reading, audience)
    yield from _public(reading)
    yield from _school(reading)
    yield from _others(reading)
    yield from _figures(reading)
    yield from _diary(reading)


def _diary(reading: Reading) -> Found:
    """Yield registers' rows outside their readers: requests, initiatives."""
    occasions = reading.tables[Audience.PUBLIC]["occasions"]
    if len(occasions) and occasions[["name", "serves", "hours"]].notna().any(axis=None):
        yield "P2", "public", "occasions: an initiative is staff's"
    requests = reading.tables[Audience.SCHOOL]["requests"]
    if (requests["scope"] != requests["school_id"]).any():
        yield "P2", "school", "requests: one is not its own school's"


def _thresholds(reading: Reading) -> Found:
    try:
        rules_from(reading.stated_rules)
    except LoweredThreshold as error:
        yield "P1", "public", f"threshold {error.key} is below its floor"
    for audience in Audience:
        meta = reading.tables[audience]["meta"]
        stated = {
            k.removeprefix("rule."): v
            for k, v in zip(meta["key"], meta["value"], strict=True)
            if k.startswith("rule.")
        }
        if stated != reading.stated_rules:
            yield "P1", audience, "thresholds differ from the public's file"


def _shapes(reading: Reading) -> Found:
    for audience in Audience:
        shape = reading.shapes[audience]
        for name in sorted(shape.keys() - TABLES.keys()):
            yield "P2", audience, f"table {name} has no business in a release"
        for name, table in TABLES.items():
            columns = [c.name for c in table.columns]
            if name in shape and shape[name] != columns:
                yield "P2", audience, f"table {name} has other columns than declared"
    for audience, names in (
        (
            Audience.PUBLIC,
            ("hidden", "bands", "requests", "rubric_cells", "rubric_means"),
        ),
        (Audience.SCHOOL, ("hidden",)),
    ):
        for name in names:
            if len(reading.tables[audience][name]):
                yield "P2", audience, f"table {name} is not for this audience"


def _hidden_rows(reading: Reading, audience: Audience) -> Found:
    rows = reading.estimates(audience)
    known = {s.value for s in Status}
    yield from _each("P9", audience, rows[~rows["status"].isin(known)])
    hidden = rows[rows["status"] != Status.SHOWN]
    yield from _each("P9", audience, hidden[hidden[NUMBERS].notna().any(axis=1)])
    silent = hidden[hidden["status"] != Status.LOW_RR]
    yield from _each("P9", audience, silent[silent["rate"].notna()])
    yield from _each("P9", audience, hidden[hidden["change"] != "too_few"])
    shown = rows[rows["status"] == Status.SHOWN]
    yield from _each("E5", audience, shown[shown["rate_band"] == "not_reported"])
    lone = shown[shown["points"].notna()]
    yield from _each("P7", audience, lone[~_shown_a_year_ago(lone, shown)])
    values = reading.tables[audience]["summary_values"]
    closed = values[values["status"] != Status.SHOWN]
    bare = ["share", "low", "high", "n", "eligible", "n_band"]
    if closed[bare].notna().any(axis=None):
        yield "P9", audience, "summary_values: a hidden value carries a number"


def _shown_a_year_ago(rows: pd.DataFrame, shown: pd.DataFrame) -> pd.Series:
    """Tell which rows' other end of a change is shown in the same file."""
    keys = [k for k in KEYS if k != "wave"] + ["scope"]
    before = rows["wave"].map(_a_year_before)
    index = pd.MultiIndex.from_frame(rows[keys].assign(wave=before))
    known = pd.MultiIndex.from_frame(shown[[*keys, "wave"]])
    return pd.Series(index.isin(known), index=rows.index)


def _a_year_before(label: str) -> str:
    year = int(label[:4])
    return f"{year - 1}-{year % 100:02d}{label[-1]}"


def _minimums(reading: Reading, audience: Audience) -> Found:
    rows = reading.estimates(audience)
    shown = rows[rows["status"].isin([Status.SHOWN, Status.LOW_RR])]
    if shown.empty:
        return
    least = shown["form"].map(reading.minimum).astype(float)
    counted = shown["n"].notna()
    yield from _each("P1", audience, shown[counted & (shown["n"] < least)])
    banded = shown["n_band"].notna()
    low = shown["n_band"].map(BAND_LOW).astype(float)
    yield from _each("P4", audience, shown[banded & ~(low >= least)])
    wrong = counted & banded & (shown["n"] < low)
    yield from _each("P4", audience, shown[wrong])
    staff = shown["form"].map(reading.is_staff)
    of_school = shown["unit_kind"] == "school"
    parts = shown["breakdown"] != "all"
    yield from _each("P2", audience, shown[staff & of_school & parts])
    crossed = shown["category"].str.contains(r"[×x*:|+]", regex=True) & parts
    yield from _each("P6", audience, shown[crossed])


def _public(reading: Reading) -> Found:
    rows = reading.estimates(Audience.PUBLIC)
    yield from _public_rows(reading, Audience.PUBLIC, rows)
    values = reading.tables[Audience.PUBLIC]["summary_values"]
    measures = reading.tables[Audience.PUBLIC]["summary_measures"]
    if len(measures) and not measures["is_public"].all():
        yield "P2", "public", "summary_measures: a source that is not public"
    stray = ~values["measure_id"].isin(measures["measure_id"])
    if stray.any():
        yield "P2", "public", "summary_values: a measure the file does not list"
    if values[["n", "eligible"]].notna().any(axis=None):
        yield "P4", "public", "summary_values: an exact number of people"
    counted = values[values["n_band"].notna()]
    yield from _coded("summary_values", counted)
    schools = reading.tables[Audience.PUBLIC]["rubric_schools"]
    exact = ["adoption", "practices", "structures", "policies"]
    if schools[exact].notna().any(axis=None):
        yield "P2", "public", "rubric_schools: more than stage and attribute means"
    agreed = reading.tables[Audience.DISTRICT]["rubric_schools"]
    agreed = agreed[agreed["agreed"].astype(bool)]
    pairs = pd.MultiIndex.from_frame(agreed[["school_id", "wave"]])
    mine = pd.MultiIndex.from_frame(schools[["school_id", "wave"]])
    if not mine.isin(pairs).all():
        yield "P2", "public", "rubric_schools: a school that has not agreed"


def _public_rows(reading: Reading, audience: Audience, rows: pd.DataFrame) -> Found:
    if rows.empty:
        return
    yield from _each("P2", audience, rows[rows["scope"] != "all"])
    yield from _each("P6", audience, rows[rows["breakdown"] != "all"])
    staff = rows["form"].map(reading.is_staff)
    of_school = rows["unit_kind"] == "school"
    yield from _each("P2", audience, rows[staff & of_school])
    shown = rows[rows["status"] == Status.SHOWN]
    few = staff & ~of_school & (rows["schools"] < FEWEST_STAFF_SCHOOLS)
    yield from _each("P2", audience, shown[few[shown.index]])
    yield from _each("P4", audience, rows[rows[EXACT_ONLY].notna().any(axis=1)])
    ends = shown["coding"] != Coding.EXACT
    yield from _each("P3", audience, shown[ends & shown["points"].notna()])
    yield from _coded("estimates", shown)
    yield from _one_left_out(shown)


def _coded(table: str, shown: pd.DataFrame) -> Found:
    """Check shares against the ends P3 cuts off for their band."""
    if shown.empty:
        return
    width = shown["n_band"].map(BAND_LOW).map(end_width)
    inside = (shown["share"] >= width) & (shown["share"] <= 100 - width)
    whole = shown["share"] == shown["share"].round()
    edges = [c for c in EDGES if c in shown]
    out = (shown[edges].lt(width, axis=0) | shown[edges].gt(100 - width, axis=0)).any(
        axis=1
    )
    at_most, at_least = (
        shown["coding"] == Coding.AT_MOST,
        shown["coding"] == Coding.AT_LEAST,
    )
    ends = (at_least & (shown["share"] != 100 - width)) | (
        at_most & (shown["share"] != width)
    )
    sharp = (at_least | at_most) & shown[edges].notna().any(axis=1)
    bad = ~inside | ~whole | out | ends | sharp
    bad = bad & shown["share"].notna()
    for _ in shown.index[bad]:
        yield "P3", "public", f"{table}: a share beyond what its group may show"


def _one_left_out(shown: pd.DataFrame) -> Found:
    """A member of a group takes the own answer out: are the others of one mind?

    With the fewest people its band allows, a share strictly between one answer
    and all but one leaves both minds among the others.
    """
    n = shown["n_band"].map(BAND_LOW).astype(float)
    slack = np.where(shown["coding"] == Coding.EXACT, HALF, 100.0)
    top = np.minimum(100.0, shown["share"] + slack) * n / 100
    bottom = np.maximum(0.0, shown["share"] - slack) * n / 100
    forced = (top < 1) | (bottom > n - 1)
    yield from _each("insider", Audience.PUBLIC, shown[forced])


def _school(reading: Reading) -> Found:
    rows = reading.estimates(Audience.SCHOOL)
    shared = rows[rows["scope"] == "all"]
    public = reading.estimates(Audience.PUBLIC)
    columns = [c for c in public.columns if c != "wave_index"]
    same = _sorted(shared[columns]).equals(_sorted(public[columns]))
    if not same:
        yield "P2", "school", "estimates: shared rows differ from the public's file"
    own = rows[rows["scope"] != "all"]
    if own.empty:
        return
    stray = (own["unit_kind"] != "school") | (own["scope"] != own["unit_id"])
    yield from _each("P2", Audience.SCHOOL, own[stray])
    staff = own["form"].map(reading.is_staff)
    few = staff & (own["n"] < reading.rules.min_n_principal_view)
    yield from _each("P2", Audience.SCHOOL, own[few])
    cohort = dict(
        zip(reading.schools["school_id"], reading.schools["cohort_id"], strict=True)
    )
    for name in ("rubric_cells", "rubric_schools"):
        frame = reading.tables[Audience.SCHOOL][name]
        closed = frame[frame["scope"] != "all"]
        mine = "cohort-" + closed["school_id"].map(cohort).astype(str)
        right = (closed["scope"] == closed["school_id"]) | (closed["scope"] == mine)
        if not right.all() or (name == "rubric_cells" and len(closed) < len(frame)):
            yield "P2", "school", f"{name}: a grid outside its school and cohort"


def _answers(reading: Reading, audience: Audience) -> Found:
    rows = reading.tables[audience]["answers"]
    scales = reading.estimates(audience)
    keys = ["indicator_id", "part", "form", "wave", "unit_kind", "unit_id", "scope"]
    whole = scales[(scales["breakdown"] == "all")]
    shown = pd.MultiIndex.from_frame(whole.loc[whole["status"] == Status.SHOWN, keys])
    given = rows[rows["share"].notna()]
    loose = ~pd.MultiIndex.from_frame(given[keys]).isin(shown)
    if loose.any():
        yield "P5", audience, "answers: shown although its scale is hidden"
    if (rows["status"].ne(Status.SHOWN) & rows["share"].notna()).any():
        yield "P9", audience, "answers: a hidden distribution carries a number"
    hidden = rows[rows["status"] != Status.SHOWN]
    if (hidden["code"] != 0).any():
        yield "P9", audience, "answers: a hidden distribution names its options"
    for_all = given[given["scope"] == "all"]
    if audience is not Audience.DISTRICT:
        if (for_all["unit_kind"] == "school").any():
            yield "P2", audience, "answers: a school's distribution for everyone"
        yield from _small_options(reading, audience, for_all)


def _small_options(reading: Reading, audience: Audience, given: pd.DataFrame) -> Found:
    """Options so rare that the people who chose them are too few."""
    exact = reading.estimates(Audience.DISTRICT)
    keys = ["indicator_id", "part", "form", "wave", "unit_kind", "unit_id"]
    counts = exact.loc[exact["breakdown"] == "all", [*keys, "n"]]
    rows = given.merge(counts, on=keys, how="left")
    least = rows["form"].map(reading.minimum).astype(float)
    # Fewer may have answered the item than count for the scale, hardly more.
    most = (rows["share"] + HALF) * rows["n"] / 100
    rest = (100 - rows["share"] + HALF) * rows["n"] / 100
    if ((most < least) | (rest < least)).any():
        yield "P5", audience, "answers: an option chosen by too few people"


def _close_totals(reading: Reading, audience: Audience) -> Found:
    """Yield "launched schools" that differ from "all schools" by too little (P7)."""
    rows = reading.estimates(audience)
    rows = rows[(rows["breakdown"] == "all") & (rows["status"] == Status.SHOWN)]
    exact = reading.estimates(Audience.DISTRICT)
    exact = exact[exact["breakdown"] == "all"]
    keys = ["indicator_id", "part", "form", "wave"]
    launched = rows[rows["unit_kind"] == "launched"][[*keys, "schools"]]
    everyone = rows[rows["unit_kind"] == "district"][[*keys, "schools"]]
    both = launched.merge(everyone, on=keys, suffixes=("", "_all"))
    counts = exact.pivot_table(index=keys, columns="unit_kind", values="n")
    for row in both.itertuples():
        apart = row.schools_all - row.schools
        people = np.nan
        key = (row.indicator_id, row.form, row.wave)
        if key in counts.index and {"district", "launched"} <= set(counts.columns):
            people = counts.loc[key, "district"] - counts.loc[key, "launched"]
        if apart == 0 and (people == 0 or np.isnan(people)):
            continue
        if apart < 2 or people < 20:  # noqa: PLR2004 - P7's own figures
            yield "P7", audience, f"{row.indicator_id} {row.wave}: launched and all"


def _others(reading: Reading) -> Found:
    for audience in Audience:
        bands = reading.tables[audience]["bands"]
        if (bands["schools"] < FEWEST_SCHOOLS).any():
            yield "P2", audience, "bands: a cohort with fewer than five schools"
        spreads = reading.tables[audience]["summary_spreads"]
        if (spreads["schools"] < FEWEST_SCHOOLS).any():
            yield "P2", audience, "summary_spreads: fewer than five schools"
        closed = reading.tables[audience]["summary_values"]
        known = closed["n"].notna() & (closed["status"] == Status.SHOWN)
        measures = reading.tables[audience]["summary_measures"]
        group = dict(zip(measures["measure_id"], measures["respondents"], strict=True))
        least = closed["measure_id"].map(group).map(reading.rules.minimum).astype(float)
        if (known & (closed["n"] < least)).any():
            yield "P1", audience, "summary_values: too few people"


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    plain = frame.sort_values(KEYS, ignore_index=True).astype(object)
    return plain.where(plain.notna(), None)


def _each(rule: str, audience: Audience, rows: pd.DataFrame) -> Found:
    for row in rows[KEYS].itertuples(index=False):
        yield rule, str(audience), place_of(tuple(row))


def place_of(key: tuple[str, ...]) -> str:
    """Return a cell's place in words: indicator, measure, form, wave, unit, part."""
    indicator, measure, form, wave, kind, unit, breakdown, category = key
    part = "" if breakdown == "all" else f", {breakdown} {category}"
    named = indicator if measure == SCALE else f"{indicator} {measure}"
    return f"{named} {form} {wave}, {kind} {unit}{part}"


def _figures(reading: Reading) -> Found:
    """Check the figures of registers: who reads them, and that hidden means empty."""
    bare = ["value", "low", "high", "n", "of", "n_band", "word"]
    for audience in Audience:
        rows = reading.tables[audience]["figures"]
        if rows.empty:
            continue
        closed = rows[rows["status"] != Status.SHOWN]
        if closed[bare].notna().any(axis=None):
            yield "P9", audience, "figures: a hidden figure carries a number"
        for _, row in rows[rows["n_band"].notna()].iterrows():
            if BAND_LOW[row["n_band"]] < reading.rules.min_n_staff:
                yield "P4", audience, _figure(row)
    public = reading.tables[Audience.PUBLIC]["figures"]
    stray = public[
        (public["unit_kind"] == "school") & public["indicator_id"].isin(STAFF_FIGURES)
    ]
    for _, row in stray.iterrows():
        yield "P2", "public", _figure(row)
    banded = public[public["n_band"].notna()]
    for _, row in banded[banded[["n", "of"]].notna().any(axis=1)].iterrows():
        yield "P4", "public", _figure(row)
    office = public[public["indicator_id"].isin(OFFICE_FIGURES)]
    for _, row in office.iterrows():
        yield "P2", "public", _figure(row)
    own = reading.tables[Audience.SCHOOL]["figures"]
    own = own[own["scope"] != "all"]
    for _, row in own[own["scope"] != own["unit_id"]].iterrows():
        yield "P2", "school", _figure(row)


def _figure(row: pd.Series) -> str:
    return (
        f"{row['indicator_id']} {row['part']} {row['wave']}, {row['unit_kind']} "
        f"{row['unit_id']} {row['category']}".strip()
    )
