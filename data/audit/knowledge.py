"""What one reader can write down: every number that reader sees, as counts of people.

A share with its n tells two counts exactly; a share in whole percent beside a band of
n tells two inequalities; a coded end tells one; a hidden row tells that somebody is
there. Each reader adds what that reader is told to what holds for everybody.

Source: what coding and bands tell, specification P3 and P4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf

import numpy as np
import pandas as pd

from data.audit.books import ANSWERED, Book
from data.audit.inference import Knowledge, Rows
from data.audit.rules import BANDS, SHOWN, end_width

HALF = 0.5
SCALE_NUMERATOR = "favorable in "


@dataclass(frozen=True)
class Reader:
    """Somebody, or several who each read the own school.

    Attributes:
        name: as a finding calls them.
        leads_district: reads the district's file beside the public's.
        is_shut_in: every principal at the own school alone, none of whom knows of
            another; all of them are looked at together, since nothing joins them.
    """

    name: str
    leads_district: bool = False
    is_shut_in: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """What this reader opens, the sharpest last."""
        if self.is_shut_in:
            return ("public", "own")
        return ("public", "district") if self.leads_district else ("public",)


@dataclass(frozen=True)
class Statements:
    """One reader's knowledge of a book, before anything is inferred.

    Attributes:
        told: counts some row tells this reader, exactly or as a band.
    """

    knowledge: Knowledge
    told: frozenset[int]


def statements(
    book: Book, reader: Reader, *, without: frozenset[str] = frozenset()
) -> Statements:
    """Return what *reader* can write down of *book*.

    Args:
        without: accounts left out, where they contradict older numbers.
    """
    teller = _Teller(book, () if "rosters" in without else reader.sources)
    for source in reader.sources:
        teller.tell(source, reader)
    if reader.is_shut_in:
        without = without | {"geography"}
    kept = [rows for name, rows in book.accounts.items() if name not in without]
    return teller.done(kept)


class _Teller:
    """Collects bounds and rows of one reader."""

    def __init__(self, book: Book, rosters: Iterable[str]) -> None:
        self._book = book
        many = len(book.cells[0])
        self._low = np.zeros(many)
        self._high = book.asked(rosters)
        # A scale's numerator is a sum of shares of answers, not of people.
        of_scale = [n.startswith(SCALE_NUMERATOR) for n in book.names]
        self._whole = ~np.array(of_scale)[book.cells[0]]
        self._told = np.zeros(many, bool)
        self._rows: list[Rows] = []

    def tell(self, source: str, reader: Reader) -> None:
        book, rows = self._book, self._book.rows
        base, top = book.row_cells
        status = rows[f"{source}_status"].to_numpy(object)
        n = rows[f"{source}_n"].to_numpy(float)
        # A number that waits for more late answers is older than its neighbors.
        is_kept = rows[f"{source}_as_of"].notna().to_numpy(bool)
        is_pooled, is_plain = self._sharpness(rows)
        nobody = status == "not_collected"
        self._high[base[nobody]] = 0.0
        hidden = (status == "protected") & ~is_pooled
        # Somebody is there, or the row would say that nobody was asked; of those
        # counted in another part there may be none.
        somebody = hidden & ~rows["base"].isin(book.bases_within).to_numpy(bool)
        np.maximum.at(self._low, base[somebody], 1.0)
        shown = status == SHOWN
        if reader.is_shut_in and source == "public":
            shown &= rows["unit_kind"].eq("school").to_numpy(bool)
        self._told[base[shown]] = True
        shown &= ~is_kept & ~is_pooled
        exact = shown & ~np.isnan(n)
        self._pin(base[exact], n[exact])
        banded = shown & np.isnan(n)
        self._band(base, banded, rows[f"{source}_n_band"].to_numpy(object))
        share = rows[f"{source}_share"].to_numpy(float)
        linked = shown & is_plain & (top >= 0) & ~np.isnan(share)
        value = share * np.nan_to_num(n) / 100
        both = linked & exact
        value = np.where(self._whole[top], np.round(value), value)
        self._pin(top[both], value[both])
        is_end = rows[f"{source}_coding"].isin(("at_most", "at_least")).to_numpy(bool)
        self._told[top[linked & ~is_end]] = True
        self._shares(base, top, linked & banded, share, source)
        self._options(source)

    def _sharpness(self, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Tell which rows rest on two waves, and which are numerator over base."""
        pooled = rows[["district_waves_pooled", "own_waves_pooled"]].max(axis=1)
        effect = rows[["district_design_effect", "own_design_effect"]].max(axis=1)
        is_pooled = pooled.fillna(1).gt(1).to_numpy(bool)
        return is_pooled, ~is_pooled & effect.fillna(1).eq(1).to_numpy(bool)

    def _pin(self, cells: np.ndarray, values: np.ndarray) -> None:
        np.maximum.at(self._low, cells, values)
        self._high[cells] = values

    def _band(self, base: np.ndarray, where: np.ndarray, bands: np.ndarray) -> None:
        for label, (least, most) in BANDS.items():
            cells = base[where & (bands == label)]
            np.maximum.at(self._low, cells, float(least))
            if most is not None:
                np.minimum.at(self._high, cells, float(most))

    def _shares(
        self,
        base: np.ndarray,
        top: np.ndarray,
        where: np.ndarray,
        share: np.ndarray,
        source: str,
    ) -> None:
        """Low · base ≤ numerator ≤ high · base, as rounding and coding leave it."""
        rows = self._book.rows
        coding = rows[f"{source}_coding"].to_numpy(object)[where]
        width = rows.loc[where, f"{source}_n_band"].map(END_OF_BAND).fillna(0)
        width = width.to_numpy(float)
        share = share[where]
        low = np.where(coding == "at_most", 0.0, share - HALF)
        high = np.where(coding == "at_least", 100.0, share + HALF)
        # Between the ends nothing beyond them is written.
        is_exact = (coding != "at_most") & (coding != "at_least")
        low = np.where(is_exact, np.maximum(low, width - HALF), low)
        high = np.where(is_exact, np.minimum(high, 100 - width + HALF), high)
        self._between(top[where], base[where], low, high)

    def _options(self, source: str) -> None:
        """Shares of the options people chose, in whole percent; unnamed ones are 0."""
        rows = self._book.answers
        mine = rows["source"].eq(source).to_numpy(bool)
        if not mine.any():
            return
        base, top = (cells[mine] for cells in self._book.answer_cells)
        share = rows["share"].to_numpy(float)[mine]
        known = (base >= 0) & (top >= 0)
        low, high = np.maximum(share - HALF, 0), np.minimum(share + HALF, 100)
        self._between(top[known], base[known], low[known], high[known])
        listed = np.zeros(len(self._low), bool)
        listed[top[known]] = True
        grid, names = self._book.grid, self._book.names
        item, unit = (
            rows["item_id"].to_numpy(object)[mine],
            rows["unit"].to_numpy()[mine],
        )
        for relation in self._book.relations:
            if relation.holds != "sum_of" or not relation.left.startswith(ANSWERED):
                continue
            here = unit[item == relation.left.removeprefix(ANSWERED)]
            cells = grid[[names[n] for n in relation.right]][:, np.unique(here)].ravel()
            cells = cells[cells >= 0]
            self._high[cells[~listed[cells]]] = 0.0

    def _between(
        self, top: np.ndarray, base: np.ndarray, low: np.ndarray, high: np.ndarray
    ) -> None:
        many = len(top)
        row, one = np.tile(np.arange(many), 2), np.ones(many)
        cells, never = np.concatenate([top, base]), np.full(many, inf)
        none = np.zeros(many)
        self._rows += [
            Rows(row, cells, np.concatenate([one, -low / 100]), none, never),
            Rows(row, cells, np.concatenate([one, -high / 100]), -never, none),
        ]

    def done(self, accounts: list[Rows]) -> Statements:
        knowledge = Knowledge.of(
            self._low,
            self._high,
            self._whole,
            Rows.joined([*accounts, *self._rows]),
        )
        return Statements(knowledge, frozenset(np.flatnonzero(self._told).tolist()))


END_OF_BAND: Mapping[str, int] = {
    label: end_width(least) for label, (least, _) in BANDS.items()
}
