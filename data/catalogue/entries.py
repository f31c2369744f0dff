"""The nouns of the catalogue, frozen: what is asked, how it is coded, what is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal

from data.catalogue.languages import LANGUAGES, SOURCE, Language

# The part of an indicator that is its scale, all items together.
SCALE = "scale"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in every language that has it.

    Attributes:
        more: (language, text) beside the English.
    """

    en: str
    more: tuple[tuple[Language, str], ...] = ()

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Text:
        """Return the text of a catalogue entry or a release's row, by language."""
        more = ((k, texts[k]) for k in LANGUAGES if k != SOURCE and texts.get(k))
        return cls(texts[SOURCE], tuple(more))

    def in_(self, language: Language) -> str:
        """Return the text in *language*, in English where it is missing."""
        return dict(self.more).get(language, self.en)


@dataclass(frozen=True, slots=True)
class ResponseSet:
    """The options of an item, in order; codes count up from `first_code`.

    `has_order` is False where the options are kinds, not more or less of one thing;
    `ids` are what registers call such kinds.
    """

    id: str
    in_languages: tuple[tuple[Language, tuple[str, ...]], ...]
    favourable: frozenset[int]
    first_code: int = 1
    has_order: bool = True
    ids: tuple[str, ...] = ()

    @property
    def en(self) -> tuple[str, ...]:
        """The option texts in English; as many as in every language."""
        return dict(self.in_languages)[SOURCE]

    @property
    def codes(self) -> range:
        """Every code an answer may have."""
        return range(self.first_code, self.first_code + len(self.en))

    def options(self, language: Language) -> tuple[str, ...]:
        """Return the option texts in *language*, in code order."""
        known = dict(self.in_languages)
        return known.get(language, self.en)


