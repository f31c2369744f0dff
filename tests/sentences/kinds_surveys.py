"""Sentences of the pages of one survey scale, of one school, and of one number."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Any

from sentences import kinds_results, kinds_voices, names
from sentences.kinds_front import ATTRIBUTES, Checks, grid, moved_as_said
from sentences.reader import Place, Unread, each, says
from sentences.release import DISTRICT, OWN, Share, Untold
from sentences.slots import Printed, wave

# Their kinds are tried before these.
FIRST = (kinds_results, kinds_voices)
SURVEYS = "/student-voice /risk-taking /numbers"
READ_ALONE = f"{SURVEYS} /schools/"
# Page → indicator and the form it opens on.
PAGES = {
    "/student-voice": ("LX-1", "student_6_12"), "/risk-taking": ("CU-1", "teacher"),
    "/numbers/CU-2": ("CU-2", "teacher"),
}  # fmt: skip
CLAIMS = {
    "students' ideas count in class": "LX-1",
    "las ideas de los estudiantes cuentan en clase": "LX-1",
    "teachers have room to take responsible risks": "CU-1",
    "los docentes tienen espacio para asumir riesgos responsables": "CU-1",
    "it is safe for teachers to learn out loud": "CU-2",
    "los docentes pueden aprender en voz alta sin riesgo": "CU-2",
}


@cache
def questions() -> dict[str, str]:
    """Question, in either language → item (specification 8, the tables of items)."""
    found: dict[str, str] = {}
    with (Path(__file__).parent / "questions.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["en"], row["item"])
            found.setdefault(row["es"], row["item"])
    return found


def number_of(row: dict[str, Any], *, comparing: bool) -> tuple[float, float, float]:
    """Return the number a row is told by, with its interval: pulled in to compare."""
    if comparing and row["shrunk"] is not None:
        return row["shrunk"], row["shrunk_low"], row["shrunk_high"]
    return row["share"], row["low"], row["high"]


# --- one number in a sentence

WHERE = ("Across the district", "En todo el distrito")


def place_of(c: Place, where: str) -> tuple[tuple[str, str], str]:
    """Return unit and form of "Across the district, grades 6–12", "At River Bend"."""
    head, _, form = where.partition(", ")
    if head in WHERE:
        unit = DISTRICT
    else:
        school = re.sub(r"^(At|En) ", "", head)
        unit = ("school", c.release.names[school])
    return unit, names.FORMS[form.casefold()][1] if form else ""


def form_of(c: Place, indicator: str, unit: tuple[str, str]) -> str:
    """Return the form told where none is named: of students the oldest a unit has."""
    rows = c.release.rows(
        "SELECT DISTINCT form FROM estimates WHERE indicator_id = ? AND part = 'scale' AND "
        "unit_kind = ? AND unit_id = ? AND wave_index = ?",
        indicator, *unit, c.release.latest,
    )  # fmt: skip
    return max(form for (form,) in rows)


@says(
    "{where:t}, {share:of100} of 100 answers say that {claim:t} (true value between {low} and {high}, {who:t}) – {word:t}.",
    "{where:t}, {share:of100} de cada 100 respuestas dicen que {claim:t} (valor real entre {low} y {high}, {who:t}): {word:t}.",
    on=READ_ALONE,
)  # fmt: skip
def a_share_in_a_sentence(
    c: Place, where: str, share: Printed, claim: str, low: Printed, high: Printed,
    who: str, word: str,
) -> Checks:  # fmt: skip
    indicator, (unit, form) = CLAIMS[claim], place_of(c, where)
    row = c.release.estimate(
        indicator, "scale", form or form_of(c, indicator, unit), unit
    )
    is_school = unit[0] == "school"
    value, least, most = number_of(row, comparing=is_school)
    told = f"{indicator} of {unit[1]}"
    if (indicator, unit) == ("LX-1", DISTRICT):
        told = "voice"
    yield share, Share(value, row["coding"]), told
    yield low, least, f"{told} at least"
    yield high, most, f"{told} at most"
    if row["coding"] == "exact":
        yield names.MAJORITY[word.casefold()], names.majority(least, most)
    else:
        yield names.MAJORITY[word.casefold()], "coded"
    yield from who_answered(row, who, told)


def who_answered(row: dict[str, Any], who: str, told: str) -> Checks:
    (gaps,) = each(
        who, "\0", "{rate:share} answered, {band:t} people", "{n} of {of} answered, {rate:share}",
        "respondió el {rate:share}, {band:t} personas", "respondieron {n} de {of}, {rate:share}",
    )  # fmt: skip
    # One rate, said on several pages in several words.
    name = "students who answered" if told == "voice" else f"rate of {told}"
    yield gaps["rate"], row["rate"], name
    if "band" in gaps:
        yield gaps["band"], row["n_band"]
    else:
        yield gaps["n"], row["n"]
        yield gaps["of"], row["eligible"]


def told_here(c: Place) -> tuple[str, str, tuple[str, str]]:
    """Return indicator, form and unit of the sentence about a change."""
    if c.path.startswith("/schools/"):
        indicator = "CU-1" if c.under in names.RISK else "LX-1"
        unit = ("school", c.school)
        return indicator, form_of(c, indicator, unit), unit
    return *PAGES[c.path], DISTRICT


@says("A year ago: {share:of100} of 100.", "Hace un año: {share:of100} de cada 100.",
      on=READ_ALONE)  # fmt: skip
def a_year_ago(c: Place, share: Printed) -> Checks:
    indicator, form, unit = told_here(c)
    row = c.release.estimate(indicator, "scale", form, unit, wave=c.release.latest - 2)
    value, *_ = number_of(row, comparing=unit[0] == "school")
    name = "voice a year ago" if (indicator, unit) == ("LX-1", DISTRICT) else ""
    yield share, Share(value, row["coding"]), *([name] if name else [])


@says("Change: {word:t}.", "Cambio: {word:t}.", on=READ_ALONE)
def change_in_a_word(c: Place, word: str) -> Checks:
    indicator, form, unit = told_here(c)
    yield from moved_as_said(word, c.release.estimate(indicator, "scale", form, unit))


# --- school by school


def rows_of_schools(c: Place) -> list[float | None]:
    """Return what is told to compare of each school of a page, None where hidden."""
    indicator, form = PAGES[c.path]
    marks = ", ".join("?" * len(c.release.scopes))
    rows = c.release.rows(
        "SELECT unit_id, max(shrunk) FILTER (status = 'shown') FROM estimates WHERE "
        "indicator_id = ? AND part = 'scale' AND form = ? AND unit_kind = 'school' AND "
        f"breakdown = 'all' AND wave_index = ? AND scope IN ({marks}) GROUP BY 1",
        indicator, form, c.release.latest, *c.release.scopes,
    )  # fmt: skip
    return [value for _, value in rows]


@says(
    "{shown} of {of} schools are shown; they lie between {low:share} and {high:share}.",
    "Se muestran {shown} de {of} escuelas; están entre {low:share} y {high:share}.",
)  # fmt: skip
def schools_compared(
    c: Place, shown: Printed, of: Printed, low: Printed, high: Printed
) -> Checks:
    rows = rows_of_schools(c)
    known = [x for x in rows if x is not None]
    # Of one there is nothing to compare, and it lies between no two numbers.
    yield len(known) > 1, True
    yield shown, len(known)
    yield of, len(rows)
    yield low, min(known)
    yield high, max(known)


@says("{school:t}: {share:share}.", on=SURVEYS)
def one_school_alone(c: Place, school: str, share: Printed) -> Checks:
    indicator, form = PAGES[c.path]
    unit = ("school", c.release.names[school])
    value, *_ = number_of(
        c.release.estimate(indicator, "scale", form, unit), comparing=True
    )
    yield len(rows_of_schools(c)), 1
    yield share, value, f"{indicator} of {unit[1]}"


@says(
    "{n} are hidden to protect people or because too few answered.",
    "{n} están ocultas para proteger a las personas o porque respondieron muy pocas.",
    "One is hidden to protect people or because too few answered.",
    "Una está oculta para proteger a las personas o porque respondieron muy pocas.",
    "None is hidden.", "No hay ninguna oculta.",
    on=SURVEYS,
)  # fmt: skip
def schools_hidden(c: Place, n: Printed | None = None) -> Checks:
    hidden = sum(x is None for x in rows_of_schools(c))
    if n is not None:
        yield n, hidden
    elif c.sentence.startswith(("None", "No hay")):
        yield hidden, 0
    else:
        yield hidden, 1


@says(
    "{n} schools lie between {low:share} and {high:share}; half of them between {q1:share} and {q3:share}.",
    "{n} escuelas están entre {low:share} y {high:share}; la mitad entre {q1:share} y {q3:share}.",
)  # fmt: skip
def schools_alike(
    c: Place, n: Printed, low: Printed, high: Printed, q1: Printed, q3: Printed
) -> Checks:
    known = sorted(x for x in rows_of_schools(c) if x is not None)
    yield n, len(known)
    yield low, known[0]
    yield high, known[-1]
    # Half of them, and not fewer, lie between the two.
    yield sum(q1.value - 0.5 <= x <= q3.value + 0.5 for x in known) * 2 >= n.value, True
    yield any(q1.is_of(x) for x in known), True
    yield any(q3.is_of(x) for x in known), True
    yield q1, q1.value
    yield q3, q3.value


@says("One dot for each of the {n} schools we can show.",
      "Un punto por cada una de las {n} escuelas que podemos mostrar.")  # fmt: skip
def dots_of_schools(c: Place, n: Printed) -> Checks:
    yield n, sum(x is not None for x in rows_of_schools(c))


@says(
    "{items} questions, asked of {form:t} in {when:wave}.",
    "{items} preguntas, a {form:t}, en {when:wave}.",
)
def questions_asked(c: Place, items: Printed, form: str, when: str) -> Checks:
    indicator, of = PAGES[c.path]
    yield names.FORMS[form.casefold()][1], of
    yield when, c.release.meta["wave"], "wave"
    yield items, len(answered_items(c, indicator, of))


def answered_items(c: Place, indicator: str, form: str) -> set[str]:
    rows = c.release.rows(
        "SELECT DISTINCT item_id FROM answers WHERE indicator_id = ? AND part = 'scale' "
        "AND form = ? AND wave_index = ?", indicator, form, c.release.latest,
    )  # fmt: skip
    return {item for (item,) in rows}


LEAST = {"students": "min_n_student", "estudiantes": "min_n_student",
         "teachers": "min_n_staff", "docentes": "min_n_staff"}  # fmt: skip


@says(
    "An estimate needs {n} {group:t} or more.",
    "Una estimación necesita {n} {group:t} o más.",
)
def fewest_of_an_estimate(c: Place, n: Printed, group: str) -> Checks:
    yield n, int(c.release.meta[f"rule.{LEAST[group]}"])


@says("Reliability of the scale: {omega:d} (1 would be perfect).",
      "Fiabilidad de la escala: {omega:d} (1 sería perfecta).")  # fmt: skip
def reliability(c: Place, omega: Printed) -> Checks:
    ((value, gate),) = c.release.rows(
        "SELECT omega, gate FROM scales WHERE indicator_id = ? AND part = 'scale' AND form "
        "= ? AND wave_index = ?", *PAGES[c.path], c.release.latest,
    )  # fmt: skip
    yield omega, value, f"reliability of {PAGES[c.path]}"
    # E8: nothing is said against it only from .70 on.
    yield gate, "shown"
    yield value >= 0.70, True


@says("Shares by wave. {rest:tt}", "Proporciones por ola. {rest:tt}",
      "{first:t}: from {a:share} to {b:share}; {rest:tt}",
      "{first:t}: de {a:share} a {b:share}; {rest:tt}", on=SURVEYS)  # fmt: skip
def cohorts_over_waves(c: Place, **gaps: Any) -> Checks:
    for gap in gaps.values():
        if isinstance(gap, Printed):
            yield gap, gap.value
    text = gaps["rest"] if "a" not in gaps else c.sentence
    for part in each(
        text, "; ", "{unit:t}: from {a:share} to {b:share}",
        "{unit:t}: de {a:share} a {b:share}",
    ):  # fmt: skip
        indicator, form = PAGES[c.path]
        marks = ", ".join("?" * len(c.release.scopes))
        rows = c.release.rows(
            "SELECT share, coding FROM estimates WHERE indicator_id = ? AND part = 'scale' "
            "AND form = ? AND unit_kind = ? AND unit_id = ? AND breakdown = 'all' AND share "
            f"IS NOT NULL AND scope IN ({marks}) ORDER BY wave_index",
            indicator, form, *names.unit(part["unit"]), *c.release.scopes,
        )  # fmt: skip
        yield part["a"], rows[0][0]
        yield part["b"], rows[-1][0]


# --- answer by answer

OPTIONS = {
    ("Almost never", "Once in a while", "Sometimes", "Often", "Almost always"),
    ("Casi nunca", "De vez en cuando", "A veces", "A menudo", "Casi siempre"),
    ("Not at all", "A little", "Somewhat", "Quite a bit", "A great deal"),
    ("Nada", "Un poco", "Algo", "Bastante", "Muchísimo"),
    ("Not at all easy", "A little easy", "Somewhat easy", "Quite easy", "Very easy"),
    ("Nada fácil", "Poco fácil", "Algo fácil", "Bastante fácil", "Muy fácil"),
    ("Not at all clear", "A little clear", "Somewhat clear", "Quite clear", "Very clear"),
    ("Nada claro", "Poco claro", "Algo claro", "Bastante claro", "Muy claro"),
    ("Not at all safe", "A little safe", "Somewhat safe", "Quite safe", "Very safe"),
    ("Ninguna seguridad", "Poca seguridad", "Alguna seguridad", "Bastante seguridad",
     "Mucha seguridad"),
    ("Not at all tired", "A little tired", "Somewhat tired", "Quite tired", "Very tired"),
    ("Nada", "Poco", "Algo", "Bastante", "Mucho"),
    ("Not at all hard", "A little hard", "Somewhat hard", "Quite hard", "Very hard"),
    ("Nada difícil", "Poco difícil", "Algo difícil", "Bastante difícil", "Muy difícil"),
    ("Not much", "Sometimes", "A lot"),
    ("Casi nunca", "A veces", "Muchas veces"),
}  # fmt: skip
BARS = f"{SURVEYS} /my"
ENDS = re.compile(r" (?:from “.*” to “.*”|de «.*» a «.*»)$")


def question_of(text: str) -> str:
    """Return the item of a question, with or without the ends of its answers."""
    return questions()[ENDS.sub("", text)]


def answers_to(c: Place, item: str) -> dict[int, float]:
    """Return code → whole percent of this page's unit."""
    unit = ("school", OWN) if c.path == "/my" else DISTRICT
    rows = c.release.rows(
        "SELECT code, share FROM answers WHERE item_id = ? AND unit_kind = ? AND "
        "unit_id = ? AND wave_index = ? AND share IS NOT NULL AND scope = ? ORDER BY code",
        item, *unit, c.release.latest, OWN if c.path == "/my" else "all",
    )  # fmt: skip
    return dict(rows)


