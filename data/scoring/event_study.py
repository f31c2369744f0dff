"""Joined against waiting schools: the staggered difference-in-differences (RO-6).

Group-time effects of Callaway and Sant'Anna (2021) without covariates, their
aggregates, and standard errors from influence functions. The small-sample factor
inside each influence function, t critical values and leave-one-out ranges are ours
(specification 9.1; decision 0023) and no library gives them; `adjusted=False` gives
the published numbers. Effects are in the outcome's own unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEVER = 0.0
DRAWS = 1_999
SEED = 20250101
LEVEL = 0.95
FEWEST_FOR_SPREAD = 2
# What a two-sided 5 % test would find four times in five.
POWER_FACTOR = 2.8


class Comparison(StrEnum):
    """Who joined schools are held against."""

    NOT_YET = "not_yet"
    NEVER = "never"


@dataclass(frozen=True)
class Panel:
    """One outcome of every school over time.

    Attributes:
        outcome: schools × times; nan where a school has no value.
        joined: first exposed time per school, `NEVER` where none in the data.
        times: labels in order, as `joined` counts them.
    """

    outcome: Floats
    joined: Floats
    times: Floats

    @property
    def schools(self) -> int:
        """How many schools the panel holds."""
        return len(self.joined)

    @cached_property
    def groups(self) -> Floats:
        """Times at which schools joined, of schools seen before they did."""
        first = self.times[0]
        return np.unique(self.joined[self.joined > max(first, NEVER)])

    @property
    def is_usable(self) -> Flags:
        """Tell which schools had not joined before the first time."""
        return np.asarray((self.joined == NEVER) | (self.joined > self.times[0]))

    @property
    def is_balanced(self) -> Flags:
        """Tell which schools have a value at every time."""
        return np.asarray(~np.isnan(self.outcome).any(axis=1))

    def only(self, schools: Flags) -> Panel:
        """Return the panel of some schools."""
        return Panel(self.outcome[schools], self.joined[schools], self.times)


@dataclass(frozen=True)
class Effect:
    """An effect with the influence of every school on it.

    Attributes:
        influence: per school, in the effect's unit times the number of schools.
        groups: the time each school joined, `NEVER` included: schools of one group
            are spread alike; None for the published, normal critical value.
    """

    value: float
    influence: Floats
    groups: Floats | None

    @property
    def se(self) -> float:
        """Standard error; nan where a group of one leaves nothing to go by."""
        return float(np.sqrt((self.influence**2).sum()) / len(self.influence))

    @property
    def degrees(self) -> float:
        """Of freedom of the critical value; infinite for a normal one.

        A variance that is the sum of one part a group, each known as well as the
        group is large (Satterthwaite 1946): a few noisy schools in one group leave
        few degrees however many schools there are. A group of one counts as one.
        """
        if self.groups is None:
            return np.inf
        _, group = np.unique(self.groups, return_inverse=True)
        own = np.bincount(group, self.influence**2)
        if not own.any() or np.isnan(own).any():
            return 1.0
        size = np.maximum(np.bincount(group) - 1, 1)
        return float(own.sum() ** 2 / (own**2 / size).sum())

    @property
    def half_width(self) -> float:
        """Half of the two-sided 95 % interval."""
        return float(stats.t.ppf(0.5 + LEVEL / 2, self.degrees)) * self.se

    @property
    def interval(self) -> tuple[float, float]:
        """Two-sided 95 % interval."""
        return self.value - self.half_width, self.value + self.half_width


@dataclass(frozen=True)
class Cell:
    """The effect on one group at one time, ATT(g, t).

    Attributes:
        event: times since joining; negative for the checks before it.
        share: how large the group is among all schools.
    """

    group: float
    time: float
    event: float
    effect: Effect
    treated: int
    comparison: int
    share: float
    members: Flags


def group_time_effects(
    panel: Panel,
    *,
    comparison: Comparison = Comparison.NOT_YET,
    fixed_base: bool = False,
    anticipation: int = 0,
    adjusted: bool = True,
) -> list[Cell]:
    """Return every ATT(g, t) for which both sides have a school.

    The base is the last time before joining – before the planning time where
    *anticipation* says so. Before joining the base is the time just before,
    unless *fixed_base*. A cell whose base or comparison is missing is skipped.

    Source: specification 9.1; oracle B13.
    """
    groups = panel.joined if adjusted else None
    cells = []
    for group in panel.groups:
        before = np.flatnonzero(panel.times < group - anticipation)
        if not len(before):
            continue
        settled = int(before[-1])
        for place, time in enumerate(panel.times):
            is_post = place > settled
            base = settled if is_post or fixed_base else place - 1
            if base < 0 or base == place:
                continue
            members = panel.joined == group
            others = _others(panel, group, max(place, base), comparison, anticipation)
            change = panel.outcome[:, place] - panel.outcome[:, base]
            seen = ~np.isnan(change)
            effect = _difference(change, members & seen, others & seen, adjusted)
            if effect is None:
                continue
            value, influence = effect
            cells.append(
                Cell(
                    group=float(group),
                    time=float(time),
                    event=float(time - group),
                    effect=Effect(value, influence, groups),
                    treated=int((members & seen).sum()),
                    comparison=int((others & seen).sum()),
                    share=float(members.mean()),
                    members=members,
                )
            )
    return cells


def _others(
    panel: Panel, group: float, place: int, comparison: Comparison, anticipation: int
) -> Flags:
    never = panel.joined == NEVER
    if comparison is Comparison.NEVER:
        return np.asarray(never)
    later = panel.joined > panel.times[place] + anticipation
    return np.asarray(never | (later & (panel.joined != group)))


def _difference(
    change: Floats, treated: Flags, others: Flags, adjusted: bool
) -> tuple[float, Floats] | None:
    """Return the difference of two mean changes and its influence function."""
    if not treated.any() or not others.any():
        return None
    influence = np.zeros(len(change))
    means = []
    for who, sign in ((treated, 1), (others, -1)):
        count = who.sum()
        mean = change[who].mean()
        means.append(mean)
        own = change[who] - mean
        if adjusted:
            # A group of one says nothing about its own spread.
            with np.errstate(divide="ignore", invalid="ignore"):
                own = own * np.sqrt(count / (count - 1.0))
        influence[who] = sign * len(change) / count * own
    return float(means[0] - means[1]), influence


def average(cells: Sequence[Cell]) -> Effect:
    """Return cells averaged with the groups' sizes as weights.

    The weights are estimated too, and their part in the influence is counted.

    Source: Callaway and Sant'Anna 2021, section 4.
    """
    share = np.array([c.share for c in cells])
    values = np.array([c.effect.value for c in cells])
    total = share.sum()
    weights = share / total
    influence = np.array([c.effect.influence for c in cells]).T @ weights
    own = np.array([c.members for c in cells], float).T - share
    of_weights = own / total - own.sum(axis=1, keepdims=True) * share / total**2
    influence = influence + of_weights @ values
    return Effect(float(weights @ values), influence, cells[0].effect.groups)


def plain_mean(effects: Sequence[Effect]) -> Effect:
    """Return the mean of effects, each counting the same."""
    influence = np.mean([e.influence for e in effects], axis=0)
    value = float(np.mean([e.value for e in effects]))
    return Effect(value, influence, effects[0].groups)


def by_event_time(cells: Sequence[Cell]) -> dict[float, Effect]:
    """Return θ(e) for every event time, in order."""
    found = sorted({c.event for c in cells})
    return {e: average([c for c in cells if c.event == e]) for e in found}


def balanced_to(cells: Sequence[Cell], panel: Panel, event: int) -> list[Cell]:
    """Return the cells of groups seen until *event*, up to it.

    Before joining as many times are kept as the panel has room for beside *event*.
    """
    first, last = panel.times[0], panel.times[-1]
    earliest = event - (last - first)
    return [
        c for c in cells if c.group + event <= last and earliest <= c.event <= event
    ]


def overall(cells: Sequence[Cell], *, from_event: float = 0) -> Effect:
    """Return the mean of θ(e) over the event times since joining."""
    theta = by_event_time([c for c in cells if c.event >= from_event])
    return plain_mean(list(theta.values()))


def simple(cells: Sequence[Cell]) -> Effect:
    """Return all effects since joining, weighted by the groups' sizes."""
    return average([c for c in cells if c.event >= 0])


