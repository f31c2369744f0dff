"""Worked examples, computed by the code that made a release, for its methods page.

The inputs are the golden values of the specification; a reader who recomputes one by
hand checks the release's own arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np
import pandas as pd

from data.catalogue import Catalogue
from data.scoring import (
    diffusion,
    engines,
    event_study,
    formulas,
    load,
    network,
    outcomes,
    raters,
    reliability,
    tries,
    voices,
    waiting,
)
from data.scoring.adoption import adoption

Numbers = Mapping[str, float | None]
GAP = float("nan")
# Twelve people, four questions, codes 1–5; golden value G1.
ANSWERS = (
    (5, 4, 4, 5), (4, 3, 4, 4), (3, 3, 2, 4), (5, 5, 5, 5), (2, 3, 3, 2),
    (4, 4, GAP, 5), (1, 2, 2, 3), (4, 5, 3, 4), (3, 4, 4, 4), (5, 4, 5, 3),
    (GAP, GAP, GAP, 4), (2, 2, 3, 3),
)  # fmt: skip
FAVORABLE, OPTIONS = 4, 5


def example_frame(catalogue: Catalogue) -> pd.DataFrame:
    """Return every worked example's numbers.

    Columns: indicator_id, name, value.
    """
    rows = [
        (indicator, name, value)
        for indicator, compute in EXAMPLES.items()
        for name, value in compute(catalogue).items()
    ]
    frame = pd.DataFrame(rows, columns=["indicator_id", "name", "value"])
    # Adding nothing turns a rounded −0 into 0.
    return frame.assign(value=frame["value"].astype(float).round(6) + 0.0)


def _scale(_: Catalogue) -> Numbers:
    codes = np.array(ANSWERS)
    given = (~np.isnan(codes)).sum(axis=1)
    counted = codes[given * 2 >= codes.shape[1]]
    y = np.nanmean(np.where(np.isnan(counted), np.nan, counted >= FAVORABLE), axis=1)
    m = np.nanmean(100 * (counted - 1) / (OPTIONS - 1), axis=1)
    n = np.array([float(len(y))])
    moments = formulas.Moments(
        n,
        y=y.sum(keepdims=True),
        yy=(y**2).sum(keepdims=True),
        m=m.sum(keepdims=True),
        mm=(m**2).sum(keepdims=True),
        k=np.array([float(codes.shape[1])]),
    )
    share, s2 = formulas.share_and_variance(moments)
    v = formulas.variance_infer(s2, n)
    low, high = formulas.wilson(share, formulas.effective_n(share, v, n, k=moments.k))
    return {
        "n": n[0],
        "share": 100 * share[0],
        "low": 100 * low[0],
        "high": 100 * high[0],
        "mean": formulas.mean_and_variance(moments)[0][0],
    }


def _shrinkage(_: Catalogue) -> Numbers:
    n = np.array([180, 150, 210, 95, 60, 14.0])
    sd = np.array([34, 35, 33, 36, 34, 37.0])
    found = formulas.shrink([48, 55, 61, 66, 72, 40], sd**2 / n)
    assert found is not None
    return {
        "small": found.estimate[-1],
        "large": found.estimate[2],
        "signal": 100 * float(np.median(found.signal)),
    }


def _icc(_: Catalogue) -> Numbers:
    ratings = np.array(
        [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9),
         (6, 2, 4, 7)], float,
    )  # fmt: skip
    found = reliability.intraclass(
        np.full(6, 4.0), ratings.sum(axis=1), (ratings**2).sum(axis=1)
    )
    assert found is not None
    return {"icc1": found.icc1, "icc2": found.icc2}


def _tries(_: Catalogue) -> Numbers:
    at, every = date(2026, 3, 1), frozenset(tries.GUARDRAILS)
    found = tries.tries(
        [tries.Try(date(2026, 1, d), every, "running", None) for d in (5, 12, 19)],
        at,
        teachers=40,
    )
    assert found is not None
    return {"rate": found.rate, "low": found.low, "high": found.high}


def _outcome(_: Catalogue) -> Numbers:
    others = [outcomes.Change(d, 0.4**2) for d in (-0.9, -0.2, 0.3, -1.1, 0.1, -0.6)]
    found = outcomes.outcome_held(outcomes.Change(-0.4, 0.35**2), others, margin=1.0)
    return {"relative": found.relative, "se": found.se, "bound": found.bound}


def _reach(_: Catalogue) -> Numbers:
    shares = (0.62, 0.18, 0.91, 1.0, 0.8)
    points = [(share, share) for share in shares]
    found = voices.reach_summary(dict(zip(voices.HEARING_GROUPS, points, strict=True)))
    assert found is not None
    assert found.evenness is not None
    return {
        "least": 100 * found.value[0],
        "mean": 100 * found.mean[0],
        "evenness": found.evenness[0],
    }


def _voices(_: Catalogue) -> Numbers:
    events = (
        ((2025, 9, 10), ("superintendent",)),
        ((2025, 10, 1), ("superintendent", "board")),
        ((2025, 11, 15), ("teachers",)),
        ((2026, 1, 20), ("students", "teachers", "families")),
        ((2026, 2, 10), ("superintendent",)),
        ((2026, 3, 5), ("building_admins",)),
    )
    found = voices.voices(
        [voices.Event(date(*day), leads) for day, leads in events],
        date(2026, 3, 31),
        half_life=90,
    )
    return {
        "effective": found.effective,
        "evenness": found.evenness,
        "lone": 100 * (found.lone or 0.0),
    }


def _depth(_: Catalogue) -> Numbers:
    return {"share": 100 * (voices.deep_share({1: 60, 2: 20, 3: 15, 5: 5}) or 0.0)}


def _rubric(catalogue: Catalogue) -> Numbers:
    rows = ((3, 2, 1), (2, 2, 1), (2, 1, 1), (3, 2, 2))
    levels = {
        (a, d): level
        for a, row in zip(catalogue.rubric.attributes, rows, strict=True)
        for d, level in zip(catalogue.rubric.domains, row, strict=True)
    }
    found = adoption(levels, catalogue.rubric)
    return {"index": found.index, "stage": found.stage}


def _uptake(_: Catalogue) -> Numbers:
    found = diffusion.joining([8, 40, 70, 60], 400)
    places = dict(
        zip(
            ("first", "second", "third", "fourth"),
            (x.place for x in found),
            strict=True,
        )
    )
    return {**places, "watching": 100 * (1 - sum(x.new for x in found) / 400)}


def _network(_: Catalogue) -> Numbers:
    named = ((0, 9, 2, 0), (6, 0, 3, 1), (1, 4, 0, 8), (0, 0, 5, 0))
    found = network.network(named, (1, 1, 2, 2), tie_min=3)
    assert found is not None
    return {
        "outside": found.outside,
        "expected": found.outside_expected,
        "density": found.density,
    }


def _event_study(_: Catalogue) -> Numbers:
    gains = (2, 4, 3, 3, 0, 1, 2, 1, 0.5, 1.5, 1, 1)
    outcome = np.array([(0.0, 0.0, gain) for gain in gains])
    joined = np.array([3.0] * 4 + [event_study.NEVER] * 8)
    panel = event_study.Panel(outcome, joined, np.array([1.0, 2.0, 3.0]))
    found = event_study.overall(event_study.group_time_effects(panel))
    low, high = found.interval
    return {"effect": found.value, "low": low, "high": high}


def _consistency(_: Catalogue) -> Numbers:
    found = engines.consistency((70, 64, 52, 61), (9, 12, 10, 16))
    assert found is not None
    return {"value": found.value, "raw": found.raw, "level": found.level}


def _agreement(_: Catalogue) -> Numbers:
    ratings = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
        [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
    ]
    return {
        "nominal": raters.rater_agreement(ratings, "nominal"),
        "ordinal": raters.rater_agreement(ratings, "ordinal"),
    }


def _waiting(_: Catalogue) -> Numbers:
    days = (3, 5, 8, 8, 12, 20, 21, 30, 45, 60)
    still = {3, 6, 8, 9}
    found = waiting.time_to_close(days, [k not in still for k in range(len(days))])
    assert found is not None
    return {"median": found.median, "left": 100 * found.steps[-1][1]}


def _load(_: Catalogue) -> Numbers:
    rows = ((0.9, 6, "core"), (0.5, 4, "supports"), (1, 2, "separate"),
            (0.3, 5, "separate"))  # fmt: skip
    start = date(2025, 9, 1)
    found = load.load(
        [load.Initiative(start, None, f, h, s) for f, h, s in rows], date(2026, 3, 1)
    )
    return {"hours": found.hours, "aligned": 100 * (found.aligned or 0.0)}


def _weights(_: Catalogue) -> Numbers:
    n, share = np.array([30.0, 40.0]), np.array([0.6, 0.4])
    s2 = share * (1 - share) * n / (n - 1)
    found = formulas.poststratified([120, 80], n, share, s2)
    return {"share": 100 * found.share, "effect": found.effect}


def _dose(_: Catalogue) -> Numbers:
    doses = np.full(100, 3.0)
    return {
        "hours": float(doses.sum()),
        "dose": float(np.median(doses)),
        "share": 100 * float((doses >= 14).mean()),  # noqa: PLR2004 - a reference line
    }


EXAMPLES: dict[str, Callable[[Catalogue], Numbers]] = {
    "LX-1": _scale,
    "CU-1": _shrinkage,
    "CU-2": _icc,
    "CU-3": _tries,
    "CU-4": _outcome,
    "CH-1": _reach,
    "CH-3": _voices,
    "CH-5": _depth,
    "RO-1": _rubric,
    "RO-2": _uptake,
    "RO-4": _network,
    "RO-6": _event_study,
    "LE-1": _consistency,
    "PP-1": _agreement,
    "PP-3": _waiting,
    "NI-1": _load,
    "FC-2": _weights,
    "PL-2": _dose,
}
