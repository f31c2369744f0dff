"""Reads the catalogue's YAML files and checks them against each other."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from data.catalogue.entries import (
    SCALE,
    Catalogue,
    Code,
    CodeBook,
    Form,
    Indicator,
    Item,
    Measure,
    Method,
    ResponseSet,
    Rubric,
    Rule,
    Scale,
    SeedTag,
    Text,
)
from data.catalogue.languages import LANGUAGES, filled
from data.errors import CatalogueError

HERE = Path(__file__).parent
LINE = "__line__"
# The file a district's own entry stands in.
OWN = "__own__"
# A number a text leaves room for, with how it is written.
FILLED = re.compile(r"\{[^}]*\}")
Entry = dict[str, Any]  # Any: one YAML mapping, checked field by field below


class _LineLoader(yaml.SafeLoader):
    """Keeps the line of every mapping, so that a complaint can name it."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Any, Any]:
        entry = super().construct_mapping(node, deep=deep)
        entry[LINE] = node.start_mark.line + 1
        return entry


OWN_FOLDER = "CHORUS_CATALOGUE"
# What a district's own file may hold: section → the shipped file it adds to.
SECTIONS = {
    "response_sets": "response_sets.yaml",
    "items": "items.yaml",
    "indicators": "indicators.yaml",
    "methods": "methods.yaml",
    "sources": "sources.yaml",
}


@cache
def catalogue() -> Catalogue:
    """Return the catalogue Chorus ships with the district's own beside it, read once.

    The district's own files lie in the folder the environment names.
    """
    own = os.environ.get(OWN_FOLDER)
    return read_catalogue(HERE, Path(own) if own else None)


@dataclass(frozen=True)
class _Library:
    """The shipped files, and what a district adds to each.

    Attributes:
        more: file → entries of the district's own.
        asked: form → items the district asks beside the shipped ones.
    """

    folder: Path
    more: dict[str, list[Entry]]
    asked: dict[str, list[str]]

    def entries(self, name: str) -> list[Entry]:
        """Return the entries of one file, the district's own last."""
        content = read_yaml(self.folder / name)
        content = filled(content, name.removesuffix(".yaml"))
        return [*content, *self.more.get(name, [])]


def _library(folder: Path, own: Path | None) -> _Library:
    more: dict[str, list[Entry]] = {}
    asked: dict[str, list[str]] = {}
    if own is not None and not own.is_dir():
        raise CatalogueError(
            file=str(own), line=1, reason=f"{OWN_FOLDER} names no folder"
        )
    for path in sorted(own.glob("*.yaml")) if own else ():
        content = read_yaml(path)
        for section, entries in content.items():
            if section == LINE:
                continue
            if section == "forms":
                for form, items in entries.items():
                    asked.setdefault(form, []).extend(items if form != LINE else [])
                continue
            if section not in SECTIONS:
                raise CatalogueError(
                    file=path.name,
                    line=content[LINE],
                    reason=f"'{section}' is none of forms, {', '.join(SECTIONS)}",
                )
            more.setdefault(SECTIONS[section], []).extend(
                {**entry, OWN: path.name} for entry in entries
            )
    return _Library(folder, more, asked)


