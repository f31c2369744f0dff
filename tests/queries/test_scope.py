"""Who reads which row of a file: decided by the row's scope and the viewer alone (P2).

A principal reads what is for everyone, for the own school, and for schools of the own
cohort; a teacher what is for everyone, and of the own school the totals of survey
scales; everyone else has a file of their own, of which "all" is every row.
"""

import pytest
import sqlalchemy as sa
from release_rows import reading, rows, write_release_file

from data.errors import AccessDenied
from data.model.release_tables import ESTIMATES, SCHOOLS, TABLES
from data.model.viewer import Role, Viewer
from queries.scope import (
    cohorts_in_scope,
    most_own_first,
    rows_in_scope,
    stewards_only,
)

PEOPLE = {
    "public": Viewer(Role.PUBLIC),
    "teacher of A": Viewer(Role.TEACHER, frozenset({"A"})),
    "principal of A": Viewer(Role.PRINCIPAL, frozenset({"A"})),
    "principal of A and C": Viewer(Role.PRINCIPAL, frozenset({"A", "C"})),
    "principal of D": Viewer(Role.PRINCIPAL, frozenset({"D"})),
    "district office": Viewer(Role.DISTRICT),
    "data steward": Viewer(Role.STEWARD),
}
# One row for each reader a row can have.
SCOPES = ("all", "A", "B", "C", "cohort-0", "cohort-1", "cohort-2")
OF_SURVEYS = {
    "public": "all",
    "teacher of A": "all A",
    "principal of A": "all A cohort-1",
    "principal of A and C": "all A C cohort-1 cohort-2",
    "principal of D": "all cohort-0",
    "district office": "all",
    "data steward": "all",
}
OF_REGISTERS = {**OF_SURVEYS, "teacher of A": "all"}
SCOPED = sorted(name for name, table in TABLES.items() if "scope" in table.c)


def one_row_a_scope(name):
    """One row for each scope; where the scope is no key, another id keeps them apart."""
    ids = {"occasion_id", "request_id"}
    columns = [c.name for c in TABLES[name].columns if c.primary_key or not c.nullable]
    filled = {
        "code": "1", "level": "1", "agreed": "yes", "measure_id": "m", "kind": "support",
        "school_id": "A", "attribute": "voice", "domain": "policies", "item_id": "i",
        "starts_on": "2026-01-05", "opened_on": "2026-01-05", "wave_index": "0",
    }  # fmt: skip
    lines = [" | ".join(columns)]
    lines += [
        " | ".join(
            scope if c == "scope" or c in ids else filled.get(c, "x") for c in columns
        )
        for scope in SCOPES
    ]
    return rows(name, "\n".join(lines))


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("scopes") / "school.duckdb"
    return write_release_file(path, **{n: one_row_a_scope(n) for n in SCOPED})


def test_the_tables_whose_rows_have_readers_are_these():
    assert SCOPED == [
        "answers", "estimates", "figures", "occasions", "requests", "rubric_cells",
        "rubric_groups", "rubric_means", "rubric_schools", "summary_values",
    ]  # fmt: skip


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", SCOPED)
def test_everyone_reads_the_rows_meant_for_them_and_no_other(file, name, who):
    table = TABLES[name]
    with reading(file) as connection:
        found = connection.execute(
            sa.select(table.c.scope).where(rows_in_scope(table, PEOPLE[who]))
        ).scalars()

        # one_row_a_scope draws breakdowns as parts, which no teacher reads
        expected = OF_REGISTERS if name != "answers" else OF_SURVEYS
        assert sorted(found) == sorted(expected[who].split())


def test_a_teacher_reads_the_own_schools_total_and_no_part_of_it(tmp_path):
    file = write_release_file(
        tmp_path / "school.duckdb",
        estimates=rows(
            "estimates",
            """
            breakdown | category | scope | share
            all       | all      | A     | 61
            grade     | 68       | A     | 62
            language  | es       | A     | 63
            all       | all      | B     | 64
            grade     | 68       | all   | 65
            """,
        ),
    )

    with reading(file) as connection:
        found = connection.execute(
            sa.select(ESTIMATES.c.share)
            .where(rows_in_scope(ESTIMATES, PEOPLE["teacher of A"]))
            .order_by(ESTIMATES.c.share)
        ).scalars()

        assert list(found) == [61, 65]


@pytest.mark.parametrize("role", [Role.TEACHER, Role.PRINCIPAL])
@pytest.mark.parametrize("name", ["estimates", "requests"])
def test_who_has_no_school_on_record_is_refused_rather_than_shown_all(role, name):
    with pytest.raises(AccessDenied, match=r"^no school is recorded for this person$"):
        rows_in_scope(TABLES[name], Viewer(role))


@pytest.mark.parametrize(
    ("who", "cohorts"),
    [
        ("public", []),
        ("teacher of A", []),
        ("principal of A", [1]),
        ("principal of A and C", [1, 2]),
        ("principal of D", [0]),
        ("district office", [0, 1, 2]),
        ("data steward", [0, 1, 2]),
    ],
)
def test_the_schools_of_a_cohort_are_seen_from_inside_it_and_by_the_office(
    file, who, cohorts
):
    column = SCHOOLS.c.cohort_id
    with reading(file) as connection:
        found = connection.execute(
            sa.select(column)
            .distinct()
            .where(cohorts_in_scope(column, PEOPLE[who]))
            .order_by(column)
        ).scalars()

        assert list(found) == cohorts


def test_a_principal_without_a_school_has_no_cohort():
    with pytest.raises(AccessDenied):
        cohorts_in_scope(SCHOOLS.c.cohort_id, Viewer(Role.PRINCIPAL))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.STEWARD}))
def test_what_was_hidden_is_told_to_the_steward_alone(role):
    with pytest.raises(
        AccessDenied, match=r"^only the data steward sees what was hidden and why$"
    ):
        stewards_only(Viewer(role, frozenset({"A"})))


def test_the_steward_is_let_in():
    assert stewards_only(Viewer(Role.STEWARD)) is None


def test_a_row_for_the_own_school_comes_before_the_same_row_for_everyone(file):
    with reading(file) as connection:
        found = connection.execute(
            sa.select(ESTIMATES.c.scope)
            .where(ESTIMATES.c.scope.in_(["all", "A"]))
            .order_by(most_own_first(ESTIMATES))
        ).scalars()

        assert list(found) == ["A", "all"]
