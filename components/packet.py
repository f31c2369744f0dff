"""The board packet: sheets of questions and answers, set as a tagged PDF by Typst."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typst

from components.figure_block import Block
from components.rich import parts_of, plain
from components.svg import figure_svg
from components.theme import Figure
from components.words import Speaker

HERE = Path(__file__).parent
TEMPLATE = HERE / "print" / "template.typ"
FONTS = HERE / "assets" / "vendor" / "fonts" / "print"
# PDF/UA: every picture has words, every table its headings, every page its language.
STANDARD: Final = "ua-1"
PAPERS = ("us-letter", "a4")
WIDE, NARROW = 820, 260
MOST_ROWS = 120


@dataclass(frozen=True, slots=True)
class Short:
    """One of the first page's answers."""

    question: str
    big: str
    unit: str
    text: str
    note: str
    picture: Figure | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One question: its sentence, its pictures, and short answers beside them."""

    question: str
    sentence: str
    blocks: Sequence[Block]
    answers: Sequence[Short] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """What stands around the sheets.

    Attributes:
        occasion: what the packet is for, with its day.
        notice: that everything is invented, where it is.
        methods: (name, how it is made) of each indicator shown.
        notes: paragraphs of the release's own notes.
        notes_language: the one they are written in.
        notes_only: that there are none in the packet's language, where that is so.
    """

    district: str
    title: str
    edition: str
    occasion: str
    notice: str
    sentence: str
    foot: str
    methods: Sequence[tuple[str, str]]
    notes: Sequence[str]
    notes_language: str
    notes_only: str


def packet_pdf(
    say: Speaker, edition: Edition, sheets: Sequence[Sheet], *, paper: str = PAPERS[0]
) -> bytes:
    """Return the packet as PDF/UA.

    Args:
        paper: one of PAPERS.

    Raises:
        CannotDraw: a figure holds a mark that paper does not know.
    """
    packet = _packet(say, edition, sheets, paper)
    made: bytes = typst.compile(
        str(TEMPLATE),
        root=str(HERE),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"packet": json.dumps(packet, ensure_ascii=False)},
        pdf_standards=[STANDARD],
    )
    return made


def _packet(
    say: Speaker, edition: Edition, sheets: Sequence[Sheet], paper: str
) -> dict[str, Any]:
    return {
        "language": say.language,
        "paper": paper,
        "title": edition.title,
        "district": edition.district,
        "edition": edition.edition,
        "occasion": edition.occasion,
        "notice": edition.notice,
        "sentence": parts_of(edition.sentence),
        "foot": edition.foot,
        "page_word": say.texts.texts["packet.page"],
        "know_word": say("block.know"),
        "cannot_word": say("block.cannot"),
        "numbers_word": say("packet.numbers"),
        "numbers_reading": say("packet.numbers_reading"),
        "methods_word": say("packet.methods"),
        "notes_word": say("packet.notes"),
        "sheets": [_sheet(s) for s in sheets],
        "methods": [{"name": n, "words": parts_of(w)} for n, w in edition.methods],
        "notes": list(edition.notes),
        "notes_language": edition.notes_language,
        "notes_only": edition.notes_only,
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "question": sheet.question,
        "sentence": parts_of(sheet.sentence),
        "blocks": [_block(b) for b in sheet.blocks],
        "answers": [_short(a) for a in sheet.answers],
    }


def _block(block: Block) -> dict[str, Any]:
    drawn = block.picture if isinstance(block.picture, list) else []
    return {
        "question": block.question,
        "reading": parts_of(block.reading),
        "alt": plain(block.alt).strip() or block.question,
        "pictures": [figure_svg(f, width=WIDE) for f in drawn],
        "columns": [plain(c) for c in block.table.columns],
        "rows": [
            ["" if v is None else str(v) for v in row]
            for row in block.table.rows[:MOST_ROWS]
        ],
        "know": parts_of(block.know),
        "cannot": parts_of(block.cannot),
        "note": parts_of(block.note),
        "beside": [[parts_of(t) for t in half] for half in _halves(block.beside)],
    }


def _halves(texts: Sequence[str]) -> list[Sequence[str]]:
    """Return *texts* in two columns as even as their order allows; none for none."""
    if not texts:
        return []
    letters = sum(map(len, texts))
    split = min(
        range(1, len(texts) + 1),
        key=lambda k: abs(2 * sum(map(len, texts[:k])) - letters),
    )
    return [texts[:split], texts[split:]]


def _short(one: Short) -> dict[str, Any]:
    picture = "" if one.picture is None else figure_svg(one.picture, width=NARROW)
    return {
        "question": one.question,
        "big": one.big,
        "unit": one.unit,
        "text": parts_of(one.text),
        "note": one.note,
        "alt": plain(one.text).strip() or one.question,
        "picture": picture,
    }
