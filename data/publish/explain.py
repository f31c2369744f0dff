"""Follows one number of a release back to the answers it came from.

Everything is read from the file of the reader who asks, so that nothing can be said to
the wrong one. Where that reader sees the exact number, the answers in the warehouse are
counted again, person by person and with none of the scoring code, and held beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from data.catalogue import Catalogue, Indicator, Measure, Rule, catalogue
from data.errors import NothingToExplain
from data.model.cell import Status
from data.model.reading import open_release_file
from data.model.rules import LEADERS
from data.model.shelf import audience_file
from data.model.viewer import Role, Viewer

Row = dict[str, Any]  # Any: one row of a release table, as DuckDB gives it
HIDDEN = "Hidden to protect people."
WHY = {
    Status.PROTECTED: HIDDEN,
    Status.LOW_RR: "Too few answered; only the response rate is shown.",
    Status.NOT_COLLECTED: "Not collected.",
    Status.RELIABILITY: "The scale does not hang together; read its questions.",
}
# Recounted from the warehouse, a share may differ by the last digits of a float.
SAME = 1e-6
EXACT = frozenset({Role.DISTRICT, Role.STEWARD, Role.PRINCIPAL})


@dataclass(frozen=True)
class Place:
    """The number that is asked about."""

    school: str
    indicator: Indicator
    wave: int
    label: str


def explain(
    folder: Path,
    viewer: Viewer,
    *,
    school: str,
    indicator: str,
    wave: str,
    warehouse: duckdb.DuckDBPyConnection | None = None,
) -> Iterator[str]:
    """Yield lines that lead from a number to the answers behind it.

    Args:
        folder: of the release.
        school: an id or a name, or "all" for the district.
        warehouse: where the release was made; None where it is elsewhere.

    Raises:
        NothingToExplain: no such school, indicator or wave in this release.
    """
    path = audience_file(folder, viewer.audience)
    with open_release_file(path) as connection:
        place = _place(connection, school, indicator, wave)
        if school in viewer.school_ids:
            # Asked for by name: the reader's own school goes by its id.
            viewer = replace(viewer, school_ids=frozenset({place.school}))
        yield from _heading(connection, place)
        found = False
        for row in _estimates(connection, viewer, place):
            found = True
            yield from _estimate(connection, viewer, place, row, warehouse)
        for row in _figures(connection, viewer, place):
            found = True
            yield _figure(row)
        if not found:
            yield "Nothing is published about this unit for this reader."
        yield from _rules(connection)


def _place(
    connection: duckdb.DuckDBPyConnection, school: str, indicator: str, wave: str
) -> Place:
    known = catalogue().indicators
    if indicator not in known:
        raise NothingToExplain(f"there is no indicator {indicator}; see /methods")
    row = connection.execute(
        "SELECT wave_index FROM waves WHERE wave = ?", [wave]
    ).fetchone()
    if row is None:
        raise NothingToExplain(f"this release has no wave {wave}")
    if school != "all":
        unit = connection.execute(
            """SELECT school_id FROM schools
               WHERE school_id = $1 OR lower(name) = lower($1)""",
            [school],
        ).fetchone()
        if unit is None:
            raise NothingToExplain(f"this release has no school '{school}'")
        school = str(unit[0])
    return Place(school, known[indicator], int(row[0]), wave)


def _heading(connection: duckdb.DuckDBPyConnection, place: Place) -> Iterator[str]:
    meta = _meta(connection)
    indicator = place.indicator
    yield (
        f"{indicator.id} {indicator.name.en}, {place.school}, {place.label} "
        f"(release {meta['release_id']}, code {meta['code_version']})"
    )
    yield f"Question: {indicator.question.en}"
    yield f"How: {indicator.method.words.en}"
    yield f"Formula: {indicator.method.symbols}"


def _meta(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(connection.execute("SELECT key, value FROM meta").fetchall())


def _scopes(viewer: Viewer) -> list[str]:
    """Return the scopes a reader's rows may have; a leader's own come first."""
    return [*sorted(viewer.school_ids), "all"]


def _rows(
    connection: duckdb.DuckDBPyConnection, statement: str, values: list[object]
) -> list[Row]:
    cursor = connection.execute(statement, values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _estimates(
    connection: duckdb.DuckDBPyConnection, viewer: Viewer, place: Place
) -> list[Row]:
    rows = _rows(
        connection,
        """SELECT * FROM estimates WHERE indicator_id = ? AND wave_index = ?
             AND unit_id = ? AND breakdown = 'all'
             AND unit_kind IN ('school', 'district') AND list_contains(?, scope)
           ORDER BY form, part, scope = 'all'""",
        [place.indicator.id, place.wave, place.school, _scopes(viewer)],
    )
    seen: dict[tuple[str, str], Row] = {}
    for row in rows:
        seen.setdefault((row["form"], row["part"]), row)
    return list(seen.values())


def _figures(
    connection: duckdb.DuckDBPyConnection, viewer: Viewer, place: Place
) -> list[Row]:
    return _rows(
        connection,
        """SELECT * FROM figures WHERE indicator_id = ? AND wave_index = ?
             AND unit_id = ? AND list_contains(?, scope)
           ORDER BY part, about, category""",
        [place.indicator.id, place.wave, place.school, _scopes(viewer)],
    )


def _estimate(
    connection: duckdb.DuckDBPyConnection,
    viewer: Viewer,
    place: Place,
    row: Row,
    warehouse: duckdb.DuckDBPyConnection | None,
) -> Iterator[str]:
    measure = next(
        (
            m
            for m in place.indicator.measures
            if m.key[1:] == (row["part"], row["form"])
        ),
        None,
    )
    yield ""
    yield f"{row['part']} ({row['form']})"
    if measure is not None:
        yield from _questions(measure)
    status = Status(row["status"])
    if status is not Status.SHOWN:
        yield f"  {WHY[status]}"
        if status is Status.LOW_RR and row["rate"] is not None:
            yield f"  Response rate {row['rate']:.0f} %."
        if viewer.role is Role.STEWARD:
            yield from _reasons(connection, place, row)
        return
    yield from _numbers(row)
    yield from _quality(connection, row)
    if warehouse is not None and measure is not None and viewer.role in EXACT:
        yield from _answers(warehouse, place, row, measure)


def _questions(measure: Measure) -> Iterator[str]:
    items = catalogue().items
    for item in measure.items:
        yield f"  {item}: {items[item].text.en}"
    if measure.rule is not Rule.SHARE:
        yield f"  Rule: {measure.rule.value.replace('_', ' ')}"


def _numbers(row: Row) -> Iterator[str]:
    coded = {"at_least": "at least ", "at_most": "at most "}.get(row["coding"], "")
    interval = (
        f", interval {row['low']:.1f}–{row['high']:.1f} %"
        if row["low"] is not None
        else ""
    )
    yield f"  {coded}{row['share']:.1f} % favorable{interval}"
    people = row["n"] if row["n"] is not None else row["n_band"]
    asked = f" of {row['eligible']}" if row["eligible"] is not None else ""
    rate = f", response rate {row['rate']:.0f} %" if row["rate"] is not None else ""
    yield f"  People who count: {people}{asked}{rate}"
    if row["mean"] is not None:
        yield f"  Mean on 0–100: {row['mean']:.1f}"
    if (row["design_effect"] or 1) != 1:
        yield f"  Weighted to the roster; design effect {row['design_effect']:.2f}"
    if (row["waves_pooled"] or 1) > 1:
        yield "  This wave and the one before, together: a small staff"
    if row["shrunk"] is not None and row["signal"] is not None:
        yield (
            f"  For comparing schools: {row['shrunk']:.1f} % "
            f"({100 * row['signal']:.0f} % of the difference kept)"
        )
    if row["change"] != "too_few":
        yield f"  Against a year ago: {row['change']}"
    if row["as_of"]:
        yield f"  As of release {row['as_of']}; later answers wait for more"


def _quality(connection: duckdb.DuckDBPyConnection, row: Row) -> Iterator[str]:
    found = _rows(
        connection,
        """SELECT omega, alpha, gate FROM scales WHERE indicator_id = ? AND part = ?
           AND form = ? AND wave_index = ?""",
        [row["indicator_id"], row["part"], row["form"], row["wave_index"]],
    )
    for scale in found:
        if scale["omega"] is not None:
            yield (
                f"  Reliability, district wide: ω {scale['omega']:.2f}, "
                f"α {scale['alpha']:.2f} ({scale['gate']})"
            )


def _reasons(
    connection: duckdb.DuckDBPyConnection, place: Place, row: Row
) -> Iterator[str]:
    """Yield the finer reasons, which the steward alone may read (P9)."""
    reasons = _rows(
        connection,
        """SELECT audience, reason FROM hidden WHERE indicator_id = ? AND part = ?
             AND form = ? AND wave_index = ? AND unit_id = ? AND breakdown = 'all'
           ORDER BY audience""",
        [place.indicator.id, row["part"], row["form"], place.wave, place.school],
    )
    for one in reasons:
        yield f"  {one['audience']}: {one['reason']}"


def _figure(row: Row) -> str:
    name = " ".join(x for x in (row["part"], row["about"], row["category"]) if x)
    if Status(row["status"]) is not Status.SHOWN:
        return f"{name}: {WHY[Status(row['status'])]}"
    parts = []
    if row["value"] is not None:
        parts.append(f"{row['value']:g}")
    if row["low"] is not None and row["high"] is not None:
        parts.append(f"({row['low']:g} to {row['high']:g})")
    if row["word"]:
        parts.append(row["word"].replace("_", " "))
    people = row["n"] if row["n"] is not None else row["n_band"]
    if people is not None:
        whole = f" of {row['of']:g}" if row["of"] is not None else ""
        count = f"{people:g}" if isinstance(people, float) else people
        parts.append(f"[n {count}{whole}]")
    return f"{name}: {' '.join(parts)}"


def _rules(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    settings = {
        k.removeprefix("rule."): v
        for k, v in _meta(connection).items()
        if k.startswith("rule.")
    }
    yield ""
    yield "Settings: " + ", ".join(f"{k} {v}" for k, v in sorted(settings.items()))


# --- back to the answers ------------------------------------------------------------


def _answers(
    warehouse: duckdb.DuckDBPyConnection, place: Place, row: Row, measure: Measure
) -> Iterator[str]:
    """Yield the files and answers behind a number this reader sees exactly."""
    if measure.rule in {Rule.ENGINE, Rule.NAMED} or measure.group == LEADERS:
        return
    scope = "" if place.school == "all" else "AND r.school_id = $3"
    values: list[object] = [measure.form, place.label]
    values += [] if place.school == "all" else [place.school]
    files = warehouse.execute(
        f"""SELECT f.name, f.sha256 FROM responses r JOIN files f USING (file_id)
            WHERE r.form = $1 AND r.wave = $2 AND r.is_current {scope}
            GROUP BY ALL ORDER BY 1""",
        values,
    ).fetchall()
    for name, digest in files:
        yield f"  From {name} (sha256 {digest[:12]}…)"
    scores = _scores(warehouse, values, scope, measure, catalogue())
    if not scores or (row["waves_pooled"] or 1) > 1 or (row["design_effect"] or 1) != 1:
        return
    share = 100 * math.fsum(scores) / len(scores)
    same = len(scores) == row["n"] and abs(share - row["share"]) < SAME
    if same:
        yield f"  Counted again from the answers: {share:.1f} %, {len(scores)} people"
    else:
        # How many came since would be a number nobody has protected.
        yield "  The answers in the warehouse have changed since this release."


def _scores(
    warehouse: duckdb.DuckDBPyConnection,
    values: list[object],
    scope: str,
    measure: Measure,
    known: Catalogue,
) -> list[float]:
    """Return each person's score, worked out one person at a time."""
    items = ", ".join(f"'{i}'" for i in measure.items)
    rows = warehouse.execute(
        f"""SELECT r.response_no, i.item_id, a.code FROM answers a
            JOIN responses r USING (response_no) JOIN items i USING (item_no)
            WHERE r.form = $1 AND r.wave = $2 AND r.is_current {scope}
              AND i.item_id IN ({items}) ORDER BY 1""",
        values,
    ).fetchall()
    people: dict[int, dict[str, int]] = {}
    for number, item, code in rows:
        people.setdefault(number, {})[item] = code
    found = (_score(answers, measure, known) for answers in people.values())
    return [x for x in found if x is not None]


def _score(answers: dict[str, int], measure: Measure, known: Catalogue) -> float | None:
    good = {}
    for item, code in answers.items():
        options = known.items[item].response_set
        assert options is not None
        favorable = (
            measure.favourable if measure.favourable is not None else options.favourable
        )
        good[item] = code in favorable
    items = measure.items
    has_heard = good.get(items[0], False)
    is_clear = good.get(items[-1], False)
    found: float | bool = False
    match measure.rule:
        case Rule.ALL:
            counts, found = len(good) == len(items), all(good.values())
        case Rule.HEARD_AND_CLEAR:
            counts, found = items[0] in good, has_heard and is_clear
        case Rule.CLEAR_IF_HEARD:
            counts, found = has_heard and items[1] in good, is_clear
        case Rule.TWO_OR_MORE:
            counts, found = _enough(good, items), sum(good.values()) > 1
        case _:
            counts, found = _enough(good, items), sum(good.values()) / max(len(good), 1)
    return float(found) if counts else None


def _enough(good: dict[str, bool], items: tuple[str, ...]) -> bool:
    return len(good) * 2 >= len(items)
