"""Which of Chorus' own tables a file nearly is, and what keeps it from being it."""

from __future__ import annotations

from difflib import get_close_matches

from data.ingest.canonical_tables import TABLES, Table

# Of a table's needed columns a file must have so many to be taken for it.
ENOUGH = 0.5
# Other words offices use, where no likeness of letters shows what is meant.
SYNONYMS = {
    "alias": "also_known_as",
    "aliases": "also_known_as",
    "other_names": "also_known_as",
    "previous_name": "formerly",
    "id": "school_id",
    "school": "school_id",
    "start": "opens_on",
    "end": "closes_on",
    "count": "n",
    "group": "stakeholder_group",
}


def nearest_table(headers: tuple[str, ...]) -> str | None:
    """Return what is missing and what is unknown, by name; None where none is near."""
    have = [h.lower() for h in headers]

    def share(table: Table) -> float:
        needed = {c.name for c in table.columns if not c.optional}
        return len(needed & set(have)) / len(needed | set(have))

    table = max(TABLES.values(), key=share)
    needed = [c.name for c in table.columns if not c.optional]
    known = [c.name for c in table.columns]
    missing = [n for n in needed if n not in have]
    if len(missing) > len(needed) * ENOUGH:
        return None
    parts = [f"`{n}` is missing" for n in missing]
    for header in (h for h in have if h not in known):
        free = [n for n in known if n not in have]
        close = [n for n in free if n == SYNONYMS.get(header)]
        close = close or get_close_matches(header, free, n=1, cutoff=0.5)
        meant = f" – did you mean `{close[0]}`?" if close else ""
        parts.append(f"`{header}` is not known{meant}")
    return f"this looks like {table.name}: " + ", ".join(parts)
