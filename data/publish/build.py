"""Builds a draft release: score once, decide per audience, write three files."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd

from data.catalogue import catalogue
from data.disclosure.adoption import adoption_for
from data.disclosure.answers import answers_for
from data.disclosure.estimates import cohort_bands, estimates_for
from data.disclosure.summaries import summaries_for
from data.errors import DiskFull, ReleaseNotFound, WarehouseEmpty
from data.model.rules import Rules, rules_from
from data.model.shelf import (
    DRAFTS,
    MANIFEST,
    NOTES,
    audience_file,
    draft_folder,
    file_sha256,
    read_pointer,
)
from data.model.viewer import Audience
from data.publish.files import write_file
from data.scoring.adoption import AdoptionFrames, rubric_frames
from data.scoring.summaries import SummaryFrames, summary_frames
from data.scoring.surveys import answer_shares, prepare_units, survey_estimates
from data.settings import Settings

Progress = Callable[[str], None]
CODE_VERSION = "0.1.0"
FIRST_HEAD = 12


@dataclass(frozen=True, slots=True)
class Scored:
    """Everything one release rests on, unprotected, in memory only."""

    units: pd.DataFrame
    waves: pd.DataFrame
    estimates: pd.DataFrame
    answers: pd.DataFrame
    adoption: AdoptionFrames
    summaries: SummaryFrames
    rules: Rules


def build_release(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    *,
    wave: str,
    district: str,
    notes: str = "",
    progress: Progress = lambda _: None,
) -> str:
    """Build the next version of *wave* as a draft and return its id.

    Either the whole draft folder appears, or nothing does.

    Raises:
        WarehouseEmpty: nothing imported, or no such wave.
        DiskFull: there was no room; nothing is left behind.
    """
    scored = score(connection, wave=wave, progress=progress)
    release_id = _next_id(settings.releases, wave)
    final = draft_folder(settings.releases, release_id)
    work = final.with_name(f".{release_id}.{os.getpid()}")
    try:
        work.mkdir(parents=True)
        manifest = _write(work, scored, release_id, wave, district, settings, progress)
        (work / NOTES).write_text(notes or _default_notes(release_id), encoding="utf-8")
        manifest["files"][NOTES] = {"sha256": file_sha256(work / NOTES)}
        text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True)
        (work / MANIFEST).write_text(text + "\n", encoding="utf-8")
        work.rename(final)
    except (OSError, duckdb.IOException) as error:
        no_room = getattr(error, "errno", None) == errno.ENOSPC
        if no_room or "No space left" in str(error):
            raise DiskFull(str(final)) from error
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return release_id


def score(
    connection: duckdb.DuckDBPyConnection,
    *,
    wave: str,
    progress: Progress = lambda _: None,
) -> Scored:
    """Return every estimate up to *wave*, once for all audiences.

    Raises:
        WarehouseEmpty: the warehouse does not know the wave.
    """
    row = connection.execute(
        "SELECT wave_index FROM waves WHERE wave = ?", [wave]
    ).fetchone()
    if row is None:
        raise WarehouseEmpty(
            f"the warehouse knows no wave {wave}; import its files first "
            '("chorus import")'
        )
    last = int(row[0])
    known = connection.execute("SELECT key, value FROM settings ORDER BY set_on")
    rules = rules_from(dict(known.fetchall()))
    prepare_units(connection)
    progress("scoring")
    return Scored(
        units=connection.execute("SELECT * FROM units ORDER BY school_id").df(),
        waves=connection.execute(
            """SELECT wave_index, wave, opens_on::VARCHAR AS opens_on FROM waves
               WHERE wave_index <= ? ORDER BY 1""",
            [last],
        ).df(),
        estimates=survey_estimates(connection, catalogue(), rules, last_wave=last),
        answers=answer_shares(connection, catalogue(), last_wave=last),
        adoption=rubric_frames(connection, catalogue().rubric, last_wave=last),
        summaries=summary_frames(connection, last_wave=last),
        rules=rules,
    )


def _write(
    work: Path,
    scored: Scored,
    release_id: str,
    wave: str,
    district: str,
    settings: Settings,
    progress: Progress,
) -> dict[str, dict[str, dict[str, object]]]:
    built_at = datetime.now(UTC).replace(microsecond=0).isoformat()
    meta = {
        "release_id": release_id,
        "wave": wave,
        "district": district,
        "is_demo": "1" if settings.demo else "0",
        "code_version": CODE_VERSION,
        **{f"rule.{k}": str(v) for k, v in scored.rules.as_dict().items()},
    }
    files: dict[str, dict[str, object]] = {}
    for audience in Audience:
        progress(f"protecting and writing {audience}")
        frames = frames_for(audience, scored, meta)
        path = audience_file(work, audience)
        tables = write_file(path, frames)
        files[path.name] = {"sha256": file_sha256(path), "tables": tables}
    manifest: dict[str, object] = {
        "release_id": release_id,
        "wave": wave,
        "district": district,
        "built_at": built_at,
        "code_version": CODE_VERSION,
        "code_commit": _commit(),
        "rules": scored.rules.as_dict(),
        "files": files,
    }
    return manifest  # type: ignore[return-value]


def frames_for(
    audience: Audience, scored: Scored, meta: dict[str, str]
) -> dict[str, pd.DataFrame]:
    """Return every table of one audience's file, protected."""
    rules, units = scored.rules, scored.units
    decided = estimates_for(audience, scored.estimates, units, rules)
    rubric = adoption_for(
        audience, scored.adoption.cells, scored.adoption.schools, units, rules
    )
    measures, values, spreads = summaries_for(
        audience, scored.summaries.measures, scored.summaries.values, rules
    )
    frames = {
        "meta": pd.DataFrame(sorted(meta.items()), columns=["key", "value"]),
        "waves": scored.waves,
        "schools": units,
        "cohorts": _cohorts(units, scored.waves),
        "estimates": decided.rows,
        "answers": answers_for(audience, scored.answers, decided.rows, rules),
        "rubric_cells": rubric.cells,
        "rubric_schools": rubric.schools,
        "rubric_groups": rubric.groups,
        "rubric_means": rubric.means,
        "summary_measures": measures,
        "summary_values": values,
        "summary_spreads": spreads,
    }
    if audience is not Audience.PUBLIC and len(scored.estimates):
        frames["bands"] = cohort_bands(scored.estimates, units, rules)
    if audience is Audience.DISTRICT:
        frames["hidden"] = _hidden(scored, rules)
    return {name: _plain(frame) for name, frame in frames.items()}


