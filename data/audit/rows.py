"""What a file may hold, row by row: P1–P4 and P6–P9, checked on finished files."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.audit.books import ANSWERED
from data.audit.definitions import Definitions
from data.audit.files import AUDIENCES, KEYS, Release
from data.audit.rules import (
    APART_PEOPLE,
    APART_SCHOOLS,
    BANDS,
    FEWEST_FOR_PRINCIPAL,
    FEWEST_SCHOOLS_IN_BAND,
    FEWEST_SCHOOLS_OF_STAFF,
    FLOORS,
    GROUP_OF_KIND,
    MAY_READ,
    MAY_SPLIT,
    NOT_FOR,
    OFFICE_INDICATORS,
    PULSE_INDICATORS,
    SHOWN,
    STAFF_INDICATORS,
    WITHHELD,
    end_width,
)
from data.model.release_tables import TABLES

Found = Iterator[tuple[str, str, str]]
BAND_LOW = {label: low for label, (low, _) in BANDS.items()}
END_OF_BAND = {label: end_width(low) for label, low in BAND_LOW.items()}
WIDEST = end_width(0)
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
READABLE = (SHOWN, "low_rr")
# A change is only beside its other end; these say that there is none to tell.
NO_CHANGE = ("too_few", "too_early")
HALF, WHOLE = 0.5, "all"


def check_rows(release: Release) -> Found:
    """Yield (rule, audience, place) for every row that breaks a rule."""
    definitions = Definitions(release)
    yield from _thresholds(release)
    yield from _shapes(release)
    if not definitions.is_told_alike:
        yield "P5", "public", "definitions differ from file to file"
    estimates = {
        a: _with_kinds(definitions, "estimates", release.table(a, "estimates"))
        for a in AUDIENCES
    }
    for audience, rows in estimates.items():
        if len(rows):
            yield from _undefined("estimates", audience, rows)
            yield from _readers("estimates", audience, rows)
            yield from _hidden_rows(audience, rows)
            yield from _minimums(release, audience, rows)
            yield from _answers(release, audience, rows, estimates["district"])
            yield from _options(release, audience, definitions)
            yield from _close_totals(audience, rows, estimates["district"])
    yield from _public(estimates["public"])
    yield from _school(estimates)
    yield from _rubric(release)
    yield from _elsewhere(release)
    yield from _figures(release, definitions)
    yield from _registers(release)


def _with_kinds(
    definitions: Definitions, table: str, rows: pd.DataFrame
) -> pd.DataFrame:
    if rows.empty:
        return rows
    rows = definitions.of_rows(table, rows)
    return rows.assign(
        is_staff=rows["kind"].isin({"teachers", "principals", "pulse"}).to_numpy(bool),
        group=rows["kind"].map(GROUP_OF_KIND),
    )


def _thresholds(release: Release) -> Found:
    for audience in AUDIENCES:
        stated = release.rules_of(audience)
        for key, floor in FLOORS.items():
            if not stated.get(key, "").isdigit() or int(stated[key]) < floor:
                yield "P1", audience, f"threshold {key} is below its floor"
        if stated != release.stated_rules:
            yield "P1", audience, "thresholds differ from the public's file"


def _shapes(release: Release) -> Found:
    for audience in AUDIENCES:
        for name, frame in sorted(release.tables[audience].items()):
            if name not in TABLES:
                yield "P2", audience, f"table {name} has no business in a release"
                continue
            columns = {c.name for c in TABLES[name].columns}
            if not set(frame.columns) - {"wave"} <= columns:
                yield "P2", audience, f"table {name} has other columns than declared"
        for name in NOT_FOR[audience]:
            if len(release.table(audience, name)):
                yield "P2", audience, f"table {name} is not for this audience"


def _undefined(table: str, audience: str, rows: pd.DataFrame) -> Found:
    loose = rows[rows["base"].isna()]
    for key in loose[["indicator_id", "part"]].drop_duplicates().itertuples():
        yield "P5", audience, f"{table}: {key.indicator_id} {key.part} is not defined"


def _readers(table: str, audience: str, rows: pd.DataFrame) -> Found:
    """Check every row against P2: kind of number, reader, level, breakdown."""
    scope = rows["scope"].astype(str)
    reader = pd.Series(audience, index=rows.index)
    if audience == "school":
        reader = reader.mask(scope.eq(WHOLE), "public")
    elif scope.ne(WHOLE).any():
        yield "P2", audience, f"{table}: a row for one school's staff"
    told = pd.DataFrame(
        {"kind": rows["kind"], "reader": reader, "level": rows["unit_kind"]}
    )
    wrong = pd.Series(False, index=rows.index)
    for key, same in told.groupby(["kind", "reader", "level"], dropna=False):
        kind, who, level = (str(k) for k in key)
        if level not in MAY_READ.get(kind, {}).get(who, frozenset()):
            wrong[same.index] = True
    if "breakdown" in rows:
        split = rows["breakdown"].ne(WHOLE)
        wrong |= split & (reader.eq("public") | ~rows["kind"].isin(MAY_SPLIT))
    # Whatever a definition calls them.
    indicator = rows["indicator_id"]
    listings = [
        (STAFF_INDICATORS, {"school"}),
        (PULSE_INDICATORS, {"school", "cohort", "launched"}),
    ]
    # What students say of an engine is students'; how it is judged is the office's.
    if table == "figures":
        listings.append((OFFICE_INDICATORS, {"school"}))
    for listed, levels in listings:
        closed = indicator.isin(listed) & rows["unit_kind"].isin(levels)
        wrong |= closed & reader.eq("public")
    if not wrong.any():
        return
    for place in rows[wrong].apply(_place, axis=1).drop_duplicates():
        yield "P2", audience, f"{table}: {place}"


def _hidden_rows(audience: str, rows: pd.DataFrame) -> Found:
    yield from _each("P9", audience, rows[~rows["status"].isin({*WITHHELD, SHOWN})])
    hidden = rows[rows["status"].ne(SHOWN)]
    yield from _each("P9", audience, hidden[hidden[NUMBERS].notna().any(axis=1)])
    silent = hidden[hidden["status"].ne("low_rr")]
    yield from _each("P9", audience, silent[silent["rate"].notna()])
    yield from _each("P9", audience, hidden[~hidden["change"].isin(NO_CHANGE)])
    shown = rows[rows["status"].eq(SHOWN)]
    yield from _each("E5", audience, shown[shown["rate_band"].eq("not_reported")])
    lone = shown[shown["points"].notna()]
    yield from _each("P7", audience, lone[~_shown_earlier(lone, shown)])


def _shown_earlier(rows: pd.DataFrame, shown: pd.DataFrame) -> pd.Series:
    """Tell which rows' other end of a change is shown in the same file."""
    keys = [k for k in KEYS if k != "wave"] + ["scope"]
    before = rows["wave"].map(_a_year_before)
    index = pd.MultiIndex.from_frame(rows[keys].assign(wave=before))
    known = pd.MultiIndex.from_frame(shown[[*keys, "wave"]])
    return pd.Series(index.isin(known), index=rows.index)


