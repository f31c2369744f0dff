"""Sentences of whoever works here, of engines, of the event study, of quality."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sentences import names
from sentences.kinds_front import Checks
from sentences.kinds_surveys import number_of
from sentences.reader import Place, each, says
from sentences.release import OWN, Share, Untold
from sentences.slots import Printed

# --- my work: requests


def open_requests(c: Place) -> list[tuple[str, str, str]]:
    """Return kind, school and day of what nobody has closed, oldest first."""
    return c.release.rows(
        "SELECT kind, school_id, opened_on::DATE::VARCHAR FROM requests WHERE closed_on IS "
        "NULL ORDER BY opened_on, request_id"
    )


@says(
    "{n} requests for support or an exception wait today, the one that waits longest first.",
    "Hoy esperan {n} solicitudes de apoyo o de excepción, primero la que lleva más tiempo.",
)  # fmt: skip
def requests_that_wait(c: Place, n: Printed) -> Checks:
    yield n, len(open_requests(c)), "requests and exceptions open"


@says("{n} requests are open.", "Hay {n} solicitudes abiertas.", on="/my")
def requests_still_open(c: Place, n: Printed) -> Checks:
    yield n, len(open_requests(c)), "requests and exceptions open"


@says("{school:t} has waited longest: {days} days.",
      "{school:t} es la que más espera: {days} días.")  # fmt: skip
def longest_wait(c: Place, school: str, days: Printed) -> Checks:
    found = open_requests(c)
    first = [s for _, s, opened in found if opened == found[0][2]]
    # A superlative of one: nobody else asked on that day (7.3).
    yield {c.release.names[school]}, set(first)
    yield days, days.value, "longest wait, days"
    yield from day_of_asking(found[0][2], days)


def day_of_asking(opened: str, days: Printed) -> Checks:
    """One day is today on the whole site: what all waits are counted to."""
    today = date.fromisoformat(opened[:10]) + timedelta(days=days.value)
    yield str(today), str(today), "today"


WAITING = (
    "{what:t} · open for {days} days, nobody has taken it on",
    "{what:t} · answered, not closed; open for {days} days",
    "{what:t} · open for {days} days, with {who:t}",
    "{what:t} · abierta desde hace {days} días; nadie la ha asumido",
    "{what:t} · respondida, sin cerrar; abierta desde hace {days} días",
    "{what:t} · abierta desde hace {days} días, con {who:t}",
)
EXCEPTION = {"An exception to a rule", "Una excepción a una norma"}


@says(*WAITING, on="/my")
def a_request_that_waits(c: Place, what: str, days: Printed, who: str = "") -> Checks:
    found = c.release.rows(
        "SELECT kind, category, opened_on::DATE::VARCHAR, replied_on FROM requests WHERE "
        "closed_on IS NULL"
    )
    today = date.fromisoformat(min(opened for _, _, opened, _ in found))
    longest = c.facts.get((c.reader, "longest wait, days"))
    assert longest, "the longest wait is said above its list"
    today += timedelta(days=int(next(iter(longest))))
    opened = str(today - timedelta(days=days.value))
    kind = "exception" if what in EXCEPTION else "support"
    is_answered = "answered" in c.sentence or "respondida" in c.sentence
    mine = [
        1
        for k, category, on, replied in found
        if on == opened
        and k == kind
        and (replied is not None) == is_answered
        and (kind == "exception" or category == names.HELP[what.casefold()])
    ]
    yield bool(mine), True
    yield days, days.value
    # The list begins with the longest wait.
    yield days.value <= float(next(iter(longest))), True


@says("{school:t}, asked on {day:day}", "{school:t}, pedida el {day:day}", on="/my")
def request_of_a_school(c: Place, school: str, day: Any) -> Checks:
    marks = ", ".join("?" * len(c.release.scopes))
    rows = c.release.rows(
        "SELECT count(*) FROM requests WHERE school_id = ? AND opened_on::DATE = ?::DATE "
        f"AND scope IN ({marks})",
        c.release.names[school], day.isoformat(), *c.release.scopes,
    )  # fmt: skip
    yield rows[0][0] > 0, True
    yield day, day.isoformat()


# --- my work: what changed

MOVED = {"Voice": "LX-1", "Voz": "LX-1", "Room for responsible risk": "CU-1",
         "Espacio para riesgos responsables": "CU-1"}  # fmt: skip


@says("{name:t}, of the {n} schools that can be compared: {rose:t}, {fell:t}; at the others no clear change, or a small one.",
      "{name:t}, de las {n} escuelas que pueden compararse: {rose:t}, {fell:t}; en las demás, sin cambio claro o con uno pequeño.")  # fmt: skip
def schools_moved(c: Place, name: str, n: Printed, rose: str, fell: str) -> Checks:
    changes: dict[str, set[str]] = {}
    for school, change in c.release.rows(
        "SELECT unit_id, change FROM estimates WHERE indicator_id = ? AND part = 'scale' AND "
        "unit_kind = 'school' AND breakdown = 'all' AND wave_index = ? AND change IN "
        "('rose', 'fell', 'small', 'unclear')",
        MOVED[name], c.release.latest,
    ):  # fmt: skip
        changes.setdefault(change, set()).add(school)
    yield n, len(set().union(*changes.values())), f"schools compared, {MOVED[name]}"
    for told, word in ((rose, "rose"), (fell, "fell")):
        (gaps,) = each(told, "\0", "none clearly rose", "none clearly fell", "{n} rose",
                       "{n} fell", "ninguna subió con claridad", "ninguna bajó con claridad",
                       "{n} subieron", "{n} bajaron", "{n} subió", "{n} bajó")  # fmt: skip
        count = len(changes.get(word, ()))
        if "n" in gaps:
            yield gaps["n"], count
        else:
            yield count, 0


@says(
    "Five questions, as of {when:wave}.",
    "Cinco preguntas, con los datos de {when:wave}.",
)
def questions_of_the_office(c: Place, when: str) -> Checks:
    yield when, c.release.meta["wave"], "wave"


ENOUGH = {
    "Enough people answered at every school that was asked.",
    "En cada escuela consultada respondieron suficientes personas.",
}


@says(*ENOUGH, "Too few answered at {schools:t}.", "Respondieron muy pocas personas en {schools:t}.",
      on="/my")  # fmt: skip
def schools_unheard(c: Place, schools: str = "") -> Checks:
    low = {
        s
        for (s,) in c.release.rows(
            "SELECT DISTINCT unit_id FROM estimates WHERE indicator_id IN ('LX-1', 'CU-1') "
            "AND unit_kind = 'school' AND breakdown = 'all' AND status = 'low_rr' AND "
            "wave_index = ?", c.release.latest,
        )
    }  # fmt: skip
    yield named_schools(c, schools), low


def named_schools(c: Place, listed: str) -> set[str]:
    """Return the ids of "A, B and C"."""
    parts = listed.replace(" and ", ", ").replace(" y ", ", ").split(", ")
    return {c.release.names[p] for p in parts if p}


@says("{schools:t} have the two waves before launch that a comparison needs.",
      "{schools:t} tienen las dos olas previas al inicio que exige una comparación.",
)  # fmt: skip
def schools_ready(c: Place, schools: str) -> Checks:
    waiting = c.release.rows(
        "SELECT s.school_id, count(DISTINCT e.wave_index) FROM schools s LEFT JOIN "
        "estimates e ON e.unit_id = s.school_id AND e.unit_kind = 'school' AND "
        "e.indicator_id IN ('LX-1', 'CU-1') AND e.status <> 'not_collected' WHERE "
        "closed_on IS NULL AND launch_wave IS NULL GROUP BY 1"
    )
    yield named_schools(c, schools), {s for s, waves in waiting if waves >= 2}


# --- my work: beside the cohort


BESIDE = ("{name:t}, {form:t}: {share:share}, cohort {low}–{high}%",
          "{name:t}, {form:t}: {share:share}, cohorte {low}–{high} %",
          "{name:t}, {form:t}: {share:share}, cohort not shown",
          "{name:t}, {form:t}: {share:share}, cohorte sin mostrar")  # fmt: skip
TIRED = (" (higher = more tired)", " (más alto = más cansancio)")


@says("{first:t}: {share:share}, cohort {rest:tt}", "{first:t}: {share:share}, cohorte {rest:tt}",
      on="/my")  # fmt: skip
def beside_the_cohort(c: Place, share: Printed, **_: Any) -> Checks:
    yield share, share.value
    cohort = c.release.one("SELECT cohort_id FROM schools WHERE school_id = ?", OWN)
    for part in each(c.sentence, "; ", *BESIDE):
        name = part["name"]
        for ending in TIRED:
            name = name.removesuffix(ending)
        indicator = names.INDICATORS[name]
        form = names.FORMS[part["form"].casefold()][1]
        row = c.release.estimate(indicator, "scale", form, ("school", OWN))
        value, *_ends = number_of(row, comparing=True)
        yield part["share"], Share(value, row["coding"])
        band = c.release.rows(
            "SELECT low, high FROM bands WHERE indicator_id = ? AND part = 'scale' AND form = "
            "? AND wave_index = ? AND cohort_id = ?", indicator, form, c.release.latest, cohort,
        ) if c.reader != "teacher" else []  # fmt: skip
        if "low" in part:
            yield part["low"], band[0][0]
            yield part["high"], band[0][1]
            # The own school lies in its cohort's stretch.
            yield band[0][0] - 0.5 <= value <= band[0][1] + 0.5, True
        else:
            yield band, []


@says("Dots are your school in {when:wave} with their interval.",
      "Los puntos son su escuela en {when:wave} con su intervalo.")  # fmt: skip
def own_school_in(c: Place, when: str) -> Checks:
    yield when, c.release.meta["wave"], "wave"


STRETCH = {
    "Where the other schools of Cohort {k} may be shown, a gray stretch runs from the lowest to the highest school of the cohort, yours included, unnamed.": True,
    "Donde se pueden mostrar las demás escuelas de la Cohorte {k}, un tramo gris va de la escuela más baja a la más alta de la cohorte, incluida la suya, sin nombres.": True,
    "The other schools of Cohort {k} are not shown, to protect people.": False,
    "Las demás escuelas de la Cohorte {k} no se muestran, para proteger a las personas.": False,
}


@says(*STRETCH, on="/my")
def stretch_of_the_cohort(c: Place, k: Printed) -> Checks:
    cohort = c.release.one("SELECT cohort_id FROM schools WHERE school_id = ?", OWN)
    yield k, cohort
    bands = c.release.rows(
        "SELECT 1 FROM bands WHERE cohort_id = ? AND wave_index = ? AND part = 'scale'",
        cohort, c.release.latest,
    )  # fmt: skip
    # Words speak of a stretch where one is drawn: a teacher is shown none (P2).
    is_said = "may be" in c.sentence or "pueden" in c.sentence
    yield is_said, bool(bands) and c.reader != "teacher"


# --- learning engines

SIDES = {"Known": "known", "Conocido": "known", "Relevant": "relevant",
         "Relevante": "relevant", "Consistent": "consistent", "Coherente": "consistent",
         "In line": "in_line", "Alineado": "in_line"}  # fmt: skip
UNKNOWN = {"Not known yet", "Aún no se sabe"}
NOT_NAMED = "not_yet_named"
ENGINES = {
    "Design thinking": "design_thinking", "Pensamiento de diseño": "design_thinking",
    "Dual language": "dual_language", "Doble idioma": "dual_language",
    "Expeditionary learning": "expeditionary",
    "Aprendizaje expedicionario": "expeditionary", "Inquiry": "inquiry",
    "Indagación": "inquiry", "Project-based learning": "project_based",
    "Aprendizaje por proyectos": "project_based", "STEM": "stem",
    "Not yet named": NOT_NAMED, "Aún sin nombrar": NOT_NAMED,
}  # fmt: skip


def engines(c: Place) -> dict[str, str]:
    marks = ", ".join("?" * len(c.release.scopes))
    return dict(c.release.rows(
        "SELECT unit_id, any_value(word) FROM figures JOIN schools ON school_id = unit_id "
        "WHERE indicator_id = 'LE-1' AND part = 'engine' AND closed_on IS NULL AND wave_index "
        f"= ? AND scope IN ({marks}) GROUP BY 1",
        c.release.latest, *c.release.scopes))  # fmt: skip


@says("{n} of {of} schools have named their learning engine.",
      "{n} de {of} escuelas han nombrado su motor de aprendizaje.")  # fmt: skip
def engines_named(c: Place, n: Printed, of: Printed) -> Checks:
    found = engines(c)
    yield n, sum(e != NOT_NAMED for e in found.values()), "engines named"
    yield of, len(found), "schools asked for an engine"


@says("{n} of {of} schools have named an engine, {kinds} kinds in all; beside each name stand up to four numbers from {low} to {high}.",
      "{n} de {of} escuelas han nombrado un motor, {kinds} tipos en total; junto a cada nombre hay hasta cuatro números de {low} a {high}.")  # fmt: skip
def kinds_of_engine(
    c: Place, n: Printed, of: Printed, kinds: Printed, low: Printed, high: Printed
) -> Checks:
    found = engines(c)
    yield n, sum(e != NOT_NAMED for e in found.values()), "engines named"
    yield of, len(found), "schools asked for an engine"
    yield kinds, len({*found.values()} - {NOT_NAMED})
    yield low, 0
    yield high, 100


@says("The learning engine named here is {engine:t}.",
      "El motor de aprendizaje nombrado aquí es {engine:t}.", on="/engines")  # fmt: skip
def engine_here(c: Place, engine: str) -> Checks:
    yield {ENGINES[engine]}, set(engines(c).values())


@says("{engine:t} · {n} schools", "{engine:t} · {n} escuelas", on="/engines")
def schools_of_an_engine(c: Place, engine: str, n: Printed) -> Checks:
    yield n, sum(e == ENGINES[engine] for e in engines(c).values())


@says("Lowest of the four sides most often: “{side:t}”, at {n} of {of} schools.",
      "De los cuatro lados, el más bajo suele ser «{side:t}»: en {n} de {of} escuelas.")  # fmt: skip
def lowest_side(c: Place, side: str, n: Printed, of: Printed) -> Checks:
    found = dict(c.release.rows(
        "SELECT word, count(*) FROM figures WHERE indicator_id = 'LE-1' AND part = 'weakest' "
        "AND wave_index = ? AND word IS NOT NULL GROUP BY 1", c.release.latest))  # fmt: skip
    yield n, found[SIDES[side]]
    yield of, sum(found.values())
    # Most often is said only where no other is as often.
    yield all(n.value > k for s, k in found.items() if s != SIDES[side]), True


@says("Known: {a:t}; Relevant: {rest:tt}", "Conocido: {a:t}; Relevante: {rest:tt}")
def four_sides(c: Place, **_: Any) -> Checks:
    for part in each(c.sentence, "; ", "{side:t}: {n}", "{side:t}: {words:t}"):
        side = SIDES[part["side"]]
        try:
            value = c.release.figure("LE-1", side, unit=("school", OWN))["value"]
        except Untold:
            value = None
        if "n" in part:
            yield part["n"], value
        else:
            yield part["words"] in UNKNOWN, True
            yield value, None


@says("Four sides of one engine, each from {low} to {high}.",
      "Cuatro lados de un motor, cada uno de {low} a {high}.")  # fmt: skip
def ends_of_a_side(c: Place, low: Printed, high: Printed) -> Checks:
    yield low, 0
    yield high, 100


@says("Grades K–{n} are not asked.", "No se pregunta a K–{n}.")
def grades_not_asked(c: Place, n: Printed) -> Checks:
    # Students below grade 3 are not surveyed (specification 10).
    yield n, 2


@says("{n} schools, from {low:share} to {high:share}.",
      "{n} escuelas, de {low:share} a {high:share}.", on="/engines")  # fmt: skip
def students_who_meet_it(c: Place, n: Printed, low: Printed, high: Printed) -> Checks:
    marks = ", ".join("?" * len(c.release.scopes))
    rows = c.release.rows(
        "SELECT unit_id, min(coalesce(shrunk, share)) FROM estimates JOIN schools ON "
        "school_id = unit_id WHERE indicator_id = 'LE-1' AND part = 'S.LE.1' AND form = "
        "'student_6_12' AND unit_kind = 'school' AND status = 'shown' AND closed_on IS NULL "
        f"AND breakdown = 'all' AND wave_index = ? AND scope IN ({marks}) GROUP BY 1",
        c.release.latest, *c.release.scopes,
    )  # fmt: skip
    known = [v for _, v in rows]
    yield n, len(known)
    yield low, min(known)
    yield high, max(known)


# --- the event study

ABOUT = "CU-1 scale teacher"


def study(c: Place, part: str) -> list[dict[str, Any]]:
    columns = "category, value, low, high, n, of"
    rows = c.release.rows(
        'SELECT category, value, low, high, n, "of" FROM figures WHERE indicator_id = '
        "'RO-6' AND part = ? AND about = ? ORDER BY try_cast(category AS INTEGER)", part, ABOUT,
    )  # fmt: skip
    return [dict(zip(columns.split(", "), row, strict=True)) for row in rows]


def sign(row: dict[str, Any]) -> int:
    if row["low"] is None:
        return 0
    return int(row["low"] > 0) - int(row["high"] < 0)


@says("Whether {name:t} changed more at joined than at waiting schools cannot be told: over all years after joining, {n} ways of calculating run from {low:d} to {high:d} points.",
      "Sobre «{name:t}» no se puede saber si cambió más en las escuelas que se sumaron que en las que esperan: en todos los años posteriores, {n} formas de calcularlo van de {low:d} a {high:d} puntos.")  # fmt: skip
def ways_disagree(
    c: Place, name: str, n: Printed, low: Printed, high: Printed
) -> Checks:
    yield names.INDICATORS_LOW[name], "CU-1"
    ways = [*study(c, "overall"), *study(c, "robust")]
    values = [w["value"] for w in ways if w["value"] is not None]
    yield n, len(values)
    yield low, min(values)
    yield high, max(values)
    # 9.4: the ways differ in sign, or in whether they are clear.
    is_apart = min(values) < 0 < max(values)
    yield is_apart or len({sign(w) for w in ways if w["low"] is not None}) > 1, True


@says("In the first year it fell by {n} points beside the waiting schools (true value between {low} and {high}).",
      "En el primer año bajó {n} puntos frente a las que esperan (valor real entre {low} y {high}).")  # fmt: skip
def first_year_fell(c: Place, n: Printed, low: Printed, high: Printed) -> Checks:
    (row,) = (r for r in study(c, "effect") if int(r["category"]) == 0)
    yield sign(row), -1
    yield n, -row["value"]
    yield low, -row["high"]
    yield high, -row["low"]


LATER = {
    "Later years cannot be told from chance.",
    "Los años siguientes no se distinguen del azar.",
}


@says(*LATER)
def later_years(c: Place) -> Checks:
    later = [
        r for r in study(c, "effect") if int(r["category"]) > 0 and r["low"] is not None
    ]
    yield bool(later), True
    yield {sign(r) for r in later}, {0}


@says("−{n}: {v:d} points, {low:d} to {high:d}; {rest:tt}",
      "−{n}: {v:d} puntos, de {low:d} a {high:d}; {rest:tt}", on="/evidence")  # fmt: skip
def study_by_year(c: Place, **gaps: Any) -> Checks:
    for gap in gaps.values():
        if isinstance(gap, Printed):
            yield gap, gap.value
    by_year = {
        int(r["category"]): r for r in study(c, "effect") if r["low"] is not None
    }
    read = each(
        c.sentence, "; ", "{year:t}: {v:d} points, {low:d} to {high:d}",
        "{year:t}: {v:d} puntos, de {low:d} a {high:d}",
    )  # fmt: skip
    yield [names.event(r["year"]) for r in read], sorted(by_year)
    for r in read:
        row = by_year[names.event(r["year"])]
        yield r["v"], row["value"]
        yield r["low"], row["low"]
        yield r["high"], row["high"]


@says("Cohort 1: {n:d}; {rest:tt}", "Cohorte 1: {n:d}; {rest:tt}", on="/evidence")
def change_since_joining(c: Place, n: Printed, **_: Any) -> Checks:
    yield n, n.value
    for part in each(c.sentence, "; ", "{unit:t}: {n:d}"):
        _kind, cohort = names.unit(part["unit"])
        rows = c.release.rows(
            "SELECT value FROM figures WHERE indicator_id = 'RO-5' AND part = 'line' AND about "
            "= ? AND unit_id = ? AND value IS NOT NULL ORDER BY try_cast(category AS "
            "INTEGER) DESC LIMIT 1", ABOUT, cohort,
        )  # fmt: skip
        yield part["n"], rows[0][0]


@says("This rests on {n} joined and {waiting} not-yet-joined schools.",
      "Se basa en {n} que se sumaron y {waiting} que aún no.")  # fmt: skip
def schools_of_the_study(c: Place, n: Printed, waiting: Printed) -> Checks:
    (row,) = study(c, "overall")
    yield n, row["n"]
    yield waiting, row["of"] - row["n"]


@says("A change smaller than about {n} points would usually be missed. {rest:t}",
      "A change smaller than about {n} points would usually be missed.",
      "Un cambio menor de unos {n} puntos normalmente no se notaría.")  # fmt: skip
def usually_missed(c: Place, n: Printed, rest: str = "") -> Checks:
    (row,) = study(c, "detectable")
    yield n, row["value"]


@says("Surveys are opinions of those who answered ({rate:share}).",
      "Las encuestas son opiniones de quienes respondieron ({rate:share}).")  # fmt: skip
def opinions(c: Place, rate: Printed) -> Checks:
    yield (
        rate,
        c.release.estimate("CU-1", "scale", "teacher")["rate"],
        "rate of CU-1 of all",
    )


@says("{n} outcomes are shown; some will look clear by chance.",
      "Se muestran {n} resultados; algunos parecerán claros por azar.")  # fmt: skip
def looks(c: Place, n: Printed) -> Checks:
    (row,) = study(c, "looks")
    yield n, row["value"]
    yield (
        n,
        c.release.one(
            "SELECT count(DISTINCT about) FROM figures WHERE indicator_id IN ('RO-5', 'RO-6')"
        ),
    )


BEFORE = {
    "Before joining, the two did not differ clearly.": True,
    "Antes de sumarse, las dos no diferían con claridad.": True,
    "Before joining, the two already differed.": False,
    "Antes de sumarse, las dos ya diferían.": False,
}


@says(*BEFORE)
def alike_before(c: Place) -> Checks:
    (row,) = study(c, "before")
    yield row["value"] >= 0.05, BEFORE[c.sentence]


# --- quality


@says("In {when:wave}, {n} results are hidden from the public; {few} of them rest on too few people or too low a response rate.",
      "En {when:wave}, {n} resultados están ocultos para el público; {few} se basan en muy pocas personas o en una tasa de respuesta muy baja.")  # fmt: skip
def results_hidden(c: Place, when: str, n: Printed, few: Printed) -> Checks:
    yield when, c.release.meta["wave"], "wave"
    reasons = dict(c.release.rows(
        "SELECT reason, count(*) FROM hidden WHERE audience = 'public' AND wave_index = ? "
        "GROUP BY 1", c.release.latest))  # fmt: skip
    yield n, sum(reasons.values())
    yield few, reasons.get("min_n", 0) + reasons.get("low_rr", 0)
