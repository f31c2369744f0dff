"""No total gives a hidden school away: an exact test by rank, and what to withhold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

# A principal knows the own school; with three behind a staff total, taking it
# away still leaves two that nobody can tell apart.
FEWEST_SCHOOLS_IN_STAFF_TOTAL = 3


DISTRICT = "district:all"


@dataclass(frozen=True, slots=True)
class Part:
    """A school behind one or more totals.

    Attributes:
        totals: the totals it is part of, for example {"cohort:2", "district:all"}.
        shown: its own result is published.
        sensitive: its number must not be found out (a low response rate alone
            hides a school without making it a secret).
    """

    school_id: str
    n: int
    totals: frozenset[str]
    shown: bool
    sensitive: bool


@dataclass(frozen=True, slots=True)
class Protection:
    """What must go so that no total gives a hidden school away."""

    totals: frozenset[str]
    schools: frozenset[str]


def protect(
    parts: Sequence[Part], totals: dict[str, int], *, minimum: int
) -> Protection:
    """Return the totals to withhold and the further schools to hide.

    Published schools can be subtracted from every total, so each total is an
    equation over its hidden schools. Hidden schools in exactly the same totals
    can never be told apart; what can be solved for is their sum. A sum is
    exposed when the equations determine it and it rests on one school, or on
    fewer people than the minimum, with a sensitive school among them.

    The least is given up first: the smallest other school of the same totals,
    else the smallest total, the district's last of all.

    Args:
        totals: total → people behind it; only totals that would be shown.

    Source: specification P7 ("the cohort total or one more school") and P5.3
    (rank, never a rule of thumb); decision 0006.
    """
    left, hidden = dict(totals), {p.school_id for p in parts if not p.shown}
    while True:
        exposed = _exposed(parts, hidden, set(left), minimum)
        if not exposed:
            more = hidden - {p.school_id for p in parts if not p.shown}
            return Protection(frozenset(totals.keys() - left.keys()), frozenset(more))
        signature = min(exposed, key=lambda s: (sum(left[t] for t in s), sorted(s)))
        alike = [
            p
            for p in parts
            if p.school_id not in hidden and p.totals & left.keys() == signature
        ]
        if alike:
            hidden.add(min(alike, key=lambda p: (p.n, p.school_id)).school_id)
            continue
        smaller = signature - {DISTRICT}
        if smaller:
            del left[min(smaller, key=lambda t: (left[t], t))]
            continue
        # Only the district's total still tells. It is what everyone asks for, so
        # one more school goes into hiding, out of every smaller total, first.
        others = [p for p in parts if p.school_id not in hidden]
        if others:
            other = min(others, key=lambda p: (p.n, p.school_id))
            hidden.add(other.school_id)
            for total in other.totals - {DISTRICT}:
                left.pop(total, None)
        else:
            del left[DISTRICT]


def _exposed(
    parts: Sequence[Part], hidden: set[str], shown: set[str], minimum: int
) -> list[frozenset[str]]:
    """Return the signatures whose hidden schools' sum is exposed."""
    groups: dict[frozenset[str], list[Part]] = defaultdict(list)
    for part in parts:
        if part.school_id in hidden and (visible := part.totals & shown):
            groups[visible].append(part)
    signatures = sorted(groups, key=sorted)
    rows = [
        [Fraction(total in signature) for signature in signatures]
        for total in sorted(shown)
    ]
    exposed = []
    for position, signature in enumerate(signatures):
        members = groups[signature]
        few = len(members) == 1 or sum(p.n for p in members) < minimum
        if few and any(p.sensitive for p in members):
            target = [Fraction(p == position) for p in range(len(signatures))]
            if _rank([*rows, target]) == _rank(rows):
                exposed.append(signature)
    return exposed


def _rank(rows: Sequence[Sequence[Fraction]]) -> int:
    """Return the exact rank: fractions, so no tolerance can flip a decision."""
    matrix = [list(row) for row in rows if any(row)]
    rank = 0
    width = len(matrix[0]) if matrix else 0
    for column in range(width):
        pivot = next((r for r in range(rank, len(matrix)) if matrix[r][column]), None)
        if pivot is None:
            continue
        matrix[rank], matrix[pivot] = matrix[pivot], matrix[rank]
        lead = matrix[rank]
        for r in range(rank + 1, len(matrix)):
            if matrix[r][column]:
                factor = matrix[r][column] / lead[column]
                matrix[r] = [
                    a - factor * b for a, b in zip(matrix[r], lead, strict=True)
                ]
        rank += 1
    return rank
