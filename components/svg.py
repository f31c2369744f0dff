"""Draws a figure as SVG, for paper: no browser on the server, the same signs.

Knows the few kinds of mark the house uses and refuses any other, so that nothing
is left out of a printed picture in silence. Source: decision 0014.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from components import theme
from components.theme import Figure

FAMILY = "Source Sans 3"
TICK_GAP, TICK_PAD, LINE_HEIGHT = 18, 3, 1.28
# Where the baseline of a text lies below its middle; how wide a letter is.
BASELINE, LETTER = 0.35, 0.5
SHIFTS = {"left": "start", "center": "middle", "right": "end"}
DASHES = {"solid": "", "dash": "7,5", "dot": "2,4"}
SPAN = re.compile(r"<(/?)(b|span)(?:\s+style=['\"]color:\s*(#[0-9A-Fa-f]{6})['\"])?>")
Number = float | int


class CannotDraw(ValueError):
    """A figure holds a mark this module does not know."""


@dataclass(frozen=True)
class Scale:
    """One axis: from its own values to pixels."""

    low: float
    high: float
    start: float
    end: float
    kind: str
    places: dict[str, int]

    def __call__(self, value: Any) -> float:  # Any: number, ISO date or category
        """Return the pixel of *value*."""
        span = self.high - self.low or 1
        part = (self.number(value) - self.low) / span
        return self.start + part * (self.end - self.start)

    def number(self, value: Any) -> float:  # Any: as above
        """Return a value as a number along the axis."""
        if self.kind == "date":
            return float(date.fromisoformat(str(value)[:10]).toordinal())
        if self.kind == "category":
            return float(self.places[str(value)])
        return float(value)


def figure_svg(figure: Figure, *, width: int) -> str:
    """Return *figure* as one SVG element, *width* pixels wide.

    Raises:
        CannotDraw: a mark or a property this module does not know.
    """
    return _Drawing(figure, width).svg()


class _Drawing:
    def __init__(self, figure: Figure, width: int) -> None:
        self._data: list[Figure] = figure["data"]
        layout = figure["layout"]
        self._layout = layout
        margin = layout["margin"]
        self._width, self._height = width, int(layout["height"])
        self._left, self._top = margin["l"], margin["t"]
        self._right = width - margin["r"]
        self._bottom = self._height - margin["b"]
        self._x = self._scale("x", self._left, self._right)
        self._y = self._scale("y", self._bottom, self._top)
        self._anchor()
        self._out: list[str] = []
        self._stacked: dict[tuple[str, float], float] = {}

    def _scale(self, name: str, start: float, end: float) -> Scale:
        axis = self._layout[f"{name}axis"]
        kind = axis.get("type", "linear")
        places: dict[str, int] = {}
        if kind == "category":
            for trace in self._data:
                for value in trace.get(name, ()):
                    places.setdefault(str(value), len(places))
            return Scale(-0.5, len(places) - 0.5, start, end, kind, places)
        low, high = axis["range"]
        if kind == "date":
            low, high = (date.fromisoformat(v[:10]).toordinal() for v in (low, high))
        return Scale(float(low), float(high), start, end, kind, places)

    def _anchor(self) -> None:
        """Give both axes one scale where the figure asks for it (a circle)."""
        if self._layout["yaxis"].get("scaleanchor") != "x":
            return
        x, y = self._x, self._y
        per = min(
            abs(x.end - x.start) / (x.high - x.low),
            abs(y.end - y.start) / abs(y.high - y.low),
        )
        for name, axis in (("_x", x), ("_y", y)):
            middle = (axis.start + axis.end) / 2
            half = per * abs(axis.high - axis.low) / 2
            sign = 1 if axis.end > axis.start else -1
            placed = Scale(
                axis.low, axis.high, middle - sign * half, middle + sign * half,
                axis.kind, axis.places,
            )  # fmt: skip
            setattr(self, name, placed)

    def svg(self) -> str:
        for shape in self._layout["shapes"]:
            if shape.get("layer") != "above":
                self._shape(shape)
        before: Figure | None = None
        for trace in self._data:
            self._trace(trace, before)
            before = trace
        for shape in self._layout["shapes"]:
            if shape.get("layer") == "above":
                self._shape(shape)
        self._ticks()
        for note in self._layout["annotations"]:
            self._note(note)
        body = "\n".join(self._out)
        box = f"0 0 {self._width} {self._height}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" '
            f'width="{self._width}" height="{self._height}" '
            f'font-family="{FAMILY}">\n{body}\n</svg>\n'
        )

    def _trace(self, trace: Figure, before: Figure | None) -> None:
        match trace["type"]:
            case "bar":
                self._bars(trace)
            case "scatter":
                modes = trace["mode"].split("+")
                if "lines" in modes:
                    self._line(trace, before)
                if "markers" in modes:
                    self._markers(trace)
                if set(modes) - {"lines", "markers"}:
                    raise CannotDraw(f"a scatter of {trace['mode']}")
            case other:
                raise CannotDraw(f"a trace of type {other}")

    def _runs(self, trace: Figure) -> list[list[tuple[float, float]]]:
        """Return the points in pixels, cut where one is missing."""
        runs: list[list[tuple[float, float]]] = [[]]
        for x, y in zip(trace["x"], trace["y"], strict=True):
            if x is None or y is None:
                runs.append([])
            else:
                runs[-1].append((self._x(x), self._y(y)))
        if trace.get("line", {}).get("shape") == "hv":
            runs = [_steps(run) for run in runs]
        return [run for run in runs if run]

    def _line(self, trace: Figure, before: Figure | None) -> None:
        runs = self._runs(trace)
        fill = trace.get("fill", "none")
        color = trace.get("fillcolor", theme.ACCENT)
        if fill == "toself":
            for run in runs:
                self._polygon(run, color)
        elif fill == "tonexty" and before is not None:
            edges = zip(runs, self._runs(before), strict=False)
            for mine, other in edges:
                self._polygon([*mine, *reversed(other)], color)
        elif fill != "none":
            raise CannotDraw(f"a fill {fill}")
        line = trace["line"]
        if not line["width"]:
            return
        style = _stroke(line["color"], line["width"], line.get("dash", "solid"))
        opacity = _opacity(trace)
        for run in runs:
            points = " ".join(f"{_n(x)},{_n(y)}" for x, y in run)
            self._out.append(
                f'<polyline points="{points}" fill="none" {style}{opacity}/>'
            )

    def _polygon(self, points: Sequence[tuple[float, float]], color: str) -> None:
        text = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._out.append(f'<polygon points="{text}" {_fill(color)}/>')

    def _markers(self, trace: Figure) -> None:
        marker = trace["marker"]
        if marker.get("symbol", "circle") != "circle":
            raise CannotDraw(f"a marker {marker['symbol']}")
        edge = marker.get("line", {})
        for k, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
            if x is None or y is None:
                continue
            radius = float(_at(marker["size"], k)) / 2
            style = _fill(_at(marker["color"], k))
            width = float(_at(edge.get("width", 0), k))
            if width:
                style += f" {_stroke(_at(edge['color'], k), width)}"
            self._out.append(
                f'<circle cx="{_n(self._x(x))}" cy="{_n(self._y(y))}" '
                f'r="{_n(radius)}" {style}/>'
            )

    def _bars(self, trace: Figure) -> None:
        flat = trace.get("orientation") == "h"
        along, across = ("x", "y") if flat else ("y", "x")
        marker = trace["marker"]
        edge = marker.get("line", {})
        for k, (length, place) in enumerate(
            zip(trace[along], trace[across], strict=True)
        ):
            half = float(_at(trace["width"], k)) / 2
            at = (self._y if flat else self._x).number(place)
            start = self._base(trace, k, (along, at), length)
            box = self._box(flat, (start, start + length), (at - half, at + half))
            if "pattern" in marker:
                self._hatch(box)
                continue
            style = _fill(_at(marker["color"], k))
            width = float(_at(edge.get("width", 0), k))
            if width:
                style += f" {_stroke(_at(edge['color'], k), width)}"
            self._out.append(f"<rect {_rect(box)} {style}/>")
            if "textfont" in trace and trace.get("text"):
                x, y, w, h = box
                font = trace["textfont"]
                self._text(
                    str(_at(trace["text"], k)), x + w / 2, y + h / 2, "middle",
                    font["size"], font["color"],
                )  # fmt: skip

    def _base(
        self, trace: Figure, k: int, key: tuple[str, float], length: float
    ) -> float:
        if "base" in trace:
            return float(_at(trace["base"], k))
        start = self._stacked.get(key, 0.0)
        self._stacked[key] = start + length
        return start

    def _box(
        self, flat: bool, along: tuple[float, float], across: tuple[float, float]
    ) -> tuple[float, float, float, float]:
        xs, ys = (along, across) if flat else (across, along)
        x0, x1 = sorted(_linear(self._x, v) for v in xs)
        y0, y1 = sorted(_linear(self._y, v) for v in ys)
        return x0, y0, x1 - x0, y1 - y0

    def _hatch(self, box: tuple[float, float, float, float]) -> None:
        """Draw the hatched bar of a withheld row: lines at 45 degrees, cut to it."""
        x, y, w, h = box
        style = _stroke(theme.RULE2, 1)
        at = x - h
        while at < x + w:
            # From the lower edge to the upper, cut at the box's two sides.
            x0, x1 = max(at, x), min(at + h, x + w)
            if x1 > x0:
                y0, y1 = y + h - (x0 - at), y + h - (x1 - at)
                self._out.append(
                    f'<line x1="{_n(x0)}" y1="{_n(y0)}" x2="{_n(x1)}" '
                    f'y2="{_n(y1)}" {style}/>'
                )
            at += 6

    def _place(self, ref: str, value: Any, axis: str) -> float:  # Any: as in Scale
        if ref != "paper":
            return (self._x if axis == "x" else self._y)(value)
        if axis == "x":
            return float(self._left + float(value) * (self._right - self._left))
        return float(self._bottom - float(value) * (self._bottom - self._top))

    def _shape(self, shape: Figure) -> None:
        x0, x1 = (self._place(shape["xref"], shape[k], "x") for k in ("x0", "x1"))
        y0, y1 = (self._place(shape["yref"], shape[k], "y") for k in ("y0", "y1"))
        line = shape["line"]
        match shape["type"]:
            case "line":
                style = _stroke(line["color"], line["width"], line.get("dash", "solid"))
                self._out.append(
                    f'<line x1="{_n(x0)}" y1="{_n(y0)}" x2="{_n(x1)}" y2="{_n(y1)}" '
                    f"{style}/>"
                )
            case "rect":
                box = (min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))
                style = _fill(shape.get("fillcolor", theme.CLEAR))
                if line["width"]:
                    style += f" {_stroke(line['color'], line['width'])}"
                self._out.append(f"<rect {_rect(box)} {style}/>")
            case other:
                raise CannotDraw(f"a shape {other}")

    def _ticks(self) -> None:
        for name in ("xaxis", "yaxis"):
            axis = self._layout[name]
            if axis.get("showticklabels") is False:
                continue
            font = axis["tickfont"]
            texts = zip(axis.get("tickvals", ()), axis.get("ticktext", ()), strict=True)
            for value, text in texts:
                if name == "xaxis":
                    x, y = self._x(value), self._bottom + TICK_GAP - 4
                    if not self._left - 1 <= x <= self._right + 1:
                        continue
                    # At an edge of the picture, words stay whole.
                    half = len(str(text)) * font["size"] * LETTER / 2
                    x = min(max(x, half), self._width - half)
                    self._text(text, x, y, "middle", font["size"], font["color"])
                else:
                    y = self._y(value)
                    if not self._top - 1 <= y <= self._bottom + 1:
                        continue
                    # A long word may touch the axis, and stays whole.
                    wide = len(str(text)) * font["size"] * LETTER
                    at = min(max(self._left - TICK_PAD, wide), self._left)
                    self._text(text, at, y, "end", font["size"], font["color"])

    def _note(self, note: Figure) -> None:
        x = self._place(note["xref"], note["x"], "x") + note.get("xshift", 0)
        y = self._place(note["yref"], note["y"], "y") - note.get("yshift", 0)
        font = note["font"]
        lines = str(note["text"]).split("<br>")
        tall = font["size"] * LINE_HEIGHT * len(lines)
        middle = {"bottom": y - tall / 2, "top": y + tall / 2}.get(note["yanchor"], y)
        anchor = SHIFTS[note["xanchor"]]
        if note.get("bgcolor", theme.CLEAR) != theme.CLEAR:
            self._patch(lines, x, middle, anchor, font["size"], note["bgcolor"])
        self._text(note["text"], x, middle, anchor, font["size"], font["color"])

    def _patch(
        self,
        lines: list[str],
        x: float,
        y: float,
        anchor: str,
        size: float,
        color: str,
    ) -> None:
        """Lay a patch of paper under words that stand on something."""
        wide = max(len(SPAN.sub("", line)) for line in lines) * size * LETTER
        tall = size * LINE_HEIGHT * len(lines)
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        self._out.append(
            f"<rect {_rect((left, y - tall / 2, wide, tall))} {_fill(color)}/>"
        )

    def _text(
        self, text: str, x: float, y: float, anchor: str, size: float, color: str
    ) -> None:
        lines = str(text).split("<br>")
        first = y - (len(lines) - 1) * size * LINE_HEIGHT / 2 + size * BASELINE
        for k, line in enumerate(lines):
            if not line.strip():
                continue
            at = first + k * size * LINE_HEIGHT
            self._out.append(
                f'<text x="{_n(x)}" y="{_n(at)}" text-anchor="{anchor}" '
                f'font-size="{_n(size)}" {_fill(color)} xml:space="preserve">'
                f"{_spans(line)}</text>"
            )


def _spans(line: str) -> str:
    """Return a line with its bold and colored parts as tspans."""
    out, at, depth = [], 0, 0
    for found in SPAN.finditer(line):
        out.append(escape(_plain(line[at : found.start()])))
        at = found.end()
        closes, tag, color = found.groups()
        if closes:
            out.append("</tspan>")
            depth -= 1
            continue
        depth += 1
        look = 'font-weight="700"' if tag == "b" else f"fill={quoteattr(color or '')}"
        out.append(f"<tspan {look}>")
    out.append(escape(_plain(line[at:])))
    return "".join(out) + "</tspan>" * depth


def _plain(text: str) -> str:
    return text.replace("&nbsp;", "\u00a0").replace("&amp;", "&")


def _steps(run: list[tuple[float, float]]) -> list[tuple[float, float]]:
    out = run[:1]
    for x, y in run[1:]:
        out += [(x, out[-1][1]), (x, y)]
    return out


def _linear(scale: Scale, value: float) -> float:
    span = scale.high - scale.low or 1
    return scale.start + (value - scale.low) / span * (scale.end - scale.start)


def _at(value: Any, k: int) -> Any:  # Any: one value for all marks, or one each
    return value[k] if isinstance(value, list | tuple) else value


def _n(value: float) -> str:
    if not math.isfinite(value):
        raise CannotDraw("a mark without a place")
    return f"{value:.1f}".removesuffix(".0")


def _rect(box: tuple[float, float, float, float]) -> str:
    x, y, w, h = (_n(v) for v in box)
    return f'x="{x}" y="{y}" width="{w}" height="{h}"'


def _fill(color: str) -> str:
    return 'fill="none"' if color == theme.CLEAR else f'fill="{color}"'


def _stroke(color: str, width: float, dash: str = "solid") -> str:
    pattern = DASHES.get(dash, dash.replace("px", ""))
    dashes = f' stroke-dasharray="{pattern}"' if pattern else ""
    return f'stroke="{color}" stroke-width="{_n(width)}"{dashes}'


def _opacity(trace: Figure) -> str:
    return f' opacity="{trace["opacity"]}"' if "opacity" in trace else ""
