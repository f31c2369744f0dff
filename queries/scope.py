"""A viewer, turned into the WHERE clause that keeps them where they may be.

One of the places that guard privacy: every query of a table with a `scope`
column goes through here.
"""

from __future__ import annotations

from typing import assert_never

import sqlalchemy as sa

from data.errors import AccessDenied
from data.model.release_tables import SCHOOLS
from data.model.viewer import Role, Viewer

EVERYONE = "all"
# Listed by what a teacher may read of the own school; the rubric is not in it.
TEACHERS_TABLES = frozenset({"estimates", "answers"})


def rows_in_scope(table: sa.Table, viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the clause that keeps *viewer* inside their schools.

    Raises:
        AccessDenied: a principal or teacher has no school on record.
    """
    match viewer.role:
        case Role.PUBLIC | Role.DISTRICT | Role.STEWARD:
            # They read a file that holds only rows meant for them; "all" is
            # every row of it.
            return table.c.scope == EVERYONE
        case Role.TEACHER:
            return sa.or_(table.c.scope == EVERYONE, _teachers_own(table, viewer))
        case Role.PRINCIPAL:
            own = _own_schools(viewer)
            cohorts = sa.select("cohort-" + sa.cast(SCHOOLS.c.cohort_id, sa.String))
            return sa.or_(
                table.c.scope == EVERYONE,
                table.c.scope.in_(own),
                table.c.scope.in_(cohorts.where(SCHOOLS.c.school_id.in_(own))),
            )
        case _:
            assert_never(viewer.role)


def cohorts_in_scope(column: sa.Column[int], viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the clause for what only members of a cohort may see of it.

    Raises:
        AccessDenied: a principal has no school on record.
    """
    match viewer.role:
        case Role.PUBLIC | Role.TEACHER:
            return sa.false()
        case Role.DISTRICT | Role.STEWARD:
            return sa.true()
        case Role.PRINCIPAL:
            own = sa.select(SCHOOLS.c.cohort_id)
            return column.in_(own.where(SCHOOLS.c.school_id.in_(_own_schools(viewer))))
        case _:
            assert_never(viewer.role)


def _teachers_own(table: sa.Table, viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the clause for a teacher's own school: totals, no parts, no rubric."""
    own = _own_schools(viewer)
    if table.name not in TEACHERS_TABLES:
        return sa.false()
    clause: sa.ColumnElement[bool] = table.c.scope.in_(own)
    if "breakdown" in table.c:
        clause = sa.and_(clause, table.c.breakdown == EVERYONE)
    return clause


def stewards_only(viewer: Viewer) -> None:
    """Refuse everyone but the data steward.

    Raises:
        AccessDenied: what was hidden and why is the steward's alone (P9).
    """
    if viewer.role is not Role.STEWARD:
        raise AccessDenied("only the data steward sees what was hidden and why")


def _own_schools(viewer: Viewer) -> list[str]:
    if not viewer.school_ids:
        raise AccessDenied("no school is recorded for this person")
    return sorted(viewer.school_ids)


def most_own_first(table: sa.Table) -> sa.ColumnElement[bool]:
    """Order key that puts a row for everyone after the same row for the school."""
    return table.c.scope == EVERYONE
