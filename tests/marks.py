"""A figure as a small table of its marks, to be read beside the picture by hand.

One line a mark, in the order drawn (a later one lies over an earlier):

    kind | where | from–to | look | words

A dot is open or filled; a line is solid or dotted; `hatch` is what is withheld.
"""

from __future__ import annotations

from collections.abc import Iterator

from components import theme
from components.theme import Figure

Row = tuple[str, str, str, str, str]


def drawn(figure: Figure) -> list[Row]:
    """Return every mark of a figure. A trace of an unknown kind is an error."""
    return [row for trace in figure["data"] if trace["x"] for row in _marks(trace)]


def table(text: str) -> list[Row]:
    """Return the rows of a table drawn in a test."""
    lines = [line for line in text.splitlines() if line.strip()]
    rows = [tuple(cell.strip() for cell in line.split("|")) for line in lines]
    assert all(len(row) == 5 for row in rows), "five columns a mark"
    return rows


def _marks(trace: Figure) -> Iterator[Row]:
    if trace["type"] == "bar":
        yield from _bars(trace)
        return
    assert trace["type"] == "scatter", trace["type"]
    if trace.get("fill") == "toself":
        yield from _band(trace)
    elif None in trace["x"]:
        yield from _intervals(trace)
    elif "lines" in trace["mode"]:
        yield _line(trace)
    if "markers" in trace["mode"]:
        yield from _dots(trace)


def _bars(trace: Figure) -> Iterator[Row]:
    is_level = trace.get("orientation") == "h"
    places, lengths = (trace["y"], trace["x"]) if is_level else (trace["x"], trace["y"])
    kind = "hatch" if "pattern" in trace["marker"] else "bar"
    words = trace.get("hovertext") or trace.get("text") or [""] * len(places)
    bases = trace.get("base") or [0] * len(places)
    across = "y" if is_level else "x"
    for place, base, length, said in zip(places, bases, lengths, words, strict=True):
        span = f"{base:g}–{base + length:g}"
        yield (kind, f"{across} {place:g}", span, "", said)


def _band(trace: Figure) -> Iterator[Row]:
    """A band is read upright: at every x from its lowest to its highest edge."""
    edges: dict[float, list[float]] = {}
    for x, y in zip(trace["x"], trace["y"], strict=True):
        edges.setdefault(x, []).append(y)
    for x, ys in edges.items():
        yield ("band", f"x {x:g}", f"{min(ys):g}–{max(ys):g}", "", "")


def _intervals(trace: Figure) -> Iterator[Row]:
    points = list(zip(trace["x"], trace["y"], strict=True))
    for one, other, gap in zip(points[::3], points[1::3], points[2::3], strict=True):
        assert gap == (None, None), "an interval has two ends"
        (x, y), (x2, y2) = one, other
        assert x == x2 or y == y2, "an interval is level or upright"
        where, low, high = ("y", x, x2) if y == y2 else ("x", y, y2)
        at = y if where == "y" else x
        yield ("interval", f"{where} {at:g}", f"{low:g}–{high:g}", "", "")


def _line(trace: Figure) -> Row:
    points = zip(trace["x"], trace["y"], strict=True)
    where = " → ".join(f"{x:g}, {y:g}" for x, y in points)
    dash = trace["line"].get("dash", "solid")
    return ("line", where, "", "solid" if dash == "solid" else "dotted", "")


def _dots(trace: Figure) -> Iterator[Row]:
    n = len(trace["x"])
    fills = trace["marker"]["color"]
    fills = fills if isinstance(fills, list) else [fills] * n
    words = trace.get("text") or [""] * n
    for x, y, fill, said in zip(trace["x"], trace["y"], fills, words, strict=True):
        look = "open" if fill == theme.PAPER else "filled"
        yield ("dot", f"{x:g}, {y:g}", "", look, said)
