"""What principals say each month and what came of it (PP-1–3, LE-2's requests)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from data.model.rules import Rules
from data.scoring.figures import DISTRICT, Figure, Readers
from data.scoring.raters import Trust, code_agreement, trust
from data.scoring.registers.calendar import Calendar
from data.scoring.waiting import fulfilment, time_to_close

QUESTIONS = {"PP-1": "P.PU.1", "PP-2": "P.PU.2"}
ENERGY = "P.PU.4"
MOST_CODES = 3
WINDOW_MONTHS = 3
FEWEST_MENTIONS = 3
PERSISTS = 3
OTHER = {"PP-1": "E0", "PP-2": "W0", "PP-3": "S0"}
FEWEST_REQUESTS, FEWEST_ASKING = 5, 3


@dataclass(frozen=True)
class Pulse:
    """Answers of principals, coded.

    Attributes:
        answers: month, principal, question, cohort, codes (of the first coder).
        double: question → code → pairs of marks by two coders.
    """

    answers: pd.DataFrame
    alpha: dict[str, float | None]
    energy: pd.DataFrame


def read_pulse(connection: duckdb.DuckDBPyConnection) -> Pulse:
    """Return the pulse; no text leaves the warehouse."""
    rows = connection.execute(
        """SELECT p.month, p.principal_key, p.question, p.coder, u.cohort_id,
             coalesce(p.codes, '') AS codes,
             CASE WHEN p.question = ? THEN TRY_CAST(p.text AS INTEGER) END AS energy
           FROM pulse p LEFT JOIN units u ON u.school_id = p.school_id
           ORDER BY ALL""",
        [ENERGY],
    ).df()
    energy = rows[(rows["question"] == ENERGY) & rows["energy"].notna()]
    rows = rows[rows["question"] != ENERGY].copy()
    rows["codes"] = [
        tuple(c.strip() for c in text.split(";") if c.strip())[:MOST_CODES]
        for text in rows["codes"]
    ]
    keys = ["month", "principal_key", "question"]
    alpha = {q: _agreement(g) for q, g in rows.groupby("question")}
    return Pulse(rows.drop_duplicates(keys), alpha, energy)


def _agreement(rows: pd.DataFrame) -> float | None:
    """Return α over the answers two people coded, per code's presence."""
    pairs = [
        (g["codes"].iloc[0], g["codes"].iloc[1])
        for _, g in rows.groupby(["month", "principal_key"])
        if len(g) > 1
    ]
    return code_agreement(pairs)


def pulse_figures(pulse: Pulse, calendar: Calendar, rules: Rules) -> Iterator[Figure]:
    """Yield what excites and worries principals, over three months at a time.

    A code fewer than three name is counted under "other"; below five principals
    nothing is said. Themes two coders do not agree on are under review.

    Source: specification 8.6 PP-1, PP-2.
    """
    if pulse.answers.empty:
        return
    for wave, _, at in calendar.waves:
        months = _months_to(at, WINDOW_MONTHS)
        recent = pulse.answers[pulse.answers["month"].isin(months)]
        if recent.empty:
            continue
        for indicator, question in QUESTIONS.items():
            asked = recent[recent["question"] == question]
            reviewed = trust(pulse.alpha.get(question))
            if asked.empty:
                continue
            for unit, rows in _units(asked):
                yield from _themes(indicator, wave, unit, rows, reviewed, rules)
            yield from _persisting(indicator, question, pulse, wave, at)
        yield from _energy(pulse, wave, months, rules)


def _months_to(at: date, count: int) -> list[str]:
    first = at.year * 12 + at.month - 1
    return [
        f"{k // 12:04d}-{k % 12 + 1:02d}" for k in range(first - count + 1, first + 1)
    ]


