"""Mapping files: which column is the school, the wave, the respondent, each item.

A mapping is YAML, kept with the district's data. One file may hold several
mappings, told apart by the columns they need.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.catalogue import catalogue
from data.catalogue.reader import LINE, read_yaml
from data.errors import CatalogueError, MappingError
from data.model.waves import parse_wave

Entry = dict[str, Any]  # Any: YAML, checked field by field below


@dataclass(frozen=True, slots=True)
class Field:
    """Where one value comes from: a column, part of one, or a constant.

    `is_date` marks a wave told by the day of the answer: the survey window of
    the calendar that the day falls into.
    """

    column: str | None = None
    constant: str | None = None
    recode: tuple[tuple[str, str], ...] = ()
    suffix: str = ""
    first: int = 0
    length: int | None = None
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """One column that holds one item's answers."""

    column: str
    item_id: str
    recode: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyMapping:
    """How one survey export is read."""

    name: str
    form: str
    wave: Field
    school: Field
    items: tuple[ItemColumn, ...]
    respondent: Field | None = None
    language: Field | None = None
    grade_band: Field | None = None
    grade: Field | None = None
    encoding: str | None = None

    @property
    def columns(self) -> set[str]:
        """Every column the mapping needs."""
        fields = (
            self.wave,
            self.school,
            self.respondent,
            self.language,
            self.grade_band,
            self.grade,
        )
        named = {f.column for f in fields if f and f.column}
        return named | {item.column for item in self.items}


@dataclass(frozen=True, slots=True)
class Measure:
    """One published measure: a column, the mean of several, or counts per answer."""

    id: str
    indicator_id: str
    name: tuple[str, str]
    definition: tuple[str, str]
    columns: tuple[str, ...] = ()
    favourable: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryMapping:
    """How a file of results someone else published is read."""

    name: str
    source: tuple[str, str]
    is_public: bool
    respondents: str
    wave: Field
    school: Field
    measures: tuple[Measure, ...]
    rate: Field | None = None
    n: Field | None = None
    eligible: Field | None = None
    missing: tuple[str, ...] = ("", "N/A", "NA", "Data not available")
    encoding: str | None = None
    school_name: Field | None = None
    area: Field | None = None

    @property
    def columns(self) -> set[str]:
        """Every column the mapping needs."""
        fields = (
            self.wave,
            self.school,
            self.rate,
            self.n,
            self.eligible,
            self.school_name,
            self.area,
        )
        named = {f.column for f in fields if f and f.column}
        for m in self.measures:
            named |= {*m.columns, *m.favourable, *m.answered}
        return named


@dataclass(frozen=True, slots=True)
class SchoolsMapping:
    """How a directory of schools is read, grades from enrolment columns."""

    name: str
    school: Field
    school_name: Field
    grades: tuple[tuple[str, str], ...] = ()
    area: Field | None = None
    latest_by: str | None = None
    encoding: str | None = None

    @property
    def columns(self) -> set[str]:
        """Every column the mapping needs."""
        named = {column for column, _ in self.grades}
        fields = (self.school, self.school_name, self.area)
        named |= {f.column for f in fields if f and f.column}
        return named | ({self.latest_by} if self.latest_by else set())


Mapping = SurveyMapping | SummaryMapping | SchoolsMapping


@dataclass(slots=True)
class _Reader:
    """Reads one mapping entry, naming the line of whatever is wrong."""

    file: str
    entry: Entry
    line: int = field(init=False)

    def __post_init__(self) -> None:
        self.line = self.entry.get(LINE, 1)

    def fail(self, reason: str) -> MappingError:
        return MappingError(reason, file=self.file, line=self.line)

    def need(self, key: str) -> Any:  # Any: YAML
        if key not in self.entry:
            raise self.fail(f"'{key}' is missing")
        return self.entry[key]

    def field(self, key: str) -> Field | None:
        value = self.entry.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            return Field(constant=str(value))
        if "date" in value:
            return Field(column=str(value["date"]), is_date=True)
        if "column" not in value:
            raise self.fail(f"'{key}' names no column")
        recode = value.get("recode", {})
        return Field(
            column=str(value["column"]),
            recode=tuple((str(k), str(v)) for k, v in recode.items() if k != LINE),
            suffix=str(value.get("suffix", "")),
            first=int(value.get("first", 0)),
            length=value.get("length"),
        )

    def needed_field(self, key: str) -> Field:
        self.need(key)
        found = self.field(key)
        assert found is not None
        return found

    def pair(self, key: str) -> tuple[str, str]:
        value = self.need(key)
        if not isinstance(value, dict) or not {"en", "es"} <= set(value):
            raise self.fail(f"'{key}' needs an English (en) and a Spanish (es) text")
        return value["en"], value["es"]


