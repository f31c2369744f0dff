"""The registers people keep by hand: what is asked, by whom, and what is accepted.

One declaration each. The form on the screen, the check on the server and the rows
a release reads are all drawn from it; the names of fields are the columns of the
canonical table of the same name, so that a register may come from a file or from
here and means the same (specification 12).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from data.catalogue import catalogue
from data.errors import EntryRefused, SettingsError
from data.model.rules import Rules, rules_from
from data.model.viewer import Role
from data.model.vocabulary import (
    ATTRIBUTES,
    CASE_KINDS,
    DOMAINS,
    EXCEPTION_ANSWERS,
    PULSE_QUESTIONS,
    REQUEST_CATEGORIES,
    REQUEST_OUTCOMES,
    SERVES,
    SHARED_WITH,
    STAKEHOLDER_GROUPS,
    TRY_RESULTS,
)

OFFICE = frozenset({Role.DISTRICT, Role.STEWARD})
LEADERS = frozenset({Role.PRINCIPAL})
LONGEST_TEXT, LONGEST_LINE = 400, 120
MOST_CODES = 3
EVERY_SCHOOL = "all"
TAKE_OUT = "take_out"
MOST_PEOPLE, MOST_HOURS = 1_000_000, 200
# A register holds what happened in living memory, and plans a district can see.
EARLIEST, LATEST = date(2000, 1, 1), timedelta(days=365 * 5)
ENGINES = catalogue().response_sets["ENGINE"].ids
ENERGY = tuple(str(code) for code in catalogue().response_sets["EXT5"].codes)
Values = dict[str, str]
Check = Callable[[Values, date], dict[str, str]]


class Kind(StrEnum):
    """What a field holds, and so how it is asked and checked."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    COUNT = "count"
    HOURS = "hours"
    PERCENT = "percent"
    ONE = "one"
    SEVERAL = "several"
    YES = "yes"
    SCHOOL = "school"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing asked.

    Attributes:
        options: what may be chosen, where something is chosen.
        option_words: where the words of the options are kept, without the dot.
        of: the register an ENTRY field points into.
        is_past: the day has come; what is yet to happen is not logged.
        longest: letters of a text, or of how many several may be chosen.
    """

    name: str
    kind: Kind
    required: bool = True
    options: tuple[str, ...] = ()
    option_words: str = ""
    of: str = ""
    is_past: bool = False
    longest: int = LONGEST_TEXT


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a person does to an entry.

    Attributes:
        name: "new" begins an entry; every other step acts on one that is there.
        stamps: columns filled without asking: "today", "me", or a word.
        is_open: tells from an entry's values whether this step is still to come.
    """

    name: str
    writers: frozenset[Role]
    fields: tuple[Field, ...]
    stamps: Mapping[str, str]
    is_open: Callable[[Values], bool] = lambda _: True


@dataclass(frozen=True)
class Register:
    """One register kept by hand.

    Attributes:
        id_column: the canonical column an entry's own key goes into; "" where
            the register has natural keys.
        is_nameless: who wrote it is not kept; a key on paper lets them change it.
        once_by: fields of which one author writes one entry only.
    """

    name: str
    steps: tuple[Step, ...]
    id_column: str = ""
    is_nameless: bool = False
    once_by: tuple[str, ...] = ()
    check: Check = lambda _values, _today: {}

    @cached_property
    def writers(self) -> frozenset[Role]:
        """Who may begin an entry."""
        return self.step("new").writers

    def step(self, name: str) -> Step:
        """Return a step by name.

        Raises:
            KeyError: this register has no such step.
        """
        for step in self.all_steps:
            if step.name == name:
                return step
        raise KeyError(name)

    @cached_property
    def all_steps(self) -> tuple[Step, ...]:
        """Its steps; whatever may be begun may be taken out again, unless it is closed.

        A request is answered or withdrawn, and a setting is set anew: both are on
        record.
        """
        if self.name in {"support_request", "exception_request", "settings", "coding"}:
            return self.steps
        writers = self.steps[0].writers | {Role.STEWARD}
        return (*self.steps, Step(TAKE_OUT, writers, (), {}))

    def steps_for(self, role: Role, values: Values) -> list[Step]:
        """Return what *role* may still do to an entry."""
        return [
            s
            for s in self.all_steps
            if s.name != "new" and role in s.writers and s.is_open(values)
        ]


