"""Recognises what a file is, from its content and never from its name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from data.errors import UnknownFormat
from data.ingest.canonical_tables import TABLES
from data.ingest.source import Source, unique_headers


class Format(StrEnum):
    """The kinds of file Chorus reads."""

    QUALTRICS = "Qualtrics CSV"
    GOOGLE_FORMS = "Google Forms CSV"
    CANONICAL = "Chorus table"
    ONEROSTER = "OneRoster CSV"
    PLAIN = "CSV"


# First header of a Google Forms download, in the languages seen in the wild.
TIMESTAMPS = {
    "timestamp",
    "marca temporal",
    "carimbo de data/hora",
    "horodateur",
    "zeitstempel",
}
ONEROSTER_MARK = ("sourcedid", "status")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a source is laid out.

    Attributes:
        keys: one per column, what a mapping calls it.
        header_records: records before the first row.
        table: canonical table or OneRoster file, where it is one.
        labels: question texts, where the file has them beside the keys.
    """

    format: Format
    keys: tuple[str, ...]
    header_records: int
    table: str = ""
    labels: tuple[str, ...] = ()

    def position(self, key: str) -> int:
        """Return the column number of *key*."""
        return self.keys.index(key)


def recognise(source: Source) -> Layout:
    """Return the layout of *source*.

    Raises:
        UnknownFormat: a legacy two-header export, named with its remedy.
    """
    head = source.head
    for row in head[:3]:
        if sum('"ImportId"' in cell for cell in row) * 2 >= len(row):
            return _qualtrics(source, row)
    if head[0][:2] == ("V1", "V2") and len(head) > 1 and head[1][0] == "ResponseID":
        raise UnknownFormat(
            "this is a legacy Qualtrics export with two header rows; in Qualtrics "
            "choose the current export and download it again",
            file=source.name,
        )
    keys = tuple(unique_headers(head[0]))
    lower = tuple(k.lower() for k in keys)
    if lower[:1] == ONEROSTER_MARK[:1]:
        table = (source.member or source.name).lower().removesuffix(".csv")
        return Layout(Format.ONEROSTER, tuple(keys), 1, _roster_table(lower, table))
    if lower[0] in TIMESTAMPS:
        return Layout(Format.GOOGLE_FORMS, keys, 1)
    for name, table_spec in TABLES.items():
        if table_spec.recognises(lower):
            return Layout(Format.CANONICAL, lower, 1, name)
    return Layout(Format.PLAIN, keys, 1)


def _qualtrics(source: Source, import_row: tuple[str, ...]) -> Layout:
    keys = []
    for position, (tag, cell) in enumerate(
        zip(source.head[0], import_row, strict=True)
    ):
        try:
            entry = json.loads(cell)
            key = entry["ImportId"]
            if "choiceId" in entry:
                key += f"#{entry['choiceId']}"
        except (ValueError, KeyError, TypeError):
            key = tag or f"col_{position + 1}"
        keys.append(key)
    header_records = source.head.index(import_row) + 1
    return Layout(
        Format.QUALTRICS,
        tuple(unique_headers(tuple(keys))),
        header_records,
        labels=source.head[1],
    )


def _roster_table(headers: tuple[str, ...], name: str) -> str:
    """Judge a OneRoster file by its columns; producers misname files."""
    have = set(headers)
    if "enableduser" in have:
        return "users"
    if "roletype" in have:
        return "roles"
    if {"name", "type", "parentsourcedid"} <= have:
        return "orgs"
    return name if name not in {"users", "roles", "orgs"} else "other"