def read_catalogue(folder: Path, own: Path | None = None) -> Catalogue:
    """Return the catalogue in *folder*, checked, with a district's *own* beside it.

    Raises:
        CatalogueError: with file, line and reason, for the first contradiction:
            an unknown response set, an item used by two scales, missing
            Spanish, an indicator serving no seed tag, a tag served by none.
    """
    library = _library(folder, own)
    sets = {
        e["id"]: _response_set(e)
        for e in _checked(library, "response_sets.yaml", _check_set)
    }
    items = {
        e["id"]: _item(e, sets)
        for e in _checked(library, "items.yaml", lambda e: _check_item(e, sets))
    }
    forms = {
        e["id"]: _form(e, library.asked.get(e["id"], []))
        for e in _checked(
            library, "forms.yaml", lambda e: _check_form(e, items, library.asked)
        )
    }
    form_of = {item: form.id for form in forms.values() for item in form.items}
    tags = {
        e["id"]: SeedTag(e["id"], e["says"], e.get("served_by_rule"))
        for e in library.entries("seed_tags.yaml")
    }
    sources = {e["id"]: e["text"] for e in library.entries("sources.yaml")}
    methods = {
        e["id"]: _method(e)
        for e in _checked(library, "methods.yaml", lambda e: _check_method(e, sources))
    }
    owners: dict[str, str] = {}
    indicators = {
        e["id"]: _indicator(e, items, forms, form_of, methods)
        for e in _checked(
            library,
            "indicators.yaml",
            lambda e: _check_indicator(e, items, tags, owners, form_of, methods),
        )
    }
    served = {tag for indicator in indicators.values() for tag in indicator.serves}
    for entry in library.entries("seed_tags.yaml"):
        if entry["id"] not in served and not entry.get("served_by_rule"):
            raise CatalogueError(
                file="seed_tags.yaml",
                line=entry[LINE],
                reason=f"{entry['id']} is served by no indicator",
            )
    return Catalogue(
        sets,
        items,
        indicators,
        forms,
        sources,
        tags,
        _rubric(folder, items),
        _code_book(folder),
    )


