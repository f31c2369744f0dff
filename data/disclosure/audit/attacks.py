"""What readers can compute: rank, interval and insider attacks on the shown numbers.

The attacker knows which cells exist and how they add up, reads every file he may
open, and solves. Three readers: anyone, with the public's file; a principal, who
also knows the own school; a district leader, who reads the district's file and
the public's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.disclosure.audit.contents import place_of
from data.disclosure.audit.reading import FAMILY, KEYS, READABLE, Reading
from data.disclosure.families import Memberships, family_of
from data.disclosure.intervals import View, of_one_mind, too_narrow
from data.disclosure.system import RIGHT, System, reduce
from data.model.cell import Status
from data.model.viewer import Audience

Found = Iterator[tuple[str, str, str]]
# Where in a cell's key its unit and its breakdown stand.
KIND, NAME, SPLIT = (KEYS.index(k) for k in ("unit_kind", "unit_id", "breakdown"))


@dataclass(frozen=True)
class Sheet:
    """One family laid out for attack.

    Attributes:
        keys: the cells' keys, in the system's order.
        counts: cell → people, wherever a file a district leader opens tells.
        good: cell → favourable answers, likewise.
        can_read: reader → cells whose number that reader sees.
        own: cells some principal sees as the own school's → people.
        small: cells the steward's list says are hidden for being small.
        least: fewest people a number of this family may rest on.
        secret_schools: True where a single school's number is a secret whatever
            its size: staff, to the public.
    """

    keys: list[tuple[str, ...]]
    system: System
    counts: Mapping[int, int]
    good: Mapping[int, float]
    can_read: Mapping[str, frozenset[int]]
    own: Mapping[int, int]
    small: frozenset[int]
    least: int
    secret_schools: bool
    kept: frozenset[int]
    moved: frozenset[int]


def sheets(reading: Reading, before: Reading | None = None) -> Iterator[Sheet]:
    """Yield each family of the release.

    Args:
        before: the release before it, which tells what has moved since.
    """
    frame = laid_out(reading)
    frame["moved"] = False if before is None else _moved(frame, before)
    places = Memberships(reading.schools)
    small = _marked_small(reading)
    for key, rows in frame.groupby(FAMILY, sort=True):
        family = family_of(rows.assign(n=0, favourable=0.0), places)
        keys = [tuple(r) for r in rows[KEYS].itertuples(index=False)]
        counted = np.flatnonzero(rows["n"].notna())
        n = rows["n"].to_numpy()
        share = rows["share"].to_numpy()
        is_plain = rows["is_plain"].to_numpy(bool)
        own = np.flatnonzero(rows["own_n"].notna())
        own_n = rows["own_n"].to_numpy()
        form = str(key[FAMILY.index("form")])
        yield Sheet(
            keys,
            family.system,
            {int(c): int(n[c]) for c in counted},
            # A share weighted to the roster is not favourable answers over n.
            {
                int(c): share[c] * n[c] / 100
                for c in counted
                if not np.isnan(share[c]) and is_plain[c]
            },
            {
                name: frozenset(np.flatnonzero(rows[name]).tolist())
                for name in ("public", "district")
            },
            {int(c): int(own_n[c]) for c in own},
            frozenset(k for k, cell in enumerate(keys) if cell in small),
            reading.minimum(form),
            reading.is_staff(form),
            frozenset(np.flatnonzero(rows["as_of"].notna()).tolist()),
            frozenset(np.flatnonzero(rows["moved"]).tolist()),
        )


def _moved(frame: pd.DataFrame, before: Reading) -> np.ndarray:
    old = laid_out(before)[[*KEYS, "n", "own_n"]]
    both = frame[[*KEYS, "n", "own_n"]].merge(old, "left", KEYS, suffixes=("", "_old"))
    now = both["n"].where(both["n"].notna(), both["own_n"])
    then = both["n_old"].where(both["n_old"].notna(), both["own_n_old"])
    # A number nobody could read before may have been another.
    moved: np.ndarray = (now.notna() & (now != then)).to_numpy()
    return moved


def laid_out(reading: Reading) -> pd.DataFrame:
    """Return every cell once, with who reads it and the counts the files tell.

    Columns: KEYS, wave_index, n, share (exact), own_n, public, district, as_of.
    """
    exact = reading.estimates(Audience.DISTRICT)
    base = exact[[*KEYS, "wave_index", "status", "n", "share", "mean", "as_of"]]
    plain = (exact["design_effect"] == 1) & (exact["waves_pooled"] == 1)
    base = base.assign(is_plain=plain)
    public = reading.estimates(Audience.PUBLIC)
    own = reading.estimates(Audience.SCHOOL)
    own = own[own["scope"] != "all"]
    frame = base.merge(
        public[[*KEYS, "status", "as_of"]], "outer", KEYS, suffixes=("", "_p")
    )
    frame = frame.merge(
        own[[*KEYS, "status", "n", "as_of"]], "left", KEYS, suffixes=("", "_own")
    )
    numbers = reading.tables[Audience.DISTRICT]["waves"]
    index = dict(zip(numbers["wave"], numbers["wave_index"], strict=True))
    frame["wave_index"] = frame["wave"].map(index)
    frame["is_plain"] = frame["is_plain"].eq(True)
    nobody = frame["status"] == Status.NOT_COLLECTED
    frame.loc[nobody, "n"] = 0
    frame["as_of"] = (
        frame["as_of"]
        .where(frame["as_of"].notna(), frame["as_of_p"])
        .where(lambda x: x.notna(), frame["as_of_own"])
    )
    frame["district"] = frame["status"].isin(READABLE) | nobody
    frame["public"] = frame["status_p"].isin(READABLE) | nobody
    frame["own_n"] = frame["n_own"].where(frame["status_own"] == Status.SHOWN)
    counts = ["n", "own_n"]
    frame[counts] = frame[counts].astype("Float64").astype(float)
    return frame


def _marked_small(reading: Reading) -> set[tuple[str, ...]]:
    hidden = reading.tables[Audience.DISTRICT]["hidden"]
    rows = hidden[(hidden["reason"] == "min_n") & (hidden["audience"] == "district")]
    return {tuple(r) for r in rows[KEYS].itertuples(index=False)}


def attack(sheet: Sheet) -> Found:
    """Yield what each kind of reader finds out about one family."""
    public, district = sheet.can_read["public"], sheet.can_read["district"]
    whole = frozenset(k for k, cell in enumerate(sheet.keys) if cell[SPLIT] == "all")
    everything = frozenset(range(len(sheet.keys)))
    # Without breakdowns: the public has none, and a total of hidden parts only
    # would be one more unknown.
    outside = (everything - public) & whole
    yield from _solve(sheet, outside, "public", sheet.own)
    inside = everything - (district | public)
    yield from _solve(sheet, inside, "district", {})
    own = frozenset(sheet.own)
    empty = frozenset(c for c, n in sheet.counts.items() if n == 0)
    by_school: dict[str, set[int]] = defaultdict(set)
    for k, cell in enumerate(sheet.keys):
        if cell[KIND] == "school":
            by_school[cell[NAME]].add(k)
    for school in sorted(
        {sheet.keys[c][NAME] for c in own if sheet.keys[c][SPLIT] != "all"}
    ):
        cells = by_school[school] - own
        yield from _solve(sheet, cells - empty, "school", {})


def _solve(
    sheet: Sheet, hidden: Collection[int], reader: str, insiders: Mapping[int, int]
) -> Found:
    if not hidden:
        return
    hidden = frozenset(hidden)
    equations = _readable(sheet, hidden, reader)
    sums = {e: _known_sum(sheet, e, hidden) for e in equations}
    valued = all(s is not None for s in sums.values())
    rows = [dict(sheet.system.unknowns(e, hidden)) for e in equations]
    for row, e in zip(rows, equations, strict=True):
        if valued and sums[e]:
            row[RIGHT] = -int(sums[e] or 0)
    left = reduce(rows)
    for cell in sorted(left.solvable()):
        minus = left.rows[cell].get(RIGHT, 0) if valued else None
        if _matters(sheet, cell, minus, reader):
            yield "rank", reader, place_of(sheet.keys[cell])
    for tied in left.tied():
        for insider in sorted(tied & insiders.keys()):
            for cell in sorted(tied - {insider}):
                if _matters(sheet, cell, None, reader):
                    yield "principal", reader, place_of(sheet.keys[cell])
    yield from _spans(sheet, hidden, reader, insiders, sums)


def _readable(sheet: Sheet, hidden: frozenset[int], reader: str) -> list[int]:
    """Return the equations a reader can set up: the public has no parts."""
    touched = sheet.system.touched(hidden)
    match reader:
        case "public":
            return [e for e in touched if _is_whole(sheet, e)]
        case "school":
            return [e for e in touched if _is_split(sheet, e)]
        case _:
            return touched


def _is_whole(sheet: Sheet, equation: int) -> bool:
    return all(sheet.keys[c][SPLIT] == "all" for c in sheet.system.members(equation))


def _is_split(sheet: Sheet, equation: int) -> bool:
    return len({sheet.keys[c][NAME] for c in sheet.system.members(equation)}) == 1


def _known_sum(sheet: Sheet, equation: int, hidden: frozenset[int]) -> int | None:
    """Return what the hidden cells come to; None where a shown count is unknown."""
    total, parts = sheet.system.totals[equation]
    members = {total, *parts}
    if sheet.kept and members & sheet.moved:
        # Some numbers of this family are older than others: they do not add up,
        # and whoever subtracts them is misled. What moved is looked at by itself.
        return None
    right = 0
    for cell, sign in ((total, 1), *((p, -1) for p in parts)):
        if cell in hidden:
            continue
        count = sheet.counts.get(cell, sheet.own.get(cell))
        if count is None:
            return None
        right += sign * count
    return right


def _matters(sheet: Sheet, cell: int, minus: object, reader: str) -> bool:
    """Tell whether finding this cell out harms anyone.

    Cover may be found out: its number could have been shown. What may not is a
    small group, or a single school's staff.
    """
    is_school = sheet.keys[cell][KIND] == "school"
    if reader == "public" and sheet.secret_schools and is_school:
        return True
    if cell in sheet.small:
        return True
    count = sheet.counts.get(cell, sheet.own.get(cell))
    if count is None and isinstance(minus, int) and minus:
        count = -minus
    return count is not None and 0 < count < sheet.least


def _spans(
    sheet: Sheet,
    hidden: frozenset[int],
    reader: str,
    insiders: Mapping[int, int],
    sums: Mapping[int, int | None],
) -> Found:
    """Interval attacks, by outsiders, principals and members of the small groups.

    A member who takes the own answer out only learns that the count is at least
    one, which every reader may know: what stands against outsiders stands here.
    """
    asked = dict.fromkeys(sheet.small & hidden, sheet.least)
    if not asked:
        return
    known = {e: s for e, s in sums.items() if s is not None}
    narrowed = _only(sheet.system, known)
    view = View(narrowed, hidden, dict(enumerate(known.values())))
    inside = {c: n for c, n in insiders.items() if c in hidden}
    for found in too_narrow(view, asked, inside):
        name = "interval" if found.insider is None else "principal"
        yield name, reader, place_of(sheet.keys[found.cell])
    if reader == "district":
        good = _known_good(sheet, narrowed, hidden)
        minds = View(narrowed, hidden, view.sums, good)
        for found in of_one_mind(minds, asked):
            yield "one mind", reader, place_of(sheet.keys[found.cell])


def _only(system: System, equations: Mapping[int, object]) -> System:
    totals = tuple(system.totals[e] for e in equations)
    open_ended = {k: (0, 0.0) for k, e in enumerate(equations) if e in system.unstated}
    return System(system.counts, totals, unstated=open_ended)


def _known_good(
    sheet: Sheet, system: System, hidden: frozenset[int]
) -> dict[int, float]:
    found = {}
    for e, (total, parts) in enumerate(system.totals):
        shown = [(total, 1.0), *((p, -1.0) for p in parts)]
        shown = [(c, s) for c, s in shown if c not in hidden]
        if all(c in sheet.good or sheet.counts.get(c) == 0 for c, _ in shown):
            found[e] = sum(s * sheet.good.get(c, 0.0) for c, s in shown)
    return found


def attack_rubric(reading: Reading) -> Found:
    """Subtract published schools' stages from their cohort's and the district's."""
    groups = reading.tables[Audience.PUBLIC]["rubric_groups"]
    schools = reading.tables[Audience.PUBLIC]["rubric_schools"]
    cohort = dict(
        zip(
            reading.schools["school_id"],
            reading.schools["cohort_id"].astype(str),
            strict=True,
        )
    )
    stages = [f"stage_{k}" for k in range(5)]
    for wave, rows in groups.groupby("wave"):
        published = schools[schools["wave"] == wave]
        told = pd.crosstab(published["school_id"].map(cohort), published["stage"])
        shown = rows[rows["status"] == Status.SHOWN].set_index(["unit_kind", "unit_id"])
        rest_of = {}
        for kind, unit in shown.index:
            counts = shown.loc[(kind, unit), stages].to_numpy(float)
            mine = told if kind == "district" else told[told.index == unit]
            told_here = np.array([mine[k].sum() if k in mine else 0 for k in range(5)])
            rest_of[kind, unit] = counts - told_here
        for (kind, unit), rest in rest_of.items():
            if kind == "cohort" and _tells(rest):
                yield "rubric", "public", f"stages of cohort {unit}, {wave}"
        if ("district", "all") in rest_of:
            others = sum(r for (kind, _), r in rest_of.items() if kind == "cohort")
            if _tells(rest_of["district", "all"] - others):
                yield "rubric", "public", f"stages of the cohorts withheld, {wave}"


def _tells(rest: np.ndarray) -> bool:
    rated = rest[1:]
    few = rated.sum() < 3  # noqa: PLR2004 - as published: three schools at least
    return bool(rated.sum() > 0 and (few or (rated > 0).sum() == 1))
