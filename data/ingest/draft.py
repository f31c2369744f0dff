"""Proposes the whole mapping of a survey export: columns, items, response sets.

What is sure is written so that it can be imported as it stands; what is not stands
beside it as a comment with its score, for a person to decide. Nothing below the stated
confidence is ever taken for granted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import duckdb
from rapidfuzz import fuzz

from data.catalogue import catalogue
from data.catalogue.entries import Item, ResponseSet
from data.ingest.codebook import fold, labels_of, read_column
from data.ingest.dates import OrderUnclear, read_days
from data.ingest.formats import Layout
from data.ingest.grades import read_grade
from data.ingest.mapping import nearest
from data.ingest.sql import cell, sql
from data.ingest.tools import plain
from data.model.waves import parse_wave

# Likeness of question texts in per cent, 100 the same words; at SURE a column is taken
# for the item, from LIKELY on it is offered.
SURE, LIKELY = 90.0, 60.0
# The next best item must be so much less like it.
AHEAD = 4.0
# Share of cells that must be readable for what a column is taken for.
MOST = 0.9
HALF = 0.5
MOST_DISTINCT = 400
MOST_OPTIONS = 12
# A time of day behind a day, and all that follows it.
CLOCK = r"[T,\s]*\d{1,2}:\d{2}.*$"
GRADE = ("grade", "grado", "curso", "nivel", "klasse")
LANGUAGE = ("language", "idioma", "langue", "lengua", "sprache")


@dataclass(frozen=True, slots=True)
class Column:
    """One column, as far as it is looked at.

    Attributes:
        key: what a mapping calls it.
        texts: what it asks: its heading, its label, a row of a grid.
        counts: distinct cells → how often; empty where there are too many.
    """

    position: int
    key: str
    texts: tuple[str, ...]
    counts: dict[str, int]

    @property
    def filled(self) -> int:
        """Cells that are not empty."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Match:
    """A column taken for an item.

    Attributes:
        score: likeness of the texts, 0 to 100.
        readable: share of the cells that are options of the item.
        because: why a person should look, or nothing.
    """

    column: Column
    item: Item
    score: float
    readable: float
    because: str = ""


@dataclass(slots=True)
class Draft:
    """The mapping proposed for one file.

    Attributes:
        lines: the mapping as YAML.
        open: what a person has to settle before it can be used.
    """

    lines: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The file to write."""
        return "\n".join(self.lines) + "\n"

    def say(self, line: str) -> None:
        """Add a line to the mapping."""
        self.lines.append("".join(c if c.isprintable() else " " for c in line))

    def ask(self, what: str) -> None:
        """Note what a person has to settle, in the mapping too."""
        self.open.append(what)
        self.say(f"# TO SETTLE: {what}")


def draft(connection: duckdb.DuckDBPyConnection, layout: Layout, name: str) -> Draft:
    """Return the mapping proposed for the staged file *name*.

    Args:
        connection: knows the district's schools and waves.
    """
    columns = _columns(connection, layout)
    tool = layout.tool
    asked = [c for c in columns if not (tool and tool.is_own(plain(c.key)))]
    form, matches = _matched(asked)
    made = Draft()
    made.say(f"# Proposed for {name} ({layout.format}). Matches of {SURE:.0f} and more")
    made.say("# are written down; look at everything behind a #.")
    made.say(f"survey: {form or 'FILL_IN'}")
    if not form:
        made.ask(f"which form is it? one of {', '.join(catalogue().forms)}")
    used = {m.column.position for m in matches if not m.because}
    free = [c for c in columns if c.position not in used]
    taken = _wave(connection, layout, free, made)
    taken |= _school(connection, [c for c in asked if c.position not in used], made)
    taken |= _person(layout, columns, made)
    taken |= _about_people(layout, [c for c in free if c.position not in taken], made)
    _items(matches, made)
    named = {m.column.position for m in matches} | taken
    _fresh([c for c in asked if c.position not in named], made)
    return made


def _columns(connection: duckdb.DuckDBPyConnection, layout: Layout) -> list[Column]:
    columns = []
    for position, key in enumerate(layout.keys):
        rows = connection.execute(
            sql(
                """SELECT trim({cell}), count(*) FROM staged s WHERE rowid >= {first}
                     AND nullif(trim({cell}), '') IS NOT NULL
                   GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {most}""",
                cell=cell(position),
                first=layout.header_records,
                most=MOST_DISTINCT + 1,
            )
        ).fetchall()
        label = layout.labels[position] if position < len(layout.labels) else ""
        columns.append(Column(position, key, _texts(key, label), dict(rows)))
    return columns


def _texts(key: str, label: str) -> tuple[str, ...]:
    """Return what a column asks: the whole, and a grid's row alone."""
    found = [key, label]
    for text in (key, label):
        if "||" in text:
            found.append(text.rpartition("||")[2])
        if text.endswith("]") and "[" in text:
            found.append(text[:-1].rpartition("[")[2])
        if " - " in text:
            found.append(text.rpartition(" - ")[2])
        if ". " in text[:12]:  # a code before the text, as LimeSurvey writes
            found.append(text.partition(". ")[2])
    return tuple(dict.fromkeys(fold(t) for t in found if t.strip()))


