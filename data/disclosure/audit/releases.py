"""Two releases laid side by side: what their difference tells about a few people."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.disclosure.audit.attacks import laid_out
from data.disclosure.audit.contents import place_of
from data.disclosure.audit.reading import FAMILY, KEYS, Reading
from data.disclosure.families import Memberships, family_of
from data.disclosure.system import RIGHT, System, reduce
from data.model.cell import Status
from data.model.viewer import Audience

Found = Iterator[tuple[str, str, str]]
SAME = 1e-6
PUBLIC_NUMBERS = ["share", "low", "high", "coding", "n_band"]


def compare_releases(now: Reading, before: Reading) -> Found:
    """Yield what a reader of both releases learns that neither alone tells."""
    rows = _side_by_side(now, before)
    yield from _few_changed(now, rows)
    yield from _own_changed(now, before)
    yield from _public_changed(now, before, rows)
    for _, family in rows.groupby(FAMILY, sort=True):
        yield from _increments(now, family)
        for reader in ("district", "public"):
            yield from _together(now, family, reader)


def _side_by_side(now: Reading, before: Reading) -> pd.DataFrame:
    new, old = laid_out(now), laid_out(before).drop(columns="wave_index")
    for reading, frame in ((now, new), (before, old)):
        exact = reading.estimates(Audience.DISTRICT)[[*KEYS, "mean"]]
        merged = frame[KEYS].merge(exact, "left", KEYS)
        frame["mean"] = merged["mean"].to_numpy()
    rows = new.merge(old, "inner", KEYS, suffixes=("", "_old"))
    rows["people"] = _people(rows)
    return rows


def _people(rows: pd.DataFrame) -> np.ndarray:
    """Return the fewest people behind each change; 0 where nothing changed."""
    n, old = rows["n"].to_numpy(float), rows["n_old"].to_numpy(float)
    good = np.abs(rows["share"] * n - rows["share_old"] * old) / 100
    steps = np.abs(rows["mean"] * n - rows["mean_old"] * old) / 100
    most = np.nan_to_num(np.maximum(good, steps))
    people = np.maximum(np.abs(n - old), np.ceil(most - SAME))
    moved = (np.abs(n - old) > SAME) | (most > SAME)
    return np.where(
        np.isnan(n) | np.isnan(old), np.nan, np.where(moved, np.maximum(people, 1), 0)
    )


def _few_changed(now: Reading, rows: pd.DataFrame) -> Found:
    least = rows["form"].map(now.minimum).astype(float)
    few = (rows["people"] > 0) & (rows["people"] < least)
    for key in rows.loc[few, KEYS].itertuples(index=False):
        yield "earlier release", "district", place_of(tuple(key))


def _own_changed(now: Reading, before: Reading) -> Found:
    """A principal lays two releases of the own school side by side."""
    frames = []
    for reading in (now, before):
        rows = reading.estimates(Audience.SCHOOL)
        rows = rows[(rows["scope"] != "all") & (rows["status"] == Status.SHOWN)]
        frames.append(rows[[*KEYS, "n", "share", "mean"]])
    both = frames[0].merge(frames[1], "inner", KEYS, suffixes=("", "_old"))
    people = _people(both)
    few = (people > 0) & (people < both["form"].map(now.minimum).astype(float))
    for key in both.loc[few, KEYS].itertuples(index=False):
        yield "earlier release", "school", place_of(tuple(key))


def _public_changed(now: Reading, before: Reading, rows: pd.DataFrame) -> Found:
    """A public number moved although too few people, or nobody, changed."""
    keys = [*KEYS]
    frames = [
        r.estimates(Audience.PUBLIC)[[*keys, "status", *PUBLIC_NUMBERS]]
        for r in (now, before)
    ]
    both = frames[0].merge(frames[1], "inner", keys, suffixes=("", "_old"))
    shown = both["status"].eq(Status.SHOWN) & both["status_old"].eq(Status.SHOWN)
    moved = np.zeros(len(both), bool)
    for column in PUBLIC_NUMBERS:
        a, b = both[column], both[f"{column}_old"]
        moved |= ~((a == b) | (a.isna() & b.isna())).to_numpy()
    counted = both.merge(rows[[*keys, "people"]], "left", keys)
    least = counted["form"].map(now.minimum).astype(float)
    few = shown & moved & (counted["people"] < least).to_numpy()
    for key in both.loc[few, keys].itertuples(index=False):
        yield "earlier release", "public", place_of(tuple(key))


def _increments(now: Reading, family: pd.DataFrame) -> Found:
    """Some cells moved, a total moved by more: who else changed?

    A cell that shows the same number twice may have late answers waiting; an
    attacker knows only that those of a total are its own less its parts'. Where a
    unit is split, the rest may be people who stated no part: a group nobody can
    be told to belong to.
    """
    rows = family.reset_index(drop=True)
    updated = (rows["people"] > 0).to_numpy()
    if not updated.any():
        return
    step = (rows["n"] - rows["n_old"]).to_numpy(float)
    system = _system(rows, now)
    least = now.minimum(rows["form"].iloc[0])
    for total, parts in system.totals:
        is_split = rows.loc[parts[0], "unit_id"] == rows.loc[total, "unit_id"]
        if is_split or not updated[total]:
            continue
        rest = step[total] - sum(step[p] for p in parts if updated[p])
        waiting = [p for p in parts if not updated[p]]
        if waiting and 0 < abs(rest) < least:
            key = tuple(rows.loc[total, KEYS])
            yield "earlier release", "district", place_of(key)


def _together(now: Reading, family: pd.DataFrame, reader: str) -> Found:
    """A cell hidden in both releases, its cover shown in one of them.

    The attacker takes a number from the other release where every total it is
    in says the same in both: then the number cannot have moved either.
    """
    rows = family.reset_index(drop=True)
    shown, old = rows[reader].to_numpy(), rows[f"{reader}_old"].to_numpy()
    if reader == "district":
        shown = shown | rows["public"].to_numpy()
        old = old | rows["public_old"].to_numpy()
    system = _system(rows, now)
    n = rows["n"].where(rows["n"].notna(), rows["own_n"])
    n_old = rows["n_old"].where(rows["n_old"].notna(), rows["own_n_old"])
    same = (n == n_old).to_numpy()
    still = np.array(
        [
            all(same[t] for t, _ in (system.totals[e] for e in equations))
            for equations in (system.equations_of.get(c, ()) for c in range(len(rows)))
        ]
    )
    hidden = frozenset(np.flatnonzero(~shown & ~(old & still)).tolist())
    if not hidden or hidden == frozenset(np.flatnonzero(~shown).tolist()):
        return
    count = n.where(n.notna(), n_old)
    lines = []
    for e in system.touched(hidden):
        total, parts = system.totals[e]
        line = dict(system.unknowns(e, hidden))
        known = [(total, 1), *((p, -1) for p in parts)]
        values = [s * count[c] for c, s in known if c not in hidden]
        if not any(np.isnan(v) for v in values):
            line[RIGHT] = -int(sum(values))
            lines.append({c: v for c, v in line.items() if v})
    left = reduce(lines)
    least = now.minimum(rows["form"].iloc[0])
    for cell in sorted(left.solvable()):
        value = -left.rows[cell].get(RIGHT, 0)
        if 0 < value < least:
            yield "earlier release", reader, place_of(tuple(rows.loc[cell, KEYS]))


def _system(rows: pd.DataFrame, now: Reading) -> System:
    laid = rows.assign(n=0, favourable=0.0)
    return family_of(laid, Memberships(now.schools)).system