def _a_year_before(label: str) -> str:
    year = int(label[:4])
    return f"{year - 1}-{year % 100:02d}{label[-1]}"


def _minimums(release: Release, audience: str, rows: pd.DataFrame) -> Found:
    shown = rows[rows["status"].isin(READABLE) & rows["group"].notna()]
    if shown.empty:
        return
    least = shown["group"].map({g: release.least(g) for g in shown["group"].unique()})
    counted, banded = shown["n"].notna(), shown["n_band"].notna()
    yield from _each("P1", audience, shown[counted & (shown["n"] < least)])
    low = shown["n_band"].map(BAND_LOW).astype(float)
    yield from _each("P4", audience, shown[banded & ~(low >= least)])
    yield from _each("P4", audience, shown[counted & banded & (shown["n"] < low)])
    split = shown["breakdown"].ne(WHOLE)
    crossed = shown["category"].str.contains(r"[×x*:|+]", regex=True) & split
    yield from _each("P6", audience, shown[crossed])


def _public(rows: pd.DataFrame) -> Found:
    if rows.empty:
        return
    shown = rows[rows["status"].eq(SHOWN)]
    few = (
        shown["is_staff"]
        & shown["unit_kind"].ne("school")
        & (shown["schools"] < FEWEST_SCHOOLS_OF_STAFF)
    )
    yield from _each("P2", "public", shown[few])
    yield from _each("P4", "public", rows[rows[EXACT_ONLY].notna().any(axis=1)])
    is_end = shown["coding"].ne("exact")
    moved = shown[shown["points"].notna()]
    yield from _each("P3", "public", moved[moved["coding"].ne("exact")])
    yield from _each("P3", "public", moved[_shown_earlier(moved, shown[is_end])])
    yield from _coded("estimates", shown)
    yield from _one_left_out(shown)


