"""What people write into registers: begun, changed, taken out, never overwritten."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from data.errors import AccessDenied, EntryChanged, EntryRefused
from data.ledger.audit_log import Act, record
from data.ledger.registers import (
    OFFICE,
    REGISTERS,
    TAKE_OUT,
    Kind,
    Register,
    Step,
    accepted,
)
from data.ledger.tables import RegisterEntry
from data.model.viewer import Role, Viewer

NAMELESS = "a team"
# Nobody guesses 128 bits, however long they try.
EDIT_KEY_BYTES = 16
OF_SCHOOLS = frozenset({Role.PRINCIPAL, Role.TEACHER})


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: as the ledger names them, and what they may see."""

    name: str
    viewer: Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands.

    Attributes:
        author: who began it; a register without names says nobody.
        values: field → text, as the canonical file would write it.
        at, began: when it was last changed, and when it was begun.
    """

    register: str
    key: str
    version: int
    school_id: str
    author: str
    values: dict[str, str]
    at: datetime
    began: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a form.

    Attributes:
        edit_key: lets whoever holds it change an entry without a name; told once.
    """

    entry: Entry
    edit_key: str = ""


def write(
    session: Session,
    author: Author,
    register: Register,
    step: Step,
    given: Mapping[str, object],
    *,
    schools: frozenset[str],
    today: date,
    key: str = "",
    version: int = 0,
    edit_key: str = "",
) -> Written:
    """Take one step with an entry, within the caller's transaction.

    Args:
        schools: every school of the district.
        today: the day it is in the district.
        key, version: of the entry acted on, as the form showed it.

    Raises:
        AccessDenied: not this person's to write, or the wrong edit key.
        EntryRefused: a field holds something that cannot be kept.
        EntryChanged: somebody else was quicker.
    """
    if author.viewer.role not in step.writers:
        raise AccessDenied(f"{register.name} is not for a {author.viewer.role}")
    own = author.viewer.school_ids
    before = None
    digest = edit_digest = ""
    if step.name != "new":
        before = _row(session, register.name, key)
        _may_change(author, register, step, before, edit_key)
        if before.version != version:
            raise EntryChanged
        edit_digest = before.edit_digest
    old = dict(before.values) if before else {}
    near = own if author.viewer.role in OF_SCHOOLS else schools
    values = accepted(register, step, given, old, schools=near, today=today)
    values |= _stamps(step, old, author.name, today)
    _check_place(session, author, register, step, values)
    if before is None:
        key = _new_key(register, values)
        if register.is_nameless:
            digest = secrets.token_hex(EDIT_KEY_BYTES).upper()
            edit_digest = _digest(digest, register.name, key)
    row = RegisterEntry(
        register=register.name,
        key=key,
        version=before.version + 1 if before else _next_version(session, register, key),
        school_id=values.get("school_id", ""),
        author=before.author if before else "" if register.is_nameless else author.name,
        edit_digest=edit_digest,
        values=values,
        at=datetime.now(UTC),
        is_removed=step.name == TAKE_OUT,
    )
    session.add(row)
    session.flush()
    who = NAMELESS if register.is_nameless else author.name
    record(session, who, Act.WROTE, f"{register.name} {key}", {"step": step.name})
    return Written(_entry([row] if before is None else [before, row]), digest)


def standing(session: Session, register: str) -> list[Entry]:
    """Return every entry as it stands, the newest first; those taken out are not in."""
    rows = session.scalars(
        sa.select(RegisterEntry)
        .where(RegisterEntry.register == register)
        .order_by(RegisterEntry.key, RegisterEntry.version)
    )
    versions: dict[str, list[RegisterEntry]] = {}
    for row in rows:
        versions.setdefault(row.key, []).append(row)
    found = [_entry(v) for v in versions.values() if not v[-1].is_removed]
    return sorted(found, key=lambda e: (e.began, e.key), reverse=True)


def every_version(session: Session, register: str) -> list[RegisterEntry]:
    """Return every version of every entry, taken out or not, in order."""
    return list(
        session.scalars(
            sa.select(RegisterEntry)
            .where(RegisterEntry.register == register)
            .order_by(RegisterEntry.id)
        )
    )


def readable(session: Session, author: Author, register: str) -> list[Entry]:
    """Return the entries of *register* this person may read.

    The office reads all, but no pulse: its words are for those who code them. A
    principal reads what concerns the own school and what concerns every school;
    teachers, of the tries of their school, those whose team shares them.
    """
    may = MAY_READ.get(register, _own_school_or_all)
    return [e for e in standing(session, register) if may(author, e)]


def _own_school_or_all(author: Author, entry: Entry) -> bool:
    role, own = author.viewer.role, author.viewer.school_ids
    is_leader = role is Role.PRINCIPAL
    return role in OFFICE or (
        is_leader and (not entry.school_id or entry.school_id in own)
    )


def _shared_try(author: Author, entry: Entry) -> bool:
    is_near = (
        author.viewer.role in OFFICE or entry.school_id in author.viewer.school_ids
    )
    return is_near and entry.values.get("share") == "yes"


