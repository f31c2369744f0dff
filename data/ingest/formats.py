"""Recognises what a file is, from its content and never from its name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from data.ingest.canonical_tables import TABLES
from data.ingest.roster_files import roster_file
from data.ingest.source import Source, tidy_header, unique_headers
from data.ingest.tools import BY_FORMAT, Format, Tool, plain, tool_of

SOURCED = ("sourcedid", "usersourcedid")
# As Qualtrics writes it, and as a tool in between writes it again.
IMPORT_ID = re.compile(r"""["']ImportId["']\s*:\s*["']([^"']+)["']""")
CHOICE_ID = re.compile(r"""["']choiceId["']\s*:\s*["']?([^"'}\s]+)""")
# Words below a question that say nothing of their own.
WHOLE = {"", "response", "open-ended response"}
Head = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a source is laid out.

    Attributes:
        keys: one per column, what a mapping calls it.
        header_records: records before the first row.
        table: canonical table or OneRoster file, where it is one.
        labels: question texts, where the file has them beside the keys.
        system: what the tool itself wrote, "status", "finished", "recorded", "person"
            or "language" → column number.
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

    @property
    def tool(self) -> Tool | None:
        """The declaration of the tool that wrote it."""
        return BY_FORMAT.get(self.format)


def recognise(source: Source) -> Layout:
    """Return the layout of *source*."""
    head = source.head
    ids = next((row for row in head[:3] if _is_ids(row)), None)
    if ids:
        return _qualtrics(head, ids)
    if head[0][:2] == ("V1", "V2") and len(head) > 1:
        return _qualtrics_legacy(head)
    keys = tuple(unique_headers(head[0]))
    told = _of_the_district(keys, source.member or source.name)
    if told:
        return told
    tool = tool_of(keys)
    if tool is None:
        return Layout(Format.PLAIN, keys, 1)
    lay_out = SEVERAL_HEADERS.get(tool.format)
    return lay_out(head, keys) if lay_out else _laid_out(tool.format, keys, 1)


def _of_the_district(keys: tuple[str, ...], name: str) -> Layout | None:
    """Return the layout of a roster's file or of one of Chorus' own tables."""
    lower = tuple(k.lower() for k in keys)
    if kind := roster_file(lower, name):
        return Layout(kind.producer, keys, 1, kind.table)
    if lower[0] in SOURCED:  # a file of a roster that counts nobody
        return Layout(Format.ONEROSTER, keys, 1, "other")
    for table, declared in TABLES.items():
        if declared.recognises(lower):
            return Layout(Format.CANONICAL, lower, 1, table)
    return None


def _is_ids(row: tuple[str, ...]) -> bool:
    return 2 * sum(bool(IMPORT_ID.search(cell)) for cell in row) >= len(row)


def _laid_out(
    kind: Format,
    keys: tuple[str, ...],
    header_records: int,
    labels: tuple[str, ...] = (),
) -> Layout:
    places = BY_FORMAT[kind].places([plain(k) for k in keys])
    return Layout(kind, keys, header_records, labels=labels, system=places)


def _qualtrics(head: Head, import_row: tuple[str, ...]) -> Layout:
    keys = []
    for position, (tag, cell) in enumerate(zip(head[0], import_row, strict=False)):
        found = IMPORT_ID.search(cell)
        key = found[1] if found else tag or f"col_{position + 1}"
        if found and (choice := CHOICE_ID.search(cell)):
            key += f"#{choice[1]}"
        keys.append(key)
    unique = tuple(unique_headers(tuple(keys)))
    return _laid_out(Format.QUALTRICS, unique, head.index(import_row) + 1, head[1])


def _qualtrics_tags(head: Head, keys: tuple[str, ...]) -> Layout:
    """Lay out a Qualtrics file whose third row was taken away, as a workbook has it."""
    tool = BY_FORMAT[Format.QUALTRICS]
    has_labels = False
    if len(head) > 1:
        pairs = [(plain(k), plain(c)) for k, c in zip(keys, head[1], strict=False)]
        has_labels = sum(tool.is_own(a) and a == b for a, b in pairs) > 1
    labels = head[1] if has_labels else ()
    return _laid_out(Format.QUALTRICS, keys, 2 if has_labels else 1, labels)


def _qualtrics_legacy(head: Head) -> Layout:
    """Lay out the older export: V1 … V10 above what they are, and two header rows."""
    named = [
        label if tag[:1] == "V" and tag[1:].isdigit() else tag
        for tag, label in zip(head[0], head[1], strict=False)
    ]
    keys = tuple(unique_headers(tuple(named)))
    return _laid_out(Format.QUALTRICS, keys, 2, head[1])


def _surveymonkey(head: Head, keys: tuple[str, ...]) -> Layout:
    """Join the question, written once, with the second row of options and rows."""
    second = head[1] if len(head) > 1 else ()
    # Where a person has an id, the second row of headings has nothing.
    if not second or tidy_header(second[0]):
        return _laid_out(Format.SURVEYMONKEY, keys, 1)
    joined, question = [], ""
    for above, below in zip(head[0], second, strict=False):
        question = tidy_header(above) or question
        part = tidy_header(below)
        is_whole = part.casefold() in WHOLE
        joined.append(question if is_whole else f"{question}||{part}")
    unique = tuple(unique_headers(tuple(joined)))
    return _laid_out(Format.SURVEYMONKEY, unique, 2, second)


SEVERAL_HEADERS = {
    Format.QUALTRICS: _qualtrics_tags,
    Format.SURVEYMONKEY: _surveymonkey,
}
