"""Recognises what a file is, from its content and never from its name."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum

from data.errors import UnknownFormat
from data.ingest.canonical_tables import TABLES
from data.ingest.source import Source, tidy_header, unique_headers


class Format(StrEnum):
    """The kinds of file Chorus reads."""

    QUALTRICS = "Qualtrics"
    SURVEYMONKEY = "SurveyMonkey"
    MICROSOFT_FORMS = "Microsoft Forms"
    GOOGLE_FORMS = "Google Forms"
    CANONICAL = "Chorus table"
    ONEROSTER = "OneRoster"
    PLAIN = "a table"


# First header of a Google Forms download, in the languages seen in the wild.
TIMESTAMPS = {
    "timestamp",
    "marca temporal",
    "carimbo de data/hora",
    "horodateur",
    "zeitstempel",
}
# First headers of a Microsoft Forms table, in English and Spanish.
MICROSOFT_STARTS = {
    ("id", "start time", "completion time"),
    ("id", "hora de inicio", "hora de finalización"),
}
# Export tags of a Qualtrics file that tell it without its row of ImportIds.
QUALTRICS_TAGS = {
    "startdate", "enddate", "status", "finished", "recordeddate", "responseid",
    "progress", "distributionchannel", "userlanguage",
}  # fmt: skip
ENOUGH_TAGS = 3
ONEROSTER_MARK = ("sourcedid", "status")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a source is laid out.

    Attributes:
        keys: one per column, what a mapping calls it.
        header_records: records before the first row.
        table: canonical table or OneRoster file, where it is one.
        labels: question texts, where the file has them beside the keys.
        system: what the tool itself wrote, "status", "finished" or "recorded" →
            column number.
    """

    format: Format
    keys: tuple[str, ...]
    header_records: int
    table: str = ""
    labels: tuple[str, ...] = ()
    system: dict[str, int] = field(default_factory=dict)

    def position(self, key: str) -> int:
        """Return the column number of *key*."""
        return self.keys.index(key)


def recognise(source: Source) -> Layout:  # noqa: C901, PLR0911 - one a tool
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
    if lower[0].replace(" ", "").replace("_", "") == "respondentid":
        return _surveymonkey(head, keys)
    if len(QUALTRICS_TAGS & set(lower)) >= ENOUGH_TAGS:
        return _qualtrics_tags(head, keys)
    if lower[:3] in MICROSOFT_STARTS:
        return Layout(Format.MICROSOFT_FORMS, keys, 1, system={"recorded": 2})
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
    unique = tuple(unique_headers(tuple(keys)))
    return Layout(
        Format.QUALTRICS,
        unique,
        header_records,
        labels=source.head[1],
        system=_qualtrics_system(unique),
    )


def _qualtrics_system(keys: tuple[str, ...]) -> dict[str, int]:
    lower = [k.lower() for k in keys]
    names = {"status": "status", "finished": "finished", "recordeddate": "recorded"}
    return {to: lower.index(key) for key, to in names.items() if key in lower}


def _qualtrics_tags(head: tuple[tuple[str, ...], ...], keys: tuple[str, ...]) -> Layout:
    """Lay out a Qualtrics file whose third row was taken away, as a workbook has it."""
    lower = [k.lower() for k in keys]
    has_labels = False
    if len(head) > 1:
        labels = [tidy_header(c).lower().replace(" ", "") for c in head[1]]
        pairs = list(zip(lower, labels, strict=False))
        has_labels = sum(a in QUALTRICS_TAGS and a == b for a, b in pairs) > 1
    return Layout(
        Format.QUALTRICS,
        keys,
        2 if has_labels else 1,
        labels=head[1] if has_labels else (),
        system=_qualtrics_system(keys),
    )


def _surveymonkey(head: tuple[tuple[str, ...], ...], keys: tuple[str, ...]) -> Layout:
    """Join the question, written once, with the second row of options and rows."""
    second = head[1] if len(head) > 1 else ()
    lower = [k.lower() for k in keys]
    system = {"recorded": lower.index("end date")} if "end date" in lower else {}
    # Ids and dates have nothing below them; a person has.
    if not second or tidy_header(second[0]) or tidy_header("".join(second[1:3])):
        return Layout(Format.SURVEYMONKEY, keys, 1, system=system)
    joined, question = [], ""
    for above, below in zip(head[0], second, strict=False):
        question = tidy_header(above) or question
        part = tidy_header(below)
        is_whole = part.casefold() in {"", "response", "open-ended response"}
        joined.append(question if is_whole else f"{question}||{part}")
    return Layout(
        Format.SURVEYMONKEY,
        tuple(unique_headers(tuple(joined))),
        2,
        labels=second,
        system=system,
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
