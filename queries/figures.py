"""Figures of registers: voices, days, hours, ties, words – whatever is no share."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from data.model.cell import Coding, Status
from data.model.release_tables import EXAMPLES, FIGURES, SCALES
from data.model.viewer import Viewer
from queries.scope import rows_in_scope


@dataclass(frozen=True, slots=True)
class Figure:
    """One number or word about one unit, or the reason there is none.

    Attributes:
        about: the measure it describes, where it describes another one.
        value, low, high: in the indicator's own unit.
        word: a key of the reading rules.
        n, of: what is behind it; people come as a band where counts are not told.
    """

    part: str
    about: str
    wave_index: int
    unit_kind: str
    unit_id: str
    category: str
    status: Status
    value: float | None
    low: float | None
    high: float | None
    coding: Coding
    word: str | None
    n_band: str | None
    n: float | None
    of: float | None


def figures(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    indicator: str,
    part: str | None = None,
    about: str | None = None,
    wave: int | None = None,
    unit_kind: str | None = None,
    unit_id: str | None = None,
) -> list[Figure]:
    """Return figures of one indicator, by part, unit, wave and category.

    Source: table figures.
    """
    t = FIGURES
    statement = sa.select(t).where(
        t.c.indicator_id == indicator, rows_in_scope(t, viewer)
    )
    for column, value in (
        (t.c.part, part),
        (t.c.about, about),
        (t.c.wave_index, wave),
        (t.c.unit_kind, unit_kind),
        (t.c.unit_id, unit_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    order = (
        t.c.part, t.c.about, t.c.unit_kind, t.c.unit_id, t.c.wave_index, t.c.category,
    )  # fmt: skip
    return [_figure(r) for r in connection.execute(statement.order_by(*order))]


def _figure(r: sa.Row[tuple[object, ...]]) -> Figure:
    return Figure(
        part=r.part,
        about=r.about,
        wave_index=r.wave_index,
        unit_kind=r.unit_kind,
        unit_id=r.unit_id,
        category=r.category,
        status=Status(r.status),
        value=r.value,
        low=r.low,
        high=r.high,
        coding=Coding(r.coding or "exact"),
        word=r.word,
        n_band=r.n_band,
        n=r.n,
        of=r.of,
    )


@dataclass(frozen=True, slots=True)
class ScaleQuality:
    """How well one scale hangs together in one wave.

    Attributes:
        gate: shown, rough, items_only, unknown or single.
        languages: may answers in English and Spanish be compared; None if unknown.
    """

    indicator_id: str
    part: str
    form: str
    wave_index: int
    gate: str
    omega: float | None
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    languages: bool | None
    icc1: float | None


def scale_quality(
    connection: sa.Connection,
    viewer: Viewer,
    *,
    indicator: str | None = None,
    wave: int | None = None,
) -> list[ScaleQuality]:
    """Return the reliability of scales; district wide, and so for everyone.

    Source: table scales.
    """
    del viewer  # one number per scale and wave, over the whole district
    t = SCALES
    statement = sa.select(t)
    if indicator is not None:
        statement = statement.where(t.c.indicator_id == indicator)
    if wave is not None:
        statement = statement.where(t.c.wave_index == wave)
    order = (t.c.indicator_id, t.c.part, t.c.form, t.c.wave_index)
    return [
        ScaleQuality(
            r.indicator_id, r.part, r.form, r.wave_index, r.gate, r.omega, r.alpha,
            r.alpha_low, r.alpha_high, r.languages, r.icc1,
        )
        for r in connection.execute(statement.order_by(*order))
    ]  # fmt: skip


def worked_examples(
    connection: sa.Connection, viewer: Viewer
) -> dict[str, dict[str, float]]:
    """Return, by indicator, the numbers of its worked example.

    Source: table examples.
    """
    del viewer  # made-up inputs; the same for everyone
    found: dict[str, dict[str, float]] = {}
    for r in connection.execute(sa.select(EXAMPLES)):
        found.setdefault(r.indicator_id, {})[r.name] = r.value
    return found
