"""What one reader is told of the counts of a form and wave, as rows over them (P5.0).

A hidden row says that somebody is there; an empty one, that nobody is; one that is
shown tells two counts exactly, or a band and a rounded share. Each line that hiding a
row would take away carries that row, so that whoever looks for what to hide can let go.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

import numpy as np
import pandas as pd

from data.disclosure.coding import end_width
from data.disclosure.families import WHOLE, Memberships
from data.disclosure.joint import Joint, Line, Told
from data.disclosure.verdicts import Verdicts
from data.model.cell import Status
from data.model.viewer import Audience

HALF = 0.5
# Lower edges of the bands of n (P4).
EDGES = (5, 10, 20, 40, 100, 300)
KEYS = ["indicator_id", "part", "form", "wave_index", "unit_kind", "unit_id"]
Place = tuple[Audience, int]


@dataclass(frozen=True)
class Shown:
    """What a release is to show, as whoever protects it knows.

    Attributes:
        estimates, answers: unprotected; `answers` with how many chose each option.
        hidden_answers: distributions the public does not get.
        known: audience → rows readers know anyhow, so that hiding them helps nobody.
    """

    estimates: pd.DataFrame
    answers: pd.DataFrame
    hidden_answers: pd.DataFrame
    verdicts: Verdicts
    places: Memberships
    known: Mapping[Audience, pd.Index] = field(default_factory=dict)
    more: Mapping[Audience, set[int]] = field(default_factory=lambda: defaultdict(set))

    def joint(self, form: str, wave: int, name: str) -> Joint:
        """Return the counts of a form and wave that hang together with *name*."""
        here, answers = self.estimates, self.answers
        here = here[here["form"].eq(form) & here["wave_index"].eq(wave)]
        if len(answers):
            answers = answers[answers["form"].eq(form) & answers["wave_index"].eq(wave)]
        return Joint(here, answers, self.places, name)

    def hide(self, audience: Audience, row: int) -> None:
        """Hide a row; from the public as well, if from district leaders."""
        self.more[audience].add(row)
        if audience is Audience.DISTRICT:
            self.more[Audience.PUBLIC].add(row)

    def status(self, audience: Audience, row: int) -> str | None:
        """Return the status of a row in a file; None where the file has no place."""
        verdict = self.verdicts.by_audience()[audience]
        if row not in verdict.index:
            return None
        if row in self.more[audience]:
            return Status.PROTECTED
        return str(verdict.loc[row, "status"])

    def is_shown(self, audience: Audience, row: int) -> bool:
        """Tell whether a row's number is in a file."""
        return self.status(audience, row) == Status.SHOWN


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever opens a file.

    Attributes:
        audience: the school's stands for each principal, at the own school alone.
        schools: principals who read the public's file knowing their own numbers.
    """

    audience: Audience
    schools: tuple[str, ...] = ()

    @property
    def is_shut_in(self) -> bool:
        """True where no other school is known of."""
        return self.audience is Audience.SCHOOL

    @property
    def files(self) -> tuple[Audience, ...]:
        """What this reader opens, the sharpest first."""
        if self.audience is Audience.PUBLIC:
            return (Audience.PUBLIC,)
        return (self.audience, Audience.PUBLIC)


class Statements:
    """Everything one reader can write down.

    Attributes:
        low, high: bounds of each count.
        lines: with the number of the row whose hiding takes it away, if any does.
        places: those rows, file by file.
    """

    def __init__(
        self, joint: Joint, shown: Shown, reader: Reader, *, about: bool
    ) -> None:
        """Write them down.

        Args:
            about: also what holds about, and of nobody beyond those asked: numbers
                that wait for late answers contradict it.
        """
        self._joint, self._shown, self._reader = joint, shown, reader
        self.low, self.high = np.zeros(len(joint)), np.full(len(joint), inf)
        if about and reader.audience is not Audience.PUBLIC:
            self.high = joint.most.copy()
        self.places: list[Place] = []
        self._number: dict[Place, int] = {}
        rows = joint.rows
        self._row = {
            int(row): (int(n), float(good), float(share))
            for row, n, good, share in zip(
                rows.index, rows["n"], rows["favourable"], rows["share"], strict=True
            )
        }
        as_of = rows["as_of"] if "as_of" in rows else pd.Series("", rows.index)
        self._kept = set(rows.index[as_of.fillna("").ne("")].tolist())
        together = joint.lines(adds_up=not reader.is_shut_in, about=about)
        self.lines: list[tuple[Line, int | None]] = [(line, None) for line in together]
        for told in joint.told:
            if not reader.is_shut_in or told.unit[0] == "school":
                self._of_row(told)
        self._of_answers()
        for told in joint.told:
            self._of_principals(told)

    def _tell(self, cells: list[int], weights: list[float], low: float, high: float,
              place: int | None) -> None:  # fmt: skip
        self.lines.append((Line(cells, weights, low, high), place))

    def _of_row(self, told: Told) -> None:
        """Write down what the files this reader opens say of a row."""
        for audience in self._reader.files:
            status = self._shown.status(audience, told.row)
            if status is None:
                continue
            self._of_presence(told, status)
            is_old = told.row in self._kept or told.is_pooled
            if status != Status.SHOWN or is_old:
                continue
            if audience is Audience.PUBLIC:
                self._coded(told)
                continue
            self._exact(told, self._place(audience, told.row))
            # The public's number says nothing the exact one does not.
            return

    def _of_presence(self, told: Told, status: str) -> None:
        n, *_ = self._row[told.row]
        if status == Status.NOT_COLLECTED:
            self.high[told.base] = 0.0
        is_there = status == Status.PROTECTED or (status == Status.SHOWN and n > 0)
        # In a group that lies within another number there may be nobody.
        if is_there and self._joint.name_of(told) not in self._joint.bases_within:
            self.low[told.base] = max(self.low[told.base], 1.0)

    def _exact(self, told: Told, place: int | None) -> None:
        n, good, _ = self._row[told.row]
        self._tell([told.base], [1.0], n, n, place)
        if told.top >= 0:
            self._tell([told.top], [1.0], good, good, place)

    def _coded(self, told: Told) -> None:
        """Write down a band of people, and a share that is rounded or cut off (P3)."""
        n, _, share = self._row[told.row]
        place = self._place(Audience.PUBLIC, told.row)
        least = max((e for e in EDGES if e <= n), default=0)
        most = min((e - 1.0 for e in EDGES if e > n), default=inf)
        self._tell([told.base], [1.0], least, most, place)
        if told.top < 0 or math.isnan(share):
            return
        width = end_width(n)
        if share > 100 - width:
            low, high = 100 - width - HALF, 100.0
        elif share < width:
            low, high = 0.0, width + HALF
        else:
            low = max(round(share), width) - HALF
            high = min(round(share), 100 - width) + HALF
        self._between(told.top, told.base, low, high, place)

    def _between(
        self, top: int, base: int, low: float, high: float, place: int | None
    ) -> None:
        """Write down that *top* is between *low* and *high* percent of *base*."""
        self._tell([top, base], [1.0, -low / 100], 0.0, inf, place)
        self._tell([top, base], [1.0, -high / 100], -inf, 0.0, place)

    def _of_answers(self) -> None:
        """Write down distributions, which go where their scale goes."""
        rows = self._joint.answers
        if rows.empty:
            return
        closed = self._shown.hidden_answers
        hidden = set(closed[[*KEYS, "item_id"]].itertuples(index=False, name=None))
        whole = self._joint.rows[self._joint.rows["breakdown"].eq(WHOLE)]
        keys = whole[KEYS].itertuples(index=False, name=None)
        scale = dict(zip(keys, whole.index.tolist(), strict=True))
        columns = [*KEYS, "item_id", "code", "count", "n"]
        for *key, item, code, count, n in rows[columns].itertuples(index=False):
            row, kind = scale.get(tuple(key)), str(key[-2])
            unit = (kind, str(key[-1]), WHOLE, WHOLE)
            pair = self._joint.option(str(item), int(code), unit)
            if row is None or pair is None or row in self._kept:
                continue
            share = round(100 * count / n)
            for audience in self._reader.files:
                is_public = audience is Audience.PUBLIC
                if is_public and (kind == "school" or (*key, item) in hidden):
                    continue
                is_other = self._reader.is_shut_in and kind != "school"
                if is_other or not self._shown.is_shown(audience, row):
                    continue
                low, high = max(share - HALF, 0.0), min(share + HALF, 100.0)
                place = self._place(audience, row)
                self._between(pair[1], pair[0], low, high, place)

    def _of_principals(self, told: Told) -> None:
        """Fix what pooling principals read exactly of their own schools."""
        kind, school, breakdown, _ = told.unit
        is_theirs = kind == "school" and school in self._reader.schools
        if not is_theirs or breakdown != WHOLE or told.row in self._kept:
            return
        if self._shown.is_shown(Audience.SCHOOL, told.row):
            n, good, _ = self._row[told.row]
            self.low[told.base] = self.high[told.base] = n
            if told.top >= 0:
                self.low[told.top] = self.high[told.top] = good

    def _place(self, audience: Audience, row: int) -> int | None:
        """Return the number of a row; None where hiding it helps nobody."""
        if row in self._shown.known.get(audience, ()):
            return None
        place = (audience, row)
        if place not in self._number:
            self._number[place] = len(self.places)
            self.places.append(place)
        return self._number[place]
