"""Mapping files: which column is the school, the wave, the respondent, each item.

A mapping is YAML, kept with the district's data. One file may hold several
mappings, told apart by the columns they need. A key that is no key is refused:
ignored, a misspelt `respondent` would make every row a new person.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic import (
    Field as Key,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from data.catalogue import catalogue
from data.errors import MappingError
from data.ingest.canonical_tables import TABLES
from data.ingest.source import tidy_header
from data.ingest.yaml_lines import Place, Written
from data.model.vocabulary import GRADE_BANDS
from data.model.waves import parse_wave


def _wrong(reason: str) -> PydanticCustomError:
    # Braces in a steward's word are no template.
    return PydanticCustomError("mapping", "{reason}", {"reason": reason})


def tidy_column(text: str) -> str:
    """Return a column's name as headers are matched; `a || b` is `a||b`."""
    return "||".join(part.strip() for part in tidy_header(text).split("||"))


def nearest(word: str, known: list[str]) -> str:
    """Return `; did you mean 'x'?` for the known word nearest to *word*, or ''."""
    folded = {k.casefold(): k for k in known}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"; did you mean '{folded[found[0]]}'?" if found else ""


def _column_name(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong("a column is named by its heading")
    return tidy_column(value)


Column = Annotated[str, BeforeValidator(_column_name)]


def _as_words(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(v, str) for v in listed):
        raise _wrong("list the words, as [I don't know, Not sure]")
    return [str(v) for v in listed]


def _in_two_languages(value: object) -> tuple[str, str]:
    if not isinstance(value, dict) or not (value.get("en") and value.get("es")):
        raise _wrong("needs an English (en) and a Spanish (es) text")
    return str(value["en"]), str(value["es"])


Words = Annotated[tuple[str, ...], BeforeValidator(_as_words)]
TwoLanguages = Annotated[tuple[str, str], BeforeValidator(_in_two_languages)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class Field(_Entry):
    """Where one value comes from: a column, part of one, or a constant.

    `date` names the column with the day of the answer: the wave is the survey
    window of the calendar that the day falls into.
    """

    column: Column | None = None
    date: Column | None = None
    constant: str | None = None
    recode: dict[str, str] = {}
    suffix: str = ""
    first: int = Key(0, ge=0)
    length: int | None = Key(None, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _scalar(cls, value: object) -> object:
        return {"constant": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(v is not None for v in (self.column, self.date, self.constant)) != 1:
            raise _wrong("names no column; write {column: Heading} or one value")
        return self

    @property
    def header(self) -> str | None:
        """The column it reads, if it reads one."""
        return self.column or self.date


class ItemColumn(_Entry):
    """What one column's answers are: an item, with the codes of its own words."""

    item: str
    recode: dict[str, int] = {}
    no_answer: Words = ()

    @model_validator(mode="before")
    @classmethod
    def _scalar(cls, value: object) -> object:
        return {"item": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _known(self) -> Self:
        items = catalogue().items
        if self.item not in items:
            close = nearest(self.item, list(items))
            raise _wrong(f"unknown item {self.item}{close}")
        options = items[self.item].response_set
        for word, code in self.recode.items():
            if options is None or code not in options.codes:
                allowed = (
                    f"{options.codes[0]} to {options.codes[-1]}" if options else ""
                )
                raise _wrong(
                    f"'{word}' becomes {code}, which is no code of {self.item}"
                    + (f"; use {allowed}" if allowed else "")
                )
        return self


class SurveyMapping(_Entry):
    """How one survey export is read.

    Attributes:
        day_first: the order of 03/10/2026, where the file does not prove it.
        no_answer: words that are no answer in every column.
        source: what is collected on its own beside the same form in the same wave
            with the same tool; see `docs/guide/mapping-a-survey.md`.
    """

    form: str = Key(alias="survey")
    wave: Field
    school: Field
    items: dict[Column, ItemColumn]
    respondent: Field | None = None
    language: Field | None = None
    grade_band: Field | None = None
    grade: Field | None = None
    day_first: bool | None = None
    no_answer: Words = ()
    source: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    _name: str = PrivateAttr("")

    @property
    def name(self) -> str:
        """What messages call it: the file's name, numbered where it holds several."""
        return self._name

    @field_validator("items", mode="before")
    @classmethod
    def _some_items(cls, value: object) -> object:
        if not isinstance(value, dict) or not value:
            raise _wrong("list the questions as 'column: item', as QID1: S.VO.1")
        return value

    @field_validator("wave")
    @classmethod
    def _wave_label(cls, value: Field) -> Field:
        return _checked_wave(value)

    @field_validator("grade_band")
    @classmethod
    def _bands(cls, value: Field | None) -> Field | None:
        words = [*value.recode.values()] if value else []
        words += [value.constant] if value and value.constant is not None else []
        for word in words:
            if word not in GRADE_BANDS:
                raise _wrong(
                    f"'{word}' is no grade band; use one of {', '.join(GRADE_BANDS)}"
                )
        return value

    @field_validator("encoding")
    @classmethod
    def _encodings(cls, value: str | None) -> str | None:
        return _checked_encoding(value)

    @model_validator(mode="after")
    def _fits_the_form(self) -> Self:
        forms = catalogue().forms
        if self.form not in forms:
            raise _wrong(
                f"'{self.form}' is no form; use one of {', '.join(forms)}"
                + nearest(self.form, list(forms))
            )
        columns: dict[str, str] = {}
        for column, target in self.items.items():
            if target.item not in forms[self.form].items:
                raise _wrong(
                    f"column '{column}' is mapped to {target.item}, which "
                    f"{self.form} does not ask"
                )
            if target.item in columns:
                raise _wrong(
                    f"{target.item} is mapped twice, to '{columns[target.item]}' and "
                    f"'{column}'; a person answers it once"
                )
            columns[target.item] = column
        return self

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
        return {f.header for f in fields if f and f.header} | set(self.items)


class Measure(_Entry):
    """One published measure: a column, the mean of several, or counts per answer."""

    id: str
    indicator_id: str = Key(alias="indicator")
    name: TwoLanguages
    definition: TwoLanguages
    columns: tuple[Column, ...] = ()
    favourable: tuple[Column, ...] = ()
    answered: tuple[Column, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.indicator_id not in catalogue().indicators:
            close = nearest(self.indicator_id, list(catalogue().indicators))
            raise _wrong(f"unknown indicator {self.indicator_id}{close}")
        counted = bool(self.favourable) and bool(self.answered)
        if bool(self.columns) == counted or bool(self.favourable) != bool(
            self.answered
        ):
            raise _wrong("needs either 'columns' or 'favourable' with 'answered'")
        return self


class SummaryMapping(_Entry):
    """How a file of results someone else published is read."""

    name: str = Key(alias="summary")
    source: TwoLanguages
    is_public: bool = Key(alias="public")
    respondents: str = Key(alias="group")
    wave: Field
    school: Field
    measures: tuple[Measure, ...] = Key(min_length=1)
    rate: Field | None = Key(None, alias="response_rate")
    n: Field | None = None
    eligible: Field | None = None
    missing: Words = ("", "N/A", "NA", "Data not available")
    encoding: str | None = None
    sheet: str | None = None
    school_name: Field | None = None
    area: Field | None = None

    @field_validator("wave")
    @classmethod
    def _wave_label(cls, value: Field) -> Field:
        return _checked_wave(value)

    @field_validator("encoding")
    @classmethod
    def _encodings(cls, value: str | None) -> str | None:
        return _checked_encoding(value)

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
        named = {f.header for f in fields if f and f.header}
        for m in self.measures:
            named |= {*m.columns, *m.favourable, *m.answered}
        return named


class SchoolsMapping(_Entry):
    """How a directory of schools is read, grades from enrolment columns."""

    name: str = Key(alias="schools")
    school: Field
    school_name: Field
    grades: dict[Column, str] = {}
    area: Field | None = None
    latest_by: Column | None = None
    encoding: str | None = None
    sheet: str | None = None

    @field_validator("encoding")
    @classmethod
    def _encodings(cls, value: str | None) -> str | None:
        return _checked_encoding(value)

    @property
    def columns(self) -> set[str]:
        """Every column the mapping needs."""
        fields = (self.school, self.school_name, self.area)
        named = {f.header for f in fields if f and f.header} | set(self.grades)
        return named | ({self.latest_by} if self.latest_by else set())


class TableMapping(_Entry):
    """How a list with the office's own headings becomes one of Chorus' tables.

    Attributes:
        fields: column of the table → where it comes from.
        rows: where one row of the list holds several of the table, what differs.
    """

    table: str
    fields: dict[str, Field] = Key(alias="columns", min_length=1)
    rows: tuple[dict[str, Field], ...] = ()
    day_first: bool | None = None
    encoding: str | None = None
    sheet: str | None = None
    _name: str = PrivateAttr("")

    @property
    def name(self) -> str:
        """What messages call it: the file's name, numbered where it holds several."""
        return self._name

    @field_validator("encoding")
    @classmethod
    def _encodings(cls, value: str | None) -> str | None:
        return _checked_encoding(value)

    @model_validator(mode="after")
    def _fits_the_table(self) -> Self:
        lists = [t for t in TABLES if t != "response"]
        if self.table not in lists:
            raise _wrong(
                f"'{self.table}' is no table; use one of {', '.join(lists)}"
                + nearest(self.table, lists)
            )
        known = {c.name: c for c in TABLES[self.table].columns}
        for part in self.parts:
            for word in part:
                if word not in known:
                    close = nearest(word, list(known))
                    raise _wrong(f"{self.table} has no column '{word}'{close}")
            missing = [n for n, c in known.items() if c.required and n not in part]
            if missing:
                raise _wrong(
                    f"{self.table} needs {', '.join(missing)}; say where each comes "
                    "from, or one value for all rows"
                )
        return self

    @property
    def parts(self) -> tuple[dict[str, Field], ...]:
        """What each row of the list gives: all columns of one row of the table."""
        return tuple({**self.fields, **row} for row in self.rows or ({},))

    @property
    def columns(self) -> set[str]:
        """Every column the mapping needs."""
        return {f.header for part in self.parts for f in part.values() if f.header}


Mapping = SurveyMapping | SummaryMapping | SchoolsMapping | TableMapping
KINDS: dict[str, type[Mapping]] = {
    "survey": SurveyMapping,
    "table": TableMapping,
    "summary": SummaryMapping,
    "schools": SchoolsMapping,
}


def read_mappings(path: Path) -> list[Mapping]:
    """Return every mapping in the file.

    Raises:
        MappingError: with line and what to write instead, for the first thing that
            is wrong.
    """
    written = Written(path)
    is_list = isinstance(written.content, list)
    entries = written.content if isinstance(written.content, list) else None
    mappings: list[Mapping] = []
    for number, entry in enumerate(entries or [written.content]):
        place: Place = (number,) if is_list else ()
        if not isinstance(entry, dict):
            raise MappingError(
                "a mapping is lines of 'key: value', the first of them "
                "'survey: student_6_12' or another form",
                file=path.name,
                line=written.line(place),
            )
        kind = next((model for key, model in KINDS.items() if key in entry), None)
        if kind is None:
            raise MappingError(
                "starts with none of 'survey', 'table', 'summary', 'schools'",
                file=path.name,
                line=written.line(place),
            )
        try:
            mapping = kind.model_validate(entry)
        except ValidationError as error:
            raise _explained(error.errors()[0], kind, written, place) from error
        if isinstance(mapping, SurveyMapping | TableMapping):
            alone = len(entries or [entry]) == 1
            mapping._name = path.stem if alone else f"{path.stem}#{number + 1}"
        mappings.append(mapping)
    return mappings


def _checked_wave(wave: Field) -> Field:
    if wave.constant is not None and parse_wave(wave.constant) is None:
        raise _wrong(f"'{wave.constant}' is no wave; write it as 2026-27F or 2026-27S")
    return wave


def _checked_encoding(name: str | None) -> str | None:
    try:
        "".encode(name or "utf-8")
    except (LookupError, ValueError) as error:
        raise _wrong(
            f"'{name}' is no encoding; use utf-8, utf-16, cp1252 or mac_roman, or "
            "leave the line out"
        ) from error
    return name


def _explained(  # noqa: C901 - one sentence per kind
    error: ErrorDetails, kind: type[BaseModel], written: Written, place: Place
) -> MappingError:
    """Return what pydantic found as a sentence with its line."""
    path = (*place, *error["loc"])
    key = str(error["loc"][-1]) if error["loc"] else ""
    match error["type"]:
        case "extra_forbidden":
            known = _keys_at(kind, error["loc"][:-1])
            reason = (
                f"unknown key '{key}'{nearest(key, known)} (known here: "
                f"{', '.join(known)})"
            )
        case "missing":
            path = path[:-1]
            reason = f"'{key}' is missing"
        case "mapping":
            column = _column_of(error["loc"])
            reason = (f"column '{column}': " if column else "") + error["msg"]
            if not column and len(error["loc"]) == 1:
                reason = f"'{key}': {reason}"
        case "int_parsing" | "int_type":
            reason = f"'{key}' needs a whole number, not {_shown(error['input'])}"
        case "greater_than_equal":
            reason = f"'{key}' is {error['input']}; counting starts at " + str(
                error["ctx"]["ge"]
            )
        case "bool_parsing" | "bool_type":
            reason = f"'{key}' is true or false, not {_shown(error['input'])}"
        case "dict_type":
            reason = f"'{key}' is written 'old: new', as {{Yes: 5, No: 1}}"
        case "string_type":
            reason = f"'{key}' needs one word or text"
        case "model_type" | "model_attributes_type":
            reason = f"'{key}' is written as {{column: Heading}} or as one value"
        case _:
            reason = f"'{key}': {error['msg'].lower()}"
    return MappingError(reason, file=written.file, line=written.line(path))


def _shown(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else "this"


def _column_of(place: tuple[str | int, ...]) -> str:
    """Return the column an item of a survey is read from, where *place* is one."""
    return str(place[1]) if len(place) > 1 and place[0] == "items" else ""


def _keys_at(kind: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    """Return the keys a steward can write at *place* of a mapping."""
    model: Any = kind  # Any: each step may be a model or a container of models
    if place:
        model = {"items": ItemColumn, "measures": Measure}.get(str(place[0]), Field)
        if len(place) > 2:  # noqa: PLR2004 - a field inside a measure
            model = Field
    fields = model.model_fields.items()
    return [f.alias or key for key, f in fields if key != "constant"]
