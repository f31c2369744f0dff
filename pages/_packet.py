"""Gathers the board packet from the pages, always as the public reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from components.figure_block import Block
from components.packet import Edition, Sheet, Short, packet_pdf
from components.rich import plain
from data.catalogue import catalogue
from data.model.viewer import PUBLIC
from pages._four_answers import four_answers
from pages._notes import notes_for, only_in
from pages._request import BUILDERS, Ask, ask
from queries.desk import OpenRelease


@dataclass(frozen=True, slots=True)
class Chapter:
    """One page of the site in the packet: which of its blocks, whose methods."""

    page: str
    blocks: tuple[str, ...]
    indicators: tuple[str, ...]


# In the order a board asks.
CHAPTERS = (
    Chapter("home", ("score",), ("RO-1",)),
    Chapter("promise", ("held", "learning"), ("CU-4",)),
    Chapter("student-voice", ("schools",), ("LX-1", "LX-2", "LX-3", "LX-4")),
    Chapter("adoption", ("stages", "uptake"), ("RO-2",)),
    Chapter("risk-taking", ("trend",), ("CU-1",)),
    Chapter("chorus", ("voices", "reach"), ("CH-1", "CH-3")),
    Chapter("communication", ("funnel", "languages"), ("FC-1",)),
    Chapter("load", ("hours",), ("NI-1",)),
    Chapter("pulse", ("themes",), ("PP-1", "PP-2")),
    Chapter("connections", ("pairs",), ("RO-3",)),
    Chapter("evidence", ("study",), ("RO-6",)),
)


def board_packet(release: OpenRelease, search: str, *, paper: str) -> bytes:
    """Return the packet of one release in the language of *search*.

    A packet is handed round: whoever asks for it, it holds what the public reads.
    """
    sheets: list[tuple[Chapter, Sheet]] = []
    with ask(release, "/", search, viewer=PUBLIC) as asked:
        for chapter in CHAPTERS:
            sheet = _sheet(asked, chapter)
            if sheet is not None:
                sheets.append((chapter, sheet))
        edition = _edition(asked, sheets)
        return packet_pdf(asked.say, edition, [s for _, s in sheets], paper=paper)


def _sheet(asked: Ask, chapter: Chapter) -> Sheet | None:
    found = BUILDERS[chapter.page](asked)
    by_name = {b.name: b for b in found.body if isinstance(b, Block)}
    blocks = [_of_now(asked, by_name[n]) for n in chapter.blocks if n in by_name]
    if not blocks:
        return None
    answers = []
    if chapter.page == "home":
        answers = [
            Short(t.question, t.big, t.unit, t.text, t.note, t.picture)
            for t in four_answers(asked)
        ]
    return Sheet(found.question, found.sentence, blocks, answers)


def _of_now(asked: Ask, block: Block) -> Block:
    """Return a block that becomes a table with the latest wave alone.

    What is drawn over the years is too long a table for one sheet.
    """
    waves = asked.facts.waves
    if isinstance(block.picture, list) or not waves:
        return block
    now = asked.say.wave(waves[asked.facts.latest])
    rows = [row for row in block.table.rows if now in row]
    return replace(block, table=replace(block.table, rows=rows)) if rows else block


def _edition(asked: Ask, sheets: list[tuple[Chapter, Sheet]]) -> Edition:
    say, release, facts = asked.say, asked.release, asked.facts
    wave = say.wave(facts.waves[facts.latest]) if facts.waves else "–"
    published = say.date(release.published_at) if release.published_at else "–"
    today = say.date(datetime.now(UTC).date().isoformat())
    edition = say("packet.edition", wave=wave, id=release.release_id, date=published)
    known = catalogue().indicators
    methods = [
        (say.text(known[i].name), say.text(known[i].method.words))
        for chapter, _ in sheets
        for i in chapter.indicators
        if i in known
    ]
    notes = notes_for(say, release.notes)
    return Edition(
        district=facts.district,
        title=say("packet.title"),
        edition=edition,
        occasion=say("packet.occasion", date=today),
        notice=plain(say("packet.demo")) if facts.is_demo else "",
        sentence=sheets[0][1].sentence if sheets else say("nothing.release"),
        foot=f"{facts.district} · {edition}",
        methods=methods,
        notes=list(notes.paragraphs),
        notes_language=notes.language,
        notes_only=only_in(say, notes),
    )