def _line(name: str, **more: object) -> Field:
    return Field(name, Kind.LINE, **{"longest": LONGEST_LINE, **more})  # type: ignore[arg-type]


def _text(name: str, *, required: bool = True) -> Field:
    return Field(name, Kind.TEXT, required)


def _day(name: str, *, required: bool = True, is_past: bool = False) -> Field:
    return Field(name, Kind.DAY, required, is_past=is_past)


def _one(
    name: str, options: Sequence[str], words: str, *, required: bool = True
) -> Field:
    return Field(name, Kind.ONE, required, tuple(options), words)


def _several(
    name: str,
    options: Sequence[str],
    words: str,
    *,
    required: bool = True,
    longest: int = 99,
) -> Field:
    return Field(name, Kind.SEVERAL, required, tuple(options), words, longest=longest)


def _school(*, required: bool = True) -> Field:
    return Field("school_id", Kind.SCHOOL, required)


def _in_order(first: str, second: str) -> Check:
    """Return a check that *second* does not lie before *first*."""

    def check(values: Values, _today: date) -> dict[str, str]:
        early, late = values.get(first), values.get(second)
        return {second: "before_start"} if early and late and late < early else {}

    return check


def _pulse_said_something(values: Values, _today: date) -> dict[str, str]:
    said = any(values.get(q) for q in PULSE_QUESTIONS)
    return {} if said else {PULSE_QUESTIONS[0]: "say_something"}


def _is_a_rule(values: Values, _today: date) -> dict[str, str]:
    try:
        rules_from({values["key"]: values["value"]}).cuts  # noqa: B018 - checks itself
    except SettingsError:
        return {"value": "not_allowed_value"}
    return {}


def _is_unanswered(values: Values) -> bool:
    return not values.get("answered")


def _is_still_open(values: Values) -> bool:
    return not values.get("closed")


def _is_unowned(values: Values) -> bool:
    return _is_still_open(values) and not values.get("owner")


INITIATIVE = (
    _line("name"),
    _school(required=False),
    _line("owner", required=False),
    _day("start"),
    _day("planned_end", required=False),
    Field("share_of_staff", Kind.PERCENT, required=False),
    Field("hours", Kind.HOURS, required=False),
    _one("serves_pl", SERVES, "serves"),
    _line("mandated_by", required=False),
    _text("replaces", required=False),
)
TRY = (
    _school(),
    Field("team_size", Kind.COUNT),
    _day("start"),
    _day("planned_end", required=False),
    _several("attributes", ATTRIBUTES, "attribute", required=False),
    _text("outcome_guard", required=False),
    _text("evidence_plan", required=False),
    _text("stop_rule", required=False),
    Field("share", Kind.YES, required=False),
)
CASE = (
    _day("date", is_past=True),
    _line("title"),
    _line("format", required=False),
    _school(required=False),
    _several("lead_groups", STAKEHOLDER_GROUPS, "voice"),
    _several("audience_groups", STAKEHOLDER_GROUPS, "voice"),
    _one("depth", ("1", "2", "3", "4", "5"), "depth"),
    _line("languages", required=False),
    _one("kind", CASE_KINDS, "case_kind"),
)
CROSSWALK = tuple(
    Field(f"cell.{a}.{d}", Kind.TEXT, required=False)
    for a in ATTRIBUTES
    for d in DOMAINS
)
ENGINE = (
    _school(),
    _one("engine_type", ENGINES, "engine"),
    _line("own_name"),
    _day("valid_from"),
    _text("statement_en", required=False),
    _text("statement_es", required=False),
    *CROSSWALK,
    _day("approved_by_staff_on", required=False, is_past=True),
)
ALL = frozenset({Role.TEACHER, Role.PRINCIPAL})

