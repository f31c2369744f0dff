"""/communication: do families and students learn how they progress?"""

from __future__ import annotations

from dash.development.base_component import Component

from components import page as parts
from components import theme
from components.charts.rows import Axis, Bar, Dot, DotRow, bars, dot_rows
from components.figure_block import Block
from components.words import Speaker
from data.catalogue import catalogue
from pages._messages import STEPS, funnel_bars
from pages._numbers import (
    counted,
    estimate_row,
    estimate_table,
    figure_table,
    of_district,
    percents,
)
from pages._request import (
    Answer,
    Ask,
    cohort_filter,
    in_order,
    level_filter,
    page,
    wave_filter,
)
from queries.estimates import Estimate, estimates
from queries.facts import schools
from queries.figures import Figure, figures

PATH = "/communication"
USEFUL = (("family", "F.PR.1"), ("family", "F.PR.2"), ("student_6_12", "S.PR.1"),
          ("student_6_12", "S.PR.2"))  # fmt: skip
COVERED = ("reached", "voice", "co_creation", "social_construction", "self_discovery",
           "followed")  # fmt: skip
MOST_ROWS = 60
HOURS = 30


def build(asked: Ask) -> Answer:
    """Return how far news of progress gets, whether it helps, and who learned what."""
    say = asked.say
    question = say("communication.question")
    steps = _district(asked, "FC-1", STEPS)
    body: list[Block | Component] = []
    if steps:
        body += [_funnel(asked, steps), *_languages(asked)]
        opened = _by_school(asked, "FC-1", "opened", "schools")
        body += [opened] if opened is not None else []
    if (useful := _useful(asked)) is not None:
        body.append(useful)
    body += _learned(asked)
    choices = [wave_filter(asked), cohort_filter(asked), level_filter(asked)]
    if not body:
        empty = parts.nothing_yet(say("communication.none"))
        return Answer(question, "", [empty], choices if asked.facts.waves else [])
    return Answer(question, communication_sentence(asked), body, choices)


def _district(
    asked: Ask, indicator: str, parts_: tuple[str, ...]
) -> dict[str, Estimate]:
    found = estimates(
        asked.connection, asked.viewer, indicator=indicator, part=None,
        wave=asked.wave, unit_kind="district",
    )  # fmt: skip
    known = {e.part: e for e in found}
    return {p: known[p] for p in parts_ if p in known}


def communication_sentence(asked: Ask) -> str:
    """Return how many students' homes opened news, and how many answered."""
    say = asked.say
    steps = _district(asked, "FC-1", STEPS)
    if "opened" not in steps or steps["opened"].cell.share is None:
        return ""
    text = say("communication.sentence", share=say.share(steps["opened"].cell))
    replied = steps.get("two_way")
    if replied is not None and replied.cell.share is not None:
        text += " " + say("communication.replied", share=say.share(replied.cell))
    useful = _answers_to(asked, "family", "F.PR.1")
    if useful is not None and useful.cell.share is not None:
        text += " " + say("communication.helps", share=say.share(useful.cell))
    return text


def _funnel(asked: Ask, steps: dict[str, Estimate]) -> Block:
    say = asked.say
    rows = [(say(f"communication.{k}"), e) for k, e in steps.items()]
    drawn, axis = funnel_bars(say, steps), percents(say)
    return Block(
        name="funnel",
        question=say("communication.funnel"),
        reading=say("communication.funnel_reading"),
        alt="; ".join(f"{name}: {say.value(e.cell)}" for name, e in rows),
        picture=[bars(drawn, axis=axis)],
        phone=[bars(drawn, axis=axis, phone=True)],
        table=estimate_table(asked, say("column.step"), rows),
        know=say("communication.know"),
        cannot=say("communication.cannot"),
    )


