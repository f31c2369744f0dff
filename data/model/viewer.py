"""Who is asking: settled once per request, required by every query."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a viewer is let to see (specification P2)."""

    PUBLIC = "public"
    TEACHER = "teacher"
    PRINCIPAL = "principal"
    DISTRICT = "district"
    STEWARD = "steward"


class Audience(StrEnum):
    """One release file each."""

    PUBLIC = "public"
    SCHOOL = "school"
    DISTRICT = "district"


AUDIENCE_OF = {
    Role.PUBLIC: Audience.PUBLIC,
    Role.TEACHER: Audience.SCHOOL,
    Role.PRINCIPAL: Audience.SCHOOL,
    Role.DISTRICT: Audience.DISTRICT,
    Role.STEWARD: Audience.DISTRICT,
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person behind a request, as far as Chorus needs to know.

    Attributes:
        school_ids: schools a principal leads or a teacher teaches at; empty for
            everyone else.
        early: releases this person may read before they are published.
    """

    role: Role
    school_ids: frozenset[str] = field(default_factory=frozenset)
    early: frozenset[str] = field(default_factory=frozenset)

    @property
    def audience(self) -> Audience:
        """The release file opened for this viewer."""
        return AUDIENCE_OF[self.role]

    @property
    def is_staff(self) -> bool:
        """True for anyone who sees more than the public does."""
        return self.role is not Role.PUBLIC


PUBLIC = Viewer(Role.PUBLIC)