def read_yaml(path: Path) -> Any:  # Any: whatever the file holds
    """Return the file's content, each mapping with its line under `__line__`.

    Raises:
        CatalogueError: the file is not YAML.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            return yaml.load(stream, Loader=_LineLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogueError(
            file=path.name, line=line, reason=str(error.problem)
        ) from error


def _checked(
    library: _Library, name: str, check: Any
) -> list[Entry]:  # Any: a callable
    seen: set[str] = set()
    entries = library.entries(name)
    for entry in entries:
        reason = check(entry)
        if entry["id"] in seen:
            reason = f"{entry['id']} is declared twice"
        seen.add(entry["id"])
        if reason:
            where = entry.get(OWN, name)
            raise CatalogueError(file=where, line=entry[LINE], reason=reason)
    return entries


def _check_set(entry: Entry) -> str | None:
    if not entry.get("es"):
        return f"{entry['id']} has no Spanish"
    if len(entry["en"]) != len(entry["es"]):
        return f"{entry['id']} has {len(entry['en'])} options in English and \
{len(entry['es'])} in Spanish"
    return None


def _check_item(entry: Entry, sets: dict[str, ResponseSet]) -> str | None:
    if not entry.get("es"):
        return f"{entry['id']} has no Spanish"
    if "set" not in entry and entry.get("answers") not in {"text", "schools"}:
        return f"{entry['id']} has neither a response set nor an open answer"
    if "set" in entry and entry["set"] not in sets:
        return f"{entry['id']} uses the unknown response set {entry['set']}"
    return None


def _check_form(
    entry: Entry, items: dict[str, Item], asked: dict[str, list[str]]
) -> str | None:
    for item in (*entry["items"], *asked.get(entry["id"], [])):
        if item not in items:
            return f"{entry['id']} asks the unknown item {item}"
    if entry["asked_of_each"] > len(entry["items"]):
        return f"{entry['id']} asks each person more items than it has"
    return None


def _check_indicator(
    entry: Entry,
    items: dict[str, Item],
    tags: dict[str, SeedTag],
    owners: dict[str, str],
    form_of: dict[str, str],
    methods: dict[str, Method],
) -> str | None:
    name = entry["id"]
    return (
        _check_serves(entry, name, tags)
        or _check_spanish(entry, name)
        or _check_items(entry, name, items, form_of)
        or _check_owners(entry, name, owners)
        or (None if name in methods else f"{name} has no method in methods.yaml")
    )


def _check_method(entry: Entry, sources: dict[str, str]) -> str | None:
    name = entry["id"]
    texts = [entry["words"], entry["symbols"], *entry["edges"]]
    texts += [entry["example"]] if "example" in entry else []
    if any(not text.get("es") for text in texts):
        return f"the method of {name} has a text without Spanish"
    for text in texts:
        is_filled = text is entry.get("example")
        if is_filled and FILLED.findall(text["en"]) != FILLED.findall(text["es"]):
            return f"the method of {name} fills in other numbers in Spanish"
    unknown = [tag for tag in entry["sources"] if tag not in sources]
    return f"the method of {name} cites the unknown {unknown[0]}" if unknown else None


def _check_serves(entry: Entry, name: str, tags: dict[str, SeedTag]) -> str | None:
    if not entry.get("serves"):
        return f"{name} serves no seed tag"
    unknown = [tag for tag in entry["serves"] if tag not in tags]
    return f"{name} serves the unknown tag {unknown[0]}" if unknown else None


def _check_spanish(entry: Entry, name: str) -> str | None:
    for field in ("name", "question", "claim"):
        if field in entry and not entry[field].get("es"):
            return f"{name} has no Spanish {field}"
    return None


def _check_items(
    entry: Entry, name: str, items: dict[str, Item], form_of: dict[str, str]
) -> str | None:
    scales = entry.get("scales", [])
    used = [i for s in (*scales, *entry.get("measures", [])) for i in s["items"]]
    for item in (*used, *entry.get("single_items", [])):
        if item not in items:
            return f"{name} uses the unknown item {item}"
        if item not in form_of:
            return f"{name} uses {item}, which no form asks"
    for scale in scales:
        sizes = {len(s.codes) for i in scale["items"] if (s := items[i].response_set)}
        if len(sizes) > 1:
            return f"{name} averages items with {sorted(sizes)} options"
    return None


def _check_owners(entry: Entry, name: str, owners: dict[str, str]) -> str | None:
    for item in (i for scale in entry.get("scales", []) for i in scale["items"]):
        if item in owners:
            return f"{item} is used by two scales, of {owners[item]} and {name}"
        owners[item] = name
    return None


def _code_book(folder: Path) -> CodeBook:
    content = filled(read_yaml(folder / "codes.yaml"), "codes")
    codes = {}
    for entry in content["codes"]:
        texts = [entry["name"], entry["include"], entry["exclude"], *entry["examples"]]
        if any(not text.get("es") for text in texts):
            raise CatalogueError(
                file="codes.yaml",
                line=entry[LINE],
                reason=f"{entry['id']} has a text without Spanish",
            )
        name, include, exclude, *examples = (_text(t) for t in texts)
        codes[entry["id"]] = Code(entry["id"], name, include, exclude, tuple(examples))
    return CodeBook(content["version"], codes)


def _text(entry: Entry) -> Text:
    return Text.of(entry)


def _response_set(entry: Entry) -> ResponseSet:
    return ResponseSet(
        entry["id"],
        tuple((k, tuple(entry[k])) for k in LANGUAGES if k in entry),
        frozenset(entry["favourable"]),
        entry.get("first_code", 1),
        entry.get("order", True),
        tuple(entry.get("ids", ())),
    )


def _item(entry: Entry, sets: dict[str, ResponseSet]) -> Item:
    return Item(
        entry["id"],
        entry["group"],
        _text(entry),
        sets[entry["set"]] if "set" in entry else None,
        entry.get("sensitive", False),
        entry.get("answers", "options"),
    )


def _form(entry: Entry, more: list[str]) -> Form:
    counted = entry["counted"]
    return Form(
        id=entry["id"],
        group=entry["group"],
        roster=(counted["group"], tuple(counted["bands"])),
        waves=tuple(entry["waves"]),
        minutes=entry["minutes"],
        asked_of_each=entry["asked_of_each"] + len(more),
        items=(*entry["items"], *more),
    )


def _method(entry: Entry) -> Method:
    return Method(
        words=_text(entry["words"]),
        symbols=_text(entry["symbols"]),
        edges=tuple(_text(edge) for edge in entry["edges"]),
        sources=tuple(entry["sources"]),
        example=_text(entry["example"]) if "example" in entry else None,
    )


def _measures(
    entry: Entry,
    items: dict[str, Item],
    forms: dict[str, Form],
    form_of: dict[str, str],
) -> tuple[Measure, ...]:
    """Return scales first, then single items, then what special rules make."""
    levels = tuple(entry["levels"])

    def measure(
        part: str,
        form: str,
        used: tuple[str, ...],
        rule: Rule = Rule.SHARE,
        favourable: frozenset[int] | None = None,
        split: tuple[str, ...] = (),
        waves: tuple[str | None, str | None] = (None, None),
    ) -> Measure:
        sets = [s for i in used if (s := items[i].response_set)]
        is_share = rule is Rule.SHARE and favourable is None
        has_mean = is_share and all(s.has_order for s in sets)
        group = forms[form].group
        return Measure(
            entry["id"], part, form, group, rule, used, favourable, has_mean, levels,
            split, *waves,
        )  # fmt: skip

    found = [
        measure(
            s.get("part", SCALE),
            s["form"],
            tuple(s["items"]),
            split=_breakdowns(forms[s["form"]]),
            waves=(s.get("since"), s.get("until")),
        )
        for s in entry.get("scales", [])
    ]
    found += [measure(i, form_of[i], (i,)) for i in entry.get("single_items", [])]
    found += [
        measure(
            m["part"],
            m["form"],
            tuple(m["items"]),
            Rule(m["rule"]),
            frozenset(m["favourable"]) if "favourable" in m else None,
            _breakdowns(forms[m["form"]]) if "split" in m else (),
        )
        for m in entry.get("measures", [])
    ]
    return tuple(found)


def _breakdowns(form: Form) -> tuple[str, ...]:
    """Return how a scale's people are split: students by band, all by language."""
    by_form = {"students": ("grade_band", "language"), "families": ("language",)}
    return by_form.get(form.group, ())


