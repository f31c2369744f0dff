"""/open-data/<release>/…: the public's tables as files, the same bytes for ever."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from flask import Flask, Response, abort

from components.tables import BOM, safe_cell
from data.errors import ReleaseError
from data.model.dictionary import dictionary
from pages._request import current_desk
from queries.desk import OpenRelease
from queries.open_data import DATASETS, OPEN_TO, columns_of, rows_of
from web.public_files import handed_out, public_files

KINDS = {
    "csv": "text/csv",
    "meta.csv": "text/csv",
    "parquet": "application/octet-stream",
    "sha256": "text/plain",
}
ENDINGS = tuple(KINDS)


def add_open_data(server: Flask) -> None:
    """Route the files; each release keeps its own addresses."""
    server.add_url_rule("/open-data/<release>/<name>", "data", _file)


def _file(release: str, name: str) -> Response:
    asked = next(
        (
            (dataset, ending)
            for dataset in DATASETS
            for ending in ENDINGS
            if name == f"chorus_{dataset}_{release}.{ending}"
        ),
        None,
    )
    if asked is None:
        abort(404)
    dataset, ending = asked
    try:
        opened = current_desk().open(release, OPEN_TO)
    except ReleaseError:
        abort(404)
    return handed_out(_made(opened, dataset, ending), KINDS[ending], name)


def every_table(release: OpenRelease) -> Iterator[Path]:
    """Make every table of a release, its codebook and its checksum."""
    for dataset in DATASETS:
        for ending in ENDINGS:
            yield _made(release, dataset, ending)[0]


def _made(release: OpenRelease, dataset: str, ending: str) -> tuple[Path, str]:
    def make(path: Path) -> None:
        match ending:
            case "csv":
                with path.open("w", encoding="utf-8", newline="") as out:
                    out.writelines(_lines(release, dataset))
            case "meta.csv":
                path.write_text(_meta(dataset), encoding="utf-8", newline="")
            case "parquet":
                path.write_bytes(_parquet(release, dataset))
            case _:
                table, digest = _made(release, dataset, "csv")
                path.write_text(f"{digest}  {table.name}\n", encoding="utf-8")

    name = f"chorus_{dataset}_{release.release_id}.{ending}"
    return public_files().get(release, name, make)


def _lines(release: OpenRelease, dataset: str) -> Iterator[str]:
    yield BOM + _text([columns_of(dataset)])
    with release.connection(OPEN_TO) as connection:
        for rows in rows_of(connection, OPEN_TO, dataset):
            yield _text([[safe_cell(v) for v in row] for row in rows])


def _text(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _meta(dataset: str) -> str:
    """Return the codebook of a dataset: one row a column."""
    rows: list[list[str]] = [["column", "type", "means"]]
    rows += [[d.column, d.type, d.means] for d in dictionary()[dataset]]
    return BOM + _text(rows)


def _parquet(release: OpenRelease, dataset: str) -> bytes:
    columns: list[list[object]] = [[] for _ in columns_of(dataset)]
    with release.connection(OPEN_TO) as connection:
        for rows in rows_of(connection, OPEN_TO, dataset):
            for row in rows:
                for place, value in enumerate(row):
                    columns[place].append(value)
    means = {d.column: d.means for d in dictionary()[dataset]}
    arrays = [pa.array(c) for c in columns]
    fields = [
        pa.field(name, array.type, metadata={"means": means.get(name, "")})
        for name, array in zip(columns_of(dataset), arrays, strict=True)
    ]
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()