@says(
    "{a:o} {n:share}; {b:o} {m:share}; {rest:o} {k:share}",
    "{a:o} {n:share}; {b:o} {m:share}; {third:o} {j:share}; {rest:tt}",
    on=BARS,
)
def answers_to_a_question(c: Place, **_: Any) -> Checks:
    read = each(c.sentence, "; ", "{option:t} {share:share}")
    for gap in _.values():
        if isinstance(gap, Printed):
            yield gap, gap.value
    yield tuple(r["option"] for r in read) in OPTIONS, True
    shares = answers_to(c, question_of(c.before))
    for code, r in enumerate(read, 1):
        yield r["share"], shares.get(code, 0.0)


@says("{share:share} favorable", "{share:share} favorables",
      "{share:share} tired (higher = more tired)",
      "{share:share} con cansancio (más alto = más cansancio)",
      "about {share:share} favorable", "cerca de {share:share} favorables",
      "about {share:share} tired (higher = more tired)",
      "cerca de {share:share} con cansancio (más alto = más cansancio)", on=BARS)  # fmt: skip
def favorable_of_a_question(c: Place, share: Printed) -> Checks:
    item = question_of(c.earlier)
    shares = answers_to(c, item)
    unit = ("school", OWN) if c.path == "/my" else DISTRICT
    alone = c.release.rows(
        "SELECT share FROM estimates WHERE part = ? AND unit_kind = ? AND unit_id = ? AND "
        "breakdown = 'all' AND wave_index = ? AND scope = ? AND status = 'shown'",
        item, *unit, c.release.latest, OWN if c.path == "/my" else "all",
    )  # fmt: skip
    # The two highest of five options, the highest of three (specification 4.2); each
    # is rounded, so that their sum is one of several: about.
    least = 3 if item[:2] == "S3" else 4
    top = sum(v for code, v in shares.items() if code >= least)
    # What is told of a question alone is one number on every page (7.3).
    yield share, alone[0][0] if alone else top
    is_about = c.sentence.startswith(("about", "cerca"))
    yield is_about, not alone and least == 4


