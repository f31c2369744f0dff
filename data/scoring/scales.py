"""Reliability of every scale, wave by wave, district wide (rule E8)."""

from __future__ import annotations

from itertools import combinations_with_replacement

import duckdb
import numpy as np
import pandas as pd

from data.catalogue import SCALE, Form, Measure, Rule
from data.scoring.figures import Figure, Readers
from data.scoring.packing import Packing, Wave
from data.scoring.reliability import (
    AGREE,
    FEWEST_CASES,
    LANGUAGES_APART,
    Gate,
    agreement,
    intraclass,
    scale_reliability,
)
from data.scoring.translation import uniform_difference

LANGUAGES = ("en", "es")
FEWEST_TO_AGREE = 10
ROUNDED = [
    "omega", "alpha", "alpha_low", "alpha_high", "omega_en", "omega_es", "icc1", "icc2",
]  # fmt: skip
# The factor model ends within a tolerance: so many digits every machine shares.
DIGITS = 4
# Scales that claim to say something about the school as a place.
CLIMATE = frozenset({"CU-1", "CU-2", "RO-3"})


class Scales:
    """What was found out about each scale in each wave.

    Attributes:
        agree: how alike the staff of each school answer climate scales.
    """

    def __init__(self) -> None:
        self._rows: list[dict[str, object]] = []
        self.agree: list[Figure] = []

    @property
    def frame(self) -> pd.DataFrame:
        """One row per scale and wave.

        Columns: indicator_id, part, form, wave_index, n, omega, alpha, alpha_low,
        alpha_high, omega_en, omega_es, languages (may they be compared), icc1, icc2,
        agreement, gate.
        """
        found = pd.DataFrame(self._rows)
        numbers = [c for c in ROUNDED if c in found]
        found[numbers] = found[numbers].astype(float).round(DIGITS)
        return found

    def add(self, row: dict[str, object]) -> None:
        """Keep what was found of one scale in one wave."""
        self._rows.append(row)


def scale_sums(
    connection: duckdb.DuckDBPyConnection,
    form: Form,
    wave: Wave,
    packing: Packing,
    measures: list[Measure],
    scales: Scales,
) -> None:
    """Find the reliability of every scale of a packed form.

    From sums and products over those who answered every item of a scale, in all and
    by language: no row leaves DuckDB.
    """
    for measure in measures:
        if not _is_scale(measure):
            continue
        sums = _products(connection, packing, measure)
        n, covariance = _covariance(sums, len(measure.items))
        found = scale_reliability(covariance, n)
        row: dict[str, object] = {
            "indicator_id": measure.indicator_id,
            "part": measure.part,
            "form": form.id,
            "wave_index": wave.index,
            "n": n if n >= FEWEST_CASES else None,
            "omega": found.omega,
            "alpha": found.alpha,
            "alpha_low": found.alpha_low,
            "alpha_high": found.alpha_high,
            "gate": found.gate.value,
        }
        by_language = []
        for language in LANGUAGES:
            rows = sums[sums["language"] == language]
            known = scale_reliability(*reversed(_covariance(rows, len(measure.items))))
            row[f"omega_{language}"] = known.omega
            by_language.append(known.omega)
        row["flagged"] = ";".join(_flagged(connection, packing, measure))
        row["languages"] = False if row["flagged"] else _comparable(by_language)
        if measure.indicator_id in CLIMATE:
            row |= _as_schools(connection, packing, measure)
            scales.agree += _alike(connection, wave, packing, measure)
        scales.add(row)


def _is_scale(measure: Measure) -> bool:
    return measure.rule is Rule.SHARE and (
        len(measure.items) > 1 or measure.part == SCALE
    )


def _comparable(omegas: list[float | None]) -> bool | None:
    """Tell whether languages may be compared; None where one is not known."""
    known = [x for x in omegas if x is not None]
    if len(known) < len(LANGUAGES):
        return None
    return max(known) - min(known) <= LANGUAGES_APART


def _products(
    connection: duckdb.DuckDBPyConnection, packing: Packing, measure: Measure
) -> pd.DataFrame:
    """Return n, sums and products of the items, by language."""
    values = [packing.value(i) for i in measure.items]
    named = ", ".join(f"{v}::INTEGER AS v{k}" for k, v in enumerate(values))
    complete = " AND ".join(f"{v} > 0" for v in values)
    size = range(len(values))
    sums = [f"sum(v{k}) AS s{k}" for k in size]
    sums += [
        f"sum(v{a} * v{b}) AS p{a}_{b}"
        for a, b in combinations_with_replacement(size, 2)
    ]
    return connection.execute(
        f"""SELECT language, count(*) AS n, {", ".join(sums)}
            FROM (SELECT language, {named} FROM respondents WHERE {complete})
            GROUP BY language ORDER BY language"""
    ).df()


