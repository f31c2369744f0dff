"""Ties between schools (RO-4) and who started when (RO-2), out of linked answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import duckdb
import numpy as np
import pandas as pd

from data.model.rules import Rules
from data.scoring.diffusion import Category, fit_bass, joining
from data.scoring.figures import DISTRICT, Figure, Readers
from data.scoring.network import network
from data.scoring.registers.calendar import Calendar

DISTRICT_RATE, SCHOOL_RATE = 70, 50
FEWEST_IN_CATEGORY = 5
ADOPTS, IN_ATTRIBUTES = 2, 2


def tie_figures(
    connection: duckdb.DuckDBPyConnection,
    calendar: Calendar,
    rates: dict[tuple[int, str, str], float],
    rules: Rules,
) -> Iterator[Figure]:
    """Yield ties drawn between schools, and what they add up to.

    Args:
        rates: (wave, unit kind, unit id) → teachers' response rate, percent.

    Source: specification 8.4 RO-4.
    """
    rows = connection.execute(
        """SELECT w.wave_index, r.school_id AS u, t.school_id AS v, count(*) AS m
           FROM ties t JOIN responses r USING (response_no) JOIN waves w USING (wave)
           WHERE r.is_current GROUP BY ALL ORDER BY ALL"""
    ).df()
    for wave, _, at in calendar.waves:
        named = rows[rows["wave_index"] == wave]
        if named.empty:
            continue
        schools = calendar.open_schools(at)
        m = _matrix(named, schools["school_id"].tolist())
        yield from _drawn(wave, m, schools["school_id"].tolist(), rates, rules)
        if rates.get((wave, *DISTRICT), 0.0) < DISTRICT_RATE:
            yield Figure("RO-4", "network", wave, *DISTRICT, word="too_few_answered")
            continue
        yield from _network(wave, m, schools, rules)


def _matrix(named: pd.DataFrame, schools: list[str]) -> np.ndarray:
    """Return who names whom: schools × schools, respondents at the row's school."""
    place = {s: k for k, s in enumerate(schools)}
    m = np.zeros((len(place), len(place)))
    for row in named.itertuples():
        if row.u in place and row.v in place:
            m[place[row.u], place[row.v]] = row.m
    return m


def _drawn(
    wave: int,
    m: np.ndarray,
    names: list[str],
    rates: dict[tuple[int, str, str], float],
    rules: Rules,
) -> Iterator[Figure]:
    """Yield the ties of schools in which enough teachers answered."""
    for u, v in np.argwhere(m >= rules.tie_min):
        if rates.get((wave, "school", names[u]), 0.0) >= SCHOOL_RATE:
            yield Figure(
                "RO-4", "tie", wave, "school", names[u], readers=Readers.OFFICE,
                category=names[v], value=m[u, v], n=m[u, v], is_people=True,
                least=rules.tie_min,
            )  # fmt: skip


def _network(
    wave: int, m: np.ndarray, schools: pd.DataFrame, rules: Rules
) -> Iterator[Figure]:
    names = schools["school_id"].tolist()
    found = network(m, schools["cohort_id"].to_numpy(), tie_min=rules.tie_min)
    if found is None:
        return
    for part, value in (
        ("density", 100 * found.density),
        ("reciprocity", _percent(found.reciprocity)),
        ("outside", found.outside),
        ("outside_expected", found.outside_expected),
        ("outside_p", found.p),
        ("isolated", float(len(found.isolated))),
    ):
        if value is not None:
            yield Figure("RO-4", part, wave, *DISTRICT, value=value, n=len(names))
    for k in found.isolated:
        yield Figure(
            "RO-4", "isolated", wave, "school", names[k], readers=Readers.OFFICE,
            word="isolated",
        )  # fmt: skip


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


ADOPTERS = f"""
    SELECT w.wave_index, r.resp_key, r.school_id,
      count(*) FILTER (a.code >= {ADOPTS}) >= {IN_ATTRIBUTES} AS adopts
    FROM responses r JOIN answers a USING (response_no) JOIN items i USING (item_no)
      JOIN waves w USING (wave)
    WHERE r.is_current AND r.form = 'teacher' AND i.item_id LIKE 'T.UP.%'
    GROUP BY ALL"""


