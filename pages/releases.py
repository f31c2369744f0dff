"""/releases and /releases/<id>: what was published when, and what changed?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from dash import html
from dash.development.base_component import Component

from components import page as parts
from components.figure_block import Block
from components.rich import rich
from components.tables import Table, html_table
from data.errors import ReleaseError
from data.model.shelf import Published
from pages._notes import notes_for, only_in
from pages._office import early_readers, planned
from pages._request import Answer, Ask, current_desk, page
from queries.changes import Changed, ChangeList, changes
from queries.facts import schools

PATH = "/releases"
MOST_CHANGES = 200


def build(asked: Ask) -> Answer:
    """Return every release with its state, what is planned, and the current notes."""
    say = asked.say
    pointer = current_desk().pointer()
    history = list(reversed(pointer.history))
    count = (
        say("releases.count_one")
        if len(history) == 1
        else say("releases.count", n=len(history))
    )
    current = pointer.current or ""
    since = say.date(pointer.published(current).published_at) if current else "–"
    sentence = say("releases.sentence", n=count, current=current, date=since)
    body: list[Component] = [_list(asked, history), *_planned(asked)]
    body += _notes(asked, asked.release.notes)
    return Answer(say("releases.question"), sentence, list(body))


def _list(asked: Ask, history: list[Published]) -> Component:
    say = asked.say
    heads = (say("releases.version"), say("releases.published"), say("releases.state"))
    rows = [
        html.Tr(
            [
                html.Th(
                    html.A(x.release_id, href=asked.href(f"{PATH}/{x.release_id}")),
                    scope="row",
                ),
                html.Td(say.date(x.published_at)),
                html.Td(state_of(asked, x)),
            ]
        )
        for x in history
    ]
    table = html.Table(
        [
            html.Caption(say("releases.list"), className="visually-hidden"),
            html.Thead(html.Tr([html.Th(h, scope="col") for h in heads])),
            html.Tbody(rows),
        ],
        className="chorus-table",
    )
    return parts.section(
        say("releases.list"),
        [html.Div(table, className="rows")],
        reading=say("releases.list_reading"),
    )


def _planned(asked: Ask) -> list[Component]:
    """Say what will be published when, and who may read it a day before."""
    say = asked.say
    found: list[Component] = []
    for plan in planned():
        readers = ", ".join(plan.readers) or say("releases.nobody_early")
        text = say("releases.planned", id=plan.release_id, at=plan.at, readers=readers)
        found.append(html.P(rich(text)))
    return [parts.section(say("releases.planned_title"), found)] if found else []


def _notes_of(asked: Ask, line: Published) -> Mapping[str, str]:
    try:
        return current_desk().open(line.release_id, asked.viewer).notes
    except ReleaseError:
        return {}


def _notes(
    asked: Ask, written: Mapping[str, str], *, key: str = "releases.notes"
) -> list[Component]:
    notes = notes_for(asked.say, written)
    if not notes.paragraphs:
        return []
    text: list[Component] = [html.P(p, lang=notes.language) for p in notes.paragraphs]
    return [parts.section(asked.say(key), text, reading=only_in(asked.say, notes))]


def state_of(asked: Ask, line: Published) -> str:
    """Return what has become of a release, in words."""
    say, pointer = asked.say, current_desk().pointer()
    if line.is_withdrawn and line.withdrawn_at is not None:
        date, reason = say.date(line.withdrawn_at), line.reason
        return say("releases.state_withdrawn", date=date, reason=reason)
    correction = pointer.corrected_by(line.release_id)
    if correction is not None:
        by, why = correction.release_id, correction.why
        return say("releases.state_corrected", by=by, why=why)
    if line.release_id == pointer.current:
        return say("releases.state_current")
    later = [x.release_id for x in pointer.history if not x.is_withdrawn]
    after = later[later.index(line.release_id) + 1 :]
    return say("releases.state_superseded_by", by=after[0]) if after else ""


def build_one(asked: Ask) -> Answer:
    """Return one release: its state, what it changed, who read it early."""
    say = asked.say
    release_id = asked.path.removeprefix(f"{PATH}/")
    pointer = current_desk().pointer()
    line = next((x for x in pointer.history if x.release_id == release_id), None)
    question = say("release.question", id=release_id)
    if line is None:
        return Answer(question, say("releases.unknown"), [])
    body: list[Block | Component] = [_address(asked, line)]
    if line.why:
        corrects = say("releases.corrects", id=line.corrects, why=line.why)
        body.append(parts.section(say("releases.correction"), [html.P(rich(corrects))]))
    readers = early_readers(release_id)
    if readers:
        text = say("releases.early", readers=", ".join(readers))
        body.append(parts.section(say("releases.early_title"), [html.P(text)]))
    before = _before(line)
    if not line.is_withdrawn:
        body += _changes(asked, before, line) if before else []
        body += _notes(asked, _notes_of(asked, line), key="releases.notes_of")
    sentence = say(
        "release.sentence",
        id=release_id,
        date=say.date(line.published_at),
        state=state_of(asked, line),
    )
    return Answer(question, sentence, body)


def _address(asked: Ask, line: Published) -> Component:
    say = asked.say
    if line.is_withdrawn:
        return parts.withheld(
            say, say("releases.no_numbers"), why=asked.href("/releases")
        )
    link = f"/r/{line.release_id}/"
    told: list[Component | str] = [
        say("releases.permalink"),
        " ",
        html.A(link, href=link),
    ]
    return html.P(told, className="reading")


def _before(line: Published) -> str | None:
    """Return the release a reader would compare with: the last one before."""
    standing = [
        x.release_id for x in current_desk().pointer().history if not x.is_withdrawn
    ]
    if line.release_id not in standing:
        return None
    place = standing.index(line.release_id)
    return standing[place - 1] if place else None


def _changes(asked: Ask, before: str, line: Published) -> list[Block | Component]:
    say = asked.say
    title = say("changes.title", before=before)
    try:
        with _both(asked, before, line.release_id) as (old, new):
            found = changes(old, new, asked.viewer)
    except ReleaseError:
        return []
    if found.is_empty:
        return [parts.section(title, [html.P(say("changes.none"))])]
    text: list[Component] = [html.P(rich(t)) for t in _in_words(asked, found)]
    table = _table(asked, found)
    if table.rows:
        text.append(html.Div(html_table(table, title), className="rows", tabIndex=0))
    more = len(found.numbers) + len(found.hidden) + len(found.opened) - MOST_CHANGES
    if more > 0:
        text.append(html.P(say("changes.more", n=f"{more:,}")))
    return [parts.section(title, text)]


def _in_words(asked: Ask, found: ChangeList) -> Iterator[str]:
    say = asked.say
    for count, key in (
        (len(found.numbers), "numbers"),
        (len(found.hidden), "hidden"),
        (len(found.opened), "opened"),
        (found.added, "added"),
    ):
        if count:
            yield say(f"changes.{key}", n=f"{count:,}")
    for what, old, new in found.rules:
        yield say("changes.rule", what=what, before=old, after=new)


def _table(asked: Ask, found: ChangeList) -> Table:
    say = asked.say
    names = {s.school_id: s.name for s in schools(asked.connection, asked.viewer)}
    rows = [*found.numbers, *found.hidden, *found.opened][:MOST_CHANGES]
    return Table(
        tuple(
            say(f"changes.{k}") for k in ("where", "what", "wave", "before", "after")
        ),
        [
            (
                _unit(asked, row, names),
                f"{row.indicator} · {say(f'form.{row.form}')}",
                row.wave,
                say.share(row.before)
                if row.before.is_shown
                else say.withheld(row.before),
                say.share(row.after) if row.after.is_shown else say.withheld(row.after),
            )
            for row in rows
        ],
    )


def _unit(asked: Ask, row: Changed, names: dict[str, str]) -> str:
    say = asked.say
    name = {
        "district": say("unit.district"),
        "launched": say("unit.launched"),
        "cohort": say.cohort(int(row.unit_id))
        if row.unit_id.isdigit()
        else row.unit_id,
    }.get(row.unit_kind, names.get(row.unit_id, row.unit_id))
    return name if row.category == "all" else f"{name}, {row.category}"


@contextmanager
def _both(
    asked: Ask, before: str, after: str
) -> Iterator[tuple[sa.Connection, sa.Connection]]:
    desk = current_desk()
    old, new = desk.open(before, asked.viewer), desk.open(after, asked.viewer)
    with old.connection(asked.viewer) as one, new.connection(asked.viewer) as two:
        yield one, two


page("releases", build, path=PATH)
page("release", build_one, path="/releases/<release_id>")
