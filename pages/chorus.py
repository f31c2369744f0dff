"""/chorus: is it a chorus or a lone voice?"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from dash.development.base_component import Component

from components import page as parts
from components import theme
from components.answer_bars import AnswerRow, answer_bars
from components.charts.rows import Bar, DotRow, bars, dot_rows
from components.charts.voices import (
    Lane,
    Launch,
    lanes,
    lone_over_time,
    voices_over_time,
)
from components.figure_block import Block
from components.superlatives import loudest_sentence
from components.tables import Table, Value
from components.words import listing
from data.catalogue import catalogue
from pages._numbers import (
    estimate_row,
    estimate_table,
    figure_table,
    half_years,
    of_district,
    one_of_district,
    percents,
)
from pages._request import Answer, Ask, in_order, page, wave_filter
from pages._voices import LONE, SPEAKING, group_name, least_reached
from queries.diary import Occasion, occasions
from queries.estimates import Estimate, estimates
from queries.figures import Figure, figures

PATH = "/chorus"
HEARING = ("students", "families", "teachers", "building_admins", "board")
WINDOW, DRAWN = timedelta(days=365), timedelta(days=730)
# A swelling line bends this often; between occasions it only fades.
BEND = timedelta(days=14)
EARLY = timedelta(days=60)
DEPTHS = 5
WHY = {
    "student_6_12": "S.WHY", "family": "F.WHY", "teacher": "T.WHY",
    "principal": "P.WHY",
}  # fmt: skip


def build(asked: Ask) -> Answer:
    """Return who makes the case, how many voices, who has heard, and how deep."""
    say = asked.say
    question = say("chorus.question")
    voices = one_of_district(asked, "CH-3", "voices")
    log = occasions(asked.connection, asked.viewer, indicator="CH-3")
    if voices is None or not log:
        empty = parts.nothing_yet(say("chorus.none"))
        choices = [wave_filter(asked)] if asked.facts.waves else []
        return Answer(question, "", [empty], choices)
    body: list[Block | Component] = [_lanes(asked, log)]
    if (over_time := _over_time(asked)) is not None:
        body.append(over_time)
    body += [_reach(asked), _early(asked, log), _clear(asked), _depth(asked)]
    hero = None
    if voices.value is not None:
        hero = (say.decimal(voices.value), say("chorus.of_six"))
    sentence = chorus_sentence(asked)
    return Answer(question, sentence, body, [wave_filter(asked)], hero)


def chorus_sentence(asked: Ask) -> str:
    """Return how many voices it sounds like, whose, and who has heard least."""
    say = asked.say
    found = one_of_district(asked, "CH-3", "voices")
    if found is None:
        return ""
    if found.value is None:
        return say("chorus.silent")
    word = say(f"sound.{found.word}").lower()
    text = say("chorus.sentence", voices=say.decimal(found.value), word=word)
    if "" in of_district(asked, "CH-3", "few_events"):
        text += " " + say("chorus.few")
    shares = of_district(asked, "CH-3", "share")
    if shares:
        told = loudest_sentence(say, {g: f.value or 0 for g, f in shares.items()})
        text += f" {told}"
    return f"{text} {least_reached(asked)}".strip()


def _last_day(asked: Ask) -> date:
    """The day the chosen wave closed, up to which the voices are counted too."""
    closed = asked.facts.last_days[asked.wave]
    if closed is None:  # a wave of published results, which has no window
        wave = asked.facts.waves[asked.wave]
        return date(wave.calendar_year, 3 if wave.spring else 10, 28)
    return date.fromisoformat(closed)


def _weights(
    days: list[tuple[date, int]], span: tuple[date, date], half_life: float
) -> tuple[tuple[date, float], ...]:
    """Return how loud a group was, with a step at each occasion.

    Args:
        days: (occasion, groups that led it), oldest first.
    """

    def at(day: date, *, before: bool) -> float:
        known = [
            (d, n)
            for d, n in days
            if (d < day or (d == day and not before)) and day - d < WINDOW
        ]
        return float(sum(2 ** (-(day - d).days / half_life) / n for d, n in known))

    if not days or days[0][0] > span[1]:
        return ()
    start = max(days[0][0], span[0])
    steps = {d for d, _ in days if start <= d <= span[1]}
    grid = {start + BEND * k for k in range((span[1] - start) // BEND + 1)}
    found = []
    for day in sorted(steps | grid | {span[1]}):
        if day in steps and day > start:
            found.append((day, at(day, before=True)))
        found.append((day, at(day, before=False)))
    return tuple(found)


def _lanes(asked: Ask, log: list[Occasion]) -> Block:
    say, end = asked.say, _last_day(asked)
    span = (end - DRAWN, end)
    half_life = float(asked.facts.rules["half_life_days"])
    shares = of_district(asked, "CH-3", "share")
    drawn, rows, spoken = [], [], []
    for group in SPEAKING:
        days = [
            (o.starts_on, len(o.led_by))
            for o in log
            if group in o.led_by and o.starts_on <= end
        ]
        name = group_name(say, group)
        lately = sum(end - d < WINDOW for d, _ in days)
        note = say("chorus.times", n=lately) if days else say("chorus.never")
        share = shares.get(group)
        value = say.percent(share.value or 0) if share else "–"
        drawn.append(
            Lane(
                name, note, tuple(d for d, _ in days), _weights(days, span, half_life),
                value, is_lone=group == LONE,
            )
        )  # fmt: skip
        since = say.date(days[0][0].isoformat()) if days else "–"
        rows.append((name, value, lately, since))
        spoken.append(say("chorus.lane_alt", group=name, share=value, n=lately))
    ticks = half_years(say, *span)
    heading = say("chorus.share_now")
    return Block(
        name="voices",
        question=say("chorus.who"),
        reading=say("chorus.who_reading"),
        alt="; ".join(spoken),
        picture=[lanes(drawn, ticks=ticks, span=span, heading=heading)],
        phone=[lanes(drawn, ticks=ticks, span=span, heading=heading, phone=True)],
        table=Table(
            tuple(say(f"column.{k}") for k in ("group", "share_now", "times", "since")),
            rows,
            keys=("occasion_id", "date", "school_id", "led_by", "heard_by", "depth"),
            data=[
                (
                    o.occasion_id,
                    o.starts_on.isoformat(),
                    o.school_id,
                    ";".join(o.led_by),
                    ";".join(o.heard_by),
                    o.depth,
                )
                for o in log
            ],
        ),
        know=say(
            "chorus.know",
            n=sum(end - o.starts_on < WINDOW for o in log if o.starts_on <= end),
            days=f"{half_life:,.0f}",
        ),
        cannot=say("chorus.cannot"),
    )


def _over_time(asked: Ask) -> Block | None:
    say, facts = asked.say, asked.facts
    found = figures(
        asked.connection, asked.viewer, indicator="CH-3", part="voices",
        unit_kind="district",
    )  # fmt: skip
    found = [f for f in found if f.value is not None and f.wave_index <= asked.wave]
    if not found:
        return None
    # One point a wave over the years, one a month over the last twelve.
    points = [(facts.waves[f.wave_index].label, f.value or 0) for f in found]
    labels = [say.wave(facts.waves[f.wave_index]) for f in found]
    months: list[Figure] = []
    if asked.wave == facts.latest:
        monthly = of_district(asked, "CH-3", "month")
        months = [monthly[k] for k in sorted(monthly)]
    cuts = [1.0, *_cuts(asked), 6.0]
    words = ("lone_voice", "few_voices", "growing_chorus", "chorus")
    bands = [
        (low, high, say(f"sound.{w}"))
        for low, high, w in zip(cuts, cuts[1:], words, strict=False)
    ]
    ticks = [
        (label, text[:1].upper() + text[1:])
        for (label, _), text, f in zip(points, labels, found, strict=True)
        if not facts.waves[f.wave_index].spring
    ] or [(points[0][0], labels[0])]
    years = [(label, label[:4]) for label, _ in ticks]
    lone = _lone(asked)
    shares = [(facts.waves[f.wave_index].label, f.value or 0) for f in lone]
    beneath = (say("chorus.lone"), say.percent(0), say.percent(100))
    last = f"{say.decimal(points[-1][1])} {say('chorus.of_six_short')}"
    alone = dict(shares)
    rows: list[tuple[Value, ...]] = [
        (text, say.decimal(v), say(f"sound.{f.word}"), say.percent(alone[label]))
        for (label, v), text, f in zip(points, labels, found, strict=True)
        if label in alone
    ]
    by_month = of_district(asked, "CH-3", "month_lone")
    rows += [
        (
            say.month(date.fromisoformat(f"{f.category}-01")),
            say.decimal(f.value or 0),
            None,
            say.percent(by_month[f.category].value or 0),
        )
        for f in months
    ]
    pictures = [
        [
            voices_over_time(points, bands=bands, ticks=at, last=last, phone=phone),
            lone_over_time(
                shares, words=beneath, ticks=at, phone=phone,
                last=say.percent(shares[-1][1]) if shares else "",
            ),
        ]
        for at, phone in ((ticks, False), (years, True))
    ]  # fmt: skip
    return Block(
        name="over-time",
        question=say("chorus.amounts"),
        reading=say("chorus.amounts_reading"),
        alt="; ".join(f"{r[0]}: {r[1]}" for r in rows),
        picture=pictures[0],
        phone=pictures[1],
        table=figure_table(
            asked, "CH-3",
            (*(say(f"column.{k}") for k in ("wave", "voices", "word")), beneath[0]),
            rows, [*found, *months, *lone, *by_month.values()],
        ),
        know=say("chorus.amounts_know"),
    )  # fmt: skip


def _lone(asked: Ask) -> list[Figure]:
    """Return the office's own share of the case, wave by wave."""
    found = figures(
        asked.connection, asked.viewer, indicator="CH-3", part="lone",
        unit_kind="district",
    )  # fmt: skip
    return [f for f in found if f.value is not None and f.wave_index <= asked.wave]