def _languages(asked: Ask) -> list[Block]:
    """Return, of homes that were sent news in each language, who opened and replied."""
    say = asked.say
    opened, replied = (
        of_district(asked, "FC-1", f"{p}_of_sent") for p in ("opened", "two_way")
    )
    if not opened:
        return []
    drawn, rows = [], []
    for step, found in (("opened", opened), ("two_way", replied)):
        group = (say(f"communication.{step}"), theme.INK)
        for language, f in found.items():
            name = say.language_of(language)
            value = f.value or 0
            dot = Dot(value, hover=f"{name}: {say.percent(value)}")
            drawn.append(DotRow(name, (dot,), printed=say.percent(value), group=group))
            rows.append((f"{group[0]}, {name}", say.percent(value), f.n_band))
    axis = percents(say)
    columns = (say("column.step"), say("column.share"), say("column.n"))
    kept = [*opened.values(), *replied.values()]
    return [
        Block(
            name="languages",
            question=say("communication.languages"),
            reading=say("communication.languages_reading"),
            alt="; ".join(f"{r[0]}: {r[1]}" for r in rows),
            picture=[dot_rows(drawn, axis=axis)],
            phone=[dot_rows(drawn, axis=axis, phone=True)],
            table=figure_table(asked, "FC-1", columns, rows, kept),
        )
    ]


def _by_school(
    asked: Ask, indicator: str, part: str, words: str
) -> Block | Component | None:
    """One share school by school, alphabetical inside each cohort.

    Args:
        words: name of the block and of its texts; None where this reader sees no
            school's number.
    """
    say = asked.say
    found = {
        e.unit_id: e
        for e in estimates(
            asked.connection, asked.viewer, indicator=indicator, part=part,
            wave=asked.wave, unit_kind="school",
        )
    }  # fmt: skip
    if not found:
        return None
    fitting = schools(
        asked.connection,
        asked.viewer,
        cohort=asked.cohort(),
        level=asked.chosen("level"),
    )
    mine = [s for s in fitting if s.school_id in found]
    mine.sort(key=lambda s: (s.cohort_id == 0, s.cohort_id))
    title = say(f"communication.{words}")
    if not mine:
        return parts.section(title, [parts.nothing_yet(say("nothing.filter"))])
    rows = [(s.name, found[s.school_id]) for s in mine]
    table = estimate_table(asked, say("column.school"), rows[:100])
    shares = [e.cell.share for _, e in rows if e.cell.share is not None]
    alt = title
    if shares:
        low, high = say.percent(min(shares)), say.percent(max(shares))
        alt = say(f"communication.{words}_alt", n=len(shares), low=low, high=high)
        if len(shares) == 1:  # which lies at a number, not between two
            alt = say(f"communication.{words.removesuffix('s')}_alt", share=low)
    if len(mine) > MOST_ROWS:
        many = counted(asked, [(s, found[s.school_id]) for s in mine])
        if many is None:
            return None
        return Block(words, title, many.reading, alt, many.picture, table, many.phone)
    drawn = [
        estimate_row(
            say, s.name, found[s.school_id], color=theme.cohort_mark(s.cohort_id),
            group=(say.cohort(s.cohort_id), theme.cohort_text(s.cohort_id)),
        )
        for s in mine
    ]  # fmt: skip
    axis = percents(say)
    return Block(
        name=words,
        question=title,
        reading=say(f"communication.{words}_reading"),
        alt=alt,
        picture=[dot_rows(drawn, axis=axis)],
        phone=[dot_rows(drawn, axis=axis, phone=True)],
        table=table,
    )


def _answers_to(asked: Ask, form: str, part: str) -> Estimate | None:
    """Return the answer in this wave, or in the last one the form was asked in."""
    found = estimates(
        asked.connection, asked.viewer, indicator="FC-2", part=part, form=form,
        unit_kind="district",
    )  # fmt: skip
    known = [e for e in found if asked.wave - 1 <= e.wave_index <= asked.wave]
    return known[-1] if known else None