def _units(rows: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    yield DISTRICT, rows
    for cohort, group in rows.dropna(subset=["cohort_id"]).groupby("cohort_id"):
        yield ("cohort", str(int(cohort))), group


def _themes(
    indicator: str,
    wave: int,
    unit: tuple[str, str],
    rows: pd.DataFrame,
    reviewed: Trust,
    rules: Rules,
) -> Iterator[Figure]:
    people = rows["principal_key"].nunique()
    readers = Readers.EVERYONE if unit == DISTRICT else Readers.STAFF
    if people < rules.min_n_principal:
        yield Figure(
            indicator, "theme", wave, *unit, readers=readers, n=people,
            least=rules.min_n_principal, is_people=True,
        )  # fmt: skip
        return
    if reviewed is Trust.RETRAIN:
        yield Figure(indicator, "theme", wave, *unit, word="under_review")
        return
    mentions: Counter[str] = Counter()
    by_person = rows.groupby("principal_key")["codes"].agg(
        lambda found: {c for codes in found for c in codes}
    )
    for codes in by_person:
        mentions.update(codes)
    shown = {
        code: n
        for code, n in mentions.items()
        if n >= FEWEST_MENTIONS and code != OTHER[indicator]
    }
    # Whoever names both a rare code and "other" is one principal.
    grouped = sum(any(c not in shown for c in codes) for codes in by_person)
    if grouped >= FEWEST_MENTIONS:
        shown[OTHER[indicator]] = grouped
    for code, count in sorted(shown.items()):
        yield Figure(
            indicator, "theme", wave, *unit, readers=readers, category=code,
            value=100 * count / people, n=people, is_people=True,
            is_percent=True, least=rules.min_n_principal,
        )  # fmt: skip


def _persisting(
    indicator: str, question: str, pulse: Pulse, wave: int, at: date
) -> Iterator[Figure]:
    """Yield how many name one theme in three answered months running."""
    rows = pulse.answers[
        (pulse.answers["question"] == question)
        & (pulse.answers["month"] <= at.strftime("%Y-%m"))
    ].sort_values("month")
    counts: Counter[str] = Counter()
    for _, months in rows.groupby("principal_key"):
        last = [set(codes) for codes in months["codes"].tolist()[-PERSISTS:]]
        if len(last) == PERSISTS:
            counts.update(set.intersection(*last))
    for code, n in sorted(counts.items()):
        yield Figure(
            indicator, "persisting", wave, *DISTRICT, category=code, value=n, n=n,
            is_people=True, least=5,
        )  # fmt: skip


def _energy(
    pulse: Pulse, wave: int, months: list[str], rules: Rules
) -> Iterator[Figure]:
    rows = pulse.energy[pulse.energy["month"].isin(months)]
    if rows.empty:
        return
    mean = rows.groupby("principal_key")["energy"].mean()
    yield Figure(
        "PP-1", "energy", wave, *DISTRICT, value=25 * (float(mean.mean()) - 1),
        n=len(mean), is_people=True, least=rules.min_n_principal,
    )  # fmt: skip


def request_figures(
    connection: duckdb.DuckDBPyConnection, calendar: Calendar
) -> Iterator[Figure]:
    """Yield what became of requests for support, and for exceptions.

    Source: specification 8.6 PP-3, 8.5 LE-2.
    """
    support = connection.execute(
        """SELECT school_id, opened, closed, category, outcome FROM support_request
           ORDER BY request_id"""
    ).fetchall()
    exceptions = connection.execute(
        """SELECT school_id, asked, answered, '', answer FROM exception_request
           ORDER BY request_id"""
    ).fetchall()
    for wave, _, at in calendar.waves:
        yield from _support(wave, at, [r for r in support if r[1] <= at])
        yield from _exceptions(wave, at, [r for r in exceptions if r[1] <= at])


Request = tuple[str, date, date | None, str, str | None]


def _support(wave: int, at: date, rows: list[Request]) -> Iterator[Figure]:
    if not rows:
        return
    closed = [r for r in rows if r[2] is not None and r[2] <= at]
    results = Counter(r[4] for r in closed)
    for part, count in (
        ("opened", len(rows)),
        ("closed", len(closed)),
        ("open", len(rows) - len(closed)),
    ):
        yield Figure("PP-3", part, wave, *DISTRICT, value=count, n=count)
    share = fulfilment(
        results["met"], results["partly"], len(closed), results["withdrawn"]
    )
    if share is not None:
        yield Figure(
            "PP-3", "fulfilled", wave, *DISTRICT, value=100 * share, n=len(closed)
        )
    yield from _waiting("PP-3", wave, at, rows)
    by_category: dict[str, list[Request]] = defaultdict(list)
    for row in rows:
        by_category[row[3]].append(row)
    other: list[Request] = []
    for category, mine in sorted(by_category.items()):
        if _many(mine):
            yield from _category(wave, at, category, mine)
        else:
            other += mine
    if _many(other):
        yield from _category(wave, at, OTHER["PP-3"], other)


def _many(rows: list[Request]) -> bool:
    return len(rows) >= FEWEST_REQUESTS and len({r[0] for r in rows}) >= FEWEST_ASKING


def _category(
    wave: int, at: date, category: str, rows: list[Request]
) -> Iterator[Figure]:
    still = sum(r[2] is None or r[2] > at for r in rows)
    yield Figure(
        "PP-3", "category", wave, *DISTRICT, category=category, value=len(rows),
        n=still, of=len(rows),
    )  # fmt: skip


def _waiting(
    indicator: str, wave: int, at: date, rows: list[Request]
) -> Iterator[Figure]:
    if not _many(rows):
        return
    ends = [r[2] if r[2] is not None and r[2] <= at else None for r in rows]
    days = [((end or at) - r[1]).days for r, end in zip(rows, ends, strict=True)]
    found = time_to_close(days, [end is not None for end in ends])
    if found is None:
        return
    yield Figure(
        indicator, "median_days", wave, *DISTRICT, value=found.median,
        word=None if found.median is not None else "not_reached", n=found.requests,
    )  # fmt: skip
    for (day, share), low, high in zip(found.steps, found.low, found.high, strict=True):
        yield Figure(
            indicator, "waiting", wave, *DISTRICT, category=f"{day:04.0f}",
            value=100 * share, low=100 * low, high=100 * high,
        )  # fmt: skip


def _exceptions(wave: int, at: date, rows: list[Request]) -> Iterator[Figure]:
    if not _many(rows):
        return
    answered = Counter(r[4] for r in rows if r[2] is not None and r[2] <= at)
    yield Figure("LE-2", "asked", wave, *DISTRICT, value=len(rows), n=len(rows))
    for part in ("granted", "partly", "refused"):
        yield Figure(
            "LE-2", part, wave, *DISTRICT, value=answered[part], n=answered[part],
            of=len(rows),
        )  # fmt: skip
    yield from _waiting("LE-2", wave, at, rows)
