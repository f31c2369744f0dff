"""Sentences of the pages of voices: chorus, pulse, communication, connections, load."""

from __future__ import annotations

from typing import Any

from sentences import names
from sentences.kinds_front import Checks
from sentences.reader import Place, each, says
from sentences.release import Share
from sentences.slots import Printed

# --- chorus

SOUNDS = {
    "a lone voice": "lone_voice", "una voz solitaria": "lone_voice",
    "a few voices": "few_voices", "unas pocas voces": "few_voices",
    "a growing chorus": "growing_chorus", "un coro que crece": "growing_chorus",
    "a chorus": "chorus", "un coro": "chorus",
}  # fmt: skip


def occasions_of_a_year(c: Place, where: str = "true") -> int:
    """Count occasions in the year up to the day the latest wave closed."""
    return int(
        c.release.one(
            "SELECT count(*) FROM occasions, waves WHERE indicator_id = 'CH-3' AND "
            "wave_index = ? AND starts_on <= closes_on AND "
            "closes_on::DATE - starts_on::DATE < 365 AND " + where,
            c.release.latest,
        )
    )


@says(
    "This year the case for change sounds as if {n:d} of 6 groups spoke equally: {word:t}.",
    "Este año, el porqué del cambio suena como si {n:d} de 6 grupos hablaran por igual: {word:t}.",
)  # fmt: skip
def voices_in_a_sentence(c: Place, n: Printed, word: str) -> Checks:
    row = c.release.figure("CH-3", "voices")
    yield n, row["value"], "voices"
    yield SOUNDS[word], row["word"]
    cuts = [float(x) for x in c.release.meta["rule.chorus_cuts"].split(",")]
    order = ("lone_voice", "few_voices", "growing_chorus", "chorus")
    yield SOUNDS[word], order[sum(row["value"] >= x for x in cuts)]


@says("As if that many spoke equally: {word:t}.",
      "Como si esos hablaran por igual: {word:t}.")  # fmt: skip
def voices_in_a_word(c: Place, word: str) -> Checks:
    yield SOUNDS[word], c.release.figure("CH-3", "voices")["word"]


@says(
    "{share:share} of it comes from {group:t}.",
    "La mayor parte: {group:t}, el {share:share}.",
)
def the_loudest(c: Place, share: Printed, group: str) -> Checks:
    named = names.GROUPS[group.casefold()]
    shares = dict(
        c.release.rows(
            "SELECT category, value FROM figures WHERE indicator_id = 'CH-3' AND part = "
            "'share' AND wave_index = ?",
            c.release.latest,
        )
    )
    yield share, shares[named], "share of the loudest"
    yield named, max(shares, key=shares.__getitem__)


@says(
    "Who has heard least cannot be told: {ranges:t}.",
    "No se puede saber a quiénes se ha llegado menos: {ranges:t}.",
)  # fmt: skip
def least_reached_untold(c: Place, ranges: str) -> Checks:
    told = {}
    for part in each(ranges, ", ", "{group:t} {low}–{high}%", "{group:t} {low}–{high} %",
                     "{group:t} {share:share}"):  # fmt: skip
        group = names.GROUPS[part["group"].casefold()]
        told[group] = part
        yield from reach(c, group, part)
    # Those who may be it are named, and no one else.
    ends = {
        g: (low, high)
        for g, low, high in c.release.rows(
            "SELECT category, low, high FROM figures WHERE indicator_id = 'CH-1' AND "
            "part = 'reach' AND unit_kind = 'district' AND wave_index = ?",
            c.release.latest,
        )
    }
    least_high = min(high for _, high in ends.values())
    yield set(told), {g for g, (low, _) in ends.items() if low <= least_high}


def reach(c: Place, group: str, part: dict[str, Any]) -> Checks:
    row = c.release.figure("CH-1", "reach", group)
    if "share" in part:
        yield part["share"], row["low"], f"reach of {group}"
        yield round(row["low"]), round(row["high"])
    else:
        yield part["low"], row["low"], f"reach of {group}, at least"
        yield part["high"], row["high"], f"reach of {group}, at most"


@says("Students: {first:t}–{rest:tt}", "Estudiantes: {first:t}–{rest:tt}", on="/chorus")
def reach_of_groups(c: Place, **_: Any) -> Checks:
    for part in each(c.sentence, "; ", "{group:t}: {low}–{high}%",
                     "{group:t}: {low}–{high} %", "{group:t}: {share:share}"):  # fmt: skip
        yield from reach(c, names.GROUPS[part["group"].casefold()], part)


@says("{first:t} of the case now, {rest:t}", "{first:t} del mensaje ahora, {rest:t}",
      on="/chorus")  # fmt: skip
def lanes(c: Place, **_: Any) -> Checks:
    for part in each(
        c.sentence, "; ",
        "{group:t}: {share:share} of the case now, {n} occasions in twelve months",
        "{group:t}: {share:share} del mensaje ahora, {n} ocasiones en doce meses",
    ):  # fmt: skip
        group = names.GROUPS[part["group"].casefold()]
        row = c.release.figure("CH-3", "share", group)
        yield part["share"], row["value"], f"share of the case, {group}"
        mine = f"list_contains(string_split(led_by, ';'), '{group}')"
        yield part["n"], occasions_of_a_year(c, mine)


