"""The office's five questions before a meeting, each with one sentence and a way on."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components.rich import rich
from components.words import Speaker, listing
from data.catalogue import catalogue
from data.model.cell import Status
from pages._ledger import today
from pages._my_desk import Waiting
from pages._request import Ask
from pages._stall import stall_sentence
from pages._voices import least_reached
from queries.adoption import stages
from queries.estimates import Estimate, estimates
from queries.facts import School, schools

# Waves before launch without which a school is in no comparison (specification 5).
BASELINE = 2
# More schools than these are counted, not named.
MOST_NAMED = 4
WATCHED = ("LX-1", "CU-1")


@dataclass(frozen=True, slots=True)
class Line:
    """One question with its answer."""

    question: str
    sentence: str
    page: str


def brief(asked: Ask, waiting: list[Waiting]) -> Component:
    """Return what changed, what stalls, who was not heard, who waits, who is next.

    Args:
        waiting: open requests, the one that waits longest first.
    """
    say = asked.say
    named = {s.school_id: s for s in schools(asked.connection, asked.viewer)}
    lines = [
        Line(say("brief.changed"), _changed(asked), "schools"),
        Line(say("brief.stalls"), _stalls(asked), "adoption"),
        Line(say("brief.unheard"), _unheard(asked, named), "chorus"),
        Line(say("brief.waits"), _waits(asked, waiting, named), "pulse"),
        Line(say("brief.next"), _next(asked, list(named.values())), "evidence"),
    ]
    rows = []
    for line in lines:
        link = html.A(say(f"page.{line.page}"), href=asked.href(f"/{line.page}"))
        rows += [
            html.Dt(line.question),
            html.Dd([*rich(line.sentence or say("brief.unknown")), " ", link]),
        ]
    reading = say("brief.reading", wave=asked.wave_words)
    return parts.section(
        say("brief.title"), [html.Dl(rows, className="brief")], reading=reading
    )


def _of_schools(asked: Ask, indicator: str) -> list[Estimate]:
    found = estimates(
        asked.connection,
        asked.viewer,
        indicator=indicator,
        wave=asked.wave,
        unit_kind="school",
    )
    return [e for e in found if e.cell.status is not Status.NOT_COLLECTED]


def _changed(asked: Ask) -> str:
    """Count the schools whose change the intervals support; all others are unclear."""
    say, told = asked.say, []
    for indicator in WATCHED:
        # Of one wave alone nothing can be said to have moved.
        found = [
            e
            for e in _of_schools(asked, indicator)
            if e.change not in {"too_few", "too_early"}
        ]
        rose = {e.unit_id for e in found if e.change == "rose"}
        fell = {e.unit_id for e in found if e.change == "fell"}
        if not found:
            continue
        name = say.text(catalogue().indicators[indicator].name)
        of = len({e.unit_id for e in found})
        words = {
            "rose": _counted(say, "rose", rose),
            "fell": _counted(say, "fell", fell),
        }
        told.append(say("brief.moved", name=name, n=of, **words))
    return " ".join(told)


def _counted(say: Speaker, word: str, found: set[str]) -> str:
    """Return "none rose", "1 rose", "4 rose"."""
    if not found:
        return say(f"brief.{word}_none")
    if len(found) == 1:
        return say(f"brief.{word}_one")
    return say(f"brief.{word}", n=len(found))


def _stalls(asked: Ask) -> str:
    return stall_sentence(asked, stages(asked.connection, asked.viewer))


def _unheard(asked: Ask, named: dict[str, School]) -> str:
    say = asked.say
    low = {
        e.unit_id
        for indicator in WATCHED
        for e in _of_schools(asked, indicator)
        if e.cell.status is Status.LOW_RR
    }
    told = say("brief.all_answered")
    if low:
        names = sorted(named[i].name for i in low if i in named)
        told = say("brief.low", schools=_names(asked, names))
    return f"{told} {least_reached(asked)}".strip()


def _waits(asked: Ask, waiting: list[Waiting], named: dict[str, School]) -> str:
    """Name the request that waits longest, and count all that wait."""
    say = asked.say
    if not waiting:
        return say("brief.none_waits")
    oldest = waiting[0]
    place = oldest.school_id
    school = named[place].name if place in named else place
    days = (today() - oldest.opened_on).days
    if len(waiting) == 1:
        return say("brief.oldest_one", school=school, days=days)
    tied = {w.school_id for w in waiting if w.opened_on == oldest.opened_on}
    if len(tied) > 1:
        names = sorted(named[i].name if i in named else i for i in tied)
        schools_ = _names(asked, names)
        return say("brief.oldest_tied", n=len(waiting), schools=schools_, days=days)
    return say("brief.oldest", n=len(waiting), school=school, days=days)


def _next(asked: Ask, found: list[School]) -> str:
    """Say which waiting schools have been measured often enough to be compared."""
    say = asked.say
    waiting = [
        s for s in found if not s.is_started(asked.facts.latest) and s.closed_on is None
    ]
    if not waiting:
        return say("brief.none_left")
    waves: dict[str, set[int]] = {}
    for indicator in WATCHED:
        for e in estimates(
            asked.connection, asked.viewer, indicator=indicator, unit_kind="school"
        ):
            if e.cell.status is not Status.NOT_COLLECTED:
                waves.setdefault(e.unit_id, set()).add(e.wave_index)
    ready = sorted(
        s.name for s in waiting if len(waves.get(s.school_id, ())) >= BASELINE
    )
    short = sorted(s.name for s in waiting if s.name not in ready)
    told = []
    if ready:
        told.append(say("brief.ready", schools=_names(asked, ready)))
    if short:
        told.append(say("brief.short", schools=_names(asked, short)))
    return " ".join(told)


def _names(asked: Ask, names: list[str]) -> str:
    say = asked.say
    if len(names) > MOST_NAMED:
        return say("count.schools", n=f"{len(names):,}")
    return listing(say, names)
