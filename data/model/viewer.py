"""Who is asking: settled once per request, required by every query."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a viewer is let to see (specification P2)."""

    PUBLIC = "public"
    PRINCIPAL = "principal"
    DISTRICT = "district"


class Audience(StrEnum):
    """One release file each."""

    PUBLIC = "public"
    SCHOOL = "school"
    DISTRICT = "district"


AUDIENCE_OF = {
    Role.PUBLIC: Audience.PUBLIC,
    Role.PRINCIPAL: Audience.SCHOOL,
    Role.DISTRICT: Audience.DISTRICT,
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person behind a request, as far as Chorus needs to know.

    Attributes:
        school_ids: schools a principal leads; empty for everyone else.
    """

    role: Role
    school_ids: frozenset[str] = field(default_factory=frozenset)

    @property
    def audience(self) -> Audience:
        """The release file opened for this viewer."""
        return AUDIENCE_OF[self.role]

    @property
    def is_staff(self) -> bool:
        """True for anyone who sees more than the public does."""
        return self.role is not Role.PUBLIC


PUBLIC = Viewer(Role.PUBLIC)
