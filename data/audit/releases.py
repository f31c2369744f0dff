"""Two releases laid side by side: what their difference tells about a few people."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.audit.attacks import (
    DISTRICT,
    PUBLIC,
    Target,
    known_of,
    least_of,
    place_of,
    targets,
)
from data.audit.books import Book, books
from data.audit.definitions import Definitions
from data.audit.files import KEYS, Release
from data.audit.inference import SLACK, Contradiction, Knowledge
from data.audit.knowledge import Reader
from data.audit.rules import GROUP_OF_KIND, SHOWN

Found = Iterator[tuple[str, str, str]]
NAME = "earlier release"
PUBLIC_NUMBERS = ["share", "low", "high", "coding", "n_band"]


def compare_releases(now: Release, before: Release) -> Found:
    """Yield what a reader of both releases learns that neither alone tells."""
    people = _people_behind(now, before, "district")
    yield from _few_changed(now, people, "district")
    yield from _few_changed(now, _people_behind(now, before, "school"), "school")
    yield from _public_changed(now, before, people)
    then = {(b.form, b.wave): b for b in books(before, Definitions(before))}
    for book in books(now, Definitions(now)):
        old = then.get((book.form, book.wave))
        if old is None or _is_alike(book, old):
            continue
        for reader in (PUBLIC, DISTRICT):
            yield from _together(now, book, old, reader)


def _people_behind(now: Release, before: Release, audience: str) -> pd.DataFrame:
    """Return the fewest people behind each change of a number; 0 where none changed."""
    frames = []
    for release in (now, before):
        rows = release.table(audience, "estimates")
        if audience == "school":
            rows = rows[rows["scope"].ne("all")]
        rows = rows[rows["status"].eq(SHOWN)]
        frames.append(rows[[*KEYS, "n", "share", "mean"]])
    both = frames[0].merge(frames[1], "inner", KEYS, suffixes=("", "_old"))
    n, old = both["n"].to_numpy(float), both["n_old"].to_numpy(float)
    good = np.abs(both["share"] * n - both["share_old"] * old) / 100
    steps = np.abs(both["mean"] * n - both["mean_old"] * old) / 100
    most = np.nan_to_num(np.maximum(good, steps))
    people = np.maximum(np.abs(n - old), np.ceil(most - SLACK))
    moved = (np.abs(n - old) > SLACK) | (most > SLACK)
    return both[KEYS].assign(people=np.where(moved, np.maximum(people, 1), 0))


def _least(release: Release, rows: pd.DataFrame) -> pd.Series:
    told = Definitions(release).of_rows("estimates", rows[KEYS])
    groups = told["kind"].map(GROUP_OF_KIND).fillna("teachers")
    least = groups.map({g: release.least(g) for g in groups.unique()})
    return pd.Series(least.to_numpy(float), rows.index)


def _few_changed(now: Release, people: pd.DataFrame, reader: str) -> Found:
    few = people["people"].gt(0) & (people["people"] < _least(now, people))
    for row in people[few].itertuples():
        yield NAME, reader, _words(row)


def _public_changed(now: Release, before: Release, people: pd.DataFrame) -> Found:
    """A public number moved although too few people, or nobody, changed."""
    frames = [
        r.table("public", "estimates")[[*KEYS, "status", *PUBLIC_NUMBERS]]
        for r in (now, before)
    ]
    both = frames[0].merge(frames[1], "inner", KEYS, suffixes=("", "_old"))
    both = both[both["status"].eq(SHOWN) & both["status_old"].eq(SHOWN)]
    moved = np.zeros(len(both), bool)
    for column in PUBLIC_NUMBERS:
        a, b = both[column], both[f"{column}_old"]
        moved |= ~(a.eq(b) | (a.isna() & b.isna())).to_numpy(bool)
    counted = both.merge(people, "left", KEYS).set_axis(both.index)
    few = moved & (counted["people"] < _least(now, both)).to_numpy(bool)
    for row in both[few].itertuples():
        yield NAME, "public", _words(row)


def _words(row: object) -> str:
    part = "" if row.breakdown == "all" else f", {row.breakdown} {row.category}"  # type: ignore[attr-defined]
    return (
        f"{row.indicator_id} {row.part} {row.form} {row.wave}, "  # type: ignore[attr-defined]
        f"{row.unit_kind} {row.unit_id}{part}"  # type: ignore[attr-defined]
    )


def _is_alike(now: Book, before: Book) -> bool:
    told = [c for c in now.rows.columns if c.endswith(("_n", "_status", "_share"))]
    one = ["indicator_id", "part", "unit_kind", "unit_id", "breakdown", "category"]
    frames = [
        b.rows[[*one, *told]].sort_values(one, ignore_index=True) for b in (now, before)
    ]
    return bool(frames[0].equals(frames[1]))


def _together(now: Release, book: Book, old: Book, reader: Reader) -> Found:
    """Solve both releases as one: what was shown then covers nothing now."""
    known, then = known_of(book, reader), known_of(old, reader)
    if known is None or then is None:
        return
    here, there = _same_cells(book, old)
    try:
        both = known.knowledge.beside(then.knowledge, here, there)
        both.tighten()
    except Contradiction:
        # Some numbers of then were corrected, and mislead.
        return
    least = least_of(now, book)
    asked = targets(book, reader, known, least)
    yield from _bounded(book, reader, both, asked, 0)
    asked = targets(old, reader, then, least)
    shift = len(known.knowledge.low)
    yield from _bounded(old, reader, both, asked, shift)
    base = set(book.row_cells[0].tolist())
    grown = shift + len(then.knowledge.low) + np.arange(len(here))
    low, high = both.low[grown], both.high[grown]
    few = (low >= 1) & (high < least)
    for cell in here[few].tolist():
        if cell in base:
            yield NAME, reader.name, place_of(book, cell)


def _bounded(
    book: Book, reader: Reader, both: Knowledge, asked: list[Target], shift: int
) -> Found:
    for target in asked:
        cell = target.cell + shift
        if target.also_nobody and both.high[cell] - both.low[cell] < 1 - SLACK:
            yield NAME, reader.name, place_of(book, target.cell)
    moved = {t.cell + shift: t.least for t in asked if t.least}
    try:
        largest = both.largest(moved, moved)
    except Contradiction:
        return
    for cell, least in moved.items():
        if SLACK < largest[cell] < least - SLACK:
            yield NAME, reader.name, place_of(book, cell - shift)


def _same_cells(now: Book, before: Book) -> tuple[np.ndarray, np.ndarray]:
    """Return the cells of both books that are the same count, pair by pair."""
    units = before.units.number
    here, there = [], []
    unit_there = np.array([units.get(u, -1) for u in now.units.number], np.int64)
    for name, k in now.names.items():
        other = before.names.get(name)
        if other is None:
            continue
        mine = now.grid[k]
        theirs = np.where(unit_there >= 0, before.grid[other, unit_there], -1)
        both = (mine >= 0) & (theirs >= 0)
        here.append(mine[both])
        there.append(theirs[both])
    if not here:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate(here), np.concatenate(there)
