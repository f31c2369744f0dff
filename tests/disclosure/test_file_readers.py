"""Every table of a file is held against P2 once more as it is written."""

import pandas as pd
import pytest

from data.disclosure.figures import COLUMNS, figure_status, figures_for
from data.disclosure.readers import check_readers, definition_frames, kinds_of
from data.errors import CatalogueError, ReaderRefused
from data.model.rules import Rules
from data.model.viewer import Audience

UNITS = pd.DataFrame({"school_id": ["A"], "cohort_id": [1], "launch_wave": [0.0]})


def table(*rows, **columns):
    """Rows of estimates or answers: form, unit kind, unit, breakdown, scope."""
    return pd.DataFrame(
        [
            {
                "indicator_id": "LX-1" if form.startswith("student") else "CU-2",
                "part": "scale", "form": form, "unit_kind": kind, "unit_id": unit,
                "breakdown": breakdown, "scope": scope, **columns,
            }
            for form, kind, unit, breakdown, scope in rows
        ]
    )  # fmt: skip


STUDENTS, TEACHERS = "student_6_12", "teacher"


def refusal(audience, name, frame):
    try:
        check_readers(Audience(audience), {name: frame})
    except ReaderRefused as refused:
        return refused.place
    return None


@pytest.mark.parametrize("name", ["estimates", "answers"])
@pytest.mark.parametrize(
    ("audience", "row", "place"),
    [
        ("public", (STUDENTS, "school", "A", "all", "all"), None),
        ("public", (STUDENTS, "school", "A", "grade_band", "all"), "LX-1 scale of a school"),
        ("public", (TEACHERS, "cohort", "1", "all", "all"), None),
        ("public", (TEACHERS, "school", "A", "all", "all"), "CU-2 scale of a school"),
        ("school", (TEACHERS, "school", "A", "all", "all"), "CU-2 scale of a school"),
        ("school", (TEACHERS, "school", "A", "all", "A"), None),
        ("school", (STUDENTS, "school", "A", "grade_band", "A"), None),
        # A school's staff read no other school's own numbers.
        ("school", (TEACHERS, "school", "A", "all", "B"), "CU-2 scale of a school"),
        ("district", (TEACHERS, "school", "A", "all", "all"), None),
        ("district", (TEACHERS, "school", "A", "language", "all"), "CU-2 scale of a school"),
    ],
)  # fmt: skip
def test_each_row_is_read_by_its_readers_alone(name, audience, row, place):
    assert refusal(audience, name, table(row)) == place


def test_one_wrong_row_among_many_stops_the_file():
    good = (STUDENTS, "school", "A", "all", "all")
    bad = (TEACHERS, "school", "B", "all", "all")

    assert refusal("public", "estimates", table(good, good)) is None
    assert refusal("public", "estimates", table(good, bad)) == "CU-2 scale of a school"


def test_a_part_nobody_declared_stops_the_file():
    with pytest.raises(CatalogueError):
        check_readers(
            Audience.PUBLIC,
            {
                "estimates": table(
                    (STUDENTS, "school", "A", "all", "all"), part="nothing"
                )
            },
        )


RUBRIC = pd.DataFrame({"unit_kind": ["cohort"], "unit_id": ["1"], "scope": ["all"]})
GRID = pd.DataFrame({"school_id": ["A"], "scope": ["all"]})


