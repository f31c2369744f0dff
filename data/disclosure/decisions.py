"""Decides which estimate each audience sees, and why another is hidden (P1, P2, P5–P7).

District leaders are settled first; the public starts from what is hidden from
them, so that nobody who reads both files can subtract one from the other. Each
principal is reckoned with as a reader of the public's file who knows one school.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from data.disclosure.earlier import KEYS, Held, nothing_held
from data.disclosure.families import FAMILY, WHOLE, Memberships, family_of
from data.disclosure.readers import kinds_of, may_read
from data.disclosure.suppression import Question, exposed_cells, protect
from data.model.cell import Status
from data.model.rules import STAFF, Rules
from data.model.viewer import Audience

# A principal knows the own school; with three behind a staff total, taking it
# away still leaves two that nobody can tell apart.
FEWEST_SCHOOLS_IN_STAFF_TOTAL = 3
# "All schools" and "all launched schools" may share a screen only when they
# differ by this much (P7).
APART_SCHOOLS, APART_PEOPLE = 2, 20
NONE = pd.Index([], dtype=int)
NOTHING: frozenset[int] = frozenset()
NEEDED = [
    *FAMILY, "unit_kind", "unit_id", "breakdown", "category", "n", "favourable",
    "respondents",
]  # fmt: skip


class Reason(StrEnum):
    """Why a cell is hidden, in the steward's log alone (P9)."""

    MIN_N = "min_n"
    COMPLEMENTARY = "complementary"
    ONE_SCHOOLS_STAFF = "one_schools_staff"
    FEW_SCHOOLS = "few_schools"
    NEARLY_ALL_SCHOOLS = "nearly_all_schools"
    HIDDEN_FROM_DISTRICT = "hidden_from_district"
    FEW_CHANGED = "few_changed"
    HIDDEN_BEFORE = "hidden_before"


@dataclass(frozen=True)
class Verdicts:
    """Status and reason of the rows one audience's file has a place for.

    Indexed as the estimates; columns status, reason.

    Attributes:
        unsafe: rows of families that no pattern protects, because an earlier
            release shows what would have to cover.
    """

    district: pd.DataFrame
    public: pd.DataFrame
    own: pd.DataFrame
    unsafe: pd.Index

    def by_audience(self) -> dict[Audience, pd.DataFrame]:
        """Return the verdict on what each file holds beyond the public's."""
        return {
            Audience.PUBLIC: self.public,
            Audience.SCHOOL: self.own,
            Audience.DISTRICT: self.district,
        }


def decide(
    estimates: pd.DataFrame,
    units: pd.DataFrame,
    rules: Rules,
    *,
    held: Held | None = None,
) -> Verdicts:
    """Return what each audience may see of *estimates*.

    Args:
        estimates: as from scoring, unprotected, with a unique index.
        units: school_id, cohort_id, launch_wave.
        held: what releases still reachable ask for; none by default.
    """
    if estimates.empty:
        nothing = pd.DataFrame({"status": [], "reason": []})
        return Verdicts(nothing, nothing, nothing, NONE)
    held = held or nothing_held(estimates)
    # In one order always, so that ties end alike whatever order rows came in.
    estimates = estimates.sort_values(KEYS)
    places = Memberships(units)
    staff = estimates["respondents"].isin(STAFF)
    of_school = estimates["unit_kind"] == "school"
    whole = estimates["breakdown"] == WHOLE
    base = base_status(estimates, rules)

    district = _start(base, ~(staff & of_school & ~whole))
    _hide_launched_if_close(district, estimates)
    _hold(district, held, Audience.DISTRICT)
    seen = held.known.get(Audience.DISTRICT, NONE)
    unsafe = _complete(district, estimates, places, rules, known=seen)

    own = _start(base, of_school & (whole | ~staff))
    few = staff & (estimates["n"] < rules.min_n_principal_view) & (estimates["n"] > 0)
    _hide(own, estimates.index[few], Reason.MIN_N)
    _hold(own, held, Audience.SCHOOL)
    seen = held.known.get(Audience.SCHOOL, NONE)
    unsafe = unsafe.union(_complete(own, estimates, places, rules, known=seen))

    readable = estimates.assign(kind=kinds_of("estimates", estimates))
    # Parts the public does not read school by school stay in its equations, hidden.
    read = pd.Series(may_read(readable, "public"), estimates.index)
    public = _start(base, whole & (read | (staff & of_school)))
    _hide(public, estimates.index[staff & of_school], Reason.ONE_SCHOOLS_STAFF)
    thin = estimates["schools"] < FEWEST_SCHOOLS_IN_STAFF_TOTAL
    _hide(public, estimates.index[staff & ~of_school & thin], Reason.FEW_SCHOOLS)
    _hide_launched_if_close(public, estimates)
    _hide(public, _hidden(district), Reason.HIDDEN_FROM_DISTRICT)
    _hold(public, held, Audience.PUBLIC)
    seen = held.known.get(Audience.PUBLIC, NONE)
    principals = own.index[own["status"].isin([Status.SHOWN, Status.LOW_RR])]
    unsafe = unsafe.union(
        _complete(public, estimates, places, rules, known=seen, knowers=principals)
    )
    of_one = (staff & of_school)[public.index]
    return Verdicts(district, public[~of_one], own, unsafe)


