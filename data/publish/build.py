"""Builds a draft release: score once, decide per audience, write three files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from data.audit import audit_release
from data.catalogue import SCALE, catalogue, words
from data.catalogue.languages import LANGUAGES, SOURCE
from data.disclosure.adoption import adoption_for
from data.disclosure.answers import answers_for
from data.disclosure.diary import occasions_for, requests_for
from data.disclosure.estimates import cohort_bands, estimates_for
from data.disclosure.figures import figures_for
from data.disclosure.quality import hidden_cells
from data.disclosure.readers import check_readers, definition_frames
from data.disclosure.summaries import summaries_for
from data.errors import DiskFull, WarehouseEmpty
from data.ingest.warehouse import NO_ROOM
from data.ingest.whose import is_made_up
from data.model.cell import Status
from data.model.rules import rules_from
from data.model.shelf import (
    AUDIT,
    DRAFTS,
    MANIFEST,
    audience_file,
    check_release,
    draft_folder,
    file_sha256,
    notes_file,
    reachable_folders,
    read_pointer,
)
from data.model.viewer import Audience
from data.publish.decided import Decided, Scored, decide_release
from data.publish.files import write_file
from data.publish.memory import remember, remembered
from data.publish.steps import reached
from data.publish.withheld import MOST_DRAFTS, withhold
from data.scoring.adoption import rubric_frames
from data.scoring.coherence import engine_figures, risk_and_results
from data.scoring.comparing import a_year_earlier, shrunken
from data.scoring.examples import example_frame
from data.scoring.figures import figure_frame, figure_frame_with
from data.scoring.registers.everything import read_registers
from data.scoring.scales import with_gate
from data.scoring.summaries import summary_frames
from data.scoring.surveys import survey_estimates
from data.scoring.units import prepare_units
from data.settings import Settings

Progress = Callable[[str], None]
Announce = Callable[[str], dict[str, object]]
CODE_VERSION = "0.1.0"
FIRST_HEAD = 12
OVER_ORDER = ["wave_index", "form", "unit_id", "breakdown", "category"]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a release is called and what it corrects.

    Attributes:
        is_demo: its numbers are made up, and every page says so.
        corrects: the release whose numbers were wrong, with the reason.
    """

    release_id: str
    wave: str
    district: str
    is_demo: bool
    corrects: str | None = None
    reason: str | None = None


