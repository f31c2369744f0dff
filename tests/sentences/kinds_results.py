"""Sentences of the page of promised results, and of the list of schools."""

from __future__ import annotations

import math
from typing import Any

from sentences import names
from sentences.kinds_front import Checks
from sentences.reader import Place, each, says
from sentences.release import Share
from sentences.slots import Printed

VERDICTS = {
    "better": "better", "mejor": "better", "held": "held", "se sostuvo": "held",
    "slipped": "slipped", "bajó": "slipped", "not clear yet": "unclear",
    "aún no está claro": "unclear", "no comparison left": "no_comparison",
    "ya sin comparación": "no_comparison", "test changed": "test_changed",
    "cambió la prueba": "test_changed", "not yet a whole year": "not_yet",
    "aún sin un año completo": "not_yet", "result missing": "missing",
    "falta el resultado": "missing", "no year before": "no_past",
    "sin año anterior": "no_past", "closed": "closed", "cerrada": "closed",
    "hidden to protect people": "protected",
    "oculto para proteger a las personas": "protected",
}  # fmt: skip


def outcome(c: Place, name: str) -> tuple[str, str, float]:
    """Return id, unit and allowed dip of a promised result."""
    ((found, unit, margin),) = c.release.rows(
        f"SELECT outcome_id, unit, margin FROM outcomes WHERE lower(name_{c.language}) = ?",
        name.lower(),
    )
    return str(found), str(unit), float(margin)


def told(value: float, unit: str) -> float:
    """Return a change as it is told: a standardized one in places of 100 (pages.md 8)."""
    if unit != "SD":
        return value
    return 100 * (0.5 * (1 + math.erf(value / math.sqrt(2))) - 0.5)


@says(
    "The allowed dips were set on {day:day}.",
    "Las bajas permitidas se fijaron el {day:day}.",
)
def dips_set_on(c: Place, day: Any) -> Checks:
    yield day, c.release.one("SELECT max(registered_on) FROM outcomes"), "dips set on"


@says("Beside schools that have not started: {parts:t}.",
      "Frente a las escuelas que no han comenzado: {parts:t}.")  # fmt: skip
def verdicts(c: Place, parts: str) -> Checks:
    read = each(parts, "; ", "{name:t}, {word:t}")
    for part in read:
        name, _, _ = outcome(c, part["name"])
        row = c.release.figure("CU-4", name, "together")
        yield VERDICTS[part["word"].casefold()], row["word"]
    yield len(read), c.release.one("SELECT count(*) FROM outcomes")


@says(
    "{name:t}: {word:t}, {value:d} {unit:t} beyond the other schools, true value between {low:d} {unit2:t} and {high:d} {unit3:t}.",
    "{name:t}: {word:t}, {value:d} {unit:t} frente a las demás escuelas, valor real entre {low:d} {unit2:t} y {high:d} {unit3:t}.",
)  # fmt: skip
def result_with_its_interval(
    c: Place, name: str, word: str, value: Printed, low: Printed, high: Printed,
    unit: str, **_: str,
) -> Checks:  # fmt: skip
    found, kind, margin = outcome(c, name)
    row = c.release.figure("CU-4", found, "together")
    yield VERDICTS[word.casefold()], row["word"]
    for said, true in ((value, "value"), (low, "low"), (high, "high")):
        yield said, told(row[true], kind)
    yield "100" in unit, kind == "SD"
    # Held is said only where the interval allows it, slipped likewise.
    if row["word"] == "slipped":
        yield row["high"] < -margin, True
    if row["word"] == "better":
        yield row["low"] > 0, True


@says(
    "{name:t}: a dip of {dip:d} {unit:t} or more beyond the other schools would have been called slipped. A smaller one cannot be told.",
    "{name:t}: una baja de {dip:d} {unit:t} o más frente a las demás escuelas se habría llamado «Bajó». De una menor no se puede saber.",
)  # fmt: skip
def what_would_have_been_seen(c: Place, name: str, dip: Printed, unit: str) -> Checks:
    found, kind, margin = outcome(c, name)
    row = c.release.figure("CU-4", "could_show", "together", about=found)
    yield dip, told(row["value"], kind)
    yield "100" in unit, kind == "SD"
    yield row["value"] > margin, True


