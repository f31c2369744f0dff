"""The thresholds in force: defaults of the specification, raised but never lowered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from data.errors import LoweredThreshold, SettingsError

LEADERS = "building_admins"
STAFF = ("teachers", "support_staff", LEADERS)
FLOORS = {
    "min_n_student": 10,
    "min_n_staff": 5,
    "min_n_principal": 5,
    "min_n_principal_view": 10,
    "tie_min": 3,
}
# What makes sense at all: lowest and highest, both allowed. "nan" lies in no range.
RANGES = {
    "min_n_student": (10, 1_000),
    "min_n_staff": (5, 1_000),
    "min_n_principal": (5, 1_000),
    "min_n_principal_view": (10, 1_000),
    "min_meaningful_change": (0, 100),
    "bh_q": (0.001, 0.5),
    "rubric_shared_in_cohort": (0, 1),
    "tie_min": (3, 1_000),
    "half_life_days": (1, 3_650),
    "early_days": (0, 3_650),
    "did_min_schools": (2, 10_000),
    "stopped_levels": (0, 4),
}
MOST_VOICES = 1_000


@dataclass(frozen=True, slots=True)
class Rules:
    """Settings that decide what a release shows (specification 6 and 12).

    Attributes:
        min_n_student: people behind any student or family estimate (P1).
        min_n_staff: people behind any staff estimate (P1).
        min_n_principal: principals behind any aggregate of them (P1).
        min_n_principal_view: teachers who must have answered before a
            principal sees the own school (P2).
        min_meaningful_change: points on the 0–100 mean (E7).
        bh_q: false discovery rate of the change words (E7).
        rubric_shared_in_cohort: 1 lets principals see their cohort's grids.
        tie_min: people who must name a school before a tie is drawn (P1).
        half_life_days: after which an occasion counts for half (CH-2, CH-3).
        early_days: before launch that count as early (CH-2).
        chorus_cuts: voices at which the words change (CH-3).
        did_min_schools: fewest schools the event study may rest on (9.2).
        stopped_levels: levels of the rubric, 0–4, within which a cohort's year is
            called a standstill (RO-1).
    """

    min_n_student: int = 10
    min_n_staff: int = 5
    min_n_principal: int = 5
    min_n_principal_view: int = 10
    min_meaningful_change: float = 5.0
    bh_q: float = 0.10
    rubric_shared_in_cohort: int = 1
    tie_min: int = 3
    half_life_days: float = 90.0
    early_days: int = 60
    chorus_cuts: str = "1.5, 3, 4.5"
    did_min_schools: int = 12
    stopped_levels: float = 0.25

    def __post_init__(self) -> None:
        for key, floor in FLOORS.items():
            if getattr(self, key) < floor:
                raise LoweredThreshold(key=key, value=getattr(self, key), floor=floor)
        for key, (low, high) in RANGES.items():
            value = getattr(self, key)
            if not low <= value <= high:
                raise SettingsError(
                    f"setting {key} is {value}; it must lie between {low:g} and "
                    f"{high:g}"
                )

    def minimum(self, group: str) -> int:
        """Return the fewest people any estimate of *group* may rest on."""
        if group == LEADERS:
            return self.min_n_principal
        return self.min_n_staff if group in STAFF else self.min_n_student

    @property
    def cuts(self) -> tuple[float, float, float]:
        """Return the numbers of voices at which the words change, rising.

        Raises:
            SettingsError: not three rising numbers.
        """
        try:
            lone, few, growing = (float(x) for x in self.chorus_cuts.split(","))
        except ValueError as error:
            raise SettingsError(
                f"setting chorus_cuts is '{self.chorus_cuts}'; write three numbers, "
                "as 1.5, 3, 4.5"
            ) from error
        if not 0 < lone < few < growing <= MOST_VOICES:
            raise SettingsError(
                "setting chorus_cuts must hold rising numbers of voices"
            )
        return lone, few, growing

    def as_dict(self) -> dict[str, float | str]:
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