@says(
    "{n} occasions logged in the past 12 months. Each counts half as much after {days} days. {rest:t}",
    "{n} ocasiones registradas en los últimos 12 meses. Cada una cuenta la mitad tras {days} días. {rest:t}",
)  # fmt: skip
def occasions_logged(c: Place, n: Printed, days: Printed, rest: str) -> Checks:
    # Those behind the number of voices, and those the log has of the same year.
    yield n, c.release.figure("CH-3", "voices")["n"], "occasions of a year"
    yield n, occasions_of_a_year(c)
    yield days, float(c.release.meta["rule.half_life_days"])


@says("{first:wave}: {rest:t}", on="/chorus")
def voices_over_time(c: Place, **_: Any) -> Checks:
    for part in each(c.sentence, "; ", "{when:wave}: {n:d}", "{at:month}: {n:d}"):
        if "at" in part:
            row = c.release.figure("CH-3", "month", part["at"])
        else:
            wave = c.release.waves[part["when"]]
            row = c.release.figure("CH-3", "voices", wave=wave)
        yield part["n"], row["value"]


EARLY = (
    "{group:t}: there was an occasion {days} days or more before the start at {n} of {of} schools that have started, and often in the past year at {often} of {schools} schools.",
    "{group:t}: hubo una ocasión {days} días o más antes de comenzar en {n} de {of} escuelas que ya empezaron, y a menudo en el último año en {often} de {schools} escuelas.",
)  # fmt: skip


@says(*EARLY)
def early_and_often(
    c: Place, group: str, days: Printed, n: Printed, of: Printed, often: Printed,
    schools: Printed,
) -> Checks:  # fmt: skip
    named = names.GROUPS[group.casefold()]
    yield days, float(c.release.meta["rule.early_days"])
    rows = c.release.rows(
        "SELECT part, word, value FROM figures WHERE indicator_id = 'CH-2' AND part IN "
        "('lead_days', 'often') AND category = ? AND wave_index = ? AND scope = 'all'",
        named, c.release.latest,
    )  # fmt: skip
    lead = [value for part, _, value in rows if part == "lead_days"]
    yield n, sum(x is not None and x >= 60 for x in lead)
    yield of, len(lead)
    # Often: four months of twelve.
    rhythm = [value for part, _, value in rows if part == "often"]
    yield often, sum(x >= 100 / 3 - 1e-6 for x in rhythm)
    yield schools, len(rhythm)
    yield of, c.release.open_schools("launch_wave IS NOT NULL"), "schools started"


@says("{share:share} were asked for more than attention",
      "al {share:share} se le pidió más que atención")  # fmt: skip
def asked_for_more(c: Place, share: Printed) -> Checks:
    deep = [
        v
        for (v,) in c.release.rows(
            "SELECT value FROM figures WHERE indicator_id = 'CH-5' AND part = 'deep' AND "
            "wave_index = ?",
            c.release.latest,
        )
    ]
    fits = [v for v in deep if share.is_of(v)]
    yield share, fits[0] if fits else None


@says("{first:t} were asked for more than attention; {rest:t}",
      "{first:t} se le pidió más que atención; {rest:t}")  # fmt: skip
def asked_for_more_by_group(c: Place, **_: Any) -> Checks:
    for part in each(
        c.sentence, "; ", "{group:t}: {share:share} were asked for more than attention",
        "{group:t}: al {share:share} se le pidió más que atención",
    ):  # fmt: skip
        group = names.GROUPS[part["group"].casefold()]
        yield part["share"], c.release.figure("CH-5", "deep", group)["value"]


@says(
    "Told {a:share}; Asked {b:share}; Involved {d:share}; Working together {e:share}; Deciding {f:share}",
    "Informar {a:share}; Consultar {b:share}; Involucrar {d:share}; Colaborar {e:share}; Decidir {f:share}",
)  # fmt: skip
def depths(c: Place, **shares: Printed) -> Checks:
    by_group: dict[str, dict[str, float]] = {}
    for group, part, value in c.release.rows(
        "SELECT category, part, value FROM figures WHERE indicator_id = 'CH-5' AND part "
        "LIKE 'depth_%' AND wave_index = ?",
        c.release.latest,
    ):
        by_group.setdefault(group, {})[part] = value
    yield from one_of_rows(
        shares, [[g[f"depth_{k}"] for k in range(1, 6)] for g in by_group.values()]
    )


def one_of_rows(shares: dict[str, Printed], rows: list[list[float]]) -> Checks:
    """Hold a bar's shares against the one row that has all of them."""
    told = list(shares.values())
    fits = [r for r in rows if all(s.is_of(v) for s, v in zip(told, r, strict=True))]
    yield from zip(told, fits[0] if fits else [-1] * len(told), strict=True)


