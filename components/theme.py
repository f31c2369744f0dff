"""The one place that knows a color, a typeface and the frame of a chart.

Figures are drawn once, in light tokens. Dark is a lookup: every light value has
exactly one dark value, applied in the browser, so both show the same numbers.
"""

from __future__ import annotations

import re
from typing import Any, Final

Figure = dict[str, Any]  # Plotly's own nested layout of values

PAPER, SHEET, INK, INK2 = "#FBFCFB", "#F1F4F3", "#15212A", "#4B5963"
RULE, RULE2, ACCENT, ACCENT_SOFT = "#D3DADC", "#7F8B92", "#00665F", "#DDEDEA"
BAND, WHITE = "#E3E8EA", "#FFFFFF"

# Older is deeper. A cohort's color is fixed for ever by its number; a sixth
# takes the oldest's and is told apart by its label.
COHORT_MARKS: Final = {
    0: "#737F86",
    1: "#2C0975",
    2: "#5E3785",
    3: "#A52A5E",
    4: "#C6534D",
    5: "#B4821A",
}
COHORT_TEXTS: Final = {
    0: "#5C6870",
    1: "#2C0974",
    2: "#5E3784",
    3: "#A52A5E",
    4: "#B4403B",
    5: "#86600F",
}
LEVELS: Final = ("#FBFCFA", "#CDE5E0", "#86C2B9", "#1B7D75", "#00433F")
LEVEL_EDGE: Final = "#558C85"
LEVEL_TEXTS: Final = ("#15212B", "#15212C", "#15212D", "#FFFFFE", "#FFFFFD")

DARK_OF: Final = {
    PAPER: "#10181D",
    SHEET: "#18232A",
    INK: "#E8EDEF",
    INK2: "#A9B6BD",
    RULE: "#2D3A42",
    RULE2: "#75838B",
    ACCENT: "#63D0C2",
    ACCENT_SOFT: "#16393A",
    BAND: "#222F37",
    WHITE: "#10181D",
    "#737F86": "#C2CED4",
    "#2C0975": "#5D63AE",
    "#5E3785": "#9E70D8",
    "#A52A5E": "#FB749E",
    "#C6534D": "#FEA49B",
    "#B4821A": "#FED591",
    "#5C6870": "#C2CED4",
    "#2C0974": "#8E94E0",
    "#5E3784": "#B48DEC",
    "#B4403B": "#FEA49B",
    "#86600F": "#FED591",
    "#FBFCFA": "#10181D",
    "#CDE5E0": "#16393A",
    "#86C2B9": "#1F625F",
    "#1B7D75": "#4FAFA3",
    "#00433F": "#B5EEE3",
    LEVEL_EDGE: LEVEL_EDGE,
    "#15212B": "#E8EDEF",
    "#15212C": "#E8EDEF",
    "#15212D": "#E8EDEF",
    "#FFFFFE": "#10181D",
    "#FFFFFD": "#10181D",
}

FONT = '"Source Sans 3 Variable", "Source Sans 3", "Liberation Sans", sans-serif'
LABEL, NOTE = 15, 14
COLOR = re.compile(r"#[0-9A-F]{6}")
CLEAR = "rgba(0,0,0,0)"
CONFIG: Final = {
    "displayModeBar": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
}


def in_dark(value: Any) -> Any:  # Any: a figure, or what is in one
    """Return a figure with the colors of light paper turned to those of dark."""
    if isinstance(value, str):
        return COLOR.sub(lambda m: DARK_OF.get(m[0], m[0]), value)
    if isinstance(value, list):
        return [in_dark(v) for v in value]
    if isinstance(value, dict):
        return {k: in_dark(v) for k, v in value.items()}
    return value


def cohort_mark(cohort: int) -> str:
    """Return the color of a cohort's lines and dots."""
    return COHORT_MARKS.get(cohort, COHORT_MARKS[1])