def _cuts(asked: Ask) -> list[float]:
    return [float(x) for x in str(asked.facts.rules["chorus_cuts"]).split(",")]


def _reach(asked: Ask) -> Block:
    """Who has heard: a bar a group, a range where several occasions were."""
    say = asked.say
    found = of_district(asked, "CH-1", "reach")
    drawn: list[Bar] = []
    rows: list[tuple[Value, ...]] = []
    spoken: list[str] = []
    for group in HEARING:
        f, name = found.get(group), group_name(say, group)
        if f is None:
            continue
        if f.word == "no_roster" or f.low is None or f.high is None:
            reason = say("chorus.no_roster")
            drawn.append(Bar(name, None, "", reason=reason))
            rows.append((name, reason, None, None))
            spoken.append(f"{name}: {reason}")
            continue
        printed = say.interval(f.low, f.high)
        is_range = round(f.low) != round(f.high)
        note = say("chorus.counted_apart") if is_range else ""
        drawn.append(Bar(name, f.value, printed, note, f.low, f.high))
        low, high = say.percent(f.low), say.percent(f.high)
        rows.append((name, low, high, note or say("chorus.counted_once")))
        spoken.append(f"{name}: {printed}")
    axis = percents(say)
    return Block(
        name="reach",
        question=say("chorus.heard"),
        reading=say("chorus.heard_reading"),
        alt="; ".join(spoken),
        picture=[bars(drawn, axis=axis)],
        phone=[bars(drawn, axis=axis, phone=True)],
        table=figure_table(
            asked, "CH-1",
            tuple(say(f"column.{k}") for k in ("group", "least", "most", "how_known")),
            rows, found.values(),
        ),
        know=say("chorus.heard_know"),
        cannot=say("chorus.heard_cannot"),
    )  # fmt: skip


