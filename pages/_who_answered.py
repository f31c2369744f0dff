"""Who answered beside who was asked: the composition table of a school."""

from __future__ import annotations

from dataclasses import dataclass

from components import theme
from components.charts.rows import Dot, DotRow, dot_rows
from components.figure_block import Block
from components.tables import Table
from data.catalogue import SCALE
from data.model.cell import Status
from pages._numbers import percents
from pages._request import Ask
from queries.estimates import Estimate, estimates
from queries.facts import School

# From here on a survey speaks for nearly everyone it asked (specification 4.6).
ENOUGH = 85
# The number that stands for "answered", one for each form that is split.
ASKED = (
    ("LX-1", SCALE, "student_3_5"),
    ("LX-1", SCALE, "student_6_12"),
    ("CH-4", "heard_and_clear", "family"),
)
BREAKDOWNS = ("grade_band", "language")


@dataclass(frozen=True, slots=True)
class Share:
    """One group of people: its part of the answers and of the roster, percent."""

    form: str
    breakdown: str
    category: str
    wave_index: int
    answered: float
    asked: float

    @property
    def points(self) -> float:
        """Positive where the group answered more than its part."""
        return self.answered - self.asked


def composition(asked: Ask, found: School) -> Block | None:
    """Return each group's part of those who answered and of those asked.

    Where fewer than 85 % answered, or where the roster counts people by grade or
    language. Only from what this reader may see; a form with a group too small to
    be shown is left out and said so.

    Source: specification 4.6.
    """
    say = asked.say
    shares: list[Share] = []
    hidden: list[str] = []
    for indicator, part, form in ASKED:
        whole = _latest(asked, found, indicator, part, form)
        if whole is None or whole.cell.rate is None or whole.cell.rate >= ENOUGH:
            continue
        for breakdown in BREAKDOWNS:
            parts = estimates(
                asked.connection, asked.viewer, indicator=indicator, part=part,
                form=form, wave=whole.wave_index, unit_kind="school",
                unit_id=found.school_id, breakdown=breakdown,
            )  # fmt: skip
            if any(e.cell.status is not Status.SHOWN for e in parts):
                hidden.append(say(f"form.{form}"))
            else:
                shares += _shares(form, breakdown, parts)
    if not shares:
        return None
    rows, axis = [_row(asked, s) for s in shares], percents(say)
    note = say("who.hidden", forms=", ".join(sorted(set(hidden)))) if hidden else ""
    return Block(
        name="who",
        question=say("who.question"),
        reading=say("who.reading"),
        alt="; ".join(_said(asked, s) for s in shares),
        picture=[dot_rows(rows, axis=axis)],
        phone=[dot_rows(rows, axis=axis, phone=True)],
        table=_table(asked, shares),
        know=say("who.know", share=say.percent(ENOUGH)),
        cannot=say("who.cannot"),
        note=note,
    )


def _latest(
    asked: Ask, found: School, indicator: str, part: str, form: str
) -> Estimate | None:
    """Return the school's own number in this wave, or in the one before."""
    rows = estimates(
        asked.connection, asked.viewer, indicator=indicator, part=part, form=form,
        unit_kind="school", unit_id=found.school_id,
    )  # fmt: skip
    near = [e for e in rows if asked.wave - 1 <= e.wave_index <= asked.wave]
    return near[-1] if near else None


def _shares(form: str, breakdown: str, parts: list[Estimate]) -> list[Share]:
    """Return the parts of one form, none where one group is all there is."""
    known = [
        (e, e.cell.n, e.cell.eligible)
        for e in parts
        if e.cell.n is not None and e.cell.eligible is not None
    ]
    if len(known) < len(parts) or len(parts) < 2:  # noqa: PLR2004 - one is the whole
        return []
    n, people = sum(a for _, a, _ in known), sum(b for _, _, b in known)
    return [
        Share(form, breakdown, e.category, e.wave_index, 100 * a / n, 100 * b / people)
        for e, a, b in known
    ]


def _row(asked: Ask, share: Share) -> DotRow:
    say = asked.say
    name = _name(asked, share)
    dots = (
        Dot(
            share.asked,
            is_open=True,
            hover=say("who.asked", n=say.percent(share.asked)),
        ),
        Dot(share.answered, hover=say("who.answered", n=say.percent(share.answered))),
    )
    wave = say.wave(asked.facts.waves[share.wave_index])
    return DotRow(
        name,
        dots,
        printed=say.points(share.points),
        group=(f"{say(f'form.{share.form}')}, {wave}", theme.INK),
        is_joined=True,
    )


def _name(asked: Ask, share: Share) -> str:
    """Name the group, not how it answered: part of it did not."""
    if share.breakdown == "language":
        return asked.say.language_of(share.category)
    return asked.say.part(share.breakdown, share.category)


def _said(asked: Ask, share: Share) -> str:
    say = asked.say
    return say(
        "who.alt",
        form=say(f"form.{share.form}"),
        name=_name(asked, share),
        answered=say.percent(share.answered),
        asked=say.percent(share.asked),
    )


def _table(asked: Ask, shares: list[Share]) -> Table:
    say, waves = asked.say, asked.facts.waves
    return Table(
        (
            say("filter.form"),
            say("column.wave"),
            say("column.group"),
            say("who.column_answered"),
            say("who.column_asked"),
            say("who.column_points"),
        ),
        [
            (
                say(f"form.{s.form}"),
                say.wave(waves[s.wave_index]),
                _name(asked, s),
                say.percent(s.answered),
                say.percent(s.asked),
                say.points(s.points),
            )
            for s in shares
        ],
        keys=("form", "wave", "breakdown", "category", "answered", "asked", "points"),
        data=[
            (
                s.form, waves[s.wave_index].label, s.breakdown, s.category,
                round(s.answered, 1), round(s.asked, 1), round(s.points, 1),
            )
            for s in shares
        ],
    )  # fmt: skip
