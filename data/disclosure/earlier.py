"""Keeps two releases from being subtracted: late answers wait until they are many.

A number published at n = 12 and again at n = 13 gives one person's answers away.
So a cell whose numbers would change by fewer people than the minimum keeps its
published value until more have come; what must wait with it, so that no total
tells, is found as any other cover is: the people who changed are themselves a
table. A cell that was hidden stays hidden while the release that hid it can be
read and nothing much has changed, and a cell readers already know covers nobody.

Source: specification P5, P7; decision 0009.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from data.disclosure.families import FAMILY, Memberships, family_of
from data.disclosure.suppression import Question, protect
from data.model.cell import Status
from data.model.rules import Rules
from data.model.viewer import Audience

KEYS = [*FAMILY, "unit_kind", "unit_id", "breakdown", "category"]
# Sums carry the last bits of a division; a person weighs far more.
SAME = 1e-6


@dataclass(frozen=True)
class Held:
    """The estimates a release is to rest on, beside those still reachable.

    Attributes:
        estimates: with the published row wherever too few people changed.
        settled: rows that say what an earlier release said, changed or not.
        kept: those of them that would say something else by now.
        corrected: rows that changed by too few people in a correction.
        hidden: audience → rows an earlier release hid and that hardly changed.
        known: audience → rows readers know from an earlier release, so that
            hiding them protects nobody.
    """

    estimates: pd.DataFrame
    settled: pd.Index
    kept: pd.Index
    corrected: pd.Index
    hidden: dict[Audience, pd.Index] = field(default_factory=dict)
    known: dict[Audience, pd.Index] = field(default_factory=dict)


def hold_back(
    estimates: pd.DataFrame,
    earlier: Sequence[pd.DataFrame],
    units: pd.DataFrame,
    rules: Rules,
    *,
    is_correction: bool = False,
    unchanged: pd.Index | None = None,
) -> Held:
    """Return what the next release may say, given those still reachable.

    Args:
        estimates: as from scoring, unprotected, with a plain running index.
        earlier: one frame per reachable release, oldest first: the estimates it
            rested on, and what each audience saw, as columns named
            `status_<audience>`.
        is_correction: the earlier values were wrong; where too few people
            changed to show the right one, hide instead of repeating the wrong.
        unchanged: rows that must say what they said, however many changed.
    """
    if not earlier or estimates.empty:
        return nothing_held(estimates)
    minimum = estimates["respondents"].map(rules.minimum).to_numpy(float)
    before = [_aligned(estimates, past) for past in earlier]
    changes = [_people_changed(estimates, past) for past in before]
    changed = np.any([c > 0 for c in changes], axis=0)
    # Every release that can still be read is a party to the subtraction.
    few = np.any([(c > 0) & (c < minimum) for c in changes], axis=0)
    if unchanged is not None:
        told = before[-1]["n"].notna().to_numpy()
        few |= changed & told & estimates.index.isin(unchanged)
    waiting = _with_cover(estimates, few, changes[-1], units, rules)
    settled = waiting | ~changed
    kept = estimates.index[waiting]
    hidden, known = {}, {}
    for audience in Audience:
        statuses = [past[f"status_{audience}"].to_numpy() for past in before]
        was_hidden = np.any([s == Status.PROTECTED for s in statuses], axis=0)
        was_seen = np.any(
            [np.isin(s, [Status.SHOWN, Status.LOW_RR]) for s in statuses], axis=0
        )
        hidden[audience] = estimates.index[settled & was_hidden]
        same = ~changed if is_correction else settled
        known[audience] = estimates.index[same & was_seen]
    if is_correction:
        none = estimates.index[:0]
        return Held(estimates, none, none, kept, hidden, known)
    now = _put_back(estimates, waiting, before)
    return Held(now, estimates.index[settled], kept, estimates.index[:0], hidden, known)


def nothing_held(estimates: pd.DataFrame) -> Held:
    """Return *estimates* as they are: no earlier release can be read."""
    none = estimates.index[:0]
    return Held(estimates, none, none, none)


def _aligned(estimates: pd.DataFrame, past: pd.DataFrame) -> pd.DataFrame:
    """Return *past* in the order of *estimates*; blank where it has no such cell."""
    return estimates[KEYS].merge(past, how="left", on=KEYS, validate="1:1")


def _people_changed(now: pd.DataFrame, past: pd.DataFrame) -> np.ndarray:
    """Return the fewest people whose answers must have changed, per cell.

    Nobody's answer moves a sum of shares by more than one, or one of means by
    more than a hundred. A cell the release did not have has changed by all of n.
    """
    before = past["n"].fillna(0).to_numpy(float)
    n = now["n"].to_numpy(float)
    good = np.abs(now["favourable"] - past["favourable"].fillna(0).to_numpy())
    sums = np.nan_to_num(now["mean"]) * n - np.nan_to_num(past["mean"]) * before
    steps = np.abs(sums) / 100
    people = np.maximum(np.abs(n - before), np.ceil(np.maximum(good, steps) - SAME))
    moved = (n != before) | (good > SAME) | (steps > SAME)
    return np.where(moved, np.maximum(people, 1), 0)


def _with_cover(
    estimates: pd.DataFrame,
    few: np.ndarray,
    people: np.ndarray,
    units: pd.DataFrame,
    rules: Rules,
) -> np.ndarray:
    """Return *few* and what must wait with them.

    The increments of a family add up as its counts do; those not published are
    the hidden cells.
    """
    waiting = few.copy()
    places = Memberships(units)
    rows = estimates.assign(n=people, favourable=0.0)
    for at in rows.groupby(FAMILY, sort=True).indices.values():
        hidden = np.flatnonzero(few[at])
        if not len(hidden):
            continue
        family = family_of(rows.iloc[at], places)
        system = replace(family.system, favourable=None)
        minimum = rules.minimum(rows["respondents"].iloc[at[0]])
        question = Question(
            frozenset(hidden.tolist()),
            dict.fromkeys(hidden.tolist(), minimum),
            frozenset(),
            family.ranks,
        )
        waiting[at[sorted(protect(system, question))]] = True
    return waiting


def _put_back(
    estimates: pd.DataFrame, waiting: np.ndarray, before: Sequence[pd.DataFrame]
) -> pd.DataFrame:
    """Return *estimates* with the latest published row wherever one must wait."""
    out = estimates.copy()
    left = waiting.copy()
    columns = [c for c in estimates.columns if c not in KEYS]
    for past in reversed(before):
        here = left & past["n"].notna().to_numpy()
        rows = estimates.index[here]
        for column in columns:
            out.loc[rows, column] = past[column].to_numpy()[here]
        left &= ~here
    return out
