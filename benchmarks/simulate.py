"""`make simulate`: is the documented truth of made-up districts found again?

Each district is drawn from the model of TRUTH.md – schools that differ for no reason,
an effect that grows after launch, people, chance – and goes through the scoring code
from sums upward: intervals, shrinkage, change words, event study. What is known to be
true is then held against what was said.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from data.district.answers import CUTS, NOISE_SD, PERSON_SD, draw_codes, voice_effect
from data.model.rules import Rules
from data.scoring import event_study as es
from data.scoring.comparing import shrunken, with_change
from data.scoring.surveys import estimated

HERE = Path(__file__).parent
SEED = 20261124
DISTRICTS = 200
ROLLOUTS = 5
SIZES = (30, 168)
ITEMS, OPTIONS = 4, 5
FALLS = 5
# First fall after launch, by cohort; 0 has not launched in the data.
LAUNCH = {1: 1, 2: 2, 3: 3, 4: 4, 0: None}
SHARES = np.array([4, 6, 7, 8, 5]) / 30
SCHOOL_SD = 0.22
ANSWERING = (0.68, 0.9)
SPREAD = float(np.hypot(PERSON_SD, NOISE_SD))
RULES = Rules()
# What shakes one school in one year, latent; about three points on 0–100.
SHOCK = 0.14


@dataclass
class Tally:
    """What was said of many districts, and how often it was right."""

    covered: list[float] = field(default_factory=list)
    covered_mean: list[float] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)
    shrunk: list[float] = field(default_factory=list)
    called: int = 0
    wrong: int = 0
    quiet: list[bool] = field(default_factory=list)
    still: list[bool] = field(default_factory=list)
    effect_error: list[float] = field(default_factory=list)
    effect_covered: list[bool] = field(default_factory=list)

    def rows(self) -> dict[str, float]:
        """Return every figure of the table."""
        return {
            "share covered": 100 * float(np.mean(self.covered)),
            "mean covered": 100 * float(np.mean(self.covered_mean)),
            "raw error": float(np.sqrt(np.mean(self.raw))),
            "shrunken error": float(np.sqrt(np.mean(self.shrunk))),
            "called": float(self.called),
            "false": 100 * self.wrong / self.called if self.called else 0.0,
            "effect error": float(np.mean(self.effect_error)),
            "effect covered": 100 * float(np.mean(self.effect_covered)),
            "quiet": 100 * float(np.mean(self.quiet)) if self.quiet else np.nan,
            "still": 100 * float(np.mean(self.still)) if self.still else np.nan,
        }


@dataclass(frozen=True)
class District:
    """A drawn district: what people answered, and what is true.

    Attributes:
        sums: rows as scoring has them before it estimates anything.
        share, mean: truth, schools × falls, percent and 0–100.
        effect: truth, schools × falls: what launch changed of the mean.
    """

    sums: pd.DataFrame
    launch: np.ndarray
    share: np.ndarray
    mean: np.ndarray
    effect: np.ndarray

    @property
    def units(self) -> pd.DataFrame:
        """What the change words need to know of each school."""
        launch = pd.Series(self.launch).where(self.launch < FALLS)
        names = [f"S{k:03d}" for k in range(len(launch))]
        return pd.DataFrame(
            {"school_id": names, "cohort_id": 0, "launch_wave": launch.astype("Int64")}
        )


def draw(
    rng: np.random.Generator, schools: int, *, effects: bool, shock: float = 0.0
) -> District:
    """Return a district of *schools* over five falls."""
    cohort = rng.choice([0, 1, 2, 3, 4], schools, p=SHARES)
    cohort[:15] = np.repeat([0, 1, 2, 3, 4], 3)
    launch = np.array([LAUNCH[c] or 99 for c in cohort])
    base = 0.05 + rng.normal(0, SCHOOL_SD, schools)
    eligible = np.maximum(24, np.round(330 * rng.lognormal(0, 0.6, schools))).astype(
        int
    )
    offsets = rng.uniform(-0.3, 0.5, ITEMS)
    rows, truths = [], []
    for fall in range(FALLS):
        # Two survey windows a year: what launch does grows with both.
        events = 2 * (fall - launch)
        gain = np.array([voice_effect(int(e)) if effects else 0.0 for e in events])
        jolt = rng.normal(0, shock, schools) if shock else np.zeros(schools)
        here = base + gain + jolt
        truths.append((*_truth(here, offsets), _truth(here - gain, offsets)[1]))
        rate = rng.uniform(*ANSWERING, schools)
        n = np.maximum(10, np.round(rate * eligible)).astype(int)
        rows.append(_sums(rng, here, n, eligible, offsets, fall))
    share, mean, without = (np.column_stack(x) for x in zip(*truths, strict=True))
    return District(
        pd.concat(rows, ignore_index=True), launch, share, mean, mean - without
    )


def _truth(location: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the favorable share and the mean a school would have of everyone."""
    cuts = np.array(CUTS[OPTIONS])
    above = stats.norm.cdf(
        (location[:, None, None] + offsets[None, :, None] - cuts) / SPREAD
    )
    return 100 * above[:, :, 2].mean(axis=1), 25 * above.sum(axis=2).mean(axis=1)


