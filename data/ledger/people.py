"""People and their roles: from a file, from a roster system, or one by one."""

from __future__ import annotations

import csv
import io
import re
import secrets
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from data.errors import ImportFileError, PersonNotFound, SettingsError
from data.ledger.audit_log import Act, record
from data.ledger.tables import Person, SignedIn
from data.model.unpacking import Unpacking, in_words
from data.model.viewer import Role

# A list of people: forty thousand lines of it fit.
LARGEST_LIST, MOST_PEOPLE = 8 << 20, 100_000
EMAIL = re.compile(r"^[^@\s]{1,64}@[^@\s]+\.[^@\s]+$")
# Signed in in the morning, signed out by night.
LONGEST_SESSION = timedelta(hours=12)
OF_SCHOOLS = frozenset({Role.PRINCIPAL, Role.TEACHER})
# OneRoster's roles → ours; everyone else is not let in by a roster.
ROSTER_ROLES = {
    "principal": Role.PRINCIPAL,
    "teacher": Role.TEACHER,
    "administrator": Role.PRINCIPAL,
    "siteAdministrator": Role.PRINCIPAL,
    "districtAdministrator": Role.DISTRICT,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A person as a file or form names them."""

    email: str
    role: Role
    school_ids: tuple[str, ...] = ()
    name: str = ""


def find(session: Session, email: str) -> Person | None:
    """Return who has *email* and has not been revoked."""
    found = session.scalars(
        sa.select(Person).where(Person.email == _tidy(email))
    ).first()
    return found if found and found.revoked_at is None else None


def everyone(session: Session) -> list[Person]:
    """Return all who may sign in, by role and email."""
    known = sa.select(Person).where(Person.revoked_at.is_(None))
    return list(session.scalars(known.order_by(Person.role, Person.email)))


def let_in(
    session: Session,
    entries: Iterable[Entry],
    *,
    actor: str,
    source: str,
    now: datetime | None = None,
) -> int:
    """Let people in, or change what they are let in as; return how many changed."""
    changed = 0
    for entry in entries:
        checked(entry)
        email = _tidy(entry.email)
        person = session.scalars(sa.select(Person).where(Person.email == email)).first()
        schools = sorted(set(entry.school_ids))
        if person is None:
            person = Person(email=email, added_at=now or datetime.now(UTC))
            session.add(person)
        elif (person.role, person.school_ids, person.revoked_at) == (
            entry.role.value,
            schools,
            None,
        ):
            continue
        person.role, person.school_ids = entry.role.value, schools
        person.name = entry.name or person.name or ""
        person.source, person.revoked_at = source, None
        session.flush()
        end_sessions(session, person, now=now)
        details = {"role": entry.role.value, "schools": schools, "source": source}
        record(session, actor, Act.ROLE, email, details, now=now)
        changed += 1
    return changed


def revoke(
    session: Session, email: str, *, actor: str, now: datetime | None = None
) -> None:
    """Take someone's role away; the next request finds them the public.

    Raises:
        PersonNotFound: nobody with this email is let in.
    """
    person = find(session, email)
    if person is None:
        raise PersonNotFound(email)
    person.revoked_at = now or datetime.now(UTC)
    end_sessions(session, person, now=now)
    record(session, actor, Act.ROLE, person.email, {"role": "revoked"}, now=now)


def begin_session(
    session: Session, person: Person, *, now: datetime | None = None
) -> str:
    """Begin a session of *person*; return its number, which nobody can guess."""
    began = now or datetime.now(UTC)
    # What nobody could still use is not kept.
    old = sa.delete(SignedIn).where(SignedIn.began_at < began - LONGEST_SESSION)
    session.execute(old)
    number = secrets.token_hex(16)
    session.add(SignedIn(number=number, person_id=person.id, began_at=began))
    return number


def person_of(session: Session, number: str, *, now: datetime) -> Person | None:
    """Return whose session has this number, None where it has ended."""
    found = sa.select(Person).join(SignedIn, SignedIn.person_id == Person.id)
    return session.scalars(
        found.where(
            SignedIn.number == number,
            SignedIn.ended_at.is_(None),
            SignedIn.began_at > now - LONGEST_SESSION,
            Person.revoked_at.is_(None),
        )
    ).first()


def end_session(session: Session, number: str, *, now: datetime | None = None) -> None:
    """End one session, as signing out does."""
    ended = sa.update(SignedIn).where(SignedIn.number == number)
    session.execute(ended.values(ended_at=now or datetime.now(UTC)))


def end_sessions(
    session: Session, person: Person, *, now: datetime | None = None
) -> None:
    """End every session of *person*: what they were let in as has changed."""
    open_ones = sa.update(SignedIn).where(
        SignedIn.person_id == person.id, SignedIn.ended_at.is_(None)
    )
    session.execute(open_ones.values(ended_at=now or datetime.now(UTC)))


def checked(entry: Entry) -> Entry:
    """Return *entry* if it makes sense.

    Raises:
        SettingsError: no email, a role nobody is let in as, or no school.
    """
    if not EMAIL.match(entry.email.strip()):
        raise SettingsError(f"'{entry.email[:80]}' is no email address", code="email")
    if entry.role is Role.PUBLIC:
        raise SettingsError(
            "the public needs no entry; leave the person out", code="role"
        )
    if entry.role in OF_SCHOOLS and not entry.school_ids:
        raise SettingsError(
            f"a {entry.role} needs at least one school", code="needs_school"
        )
    if entry.role not in OF_SCHOOLS and entry.school_ids:
        raise SettingsError(
            f"a {entry.role} is of no single school; leave it out", code="no_school"
        )
    return entry


def read_csv(path: Path) -> list[Entry]:
    """Return the people of a CSV: email, role, school_ids ("A;B"), name.

    Raises:
        ImportFileError: a column is missing or a row makes no sense.
    """
    try:
        with path.open("rb") as stream:
            text = _bounded(stream, path.name).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ImportFileError("cannot be read as UTF-8 text", file=path.name) from error
    rows = csv.DictReader(io.StringIO(text))
    missing = {"email", "role"} - set(rows.fieldnames or ())
    if missing:
        raise ImportFileError(f"has no column '{min(missing)}'", file=path.name, line=1)
    found = []
    for line, row in enumerate(_rows(rows, path.name), 2):
        try:
            role = Role((row["role"] or "").strip().lower())
        except ValueError:
            raise ImportFileError(
                f"knows no role '{(row['role'] or '')[:40]}'; use one of "
                + ", ".join(r for r in Role if r is not Role.PUBLIC),
                file=path.name,
                line=line,
                column="role",
            ) from None
        schools = [s.strip() for s in (row.get("school_ids") or "").split(";")]
        entry = Entry(
            (row["email"] or "").strip(),
            role,
            tuple(s for s in schools if s),
            (row.get("name") or "").strip(),
        )
        try:
            found.append(checked(entry))
        except SettingsError as error:
            # The address itself stays out of messages that end up in logs.
            reason = "has no usable email" if "email" in str(error) else str(error)
            raise ImportFileError(reason, file=path.name, line=line) from error
    return found


def read_oneroster(path: Path) -> list[Entry]:
    """Return staff of a OneRoster 1.1 or 1.2 zip or folder (users.csv, roles.csv).

    Raises:
        ImportFileError: there is no users.csv in it.
    """
    users = _roster_rows(path, "users.csv")
    if users is None:
        raise ImportFileError("holds no users.csv", file=path.name)
    roles = _roster_rows(path, "roles.csv") or []
    held: dict[str, list[tuple[str, str]]] = {}
    for row in roles:  # 1.2: roles in a file of their own
        held.setdefault(row.get("userSourcedId", ""), []).append(
            (row.get("role", ""), row.get("orgSourcedId", ""))
        )
    for row in users:  # 1.1: one role and a list of orgs beside the user
        for org in (row.get("orgSourcedIds") or "").split(","):
            if row.get("role"):
                held.setdefault(row.get("sourcedId", ""), []).append(
                    (row["role"], org.strip())
                )
    found = []
    for row in users:
        if (row.get("enabledUser") or "true").lower() == "false" or not row.get(
            "email"
        ):
            continue
        known = [
            (ROSTER_ROLES[role], org)
            for role, org in held.get(row.get("sourcedId", ""), ())
            if role in ROSTER_ROLES
        ]
        if not known:
            continue
        order = (Role.DISTRICT, Role.PRINCIPAL, Role.TEACHER)
        role = min((r for r, _ in known), key=order.index)
        schools = tuple(sorted({o for r, o in known if r is role and o}))
        name = f"{row.get('givenName', '')} {row.get('familyName', '')}".strip()
        schools = schools if role in OF_SCHOOLS else ()
        if role in OF_SCHOOLS and not schools:
            continue
        found.append(Entry(row["email"], role, schools, name))
    return found


def _roster_rows(path: Path, name: str) -> list[dict[str, str]] | None:
    try:
        if path.is_dir():
            with (path / name).open("rb") as stream:
                raw = _bounded(stream, path.name)
        else:
            raw = _member(path, name)
        text = raw.decode("utf-8-sig")
    except (KeyError, FileNotFoundError, zipfile.BadZipFile):
        return None
    except UnicodeDecodeError as error:
        raise ImportFileError("cannot be read as UTF-8 text", file=name) from error
    return _rows(csv.DictReader(io.StringIO(text)), name)


def _member(path: Path, name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(path) as archive:
        Unpacking(archive, most=LARGEST_LIST, file=path.name).copy(name, out)
    return out.getvalue()


def _bounded(stream: IO[bytes], name: str) -> bytes:
    """Return what *stream* holds, read no further than a list of people is long."""
    raw = stream.read(LARGEST_LIST + 1)
    if len(raw) > LARGEST_LIST:
        raise ImportFileError(
            f"is larger than {in_words(LARGEST_LIST)}; a list of people is not",
            file=name,
        )
    return raw


def _rows(reader: csv.DictReader[str], name: str) -> list[dict[str, str]]:
    """Return the rows of a list of people, no more than there are.

    Raises:
        ImportFileError: too many, or a quote is not closed.
    """
    found = []
    try:
        for row in reader:
            found.append(row)
            if len(found) > MOST_PEOPLE:
                raise ImportFileError(
                    f"holds more than {MOST_PEOPLE:,} people", file=name
                )
    except csv.Error as error:
        raise ImportFileError(
            "is no table; export it again", file=name, line=reader.line_num
        ) from error
    return found


def _tidy(email: str) -> str:
    return email.strip().lower()