@says(
    "Shares of each answer to {n} questions.",
    "Proporción de cada respuesta a {n} preguntas.",
)
def questions_drawn(c: Place, n: Printed) -> Checks:
    if c.path == "/my":
        form = names.FORMS[re.split("[:]", c.under)[0].casefold()][1]
        rows = c.release.rows(
            "SELECT count(DISTINCT item_id) FROM answers WHERE unit_id = ? AND scope = ? AND "
            "form = ? AND wave_index = ? AND part = 'scale' AND indicator_id IN ('LX-1', "
            "'LX-2', 'LX-3', 'LX-4', 'CU-1', 'CU-2', 'NI-2')",
            OWN, OWN, form, c.release.latest,
        )  # fmt: skip
        yield n, rows[0][0]
    else:
        yield n, len(answered_items(c, *PAGES[c.path]))


@says("Every answer in {when:wave}, before any scoring: from the first option, left, to the last, right.",
      "Todas las respuestas de {when:wave}, antes de puntuar: de la primera opción, a la izquierda, a la última, a la derecha.")  # fmt: skip
def answers_of_a_wave(c: Place, when: str) -> Checks:
    yield when, c.release.meta["wave"], "wave"


# --- questions side by side

HABITS = {
    "Persisting": 1, "Managing impulsivity": 2,
    "Listening with understanding and empathy": 3, "Thinking flexibly": 4,
    "Thinking about thinking": 5, "Striving for accuracy": 6,
    "Questioning and posing problems": 7, "Applying past knowledge": 8,
    "Thinking and communicating with clarity": 9, "Gathering data through all senses": 10,
    "Creating, imagining, innovating": 11, "Responding with wonderment and awe": 12,
    "Taking responsible risks": 13, "Finding humor": 14, "Thinking interdependently": 15,
    "Remaining open to continuous learning": 16,
    "Persistir": 1, "Manejar la impulsividad": 2,
    "Escuchar con comprensión y empatía": 3, "Pensar con flexibilidad": 4,
    "Pensar sobre el pensar": 5, "Buscar la precisión": 6,
    "Preguntar y plantear problemas": 7, "Aplicar lo que ya se sabe": 8,
    "Pensar y comunicar con claridad": 9, "Reunir datos con todos los sentidos": 10,
    "Crear, imaginar, innovar": 11, "Responder con asombro": 12,
    "Tomar riesgos responsables": 13, "Encontrar el humor": 14,
    "Pensar con los demás": 15, "Seguir abierto a aprender": 16,
}  # fmt: skip
JOINT = {"All three at once", "Las tres a la vez"}


