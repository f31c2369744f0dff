"""The voice groups, as every page names and draws them."""

from __future__ import annotations

from components import theme
from components.charts.rows import Bar
from components.words import Speaker
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
