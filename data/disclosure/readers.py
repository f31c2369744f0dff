"""Who reads which row: P2 as data, and the check that no file holds more.

What goes into a file is chosen by the table; every row is held against it once more
when the file is written, however it was computed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from data.catalogue.counts import counts
from data.catalogue.readers import readers
from data.errors import ReaderRefused
from data.model.viewer import Audience

COHORT_SCOPE = "cohort-"
OF_THE_CASE = "CH-3"


def definition_frames() -> dict[str, pd.DataFrame]:
    """Return definitions, relations and readers as every release holds them."""
    known = counts()
    told = pd.DataFrame(
        [
            (t.table, t.indicator_id, t.part, t.form, t.category, t.base, t.numerator,
             t.kind, t.adds_up)
            for t in known.told
        ],
        columns=["table_name", "indicator_id", "part", "form", "category", "base",
                 "numerator", "kind", "adds_up"],
    )  # fmt: skip
    relations = pd.DataFrame(
        [(r.form, r.left, r.holds.value, "; ".join(r.right)) for r in known.relations],
        columns=["form", "left_count", "holds", "right_counts"],
    )
    lines = pd.DataFrame(
        [
            (line.kind, line.reader, level, line.breakdowns, line.least)
            for line in readers().lines
            for level in line.levels
        ],
        columns=["kind", "reader", "level", "breakdowns", "least"],
    )
    return {"definitions": told, "relations": relations, "readers": lines}


def may_read(rows: pd.DataFrame, reader: str) -> np.ndarray:
    """Return which *rows* – kind, unit_kind, breakdown – *reader* may see."""
    table = readers()
    asked = rows[["kind", "unit_kind", "breakdown"]].drop_duplicates()
    allowed = {
        (kind, level, breakdown): table.allows(kind, reader, level, breakdown)
        for kind, level, breakdown in asked.itertuples(index=False, name=None)
    }
    keys = zip(rows["kind"], rows["unit_kind"], rows["breakdown"], strict=True)
    return np.array([allowed[k] for k in keys], bool)


def kinds_of(table: str, rows: pd.DataFrame) -> pd.Series:
    """Return the kind of every row of estimates, answers or figures.

    Raises:
        CatalogueError: a part that declares no counts.
    """
    known = counts()
    is_figure = table == "figures"
    columns = ["indicator_id", "part", "category" if is_figure else "form"]
    found = known.of_figure if is_figure else known.of_measure
    parts = rows[columns].drop_duplicates().itertuples(index=False, name=None)
    kind = {part: found(*part).kind for part in parts}
    keys = rows[columns].itertuples(index=False, name=None)
    return pd.Series([kind[k] for k in keys], index=rows.index, dtype=object)


def check_readers(audience: Audience, frames: Mapping[str, pd.DataFrame]) -> None:
    """Hold every row of a file against P2.

    Raises:
        ReaderRefused: a row, or a table, whose readers are others.
        CatalogueError: a part that declares no counts.
    """
    for name, frame in frames.items():
        if frame.empty:
            continue
        if name in {"estimates", "answers", "figures"}:
            _check(audience, name, frame.assign(kind=kinds_of(name, frame)))
            continue
        kind = readers().tables.get(name)
        if kind in {"rubric", "requests"}:
            level = frame.get("unit_kind", "school")
            _check(audience, name, frame.assign(kind=kind, unit_kind=level))
        elif not _is_open(audience, kind, frame):
            raise ReaderRefused(audience, f"the table {name}")


def _is_open(audience: Audience, kind: str | None, frame: pd.DataFrame) -> bool:
    """Tell whether a table without definitions may stand in a file as it is."""
    is_public = audience is Audience.PUBLIC
    match kind:
        case "rules":
            return True
        case "occasions":
            return not is_public or bool((frame["indicator_id"] == OF_THE_CASE).all())
        case "summaries":
            marked = frame.get("is_public", pd.Series(True, frame.index))
            return not is_public or bool(marked.astype(bool).all())
        case "not_public":
            return not is_public
        case "steward":
            return audience is Audience.DISTRICT
        case _:
            return False


def _check(audience: Audience, name: str, frame: pd.DataFrame) -> None:
    scope = frame["scope"].astype(str)
    reader = np.where(
        scope.str.startswith(COHORT_SCOPE),
        "cohort",
        np.where(scope == "all", _of_file(audience), "school"),
    )
    rows = frame if "breakdown" in frame else frame.assign(breakdown="all")
    for one in np.unique(reader):
        mine = rows[reader == one]
        refused = ~may_read(mine, str(one))
        # What a school's staff read beside the public's is of their own school.
        if one == "school" and "unit_id" in mine:
            refused |= (mine["unit_id"] != mine["scope"]).to_numpy()
        if refused.any():
            row = mine[refused].iloc[0]
            what = [row.get("indicator_id", name), row.get("part", "")]
            place = " ".join(str(x) for x in (*what, f"of a {row['unit_kind']}") if x)
            raise ReaderRefused(audience, place)


def _of_file(audience: Audience) -> str:
    """Return who reads the rows of a file that are for everyone who opens it."""
    return "district" if audience is Audience.DISTRICT else "public"