REGISTERS: dict[str, Register] = {
    r.name: r
    for r in (
        Register(
            "pulse",
            (
                Step(
                    "new",
                    LEADERS,
                    (
                        _school(),
                        *(_text(q, required=False) for q in PULSE_QUESTIONS[:3]),
                        _one(PULSE_QUESTIONS[3], ENERGY, "energy", required=False),
                    ),
                    {"month": "month", "principal_key": "me"},
                ),
            ),
            once_by=("month", "principal_key"),
            check=_pulse_said_something,
        ),
        Register(
            "support_request",
            (
                Step(
                    "new",
                    LEADERS,
                    (_school(), _one("category", REQUEST_CATEGORIES, "code"),
                     _text("text")),
                    {"opened": "today"},
                ),
                Step("own", OFFICE, (), {"owner": "me"}, _is_unowned),
                Step(
                    "answer",
                    OFFICE,
                    (_text("reply"),),
                    {"first_reply": "today?", "owner": "me?"},
                    _is_still_open,
                ),
                Step(
                    "close",
                    OFFICE,
                    (_one("outcome", REQUEST_OUTCOMES[:3], "outcome"),
                     Field("reply", Kind.TEXT)),
                    {"closed": "today", "first_reply": "today?", "owner": "me?"},
                    _is_still_open,
                ),
                Step(
                    "take_back",
                    LEADERS,
                    (),
                    {"closed": "today", "outcome": "withdrawn"},
                    _is_still_open,
                ),
            ),
            id_column="request_id",
        ),
        Register(
            "exception_request",
            (
                Step(
                    "new", LEADERS, (_school(), _line("rule"), _text("text")),
                    {"asked": "today"},
                ),
                Step(
                    "answer",
                    OFFICE,
                    (_one("answer", EXCEPTION_ANSWERS, "answer"), _text("reply")),
                    {"answered": "today"},
                    _is_unanswered,
                ),
            ),
            id_column="request_id",
        ),
        Register(
            "case_event",
            (
                Step("new", LEADERS | OFFICE, CASE, {}),
                Step("change", LEADERS | OFFICE, CASE, {}),
            ),
            id_column="event_id",
        ),
        Register(
            "event_reach",
            (
                Step(
                    "new",
                    LEADERS | OFFICE,
                    (
                        Field("event_id", Kind.ENTRY, of="case_event"),
                        _one("group", STAKEHOLDER_GROUPS, "voice"),
                        _school(required=False),
                        Field("headcount", Kind.COUNT),
                    ),
                    {},
                ),
            ),
        ),
        Register(
            "initiative",
            (
                Step("new", LEADERS | OFFICE, INITIATIVE, {}),
                Step("change", LEADERS | OFFICE, INITIATIVE, {}),
                Step(
                    "end", LEADERS | OFFICE, (_day("ended", is_past=True),), {},
                    lambda v: not v.get("ended"),
                ),
            ),
            id_column="initiative_id",
            check=lambda v, t: _in_order("start", "planned_end")(v, t)
            | _in_order("start", "ended")(v, t),
        ),
        Register(
            "try",
            (
                Step("new", ALL, TRY, {"result": "running"}),
                Step("change", ALL, TRY, {}),
                Step(
                    "close",
                    ALL,
                    (
                        _day("closed", is_past=True),
                        _one("result", TRY_RESULTS[:3], "result"),
                        _one("shared_with", SHARED_WITH, "shared"),
                    ),
                    {},
                    _is_still_open,
                ),
            ),
            id_column="try_id",
            is_nameless=True,
            check=lambda v, t: _in_order("start", "planned_end")(v, t)
            | _in_order("start", "closed")(v, t),
        ),
        Register(
            "learning_engine",
            (
                Step("new", LEADERS, ENGINE, {}),
                Step("change", LEADERS, ENGINE, {}),
            ),
        ),
        Register(
            "coding",
            (
                Step(
                    "new",
                    OFFICE,
                    (
                        Field("pulse", Kind.ENTRY, of="pulse"),
                        _one("question", PULSE_QUESTIONS[:3], "pulse"),
                        _several(
                            "codes",
                            tuple(catalogue().code_book.codes),
                            "code",
                            required=False,
                            longest=MOST_CODES,
                        ),
                    ),
                    {"coder": "me"},
                ),
            ),
            once_by=("pulse", "question", "coder"),
        ),
        Register(
            "settings",
            (
                Step(
                    "new",
                    frozenset({Role.STEWARD}),
                    (_one("key", tuple(Rules().as_dict()), "rule"), _line("value"),
                     _text("reason")),
                    {"set_by": "me", "set_on": "today"},
                ),
            ),
            check=_is_a_rule,
        ),
    )
}  # fmt: skip