@says("Grades 6–12: {rest:tt}", "Grados 6–12: {rest:tt}", on="/chorus")
def clear_about_the_why(c: Place, **_: Any) -> Checks:
    for part in each(
        c.sentence, "; ", "{form:t}: {question:t}: {share:share}",
        "{form:t}: {question:t}: {hidden:t}",
    ):  # fmt: skip
        form, _, language = part["form"].partition(", ")
        stem, by = names.FORMS[form.casefold()]
        item, asked = names.WHY[part["question"]]
        # In Spanish a student is asked as "tú", everybody else as "usted".
        yield asked in ("anybody", "students" if stem[0] == "S" else "adults"), True
        name = item if "_" in item else f"{stem}.WHY.{item}"
        breakdown = ("language", names.SPOKEN[language]) if language else ("all", "all")
        # Families are asked once a year: the answer nearest before stands.
        wave = c.release.one(
            "SELECT max(wave_index) FROM estimates WHERE indicator_id = 'CH-4' AND form "
            "= ? AND part = ?", by, name,
        )  # fmt: skip
        row = c.release.estimate(
            "CH-4", name, by, wave=wave, breakdown=breakdown[0], category=breakdown[1]
        )
        if "share" in part:
            yield part["share"], Share(row["share"], row["coding"])
        else:
            yield row["status"] == "shown", False


# --- pulse


def themes(c: Place, indicator: str) -> dict[str, tuple[float, float]]:
    return {
        code: (value, n)
        for code, value, n in c.release.rows(
            "SELECT category, value, n FROM figures WHERE indicator_id = ? AND part = "
            "'theme' AND unit_kind = 'district' AND wave_index = ? AND value IS NOT NULL",
            indicator, c.release.latest,
        )
    }  # fmt: skip


UNTOLD = {
    "Principals are most often excited by {told:t}; no one theme leads.": "PP-1",
    "Lo que más a menudo entusiasma a las direcciones: {told:t}; ningún tema destaca.": "PP-1",
    "They worry most often about {told:t}; no one theme leads.": "PP-2",
    "Lo que más a menudo les preocupa: {told:t}; ningún tema destaca.": "PP-2",
}  # fmt: skip


@says(*UNTOLD)
def themes_ahead(c: Place, told: str) -> Checks:
    (indicator,) = {
        i for text, i in UNTOLD.items() if c.sentence.startswith(text.split("{")[0])
    }
    found = themes(c, indicator)
    parts = each(
        _commas(told),
        "%, ",
        "{theme:t} {n}%",
        "{theme:t} {n} ",
        "{theme:t} {n} %",
        "{theme:t} {n}",
    )
    by_code = {names.THEMES[p["theme"].casefold()]: p["n"] for p in parts}
    for code, n in by_code.items():
        yield n, found[code][0], f"theme {code}"
    # The three named most are named, the first of them first.
    order = sorted(found, key=lambda k: -found[k][0])
    least = min(found[k][0] for k in by_code)
    yield all(found[k][0] <= least for k in order if k not in by_code), True


def _commas(told: str) -> str:
    """Return "a 45%, b 39%, c 30%" of a list that ends in "and"."""
    for last in (" and ", " y "):
        head, found, tail = told.rpartition(last)
        if found and head.endswith("%"):
            return f"{head}, {tail}"
    return told


@says("Excites: {rest:tt}", "Entusiasma: {rest:tt}", on="/pulse")
def themes_of_principals(c: Place, **_: Any) -> Checks:
    read = each(c.sentence, "; ", "{side:t}: {theme:t} {share:share}")
    for part in read:
        code = names.THEMES[part["theme"].casefold()]
        indicator = {"E": "PP-1", "W": "PP-2"}[code[0]]
        yield part["side"] in names.SIDES[indicator], True
        yield part["share"], themes(c, indicator)[code][0], f"theme {code}"


@says("{share:share} of principals say they have quite a bit of energy for this work, or a great deal. {rest:t}",
      "El {share:share} de los directores dice tener bastante energía para este trabajo, o muchísima. {rest:t}",
      "{share:share} of principals say they have quite a bit of energy for this work, or a great deal.",
      "El {share:share} de los directores dice tener bastante energía para este trabajo, o muchísima.")  # fmt: skip
def energy(c: Place, share: Printed, rest: str = "") -> Checks:
    yield share, c.release.figure("PP-1", "energy")["value"], "energy"


@says("{first:t} closed within {days} days.",
      "La mitad de las solicitudes de apoyo se cierra en {days} días o menos.",
      "Half of all requests for support are closed within {days} days.")  # fmt: skip
def median_of_requests(c: Place, days: Printed, first: str = "") -> Checks:
    yield days, c.release.figure("PP-3", "median_days")["value"], "half closed, days"


@says("{days} days", "{days} días", on="/pulse")
def median_in_a_tile(c: Place, days: Printed) -> Checks:
    yield days, c.release.figure("PP-3", "median_days")["value"], "half closed, days"


@says("{n} requests", "{n} solicitudes", on="/pulse")
def requests_in_a_tile(c: Place, n: Printed) -> Checks:
    is_open = c.before in {"Still open", "Siguen abiertas"}
    part = "open" if is_open else "opened"
    yield n, c.release.figure("PP-3", part)["value"], f"requests {part}"


@says("{share:share}", on="/pulse")
def fulfilled_in_a_tile(c: Place, share: Printed) -> Checks:
    yield share, c.release.figure("PP-3", "fulfilled")["value"]


@says("half closed by day {days}; still open after {last} days: {share:share}.",
      "la mitad, cerrada el día {days}; abierto todavía tras {last} días: {share:share}.")  # fmt: skip
