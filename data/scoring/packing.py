"""One row per respondent: all answers of a form packed into a few whole numbers.

Four bits an answer, fifteen answers a word. One pass over the answers makes the
table that every measure, distribution and reliability of the form is read from;
asking for each item by itself would cost twenty times as much.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from data.catalogue import Catalogue, Form, Item

BITS = 4
PER_WORD = 15
MASK = 2**BITS - 1


@dataclass(frozen=True, slots=True)
class Wave:
    """One form's responses in one wave.

    Attributes:
        first, last: response numbers, so that other waves are not read.
    """

    label: str
    index: int
    first: int
    last: int


class Packing:
    """Where each item of a form lies in its row, and how SQL gets it out."""

    def __init__(self, form: Form, catalogue: Catalogue) -> None:
        self.form = form
        self._items = [catalogue.items[i] for i in form.items]
        self._place = {item.id: k for k, item in enumerate(self._items)}

    @property
    def words(self) -> int:
        """How many words a row has."""
        return -(-len(self._items) // PER_WORD)

    def value(self, item: str) -> str:
        """Return SQL for one answer: 0 where missing, else counted up from 1."""
        word, shift = divmod(self._place[item], PER_WORD)
        return f"((w{word} >> {BITS * shift}) & {MASK})"

    def stored(self, item: str, codes: Iterable[int]) -> str:
        """Return *codes* of an item as the packed values they became, for SQL."""
        plus = _plus(self._items[self._place[item]])
        return ", ".join(str(code + plus) for code in sorted(codes))

    def options(self, item: str) -> range:
        """Return the packed values an item can have."""
        found = self._items[self._place[item]]
        if found.response_set is None:
            return range(1, MASK + 1)
        return range(1, len(found.response_set.en) + 1)

    def code(self, item: str, value: int) -> int:
        """Return the code a packed value stands for."""
        return value - _plus(self._items[self._place[item]])

    def pack(
        self,
        connection: duckdb.DuckDBPyConnection,
        wave: Wave,
        core: Iterable[str],
    ) -> None:
        """Create `respondents`: school, band, grade, language, is_core and the words.

        `is_core` tells who answered at least half the core items that anyone was
        asked in this wave (rule E5).
        """
        rows = ", ".join(
            f"('{item.id}', {k // PER_WORD}, {BITS * (k % PER_WORD)}, {_plus(item)})"
            for k, item in enumerate(self._items)
        )
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE slots AS
                SELECT i.item_no, s.* EXCLUDE (item_id)
                FROM (VALUES {rows}) s(item_id, word, shift, plus)
                JOIN items i USING (item_id)"""
        )
        words = ", ".join(
            f"""bit_or(CASE WHEN word = {k} THEN (code + plus)::UBIGINT << shift
                ELSE 0::UBIGINT END) AS w{k}"""
            for k in range(self.words)
        )
        core_given = " + ".join(f"({self.value(i)} > 0)::INTEGER" for i in core)
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE respondents AS
                WITH packed AS (
                  SELECT response_no, {words} FROM answers JOIN slots USING (item_no)
                  WHERE response_no BETWEEN {wave.first} AND {wave.last}
                  GROUP BY response_no),
                counted AS (
                  SELECT r.school_id, r.grade_band, r.grade, r.language, r.resp_key,
                    {core_given} AS core_given, p.* EXCLUDE (response_no)
                  FROM packed p JOIN responses r USING (response_no)
                  WHERE r.is_current AND r.wave = '{wave.label}'
                    AND r.form = '{self.form.id}'),
                asked AS (SELECT max(core_given) AS items FROM counted)
                SELECT c.* EXCLUDE (core_given),
                  core_given * 2 >= asked.items AS is_core
                FROM counted c, asked"""
        )


def _plus(item: Item) -> int:
    """Return what makes an item's first code 1: 0 is kept for no answer."""
    return 1 - item.response_set.first_code if item.response_set else 1


def waves_of(
    connection: duckdb.DuckDBPyConnection, form: str, last_wave: int
) -> list[Wave]:
    """Return the waves in which *form* has responses, in order."""
    rows = connection.execute(
        """SELECT w.wave, w.wave_index, min(r.response_no), max(r.response_no)
           FROM responses r JOIN waves w USING (wave)
           WHERE r.form = ? AND w.wave_index <= ? GROUP BY ALL ORDER BY 2""",
        [form, last_wave],
    ).fetchall()
    return [Wave(*row) for row in rows]
