"""Rates (E5), schools beside schools (E6) and waves beside waves (E7), from the files.

What the made-up district's files and the specification say; decision 22 where the
specification leaves how the doubt of a change is put together.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from oracle.exports import Exports
from oracle.surveys import CORE, NO_MEAN, launch_waves
from scipy import optimize, stats

Z = 1.959964
KEY = ["indicator", "part", "form", "wave", "kind", "unit"]
MEASURE = ["indicator", "part", "form"]
# Group of the roster, its grade bands, fewest people (P1), lowest rate compared (E5).
ASKED = {
    "teacher": ("teachers", None, 5, 50),
    "student_6_12": ("students", ("68", "912"), 10, 50),
    "student_3_5": ("students", ("35",), 10, 50),
    "family": ("families", None, 10, 20),
    "principal": ("building_admins", None, 5, 50),
}
A_YEAR = 2  # waves
SMALLEST, FALSE = 5.0, 0.10
PAIRS = 8
# Parts that are shares of people alone; "alone" is S.SC.5.
YES_OR_NO = NO_MEAN | {"alone"}


def rates(x: Exports, answers: pd.DataFrame, form: str) -> dict[tuple, int]:
    """Return (wave, unit kind, unit) → whole percent of those asked who answered."""
    group, bands, *_ = ASKED[form]
    roster = x.table("roster").astype({"n": int})
    roster = roster[roster["stakeholder_group"] == group]
    if bands:
        roster = roster[roster["grade_band"].isin(bands)]
    asked = roster.assign(wave=[x.labels.index(w) for w in roster["wave"]])
    enough = answers[list(CORE[form])].notna().sum(axis=1) * 2 >= len(CORE[form])
    came = answers[enough]
    launch, cohort = launch_waves(x), x.schools["cohort_id"]
    found = {}
    for wave in sorted(set(came["wave_index"])):
        n = asked[asked["wave"] == wave].groupby("school_id")["n"].sum()
        k = came[came["wave_index"] == wave]["school_id"].value_counts()
        both = pd.DataFrame({"n": n, "k": k}).fillna(0).reset_index(names="school")
        start = both["school"].map(launch)
        for kind, unit in (
            ("school", both["school"]),
            ("cohort", both["school"].map(cohort)),
            ("launched", start.le(wave).map({True: "launched"})),
            ("district", pd.Series("all", both.index)),
        ):
            for name, (asked_, answered) in (
                both.groupby(unit)[["n", "k"]].sum().iterrows()
            ):
                if asked_:
                    found[wave, kind, name] = int(100 * answered // asked_)
    return found


def shrunken(rows: pd.DataFrame, level: pd.Series) -> pd.DataFrame:
    """Return each school drawn toward the others of its measure and wave (E6).

    Args:
        rows: of schools: KEY, share, v (proportion²), n; those that may be compared.
    """
    p = rows["share"] / 100
    soft = (rows["n"] * p + 1) / (rows["n"] + 2)
    least = 1e4 * soft * (1 - soft) / rows["n"]
    v = 1e4 * rows["v"]
    ends = (p <= 0) | (p >= 1) | (v <= 1e-9)
    rows = rows.assign(v100=v.where(~ends, np.maximum(v, least)))
    rows = rows.assign(level=rows["unit"].map(level))
    found = []
    for _, mine in rows.groupby([*MEASURE, "wave"]):
        sizes = mine["level"].value_counts()
        models = mine.groupby("level") if sizes.min() >= 5 else [("all", mine)]
        found += [_drawn_together(part) for _, part in models if len(part) >= 5]
    return pd.concat(found)


def _drawn_together(rows: pd.DataFrame) -> pd.DataFrame:
    y, v = rows["share"].to_numpy(), rows["v100"].to_numpy()

    def restricted(t: float) -> float:
        w = 1 / (v + t)
        mu = (w * y).sum() / w.sum()
        return -np.log(w).sum() + np.log(w.sum()) + (w * (y - mu) ** 2).sum()

    # Where it is flattest: a grid first, then narrower.
    grid = np.concatenate([[0.0], np.geomspace(1e-3, 1e4, 60)])
    best = int(np.argmin([restricted(t) for t in grid]))
    t = 0.0
    if best:
        ends = grid[best - 1], grid[min(best + 1, len(grid) - 1)]
        t = optimize.minimize_scalar(
            restricted, bounds=ends, method="bounded", options={"xatol": 1e-7}
        ).x
    w = 1 / (v + t)
    mu, se2 = (w * y).sum() / w.sum(), 1 / w.sum()
    b = t / (t + v)
    mid, sd = b * y + (1 - b) * mu, np.sqrt(b * v + (1 - b) ** 2 * se2)
    return rows.assign(
        shrunk=mid,
        low=np.clip(mid - Z * sd, 0, 100),
        high=np.clip(mid + Z * sd, 0, 100),
    )


def changes(rows: pd.DataFrame, x: Exports, rate: dict) -> pd.DataFrame:
    """Return points, their interval and the word against a year ago (E7).

    Args:
        rows: KEY, moved (mean on 0–100), vm, n, pooled; every unit, hidden or not.
        rate: (form, wave, kind, unit) → whole percent.
    """
    n, m = rows["n"], rows["moved"]
    soft = (n * m / 100 + 1) / (n + 2)
    alike = 1e4 * soft * (1 - soft) / n
    rows = rows.assign(vm=rows["vm"].where(rows["vm"] > 1e-9, alike))
    least = rows["form"].map({f: a[2] for f, a in ASKED.items()})
    lowest = rows["form"].map({f: a[3] for f, a in ASKED.items()})
    came = [
        rate.get(tuple(k)) for k in rows[["form", "wave", "kind", "unit"]].to_numpy()
    ]
    came = pd.Series(came, rows.index, dtype=float)
    rows["fit"] = (n >= least) & ~(came < lowest) & ~rows["pooled"]
    before = rows.assign(wave=rows["wave"] + A_YEAR)
    both = rows.merge(before, on=KEY, suffixes=("", "0"))
    both = both[both["kind"] != "launched"].reset_index(drop=True)
    both["d"], both["v"] = both["moved"] - both["moved0"], both["vm"] + both["vm0"]
    both["enough"] = both["fit"] & both["fit0"]
    found = [_of_measure(mine.copy(), x) for _, mine in both.groupby(MEASURE)]
    return pd.concat(found)


def _of_measure(rows: pd.DataFrame, x: Exports) -> pd.DataFrame:
    schools = rows[rows["kind"] == "school"]
    launch = schools["unit"].map(launch_waves(x)).astype(float)
    quiet = schools[schools["enough"] & ~(launch <= schools["wave"])]
    moves, about, df = None, 0.0, 1
    if len(quiet) >= PAIRS:
        df = len(quiet) - quiet["wave"].nunique()
        about = (
            (quiet["d"] - quiet.groupby("wave")["d"].transform("mean")) ** 2
        ).sum() / df
        moves = max(0.0, about - quiet["v"].mean())
    cohort = schools["unit"].map(x.schools["cohort_id"])
    out = []
    for r in rows.itertuples():
        m, between = 1.0, None
        if r.kind != "school":
            mine = schools[schools["wave"] == r.wave]
            if r.kind == "cohort":
                mine = mine[cohort[mine.index] == r.unit]
            if len(mine):
                a = mine["n"] / mine["n"].sum()
                m = 1 / (a**2).sum()
                if len(mine) >= 3:
                    apart = (a**2 * (mine["d"] - (a * mine["d"]).sum()) ** 2).sum()
                    between = apart * len(mine) / (len(mine) - 1)
        doubt = (
            r.vm**2 / (r.n - 1) + r.vm0**2 / (r.n0 - 1)
            if min(r.n, r.n0) > 1
            else np.inf
        )
        v = r.v
        if moves is not None:
            v, doubt = v + moves / m, doubt + (about / m) ** 2 / df
        free = v**2 / doubt
        if between is not None and between > v:
            v, free = between, m - 1
        alone = r.kind != "school" and m == 1.0 and between is None
        known = moves is not None or between is not None or alone
        out.append((v, free, known))
    rows[["var", "free", "known"]] = out
    half = stats.t.ppf(0.975, rows["free"].astype(float)) * np.sqrt(
        rows["var"].astype(float)
    )
    rows["from"], rows["to"] = rows["d"] - half, rows["d"] + half
    t = rows["d"].abs() / np.sqrt(rows["var"].astype(float))
    p = pd.Series(2 * stats.t.sf(t, rows["free"].astype(float)), rows.index)
    told = rows["enough"] & rows["known"].astype(bool)
    rows["word"] = np.where(rows["enough"], "too_early", "too_few")
    for _, mine in rows[told].groupby(["wave", "kind"]):
        q = stats.false_discovery_control(p[mine.index])
        small = mine["d"].abs() < SMALLEST
        words = np.where(
            q > FALSE,
            "unclear",
            np.where(small, "small", np.where(mine["d"] > 0, "rose", "fell")),
        )
        rows.loc[mine.index, "word"] = words
    return rows
