"""When a superlative may be said: only of one that is apart from every other."""

from __future__ import annotations

from collections.abc import Mapping

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


def could_be_most(ranges: Mapping[str, Range]) -> list[str]:
    """Return whoever may lie highest, in alphabetical order.

    Source: specification 7.3.
    """
    return could_be_least({name: (-high, -low) for name, (low, high) in ranges.items()})
