"""What Chorus says, by key: English in one file, every other language in its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.catalogue.languages import LANGUAGES, SOURCE, Language, Message, in_languages
from data.catalogue.reader import LINE, read_yaml

FILE = Path(__file__).parent / "words.yaml"
PLACE = "words"


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language.

    `**bold**` in a text marks facts; components turn it into bold words.
    """

    language: Language
    texts: dict[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the text of *key* with *values* filled in."""
        return self.texts[key].format(**values)

    def __contains__(self, key: str) -> bool:
        return key in self.texts


@cache
def words(language: Language) -> Words:
    """Return everything Chorus says in *language*; English where it lacks a text."""
    texts = {
        key: in_languages(Message(f"{PLACE}/{key}", english))
        for key, english in english_words().items()
    }
    assert language in LANGUAGES
    return Words(language, {k: t.get(language, t[SOURCE]) for k, t in texts.items()})


@cache
def english_words() -> dict[str, str]:
    """Return the English texts by key, in the order of the file."""
    return {k: v for k, v in read_yaml(FILE).items() if k != LINE}
