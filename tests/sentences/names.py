"""What a release calls by an id, as pages write it: English, Spanish."""

from __future__ import annotations

STAGES = {
    "not yet": 0, "todavía no": 0, "exploring": 1, "explorando": 1, "trying": 2,
    "probando": 2, "embedding": 3, "incorporando": 3, "growing": 4, "creciendo": 4,
}  # fmt: skip
# Word → lowest and highest the ends of an interval may be (specification 7.1).
MAJORITY = {
    "nearly everyone": "nearly_everyone", "casi todos": "nearly_everyone",
    "casi todas": "nearly_everyone", "most": "most", "la mayoría": "most",
    "mixed": "mixed", "dividido": "mixed", "few": "few", "pocos": "few",
    "pocas": "few", "hardly anyone": "hardly_anyone", "casi nadie": "hardly_anyone",
    "at the end of the scale": "coded", "en el extremo de la escala": "coded",
}  # fmt: skip
CHANGES = {
    "rose": "rose", "subió": "rose", "fell": "fell", "bajó": "fell",
    "small shift": "small", "cambio pequeño": "small", "pequeño": "small",
    "no clear change": "unclear", "sin cambio claro": "unclear",
    "too few to say": "too_few", "too early to know": "too_early",
}  # fmt: skip
SPOKEN = {"English": "en", "Inglés": "en", "inglés": "en", "Spanish": "es",
          "Español": "es", "español": "es"}  # fmt: skip
ALL = ("All schools", "Todas las escuelas")
WAITING = ("Waiting", "En espera")


def cohort(text: str) -> int:
    """Return 3 of "Cohort 3" and "Cohorte 3", 0 of those that wait."""
    if text in WAITING:
        return 0
    word, number = text.split()
    assert word in {"Cohort", "Cohorte"}
    return int(number)


def unit(text: str) -> tuple[str, str]:
    """Return kind and id of "Cohort 3", "Waiting", "All schools"."""
    return ("district", "all") if text in ALL else ("cohort", str(cohort(text)))


def majority(low: float, high: float) -> str:
    """Return the word an interval supports (specification 7.1)."""
    if low >= 80:
        return "nearly_everyone"
    if low > 50:
        return "most"
    if high <= 20:
        return "hardly_anyone"
    return "few" if high < 50 else "mixed"


def event(text: str) -> int:
    """Return waves since the start: 2 of "+2", 0 of "start"."""
    if text in {"start", "inicio"}:
        return 0
    return int(text.replace("−", "-"))
