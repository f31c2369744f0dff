"""/pulse: what excites and worries principals, and did we help?"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components import theme
from components.charts.mirror import Theme, mirror
from components.charts.rows import Axis, Bar, bars, dot_rows
from components.charts.steps import waiting_curve
from components.figure_block import Block
from components.superlatives import first_theme
from components.tables import Table, html_table
from components.words import Speaker
from data.catalogue import catalogue
from pages._numbers import (
    estimate_row,
    estimate_table,
    facts,
    figure_table,
    of_district,
    of_group,
    one_of_district,
    percents,
)
from pages._request import Answer, Ask, page, wave_filter
from queries.diary import requests
from queries.facts import schools
from queries.figures import Figure, figures

PATH = "/pulse"
MOST = 75
OLDEST = 12
LATITUDE = ("P.FX.1", "P.FX.2", "P.FX.3", "P.FX.4")
EXCITES, WORRIES = "PP-1", "PP-2"
# Upper edges of the five shades of the calendar, percent.
SHADES = (10, 20, 35, 50)
# Days between ticks of the curve, whichever fits.
TICK_DAYS = (7, 15, 30, 60, 120)


def build(asked: Ask) -> Answer:
    """Return the themes mirrored, over time, and what became of requests."""
    say = asked.say
    question = say("pulse.question")
    themes = {i: of_district(asked, i, "theme") for i in (EXCITES, WORRIES)}
    opened = one_of_district(asked, "PP-3", "opened")
    if not any(themes.values()) and opened is None:
        choices = [wave_filter(asked)] if asked.facts.waves else []
        return Answer(question, "", [parts.nothing_yet(say("pulse.none"))], choices)
    body: list[Block | Component] = []
    if any(themes.values()):
        body += [_mirror(asked, themes), _calendar(asked)]
    if opened is not None:
        body.append(_requests(asked))
        if (curve := _curve(asked)) is not None:
            body.append(curve)
        body.append(_categories(asked))
        body += _oldest(asked)
    body += _latitude(asked)
    return Answer(question, pulse_sentence(asked), body, [wave_filter(asked)])


def pulse_sentence(asked: Ask) -> str:
    """Return the first excitement and worry, and how long help takes."""
    say = asked.say
    said = []
    for indicator, key in (
        (EXCITES, "excites"),
        (WORRIES, "worries"),
    ):
        shown = _shown(of_district(asked, indicator, "theme"))
        named = {
            _name(say, c).lower(): (f.value or 0, _fewest(f)) for c, f in shown.items()
        }
        said.append(first_theme(say, key, named))
    median = one_of_district(asked, "PP-3", "median_days")
    if median is not None and median.value is not None:
        said.append(say("pulse.half_closed", days=f"{median.value:,.0f}"))
    elif median is not None:
        said.append(say("pulse.half_waiting"))
    return " ".join(s for s in said if s)


def _fewest(f: Figure) -> int:
    """Return how many answered at least, the same for every reader."""
    lowest = (f.n_band or "").partition("–")[0].rstrip("+")
    return int(lowest) if lowest.isdigit() else 1


def _shown(found: dict[str, Figure]) -> dict[str, Figure]:
    return {c: f for c, f in found.items() if c and f.value is not None}


def _name(say: Speaker, code: str) -> str:
    known = catalogue().code_book.codes.get(code)
    return say.text(known.name) if known else code


def _mirror(asked: Ask, themes: dict[str, dict[str, Figure]]) -> Block | Component:
    say = asked.say
    before = {
        i: _shown(of_district(asked, i, "theme", wave=max(asked.wave - 1, 0)))
        for i in themes
    }
    sides: dict[str, list[Theme]] = {}
    rows, kept = [], []
    for indicator, found in themes.items():
        if any(f.word == "under_review" for f in found.values()):
            title = say("pulse.themes")
            return parts.section(title, [parts.nothing_yet(say("pulse.under_review"))])
        mine = []
        for code in catalogue().code_book.codes:
            f = found.get(code)
            if f is None or f.value is None:
                continue
            kept.append(f)
            earlier = before[indicator].get(code)
            was = earlier.value if earlier and asked.wave else None
            mine.append(Theme(_name(say, code), f.value, say.percent(f.value), was))
            rows.append(
                (
                    _name(say, code), say(f"pulse.side.{indicator}"),
                    say.percent(f.value), None if was is None else say.percent(was),
                    f.n_band,
                )
            )  # fmt: skip
        sides[indicator] = mine
    heads = (say("pulse.excites"), say("pulse.worries"))
    left, right = sides.get(EXCITES, []), sides.get(WORRIES, [])
    columns = tuple(
        say(f"column.{k}") for k in ("theme", "side", "share", "half_year_ago", "n")
    )
    table = figure_table(asked, EXCITES, columns, rows, kept)
    return Block(
        name="themes",
        question=say("pulse.themes"),
        reading=say("pulse.themes_reading"),
        alt="; ".join(f"{r[1]}: {r[0]} {r[2]}" for r in rows),
        picture=[mirror(left, right, heads=heads, most=MOST)],
        phone=[mirror(left, right, heads=heads, most=MOST, phone=True)],
        table=table,
        know=say("pulse.know", minimum=asked.facts.rules["min_n_principal"]),
        cannot=say("pulse.cannot"),
        beside=_lasting(asked),
    )


def _lasting(asked: Ask) -> tuple[str, ...]:
    """Say how much energy there is, and what stays with principals for months."""
    say = asked.say
    told = []
    energy = one_of_district(asked, EXCITES, "energy")
    if energy is not None and energy.value is not None:
        told.append(say("pulse.energy", share=say.percent(energy.value)))
    for indicator in (EXCITES, WORRIES):
        found = _shown(of_district(asked, indicator, "persisting"))
        for code in sorted(found, key=lambda c: (-(found[c].value or 0), c)):
            count = f"{found[code].value or 0:,.0f}"
            key = f"pulse.persisting.{indicator.lower().replace('-', '')}"
            told.append(say(key, theme=_name(say, code).lower(), n=count))
    return tuple(told)


def _calendar(asked: Ask) -> Block:
    """Worries wave by wave, as a grid with its numbers in it."""
    say, waves = asked.say, asked.facts.waves
    found = [
        f
        for i in (EXCITES, WORRIES)
        for f in figures(
            asked.connection, asked.viewer, indicator=i, part="theme",
            unit_kind="district",
        )
        if f.category and f.wave_index <= asked.wave
    ]  # fmt: skip
    shown = sorted({f.wave_index for f in found})
    values = {(f.category, f.wave_index): f for f in found}
    codes = [c for c in catalogue().code_book.codes if any(k[0] == c for k in values)]
    rows, cells = [], []
    for code in codes:
        mine = [values.get((code, w)) for w in shown]
        row = [None if f is None or f.value is None else f.value for f in mine]
        rows.append(
            (_name(say, code), *(None if v is None else say.percent(v) for v in row))
        )
        cells.append(
            html.Tr([html.Th(_name(say, code), scope="row"), *(_heat(v) for v in row)])
        )
    names = [say.wave(waves[w]) for w in shown]
    head = html.Tr([html.Td(), *(html.Th(n, scope="col") for n in names)])
    grid = html.Table(
        [
            html.Caption(say("pulse.calendar"), className="visually-hidden"),
            html.Thead(head),
            html.Tbody(cells),
        ],
        className="heat grid",
    )
    return Block(
        name="calendar",
        question=say("pulse.calendar"),
        reading=say("pulse.calendar_reading"),
        alt=say("pulse.calendar_alt", n=len(codes), waves=len(shown)),
        picture=html.Div(grid, className="scroll-x", tabIndex="0"),
        table=figure_table(asked, EXCITES, (say("column.theme"), *names), rows, found),
        note=say("pulse.calendar_note"),
    )


def _heat(value: float | None) -> Component:
    if value is None:
        return html.Td("–", className="empty")
    level = sum(value >= edge for edge in SHADES)
    return html.Td(f"{value:,.0f}", className=f"L{level}")


def _requests(asked: Ask) -> Component:
    say = asked.say
    pairs = []
    for part, unit in (
        ("opened", "requests"), ("open", "requests"), ("fulfilled", "percent"),
        ("median_days", "days"),
    ):  # fmt: skip
        f = one_of_district(asked, "PP-3", part)
        if f is None:
            continue
        if f.value is None:
            value = say("pulse.not_reached")
        elif unit == "percent":
            value = say.percent(f.value)
        else:
            value = f"{f.value:,.0f}"
        words = "" if unit == "percent" or f.value is None else say(f"unit.{unit}")
        pairs.append((say(f"pulse.{part}"), value, words))
    return parts.section(
        say("pulse.requests"), [facts(pairs)], reading=say("pulse.requests_reading")
    )


def _curve(asked: Ask) -> Block | None:
    say = asked.say
    found = of_district(asked, "PP-3", "waiting")
    median = one_of_district(asked, "PP-3", "median_days")
    if not found:
        return None
    steps = [
        (float(day), f.value or 0, f.low or 0, f.high or 0)
        for day, f in sorted(found.items())
    ]
    last = int(steps[-1][0])
    # Five ticks at most: they do not touch.
    width = next((w for w in TICK_DAYS if last <= 5 * w), TICK_DAYS[-1])
    ticks = [(d, say("pulse.days", n=d)) for d in range(0, last + 1, width)]
    marked = None
    if median is not None and median.value is not None:
        marked = (median.value, say("pulse.median", days=f"{median.value:,.0f}"))
    axis = percents(say).ticks
    rows = [
        (f"{d:,.0f}", say.percent(s), say.percent(low), say.percent(high))
        for d, s, low, high in steps
    ]
    columns = tuple(say(f"column.{k}") for k in ("days", "still_open", "low", "high"))
    half = marked[1] if marked else say("pulse.half_waiting")
    return Block(
        name="waiting",
        question=say("pulse.waiting"),
        reading=say("pulse.waiting_reading"),
        alt=say("pulse.waiting_alt", half=half.lower(), days=last, share=rows[-1][1]),
        picture=[waiting_curve(steps, ticks=ticks, percents=axis, median=marked)],
        phone=[
            waiting_curve(
                steps, ticks=ticks[::2], percents=axis, median=marked, phone=True
            )
        ],
        table=figure_table(asked, "PP-3", columns, rows, found.values()),
        know=say("pulse.waiting_know"),
        cannot=say("pulse.waiting_cannot"),
    )


def _categories(asked: Ask) -> Block | Component:
    """What was asked for, where enough schools asked: open ones hollow."""
    say = asked.say
    found = of_district(asked, "PP-3", "category")
    order = [c for c in catalogue().code_book.codes if c in found]
    if not order:
        return parts.section(
            say("pulse.categories"), [parts.nothing_yet(say("pulse.few_requests"))]
        )
    drawn = [
        Bar(
            _name(say, c), found[c].value, f"{found[c].value:,.0f}",
            say("pulse.still", n=f"{found[c].n or 0:,.0f}"),
        )
        for c in order
    ]  # fmt: skip
    rows = [
        (_name(say, c), f"{found[c].value:,.0f}", f"{found[c].n or 0:,.0f}")
        for c in order
    ]
    most = max((found[c].value or 0) for c in order)
    axis = _counts(most)
    columns = tuple(say(f"column.{k}") for k in ("category", "asked", "still_open_n"))
    return Block(
        name="categories",
        question=say("pulse.categories"),
        reading=say("pulse.categories_reading"),
        alt="; ".join(f"{r[0]}: {r[1]}" for r in rows),
        picture=[bars(drawn, axis=axis)],
        phone=[bars(drawn, axis=axis, phone=True)],
        table=figure_table(asked, "PP-3", columns, rows, [found[c] for c in order]),
    )


def _counts(most: float) -> Axis:
    step = 10 if most <= 60 else 50  # noqa: PLR2004 – at most a handful of gridlines
    end = int(-(-most // step) * step)
    return Axis(0, end, tuple((t, f"{t:,}") for t in range(0, end + 1, step)))


def _oldest(asked: Ask) -> list[Component]:
    """Return the requests that wait longest, where the viewer may read them."""
    say = asked.say
    # As the number above counts: requests for support; exceptions stand below.
    waiting = [
        r
        for r in requests(asked.connection, asked.viewer, open_only=True)
        if r.kind == "support"
    ]
    if not waiting:
        return []
    names = {s.school_id: s.name for s in schools(asked.connection, asked.viewer)}
    rows = [
        (
            say.date(r.opened_on.isoformat()),
            names.get(r.school_id, r.school_id),
            _name(say, r.category),
            say("pulse.replied" if r.replied_on else "pulse.not_replied"),
        )
        for r in waiting[:OLDEST]
    ]
    columns = tuple(
        say(f"column.{k}") for k in ("opened", "school", "category", "reply")
    )
    title = say("pulse.oldest")
    table = html.Div(
        html_table(Table(columns, rows), title), className="rows", tabIndex="0"
    )
    return [parts.section(title, [table], reading=say("pulse.oldest_reading"))]


def _latitude(asked: Ask) -> list[Block | Component]:
    """How much principals may decide, and what became of exceptions."""
    say = asked.say
    found = of_group(asked, "LE-2", LATITUDE)
    body: list[Block | Component] = []
    if found:
        items = catalogue().items
        rows = [(say.text(items[e.part].text), e) for e in found]
        who = say("form.principal")
        drawn = [estimate_row(say, who, e, group=(name, theme.INK)) for name, e in rows]
        axis = percents(say)
        body.append(
            Block(
                name="latitude",
                question=say("pulse.latitude"),
                reading=say("pulse.latitude_reading"),
                alt="; ".join(f"{name}: {say.value(e.cell)}" for name, e in rows),
                picture=[dot_rows(drawn, axis=axis)],
                phone=[dot_rows(drawn, axis=axis, phone=True)],
                table=estimate_table(asked, say("column.question"), rows),
                know=say("pulse.latitude_know"),
            )
        )
    asked_for = one_of_district(asked, "LE-2", "asked")
    if asked_for is not None and asked_for.value:
        body.append(_funnel(asked, asked_for))
    return body


def _funnel(asked: Ask, asked_for: Figure) -> Block:
    say = asked.say
    kept = [asked_for]
    drawn = [
        Bar(
            say("pulse.asked"), asked_for.value, f"{asked_for.value:,.0f}", is_open=True
        )
    ]
    for part in ("granted", "partly", "refused"):
        f = one_of_district(asked, "LE-2", part)
        if f is not None and f.value is not None:
            kept.append(f)
            drawn.append(Bar(say(f"pulse.{part}"), f.value, f"{f.value:,.0f}"))
    median = one_of_district(asked, "LE-2", "median_days")
    note = ""
    if median is not None and median.value is not None:
        note = say("pulse.exception_days", days=f"{median.value:,.0f}")
    axis = _counts(asked_for.value or 1)
    rows = [(b.name, b.printed) for b in drawn]
    return Block(
        name="exceptions",
        question=say("pulse.exceptions"),
        reading=say("pulse.exceptions_reading"),
        alt="; ".join(f"{a}: {b}" for a, b in rows),
        picture=[bars(drawn, axis=axis)],
        phone=[bars(drawn, axis=axis, phone=True)],
        table=figure_table(
            asked, "LE-2", (say("column.answer"), say("column.requests")), rows, kept
        ),
        note=note,
    )


page("pulse", build, path=PATH)
