"""Promised outcomes over all launched schools at once (CU-4, the district's words).

From the export files, specification 8.2 and decision 26; rows as in `oracle.registers`.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
from oracle.exports import Exports
from oracle.registers import VERDICTS, Row, Z, cu4, row


def together(x: Exports) -> Iterator[Row]:
    t = x.table("outcome").astype({"n": int, "mean": float, "sd": float})
    ends = {y: date(int(y[:4]) + 1, 6, 30) for y in t["year"].unique()}
    cell = {
        (r.outcome_id, r.school_id, r.level, r.year): (r.mean, r.sd**2 / r.n, r.n, r.definition)
        for r in t.itertuples()
    }  # fmt: skip
    launched = defaultdict(list)
    for r in cu4(x):
        if r["unit_kind"] == "school" and r["part"] != "could_show":
            launched[r["wave_index"], r["part"]].append(r)
    launch = x.schools["launch"]
    margins = x.table("outcome_measure").astype({"margin": float})
    for wave, at in enumerate(x.waves):
        whole = sorted(y for y in ends if ends[y] <= at)
        told: Counter[str] = Counter()
        for m in margins.itertuples() if whole else ():
            rows = launched[wave, m.outcome_id]
            if not rows:
                continue
            found = _whole(m, cell, rows, launch, ends, whole[-1])
            if found is None:
                words = {r["word"] for r in rows}
                word = words.pop() if len(words) == 1 else "no_comparison"
                said = {"value": None, "word": word, "n": 0}
            else:
                k, value, se = found
                word = _word(value, se, m.margin)
                said = {"value": value, "low": value - Z * se, "high": value + Z * se,
                        "word": word, "n": k}  # fmt: skip
                yield row("CU-4", "could_show", wave, category="together",
                          about=m.outcome_id, value=m.margin + Z * se)  # fmt: skip
            told[word] += 1
            yield row("CU-4", m.outcome_id, wave, category="together", of=len(rows),
                      **said)  # fmt: skip
        for word in VERDICTS if told else ():
            yield row("CU-4", "outcomes", wave, category=word, value=told[word],
                      of=told.total())  # fmt: skip


def _whole(m, cell, rows, launch, ends, post) -> tuple[int, float, float] | None:
    """Return schools compared, how much more they changed, and its standard error."""
    years = defaultdict(set)
    for outcome, school, level, year in cell:
        if outcome == m.outcome_id:
            years[school, level].add(year)

    def change(place, before):
        kept = [cell[m.outcome_id, *place, y] for y in (*before, post)
                if y in years[place]]  # fmt: skip
        if len(kept) < len(before) + 1 or len({c[3] for c in kept}) > 1:
            return None
        *past, now = kept
        v = now[1] + sum(c[1] for c in past) / len(past) ** 2
        return now[0] - np.mean([c[0] for c in past]), v, min(c[2] for c in kept)

    groups = defaultdict(list)
    for r in rows:
        if r["value"] is not None:
            place = (r["unit_id"], r["category"])
            day = launch[place[0]]
            before = tuple(sorted(y for y in years[place] if ends[y] <= day)[-2:])
            groups[place[1], before].append(change(place, before))
    parts = []
    for (level, before), own in groups.items():
        own = [c for c in own if c[2] >= 10]
        others = {
            s: c for s, lev in years
            if lev == level and (pd.isna(launch[s]) or launch[s] > ends[post])
            and (c := change((s, lev), before))
        }  # fmt: skip
        if own and len(others) >= 5:
            parts.append((level, own, others))
    return _added_up(parts)


def _added_up(parts: list) -> tuple[int, float, float] | None:
    """Return the launched of all groups beside those who waited (decision 26)."""
    total = sum(len(own) for _, own, _ in parts)
    if not total:
        return None
    value = variance = 0.0
    moved, drawn = defaultdict(Counter), defaultdict(Counter)
    for level, own, others in parts:
        d = np.array([c[0] for c in others.values()])
        v = np.mean([c[1] for c in others.values()])
        shock = max(0.0, d.var(ddof=1) - v)
        value += sum(c[0] - d.mean() for c in own) / total
        variance += sum(c[1] + shock for c in own) / total**2
        w, k = len(own) / total / len(d), len(d)
        for school, c in others.items():
            moved[level][school] += w * math.sqrt(k / (k - 1)) * (c[0] - d.mean())
            drawn[level][school] += w * math.sqrt(c[1])
    variance += sum(
        max(sum(a**2 for a in moved[lev].values()), sum(b**2 for b in drawn[lev].values()))
        for lev in moved
    )  # fmt: skip
    return total, float(value), math.sqrt(variance)


def _word(value: float, se: float, margin: float) -> str:
    if value - 1.6448536 * se > -margin:
        return "better" if value - Z * se > 0 else "held"
    return "slipped" if value + Z * se < -margin else "unclear"
