"""Mirrored bars: what excites at the left, what worries at the right, one zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components import theme
from components.theme import Figure, label, rule, two_lines

ROW_PX, PHONE_ROW_PX = 44, 64
# A name longer than this takes two lines on a phone.
FITS = 24
# A tick closer to a bar's end than this share of the axis would cross its number.
NEAR, PHONE_NEAR = 0.09, 0.27


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme: words, share of principals, and as printed; None where withheld."""

    name: str
    value: float
    printed: str
    before: float | None = None


def _free_end(theme_: Theme, near: float) -> float:
    """Return where a number can stand: beyond the tick, if that is just outside."""
    before = theme_.before
    if before is not None and theme_.value <= before < theme_.value + near:
        return before
    return theme_.value


def mirror(
    left: Sequence[Theme],
    right: Sequence[Theme],
    *,
    heads: tuple[str, str],
    most: float,
    phone: bool = False,
) -> Figure:
    """Return two columns of bars that grow from one zero line, names above them.

    A thin upright tick on a bar is where it stood half a year before.

    Args:
        heads: words over the two sides.
        most: the axis' end on both sides, percent; it never follows a filter.
    """
    rows = max(len(left), len(right), 1)
    traces: list[Figure] = []
    notes: list[Figure] = []
    shapes = [rule(x=0, color=theme.INK, width=2)]
    for side, themes, color in ((-1, left, theme.ACCENT), (1, right, theme.INK)):
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "x": [side * t.value for t in themes],
                "y": list(range(len(themes))),
                # From zero, each side for itself: else one is stacked on the other.
                "base": [0] * len(themes),
                "width": 0.3,
                "marker": {"color": color, "line": {"width": 0}},
                "hovertext": [f"{t.name}: {t.printed}" for t in themes],
                "hovertemplate": "%{hovertext}<extra></extra>",
            }
        )
        for y, t in enumerate(themes):
            anchor = "right" if side < 0 else "left"
            name = two_lines(t.name) if phone and len(t.name) > FITS else t.name
            notes.append(
                label(
                    name, x=0, y=y, anchor=anchor, valign="bottom",
                    shift=(side * 8, 8), size=theme.NOTE if phone else theme.LABEL,
                )
            )  # fmt: skip
            end = _free_end(t, most * (PHONE_NEAR if phone else NEAR))
            notes.append(
                label(
                    t.printed, x=side * end, y=y, anchor=anchor, bold=True,
                    shift=(side * 6, 0),
                )
            )  # fmt: skip
            if t.before is not None:
                x = side * t.before
                shapes.append(
                    {
                        "type": "line", "x0": x, "x1": x, "y0": y - 0.24,
                        "y1": y + 0.24, "xref": "x", "yref": "y",
                        "line": {"color": theme.RULE2, "width": 3}, "layer": "above",
                    }
                )  # fmt: skip
        notes.append(
            label(
                heads[0 if side < 0 else 1], x=0, y=1, yref="paper", bold=True,
                anchor="right" if side < 0 else "left", shift=(side * 8, 6),
                color=color, valign="bottom",
            )
        )  # fmt: skip
    return theme.figure(
        traces,
        height=rows * (PHONE_ROW_PX if phone else ROW_PX) + 56,
        margin=(4, 4, 36, 10),
        x={"range": [-most * 1.12, most * 1.12], "showticklabels": False},
        y={"range": [rows - 0.4, -0.75], "showticklabels": False},
        shapes=shapes,
        annotations=notes,
    )
