"""What Chorus measures, as data: response sets, items, indicators, rubric, words."""

from data.catalogue.entries import (
    SCALE,
    Catalogue,
    Code,
    CodeBook,
    Form,
    Indicator,
    Item,
    Measure,
    Method,
    ResponseSet,
    Rubric,
    Rule,
    Scale,
    SeedTag,
    Text,
)
from data.catalogue.reader import catalogue, read_catalogue
from data.catalogue.words import Words, words

__all__ = [
    "SCALE",
    "Catalogue",
    "Code",
    "CodeBook",
    "Form",
    "Indicator",
    "Item",
    "Measure",
    "Method",
    "ResponseSet",
    "Rubric",
    "Rule",
    "Scale",
    "SeedTag",
    "Text",
    "Words",
    "catalogue",
    "read_catalogue",
    "words",
]
