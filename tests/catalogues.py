"""Random catalogues of nested, additive and conditional parts, answered and attacked.

Each has a few questions and parts that tell one another's counts; people of a small
district answer them one by one; what comes out is protected as any release is and
attacked by the outsider. The relations stand in the catalogue alone: neither side
knows these parts from elsewhere.
"""

from __future__ import annotations

import random
from collections import Counter
from unittest import mock

import numpy as np
import pandas as pd

from data.audit.attacks import FoundOut, attack
from data.audit.files import AUDIENCES, Release
from data.catalogue.counts import Counts, Holds, Relation, Told
from data.disclosure import joint, readers
from data.disclosure import together as groups
from data.disclosure.coding import code_for_public
from data.disclosure.decisions import decide
from data.disclosure.families import Memberships
from data.disclosure.opening import more_to_hide
from data.disclosure.readers import definition_frames
from data.disclosure.statements import Shown
from data.disclosure.verdicts import Reason, Verdicts, hide
from data.model.cell import Status
from data.model.rules import Rules
from data.publish.withheld import MOST_DRAFTS, leaks_of

FORM, WAVE = "survey", "2025-26F"
SIZES = (0, 1, 2, 4, 6, 9, 12, 18, 30, 60, 140)
RULES = Rules()
SHOWN = (Status.SHOWN, Status.LOW_RR)
NO_ANSWERS = pd.DataFrame()
GROUPS = {"students": "students", "teachers": "teachers"}
META = pd.DataFrame(
    [("release_id", f"{WAVE}.1"), *((f"rule.{k}", str(v)) for k, v in (
        ("min_n_student", 10), ("min_n_staff", 5), ("min_n_principal", 5),
        ("min_n_principal_view", 10), ("tie_min", 3)))],
    columns=["key", "value"],
)  # fmt: skip


class Drawn:
    """A catalogue of one form, and what a person's answers count for in it."""

    def __init__(self, rng: random.Random, kind: str) -> None:
        self.kind = kind
        self.questions = rng.randint(2, 4)
        self.told: list[Told] = []
        self.relations: set[Relation] = set()
        for q in range(self.questions):
            self._part(f"Q{q}", f"answered Q{q}", f"favorable Q{q}")
            if rng.random() < 0.4:
                # The most favorable of two options: one count within another.
                self._part(f"Q{q} most", f"answered Q{q}", f"most Q{q}")
                self._within(f"most Q{q}", f"favorable Q{q}")
                self._holds(f"favorable Q{q}", Holds.SUM_OF, f"most Q{q}", f"some Q{q}")
        for _ in range(rng.randint(1, 3)):
            one, other = rng.sample(range(self.questions), 2)
            self._pair(one, other, rng.choice(("both", "given", "both and given")))

    def _pair(self, one: int, other: int, which: str) -> None:
        both = f"favorable Q{one} and Q{other}"
        base = f"favorable Q{one}, answered Q{other}"
        self._within(both, f"favorable Q{one}")
        self._within(both, f"favorable Q{other}")
        if "both" in which:
            self._part(f"Q{one} and Q{other}", f"answered Q{one}", both)
        if "given" in which:
            self._part(f"Q{other} given Q{one}", base, both)
            self._within(base, f"favorable Q{one}")
            self._within(base, f"answered Q{other}")

    def _part(self, part: str, base: str, numerator: str) -> None:
        told = Told(
            "estimates", "XX-1", part, FORM, "*", base, numerator, self.kind, True
        )
        if told not in self.told:
            self.told.append(told)
        self._within(numerator, base)

    def _within(self, inner: str, outer: str) -> None:
        self._holds(inner, Holds.WITHIN, outer)

    def _holds(self, left: str, holds: Holds, *right: str) -> None:
        self.relations.add(Relation(FORM, left, holds, right))

    @property
    def counts(self) -> Counts:
        return Counts(tuple(self.told), tuple(sorted(self.relations)))

    def counted(self, answers: dict[int, int], name: str) -> bool:
        """Tell whether somebody who answered so is in the count called *name*."""
        if ", answered Q" in name:
            first, second = name.split(", answered Q")
            return self.counted(answers, first) and int(second) in answers
        if " and Q" in name:
            first, second = name.split(" and Q")
            return self.counted(answers, first) and answers.get(int(second), 0) >= 4
        verb, question = name.split(" Q")
        chosen = answers.get(int(question), 0)
        least = {"answered": 1, "favorable": 4, "most": 5}[verb]
        return chosen >= least


def people(rng: random.Random, drawn: Drawn) -> pd.DataFrame:
    """Return who answered, school by school: school_id, language, answers."""
    found = []
    for s in range(rng.randint(3, 9)):
        mind = rng.choice((0.0, 0.15, 0.5, 0.85, 1.0))
        for _ in range(rng.choice(SIZES)):
            asked = [q for q in range(drawn.questions) if rng.random() < 0.93]
            answers = {
                q: rng.choice((4, 5)) if rng.random() < mind else rng.choice((1, 2, 3))
                for q in asked
            }
            found.append((f"S{s}", rng.choice(("en", "en", "es")), answers))
    return pd.DataFrame(found, columns=["school_id", "language", "answers"])