def _early(asked: Ask, log: list[Occasion]) -> Block:
    """Every occasion by who it was for, with the days cohorts began."""
    say, end = asked.say, _last_day(asked)
    first = min(o.starts_on for o in log)
    span = (first, end)
    starts = [
        Launch(
            date.fromisoformat(c.launches_on), say.cohort(c.cohort_id), c.cohort_id,
            EARLY,
        )
        for c in in_order(asked.facts)
        if c.cohort_id and c.launches_on
        and span[0] <= date.fromisoformat(c.launches_on) <= end
    ]  # fmt: skip
    drawn = []
    for group in HEARING:
        mine = [o for o in log if group in o.heard_by and o.starts_on <= end]
        wide = tuple(o.starts_on for o in mine if not o.school_id)
        local = tuple(o.starts_on for o in mine if o.school_id)
        note = say("chorus.occasions", n=len(mine))
        drawn.append(Lane(group_name(say, group), note, wide, (), "", at_schools=local))
    lead = _by_word(asked, "lead_days")
    often = _by_word(asked, "often")
    rows: list[tuple[Value, ...]] = []
    spoken: list[str] = []
    for group in HEARING[:-1]:
        early = lead[group]
        known = sum(early.values())
        rhythm = often[group]
        name = group_name(say, group)
        values = {
            "group": name,
            "n": early["early"],
            "of": known,
            "often": rhythm["often"],
            "all": sum(rhythm.values()),
        }
        spoken.append(say("chorus.early_alt", **values))
        rows.append(
            (
                name,
                say("promise.compared", n=values["n"], of=values["of"]),
                say("promise.compared", n=values["often"], of=values["all"]),
            )
        )
    ticks = half_years(say, *span)
    years = [t for t in ticks if t[0].month == 1]
    columns = tuple(say(f"column.{k}") for k in ("group", "early", "often"))
    found = figures(
        asked.connection, asked.viewer, indicator="CH-2", wave=asked.wave
    )  # fmt: skip
    return Block(
        name="early",
        question=say("chorus.early"),
        reading=say("chorus.early_reading"),
        alt=" ".join(spoken),
        picture=[lanes(drawn, ticks=years, span=span, heading="", launches=starts)],
        phone=[
            lanes(
                drawn, ticks=years, span=span, heading="", launches=starts, phone=True
            )
        ],
        table=figure_table(asked, "CH-2", columns, rows, found),
        know=say("chorus.early_know"),
        cannot=say("chorus.early_cannot"),
    )


