"""`make simulate`: is the documented truth of made-up districts found again?

Each district is drawn from the model of TRUTH.md – schools that differ for no reason,
schools that move from year to year for no reason, an effect that grows after launch,
people, chance – and goes through the scoring code from sums upward: intervals,
shrinkage, change words, event study. What is known to be true is then held against
what was said. Nothing is left out of any row: every school moves in every year.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
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
SEED = 20261125
# Districts whose every answer is drawn, and districts whose schools' means are drawn
# at once: for the event study, and for how quiet a year is in which nothing happened.
DISTRICTS = 200
STUDIES = 2_000
SIZES = (30, 168)
ITEMS, OPTIONS = 4, 5
FALLS = 5
YEAR_AGO = {k: k - 1 for k in range(1, FALLS)}
# First fall after launch, by cohort; 0 has not launched in the data.
LAUNCH = {1: 1, 2: 2, 3: 3, 4: 4, 0: None}
SHARES = np.array([4, 6, 7, 8, 5]) / 30
SCHOOL_SD = 0.22
ANSWERING = (0.68, 0.9)
SPREAD = float(np.hypot(PERSON_SD, NOISE_SD))
RULES = Rules()
# What moves one school in one year, latent; 3.9 points on 0–100, as section 9.3 plans.
SHOCK = 0.16


# Figures that are no share.
COUNTS = {"called", "wrong", "raw error", "shrunken error", "effect error"}


@dataclass
class Tally:
    """How often what was said of many districts was right, by row of the table.

    One value a district, so that what is alike within it is counted once.
    """

    found: dict[str, list[float]] = field(default_factory=dict)

    def add(self, key: str, value: float) -> None:
        """Count one more district."""
        self.found.setdefault(key, []).append(float(value))

    def rows(self) -> dict[str, float]:
        """Return every figure of the table."""
        out = {}
        for key, values in self.found.items():
            if key in {"called", "wrong"}:
                out[key] = float(np.sum(values))
            elif key in {"raw error", "shrunken error"}:
                out[key] = float(np.sqrt(np.mean(values)))
            elif key == "effect error":
                out[key] = float(np.mean(values))
            else:
                out[key] = 100 * float(np.mean(values))
        out["all false"] = 100 * out["wrong"] / max(out["called"], 1)
        return out

    def error(self, key: str) -> float | None:
        """Return one standard error of a share, in points; None of other figures."""
        values = self.found.get(key, ())
        if key in COUNTS or not len(values):
            return None
        return 100 * float(np.std(values, ddof=1)) / len(values) ** 0.5


@dataclass(frozen=True)
class Plan:
    """The schools of a drawn district.

    Attributes:
        launch: fall after launch, 99 where there is none.
        base: latent location before anything happens.
        eligible: pupils; n: schools × falls who answer.
        gain: schools × falls, what launch changes; jolt: what happens anyway.
    """

    launch: np.ndarray
    base: np.ndarray
    eligible: np.ndarray
    n: np.ndarray
    gain: np.ndarray
    jolt: np.ndarray

    @property
    def settled(self) -> np.ndarray:
        """Where schools would be had no year moved them: schools × falls."""
        return self.base[:, None] + self.gain

    @property
    def units(self) -> pd.DataFrame:
        """What the change words need to know of each school."""
        launch = pd.Series(self.launch).where(self.launch < FALLS)
        names = [f"S{k:03d}" for k in range(len(launch))]
        return pd.DataFrame(
            {"school_id": names, "cohort_id": 0, "launch_wave": launch.astype("Int64")}
        )


def plan(rng: np.random.Generator, schools: int, *, effects: bool) -> Plan:
    """Return the schools of a district over five falls."""
    cohort = rng.choice([0, 1, 2, 3, 4], schools, p=SHARES)
    cohort[:15] = np.repeat([0, 1, 2, 3, 4], 3)
    launch = np.array([LAUNCH[c] or 99 for c in cohort])
    eligible = np.maximum(24, np.round(330 * rng.lognormal(0, 0.6, schools)))
    rate = rng.uniform(*ANSWERING, (schools, FALLS))
    # Two survey windows a year: what launch does grows with both.
    events = 2 * (np.arange(FALLS) - launch[:, None])
    return Plan(
        launch,
        0.05 + rng.normal(0, SCHOOL_SD, schools),
        eligible.astype(int),
        np.maximum(10, np.round(rate * eligible[:, None])).astype(int),
        np.vectorize(voice_effect)(events) if effects else np.zeros(events.shape),
        rng.normal(0, SHOCK, (schools, FALLS)),
    )


def truth(location: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the favorable share (percent) and the mean schools would have of all."""
    cuts = np.array(CUTS[OPTIONS])
    above = stats.norm.cdf(
        (location[..., None, None] + offsets[:, None] - cuts) / SPREAD
    )
    return 100 * above[..., 2].mean(axis=-1), 25 * above.sum(axis=-1).mean(axis=-1)


