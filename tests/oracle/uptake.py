"""Who started when (RO-2) and which schools name which (RO-4), from teachers' answers.

Written from the export files and the specification; rows come out as in
`oracle.registers`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd
from oracle.exports import Exports
from oracle.registers import Row, row
from oracle.surveys import ATTRIBUTES, _plain, _school_names, launch_waves, teachers

CUTS = ((0.16, "pioneers"), (0.50, "early_joiners"), (0.84, "later_joiners"))
KINDS = (*(name for _, name in CUTS), "last_to_join", "watching")


def ro2(x: Exports) -> Iterator[Row]:
    t = teachers(x)
    uses = t[[f"T.UP.{a}" for a in ATTRIBUTES]]
    t = t.assign(adopts=(uses >= 2).sum(axis=1) >= 2)[uses.notna().any(axis=1)]
    launch = launch_waves(x)
    t["event"] = t["wave_index"] - t["school_id"].map(launch)
    t = t.sort_values("wave_index", kind="stable")
    for wave, at in enumerate(x.waves):
        started = [s for s in x.open_schools(at) if launch[s] <= wave]
        seen = t[(t["wave_index"] <= wave) & (t["school_id"].map(launch) <= wave)]
        home = seen.groupby("person")["school_id"].transform("last")
        seen = seen[home.isin(started)]
        n = sum(x.people(wave, "teachers", s) for s in started)
        if seen.empty or not n:
            continue
        first = seen[seen["adopts"]].groupby("person")["event"].min().clip(lower=-1)
        counts, before = Counter(), 0
        for event in range(-1, int(seen["event"].max()) + 1):
            new = int((first == event).sum())
            place = (before + new / 2) / n
            kind = next((name for cut, name in CUTS if place <= cut), "last_to_join")
            before += new
            counts[kind] += new
            yield row("RO-2", "joined", wave, category=f"{event:+03d}", word=kind,
                      value=100 * before / n, n=n)  # fmt: skip
        counts["watching"] = n - before
        for kind in KINDS:
            yield row("RO-2", "category", wave, category=kind,
                      value=100 * counts[kind] / n)  # fmt: skip
        now = seen.groupby("person")["adopts"].last()
        yield row("RO-2", "paused", wave, n=n,
                  value=100 * (~now[first.index]).sum() / n)  # fmt: skip


def named(x: Exports) -> pd.DataFrame:
    """Return one row a teacher, wave and other school named for help."""
    known = _school_names(x)
    t = teachers(x)[["wave_index", "school_id", "other_schools"]]
    t = t.assign(named=t["other_schools"].str.replace(";", ",").str.split(","))
    t = t.explode("named")
    t["named"] = [known.get(_plain(str(s))) for s in t["named"]]
    return t[t["named"].notna() & (t["named"] != t["school_id"])]


def names_others(x: Exports, teachers_: pd.DataFrame) -> pd.Series:
    """Return whether each teacher names another school; a blank is no answer."""
    other = named(x).index
    asked = teachers_["other_schools"] != ""
    return (
        pd.Series(teachers_.index.isin(other), teachers_.index)
        .astype(float)
        .where(asked)
    )


def ro4(x: Exports) -> Iterator[Row]:
    ties = named(x)
    answered = teachers(x)
    for wave, at in enumerate(x.waves):
        schools = x.open_schools(at)
        mine = ties[ties["wave_index"] == wave]
        if mine.empty:
            continue
        m = pd.crosstab(mine["school_id"], mine["named"])
        m = m.reindex(index=schools, columns=schools, fill_value=0)
        here = answered[answered["wave_index"] == wave]["school_id"].value_counts()
        for u in schools:
            if here.get(u, 0) < 0.5 * x.people(wave, "teachers", u):
                continue
            for v in schools:
                if m.loc[u, v] >= 3:
                    yield row("RO-4", "tie", wave, "school", u, v, value=m.loc[u, v])
        whole = len(answered[answered["wave_index"] == wave])
        if whole < 0.7 * x.people(wave, "teachers"):
            continue
        yield from _network(wave, m.to_numpy(), x.schools["cohort_id"][schools])


def _network(wave: int, m: np.ndarray, cohorts: pd.Series) -> Iterator[Row]:
    tie, s = m >= 3, len(m)
    alone = ~tie.any(axis=0) & ~tie.any(axis=1)
    yield row("RO-4", "density", wave, value=100 * tie.sum() / (s * (s - 1)), n=s)
    yield row("RO-4", "reciprocity", wave, value=100 * (tie & tie.T).sum() / tie.sum())
    yield row("RO-4", "isolated", wave, value=alone.sum())
    for school in cohorts.index[alone]:
        yield row("RO-4", "isolated", wave, "school", school, word="isolated")
    size = cohorts.map(cohorts.value_counts()).to_numpy()
    several = size > 1
    m, c, size = m[np.ix_(several, several)], cohorts.to_numpy()[several], size[several]
    other = c[:, None] != c[None, :]
    inside, across = (m * ~other).sum(), (m * other).sum()
    outside = (len(c) - size) / (len(c) - 1)
    by_chance = (m.sum(axis=1) * (2 * outside - 1)).sum() / m.sum()
    yield row("RO-4", "outside", wave, value=(across - inside) / (across + inside))
    yield row("RO-4", "outside_expected", wave, value=by_chance)