def item_share(c: Place, part: str) -> Share:
    form = {"S": "student_6_12", "T": "teacher"}[part[0]]
    if part == "S.joint":
        return c.release.share("LX-6", "joint", "student_6_12")
    indicator = c.release.one(
        "SELECT min(indicator_id) FROM estimates WHERE part = ? AND form = ?",
        part,
        form,
    )
    return c.release.share(indicator, part, form)


@says("{first:t}?: {share:share}; {rest:tt}", on="/schools/")
def questions_of_a_school(c: Place, share: Printed, **_: Any) -> Checks:
    yield share, share.value
    for part in each(c.sentence, "; ", "{name:tt}: {share:share}"):
        item = questions()[part["name"]]
        row = c.release.estimate("LX-2", item, "student_6_12", ("school", c.school))
        value, *_ends = number_of(row, comparing=True)
        yield part["share"], Share(value, row["coding"])


@says("{first:t}: {share:share}; {rest:tt}", on="/student-voice")
def questions_side_by_side(c: Place, share: Printed, **_: Any) -> Checks:
    yield share, share.value
    for part in each(c.sentence, "; ", "{name:tt}: {share:share}"):
        name = part["name"]
        if name.casefold() in names.SCALES:
            scale = names.SCALES[name.casefold()]
            fact = "voice" if scale == "LX-1" else f"voice's sister {scale}"
            yield part["share"], c.release.share(scale, "scale", "student_6_12"), fact
            continue
        if name in HABITS:
            item = f"S.HM.{HABITS[name]:02}"
        else:
            item = "S.joint" if name in JOINT else questions()[name]
        yield part["share"], item_share(c, item), f"share of {item}"


