"""What stands under the main scale on /student-voice: the other sides of learning."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from components import theme
from components.charts.dots import MOST_DOTS
from components.charts.rows import Axis, Bar, Dot, DotRow, bars, dot_rows
from components.charts.scatter import Spot, scatter
from components.figure_block import Block
from components.tables import Table
from components.words import count_schools
from data.catalogue import catalogue
from pages._numbers import estimate_row, estimate_table, percents
from pages._request import Ask
from queries.estimates import DISTRICT, Estimate, estimates
from queries.facts import schools

FORM = "student_6_12"
ATTRIBUTES = ("LX-1", "LX-2", "LX-3", "LX-4")
# A student's question, the parallel one of teachers.
PAIRED = {"LX-1": ("S.VO.2", "T.VO.1"), "LX-2": ("S.CC.2", "T.CC.1")}
RISK = "S.HM.13"
FEWEST_DOTS = 5


def learning_blocks(asked: Ask) -> list[Block]:
    """Return attributes, who decides, both views, habits and worth, where asked."""
    found = [
        _attributes(asked), who_decides(asked), _both_views(asked), _alone(asked),
        _habits(asked), _worth(asked),
    ]  # fmt: skip
    return [block for block in found if block is not None]


def _district(
    asked: Ask, indicator: str, form: str | None = FORM
) -> dict[str, Estimate]:
    return _parts(asked, indicator, form, DISTRICT)


def _parts(
    asked: Ask, indicator: str, form: str | None, unit: tuple[str, str]
) -> dict[str, Estimate]:
    found = estimates(
        asked.connection, asked.viewer, indicator=indicator, part=None, form=form,
        wave=asked.wave, unit_kind=unit[0], unit_id=unit[1],
    )  # fmt: skip
    return {e.part: e for e in found}


def _attributes(asked: Ask) -> Block | None:
    """The four attributes, now and a year ago, each with its interval."""
    say = asked.say
    known = catalogue().indicators
    rows: list[tuple[str, Estimate]] = []
    for indicator in ATTRIBUTES:
        e = _district(asked, indicator).get("scale")
        if e is not None:
            rows.append((say.text(known[indicator].name), e))
    if len(rows) < len(ATTRIBUTES):
        return None
    drawn = [estimate_row(say, name, e) for name, e in rows]
    drawn = [
        DotRow(
            r.name, r.dots, r.printed, say.change(e.change).lower(), reason=r.reason,
            is_hatched=r.is_hatched,
        )
        for r, (_, e) in zip(drawn, rows, strict=True)
    ]  # fmt: skip
    axis = percents(say)
    return Block(
        name="attributes",
        question=say("learning.attributes"),
        reading=say("learning.attributes_reading"),
        alt="; ".join(f"{name}: {say.value(e.cell)}" for name, e in rows),
        picture=[dot_rows(drawn, axis=axis)],
        phone=[dot_rows(drawn, axis=axis, phone=True)],
        table=estimate_table(asked, say("column.attribute"), rows),
        cannot=say("learning.attributes_cannot"),
    )


def who_decides(asked: Ask, unit: tuple[str, str] = DISTRICT) -> Block | None:
    """Co-creation, question by question, between the teacher and the students."""
    say, items = asked.say, catalogue().items
    found = _parts(asked, "LX-2", FORM, unit)
    parts = [f"S.CC.{k}" for k in range(1, 5)]
    rows = [(say.text(items[p].text), found[p]) for p in parts if p in found]
    if not any(e.cell.is_shown for _, e in rows):
        return None
    drawn = [
        estimate_row(say, say("learning.answer"), e, group=(name, theme.INK))
        for name, e in rows
    ]
    ends = (
        (0, say("learning.teacher_decides")),
        (100, say("learning.students_decide")),
    )
    axis = Axis(0, 100, ends)
    return Block(
        name="who-decides",
        question=say("learning.who_decides"),
        reading=say("learning.who_decides_reading"),
        alt="; ".join(f"{name}: {say.value(e.cell)}" for name, e in rows),
        picture=[dot_rows(drawn, axis=axis)],
        phone=[dot_rows(drawn, axis=axis, phone=True)],
        table=estimate_table(asked, say("column.question"), rows),
        cannot=say("learning.who_decides_cannot"),
    )


def _both_views(asked: Ask) -> Block | None:
    """Students and teachers on parallel questions: two dots, never subtracted."""
    say, items = asked.say, catalogue().items
    drawn: list[DotRow] = []
    rows: list[tuple[str, Estimate]] = []
    for indicator, (student, teacher) in PAIRED.items():
        seen = _district(asked, indicator, None)
        pair = [seen.get(student), seen.get(teacher)]
        if any(e is None or e.cell.share is None for e in pair):
            continue
        known = [e for e in pair if e is not None]
        # One question each, so the question is the name, not its scale's.
        name = say.text(items[student].text)
        dots = tuple(
            Dot(
                e.cell.share or 0, e.cell.low, e.cell.high, theme.ACCENT,
                is_open=part == teacher, hover=f"{name}: {say.share(e.cell)}",
            )
            for e, part in zip(known, (student, teacher), strict=True)
        )  # fmt: skip
        printed = " · ".join(f"{e.cell.share:,.0f}" for e in known)
        drawn.append(DotRow(name, dots, printed=printed, is_joined=True))
        for part, e in zip((student, teacher), known, strict=True):
            rows.append((say.text(items[part].text), e))
    if not drawn:
        return None
    axis = percents(say)
    return Block(
        name="both-views",
        question=say("learning.both"),
        reading=say("learning.both_reading"),
        alt="; ".join(f"{name}: {say.value(e.cell)}" for name, e in rows),
        picture=[dot_rows(drawn, axis=axis, left=330)],
        phone=[dot_rows(drawn, axis=axis, phone=True)],
        table=estimate_table(asked, say("column.question"), rows),
    )


def _alone(asked: Ask) -> Block | None:
    """Building ideas with others beside working alone at a screen, school by school."""
    say = asked.say
    sides = [
        {
            e.unit_id: e.compared
            for e in estimates(
                asked.connection, asked.viewer, indicator="LX-3", part=part, form=FORM,
                wave=asked.wave, unit_kind="school",
            )
            if e.compared is not None
        }
        for part in ("scale", "alone")
    ]  # fmt: skip
    together, alone = sides
    known = [
        s
        for s in schools(asked.connection, asked.viewer)
        if s.school_id in together and s.school_id in alone
    ]
    if len(known) < FEWEST_DOTS:
        return None
    spots, rows = [], []
    for school in known:
        x, y = together[school.school_id].value, alone[school.school_id].value
        text = f"{school.name}: {say.percent(x)}, {say.percent(y)}"
        spots.append(Spot(x, y, school.cohort_id, text))
        rows.append((school.name, say.percent(x), say.percent(y)))
    words = (say("learning.together_x"), say("learning.alone_y"))
    drawn = partial(
        scatter, spots, x=percents(say), y=percents(say), words=words,
        count=partial(count_schools, say),
    )  # fmt: skip
    is_many = len(spots) > MOST_DOTS
    reading = "learning.alone_reading_many" if is_many else "learning.alone_reading"
    return Block(
        name="alone",
        question=say("learning.alone"),
        reading=say(reading, n=len(spots)),
        alt=say(
            "learning.alone_alt",
            n=f"{len(spots):,}",
            low=say.percent(min(s.y for s in spots)),
            high=say.percent(max(s.y for s in spots)),
        ),
        picture=[drawn()],
        phone=[drawn(phone=True)],
        table=Table((say("column.school"), *words), rows),
        cannot=say("learning.alone_cannot"),
    )


def _habits(asked: Ask) -> Block | None:
    """Sixteen habits under the attribute they meet; responsible risks stand out."""
    say, rubric = asked.say, catalogue().rubric
    found = _district(asked, "LX-5")
    if not found:
        return None
    meets = {item: a for a, items in rubric.habits.items() for item in items}
    groups = [*rubric.habits, ""]
    order = sorted(found, key=lambda p: (groups.index(meets.get(p, "")), p))
    rows = [(say(f"habit.{p[-2:]}"), found[p]) for p in order]
    drawn = []
    for name, e in rows:
        attribute = meets.get(e.part)
        title = (
            say.text(rubric.attributes[attribute])
            if attribute
            else say("learning.no_attribute")
        )
        color = theme.INK if e.part == RISK else theme.ACCENT
        row = estimate_row(say, name, e, group=(title, theme.INK), color=color)
        # A rate of all would stand beside a question that a quarter was asked.
        note = say("learning.asked_quarter") if row.note else ""
        drawn.append(replace(row, note=note))
    axis = percents(say)
    return Block(
        name="habits",
        question=say("learning.habits"),
        reading=say("learning.habits_reading"),
        alt="; ".join(f"{name}: {say.value(e.cell)}" for name, e in rows),
        picture=[dot_rows(drawn, axis=axis, left=300)],
        phone=[dot_rows(drawn, axis=axis, phone=True)],
        table=estimate_table(asked, say("column.question"), rows),
        know=say("learning.habits_know"),
        cannot=say("learning.habits_cannot"),
    )


def _worth(asked: Ask) -> Block | None:
    """Challenging, possible, worthy, and all three at once: never averaged."""
    say, items = asked.say, catalogue().items
    found = _district(asked, "LX-6")
    parts = ("S.WA.1", "S.WA.2", "S.WA.3", "joint")
    names = {p: say.text(items[p].text) for p in parts[:3]}
    names["joint"] = say("learning.all_three")
    rows = [(names[p], found[p]) for p in parts if p in found]
    if not rows:
        return None
    drawn = [
        Bar(
            say(f"worth.{p[-1]}"), e.cell.share,
            say.share(e.cell), color=theme.INK if p == "joint" else theme.ACCENT,
        )
        if e.cell.share is not None
        else Bar(names[p], None, "", reason=say.withheld(e.cell))
        for p, e in ((p, found[p]) for p in parts if p in found)
    ]  # fmt: skip
    axis = percents(say)
    return Block(
        name="worth",
        question=say("learning.worth"),
        reading=say("learning.worth_reading"),
        alt="; ".join(f"{name}: {say.value(e.cell)}" for name, e in rows),
        picture=[bars(drawn, axis=axis)],
        phone=[bars(drawn, axis=axis, phone=True)],
        table=estimate_table(asked, say("column.question"), rows),
    )