def _indicator(
    entry: Entry,
    items: dict[str, Item],
    forms: dict[str, Form],
    form_of: dict[str, str],
    methods: dict[str, Method],
) -> Indicator:
    low, high = entry.get("range", (0, 100))
    return Indicator(
        id=entry["id"],
        name=_text(entry["name"]),
        question=_text(entry["question"]),
        serves=tuple(entry["serves"]),
        unit=entry["unit"],
        direction=entry["direction"],
        tables=tuple(entry["tables"]),
        cadence=entry["cadence"],
        levels=tuple(entry["levels"]),
        picture=entry["picture"],
        scales=tuple(
            Scale(s["form"], s["group"], tuple(s["items"]), s.get("part", SCALE))
            for s in entry.get("scales", [])
        ),
        single_items=tuple(entry.get("single_items", [])),
        measures=_measures(entry, items, forms, form_of),
        method=methods[entry["id"]],
        claim=_text(entry["claim"]) if "claim" in entry else None,
        range=(low, high),
    )


def _rubric(folder: Path, items: Collection[str]) -> Rubric:
    content = filled(read_yaml(folder / "rubric.yaml"), "rubric")
    for attribute in content["attributes"]:
        for item in attribute["habits"]:
            if item not in items:
                raise CatalogueError(
                    file="rubric.yaml",
                    line=attribute[LINE],
                    reason=f"{attribute['id']}: no item is called {item}",
                )
    cells = {}
    for cell in content["cells"]:
        key = (cell["attribute"], cell["domain"])
        if len(cell["en"]) != len(cell.get("es", [])):
            raise CatalogueError(
                file="rubric.yaml",
                line=cell[LINE],
                reason=f"{' / '.join(key)} has no Spanish for every level",
            )
        levels = zip(*(cell[k] for k in LANGUAGES if k in cell), strict=True)
        names = [k for k in LANGUAGES if k in cell]
        cells[key] = tuple(
            Text.of(dict(zip(names, texts, strict=True))) for texts in levels
        )
    return Rubric(
        version=content["version"],
        levels=tuple(_text(level) for level in content["levels"]),
        attributes={a["id"]: _text(a) for a in content["attributes"]},
        domains={d["id"]: _text(d) for d in content["domains"]},
        descriptors=cells,
        habits={a["id"]: tuple(a["habits"]) for a in content["attributes"]},
    )
