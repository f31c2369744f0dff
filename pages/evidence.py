"""/evidence: did things change because schools joined?"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components.charts.adoption import composition, event_word
from components.charts.study import (
    REACH,
    SIDES,
    CohortLine,
    Moved,
    change_lines,
    event_study,
)
from components.figure_block import Block
from components.page import Filter
from components.rich import rich
from components.study_sentence import Change, study_sentence
from components.words import Speaker
from data.catalogue import catalogue
from pages._numbers import figure_table
from pages._request import (
    Answer,
    Ask,
    choice_filter,
    in_order,
    left_out,
    page,
)
from queries.estimates import DISTRICT, estimates
from queries.figures import Figure, figures

PATH = "/evidence"
CAVEATS = (
    "shows",
    "first",
    "few",
    "weak",
    "spillover",
    "members",
    "opinions",
    "looks",
)
ROBUST = ("never_joined", "same_cohorts", "imputed", "planning_time")
AXIS_STEP = 5
WIDEST = 25
USUAL = 0.05


def build(asked: Ask) -> Answer:
    """Return the event study where it may open, and change since joining anyway."""
    say = asked.say
    question = say("evidence.question")
    found = figures(asked.connection, asked.viewer, indicator="RO-6")
    lines = figures(asked.connection, asked.viewer, indicator="RO-5")
    options = sorted({f.about for f in (*found, *lines)}, key=_order)
    if not options:
        return Answer(question, "", [parts.nothing_yet(say("evidence.none"))])
    chosen = asked.params.get("about", "")
    about = chosen if chosen in options else _first(options, found)
    mine = [f for f in found if f.about == about]
    after = [f for f in lines if f.about == about and f.part != "unit"]
    body: list[Block | Component] = []
    if any(f.part == "effect" for f in mine):
        body += [_study(asked, about, mine), _robust(asked, mine)]
    else:
        body.append(_closed(asked, mine))
    if after:
        body.append(_lines(asked, about, after))
    return Answer(
        question, _sentence(asked, about, mine), body, _choices(asked, options, about)
    )


def _order(about: str) -> tuple[str, str]:
    indicator, _, form = about.partition(" ")
    return indicator, form


def _first(options: list[str], found: list[Figure]) -> str:
    """Open on an outcome that was registered beforehand, then on any that may open."""
    registered = [
        f.about for f in found if f.part == "overall" and f.word == "registered"
    ]
    opened = [f.about for f in found if f.part == "overall"]
    return next((a for a in (*registered, *opened) if a in options), options[0])


def _choices(asked: Ask, options: list[str], about: str) -> list[Filter]:
    say = asked.say
    words = [(o, _name(say, o)) for o in options]
    words.sort(key=lambda w: w[0] != about)
    return [choice_filter(asked, "about", words)]


def _name(say: Speaker, about: str) -> str:
    indicator, part, form = about.split(" ")
    known = catalogue().indicators.get(indicator)
    name = say.text(known.name) if known else indicator
    if part in {"within", "across"}:
        name += f" ({say(f'connections.{part}')})"
    return f"{name}, {say(f'form.{form}').lower()}"


def _one(mine: list[Figure], part: str) -> Figure | None:
    return next((f for f in mine if f.part == part), None)


def _sentence(asked: Ask, about: str, mine: list[Figure]) -> str:
    """The whole picture, then the first year, with its interval; never "effect"."""
    say = asked.say
    name = _name(say, about).split(",")[0].lower()
    years = {
        int(f.category): Change(f.value, f.low, f.high)
        for f in mine
        if f.part == "effect" and f.value is not None and int(f.category) >= 0
    }
    if 0 not in years:
        return say("evidence.sentence_closed", name=name)
    ways = [
        Change(f.value, f.low, f.high)
        for part in ("overall", "robust")
        for f in mine
        if f.part == part and f.value is not None
    ]
    return study_sentence(say, name, ways, years)


def _study(asked: Ask, about: str, mine: list[Figure]) -> Block:
    say = asked.say
    effects = sorted(
        (f for f in mine if f.part == "effect"), key=lambda f: int(f.category)
    )
    moved = [
        Moved(
            int(f.category), f.value, f.low, f.high, int(f.n or 0), f.word == "thin"
        )
        for f in effects
    ]  # fmt: skip
    axis = _axis([x for m in moved for x in (m.low, m.high) if x is not None])
    words = (say("evidence.joins"), say("evidence.thin"))
    counts = _counts(mine, moved)
    events = (moved[0].event, moved[-1].event)
    heading = say("evidence.behind")
    study = event_study(say, moved, words=words, axis=axis)
    phone = event_study(say, moved, words=words, axis=axis, phone=True)
    rows = [
        (
            event_word(say, m.event),
            say("evidence.thin") if m.value is None else say.signed(m.value),
            None if m.low is None else say.signed(m.low),
            None if m.high is None else say.signed(m.high),
            m.schools,
        )
        for m in moved
    ]
    alt = "; ".join(
        say("evidence.alt", event=r[0], value=r[1], low=r[2], high=r[3])
        for r in rows
        if r[2] is not None
    )
    strip, small = (
        composition(
            say, counts, events=events, heading=heading, phone=phone_, sides=SIDES,
            reach=REACH,
        )
        for phone_ in (False, True)
    )  # fmt: skip
    overall = _one(mine, "overall")
    stamp = say(f"evidence.{overall.word}") if overall and overall.word else ""
    columns = tuple(
        say(f"column.{k}") for k in ("event_years", "points", "low", "high", "schools")
    )
    return Block(
        name="study",
        question=say("evidence.study", name=_name(say, about)),
        reading=f"{say('evidence.study_reading')} {stamp}".strip(),
        alt=alt,
        picture=[study, strip],
        phone=[phone, small],
        beside=tuple(_caveats(asked, about, mine)),
        table=figure_table(asked, "RO-6", columns, rows, effects),
        note=_ends(asked, mine),
    )


def _axis(values: list[float]) -> tuple[int, int]:
    """Return round ends, at most ±25, zero in the middle third."""
    reach = max((abs(v) for v in values), default=AXIS_STEP)
    end = min(int(-(-reach // AXIS_STEP) * AXIS_STEP), WIDEST)
    return -end, end


def _counts(mine: list[Figure], moved: list[Moved]) -> dict[int, dict[int, int]]:
    """Return the schools of each cohort behind each event time, oldest first."""
    shown = {m.event for m in moved}
    counts: dict[int, dict[int, int]] = {}
    for f in mine:
        if f.part == "behind" and int(f.category) in shown:
            cohort = counts.setdefault(int(f.unit_id), {})
            cohort[int(f.category)] = int(f.n or 0)
    return {k: counts[k] for k in sorted(counts)}


def _caveats(asked: Ask, about: str, mine: list[Figure]) -> list[str]:
    """Return what stands beside the picture, always, with its numbers filled in."""
    say = asked.say
    overall, looks = _one(mine, "overall"), _one(mine, "looks")
    detectable = _one(mine, "detectable")
    compared = int((overall.of or 0) - (overall.n or 0)) if overall else 0
    values = {
        "joined": f"{overall.n or 0:,.0f}" if overall else "–",
        "waiting": f"{max(compared, 0)}" if overall else "–",
        "mde": f"{detectable.value or 0:,.0f}" if detectable else "–",
        "rate": _rate(asked, about),
        "looks": f"{looks.value or 0:,.0f}" if looks else "–",
    }
    return [say(f"evidence.caveat_{c}", **values) for c in CAVEATS]


def _rate(asked: Ask, about: str) -> str:
    indicator, part, form = about.split(" ")
    found = estimates(
        asked.connection, asked.viewer, indicator=indicator, part=part, form=form,
        wave=asked.facts.latest, unit_kind=DISTRICT[0],
    )  # fmt: skip
    if not found or found[0].cell.rate is None:
        return "–"
    return asked.say.percent(found[0].cell.rate)


def _ends(asked: Ask, mine: list[Figure]) -> str:
    say = asked.say
    last = _one(mine, "no_one_left")
    if last is None:
        return ""
    wave = next((w for w in asked.facts.waves if w.label == last.category), None)
    return say("evidence.no_one_left", wave=say.wave(wave) if wave else last.category)


def _robust(asked: Ask, mine: list[Figure]) -> Component:
    """The same question asked in other ways: a table, not a picture."""
    say = asked.say
    rows = []
    overall = _one(mine, "overall")
    if overall is not None and overall.value is not None:
        rows.append((say("evidence.overall"), overall))
    by_way = {f.category: f for f in mine if f.part == "robust"}
    rows += [(say(f"evidence.{w}"), by_way[w]) for w in ROBUST if w in by_way]
    body = [_robust_row(say, name, f) for name, f in rows]
    lone = _one(mine, "leave_one_out")
    if lone is not None and lone.low is not None and lone.high is not None:
        cells = [
            html.Td("–"),
            html.Td(say.signed(lone.low)),
            html.Td(say.signed(lone.high)),
        ]
        name = html.Th(say("evidence.leave_one_out"), scope="row")
        body.append(html.Tr([name, *cells]))
    heads = [
        html.Th(say(f"column.{k}"), scope="col")
        for k in ("way", "points", "low", "high")
    ]
    title = say("evidence.robust")
    table = html.Table(
        [
            html.Caption(title, className="visually-hidden"),
            html.Thead(html.Tr(heads)),
            html.Tbody(body),
        ],
        className="chorus-table",
    )
    before = _one(mine, "before")
    lines: list[Component] = [html.Div(table, className="rows", tabIndex="0")]
    if before is not None and before.value is not None:
        key = (
            "evidence.before_alike"
            if before.value >= USUAL
            else "evidence.before_apart"
        )
        lines.append(html.P(rich(say(key)), className="note"))
    return parts.section(title, lines, reading=say("evidence.robust_reading"))


def _robust_row(say: Speaker, name: str, f: Figure) -> Component:
    ends = [None if x is None else say.signed(x) for x in (f.value, f.low, f.high)]
    return html.Tr(
        [html.Th(name, scope="row"), *(html.Td("–" if e is None else e) for e in ends)]
    )


def _closed(asked: Ask, mine: list[Figure]) -> Component:
    """Say which condition keeps the panel shut; the lines below stay open."""
    say = asked.say
    reasons = [f.word for f in mine if f.part == "closed" and f.word]
    items = [html.Li(say(f"closed.{r}")) for r in reasons]
    return parts.section(
        say("evidence.closed"), [html.Ul(items)], reading=say("evidence.closed_reading")
    )


def _lines(asked: Ask, about: str, after: list[Figure]) -> Block:
    say = asked.say
    lines, rows = [], []
    for cohort in in_order(asked.facts):
        mine = [f for f in after if f.unit_id == str(cohort.cohort_id)]
        if not mine:
            continue
        series = {
            part: tuple(
                sorted(
                    (int(f.category), f.value)
                    for f in mine
                    if f.part == part and f.value is not None
                )
            )
            for part in ("line", "waiting")
        }
        if not series["line"]:
            continue
        lines.append(CohortLine(cohort.cohort_id, series["line"], series["waiting"]))
        waiting = dict(series["waiting"])
        behind = {int(f.category): f.n for f in mine if f.part == "line"}
        rows += [
            (
                say.cohort(cohort.cohort_id), event_word(say, e), say.signed(v),
                None if e not in waiting else say.signed(waiting[e]),
                f"{behind.get(e) or 0:,.0f}",
            )
            for e, v in series["line"]
        ]  # fmt: skip
    axis = _axis([v for x in lines for _, v in (*x.points, *x.waiting)])
    words = (say("evidence.joins"), "")
    columns = tuple(
        say(f"column.{k}")
        for k in ("cohort", "event_years", "points", "waiting", "schools")
    )
    said = "; ".join(
        f"{say.cohort(x.cohort)}: {say.points(x.points[-1][1])}" for x in lines
    )
    return Block(
        name="since",
        question=say("evidence.since", name=_name(say, about)),
        reading=say("evidence.since_reading"),
        alt=said,
        picture=[change_lines(say, lines, words=words, axis=axis)],
        phone=[change_lines(say, lines, words=words, axis=axis, phone=True)],
        table=figure_table(asked, "RO-5", columns, rows, after),
        note=left_out(asked, {x.cohort for x in lines}),
        cannot=say("evidence.since_cannot"),
    )


page("evidence", build, path=PATH)