def _coded(table: str, shown: pd.DataFrame) -> Found:
    """Check shares against the ends P3 cuts off for their band."""
    bare = shown["share"].notna() & ~shown["n_band"].isin(BANDS)
    if bare.any():
        yield "P4", "public", f"{table}: a share without the band of its people"
    width = shown["n_band"].map(END_OF_BAND).astype(float).fillna(WIDEST)
    inside = (shown["share"] >= width) & (shown["share"] <= 100 - width)
    whole = shown["share"] == shown["share"].round()
    edges = shown[[c for c in EDGES if c in shown]]
    out = (edges.lt(width, axis=0) | edges.gt(100 - width, axis=0)).any(axis=1)
    at_most, at_least = shown["coding"].eq("at_most"), shown["coding"].eq("at_least")
    ends = (at_least & shown["share"].ne(100 - width)) | (
        at_most & shown["share"].ne(width)
    )
    sharp = (at_least | at_most) & edges.notna().any(axis=1)
    bad = (~inside | ~whole | out | ends | sharp) & shown["share"].notna()
    if bad.any():
        yield "P3", "public", f"{table}: a share beyond what its group may show"


def _one_left_out(shown: pd.DataFrame) -> Found:
    """A member of a group takes the own answer out: are the others of one mind?

    With the fewest people its band allows, a share strictly between one answer
    and all but one leaves both minds among the others.
    """
    n = shown["n_band"].map(BAND_LOW).astype(float)
    slack = np.where(shown["coding"].eq("exact"), HALF, 100.0)
    top = np.minimum(100.0, shown["share"] + slack) * n / 100
    bottom = np.maximum(0.0, shown["share"] - slack) * n / 100
    yield from _each("insider", "public", shown[(top < 1) | (bottom > n - 1)])


def _school(estimates: dict[str, pd.DataFrame]) -> Found:
    rows, public = estimates["school"], estimates["public"]
    if rows.empty:
        return
    shared = rows[rows["scope"].eq(WHOLE)]
    columns = [c for c in public.columns if c != "wave_index"]
    if not _sorted(shared[columns]).equals(_sorted(public[columns])):
        yield "P2", "school", "estimates: shared rows differ from the public's file"
    own = rows[rows["scope"].ne(WHOLE)]
    yield from _each("P2", "school", own[own["scope"].ne(own["unit_id"])])
    few = own["is_staff"] & (own["n"] < FEWEST_FOR_PRINCIPAL)
    yield from _each("P2", "school", own[few])


def _answers(
    release: Release, audience: str, scales: pd.DataFrame, exact: pd.DataFrame
) -> Found:
    rows = release.table(audience, "answers")
    if rows.empty:
        return
    keys = ["indicator_id", "part", "form", "wave", "unit_kind", "unit_id"]
    whole = scales[scales["breakdown"].eq(WHOLE) & scales["status"].eq(SHOWN)]
    shown = pd.MultiIndex.from_frame(whole[[*keys, "scope"]])
    given = rows[rows["share"].notna()]
    if not pd.MultiIndex.from_frame(given[[*keys, "scope"]]).isin(shown).all():
        yield "P5", audience, "answers: shown although its scale is hidden"
    hidden = rows[rows["status"].ne(SHOWN)]
    if hidden["share"].notna().any():
        yield "P9", audience, "answers: a hidden distribution carries a number"
    if hidden["code"].ne(0).any():
        yield "P9", audience, "answers: a hidden distribution names its options"
    for_all = given[given["scope"].eq(WHOLE)]
    if audience != "district":
        if for_all["unit_kind"].eq("school").any():
            yield "P2", audience, "answers: a school's distribution for everyone"
        counts = exact.loc[exact["breakdown"].eq(WHOLE), [*keys, "n", "group"]]
        laid = for_all.merge(counts, on=keys, how="left")
        groups = laid["group"].dropna().unique()
        least = laid["group"].map({g: release.least(g) for g in groups}).astype(float)
        # Fewer may have answered the item than count for the scale, hardly more.
        most = (laid["share"] + HALF) * laid["n"] / 100
        rest = (100 - laid["share"] + HALF) * laid["n"] / 100
        if ((most < least) | (rest < least)).any():
            yield "P5", audience, "answers: an option chosen by too few people"