def _covariance(sums: pd.DataFrame, items: int) -> tuple[int, np.ndarray]:
    n = int(sums["n"].sum())
    found = np.zeros((items, items))
    if n < 2:  # noqa: PLR2004 - nothing varies over one person
        return n, found
    total = [float(sums[f"s{k}"].sum()) for k in range(items)]
    for a, b in combinations_with_replacement(range(items), 2):
        product = float(sums[f"p{a}_{b}"].sum())
        found[a, b] = found[b, a] = (product - total[a] * total[b] / n) / (n - 1)
    return n, found


def _flagged(
    connection: duckdb.DuckDBPyConnection, packing: Packing, measure: Measure
) -> list[str]:
    """Return the items that may work differently in Spanish."""
    if len(measure.items) <= 2:  # noqa: PLR2004 - one other item is no scale to hold to
        return []
    values = {i: packing.value(i) for i in measure.items}
    complete = " AND ".join(f"{v} > 0" for v in values.values())
    total = " + ".join(f"{v}::INTEGER" for v in values.values())
    found = []
    for item, value in values.items():
        rows = connection.execute(
            f"""SELECT {value}::INTEGER AS code, {total} - {value}::INTEGER AS rest,
                  (language = 'es')::INTEGER AS spanish, count(*) AS n
                FROM respondents WHERE {complete} AND language IN ('en', 'es')
                GROUP BY ALL ORDER BY ALL"""
        ).df()
        if rows.empty:
            return []
        different = uniform_difference(
            rows["code"], rows["rest"], rows["spanish"], rows["n"]
        )
        if different is not None and different.is_flagged:
            found.append(item)
    return found


def _as_schools(
    connection: duckdb.DuckDBPyConnection, packing: Packing, measure: Measure
) -> dict[str, object]:
    """Return ICC(1) and ICC(2) of complete answers' sums over schools."""
    values = [packing.value(i) for i in measure.items]
    total = " + ".join(f"{v}::INTEGER" for v in values)
    complete = " AND ".join(f"{v} > 0" for v in values)
    rows = connection.execute(
        f"""SELECT school_id, count(*) AS n, sum(x)::DOUBLE AS t,
              sum(x * x)::DOUBLE AS q
            FROM (SELECT school_id, {total} AS x FROM respondents WHERE {complete})
            GROUP BY 1 ORDER BY 1"""
    ).df()
    found = intraclass(rows["n"], rows["t"], rows["q"]) if len(rows) else None
    if found is None or rows["n"].sum() < FEWEST_CASES:
        return {"icc1": None, "icc2": None}
    return {"icc1": found.icc1, "icc2": found.icc2}


def _alike(
    connection: duckdb.DuckDBPyConnection,
    wave: Wave,
    packing: Packing,
    measure: Measure,
) -> list[Figure]:
    """Return r_WG of each school with ten complete answers or more.

    Source: specification 8.2 CU-1.
    """
    values = [packing.value(i) for i in measure.items]
    complete = " AND ".join(f"{v} > 0" for v in values)
    spreads = ", ".join(f"var_samp({v}::INTEGER)" for v in values)
    rows = connection.execute(
        f"""SELECT school_id, count(*), {spreads} FROM respondents WHERE {complete}
            GROUP BY 1 HAVING count(*) >= {FEWEST_TO_AGREE} ORDER BY 1"""
    ).fetchall()
    return [
        _of_one_school(measure, wave.index, school, n, agreement(variances))
        for school, n, *variances in rows
    ]


def _of_one_school(
    measure: Measure, wave: int, school: str, n: int, value: float
) -> Figure:
    return Figure(
        measure.indicator_id, "agreement", wave, "school", school,
        readers=Readers.STAFF, category=measure.part, value=value,
        word="staff_agree" if value >= AGREE else "staff_split", n=n, is_people=True,
        least=FEWEST_TO_AGREE,
    )  # fmt: skip


def with_gate(estimates: pd.DataFrame, scales: pd.DataFrame) -> pd.DataFrame:
    """Return *estimates* with the gate of their scale; items and joints have none."""
    if estimates.empty or scales.empty:
        return estimates.assign(gate=Gate.SINGLE.value)
    keys = ["indicator_id", "part", "form", "wave_index"]
    out = estimates.merge(scales[[*keys, "gate"]], how="left", on=keys)
    out.index = estimates.index
    out["gate"] = out["gate"].fillna(Gate.SINGLE.value)
    return out
