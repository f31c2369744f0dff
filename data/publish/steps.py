"""Named moments in the moves of releases, so that tests can stop the world at each.

Nothing happens here in a running server. A test sets `at` to something that kills
the process, and then looks whether the shelf still makes sense.
"""

from __future__ import annotations

from collections.abc import Callable

at: Callable[[str], None] | None = None


def reached(moment: str) -> None:
    """Say that a move has come to *moment*."""
    if at is not None:
        at(moment)