def _options(release: Release, audience: str, definitions: Definitions) -> Found:
    """Yield distributions for everyone that leave out an option: nobody chose it."""
    rows = release.table(audience, "answers")
    if rows.empty or audience == "district":
        return
    offered = {
        (form, r.left.removeprefix(ANSWERED)): len(r.right)
        for form in rows["form"].unique()
        for r in definitions.relations(form)
        if r.holds == "sum_of" and r.left.startswith(ANSWERED)
    }
    given = rows[rows["share"].notna() & rows["scope"].eq(WHOLE)]
    keys = ["form", "item_id", "indicator_id", "part", "wave", "unit_kind", "unit_id"]
    for key, codes in given.groupby(keys)["code"]:
        if codes.nunique() < offered.get(key[:2], 0):
            form, item, _, _, wave, kind, unit = key
            yield "P5", audience, f"answers: {item} {form} {wave}, {kind} {unit}"


def _close_totals(audience: str, rows: pd.DataFrame, exact: pd.DataFrame) -> Found:
    """Yield launched schools that differ from all schools by too little (P7)."""
    keys = ["indicator_id", "part", "form", "wave"]
    whole = rows[rows["breakdown"].eq(WHOLE) & rows["status"].eq(SHOWN)]
    launched = whole.loc[whole["unit_kind"].eq("launched"), [*keys, "schools"]]
    everyone = whole.loc[whole["unit_kind"].eq("district"), [*keys, "schools"]]
    both = launched.merge(everyone, on=keys, suffixes=("", "_all"))
    totals = exact[exact["breakdown"].eq(WHOLE)]
    people = totals.pivot_table(index=keys, columns="unit_kind", values="n")
    both = both.join(people.reindex(columns=["district", "launched"]), on=keys)
    schools = both["schools_all"] - both["schools"]
    apart = both["district"] - both["launched"]
    same = schools.eq(0) & (apart.eq(0) | apart.isna())
    close = ~same & ((schools < APART_SCHOOLS) | (apart < APART_PEOPLE))
    for row in both[close].itertuples():
        yield "P7", audience, f"{row.indicator_id} {row.wave}: launched and all"


def _rubric(release: Release) -> Found:
    public = release.table("public", "rubric_schools")
    sharp = ["adoption", "practices", "structures", "policies"]
    if len(public) and public[sharp].notna().any(axis=None):
        yield "P2", "public", "rubric_schools: more than stage and attribute means"
    agreed = release.table("district", "rubric_schools")
    if len(public):
        agreed = agreed[agreed["agreed"].astype(bool)]
        pairs = pd.MultiIndex.from_frame(agreed[["school_id", "wave"]])
        mine = pd.MultiIndex.from_frame(public[["school_id", "wave"]])
        if not mine.isin(pairs).all():
            yield "P2", "public", "rubric_schools: a school that has not agreed"
    schools = release.schools
    cohort = dict(zip(schools["school_id"], schools["cohort_id"], strict=True))
    for name in ("rubric_cells", "rubric_schools"):
        frame = release.table("school", name)
        if frame.empty:
            continue
        closed = frame[frame["scope"].ne(WHOLE)]
        mine = "cohort-" + closed["school_id"].map(cohort).astype(str)
        right = closed["scope"].eq(closed["school_id"]) | closed["scope"].eq(mine)
        if not right.all() or (name == "rubric_cells" and len(closed) < len(frame)):
            yield "P2", "school", f"{name}: a grid outside its school and cohort"


def _elsewhere(release: Release) -> Found:
    """Results published elsewhere, bands of cohorts, spreads over schools."""
    for audience in AUDIENCES:
        for name in ("bands", "summary_spreads"):
            frame = release.table(audience, name)
            if len(frame) and (frame["schools"] < FEWEST_SCHOOLS_IN_BAND).any():
                yield "P2", audience, f"{name}: fewer than five schools"
        yield from _bands(release, audience)
        yield from _summaries(release, audience)
    values = release.table("public", "summary_values")
    measures = release.table("public", "summary_measures")
    if len(measures) and not measures["is_public"].all():
        yield "P2", "public", "summary_measures: a source that is not public"
    if len(values):
        if not values["measure_id"].isin(measures["measure_id"]).all():
            yield "P2", "public", "summary_values: a measure the file does not list"
        if values[["n", "eligible"]].notna().any(axis=None):
            yield "P4", "public", "summary_values: an exact number of people"
        yield from _coded("summary_values", values[values["n_band"].notna()])