def build_release(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    *,
    wave: str,
    district: str,
    notes: Mapping[str, str] | None = None,
    corrects: tuple[str, str] | None = None,
    progress: Progress = lambda _: None,
    announce: Announce = lambda _: {},
) -> str:
    """Build the next version of *wave* as a draft and return its id.

    Either the whole draft folder appears, or nothing does. The draft is attacked
    as an outsider would attack it; findings are kept beside it and bar its way.

    Args:
        notes: language → what changed; where there are none, that nobody said.
        corrects: (release, reason) where this one puts an earlier one right.
        announce: called with the id before anything is written; returns the line
            of the log that says so, which the manifest keeps: a log that was cut
            or written anew no longer holds it.

    Raises:
        WarehouseEmpty: nothing imported, or no such wave.
        DiskFull: there was no room; nothing is left behind.
    """
    scored = score(connection, wave=wave, progress=progress)
    release_id = _next_id(settings.releases, wave)
    is_demo = settings.demo or is_made_up(connection)
    heading = Heading(release_id, wave, district, is_demo, *(corrects or (None, None)))
    progress("protecting")
    past = remembered(connection, settings.releases, scored.waves)
    decided = decide_release(scored, past, is_correction=corrects is not None)
    final = draft_folder(settings.releases, release_id)
    # What a process that was killed left behind is nobody's.
    for left in final.parent.glob(f".{wave}.*"):
        shutil.rmtree(left, ignore_errors=True)
    work = final.with_name(f".{release_id}.{os.getpid()}")
    try:
        anchor = announce(release_id)
        work.mkdir(parents=True)
        reached("work begun")
        earlier = reachable_folders(settings.releases)
        for folder in earlier:
            check_release(folder)
        for draft in range(1, MOST_DRAFTS + 1):
            manifest = _write(work, scored, decided, heading, progress)
            report = audit_release(work, earlier, progress)
            if not report.found_out or draft == MOST_DRAFTS:
                break
            progress(f"withholding what draft {draft} would tell")
            less = withhold(scored, decided, report.found_out)
            if less is None:
                break
            decided = less
        is_first = not read_pointer(settings.releases).history
        written = _notes(notes or {}, release_id, is_first=is_first)
        for language, text in written.items():
            (work / notes_file(language)).write_text(text, encoding="utf-8")
        reached("files written")
        told = json.loads(report.as_json())
        told["over_roster"] = over_roster_places(scored)
        (work / AUDIT).write_text(
            json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        for name in (*map(notes_file, written), AUDIT):
            manifest["files"][name] = {"sha256": file_sha256(work / name)}
        manifest["log"] = anchor
        text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True)
        (work / MANIFEST).write_text(text + "\n", encoding="utf-8")
        reached("audited")
        remember(connection, release_id, decided, scored.waves)
        reached("remembered")
        work.rename(final)
        reached("draft there")
    except (OSError, duckdb.Error) as error:
        if any(words in str(error).lower() for words in NO_ROOM):
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
    surveys = survey_estimates(connection, catalogue(), last_wave=last)
    scales = surveys.scales.frame
    progress("scoring registers")
    registers = read_registers(connection, catalogue(), surveys.estimates, rules, last)
    figures = figure_frame_with(registers.figures, surveys.scales.agree)
    estimates = with_gate(surveys.estimates, scales)
    counted = [f for f in (estimates, *registers.counted) if len(f)]
    return Scored(
        units=connection.execute("SELECT * FROM units ORDER BY school_id").df(),
        waves=connection.execute(
            """SELECT wave_index, wave, opens_on::VARCHAR AS opens_on,
                      closes_on::VARCHAR AS closes_on FROM waves
               WHERE wave_index <= ? ORDER BY 1""",
            [last],
        ).df(),
        estimates=pd.concat(counted, ignore_index=True) if counted else estimates,
        answers=surveys.answers,
        scales=scales,
        grades=surveys.grades,
        figures=figures,
        engines=registers.engines,
        plans=registers.plans,
        benchmarks=connection.execute(
            """SELECT b.benchmark_id, b.version, b.indicator_id, b.form,
                 w.wave_index AS from_wave, b.share, b.name_en, b.name_es
               FROM benchmark b JOIN waves w ON w.wave = b.from_wave
               WHERE w.wave_index <= ? ORDER BY ALL""",
            [last],
        ).df(),
        adoption=rubric_frames(connection, catalogue().rubric, last_wave=last),
        summaries=summary_frames(connection, last_wave=last),
        rules=rules,
        year_ago=a_year_earlier(connection),
        diary=registers.diary,
        over_roster=surveys.over_roster,
    )


def _write(
    work: Path,
    scored: Scored,
    decided: Decided,
    heading: Heading,
    progress: Progress,
) -> dict[str, Any]:
    built_at = datetime.now(UTC).replace(microsecond=0).isoformat()
    meta = {
        "release_id": heading.release_id,
        "wave": heading.wave,
        "district": heading.district,
        "is_demo": "1" if heading.is_demo else "0",
        "code_version": CODE_VERSION,
        **{f"rule.{k}": str(v) for k, v in scored.rules.as_dict().items()},
    }
    files: dict[str, dict[str, object]] = {}
    for audience in Audience:
        progress(f"writing {audience}")
        frames = frames_for(audience, scored, decided, meta)
        check_readers(audience, frames)
        path = audience_file(work, audience)
        # An earlier draft of it, of which too much could be told.
        path.unlink(missing_ok=True)
        tables = write_file(path, frames)
        reached(f"{audience} written")
        files[path.name] = {"sha256": file_sha256(path), "tables": tables}
    manifest: dict[str, Any] = {
        **asdict(heading),
        "built_at": built_at,
        "code_version": CODE_VERSION,
        "code_commit": _commit(),
        "rules": scored.rules.as_dict(),
        "files": files,
    }
    return manifest


