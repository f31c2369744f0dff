"""Who may see which adoption rubrics: pressure on schools is the harm avoided here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.model.cell import Status
from data.model.rules import Rules
from data.model.viewer import Audience

STAGES = [f"stage_{k}" for k in range(5)]
MEANS = [
    "voice", "co_creation", "social_construction", "self_discovery",
    "practices", "structures", "policies",
]  # fmt: skip
# With this many schools not published, and not all at one stage, the count of
# stages in their cohort tells nothing certain about any of them.
FEWEST_UNPUBLISHED = 3


@dataclass(frozen=True, slots=True)
class AdoptionRows:
    """The four rubric tables of one audience."""

    cells: pd.DataFrame
    schools: pd.DataFrame
    groups: pd.DataFrame
    means: pd.DataFrame


def adoption_for(
    audience: Audience,
    cells: pd.DataFrame,
    schools: pd.DataFrame,
    units: pd.DataFrame,
    rules: Rules,
) -> AdoptionRows:
    """Return what *audience* may see of the rubric.

    District leaders see every cell; principals their own grid and their
    cohort's; the public the stage and attribute means of schools that agreed,
    and how many schools of a cohort are at each stage.

    Source: specification P2, "Adoption (RO-1) school by school".
    """
    if schools.empty:
        return _empty()
    place = units[["school_id", "cohort_id"]]
    schools = schools.merge(place, on="school_id")
    cells = cells.merge(place, on="school_id")
    groups, means = _groups(schools), _means(cells)
    match audience:
        case Audience.DISTRICT:
            return _rows(cells, schools, groups, means, "all")
        case Audience.PUBLIC:
            return _for_public(cells, schools, groups)
        case Audience.SCHOOL:
            public = _for_public(cells, schools, groups)
            cohort_scope = "cohort-" + schools["cohort_id"].astype(str)
            shared = bool(rules.rubric_shared_in_cohort)
            own = _rows(
                cells,
                schools,
                groups[groups["unit_kind"] == "cohort"],
                means[means["unit_kind"] == "cohort"],
                "cohort",
            )
            if not shared:
                own.schools["scope"] = own.schools["school_id"]
                own.cells["scope"] = own.cells["school_id"]
            else:
                own.schools["scope"] = cohort_scope.to_numpy()
                own.cells["scope"] = "cohort-" + cells["cohort_id"].astype(str)
            own.groups["scope"] = "cohort-" + own.groups["unit_id"]
            own.means["scope"] = "cohort-" + own.means["unit_id"]
            return AdoptionRows(
                own.cells,
                pd.concat([public.schools, own.schools]),
                pd.concat([public.groups, own.groups]),
                own.means,
            )


def _rows(
    cells: pd.DataFrame,
    schools: pd.DataFrame,
    groups: pd.DataFrame,
    means: pd.DataFrame,
    scope: str,
) -> AdoptionRows:
    return AdoptionRows(
        cells.assign(scope=scope),
        schools.assign(scope=scope, status=Status.SHOWN.value),
        groups.assign(scope=scope, status=Status.SHOWN.value),
        means.assign(scope=scope),
    )


def _for_public(
    cells: pd.DataFrame, schools: pd.DataFrame, groups: pd.DataFrame
) -> AdoptionRows:
    agreed = schools[schools["agreed"]].assign(status=Status.SHOWN.value, scope="all")
    agreed[["adoption", "practices", "structures", "policies"]] = np.nan
    groups = groups.assign(scope="all")
    safe = [
        _may_show(schools, row.unit_kind, row.unit_id, row.wave_index)
        for row in groups.itertuples()
    ]
    groups["status"] = np.where(safe, Status.SHOWN.value, Status.PROTECTED.value)
    groups["adoption"] = np.nan
    groups.loc[~np.array(safe, bool), STAGES] = np.nan
    return AdoptionRows(cells[0:0].assign(scope=""), agreed, groups, _empty().means)


def _may_show(schools: pd.DataFrame, kind: str, unit: str, wave: int) -> bool:
    """A schools' stage is no secret before launch: nothing is rated then."""
    rows = schools[schools["wave_index"] == wave]
    if kind == "cohort":
        rows = rows[rows["cohort_id"].astype(str) == unit]
    silent = rows[~rows["agreed"] & (rows["stage"].fillna(0) > 0)]
    return silent.empty or (
        len(silent) >= FEWEST_UNPUBLISHED
        and silent["stage"].min() < silent["stage"].max()
    )


def _groups(schools: pd.DataFrame) -> pd.DataFrame:
    rated = schools[schools["stage"].notna()]
    frames = []
    for kind, column in (("cohort", "cohort_id"), ("district", None)):
        unit = rated[column].astype(str) if column else pd.Series("all", rated.index)
        rows = rated.assign(unit_kind=kind, unit_id=unit)
        for k, name in enumerate(STAGES):
            rows[name] = (rows["stage"] == k).astype(float)
        keys = ["unit_kind", "unit_id", "wave_index"]
        found = rows.groupby(keys)[STAGES].sum().reset_index()
        found["schools"] = rows.groupby(keys).size().to_numpy()
        found["adoption"] = rows.groupby(keys)["adoption"].mean().to_numpy()
        frames.append(found)
    return pd.concat(frames, ignore_index=True)


def _means(cells: pd.DataFrame) -> pd.DataFrame:
    frames = []
    for kind, column in (("cohort", "cohort_id"), ("district", None)):
        unit = cells[column].astype(str) if column else pd.Series("all", cells.index)
        keys = ["unit_kind", "unit_id", "wave_index", "attribute", "domain"]
        frames.append(
            cells.assign(unit_kind=kind, unit_id=unit)
            .groupby(keys)["level"]
            .mean()
            .reset_index()
        )
    return pd.concat(frames, ignore_index=True)


def _empty() -> AdoptionRows:
    return AdoptionRows(*(pd.DataFrame() for _ in range(4)))
