"""Who may see which adoption rubrics: pressure on schools is the harm avoided here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.disclosure.suppression import Question, protect
from data.disclosure.system import System
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
_COHORT, _DISTRICT = range(2)


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
        return AdoptionRows(*(pd.DataFrame() for _ in range(4)))
    place = units[["school_id", "cohort_id"]]
    schools = schools.merge(place, on="school_id")
    cells = cells.merge(place, on="school_id")
    groups, means = _groups(schools), _means(cells)
    match audience:
        case Audience.DISTRICT:
            return _exact(cells, schools, groups, means, "all")
        case Audience.PUBLIC:
            return _for_public(cells, schools, groups)
        case Audience.SCHOOL:
            public = _for_public(cells, schools, groups)
            own = _for_cohorts(cells, schools, groups, means, rules)
            return AdoptionRows(
                own.cells,
                pd.concat([public.schools, own.schools]),
                pd.concat([public.groups, own.groups]),
                own.means,
            )


def _exact(
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


def _for_cohorts(
    cells: pd.DataFrame,
    schools: pd.DataFrame,
    groups: pd.DataFrame,
    means: pd.DataFrame,
    rules: Rules,
) -> AdoptionRows:
    """Return what principals see: their cohort's grids, or only their own."""
    own = _exact(
        cells,
        schools,
        groups[groups["unit_kind"] == "cohort"],
        means[means["unit_kind"] == "cohort"],
        "",
    )
    for frame in (own.schools, own.cells):
        cohort = "cohort-" + frame["cohort_id"].astype(str)
        shared = bool(rules.rubric_shared_in_cohort)
        frame["scope"] = cohort if shared else frame["school_id"]
    for frame in (own.groups, own.means):
        frame["scope"] = "cohort-" + frame["unit_id"]
    return own


def _for_public(
    cells: pd.DataFrame, schools: pd.DataFrame, groups: pd.DataFrame
) -> AdoptionRows:
    agreed = schools[schools["agreed"]].assign(status=Status.SHOWN.value, scope="all")
    agreed[["adoption", "practices", "structures", "policies"]] = np.nan
    groups = groups.assign(scope="all")
    hidden = pd.concat(
        [_hidden_groups(schools, w) for w in groups["wave_index"].unique()]
    )
    keys = ["wave_index", "unit_kind", "unit_id"]
    closed = pd.MultiIndex.from_frame(groups[keys]).isin(
        pd.MultiIndex.from_frame(hidden[keys])
    )
    groups["status"] = np.where(closed, Status.PROTECTED.value, Status.SHOWN.value)
    groups["adoption"] = np.nan
    groups.loc[closed, STAGES] = np.nan
    return AdoptionRows(cells[0:0].assign(scope=""), agreed, groups, pd.DataFrame())


def _hidden_groups(schools: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return the groups of one wave whose count of stages must be withheld.

    A cohort's unpublished schools are one unknown. It may be found out when they
    are many and differ in stage, else not – nor together with others', should
    only their sum be told. A school's stage is no secret before launch: nothing
    is rated then.
    """
    rows = schools[schools["wave_index"] == wave]
    silent = rows[~rows["agreed"] & (rows["stage"].fillna(0) > 0)]
    cohorts = sorted(rows["cohort_id"].astype(str).unique())
    parts = {c: silent[silent["cohort_id"].astype(str) == c] for c in cohorts}
    size = len(cohorts)
    # Cells: each cohort's unpublished schools, each cohort's total, the district's.
    system = System(
        [len(parts[c]) for c in cohorts] * 2 + [len(silent)],
        (
            *((size + k, (k,)) for k in range(size)),
            (2 * size, tuple(range(size))),
        ),
    )
    unsafe = [
        k for k, c in enumerate(cohorts) if len(parts[c]) and not _mixed(parts[c])
    ]
    hidden = set(range(size))
    question = Question(
        frozenset(k for k in hidden if len(parts[cohorts[k]])),
        dict.fromkeys(unsafe, 0),
        frozenset(),
        (_COHORT,) * size * 2 + (_DISTRICT,),
    )
    found = protect(system, question) if unsafe else frozenset()
    shut = [("cohort", cohorts[k - size]) for k in found if size <= k < 2 * size]
    together = pd.concat([parts[c] for _, c in shut]) if shut else silent[:0]
    if 2 * size in found or (len(together) and not _mixed(together)):
        shut.append(("district", "all"))
    out = pd.DataFrame(shut, columns=["unit_kind", "unit_id"])
    return out.assign(wave_index=wave)


def _mixed(silent: pd.DataFrame) -> bool:
    """Tell whether schools are many enough, and differ enough, to stay unknown."""
    return (
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