def waiting_curve(c: Place, days: Printed, last: Printed, share: Printed) -> Checks:
    yield days, c.release.figure("PP-3", "median_days")["value"], "half closed, days"
    rows = c.release.rows(
        "SELECT category, value FROM figures WHERE indicator_id = 'PP-3' AND part = "
        "'waiting' AND wave_index = ? ORDER BY 1", c.release.latest,
    )  # fmt: skip
    yield last, int(rows[-1][0])
    yield share, rows[-1][1]


@says(
    "Time: {rest:tt}",
    "Tiempo: {rest:tt}",
    "Asked: {rest:tt}",
    "Pedidas: {rest:tt}",
    on="/pulse",
)
def requests_by_kind(c: Place, **_: Any) -> Checks:
    for part in each(c.sentence, "; ", "{name:t}: {n}"):
        name = part["name"].casefold()
        if name in names.ANSWERS:
            row = c.release.figure("LE-2", names.ANSWERS[name])
        else:
            row = c.release.figure("PP-3", "category", names.HELP[name])
        yield part["n"], row["value"]


@says(
    "How much say do you have {rest:tt}",
    "¿Cuánto puede decidir usted {rest:tt}",
    on="/pulse",
)
def latitude(c: Place, **_: Any) -> Checks:
    read = each(c.sentence, "; ", "{question:t}: {share:share}")
    for k, part in enumerate(read, 1):
        row = c.release.estimate("LE-2", f"P.FX.{k}", "principal")
        yield part["share"], Share(row["share"], row["coding"])


@says("Half are answered within {days} days, those still waiting counted.",
      "La mitad se responde en {days} días o menos, contando las que esperan.")  # fmt: skip
def median_of_exceptions(c: Place, days: Printed) -> Checks:
    yield days, c.release.figure("LE-2", "median_days")["value"], "half answered, days"


@says("{n} themes over {waves} waves; the numbers are in the cells.",
      "{n} temas en {waves} olas; los números están en las celdas.")  # fmt: skip
def themes_over_waves(c: Place, n: Printed, waves: Printed) -> Checks:
    rows = c.release.rows(
        "SELECT DISTINCT category, wave_index FROM figures WHERE indicator_id IN ('PP-1', "
        "'PP-2') AND part = 'theme' AND unit_kind = 'district' AND category <> ''"
    )
    yield n, len({code for code, _ in rows})
    yield waves, len({wave for _, wave in rows})


# --- communication


@says(
    "{share:share} of students had a family open or acknowledge news of their progress in the latest month.",
    "El {share:share} de los estudiantes tuvo una familia que abrió o confirmó noticias de su progreso en el último mes.",
)  # fmt: skip
def news_opened(c: Place, share: Printed) -> Checks:
    yield share, c.release.share("FC-1", "opened", "messages"), "news opened"


@says("{share:share} had one that replied or met.",
      "El {share:share} tuvo una que respondió o se reunió.")  # fmt: skip
def news_answered(c: Place, share: Printed) -> Checks:
    yield share, c.release.share("FC-1", "two_way", "messages"), "news answered"


@says("{share:share} of families say it helps them understand.",
      "El {share:share} de las familias dice que les ayuda a comprender.")  # fmt: skip
def families_helped(c: Place, share: Printed) -> Checks:
    yield share, near(c, "FC-2", "F.PR.1", "family"), "families helped"


def near(c: Place, indicator: str, part: str, form: str, **more: Any) -> Share:
    """Return the share of the wave nearest before the latest one."""
    wave = c.release.one(
        "SELECT max(wave_index) FROM estimates WHERE indicator_id = ? AND form = ? AND "
        "part = ?", indicator, form, part,
    )  # fmt: skip
    return c.release.share(indicator, part, form, wave=wave, **more)


STEPS = {
    "sent": "sent", "enviado": "sent", "opened": "opened", "abierto": "opened",
    "replied or met": "two_way", "respondió o se reunió": "two_way",
    "logged in to the portal": "login", "entró al portal": "login",
}  # fmt: skip
SESSIONS = {
    "any session": "reached", "alguna sesión": "reached", "on voice": "voice",
    "sobre voz": "voice", "on co-creation": "co_creation",
    "sobre co-creación": "co_creation", "on social construction": "social_construction",
    "sobre construcción social": "social_construction",
    "on self-discovery": "self_discovery", "sobre autodescubrimiento": "self_discovery",
    "workshop followed up": "followed", "taller con seguimiento": "followed",
}  # fmt: skip
PROGRESS = {
    "How well do the updates from school help you understand how your child is progressing?": "F.PR.1",
    "¿Qué tan bien le ayudan los avisos de la escuela a entender cómo progresa su hijo o hija?": "F.PR.1",
    "How often can you ask or answer, not only receive?": "F.PR.2",
    "¿Con qué frecuencia puede usted preguntar o responder, y no solo recibir?": "F.PR.2",
    "How clear is it to you how you are progressing and what comes next?": "S.PR.1",
    "¿Qué tan claro tienes cómo vas y qué sigue?": "S.PR.1",
    "How often do you use that information to decide something about your learning?": "S.PR.2",
    "¿Con qué frecuencia usas esa información para decidir algo sobre tu aprendizaje?": "S.PR.2",
}


@says("{name:t}: {share:share}; {rest:tt}", "{name:t}: {share:share}",
      on="/communication")  # fmt: skip
