"""A number with its doubt, or the one reason it is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Why a value is or is not there (specification P9)."""

    SHOWN = "shown"
    PROTECTED = "protected"
    LOW_RR = "low_rr"
    NOT_COLLECTED = "not_collected"
    RELIABILITY = "reliability"


# Listed by what may be seen, never by what must be hidden: a status added
# later stays hidden until someone decides otherwise and a test agrees.
VISIBLE = frozenset({Status.SHOWN})


class Coding(StrEnum):
    """Whether the ends of the distribution were recoded (specification P3)."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True)
class Cell:
    """A share of favourable answers, or the reason there is none.

    Attributes:
        share, low, high: percent, 0 to 100, with the 95 % interval; low and
            high are None where the interval is unknown or the share is coded.
        n_band: respondents as a band, for example "40–99".
        n, eligible: exact counts, only where the audience may see them.
        rate: response rate in whole percent; stays beside a `low_rr` reason,
            because there the rate is the reason.
    """

    status: Status
    share: float | None = None
    low: float | None = None
    high: float | None = None
    coding: Coding = Coding.EXACT
    n_band: str | None = None
    n: int | None = None
    eligible: int | None = None
    rate: int | None = None

    def __post_init__(self) -> None:
        numbers = (self.share, self.low, self.high, self.n_band, self.n)
        if self.status not in VISIBLE and any(x is not None for x in numbers):
            raise ValueError(f"a {self.status} cell carries a number")
        if self.status in VISIBLE and self.share is None:
            raise ValueError("a shown cell needs its share")
        if self.status is Status.PROTECTED and (
            self.rate is not None or self.eligible is not None
        ):
            raise ValueError("a protected cell carries a rate")

    @property
    def is_shown(self) -> bool:
        """True where a number may be read."""
        return self.status in VISIBLE