@says("{indicator:t}, All schools: {share:share}; {rest:tt}",
      "{indicator:t}, Todas las escuelas: {share:share}; {rest:tt}", on="/risk-taking")  # fmt: skip
def safety_beside_risk(c: Place, share: Printed, **_: Any) -> Checks:
    yield share, share.value
    for part in each(c.sentence, "; ", "{name:tt}, {unit:t}: {share:share}",
                     "{name:tt}, {unit:t}: {hidden:t}"):  # fmt: skip
        indicator, item = names.RISK.get(part["name"]), "scale"
        if indicator is None:
            item, indicator = questions()[part["name"]], "CU-1"
        row = c.release.estimate(indicator, item, "teacher", names.unit(part["unit"]))
        if "share" in part:
            yield part["share"], Share(row["share"], row["coding"])
        else:
            yield row["status"] == "shown", False


@says(
    "A dot for each of {n} schools: the farther right, the more ideas are built together; the higher, the more students spend over half of class time alone on a device.",
    "Un punto por cada una de {n} escuelas: más a la derecha, más ideas se construyen juntos; más arriba, más estudiantes pasan más de la mitad de la clase a solas con un dispositivo.",
)  # fmt: skip
def schools_at_a_screen(c: Place, n: Printed) -> Checks:
    yield n, len(at_a_screen(c))


@says("{n} schools; from {low:share} to {high:share} of their students work alone on a device for more than half of class time.",
      "{n} escuelas; del {low:share} al {high:share} de sus estudiantes trabaja a solas con un dispositivo más de la mitad de la clase.")  # fmt: skip
def students_at_a_screen(c: Place, n: Printed, low: Printed, high: Printed) -> Checks:
    alone = at_a_screen(c)
    yield n, len(alone)
    yield low, min(alone)
    yield high, max(alone)


def at_a_screen(c: Place) -> list[float]:
    marks = ", ".join("?" * len(c.release.scopes))
    rows = c.release.rows(
        "SELECT a.unit_id, coalesce(max(a.shrunk), max(a.share)) FROM estimates a JOIN "
        "estimates b USING (unit_kind, unit_id, wave_index, form) JOIN schools ON "
        "school_id = a.unit_id WHERE a.part = 'alone' AND b.indicator_id = 'LX-3' AND "
        "b.part = 'scale' AND a.breakdown = 'all' AND b.breakdown = 'all' AND a.status = "
        "'shown' AND b.status = 'shown' AND unit_kind = 'school' AND closed_on IS NULL AND "
        f"a.wave_index = ? AND a.scope IN ({marks}) AND b.scope IN ({marks}) GROUP BY 1",
        c.release.latest, *c.release.scopes, *c.release.scopes,
    )  # fmt: skip
    return [value for _, value in rows]


# --- tries

