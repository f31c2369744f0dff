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
        # Of two pages in one document, ids are told apart.
        (html.H1("q", id="question"), '<h1 id="first-question">q</h1>'),
        (html.Label("l", htmlFor="a"), '<label for="first-a">l</label>'),
        (
            html.P(id={"type": "rows", "name": "held"}),
            '<p id="first-{&quot;name&quot;:&quot;held&quot;,&quot;type&quot;:&quot;rows&quot;}"></p>',
        ),
        (
            dcc.Input(type="hidden", name="lang", value="es"),
            '<input value="es" type="hidden" name="lang">',
        ),
        (dcc.Store(id="page-title", data={"title": "x"}), ""),
        (dbc.RadioItems(options=[], value="chart"), ""),
    ],
)  # fmt: skip
def test_a_component_is_written_as_a_browser_would_have_it(part, written):
    assert static_html(part) == written


def test_a_choice_is_a_named_select_with_what_is_chosen():
    choice = dbc.Select(
        id={"type": "filter", "name": "wave", "default": "b"}, name="wave", value="a",
        options=[{"value": "a", "label": "Fall & more"}, {"value": "b", "label": "S"}],
    )  # fmt: skip
    written = static_html(choice)

    assert ' name="wave"' in written
    assert '<option value="a" selected>Fall &amp; more</option>' in written
    assert '<option value="b">S</option>' in written


def test_a_chart_is_drawn_from_the_figure_beside_it():
    notes = [label("twelve", x=0, y=0)]
    drawn = figure(
        [], height=90, margin=(0, 0, 0, 0), x={"range": [0, 1]}, y={"range": [0, 1]},
        annotations=notes,
    )  # fmt: skip
    store = dcc.Store(id={"type": "light", "name": "a"}, data=drawn)
    graph = dcc.Graph(id={"type": "chart", "name": "a"})

    desk = static_html(html.Div([store, graph]))
    phone = static_html(html.Div([store, graph], className="d-md-none"))

    assert 'width="1120" height="90"' in desk
    assert desk.count("<svg") == 1
    assert "twelve</text>" in desk
    assert 'width="350" height="90"' in phone


def test_what_only_a_browser_can_draw_is_refused_and_not_left_out():
    with pytest.raises(NotStatic, match="Textarea"):
        static_html(html.Div([html.P("a"), dbc.Textarea()]))