def shares_of_communication(c: Place, share: Printed, **_: Any) -> Checks:
    yield share, share.value
    for part in each(c.sentence, "; ", "{name:tt}: {share:share}"):
        name = part["name"].casefold()
        asked, _sep, question = part["name"].partition(": ")
        step, _comma, language = part["name"].partition(", ")
        if question in PROGRESS:
            item = PROGRESS[question]
            assert names.FORMS[asked.casefold()][0] == item[0]
            true: Any = near(c, "FC-2", item, names.FORMS[asked.casefold()][1])
        elif name in STEPS:
            true = c.release.share("FC-1", STEPS[name], "messages")
        elif name in SESSIONS:
            true = c.release.share("PL-1", SESSIONS[name], "sessions")
        else:
            row = c.release.figure(
                "FC-1", f"{STEPS[step.casefold()]}_of_sent", names.SPOKEN[language]
            )
            true = row["value"]
        yield part["share"], true


@says("{cohort:t}: {n:d}; {rest:tt}", on="/communication")
def hours_learned(c: Place, n: Printed, **_: Any) -> Checks:
    yield n, n.value
    for part in each(c.sentence, "; ", "{unit:t}: {n:d}"):
        row = c.release.figure("PL-2", "median", unit=names.unit(part["unit"]))
        yield part["n"], row["value"]


@says("{n} schools, from {low:share} to {high:share} opened.",
      "{n} escuelas, de {low:share} a {high:share} abierto.",
      "{n} escuelas, del {low:share} al {high:share} abierto.")  # fmt: skip
def schools_opened(c: Place, n: Printed, low: Printed, high: Printed) -> Checks:
    yield from of_schools(c, n, low, high, "FC-1", "opened", "messages")


@says("{n} schools, from {low:share} to {high:share} of their teachers reached.",
      "{n} escuelas, del {low:share} al {high:share} de sus docentes.",
      "{n} school: {low:share} of its teachers reached.",
      "{n} escuela: el {low:share} de sus docentes.")  # fmt: skip
def schools_reached(
    c: Place, n: Printed, low: Printed, high: Printed | None = None
) -> Checks:
    yield from of_schools(c, n, low, high or low, "PL-1", "reached", "sessions")
    # One school lies at a number, not between two.
    yield high is None, n.value == 1


def of_schools(
    c: Place, n: Printed, low: Printed, high: Printed, indicator: str, part: str,
    form: str, where: str = "true",
) -> Checks:  # fmt: skip
    """Hold "n schools, from low to high" against the schools this reader is shown."""
    shown = school_shares(c, indicator, part, form, where)
    yield n, len(shown)
    yield low, min(shown)
    yield high, max(shown)


def school_shares(
    c: Place, indicator: str, part: str, form: str, where: str = "true",
    column: str = "share",
) -> list[float]:  # fmt: skip
    marks = ", ".join("?" * len(c.release.scopes))
    rows = c.release.rows(
        f"SELECT unit_id, min({column}) FROM estimates JOIN schools ON school_id = unit_id "
        "WHERE indicator_id = ? AND part = ? AND form = ? AND unit_kind = 'school' AND "
        "breakdown = 'all' AND status = 'shown' AND closed_on IS NULL AND wave_index = ? "
        f"AND scope IN ({marks}) AND {where} GROUP BY 1",
        indicator, part, form, c.release.latest, *c.release.scopes,
    )  # fmt: skip
    return [value for _, value in rows if value is not None]


# --- connections


@says("{share:share} of teachers name another school that gave them an idea or help they used.",
      "El {share:share} de los docentes nombra otra escuela de la que recibió una idea o ayuda que usó.")  # fmt: skip
def teachers_who_name(c: Place, share: Printed) -> Checks:
    yield share, c.release.share("RO-4", "named", "teacher"), "teachers who name one"


CROSSING = {
    "Ties between cohorts are about as common as chance would make them.": "chance",
    "They look inside their own cohort more than chance would have it.": "inside",
    "They look outside their own cohort more than chance would have it.": "outside",
    "Los lazos entre cohortes son más o menos tan comunes como los haría el azar.": "chance",
    "Miran fuera de su propia cohorte más de lo que haría el azar.": "outside",
    "Miran dentro de su propia cohorte más de lo que haría el azar.": "inside",
}


@says(*CROSSING)
def ties_beside_chance(c: Place) -> Checks:
    outside = c.release.figure("RO-4", "outside")["value"]
    expected = c.release.figure("RO-4", "outside_expected")["value"]
    is_sure = c.release.figure("RO-4", "outside_p")["value"] < 0.05
    true = ("outside" if outside > expected else "inside") if is_sure else "chance"
    yield CROSSING[c.sentence], true


@says("{name:t}: {share:share}; {name2:t}: {share2:share}", on="/connections")
def within_and_across(c: Place, **_: Any) -> Checks:
    for gap in _.values():
        if isinstance(gap, Printed):
            yield gap, gap.value
    for part in each(c.sentence, "; ", "{name:t}: {share:share}"):
        side = {"within": "within", "dentro": "within", "across": "across",
                "entre escuelas": "across"}[part["name"]]  # fmt: skip
        yield part["share"], c.release.share("RO-3", side, "teacher")


@says("{n} ties between schools, {across} of them between cohorts; the table lists each.",
      "{n} lazos entre escuelas, {across} de ellos entre cohortes; la tabla enumera cada uno.")  # fmt: skip
