"""What the steward wrote about a release, in the reader's language if it is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.words import Speaker
from data.catalogue.languages import SOURCE, Language


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one release.

    Attributes:
        language: of the paragraphs; another than the reader's where that is missing.
        paragraphs: without headings.
    """

    language: Language
    paragraphs: tuple[str, ...]


def notes_for(say: Speaker, written: Mapping[Language, str]) -> Notes:
    """Return the notes in the reader's language, else English, else any there is."""
    found = {
        language: told for language, text in written.items() if (told := _told(text))
    }
    order = (say.language, SOURCE, *sorted(found))
    language = next((x for x in order if x in found), say.language)
    return Notes(language, found.get(language, ()))


def only_in(say: Speaker, notes: Notes) -> str:
    """Say that the notes are in another language than the page; empty where not."""
    if notes.language == say.language or not notes.paragraphs:
        return ""
    return say("releases.notes_only", language=say.language_in_text(notes.language))


def _told(text: str) -> tuple[str, ...]:
    lines = [x for x in text.splitlines() if not x.startswith("#")]
    paragraphs = (" ".join(p.split()) for p in "\n".join(lines).split("\n\n"))
    return tuple(p for p in paragraphs if p)
