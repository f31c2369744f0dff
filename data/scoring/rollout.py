"""What happened after schools joined: described (RO-5) and compared (RO-6).

Both rest on schools whose own estimates may be shown, so that no line has a hidden
school in it. Times are waves of one season, so that no season is mistaken for change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from data.model.rules import Rules
from data.scoring import event_study as es
from data.scoring.figures import DISTRICT, Figure

FEWEST_IN_POINT = 3
FEWEST_COHORTS = 2
FEWEST_BEFORE = 2
YEAR = 365.2425
SEASON_DAYS = 45
MEASURE = ["indicator_id", "part", "form"]
# Beyond so many schools one of them moves nothing: the influence tells how little.
MOST_LEFT_OUT = 400


@dataclass(frozen=True)
class Rollout:
    """What the panel needs beside the estimates.

    Attributes:
        waves: (index, label, opening day), in order, up to the release's.
        launch: school → first exposed wave, None where not yet.
        cohort: school → cohort.
        solid: (indicator, part, form, wave) whose scale hangs together.
        plans: (indicator, form) → day the analysis was registered.
    """

    waves: tuple[tuple[int, str, date | None], ...]
    launch: dict[str, int | None]
    cohort: dict[str, int]
    solid: frozenset[tuple[str, str, str, int]]
    plans: dict[tuple[str, str], date]

    def season(self) -> list[int]:
        """Return the waves that open at the time of year the release's opens.

        By their days, whatever they are called. Where a day is not known the wave
        stands alone.

        Source: specification 3.3, 9.1.
        """
        last, _, opens = self.waves[-1]
        return [
            index
            for index, _, day in self.waves
            if index == last or (day and opens and _is_time_of_year(day, opens))
        ]


def _is_time_of_year(one: date, other: date) -> bool:
    """True where two days lie whole years apart, give or take six weeks."""
    apart = abs((one - other).days) % YEAR
    return min(apart, YEAR - apart) <= SEASON_DAYS


def rollout_figures(
    estimates: pd.DataFrame, rollout: Rollout, rules: Rules
) -> Iterator[Figure]:
    """Yield RO-5 and RO-6 for every scale that schools have a mean of.

    Args:
        estimates: school rows that may be shown: the measure, wave_index, unit_id,
            mean.

    Source: specification 8.4 RO-5, 9.
    """
    if not rollout.waves or estimates.empty:
        return
    season = rollout.season()
    rows = estimates[estimates["wave_index"].isin(season)]
    outcomes = rows.groupby(MEASURE, sort=True)
    many = len(outcomes)
    for (indicator, part, form), mine in outcomes:
        about = f"{indicator} {part} {form}"
        panel, names = _panel(mine, rollout, season)
        last = season[-1]
        cohorts = np.array([rollout.cohort.get(n, 0) for n in names])
        # Both pictures count in waves of one season, one a year.
        yield Figure("RO-5", "unit", last, *DISTRICT, about=about, word="years")
        yield from _described(panel, cohorts, about, last)
        kept = panel.is_usable & panel.is_balanced
        usable = panel.only(kept)
        measure = (str(indicator), str(part), str(form))
        failing = _closed(usable, measure, rollout, season, rules)
        for reason in failing:
            yield Figure(
                "RO-6", "closed", last, *DISTRICT, about=about, category=reason,
                word=reason,
            )  # fmt: skip
        if not failing:
            yield from _compared(
                usable, cohorts[kept], measure, rollout, season, about, many
            )


def _panel(
    rows: pd.DataFrame, rollout: Rollout, season: list[int]
) -> tuple[es.Panel, list[str]]:
    wide = rows.pivot_table(index="unit_id", columns="wave_index", values="mean")
    wide = wide.reindex(columns=season)
    names = [str(name) for name in wide.index]
    joined = []
    for name in names:
        launch = rollout.launch.get(name)
        after = [k for k, wave in enumerate(season, 1) if _has(launch, wave)]
        joined.append(float(after[0]) if after else es.NEVER)
    times = np.arange(1, len(season) + 1, dtype=float)
    return es.Panel(wide.to_numpy(float), np.array(joined), times), names


def _has(launch: int | None, wave: int) -> bool:
    return launch is not None and launch <= wave


def _described(
    panel: es.Panel, cohorts: np.ndarray, about: str, wave: int
) -> Iterator[Figure]:
    """Yield each cohort's change since just before joining; description only."""
    for cohort in np.unique(cohorts[cohorts > 0]):
        members = cohorts == cohort
        groups = np.unique(panel.joined[members])
        if len(groups) != 1 or groups[0] in {es.NEVER, panel.times[0]}:
            continue
        base = int(groups[0]) - 2
        waiting = (panel.joined == es.NEVER) | (panel.joined > panel.times[-1])
        for place, time in enumerate(panel.times):
            event = int(time - groups[0])
            for part, who in (("line", members), ("waiting", waiting & ~members)):
                both = who & ~np.isnan(panel.outcome[:, [base, place]]).any(axis=1)
                if both.sum() < FEWEST_IN_POINT:
                    continue
                change = panel.outcome[both, place] - panel.outcome[both, base]
                yield Figure(
                    "RO-5", part, wave, "cohort", str(cohort), about=about,
                    category=f"{event:+03d}", value=round(float(change.mean()), 1),
                    n=int(both.sum()),
                )  # fmt: skip