def ties(c: Place, n: Printed, across: Printed) -> Checks:
    marks = ", ".join("?" * len(c.release.scopes))
    ((every, crossing),) = c.release.rows(
        "SELECT count(DISTINCT (unit_id, category)), count(DISTINCT (unit_id, category)) "
        "FILTER (a.cohort_id <> b.cohort_id) FROM figures JOIN schools a ON a.school_id = "
        "unit_id JOIN schools b ON b.school_id = category WHERE indicator_id = 'RO-4' AND "
        f"part = 'tie' AND wave_index = ? AND status = 'shown' AND scope IN ({marks})",
        c.release.latest, *c.release.scopes,
    )  # fmt: skip
    yield n, every
    yield across, crossing


@says("{share:share}", on="/connections")
def a_measure_of_ties(c: Place, share: Printed) -> Checks:
    found = [c.release.figure("RO-4", p)["value"] for p in ("density", "reciprocity")]
    fits = [v for v in found if share.is_of(v)]
    yield share, fits[0] if fits else c.release.share("RO-4", "named", "teacher")


@says("A tie counts once {n} teachers of one school name the other.",
      "Un lazo cuenta cuando {n} docentes de una escuela nombran a la otra.",
      "A tie named by fewer than {n} is not drawn, for anyone.",
      "Un lazo nombrado por menos de {n} no se dibuja para nadie.")  # fmt: skip
def least_of_a_tie(c: Place, n: Printed) -> Checks:
    yield n, int(c.release.meta["rule.tie_min"]), "fewest behind a tie"


# --- load


@says("A teacher is asked for {n:d} hours a month by everything on the plate.",
      "A cada docente se le piden {n:d} horas al mes entre todo lo que hay.")  # fmt: skip
def hours_asked(c: Place, n: Printed) -> Checks:
    yield n, c.release.figure("NI-1", "hours")["value"], "hours a month"


@says("{share:share} of those hours serve the vision.",
      "El {share:share} de esas horas sirve a la visión.")  # fmt: skip
def hours_aligned(c: Place, share: Printed) -> Checks:
    yield share, c.release.figure("NI-1", "aligned")["value"], "hours that serve"


def of_all_schools(c: Place, part: str) -> float:
    """Return a count over all schools from its mean per school."""
    row = c.release.figure("NI-1", part)
    return float(round(row["value"] * row["n"], 6))


@says("In the last {days} days, over all schools: {began} started, {ended} ended.",
      "En los últimos {days} días, entre todas las escuelas: {began} comenzaron, {ended} terminaron.")  # fmt: skip
def begun_and_ended(c: Place, days: Printed, began: Printed, ended: Printed) -> Checks:
    yield days, 180
    yield began, of_all_schools(c, "started")
    yield ended, of_all_schools(c, "ended")


@says("{n} running initiatives have no hours on record; they count in number only.",
      "{n} iniciativas en curso no tienen horas registradas; solo cuentan en número.",
      "{n} running initiatives have no hours on record; they count in number only. {rest:t}",
      "{n} iniciativas en curso no tienen horas registradas; solo cuentan en número. {rest:t}")  # fmt: skip
def initiatives_without_hours(c: Place, n: Printed, rest: str = "") -> Checks:
    yield n, of_all_schools(c, "unmeasured")


@says("{cohort:t}: {n:d}; {rest:tt}", on="/load")
def hours_by_cohort(c: Place, n: Printed, **_: Any) -> Checks:
    yield n, n.value
    for part in each(c.sentence, "; ", "{unit:t}: {n:d}"):
        row = c.release.figure("NI-1", "hours", unit=names.unit(part["unit"]))
        yield part["n"], row["value"]


@says("{name:t}, {unit:t}: {share:share}; {rest:tt}", on="/load")
def tired(c: Place, share: Printed, **_: Any) -> Checks:
    yield share, share.value
    for part in each(c.sentence, "; ", "{form:t}, {unit:t}: {share:share}",
                     "{form:t}, {unit:t}: {hidden:t}"):  # fmt: skip
        form = names.FORMS[part["form"].casefold()][1]
        row = c.release.estimate("NI-2", "scale", form, unit=names.unit(part["unit"]))
        if "share" in part:
            yield part["share"], Share(row["share"], row["coding"])
        else:
            yield row["status"] == "shown", False


@says("{first:t} h · {n} schools{rest:tt}", "{first:t} h · {n} escuelas{rest:tt}",
      on="/load")  # fmt: skip
def initiatives(c: Place, n: Printed, **_: Any) -> Checks:
    yield n, n.value
    for part in each(
        c.sentence, "; ", "{name:t}, {serves:t}: {hours:d} h · {n} schools",
        "{name:t}, {serves:t}: {hours:d} h · {n} escuelas",
        "{name:t}, {serves:t}: {ended:t}",
    ):  # fmt: skip
        if "ended" in part:
            continue
        # What has no school is asked of every one.
        ((schools, hours, serves),) = c.release.rows(
            "SELECT count(DISTINCT s.school_id), sum(hours), max(serves) FROM occasions o "
            "JOIN schools s ON s.closed_on IS NULL AND o.school_id IN ('', s.school_id), "
            "waves WHERE indicator_id = 'NI-1' AND o.name = ? AND wave_index = ? AND "
            "starts_on <= closes_on AND coalesce(ends_on, '9999') > closes_on",
            part["name"], c.release.latest,
        )  # fmt: skip
        yield part["n"], schools
        yield part["hours"], hours / c.release.open_schools()
        is_aligned = part["serves"] in {"serves the vision", "sirve a la visión"}
        yield is_aligned, serves != "separate"