def read_mappings(path: Path) -> list[Mapping]:
    """Return every mapping in the file.

    Raises:
        MappingError: with line and reason, for the first thing that is wrong.
    """
    try:
        content = read_yaml(path)
    except FileNotFoundError as error:
        raise MappingError("there is no such mapping", file=path.name) from error
    except CatalogueError as error:
        raise MappingError(error.reason, file=path.name, line=error.line) from error
    entries = content if isinstance(content, list) else [content]
    mappings: list[Mapping] = []
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise MappingError("a mapping is a list of 'key: value'", file=path.name)
        name = path.stem if len(entries) == 1 else f"{path.stem}#{number + 1}"
        reader = _Reader(path.name, entry)
        if "survey" in entry:
            mappings.append(_survey(name, reader))
        elif "summary" in entry:
            mappings.append(_summary(reader))
        elif "schools" in entry:
            mappings.append(_schools(reader))
        else:
            raise reader.fail("starts with none of 'survey', 'summary', 'schools'")
    return mappings


def _survey(name: str, reader: _Reader) -> SurveyMapping:
    items = []
    for column, target in reader.need("items").items():
        if column == LINE:
            continue
        item_id = target["item"] if isinstance(target, dict) else target
        recode = target.get("recode", {}) if isinstance(target, dict) else {}
        if item_id not in catalogue().items:
            raise reader.fail(f"column '{column}' is mapped to unknown item {item_id}")
        pairs = tuple((str(k), int(v)) for k, v in recode.items() if k != LINE)
        items.append(ItemColumn(str(column), item_id, pairs))
    wave = reader.needed_field("wave")
    _check_constant_wave(reader, wave)
    form = str(reader.need("survey"))
    if form not in catalogue().forms:
        known = ", ".join(catalogue().forms)
        raise reader.fail(f"'{form}' is no form; use one of {known}")
    return SurveyMapping(
        name=name,
        form=form,
        wave=wave,
        school=reader.needed_field("school"),
        items=tuple(items),
        respondent=reader.field("respondent"),
        language=reader.field("language"),
        grade_band=reader.field("grade_band"),
        grade=reader.field("grade"),
        encoding=reader.entry.get("encoding"),
    )


def _summary(reader: _Reader) -> SummaryMapping:
    entry = reader.entry
    measures = []
    for raw in reader.need("measures"):
        inner = _Reader(reader.file, raw)
        indicator = inner.need("indicator")
        if indicator not in catalogue().indicators:
            raise inner.fail(f"unknown indicator {indicator}")
        measures.append(
            Measure(
                id=str(inner.need("id")),
                indicator_id=indicator,
                name=inner.pair("name"),
                definition=inner.pair("definition"),
                columns=tuple(raw.get("columns", ())),
                favourable=tuple(raw.get("favourable", ())),
                answered=tuple(raw.get("answered", ())),
            )
        )
        if bool(measures[-1].columns) == bool(measures[-1].favourable):
            raise inner.fail("needs either 'columns' or 'favourable' with 'answered'")
    wave = reader.needed_field("wave")
    _check_constant_wave(reader, wave)
    return SummaryMapping(
        name=str(entry["summary"]),
        source=reader.pair("source"),
        is_public=bool(reader.need("public")),
        respondents=str(reader.need("group")),
        wave=wave,
        school=reader.needed_field("school"),
        measures=tuple(measures),
        rate=reader.field("response_rate"),
        n=reader.field("n"),
        eligible=reader.field("eligible"),
        encoding=entry.get("encoding"),
        school_name=reader.field("school_name"),
        area=reader.field("area"),
    )


def _schools(reader: _Reader) -> SchoolsMapping:
    grades = reader.entry.get("grades", {})
    return SchoolsMapping(
        name=str(reader.entry["schools"]),
        school=reader.needed_field("school"),
        school_name=reader.needed_field("school_name"),
        grades=tuple((str(k), str(v)) for k, v in grades.items() if k != LINE),
        area=reader.field("area"),
        latest_by=reader.entry.get("latest_by"),
        encoding=reader.entry.get("encoding"),
    )


def _check_constant_wave(reader: _Reader, wave: Field) -> None:
    if wave.constant is not None and parse_wave(wave.constant) is None:
        raise reader.fail(
            f"'{wave.constant}' is no wave; write it as 2026-27F or 2026-27S"
        )
