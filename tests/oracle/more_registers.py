"""What registers say beside their headlines: requests, energy, guardrails, outcomes.

From the export files and the specification alone; rows come out as in
`oracle.registers`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pandas as pd
from oracle.exports import Exports, day, several
from oracle.registers import Row, _months, only, row, wilson


def le2(x: Exports) -> Iterator[Row]:
    t = x.table("exception_request")
    t["on"], t["end"] = t["asked"].map(day), t["answered"].map(day)
    for wave, at in enumerate(x.waves):
        rows = only(t, (d <= at for d in t["on"]))
        if len(rows) < 5 or rows["school_id"].nunique() < 3:
            continue
        shut = np.array([d is not None and d <= at for d in rows["end"]])
        yield row("LE-2", "asked", wave, value=len(rows), n=len(rows))
        said = Counter(rows["answer"][shut])
        for part in ("granted", "partly", "refused"):
            yield row("LE-2", part, wave, value=said[part], of=len(rows))
        ends = [e if s else at for e, s in zip(rows["end"], shut, strict=True)]
        days = np.array([(e - o).days for e, o in zip(ends, rows["on"], strict=True)])
        still, median = 1.0, None
        for d in sorted(set(days[shut])):
            still *= 1 - ((days == d) & shut).sum() / (days >= d).sum()
            if median is None and still <= 0.5 + 1e-12:
                median = d
            yield row("LE-2", "waiting", wave, category=f"{d:04d}", value=100 * still)
        yield row("LE-2", "median_days", wave, value=median)


def energy(x: Exports) -> Iterator[Row]:
    """PP-1: how much energy principals have, 0–100, each counted once in three months."""
    t = x.table("pulse")
    t = t[(t["question"] == "P.PU.4") & (t["text"] != "")].copy()
    t["value"] = pd.to_numeric(t["text"], errors="coerce")
    t = t.dropna(subset=["value"]).drop_duplicates(["month", "principal_key"])
    for wave, at in enumerate(x.waves):
        mine = t[t["month"].isin(_months(at, 3))]
        each = mine.groupby("principal_key")["value"].mean()
        if len(each) >= 5:
            yield row("PP-1", "energy", wave, value=25 * (each.mean() - 1), n=len(each))


def persisting(x: Exports) -> Iterator[Row]:
    """PP-1, PP-2: who named one theme in the last three months they answered."""
    t = x.table("pulse").sort_values("coder", kind="stable")
    t = t.drop_duplicates(["month", "principal_key", "question"]).sort_values("month")
    for wave, at in enumerate(x.waves):
        until = t[t["month"] <= f"{at.year}-{at.month:02d}"]
        for indicator, question in (("PP-1", "P.PU.1"), ("PP-2", "P.PU.2")):
            counts: Counter[str] = Counter()
            mine = until[until["question"] == question]
            for _, months in mine.groupby("principal_key"):
                last = [set(several(c)[:3]) for c in months["codes"].iloc[-3:]]
                if len(last) == 3:
                    counts.update(set.intersection(*last))
            for code, n in counts.items():
                if n >= 5:
                    yield row(indicator, "persisting", wave, category=code, value=n)


def tries(x: Exports) -> Iterator[Row]:
    """CU-3: what became of the district's tries, and which guardrails they name."""
    t = x.table("try")
    t["on"], t["end"] = t["start"].map(day), t["closed"].map(day)
    guards = ("attributes", "outcome_guard", "evidence_plan", "stop_rule")
    for wave, at in enumerate(x.waves):
        here = x.open_schools(at)
        mine = only(t, (at - timedelta(180) < d <= at for d in t["on"]))
        mine = mine[mine["school_id"].isin(here)]
        if len(mine) < 3:
            continue
        now = [r if d is not None and d <= at else "running"
               for r, d in zip(mine["result"], mine["end"], strict=True)]  # fmt: skip
        for result in ("kept", "adapted", "stopped", "running"):
            yield row("CU-3", "result", wave, category=result, value=now.count(result),
                      n=len(mine))  # fmt: skip
        for guard in guards if len(mine) >= 10 else ():
            named = (mine[guard] != "").sum()
            ends = wilson(named, len(mine))
            yield row("CU-3", "guardrail", wave, category=guard, low=ends[0],
                      high=ends[1], value=100 * named / len(mine))  # fmt: skip


def small(x: Exports) -> Iterator[Row]:
    """Yield what is too little to be a register of its own."""
    yield from tries(x)
    yield from energy(x)
    yield from persisting(x)


EVERY = {"LE-2": le2, "CU-3, PP": small}