GUARDRAILS = {
    "Whom and what it serves": "attributes", "A quién y qué sirve": "attributes",
    "Which result must hold": "outcome_guard",
    "Qué resultado debe mantenerse": "outcome_guard",
    "What is looked at, and when": "evidence_plan",
    "Qué se observa y cuándo": "evidence_plan",
    "When to stop or adjust": "stop_rule", "Cuándo detenerse o ajustar": "stop_rule",
}  # fmt: skip
BECAME = {"running": "running", "en curso": "running", "kept": "kept",
          "mantenidos": "kept", "kept in another form": "adapted",
          "mantenidos de otra forma": "adapted", "stopped": "stopped",
          "detenidos": "stopped"}  # fmt: skip
RATES = {
    "with all four guardrails": "responsible", "con los cuatro resguardos": "responsible",
    "closed and shared beyond the own team": "learned",
    "cerrados y compartidos fuera del equipo": "learned",
    "stopped": "stopped", "detenidos": "stopped",
}  # fmt: skip
NONE_LOGGED = {"none logged", "ninguno registrado"}


@says("All schools: {n:d}; {rest:tt}", "Todas las escuelas: {n:d}; {rest:tt}",
      on="/risk-taking")  # fmt: skip
def tries_per_ten_teachers(c: Place, n: Printed, **_: Any) -> Checks:
    yield n, n.value
    for part in each(c.sentence, "; ", "{name:t}: {share:share}", "{name:t}: {n:d}",
                     "{name:t}: {words:t}"):  # fmt: skip
        if part["name"] in RATES:
            yield part["share"], c.release.figure("CU-3", RATES[part["name"]])["value"]
            continue
        unit = names.unit(part["name"])
        try:
            row = c.release.figure("CU-3", "rate", unit=unit)
        except Untold:
            yield "words" in part and part["words"] not in NONE_LOGGED, True
            continue
        if "n" in part:
            yield part["n"], row["value"]
        else:
            yield part["words"] in NONE_LOGGED, row["word"] == "none_logged"


@says("{first:o} {a}; {second:o} {b}; {third:o} {d}; {fourth:o} {e}", on="/risk-taking")
def what_became_of_tries(c: Place, **_: Any) -> Checks:
    for gap in _.values():
        if isinstance(gap, Printed):
            yield gap, gap.value
    when = re.sub(ENDS, "", c.before)
    yield from became(c, c.sentence, "; ", c.release.waves[wave(when)])


def became(c: Place, told: str, separator: str, index: int) -> Checks:
    read = each(told, separator, "{word:t} {n}")
    yield [BECAME[r["word"]] for r in read], ["running", "kept", "adapted", "stopped"]
    for r in read:
        row = c.release.figure("CU-3", "result", BECAME[r["word"]], wave=index)
        yield r["n"], row["value"]


@says("{when:wave}: {first:t} {a}, {rest:tt}", on="/risk-taking")
def tries_over_waves(c: Place, a: Printed, **_: Any) -> Checks:
    yield a, a.value
    for part in each(c.sentence, "; ", "{when:wave}: {told:t}"):
        yield from became(c, part["told"], ", ", c.release.waves[part["when"]])


@says("{when:wave} from “{a:t}” to “{b:t}”", "{when:wave} de «{a:t}» a «{b:t}»",
      on="/risk-taking")  # fmt: skip
def first_wave_of_tries(c: Place, when: str, a: str, b: str) -> Checks:
    rows = c.release.rows(
        "SELECT min(wave_index) FROM figures WHERE indicator_id = 'CU-3' AND part = 'result'"
    )
    yield c.release.waves[when], rows[0][0]
    yield (BECAME[a], BECAME[b]), ("running", "stopped")


@says("{n} tries", "{n} intentos", on="/risk-taking")
def tries_of_a_wave(c: Place, n: Printed) -> Checks:
    when = re.sub(ENDS, "", c.earlier)
    index = c.release.waves[wave(when)]
    rows = c.release.rows(
        "SELECT sum(value) FROM figures WHERE indicator_id = 'CU-3' AND part = 'result' AND "
        "unit_kind = 'district' AND wave_index = ?", index,
    )  # fmt: skip
    is_now = index == c.release.latest
    yield n, rows[0][0], *(["tries of half a year"] if is_now else [])


@says(
    "Tries begun in the {days} days before each wave; in each bar from left to right: running, kept, kept in another form, stopped.",
    "Intentos iniciados en los {days} días anteriores a cada ola; en cada barra, de izquierda a derecha: en curso, mantenidos, mantenidos de otra forma, detenidos.",
)  # fmt: skip
def days_of_tries(c: Place, days: Printed) -> Checks:
    yield days, 180


@says("Share of the {n} tries of the last {days} days that say each of the four.",
      "Proporción de los {n} intentos de los últimos {days} días que dicen cada uno de los cuatro.")  # fmt: skip
