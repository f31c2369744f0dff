"""The one place where SQL is put together: words from outside become literals.

A column heading, a school's name, a recode or a mapping's key is whatever a steward
types, apostrophes and semicolons included. So a statement is a template written in the
program, and what fills it is a value – quoted – unless this module made it.
"""

from __future__ import annotations

from collections.abc import Iterable

Value = str | int | float | bool | None


class Sql(str):
    """A piece of SQL that this module made; it fills a template as it stands."""

    __slots__ = ()


def sql(template: str, **parts: Value | Iterable[Value]) -> Sql:
    """Return *template* with each `{part}` filled in.

    Args:
        template: SQL written in the program; `{{` stands for a brace.
        parts: `Sql` as it stands, text as a quoted literal, None as NULL, several
            of these with commas between.
    """
    return Sql(template.format_map({k: _piece(v) for k, v in parts.items()}))


def name(identifier: str) -> Sql:
    """Return *identifier* quoted as the name of a table or column."""
    return Sql('"' + identifier.replace('"', '""') + '"')


def cell(position: int) -> Sql:
    """Return the staged cell of column *position*, from 0."""
    return Sql(f"s.c{position:d}")


def joined(separator: str, pieces: Iterable[Sql]) -> Sql:
    """Return *pieces* with *separator*, a word of SQL, between them."""
    return Sql(separator.join(pieces))


def _piece(value: Value | Iterable[Value]) -> str:
    if isinstance(value, Sql):
        return value
    if isinstance(value, str):
        quoted = value.replace("'", "''")
        # The engine ends a statement at a zero byte.
        return "'" + quoted.replace("\0", "' || chr(0) || '") + "'"
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return ", ".join(_piece(v) for v in value)
