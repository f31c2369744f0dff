"""Teachers' and principals' survey answers, from the export files and rules E1 and E3.

Yields rows of estimates: share (percent), mean (0–100), n, and the interval used to
compare schools, at school, cohort, launched schools and district. Teachers and
principals count alike; students and families may be weighted, in a school alone (E4,
`oracle.weighing`). Schools of few teachers that are pooled over two waves are not
recomputed here.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from oracle.exports import Exports, day

Z = 1.959964
# Indicator, part → items, favourable codes, lowest and highest code, whether a scale.
FIVE = {4, 5}
ATTRIBUTES = ("VO", "CC", "SC", "SD")
TEACHERS: dict[tuple[str, str], tuple[tuple[str, ...], set[int]]] = {
    ("LX-1", "T.VO.1"): (("T.VO.1",), FIVE),
    ("LX-2", "T.CC.1"): (("T.CC.1",), FIVE),
    ("LX-3", "T.SC.1"): (("T.SC.1",), FIVE),
    ("LX-4", "T.SD.1"): (("T.SD.1",), FIVE),
    ("CU-1", "scale"): (tuple(f"T.RR.{k}" for k in range(1, 7)), FIVE),
    ("CU-1", "T.RR.3"): (("T.RR.3",), FIVE),
    ("CU-2", "scale"): (tuple(f"T.PS.{k}" for k in range(1, 5)), FIVE),
    ("RO-3", "within"): (("T.CO.1", "T.CO.2"), FIVE),
    ("RO-3", "across"): (("T.CO.3", "T.CO.4"), FIVE),
    ("NI-2", "scale"): (tuple(f"T.CF.{k}" for k in range(1, 5)), FIVE),
    ("NI-3", "T.NI.1"): (("T.NI.1",), {3, 4}),
    ("NI-3", "T.NI.2"): (("T.NI.2",), FIVE),
    ("CH-4", "T.WHY.1"): (("T.WHY.1",), {1}),
    ("CH-4", "T.WHY.2"): (("T.WHY.2",), FIVE),
    ("CH-4", "T.WHY.3"): (("T.WHY.3",), FIVE),
    ("CH-4", "T.WHY.4"): (("T.WHY.4",), {2}),
    ("CH-4", "heard_and_clear"): (("heard_and_clear",), {1}),
    ("CH-4", "clear_if_heard"): (("clear_if_heard",), {1}),
    ("LE-1", "T.LE.2"): (("T.LE.2",), FIVE),
    **{("RO-2", f"T.UP.{a}"): ((f"T.UP.{a}",), {2, 3, 4}) for a in ATTRIBUTES},
    ("RO-2", "adopters"): (("adopters",), {1}),
    ("LE-1", "known"): (("known",), {1}),
    ("RO-4", "named"): (("named",), {1}),
}
PRINCIPALS: dict[tuple[str, str], tuple[tuple[str, ...], set[int]]] = {
    ("LE-2", "P.FX.1"): (("P.FX.1",), FIVE),
    ("LE-2", "P.FX.2"): (("P.FX.2",), FIVE),
    ("LE-2", "P.FX.3"): (("P.FX.3",), FIVE),
    ("LE-2", "P.FX.4"): (("P.FX.4",), FIVE),
    ("NI-2", "scale"): (tuple(f"P.CF.{k}" for k in range(1, 5)), FIVE),
    ("CH-4", "P.WHY.1"): (("P.WHY.1",), {1}),
    ("CH-4", "P.WHY.2"): (("P.WHY.2",), FIVE),
    ("CH-4", "P.WHY.3"): (("P.WHY.3",), FIVE),
    ("CH-4", "P.WHY.4"): (("P.WHY.4",), {2}),
    ("CH-4", "heard_and_clear"): (("heard_and_clear",), {1}),
    ("CH-4", "clear_if_heard"): (("clear_if_heard",), {1}),
}
# The questions whose answers make a response (E5): those of scales, or all of a form
# that has none.
CORE = {
    "teacher": tuple(
        f"T.{x}.{k}"
        for x, many in (("RR", 6), ("PS", 4), ("CO", 4), ("CF", 4))
        for k in range(1, many + 1)
    ),
    "principal": tuple(f"P.CF.{k}" for k in range(1, 5)),
    "student_6_12": tuple(f"S.{x}.{k}" for x in ATTRIBUTES for k in range(1, 5)),
    "student_3_5": tuple(f"S3.{x}.{k}" for x in ATTRIBUTES for k in (1, 2)),
    "family": ("F.WHY.1", "F.WHY.2", "F.WHY.3", "F.WHY.4", "F.PR.1", "F.PR.2"),
}
# What has no order from little to much has no mean.
PERSONS = {"heard_and_clear", "clear_if_heard", "adopters", "joint", "known", "named"}
NO_MEAN = {
    "T.NI.1",
    *(f"T.UP.{a}" for a in ATTRIBUTES),
    "S.SC.5",
    *PERSONS,
    *(f"{g}.WHY.{k}" for g in "STPF" for k in (1, 4)),
}


def teachers(x: Exports) -> pd.DataFrame:
    """Return one row a teacher and wave: wave_index, school_id, a column an item."""
    items = _items_of(x, "qualtrics_teachers.yaml")
    named = _school_names(x)
    frames = []
    for path in sorted(x.folder.glob("*_teachers_qualtrics.csv")):
        t = pd.read_csv(path, dtype=str, keep_default_na=False)
        # The two rows under the head repeat it in words, and for machines.
        machine, t = t.iloc[1], t.iloc[2:]
        column = {
            items[q]: name
            for name, text in machine.items()
            if (q := text.removeprefix('{"ImportId":"').split('"')[0]) in items
        }
        t = t[t["Status"] == "IP Address"].drop_duplicates("person", keep="last")
        out = pd.DataFrame({item: t[c] for item, c in column.items()})
        others = out["T.NW.1"]
        out = out.apply(pd.to_numeric, errors="coerce")
        out = out.assign(other_schools=others, person=t["person"])
        out["school_id"] = [named[_plain(s)] for s in t["school"]]
        out["wave_index"] = [x.labels.index(w) for w in t["wave"]]
        frames.append(out)
    found = _with_why(pd.concat(frames, ignore_index=True), "T")
    uses = found[[f"T.UP.{a}" for a in ATTRIBUTES]]
    # Trying it at least, in two attributes; two of the four must be answered (RO-2).
    adopts = ((uses >= 2).sum(axis=1) >= 2).astype(float)
    return found.assign(adopters=adopts.where(uses.notna().sum(axis=1) >= 2))


def principals(x: Exports) -> pd.DataFrame:
    """Return one row a principal and wave, out of the long files."""
    files = sorted(x.folder.glob("*_leaders.csv"))
    long = pd.concat(pd.read_csv(f, dtype=str, keep_default_na=False) for f in files)
    long = long[long["instrument"] == "principal"]
    long["code"] = pd.to_numeric(long["code"], errors="coerce")
    keys = ["wave", "resp_key", "school_id"]
    wide = long.pivot_table(
        index=keys, columns="item_id", values="code", aggfunc="last"
    )
    wide = wide.reset_index()
    wide["wave_index"] = [x.labels.index(w) for w in wide["wave"]]
    return _with_why(wide, "P")


def _with_why(t: pd.DataFrame, who: str) -> pd.DataFrame:
    """Add who heard and is clear, and who is clear of those who heard (CH-4)."""
    heard, clear = t[f"{who}.WHY.1"], t[f"{who}.WHY.2"]
    both = ((heard == 1) & (clear >= 4)).astype(float)
    if_heard = both.where((heard == 1) & clear.notna())
    return t.assign(heard_and_clear=both.where(heard.notna()), clear_if_heard=if_heard)


def _items_of(x: Exports, name: str) -> dict[str, str]:
    lines = (x.folder / name).read_text().splitlines()
    pairs = [line.strip().split(": ") for line in lines if line.startswith("  QID")]
    return dict(pairs)


def _school_names(x: Exports) -> dict[str, str]:
    named = {}
    for school, r in x.schools.iterrows():
        for column in ("name", "formerly", "also_known_as"):
            for name in str(r[column]).split(";"):
                if name:
                    named[_plain(name)] = str(school)
    return named


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def estimates(
    x: Exports, answers: pd.DataFrame, form: str, measures, weights=None
) -> Iterator[dict]:
    """Yield a row a measure, wave and unit.

    Args:
        weights: (wave, school) → the weight of each stratum.
    """
    for (indicator, part), (items, good) in measures.items():
        if not set(items) <= set(answers):
            continue
        asked = answers[list(items)]
        given = asked.notna().sum(axis=1)
        counts = given * 2 >= len(items)  # at least half of the items (E1)
        kept = answers.columns.intersection(["wave_index", "school_id", "stratum"])
        scored = answers.loc[counts, kept].copy()
        scored["y"] = (asked.isin(good).sum(axis=1) / given)[counts]
        top = 3 if items[0].startswith("S3.") else 5
        scored["m"] = (100 / (top - 1) * (asked - 1)).mean(axis=1)[counts]
        for wave, mine in scored.groupby("wave_index"):
            for kind, unit, rows in _units(x, int(wave), mine):
                few, pooled = len(rows), 1
                if kind == "school" and (indicator, part, form) in CLIMATE:
                    rows, pooled = _two_waves(x, scored, int(wave), unit, rows)
                strata = (weights or {}).get((wave, unit)) if kind == "school" else None
                w = np.ones(len(rows))
                if strata is not None:
                    w = rows["stratum"].map(strata).to_numpy()
                mean = np.average(rows["m"], weights=w)
                named = not set(items) & NO_MEAN
                # Two waves of the same people are as sure as the more of them.
                twice = len(rows) / max(few, len(rows) - few)
                said = _share(rows, w, strata, len(items), twice)
                spread = 1e4 * said["v"]
                if named:
                    spread = twice * _variance(rows, "m", strata)
                yield {
                    "key": (indicator, part, form, int(wave), kind, unit),
                    "mean": mean if named else None,
                    "moved": mean if named else said["share"],
                    "vm": spread,
                    **said,
                    "n": few,
                    "pooled": pooled == 2,
                }


# Read over two waves where a school has fewer than ten teachers (8.2 CU-1).
CLIMATE = {("CU-1", "scale", "teacher"), ("CU-2", "scale", "teacher")}


def _two_waves(
    x: Exports, scored: pd.DataFrame, wave: int, school: str, rows: pd.DataFrame
) -> tuple[pd.DataFrame, int]:
    """Return a small staff's answers of this wave and the one before, if there are."""
    before = scored[
        (scored["wave_index"] == wave - 1) & (scored["school_id"] == school)
    ]
    if before.empty or not 0 < x.people(wave, "teachers", school) < 10:
        return rows, 1
    return pd.concat([rows, before]), 2


