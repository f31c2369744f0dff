"""Decides which estimate each audience sees, and why another is hidden (P1, P2, P5–P7).

District leaders are settled first; the public starts from what is hidden from
them, so that nobody who reads both files can subtract one from the other. Each
principal is reckoned with as a reader of the public's file who knows one school.
"""

from __future__ import annotations

import pandas as pd

from data.disclosure.complementary import complete
from data.disclosure.earlier import KEYS, Held, nothing_held
from data.disclosure.families import WHOLE, Memberships
from data.disclosure.pooled import taken_apart
from data.disclosure.primary import (
    Thin,
    base_status,
    hide_launched_if_close,
    nobody_of_many,
)
from data.disclosure.readers import kinds_of, may_read
from data.disclosure.verdicts import NONE, Reason, Verdicts, hidden, hide, start
from data.model.cell import Status
from data.model.rules import STAFF, Rules
from data.model.viewer import Audience

# A principal knows the own school; with three behind a staff total, taking it
# away still leaves two that nobody can tell apart.
FEWEST_SCHOOLS_IN_STAFF_TOTAL = 3


def decide(
    estimates: pd.DataFrame,
    units: pd.DataFrame,
    rules: Rules,
    *,
    held: Held | None = None,
    thin: Thin | None = None,
) -> Verdicts:
    """Return what each audience may see of *estimates*.

    Args:
        estimates: as from scoring, unprotected, with a unique index.
        units: school_id, cohort_id, launch_wave.
        held: what releases still reachable ask for; none by default.
        thin: scales one of whose questions too few answered.
    """
    if estimates.empty:
        nothing = pd.DataFrame({"status": [], "reason": []})
        return Verdicts(nothing, nothing, nothing, NONE)
    held = held or nothing_held(estimates)
    thin = thin or Thin(NONE, NONE)
    # In one order always, so that ties end alike whatever order rows came in.
    estimates = estimates.sort_values(KEYS)
    places = Memberships(units)
    staff = estimates["respondents"].isin(STAFF)
    of_school = estimates["unit_kind"] == "school"
    whole = estimates["breakdown"] == WHOLE
    base = base_status(estimates, rules)
    base[nobody_of_many(estimates)] = Status.PROTECTED

    district = start(base, ~(staff & of_school & ~whole))
    hide_launched_if_close(district, estimates)
    hide(district, thin.for_all, Reason.MIN_N)
    _hold(district, held, Audience.DISTRICT)
    seen = held.known.get(Audience.DISTRICT, NONE)
    unsafe = complete(district, estimates, places, rules, known=seen)

    own = start(base, of_school & (whole | ~staff))
    few = staff & (estimates["n"] < rules.min_n_principal_view) & (estimates["n"] > 0)
    hide(own, estimates.index[few], Reason.MIN_N)
    hide(own, thin.for_principals.union(thin.for_all), Reason.MIN_N)
    _hold(own, held, Audience.SCHOOL)
    seen = held.known.get(Audience.SCHOOL, NONE)
    unsafe = unsafe.union(
        complete(own, estimates, places, rules, known=seen, is_own=True)
    )

    readable = estimates.assign(kind=kinds_of("estimates", estimates))
    # Parts the public does not read school by school stay in its equations, hidden.
    read = pd.Series(may_read(readable, "public"), estimates.index)
    public = start(base, whole & (read | (staff & of_school)))
    hide(public, estimates.index[staff & of_school], Reason.ONE_SCHOOLS_STAFF)
    lone = estimates["schools"] < FEWEST_SCHOOLS_IN_STAFF_TOTAL
    hide(public, estimates.index[staff & ~of_school & lone], Reason.FEW_SCHOOLS)
    principals = own.index[own["status"].isin([Status.SHOWN, Status.LOW_RR])]
    apart = taken_apart(estimates, places, principals, rules.min_n_staff)
    hide(public, apart, Reason.FEW_SCHOOLS)
    hide_launched_if_close(public, estimates)
    hide(public, thin.for_all, Reason.MIN_N)
    hide(public, hidden(district), Reason.HIDDEN_FROM_DISTRICT)
    _hold(public, held, Audience.PUBLIC)
    seen = held.known.get(Audience.PUBLIC, NONE)
    unsafe = unsafe.union(
        complete(public, estimates, places, rules, known=seen, knowers=principals)
    )
    of_one = (staff & of_school)[public.index]
    return Verdicts(district, public[~of_one], own, unsafe)


def _hold(verdict: pd.DataFrame, held: Held, audience: Audience) -> None:
    hide(verdict, held.corrected, Reason.FEW_CHANGED)
    hide(verdict, held.hidden.get(audience, NONE), Reason.HIDDEN_BEFORE)
