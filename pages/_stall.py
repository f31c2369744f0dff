"""Which cohort stalls, said on the page of adoption and on the office's own."""

from __future__ import annotations

from components.superlatives import stalls
from pages._request import Ask
from queries.adoption import Stages, school_adoption
from queries.facts import Cohort, schools


def stall_sentence(asked: Ask, groups: list[Stages]) -> str:
    """Say which started cohort stopped, or moved least in a year where it is apart.

    Where a reader may not see every school of a cohort, the means are told and no
    superlative.

    Source: specification 7.3.
    """
    facts = asked.facts
    label = facts.waves[asked.wave].a_year_ago.label
    before = next((i for i, w in enumerate(facts.waves) if w.label == label), None)
    if before is None:
        return ""
    means: dict[int, float] = {}
    for cohort in facts.cohorts:
        if not cohort.cohort_id or cohort.launch_wave is None:
            continue
        if cohort.launch_wave > before:
            continue
        then, now = (_adoption(groups, cohort, i) for i in (before, asked.wave))
        if then is not None and now is not None:
            means[cohort.cohort_id] = now - then
    moved = _of_schools(asked, before)
    complete = {
        c: moved[c] for c in means if len(moved.get(c, ())) >= facts.cohort(c).schools
    }
    below = float(facts.rules["stopped_levels"])
    return stalls(asked.say, means, complete, below=below)


def _of_schools(asked: Ask, before: int) -> dict[int, list[float]]:
    """Return by how much each school the reader may see moved, by cohort."""
    cohort_of = {
        s.school_id: s.cohort_id for s in schools(asked.connection, asked.viewer)
    }
    known = {
        (r.school_id, r.wave_index): r.adoption
        for r in school_adoption(asked.connection, asked.viewer)
        if r.adoption is not None
    }
    found: dict[int, list[float]] = {}
    for (school, wave), now in known.items():
        then = known.get((school, before))
        if wave == asked.wave and then is not None and school in cohort_of:
            found.setdefault(cohort_of[school], []).append(now - then)
    return found


def _adoption(groups: list[Stages], cohort: Cohort, wave: int) -> float | None:
    for s in groups:
        key = (s.unit_kind, s.unit_id, s.wave_index)
        if key == ("cohort", str(cohort.cohort_id), wave):
            return s.adoption
    return None
