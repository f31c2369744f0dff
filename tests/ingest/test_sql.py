"""What fills a statement is a value, whatever it holds; only this program writes SQL."""

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.ingest.sql import Sql, cell, joined, name, sql


@given(st.text())
@example("'; DROP TABLE staged; --")
@example("{braces} %s $1 ? \\'")
@example('O\'Neill "South"\nÑandú 🎓')
@example("a\0b")
def test_any_text_comes_back_from_a_statement_as_it_was(text):
    found = duckdb.sql(sql("SELECT {text} AS x", text=text)).fetchall()

    assert found == [(text,)]


@given(st.text(min_size=1).filter(lambda t: "\0" not in t))
@example('say "when"; or not')
def test_any_text_can_name_a_column(text):
    assert duckdb.sql(sql("SELECT 1 AS {n}", n=name(text))).fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("St. Mary's", "'St. Mary''s'"),
        (3, "3"),
        (0.5, "0.5"),
        (True, "true"),
        (None, "NULL"),
        (["a", 2, None], "'a', 2, NULL"),
        (Sql("rowid"), "rowid"),
        ("{x}", "'{x}'"),
    ],
)
def test_each_kind_of_value_is_written_in_its_own_way(value, written):
    assert sql("{value}", value=value) == written


def test_text_joined_outside_is_only_text():
    """An f-string of two pieces is no piece: it is quoted like any other word."""
    assert sql("{x}", x=f"{cell(1)} OR 1=1") == "'s.c1 OR 1=1'"
    assert joined(" AND ", [cell(0), cell(1)]) == "s.c0 AND s.c1"