def tries_with_a_guardrail(c: Place, n: Printed, days: Printed) -> Checks:
    rows = c.release.rows(
        "SELECT sum(value) FROM figures WHERE indicator_id = 'CU-3' AND part = 'result' AND "
        "unit_kind = 'district' AND wave_index = ?", c.release.latest,
    )  # fmt: skip
    yield n, rows[0][0], "tries of half a year"
    yield days, 180


@says("Whom and what it serves: {share:share}; {rest:tt}",
      "A quién y qué sirve: {share:share}; {rest:tt}")  # fmt: skip
def guardrails(c: Place, share: Printed, **_: Any) -> Checks:
    yield share, share.value
    for part in each(c.sentence, "; ", "{name:t}: {share:share}"):
        row = c.release.figure("CU-3", "guardrail", GUARDRAILS[part["name"]])
        yield part["share"], row["value"]


def agreement(c: Place) -> dict[str, int]:
    marks = ", ".join("?" * len(c.release.scopes))
    return dict(c.release.rows(
        "SELECT word, count(*) FROM figures WHERE indicator_id = 'CU-1' AND part = "
        f"'agreement' AND wave_index = ? AND word IS NOT NULL AND scope IN ({marks}) GROUP BY "
        "1", c.release.latest, *c.release.scopes))  # fmt: skip


@says(
    "Colleagues are split on room for risk in {split} of {of} schools with enough answers; an average hides that.",
    "Los colegas están divididos sobre el espacio para el riesgo en {split} de {of} escuelas con suficientes respuestas; un promedio lo oculta.",
)  # fmt: skip
def colleagues_split(c: Place, split: Printed, of: Printed) -> Checks:
    words = agreement(c)
    yield split, words.get("staff_split", 0)
    yield of, sum(words.values())
    yield split.value > 0 and of.value > 1, True


SPLIT_HERE = {
    "Colleagues at this school are split on room for risk; an average hides that.": 1,
    "Los colegas de esta escuela están divididos sobre el espacio para el riesgo; un promedio lo oculta.": 1,
    "Colleagues at this school are not split on room for risk.": 0,
    "Los colegas de esta escuela no están divididos sobre el espacio para el riesgo.": 0,
}


@says(*SPLIT_HERE)
def colleagues_split_here(c: Place) -> Checks:
    words = agreement(c)
    yield sum(words.values()), 1
    yield words.get("staff_split", 0), SPLIT_HERE[c.sentence]


# --- one school


@says("{school:t} is in Cohort {k}; its students began in {when:wave}.",
      "{school:t} está en la Cohorte {k}; sus estudiantes empezaron en {when:wave}.")  # fmt: skip
def school_and_its_start(c: Place, school: str, k: Printed, when: str) -> Checks:
    ((cohort, first),) = c.release.rows(
        "SELECT cohort_id, launch_wave FROM schools WHERE school_id = ?",
        c.release.names[school],
    )
    yield k, cohort
    yield c.release.waves[when], first


WAITS = {
    "{school:t} has not started yet; it looks first, as planned.": False,
    "{school:t} aún no ha empezado; primero observa, como estaba previsto.": False,
    "{school:t} never started.": True,
    "{school:t} no llegó a empezar.": True,
}


@says(*WAITS)
def school_that_waits(c: Place, school: str) -> Checks:
    ((first, closed),) = c.release.rows(
        "SELECT launch_wave, closed_on FROM schools WHERE school_id = ?",
        c.release.names[school],
    )
    yield first is None or first > c.release.latest, True
    yield (
        closed is not None,
        c.sentence.endswith(("never started.", "no llegó a empezar.")),
    )


@says("It closed on {day:day}.", "Cerró el {day:day}.")
def school_closed(c: Place, day: Any) -> Checks:
    yield (
        day,
        c.release.one("SELECT closed_on FROM schools WHERE school_id = ?", c.school),
    )


@says("{form:t}: {when:wave} {share:share}; {rest:tt}.",
      "{form:t}: {when:wave} {share:share}.",
      "{form:t}: {when:wave} {hidden:t}; {rest:tt}.", on="/schools/")  # fmt: skip
def school_over_waves(
    c: Place, form: str, share: Printed | None = None, **_: Any
) -> Checks:
    if share is not None:
        yield share, share.value
    form = names.FORMS[form.casefold()][1]
    indicator = "CU-1" if c.under in names.RISK else "LX-1"
    told = c.sentence.partition(": ")[2].rstrip(".")
    for part in each(told, "; ", "{when:wave} {share:share}", "{when:wave} {hidden:t}"):
        index = c.release.waves[part["when"]]
        row = c.release.estimate(
            indicator, "scale", form, ("school", c.school), wave=index
        )
        value, *_ends = number_of(row, comparing=True)
        if "share" in part:
            name = f"{indicator} {form} of {c.school} in {index}"
            yield part["share"], Share(value, row["coding"]), name
        else:
            yield row["status"] == "shown", False


