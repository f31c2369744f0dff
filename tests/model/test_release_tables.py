"""A release file is a promise: tables, columns, types, keys, and what is never empty.

The dictionary (data/README.md) is what people read; the keys are drawn here.
"""

import re

import pytest
from conftest import ROOT

from data.model.dictionary import Described, dictionary
from data.model.release_tables import TABLES

DICTIONARY = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
SURVEY = "indicator_id part form wave_index"
CELL = f"{SURVEY} unit_kind unit_id breakdown category"
PUBLISHED = "source_en source_es name_en name_es definition_en definition_es"
# table | key | never empty besides
PROMISED = f"""
meta             | key                                                     | value
waves            | wave_index                                              | wave
schools          | school_id                                               | name cohort_id
cohorts          | cohort_id                                               | schools is_started
estimates        | {CELL} scope                                            | status
scales           | {SURVEY}                                                | gate
bands            | {SURVEY} cohort_id                                      | low high schools
answers          | indicator_id part form item_id wave_index unit_kind unit_id scope code | status
rubric_cells     | school_id wave_index attribute domain scope             | level
rubric_schools   | school_id wave_index scope                              | status agreed
rubric_groups    | unit_kind unit_id wave_index scope                      | status
rubric_means     | unit_kind unit_id wave_index attribute domain scope     | level
summary_measures | measure_id | indicator_id respondents {PUBLISHED} has_n is_public
summary_values   | measure_id wave_index school_id scope                   | status
summary_spreads  | measure_id wave_index unit_kind unit_id | schools lowest_tenth quarter median three_quarters highest_tenth
figures          | indicator_id part about wave_index unit_kind unit_id category scope | status
occasions        | indicator_id occasion_id school_id                      | starts_on scope
requests         | kind request_id                                         | school_id category opened_on scope
outcomes         | outcome_id | name_en name_es unit direction margin registered_on
benchmarks       | benchmark_id version | indicator_id form from_wave share name_en name_es
examples         | indicator_id name                                       | value
hidden           | audience {CELL}                                         | reason
definitions      | table_name indicator_id part form category              | base numerator kind adds_up
relations        | form left_count holds right_counts                      |
readers          | kind reader level                                       | breakdowns least
"""
DRAWN = [
    [part.split() for part in line.split("|")] for line in PROMISED.strip().splitlines()
]


def test_a_release_holds_these_tables_and_no_other():
    assert sorted(TABLES) == sorted(name for [name], *_ in DRAWN)


@pytest.mark.parametrize(
    ("name", "key", "filled"), DRAWN, ids=lambda x: x[0] if x else ""
)
def test_rows_have_these_keys_and_these_columns_are_never_empty(name, key, filled):
    columns = TABLES[name[0]].columns

    assert [c.name for c in columns if c.primary_key] == key
    assert [c.name for c in columns if not c.nullable and not c.primary_key] == filled


@pytest.mark.parametrize("table", list(TABLES))
def test_every_column_is_in_the_dictionary(table):
    section = DICTIONARY.split(f"\n## {table}\n")[1].split("\n## ")[0]
    told = re.findall(r"^\| `(\w+)` \| (\w+)", section, re.MULTILINE)

    assert told == [(c.name, c.type.compile()) for c in TABLES[table].columns]


def test_the_dictionary_names_no_table_that_is_gone():
    assert re.findall(r"^## (\w+)$", DICTIONARY, re.MULTILINE) == list(TABLES)


# --- the dictionary as a download reads it ---------------------------------------


def test_each_table_is_described_column_by_column_in_order():
    assert list(dictionary()) == list(TABLES)
    assert dictionary()["waves"] == (
        Described(
            "wave_index", "SMALLINT",
            "position in time, from 0; every table counts waves by it",
        ),
        Described("wave", "VARCHAR", "label, 2026-27F or 2026-27S"),
        Described(
            "opens_on", "VARCHAR",
            "first day of the window, ISO; empty for published results",
        ),
        Described(
            "closes_on", "VARCHAR",
            "last day of the window, up to which registers are read; empty for "
            "published results",
        ),
    )  # fmt: skip


def test_every_column_has_its_meaning():
    for name, table in TABLES.items():
        told = dictionary()[name]

        assert [d.column for d in told] == [c.name for c in table.columns]
        assert all(d.means for d in told)
