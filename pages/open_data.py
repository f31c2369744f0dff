"""/open-data: may I count for myself?"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components.aria import aria
from data.model.viewer import PUBLIC
from pages._request import Answer, Ask, page
from queries.open_data import DATASETS, row_count

PATH = "/open-data"
ENDINGS = (
    ("csv", "CSV"),
    ("meta.csv", ""),
    ("parquet", "Parquet"),
    ("sha256", "SHA-256"),
)


def build(asked: Ask) -> Answer:
    """Return every public table of the release as files, with its codebook."""
    say, release = asked.say, asked.release.release_id
    rows = []
    with asked.release.connection(PUBLIC) as connection:
        for dataset in DATASETS:
            count = row_count(connection, PUBLIC, dataset)
            if count:
                rows.append(_row(asked, release, dataset, count))
    heads = [say(f"column.{k}") for k in ("dataset", "rows", "files")]
    table = html.Table(
        [
            html.Caption(say("open.question"), className="visually-hidden"),
            html.Thead(html.Tr([html.Th(h, scope="col") for h in heads])),
            html.Tbody(rows),
        ],
        className="chorus-table",
    )
    files = parts.section(
        say("open.files", id=release),
        [html.Div(table, className="rows", tabIndex="0")],
        reading=say("open.files_reading"),
    )
    feed = html.P(html.A(say("open.feed"), href=asked.href("/feed.xml")))
    rules = parts.section(say("open.rules"), [html.P(say("open.rules_text")), feed])
    return Answer(say("open.question"), say("open.sentence"), [files, rules])


def _row(asked: Ask, release: str, dataset: str, count: int) -> Component:
    say = asked.say
    links: list[Component | str] = []
    for ending, name in ENDINGS:
        words = name or say("open.codebook")
        address = f"{PATH}/{release}/chorus_{dataset}_{release}.{ending}"
        label = aria(label=f"{dataset}: {words}")
        links += [html.A(words, href=address, **label), " · "]
    return html.Tr(
        [
            html.Th(
                [html.B(say(f"dataset.{dataset}")), " ", html.Code(dataset)],
                scope="row",
            ),
            html.Td(f"{count:,}", className="number"),
            html.Td(links[:-1]),
        ]
    )


page("open-data", build, path=PATH)