@says("Allowed: {dips:t}.", "Permitido: {dips:t}.")
def allowed_dips(c: Place, dips: str) -> Checks:
    parts = dips.replace(") and ", "), ").replace(" points and ", " points, ")
    parts = parts.replace(") y ", "), ").replace(" puntos y ", " puntos, ")
    for part in each(
        parts, ", ", "{name:t} {dip:d} {unit:t} ({sd:d} standard deviations)",
        "{name:t} {dip:d} {unit:t} ({sd:d} desviaciones estándar)",
        "{name:t} {dip:d} points", "{name:t} {dip:d} puntos",
    ):  # fmt: skip
        _, kind, margin = outcome(c, part["name"])
        yield part["dip"], told(margin, kind)
        yield "sd" in part, kind == "SD"
        if "sd" in part:
            yield part["sd"], margin


@says("Of the schools that have started: {counts:t}.", "De las escuelas que comenzaron: {counts:t}.",
      "{name:t} at the schools that have started: {counts:t}.",
      "{name:t} en las escuelas que comenzaron: {counts:t}.", on="/promise")  # fmt: skip
def schools_by_verdict(c: Place, counts: str, name: str = "") -> Checks:
    found = outcome(c, name or c.under.split(",")[0])[0]
    parts = counts.replace(" and ", ", ").replace(" y ", ", ")
    said = each(parts, ", ", "{n}: {word:t}", "{n} {word:t}")
    every = dict(c.release.rows(
            "SELECT category, value FROM figures WHERE indicator_id = 'CU-4' AND part = ? "
            "AND unit_kind = 'district' AND category <> 'together' AND wave_index = ? AND "
            "value > 0",
            found, c.release.latest,
        ))  # fmt: skip
    by_word = {VERDICTS[s["word"].casefold()]: s["n"] for s in said}
    yield set(by_word), set(every)
    for word, n in by_word.items():
        yield n, every[word], f"schools {word}, {found}"


@says(
    "{n} schools by what became of {name:t} and by room for responsible risk.",
    "{n} escuelas según qué pasó con {name:t} y según el espacio para riesgos responsables.",
    "{n} school by what became of {name:t} and by room for responsible risk.",
    "{n} escuela según qué pasó con {name:t} y según el espacio para riesgos responsables.",
)  # fmt: skip
def schools_by_verdict_and_risk(c: Place, n: Printed, name: str) -> Checks:
    marks = ", ".join("?" * len(c.release.scopes))
    yield n, c.release.one(
        "SELECT count(*) FROM figures JOIN schools ON school_id = unit_id WHERE "
        "indicator_id = 'CU-5' AND part = 'pair' AND about = ? AND status = 'shown' AND "
        f"value IS NOT NULL AND closed_on IS NULL AND wave_index = ? AND scope IN ({marks})",
        outcome(c, name)[0], c.release.latest, *c.release.scopes,
    )  # fmt: skip


@says(
    "Over {n} schools, Spearman's rank correlation is {rho:d} (from {low:d} to {high:d}, 19 times in 20).",
    "En {n} escuelas, la correlación de rangos de Spearman es {rho:d} (de {low:d} a {high:d}, 19 de cada 20 veces).",
)  # fmt: skip
def correlation(
    c: Place, n: Printed, rho: Printed, low: Printed, high: Printed
) -> Checks:
    rows = c.release.rows(
        "SELECT n, value, low, high FROM figures WHERE indicator_id = 'CU-5' AND part = "
        "'correlation' AND wave_index = ?", c.release.latest,
    )  # fmt: skip
    fits = [r for r in rows if rho.is_of(r[1])]
    yield from zip((n, rho, low, high), fits[0], strict=True)