@says("Adoption grid in {when:wave}.", "Cuadrícula de adopción en {when:wave}.")
def grid_of_a_wave(c: Place, when: str) -> Checks:
    yield (
        c.release.waves[when],
        c.release.one(
            "SELECT max(wave_index) FROM rubric_cells WHERE school_id = ?", c.school
        ),
    )


@says("{first:t}: practices {n}, {rest:tt}.", "{first:t}: prácticas {n}, {rest:tt}.",
      on="/schools/")  # fmt: skip
def grid_of_this_school(c: Place, n: Printed, **_: Any) -> Checks:
    yield n, n.value
    marks = ", ".join("?" * len(c.release.scopes))
    rows = c.release.rows(
        "SELECT attribute, domain, level FROM rubric_cells WHERE school_id = ? AND "
        f"wave_index = ? AND scope IN ({marks})",
        c.school, c.release.latest, *c.release.scopes,
    )  # fmt: skip
    yield from grid(c, c.sentence.rstrip("."), {(a, d): x for a, d, x in rows})


@says("Rated in {when:wave} by two people, one from outside the building.",
      "Valorado en {when:wave} por dos personas, una de fuera de la escuela.")  # fmt: skip
def rated_in(c: Place, when: str) -> Checks:
    yield (
        c.release.waves[when],
        c.release.one(
            "SELECT max(wave_index) FROM rubric_cells WHERE school_id = ?", c.school
        ),
    )


@says("Stage and attribute means, {low} to {high}, as the school agreed to publish.",
      "Etapa y medias por atributo, de {low} a {high}, como la escuela acordó publicar.")  # fmt: skip
def published_by_the_school(c: Place, low: Printed, high: Printed) -> Checks:
    yield low, 0
    yield high, 4
    agreed = "SELECT bool_or(agreed) FROM rubric_schools WHERE school_id = ?"
    yield c.release.one(agreed, c.school), True


@says("Stage: {stage:t}.", "Etapa: {stage:t}.", on="/schools/")
def stage_of_this_school(c: Place, stage: str) -> Checks:
    marks = ", ".join("?" * len(c.release.scopes))
    stages = {s for (s,) in c.release.rows(
        "SELECT stage FROM rubric_schools WHERE school_id = ? AND wave_index = ? AND stage "
        f"IS NOT NULL AND scope IN ({marks})",
        c.school, c.release.latest, *c.release.scopes)}  # fmt: skip
    yield {names.STAGES[stage.casefold()]}, stages, f"stage of {c.school}"


@says("{name:t}: {level:d}", on="/schools/")
def attribute_of_this_school(c: Place, name: str, level: Printed) -> Checks:
    column = ATTRIBUTES[name.casefold()]
    yield level, c.release.one(
        f"SELECT {column} FROM rubric_schools WHERE school_id = ? AND wave_index = ? AND "
        f"{column} IS NOT NULL", c.school, c.release.latest,
    )  # fmt: skip


@says("Shown wherever fewer than {share:share} of those asked answered.",
      "Se muestra donde respondió menos del {share:share} de los consultados.")  # fmt: skip
def fewer_answered(c: Place, share: Printed) -> Checks:
    # NCES asks for an analysis below 85 % (E5).
    yield share, 85.0


@says("{form:t}, {group:t}: {a:share} of those who answered, {b:share} of those asked{rest:tt}",
      "{form:t}, {group:t}: {a:share} of those who answered, {b:share} of those asked",
      "{form:t}, {group:t}: {a:share} de quienes respondieron, {b:share} de los consultados{rest:tt}",
      "{form:t}, {group:t}: {a:share} de quienes respondieron, {b:share} de los consultados",
      on="/schools/")  # fmt: skip
def answered_beside_asked(c: Place, a: Printed, b: Printed, **_: Any) -> Checks:
    yield a, a.value
    yield b, b.value
    for part in each(
        c.sentence, "; ",
        "{form:t}, {group:t}: {a:share} of those who answered, {b:share} of those asked",
        "{form:t}, {group:t}: {a:share} de quienes respondieron, {b:share} de los consultados",
    ):  # fmt: skip
        form = names.FORMS[part["form"].casefold()][1]
        language = names.SPOKEN.get(part["group"])
        if language is None:
            raise Unread(part["group"])
        counts = c.release.rows(
            "SELECT category, max(n), max(eligible), max(rate) FROM estimates WHERE form = ? "
            "AND unit_id = ? AND breakdown = 'language' AND wave_index = (SELECT "
            "max(wave_index) FROM estimates WHERE form = ? AND unit_id = ?) AND status = "
            "'shown' AND indicator_id = 'CH-4' AND part = 'heard_and_clear' GROUP BY 1",
            form, c.school, form, c.school,
        )  # fmt: skip
        n, people = sum(r[1] for r in counts), sum(r[2] for r in counts)
        mine = {r[0]: r for r in counts}[language]
        yield part["a"], 100 * mine[1] / n
        yield part["b"], 100 * mine[2] / people
