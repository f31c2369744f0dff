"""Who could find out what: each kind of reader, each form and wave, every hidden count.

Readers: anyone, with the public's file; a principal, who also reads the own school;
two principals of one cohort who pool; a district leader, who reads the district's
file and the public's. A group is found out where a reader can tell that it holds
somebody and fewer than the minimum – or, of one school's staff, how many and what
they answered, which is no business of the public's whatever their number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from data.audit.books import SOURCES, WHOLE, Book, Count, books
from data.audit.definitions import Definitions
from data.audit.files import Release
from data.audit.inference import SLACK, Contradiction, Knowledge
from data.audit.knowledge import Reader, Statements, statements
from data.audit.rules import GROUP_OF_KIND, SHOWN

# Beyond so many schools principals are tried only where a row has few unknowns.
FEW_SCHOOLS = 60
FEW_UNKNOWNS = 4
PUBLIC = Reader("public")
DISTRICT = Reader("district", leads_district=True)
OWN = Reader("school", is_shut_in=True)


@dataclass(frozen=True, slots=True, order=True)
class FoundOut:
    """A count somebody can find out.

    Attributes:
        how: the attack that worked.
        name: of the count; empty where everything told of a form contradicts itself.
        unit: its kind, id, breakdown and category.
        least: how many it should be able to be; 0 where its exact number is the secret.
        schools: whose principals were asked.
    """

    how: str
    reader: str
    form: str
    wave: str
    name: str = ""
    unit: tuple[str, str, str, str] = ("", "", "", "")
    least: int = 0
    schools: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        book: Book,
        how: str,
        reader: str,
        target: Target,
        schools: tuple[str, ...] = (),
    ) -> FoundOut:
        """Name the count a target of *book* is."""
        name, kind, unit, split, category = book.count(target.cell)
        least = 0 if how == "solved" else int(target.least)
        place = (kind, unit, split, category)
        return cls(how, reader, book.form, book.wave, name, place, least, schools)

    @property
    def place(self) -> str:
        """The count in words, never its number."""
        if not self.name:
            return f"{self.form} {self.wave}"
        return _words(self.form, self.wave, self.name, *self.unit)


@dataclass(frozen=True)
class Target:
    """A count a reader must not find out.

    Attributes:
        least: it must be able to be so many, or be nobody.
        is_secret: its exact number is, however large.
        also_nobody: that it is nobody is a secret too.
    """

    cell: int
    count: Count
    least: float = 0.0
    is_secret: bool = False
    also_nobody: bool = False


def attack(release: Release, tried: Counter[str]) -> Iterator[FoundOut]:
    """Yield what readers find out of the estimates of *release*."""
    definitions = Definitions(release)
    for book in books(release, definitions):
        least = least_of(release, book)
        everyone = frozenset(
            book.rows.loc[book.rows["own_status"].eq(SHOWN), "unit_id"].astype(str)
        )
        for reader in (PUBLIC, DISTRICT, *((OWN,) if everyone else ())):
            yield from _of_reader(book, reader, least, tried)
        yield from _of_principals(book, everyone, least, tried)


def least_of(release: Release, book: Book) -> float:
    """Return the fewest people a number of *book* may rest on."""
    return release.least(GROUP_OF_KIND[str(book.rows["kind"].iloc[0])])


def _of_reader(
    book: Book, reader: Reader, least: float, tried: Counter[str]
) -> Iterator[FoundOut]:
    known = known_of(book, reader)
    if known is None:
        yield FoundOut("contradiction", reader.name, book.form, book.wave)
        return
    asked = targets(book, reader, known, least)
    tried["hidden counts attacked"] += len(asked)
    tried["systems solved"] += 1
    yield from _found(book, reader.name, known.knowledge, asked, with_programmes=True)


def known_of(book: Book, reader: Reader) -> Statements | None:
    """Return a reader's knowledge, tightened; None where it contradicts itself.

    Numbers that wait for more late answers are older than those beside them: what
    holds of one release need not hold of two, so approximate relations go first, then
    that nobody answers who is not on the roster: late answers pass it.
    """
    for without in ((), ("mean_of",), ("mean_of", "rosters")):
        said = statements(book, reader, without=frozenset(without))
        try:
            said.knowledge.tighten()
        except Contradiction:
            continue
        return said
    return None


def targets(
    book: Book, reader: Reader, known: Statements, least: float
) -> list[Target]:
    """Return the counts nobody told this reader.

    Bases may not be small, nor of one school's staff; of a hidden base, or of a share
    only told to lie beyond an end, it may not be known how many of them agreed.
    """
    rows = book.rows
    base, _ = book.row_cells
    nobody = np.zeros(len(rows), bool)
    for name in SOURCES:
        nobody |= rows[f"{name}_status"].eq("not_collected").to_numpy(bool)
    is_staff = rows["kind"].iloc[0] != "students"
    skip = known.told | set(base[nobody].tolist())
    # Of those counted in another number there may be none: that tells of them.
    is_question = ~rows["base"].isin(book.bases_within).to_numpy(bool)
    skip |= _of_nobody(book, base[nobody & is_question])
    found = []
    for cell in sorted(set(base.tolist()) - skip):
        count = book.count(cell)
        if reader.is_shut_in and count[1] != "school":
            continue
        if reader is PUBLIC and count[3] != WHOLE:
            continue
        of_one = reader is PUBLIC and is_staff and count[1] == "school"
        found.append(Target(cell, count, least, is_secret=of_one))
    of_one = np.array([t.cell for t in found if t.is_secret], np.int64)
    # A group known to be large enough is hidden for another's sake.
    few = known.knowledge.low[base] < least
    return found + _numerators(book, reader, known, few | np.isin(base, of_one), skip)


def _of_nobody(book: Book, empty: np.ndarray) -> set[int]:
    """Return the counts that lie within one a row says was of nobody.

    That nobody agreed with a question nobody answered tells no answer.
    """
    name, unit = book.cells
    found: set[int] = set()
    for k in np.unique(name[empty]):
        inside = sorted(book.names_within(int(k)))
        cells = book.grid[np.ix_(inside, unit[empty[name[empty] == k]])]
        found |= set(cells[cells >= 0].tolist())
    return found


def _numerators(
    book: Book,
    reader: Reader,
    known: Statements,
    secret: np.ndarray,
    told: Collection[int],
) -> list[Target]:
    """Return how many agreed, where who they are is hidden or all were of one mind.

    Args:
        secret: which rows may be of few people, or are of one school's staff.
    """
    rows, knowledge = book.rows, known.knowledge
    base, top = book.row_cells
    unread = np.zeros(len(rows), bool)
    for name in reader.sources:
        # Too low a rate hides a share for doubt of it, and tells how many there were.
        unread |= rows[f"{name}_status"].eq("low_rr").to_numpy(bool)
    hidden = secret & ~np.isin(base, list(told)) & ~unread
    hidden &= knowledge.high[base] > 0
    if reader is PUBLIC:
        coding = rows["public_coding"]
        none, everyone = (coding.eq(c).to_numpy(bool) for c in ("at_most", "at_least"))
        hidden |= none & (knowledge.high[top] < 1)
        hidden |= everyone & (knowledge.low[top] > knowledge.high[base] - 1)
    cells = set(top[hidden & (top >= 0)].tolist()) - set(base.tolist()) - set(told)
    found = []
    for cell in sorted(cells):
        count = book.count(cell)
        if reader.is_shut_in and count[1] != "school":
            continue
        if reader is not PUBLIC or count[3] == WHOLE:
            found.append(Target(cell, count, is_secret=True, also_nobody=True))
    return found


def _found(
    book: Book,
    reader: str,
    known: Knowledge,
    asked: list[Target],
    schools: tuple[str, ...] = (),
    *,
    with_programmes: bool,
) -> Iterator[FoundOut]:
    """Yield the targets that are bounded below their minimum, or pinned."""
    open_: list[Target] = []
    for target in asked:
        low, high = known.low[target.cell], known.high[target.cell]
        if SLACK < high < target.least:
            yield FoundOut.of(book, "bounds", reader, target, schools)
        elif (
            target.is_secret
            and high - low < 1 - SLACK
            and (high > 0 or target.also_nobody)
        ):
            yield FoundOut.of(book, "solved", reader, target, schools)
        elif target.least and high - low > SLACK:
            open_.append(target)
    if not with_programmes or not open_:
        return
    enough = {t.cell: t.least for t in open_}
    try:
        largest = known.largest([t.cell for t in open_], enough)
    except Contradiction:
        return
    for target in open_:
        if SLACK < largest[target.cell] < target.least - SLACK:
            yield FoundOut.of(book, "programme", reader, target, schools)


def _of_principals(
    book: Book, everyone: frozenset[str], least: float, tried: Counter[str]
) -> Iterator[FoundOut]:
    """Principals take the own school out of what anyone reads, alone or in twos."""
    known = known_of(book, PUBLIC)
    if known is None or not everyone:
        return
    asked = targets(book, PUBLIC, known, least)
    asked = [
        t
        for t in asked
        if known.knowledge.high[t.cell] - known.knowledge.low[t.cell] > SLACK
    ]
    if not asked:
        return
    facts = _own_facts(book, known)
    # Counts of their own people alone are no news to them.
    whose = {t.cell: _whose(book, known, t) for t in asked}
    for schools in _coalitions(book, known, asked, facts.keys()):
        mine = {c: v for s in schools for c, v in facts[s].items()}
        name = "principal" if len(schools) == 1 else "two principals"
        tried[f"{name} tried"] += 1
        try:
            told = known.knowledge.knowing(mine)
        except Contradiction:
            continue
        others = [t for t in asked if not whose[t.cell] or whose[t.cell] - set(schools)]
        yield from _found(book, name, told, others, schools, with_programmes=False)


def _whose(book: Book, known: Statements, target: Target) -> frozenset[str]:
    """Return the schools whose people a count may hold; none if none is told."""
    name, unit = (int(axis[target.cell]) for axis in book.cells)
    ids = book.units.table["unit_id"]
    if book.units.is_school[unit]:
        return frozenset({str(ids[unit])})
    high = known.knowledge.high
    parts = [k for parent in book.parents for k in np.flatnonzero(parent == unit)]
    cells = [(str(ids[k]), int(book.grid[name, k])) for k in parts]
    return frozenset(s for s, cell in cells if cell >= 0 and high[cell] > 0)


def _own_facts(book: Book, known: Statements) -> dict[str, dict[int, float]]:
    """Return what each school's staff read exactly: counts of their own school."""
    rows = book.rows
    base, top = book.row_cells
    n, share = rows["own_n"].to_numpy(float), rows["own_share"].to_numpy(float)
    plain = rows["own_design_effect"].eq(1) & rows["own_waves_pooled"].eq(1)
    is_plain = plain.to_numpy(bool)
    told = rows["own_status"].eq(SHOWN) & rows["breakdown"].eq(WHOLE)
    told &= rows["own_as_of"].isna() & rows["own_n"].notna()
    units = rows["unit_id"].to_numpy(object)
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for k in np.flatnonzero(told):
        mine = found[str(units[k])]
        mine[int(base[k])] = n[k]
        if top[k] >= 0 and is_plain[k] and not np.isnan(share[k]):
            value = share[k] * n[k] / 100
            mine[int(top[k])] = round(value) if known.knowledge.whole[top[k]] else value
    return found