def frames_for(
    audience: Audience, scored: Scored, decided: Decided, meta: dict[str, str]
) -> dict[str, pd.DataFrame]:
    """Return every table of one audience's file, protected."""
    rules, units, verdicts = scored.rules, scored.units, decided.verdicts
    rows = estimates_for(
        audience, decided.estimates, verdicts, shrunken, scored.year_ago
    )
    rubric = adoption_for(
        audience, scored.adoption.cells, scored.adoption.schools, units, rules
    )
    measures, values, spreads = summaries_for(
        audience, scored.summaries.measures, scored.summaries.values, rules
    )
    frames = {
        "meta": pd.DataFrame(sorted(meta.items()), columns=["key", "value"]),
        **definition_frames(),
        "waves": scored.waves,
        "schools": units,
        "cohorts": _cohorts(units, scored.waves),
        "estimates": rows,
        "answers": answers_for(audience, decided.answers, decided.hidden_answers, rows),
        "scales": scored.scales,
        "benchmarks": scored.benchmarks,
        "examples": example_frame(catalogue()),
        "occasions": occasions_for(audience, scored.diary.occasions),
        "requests": requests_for(audience, scored.diary.requests),
        "outcomes": scored.diary.outcomes,
        "figures": figures_for(
            audience, _figures_of(audience, scored, decided, rows), rules
        ),
        "rubric_cells": rubric.cells,
        "rubric_schools": rubric.schools,
        "rubric_groups": rubric.groups,
        "rubric_means": rubric.means,
        "summary_measures": measures,
        "summary_values": values,
        "summary_spreads": spreads,
    }
    if audience is not Audience.PUBLIC and len(decided.estimates):
        frames["bands"] = cohort_bands(decided.estimates, units, verdicts, shrunken)
    if audience is Audience.DISTRICT:
        frames["hidden"] = hidden_cells(decided.estimates, verdicts)
    return {name: _plain(frame) for name, frame in frames.items()}


def over_roster_places(scored: Scored) -> list[str]:
    """Return where more answered than were asked: form, wave, school, which of them.

    Without numbers, for the list lies beside the files that are handed out.
    """
    rows = scored.over_roster
    rows = rows[rows["unit_kind"] == "school"] if len(rows) else rows
    wave = dict(zip(scored.waves["wave_index"], scored.waves["wave"], strict=True))
    places = []
    for row in rows.sort_values(OVER_ORDER).itertuples():
        part = "" if row.breakdown == "all" else f", {row.breakdown} {row.category}"
        places.append(f"{row.form}, {wave[row.wave_index]}, {row.unit_id}{part}")
    return places


def _figures_of(
    audience: Audience, scored: Scored, decided: Decided, rows: pd.DataFrame
) -> pd.DataFrame:
    """Return all figures, with those made of what this audience reads of schools."""
    if audience is Audience.PUBLIC or rows.empty:
        return decided.figures
    own = rows if audience is Audience.DISTRICT else rows[rows["scope"] != "all"]
    shown = own[
        (own["status"] == Status.SHOWN)
        & (own["unit_kind"] == "school")
        & (own["breakdown"] == "all")
    ]
    made = list(
        engine_figures(shown, scored.grades, scored.engines, scored.rules.min_n_student)
    )
    figures = _without_hidden_scales(decided.figures, shown)
    if len(figures):
        outcomes = figures[
            (figures["indicator_id"] == "CU-4")
            & (figures["about"] == "")
            & (figures["unit_kind"] == "school")
            & (figures["n"] >= figures["least"])
        ]
        risk = shown[(shown["indicator_id"] == "CU-1") & (shown["part"] == SCALE)]
        made += risk_and_results(risk, outcomes)
    more = figure_frame(made).assign(status=Status.SHOWN)
    parts = [f for f in (figures, more) if len(f)]
    return pd.concat(parts, ignore_index=True) if parts else figures


def _without_hidden_scales(figures: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Hide how far staff agree on a scale that is hidden: it tells who answered."""
    about = figures["part"] == "agreement" if len(figures) else pd.Series(dtype=bool)
    about &= figures["unit_kind"] == "school" if len(figures) else about
    if not about.any():
        return figures
    keys = ["indicator_id", "wave_index", "unit_id"]
    mine = figures.loc[about, [*keys, "category"]]
    open_ones = pd.MultiIndex.from_frame(shown[[*keys, "part"]])
    hidden = ~pd.MultiIndex.from_frame(mine).isin(open_ones)
    out = figures.copy()
    out.loc[mine.index[hidden], "status"] = Status.PROTECTED
    return out


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


def _notes(
    written: Mapping[str, str], release_id: str, *, is_first: bool
) -> dict[str, str]:
    """Return language → notes: those written, or that there are none."""
    said = {k: text for k, text in written.items() if text.strip()}
    if SOURCE in said:
        return said
    key = "notes.first" if is_first else "notes.none"
    plain = {k: f"# {release_id}\n\n{words(k)(key)}\n" for k in LANGUAGES}
    return {SOURCE: plain[SOURCE], **said} if said else plain