def _sums(
    rng: np.random.Generator,
    location: np.ndarray,
    n: np.ndarray,
    eligible: np.ndarray,
    offsets: np.ndarray,
    fall: int,
) -> pd.DataFrame:
    school = np.repeat(np.arange(len(n)), n)
    codes = draw_codes(rng, location[school], offsets, OPTIONS)
    y = (codes >= 4).mean(axis=1)
    m = 25 * (codes.astype(float) - 1).mean(axis=1)

    def total(x: np.ndarray) -> np.ndarray:
        return np.bincount(school, x, minlength=len(n))

    return pd.DataFrame(
        {
            "indicator_id": "LX-1", "part": "scale", "form": "student_6_12",
            "wave_index": fall, "unit_kind": "school",
            "unit_id": [f"S{k:03d}" for k in range(len(n))], "breakdown": "all",
            "category": "all", "n": n.astype(float), "schools": 1, "y": total(y),
            "yy": total(y * y), "m": total(m), "mm": total(m * m), "k": float(ITEMS),
            "respondents": "students", "has_mean": True, "level": "middle",
            "eligible": eligible.astype(float), "answered": n.astype(float),
        }
    )  # fmt: skip


def judge(district: District, tally: Tally, *, quiet: bool) -> None:
    """Add to *tally* what the scoring code says of a district."""
    rows = estimated(district.sums)
    rows["gate"] = "shown"
    place = (
        rows["unit_id"].str[1:].astype(int).to_numpy(),
        rows["wave_index"].to_numpy(),
    )
    share, mean = district.share[place], district.mean[place]
    tally.covered.append(
        float(((rows["low"] <= share) & (share <= rows["high"])).mean())
    )
    tally.covered_mean.append(
        float(((rows["mean_low"] <= mean) & (mean <= rows["mean_high"])).mean())
    )
    drawn = shrunken(rows)
    tally.raw.append(float(((drawn["share"] - share) ** 2).mean()))
    tally.shrunk.append(float(((drawn["shrunk"] - share) ** 2).mean()))
    year_ago = {k: k - 1 for k in range(1, FALLS)}
    words = with_change(rows, RULES, year_ago, district.units)
    called = words["change"].isin(["rose", "fell"]).to_numpy()
    before = district.mean[place[0], np.maximum(place[1] - 1, 0)]
    moved = np.sign(mean - before)
    said = np.where(words["change"] == "rose", 1, -1)
    wrong = called & (np.where(np.abs(mean - before) < 1e-9, 0, moved) != said)
    tally.called += int(called.sum())
    tally.wrong += int(wrong.sum())
    if quiet:
        # What a reader sees at once: one wave of one district.
        for fall in range(1, FALLS):
            tally.quiet.append(not called[place[1] == fall].any())


def _holding(low: pd.Series, high: pd.Series, truth: np.ndarray) -> float:
    return float(((low <= truth) & (truth <= high)).mean())


