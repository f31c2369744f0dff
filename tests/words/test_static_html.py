"""Components written as HTML: what a browser would show, and nothing of Dash's own."""

from __future__ import annotations

import dash_bootstrap_components as dbc
import pytest
from dash import dcc, html

from components.static_html import NotStatic, static_html
from components.theme import figure, label


@pytest.mark.parametrize(
    ("part", "written"),
    [
        (None, ""),
        ("3 < 4 & more", "3 &lt; 4 &amp; more"),
        ([1, " of ", 2], "1 of 2"),
        (html.P("a"), "<p>a</p>"),
        (html.P(["a ", html.B("b")], className="note"), '<p class="note">a <b>b</b></p>'),
        (html.A("x", href='/a?b=1&c="'), '<a href="/a?b=1&amp;c=&quot;">x</a>'),
        (html.Div(style={"minHeight": "20px"}), '<div style="min-height:20px"></div>'),
        (html.Th("x", scope="col", colSpan=2), '<th colspan="2" scope="col">x</th>'),
        (html.P(**{"aria-hidden": "true"}), '<p aria-hidden="true"></p>'),
        (html.Details(open=True), "<details open></details>"),
        (html.Details(open=False), "<details></details>"),
        (html.Button("b", n_clicks=3), "<button>b</button>"),
        (html.Br(), "<br>"),
        (html.H1("q", id="question"), '<h1 id="question">q</h1>'),
        (html.Label("l", htmlFor="a"), '<label for="a">l</label>'),
        (
            dcc.Input(type="hidden", name="lang", value="es"),
            '<input value="es" type="hidden" name="lang">',
        ),
    ],
)  # fmt: skip
def test_a_component_is_written_as_a_browser_would_have_it(part, written):
    assert static_html(part) == written


def test_a_choice_is_a_named_select_with_what_is_chosen():
    choice = html.Select(
        [
            html.Option("Fall & more", value="a", selected=True),
            html.Option("S", value="b", selected=False),
        ],
        name="wave",
    )
    written = static_html(choice)

    assert ' name="wave"' in written
    assert '<option selected value="a">Fall &amp; more</option>' in written
    assert '<option value="b">S</option>' in written


def test_a_switch_is_radio_buttons_of_one_name():
    switch = dbc.RadioItems(
        id="held-as", value="chart", class_name="btn-group",
        options=[{"value": "chart", "label": "Chart"}, {"value": "table", "label": "Table"}],
        input_class_name="btn-check", label_class_name="btn switch",
    )  # fmt: skip
    written = static_html(switch)

    assert written.count('type="radio" name="held-as"') == 2
    assert written.count(" checked") == 1
    assert written.index('value="chart"') < written.index(" checked")
    assert '<label class="btn switch" for="held-as-table">Table</label>' in written


def test_a_forms_choice_is_dashs_own():
    kept = dbc.RadioItems(id="a", options=[], persistence="draft")

    with pytest.raises(NotStatic):
        static_html(kept)


def test_a_chart_is_drawn_from_its_figure():
    notes = [label("twelve", x=0, y=0)]
    drawn = figure(
        [], height=90, margin=(0, 0, 0, 0), x={"range": [0, 1]}, y={"range": [0, 1]},
        annotations=notes,
    )  # fmt: skip
    graph = dcc.Graph(id="held-0", figure=drawn)

    desk = static_html(html.Div(graph))
    phone = static_html(html.Div(graph, className="d-md-none"))

    assert 'width="1120" height="90"' in desk
    assert desk.count("<svg") == 1
    assert 'data-chart="held-0"' in desk
    assert "twelve</text>" in desk
    assert 'width="350" height="90"' in phone


def test_what_only_a_browser_can_draw_is_refused_and_not_left_out():
    with pytest.raises(NotStatic, match="Textarea"):
        static_html(html.Div([html.P("a"), dbc.Textarea()]))


@pytest.mark.parametrize(("hover", "is_live"), [("skip", False), (None, True)])
def test_a_picture_that_tells_no_more_when_touched_stays_as_it_is(hover, is_live):
    trace = {"type": "scatter", "mode": "markers", "x": [0], "y": [0],
             "marker": {"color": "#15212A", "size": 9}}  # fmt: skip
    told = {} if hover is None else {"hoverinfo": hover}
    drawn = figure(
        [{**trace, **told}], height=90, margin=(0, 0, 0, 0),
        x={"range": [0, 1]}, y={"range": [0, 1]},
    )  # fmt: skip

    assert ("data-live" in static_html(dcc.Graph(id="a", figure=drawn))) is is_live
