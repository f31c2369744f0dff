"""Patterns of sentences, and what stands in their gaps: numbers, days, waves, names.

A pattern is the sentence with gaps, `{name}` or `{name:kind}`. Kinds of gaps:
`n` a count, in figures or words (the usual one) · `d` a signed decimal · `share` a
percentage, with "or more" · `of100` one without its sign · `day` · `month` · `wave` ·
`t` any words · `o` words of one part of a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

WORDS = {
    "one": 1, "un": 1, "una": 1, "uno": 1, "none": 0, "ninguna": 0, "ninguno": 0,
    "two": 2, "dos": 2, "three": 3, "tres": 3, "four": 4, "cuatro": 4, "five": 5,
    "cinco": 5, "six": 6, "seis": 6, "seven": 7, "siete": 7, "eight": 8, "ocho": 8,
    "nine": 9, "nueve": 9, "ten": 10, "diez": 10, "eleven": 11, "once": 11, "twelve": 12,
    "doce": 12, "sixteen": 16, "dieciséis": 16,
}  # fmt: skip
CODED = {"or more": "at_least", "o más": "at_least", "or less": "at_most",
         "o menos": "at_most"}  # fmt: skip
MONTHS = {
    name: k
    for names in (
        "january february march april may june july august september october november december",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for k, name in enumerate(names.split(), 1)
}
SHORT = {name[:3]: k for name, k in MONTHS.items()}

_CODED = "|".join(CODED)
KINDS = {
    "n": rf"\d[\d,]*|(?i:{'|'.join(WORDS)})",
    "d": r"[+−]?\d[\d,]*(?:\.\d+)?",
    "share": rf"\d+ ?%(?: (?:{_CODED}))?|\d+ (?:{_CODED}) ?%",
    "of100": rf"\d+(?: (?:{_CODED}))?",
    "day": r"[A-Z][a-z]+ \d{1,2}, \d{4}|\d{1,2} de [a-z]+ de \d{4}",
    "month": r"[A-Za-z]{3,4} \d{4}",
    "wave": r"(?i:fall|spring) \d{4}|(?i:otoño|primavera) de \d{4}",
    "id": r"\d{4}-\d{2}[FS]\.\d+",
    "t": r".+?",
    "o": r"[^:;]+?",
    "tt": r".+",
}
GAP = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as it is printed: its value, digits after the point, coding."""

    value: float
    digits: int = 0
    coding: str = "exact"

    def is_of(self, truth: float) -> bool:
        """Whether *truth*, rounded to the digits printed, is this number."""
        return abs(self.value - truth) <= 0.5 * 10.0**-self.digits + 1e-9


def number(text: str) -> Printed:
    """Read "1,234", "−0.4", "66 %", "95 or more", "twelve"."""
    text = text.strip().lower()
    if text in WORDS:
        return Printed(WORDS[text])
    coding = next((c for words, c in CODED.items() if words in text), "exact")
    digits = re.sub(rf"{_CODED}|%|,|\s|\+", "", text).replace("−", "-")
    return Printed(float(digits), len(digits.partition(".")[2]), coding)


def day(text: str) -> date:
    """Read "November 25, 2026", "25 de noviembre de 2026"."""
    parts = re.findall(r"\w+", text.lower().replace(" de ", " "))
    year = int(parts.pop())
    (month,) = (MONTHS[p] for p in parts if p in MONTHS)
    (of_month,) = (int(p) for p in parts if p.isdigit())
    return date(year, month, of_month)


def month(text: str) -> str:
    """Read "Oct 2026", "sept 2026" as 2026-10, 2026-09."""
    name, year = text.lower().split()
    return f"{year}-{SHORT[name[:3]]:02}"


def wave(text: str) -> str:
    """Read "fall 2026" as 2026-27F, "primavera de 2026" as 2025-26S."""
    season, year = text.lower().split()[0], int(text[-4:])
    if season in {"fall", "otoño"}:
        return f"{year}-{(year + 1) % 100:02}F"
    return f"{year - 1}-{year % 100:02}S"


READ: dict[str, Callable[[str], object]] = {
    "n": number, "d": number, "share": number, "of100": number, "day": day,
    "month": month, "wave": wave,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence with gaps."""

    expression: re.Pattern[str]
    kinds: dict[str, str]

    def read(self, sentence: str) -> dict[str, object] | None:
        """Return what stands in the gaps; None for another sentence."""
        found = self.expression.fullmatch(sentence)
        if found is None:
            return None
        return {
            name: READ.get(self.kinds[name], str)(text)
            for name, text in found.groupdict().items()
            if text is not None
        }


@cache
def pattern(text: str) -> Pattern:
    """Return the pattern written as *text*."""
    parts, at, kinds = [], 0, {}
    for gap in GAP.finditer(text):
        name, kind = gap[1], gap[2] or "n"
        parts += [re.escape(text[at : gap.start()]), f"(?P<{name}>{KINDS[kind]})"]
        kinds[name] = kind
        at = gap.end()
    return Pattern(re.compile("".join([*parts, re.escape(text[at:])])), kinds)
