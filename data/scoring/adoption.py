"""The adoption rubric (RO-1): index, means and stage of each school and cohort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from data.catalogue import Rubric
from data.scoring.figures import DISTRICT, Figure
from data.scoring.raters import rater_agreement, trust

TOP_LEVEL = 4
SHARE_AT_STAGE = 0.75


@dataclass(frozen=True, slots=True)
class Adoption:
    """One school's rubric in one semester.

    Attributes:
        index: 0–100, None where a cell is missing.
        stage: 0–4, None where a cell is missing.
    """

    index: float | None
    attributes: dict[str, float]
    domains: dict[str, float]
    stage: int | None


def adoption(levels: Mapping[tuple[str, str], int], rubric: Rubric) -> Adoption:
    """Return the index, means and stage of twelve rated cells.

    The stage is the largest k that three quarters of the cells have reached
    while no attribute's mean lies below k − 1: a high average cannot hide a
    missing attribute. With a cell missing there is no index and no stage.

    Source: specification 8.4 RO-1, golden value G9.
    """
    attributes = _means(levels, rubric.attributes, 0)
    domains = _means(levels, rubric.domains, 1)
    if set(levels) != set(rubric.descriptors):
        return Adoption(None, attributes, domains, None)
    cells = list(levels.values())
    index = 100 * sum(cells) / (TOP_LEVEL * len(cells))
    stage = max(
        k
        for k in range(TOP_LEVEL + 1)
        if sum(x >= k for x in cells) >= SHARE_AT_STAGE * len(cells)
        and min(attributes.values()) >= k - 1
    )
    return Adoption(index, attributes, domains, stage)


def rubric_agreement(
    connection: duckdb.DuckDBPyConnection, *, last_wave: int
) -> list[Figure]:
    """Return how far two raters agreed on the cells both rated, per semester.

    The consensus stands for the first rater; the second rated blind to it. Below
    .667 raters are to train again before the map is shown.

    Source: specification 8.4 RO-1; Krippendorff's α, ordinal.
    """
    rows = connection.execute(
        """SELECT w.wave_index, a.level, b.level FROM rubric a
           JOIN rubric b USING (semester, school_id, attribute, domain)
           JOIN waves w ON w.wave = a.semester
           WHERE a.rater = 'consensus' AND b.blind AND b.rater <> 'consensus'
             AND w.wave_index <= ? ORDER BY ALL""",
        [last_wave],
    ).fetchall()
    by_wave: dict[int, list[tuple[int, int]]] = {}
    for wave, first, second in rows:
        by_wave.setdefault(int(wave), []).append((first, second))
    return [_agreement(wave, pairs) for wave, pairs in by_wave.items()]


def _agreement(wave: int, pairs: list[tuple[int, int]]) -> Figure:
    alpha = rater_agreement(np.array(pairs, float).T, "ordinal")
    word = trust(alpha).value
    return Figure(
        "RO-1", "agreement", wave, *DISTRICT, value=alpha, word=word, n=len(pairs)
    )


def _means(
    levels: Mapping[tuple[str, str], int], names: Mapping[str, object], part: int
) -> dict[str, float]:
    means = {}
    for name in names:
        cells = [level for key, level in levels.items() if key[part] == name]
        if cells:
            means[name] = sum(cells) / len(cells)
    return means


@dataclass(frozen=True, slots=True)
class AdoptionFrames:
    """Everything the rubric yields, unprotected.

    Attributes:
        cells: school_id, wave_index, attribute, domain, level.
        schools: school_id, wave_index, agreed, adoption, stage and seven means.
    """

    cells: pd.DataFrame
    schools: pd.DataFrame


def rubric_frames(
    connection: duckdb.DuckDBPyConnection, rubric: Rubric, *, last_wave: int
) -> AdoptionFrames:
    """Return the ratings up to *last_wave* and what follows from them.

    A cell is what raters settled on, or what its one rater said. Two who have not
    settled leave it open.

    Source: specification 8.4 RO-1, "a district's own sheet".
    """
    cells = connection.execute(
        """SELECT r.school_id, w.wave_index, r.attribute, r.domain,
             coalesce(max(r.level) FILTER (r.rater = 'consensus'), max(r.level))
               ::INTEGER AS level
           FROM rubric r JOIN waves w ON w.wave = r.semester
           WHERE w.wave_index <= ?
           GROUP BY ALL
           HAVING bool_or(r.rater = 'consensus')
             OR count(DISTINCT coalesce(r.rater, '')) = 1
           ORDER BY ALL""",
        [last_wave],
    ).df()
    agreed = connection.execute(
        """SELECT p.school_id, w.wave_index, p.agreed FROM rubric_public p
           JOIN waves w ON w.wave = p.semester WHERE w.wave_index <= ?""",
        [last_wave],
    ).df()
    rows = []
    for (school, wave), group in cells.groupby(["school_id", "wave_index"]):
        levels = {
            (a, d): int(x)
            for a, d, x in zip(
                group["attribute"], group["domain"], group["level"], strict=True
            )
        }
        found = adoption(levels, rubric)
        rows.append(
            {
                "school_id": school,
                "wave_index": wave,
                "adoption": found.index,
                "stage": found.stage,
                **{a: found.attributes.get(a) for a in rubric.attributes},
                **{d: found.domains.get(d) for d in rubric.domains},
            }
        )
    schools = pd.DataFrame(rows)
    if len(schools):
        schools = schools.merge(agreed, how="left", on=["school_id", "wave_index"])
        schools["agreed"] = schools["agreed"].eq(True)
    return AdoptionFrames(cells, schools)