@says("{n} schools by hours a month and share of answers that say tired; the table has both numbers of each.",
      "{n} escuelas según horas al mes y parte de las respuestas que dicen cansancio; la tabla tiene los dos números de cada una.")  # fmt: skip
def hours_beside_tiredness(c: Place, n: Printed) -> Checks:
    tired_ = c.release.rows(
        "SELECT DISTINCT e.unit_id FROM estimates e JOIN figures f ON f.unit_id = e.unit_id "
        "AND f.indicator_id = 'NI-1' AND f.part = 'hours' AND f.wave_index = e.wave_index "
        "AND f.value IS NOT NULL JOIN schools s ON s.school_id = e.unit_id AND "
        "s.closed_on IS NULL WHERE e.indicator_id = 'NI-2' AND e.part = 'scale' AND "
        "e.form = 'teacher' AND e.unit_kind = 'school' AND e.status = 'shown' AND "
        "e.wave_index = ?", c.release.latest,
    )  # fmt: skip
    yield n, len(tired_)


@says(
    "Not present {a:share}; One more program {b:share}; Something some people do {d:share}; Becoming the way we work {e:share}; Simply how we do school {f:share}",
    "No está presente {a:share}; Un programa más {b:share}; Algo que hacen algunas personas {d:share}; Algo que se está volviendo nuestra forma de trabajar {e:share}; Simplemente la forma en que hacemos escuela {f:share}",
)  # fmt: skip
def our_way_answered(c: Place, **shares: Printed) -> Checks:
    # Its fifth answer, not present, is drawn first.
    yield from answers_of(c, shares, "T.NI.1", (5, 1, 2, 3, 4))


def answers_of(
    c: Place, shares: dict[str, Printed], item: str,
    codes: tuple[int, ...] = (1, 2, 3, 4, 5),
) -> Checks:  # fmt: skip
    """Hold a bar of answers against the rows of an item: of some unit, all of them."""
    marks = ", ".join("?" * len(c.release.scopes))
    rows: dict[tuple[str, str, str], dict[int, float]] = {}
    for kind, unit, scope, code, value in c.release.rows(
        "SELECT unit_kind, unit_id, scope, code, share FROM answers WHERE item_id = ? AND "
        f"wave_index = ? AND share IS NOT NULL AND code > 0 AND scope IN ({marks})",
        item, c.release.latest, *c.release.scopes,
    ):  # fmt: skip
        rows.setdefault((kind, unit, scope), {})[code] = value
    yield from one_of_rows(
        shares,
        [[r.get(k, 0.0) for k in codes] for r in rows.values()],
    )


OUR_WAY = {
    "Right now, personalized learning in your school is most like:": "T.NI.1",
    "Hoy, el aprendizaje personalizado en su escuela se parece más a:": "T.NI.1",
    "How much have schedules, spaces and rules changed to make it possible?": "T.NI.2",
    "¿Cuánto han cambiado los horarios, los espacios y las normas para hacerlo posible?": "T.NI.2",
}


@says("{first:t}: {share:share} favorable; {rest:tt}",
      "{first:t}: {share:share} favorables; {rest:tt}", on="/load")  # fmt: skip
def our_way(c: Place, share: Printed, **_: Any) -> Checks:
    yield share, share.value
    for part in each(
        c.sentence, "; ",
        "{name:tt}: {share:share} favorable · structures {structures:d}, policies {policies:d}",
        "{name:tt}: {share:share} favorables · estructuras {structures:d}, normas {policies:d}",
        "{name:tt}: {share:share} favorable", "{name:tt}: {share:share} favorables",
        "{name:tt}: {hidden:t}",
    ):  # fmt: skip
        if part["name"] in OUR_WAY:
            unit, item = ("district", "all"), OUR_WAY[part["name"]]
        else:
            unit = ("cohort", str(names.cohort(part["name"].split(", ")[0])))
            item = "T.NI.1"
        row = c.release.estimate("NI-3", item, "teacher", unit=unit)
        if "hidden" in part:
            # Beside its bar: the answers are hidden where their share may be told.
            marks = ", ".join("?" * len(c.release.scopes))
            shown = c.release.rows(
                "SELECT 1 FROM answers WHERE item_id = ? AND unit_kind = ? AND unit_id = ? "
                "AND wave_index = ? AND share IS NOT NULL AND code > 0 AND scope IN "
                f"({marks})", item, *unit, c.release.latest, *c.release.scopes,
            )  # fmt: skip
            yield bool(shown), False
            continue
        yield part["share"], Share(row["share"], row["coding"])
        for domain in ("structures", "policies"):
            if domain in part:
                yield part[domain], domain_mean(c, unit[1], domain)


def domain_mean(c: Place, cohort: str, domain: str) -> float:
    marks = ", ".join("?" * len(c.release.scopes))
    return float(
        c.release.one(
            "SELECT avg(level) FROM rubric_means WHERE unit_kind = 'cohort' AND unit_id = ? "
            f"AND domain = ? AND wave_index = ? AND scope IN ({marks})",
            cohort, domain, c.release.latest, *c.release.scopes,
        )
    )  # fmt: skip


