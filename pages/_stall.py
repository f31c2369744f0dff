"""Which cohort stalls, said on the page of adoption and on the office's own."""

from __future__ import annotations

from pages._request import Ask
from queries.adoption import Stages
from queries.facts import Cohort


def stall_sentence(asked: Ask, groups: list[Stages]) -> str:
    """Name the started cohort that moved least in a year, where that is known."""
    say, facts = asked.say, asked.facts
    label = facts.waves[asked.wave].a_year_ago.label
    before = next((i for i, w in enumerate(facts.waves) if w.label == label), None)
    moved = {}
    for cohort in facts.cohorts:
        if not cohort.cohort_id or cohort.launch_wave is None or before is None:
            continue
        if cohort.launch_wave > before:
            continue
        then, now = (_adoption(groups, cohort, i) for i in (before, asked.wave))
        if then is not None and now is not None:
            moved[cohort.cohort_id] = now - then
    if len(moved) <= 1:  # one cohort alone cannot be the one that moved least
        return ""
    least = min(moved, key=lambda c: moved[c])
    points = say.points(moved[least])
    return say("adoption.stall", cohort=say.cohort(least), points=points)


def _adoption(groups: list[Stages], cohort: Cohort, wave: int) -> float | None:
    for s in groups:
        key = (s.unit_kind, s.unit_id, s.wave_index)
        if key == ("cohort", str(cohort.cohort_id), wave):
            return s.adoption
    return None
