"""The nouns of the catalogue, frozen: what is asked, how it is coded, what is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in every language Chorus speaks."""

    en: str
    es: str

    def in_(self, language: Language) -> str:
        """Return the text in *language*."""
        return self.es if language == "es" else self.en


@dataclass(frozen=True, slots=True)
class ResponseSet:
    """The options of an item, in order; codes count up from `first_code`."""

    id: str
    en: tuple[str, ...]
    es: tuple[str, ...]
    favourable: frozenset[int]
    first_code: int = 1

    @property
    def codes(self) -> range:
        """Every code an answer may have."""
        return range(self.first_code, self.first_code + len(self.en))

    def options(self, language: Language) -> tuple[str, ...]:
        """Return the option texts in *language*, in code order."""
        return self.es if language == "es" else self.en


@dataclass(frozen=True, slots=True)
class Item:
    """One question, in draft wording, with its response set.

    `response_set` is None where the answer is free text or a list of schools.
    """

    id: str
    group: str
    text: Text
    response_set: ResponseSet | None
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Items of one form that are averaged per respondent (rule E1)."""

    form: str
    group: str
    items: tuple[str, ...]

    @property
    def needed(self) -> int:
        """Answers a respondent must give to count: at least half the items."""
        return -(-len(self.items) // 2)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One published number, as declared in the specification.

    Attributes:
        computed: False while no release carries it.
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
    computed: bool
    scales: tuple[Scale, ...] = ()
    single_items: tuple[str, ...] = ()
    method: Text | None = None
    claim: Text | None = None
    range: tuple[int, int] = (0, 100)

    def scale(self, form: str) -> Scale:
        """Return the scale asked on *form*."""
        return next(scale for scale in self.scales if scale.form == form)

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

    `descriptors` holds the text of levels 1 to 4 for (attribute, domain).
    """

    version: int
    levels: tuple[Text, ...]
    attributes: dict[str, Text]
    domains: dict[str, Text]
    descriptors: dict[tuple[str, str], tuple[Text, ...]]

    def descriptor(self, attribute: str, domain: str, level: int) -> Text:
        """Return what a rater could point to at *level* (1 to 4)."""
        return self.descriptors[attribute, domain][level - 1]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything Chorus knows how to ask, count and say."""

    response_sets: dict[str, ResponseSet]
    items: dict[str, Item]
    indicators: dict[str, Indicator]
    seed_tags: dict[str, SeedTag]
    rubric: Rubric

    @property
    def computed(self) -> tuple[Indicator, ...]:
        """Indicators that releases carry today."""
        return tuple(i for i in self.indicators.values() if i.computed)

    @property
    def scored(self) -> tuple[Indicator, ...]:
        """Computed indicators that are survey scales."""
        return tuple(i for i in self.computed if i.scales)