def base_status(frame: pd.DataFrame, rules: Rules) -> pd.Series:
    """Return the status each row has on its own, before totals are looked at.

    Too few people comes before too low a rate: the rate of a small group would
    tell how many answered.

    Source: specification P1, E5.
    """
    return pd.Series(
        np.select(
            [
                frame["n"] == 0,
                frame["n"] < frame["respondents"].map(rules.minimum).astype(float),
                frame["rate_band"] == "not_reported",
            ],
            [Status.NOT_COLLECTED, Status.PROTECTED, Status.LOW_RR],
            Status.SHOWN,
        ),
        index=frame.index,
    )


def _start(base: pd.Series, has_place: pd.Series) -> pd.DataFrame:
    status = base[has_place]
    reason = np.where(status == Status.PROTECTED, Reason.MIN_N.value, "")
    return pd.DataFrame({"status": status, "reason": reason}, index=status.index)


def _hidden(verdict: pd.DataFrame) -> pd.Index:
    hidden: pd.Index = verdict.index[verdict["status"] == Status.PROTECTED]
    return hidden


def _hide(verdict: pd.DataFrame, rows: pd.Index, reason: Reason) -> None:
    """Hide *rows* that hold anyone and are not hidden for another reason."""
    here = verdict.index.intersection(rows)
    open_ones = verdict.loc[here, "status"].isin([Status.SHOWN, Status.LOW_RR])
    here = here[open_ones.to_numpy()]
    verdict.loc[here, "status"] = Status.PROTECTED
    verdict.loc[here, "reason"] = reason.value


def _hold(verdict: pd.DataFrame, held: Held, audience: Audience) -> None:
    _hide(verdict, held.corrected, Reason.FEW_CHANGED)
    _hide(verdict, held.hidden.get(audience, NONE), Reason.HIDDEN_BEFORE)


def _hide_launched_if_close(verdict: pd.DataFrame, estimates: pd.DataFrame) -> None:
    """Hide the launched schools' total where it nearly equals the district's (P7)."""
    whole = estimates[estimates["breakdown"] == WHOLE]
    launched = whole[whole["unit_kind"] == "launched"]
    everyone = whole.loc[whole["unit_kind"] == "district", [*FAMILY, "n", "schools"]]
    near = launched[[*FAMILY, "n", "schools"]].merge(
        everyone, how="left", on=FAMILY, suffixes=("", "_all")
    )
    apart_schools = near["schools_all"] - near["schools"]
    apart_people = near["n_all"] - near["n"]
    same = (apart_schools == 0) & (apart_people == 0)
    enough = (apart_schools >= APART_SCHOOLS) & (apart_people >= APART_PEOPLE)
    close = launched.index[(~(same | enough)).to_numpy()]
    _hide(verdict, close, Reason.NEARLY_ALL_SCHOOLS)


def _complete(
    verdict: pd.DataFrame,
    estimates: pd.DataFrame,
    places: Memberships,
    rules: Rules,
    *,
    known: pd.Index,
    knowers: pd.Index | None = None,
) -> pd.Index:
    """Hide what must go so that no hidden cell of any family can be found out.

    Returns the rows of families in which that cannot be had.
    """
    unsafe: pd.Index = NONE
    if not (verdict["status"] == Status.PROTECTED).any():
        return unsafe
    rows = estimates.loc[verdict.index, NEEDED]
    # Plain objects: a family is a few dozen rows, and there are thousands.
    statuses = verdict["status"].to_numpy(dtype=object, copy=True)
    reasons = verdict["reason"].to_numpy(dtype=object)
    cover: list[np.ndarray] = []
    likes: dict[tuple[object, ...], frozenset[int]] = {}
    seen = verdict.index.isin(known)
    insiders = verdict.index.isin(NONE if knowers is None else knowers)
    for places_of in rows.groupby(FAMILY, sort=True).indices.values():
        hidden = np.flatnonzero(statuses[places_of] == Status.PROTECTED)
        if not len(hidden):
            continue
        mine = rows.iloc[places_of]
        family = family_of(mine, places)
        minimum = rules.minimum(mine["respondents"].iloc[0])
        question = Question(
            frozenset(hidden.tolist()),
            _sensitive(mine, hidden, reasons[places_of], minimum),
            frozenset(np.flatnonzero(insiders[places_of]).tolist()),
            family.ranks,
            frozenset(np.flatnonzero(seen[places_of]).tolist()),
        )
        # Tables of one form and wave have the same schools in the same places.
        alike = (
            mine["form"].iloc[0], mine["wave_index"].iloc[0], len(mine),
            tuple(mine["breakdown"].unique()), question.hidden,
        )  # fmt: skip
        more = protect(family.system, question, likes.get(alike, NOTHING))
        likes[alike] = more
        cover.append(places_of[sorted(more)])
        if question.known:
            secret = (question.hidden | more) - question.known
            if exposed_cells(family.system, question, secret):
                unsafe = unsafe.union(mine.index)
    if cover:
        _hide(verdict, verdict.index[np.concatenate(cover)], Reason.COMPLEMENTARY)
    return unsafe


def _sensitive(
    rows: pd.DataFrame, hidden: np.ndarray, reasons: np.ndarray, minimum: int
) -> dict[int, int]:
    """Return the hidden cells nobody may find out, with their minimum.

    Cover, and totals hidden for resting on few schools, are no secret in
    themselves; one school's staff are, however many they be.
    """
    n = rows["n"].to_numpy()
    found = {}
    for cell in hidden.tolist():
        if 0 < n[cell] < minimum:
            found[cell] = minimum
        elif reasons[cell] in {
            Reason.ONE_SCHOOLS_STAFF,
            Reason.FEW_CHANGED,
            Reason.MIN_N,
        }:
            found[cell] = 0
    return found