@says("Voice: {rest:tt}", "Voz: {rest:tt}", on="/promise")
def four_attributes(c: Place, **_: Any) -> Checks:
    for part in each(c.sentence, "; ", "{name:t}: {share:share}"):
        scale = names.SCALES[part["name"].casefold()]
        name = "voice" if scale == "LX-1" else f"voice's sister {scale}"
        yield part["share"], c.release.share(scale, "scale", "student_6_12"), name


# --- the list of schools


@says("{n} schools, and {closed} that has closed, in alphabetical order.",
      "{n} escuelas, más {closed} que ya cerró, en orden alfabético.",
      "{n} schools, and {closed} that has closed, with cohort, level and voice in {when:wave}.",
      "{n} escuelas, más {closed} que ya cerró, con cohorte, nivel y voz en {when:wave}.")  # fmt: skip
def schools_listed(
    c: Place, n: Printed, closed: Printed, when: str | None = None
) -> Checks:
    yield n, c.release.open_schools(), "schools"
    yield closed, c.release.closed_schools(), "schools closed"
    if when:
        yield when, c.release.meta["wave"], "wave"


@says(
    "{school:t} Cohort {k} · {level:t} · Voice {share:share}",
    "{school:t} Cohorte {k} · {level:t} · Voz {share:share}",
    "{school:t} Waiting · {level:t} · Voice {share:share}",
    "{school:t} En espera · {level:t} · Voz {share:share}",
    "{school:t} Cohort {k} · {level:t} · Too few answered ({rate:share})",
    "{school:t} Cohorte {k} · {level:t} · Respondieron muy pocas personas ({rate:share})",
)  # fmt: skip
def a_school_of_the_list(
    c: Place, school: str, level: str, k: Printed | None = None,
    share: Printed | None = None, rate: Printed | None = None,
) -> Checks:  # fmt: skip
    # A school of another name before has it behind its own.
    named = c.release.names[school.partition(" formerly ")[0].partition(" antes ")[0]]
    cohort = c.release.one("SELECT cohort_id FROM schools WHERE school_id = ?", named)
    yield 0 if k is None else int(k.value), cohort
    if k is not None:
        yield k, cohort
    # Grades 6–12 where the school has them, else 3–5.
    forms = {f for (f,) in c.release.rows(
        "SELECT DISTINCT form FROM estimates WHERE indicator_id = 'LX-1' AND part = "
        "'scale' AND unit_id = ? AND wave_index = ? AND form LIKE 'student%'",
        named, c.release.latest)}  # fmt: skip
    form = max(forms)
    row = c.release.estimate("LX-1", "scale", form, unit=("school", named))
    if share is not None:
        # Schools are listed beside each other: the comparing number (pages.md 8).
        value = row["share"] if row["shrunk"] is None else row["shrunk"]
        yield share, Share(value, row["coding"]), f"voice at {school}"
    if rate is not None:
        yield rate, row["rate"]
        yield row["status"], "low_rr"


@says("{school:t} Cohort {k} · {level:t} · {hidden:t}",
      "{school:t} Cohorte {k} · {level:t} · {hidden:t}")  # fmt: skip
def a_hidden_school_of_the_list(
    c: Place, school: str, k: Printed, level: str, hidden: str
) -> Checks:
    named = c.release.names[school]
    yield k, c.release.one("SELECT cohort_id FROM schools WHERE school_id = ?", named)
    yield school_named(c, named), False


def school_named(c: Place, school: str) -> bool:
    """Whether the voice of a school is shown to this reader in the latest wave."""
    marks = ", ".join("?" * len(c.release.scopes))
    rows = c.release.rows(
        "SELECT form, bool_or(status = 'shown') FROM estimates WHERE indicator_id = 'LX-1' "
        "AND part = 'scale' AND unit_id = ? AND breakdown = 'all' AND wave_index = ? AND "
        f"form LIKE 'student%' AND scope IN ({marks}) GROUP BY 1 ORDER BY 1 DESC",
        school, c.release.latest, *c.release.scopes,
    )  # fmt: skip
    return bool(rows and rows[0][1])
