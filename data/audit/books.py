"""Every count anything in a release could tell, and what holds between counts.

Once a form and wave: schools add up to cohorts, launched schools and the district,
parts of a breakdown stay within their whole, and the definitions say how counts of one
form hold together. What one reader is told of these counts is `knowledge`'s.

Source: specification P5.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np
import pandas as pd

from data.audit.definitions import Definitions, Relation
from data.audit.files import AUDIENCES, PART, UNIT, Release
from data.audit.inference import Rows

WHOLE = "all"
# People who answered fewer than half of a scale's items count for none of it and move
# the sum of its items: the attacker allows one, and two in a hundred of those asked.
STRAY, STRAY_SHARE = 1.0, 0.02
MORE_THAN_ANY = 1e6
NUMBERS = ["status", "share", "coding", "n_band", "n", "as_of"]
SHARP = ["design_effect", "waves_pooled"]
SOURCES = ("public", "district", "own")
ANSWERED = "answered "
Count = tuple[str, str, str, str, str]  # name, unit_kind, unit_id, breakdown, category


@dataclass(frozen=True)
class Units:
    """Every unit a release names: kind, id, breakdown and category, by number.

    Attributes:
        table: UNIT, a line each.
        whole: each one's unit without a breakdown, itself where it has none.
        split: which breakdown, as a number; 0 for none.
    """

    table: pd.DataFrame
    whole: np.ndarray
    split: np.ndarray

    @classmethod
    def of(cls, table: pd.DataFrame) -> Units:
        """Number the distinct units of *table*."""
        table = table.drop_duplicates(UNIT)[UNIT].reset_index(drop=True).astype(object)
        number = _numbered(table)
        whole = np.array(
            [number.get((k, u, WHOLE, WHOLE), -1) for k, u, _, _ in number], np.int64
        )
        kinds = {WHOLE: 0}
        split = [kinds.setdefault(b, len(kinds)) for _, _, b, _ in number]
        return cls(table, whole, np.array(split, np.int64))

    @cached_property
    def number(self) -> dict[tuple[str, ...], int]:
        """Return the number of each unit."""
        return _numbered(self.table)

    @cached_property
    def is_school(self) -> np.ndarray:
        """Tell which units are schools, whole or a part of one."""
        found: np.ndarray = self.table["unit_kind"].eq("school").to_numpy(bool)
        return found

    def codes(self, rows: pd.DataFrame) -> np.ndarray:
        """Return the number of the unit of each of *rows*."""
        known = self.table.assign(code=np.arange(len(self.table)))
        keys = rows[UNIT].astype(object)
        found: np.ndarray = keys.merge(known, "left", UNIT)["code"].to_numpy(np.int64)
        return found

    def parents(self, members: pd.DataFrame) -> list[np.ndarray]:
        """Return, per kind of total, where each school is added up; −1 if nowhere."""
        found = []
        for kind, rows in members.groupby("unit_kind"):
            of = dict(zip(rows["school_id"], rows["unit_id"], strict=True))
            lines = self.table.itertuples(index=False, name=None)
            found.append(
                np.array(
                    [
                        self.number.get((str(kind), of.get(u, ""), b, c), -1)
                        if k == "school"
                        else -1
                        for k, u, b, c in lines
                    ],
                    np.int64,
                )
            )
        return found


def _numbered(table: pd.DataFrame) -> dict[tuple[str, ...], int]:
    return {u: k for k, u in enumerate(table.itertuples(index=False, name=None))}


@dataclass(frozen=True)
class Book:
    """Everything any reader could be told of one form and wave.

    Attributes:
        rows: each cell once – PART, UNIT, base, numerator, kind, `unit` by number –
            with what each source says of it, columns <source>_<number>.
        answers: shares of chosen options – source, item_id, code, share, `unit`.
        parents: per kind of total, the unit each school is added up in.
        asked_in: per source and unit, how many were asked, as far as it tells.
    """

    form: str
    wave: str
    rows: pd.DataFrame
    answers: pd.DataFrame
    units: Units
    parents: list[np.ndarray]
    asked_in: Mapping[str, np.ndarray]
    cohort_of: Mapping[str, str]
    relations: list[Relation]

    @cached_property
    def names(self) -> dict[str, int]:
        """Return the number of each named count."""
        named = [*self.rows["base"].unique(), *self.rows["numerator"].unique()]
        named += [n for r in self.relations for n in r.right if r.holds == "sum_of"]
        return {n: k for k, n in enumerate(dict.fromkeys(map(str, named))) if n}

    @cached_property
    def grid(self) -> np.ndarray:
        """Return the cell of each name (down) in each unit (across); −1 where none.

        A cell is one unknown count.
        """
        there = np.zeros((max(self.names.values()) + 1, len(self.units.table)), bool)
        unit = self.rows["unit"].to_numpy(np.int64)
        for column in ("base", "numerator"):
            name = self._numbers(self.rows[column])
            there[name[name >= 0], unit[name >= 0]] = True
        for relation in self.relations:
            # Options nobody chose, or that are hidden, are counts too.
            if relation.holds == "sum_of" and relation.left in self.names:
                units = there[self.names[relation.left]]
                for option in relation.right:
                    there[self.names[option]] |= units
        grid = np.full(there.shape, -1, np.int64)
        grid[there] = np.arange(int(there.sum()))
        return grid

    @cached_property
    def cells(self) -> tuple[np.ndarray, np.ndarray]:
        """Return each cell's name and unit, as numbers."""
        name, unit = np.nonzero(self.grid >= 0)
        return name, unit

    def count(self, cell: int) -> Count:
        """Return a cell in words: its name and its unit."""
        name, unit = self.cells
        text = next(n for n, k in self.names.items() if k == name[cell])
        line = self.units.table.iloc[int(unit[cell])]
        return (text, *(str(line[c]) for c in UNIT))  # type: ignore[return-value]

    def _numbers(self, names: pd.Series) -> np.ndarray:
        codes, texts = pd.factorize(names)
        known = np.array([*(self.names.get(str(t), -1) for t in texts), -1], np.int64)
        found: np.ndarray = known[codes]
        return found

    @cached_property
    def row_cells(self) -> tuple[np.ndarray, np.ndarray]:
        """Return each row's base and numerator, as cells; −1 where it has none."""
        unit = self.rows["unit"].to_numpy(np.int64)
        base, top = (self._numbers(self.rows[c]) for c in ("base", "numerator"))
        return self.grid[base, unit], np.where(top >= 0, self.grid[top, unit], -1)

    @cached_property
    def answer_cells(self) -> tuple[np.ndarray, np.ndarray]:
        """Return, for each share of an option, who answered and who chose it."""
        unit = self.answers["unit"].to_numpy(np.int64)
        item = self.answers["item_id"].astype(str)
        code = self.answers["code"].astype(int).astype(str)
        base, top = self._numbers(ANSWERED + item), self._numbers(item + " = " + code)
        known = (base >= 0) & (top >= 0)
        return (
            np.where(known, self.grid[base, unit], -1),
            np.where(known, self.grid[top, unit], -1),
        )

    def asked(self, sources: Iterable[str]) -> np.ndarray:
        """Return the most any cell may hold: those asked in its unit, if told."""
        told = [self.asked_in[s] for s in sources if s in self.asked_in]
        most = np.max([np.zeros(len(self.units.table)), *told], axis=0)
        # A roster nobody is told of bounds nothing.
        found: np.ndarray = np.where(most > 0, most, MORE_THAN_ANY)[self.cells[1]]
        return found

    @cached_property
    def accounts(self) -> dict[str, Rows]:
        """Return the rows that hold for every reader, by what makes them hold."""
        relations = self._relations()
        return {
            "geography": self._geography(),
            "breakdowns": self._breakdowns(),
            "mean_of": relations.pop("mean_of", Rows.none()),
            "relations": Rows.joined(list(relations.values())),
        }

    def _geography(self) -> Rows:
        """Schools make up totals; where no school is a cell, cohorts do."""
        name, unit = self.cells
        totals, parts = [], []
        has_schools = np.zeros(self.grid.shape, bool)
        for parent in self.parents:
            above = parent[unit]
            total = np.where(above >= 0, self.grid[name, above], -1)
            part = np.flatnonzero(total >= 0)
            totals.append(total[part])
            parts.append(part)
            has_schools[name[part], above[part]] = True
        kind = self.units.table["unit_kind"].to_numpy(object)
        district = self.units.number.get(("district", WHOLE, WHOLE, WHOLE))
        cohorts = np.flatnonzero((kind == "cohort") & (self.units.split == 0))
        if district is not None:
            for k in np.flatnonzero(self.grid[:, district] >= 0):
                mine = self.grid[k, cohorts]
                mine = mine[mine >= 0]
                if not has_schools[k, district] and len(mine):
                    totals.append(np.full(len(mine), self.grid[k, district]))
                    parts.append(mine)
        return _sums(np.concatenate(totals), np.concatenate(parts), 0.0)

    def _breakdowns(self) -> Rows:
        """The parts of a split stay within their whole; some gave no part."""
        name, unit = self.cells
        split, whole = self.units.split[unit], self.units.whole[unit]
        total = np.where((split > 0) & (whole >= 0), self.grid[name, whole], -1)
        part = np.flatnonzero(total >= 0)
        group = total[part] * (self.units.split.max() + 1) + split[part]
        return _sums(total[part], part, inf, group=group)

    def _relations(self) -> dict[str, Rows]:
        found: dict[str, list[Rows]] = {}
        asked = self.asked(self.asked_in)
        for relation in self.relations:
            names = [relation.left, *relation.right]
            if relation.holds == "mean_of":
                names += [self._base_of[n] for n in names if n in self._base_of]
            if any(n not in self.names for n in names):
                continue
            laid = self.grid[[self.names[n] for n in names]]
            laid = laid[:, (laid >= 0).all(axis=0)].T
            if len(laid):
                rows = _related(relation.holds, laid, asked[laid[:, 0]])
                found.setdefault(relation.holds, []).append(rows)
        return {holds: Rows.joined(rows) for holds, rows in found.items()}

    def names_within(self, name: int) -> set[int]:
        """Return the counts that lie within one, by number, through others too."""
        found, left = set[int](), [name]
        while left:
            more = set(self._directly_within.get(left.pop(), ())) - found
            found |= more
            left += more
        return found

    @cached_property
    def _directly_within(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for r in self.relations:
            if r.holds == "within" and {r.left, *r.right} <= self.names.keys():
                found.setdefault(self.names[r.right[0]], []).append(self.names[r.left])
        return found

    @cached_property
    def bases_within(self) -> frozenset[str]:
        """Return the bases that lie within another part's numerator."""
        tops = set(self.rows["numerator"])
        inside = (r for r in self.relations if r.holds == "within")
        return frozenset(r.left for r in inside if r.right[0] in tops)

    @cached_property
    def _base_of(self) -> dict[str, str]:
        """Return the base of each numerator."""
        pairs = self.rows[["numerator", "base"]].drop_duplicates("numerator")
        return dict(pairs.itertuples(index=False, name=None))


def _sums(
    totals: np.ndarray,
    parts: np.ndarray,
    remainder: float,
    group: np.ndarray | None = None,
) -> Rows:
    """Return 0 ≤ total − Σ parts ≤ remainder, a row for each total (and group)."""
    keys = totals if group is None else group
    _, first, row = np.unique(keys, return_index=True, return_inverse=True)
    many = len(first)
    return Rows(
        np.concatenate([np.arange(many), row]),
        np.concatenate([totals[first], parts]),
        np.concatenate([np.ones(many), -np.ones(len(parts))]),
        np.zeros(many),
        np.full(many, remainder),
    )


def _related(holds: str, cells: np.ndarray, asked: np.ndarray) -> Rows:
    """Return the rows of one relation: left, then right, a line for each unit."""
    many, width = cells.shape
    match holds:
        case "within":
            return _lines(cells, [1.0, -1.0], np.full(many, -inf), np.zeros(many))
        case "sum_of":
            weights = [1.0] + [-1.0] * (width - 1)
            return _lines(cells, weights, np.zeros(many), np.zeros(many))
        case "two_of":
            weights = [2.0] + [-1.0] * (width - 1)
            return _lines(cells, weights, np.full(many, -inf), np.zeros(many))
        case "all_of":
            # Who is not favorable on all is on one fewer at most.
            weights = [1.0] + [-1.0] * (width - 1)
            return _lines(cells, weights, -(width - 2) * asked, np.full(many, inf))
        case "mean_of":
            return _mean_of(cells, asked)
        case _:
            raise ValueError(f"no such relation: {holds}")


def _mean_of(cells: np.ndarray, asked: np.ndarray) -> Rows:
    """A scale times its items is the items' sum, up to answers left out.

    Columns: the scale's numerator, the items', the scale's base, the items'. Whoever
    answered a of k items adds favorable · (k/a − 1) ≤ k − a to the difference.
    """
    many, width = cells.shape
    items = width // 2 - 1
    stray = STRAY + STRAY_SHARE * asked
    weights = [float(items)] + [-1.0] * items
    below = _lines(cells[:, : items + 1], weights, -stray, np.full(many, inf))
    weights += [-float(items)] + [1.0] * items
    above = _lines(cells, weights, np.full(many, -inf), stray)
    return Rows.joined([below, above])


def _lines(
    cells: np.ndarray, weights: list[float], low: np.ndarray, high: np.ndarray
) -> Rows:
    many, width = cells.shape
    row = np.repeat(np.arange(many), width)
    return Rows(row, cells.ravel(), np.tile(weights, many), low, high)


def books(release: Release, definitions: Definitions) -> Iterator[Book]:
    """Yield each form and wave of the release's estimates."""
    frame = _side_by_side(release)
    if frame.empty:
        return
    frame = definitions.of_rows("estimates", frame)
    frame = frame[frame["base"].notna()]
    answers = _distributions(release)
    everywhere = [frame[UNIT], *(a[UNIT] for a in answers.values())]
    units = Units.of(pd.concat(everywhere))
    frame = frame.assign(unit=units.codes(frame))
    schools = release.schools
    waves = release.table("public", "waves")
    order = dict(zip(waves["wave"], waves["wave_index"], strict=True))
    cohort_of = dict(
        zip(schools["school_id"], schools["cohort_id"].astype(str), strict=True)
    )
    for (form, wave), rows in frame.groupby(["form", "wave"], sort=True):
        chosen = answers.get((form, wave), EMPTY_ANSWERS)
        yield Book(
            str(form),
            str(wave),
            rows.reset_index(drop=True),
            chosen.assign(unit=units.codes(chosen)),
            units,
            units.parents(_members(schools, int(order[wave]))),
            {s: _asked_in(rows, s, len(units.table)) for s in SOURCES[1:]},
            cohort_of,
            definitions.relations(str(form)),
        )


EMPTY_ANSWERS = pd.DataFrame(columns=["source", "item_id", *UNIT, "code", "share"])


def _side_by_side(release: Release) -> pd.DataFrame:
    keys = [*PART, "wave", *UNIT]
    exact = release.table("district", "estimates")
    own = release.table("school", "estimates")
    own = own[own["scope"].ne(WHOLE)]
    more = ["eligible", *SHARP]
    frame = release.table("public", "estimates")[[*keys, *NUMBERS]]
    frame = frame.rename(columns={c: f"public_{c}" for c in NUMBERS})
    for name, rows in (("district", exact), ("own", own)):
        named = {c: f"{name}_{c}" for c in (*NUMBERS, *more)}
        frame = frame.merge(rows[[*keys, *named]].rename(columns=named), "outer", keys)
    return frame


def _distributions(release: Release) -> dict[tuple[str, str], pd.DataFrame]:
    """Return each form and wave's shares of answers, as each source has them."""
    found = []
    for audience, source in zip(AUDIENCES, ("public", "own", "district"), strict=True):
        rows = release.table(audience, "answers")
        if rows.empty:
            continue
        rows = rows[rows["share"].notna()]
        rows = rows[~_is_kept(release.table(audience, "estimates"), rows)]
        if source == "own":
            rows = rows[rows["scope"].ne(WHOLE)]
        found.append(rows.assign(source=source, breakdown=WHOLE, category=WHOLE))
    if not found:
        return {}
    # An item on two scales has its distribution twice.
    one = ["source", "item_id", "form", "wave", *UNIT, "code"]
    rows = pd.concat(found)[[*one, "share"]].drop_duplicates(one)
    return {(str(f), str(w)): r for (f, w), r in rows.groupby(["form", "wave"])}


def _is_kept(estimates: pd.DataFrame, answers: pd.DataFrame) -> np.ndarray:
    """Tell which answers are as old as a number that waits for more late ones."""
    one = [*PART, "wave", "unit_kind", "unit_id", "scope"]
    old = estimates[estimates["as_of"].notna() & estimates["breakdown"].eq(WHOLE)]
    kept = pd.MultiIndex.from_frame(old[one].astype(str))
    found: np.ndarray = pd.MultiIndex.from_frame(answers[one].astype(str)).isin(kept)
    return found


def _members(schools: pd.DataFrame, wave_index: int) -> pd.DataFrame:
    ids = schools[["school_id"]]
    launched = schools["launch_wave"].notna() & (schools["launch_wave"] <= wave_index)
    return pd.concat(
        [
            ids.assign(unit_kind="district", unit_id=WHOLE),
            ids[launched].assign(unit_kind="launched", unit_id="launched"),
            ids.assign(unit_kind="cohort", unit_id=schools["cohort_id"].astype(str)),
        ],
        ignore_index=True,
    )


def _asked_in(rows: pd.DataFrame, source: str, units: int) -> np.ndarray:
    asked = rows[f"{source}_eligible"].to_numpy(float)
    told = ~np.isnan(asked)
    out = np.zeros(units)
    np.maximum.at(out, rows["unit"].to_numpy(np.int64)[told], asked[told])
    return out
