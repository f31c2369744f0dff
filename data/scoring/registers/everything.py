"""Every register, read once each for all waves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from data.catalogue import Catalogue
from data.model.rules import Rules
from data.scoring.adoption import rubric_agreement
from data.scoring.figures import Figure, figure_frame
from data.scoring.registers.buildings import tie_figures, uptake_figures
from data.scoring.registers.calendar import read_calendar
from data.scoring.registers.cases import case_figures, read_cases
from data.scoring.registers.home import language_figures, message_shares
from data.scoring.registers.leaders import pulse_figures, read_pulse, request_figures
from data.scoring.registers.occasions import Diary, read_diary
from data.scoring.registers.practice import (
    dose_figures,
    learning_shares,
    load_figures,
    try_figures,
)
from data.scoring.registers.results import outcome_figures
from data.scoring.registers.shares import counted_estimates


@dataclass(frozen=True)
class Registers:
    """What registers yield, unprotected.

    Attributes:
        counted: shares of people, in the shape of estimates.
        engines: (wave, school) → engine type, crosswalk cells filled.
        plans: (indicator, form) → day the analysis was registered.
        diary: what the registers say day by day.
    """

    figures: pd.DataFrame
    counted: tuple[pd.DataFrame, ...]
    engines: dict[tuple[int, str], tuple[str, int]]
    plans: dict[tuple[str, str], date]
    diary: Diary


def read_registers(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    estimates: pd.DataFrame,
    rules: Rules,
    last_wave: int,
) -> Registers:
    """Return every figure and counted share up to *last_wave*.

    Args:
        estimates: of surveys, for teachers' response rates.
    """
    calendar = read_calendar(connection, last_wave)
    units = calendar.schools[["school_id", "level", "cohort_id", "launch_wave"]]
    found: list[Figure] = rubric_agreement(connection, last_wave=last_wave)
    if calendar.waves:
        found += case_figures(read_cases(connection), calendar, rules)
        found += try_figures(connection, calendar, rules)
        found += load_figures(connection, calendar)
        found += dose_figures(connection, calendar, rules)
        found += pulse_figures(read_pulse(connection), calendar, rules)
        found += request_figures(connection, calendar)
        found += language_figures(connection, calendar, rules)
        found += outcome_figures(connection, calendar, rules)
        rates = _teachers_rates(estimates)
        found += tie_figures(connection, calendar, rates, rules)
        found += uptake_figures(connection, calendar, rules)
    shares = (
        ("FC-1", "messages", message_shares(connection, calendar)),
        ("PL-1", "sessions", learning_shares(connection, calendar)),
    )
    return Registers(
        figure_frame(found),
        tuple(
            counted_estimates(counts, indicator, catalogue.forms[form], units)
            for indicator, form, counts in shares
        ),
        _engines(connection),
        _plans(connection),
        read_diary(connection, calendar),
    )


def _teachers_rates(estimates: pd.DataFrame) -> dict[tuple[int, str, str], float]:
    if estimates.empty:
        return {}
    rows = estimates[
        (estimates["form"] == "teacher") & (estimates["breakdown"] == "all")
    ]
    rows = rows.dropna(subset=["rate"])
    keys = zip(rows["wave_index"], rows["unit_kind"], rows["unit_id"], strict=True)
    return {
        (int(w), k, u): float(r)
        for (w, k, u), r in zip(keys, rows["rate"], strict=True)
    }


def _engines(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[int, str], tuple[str, int]]:
    rows = connection.execute(
        """SELECT w.wave_index, e.school_id, arg_max(e.engine_type, e.valid_from),
             arg_max(coalesce(e.crosswalk, ''), e.valid_from)
           FROM waves w JOIN learning_engine e ON e.valid_from <= w.closes_on
           GROUP BY ALL"""
    ).fetchall()
    return {
        (int(wave), school): (kind, sum(bool(x.strip()) for x in cells.split(";")))
        for wave, school, kind, cells in rows
    }


def _plans(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], date]:
    rows = connection.execute(
        "SELECT outcome, form, registered_on FROM analysis_plan"
    ).fetchall()
    return {(outcome, form): day for outcome, form, day in rows}
