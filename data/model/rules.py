"""The thresholds in force: defaults of the specification, raised but never lowered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from data.errors import LoweredThreshold, SettingsError

STAFF = ("teachers", "support_staff", "building_admins")
FLOORS = {"min_n_student": 10, "min_n_staff": 5, "min_n_principal_view": 10}


@dataclass(frozen=True, slots=True)
class Rules:
    """Settings that decide what a release shows (specification 6 and 12).

    Attributes:
        min_n_student: people behind any student or family estimate (P1).
        min_n_staff: people behind any staff estimate (P1).
        min_n_principal_view: teachers who must have answered before a
            principal sees the own school (P2).
        min_meaningful_change: points on the 0–100 mean (E7).
        bh_q: false discovery rate of the change words (E7).
        rubric_shared_in_cohort: 1 lets principals see their cohort's grids.
    """

    min_n_student: int = 10
    min_n_staff: int = 5
    min_n_principal_view: int = 10
    min_meaningful_change: float = 5.0
    bh_q: float = 0.10
    rubric_shared_in_cohort: int = 1

    def __post_init__(self) -> None:
        for key, floor in FLOORS.items():
            if getattr(self, key) < floor:
                raise LoweredThreshold(key=key, value=getattr(self, key), floor=floor)

    def minimum(self, group: str) -> int:
        """Return the fewest people any estimate of *group* may rest on."""
        return self.min_n_staff if group in STAFF else self.min_n_student

    def as_dict(self) -> dict[str, float]:
        """Return every setting in force, for the manifest."""
        return asdict(self)


def rules_from(settings: Mapping[str, str]) -> Rules:
    """Return the rules with a district's own *settings* on top of the defaults.

    Raises:
        LoweredThreshold: a threshold below its floor.
        SettingsError: a value that is no number.
    """
    known = {f.name: type(getattr(Rules(), f.name)) for f in fields(Rules)}
    chosen = {}
    for key, text in settings.items():
        if key not in known:
            continue
        try:
            chosen[key] = known[key](text)
        except ValueError as error:
            raise SettingsError(
                f"setting {key} is '{text}'; it must be a number"
            ) from error
    return Rules(**chosen)
