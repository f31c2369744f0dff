"""The four answers of the first page: voice, promise, chorus, reaching home."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dash import html
from dash.development.base_component import Component

from components.aria import aria
from components.charts.mini import mini_bars, mini_held, mini_line
from components.charts.rows import Bar
from components.figure_block import chart
from components.rich import plain, rich
from components.theme import Figure
from components.words import Speaker
from data.model.vocabulary import OUTCOME_WORDS
from pages._messages import STEPS, funnel_bars
from pages._numbers import of_district, one_of_district
from pages._request import Ask
from pages._voices import voice_bars
from queries.diary import outcomes
from queries.estimates import Estimate, estimates

VOICE_FORM = "student_6_12"
STEPS_SHOWN = STEPS[:3]


@dataclass(frozen=True, slots=True)
class Tile:
    """One answer: question, big number or word, a sentence, a small picture.

    Attributes:
        unit: what the big number counts.
        more: words and address of the page that says more.
    """

    name: str
    question: str
    big: str
    unit: str
    text: str
    note: str
    more: tuple[str, str]
    picture: Figure | None = None


def four_answers(asked: Ask) -> list[Tile]:
    """Return the answers this release can give, in their fixed order."""
    found = [_voice(asked), _promise(asked), _chorus(asked), _home(asked)]
    return [tile for tile in found if tile is not None]


def tile_section(tile: Tile) -> html.Section:
    """Return one answer as a part of the page."""
    is_word = not tile.big[:1].isdigit()
    big: list[str | Component] = [tile.big]
    if tile.unit:
        big.append(html.Span(f" {tile.unit}"))
    picture: list[Component] = []
    if tile.picture is not None:
        label = aria(label=plain(tile.text or tile.question))
        drawn = chart(f"mini-{tile.name}", tile.picture)
        picture = [html.Div(drawn, role="img", className="mini", **label)]
    return html.Section(
        [
            html.H2(tile.question),
            html.P(big, className="big word" if is_word else "big"),
            html.P(rich(tile.text), className="answer-text"),
            *picture,
            html.P(tile.note, className="note"),
            html.P(html.A(tile.more[0], href=tile.more[1]), className="more"),
        ],
        className="answer-home",
    )


def of_whole_district(asked: Ask, indicator: str, form: str) -> list[Estimate]:
    """Return the district's estimates of one scale, oldest wave first."""
    return estimates(
        asked.connection, asked.viewer, indicator=indicator, form=form,
        unit_kind="district",
    )  # fmt: skip


def _voice(asked: Ask) -> Tile | None:
    say = asked.say
    series = of_whole_district(asked, "LX-1", VOICE_FORM)
    more = (say("page.voice"), asked.href("/student-voice"))
    question = say("home.voice_question")
    now = series[-1] if series else None
    if now is None or now.wave_index != asked.facts.latest:
        return None
    if now.cell.share is None or now.compared is None:
        return Tile("voice", question, say("home.not_shown"), "", "", "", more)
    shown = [e for e in series if e.cell.share is not None]
    text = say.majority_says(now.compared)
    before = _a_year_ago(asked, shown)
    if before is not None:
        change = say.change(now.change).lower()
        text += " " + say("home.year_ago", share=say.of_100(before.cell), change=change)
    rate = say.percent(now.cell.rate) if now.cell.rate is not None else "–"
    interval = say.true_value(now.compared)
    note = say("home.true_share_rate", interval=interval, rate=rate)
    picture = None
    if len(shown) > 1:
        waves = asked.facts.waves
        points = [
            (e.wave_index, e.cell.share or 0, e.cell.low, e.cell.high) for e in shown
        ]
        years = [
            (e.wave_index, str(waves[e.wave_index].calendar_year))
            for e in (shown[0], shown[-1])
        ]
        words = (f"{shown[0].cell.share:,.0f}", f"{now.cell.share:,.0f}")
        picture = mini_line(points, words=words, ticks=years, half=say("home.half"))
    big, unit = say.number(now.cell), say("home.of_answers")
    return Tile("voice", question, big, unit, text, note, more, picture)


def _a_year_ago(asked: Ask, series: list[Estimate]) -> Estimate | None:
    waves = asked.facts.waves
    label = waves[-1].a_year_ago.label
    return next((e for e in series if waves[e.wave_index].label == label), None)


