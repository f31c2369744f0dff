"""What the event study supports, in one sentence: the whole first, then one year.

Source: specification 9.4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from components.words import Speaker


class Change(NamedTuple):
    """Points beyond the waiting schools, with the interval where there is one."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def sign(self) -> int:
        """1 for a clear rise, −1 for a clear fall, 0 where the interval holds zero."""
        if self.low is None or self.high is None:
            return 0
        return int(self.low > 0) - int(self.high < 0)


def study_sentence(
    say: Speaker,
    name: str,
    ways: Sequence[Change],
    years: Mapping[int, Change],
) -> str:
    """Return the verdict over all years, then what the first year showed.

    Args:
        name: the outcome, as it stands in a sentence.
        ways: the mean over all years, asked in each way; the drawn one first.
        years: years after joining, 0 the first → change.
    """
    told = [_whole(say, name, ways)]
    if 0 in years:
        told.append(_first(say, years[0]))
    later = [c for year, c in years.items() if year > 0]
    if later and not any(c.sign for c in later):
        told.append(say("evidence.later_untold"))
    return " ".join(t for t in told if t)


def _whole(say: Speaker, name: str, ways: Sequence[Change]) -> str:
    if not ways:
        return ""
    known = [w for w in ways if w.low is not None]
    clear = {w.sign for w in known}
    # A way without an interval tells a direction, no clarity.
    directions = {round(w.value) > 0 for w in ways if round(w.value)}
    if clear <= {0} and len(directions) <= 1:
        return say("evidence.all_unclear", name=name)
    if len(clear) == 1 and len(directions) == 1:
        key = "evidence.all_rose" if clear == {1} else "evidence.all_fell"
        return say(key, name=name, points=_points(say, ways[0].value))
    values = [w.value for w in ways]
    low, high = say.points(min(values)), say.points(max(values))
    return say("evidence.all_untold", name=name, n=len(ways), low=low, high=high)


def _first(say: Speaker, first: Change) -> str:
    assert first.low is not None
    assert first.high is not None
    if not first.sign:
        low, high = say.points(first.low), say.points(first.high)
        return say("evidence.first_unclear", low=low, high=high)
    near, far = sorted((abs(first.low), abs(first.high)))
    key = "evidence.first_rose" if first.sign > 0 else "evidence.first_fell"
    points = _points(say, first.value)
    return say(key, points=points, low=f"{near:.0f}", high=f"{far:.0f}")


def _points(say: Speaker, value: float) -> str:
    n = round(abs(value))
    return say("evidence.point") if n == 1 else say("evidence.points", n=n)
