"""`**bold**` in a text, turned into bold words; ranges are kept on one line."""

from __future__ import annotations

import re

from dash import html

_BOLD = re.compile(r"\*\*(.+?)\*\*")
# A browser breaks a line after an en dash: "74–" here and "78%" there.
_RANGE = re.compile(r"(\S*\d–\d\S*)")

Part = str | html.Strong | html.Span


def rich(text: str) -> list[Part]:
    """Return *text* as parts, what stands between its marks bold."""
    found: list[Part] = []
    for position, part in enumerate(_BOLD.split(text)):
        pieces = _whole(part)
        if position % 2:
            found.append(html.Strong(pieces if len(pieces) > 1 else part))
        else:
            found += pieces
    return found


def _whole(text: str) -> list[Part]:
    """Return *text* with each of its ranges as a piece that does not break."""
    return [
        html.Span(piece, className="whole") if position % 2 else piece
        for position, piece in enumerate(_RANGE.split(text))
        if piece
    ]


def parts_of(text: str) -> list[str]:
    """Return *text* cut at its marks: plain, bold, plain …; nothing for no text."""
    return _BOLD.split(text) if text else []


def plain(text: str) -> str:
    """Return *text* without its marks, for labels and alternatives."""
    return _BOLD.sub(r"\1", text)