def _bands(release: Release, audience: str) -> Found:
    """Yield cohorts' bands that count schools district leaders do not read."""
    rows = release.table(audience, "bands")
    if rows.empty:
        return
    read = release.table("district", "estimates")
    read = read[
        read["unit_kind"].eq("school")
        & read["breakdown"].eq(WHOLE)
        & read["status"].eq(SHOWN)
    ]
    cohort = dict(
        zip(release.schools["school_id"], release.schools["cohort_id"], strict=True)
    )
    keys = ["indicator_id", "part", "form", "wave", "cohort_id"]
    known = read.assign(cohort_id=read["unit_id"].map(cohort)).groupby(keys).size()
    there = pd.MultiIndex.from_frame(rows[keys])
    more = rows["schools"].to_numpy() > known.reindex(there, fill_value=0).to_numpy()
    for row in rows[more].itertuples():
        yield (
            "P5",
            audience,
            f"bands: {row.indicator_id} {row.part} {row.form} {row.wave}",
        )


def _summaries(release: Release, audience: str) -> Found:
    values = release.table(audience, "summary_values")
    if values.empty:
        return
    bare = ["share", "low", "high", "n", "eligible", "n_band"]
    closed = values[values["status"].ne(SHOWN)]
    if closed[bare].notna().any(axis=None):
        yield "P9", audience, "summary_values: a hidden value carries a number"
    measures = release.table(audience, "summary_measures")
    group = dict(zip(measures["measure_id"], measures["respondents"], strict=True))
    least = {m: release.least(g) for m, g in group.items()}
    shown = values[values["n"].notna() & values["status"].eq(SHOWN)]
    if (shown["n"] < shown["measure_id"].map(least).astype(float)).any():
        yield "P1", audience, "summary_values: too few people"


def _figures(release: Release, definitions: Definitions) -> Found:
    """Check the figures of registers: who reads them, and that hidden means empty."""
    bare = ["value", "low", "high", "n", "of", "n_band", "word"]
    for audience in AUDIENCES:
        rows = release.table(audience, "figures")
        if rows.empty:
            continue
        rows = _with_kinds(definitions, "figures", rows)
        yield from _undefined("figures", audience, rows)
        yield from _readers("figures", audience, rows)
        closed = rows[rows["status"].ne(SHOWN)]
        if closed[bare].notna().any(axis=None):
            yield "P9", audience, "figures: a hidden figure carries a number"
        own = rows[rows["scope"].ne(WHOLE)]
        few = own["n"].between(1, FEWEST_FOR_PRINCIPAL - 1) & own["kind"].eq("teachers")
        # Tries and messages are no people, and stand in no band.
        few &= own["n_band"].notna()
        for place in own[few].apply(_place, axis=1):
            yield "P2", audience, f"figures: {place}"
        for place in own[own["scope"].ne(own["unit_id"])].apply(_place, axis=1):
            yield "P2", audience, f"figures: {place}"
        if audience == "public":
            banded = rows[rows["n_band"].notna()]
            sharp = banded[banded[["n", "of"]].notna().any(axis=1)]
            for place in sharp.apply(_place, axis=1):
                yield "P4", "public", f"figures: {place}"


def _registers(release: Release) -> Found:
    """Yield registers' rows outside their readers: requests, initiatives."""
    occasions = release.table("public", "occasions")
    if len(occasions) and occasions[["name", "serves", "hours"]].notna().any(axis=None):
        yield "P2", "public", "occasions: an initiative is staff's"
    requests = release.table("school", "requests")
    if len(requests) and requests["scope"].ne(requests["school_id"]).any():
        yield "P2", "school", "requests: one is not its own school's"


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    plain = frame.sort_values(KEYS, ignore_index=True).astype(object)
    return plain.where(plain.notna(), None)


def _each(rule: str, audience: str, rows: pd.DataFrame) -> Found:
    for _, row in rows.iterrows():
        yield rule, audience, _place(row)


def _place(row: pd.Series) -> str:
    """Return a row's place in words, never its number."""
    part = "" if row.get("breakdown", WHOLE) == WHOLE else f", {row['breakdown']}"
    form = f" {row['form']}" if "form" in row else ""
    words = f"{row['indicator_id']} {row['part']}{form} {row['wave']}, "
    return f"{words}{row['unit_kind']} {row['unit_id']}{part} {row['category']}".strip()
