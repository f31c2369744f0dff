"""What is decided about each row, and why, while a release is being protected."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from data.model.cell import Status
from data.model.viewer import Audience

NONE = pd.Index([], dtype=int)


class Reason(StrEnum):
    """Why a cell is hidden, in the steward's log alone (P9)."""

    MIN_N = "min_n"
    COMPLEMENTARY = "complementary"
    ONE_SCHOOLS_STAFF = "one_schools_staff"
    FEW_SCHOOLS = "few_schools"
    NEARLY_ALL_SCHOOLS = "nearly_all_schools"
    HIDDEN_FROM_DISTRICT = "hidden_from_district"
    FEW_CHANGED = "few_changed"
    HIDDEN_BEFORE = "hidden_before"
    TOLD_TOGETHER = "told_together"


@dataclass(frozen=True)
class Verdicts:
    """Status and reason of the rows one audience's file has a place for.

    Indexed as the estimates; columns status, reason.

    Attributes:
        unsafe: rows of families that no pattern protects, because an earlier
            release shows what would have to cover.
    """

    district: pd.DataFrame
    public: pd.DataFrame
    own: pd.DataFrame
    unsafe: pd.Index

    def by_audience(self) -> dict[Audience, pd.DataFrame]:
        """Return the verdict on what each file holds beyond the public's."""
        return {
            Audience.PUBLIC: self.public,
            Audience.SCHOOL: self.own,
            Audience.DISTRICT: self.district,
        }


def start(base: pd.Series, has_place: pd.Series) -> pd.DataFrame:
    """Return the rows one audience's file has a place for, as they are on their own.

    Args:
        base: status of every row, before anything is hidden to cover another.
        has_place: which rows the file holds.
    """
    status = base[has_place]
    reason = np.where(status == Status.PROTECTED, Reason.MIN_N.value, "")
    return pd.DataFrame({"status": status, "reason": reason}, index=status.index)


def hidden(verdict: pd.DataFrame) -> pd.Index:
    """Return the rows of *verdict* that are hidden."""
    rows: pd.Index = verdict.index[verdict["status"] == Status.PROTECTED]
    return rows


def hide(verdict: pd.DataFrame, rows: pd.Index, reason: Reason) -> None:
    """Hide *rows* that hold anyone and are not hidden for another reason."""
    here = verdict.index.intersection(rows)
    open_ones = verdict.loc[here, "status"].isin([Status.SHOWN, Status.LOW_RR])
    here = here[open_ones.to_numpy()]
    verdict.loc[here, "status"] = Status.PROTECTED
    verdict.loc[here, "reason"] = reason.value
