"""Response-rate bands and what each allows (rule E5)."""

from __future__ import annotations

from enum import StrEnum


class RateBand(StrEnum):
    """How far a result speaks for everyone who was asked."""

    HIGH = "high"
    USABLE = "usable"
    LOW = "low"
    NOT_REPORTED = "not_reported"
    UNKNOWN = "unknown"


# Lowest rate, in percent, of high, usable and low.
CUTS = {"families": (50, 20, 10)}
DEFAULT_CUTS = (80, 50, 30)


def rate_band(rate: float | None, group: str) -> RateBand:
    """Return the band of *rate* (percent), or unknown where there is no roster.

    Source: specification E5.
    """
    if rate is None:
        return RateBand.UNKNOWN
    high, usable, low = CUTS.get(group, DEFAULT_CUTS)
    if rate >= high:
        return RateBand.HIGH
    if rate >= usable:
        return RateBand.USABLE
    return RateBand.LOW if rate >= low else RateBand.NOT_REPORTED


# What may be compared with other schools and other waves.
COMPARABLE = frozenset({RateBand.HIGH, RateBand.USABLE, RateBand.UNKNOWN})
