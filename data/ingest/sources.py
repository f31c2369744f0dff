"""The source of responses: form × wave × tool, and what a later download does to it.

A survey is downloaded more than once. The later file of the same source stands in the
place of the earlier one, which stays, marked as replaced, until it is undone.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from data.errors import SourceUnclear
from data.ingest.sql import Sql, sql


@dataclass(frozen=True, slots=True)
class Arriving:
    """Responses about to be stored, and what they come from.

    Attributes:
        table: temporary table with wave, resp_key and response_no of each.
        source: what the district collects together; the tool unless the mapping
            names one.
        sha256: of the file; the same bytes read again always replace themselves.
        is_told: the steward said that this file replaces what came before.
    """

    table: str
    form: str
    source: str
    file_id: int
    sha256: str
    file: str
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What replacing a source changes, in responses."""

    added: int
    gone: int
    changed: int
    same: int

    def sentence(self, earlier: str) -> str:
        """Return one line that names the earlier file."""
        return (
            f"replaces what {earlier} brought: +{self.added:,}, −{self.gone:,}, "
            f"{self.changed:,} changed, {self.same:,} the same"
        )


def replace_earlier(connection: duckdb.DuckDBPyConnection, arriving: Arriving) -> str:
    """Mark what the same source brought before as replaced; return what changed.

    Called when responses and answers of the file are stored. A person who answered
    in another source of the same form and wave is replaced too.

    Raises:
        SourceUnclear: fewer than half of the earlier responses are in the file, so
            that it may be another collection, and nobody said which.
    """
    earlier = _earlier(connection, arriving)
    text = ""
    if earlier:
        comparison = _compare(connection, arriving)
        before = comparison.same + comparison.changed + comparison.gone
        kept = comparison.same + comparison.changed
        is_same_file = arriving.sha256 in {sha for _, sha in earlier}
        if not (is_same_file or arriving.is_told or 2 * kept >= before):
            raise SourceUnclear(
                f"{earlier[-1][0]} brought {before:,} responses to the same form and "
                f"wave with the same tool, and only {kept:,} of them are in this file; "
                "import with --replace if it stands in their place, or name a source "
                "of its own in the mapping (source: ...) if both count",
                file=arriving.file,
            )
        text = comparison.sentence(earlier[-1][0])
    _mark(connection, arriving)
    return text


def _mine(arriving: Arriving) -> Sql:
    """SQL for the current responses the same source brought to the same waves."""
    return sql(
        """SELECT r.response_no, r.wave, r.resp_key, r.school_id, r.file_id
           FROM responses r JOIN files f USING (file_id)
           WHERE r.is_current AND r.form = {form} AND f.source = {source}
             AND r.file_id <> {file_id}
             AND r.wave IN (SELECT DISTINCT wave FROM {table})""",
        form=arriving.form,
        source=arriving.source,
        file_id=arriving.file_id,
        table=Sql(arriving.table),
    )


def _earlier(
    connection: duckdb.DuckDBPyConnection, arriving: Arriving
) -> list[tuple[str, str]]:
    """Return (name, checksum) of the files whose responses would be replaced."""
    return connection.execute(
        sql(
            """SELECT f.name, f.sha256 FROM files f WHERE f.file_id IN
                 (SELECT DISTINCT file_id FROM ({mine})) ORDER BY f.file_id""",
            mine=_mine(arriving),
        )
    ).fetchall()


def _compare(connection: duckdb.DuckDBPyConnection, arriving: Arriving) -> Comparison:
    row = connection.execute(
        sql(
            """WITH mine AS ({mine}),
               said AS (SELECT response_no, list((item_no, code) ORDER BY item_no) AS a
                        FROM answers WHERE response_no IN (
                          SELECT response_no FROM mine UNION ALL
                          SELECT response_no FROM {table}) GROUP BY response_no)
               SELECT count(*) FILTER (m.response_no IS NULL),
                 count(*) FILTER (n.response_no IS NULL),
                 count(*) FILTER (is_both AND (o.a IS DISTINCT FROM p.a
                   OR m.school_id IS DISTINCT FROM n.school_id)),
                 count(*) FILTER (is_both)
               FROM mine m FULL JOIN {table} n USING (wave, resp_key)
               CROSS JOIN LATERAL (SELECT m.response_no IS NOT NULL
                 AND n.response_no IS NOT NULL AS is_both)
               LEFT JOIN said o ON o.response_no = m.response_no
               LEFT JOIN said p ON p.response_no = n.response_no""",
            mine=_mine(arriving),
            table=Sql(arriving.table),
        )
    ).fetchone()
    assert row is not None
    added, gone, changed, both = row
    return Comparison(added, gone, changed, both - changed)


def _mark(connection: duckdb.DuckDBPyConnection, arriving: Arriving) -> None:
    connection.execute(
        sql(
            """INSERT INTO replaced
               SELECT response_no, {file_id} FROM ({mine})
               UNION
               SELECT response_no, {file_id} FROM responses
               WHERE is_current AND form = {form} AND file_id <> {file_id}
                 AND (wave, resp_key) IN (SELECT (wave, resp_key) FROM {table})""",
            file_id=arriving.file_id,
            form=arriving.form,
            mine=_mine(arriving),
            table=Sql(arriving.table),
        )
    )
    connection.execute(
        """UPDATE responses SET is_current = false WHERE response_no IN
             (SELECT response_no FROM replaced WHERE by_file = ?)""",
        [arriving.file_id],
    )
