"""The one way to show a chart: question, reading, picture with its text, table, file.

No chart can be built without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from components import theme
from components.aria import aria
from components.rich import plain, rich
from components.tables import Table, html_table
from components.theme import Figure
from components.words import Speaker

Part = Any  # a Dash component or text

# More rows than these nobody reads on a page; the file has them all.
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Block:
    """Everything one figure needs.

    Attributes:
        name: stable id, part of the file's address.
        question: heading, a question where there is one to ask.
        reading: how to read it, two lines at most.
        alt: what the picture shows, in a sentence; not the title.
        picture: figures to stack, or a document part such as a grid.
        phone: figures for narrow screens; None uses the same.
        beside: text that belongs to the picture, always visible under it.
        open_on_request: starts folded; the reader opens it.
        can_leave: whether its picture can be kept as a file; a list of links and
            a place where nothing is yet cannot.
    """

    name: str
    question: str
    reading: str
    alt: str
    picture: list[Figure] | Part
    table: Table
    phone: list[Figure] | None = None
    know: str = ""
    cannot: str = ""
    note: str = ""
    beside: tuple[str, ...] = ()
    open_on_request: bool = False
    can_leave: bool = True


def _rows(say: Speaker, block: Block) -> list[Part]:
    """Return the table; of a long one its beginning, and where the rest is."""
    rows = list(block.table.rows)
    shown = Table(block.table.columns, rows[:MOST_ROWS])
    parts: list[Part] = [html_table(shown, plain(block.alt))]
    if len(rows) > MOST_ROWS:
        counts = {"shown": f"{MOST_ROWS:,}", "n": f"{len(rows):,}"}
        parts.append(html.P(say("block.more_rows", **counts), className="note"))
    return parts


def figure_block(
    say: Speaker, block: Block, *, download: str, foot: str = "", file: str = ""
) -> html.Section:
    """Return the block as one section.

    Args:
        download: address of the CSV file with the same rows.
        foot: what a picture that leaves the page says at its foot: district,
            release, date.
        file: name such a picture is kept under, without its ending.
    """
    heading = f"{block.name}-title"
    picture = html.Div(_picture(block), className="picture")
    table = html.Div(
        _rows(say, block),
        className="rows visually-hidden",
        role="region",
        **aria(label=say("block.table_of", question=block.question)),
    )
    texts = [html.P(rich(text)) for text in block.beside]
    beside = [html.Div(texts, className="caveats")] if texts else []
    body = [picture, table, *beside, *_notes(say, block)]
    if block.open_on_request:
        body = [
            html.Details(
                [html.Summary(say("block.open")), *body], className="on-request"
            )
        ]
    return html.Section(
        [
            html.Div(
                [
                    html.H2(block.question, id=heading),
                    html.Div(
                        [
                            _switch(say, block),
                            # They wrap together: none is left alone on a line.
                            html.Div(
                                [
                                    _rows_file(say, block, download),
                                    *_pictures(say, block, foot, file),
                                ],
                                className="block-files",
                            ),
                        ],
                        className="block-tools",
                    ),
                ],
                className="block-head",
            ),
            html.P(rich(block.reading), className="reading"),
            *body,
        ],
        className="block",
        **aria(labelledby=heading),
    )


def _rows_file(say: Speaker, block: Block, download: str) -> html.A:
    return html.A(
        say("block.csv"),
        href=download,
        className="quiet-link",
        **aria(label=say("block.csv_of", question=block.question)),
    )


def _pictures(say: Speaker, block: Block, foot: str, file: str) -> list[Part]:
    """Return the buttons that keep a picture, where there is one to keep."""
    if not block.can_leave:
        return []
    about: dict[str, Any] = {
        "data-file": f"{file}-{block.name}",
        "data-foot": foot,
        "data-alt": plain(block.alt),
    }
    return [
        html.Button(
            say(f"block.{kind}"),
            type="button",
            className="quiet-link",
            **aria(label=say(f"block.{kind}_of", question=block.question)),
            **{**about, "data-keep": kind},
        )
        for kind in ("png", "svg")
    ]


def _switch(say: Speaker, block: Block) -> html.Fieldset:
    return html.Fieldset(
        [
            html.Legend(
                say("block.show_as", question=block.question),
                className="visually-hidden",
            ),
            dbc.RadioItems(
                id=f"{block.name}-as",
                options=[
                    {"label": say("block.chart"), "value": "chart"},
                    {"label": say("block.table"), "value": "table"},
                ],
                value="chart",
                class_name="btn-group",
                input_class_name="btn-check",
                label_class_name="btn switch",
                label_checked_class_name="active",
            ),
        ]
    )


def _picture(block: Block) -> list[Part]:
    if not isinstance(block.picture, list):
        return [block.picture]
    if block.phone is None:
        return [_drawn(block, block.picture, "")]
    return [
        _drawn(block, block.picture, "d-none d-md-block"),
        _drawn(block, block.phone, "d-md-none", suffix="-phone"),
    ]


def _drawn(
    block: Block, figures: list[Figure], shown: str, suffix: str = ""
) -> html.Div:
    charts = [
        chart(f"{block.name}{suffix}-{number}", figure)
        for number, figure in enumerate(figures)
    ]
    return html.Div(charts, className=shown, role="img", **aria(label=plain(block.alt)))


def chart(name: str, figure: Figure) -> html.Div:
    """Return the figure as a graph; a page that is read shows it as SVG.

    Plotly draws it where a reader touches it (`pages/_choice.py`).
    """
    return html.Div(
        dcc.Graph(
            id=name,
            figure=figure,
            config=theme.CONFIG,  # type: ignore[arg-type]  # a plain dict will do
        ),
        style={"minHeight": f"{figure['layout']['height']}px"},
    )


def _notes(say: Speaker, block: Block) -> list[Part]:
    notes: list[Part] = []
    if block.note:
        notes.append(html.P(rich(block.note), className="note"))
    if block.know or block.cannot:
        pairs = (("block.know", block.know), ("block.cannot", block.cannot))
        notes.append(
            html.Div(
                [
                    html.Div([html.H3(say(key)), html.P(rich(text))])
                    for key, text in pairs
                    if text
                ],
                className="know",
            )
        )
    return notes