def _coalitions(
    book: Book,
    known: Statements,
    asked: list[Target],
    able: Iterable[str],
) -> list[tuple[str, ...]]:
    """Return the principals, and pairs of one cohort, worth trying.

    A pair can only solve a row together in which hardly anything else is unknown.
    """
    schools = sorted(able)
    knowledge = known.knowledge
    is_open = (knowledge.high - knowledge.low) > SLACK
    unit = book.cells[1]
    ids = book.units.table["unit_id"].to_numpy(object)
    of_school = np.flatnonzero(book.units.is_school[unit])
    school_of = dict(zip(of_school.tolist(), ids[unit[of_school]], strict=True))
    cohort_of = book.cohort_of
    wanted = {t.cell for t in asked}
    singles: set[tuple[str, ...]] = set()
    pairs: set[tuple[str, ...]] = set()
    matrix = knowledge.matrix
    for k in range(matrix.shape[0]):
        entries = matrix.indices[matrix.indptr[k] : matrix.indptr[k + 1]]
        unknown = [int(c) for c in entries if is_open[c]]
        if len(unknown) > FEW_UNKNOWNS or not wanted & set(unknown):
            continue
        here = sorted({school_of[c] for c in unknown if c in school_of} & set(schools))
        singles |= {(s,) for s in here}
        pairs |= {
            (a, b)
            for a, b in combinations(here, 2)
            if cohort_of.get(a) == cohort_of.get(b)
        }
    if len(schools) <= FEW_SCHOOLS:
        singles = {(s,) for s in schools}
    return [*sorted(singles), *sorted(pairs)]


def place_of(book: Book, cell: int) -> str:
    """Return a count's place in words, never its number."""
    return _words(book.form, book.wave, *book.count(cell))


def _words(
    form: str, wave: str, name: str, kind: str, unit: str, split: str, category: str
) -> str:
    part = "" if split == WHOLE else f", {split} {category}"
    return f"{name} ({form} {wave}), {kind} {unit}{part}"