@dataclass(frozen=True, slots=True)
class JointTest:
    """Are all checks before joining zero together?"""

    statistic: float
    degrees: int
    p: float


def check_before_joining(cells: Sequence[Cell]) -> JointTest | None:
    """Return the Wald test of all effects before joining, None without any.

    Passing it says little: see specification 9.3.
    """
    before = [c for c in cells if c.event < 0]
    if not before:
        return None
    values = np.array([c.effect.value for c in before])
    influence = np.array([c.effect.influence for c in before]).T
    n = len(influence)
    covariance = influence.T @ influence / n
    if np.isnan(covariance).any() or np.linalg.matrix_rank(covariance) < len(values):
        return None
    statistic = float(n * values @ np.linalg.solve(covariance, values))
    p = float(stats.chi2.sf(statistic, len(values)))
    return JointTest(statistic, len(values), p)


def band_factor(
    effects: Sequence[Effect], *, draws: int = DRAWS, seed: int = SEED
) -> float:
    """Return by how much single intervals widen so that all hold at once.

    A multiplier bootstrap with Rademacher signs, one for each school; never below 1.

    Source: specification 9.1.
    """
    clear = [e for e in effects if e.se > 0]
    if not clear:
        return 1.0
    influence = np.array([e.influence / e.se for e in clear]).T
    n = len(influence)
    signs = np.random.default_rng(seed).integers(0, 2, (draws, n)) * 2.0 - 1
    largest = np.abs(signs @ influence / n).max(axis=1)
    one = float(stats.norm.ppf(0.5 + LEVEL / 2))
    return max(1.0, float(np.quantile(largest, LEVEL)) / one)