def _hidden(scored: Scored, rules: Rules) -> pd.DataFrame:
    """Return how many cells each audience does not see, for the steward."""
    frames = []
    for audience in Audience:
        hidden = estimates_for(audience, scored.estimates, scored.units, rules).hidden
        if len(hidden):
            keys = ["indicator_id", "wave_index", "unit_kind", "status"]
            counted = hidden.groupby(keys).size().rename("cells").reset_index()
            frames.append(
                counted.rename(columns={"status": "reason"}).assign(
                    audience=audience.value
                )
            )
    return pd.concat(frames) if frames else pd.DataFrame()


def _cohorts(units: pd.DataFrame, waves: pd.DataFrame) -> pd.DataFrame:
    # A closed school stays in the count of the cohort it joined.
    rows = units.groupby("cohort_id").agg(
        schools=("school_id", "size"),
        launch_wave=("launch_wave", "min"),
        launches_on=("launch_date", "min"),
    )
    last = waves["wave_index"].max()
    rows["is_started"] = rows["launch_wave"].le(last).fillna(False)
    rows["launches_on"] = rows["launches_on"].astype("string").str.slice(0, 10)
    return rows.reset_index()


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return *frame* with dates and enumerations as plain text."""
    out = frame.copy()
    for column in ("closed_on",):
        if column in out:
            out[column] = out[column].astype("string").str.slice(0, 10)
    for column in out.columns:
        if out[column].dtype == object:
            out[column] = [None if pd.isna(x) else str(x) for x in out[column]]
    return out


def _next_id(shelf: Path, wave: str) -> str:
    taken = {
        p.name for folder in (shelf, shelf / DRAFTS) for p in folder.glob(f"{wave}.*")
    }
    taken |= {line.release_id for line in read_pointer(shelf).history}
    numbers = [int(name.rsplit(".", 1)[1]) for name in taken if name[-1].isdigit()]
    return f"{wave}.{max(numbers, default=0) + 1}"


def _commit() -> str:
    """Return the commit the code is at, or "unknown" outside a checkout."""
    here = Path(__file__).resolve().parent
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "-C", str(here), "rev-parse", f"--short={FIRST_HEAD}", "HEAD"],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
            timeout=5,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip()


def _default_notes(release_id: str) -> str:
    return f"# {release_id}\n\nFirst publication of these numbers.\n"


__all__ = ["ReleaseNotFound", "Scored", "build_release", "frames_for", "score"]
