"""The languages Chorus speaks: English in the YAML files, each other in one file.

`locale/es.po` holds the Spanish of everything: what pages say and what the catalogue
asks. A text is found by its place – `words/nav.menu`, `items/S.VO.1` – and counts
only while the English it was made from still stands there. A further language is a
further file; where it lacks a text, English is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from data.errors import CatalogueError

SOURCE = "en"
LOCALE = Path(__file__).parent / "locale"
LANGUAGES: tuple[str, ...] = (SOURCE, *sorted(p.stem for p in LOCALE.glob("*.po")))
PLACEHOLDER = re.compile(r"\{(\w+)[^}]*\}")
# Elsewhere braces may be a mathematician's.
SAID = "words/"
Language = str


@dataclass(frozen=True, slots=True)
class Message:
    """One text as a translator sees it.

    Attributes:
        place: where it stands, such as `items/S.VO.1`.
    """

    place: str
    english: str


@cache
def translations(language: Language, folder: Path = LOCALE) -> dict[Message, str]:
    """Return every finished text of *language*.

    Raises:
        CatalogueError: a text that fills in other values than its English does.
    """
    path = folder / f"{language}.po"
    with path.open("rb") as stream:
        found = read_po(stream, locale=language)
    texts: dict[Message, str] = {}
    for message in found:
        if not message.id or not message.string or message.fuzzy:
            continue
        english, text = str(message.id), str(message.string)
        ours, theirs = (sorted(set(PLACEHOLDER.findall(t))) for t in (english, text))
        if str(message.context).startswith(SAID) and ours != theirs:
            raise CatalogueError(
                file=path.name,
                line=message.lineno or 1,
                reason=f"{message.context} fills in {theirs} where English has {ours}",
            )
        texts[Message(str(message.context), english)] = text
    return texts


def in_languages(message: Message) -> dict[Language, str]:
    """Return a text in every language that has it."""
    found = {SOURCE: message.english}
    for language in LANGUAGES[1:]:
        text = translations(language).get(message)
        if text:
            found[language] = text
    return found


def filled(content: Any, place: str) -> Any:
    """Return a catalogue file's *content* with every language beside its English."""
    if isinstance(content, list):
        parts = enumerate(content)
        return [filled(part, f"{place}/{_name(part, i)}") for i, part in parts]
    if not isinstance(content, dict):
        return content
    out = {key: filled(value, f"{place}/{key}") for key, value in content.items()}
    english = content.get(SOURCE)
    if isinstance(english, str):
        out |= in_languages(Message(place, english))
    elif isinstance(english, list):
        each = [in_languages(Message(f"{place}/{i}", t)) for i, t in enumerate(english)]
        for language in LANGUAGES:
            if all(language in texts for texts in each):
                out[language] = [texts[language] for texts in each]
    return out


def messages(content: Any, place: str) -> Iterator[Message]:
    """Yield every English text of a catalogue file, in its order."""
    if isinstance(content, list):
        for i, part in enumerate(content):
            yield from messages(part, f"{place}/{_name(part, i)}")
    if not isinstance(content, dict):
        return
    english = content.get(SOURCE)
    if isinstance(english, str):
        yield Message(place, english)
    elif isinstance(english, list):
        for i, text in enumerate(english):
            yield Message(f"{place}/{i}", text)
    for key, value in content.items():
        if key != SOURCE:
            yield from messages(value, f"{place}/{key}")


def _name(part: Any, position: int) -> str:
    """Return what an entry of a list is called; its position where it has no name."""
    if isinstance(part, dict):
        if "id" in part:
            return str(part["id"])
        if {"attribute", "domain"} <= part.keys():
            return f"{part['attribute']}-{part['domain']}"
        if "level" in part:
            return str(part["level"])
    return str(position)