def _variance(rows: pd.DataFrame, of: str, strata) -> float:
    """Return the sampling variance of the mean of one column (E2, E4)."""
    if strata is None:
        n = len(rows)
        return float(rows[of].var()) / n if n > 1 else float("nan")
    # A measure fewer answered takes their weights as they are (decision 30).
    within = rows.groupby("stratum")[of].agg(["var", "size"])
    part = within["size"] * strata
    part /= part.sum()
    return float((part**2 * within["var"] / within["size"]).sum())


def _share(
    rows: pd.DataFrame, w: np.ndarray, strata, k: int, twice: float = 1.0
) -> dict:
    p = float(np.average(rows["y"], weights=w))
    n = round(len(rows) / twice)
    v = twice * _variance(rows, "y", strata)
    if p in (0.0, 1.0):
        size = float(n)
    else:
        size = n * k if v < 1e-15 else min(p * (1 - p) / v, n * k)
    z2 = Z**2
    centre = (p + z2 / (2 * size)) / (1 + z2 / size)
    half = Z * np.sqrt(p * (1 - p) / size + z2 / (4 * size**2)) / (1 + z2 / size)
    return {"share": 100 * p, "n": n, "v": v, "low": 100 * (centre - half),
            "high": 100 * (centre + half)}  # fmt: skip


def _units(x: Exports, wave: int, rows: pd.DataFrame):
    cohort = rows["school_id"].map(x.schools["cohort_id"])
    started = rows["school_id"].map(launch_waves(x)).le(wave)
    yield from (("school", s, r) for s, r in rows.groupby("school_id"))
    yield from (("cohort", c, r) for c, r in rows.groupby(cohort))
    if started.any():
        yield "launched", "launched", rows[started]
    yield "district", "all", rows


def launch_waves(x: Exports) -> dict[str, float]:
    """Return each school's first wave that opens thirty days after launch (3.3)."""
    opens = [day(d) for d in x.table("wave")["opens_on"]]
    found = {}
    for school, launch in x.schools["launch"].items():
        later = [] if pd.isna(launch) else [
            k for k, d in enumerate(opens) if (d - launch).days >= 30
        ]  # fmt: skip
        found[school] = float(later[0]) if later else float("nan")
    return found