@dataclass(frozen=True, slots=True)
class Item:
    """One question, in draft wording, with its response set.

    `response_set` is None where the answer is free text or a list of schools, as
    `answers` says.
    """

    id: str
    group: str
    text: Text
    response_set: ResponseSet | None
    sensitive: bool = False
    answers: Literal["options", "schools", "text"] = "options"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as people meet it (specification 10).

    Attributes:
        roster: stakeholder group and grade bands that are counted as asked.
        waves: "F", "S" or "monthly".
        minutes: what it may cost one person.
        asked_of_each: items one person meets; fewer than `items` where each gets
            a sample of them.
    """

    id: str
    group: str
    roster: tuple[str, tuple[str, ...]]
    waves: tuple[str, ...]
    minutes: int
    asked_of_each: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Items of one form that are averaged per respondent (rule E1).

    `part` tells the scales of one indicator on one form apart.
    """

    form: str
    group: str
    items: tuple[str, ...]
    part: str = SCALE

    @property
    def needed(self) -> int:
        """Answers a respondent must give to count: at least half the items."""
        return -(-len(self.items) // 2)


class Rule(StrEnum):
    """How one respondent's answers become one score."""

    SHARE = "share"  # favourable answers out of those given (E1)
    ALL = "all"  # favourable on every item, of those who answered all
    TWO_OR_MORE = "two_or_more"  # favourable on two items at least
    HEARD_AND_CLEAR = "heard_and_clear"  # yes, and clear; of all who said
    CLEAR_IF_HEARD = "clear_if_heard"  # clear; of those who heard
    ENGINE = "engine"  # names the engine the school has registered
    NAMED = "named"  # names another school


@dataclass(frozen=True, slots=True)
class Measure:
    """One number per unit and wave out of one form's answers.

    Attributes:
        part: "scale", an item, or a word for what the rule makes of them.
        favourable: codes that count, where not those of the response set.
        has_mean: False for yes-or-no scores, whose mean is the share.
        levels: units it is computed for, as the indicator declares.
        breakdowns: ways its people are split, one at a time (P6).
        since, until: first and last wave it was asked in these words; a reworded
            scale is a part of its own, so that no change is counted across.
    """

    indicator_id: str
    part: str
    form: str
    group: str
    rule: Rule
    items: tuple[str, ...]
    favourable: frozenset[int] | None
    has_mean: bool
    levels: tuple[str, ...]
    breakdowns: tuple[str, ...]
    since: str | None = None
    until: str | None = None

    def is_asked_in(self, wave: str) -> bool:
        """Tell whether a wave, by its label, asked it in these words."""
        # Labels sort in order of time: 2025-26F before 2025-26S before 2026-27F.
        return (self.since or wave) <= wave <= (self.until or wave)

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells a measure from every other."""
        return self.indicator_id, self.part, self.form


@dataclass(frozen=True, slots=True)
class Method:
    """How an indicator is made, for those who want to check it.

    Attributes:
        edges: what happens where the formula does not apply.
        sources: tags of works the choices rest on.
        example: a sentence around numbers a release has computed.
    """

    words: Text
    symbols: Text
    edges: tuple[Text, ...]
    sources: tuple[str, ...]
    example: Text | None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One published number, as declared in the specification.

    Attributes:
        claim: how a favourable answer is said in a sentence.
        range: fixed axis in percent, so that filters never rescale a chart.
    """

    id: str
    name: Text
    question: Text
    serves: tuple[str, ...]
    unit: str
    direction: str
    tables: tuple[str, ...]
    cadence: str
    levels: tuple[str, ...]
    picture: str
    method: Method
    scales: tuple[Scale, ...] = ()
    single_items: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    claim: Text | None = None
    range: tuple[int, int] = (0, 100)

    def scale(self, form: str) -> Scale:
        """Return the scale asked on *form*."""
        return next(scale for scale in self.scales if scale.form == form)

    @property
    def is_one_scale(self) -> bool:
        """True where it can be drawn by school and wave as one number."""
        return bool(self.scales) and all(s.part == SCALE for s in self.scales)

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Every item the indicator uses, scale items first."""
        scaled = [item for scale in self.scales for item in scale.items]
        return (*scaled, *self.single_items)


@dataclass(frozen=True, slots=True)
class SeedTag:
    """One thing the founding article asks for."""

    id: str
    says: str
    served_by_rule: str | None = None


@dataclass(frozen=True, slots=True)
class Rubric:
    """The adoption rubric: 4 attributes by 3 domains, levels 0 to 4.

    `descriptors` holds the text of levels 1 to 4 for (attribute, domain); `habits`
    the items about habits of mind that meet an attribute, a working map.
    """

    version: int
    levels: tuple[Text, ...]
    attributes: dict[str, Text]
    domains: dict[str, Text]
    descriptors: dict[tuple[str, str], tuple[Text, ...]]
    habits: dict[str, tuple[str, ...]]

    def descriptor(self, attribute: str, domain: str, level: int) -> Text:
        """Return what a rater could point to at *level* (1 to 4)."""
        return self.descriptors[attribute, domain][level - 1]


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of the code book principals' answers are sorted by.

    Attributes:
        include, exclude: where the code begins, and which one a near miss is.
        examples: invented answers.
    """

    id: str
    name: Text
    include: Text
    exclude: Text
    examples: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class CodeBook:
    """Every code by id, in one version."""

    version: int
    codes: dict[str, Code]

    def of_kind(self, letter: str) -> tuple[Code, ...]:
        """Return the codes of excitement (E), worry (W) or support (S), in order."""
        return tuple(c for c in self.codes.values() if c.id.startswith(letter))


@dataclass(frozen=True)
class Catalogue:
    """Everything Chorus knows how to ask, count and say."""

    response_sets: dict[str, ResponseSet]
    items: dict[str, Item]
    indicators: dict[str, Indicator]
    forms: dict[str, Form]
    sources: dict[str, str]
    seed_tags: dict[str, SeedTag]
    rubric: Rubric
    code_book: CodeBook

    @property
    def scored(self) -> tuple[Indicator, ...]:
        """Indicators that are survey scales."""
        return tuple(i for i in self.indicators.values() if i.scales)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure of every indicator, in the order of the catalogue."""
        return tuple(m for i in self.indicators.values() for m in i.measures)

    def core_items(self, form: str) -> tuple[str, ...]:
        """Return the items of *form* whose answers make a response (rule E5)."""
        scaled = {
            item
            for indicator in self.indicators.values()
            for scale in indicator.scales
            if scale.form == form
            for item in scale.items
        }
        # A form without a scale has no other core than itself.
        return tuple(i for i in self.forms[form].items if i in scaled or not scaled)