def judge_rollout(district: District, tally: Tally, *, quiet: bool = False) -> None:
    """Add what the event study says of what launch changed."""
    rows = estimated(district.sums)
    outcome = rows.pivot_table(index="unit_id", columns="wave_index", values="mean")
    joined = np.where(district.launch < FALLS, district.launch + 1, es.NEVER)
    times = np.arange(1, FALLS + 1, dtype=float)
    panel = es.Panel(outcome.to_numpy(float), joined.astype(float), times)
    cells = es.group_time_effects(panel)
    found = es.overall(cells)
    by_event = []
    for event in sorted({c.event for c in cells if c.event >= 0}):
        here = [c for c in cells if c.event == event]
        weight = np.array([c.share for c in here])
        truth = np.array([
            district.effect[c.members, int(c.time) - 1].mean() for c in here
        ])  # fmt: skip
        by_event.append(float((weight * truth).sum() / weight.sum()))
    truth_overall = float(np.mean(by_event))
    low, high = found.interval
    if quiet:
        tally.still.append(low <= 0 <= high)
        return
    tally.effect_error.append(found.value - truth_overall)
    tally.effect_covered.append(low <= truth_overall <= high)


def run(districts: int, schools: int, *, seed: int = SEED) -> dict[str, float]:
    """Return the figures of *districts* drawn districts of one size."""
    tally = Tally()
    for number in range(districts):
        rng = np.random.default_rng([seed, schools, number])
        judge(draw(rng, schools, effects=True), tally, quiet=False)
        # Small panels are noisy: several tries, so that a mean error shows.
        for _ in range(ROLLOUTS):
            judge_rollout(draw(rng, schools, effects=True, shock=SHOCK), tally)
        nothing = Tally()
        judge(draw(rng, schools, effects=False), nothing, quiet=True)
        judge_rollout(draw(rng, schools, effects=False, shock=SHOCK), tally, quiet=True)
        tally.quiet += nothing.quiet
    return tally.rows()


HOLD = "93–97 %"
# Key, words, what is asked for, unit.
WORDS = (
    (
        "share covered",
        "95 % intervals of schools' shares that hold the truth",
        HOLD,
        "%",
    ),
    ("mean covered", "95 % intervals of schools' means that hold the truth", HOLD, "%"),
    ("raw error", "Root mean squared error of raw shares, points", "", ""),
    ("shrunken error", "The same of shrunken shares", "below raw", ""),
    ("called", "Changes called Rose or Fell", "", "n"),
    ("false", "Of these, false", "at most 10 %", "%"),
    ("effect error", "Event study, mean error, points", "under 0.2", ""),
    ("effect covered", "Event study, 95 % intervals that hold the truth", HOLD, "%"),
    ("quiet", "Nothing happened: waves without any Rose or Fell", "90 % or more", "%"),
    ("still", "Nothing happened: event studies that hold zero", HOLD, "%"),
)


def main() -> None:
    """Run every size and write the table."""
    found = {}
    for schools in SIZES:
        found[schools] = run(DISTRICTS, schools)
        sys.stdout.write(f"{schools}: {found[schools]}\n")
        sys.stdout.flush()
    (HERE / "TRUTH.md").write_text(table(found), encoding="utf-8")


def table(found: dict[int, dict[str, float]]) -> str:
    """Return what was found, as the committed page has it."""
    today: date = datetime.now(UTC).date()
    lines = [
        "# The truth test",
        "",
        f"{today} · `make simulate` · seed {SEED} · {DISTRICTS} districts of each",
        "size, five falls, cohorts launching one after another, every school with its",
        f"own level. The event study is tried {ROLLOUTS} times a district with a shock",
        "of about three points to every school in every year; everything else without",
        "one. “Nothing happened” is a district of its own, without any effect.",
        "",
        "| | Asked for | " + " | ".join(f"{s} schools" for s in SIZES) + " |",
        "|---|---|" + "---|" * len(SIZES),
    ]
    for key, words, asked, unit in WORDS:
        cells = [_cell(found[s][key], unit) for s in SIZES]
        lines.append(f"| {words} | {asked} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(value: float, unit: str) -> str:
    if unit == "n":
        return f"{value:,.0f}"
    return f"{value:.1f} %" if unit == "%" else f"{value:.2f}"


if __name__ == "__main__":
    main()
