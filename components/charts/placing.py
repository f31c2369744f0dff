"""Where a line's name stands free: beside its end, across as few lines as can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Points = Sequence[tuple[float, float]]
# A desk's and a phone's width of a picture, in pixels.
DESK, PHONE = 1120, 350
# Width of a letter at 14.5 px, most of them bold, and the height of a line.
LETTER, LINE = 7.6, 20
# Costs: over another name or beyond the picture is worse than across many lines.
NAME_OVER, BEYOND, FARTHER = 40.0, 40.0, 0.4
# Right of the end, then up and down from there, then left.
STEPS = (0, 12, -12, 22, -22, 34, -34, 48, -48, 64, -64)


@dataclass(frozen=True, slots=True)
class Frame:
    """A plot's ranges and where it lies in its picture, in pixels.

    Attributes:
        x, y: ranges of the axes.
        height: of the whole picture.
        margin: left, right, top, bottom.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    height: int
    margin: tuple[int, int, int, int]
    phone: bool = False

    @property
    def width(self) -> int:
        """Width of the picture; a wider or narrower window changes little."""
        return PHONE if self.phone else DESK

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return a point in pixels from the picture's left and bottom."""
        left, right, top, bottom = self.margin
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return (
            left + across * (self.width - left - right),
            bottom + up * (self.height - top - bottom),
        )


@dataclass(frozen=True, slots=True)
class Name:
    """What is to stand at the end of a line: its end, its longest line of words."""

    x: float
    y: float
    words: str
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a name stands: pixels right and up from the line's end."""

    shift: tuple[float, float]
    anchor: str


Box = tuple[float, float, float, float]  # left, bottom, right, top in pixels


def places(
    frame: Frame, names: Sequence[Name], drawn: Sequence[Points], *, gap: int = 12
) -> list[Spot]:
    """Return a place for each name, in their order; the first choose first.

    Args:
        drawn: every line of the picture, in the axes' units.
        gap: pixels between a line's end and its name.
    """
    lines = [[frame.at(x, y) for x, y in line] for line in drawn]
    taken: list[Box] = []
    found: list[Spot] = []
    for name in names:
        here = frame.at(name.x, name.y)
        wide, high = LETTER * len(name.words), LINE * name.lines
        choices = [
            (_cost(frame, box, lines, taken) + FARTHER * rank, box, spot)
            for rank, (box, spot) in enumerate(_choices(here, wide, high, gap))
        ]
        _, box, spot = min(choices, key=lambda c: c[0])
        taken.append(box)
        found.append(spot)
    return found


def _choices(
    here: tuple[float, float], wide: float, high: float, gap: int
) -> Iterator[tuple[Box, Spot]]:
    x, y = here
    for anchor, left in (("left", x + gap), ("right", x - gap - wide)):
        for up in STEPS:
            shift = gap if anchor == "left" else -gap
            box = (left, y + up - high / 2, left + wide, y + up + high / 2)
            yield box, Spot((shift, up), anchor)


def _cost(
    frame: Frame, box: Box, lines: Sequence[Points], taken: Sequence[Box]
) -> float:
    crossed = sum(
        _crosses(a, b, box) for line in lines for a, b in pairwise(line)
    )  # fmt: skip
    over = sum(
        box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3]
        for t in taken
    )
    beyond = box[0] < 0 or box[2] > frame.width or box[1] < frame.margin[3]
    return crossed + NAME_OVER * over + BEYOND * beyond


def _crosses(a: tuple[float, float], b: tuple[float, float], box: Box) -> bool:
    """True where the stretch from *a* to *b* has a part inside *box*.

    Source: Liang and Barsky (1984).
    """
    start, end = 0.0, 1.0
    dx, dy = b[0] - a[0], b[1] - a[1]
    for step, room in (
        (-dx, a[0] - box[0]),
        (dx, box[2] - a[0]),
        (-dy, a[1] - box[1]),
        (dy, box[3] - a[1]),
    ):
        if step == 0:
            if room < 0:
                return False
        elif step < 0:
            start = max(start, room / step)
        else:
            end = min(end, room / step)
    return start <= end