def uptake_figures(
    connection: duckdb.DuckDBPyConnection, calendar: Calendar, rules: Rules
) -> Iterator[Figure]:
    """Yield who started when, in event time, in launched schools.

    Category by the place in line when joining; all eligible teachers are the
    denominator, so that nobody has to have finished: of every launched school still
    open, also of one that gave no answer. Teachers seen once count in uptake; those
    no key links count in no category.

    Source: specification 8.4 RO-2.
    """
    rows = connection.execute(
        f"""SELECT a.*, u.launch_wave FROM ({ADOPTERS}) a JOIN units u USING (school_id)
            WHERE u.launch_wave IS NOT NULL ORDER BY wave_index, resp_key"""
    ).df()
    if rows.empty:
        return
    linked = rows.groupby("resp_key")["wave_index"].nunique()
    if not (linked > 1).any():
        return
    rows["event"] = rows["wave_index"] - rows["launch_wave"]
    for wave, _, at in calendar.waves:
        open_ = calendar.open_schools(at)
        started = open_[open_["launch_wave"] <= wave]["school_id"]
        seen = rows[(rows["wave_index"] <= wave) & (rows["launch_wave"] <= wave)]
        # A teacher is counted where the last answer came from.
        home = seen.groupby("resp_key")["school_id"].transform("last")
        yield from _joined(wave, seen[home.isin(started)], started, calendar, rules)


def _joined(
    wave: int,
    seen: pd.DataFrame,
    schools: Iterable[str],
    calendar: Calendar,
    rules: Rules,
) -> Iterator[Figure]:
    eligible = sum(calendar.people(wave, "teachers", s) for s in schools)
    if eligible < rules.min_n_staff or seen.empty:
        return
    first = seen[seen["adopts"]].groupby("resp_key")["event"].min()
    # Whoever used it before launch stands at the front of the line.
    new = first.clip(lower=-1).value_counts().sort_index()
    events = list(range(-1, int(seen["event"].max()) + 1))
    found = joining([float(new.get(e, 0)) for e in events], float(eligible))
    last = seen.sort_values("wave_index").groupby("resp_key")["adopts"].last()
    paused = int((~last[last.index.isin(first.index)]).sum())
    cumulative, shares = 0.0, []
    for event, step in zip(events, found, strict=True):
        cumulative += step.new
        shares.append(min(cumulative / eligible, 1.0))
        yield Figure(
            "RO-2", "joined", wave, *DISTRICT, category=f"{event:+03d}",
            value=100 * shares[-1], word=step.category.value, n=eligible,
            is_people=True, is_percent=True, least=rules.min_n_staff,
        )  # fmt: skip
    counts: dict[str, float] = defaultdict(float)
    for step in found:
        counts[step.category] += step.new
    counts[Category.WATCHING] = max(eligible - cumulative, 0)
    hidden = _hidden_categories(counts, eligible)
    for name in Category:
        inside = counts[name]
        few = name in hidden
        yield Figure(
            "RO-2", "category", wave, *DISTRICT, category=name.value,
            value=100 * inside / eligible, n=0 if few else eligible, is_people=True,
            least=rules.min_n_staff,
        )  # fmt: skip
    yield Figure(
        "RO-2", "paused", wave, *DISTRICT, value=100 * paused / eligible,
        n=eligible if paused >= FEWEST_IN_CATEGORY or paused == 0 else 0,
        is_people=True, is_percent=True, least=rules.min_n_staff,
    )  # fmt: skip
    curve = fit_bass(shares)
    if curve is not None:
        yield Figure("RO-2", "bass_p", wave, *DISTRICT, value=curve.p)
        yield Figure("RO-2", "bass_q", wave, *DISTRICT, value=curve.q)
        yield Figure("RO-2", "bass_peak", wave, *DISTRICT, value=curve.peak)


def _hidden_categories(counts: dict[str, float], eligible: int) -> set[Category]:
    """Return categories too small to show, with cover: together they are everyone."""
    few = {
        c
        for c in Category
        if 0 < counts[c] < FEWEST_IN_CATEGORY
        or 0 < eligible - counts[c] < FEWEST_IN_CATEGORY
    }
    others = sorted((counts[c], c) for c in Category if c not in few and counts[c] > 0)
    if few and sum(counts[c] for c in few) < FEWEST_IN_CATEGORY * 2 and others:
        few.add(others[0][1])
    return few
