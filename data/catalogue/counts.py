"""What every published number tells: counts of people with names (specification P5.0).

A share is two counts: whom it is a share of, its base, and who of them it counts, its
numerator. Two numbers that tell the same count under one name share it; relations say
how counts of one form hold together. Protection and attack both start from here, and
each release carries the same tables, so that a reader can check them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from data.catalogue.entries import Catalogue, Measure, Rule
from data.catalogue.reader import catalogue, read_yaml
from data.errors import CatalogueError

HERE = Path(__file__).parent
FILE = "counts.yaml"
ANY = "*"
KIND_OF_GROUP = {
    "students": "students",
    "families": "students",
    "teachers": "teachers",
    "support_staff": "teachers",
    "building_admins": "principals",
}
Entry = dict[str, Any]  # Any: one YAML mapping


class Holds(StrEnum):
    """How counts of one form hold together, in every unit and category."""

    WITHIN = "within"  # everyone counted left is counted right
    MEAN_OF = "mean_of"  # k times left is the sum of the k on the right
    ALL_OF = "all_of"  # left ≥ the sum on the right − (k − 1) · base
    TWO_OF = "two_of"  # twice left ≤ the sum on the right
    SUM_OF = "sum_of"  # left is the sum of the right


@dataclass(frozen=True, slots=True)
class Told:
    """What one published number tells.

    Attributes:
        table: the table of a release it stands in.
        part, form, category: "*" where the definition is for each.
        base: name of the count it is a share of; empty where nobody is counted.
        numerator: name of the count of those it counts; empty where it is a count
            or a mean.
        kind: whose numbers they are, for who may read them (P2).
        adds_up: schools' counts add up to cohorts' and the district's.
    """

    table: str
    indicator_id: str
    part: str
    form: str
    category: str
    base: str
    numerator: str
    kind: str
    adds_up: bool


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """One relation between counts of a form."""

    form: str
    left: str
    holds: Holds
    right: tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """Everything a release tells, and how it holds together."""

    told: tuple[Told, ...]
    relations: tuple[Relation, ...]

    def of_measure(self, indicator: str, part: str, form: str) -> Told:
        """Return what an estimate of a survey measure or register tells."""
        for told in self.told:
            key = (told.table, told.indicator_id, told.part, told.form)
            if key == ("estimates", indicator, part, form):
                return told
        raise undeclared(indicator, part)

    def of_figure(self, indicator: str, part: str, category: str) -> Told:
        """Return what a figure tells.

        Raises:
            CatalogueError: the part declares nothing, so nobody may publish it.
        """
        for told in self.told:
            if (
                told.table == "figures"
                and told.indicator_id == indicator
                and told.part in {part, ANY}
                and told.category in {category, ANY}
            ):
                return told
        raise undeclared(indicator, part)


def undeclared(indicator: str, part: str) -> CatalogueError:
    """Return the error that bars a part nobody has declared."""
    reason = f"{indicator} {part} declares no counts, so it cannot be published"
    return CatalogueError(file=FILE, line=1, reason=reason)


@cache
def counts() -> Counts:
    """Return the counts of the catalogue in force, read once."""
    return read_counts(catalogue(), HERE / FILE)


def read_counts(of: Catalogue, path: Path) -> Counts:
    """Return what every part of *of* tells, checked.

    Raises:
        CatalogueError: a rule, a register or a part that declares no counts.
    """
    content = read_yaml(path)
    rules = {entry["rule"]: entry for entry in content["rules"]}
    for rule in Rule:
        if rule.value not in rules:
            raise undeclared("rule", rule.value)
    told: dict[tuple[str, ...], Told] = {}
    relations: dict[Relation, None] = {}
    for measure in of.measures:
        entry = rules[measure.rule.value]
        for line in (_told_by(entry, measure, of), *_told_by_options(measure, of)):
            told[_key(line)] = line
        relations |= dict.fromkeys(_relations(entry, measure, of))
        relations |= dict.fromkeys(_of_options(measure, of))
    for entry in content["counted"]:
        for line in _counted(entry, of):
            told[_key(line)] = line
            within = Relation(line.form, line.numerator, Holds.WITHIN, (line.base,))
            relations[within] = None
    for entry in content["nested"]:
        right = (entry["right"],)
        relations[Relation(entry["form"], entry["left"], Holds.WITHIN, right)] = None
    for entry in content["figures"]:
        for line in _figures(entry):
            told[_key(line)] = line
    _check_all_told({t.indicator_id for t in told.values()}, of)
    return Counts(tuple(told.values()), tuple(sorted(relations)))


def _key(line: Told) -> tuple[str, ...]:
    return line.table, line.indicator_id, line.part, line.form, line.category


def _check_all_told(known: set[str], of: Catalogue) -> None:
    for name, indicator in of.indicators.items():
        # The rubric counts no people; who reads it is settled school by school.
        if name not in known and indicator.tables != ("rubric",):
            raise undeclared(name, "")


def _told_by(entry: Entry, measure: Measure, of: Catalogue) -> Told:
    texts = entry
    if len(measure.items) == 1 and "of_one" in entry:
        texts = entry["of_one"]
    return Told(
        "estimates", measure.indicator_id, measure.part, measure.form, ANY,
        _named(texts["base"], measure, of), _named(texts["numerator"], measure, of),
        KIND_OF_GROUP[measure.group], True,
    )  # fmt: skip


def _told_by_options(measure: Measure, of: Catalogue) -> Iterator[Told]:
    """Yield what the distribution of each question tells, option by option."""
    for item in measure.items:
        if of.items[item].response_set is not None:
            yield Told(
                "answers", measure.indicator_id, item, measure.form, ANY,
                f"answered {item}", f"{item} = {{code}}",
                KIND_OF_GROUP[measure.group], True,
            )  # fmt: skip


def _named(text: str, measure: Measure, of: Catalogue, each: str = "") -> str:
    """Return the name of a count of *measure*; other codes, another name."""
    values = {
        "items": ", ".join(measure.items),
        "part": f"{measure.indicator_id} {measure.part}",
        "each": each,
    }
    for k, item in enumerate(measure.items, 1):
        text = text.replace(f"{{{k}}}", item)
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    is_favorable = text.startswith("favorable")
    item = each or measure.items[0]
    options = of.items[item].response_set
    own = measure.favourable
    if is_favorable and own and options and own != options.favourable:
        text += f" (codes {', '.join(map(str, sorted(own)))})"
    return text


def _relations(entry: Entry, measure: Measure, of: Catalogue) -> Iterator[Relation]:
    if len(measure.items) == 1 and "of_one" in entry:
        texts = entry["of_one"]
        declared: list[Entry] = []
    else:
        texts, declared = entry, entry.get("relations", [])
    form = measure.form
    base = _named(texts["base"], measure, of)
    numerator = _named(texts["numerator"], measure, of)
    yield Relation(form, numerator, Holds.WITHIN, (base,))
    for line in declared:
        left = {"base": base, "numerator": numerator}[line["left"]]
        holds = Holds(line["is"])
        if "{each}" in line["right"]:
            right = tuple(_named(line["right"], measure, of, i) for i in measure.items)
        else:
            right = (_named(line["right"], measure, of),)
        if holds is Holds.WITHIN:
            for name in right:
                yield Relation(form, left, holds, (name,))
        else:
            yield Relation(form, left, holds, right)


def _of_options(measure: Measure, of: Catalogue) -> Iterator[Relation]:
    """Yield how the options of each question add up to who answered and agreed."""
    for item in measure.items:
        options = of.items[item].response_set
        if options is None:
            continue
        codes = tuple(f"{item} = {code}" for code in options.codes)
        yield Relation(measure.form, f"answered {item}", Holds.SUM_OF, codes)
        own = measure.favourable if measure.favourable else options.favourable
        good = tuple(f"{item} = {code}" for code in options.codes if code in own)
        if good:
            name = _named("favorable {each}", measure, of, item)
            yield Relation(measure.form, name, Holds.SUM_OF, good)


def _counted(entry: Entry, of: Catalogue) -> Iterator[Told]:
    form = of.forms[entry["form"]]
    for part in _several(entry["part"]):
        yield Told(
            "estimates", entry["indicator"], part, form.id, ANY, entry["base"],
            entry["numerator"].replace("{part}", part), KIND_OF_GROUP[form.group], True,
        )  # fmt: skip


def _several(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _figures(entry: Entry) -> Iterator[Told]:
    parts = _several(entry["part"])
    if "base" not in entry or "kind" not in entry:
        raise undeclared(entry["indicator"], ", ".join(parts))
    for part in parts:
        for category in _several(entry.get("category", ANY)):
            values = {
                "part": part,
                "category": category,
                "indicator": entry["indicator"],
            }
            base, numerator = (
                _filled(entry.get(k, ""), values) for k in ("base", "numerator")
            )
            yield Told(
                "figures", entry["indicator"], part, entry.get("form", ANY), category,
                base, numerator, entry["kind"], bool(entry.get("adds_up", False)),
            )  # fmt: skip


def _filled(text: str, values: Mapping[str, str]) -> str:
    for key, value in values.items():
        if value != ANY:
            text = text.replace(f"{{{key}}}", value)
    return text