def accepted(
    register: Register,
    step: Step,
    given: Mapping[str, object],
    before: Values,
    *,
    schools: frozenset[str],
    today: date,
) -> Values:
    """Return the entry as it will stand, or refuse what is wrong with each field.

    Args:
        given: field → what the form sent; other names are not looked at.
        before: the entry as it stands.
        schools: ids that may be named.

    Raises:
        EntryRefused: field → the reason, as words know it.
    """
    values, wrong = dict(before), {}
    for field in step.fields:
        try:
            values[field.name] = _typed(field, given.get(field.name), schools, today)
        except _No as error:
            wrong[field.name] = str(error)
    wrong = wrong or register.check(values, today)
    if wrong:
        raise EntryRefused(wrong)
    return values


class _No(Exception):
    """A field is refused for a reason that words know."""


def _typed(field: Field, raw: object, schools: frozenset[str], today: date) -> str:
    """Return what a field holds as the canonical file would write it."""
    several = raw if isinstance(raw, list) else [] if raw in {None, ""} else [raw]
    texts = [str(x).strip() for x in several]
    texts = [t for t in texts if t]
    if not texts:
        if field.required:
            raise _No("needed")
        return ""
    if field.kind is Kind.SEVERAL:
        return _several_of(field, texts)
    if field.kind is Kind.SCHOOL:
        if texts[0] == EVERY_SCHOOL and not field.required:
            return ""
        return _among(texts[0], schools, "no_school")
    if field.kind is Kind.DAY:
        return _day_of(field, texts[0], today)
    return READ[field.kind](field, texts[0])


def _line_of(field: Field, text: str) -> str:
    return _text_of(field, " ".join(text.split()))


def _text_of(field: Field, text: str) -> str:
    if len(text) > field.longest:
        raise _No("too_long")
    return text


def _among(text: str, known: Collection[str], reason: str = "choose") -> str:
    if text not in known:
        raise _No(reason)
    return text


def _several_of(field: Field, texts: list[str]) -> str:
    if any(t not in field.options for t in texts):
        raise _No("choose")
    chosen = [o for o in field.options if o in texts]
    if len(chosen) > field.longest:
        raise _No("too_many")
    return ";".join(chosen)


def _day_of(field: Field, text: str, today: date) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _No("no_day") from None
    if field.is_past and day > today:
        raise _No("yet_to_come")
    if not EARLIEST <= day <= today + LATEST:
        raise _No("no_day")
    return day.isoformat()


def _number(text: str, low: float, high: float, *, whole: bool = False) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise _No("no_number") from None
    if not low <= value <= high or (whole and value != int(value)):
        raise _No("no_number")
    return value


READ: dict[Kind, Callable[[Field, str], str]] = {
    Kind.LINE: _line_of,
    Kind.TEXT: _text_of,
    Kind.ENTRY: _line_of,
    Kind.COUNT: lambda _, t: f"{_number(t, 0, MOST_PEOPLE, whole=True):.0f}",
    Kind.HOURS: lambda _, t: f"{_number(t, 0, MOST_HOURS):g}",
    Kind.PERCENT: lambda _, t: f"{_number(t, 0, 100) / 100:g}",
    Kind.ONE: lambda field, t: _among(t, field.options),
    Kind.YES: lambda _, __: "yes",
}