def _useful(asked: Ask) -> Block | None:
    say, items = asked.say, catalogue().items
    rows, drawn = [], []
    for form, part in USEFUL:
        e = _answers_to(asked, form, part)
        if e is None:
            continue
        text = say.text(items[part].text)
        group = (text, theme.INK)
        name = say(f"form.{form}")
        rows.append((f"{name}: {text}", e))
        drawn.append(estimate_row(say, name, e, group=group))
    if not rows:
        return None
    axis = percents(say)
    return Block(
        name="useful",
        question=say("communication.useful"),
        reading=say("communication.useful_reading"),
        alt="; ".join(f"{name}: {say.value(e.cell)}" for name, e in rows),
        picture=[dot_rows(drawn, axis=axis)],
        phone=[dot_rows(drawn, axis=axis, phone=True)],
        table=estimate_table(asked, say("column.question"), rows),
        know=say("chorus.clear_know"),
        cannot=say("chorus.clear_cannot"),
    )


def _learned(asked: Ask) -> list[Block | Component]:
    """Return who had a chance to learn this, on what, and for how long."""
    say = asked.say
    covered = _district(asked, "PL-1", COVERED)
    body: list[Block | Component] = []
    if covered:
        rows = [(say(f"communication.pl_{k}"), e) for k, e in covered.items()]
        drawn = [
            Bar(name, e.cell.share, say.share(e.cell))
            if e.cell.share is not None
            else Bar(name, None, "", reason=say.withheld(e.cell))
            for name, e in rows
        ]
        axis = percents(say)
        body.append(
            Block(
                name="learned",
                question=say("communication.learned"),
                reading=say("communication.learned_reading"),
                alt="; ".join(f"{name}: {say.value(e.cell)}" for name, e in rows),
                picture=[bars(drawn, axis=axis)],
                phone=[bars(drawn, axis=axis, phone=True)],
                table=estimate_table(asked, say("column.attribute"), rows),
                know=say("communication.learned_know"),
            )
        )
    learned = _by_school(asked, "PL-1", "reached", "learned_schools")
    dose = _dose(asked)
    body += [b for b in (learned, dose) if b is not None]
    return body


def _dose(asked: Ask) -> Block | None:
    """Hours of professional learning: the middle half of teachers, by cohort."""
    say = asked.say
    found = figures(
        asked.connection, asked.viewer, indicator="PL-2", part="median",
        wave=asked.wave,
    )  # fmt: skip
    by_unit = {(f.unit_kind, f.unit_id): f for f in found}
    units = [("district", "all", say("cohort.none"), theme.INK)]
    units += [
        ("cohort", str(c.cohort_id), say.cohort(c.cohort_id),
         theme.cohort_mark(c.cohort_id))
        for c in in_order(asked.facts)
    ]  # fmt: skip
    drawn, rows, kept = [], [], []
    for kind, unit, name, color in units:
        f = by_unit.get((kind, unit))
        if f is None:
            continue
        kept.append(f)
        row, values = _dose_row(say, name, f, color)
        drawn.append(row)
        rows.append((name, *values))
    if not rows:
        return None
    ticks = (*((t, f"{t}") for t in (0, 5, 10, 20, 30)), (14, "14"))
    axis = Axis(0, HOURS, tuple(sorted(ticks)))
    columns = tuple(
        say(f"column.{k}") for k in ("group", "median", "quarter", "three_quarters")
    )
    return Block(
        name="dose",
        question=say("communication.dose"),
        reading=say("communication.dose_reading"),
        alt="; ".join(f"{r[0]}: {r[1]}" for r in rows),
        picture=[dot_rows(drawn, axis=axis)],
        phone=[dot_rows(drawn, axis=axis, phone=True)],
        table=figure_table(asked, "PL-2", columns, rows, kept),
        cannot=say("communication.dose_cannot"),
    )


def _dose_row(
    say: Speaker, name: str, f: Figure, color: str
) -> tuple[DotRow, tuple[str | None, ...]]:
    if f.value is None:
        reason = say("withheld.protected")
        return DotRow(name, (), reason=reason), (reason, None, None)
    dot = Dot(
        f.value, f.low, f.high, color=color, hover=f"{name}: {say.decimal(f.value)}"
    )
    printed = say("communication.hours", n=say.decimal(f.value))
    values = tuple(
        None if x is None else say.decimal(x) for x in (f.value, f.low, f.high)
    )
    return DotRow(name, (dot,), printed=printed), values


page("communication", build, path=PATH)
