"""Turns the answers of one column, as exported, into codes of its response set."""

from __future__ import annotations

import re
from dataclasses import dataclass

from data.catalogue import Item, ResponseSet
from data.ingest.source import tidy_header

# Always offered, never a number (specification 4.1).
NO_ANSWER = frozenset(
    {
        "i'd rather not answer",
        "i’d rather not answer",
        "doesn't apply to me",
        "doesn’t apply to me",
        "prefiero no responder",
        "no se aplica a mi caso",
        "n/a",
        "na",
        "don't know",
        "don’t know",
        "prefer not to say",
        "-99",
    }
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the distinct values of one column mean.

    Attributes:
        mode: "numbers" or "words".
        codes: raw value → code.
        missing: raw values that are no answer.
        unknown: raw values outside the response set.
    """

    mode: str
    codes: dict[str, int]
    missing: frozenset[str]
    unknown: frozenset[str]


def read_column(
    values: list[str], item: Item, recode: tuple[tuple[str, int], ...] = ()
) -> Reading:
    """Return the reading of a column whose distinct non-empty cells are *values*.

    A column holds numbers when most of its values are numbers; the two export
    modes are never mixed within one column.
    """
    options = item.response_set
    assert options is not None
    known = dict(recode)
    words = _labels(options)
    mode = _mode(values)
    codes, missing, unknown = {}, set(), set()
    for raw in values:
        folded = tidy_header(raw).casefold()
        code = known.get(raw.strip())
        if code is None:
            code = _number(folded) if mode == "numbers" else words.get(folded)
        if code is not None and code in options.codes:
            codes[raw] = code
        elif folded in NO_ANSWER or not folded:
            missing.add(raw)
        else:
            unknown.add(raw)
    return Reading(mode, codes, frozenset(missing), frozenset(unknown))


def _labels(options: ResponseSet) -> dict[str, int]:
    return {
        tidy_header(label).casefold(): code
        for _, labels in options.in_languages
        for code, label in zip(options.codes, labels, strict=True)
    }


def _mode(values: list[str]) -> str:
    numbers = sum(_number(v) is not None for v in values)
    return "numbers" if numbers * 2 > len(values) else "words"


def _number(text: str) -> int | None:
    """Read "4", and "5 - A great deal" as Google Forms writes a labelled scale."""
    match = re.match(r"^\s*(-?\d+)\s*(?:$|[-–.:]\s)", text)
    return int(match[1]) if match else None