def _matched(columns: list[Column]) -> tuple[str | None, list[Match]]:
    """Return the form most columns are questions of, and what each is taken for."""
    items = catalogue().items
    scores = {
        (column.position, item.id): _likeness(column, item)
        for column in columns
        for item in items.values()
        if item.response_set
    }

    def fit(form: str) -> tuple[int, float]:
        best = [
            max(
                (
                    scores.get((c.position, i), 0.0)
                    for i in catalogue().forms[form].items
                ),
                default=0.0,
            )
            for c in columns
        ]
        return sum(score >= SURE for score in best), max(best, default=0.0)

    form = max(catalogue().forms, key=fit)
    inside = [items[i] for i in catalogue().forms[form].items if items[i].response_set]
    ranked = sorted(
        (
            (scores[column.position, item.id], column, item)
            for column in columns
            for item in inside
        ),
        key=lambda x: (-x[0], x[1].position),
    )
    matches: list[Match] = []
    columns_done: set[int] = set()
    items_done: set[str] = set()
    for score, column, item in ranked:
        if (
            score < LIKELY
            or column.position in columns_done
            or item.id in items_done
            or not column.filled
        ):
            continue
        columns_done.add(column.position)
        items_done.add(item.id)
        second = max(
            (scores[column.position, i.id] for i in inside if i.id != item.id),
            default=0.0,
        )
        matches.append(_judged(column, item, score, second))
    has_any = any(not m.because for m in matches)
    matches.sort(key=lambda m: m.column.position)
    return (form if has_any else None), matches


def _likeness(column: Column, item: Item) -> float:
    asked = (fold(item.text.en), *(fold(text) for _, text in item.text.more))
    return max(fuzz.ratio(mine, theirs) for mine in column.texts for theirs in asked)


def _judged(column: Column, item: Item, score: float, second: float) -> Match:
    reading = read_column(column.counts, item)
    known = sum(
        n for raw, n in column.counts.items()
        if raw in reading.codes or raw in reading.missing
    )  # fmt: skip
    readable = known / column.filled
    because = ""
    if score < SURE:
        because = "the words differ"
    elif second > score - AHEAD:
        because = "another item is nearly as like it"
    elif reading.doubts:
        because = reading.doubts[0].reason
    elif readable < MOST:
        because = f"only {readable:.0%} of the answers are its options"
    return Match(column, item, score, readable, because)


def _wave(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    columns: list[Column],
    made: Draft,
) -> set[int]:
    for column in columns:
        labels = sum(n for raw, n in column.counts.items() if parse_wave(raw))
        if column.filled and labels >= MOST * column.filled:
            made.say(f"wave: {{column: {_quoted(column.key)}}}")
            return {column.position}
    rows = connection.execute(
        "SELECT wave, opens_on, closes_on FROM waves WHERE opens_on IS NOT NULL"
    ).fetchall()
    windows = {wave: (opens, closes) for wave, opens, closes in rows}
    recorded = layout.system.get("recorded")
    if recorded is None:
        made.say("wave: FILL_IN")
        made.ask("which wave is it, as 2026-27F, or which column has the day?")
        return set()
    texts = connection.execute(
        sql(
            r"""SELECT DISTINCT regexp_replace({cell}, {clock}, '') FROM staged s
                WHERE rowid >= {first} AND {cell} IS NOT NULL ORDER BY 1""",
            cell=cell(recorded),
            clock=CLOCK,
            first=layout.header_records,
        )
    ).fetchall()
    made.say(f"wave: {{date: {_quoted(layout.keys[recorded])}}}")
    try:
        days = read_days([t for (t,) in texts], day_first=None, windows=windows)
    except OrderUnclear as error:
        made.ask(f"day_first: true or false? {error.reason}")
        return {recorded}
    outside = [
        d for d in days.values()
        if d and not any(a <= d <= z for a, z in windows.values() if a and z)
    ]  # fmt: skip
    if outside:
        made.ask(
            f"{len(outside)} days as {outside[0]} lie in no survey window of wave.csv"
        )
    return {recorded}


