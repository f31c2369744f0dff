"""How much is asked of a school at once? Initiatives and the hours they take (NI-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

RECENT = timedelta(days=180)
ALIGNED = frozenset({"core", "supports"})


@dataclass(frozen=True, slots=True)
class Initiative:
    """One initiative at one school.

    Attributes:
        share: of staff affected, 0–1; hours: per affected person and month. None
            where nobody wrote it down.
        serves: core, supports or separate.
    """

    start: date
    ended: date | None
    share: float | None
    hours: float | None
    serves: str

    def is_active(self, at: date) -> bool:
        """True from its start until it ended."""
        return self.start <= at and (self.ended is None or self.ended > at)


@dataclass(frozen=True, slots=True)
class Load:
    """What one school carries.

    Attributes:
        hours: per teacher and month; None where no active initiative says.
        aligned: share of those hours that serve the vision.
        unmeasured: active initiatives whose hours nobody wrote down.
    """

    hours: float | None
    aligned: float | None
    active: int
    started: int
    ended: int
    unmeasured: int

    @property
    def net(self) -> int:
        """Started less ended in the last 180 days."""
        return self.started - self.ended


def load(initiatives: Sequence[Initiative], at: date) -> Load:
    """Return the load of one school on a day.

    Source: specification 8.7 NI-1, golden value G5.
    """
    active = [i for i in initiatives if i.is_active(at)]
    weights = [
        (i.share * i.hours, i.serves in ALIGNED)
        for i in active
        if i.share is not None and i.hours is not None
    ]
    hours = sum(w for w, _ in weights)
    aligned = sum(w for w, serves in weights if serves)
    return Load(
        hours if weights else None,
        aligned / hours if hours else None,
        len(active),
        sum(at - RECENT < i.start <= at for i in initiatives),
        sum(i.ended is not None and at - RECENT < i.ended <= at for i in initiatives),
        len(active) - len(weights),
    )
