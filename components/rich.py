"""`**bold**` in a text, turned into bold words."""

from __future__ import annotations

import re

from dash import html

_BOLD = re.compile(r"\*\*(.+?)\*\*")


def rich(text: str) -> list[str | html.Strong]:
    """Return *text* as parts, every second one bold."""
    parts = _BOLD.split(text)
    return [
        html.Strong(part) if position % 2 else part
        for position, part in enumerate(parts)
        if part
    ]


def parts_of(text: str) -> list[str]:
    """Return *text* cut at its marks: plain, bold, plain …; nothing for no text."""
    return _BOLD.split(text) if text else []


def plain(text: str) -> str:
    """Return *text* without its marks, for labels and alternatives."""
    return _BOLD.sub(r"\1", text)
