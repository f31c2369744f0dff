"""The one place that builds a sentence: facts in, one sentence out, in two languages.

Numbers are formatted here and nowhere else. `**…**` marks facts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from babel import Locale
from babel.dates import format_date

from data.catalogue import Indicator, Text, Words, words
from data.catalogue.languages import SOURCE, Language
from data.model.cell import Cell, Coding, Status
from data.model.places import places
from data.model.waves import Wave

# Languages whose dates differ in the United States.
US = frozenset({"en", "es"})
NBSP = "\u00a0"
MINUS = "\u2212"

# Lower and upper edge of the interval, percent: specification 7.1.
NEARLY_ALL, HALF, HARDLY_ANY = 80, 50, 20


class HasInterval(Protocol):
    """Anything with an interval in percent."""

    @property
    def low(self) -> float:
        """Lower end."""

    @property
    def high(self) -> float:
        """Upper end."""


def _majority(interval: HasInterval) -> str:
    if interval.low >= NEARLY_ALL:
        return "nearly_everyone"
    if interval.low > HALF:
        return "most"
    if interval.high <= HARDLY_ANY:
        return "hardly_anyone"
    if interval.high < HALF:
        return "few"
    return "mixed"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Speaks one language: texts by key, and numbers as that language writes them."""

    language: Language
    texts: Words

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the text of *key*; whole numbers are written with their thousands."""
        written = {k: f"{v:,}" if type(v) is int else v for k, v in values.items()}
        return self.texts(key, **written)

    def text(self, text: Text) -> str:
        """Return a catalogue text."""
        return text.in_(self.language)

    @property
    def percent_sign(self) -> str:
        """The sign as it follows a number."""
        # English alone writes it without a space.
        return "%" if self.language == SOURCE else f"{NBSP}%"

    def percent(self, value: float) -> str:
        """Return a whole percentage: 60%, in Spanish 60 %."""
        return f"{value:.0f}{self.percent_sign}"

    def interval(self, low: float, high: float) -> str:
        """Return "63–72%", the sign written once; "66%" where both round to it."""
        if round(low) == round(high):
            return self.percent(low)
        return f"{low:.0f}–{high:.0f}{self.percent_sign}"

    def points(self, value: float) -> str:
        """Return a signed whole number of points with a true minus."""
        rounded = round(value)
        if rounded == 0:
            return "0"
        return f"{'+' if rounded > 0 else MINUS}{abs(rounded)}"

    def share(self, cell: Cell) -> str:
        """Return a shown share, coded at the ends: "95% or more"."""
        assert cell.share is not None
        value = self.percent(cell.share)
        match cell.coding:
            case Coding.AT_LEAST:
                return self("coded.at_least", value=value)
            case Coding.AT_MOST:
                return self("coded.at_most", value=value)
            case Coding.EXACT:
                return value

    def number(self, cell: Cell) -> str:
        """Return a shown share without its sign, coded at the ends: "95 or more"."""
        assert cell.share is not None
        value = f"{cell.share:.0f}"
        match cell.coding:
            case Coding.AT_LEAST:
                return self("coded.at_least", value=value)
            case Coding.AT_MOST:
                return self("coded.at_most", value=value)
            case Coding.EXACT:
                return value

    def of_100(self, cell: Cell) -> str:
        """Return a share of answers: "64 of 100", "95 or more of 100"."""
        return self("share.of_100", value=self.number(cell))

    def sureness(self, bounds: HasInterval) -> str:
        """Return "true value between 58 and 70"."""
        low, high = f"{bounds.low:.0f}", f"{bounds.high:.0f}"
        if low == high:
            return self("sentence.interval_narrow", value=low)
        return self("sentence.interval", low=low, high=high)

    def true_value(self, bounds: HasInterval) -> str:
        """Return "The true value lies between 58 and 70": with a verb of its own."""
        low, high = f"{bounds.low:.0f}", f"{bounds.high:.0f}"
        if low == high:
            return self("sentence.lies_narrow", value=low)
        return self("sentence.lies", low=low, high=high)

    def claim(self, indicator: Indicator) -> str:
        """Return what a favorable answer on a scale says.

        A district's own scale that states no claim is named instead.
        """
        if indicator.claim is None:
            return self("sentence.is_favorable", name=self.text(indicator.name))
        return self("sentence.says", claim=self.text(indicator.claim))

    def n(self, cell: Cell) -> str:
        """Return how many answered: exact for staff, a band for the public."""
        if cell.n is not None and cell.eligible is not None:
            return f"{cell.n:,}/{cell.eligible:,}"
        return f"{cell.n:,}" if cell.n is not None else (cell.n_band or "")

    def withheld(self, cell: Cell) -> str:
        """Return the words for what is not shown."""
        if cell.status is not Status.LOW_RR:
            return self(f"withheld.{cell.status}")
        if cell.rate is None:
            return self("withheld.other")
        return self("withheld.low_rr", rate=self.percent(cell.rate))

    def value(self, cell: Cell) -> str:
        """Return the share, or the words for why there is none."""
        return self.share(cell) if cell.is_shown else self.withheld(cell)

    def wave(self, wave: Wave) -> str:
        """Return "fall 2026", in Spanish "otoño de 2026"."""
        key = "wave.spring" if wave.spring else "wave.fall"
        return self(key, year=str(wave.calendar_year))

    @property
    def locale(self) -> str:
        """The locale dates are written in: of the United States where there is one."""
        return f"{self.language}_US" if self.language in US else self.language

    def date(self, iso: str) -> str:
        """Return "November 12, 2026"."""
        day = dt.date.fromisoformat(iso[:10])
        return str(format_date(day, "long", locale=self.locale))

    def language_of(self, code: str) -> str:
        """Return the name of a home language: "Spanish" for es."""
        name = self.language_in_text(code)
        return f"{name[:1].upper()}{name[1:]}"

    def language_in_text(self, code: str) -> str:
        """Return the name as it stands in a sentence: "Spanish", "español"."""
        return str(Locale.parse(self.locale).languages.get(code, code))

    def part(self, breakdown: str, category: str) -> str:
        """Return the name of one part of a breakdown: "Answered in Spanish"."""
        if breakdown != "language":
            return self(f"band_name.{category}")
        name = self.language_in_text(category)
        return self("break.answered_in", language=name)

    def month(self, day: dt.date) -> str:
        """Return "Oct 2026"."""
        return str(format_date(day, "MMM y", locale=self.locale))

    def month_name(self, day: dt.date) -> str:
        """Return "October"."""
        return str(format_date(day, "MMMM", locale=self.locale))

    def decimal(self, value: float, digits: int = 1) -> str:
        """Return "4.6" or "8,214.0"; US Spanish keeps the point."""
        text = f"{abs(value):,.{digits}f}"
        is_below = value < 0 and _is_more_than_nothing(text)
        return f"{MINUS}{text}" if is_below else text

    def signed(self, value: float, digits: int = 1) -> str:
        """Return "+0.5", a true minus below zero, no sign at zero."""
        text = f"{abs(value):,.{digits}f}"
        if not _is_more_than_nothing(text):
            return text
        return f"{'+' if value > 0 else MINUS}{text}"

    def outcome(self, unit: str, value: float, *, is_signed: bool = True) -> str:
        """Return a change of an outcome: "+0.5 points", "−0.4 places in 100".

        Args:
            unit: of the outcome; "SD" is told as places from the normal curve.
        """
        is_standardized = unit == "SD"
        moved = places(value) if is_standardized else value
        text = self.signed(moved) if is_signed else self.decimal(moved)
        key = "promise.places" if is_standardized else "promise.points"
        return self(key, value=text)

    def majority(self, interval: HasInterval) -> str:
        """Return the majority word the interval supports.

        Source: specification 7.1.
        """
        return self(f"majority.{_majority(interval)}")

    def majority_says(self, interval: HasInterval) -> str:
        """Return the same as a sentence about answers: "Most answers say yes."."""
        return self(f"home.says.{_majority(interval)}")

    def change(self, word: str) -> str:
        """Return a change word; "no clear change" is never "no change"."""
        return self(f"change.{word}")

    def cohort(self, cohort: int) -> str:
        """Return "Cohort 2", or "Waiting" for schools not yet launched."""
        return self("cohort", number=cohort) if cohort else self("cohort.waiting")

    def level(self, level: str | None) -> str:
        """Return a school level in words."""
        return self(f"level.{level or 'unknown'}")

    def respondents(self, group: str) -> str:
        """Return "students", "teachers", "families"."""
        return self(f"group.{group}")


def _is_more_than_nothing(text: str) -> bool:
    """Tell whether a rounded number still has a digit: "0.0" carries no sign."""
    return any(c in "123456789" for c in text)


def own_name(language: Language) -> str:
    """Return what a language calls itself: "Español"."""
    name = str(Locale.parse(language).get_display_name(language))
    return name[:1].upper() + name[1:]


def speaker(language: Language) -> Speaker:
    """Return the speaker of *language*."""
    return Speaker(language, words(language))


def estimate_sentence(
    say: Speaker,
    *,
    where: str,
    group: str,
    claim: str,
    cell: Cell,
    bounds: HasInterval | None,
    earlier: Cell | None,
    change: str,
) -> str:
    """Return the one sentence beside a survey chart.

    A scale is a share of answers, never of people. Carries number, n band, interval,
    comparison and the change word.

    Args:
        where: "At Lincoln", "Across the district".
        group: who answered, named where the result is not shown.
        claim: what a favorable answer says, by `Speaker.claim`.
        bounds: the interval to say; None where the share is coded.
        earlier: the same season a year ago, None if there was none.

    Source: specification 7.3.
    """
    people = say.respondents(group)
    if not cell.is_shown:
        return say(
            "sentence.withheld", where=where, group=people, why=say.withheld(cell)
        )
    rate = say.percent(cell.rate) if cell.rate is not None else ""
    doubt = []
    if bounds is not None:
        doubt.append(say.sureness(bounds))
    if rate and cell.n is not None and cell.eligible is not None:
        counts = {"n": f"{cell.n:,}", "eligible": f"{cell.eligible:,}"}
        doubt.append(say("sentence.answered_exact", rate=rate, **counts))
    elif rate and cell.n_band:
        doubt.append(say("sentence.answered", rate=rate, band=cell.n_band))
    word = say.majority(bounds) if bounds else say("majority.coded")
    first = say(
        "sentence.estimate",
        where=where,
        share=say.of_100(cell),
        claim=claim,
        doubt=f" ({', '.join(doubt)})" if doubt else "",
        word=word,
    )
    return f"{first} {_comparison(say, earlier, change)}".strip()


def _comparison(say: Speaker, earlier: Cell | None, change: str) -> str:
    if earlier is None or not earlier.is_shown:
        return say("sentence.no_earlier")
    if change == "too_early":
        return say("sentence.change_too_early", share=say.of_100(earlier))
    return say(
        "sentence.change", share=say.of_100(earlier), change=say.change(change).lower()
    )


def listing(say: Speaker, parts: list[str]) -> str:
    """Return "a, b and c"."""
    if len(parts) <= 1:
        return "".join(parts)
    return say("listing", first=", ".join(parts[:-1]), last=parts[-1])


def count_schools(say: Speaker, n: int) -> str:
    """Return "30 schools", or "1 school"."""
    return say("count.school") if n == 1 else say("count.schools", n=f"{n:,}")
