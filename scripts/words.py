"""Brings the languages in step with the English: `make words`, `make words BEGIN=fr`.

Writes `chorus.pot` for whoever begins a language, and every `.po` anew in the order of
the English. A text whose English has changed is kept and marked fuzzy: it is not shown
until somebody has looked at it. Naming a language begins it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from data.catalogue.languages import LOCALE, Message, messages
from data.catalogue.reader import HERE, read_yaml
from data.catalogue.words import PLACE, english_words

FILES = ("items", "response_sets", "indicators", "methods", "rubric", "codes")
WIDTH = 100
HEAD = "# What Chorus says, place by place; `make words` keeps it in step."
# The same words give the same file, whenever it is written.
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)


def everything() -> Iterator[Message]:
    """Yield every text there is to translate."""
    for key, english in english_words().items():
        yield Message(f"{PLACE}/{key}", english)
    for name in FILES:
        yield from messages(read_yaml(HERE / f"{name}.yaml"), name)


def brought_up_to_date(path: Path, language: str | None) -> Catalog:
    """Return the catalogue of *language* for the English there is now."""
    known: dict[str, tuple[str, str, bool]] = {}
    if path.exists():
        with path.open("rb") as stream:
            for m in read_po(stream, locale=language):
                if m.id:
                    known[str(m.context)] = str(m.id), str(m.string), m.fuzzy
    made = Catalog(
        locale=language,
        project="Chorus",
        version="1",
        copyright_holder="the authors of Chorus",
        header_comment=HEAD,
        msgid_bugs_address="none",
        last_translator="Chorus",
        language_team="Chorus",
        creation_date=WRITTEN,
        revision_date=WRITTEN,
        fuzzy=False,
    )
    for message in everything():
        english, text, fuzzy = known.get(message.place, ("", "", False))
        is_old = bool(text) and (fuzzy or english != message.english)
        flags = ("fuzzy",) if is_old else ()
        made.add(message.english, text, context=message.place, flags=flags)
    return made


def main(begun: list[str]) -> None:
    """Write the template and every language."""
    languages = sorted({p.stem for p in LOCALE.glob("*.po")} | set(begun))
    for language in (None, *languages):
        path = LOCALE / (f"{language}.po" if language else "chorus.pot")
        made = brought_up_to_date(path if language else Path("none"), language)
        with path.open("wb") as stream:
            write_po(stream, made, width=WIDTH, include_previous=False)
        missing = sum(not m.string or m.fuzzy for m in made if m.id)
        if language:
            line = f"{language}: {len(made):,} texts, {missing:,} to write or look at\n"
            sys.stdout.write(line)


if __name__ == "__main__":
    main(sys.argv[1:])