def answers(rng: np.random.Generator, drawn: Plan, offsets: np.ndarray) -> pd.DataFrame:
    """Return what people answered, as scoring has it: sums of schools and district."""
    rows = []
    here = drawn.settled + drawn.jolt
    for fall in range(FALLS):
        n = drawn.n[:, fall]
        school = np.repeat(np.arange(len(n)), n)
        codes = draw_codes(rng, here[school, fall], offsets, OPTIONS)
        y = (codes >= 4).mean(axis=1)
        m = 25 * (codes.astype(float) - 1).mean(axis=1)
        sums = {
            name: np.bincount(school, x, minlength=len(n))
            for name, x in (("y", y), ("yy", y * y), ("m", m), ("mm", m * m))
        }
        sums |= {"n": n.astype(float), "eligible": drawn.eligible.astype(float)}
        frame = pd.DataFrame(sums).assign(
            unit_kind="school", unit_id=[f"S{k:03d}" for k in range(len(n))]
        )
        whole = pd.DataFrame(sums).sum().to_frame().T
        rows += [
            part.assign(wave_index=fall)
            for part in (frame, whole.assign(unit_kind="district", unit_id="all"))
        ]
    found = pd.concat(rows, ignore_index=True)
    return _as_scored(found)


def _as_scored(sums: pd.DataFrame) -> pd.DataFrame:
    """Return sums of one scale with all that scoring has beside them."""
    return sums.assign(
        indicator_id="LX-1", part="scale", form="student_6_12", breakdown="all",
        category="all", schools=1, k=float(ITEMS), respondents="students",
        has_mean=True, level="middle", answered=sums["n"],
    )  # fmt: skip


def _within(low: pd.Series, high: pd.Series, true: np.ndarray) -> float:
    known = low.notna()
    return float(((low <= true) & (true <= high))[known].mean())


def judge(
    rng: np.random.Generator, schools: int, tally: Tally, *, effects: bool
) -> None:
    """Draw a district, let it be scored, and count what was said rightly."""
    drawn = plan(rng, schools, effects=effects)
    offsets = rng.uniform(-0.3, 0.5, ITEMS)
    everything = estimated(answers(rng, drawn, offsets)).assign(gate="shown")
    rows = everything[everything["unit_kind"] == "school"]
    school = rows["unit_id"].str[1:].astype(int).to_numpy()
    fall = rows["wave_index"].to_numpy()
    if effects:
        share, mean = (
            t[school, fall] for t in truth(drawn.settled + drawn.jolt, offsets)
        )
        tally.add("share covered", _within(rows["low"], rows["high"], share))
        tally.add("mean covered", _within(rows["mean_low"], rows["mean_high"], mean))
        near = shrunken(rows)
        tally.add("raw error", ((near["share"] - share) ** 2).mean())
        tally.add("shrunken error", ((near["shrunk"] - share) ** 2).mean())
    words = with_change(everything, RULES, YEAR_AGO, drawn.units)
    # What launch did, and nothing else: a jolt is not what a word may be about.
    settled = truth(drawn.settled, offsets)[1]
    moved = np.diff(settled, axis=1, prepend=np.nan)
    _judge_district(words, drawn, moved, tally, effects=effects)
    words = words[words["unit_kind"] == "school"]
    known, true = fall > 0, moved[school, fall]
    if effects:
        tally.add(
            "change covered",
            _within(
                words["points_low"][known], words["points_high"][known], true[known]
            ),
        )
    said = words["change"].map({"rose": 1.0, "fell": -1.0}).fillna(0.0).to_numpy()
    right = np.where(np.abs(true) < 1e-9, 0.0, np.sign(true))
    wrong = (said != 0) & (said != right)
    if effects:
        tally.add("called", float((said != 0).sum()))
        tally.add("wrong", float(wrong.sum()))
        waves = [fall == wave for wave in range(1, FALLS)]
        false = [wrong[w].sum() / max((said[w] != 0).sum(), 1) for w in waves]
        tally.add("false", np.mean(false))


