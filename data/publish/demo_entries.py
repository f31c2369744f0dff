"""Types into the demo's ledger what its people typed lately, through the same forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from data import district
from data.ledger.entries import Author, Entry, write
from data.ledger.registers import REGISTERS
from data.ledger.store import Ledger
from data.model.viewer import Role, Viewer

FILE = Path(district.__file__).parent / "typed.yaml"


def type_in(ledger: Ledger, schools: list[str], *, today: date) -> None:
    """Write the entries of the made-up district, each on its day.

    Args:
        schools: ids in the district's order; entries of schools it lacks are left out.
    """
    typed = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    known = frozenset(schools)
    with ledger.writing() as session:
        for entry in typed["entries"]:
            if entry["school"] <= len(schools):
                _entry(session, entry, schools, known, today)
        for pulse in typed["pulses"]:
            if pulse["school"] <= len(schools):
                _pulse(session, pulse, schools, known, today)


def persona(role: str, school: str) -> Author:
    """Return who a demo's persona is to the ledger."""
    ids = frozenset({school}) if school else frozenset()
    return Author(" ".join(["demo", role, *sorted(ids)]), Viewer(Role(role), ids))


def _entry(
    session: Session,
    entry: Mapping[str, Any],
    schools: list[str],
    known: frozenset[str],
    today: date,
) -> None:
    day = today - timedelta(days=entry["ago"])
    school = schools[entry["school"] - 1] if entry["school"] else ""
    given = {k: day.isoformat() if v == "ago" else v for k, v in entry["given"].items()}
    if school:
        given["school_id"] = school
    register = REGISTERS[entry["register"]]
    author = persona(entry["role"], school)
    new = register.step("new")
    stands = write(
        session, author, register, new, given, schools=known, today=day
    ).entry
    for step in entry.get("steps", ()):
        day += timedelta(days=3)
        stands = write(
            session,
            persona(step["role"], ""),
            register,
            register.step(step["step"]),
            step.get("given", {}),
            schools=known,
            today=day,
            key=stands.key,
            version=stands.version,
        ).entry


def _pulse(
    session: Session,
    pulse: Mapping[str, Any],
    schools: list[str],
    known: frozenset[str],
    today: date,
) -> None:
    school = schools[pulse["school"] - 1]
    said: Entry = write(
        session,
        persona("principal", school),
        REGISTERS["pulse"],
        REGISTERS["pulse"].step("new"),
        {**pulse["answers"], "school_id": school},
        schools=known,
        today=today,
    ).entry
    for question, codes in pulse.get("codes", {}).items():
        for role, code in zip(("district", "steward"), codes, strict=False):
            write(
                session,
                persona(role, ""),
                REGISTERS["coding"],
                REGISTERS["coding"].step("new"),
                {"pulse": said.key, "question": question, "codes": [code]},
                schools=known,
                today=today,
            )
