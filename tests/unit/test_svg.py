"""Figures on paper: every mark the house uses, and a refusal of any other."""

import xml.etree.ElementTree as ET

import pytest

from components import theme
from components.charts.rows import Axis, Bar, Dot, DotRow, bars, dot_rows
from components.svg import CannotDraw, figure_svg

AXIS = Axis(0, 100, ((0, "0%"), (50, "50%"), (100, "100%")))
SVG = "{http://www.w3.org/2000/svg}"


def drawn(figure):
    return ET.fromstring(figure_svg(figure, width=800))


def test_a_bar_ends_where_its_value_does():
    svg = drawn(bars([Bar("Sent", 50, "50%")], axis=AXIS))
    bar = next(r for r in svg.iter(f"{SVG}rect"))
    left, right = 238, 800 - 212

    assert float(bar.get("width")) == pytest.approx((right - left) / 2, abs=0.1)


def test_a_withheld_row_is_hatched_and_says_why():
    svg = drawn(
        bars([Bar("Sent", None, "", reason="Hidden to protect people")], axis=AXIS)
    )
    texts = ["".join(t.itertext()) for t in svg.iter(f"{SVG}text")]

    assert " Hidden to protect people " in texts
    assert (
        len([x for x in svg.iter(f"{SVG}line") if x.get("stroke") == theme.RULE2]) > 5
    )


def test_bold_and_quiet_words_stay_apart():
    svg = drawn(
        dot_rows(
            [DotRow("A", (Dot(40, 30, 50),), printed="40%", note="80% answered")],
            axis=AXIS,
        )
    )
    spans = [
        (s.get("font-weight"), s.get("fill"), s.text) for s in svg.iter(f"{SVG}tspan")
    ]

    assert ("700", None, "40%") in spans
    assert (None, theme.INK2, "80% answered") in spans


@pytest.mark.parametrize("name", ["<script>", "Miller & Sons", 'the "new" school'])
def test_a_name_is_never_markup(name):
    svg = drawn(bars([Bar(name, 10, "10%")], axis=AXIS))

    assert name in ["".join(t.itertext()) for t in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("trace", "word"),
    [
        ({"type": "pie"}, "pie"),
        ({"type": "scatter", "mode": "text"}, "text"),
        (
            {
                "type": "scatter",
                "mode": "lines",
                "x": [1],
                "y": [1],
                "fill": "tozeroy",
                "line": {"width": 0, "color": "#000000"},
            },
            "tozeroy",
        ),
    ],
)
def test_an_unknown_mark_is_refused_not_left_out(trace, word):
    figure = bars([Bar("A", 1, "1")], axis=AXIS)
    figure["data"].append(trace)

    with pytest.raises(CannotDraw, match=word):
        figure_svg(figure, width=800)
