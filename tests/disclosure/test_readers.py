"""P2: who may see what, as a table – and nothing else reaches a file."""

import pandas as pd
import pytest

from data.catalogue.readers import readers
from data.disclosure.readers import check_readers
from data.errors import ReaderRefused
from data.model.viewer import Audience

YES, NO = True, False


@pytest.mark.parametrize(
    ("kind", "level", "split", "public", "own_school", "district"),
    [
        # whose numbers, where, how split → public, own school's staff, district leaders
        ("students", "school", "all", YES, YES, YES),
        ("students", "school", "grade_band", NO, YES, YES),
        ("students", "district", "all", YES, NO, YES),
        ("teachers", "school", "all", NO, YES, YES),
        ("teachers", "school", "language", NO, NO, NO),
        ("teachers", "cohort", "all", YES, NO, YES),
        ("principals", "school", "all", NO, NO, NO),
        ("principals", "cohort", "all", NO, NO, YES),
        ("principals", "district", "all", YES, NO, YES),
        ("pulse", "school", "all", NO, NO, NO),
        ("pulse", "cohort", "all", NO, NO, YES),
        ("pulse", "district", "all", YES, NO, YES),
        ("requests", "school", "all", NO, YES, YES),
        ("requests", "district", "all", YES, NO, YES),
        ("outcomes", "school", "all", YES, YES, YES),
        ("network", "school", "all", NO, YES, YES),
        ("office", "school", "all", NO, YES, YES),
        ("rubric", "school", "all", YES, YES, YES),
    ],
)
def test_who_may_see_what(kind, level, split, public, own_school, district):
    found = [readers().allows(kind, r, level, split) for r in READERS]

    assert found == [public, own_school, district]


READERS = ("public", "school", "district")


def figure(indicator, part, unit_kind, scope="all", category="", unit="1"):
    return pd.DataFrame(
        {
            "indicator_id": [indicator], "part": [part], "unit_kind": [unit_kind],
            "unit_id": [unit], "category": [category], "scope": [scope],
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("audience", "table", "row"),
    [
        ("public", "figures", figure("PP-2", "theme", "cohort", category="W1")),
        ("public", "figures", figure("RO-4", "tie", "school", category="S2")),
        ("public", "figures", figure("CU-3", "rate", "school")),
        ("public", "figures", figure("CH-1", "reach", "school", category="teachers")),
        ("school", "figures", figure("PP-1", "theme", "cohort", category="E1")),
        ("school", "figures", figure("RO-4", "tie", "school", "S1", "S3", "S2")),
        ("public", "bands", pd.DataFrame({"low": [50]})),
        ("school", "hidden", pd.DataFrame({"reason": ["min_n"]})),
        ("public", "occasions", pd.DataFrame({"indicator_id": ["NI-1"]})),
        ("district", "people", pd.DataFrame({"name": ["x"]})),
    ],
)
def test_a_row_for_others_stops_the_file(audience, table, row):
    with pytest.raises(ReaderRefused, match="may not see"):
        check_readers(Audience(audience), {table: row})


@pytest.mark.parametrize(
    ("audience", "row"),
    [
        ("public", figure("PP-2", "theme", "district", category="W1")),
        ("public", figure("CH-1", "reach", "school", category="students")),
        ("district", figure("PP-2", "theme", "cohort", category="W1")),
        ("school", figure("CU-3", "rate", "school", scope="1")),
    ],
)
def test_a_row_for_its_readers_is_written(audience, row):
    check_readers(Audience(audience), {"figures": row})