def imputed(panel: Panel) -> dict[float, float]:
    """Return the imputation estimate by event time, and overall under nan.

    School and time effects are fitted to cells not yet joined; the residuals of
    joined ones are averaged.

    Source: Borusyak, Jaravel and Spiess; specification 9.1 (iv).
    """
    known = ~np.isnan(panel.outcome)
    joined = (panel.joined[:, None] != NEVER) & (
        panel.times[None, :] >= panel.joined[:, None]
    )
    untouched = known & ~joined
    y, u = np.nan_to_num(panel.outcome), untouched.astype(float)
    count = np.maximum(u.sum(axis=1, keepdims=True), 1)
    # School effects taken out by hand, so that only one equation a time is left:
    # the work grows with the schools, not with their square.
    normal = np.diag(u.sum(axis=0)) - u.T @ (u / count)
    right = (u * (y - (u * y).sum(axis=1, keepdims=True) / count)).sum(axis=0)
    of_time, *_ = np.linalg.lstsq(normal, right, rcond=None)
    of_school = (u * (y - of_time)).sum(axis=1, keepdims=True) / count
    reachable = known & joined & untouched.any(axis=1)[:, None]
    reachable &= untouched.any(axis=0)[None, :]
    left = panel.outcome - of_school - of_time
    event = panel.times[None, :] - panel.joined[:, None]
    found = {
        float(e): float(left[reachable & (event == e)].mean())
        for e in np.unique(event[reachable])
    }
    if reachable.any():
        found[float("nan")] = float(left[reachable].mean())
    return found


def leave_one_out(
    panel: Panel, *, comparison: Comparison = Comparison.NOT_YET
) -> tuple[float, float]:
    """Return the lowest and highest overall effect with any one school left out."""
    found = []
    for school in range(panel.schools):
        kept = np.arange(panel.schools) != school
        cells = group_time_effects(panel.only(kept), comparison=comparison)
        if any(c.event >= 0 for c in cells):
            found.append(overall(cells).value)
    return (min(found), max(found)) if found else (np.nan, np.nan)


def detectable(effect: Effect) -> float:
    """Return the change this comparison would find four times in five."""
    return POWER_FACTOR * effect.se