MAY_READ: dict[str, Callable[[Author, Entry], bool]] = {
    "coding": lambda author, e: bool(author.name) and e.author == author.name,
    "pulse": lambda author, e: bool(author.name) and e.author == author.name,
    "settings": lambda author, _: author.viewer.role in OFFICE,
    "try": _shared_try,
}


def find(
    session: Session, author: Author, register: Register, key: str, edit_key: str = ""
) -> Entry:
    """Return one entry this person may read, or may change with its edit key.

    Raises:
        AccessDenied: neither; or there is none.
    """
    for entry in readable(session, author, register.name):
        if entry.key == key:
            return entry
    row = _row(session, register.name, key)
    if not _is_own(author, register, row, edit_key):
        raise AccessDenied("no such entry for this person")
    return _entry([row])


def _entry(versions: list[RegisterEntry]) -> Entry:
    first, last = versions[0], versions[-1]
    return Entry(
        last.register,
        last.key,
        last.version,
        last.school_id,
        last.author,
        dict(last.values),
        last.at,
        first.at,
    )


def _row(session: Session, register: str, key: str) -> RegisterEntry:
    row = session.scalars(
        sa.select(RegisterEntry)
        .where(RegisterEntry.register == register, RegisterEntry.key == key)
        .order_by(RegisterEntry.version.desc())
        .limit(1)
    ).first()
    if row is None or row.is_removed:
        raise AccessDenied("no such entry for this person")
    return row


def steps_open(author: Author, entry: Entry) -> list[Step]:
    """Return what *author* may do to an entry; a nameless one asks for its key."""
    register = REGISTERS[entry.register]
    found = register.steps_for(author.viewer.role, entry.values)
    is_named = author.name and entry.author == author.name
    is_near = entry.school_id in author.viewer.school_ids
    if author.viewer.role in OF_SCHOOLS and not (is_named or is_near):
        return []
    return found


def _may_change(
    author: Author, register: Register, step: Step, row: RegisterEntry, edit_key: str
) -> None:
    if not step.is_open(dict(row.values)):
        raise EntryChanged
    if register.is_nameless:
        is_steward = author.viewer.role is Role.STEWARD and step.name == TAKE_OUT
        if not (is_steward or _is_own(author, register, row, edit_key)):
            raise AccessDenied("the edit key does not fit")
        return
    if step not in steps_open(author, _entry([row])):
        raise AccessDenied("another school's entry")


def _is_own(
    author: Author, register: Register, row: RegisterEntry, edit_key: str
) -> bool:
    """True for the author, and for whoever holds the key of a nameless entry."""
    if register.is_nameless:
        given = _digest(edit_key, row.register, row.key)
        return bool(row.edit_digest) and hmac.compare_digest(given, row.edit_digest)
    return bool(author.name) and row.author == author.name


def _check_place(
    session: Session,
    author: Author,
    register: Register,
    step: Step,
    values: Mapping[str, str],
) -> None:
    """Refuse a place or an entry this person has nothing to do with."""
    role = author.viewer.role
    asks_school = any(f.kind is Kind.SCHOOL for f in step.fields)
    if role in OF_SCHOOLS and asks_school and not values.get("school_id"):
        # The whole district is the office's to speak for.
        raise EntryRefused({"school_id": "needed"})
    for field in step.fields:
        if field.kind is Kind.ENTRY:
            known = {
                e.key
                for e in (
                    standing(session, field.of)
                    if register.name == "coding"
                    else readable(session, author, field.of)
                )
            }
            if values[field.name] not in known:
                raise EntryRefused({field.name: "choose"})


def _stamps(
    step: Step, old: Mapping[str, str], name: str, today: date
) -> dict[str, str]:
    """Return what a step fills in by itself; `?` leaves what is there."""
    words = {"today": today.isoformat(), "me": name, "month": f"{today:%Y-%m}"}
    out = {}
    for column, stamp in step.stamps.items():
        if stamp.endswith("?") and old.get(column):
            continue
        out[column] = words.get(stamp.rstrip("?"), stamp)
    return out


def _new_key(register: Register, values: Mapping[str, str]) -> str:
    """Return a key; the one there is where an author writes one entry only."""
    if register.once_by:
        said = "|".join(values[c] for c in register.once_by)
        return hashlib.sha256(f"{register.name}|{said}".encode()).hexdigest()[:12]
    return f"w{secrets.token_hex(5)}"


def _next_version(session: Session, register: Register, key: str) -> int:
    last = session.scalar(
        sa.select(sa.func.max(RegisterEntry.version)).where(
            RegisterEntry.register == register.name, RegisterEntry.key == key
        )
    )
    return (last or 0) + 1


def _digest(edit_key: str, register: str, key: str) -> str:
    """Return what is kept of an edit key: of use for one entry, and never the key.

    Spaces, hyphens and small letters are how people copy it from paper.
    """
    plain = re.sub(r"[\s-]", "", edit_key).upper()
    return hmac.new(
        plain.encode(), f"{register} {key}".encode(), hashlib.sha256
    ).hexdigest()


def registers_for(role: Role) -> Iterable[Register]:
    """Return the registers *role* may begin an entry in, coding and settings apart."""
    return (
        r
        for r in REGISTERS.values()
        if role in r.writers and r.name not in {"coding", "settings"}
    )
