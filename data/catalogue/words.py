"""What Chorus says, in every language: one file of keyed texts, checked on load."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.catalogue.entries import Language
from data.catalogue.reader import LINE, read_yaml
from data.errors import CatalogueError

FILE = Path(__file__).parent / "words.yaml"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


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
    """Return everything Chorus says in *language*."""
    return Words(language, read_words(FILE)[language])


@cache
def read_words(path: Path) -> dict[Language, dict[str, str]]:
    """Return the texts of *path* by language.

    Raises:
        CatalogueError: a key without Spanish, or whose two texts do not fill in
            the same values.
    """
    found: dict[Language, dict[str, str]] = {"en": {}, "es": {}}
    for key, entry in read_yaml(path).items():
        if key == LINE:
            continue
        reason = _wrong(entry)
        if reason:
            raise CatalogueError(
                file=path.name, line=entry.get(LINE, 1), reason=f"{key} {reason}"
            )
        for language, texts in found.items():
            texts[key] = entry[language]
    return found


def _wrong(entry: dict[str, str]) -> str | None:
    for language in ("en", "es"):
        if not entry.get(language):
            return f"has no text in '{language}'"
    english, spanish = (set(_PLACEHOLDER.findall(entry[x])) for x in ("en", "es"))
    if english != spanish:
        return f"fills in {sorted(english)} in English but {sorted(spanish)} in Spanish"
    return None
