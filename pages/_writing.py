"""A register's step as a form: its words, its choices, and what happens when sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from dash import ALL, MATCH, Input, Output, State, callback, html, no_update
from dash.development.base_component import Component

from components import forms
from components.forms import Draft, Question
from components.rich import rich
from components.words import Speaker
from data.catalogue import catalogue
from data.catalogue.languages import SOURCE
from data.errors import AccessDenied, EntryChanged, EntryRefused, ReleaseError
from data.ledger.entries import Author, Entry, Written, readable, write
from data.ledger.registers import (
    EVERY_SCHOOL,
    REGISTERS,
    TAKE_OUT,
    Field,
    Kind,
    Register,
    Step,
)
from data.model.viewer import Role
from data.model.vocabulary import ATTRIBUTES
from pages._ledger import current_author, ledger, today
from pages._request import Ask, ask, language_of, read_params, release_asked
from queries.facts import School, schools

EDIT_KEY = "edit_key"
Option = tuple[str, str, str]


def entry_form(
    asked: Ask,
    register: Register,
    step: Step,
    entry: Entry | None = None,
    *,
    only: Mapping[str, tuple[str, ...]] | None = None,
    fixed: Mapping[str, str] | None = None,
) -> Component:
    """Return the form of one step.

    Args:
        entry: what the step acts on; what it holds stands in the fields.
        only: field → the options offered here, where these are fewer.
        fixed: field → value that is sent without being asked.
    """
    say, author = asked.say, current_author()
    fixed = dict(fixed or {})
    own = _own_schools(asked)
    if len(own) == 1 and author.viewer.role in {Role.PRINCIPAL, Role.TEACHER}:
        # Somebody with one school is not asked which.
        fixed |= {
            f.name: own[0].school_id for f in step.fields if f.kind is Kind.SCHOOL
        }
    values = entry.values if entry else {}
    questions = [
        _question(asked, register, field, values, (only or {}).get(field.name))
        for field in step.fields
        if field.name not in fixed
    ]
    is_steward = author.viewer.role is Role.STEWARD
    if register.is_nameless and entry is not None and not is_steward:
        hint = say("write.edit_key_hint")
        questions.append(
            Question(EDIT_KEY, "line", say("write.edit_key"), hint, longest=60)
        )
    key = entry.key if entry else ""
    version = entry.version if entry else 0
    name = "-".join(x for x in (register.name, step.name, key, *fixed.values()) if x)
    name = "".join(c if c.isalnum() else "-" for c in name)
    sent_to = {
        "register": register.name,
        "step": step.name,
        "key": key,
        "version": version,
        "fixed": fixed,
    }
    draft = Draft(name, sent_to, _kept_as(author, name, version))
    return forms.form(say, draft, questions, button_words(say, step))


def button_words(say: Speaker, step: Step) -> str:
    """Return what the button of a step says."""
    if step.name in {"new", "change"}:
        return say("write.send" if step.name == "new" else "write.save")
    return say(f"write.step.{step.name}")


def field_label(say: Speaker, register: Register, field: Field) -> str:
    """Return how a field is asked."""
    item = catalogue().items.get(field.name)
    if item is not None:
        return say.text(item.text)
    if field.name.startswith("cell."):
        _, attribute, domain = field.name.split(".")
        rubric = catalogue().rubric
        names = rubric.attributes[attribute], rubric.domains[domain]
        return " · ".join(say.text(n) for n in names)
    if (
        field.kind is Kind.SCHOOL
        and f"write.{register.name}.school_id" not in say.texts
    ):
        return say("write.school_id")
    return say(f"write.{register.name}.{field.name}")


def _question(
    asked: Ask,
    register: Register,
    field: Field,
    values: Mapping[str, str],
    only: tuple[str, ...] | None,
) -> Question:
    say = asked.say
    hint = f"write.{register.name}.{field.name}_hint"
    kind = field.kind.value
    if field.kind in {Kind.SCHOOL, Kind.ENTRY}:
        kind = "one"
    return Question(
        field.name,
        kind,
        field_label(say, register, field),
        say(hint) if hint in say.texts else "",
        _options(asked, field, only),
        _standing(field, values.get(field.name, "")),
        field.required,
        field.longest if field.kind in {Kind.LINE, Kind.TEXT} else 0,
        today().isoformat() if field.is_past else "",
    )


def _standing(field: Field, value: str) -> str | list[str]:
    if field.kind in {Kind.SEVERAL, Kind.YES}:
        return value.split(";") if value else []
    if field.kind is Kind.SCHOOL and not field.required:
        return value or EVERY_SCHOOL
    if field.kind is Kind.PERCENT and value:
        return f"{100 * float(value):g}"
    return value


def _options(
    asked: Ask, field: Field, only: tuple[str, ...] | None
) -> tuple[Option, ...]:
    say = asked.say
    if field.kind is Kind.SCHOOL:
        found = [(s.school_id, s.name, "") for s in _own_schools(asked)]
        if not field.required and not asked.viewer.school_ids:
            return ((EVERY_SCHOOL, say("write.whole_district"), ""), *found)
        return tuple(found)
    if field.kind is Kind.ENTRY:
        with ledger().reading() as session:
            entries = readable(session, current_author(), field.of)
        return tuple((e.key, entry_name(say, e), "") for e in entries)
    if field.kind is Kind.YES:
        return (("yes", say("write.yes"), ""),)
    return tuple(option_of(say, field, value) for value in (only or field.options))


def option_of(say: Speaker, field: Field, value: str) -> Option:
    """Return (value, words, more words) of one option of *field*."""
    known = catalogue()
    known, words = catalogue(), field.option_words
    if words in {"engine", "energy"}:
        chosen = known.response_sets["ENGINE" if words == "engine" else "EXT5"]
        return value, chosen.options(say.language)[field.options.index(value)], ""
    if words == "code":
        code = known.code_book.codes[value]
        return value, say.text(code.name), say.text(code.include)
    if words == "attribute":
        return value, say.text(known.rubric.attributes[value]), ""
    if words == "voice":
        group = say(f"group.{value}")
        return value, group[:1].upper() + group[1:], ""
    if words == "depth":
        return value, say(f"depth.{value}"), ""
    return value, say(f"write.{words}.{value}"), ""


def entry_name(say: Speaker, entry: Entry) -> str:
    """Return what an entry is called in a list."""
    values = entry.values
    if entry.register in {"support_request", "exception_request"}:
        return values["text"]
    if entry.register == "try":
        wanted = [a for a in ATTRIBUTES if a in values.get("attributes", "").split(";")]
        names = [say.text(catalogue().rubric.attributes[a]) for a in wanted]
        return values.get("outcome_guard") or ", ".join(names) or say("my.try")
    if entry.register == "pulse":
        return say(
            "my.pulse_of", month=say.month(date.fromisoformat(values["month"] + "-01"))
        )
    if entry.register == "event_reach":
        return say(
            "my.reach_of", n=values["headcount"], group=say(f"group.{values['group']}")
        )
    return (
        values.get("title") or values.get("name") or values.get("own_name") or entry.key
    )


def _own_schools(asked: Ask) -> list[School]:
    found = schools(asked.connection, asked.viewer)
    own = asked.viewer.school_ids
    return [s for s in found if s.school_id in own] if own else found


def _kept_as(author: Author, name: str, version: int) -> str:
    # No name on a device that others may use.
    who = hashlib.sha256(author.name.encode()).hexdigest()[:10]
    return f"chorus-draft:{who}:{name}:{version}"


@callback(
    Output({"type": "outcome", "form": MATCH}, "children"),
    Output({"type": "form", "form": MATCH}, "hidden"),
    Output({"type": "wrong", "form": MATCH, "name": ALL}, "children"),
    Input({"type": "sent", "form": MATCH}, "data"),
    State({"type": "about-form", "form": MATCH}, "data"),
    State({"type": "field", "form": MATCH, "name": ALL}, "value"),
    State({"type": "field", "form": MATCH, "name": ALL}, "id"),
    State({"type": "wrong", "form": MATCH, "name": ALL}, "id"),
    State("address", "search"),
    running=[(Output({"type": "send", "form": MATCH}, "disabled"), True, False)],
    prevent_initial_call=True,
)
def take(
    sent: object,
    about: dict[str, Any],
    values: list[Any],
    ids: list[dict[str, str]],
    places: list[dict[str, str]],
    search: str | None,
) -> tuple[Any, Any, list[Any]]:
    """Keep what a form holds, or say beside each field what is wrong with it."""
    nothing = [""] * len(places)
    if not sent:
        return no_update, no_update, [no_update] * len(places)
    say = language_of(read_params(search))
    given = {i["name"]: v for i, v in zip(ids, values, strict=True)}
    form_name = places[0]["form"] if places else ""
    try:
        register, step, written = _keep(about, given, search)
    except EntryRefused as error:
        problems = _problems(say, about, error.problems)
        listed = [
            (forms.place_of(form_name, field), label, reason)
            for field, (label, reason) in problems.items()
        ]
        beside = [problems.get(p["name"], ("", ""))[1] for p in places]
        return forms.refused(say, listed), False, beside
    except EntryChanged:
        return _problem(say("write.changed")), False, nothing
    except (AccessDenied, ReleaseError, KeyError, TypeError):
        is_key = EDIT_KEY in given
        words = say("write.wrong_key" if is_key else "write.not_yours")
        return _problem(words), False, nothing
    return _thanks(say, register, step, written), True, nothing


def _keep(
    about: dict[str, Any], given: dict[str, Any], search: str | None
) -> tuple[Register, Step, Written]:
    author = current_author()
    register = REGISTERS[str(about["register"])]
    step = register.step(str(about["step"]))
    release = release_asked("")
    if release is None:
        raise AccessDenied("no release yet")
    with ask(release, "/my", search) as asked:
        known = frozenset(s.school_id for s in schools(asked.connection, asked.viewer))
    with ledger().writing() as session:
        written = write(
            session,
            author,
            register,
            step,
            {**given, **dict(about["fixed"])},
            schools=known,
            today=today(),
            key=str(about["key"]),
            version=int(about["version"]),
            edit_key=str(given.get(EDIT_KEY) or ""),
        )
    return register, step, written


def _problems(
    say: Speaker, about: dict[str, Any], found: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    register = REGISTERS[str(about["register"])]
    fields = {f.name: f for f in register.step(str(about["step"])).fields}
    return {
        name: (field_label(say, register, fields[name]), say(f"write.wrong.{reason}"))
        for name, reason in found.items()
    }


def _problem(words: str) -> Component:
    return html.Div(html.P(words), className="error", role="alert")


def _thanks(
    say: Speaker, register: Register, step: Step, written: Written
) -> Component:
    lang = "" if say.language == SOURCE else f"?lang={say.language}"
    links = [(say("write.back"), f"/my{lang}")]
    if register.name == "coding":
        links.insert(0, (say("coding.next"), f"/my/coding{lang}"))
    if step.name == "new" and not register.once_by:
        links.append((say("write.another"), f"/my/write/{register.name}{lang}"))
    if step.name == TAKE_OUT:
        return forms.sent(rich(say("write.taken_out")), links)
    if written.edit_key:
        return forms.sent(rich(say("write.done_key", key=written.edit_key)), links)
    return forms.sent(rich(say("write.done")), links)