def _judge_district(
    words: pd.DataFrame, drawn: Plan, moved: np.ndarray, tally: Tally, *, effects: bool
) -> None:
    rows = words[(words["unit_kind"] == "district") & (words["wave_index"] > 0)]
    n = drawn.n[:, rows["wave_index"]]
    true = (n * moved[:, rows["wave_index"]]).sum(axis=0) / n.sum(axis=0)
    tally.add(
        "district covered", _within(rows["points_low"], rows["points_high"], true)
    )
    if not effects:
        tally.add("district quiet", 1 - rows["change"].isin(["rose", "fell"]).mean())


def study(
    rng: np.random.Generator, schools: int, tally: Tally, *, effects: bool
) -> None:
    """Draw only what an event study needs, and count whether it holds the truth."""
    drawn = plan(rng, schools, effects=effects)
    offsets = rng.uniform(-0.3, 0.5, ITEMS)
    mean = truth(drawn.settled + drawn.jolt, offsets)[1]
    chance = rng.normal(0, 1, mean.shape) * people_sd() / np.sqrt(drawn.n)
    joined = np.where(drawn.launch < FALLS, drawn.launch + 1, es.NEVER)
    times = np.arange(1, FALLS + 1, dtype=float)
    cells = es.group_time_effects(es.Panel(mean + chance, joined.astype(float), times))
    found = es.overall(cells)
    low, high = found.interval
    if not effects:
        tally.add("still", low <= 0 <= high)
        return
    without = truth(drawn.settled - drawn.gain, offsets)[1]
    effect = truth(drawn.settled, offsets)[1] - without
    by_event = []
    for event in sorted({c.event for c in cells if c.event >= 0}):
        here = [c for c in cells if c.event == event]
        weight = np.array([c.share for c in here])
        true = np.array([effect[c.members, int(c.time) - 1].mean() for c in here])
        by_event.append(float((weight * true).sum() / weight.sum()))
    tally.add("effect error", found.value - np.mean(by_event))
    tally.add("effect covered", low <= np.mean(by_event) <= high)


def year(
    rng: np.random.Generator, schools: int, tally: Tally, *, effects: bool
) -> None:
    """Draw schools' means of a district in which nothing happened; count calm waves."""
    if effects:
        return
    drawn = plan(rng, schools, effects=False)
    mean = truth(drawn.settled + drawn.jolt, rng.uniform(-0.3, 0.5, ITEMS))[1]
    mean = mean + rng.normal(0, 1, mean.shape) * people_sd() / np.sqrt(drawn.n)
    spread = people_sd() ** 2 * rng.chisquare(drawn.n - 1)
    school, fall = np.indices(mean.shape).reshape(2, -1)
    n, m = drawn.n.ravel().astype(float), mean.ravel()
    sums = pd.DataFrame(
        {
            "unit_kind": "school",
            "unit_id": [f"S{k:03d}" for k in school],
            "wave_index": fall,
            "n": n,
            "eligible": drawn.eligible[school].astype(float),
            # Only means are asked for here; a share goes along.
            "y": n * m / 100,
            "yy": n * m / 100,
            "m": n * m,
            "mm": spread.ravel() + n * m**2,
        }
    )
    words = with_change(
        estimated(_as_scored(sums)).assign(gate="shown"), RULES, YEAR_AGO, drawn.units
    )
    words = words[words["wave_index"] > 0]
    loud = words["change"].isin(["rose", "fell"])
    tally.add("false alarms", loud.mean())
    # What a reader sees at once: one wave of one district.
    tally.add("quiet", 1 - loud.groupby(words["wave_index"]).any().mean())


@cache
def people_sd() -> float:
    """Return how far apart people of one school are on 0–100, from a large school."""
    rng = np.random.default_rng(SEED)
    codes = draw_codes(rng, np.full(200_000, 0.05), np.full(ITEMS, 0.1), OPTIONS)
    return float((25 * (codes.astype(float) - 1).mean(axis=1)).std())