def cohort_text(cohort: int) -> str:
    """Return the color of words about a cohort."""
    return COHORT_TEXTS.get(cohort, COHORT_TEXTS[1])


def figure(
    traces: list[Figure],
    *,
    height: int,
    margin: tuple[int, int, int, int],
    x: Figure,
    y: Figure,
    shapes: list[Figure] | None = None,
    annotations: list[Figure] | None = None,
) -> Figure:
    """Return a chart in the house frame: no border, no ticks, nothing to drag.

    Args:
        margin: left, right, top, bottom in pixels.
    """
    left, right, top, bottom = margin
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        "automargin": False,
        "tickfont": {"size": NOTE, "color": INK2},
    }
    return {
        "data": traces,
        "layout": {
            "height": height,
            "margin": {"l": left, "r": right, "t": top, "b": bottom, "pad": 0},
            "font": {"family": FONT, "size": LABEL, "color": INK},
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "hoverlabel": {
                "bgcolor": INK,
                "bordercolor": INK,
                "font": {"family": FONT, "size": LABEL, "color": PAPER},
            },
            "xaxis": {**axis, **x},
            "yaxis": {**axis, **y},
            "shapes": shapes or [],
            "annotations": annotations or [],
            "barmode": "stack",
            "bargap": 0.25,
        },
    }


def rule(
    *,
    x: float | str | None = None,
    y: float | None = None,
    span: tuple[float, float] | None = None,
    color: str = RULE,
    width: float = 1,
    dash: str = "solid",
) -> Figure:
    """Return a straight line across the plot: a gridline, a bar line, the district's.

    Args:
        span: where it begins and ends on the other axis; all the way if None.
    """
    if x is not None:
        ends = span or (0, 1)
        place: Figure = {"x0": x, "x1": x, "y0": ends[0], "y1": ends[1]}
        refs = {"xref": "x", "yref": "y" if span else "paper"}
    else:
        ends = span or (0, 1)
        place = {"y0": y, "y1": y, "x0": ends[0], "x1": ends[1]}
        refs = {"yref": "y", "xref": "x" if span else "paper"}
    line = {"color": color, "width": width, "dash": dash}
    return {"type": "line", **place, **refs, "line": line, "layer": "below"}


def label(
    text: str,
    *,
    x: float | str,
    y: float,
    xref: str = "x",
    yref: str = "y",
    anchor: str = "left",
    color: str = INK,
    size: float = LABEL,
    shift: tuple[float, float] = (0, 0),
    bold: bool = False,
    background: str | None = None,
    valign: str = "middle",
) -> Figure:
    """Return a word beside a mark; level, without an arrow."""
    return {
        "text": f"<b>{text}</b>" if bold else text,
        "x": x,
        "y": y,
        "xref": xref,
        "yref": yref,
        "xanchor": anchor,
        "yanchor": valign,
        "xshift": shift[0],
        "yshift": shift[1],
        "showarrow": False,
        "align": "left" if anchor == "left" else anchor,
        "font": {"size": size, "color": color},
        "bgcolor": background or CLEAR,
    }


def two_lines(text: str) -> str:
    """Break *text* at the space nearest its middle."""
    spaces = [i for i, c in enumerate(text) if c == " "]
    if not spaces:
        return text
    middle = min(spaces, key=lambda i: abs(i - len(text) / 2))
    return f"{text[:middle]}<br>{text[middle + 1 :]}"


def hatch(x0: float, x1: float, y: float, *, height: float = 0.62) -> Figure:
    """Return the hatched bar of a withheld row; hatching means nothing else."""
    return {
        "type": "bar",
        "orientation": "h",
        "x": [x1 - x0],
        "base": [x0],
        "y": [y],
        "width": [height],
        "marker": {
            "color": CLEAR,
            "line": {"width": 0},
            "pattern": {
                "shape": "/",
                "size": 7,
                "solidity": 0.14,
                "fgcolor": RULE2,
                "bgcolor": CLEAR,
            },
        },
        "hoverinfo": "skip",
    }
