"""What a release says, and to whom, before it is coded and written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from data.disclosure.answers import hidden_answers
from data.disclosure.decisions import decide
from data.disclosure.earlier import Held, hold_back
from data.disclosure.figures import figure_status
from data.disclosure.primary import thin_scales
from data.disclosure.verdicts import Verdicts
from data.model.cell import Status
from data.model.rules import STAFF, Rules
from data.scoring.adoption import AdoptionFrames
from data.scoring.comparing import with_change
from data.scoring.figures import figure_frame_with
from data.scoring.registers.occasions import Diary
from data.scoring.reliability import Gate
from data.scoring.response_rates import COMPARABLE
from data.scoring.rollout import Rollout, rollout_figures
from data.scoring.summaries import SummaryFrames

SCALE_PARTS = frozenset({"scale", "within", "across"})
UNIT = ["indicator_id", "part", "form", "wave_index", "unit_kind", "unit_id"]


@dataclass(frozen=True, slots=True)
class Scored:
    """Everything one release rests on, unprotected, in memory only."""

    units: pd.DataFrame
    waves: pd.DataFrame
    estimates: pd.DataFrame
    answers: pd.DataFrame
    scales: pd.DataFrame
    grades: pd.DataFrame
    figures: pd.DataFrame
    engines: dict[tuple[int, str], tuple[str, int]]
    plans: dict[tuple[str, str], date]
    benchmarks: pd.DataFrame
    adoption: AdoptionFrames
    summaries: SummaryFrames
    rules: Rules
    year_ago: dict[int, int]
    diary: Diary
    over_roster: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the releases that can still be read rested on, oldest first."""

    cells: tuple[pd.DataFrame, ...] = ()
    answers: tuple[pd.DataFrame, ...] = ()
    hidden_answers: tuple[pd.DataFrame, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """Unprotected numbers, earlier ones put back where they must wait.

    Attributes:
        hidden_answers: distributions the public does not get.
        hidden_before: those of them an earlier release hid.
        held: what releases still reachable ask for; `held.kept` are the rows that
            carry an earlier release's value.
    """

    estimates: pd.DataFrame
    answers: pd.DataFrame
    hidden_answers: pd.DataFrame
    hidden_before: pd.DataFrame | None
    verdicts: Verdicts
    held: Held
    figures: pd.DataFrame


def decide_release(
    scored: Scored, earlier: Earlier, *, is_correction: bool = False
) -> Decided:
    """Return what the release says and to whom.

    Args:
        is_correction: earlier values were wrong and are not to be repeated.
    """
    # Whose value a row carries: this release's own unless an earlier one's is kept.
    scored = replace(scored, estimates=scored.estimates.assign(as_of=""))
    unchanged = scored.estimates.index[:0]
    while True:
        held = hold_back(
            scored.estimates,
            earlier.cells,
            scored.units,
            scored.rules,
            is_correction=is_correction,
            unchanged=unchanged,
        )
        estimates = with_change(
            held.estimates, scored.rules, scored.year_ago, scored.units
        )
        thin = thin_scales(estimates, scored.answers, scored.rules)
        verdicts = decide(estimates, scored.units, scored.rules, held=held, thin=thin)
        # A family nothing protects beside an earlier release stays as it was there.
        more = verdicts.unsafe.difference(unchanged)
        if is_correction or more.empty:
            break
        unchanged = unchanged.union(more)
    answers = scored.answers
    if not is_correction and earlier.answers and len(held.settled):
        answers = _answers_kept(scored, earlier.answers, held.settled)
    before = _still_hidden(scored, earlier, held.settled)
    nothing = answers[:0]
    decided = Decided(
        estimates, answers, nothing, before, verdicts, held, scored.figures
    )
    return settled(scored, decided)


def settled(scored: Scored, decided: Decided) -> Decided:
    """Return *decided* with what follows from which estimates are hidden."""
    estimates, verdicts = decided.estimates, decided.verdicts
    hidden = hidden_answers(
        decided.answers, estimates, verdicts, scored.rules, decided.hidden_before
    )
    figures = _with_rollout(scored, estimates, verdicts)
    figures = figures.assign(status=figure_status(figures, scored.units))
    return replace(decided, hidden_answers=hidden, figures=figures)


def _with_rollout(
    scored: Scored, estimates: pd.DataFrame, verdicts: Verdicts
) -> pd.DataFrame:
    """Return the registers' figures with what follows once schools are decided on.

    Lines over schools rest on those the public reads; of staff, whom it does not
    read school by school, on those district leaders read.
    """
    if estimates.empty:
        return scored.figures
    staff = estimates["respondents"].isin(STAFF)
    shown = [
        verdict.index[verdict["status"] == Status.SHOWN]
        for verdict in (verdicts.public, verdicts.district)
    ]
    may = np.where(
        staff, estimates.index.isin(shown[1]), estimates.index.isin(shown[0])
    )
    rows = estimates[
        may
        & (estimates["unit_kind"] == "school")
        & (estimates["breakdown"] == "all")
        & estimates["has_mean"].astype(bool)
        & estimates["part"].isin(SCALE_PARTS)
        & estimates["rate_band"].isin(COMPARABLE)
        & (estimates["waves_pooled"] == 1)
    ]
    found = list(rollout_figures(rows, _rollout(scored), scored.rules))
    return figure_frame_with(scored.figures, found)


def _rollout(scored: Scored) -> Rollout:
    units, scales, waves = scored.units, scored.scales, scored.waves
    launch = {
        school: None if pd.isna(wave) else int(wave)
        for school, wave in zip(units["school_id"], units["launch_wave"], strict=True)
    }
    solid = scales[scales["gate"] == Gate.SHOWN] if len(scales) else scales
    keys = ["indicator_id", "part", "form", "wave_index"]
    opens = [None if pd.isna(d) else date.fromisoformat(d) for d in waves["opens_on"]]
    return Rollout(
        tuple(zip(waves["wave_index"].tolist(), waves["wave"], opens, strict=True)),
        launch,
        dict(zip(units["school_id"], units["cohort_id"], strict=True)),
        frozenset(solid[keys].itertuples(index=False, name=None))
        if len(solid)
        else frozenset(),
        scored.plans,
    )


def _still_hidden(
    scored: Scored, earlier: Earlier, settled: pd.Index
) -> pd.DataFrame | None:
    """Return the distributions an earlier release hid of units that stayed."""
    past = [f for f in earlier.hidden_answers if len(f)]
    if not past or not len(settled):
        return None
    hidden = pd.concat(past).drop_duplicates()
    units = pd.MultiIndex.from_frame(scored.estimates.loc[settled, UNIT])
    return hidden[pd.MultiIndex.from_frame(hidden[UNIT]).isin(units)]


def _answers_kept(
    scored: Scored, earlier: tuple[pd.DataFrame, ...], settled: pd.Index
) -> pd.DataFrame:
    """Return the answers with published ones wherever the scale's stay as they were.

    An option's count must not move alone: one person's answers would show.
    """
    rows = scored.estimates.loc[settled]
    units = pd.MultiIndex.from_frame(rows[rows["breakdown"] == "all"][UNIT])
    fresh, kept = scored.answers, []
    waiting = units
    for past in reversed(earlier):
        if past.empty:
            continue
        of_past = pd.MultiIndex.from_frame(past[UNIT])
        kept.append(past[of_past.isin(waiting)])
        waiting = waiting.difference(of_past)
    taken = units.difference(waiting)
    stays = ~pd.MultiIndex.from_frame(fresh[UNIT]).isin(taken)
    return pd.concat([fresh[stays], *kept], ignore_index=True)