def promise_counts(asked: Ask) -> str:
    """Return how many promised results are called what, every one of them counted.

    Empty where none is judged yet.

    Source: specification 7.3.
    """
    say = asked.say
    counted = _counted(asked)
    if not counted:
        return ""
    told = ", ".join(_called(say, word, n) for word, n in counted.items())
    slipped = counted.get("slipped", 0)
    key = "home.some_slipped" if slipped else "home.none_slipped"
    return say(key, counts=told, of=sum(counted.values()))


def _counted(asked: Ask) -> dict[str, int]:
    found = of_district(asked, "CU-4", "outcomes")
    return {
        w: int(found[w].value or 0)
        for w in OUTCOME_WORDS
        if w in found and found[w].value
    }


def _called(say: Speaker, word: str, n: int) -> str:
    return say(f"called.{word}_one") if n == 1 else say(f"called.{word}", n=n)


def _promise(asked: Ask) -> Tile | None:
    """The promised outcomes: one word when they agree, and all of them counted."""
    say = asked.say
    rows: list[tuple[str, float | None, float | None, float | None]] = []
    for outcome in outcomes(asked.connection, asked.viewer):
        found = of_district(asked, "CU-4", outcome.outcome_id).get("together")
        if found is None or found.word is None:
            continue
        name = say.text(outcome.name)
        ends = (found.value, found.low, found.high)
        scaled = [None if x is None else x / outcome.margin for x in ends]
        rows.append((name, *scaled))  # type: ignore[arg-type]
    counted = _counted(asked)
    if not counted:
        return None
    if slipped := counted.get("slipped"):
        big = _called(say, "slipped", slipped)
    elif len(counted) == 1:
        big = say(f"held.{next(iter(counted))}")
    else:
        big = say("home.no_slip")
    return Tile(
        "promise", say("home.promise_question"), big, "",
        promise_counts(asked),
        say("home.promise_note"), (say("page.promise"), asked.href("/promise")),
        mini_held(rows),
    )  # fmt: skip


def _chorus(asked: Ask) -> Tile | None:
    say = asked.say
    found = one_of_district(asked, "CH-3", "voices")
    if found is None:
        return None
    more = (say("page.chorus"), asked.href("/chorus"))
    question = say("home.chorus_question")
    if found.value is None:
        return Tile("chorus", question, say("chorus.never"), "",
                    say("chorus.silent"), "", more)  # fmt: skip
    shares = of_district(asked, "CH-3", "share")
    drawn = [
        Bar(say(f"short.{g}"), b.value, f"{b.value or 0:,.0f}", color=b.color)
        for g, b in voice_bars(say, shares).items()
    ]
    most = max((b.value or 0 for b in drawn), default=1)
    word = say(f"sound.{found.word}").lower()
    text = say("home.chorus_text", word=word)
    return Tile(
        "chorus", question, say.decimal(found.value), say("chorus.of_six"), text,
        say("home.chorus_note"), more, mini_bars(drawn, most=most * 1.05),
    )  # fmt: skip


def _short_steps(asked: Ask, steps: dict[str, Estimate]) -> list[Bar]:
    """Return the funnel with names that fit beside a small picture."""
    drawn = funnel_bars(asked.say, steps)
    names = [asked.say(f"short.{step}") for step in steps]
    return [replace(b, name=n) for b, n in zip(drawn, names, strict=True)]


def _home(asked: Ask) -> Tile | None:
    say = asked.say
    found = {
        e.part: e
        for e in estimates(
            asked.connection, asked.viewer, indicator="FC-1", part=None,
            wave=asked.facts.latest, unit_kind="district",
        )
    }  # fmt: skip
    steps = {s: found[s] for s in STEPS_SHOWN if s in found}
    if "opened" not in steps or steps["opened"].cell.share is None:
        return None
    languages = of_district(asked, "FC-1", "opened_of_sent")
    note = ", ".join(
        f"{say.language_of(code)} {say.percent(f.value or 0)}"
        for code, f in languages.items()
    )
    return Tile(
        "home", say("home.home_question"), say.share(steps["opened"].cell),
        say("home.of_students"), say("home.home_text"),
        say("home.home_note", parts=note) if note else "",
        (say("page.communication"), asked.href("/communication")),
        mini_bars(_short_steps(asked, steps), most=100),
    )  # fmt: skip