def _school(
    connection: duckdb.DuckDBPyConnection, columns: list[Column], made: Draft
) -> set[int]:
    rows = connection.execute("SELECT name FROM school_names").fetchall()
    known = {name for (name,) in rows}

    def share(column: Column) -> float:
        inside = sum(n for raw, n in column.counts.items() if fold(raw) in known)
        return inside / column.filled if column.filled else 0.0

    best = max(columns, key=share, default=None)
    if best is None or share(best) < HALF:
        made.say("school: {column: FILL_IN}")
        made.ask(
            "which column is the school? no column holds names of school.csv"
            if known
            else "which column is the school? import school.csv first"
        )
        return set()
    made.say(f"school: {{column: {_quoted(best.key)}}}")
    for raw in best.counts:
        if fold(raw) not in known:
            close = nearest(raw, sorted(known))
            made.ask(f"'{raw}' is no school of school.csv{close}")
    return {best.position}


def _person(layout: Layout, columns: list[Column], made: Draft) -> set[int]:
    words = [plain(k) for k in layout.keys]
    for place in layout.tool.people(words) if layout.tool else ():
        if columns[place].filled:
            made.say(f"respondent: {{column: {_quoted(layout.keys[place])}}}")
            return {place}
    made.say("# respondent: {column: …}  # without one, each row is a person")
    return set()


def _about_people(layout: Layout, columns: list[Column], made: Draft) -> set[int]:
    taken: set[int] = set()
    for column in columns:
        if any(word in fold(column.key) for word in GRADE) and column.filled:
            read = sum(n for raw, n in column.counts.items() if read_grade(raw))
            if read >= MOST * column.filled:
                made.say(f"grade: {{column: {_quoted(column.key)}}}")
                made.say(f"grade_band: {{column: {_quoted(column.key)}}}")
                taken.add(column.position)
                break
    place = layout.system.get("language")
    for column in columns:
        is_named = any(word in fold(column.key) for word in LANGUAGE)
        if column.position == place or (place is None and is_named and column.filled):
            made.say(f"language: {{column: {_quoted(column.key)}}}")
            taken.add(column.position)
            break
    return taken


def _items(matches: list[Match], made: Draft) -> None:
    made.say("items:")
    for match in matches:
        entry = f"{_quoted(match.column.key)}: {match.item.id}"
        told = f"{match.score:.0f}: {match.item.text.en}"
        if match.because:
            made.say(f"#  {entry}  # {told}")
            made.ask(f"{match.column.key} → {match.item.id}? {match.because}")
        else:
            made.say(f"  {entry}  # {told}")


def _fresh(columns: list[Column], made: Draft) -> None:
    """Offer closed questions of the district's own as new items."""
    closed = [(c, _options(c)) for c in columns if _is_closed(c)]
    if not closed:
        return
    made.say("# Questions Chorus does not know; to count them, add them as your own")
    made.say(
        "# (docs/guide/own-scales.md), with their answers from the least to the most:"
    )
    for number, (column, known) in enumerate(closed, 1):
        answers = (
            known.id if known else json.dumps(list(column.counts), ensure_ascii=False)
        )
        text = _quoted(column.texts[-1])
        made.say(f"#  {_quoted(column.key)}: OWN.{number}  # {text}, answers {answers}")


def _is_closed(column: Column) -> bool:
    distinct = len(column.counts)
    return 1 < distinct <= MOST_OPTIONS and column.filled >= 2 * distinct


def _options(column: Column) -> ResponseSet | None:
    """Return the response set whose options the answers are."""
    said = {fold(raw) for raw in column.counts}
    sets = catalogue().response_sets.values()
    return next((options for options in sets if said <= set(labels_of(options))), None)


def _quoted(text: str) -> str:
    """Return *text* as YAML reads it again, whatever is in it."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in quoted)
