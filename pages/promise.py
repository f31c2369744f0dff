"""/promise: are outcomes holding while we change?"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial

from dash.development.base_component import Component

from components import page as parts
from components import theme
from components.charts.dots import MOST_DOTS
from components.charts.rows import Axis, Bar, Dot, DotRow, bars, dot_rows
from components.charts.strip import Held, strip
from components.figure_block import Block
from components.tables import Table, Value
from components.words import Speaker, count_schools, listing
from data.catalogue import catalogue
from data.model.cell import Status
from data.model.vocabulary import OUTCOME_WORDS
from pages._four_answers import promise_counts
from pages._numbers import (
    estimate_row,
    estimate_table,
    figure_table,
    fixed_axis,
    of_district,
    percents,
)
from pages._request import (
    Answer,
    Ask,
    choice_filter,
    cohort_filter,
    page,
    wave_filter,
)
from queries.diary import Outcome, outcomes
from queries.estimates import estimates
from queries.facts import School, schools
from queries.figures import Figure, figures

PATH = "/promise"
# Dips the board allowed, to either side of "as before": drawn at least, and at most.
REACH, FARTHEST = 4, 10
DIP = (-1.0, 0.0)
MOST_ROWS = 60
ATTRIBUTES = ("LX-1", "LX-2", "LX-3", "LX-4")
FORM = "student_6_12"
# Words whose reason stands under the picture.
WHY = ("no_comparison", "test_changed", "not_yet", "missing", "no_past", "closed")


def build(asked: Ask) -> Answer:
    """Return each promised outcome against its allowed dip, then school by school."""
    say = asked.say
    question = say("promise.question")
    promised = outcomes(asked.connection, asked.viewer)
    together = {o.outcome_id: _together(asked, o) for o in promised}
    if not promised or not any(together.values()):
        empty = parts.nothing_yet(say("promise.none"))
        return Answer(question, "", [empty])
    body: list[Block | Component] = [_held(asked, promised, together)]
    body.append(_schools(asked, promised))
    if asked.viewer.is_staff and (pairs := _with_risk(asked, promised)):
        body.append(pairs)
    body.append(_learning(asked))
    options = [(o.outcome_id, say.text(o.name)) for o in promised]
    choices = [wave_filter(asked), cohort_filter(asked)]
    choices.append(choice_filter(asked, "outcome", options))
    return Answer(question, promise_sentence(asked), body, choices)


def _together(asked: Ask, outcome: Outcome) -> Figure | None:
    return of_district(asked, "CU-4", outcome.outcome_id).get("together")


def promise_sentence(asked: Ask) -> str:
    """Return what became of each promised outcome, in one sentence."""
    say = asked.say
    promised = outcomes(asked.connection, asked.viewer)
    said = []
    for outcome in promised:
        found = _together(asked, outcome)
        if found is None or found.word is None:
            continue
        name = say.text(outcome.name)
        word = say(f"held.{found.word}").lower()
        said.append(say("promise.part", name=_within(name), word=word))
    if not said:
        return ""
    text = f"{promise_counts(asked)} {say('promise.sentence', parts='; '.join(said))}"
    latest = max(o.registered_on for o in promised)
    return f"{text} {say('promise.set_on', date=say.date(latest.isoformat()))}"


def _within(name: str) -> str:
    return name[:1].lower() + name[1:]


def _axis(say: Speaker, drawn: Iterable[tuple[Outcome, Figure]]) -> Axis:
    """Return an axis in allowed dips that holds every interval drawn on it."""
    ends = [
        abs(x) / outcome.margin
        for outcome, f in drawn
        for x in (f.value, f.low, f.high)
        if x is not None
    ]
    reach = min(max(REACH, *map(math.ceil, ends)), FARTHEST) if ends else REACH
    return Axis(-reach, reach, ((0, say("promise.same")),), zero=True)


def _dot(outcome: Outcome, f: Figure, axis: Axis, *, color: str, hover: str) -> Dot:
    """Return a change with its interval, in allowed dips and within the axis."""
    value, low, high = (
        min(max((x or 0) / outcome.margin, axis.low), axis.high)
        for x in (f.value, f.low, f.high)
    )
    return Dot(value, low, high, color, f.word == "no_comparison", hover)


def _is_beyond(outcome: Outcome, f: Figure) -> bool:
    ends = [x for x in (f.value, f.low, f.high) if x is not None]
    return any(abs(x) > FARTHEST * outcome.margin for x in ends)


def _held(
    asked: Ask, promised: list[Outcome], together: dict[str, Figure | None]
) -> Block:
    say = asked.say
    rows: list[DotRow] = []
    table: list[tuple[Value, ...]] = []
    spoken: list[str] = []
    judged = [(o, f) for o in promised if (f := together[o.outcome_id]) is not None]
    axis = _axis(say, judged)
    for outcome in promised:
        found, name = together[outcome.outcome_id], say.text(outcome.name)
        if found is None:
            continue
        word = say(f"held.{found.word}")
        compared = say(
            "promise.compared", n=f"{found.n or 0:,.0f}", of=f"{found.of:,.0f}"
        )
        if found.value is None or found.low is None or found.high is None:
            rows.append(DotRow(name, (), reason=word, is_hatched=False))
            table.append((name, word, None, None, None, compared))
            spoken.append(f"{name}: {word}")
            continue
        dot = _dot(outcome, found, axis, color=theme.ACCENT, hover=f"{name}: {word}")
        value = say.outcome(outcome.unit, found.value)
        rows.append(DotRow(name, (dot,), printed=word, note=value))
        low, high = (say.outcome(outcome.unit, x) for x in (found.low, found.high))
        table.append((name, word, value, low, high, compared))
        spoken.append(
            say(
                "promise.row_alt", name=name, word=word, value=value, low=low, high=high
            )
        )
    heads = [(sum(DIP) / 2, say("promise.dip"))]
    columns = tuple(
        say(f"column.{k}")
        for k in ("outcome", "word", "change_beyond", "low", "high", "compared")
    )
    return Block(
        name="held",
        question=say("promise.held"),
        reading=say("promise.held_reading"),
        alt=" ".join(f"{s}." for s in spoken),
        picture=[dot_rows(rows, axis=axis, band=DIP, heads=heads)],
        phone=[dot_rows(rows, axis=axis, band=DIP, heads=heads, phone=True)],
        table=figure_table(
            asked, "CU-4", columns, table, [f for f in together.values() if f]
        ),
        know=_know(asked, promised),
        cannot=say("promise.cannot"),
        beside=_could_show(asked, promised, together),
    )


def _could_show(
    asked: Ask, promised: list[Outcome], together: dict[str, Figure | None]
) -> tuple[str, ...]:
    """Say, of each outcome nobody can tell yet, which dip would have been seen.

    Source: specification 8.2 CU-4.
    """
    say = asked.say
    dips = {
        f.about: f.value
        for f in figures(
            asked.connection, asked.viewer, indicator="CU-4", part="could_show",
            wave=asked.wave, unit_kind="district",
        )
    }  # fmt: skip
    return tuple(
        say(
            "promise.could_show",
            name=say.text(outcome.name),
            dip=say.outcome(outcome.unit, dip, is_signed=False),
        )
        for outcome in promised
        if (found := together[outcome.outcome_id]) is not None
        and found.word == "unclear"
        and (dip := dips.get(outcome.outcome_id)) is not None
    )


def _allowed(say: Speaker, outcome: Outcome) -> str:
    """Return the dip allowed; a standardized one with its standard deviations."""
    name = say.text(outcome.name)
    dip = say.outcome(outcome.unit, outcome.margin, is_signed=False)
    if outcome.unit != "SD":
        return f"{name} {dip}"
    sd = say.decimal(outcome.margin, 2)
    return say("promise.with_sd", name=name, places=dip, sd=sd)


def _know(asked: Ask, promised: list[Outcome]) -> str:
    say = asked.say
    dips = [_allowed(say, o) for o in promised]
    return say("promise.know", dips=listing(say, dips))


def _chosen(asked: Ask, promised: list[Outcome]) -> Outcome:
    by_id = {o.outcome_id: o for o in promised}
    return by_id.get(asked.params.get("outcome", ""), promised[0])


def _of_schools(asked: Ask, outcome: Outcome) -> list[tuple[School, Figure]]:
    known = {
        s.school_id: s
        for s in schools(asked.connection, asked.viewer, cohort=asked.cohort())
    }
    found = figures(
        asked.connection,
        asked.viewer,
        indicator="CU-4",
        part=outcome.outcome_id,
        wave=asked.wave,
        unit_kind="school",
    )
    rows = [(known[f.unit_id], f) for f in found if f.unit_id in known]
    rows.sort(key=lambda r: (r[0].cohort_id == 0, r[0].cohort_id, r[0].name))
    return rows


def _schools(asked: Ask, promised: list[Outcome]) -> Block | Component:
    """One outcome at the schools that have started, or how many are called what."""
    say, outcome = asked.say, _chosen(asked, promised)
    found = _of_schools(asked, outcome)
    name = say.text(outcome.name)
    title = say("promise.schools", outcome=name)
    if not found:
        return parts.section(title, [parts.nothing_yet(say("nothing.filter"))])
    counts = of_district(asked, "CU-4", outcome.outcome_id)
    counted = listing(
        say,
        [
            say(
                "promise.count",
                n=f"{counts[w].value:,.0f}",
                word=say(f"held.{w}").lower(),
            )
            for w in OUTCOME_WORDS
            if w in counts and counts[w].value
        ],
    )
    table = _school_table(asked, outcome, found)
    alt = say("promise.schools_alt", outcome=name, counts=counted)
    if len(found) > MOST_ROWS:
        words = [
            Bar(say(f"held.{w}"), counts[w].value, f"{counts[w].value:,.0f}")
            for w in OUTCOME_WORDS
            if w in counts and counts[w].value
        ]
        top = max(bar.value or 0 for bar in words)
        axis = Axis(0, top * 1.1, ((0, "0"),))
        return Block(
            name="schools", question=title, reading=say("promise.many", n=len(found)),
            alt=alt, picture=[bars(words, axis=axis)],
            phone=[bars(words, axis=axis, phone=True)], table=table,
        )  # fmt: skip
    axis = _axis(say, [(outcome, f) for _, f in found])
    rows = [_school_row(say, outcome, s, f, axis) for s, f in found]
    note = _drawn_so(say, outcome, found)
    heads = [(sum(DIP) / 2, say("promise.dip"))]
    return Block(
        name="schools",
        question=title,
        reading=say("promise.schools_reading", counts=counted),
        alt=alt,
        picture=[dot_rows(rows, axis=axis, band=DIP, heads=heads)],
        phone=[dot_rows(rows, axis=axis, band=DIP, heads=heads, phone=True)],
        table=table,
        note=note,
    )


def _drawn_so(
    say: Speaker, outcome: Outcome, found: list[tuple[School, Figure]]
) -> str:
    """Say what is drawn otherwise than the rest, and why some are not compared."""
    words = {f.word for _, f in found if f.status is Status.SHOWN}
    told = [say(f"promise.why.{w}") for w in OUTCOME_WORDS if w in words & set(WHY)]
    if any(_is_beyond(outcome, f) for _, f in found):
        told.append(say("promise.beyond", n=FARTHEST))
    return " ".join(told)


def _school_row(
    say: Speaker, outcome: Outcome, school: School, f: Figure, axis: Axis
) -> DotRow:
    group = (say.cohort(school.cohort_id), theme.cohort_text(school.cohort_id))
    if f.status is not Status.SHOWN:
        return DotRow(school.name, (), group=group, reason=say("withheld.protected"))
    word = say(f"held.{f.word}")
    if f.value is None or f.low is None or f.high is None:
        return DotRow(school.name, (), group=group, reason=word, is_hatched=False)
    color = theme.cohort_mark(school.cohort_id)
    dot = _dot(outcome, f, axis, color=color, hover=f"{school.name}: {word}")
    note = say.outcome(outcome.unit, f.value)
    return DotRow(school.name, (dot,), printed=word, note=note, group=group)


def _school_table(
    asked: Ask, outcome: Outcome, found: list[tuple[School, Figure]]
) -> Table:
    say = asked.say
    columns = tuple(
        say(f"column.{k}")
        for k in ("school", "cohort", "word", "change_beyond", "low", "high", "n")
    )
    rows = []
    for school, f in found:
        shown = f.status is Status.SHOWN
        word = say(f"held.{f.word}") if shown else say("withheld.protected")
        numbers = [
            None if x is None else say.outcome(outcome.unit, x)
            for x in (f.value, f.low, f.high)
        ]
        rows.append(
            (school.name, say.cohort(school.cohort_id), word, *numbers, f.n_band)
        )
    return figure_table(asked, "CU-4", columns, rows, [f for _, f in found])


def _with_risk(asked: Ask, promised: list[Outcome]) -> Block | None:
    """Room for risk beside what became of an outcome, a dot a school."""
    say, outcome = asked.say, _chosen(asked, promised)
    known = {s.school_id: s for s in schools(asked.connection, asked.viewer)}
    found = figures(
        asked.connection,
        asked.viewer,
        indicator="CU-5",
        part="pair",
        about=outcome.outcome_id,
        wave=asked.wave,
    )
    found = [f for f in found if f.value is not None and f.unit_id in known]
    if not found:
        return None
    columns = [(w, say(f"held.{w}")) for w in ("better", "held", "unclear", "slipped")]
    columns.append(("no_comparison", say("held.no_comparison")))
    dots = [
        Held(
            f.word or "", f.value or 0, f.low, f.high, known[f.unit_id].cohort_id,
            known[f.unit_id].name,
        )
        for f in found
    ]  # fmt: skip
    # Within a sentence, here and in Spanish, a name is not a title.
    name = _within(say.text(outcome.name))
    rows = [
        (
            known[f.unit_id].name,
            say(f"held.{f.word}"),
            say.percent(f.value or 0),
            None if f.low is None else say.percent(f.low),
            None if f.high is None else say.percent(f.high),
        )
        for f in found
    ]
    heads = tuple(say(f"column.{k}") for k in ("school", "word", "risk", "low", "high"))
    drawn = partial(
        strip, say, dots, columns=columns, axis=fixed_axis(asked, "CU-1"),
        count=partial(count_schools, say),
    )  # fmt: skip
    is_many = len(dots) > MOST_DOTS
    return Block(
        name="together",
        question=say("promise.risk", outcome=name),
        reading=say("promise.risk_reading_many" if is_many else "promise.risk_reading"),
        alt=say(
            "promise.risk_alt", schools=count_schools(say, len(found)), outcome=name
        ),
        picture=[drawn()],
        phone=[drawn(phone=True)],
        table=figure_table(asked, "CU-5", heads, rows, found),
        cannot=say("promise.risk_cannot"),
        beside=_beneath(asked, outcome, {f.unit_id for f in found}, known),
    )


def _beneath(
    asked: Ask, outcome: Outcome, drawn: set[str], known: dict[str, School]
) -> tuple[str, ...]:
    """Say how far both go together over enough schools, and which cannot be shown.

    Source: specification 8.2 CU-5.
    """
    say = asked.say
    told = []
    (rho,) = figures(
        asked.connection, asked.viewer, indicator="CU-5", part="correlation",
        about=outcome.outcome_id, wave=asked.wave,
    ) or (None,)  # fmt: skip
    if rho is not None and None not in (rho.value, rho.low, rho.high):
        numbers = [say.signed(x or 0, 2) for x in (rho.value, rho.low, rho.high)]
        told.append(
            say(
                "promise.rho",
                schools=f"{rho.n or 0:,.0f}",
                rho=numbers[0],
                low=numbers[1],
                high=numbers[2],
            )
        )
    # Whoever reads one school alone is shown no others, hidden or not.
    if asked.viewer.is_staff and not asked.viewer.school_ids:
        judged = figures(
            asked.connection, asked.viewer, indicator="CU-4", part=outcome.outcome_id,
            wave=asked.wave, unit_kind="school",
        )  # fmt: skip
        hidden = [
            known[f.unit_id].name
            for f in judged
            if f.unit_id in known and f.unit_id not in drawn and f.value is not None
        ]
        if hidden:
            told.append(say("promise.not_shown", schools=listing(say, hidden)))
    return tuple(told)


def _learning(asked: Ask) -> Block:
    """The four attributes across the district: what the change is for."""
    say = asked.say
    rows = []
    for indicator in ATTRIBUTES:
        found = estimates(
            asked.connection,
            asked.viewer,
            indicator=indicator,
            form=FORM,
            wave=asked.wave,
            unit_kind="district",
        )
        if found:
            rows.append((say.text(catalogue().indicators[indicator].name), found[0]))
    drawn = [estimate_row(say, name, e) for name, e in rows]
    axis = percents(say)
    spoken = "; ".join(f"{name}: {say.value(e.cell)}" for name, e in rows)
    return Block(
        name="learning",
        question=say("promise.learning"),
        reading=say("promise.learning_reading", form=say(f"form.{FORM}").lower()),
        alt=spoken,
        picture=[dot_rows(drawn, axis=axis)],
        phone=[dot_rows(drawn, axis=axis, phone=True)],
        table=estimate_table(asked, say("column.attribute"), rows),
        know=say("promise.learning_know"),
        cannot=say("promise.learning_cannot"),
    )


page("promise", build, path=PATH)
