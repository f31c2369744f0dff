"""Learning engines out of what may be shown (LE-1), and risk beside results (CU-5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from scipy import stats

from data.scoring.engines import CELLS, consistency, in_line, merged_grades, weakest
from data.scoring.figures import DISTRICT, Figure, Readers

PARTS = ("known", "relevant", "consistent", "in_line")
FEWEST_FOR_CORRELATION = 20
DRAWS, SEED = 999, 20250101
Place = tuple[int, str]


def engine_figures(
    shown: pd.DataFrame,
    grades: pd.DataFrame,
    engines: Mapping[Place, tuple[str, int]],
    least: int,
) -> Iterator[Figure]:
    """Yield the four parts of each school's engine and the weakest of them.

    Args:
        shown: school rows one audience may read: indicator_id, part, form,
            wave_index, unit_id, share, mean.
        grades: wave_index, school_id, grade, n, mean, variance of "how often do
            your classes use it".
        engines: (wave, school) → (type, crosswalk cells filled).
        least: fewest answers behind a grade's mean.

    Source: specification 8.5 LE-1.
    """
    known = _by_place(shown, "LE-1", "known", "share")
    relevant = _by_place(shown, "LX-6", "S.WA.4", "mean")
    clear = _by_place(shown, "LE-1", "T.LE.2", "mean")
    used = _by_place(shown, "LE-1", "S.LE.1", "mean")
    by_place = _grades_by_place(grades)
    places = sorted({*engines, *known, *relevant, *clear, *used})
    for place in places:
        wave, school = place
        unit = ("school", school)
        if place not in engines:
            yield Figure(
                "LE-1", "engine", wave, *unit, readers=Readers.OFFICE,
                word="not_yet_named",
            )  # fmt: skip
            continue
        kind, filled = engines[place]
        yield Figure(
            "LE-1", "engine", wave, *unit, readers=Readers.OFFICE, word=kind,
            n=filled, of=CELLS,
        )  # fmt: skip
        strip = _strip(by_place.get(place), least) if place in used else []
        same = consistency([m for _, m, _ in strip], [v for _, _, v in strip])
        for grade, mean, _ in strip if same else []:
            yield Figure(
                "LE-1", "grade", wave, *unit, readers=Readers.OFFICE, category=grade,
                value=mean,
            )  # fmt: skip
        parts = {
            "known": known.get(place),
            "relevant": relevant.get(place),
            "consistent": same.value if same else None,
            "in_line": in_line(filled, clear.get(place)),
        }
        level = same.level if same else None
        for part in PARTS:
            value = parts[part]
            if value is not None:
                rarely = part == "consistent" and same is not None
                yield Figure(
                    "LE-1", part, wave, *unit, readers=Readers.OFFICE, value=value,
                    word="rarely_used"
                    if rarely and same is not None and same.is_rarely_used
                    else None,
                    low=level if part == "consistent" else None,
                )  # fmt: skip
        least_part = weakest(parts, level=level)
        if least_part is not None:
            yield Figure(
                "LE-1", "weakest", wave, *unit, readers=Readers.OFFICE,
                value=parts[least_part], word=least_part,
            )  # fmt: skip


def _grades_by_place(grades: pd.DataFrame) -> dict[Place, pd.DataFrame]:
    if grades.empty:
        return {}
    groups = grades.groupby(["wave_index", "school_id"])
    return {(int(w), str(s)): rows for (w, s), rows in groups}


def _by_place(
    shown: pd.DataFrame, indicator: str, part: str, column: str
) -> dict[Place, float]:
    rows = shown[(shown["indicator_id"] == indicator) & (shown["part"] == part)]
    return {
        (int(w), str(s)): float(x)
        for w, s, x in zip(
            rows["wave_index"], rows["unit_id"], rows[column], strict=True
        )
    }


def _strip(rows: pd.DataFrame | None, least: int) -> list[tuple[str, float, float]]:
    """Return grades with enough answers: label, mean and the mean's variance."""
    if rows is None or rows.empty:
        return []
    rows = rows.assign(order=rows["grade"].astype(int)).sort_values("order")
    n = rows["n"].to_numpy(float)
    found = []
    for group in merged_grades(n.astype(int).tolist(), least):
        size = n[group].sum()
        if size < least:
            return []
        mean = float((n[group] * rows["mean"].to_numpy()[group]).sum() / size)
        spread = rows["variance"].fillna(0).to_numpy()[group]
        own = rows["mean"].to_numpy()[group]
        s2 = ((n[group] - 1) * spread + n[group] * (own - mean) ** 2).sum()
        labels = rows["grade"].to_numpy()[group]
        name = labels[0] if len(labels) == 1 else f"{labels[0]}–{labels[-1]}"
        found.append((str(name), mean, float(s2 / (size - 1) / size)))
    return found


def risk_and_results(shrunk: pd.DataFrame, outcomes: pd.DataFrame) -> Iterator[Figure]:
    """Yield CU-1 beside CU-4's word for each school and outcome.

    Args:
        shrunk: school rows of CU-1 one audience may read, with shrunken values.
        outcomes: figures of CU-4 that audience may read, of schools.

    Source: specification 8.2 CU-5.
    """
    pairs = outcomes.merge(
        shrunk[["wave_index", "unit_id", "shrunk", "shrunk_low", "shrunk_high"]],
        on=["wave_index", "unit_id"],
    ).dropna(subset=["shrunk"])
    for (outcome, wave), rows in pairs.groupby(["part", "wave_index"]):
        for r in rows.itertuples():
            yield Figure(
                "CU-5", "pair", int(wave), "school", str(r.unit_id),
                readers=Readers.OFFICE, about=str(outcome), category=str(r.category),
                value=float(r.shrunk), low=float(r.shrunk_low),
                high=float(r.shrunk_high), word=r.word,
            )  # fmt: skip
        known = rows.dropna(subset=["value"])
        varies = (
            known[["value", "shrunk"]].max() > known[["value", "shrunk"]].min()
        ).all()
        if len(known) >= FEWEST_FOR_CORRELATION and varies:
            yield _correlation(str(outcome), int(wave), known)


def _correlation(outcome: str, wave: int, rows: pd.DataFrame) -> Figure:
    """Return Spearman's ρ with a bootstrap interval; never cause and effect."""
    x, y = rows["shrunk"].to_numpy(float), rows["value"].to_numpy(float)
    rho = float(stats.spearmanr(x, y).statistic)
    rng = np.random.default_rng(SEED)
    draws = []
    for _ in range(DRAWS):
        pick = rng.integers(0, len(x), len(x))
        if len(np.unique(x[pick])) > 1 and len(np.unique(y[pick])) > 1:
            draws.append(float(stats.spearmanr(x[pick], y[pick]).statistic))
    low, high = np.quantile(draws, [0.025, 0.975])
    return Figure(
        "CU-5", "correlation", wave, *DISTRICT, readers=Readers.OFFICE, about=outcome,
        value=rho, low=float(low), high=float(high), n=len(x),
    )  # fmt: skip