def _by_word(asked: Ask, part: str) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for f in figures(
        asked.connection, asked.viewer, indicator="CH-2", part=part, wave=asked.wave
    ):
        counts[f.category][f.word or ""] += 1
    return counts


def _clear(asked: Ask) -> Block:
    """Clear about the why: four questions, a row for each group that was asked."""
    say = asked.say
    drawn: list[DotRow] = []
    rows: list[tuple[str, Estimate]] = []
    items = catalogue().items
    for number in range(1, 5):
        group = (say(f"chorus.why.{number}"), theme.INK)
        for form, stem in WHY.items():
            # Each group's own words: in Spanish a student is asked as "tú".
            question = say.text(items[f"{stem}.{number}"].text)
            name = say(f"form.{form}")
            for found in _near(asked, form, f"{stem}.{number}"):
                drawn.append(estimate_row(say, name, found, group=group))
                rows.append((f"{name}: {question}", found))
    both = say("chorus.heard_and_clear")
    for name, found in _heard_and_clear(asked):
        drawn.append(estimate_row(say, name, found, group=(both, theme.INK)))
        rows.append((f"{name}: {both}", found))
    if not drawn:
        text = say("nothing.answers", wave=asked.wave_words)
        empty = Table((say("column.group"),), [])
        return Block(
            "clear", say("chorus.clear"), "", text, parts.nothing_yet(text), empty,
            can_leave=False,
        )  # fmt: skip
    axis = percents(say)
    return Block(
        name="clear",
        question=say("chorus.clear"),
        reading=say("chorus.clear_reading"),
        alt="; ".join(f"{name}: {say.value(e.cell)}" for name, e in rows),
        picture=[dot_rows(drawn, axis=axis)],
        phone=[dot_rows(drawn, axis=axis, phone=True)],
        table=estimate_table(asked, say("column.group"), rows),
        know=say("chorus.clear_know"),
        cannot=say("chorus.clear_cannot"),
    )


def _heard_and_clear(asked: Ask) -> list[tuple[str, Estimate]]:
    """Name each group's share that has heard the reasons and finds them clear.

    Families also by the language they answered in, where no language is hidden
    (specification CH-4).
    """
    say = asked.say
    named = []
    for form in WHY:
        whole = _near(asked, form, "heard_and_clear")
        parts = _near(asked, form, "heard_and_clear", breakdown="language")
        named += [(say(f"form.{form}"), e) for e in whole]
        if all(e.cell.is_shown for e in parts):
            whole_name = say(f"form.{form}")
            named += [
                (f"{whole_name}, {say.language_in_text(e.category)}", e) for e in parts
            ]
    return named


def _near(
    asked: Ask, form: str, part: str, *, breakdown: str = "all"
) -> list[Estimate]:
    """Return the answers in this wave, or in the last one the form was asked in."""
    found = estimates(
        asked.connection, asked.viewer, indicator="CH-4", part=part, form=form,
        unit_kind="district", breakdown=breakdown,
    )  # fmt: skip
    near = [e for e in found if asked.wave - 1 <= e.wave_index <= asked.wave]
    latest = max((e.wave_index for e in near), default=None)
    return [e for e in near if e.wave_index == latest]


def _depth(asked: Ask) -> Block:
    """How far each group was let in, from told to deciding together."""
    say = asked.say
    depths = [of_district(asked, "CH-5", f"depth_{k}") for k in range(1, DEPTHS + 1)]
    options = tuple(say(f"depth.{k}") for k in range(1, DEPTHS + 1))
    drawn: list[AnswerRow] = []
    rows: list[tuple[Value, ...]] = []
    kept: list[Figure] = []
    for group in HEARING:
        found = [d.get(group) for d in depths]
        if any(f is None or f.value is None for f in found):
            continue
        known = [f for f in found if f is not None]
        shares = tuple(f.value or 0.0 for f in known)
        deep = say("chorus.deep", share=say.percent(sum(shares[2:])))
        drawn.append(AnswerRow(group_name(say, group), options, shares, deep))
        rows.append((group_name(say, group), *(say.percent(s) for s in shares)))
        kept += known
    return Block(
        name="depth",
        question=say("chorus.depth"),
        reading=say(
            "chorus.depth_reading", options=listing(say, [o.lower() for o in options])
        ),
        alt="; ".join(f"{r.question}: {r.favourable}" for r in drawn),
        picture=answer_bars(say, drawn),
        table=figure_table(asked, "CH-5", (say("column.group"), *options), rows, kept),
        know=say("chorus.depth_know"),
    )


page("chorus", build, path=PATH)
