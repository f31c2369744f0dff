"""The adoption rubric as a grid: four attributes down, three domains across."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from components.aria import aria
from components.words import Speaker
from data.catalogue import Rubric

Cells = Mapping[tuple[str, str], float]


def level_key(say: Speaker, rubric: Rubric) -> html.Div:
    """Return the key of the five levels; the digit is always in the cell."""
    levels = [
        html.Span([html.B(str(n), className=f"L{n} swatch"), f" {say.text(name)}"])
        for n, name in enumerate(rubric.levels)
    ]
    return html.Div([html.Span(say("rubric.level")), *levels], className="level-key")


def mean_grid(say: Speaker, rubric: Rubric, cells: Cells, caption: str) -> html.Table:
    """Return a cohort's mean levels, rows and columns named."""
    head = html.Tr(
        [
            html.Td(),
            *(html.Th(say.text(d), scope="col") for d in rubric.domains.values()),
        ]
    )
    rows = [
        html.Tr(
            [
                html.Th(say.text(name), scope="row"),
                *(_mean_cell(cells.get((attribute, d))) for d in rubric.domains),
            ]
        )
        for attribute, name in rubric.attributes.items()
    ]
    return html.Table(
        [
            html.Caption(caption, className="visually-hidden"),
            html.Thead(head),
            html.Tbody(rows),
        ],
        className="grid mean",
    )


def _mean_cell(value: float | None) -> html.Td:
    if value is None:
        return html.Td("", className="empty")
    return html.Td(f"{value:.1f}", className=f"L{round(value)}")


def mean_column(say: Speaker, rubric: Rubric, means: Mapping[str, float]) -> html.Table:
    """Return the four attribute means a school agreed to publish, one under another."""
    rows = [
        html.Tr(
            [
                html.Th(say.text(name), scope="row", className="visually-hidden"),
                _mean_cell(means.get(attribute)),
            ]
        )
        for attribute, name in rubric.attributes.items()
    ]
    return html.Table(html.Tbody(rows), className="grid column")


def thumbnail(
    say: Speaker, rubric: Rubric, cells: Cells, *, name: str, stage: str, href: str
) -> html.Div:
    """Return a school's grid in small, with its stage and a sentence for the ear."""
    rows = [
        html.Tr([_cell(cells.get((attribute, d))) for d in rubric.domains])
        for attribute in rubric.attributes
    ]
    return html.Div(
        [
            html.A(name, href=href, className="grid-name"),
            html.Table(html.Tbody(rows), className="grid small", **aria(hidden="true")),
            html.Span(stage, className="grid-stage"),
            html.Span(grid_sentence(say, rubric, cells), className="visually-hidden"),
        ],
        className="thumbnail",
    )


def _cell(value: float | None) -> html.Td:
    if value is None:
        return html.Td("", className="empty")
    return html.Td(f"{value:.0f}", className=f"L{round(value)}")


def grid_sentence(say: Speaker, rubric: Rubric, cells: Cells) -> str:
    """Return the grid read aloud: "Voice: practices 3, structures 2, policies 1"."""
    parts = []
    for attribute, name in rubric.attributes.items():
        levels = ", ".join(
            f"{say.text(word)} {cells[attribute, d]:.0f}"
            for d, word in rubric.domains.items()
            if (attribute, d) in cells
        )
        parts.append(f"{say.text(name)}: {levels}")
    return "; ".join(parts) + "."


def school_grid(
    say: Speaker, rubric: Rubric, cells: Cells, earlier: Cells, caption: str
) -> html.Table:
    """Return a school's own grid, digit and word in each cell, arrow where it rose."""
    head = html.Tr(
        [
            html.Td(),
            *(html.Th(say.text(d), scope="col") for d in rubric.domains.values()),
        ]
    )
    rows = []
    for attribute, name in rubric.attributes.items():
        row: list[Component] = [html.Th(say.text(name), scope="row")]
        for domain in rubric.domains:
            level = cells.get((attribute, domain))
            if level is None:
                row.append(html.Td("", className="empty"))
                continue
            before = earlier.get((attribute, domain))
            rose = before is not None and level > before
            fell = before is not None and level < before
            arrow = " ↑" if rose else (" ↓" if fell else "")
            word = say.text(rubric.levels[int(level)])
            row.append(
                html.Td(
                    [
                        html.B(f"{level:.0f}"),
                        html.Span(f" {word}", className="word"),
                        arrow,
                    ],
                    className=f"L{int(level)}",
                )
            )
        rows.append(html.Tr(row))
    return html.Table(
        [
            html.Caption(caption, className="visually-hidden"),
            html.Thead(head),
            html.Tbody(rows),
        ],
        className="grid large",
    )