@pytest.mark.parametrize(
    ("audience", "name", "frame", "is_open"),
    [
        ("public", "rubric_groups", RUBRIC, True),
        ("public", "rubric_schools", GRID, True),
        ("school", "rubric_cells", GRID.assign(scope="cohort-1"), True),
        ("school", "rubric_means", RUBRIC.assign(scope="cohort-1"), True),
        ("school", "rubric_groups", RUBRIC.assign(unit_kind="launched"), False),
        # A rubric of the district is nothing a cohort shares.
        ("school", "rubric_means", RUBRIC.assign(unit_kind="district", scope="cohort-1"), False),
        ("school", "requests", GRID.assign(scope="A"), True),
        ("school", "requests", GRID, False),
        ("public", "requests", GRID, False),
        ("district", "requests", GRID, True),
        ("public", "waves", GRID, True),
        ("public", "meta", GRID, True),
        ("public", "occasions", pd.DataFrame({"indicator_id": ["CH-3"]}), True),
        ("public", "occasions", pd.DataFrame({"indicator_id": ["CH-3", "NI-1"]}), False),
        ("school", "occasions", pd.DataFrame({"indicator_id": ["CH-3", "NI-1"]}), True),
        ("public", "summary_measures", pd.DataFrame({"is_public": [True, True]}), True),
        ("public", "summary_measures", pd.DataFrame({"is_public": [True, False]}), False),
        ("school", "summary_measures", pd.DataFrame({"is_public": [True, False]}), True),
        ("public", "summary_values", pd.DataFrame({"share": [5.0]}), True),
        ("public", "bands", GRID, False),
        ("school", "bands", GRID, True),
        ("district", "bands", GRID, True),
        ("public", "hidden", GRID, False),
        ("school", "hidden", GRID, False),
        ("district", "hidden", GRID, True),
        ("district", "people", GRID, False),
    ],
)  # fmt: skip
def test_tables_without_definitions_have_readers_too(audience, name, frame, is_open):
    found = refusal(audience, name, frame)

    assert (found is None) is is_open
    assert refusal(audience, name, frame.iloc[:0]) is None


@pytest.mark.parametrize(
    ("audience", "name", "frame", "place"),
    [
        ("public", "people", GRID, "the table people"),
        ("public", "requests", GRID, "requests of a school"),
    ],
)
def test_a_refusal_names_what_was_about_to_be_written(audience, name, frame, place):
    with pytest.raises(ReaderRefused) as refused:
        check_readers(Audience(audience), {name: frame})

    assert str(refused.value) == (
        f"the public file would have held {place}, which its readers may not see (P2); "
        "nothing was written. Please report this as a bug"
    )


def test_every_release_holds_what_is_told_of_whom_and_by_whom_it_is_read():
    frames = definition_frames()

    assert set(frames) == {"definitions", "relations", "readers"}
    told = frames["definitions"].set_index(
        ["table_name", "indicator_id", "part", "form"]
    )
    scale = told.loc[("estimates", "LX-1", "scale", STUDENTS)]
    assert scale.to_dict() == {
        "category": "*", "base": "counted in LX-1 scale",
        "numerator": "favorable in LX-1 scale", "kind": "students", "adds_up": True,
    }  # fmt: skip
    relations = frames["relations"].set_index(["form", "left_count"])
    answered = relations.loc[("family", "answered F.WHY.1")]
    assert answered.to_dict() == {
        "holds": "sum_of",
        "right_counts": "F.WHY.1 = 1; F.WHY.1 = 2; F.WHY.1 = 3",
    }
    lines = frames["readers"]
    staff = lines[(lines["kind"] == "teachers") & (lines["reader"] == "school")]
    assert staff.to_dict("records") == [
        {
            "kind": "teachers", "reader": "school", "level": "school",
            "breakdowns": False, "least": "min_n_principal_view",
        }
    ]  # fmt: skip


def test_the_kind_of_a_row_is_that_of_its_part_in_its_form():
    rows = table(
        (TEACHERS, "school", "A", "all", "all"), (STUDENTS, "school", "A", "all", "all")
    )
    rows.index = [7, 3]

    assert kinds_of("estimates", rows).to_dict() == {7: "teachers", 3: "students"}


def test_without_figures_there_is_an_empty_table_with_its_columns():
    none = pd.DataFrame(columns=["n"])

    assert figure_status(none, UNITS).empty
    for audience in Audience:
        found = figures_for(audience, none, Rules())
        assert found.empty
        assert list(found.columns) == COLUMNS
