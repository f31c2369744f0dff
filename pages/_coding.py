"""Which pulse answers wait for whom, and how far two people agree."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from data.ledger.entries import Author, Entry, standing
from data.model.vocabulary import PULSE_QUESTIONS
from pages._ledger import ledger

CODERS = 2
# A quarter of the answers is read by two people (specification 8.6).
EVERY = 4


@dataclass(frozen=True, slots=True)
class Waiting:
    """One answer to be coded; nobody's name, nobody's school."""

    key: str
    question: str
    text: str

    @property
    def letter(self) -> str:
        """The kind of code it may get: E, W or S."""
        return "EWS"[PULSE_QUESTIONS.index(self.question)]


@dataclass(frozen=True, slots=True)
class Coded:
    """The codes of one answer by each who read it."""

    key: str
    question: str
    codes: tuple[frozenset[str], ...]


def waiting_for(author: Author) -> list[Waiting]:
    """Return the answers *author* has not coded and that still need somebody.

    Each needs one person, every fourth two; which, is drawn from its key, so that
    nobody chooses. The order tells nothing of who wrote.
    """
    with ledger().reading() as session:
        answers, codings = standing(session, "pulse"), standing(session, "coding")
    by = _coders(codings)
    found = []
    for entry in answers:
        for question in PULSE_QUESTIONS[:3]:
            text = entry.values.get(question, "")
            done = by.get((entry.key, question), set())
            if not text or author.name in done or entry.author == author.name:
                continue
            if len(done) < (CODERS if is_double(entry.key, question) else 1):
                found.append(Waiting(entry.key, question, text))
    return sorted(found, key=lambda w: (w.question, _drawn(w.key, w.question)))


def is_double(key: str, question: str) -> bool:
    """True for the answers two people read."""
    return _drawn(key, question) % EVERY == 0


def coded_twice() -> list[Coded]:
    """Return every answer two people have coded, with the codes of both."""
    with ledger().reading() as session:
        codings = standing(session, "coding")
    found: dict[tuple[str, str], dict[str, frozenset[str]]] = {}
    for entry in codings:
        v = entry.values
        codes = frozenset(c for c in v["codes"].split(";") if c)
        found.setdefault((v["pulse"], v["question"]), {})[v["coder"]] = codes
    return [
        Coded(key, question, tuple(c for _, c in sorted(of.items())[:CODERS]))
        for (key, question), of in sorted(found.items())
        if len(of) >= CODERS
    ]


def _coders(codings: list[Entry]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for entry in codings:
        v = entry.values
        found.setdefault((v["pulse"], v["question"]), set()).add(v["coder"])
    return found


def _drawn(key: str, question: str) -> int:
    return int(hashlib.sha256(f"{key}|{question}".encode()).hexdigest()[:8], 16)
