"""News of progress on its way home, as every page draws it."""

from __future__ import annotations

from components.charts.rows import Bar
from components.words import Speaker
from queries.estimates import Estimate

STEPS = ("sent", "opened", "two_way", "login")


def funnel_bars(say: Speaker, steps: dict[str, Estimate]) -> list[Bar]:
    """Return the steps as bars: sent is hollow, since sent is not reached."""
    found = []
    for step, e in steps.items():
        name = say(f"communication.{step}")
        if e.cell.share is None:
            found.append(Bar(name, None, "", reason=say.withheld(e.cell)))
            continue
        is_open = step in {"sent", "login"}
        found.append(Bar(name, e.cell.share, say.share(e.cell), is_open=is_open))
    return found
