"""/open-data/<release>/…: the public's tables as files, the same bytes for ever."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq
from flask import Flask, Response, abort

from components.tables import BOM, safe_cell
from data.errors import ReleaseError
from data.model.dictionary import dictionary
from pages._request import current_desk
from queries.desk import OpenRelease
from queries.open_data import DATASETS, OPEN_TO, columns_of, rows_of

ENDINGS = ("csv", "meta.csv", "parquet", "sha256")


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
    match ending:
        case "csv":
            made, kind = Response(_lines(opened, dataset)), "text/csv"
        case "meta.csv":
            made, kind = Response(_meta(dataset)), "text/csv"
        case "parquet":
            made, kind = Response(_parquet(opened, dataset)), "application/octet-stream"
        case _:
            digest = hashlib.sha256()
            for line in _lines(opened, dataset):
                digest.update(line.encode())
            text = f"{digest.hexdigest()}  chorus_{dataset}_{release}.csv\n"
            made, kind = Response(text), "text/plain"
    made.mimetype = kind
    made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return made


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
