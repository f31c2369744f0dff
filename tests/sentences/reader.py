"""Reads pages sentence by sentence, and holds each against the release.

A kind of sentence is a row of the table in `kinds_*`: how it is written in each
language, and what must be true of what stands in its gaps.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sentences.html_text import Said, sentences
from sentences.release import Release, Share
from sentences.slots import WORDS, Printed, pattern

# Numbers that are part of a name: of a form, a cohort.
NAMES = re.compile(
    r"SHA-256|(?:[Gg]rades|[Gg]rados) (?:3–5|6–12|6–8|9–12|K–2)|Cohorte? \d+(?! schools| escuelas)"
)
NUMBER = re.compile(r"\d")
IN_WORDS = re.compile(rf"\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where a sentence stands, and who reads it there."""

    release: Release
    reader: str
    path: str
    language: str
    under: str = ""
    before: str = ""
    # The block before that one.
    earlier: str = ""
    sentence: str = ""
    facts: Mapping[tuple[str, str], Mapping[str, set[str]]] = field(
        default_factory=dict, compare=False
    )

    @property
    def school(self) -> str:
        """The school the page is about."""
        return self.path.removeprefix("/schools/")


# Yields (said, true) or (said, true, name of the fact).
Fact = Callable[..., Iterator[tuple[Any, ...]]]


@dataclass(frozen=True)
class Kind:
    """A kind of sentence: its patterns and its fact."""

    name: str
    patterns: tuple[str, ...]
    fact: Fact
    on: tuple[str, ...] = ()


KINDS: list[Kind] = []


def says(*patterns: str, on: str = "") -> Callable[[Fact], Fact]:
    """Add a row to the table: *patterns* say the fact decorated.

    Args:
        on: pages it stands on, several words; everywhere without.
    """

    def add(fact: Fact) -> Fact:
        name = fact.__name__.strip("_").replace("_", " ")
        KINDS.append(Kind(name, patterns, fact, tuple(on.split())))
        return fact

    return add


@dataclass
class Reading:
    """What was read on one or several pages.

    Attributes:
        read: kind → sentences.
        unread: sentences with a number that no kind matches, with where they stand.
        wrong: what is not as the release has it.
        facts: (reader, fact) → value said → where.
    """

    read: dict[str, set[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    unread: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    wrong: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    facts: dict[tuple[str, str], dict[str, set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    seen: set[tuple[str, ...]] = field(default_factory=set)
    _kinds: dict[tuple[str, str], list[tuple[Kind, dict[str, Any]]]] = field(
        default_factory=dict
    )

    def page(
        self, page: Iterable[Said], place: Place, constant: Callable[[str], bool]
    ) -> Reading:
        """Read a page; *constant* tells sentences whose numbers are the method's."""
        before = earlier = ""
        for said in page:
            for sentence in self._units(said, place.path):
                key = (place.reader, place.path, place.language, said.under, earlier,
                       before, sentence)  # fmt: skip
                if key not in self.seen:
                    self.seen.add(key)
                    here = replace(
                        place, under=said.under, before=before, earlier=earlier,
                        sentence=sentence, facts=self.facts,
                    )  # fmt: skip
                    self._sentence(sentence, here, constant)
            before, earlier = said.text, before
        return self

    def kinds_of(self, text: str, path: str) -> set[Kind]:
        """Return the kinds of the sentences of a block."""
        said = Said(text, "text")
        return {k for s in self._units(said, path) for k, _ in self._matching(s, path)}

    def _units(self, said: Said, path: str) -> list[str]:
        """Return a block's sentences, or it whole where only so some kind has it."""
        split = list(sentences(said))
        known = all(
            self._matching(s, path) or not NUMBER.search(NAMES.sub("", s))
            for s in split
        )
        is_split = known and any(self._matching(s, path) for s in split)
        return (
            [said.text] if not is_split and self._matching(said.text, path) else split
        )

    def _matching(self, sentence: str, path: str) -> list[tuple[Kind, dict[str, Any]]]:
        key = (sentence, path)
        if key not in self._kinds:
            found = []
            for kind in KINDS:
                if kind.on and not path.startswith(kind.on):
                    continue
                for text in kind.patterns:
                    gaps = pattern(text).read(sentence)
                    if gaps is not None:
                        found.append((kind, gaps))
                        break
            self._kinds[key] = found
        return self._kinds[key]

    def _sentence(
        self, sentence: str, place: Place, constant: Callable[[str], bool]
    ) -> None:
        where = f"{place.reader} {place.language} {place.path} ({place.under})"
        matching = self._matching(sentence, place.path)
        if not matching:
            names = "|".join(map(re.escape, place.release.names))
            rest = NAMES.sub("", re.sub(names, "", sentence) if names else sentence)
            if NUMBER.search(rest) and not constant(sentence):
                self.unread[sentence].add(where)
            return
        kind, gaps = matching[0]
        self.read[kind.name].add((place.reader, sentence))
        for problem in self._problems(kind, gaps, place):
            self.wrong[f"{sentence} — {problem}"].add(where)

    def _problems(
        self, kind: Kind, gaps: dict[str, Any], place: Place
    ) -> Iterator[str]:
        checked: list[Any] = []
        try:
            for said, true, *named in kind.fact(place, **gaps):
                checked.append(said)
                if not agree(said, true):
                    yield f"{kind.name}: said {_shown(said)}, but {_shown(true)}"
                for name in named:
                    key = (place.reader, name)
                    self.facts[key][_shown(said)].add(place.path)
        except (LookupError, ValueError, TypeError, AssertionError) as problem:
            yield f"{kind.name}: {type(problem).__name__} {problem}"
        for name, said in gaps.items():
            is_number = isinstance(said, Printed | date)
            if is_number and not any(said is c for c in checked):
                yield f"{kind.name}: nobody checked {name}"


class Unread(ValueError):
    """A part of a sentence that cannot be read."""


def _shown(value: Any) -> str:
    if isinstance(value, Printed):
        return f"{value.value:g}" + ("" if value.coding == "exact" else value.coding)
    return str(value)


def agree(said: Any, true: Any) -> bool:
    """Whether what is said is what is true, as far as it is printed."""
    if isinstance(said, Printed):
        if isinstance(true, Share):
            return said.is_of(true.value) and said.coding == true.coding
        return isinstance(true, int | float) and said.is_of(float(true))
    if isinstance(said, date):
        return said.isoformat() == str(true)[:10]
    if isinstance(said, str) and isinstance(true, str):
        return said.casefold() == true.casefold()
    return bool(said == true)


def each(text: str, separator: str, *patterns: str) -> list[dict[str, Any]]:
    """Return what stands in the parts of a list, each written as one of *patterns*."""
    found = []
    for part in text.split(separator):
        read = (pattern(p).read(part.strip()) for p in patterns)
        gaps = next((g for g in read if g is not None), None)
        if gaps is None:
            msg = f"{part!r} cannot be read"
            raise Unread(msg)
        found.append(gaps)
    return found