def places(rng: random.Random) -> pd.DataFrame:
    cohorts = rng.randint(1, 3)
    return pd.DataFrame(
        [
            (f"S{s}", rng.randint(1, cohorts), rng.choice((0.0, 0.0, None)))
            for s in range(9)
        ],
        columns=["school_id", "cohort_id", "launch_wave"],
    )


def estimates(drawn: Drawn, who: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Return every number of every unit, unprotected, with the columns of scoring."""
    laid = who.merge(units, on="school_id")
    parts = [
        ("school", laid["school_id"]),
        ("cohort", laid["cohort_id"].astype(str)),
        ("district", pd.Series("all", laid.index)),
        ("launched", pd.Series("launched", laid.index).where(laid["launch_wave"].notna())),
    ]  # fmt: skip
    lines = []
    for told in drawn.told:
        base = [drawn.counted(a, told.base) for a in laid["answers"]]
        good = [drawn.counted(a, told.numerator) for a in laid["answers"]]
        rows = laid.assign(base=np.array(base, bool), good=np.array(good, bool))
        for kind, unit in parts:
            split = drawn.kind == "students" and kind in {"school", "district"}
            for breakdown in ("all", "language") if split else ("all",):
                category = rows["language"] if breakdown == "language" else "all"
                keyed = rows.assign(unit_id=unit, category=category)
                for key, mine in keyed.groupby(["unit_id", "category"]):
                    n, agreed = int(mine["base"].sum()), int(mine["good"].sum())
                    schools = mine.loc[mine["base"], "school_id"].nunique()
                    lines.append((told.part, kind, *key, breakdown, n, agreed, schools))
    columns = ["part", "unit_kind", "unit_id", "category", "breakdown", "n",
               "favourable", "schools"]  # fmt: skip
    frame = pd.DataFrame(lines, columns=columns)
    return frame.assign(
        indicator_id="XX-1", form=FORM, wave_index=0, rate=70.0, rate_band="usable",
        respondents=GROUPS[drawn.kind], favourable=frame["favourable"].astype(float),
        share=100 * frame["favourable"] / frame["n"].where(frame["n"] > 0),
    )  # fmt: skip


def release(frame: pd.DataFrame, units: pd.DataFrame, verdicts: Verdicts) -> Release:
    """Return what the three files would hold of *frame*."""
    plain = {"waves_pooled": 1.0, "design_effect": 1.0, "as_of": None, "scope": "all",
             "change": "too_few", "wave": WAVE, "eligible": np.nan}  # fmt: skip

    def told(verdict: pd.DataFrame) -> pd.DataFrame:
        rows = frame.loc[verdict.index].assign(status=verdict["status"], **plain)
        rows = rows.assign(n=rows["n"].astype(float), coding="exact", n_band=None)
        hidden = rows["status"] != Status.SHOWN
        rows.loc[hidden, ["share", "n"]] = np.nan
        return rows.assign(coding=rows["coding"].where(~hidden))

    public, own = told(verdicts.public), told(verdicts.own)
    shown = public["status"] == Status.SHOWN
    coded = code_for_public(public[shown].assign(low=np.nan, high=np.nan))
    public = pd.concat([coded, public[~shown]])
    own = own.assign(scope=own["unit_id"])
    every = {
        "meta": META,
        "schools": units,
        "waves": pd.DataFrame({"wave": [WAVE], "wave_index": [0]}),
        **definition_frames(),
    }
    rows = {
        "public": public,
        "school": pd.concat([public, own]),
        "district": told(verdicts.district),
    }
    return Release(
        f"{WAVE}.1",
        {a: {**every, "estimates": rows[a].reset_index(drop=True)} for a in AUDIENCES},
    )


def drafted(
    frame: pd.DataFrame, units: pd.DataFrame, verdicts: Verdicts
) -> tuple[list[FoundOut], int, int]:
    """Return what is found in the end, after how many drafts and numbers withheld."""
    shown = Shown(frame, NO_ANSWERS, NO_ANSWERS, verdicts, Memberships(units))
    found: list[FoundOut] = []
    draft = more = 0
    while draft < MOST_DRAFTS:
        draft += 1
        found = sorted(attack(release(frame, units, verdicts), Counter()))
        if not found:
            break
        hidden = more_to_hide(shown, leaks_of(found, {WAVE: 0}))
        for audience, rows in hidden.items():
            more += len(rows)
            hide(verdicts.by_audience()[audience], rows, Reason.TOLD_TOGETHER)
    return found, draft, more


def attacked(seed: int) -> tuple[list[FoundOut], int, int]:
    """Return what `drafted` does, of a random catalogue and district."""
    rng = random.Random(seed)
    drawn = Drawn(rng, rng.choice(("students", "students", "teachers")))
    known = drawn.counts
    groups.together.cache_clear()
    with (
        mock.patch.object(groups, "counts", return_value=known),
        mock.patch.object(readers, "counts", return_value=known),
        mock.patch.object(joint, "counts", return_value=known),
    ):
        try:
            units, who = places(rng), people(rng, drawn)
            frame = estimates(drawn, who, units) if len(who) else None
            if frame is None or frame.empty:
                return [], 0, 0
            return drafted(frame, units, decide(frame, units, RULES))
        finally:
            groups.together.cache_clear()
