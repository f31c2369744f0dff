"""What changed between two releases, as one viewer sees both."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from data.model.cell import Cell
from data.model.release_tables import ESTIMATES, META, WAVES
from data.model.viewer import Viewer
from queries.cells import cell_of
from queries.scope import most_own_first, rows_in_scope

Key = tuple[str, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Changed:
    """One number that differs, or was hidden or shown in one of two releases."""

    indicator: str
    form: str
    wave: str
    unit_kind: str
    unit_id: str
    category: str
    before: Cell
    after: Cell


@dataclass(frozen=True, slots=True)
class ChangeList:
    """Everything that differs between two releases.

    Attributes:
        numbers: shown in both, with another value.
        hidden: shown before, hidden now; `opened` the other way round.
        added: cells the earlier release did not have, most of them a new wave.
        rules: (what, before, after): thresholds and the version of the method.
    """

    numbers: list[Changed]
    hidden: list[Changed]
    opened: list[Changed]
    added: int
    rules: list[tuple[str, str, str]]

    @property
    def is_empty(self) -> bool:
        """True where a reader finds everything as it was."""
        return not (
            self.numbers or self.hidden or self.opened or self.added or self.rules
        )


def changes(before: sa.Connection, after: sa.Connection, viewer: Viewer) -> ChangeList:
    """Return what differs between two releases, both read as *viewer*.

    Source: tables estimates, meta.
    """
    old, new = _cells(before, viewer), _cells(after, viewer)
    numbers, hidden, opened = [], [], []
    for key in sorted(old.keys() & new.keys()):
        one, two = old[key], new[key]
        indicator, form, wave, kind, unit, _, category = key
        changed = Changed(indicator, form, wave, kind, unit, category, one, two)
        if one.is_shown and two.is_shown:
            if one != two:
                numbers.append(changed)
        elif one.is_shown:
            hidden.append(changed)
        elif two.is_shown:
            opened.append(changed)
    return ChangeList(
        numbers, hidden, opened, len(new.keys() - old.keys()), _rules(before, after)
    )


def _cells(connection: sa.Connection, viewer: Viewer) -> dict[Key, Cell]:
    t = ESTIMATES
    labels = {r.wave_index: r.wave for r in connection.execute(sa.select(WAVES)).all()}
    rows = connection.execute(
        sa.select(t).where(rows_in_scope(t, viewer)).order_by(most_own_first(t))
    )
    found: dict[Key, Cell] = {}
    for r in rows:
        key = (
            r.indicator_id,
            r.form,
            labels[r.wave_index],
            r.unit_kind,
            r.unit_id,
            r.breakdown,
            r.category,
        )
        found.setdefault(key, cell_of(r))
    return found


def _rules(before: sa.Connection, after: sa.Connection) -> list[tuple[str, str, str]]:
    old, new = (
        {
            r.key: r.value
            for r in c.execute(sa.select(META)).all()
            if r.key.startswith("rule.") or r.key == "code_version"
        }
        for c in (before, after)
    )
    return [
        (key.removeprefix("rule."), old.get(key, "–"), new.get(key, "–"))
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]
