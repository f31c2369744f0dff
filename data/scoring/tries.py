"""What are teachers trying, and is it responsible? The log of tries (CU-3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scipy import stats

from data.model.vocabulary import TRY_RESULTS

RECENT = timedelta(days=180)
PER_TEACHERS = 10
GUARDRAILS = ("attributes", "outcome_guard", "evidence_plan", "stop_rule")
OWN_TEAM = "own_team"
RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Try:
    """One time-boxed change in practice.

    Attributes:
        guardrails: which of the four it names.
        shared_with: own_team, school or other_school; None where not said.
    """

    start: date
    guardrails: frozenset[str]
    result: str
    shared_with: str | None


@dataclass(frozen=True, slots=True)
class Tries:
    """The log of one unit in the 180 days before a day.

    Attributes:
        rate, low, high: tries per ten teachers, with the exact Poisson interval.
        responsible: tries with all four guardrails.
        naming: guardrail → tries that name it.
        results: what became of them, running ones among them.
        learned: closed tries shared beyond the own team.
    """

    tries: int
    rate: float
    low: float
    high: float
    responsible: int
    closed: int
    learned: int
    stopped: int
    naming: dict[str, int]
    results: dict[str, int]


def tries(log: Sequence[Try], at: date, *, teachers: float) -> Tries | None:
    """Return what was tried, None without teachers on the roster.

    None logged is not none happening; the pages say so.

    Source: specification 8.2 CU-3.
    """
    if not teachers:
        return None
    recent = [t for t in log if at - RECENT < t.start <= at]
    closed = [t for t in recent if t.result != RUNNING]
    low, high = poisson_interval(len(recent))
    per = PER_TEACHERS / teachers
    return Tries(
        len(recent),
        len(recent) * per,
        low * per,
        high * per,
        sum(len(t.guardrails) == len(GUARDRAILS) for t in recent),
        len(closed),
        sum((t.shared_with or OWN_TEAM) != OWN_TEAM for t in closed),
        sum(t.result == "stopped" for t in closed),
        {g: sum(g in t.guardrails for t in recent) for g in GUARDRAILS},
        {r: sum(t.result == r for t in recent) for r in TRY_RESULTS},
    )


def poisson_interval(count: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a count.

    Source: specification 8.2 CU-3.
    """
    low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    return float(low), float(stats.chi2.ppf(0.975, 2 * count + 2) / 2)
