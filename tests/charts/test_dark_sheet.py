"""The server's pictures are repainted by a sheet: it is the map of the charts."""

from __future__ import annotations

import re
from pathlib import Path

from components import theme

SHEET = Path("components/assets/26-dark-pictures.css")
LINE = re.compile(r'^\[data-bs-theme=dark\] \.chart > svg \[(fill|stroke)="(#\w{6})"\] '
                  r"\{ \1: (#\w{6}); \}$", re.M)  # fmt: skip


def test_the_sheet_repaints_every_color_as_the_charts_do():
    top = Path(__file__).resolve().parent.parent.parent
    found = {(a, light): dark for a, light, dark in
             LINE.findall((top / SHEET).read_text(encoding="utf-8"))}  # fmt: skip
    wanted = {
        (attribute, light): dark
        for light, dark in theme.DARK_OF.items()
        if light != dark and light.startswith("#")
        for attribute in ("fill", "stroke")
    }

    assert found == wanted