@says("{share:share} favorable", "{share:share} favorables", on="/load")
def our_way_beside_its_bar(c: Place, share: Printed) -> Checks:
    yield from among(c, share, "NI-3", ("T.NI.1", "T.NI.2"))


def among(c: Place, share: Printed, indicator: str, parts: tuple[str, ...]) -> Checks:
    """Hold a share beside its bar against those of its questions."""
    shown = c.release.rows(
        "SELECT share, coding FROM estimates WHERE indicator_id = ? AND part IN "
        f"({', '.join('?' * len(parts))}) AND wave_index = ? AND status = 'shown'",
        indicator, *parts, c.release.latest,
    )  # fmt: skip
    fits = [
        s
        for v, k in shown
        if share.is_of(v) and (s := Share(v, k)).coding == share.coding
    ]
    yield share, fits[0] if fits else None


@says("{share:share} favorable · structures {structures:d}, policies {policies:d}",
      "{share:share} favorables · estructuras {structures:d}, normas {policies:d}",
      on="/load")  # fmt: skip
def our_way_of_a_cohort(
    c: Place, share: Printed, structures: Printed, policies: Printed
) -> Checks:
    yield from among(c, share, "NI-3", ("T.NI.1",))
    pairs = [
        (domain_mean(c, str(k), "structures"), domain_mean(c, str(k), "policies"))
        for k in range(1, 5)
        if c.reader != "principal" or k == 1
    ]
    fits = [p for p in pairs if structures.is_of(p[0]) and policies.is_of(p[1])]
    yield structures, fits[0][0] if fits else None
    yield policies, fits[0][1] if fits else None


@says(
    "Not at all {a:share}; A little {b:share}; Somewhat {d:share}; Quite a bit {e:share}; A great deal {f:share}",
    "Nada {a:share}; Un poco {b:share}; Algo {d:share}; Bastante {e:share}; Muchísimo {f:share}",
    on="/load",
)  # fmt: skip
def rules_changed_answered(c: Place, **shares: Printed) -> Checks:
    yield from answers_of(c, shares, "T.NI.2")


@says("Cohort {k}, {event:t} from “Not present” to “Simply how we do school”",
      "Cohorte {k}, {event:t} de «No está presente» a «Simplemente la forma en que hacemos escuela»",
      "Cohort {k}, {event:d}", "Cohorte {k}, {event:d}",
      "Cohort {k}, start", "Cohorte {k}, inicio", on="/load")  # fmt: skip
def cohort_and_waves_since_its_start(c: Place, k: Printed, event: Any = None) -> Checks:
    number = int(k.value)
    first = c.release.one("SELECT launch_wave FROM cohorts WHERE cohort_id = ?", number)
    yield k, number
    if isinstance(event, Printed):
        yield event, c.release.latest - first
    else:
        yield names.event(event or "start"), c.release.latest - first


@says("At least {n} principals; a theme fewer than three name goes under \"something else\".",
      "Al menos {n} direcciones; un tema que nombran menos de tres va en «otra cosa».")  # fmt: skip
def fewest_principals(c: Place, n: Printed) -> Checks:
    yield n, int(c.release.meta["rule.min_n_principal"])


@says("{n}", on="/connections")
def schools_without_ties(c: Place, n: Printed) -> Checks:
    yield n, c.release.figure("RO-4", "isolated")["value"]


# --- tries, on the page of risk


GUARDED = (
    "Of the {n} tries of the last {days} days, with all four guardrails: {share:share}.",
    "De los {n} intentos de los últimos {days} días, con los cuatro resguardos: {share:share}.",
)
LEARNED = (
    "Of the {n} of them that have ended, closed and shared beyond the own team: {share:share}.",
    "De los {n} de ellos que ya terminaron, cerrados y compartidos fuera del equipo: {share:share}.",
)
STOPPED = (
    "Of the {n} of them that have ended, stopped: {share:share}.",
    "De los {n} de ellos que ya terminaron, detenidos: {share:share}.",
)


def tries(c: Place) -> dict[str, float]:
    return dict(
        c.release.rows(
            "SELECT category, value FROM figures WHERE indicator_id = 'CU-3' AND part = "
            "'result' AND unit_kind = 'district' AND wave_index = ?",
            c.release.latest,
        )
    )


@says(*GUARDED)
def tries_with_guardrails(
    c: Place, n: Printed, days: Printed, share: Printed
) -> Checks:
    yield n, sum(tries(c).values()), "tries of half a year"
    yield days, 180
    yield share, c.release.figure("CU-3", "responsible")["value"]


@says(*LEARNED)
def tries_shared(c: Place, n: Printed, share: Printed) -> Checks:
    yield n, c.release.figure("CU-3", "learned")["n"]
    yield share, c.release.figure("CU-3", "learned")["value"]
    ended = {k: v for k, v in tries(c).items() if k != "running"}
    yield n, sum(ended.values()), "tries that ended"


@says(*STOPPED)
def tries_stopped(c: Place, n: Printed, share: Printed) -> Checks:
    ended = {k: v for k, v in tries(c).items() if k != "running"}
    yield n, sum(ended.values()), "tries that ended"
    # The very bar beside it: stopped, of those that no longer run.
    yield share, 100 * ended["stopped"] / sum(ended.values())