def run(districts: int, schools: int, *, studies: int = 0, seed: int = SEED) -> Tally:
    """Return what was said of drawn districts of one size.

    Args:
        districts: whose answers are drawn, with an effect and again without.
        studies: districts whose schools' means alone are drawn, likewise.
    """
    tally = Tally()
    parts: tuple[tuple[Callable[..., None], int], ...] = (
        (judge, districts),
        (study, studies),
        (year, studies),
    )
    for part, (one, many) in enumerate(parts):
        for number in range(many):
            for effects in (True, False):
                rng = np.random.default_rng([seed, schools, part, number, effects])
                one(rng, schools, tally, effects=effects)
    return tally


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
    (
        "change covered",
        "95 % intervals of schools' changes that hold what launch did",
        HOLD,
        "%",
    ),
    (
        "district covered",
        "95 % intervals of the district's change that hold what launch did",
        HOLD,
        "%",
    ),
    ("called", "Changes of schools called Rose or Fell", "", "n"),
    (
        "false",
        "False among them, wave by wave on average (none called: none false)",
        "at most 10 %",
        "%",
    ),
    ("all false", "False among all of them together", "", "%"),
    (
        "false alarms",
        "Nothing happened: changes of schools called Rose or Fell",
        "at most 10 %",
        "%",
    ),
    ("quiet", "Nothing happened: waves without any Rose or Fell", "90 % or more", "%"),
    (
        "district quiet",
        "Nothing happened: district's changes not called Rose or Fell",
        "90 % or more",
        "%",
    ),
    ("effect error", "Event study, mean error, points", "under 0.2", ""),
    ("effect covered", "Event study, 95 % intervals that hold the truth", HOLD, "%"),
    ("still", "Nothing happened: event studies that hold zero", HOLD, "%"),
)


READING = """
The number behind ± is one standard error, from how much drawn districts differ.

“Wave by wave” is what Benjamini–Hochberg promises to hold below 10 %: of the changes
called in a wave, the part that is false. “Among all of them together” is harder: where
launch moves a school by three points a year and schools move by four on their own, one
school alone can hardly show it, few changes are called, and of so few a larger part is
chance. Words of single schools are rare for that reason; the district and the event
study carry the news.
"""


def main() -> None:
    """Run every size and write the table."""
    found = {}
    for schools in SIZES:
        found[schools] = run(DISTRICTS, schools, studies=STUDIES)
        sys.stdout.write(f"{schools}: {found[schools].rows()}\n")
        sys.stdout.flush()
    (HERE / "TRUTH.md").write_text(table(found), encoding="utf-8")


def table(found: dict[int, Tally]) -> str:
    """Return what was found, as the committed page has it."""
    today: date = datetime.now(UTC).date()
    lines = [
        "# The truth test",
        "",
        f"{today} · `make simulate` · seed {SEED} · {DISTRICTS} districts of each",
        "size with an effect and as many without, all answers drawn; event studies of",
        f"{STUDIES:,} more of either kind, and {STUDIES:,} more in which nothing",
        "happened to see how many waves are calm, schools' means drawn. Five falls,",
        "cohorts launching one after another, every school with its own level. In",
        "every row every school moves by itself in every fall, with a standard",
        "deviation of 3.9 points beyond sampling. “Nothing happened” is where launch",
        "did nothing. A change is called falsely where launch did not move that school",
        "that way.",
        "",
        "| | Asked for | " + " | ".join(f"{s} schools" for s in SIZES) + " |",
        "|---|---|" + "---|" * len(SIZES),
    ]
    for key, words, asked, unit in WORDS:
        cells = [_cell(found[s], key, unit) for s in SIZES]
        lines.append(f"| {words} | {asked} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n" + READING


def _cell(tally: Tally, key: str, unit: str) -> str:
    value, error = tally.rows()[key], tally.error(key)
    if unit == "n":
        return f"{value:,.0f}"
    if unit == "":
        return f"{value:.2f}"
    return f"{value:.1f} %" + ("" if error is None else f" ± {error:.1f}")


if __name__ == "__main__":
    main()
