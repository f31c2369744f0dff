"""The voice groups, as every page names and draws them."""

from __future__ import annotations

from components import theme
from components.charts.rows import Bar
from components.words import Speaker
from pages._numbers import of_district, one_of_district
from pages._request import Ask
from queries.figures import Figure

LONE = "superintendent"
SPEAKING = (LONE, "building_admins", "teachers", "students", "families", "board")


def group_name(say: Speaker, group: str) -> str:
    """Return a group at the start of a line: "Families"."""
    name = say(f"group.{group}")
    return name[:1].upper() + name[1:]


def voice_bars(say: Speaker, shares: dict[str, Figure]) -> dict[str, Bar]:
    """Return the groups that make the case as bars, the superintendent in ink."""
    return {
        g: Bar(
            group_name(say, g), shares[g].value, say.percent(shares[g].value or 0),
            color=theme.INK if g == LONE else theme.ACCENT,
        )
        for g in SPEAKING
        if g in shares
    }  # fmt: skip


def least_reached(asked: Ask) -> str:
    """Say who has heard least, or between whom it cannot be told.

    Empty where nobody was counted.

    Source: specification 8.3 CH-1, 7.3.
    """
    say = asked.say
    least = one_of_district(asked, "CH-1", "least")
    if least is None or least.low is None or least.high is None:
        return ""
    ranges = of_district(asked, "CH-1", "reach")
    between = of_district(asked, "CH-1", "could_be_least")
    if not between:
        share = say.interval(least.low, least.high)
        return say(
            "chorus.least", group=say(f"group.{least.word}").lower(), share=share
        )
    told = []
    for group in between:
        f = ranges.get(group)
        share = say("chorus.no_roster").lower()
        if f is not None and f.low is not None and f.high is not None:
            share = say.interval(f.low, f.high)
        name = say(f"group.{group}").lower()
        told.append(say("chorus.least_range", group=name, share=share))
    return say("chorus.least_untold", ranges=", ".join(told))
