"""What must be hidden beside what is hidden already (P5): complementary suppression.

Parts whose counts tell one another are settled together, family after family; what
is hidden in one is hidden in the others, until nothing more is needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from data.disclosure.families import FAMILY, Family, Memberships, family_of
from data.disclosure.floors import CELL, Floors
from data.disclosure.suppression import Question, exposed_cells, protect
from data.disclosure.system import System
from data.disclosure.together import Part, together
from data.disclosure.verdicts import NONE, Reason, hide
from data.model.cell import Status
from data.model.rules import Rules

# Registers that count people one by one: what lies within another count there is a
# part of it, not nearly the same.
REGISTERS = frozenset({"messages", "sessions"})
# Sums of shares carry the last bits of divisions.
SAME = 1e-6
NOTHING: frozenset[int] = frozenset()
NEEDED = [*FAMILY, *CELL, "n", "favourable", "respondents"]


def complete(
    verdict: pd.DataFrame,
    estimates: pd.DataFrame,
    places: Memberships,
    rules: Rules,
    *,
    known: pd.Index,
    knowers: pd.Index | None = None,
    is_own: bool = False,
) -> pd.Index:
    """Hide what must go so that no hidden cell of any family can be found out.

    Args:
        is_own: a principal's own school, alone: no other school covers it.

    Returns:
        The rows of families in which that cannot be had.
    """
    if not (verdict["status"] == Status.PROTECTED).any():
        return NONE
    rows = estimates.loc[verdict.index, NEEDED]
    # Plain objects: a family is a few dozen rows, and there are thousands.
    table = _Table(
        rows,
        verdict["status"].to_numpy(dtype=object, copy=True),
        verdict["reason"].to_numpy(dtype=object, copy=True),
        verdict.index.isin(known),
        verdict.index.isin(NONE if knowers is None else knowers),
        rows.groupby(CELL, sort=True).ngroup().to_numpy(),
    )
    protection = _Protection(table, places, rules, is_own)
    for parts in _groups(rows):
        protection.settle(parts)
    cover = np.array(sorted(protection.cover), dtype=int)
    hide(verdict, verdict.index[cover], Reason.COMPLEMENTARY)
    beside = np.array(sorted(protection.beside), dtype=int)
    hide(verdict, verdict.index[beside], Reason.TOLD_TOGETHER)
    return verdict.index[sorted(protection.unsafe)]


def _groups(rows: pd.DataFrame) -> list[dict[Part, np.ndarray]]:
    """Return where the rows of parts that go together stand, part by part.

    Groups another one's numerators lie within come after it.
    """
    known = together()
    found: dict[tuple[Part, int], dict[Part, np.ndarray]] = defaultdict(dict)
    for key, at in rows.groupby(FAMILY, sort=True).indices.items():
        indicator, part, form, wave = key
        one = (str(indicator), str(part), str(form))
        found[known.group.get(one, one), int(wave)][one] = at
    first = sorted(found, key=lambda k: (not known.above.get(k[0]), k))
    return [found[k] for k in first]


@dataclass(frozen=True)
class _Table:
    """The rows of one audience, and what is decided about them so far.

    Attributes:
        cells: row → the unit and category it is about, whatever the part.
    """

    rows: pd.DataFrame
    statuses: np.ndarray
    reasons: np.ndarray
    seen: np.ndarray
    insiders: np.ndarray
    cells: np.ndarray


class _Protection:
    """Settles group after group; what it adds stands in `cover` and `beside`."""

    def __init__(
        self, table: _Table, places: Memberships, rules: Rules, is_own: bool
    ) -> None:
        self._table, self._places, self._rules = table, places, rules
        self._is_own = is_own
        self._likes: dict[tuple[object, ...], frozenset[int]] = {}
        self._n = table.rows["n"].to_numpy()
        self._good = table.rows["favourable"].to_numpy(float)
        self._floors = Floors(table.rows, table.cells)
        # Part → the cells that cover another one of its own.
        self._covers: dict[Part, set[int]] = defaultdict(set)
        self.cover: set[int] = set()
        self.beside: set[int] = set()
        self.unsafe: set[int] = set()

    def settle(self, parts: Mapping[Part, np.ndarray]) -> None:
        """Hide what parts that go together must hide, all of them alike."""
        hidden = self._hidden(parts)
        if not any(len(h) for h in hidden.values()):
            return
        secrets = self._secrets(parts, hidden)
        self._covers.clear()
        families = {
            p: family_of(
                self._table.rows.iloc[at],
                self._places,
                # A part of those counted in another may be hidden and hold nobody.
                tells_empty=p not in together().parents,
            )
            for p, at in parts.items()
            if self._can_hide(at)
        }
        closed: set[int] | None = None
        shut = {c for h in hidden.values() for c in h}
        # A part's cover is hidden in the others too, which may need more.
        while shut != closed:
            closed = set(shut)
            for part, family in families.items():
                shut |= self._settle_one(part, parts[part], family, shut, secrets)
        self._mark(parts, shut, secrets)

    def _can_hide(self, at: np.ndarray) -> bool:
        return bool((self._n[at] > 0).any())

    def _hidden(self, parts: Mapping[Part, np.ndarray]) -> dict[Part, set[int]]:
        table = self._table
        return {
            p: set(table.cells[at[table.statuses[at] == Status.PROTECTED]].tolist())
            for p, at in parts.items()
        }

    def _secrets(
        self, parts: Mapping[Part, np.ndarray], hidden: Mapping[Part, set[int]]
    ) -> set[int]:
        """Return the cells of which some part is a secret; so are the others there."""
        found: set[int] = set()
        for part, at in parts.items():
            if not hidden[part]:
                continue
            own = np.flatnonzero(self._table.statuses[at] == Status.PROTECTED)
            found |= {
                int(self._table.cells[at[c]]) for c in self._sensitive_of(at, own)
            }
        return found

    def _sensitive_of(self, at: np.ndarray, hidden: np.ndarray) -> dict[int, int]:
        mine = self._table.rows.iloc[at]
        minimum = self._rules.minimum(mine["respondents"].iloc[0])
        return _sensitive(mine, hidden, self._table.reasons[at], minimum)

    def _settle_one(
        self,
        part: Part,
        at: np.ndarray,
        family: Family,
        shut: Collection[int],
        secrets: Collection[int],
    ) -> set[int]:
        """Return the cells hidden in one part, given those hidden in its group."""
        table = self._table
        hidden = self._shut_in(part, at, shut)
        sensitive = self._sensitive_of(at, hidden)
        for cell in hidden.tolist():
            if int(table.cells[at[cell]]) in secrets:
                sensitive.setdefault(cell, 0)
        question = Question(
            frozenset(hidden.tolist()),
            sensitive,
            frozenset(np.flatnonzero(table.insiders[at]).tolist()),
            family.ranks,
            frozenset(np.flatnonzero(table.seen[at]).tolist()),
        )
        if not question.hidden:
            return set()
        system = self._with_floors(part, at, family.system, shut)
        mine = table.rows.iloc[at]
        # Tables of one form and wave have the same schools in the same places.
        alike = (
            part[2], int(mine["wave_index"].iloc[0]), len(mine),
            tuple(mine["breakdown"].unique()), question.hidden,
        )  # fmt: skip
        more = protect(system, question, self._likes.get(alike, NOTHING))
        self._likes[alike] = more
        self._covers[part] |= set(table.cells[at[sorted(more)]].tolist())
        if question.known:
            secret = (question.hidden | more) - question.known
            if exposed_cells(system, question, secret):
                self.unsafe |= set(at.tolist())
        return set(table.cells[at[sorted(question.hidden | more)]].tolist())

    def _with_floors(
        self, part: Part, at: np.ndarray, system: System, shut: Collection[int]
    ) -> System:
        """Return *system* with what parts that are shown tell of how many there are."""
        table, told, known = self._table, [], together()
        wave = int(table.rows["wave_index"].iloc[at[0]])
        for other, is_numerator in known.inside.get(part, ()):
            rows = self._rows_of(other, wave)
            shown = table.statuses[rows] == Status.SHOWN
            shown[self._shut_in(other, rows, shut)] = False
            values = self._good if is_numerator else self._n
            rows = rows[shown]
            goes_along = known.group[other] == known.group[part]
            told.append((table.cells[rows], values[rows], goes_along))
        floors = self._floors.of(told)
        here = {k: floors.get(int(c), 0) for k, c in enumerate(table.cells[at])}
        return replace(system, floors={k: n for k, n in here.items() if n})

    def _shut_in(self, part: Part, at: np.ndarray, shut: Collection[int]) -> np.ndarray:
        """Return the places in a part of the cells its group hides.

        A part whose numerator holds another's base stays where that numerator is
        large enough and no cover is needed: for another school, or a group of its own.
        """
        table = self._table
        own = table.statuses[at] == Status.PROTECTED
        here = np.isin(table.cells[at], list(shut)) & (self._n[at] > 0)
        if part in together().parents.values() and (
            self._is_own or part[2] in REGISTERS
        ):
            minimum = self._rules.minimum(table.rows["respondents"].iloc[at[0]])
            is_cover = np.isin(table.cells[at], list(self._covers.get(part, ())))
            here &= (self._good[at] < minimum) | is_cover
        return np.flatnonzero(own | here)

    def _mark(
        self,
        parts: Mapping[Part, np.ndarray],
        shut: Collection[int],
        secrets: Collection[int],
    ) -> None:
        table, is_secret = self._table, set(secrets)
        for part, at in parts.items():
            for place in self._shut_in(part, at, shut).tolist():
                row = int(at[place])
                if table.statuses[row] == Status.PROTECTED:
                    continue
                is_beside = int(table.cells[row]) in is_secret and len(parts) > 1
                (self.beside if is_beside else self.cover).add(row)
                table.statuses[row] = Status.PROTECTED
                table.reasons[row] = (
                    Reason.TOLD_TOGETHER if is_beside else Reason.COMPLEMENTARY
                )
        self._hide_what_says_all(parts, shut)

    def _hide_what_says_all(
        self, parts: Mapping[Part, np.ndarray], shut: Collection[int]
    ) -> None:
        """Hide a part in which everyone agrees, or nobody, over a hidden part in it.

        Where all are clear, so are those who heard: nothing about them stays hidden.
        """
        table, known = self._table, together()
        group = known.group.get(next(iter(parts)))
        above = known.above.get(group, frozenset()) if group else frozenset()
        wave = table.rows["wave_index"].iloc[next(iter(parts.values()))[0]]
        for part in above:
            at = self._rows_of(part, int(wave))
            one_mind = (self._good[at] < SAME) | (self._n[at] - self._good[at] < SAME)
            inside = np.isin(table.cells[at], list(shut)) & (self._n[at] > 0)
            for row in at[one_mind & inside].tolist():
                if table.statuses[row] in {Status.SHOWN, Status.LOW_RR}:
                    table.statuses[row] = Status.PROTECTED
                    table.reasons[row] = Reason.TOLD_TOGETHER
                    self.beside.add(row)

    @cached_property
    def _by_part(self) -> dict[tuple[Part, int], np.ndarray]:
        found = self._table.rows.groupby(FAMILY, sort=True).indices
        return {
            ((str(i), str(p), str(f)), int(w)): at for (i, p, f, w), at in found.items()
        }

    def _rows_of(self, part: Part, wave: int) -> np.ndarray:
        return self._by_part.get((part, wave), np.zeros(0, dtype=int))


def _sensitive(
    rows: pd.DataFrame, hidden: np.ndarray, reasons: np.ndarray, minimum: int
) -> dict[int, int]:
    """Return the hidden cells nobody may find out, with their minimum.

    Cover, and totals hidden for resting on few schools, are no secret in
    themselves; one school's staff are, however many they be.
    """
    n = rows["n"].to_numpy()
    found = {}
    for cell in hidden.tolist():
        if n[cell] < minimum:
            found[cell] = minimum
        elif reasons[cell] in {
            Reason.ONE_SCHOOLS_STAFF,
            Reason.FEW_CHANGED,
            Reason.MIN_N,
            Reason.TOLD_TOGETHER,
        }:
            found[cell] = 0
    return found
