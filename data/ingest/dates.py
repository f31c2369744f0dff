"""Days as tools and people write them: one order of day and month for a whole file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {
    word: month
    for month, words in enumerate(
        (
            "jan ene january enero",
            "feb february febrero",
            "mar march marzo",
            "apr abr april abril",
            "may mayo",
            "jun june junio",
            "jul july julio",
            "aug ago august agosto",
            "sep sept set september septiembre setiembre",
            "oct october octubre",
            "nov november noviembre",
            "dec dic december diciembre",
        ),
        1,
    )
    for word in words.split()
}
# A workbook counts days from here; five digits are the years 1927 to 2173.
SERIAL_START = date(1899, 12, 30)

_WEEKDAY = r"(?:[^\W\d_]{2,9}\.?,?\s+)?"
_YEAR = r"(\d{4}|\d{2})"
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
NUMBERS = re.compile(rf"(\d{{1,2}})[-/.]\s?(\d{{1,2}})[-/.]\s?{_YEAR}")
DAY_NAME = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+de)?[\s-]+"
    rf"([^\W\d_]{{3,}})\.?(?:\s+de[l]?)?[\s,-]+{_YEAR}"
)
NAME_DAY = re.compile(
    rf"{_WEEKDAY}([^\W\d_]{{3,}})\.?[\s-]+(\d{{1,2}})(?:st|nd|rd|th)?,?[\s-]+{_YEAR}"
)
SERIAL = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True)
class OrderUnclear(Exception):
    """The order of day and month is contradicted or not proven.

    Attributes:
        reason: what to do about it.
        text: the cell that shows it.
    """

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class _Numeric:
    first: int
    second: int
    year: int

    def read(self, *, day_first: bool) -> date | None:
        day, month = (
            (self.first, self.second) if day_first else (self.second, self.first)
        )
        return _day(self.year, month, day)


def read_days(
    texts: Iterable[str],
    *,
    day_first: bool | None = None,
    windows: Mapping[str, tuple[date, date]] | None = None,
) -> dict[str, date | None]:
    """Return the day each distinct text names, None where it names none.

    Whether 03/10/2026 is October or March is one fact of the whole file: proven by a
    day after the 12th, said by the mapping, or of no matter since both readings fall
    into the same windows. Never decided cell by cell.

    Args:
        texts: days without their time, as `Oct 13, 2025`, `13.10.25`, `2025-10-13`.
        day_first: what the mapping says.
        windows: wave → first and last day, for which order may be of no matter.

    Raises:
        OrderUnclear: the file proves both orders, none, or not the mapping's.
    """
    found: dict[str, date | None] = {}
    numeric: dict[str, _Numeric] = {}
    for text in texts:
        match = NUMBERS.fullmatch(text.strip())
        if match:
            first, second, year = (int(g) for g in match.groups())
            numeric[text] = _Numeric(first, second, _whole_year(year))
        else:
            found[text] = _written_out(text)
    is_day_first = _order(numeric, day_first, windows or {})
    for text, parts in numeric.items():
        found[text] = parts.read(day_first=is_day_first)
    return found


def _order(
    numeric: dict[str, _Numeric],
    said: bool | None,
    windows: Mapping[str, tuple[date, date]],
) -> bool:
    only_day_first = [t for t, n in numeric.items() if n.first > 12 >= n.second]  # noqa: PLR2004 - months
    only_month_first = [t for t, n in numeric.items() if n.second > 12 >= n.first]  # noqa: PLR2004 - months
    if only_day_first and only_month_first:
        raise OrderUnclear(
            f"'{only_day_first[0]}' can only be day first and '{only_month_first[0]}' "
            "only month first; export the file again with one order of dates",
            only_month_first[0],
        )
    proven = only_day_first or only_month_first
    if proven:
        is_day_first = bool(only_day_first)
        if said is not None and said != is_day_first:
            raise OrderUnclear(
                f"the mapping says day_first: {str(said).lower()}, and '{proven[0]}' "
                f"can only be {'day' if is_day_first else 'month'} first; correct the "
                "mapping",
                proven[0],
            )
        return is_day_first
    if said is not None:
        return said
    for text, parts in numeric.items():
        one, other = parts.read(day_first=True), parts.read(day_first=False)
        if _window(one, windows) != _window(other, windows) or (
            not windows and one != other
        ):
            raise OrderUnclear(
                f"'{text}' may be {_said(one)} or {_said(other)}, and no day of the "
                "file proves which; add day_first: true or day_first: false to the "
                "mapping",
                text,
            )
    return False


def _window(day: date | None, windows: Mapping[str, tuple[date, date]]) -> str | None:
    if day is None:
        return None
    return next((w for w, (a, z) in windows.items() if a <= day <= z), None)


def _said(day: date | None) -> str:
    return day.isoformat() if day else "no day"


def _written_out(text: str) -> date | None:
    """Read a day whose parts tell themselves apart."""
    text = text.strip()
    if match := ISO.fullmatch(text):
        year, month, day = (int(g) for g in match.groups())
        return _day(year, month, day)
    if match := DAY_NAME.fullmatch(text):
        day_text, name, year_text = match.groups()
    elif match := NAME_DAY.fullmatch(text):
        name, day_text, year_text = match.groups()
    elif SERIAL.fullmatch(text):
        return SERIAL_START + timedelta(days=int(text))
    else:
        return None
    found = MONTHS.get(name.casefold())
    return _day(_whole_year(int(year_text)), found, int(day_text)) if found else None


def _whole_year(year: int) -> int:
    # Surveys of this century: "26" is 2026.
    return year + 2000 if year < 100 else year  # noqa: PLR2004 - two digits


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
