"""/board: how is our district doing, on one screen?"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components import theme
from components.charts.mini import mini_bars
from components.charts.rows import Bar
from components.rich import rich
from components.words import listing
from data.model.cell import Status
from data.model.vocabulary import OUTCOME_WORDS
from pages._four_answers import Tile, four_answers, tile_section
from pages._request import Answer, Ask, in_order, page
from queries.diary import outcomes
from queries.estimates import estimates
from queries.facts import schools
from queries.figures import figures

PATH = "/board"
# In the order a board asks: kept promises, voices, who makes the case.
TILES = ("promise", "voice", "chorus")
# Words of an outcome that say: we cannot tell.
OPEN = frozenset(OUTCOME_WORDS) - {"better", "held", "slipped"}


def build(asked: Ask) -> Answer:
    """Return the promise, the voices, the cohorts, and what is not known."""
    say = asked.say
    question = say("board.question")
    tiles = {t.name: t for t in four_answers(asked)}
    shown = [tiles[name] for name in TILES if name in tiles]
    if asked.facts.has_cohorts:
        shown.append(_cohorts(asked))
    if not shown:
        return Answer(question, "", [parts.nothing_yet(say("nothing.waves"))])
    answers = html.Div([tile_section(t) for t in shown], className="answers-home")
    screen = html.Div([answers, _unknown(asked)], className="board")
    return Answer(question, say("board.sentence"), [screen])


def _cohorts(asked: Ask) -> Tile:
    """How many schools have started, cohort by cohort."""
    say, facts = asked.say, asked.facts
    started = [c for c in in_order(facts) if c.is_started]
    drawn = [
        Bar(
            say.cohort(c.cohort_id),
            float(c.schools),
            f"{c.schools:,}",
            color=theme.cohort_mark(c.cohort_id),
            is_open=not c.is_started,
        )
        for c in in_order(facts)
    ]
    return Tile(
        "cohorts",
        say("board.cohorts"),
        say("home.kept", n=facts.started, of=facts.schools),
        say("board.schools"),
        say("board.cohorts_text", n=len(started)),
        say("board.cohorts_note"),
        (say("page.adoption"), asked.href("/adoption")),
        mini_bars(drawn, most=max(c.schools for c in facts.cohorts)),
    )


def _unknown(asked: Ask) -> Component:
    """Say what nobody can tell from this release, most of it counted."""
    say = asked.say
    told = [say("board.because")]
    promised = outcomes(asked.connection, asked.viewer)
    names = {o.outcome_id: say.text(o.name).lower() for o in promised}
    unclear = [
        names[f.part]
        for f in figures(
            asked.connection, asked.viewer, indicator="CU-4",
            wave=asked.facts.latest, unit_kind="district",
        )
        if f.category == "together" and f.part in names and f.word in OPEN
    ]  # fmt: skip
    if unclear:
        told.append(say("board.unclear", outcomes=listing(say, unclear)))
    hidden = {
        e.unit_id
        for e in estimates(
            asked.connection, asked.viewer, indicator="LX-1", wave=asked.facts.latest,
            unit_kind="school",
        )
        if e.cell.share is None and e.cell.status is not Status.NOT_COLLECTED
    }  # fmt: skip
    known = {s.school_id for s in schools(asked.connection, asked.viewer)}
    if hidden & known:
        told.append(say("board.hidden", n=len(hidden & known)))
    return html.Section(
        [html.H2(say("board.unknown")), html.Ul([html.Li(rich(t)) for t in told])],
        className="not-known",
    )


page("board", build, path=PATH)