def _closed(
    panel: es.Panel,
    measure: tuple[str, str, str],
    rollout: Rollout,
    season: list[int],
    rules: Rules,
) -> list[str]:
    """Return why the panel may not open; nothing if it may."""
    failing = []
    if panel.schools < rules.did_min_schools:
        failing.append("few_schools")
    sizes = [(panel.joined == g).sum() for g in panel.groups]
    if sum(n >= FEWEST_IN_POINT for n in sizes) < FEWEST_COHORTS:
        failing.append("few_cohorts")
    if not _events_drawn(panel):
        failing.append("no_comparison")
    if not any(g > FEWEST_BEFORE for g in panel.groups):
        failing.append("short_before")
    if any((*measure, wave) not in rollout.solid for wave in season):
        failing.append("rough_scale")
    return failing


def _events_drawn(panel: es.Panel) -> list[es.Cell]:
    return [
        c
        for c in es.group_time_effects(panel)
        if c.event >= 0 and c.comparison >= FEWEST_IN_POINT
    ]


def _compared(
    panel: es.Panel,
    cohorts: np.ndarray,
    measure: tuple[str, str, str],
    rollout: Rollout,
    season: list[int],
    about: str,
    many: int,
) -> Iterator[Figure]:
    """Yield the panel: effects by event time with their band, and what to doubt."""
    last = season[-1]

    def figure(part: str, category: str = "", **values: object) -> Figure:
        return Figure(
            "RO-6", part, last, *DISTRICT, about=about, category=category,
            **values,  # type: ignore[arg-type]
        )  # fmt: skip

    cells = [c for c in es.group_time_effects(panel) if c.comparison >= FEWEST_IN_POINT]
    theta = es.by_event_time(cells)
    factor = es.band_factor(list(theta.values()))
    for event, effect in theta.items():
        treated = sum(c.treated for c in cells if c.event == event)
        half = factor * effect.half_width
        # A group of one has no spread, so nothing is known of its point either.
        known = not np.isnan(half)
        yield figure(
            "effect", f"{event:+03.0f}", value=effect.value if known else None,
            low=effect.value - half if known else None,
            high=effect.value + half if known else None, n=treated,
            word="thin" if treated < FEWEST_IN_POINT else None,
        )  # fmt: skip
        yield from _behind(cells, event, cohorts, about, last)
    overall = es.overall(cells)
    low, high = overall.interval
    joined = int((panel.joined > es.NEVER).sum())
    yield figure(
        "overall", value=overall.value, low=low, high=high, n=joined,
        of=panel.schools, word=_stamp(measure, rollout, season, panel),
    )  # fmt: skip
    first = theta.get(0.0)
    if first is not None and first.se > 0:
        yield figure("detectable", value=es.detectable(first))
    yield figure("looks", value=many)
    test = es.check_before_joining(cells)
    if test is not None:
        yield figure("before", value=test.p, n=test.degrees)
    yield from _robust(panel, figure)
    left = _left_out(panel, overall)
    yield figure("leave_one_out", low=left[0], high=left[1])
    first_alone = _first_without(panel)
    if first_alone is not None:
        yield figure("no_one_left", season_label(rollout, season[first_alone]))


def _behind(
    cells: list[es.Cell], event: float, cohorts: np.ndarray, about: str, wave: int
) -> Iterator[Figure]:
    """Yield how many schools of each cohort stand behind one drawn θ(e)."""
    members = np.any([c.members for c in cells if c.event == event], axis=0)
    for cohort in np.unique(cohorts[members]):
        yield Figure(
            "RO-6", "behind", wave, "cohort", str(cohort), about=about,
            category=f"{event:+03.0f}", n=int((cohorts[members] == cohort).sum()),
        )  # fmt: skip


def _stamp(
    measure: tuple[str, str, str], rollout: Rollout, season: list[int], panel: es.Panel
) -> str:
    """Tell whether the analysis was registered before its data came."""
    indicator, _, form = measure
    registered = rollout.plans.get((indicator, form))
    opens = {index: day for index, _, day in rollout.waves}
    first = opens[season[int(panel.groups[0]) - 1]]
    if registered is not None and first is not None and registered < first:
        return "registered"
    return "exploratory"


def _robust(panel: es.Panel, figure: object) -> Iterator[Figure]:
    """Yield the same question asked in other ways."""
    assert callable(figure)
    never = es.group_time_effects(panel, comparison=es.Comparison.NEVER)
    planning = es.group_time_effects(panel, anticipation=1)
    longest = int(panel.times[-1] - panel.groups[0])
    same = es.balanced_to(es.group_time_effects(panel), panel, min(1, longest))
    for name, cells in (
        ("never_joined", never),
        ("planning_time", planning),
        ("same_cohorts", same),
    ):
        if any(c.event >= 0 for c in cells):
            found = es.overall(cells)
            low, high = found.interval
            yield figure("robust", name, value=found.value, low=low, high=high)
    imputed = [v for k, v in es.imputed(panel).items() if np.isnan(k)]
    if imputed:
        yield figure("robust", "imputed", value=imputed[0])


def _left_out(panel: es.Panel, overall: es.Effect) -> tuple[float, float]:
    if panel.schools <= MOST_LEFT_OUT:
        return es.leave_one_out(panel)
    moved = overall.value - overall.influence / (panel.schools - 1)
    return float(moved.min()), float(moved.max())


def _first_without(panel: es.Panel) -> int | None:
    """Return the first time at which too few schools are left to compare with."""
    for place, time in enumerate(panel.times):
        waiting = (panel.joined == es.NEVER) | (panel.joined > time)
        if waiting.sum() < FEWEST_IN_POINT:
            return place
    return None


def season_label(rollout: Rollout, wave: int) -> str:
    """Return a wave's label."""
    return next(label for index, label, _ in rollout.waves if index == wave)
