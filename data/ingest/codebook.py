"""Turns the answers of one column, as exported, into codes of its response set.

Nothing is guessed: a column whose numbers and labels disagree, which holds numbers the
scale has not, or numbers and words side by side, is a doubt the mapping must settle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from data.catalogue import Item, ResponseSet
from data.ingest.source import tidy_header

# Always offered, never a number (specification 4.1).
NO_ANSWER = frozenset(
    {
        "i'd rather not answer",
        "doesn't apply to me",
        "does not apply to me",
        "prefiero no responder",
        "no se aplica a mi caso",
        "n/a",
        "na",
        "not applicable",
        "no aplica",
        "don't know",
        "prefer not to say",
        "prefer not to answer",
        "-99",
    }
)
# What the ends of a scale are called that is not this item's own: 1 is less, -1 more.
# "1 - Strongly agree" where 5 is best shows a scale that runs the other way.
ENDS = {
    **dict.fromkeys(
        (
            "strongly agree", "agree", "always", "almost always", "very often",
            "excellent", "very good", "very likely", "very satisfied",
            "completely true", "extremely", "a great deal", "a lot", "muy de acuerdo",
            "totalmente de acuerdo", "de acuerdo", "siempre", "casi siempre",
            "excelente", "mucho",
        ),
        1,
    ),
    **dict.fromkeys(
        (
            "strongly disagree", "disagree", "never", "almost never", "rarely", "poor",
            "very poor", "very unlikely", "very dissatisfied", "not at all true",
            "not at all", "not much", "muy en desacuerdo", "totalmente en desacuerdo",
            "en desacuerdo", "nunca", "casi nunca", "malo", "nada",
        ),
        -1,
    ),
}  # fmt: skip
_NUMBER = re.compile(r"(-?\d+)(?:\.0+)?")
_LABELED = re.compile(r"(-?\d+)(?:\.0+)?\s*(?:[-–—.:)=]+\s*|\s+)(\D.*)")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a column cannot be read as it stands, and an answer that shows it."""

    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the distinct values of one column mean.

    Attributes:
        mode: "numbers" or "words".
        codes: raw value → code.
        missing: raw values that are no answer.
        unknown: raw values outside the response set.
        doubts: what the mapping has to settle first.
    """

    mode: str
    codes: dict[str, int]
    missing: frozenset[str]
    unknown: frozenset[str]
    doubts: tuple[Doubt, ...] = field(default=())


def read_column(  # noqa: C901, PLR0912 - one branch per kind of cell
    values: Iterable[str],
    item: Item,
    recode: Mapping[str, int] | None = None,
    no_answer: Iterable[str] = (),
) -> Reading:
    """Return the reading of a column whose distinct non-empty cells are *values*."""
    options = item.response_set
    assert options is not None
    told = {fold(old): code for old, code in (recode or {}).items()}
    nothing = NO_ANSWER | {fold(word) for word in no_answer}
    words = labels_of(options)
    codes: dict[str, int] = {}
    missing, unknown, doubts = set(), set(), []
    bare: list[str] = []
    spoken: list[str] = []
    foreign: list[str] = []
    for raw in values:
        folded = fold(raw)
        number, label = split_label(folded)
        if folded in told:
            codes[raw] = told[folded]
        elif not folded or folded in nothing:
            missing.add(raw)
        elif folded in words:
            codes[raw] = words[folded]
            if number is None:
                spoken.append(raw)
        elif number is None:
            unknown.add(raw)
        elif number not in options.codes:
            foreign.append(raw)
        elif reason := _disagrees(number, label, words, options):
            doubts.append(Doubt(f"{reason}; say what each means with a recode", raw))
        else:
            codes[raw] = number
            if not label:
                bare.append(raw)
    if spoken:
        # A number in a column of words is one more thing somebody typed.
        unknown.update(foreign)
    else:
        doubts += [Doubt(_foreign(raw, item, options), raw) for raw in foreign]
    if bare and spoken:
        doubts.append(
            Doubt(
                "numbers and words stand side by side in one column; say what the "
                "numbers mean with a recode",
                bare[0],
            )
        )
    mode = "words" if len(spoken) * 2 > len(codes) else "numbers"
    return Reading(mode, codes, frozenset(missing), frozenset(unknown), tuple(doubts))


def _foreign(raw: str, item: Item, options: ResponseSet) -> str:
    return (
        f"{split_label(fold(raw))[0]} is no code of {item.id} ({options.codes[0]} to "
        f"{options.codes[-1]}); say what each number means with a recode, or list it "
        "under no_answer"
    )


def fold(text: str) -> str:
    """Return an answer as it is compared: spaces, case and apostrophes alike."""
    return tidy_header(text).casefold().replace("’", "'")


def labels_of(options: ResponseSet) -> dict[str, int]:
    """Return each option text, in every language, with its code."""
    return {
        fold(label): code
        for _, labels in options.in_languages
        for code, label in zip(options.codes, labels, strict=True)
    }


def split_label(text: str) -> tuple[int | None, str]:
    """Return number and label of "4", "4.0" or "5 - a great deal"."""
    if match := _NUMBER.fullmatch(text):
        return int(match[1]), ""
    if match := _LABELED.fullmatch(text):
        return int(match[1]), match[2].strip()
    return None, text


def _disagrees(
    number: int, label: str, words: dict[str, int], options: ResponseSet
) -> str:
    """Return why *number* cannot be what *label* says, or nothing."""
    meant = words.get(label)
    if meant is not None and meant != number:
        return f"the number says {number} and its label is code {meant}"
    if meant is None and options.has_order and label in ENDS:
        middle = (options.codes[0] + options.codes[-1]) / 2
        if (number - middle) * ENDS[label] < 0:
            return (
                f"the number {number} stands at the other end of the scale than its "
                "label"
            )
    return ""
