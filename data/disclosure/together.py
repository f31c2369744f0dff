"""Which parts are hidden together, because each would tell the others.

A part "given" another one has a base that the other's numerator tells; two parts of one
numerator tell it twice; a scale is the mean of its items. Hiding one of such parts in a
unit and showing the rest would hide nothing. So they go together, in the same units:
then people can be moved between two hidden units, with all they answered, and no shown
number changes, whatever holds between the counts.

Source: specification P5.0, CH-4 "protected together".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from data.catalogue.counts import Counts, Holds, Relation, Told, counts

Part = tuple[str, str, str]
LEADERS = "principals"
# A scale and its items, and rules over several items, tell one another's counts.

JOINS = frozenset({Holds.MEAN_OF, Holds.ALL_OF, Holds.TWO_OF})


@dataclass(frozen=True)
class Together:
    """Groups of parts.

    Attributes:
        group: part → the first part of its group; a part alone is its own.
        parents: part → the part whose numerator holds everyone its base counts.
        above: group → parts whose numerator holds a numerator of the group.
        inside: part → parts that tell a count within its base; whether that is
            their numerator, or else their base.
    """

    group: Mapping[Part, Part]
    parents: Mapping[Part, Part]
    above: Mapping[Part, frozenset[Part]]
    inside: Mapping[Part, tuple[tuple[Part, bool], ...]]


@cache
def together() -> Together:
    """Return the groups of the catalogue in force."""
    return groups_of(counts())


def groups_of(known: Counts) -> Together:
    """Return which parts of *known* go together."""
    parts = {
        (t.indicator_id, t.part, t.form): t
        for t in known.told
        if t.table == "estimates" and t.numerator
    }
    by_numerator: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part, told in parts.items():
        by_numerator[told.form, told.numerator].append(part)
    within = {
        (r.form, r.left): r.right[0] for r in _within(known.relations, parts.values())
    }
    leader = {part: part for part in parts}

    def join(mine: Iterable[Part]) -> None:
        found = sorted({leader[p] for p in mine})
        for part, head in leader.items():
            if head in found:
                leader[part] = found[0]

    for same in by_numerator.values():
        join(same)
    for relation in known.relations:
        members = [
            p
            for name in (relation.left, *relation.right)
            for p in by_numerator.get((relation.form, name), ())
        ]
        join(members if relation.holds in JOINS else _leaders(members, parts))
    parents = {}
    for part, told in parts.items():
        holder = by_numerator.get((told.form, within.get((told.form, told.base), "")))
        if holder:
            parents[part] = holder[0]
            join((part, holder[0]))
    above = _above(known, parts, leader, by_numerator)
    return Together(leader, parents, above, _inside(known, parts))


def _within(relations: Iterable[Relation], parts: Iterable[Told]) -> Iterator[Relation]:
    """Yield relations that hold a base in the numerator of another part."""
    parts = list(parts)
    bases = {(t.form, t.base) for t in parts}
    numerators = {(t.form, t.numerator) for t in parts}
    for r in relations:
        is_base = r.holds is Holds.WITHIN and (r.form, r.left) in bases
        if is_base and (r.form, r.right[0]) in numerators:
            yield r


def _above(
    known: Counts,
    parts: Mapping[Part, Told],
    leader: Mapping[Part, Part],
    by_numerator: Mapping[tuple[str, str], list[Part]],
) -> dict[Part, frozenset[Part]]:
    numerators: dict[tuple[str, str], Part] = {
        (t.form, t.numerator): leader[p] for p, t in parts.items()
    }
    found: dict[Part, set[Part]] = defaultdict(set)
    for r in known.relations:
        if r.holds is not Holds.WITHIN:
            continue
        group = numerators.get((r.form, r.left))
        for part in by_numerator.get((r.form, r.right[0]), ()):
            if group is not None and leader[part] != group:
                found[group].add(part)
    return {group: frozenset(p) for group, p in found.items()}


def _inside(
    known: Counts, parts: Mapping[Part, Told]
) -> dict[Part, tuple[tuple[Part, bool], ...]]:
    holders: dict[tuple[str, str], set[str]] = defaultdict(set)
    for r in known.relations:
        if r.holds is Holds.WITHIN:
            holders[r.form, r.left].add(r.right[0])

    def all_holders(form: str, name: str) -> set[str]:
        found, open_names = {name}, [name]
        while open_names:
            more = holders[form, open_names.pop()] - found
            found |= more
            open_names += more
        return found

    of_base: dict[tuple[str, str], list[tuple[Part, bool]]] = defaultdict(list)
    for part, told in parts.items():
        for name, is_numerator in ((told.base, False), (told.numerator, True)):
            for holder in all_holders(told.form, name):
                of_base[told.form, holder].append((part, is_numerator))
    return {
        part: tuple(i for i in of_base[told.form, told.base] if i[0] != part)
        for part, told in parts.items()
    }


def _leaders(members: Iterable[Part], parts: Mapping[Part, Told]) -> list[Part]:
    """Return those of principals, so few that whatever joins two counts joins them."""
    return [p for p in members if parts[p].kind == LEADERS]
