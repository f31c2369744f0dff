"""When a superlative may be said: only of one that is apart from every other."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

Range = tuple[float, float]


def could_be_least(ranges: Mapping[str, Range]) -> list[str]:
    """Return whoever may lie lowest, in alphabetical order.

    One name: its whole range lies under every other's, and "least" may be said.
    Several: it cannot be told which. Ends that touch are not apart.

    Args:
        ranges: name → (low, high), in any one unit; a point is a range of no width.

    Source: specification 7.3.
    """
    if not ranges:
        return []
    reached = min(high for _, high in ranges.values())
    return sorted(name for name, (low, _) in ranges.items() if low <= reached)


def share_range(count: float, of: int) -> Range:
    """Return where a share of *of* lies 19 times in 20, 0–1, after Wilson.

    Args:
        count: those of them counted, 0 to *of*; a mean over months may be no whole.

    Source: specification E3.
    """
    z, share = 1.96, count / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - half, middle + half


def could_be_most(ranges: Mapping[str, Range]) -> list[str]:
    """Return whoever may lie highest, in alphabetical order.

    Source: specification 7.3.
    """
    return could_be_least({name: (-high, -low) for name, (low, high) in ranges.items()})
