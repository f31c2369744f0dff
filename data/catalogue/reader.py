"""Reads the catalogue's YAML files and checks them against each other."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from data.catalogue.entries import (
    Catalogue,
    Indicator,
    Item,
    ResponseSet,
    Rubric,
    Scale,
    SeedTag,
    Text,
)
from data.errors import CatalogueError

HERE = Path(__file__).parent
LINE = "__line__"
Entry = dict[str, Any]  # Any: one YAML mapping, checked field by field below


class _LineLoader(yaml.SafeLoader):
    """Keeps the line of every mapping, so that a complaint can name it."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Any, Any]:
        entry = super().construct_mapping(node, deep=deep)
        entry[LINE] = node.start_mark.line + 1
        return entry


@cache
def catalogue() -> Catalogue:
    """Return the catalogue Chorus ships, read once."""
    return read_catalogue(HERE)


def read_catalogue(folder: Path) -> Catalogue:
    """Return the catalogue in *folder*, checked.

    Raises:
        CatalogueError: with file, line and reason, for the first contradiction:
            an unknown response set, an item used by two scales, missing
            Spanish, an indicator serving no seed tag, a tag served by none.
    """
    sets = {
        e["id"]: _response_set(e)
        for e in _checked(folder, "response_sets.yaml", _check_set)
    }
    items = {
        e["id"]: _item(e, sets)
        for e in _checked(folder, "items.yaml", lambda e: _check_item(e, sets))
    }
    tags = {
        e["id"]: SeedTag(e["id"], e["says"], e.get("served_by_rule"))
        for e in _entries(folder, "seed_tags.yaml")
    }
    owners: dict[str, str] = {}
    indicators = {
        e["id"]: _indicator(e)
        for e in _checked(
            folder,
            "indicators.yaml",
            lambda e: _check_indicator(e, items, tags, owners),
        )
    }
    served = {tag for indicator in indicators.values() for tag in indicator.serves}
    for entry in _entries(folder, "seed_tags.yaml"):
        if entry["id"] not in served and not entry.get("served_by_rule"):
            raise CatalogueError(
                file="seed_tags.yaml",
                line=entry[LINE],
                reason=f"{entry['id']} is served by no indicator",
            )
    return Catalogue(sets, items, indicators, tags, _rubric(folder))


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


def _entries(folder: Path, name: str) -> list[Entry]:
    content: list[Entry] = read_yaml(folder / name)
    return content


def _checked(folder: Path, name: str, check: Any) -> list[Entry]:  # Any: a callable
    seen: set[str] = set()
    entries = _entries(folder, name)
    for entry in entries:
        reason = check(entry)
        if entry["id"] in seen:
            reason = f"{entry['id']} is declared twice"
        seen.add(entry["id"])
        if reason:
            raise CatalogueError(file=name, line=entry[LINE], reason=reason)
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


def _check_indicator(
    entry: Entry,
    items: dict[str, Item],
    tags: dict[str, SeedTag],
    owners: dict[str, str],
) -> str | None:
    name = entry["id"]
    if not entry.get("serves"):
        return f"{name} serves no seed tag"
    for tag in entry["serves"]:
        if tag not in tags:
            return f"{name} serves the unknown tag {tag}"
    for field in ("name", "question", "method", "claim"):
        if field in entry and not entry[field].get("es"):
            return f"{name} has no Spanish {field}"
    scaled = [i for scale in entry.get("scales", []) for i in scale["items"]]
    for item in (*scaled, *entry.get("single_items", [])):
        if item not in items:
            return f"{name} uses the unknown item {item}"
    for item in scaled:
        if item in owners:
            return f"{item} is used by two scales, of {owners[item]} and {name}"
        owners[item] = name
    return None


def _text(entry: Entry) -> Text:
    return Text(entry["en"], entry["es"])


def _response_set(entry: Entry) -> ResponseSet:
    return ResponseSet(
        entry["id"],
        tuple(entry["en"]),
        tuple(entry["es"]),
        frozenset(entry["favourable"]),
        entry.get("first_code", 1),
    )


def _item(entry: Entry, sets: dict[str, ResponseSet]) -> Item:
    return Item(
        entry["id"],
        entry["group"],
        _text(entry),
        sets[entry["set"]] if "set" in entry else None,
        entry.get("sensitive", False),
    )


def _indicator(entry: Entry) -> Indicator:
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
        computed=entry["computed"],
        scales=tuple(
            Scale(s["form"], s["group"], tuple(s["items"]))
            for s in entry.get("scales", [])
        ),
        single_items=tuple(entry.get("single_items", [])),
        method=_text(entry["method"]) if "method" in entry else None,
        claim=_text(entry["claim"]) if "claim" in entry else None,
        range=(low, high),
    )


def _rubric(folder: Path) -> Rubric:
    content = read_yaml(folder / "rubric.yaml")
    cells = {}
    for cell in content["cells"]:
        key = (cell["attribute"], cell["domain"])
        if len(cell["en"]) != len(cell.get("es", [])):
            raise CatalogueError(
                file="rubric.yaml",
                line=cell[LINE],
                reason=f"{' / '.join(key)} has no Spanish for every level",
            )
        cells[key] = tuple(map(Text, cell["en"], cell["es"]))
    return Rubric(
        version=content["version"],
        levels=tuple(_text(level) for level in content["levels"]),
        attributes={a["id"]: _text(a) for a in content["attributes"]},
        domains={d["id"]: _text(d) for d in content["domains"]},
        descriptors=cells,
    )
