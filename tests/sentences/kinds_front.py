"""Sentences of the frame, the first page, the board's page and adoption."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sentences import names
from sentences.reader import Place, Unread, each, says
from sentences.release import Untold
from sentences.slots import Printed

Checks = Iterator[tuple[Any, ...]]
MARGIN = 1e-9


def started(c: Place) -> int:
    """Count the schools of today that have begun."""
    return c.release.open_schools(
        "cohort_id IN (SELECT cohort_id FROM cohorts WHERE is_started)"
    )


def started_cohorts(c: Place) -> int:
    return int(c.release.one("SELECT count(*) FROM cohorts WHERE is_started"))


def next_start(c: Place) -> str:
    return str(c.release.one("SELECT launches_on FROM cohorts WHERE cohort_id = 0"))


def published(c: Place) -> str:
    """Return the day the pointer file says this release went out."""
    pointer = json.loads((c.release.folder.parent / "pointer.json").read_text())
    return str(
        next(
            line["published_at"]
            for line in pointer["history"]
            if line["release_id"] == c.release.meta["release_id"]
        )
    )


def same_word(word: str, low: float, high: float) -> tuple[str, str]:
    """Return a majority word and the one the interval supports."""
    return names.MAJORITY[word.casefold()], names.majority(low, high)


# --- the frame


@says(
    "Release of {of:wave} Published {on:day} Version {version:id} All releases Board packet (PDF)",
    "Publicación de {of:wave} Publicada el {on:day} Versión {version:id} Todas las publicaciones Carpeta para la junta (PDF)",
)  # fmt: skip
def release_line(c: Place, of: str, on: Any, version: str) -> Checks:
    yield of, c.release.meta["wave"], "wave"
    yield on, published(c), "published on"
    yield version, c.release.meta["release_id"], "version"


@says(
    "{district:t} · {schools} schools · Chorus is free software Numbers in a release never change.",
    "{district:t} · {schools} escuelas · Chorus es software libre Los números de una publicación nunca cambian.",
)  # fmt: skip
def footer(c: Place, district: str, schools: Printed) -> Checks:
    yield district, c.release.meta["district"]
    yield schools, c.release.open_schools(), "schools"


# --- the first page


@says(
    "{n} of our {schools} schools have started personalized learning, a few at a time.",
    "{n} de nuestras {schools} escuelas han empezado el aprendizaje personalizado, unas pocas a la vez.",
)  # fmt: skip
def schools_started(c: Place, n: Printed, schools: Printed) -> Checks:
    yield n, started(c), "schools started"
    yield schools, c.release.open_schools(), "schools"


@says(
    "Of students’ answers in grades 6–12, {share:of100} of 100 say that their ideas count: {word:t}.",
    "De las respuestas de estudiantes de los grados 6–12, {share:of100} de cada 100 dicen que sus ideas cuentan: {word:t}.",
)  # fmt: skip
def voice_of_the_district(c: Place, share: Printed, word: str) -> Checks:
    row = c.release.estimate("LX-1", "scale", "student_6_12")
    yield share, c.release.share("LX-1", "scale", "student_6_12"), "voice"
    yield same_word(word, row["low"], row["high"])


@says("{share:of100} of 100 answers", "{share:of100} de cada 100 respuestas",
      on="/ /board")  # fmt: skip
def voice_in_a_tile(c: Place, share: Printed) -> Checks:
    yield share, c.release.share("LX-1", "scale", "student_6_12"), "voice"


@says(
    "The true value lies between {low} and {high}, 19 times in 20. {rate:share} of students answered.",
    "El valor real está entre {low} y {high}, 19 de cada 20 veces. Respondió el {rate:share} de los estudiantes.",
)  # fmt: skip
def sureness_in_a_tile(c: Place, low: Printed, high: Printed, rate: Printed) -> Checks:
    row = c.release.estimate("LX-1", "scale", "student_6_12")
    yield low, row["low"], "voice at least"
    yield high, row["high"], "voice at most"
    yield rate, row["rate"], "students who answered"


@says(
    "{word:t} answers say yes. A year ago {share:of100} of 100: {change:t}.",
    "{word:t} de las respuestas dice que sí. Hace un año {share:of100} de cada 100: {change:t}.",
)  # fmt: skip
def voice_a_year_ago(c: Place, word: str, share: Printed, change: str) -> Checks:
    row = c.release.estimate("LX-1", "scale", "student_6_12")
    before = c.release.share("LX-1", "scale", "student_6_12", wave=c.release.latest - 2)
    yield same_word(word, row["low"], row["high"])
    yield share, before, "voice a year ago"
    yield from moved_as_said(change, row)


def moved_as_said(change: str, row: dict[str, Any]) -> Checks:
    """Hold a change word against the release's, and against its own number."""
    word = names.CHANGES[change.casefold()]
    yield word, row["change"]
    if word in {"rose", "fell"}:
        points = row["points"] or 0
        yield word, "rose" if points > 0 else "fell"


OUTCOMES = {
    "{n} did better than elsewhere": "better", "{n} held": "held",
    "{n} cannot be told yet": "unclear", "{n} slipped": "slipped",
    "{n} has no comparison left": "no_comparison",
    "{n} have no comparison left": "no_comparison",
    "{n} was measured with another test than before": "test_changed",
    "{n} were measured with another test than before": "test_changed",
    "a {n} le fue mejor que en otras partes": "better",
    "{n} se sostuvo": "held", "{n} se sostuvieron": "held",
    "{n} no se puede saber todavía": "unclear",
    "{n} no se pueden saber todavía": "unclear",
    "{n} ya sin comparación": "no_comparison",
    "{n} bajó": "slipped", "{n} bajaron": "slipped",
    "{n} medido con otra prueba que antes": "test_changed",
    "{n} has not had a whole year yet": "not_yet",
    "{n} have not had a whole year yet": "not_yet",
    "{n} aún no tiene un año completo": "not_yet",
    "{n} aún no tienen un año completo": "not_yet",
    "{n} has no result for the latest year": "missing",
    "{n} have no result for the latest year": "missing",
    "{n} no tiene resultado del último año": "missing",
    "{n} no tienen resultado del último año": "missing",
    "{n} has no year from before the start": "no_past",
    "{n} have no year from before the start": "no_past",
    "{n} no tiene un año anterior al inicio": "no_past",
    "{n} no tienen un año anterior al inicio": "no_past",
    "{n} was kept at schools that have closed": "closed",
    "{n} were kept at schools that have closed": "closed",
    "{n} era de escuelas que ya cerraron": "closed",
    "{n} eran de escuelas que ya cerraron": "closed",
    "{n} is hidden to protect people": "protected",
    "{n} are hidden to protect people": "protected",
    "{n} está oculto para proteger a las personas": "protected",
    "{n} están ocultos para proteger a las personas": "protected",
}  # fmt: skip


@says(
    "Of the results we promised to protect, none is seen to have slipped: {counts:t}.",
    "De los resultados que prometimos proteger, no se ve que ninguno haya bajado: {counts:t}.",
    "Of the {of} results we promised to protect: {counts:t}.",
    "De los {of} resultados que prometimos proteger: {counts:t}.",
)  # fmt: skip
def outcomes_counted(c: Place, counts: str, of: Printed | None = None) -> Checks:
    told: dict[str, Printed] = {}
    for part in counts.split(", "):
        (read,) = [
            (word, gaps[0]["n"])
            for text, word in OUTCOMES.items()
            if (gaps := _tried(part, text))
        ]
        told[read[0]] = read[1]
    every = {
        word: int(n)
        for word, n in c.release.rows(
            "SELECT category, value FROM figures WHERE indicator_id = 'CU-4' AND "
            "part = 'outcomes' AND wave_index = ? AND value > 0",
            c.release.latest,
        )
    }
    # Every category is named: what is left out is not nothing (7.3).
    yield set(told), set(every)
    for word, n in told.items():
        yield n, every[word], f"outcomes {word}"
    if of is None:
        yield every.get("slipped", 0), 0
    else:
        yield of, sum(every.values())


def _tried(part: str, text: str) -> list[dict[str, Any]] | None:
    try:
        return each(part, "\0", text)
    except Unread:
        return None


@says("{voices:d} of 6 groups", "{voices:d} de 6 grupos")
def voices(c: Place, voices: Printed) -> Checks:
    yield voices, c.release.figure("CH-3", "voices")["value"], "voices"


@says("{share:share} of students", "{share:share} de estudiantes", on="/")
def news_opened_in_a_tile(c: Place, share: Printed) -> Checks:
    yield share, c.release.share("FC-1", "opened", "messages"), "news opened"


@says(
    "Of homes that were sent it, opened: {parts:t}.",
    "De los hogares a los que se envió, la abrieron: {parts:t}.",
)  # fmt: skip
def news_opened_by_language(c: Place, parts: str) -> Checks:
    for part in each(parts, ", ", "{language:t} {share:share}"):
        code = names.SPOKEN[part["language"]]
        row = c.release.figure("FC-1", "opened_of_sent", code)
        yield part["share"], row["value"], f"opened of sent, {code}"


@says(
    "Lines of {schools} schools in {cohorts} cohorts. {notes:t}",
    "Líneas de {schools} escuelas en {cohorts} cohortes. {notes:t}",
)  # fmt: skip
def score(c: Place, schools: Printed, cohorts: Printed, notes: str) -> Checks:
    yield schools, c.release.open_schools(), "schools"
    yield cohorts, started_cohorts(c), "cohorts started"
    for part in each(notes, "; ", "{cohort:t}: {note:t}"):
        yield from _score_note(c, names.cohort(part["cohort"]), part["note"])


def _score_note(c: Place, cohort: int, note: str) -> Checks:
    (gaps,) = each(
        note, "\0",
        "{schools} schools since {when:wave}, {stages:t}",
        "{schools} escuelas desde {when:wave}, {stages:t}",
        "{schools} schools, and {closed} that has closed, next start: {day:day}",
        "{schools} escuelas, más {closed} que ya cerró, próximo inicio: {day:day}",
        "{schools} schools, next start: {day:day}",
        "{schools} escuelas, próximo inicio: {day:day}",
    )  # fmt: skip
    here = f"cohort_id = {cohort}"
    yield gaps["schools"], c.release.open_schools(here), f"schools of {cohort}"
    if "closed" in gaps:
        closed = f"SELECT count(*) FROM schools WHERE closed_on IS NOT NULL AND {here}"
        yield gaps["closed"], c.release.one(closed), "schools closed"
    if "day" in gaps:
        yield gaps["day"], next_start(c), "next start"
    if "when" in gaps:
        first = c.release.one(f"SELECT launch_wave FROM cohorts WHERE {here}")
        yield c.release.waves[gaps["when"]], first
        yield from stages_of(c, cohort, c.release.latest, gaps["stages"], " · ")


HIDDEN = {
    "stages hidden to protect people", "etapas ocultas para proteger a las personas",
    "Hidden to protect people", "Oculto para proteger a las personas",
}  # fmt: skip


def stages_of(c: Place, cohort: int, wave: int, told: str, separator: str) -> Checks:
    """Hold "4 embedding · 2 trying" against the stages of a cohort."""
    rows = c.release.rows(
        "SELECT status, stage_0, stage_1, stage_2, stage_3, stage_4 FROM rubric_groups "
        "WHERE unit_kind = 'cohort' AND unit_id = ? AND wave_index = ? AND scope IN ("
        + ", ".join("?" * len(c.release.scopes)) + ")",
        str(cohort), wave, *(s for s in c.release.scopes if c.reader != "teacher"
                             or s == "all"),
        *(["all"] if c.reader == "teacher" else []),
    )  # fmt: skip
    shown = [row[1:] for row in rows if row[0] == "shown"]
    if told in HIDDEN:
        yield not shown, True
        return
    if not shown:
        msg = f"the stages of cohort {cohort} are hidden in wave {wave}"
        raise Untold(msg)
    said = each(told, separator, "{n} {stage:t}")
    counted = {names.STAGES[s["stage"].casefold()]: s["n"] for s in said}
    yield set(counted), {k for k, n in enumerate(shown[0]) if n}
    for stage, n in counted.items():
        yield n, shown[0][stage], f"cohort {cohort} at stage {stage} in wave {wave}"


@says(
    "{n} schools share only the date they started; their lines stay thin.",
    "{n} escuelas comparten solo la fecha en que empezaron; sus líneas quedan delgadas.",
    "{n} school shares only the date it started; its line stays thin.",
    "{n} escuela comparte solo la fecha en que empezó; su línea queda delgada.",
)  # fmt: skip
def schools_without_a_shared_rating(c: Place, n: Printed) -> Checks:
    marks = ", ".join("?" * len(c.release.scopes))
    scopes = [s if c.reader != "teacher" else "all" for s in c.release.scopes]
    yield (
        n,
        c.release.one(
            "SELECT count(*) FROM schools s WHERE launch_wave IS NOT NULL AND NOT EXISTS ("
            "SELECT 1 FROM rubric_schools r WHERE r.school_id = s.school_id AND "
            f"coalesce(r.adoption, r.stage, r.voice) IS NOT NULL AND r.scope IN ({marks}))",
            *scopes,
        ),
    )


# --- the board


@says("{n} of {schools} schools", "{n} de {schools} escuelas", on="/board")
def started_in_a_tile(c: Place, n: Printed, schools: Printed) -> Checks:
    yield n, started(c), "schools started"
    yield schools, c.release.open_schools(), "schools"


@says("have started, in {n} cohorts.", "han empezado, en {n} cohortes.", on="/board")
def cohorts_in_a_tile(c: Place, n: Printed) -> Checks:
    yield n, started_cohorts(c), "cohorts started"


@says(
    "What students say at {n} schools: too few answered, or people must be protected.",
    "Lo que dicen los estudiantes en {n} escuelas: respondieron muy pocos o hay que proteger a las personas.",
)  # fmt: skip
def schools_whose_students_are_hidden(c: Place, n: Printed) -> Checks:
    marks = ", ".join("?" * len(c.release.scopes))
    yield n, c.release.one(
        "SELECT count(DISTINCT unit_id) FROM estimates WHERE indicator_id = 'LX-1' AND "
        "part = 'scale' AND unit_kind = 'school' AND breakdown = 'all' AND share IS NULL "
        "AND status <> 'not_collected' AND form LIKE 'student%' AND wave_index = ? AND "
        f"scope IN ({marks})",
        c.release.latest, *c.release.scopes,
    )  # fmt: skip


UNTOLD_WORDS = ("unclear", "no_comparison", "test_changed")


@says(
    "Whether these held: {outcomes:t}. The numbers do not settle it.",
    "Si se sostuvieron: {outcomes:t}. Los números no lo resuelven.",
)  # fmt: skip
def outcomes_not_told(c: Place, outcomes: str) -> Checks:
    said = {
        o.casefold()
        for o in outcomes.replace(" and ", ", ").replace(" y ", ", ").split(", ")
    }
    yield said, {
        name.casefold()
        for name in (
            row[0]
            for row in c.release.rows(
                f"SELECT o.name_{c.language} FROM figures f JOIN outcomes o ON "
                "o.outcome_id = f.part WHERE f.indicator_id = 'CU-4' AND "
                "f.category = 'together' AND f.about = '' AND f.wave_index = ? AND f.word IN "
                f"{UNTOLD_WORDS}",
                c.release.latest,
            )
        )
    }  # fmt: skip


# --- adoption


@says(
    "{n} of {schools} schools have started, in {cohorts} cohorts. Stages are published where schools agreed.",
    "{n} de {schools} escuelas han empezado, en {cohorts} cohortes. Las etapas se publican donde las escuelas lo acordaron.",
)  # fmt: skip
def started_in_cohorts(
    c: Place, n: Printed, schools: Printed, cohorts: Printed
) -> Checks:
    yield n, started(c), "schools started"
    yield schools, c.release.open_schools(), "schools"
    yield cohorts, started_cohorts(c), "cohorts started"


@says(
    "{n} of {schools} schools have started; in {when:wave}, {deep} are at “trying” or beyond. {stall:t}",
    "{n} de {schools} escuelas han empezado; en {when:wave}, {deep} están en «probando» o más allá. {stall:t}",
)  # fmt: skip
def started_and_deep(
    c: Place, n: Printed, schools: Printed, when: str, deep: Printed, stall: str
) -> Checks:
    yield n, started(c), "schools started"
    yield schools, c.release.open_schools(), "schools"
    yield (
        deep,
        c.release.one(
            "SELECT stage_2 + stage_3 + stage_4 FROM rubric_groups WHERE unit_kind = "
            "'district' AND wave_index = ? AND status = 'shown'",
            c.release.waves[when],
        ),
        "schools at trying or beyond",
    )
    (gaps,) = each(stall, "\0", *MOVED_LEAST)
    yield from moved_least(c, **gaps)


MOVED_LEAST = (
    "{cohort:t} has moved least since a year ago ({points:d} points of 100): each of its schools less than any other that had started by then.",
    "La {cohort:t} es la que menos avanzó en un año ({points:d} puntos de 100): cada una de sus escuelas, menos que cualquier otra que ya había empezado entonces.",
)  # fmt: skip


@says(*MOVED_LEAST)
def moved_least(c: Place, cohort: str, points: Printed) -> Checks:
    named, year = names.cohort(cohort), c.release.latest - 2
    now, then = (
        dict(
            c.release.rows(
                "SELECT unit_id, adoption FROM rubric_groups WHERE unit_kind = 'cohort' "
                "AND wave_index = ? AND adoption IS NOT NULL",
                wave,
            )
        )
        for wave in (c.release.latest, year)
    )
    yield points, now[str(named)] - then[str(named)], "moved least"
    moved: dict[int, list[float]] = {}
    for cohort_id, change in c.release.rows(
        "SELECT s.cohort_id, a.adoption - b.adoption FROM rubric_schools a JOIN "
        "rubric_schools b USING (school_id, scope) JOIN schools s USING (school_id) "
        "WHERE s.launch_wave <= b.wave_index AND a.wave_index = ? AND b.wave_index = ? AND a.adoption IS NOT NULL AND "
        "b.adoption IS NOT NULL",
        c.release.latest,
        year,
    ):
        moved.setdefault(cohort_id, []).append(change)
    others = [x for k, changes in moved.items() if k != named for x in changes]
    yield max(moved[named]) < min(others) - MARGIN, True


NEXT_COHORT = re.compile(r" (?=(?:Cohorte? \d+|Waiting|En espera), )")


@says("{first:t}, {wave:wave}: {rest:t}", on="/adoption")
def stages_in_a_wave(c: Place, **_: Any) -> Checks:
    for part in NEXT_COHORT.split(c.sentence):
        (gaps,) = each(part, "\0", "{cohort:t}, {when:wave}: {stages:t}")
        cohort, wave = names.cohort(gaps["cohort"]), c.release.waves[gaps["when"]]
        yield from stages_of(c, cohort, wave, gaps["stages"], ", ")


@says("{cohort:t} {n} schools", "{cohort:t} {n} escuelas", on="/adoption")
def schools_of_a_cohort(c: Place, cohort: str, n: Printed) -> Checks:
    k = names.cohort(cohort)
    yield n, c.release.open_schools(f"cohort_id = {k}"), f"schools of {k}"


@says("Next start: {day:day}.", "Próximo inicio: {day:day}.",
      "Not yet launched. Next start: {day:day}.",
      "Aún no empieza. Próximo inicio: {day:day}.")  # fmt: skip
def next_start_of_the_waiting(c: Place, day: Any) -> Checks:
    yield day, next_start(c), "next start"


@says("{school:t} Closed {day:day}", "{school:t} Cerró el {day:day}",
      "{school:t} (closed {day:day})", "{school:t} (cerró el {day:day})")  # fmt: skip
def closed_on(c: Place, school: str, day: Any) -> Checks:
    # In the list its cohort and level stand behind the name.
    school = re.split(r" (?:Waiting|En espera|Cohorte? \d+) · ", school)[0]
    yield day, c.release.one("SELECT closed_on FROM schools WHERE name = ?", school)


@says(
    "In schools that have started, {trying} in 10 teachers are trying it; {watching} in 10 are watching, as the plan allows. {legend:t}",
    "En las escuelas que comenzaron, {trying} de cada 10 docentes lo intentan; {watching} de cada 10 observan, como permite el plan. {legend:t}",
)  # fmt: skip
def teachers_in_ten(
    c: Place, trying: Printed, watching: Printed, legend: str
) -> Checks:
    watch = c.release.figure("RO-2", "category", "watching")["value"]
    yield watching, watch / 10
    yield trying, 10 - watch / 10


KINDS = ("watching", "last_to_join", "later_joiners", "early_joiners", "pioneers")


@says(
    "Watching {a:share}; Last to join {b:share}; Later joiners {d:share}; Early joiners {e:share}; Pioneers {f:share}",
    "Observan {a:share}; Últimos en sumarse {b:share}; Se suman después {d:share}; Se suman pronto {e:share}; Pioneros {f:share}",
    on="/adoption",
)  # fmt: skip
def uptake_of_a_wave(c: Place, **shares: Printed) -> Checks:
    told = [s.value for s in shares.values()]
    waves = c.release.rows(
        "SELECT wave_index, category, value FROM figures WHERE indicator_id = 'RO-2' AND "
        "part = 'category' AND unit_kind = 'district'"
    )
    by_wave: dict[int, dict[str, float]] = {}
    for wave, kind, value in waves:
        by_wave.setdefault(wave, {})[kind] = value
    fits = [
        found
        for found in by_wave.values()
        if all(
            s.is_of(found.get(k, 0.0))
            for s, k in zip(shares.values(), KINDS, strict=True)
        )
    ]
    yield bool(fits), True
    yield abs(sum(told) - 100) <= 2, True
    for s, k in zip(shares.values(), KINDS, strict=True):
        yield s, fits[0].get(k, 0.0) if fits else -1


def joined(c: Place, when: str) -> float:
    wave = c.release.waves[when]
    row = c.release.figure("RO-2", "category", "watching", wave=wave)
    return 100 - float(row["value"])


@says("{share:share} have joined", "se sumó el {share:share}", on="/adoption")
def joined_in_a_wave(c: Place, share: Printed) -> Checks:
    fits = [x for w in _waves_of_uptake(c) if share.is_of(x := joined(c, w))]
    yield share, fits[0] if fits else None


@says("{first:wave}: {rest:t} have joined", "{first:wave}: se sumó {rest:t}",
      on="/adoption")  # fmt: skip
def joined_by_wave(c: Place, **_: Any) -> Checks:
    for part in each(c.sentence, "; ", "{when:wave}: {share:share} have joined",
                     "{when:wave}: se sumó el {share:share}"):  # fmt: skip
        yield part["share"], joined(c, part["when"]), f"joined in {part['when']}"


def _waves_of_uptake(c: Place) -> list[str]:
    return [
        w
        for (w,) in c.release.rows(
            "SELECT wave FROM waves WHERE wave_index IN (SELECT wave_index FROM figures "
            "WHERE indicator_id = 'RO-2' AND part = 'category' AND value IS NOT NULL)"
        )
    ]


@says("{first:t}% at {rest:t}", "{first:t} % ({rest:t}", on="/adoption")
def joined_since_the_start(c: Place, **_: Any) -> Checks:
    for part in each(c.sentence, "; ", "{cohort:t}: {share:share} at {event:t}",
                     "{cohort:t}: {share:share} ({event:t})"):  # fmt: skip
        k = names.cohort(part["cohort"])
        first = c.release.one("SELECT launch_wave FROM cohorts WHERE cohort_id = ?", k)
        wave = first + names.event(part["event"])
        yield (
            part["share"],
            c.release.share(
                "RO-2", "adopters", "teacher", unit=("cohort", str(k)), wave=wave
            ),
            f"teachers trying it in cohort {k}",
        )


@says("{first:wave} from “Watching” to “Pioneers”",
      "{first:wave} de «Observan» a «Pioneros»", on="/adoption")  # fmt: skip
def a_wave_of_uptake(c: Place, first: str) -> Checks:
    yield first in _waves_of_uptake(c), True


@says("{wave:wave}")
def a_wave(c: Place, wave: str) -> Checks:
    # Under a cohort: the wave its students began with; else one that was held.
    heading = re.fullmatch(r"(Cohorte? \d+) \d+ (?:schools|escuelas)", c.under)
    if heading and c.path == "/adoption":
        yield (
            c.release.waves[wave],
            c.release.one(
                "SELECT launch_wave FROM cohorts WHERE cohort_id = ?",
                names.cohort(heading[1]),
            ),
        )
    else:
        yield wave in c.release.waves, True


@says(
    "Two raters who rated the same cells agree solidly: {alpha:d}, where 1 is full agreement and 0 is chance.",
    "Dos evaluadores de las mismas celdas coinciden con solidez: {alpha:d}, donde 1 es acuerdo pleno y 0 es azar.",
)  # fmt: skip
def agreement_of_raters(c: Place, alpha: Printed) -> Checks:
    row = c.release.figure("RO-1", "agreement")
    yield alpha, row["value"], "agreement of raters"
    yield row["value"] >= 0.8, True


@says("Adoption of {n} schools by cohort in {when:wave}. {rest:t}",
      "Adopción de {n} escuelas por cohorte en {when:wave}. {rest:t}",
      "Adoption of {n} schools by cohort in {when:wave}.",
      "Adopción de {n} escuelas por cohorte en {when:wave}.")  # fmt: skip
def schools_with_grids(
    c: Place, n: Printed, when: str, rest: str | None = None
) -> Checks:
    yield n, c.release.open_schools(), "schools"
    yield when, c.release.meta["wave"], "wave"


@says("Adoption, 0 to 100, by waves since start. {told:t}",
      "Adopción, de 0 a 100, por olas desde el inicio. {told:t}")  # fmt: skip
def adoption_of_cohorts(c: Place, told: str) -> Checks:
    for part in each(told, "; ", "{cohort:t} {value}"):
        k = str(names.cohort(part["cohort"]))
        yield part["value"], c.release.one(
            "SELECT adoption FROM rubric_groups WHERE unit_kind = 'cohort' AND "
            "unit_id = ? AND wave_index = ? AND adoption IS NOT NULL",
            k, c.release.latest,
        ), f"adoption of cohort {k}"  # fmt: skip


ATTRIBUTES = {
    "voice": "voice", "voz": "voice", "co-creation": "co_creation",
    "co-creación": "co_creation", "social construction": "social_construction",
    "construcción social": "social_construction", "self-discovery": "self_discovery",
    "autodescubrimiento": "self_discovery",
}  # fmt: skip
DOMAINS = {"practices": "practices", "prácticas": "practices",
           "structures": "structures", "estructuras": "structures",
           "policies": "policies", "normas": "policies"}  # fmt: skip
ROW = ("{attribute:t}: practices {practices}, structures {structures}, policies {policies}",
       "{attribute:t}: prácticas {practices}, estructuras {structures}, normas {policies}")  # fmt: skip


def cells(c: Place, school: str, wave: int) -> dict[tuple[str, str], int]:
    marks = ", ".join("?" * len(c.release.scopes))
    rows = c.release.rows(
        "SELECT attribute, domain, level FROM rubric_cells WHERE school_id = ? AND "
        f"wave_index = ? AND scope IN ({marks})",
        school, wave, *c.release.scopes,
    )  # fmt: skip
    return {(a, d): level for a, d, level in rows}


def grid(c: Place, told: str, now: dict[tuple[str, str], int]) -> Checks:
    read = each(told, "; ", *ROW)
    yield {ATTRIBUTES[r["attribute"].casefold()] for r in read}, {a for a, _ in now}
    for r in read:
        for domain in ("practices", "structures", "policies"):
            yield r[domain], now[ATTRIBUTES[r["attribute"].casefold()], domain]


@says("{stage:t} Voice: {rest:t}.", "{stage:t} Voz: {rest:t}.", on="/adoption")
def grid_of_a_school(c: Place, stage: str, rest: str) -> Checks:
    stage, _, arrow = stage.partition(" ↑")
    arrow = f"↑{arrow}" if arrow else ""
    if "↓" in stage:
        stage, _, arrow = stage.partition(" ↓")
        arrow = f"↓{arrow}"
    school = c.release.names[c.before]
    now = cells(c, school, c.release.latest)
    before = cells(c, school, c.release.latest - 1)
    steps = sum(now.values()) - sum(before.values()) if before else 0
    yield arrow, f"↑{steps}" if steps > 0 else f"↓{-steps}" if steps < 0 else ""
    yield names.STAGES[stage.casefold()], c.release.one(
        "SELECT stage FROM rubric_schools WHERE school_id = ? AND wave_index = ? AND "
        "stage IS NOT NULL",
        school, c.release.latest,
    )  # fmt: skip
    yield from grid(c, f"Voice: {rest}", now)


@says(
    "Furthest and least far cannot be told: {ranges:t} of 4.",
    "Lo más y lo menos avanzado no se puede saber: {ranges:t} de 4.",
)  # fmt: skip
def domains_not_apart(c: Place, ranges: str) -> Checks:
    heading = re.fullmatch(r"(Cohorte? \d+) \d+ (?:schools|escuelas)", c.under)
    assert heading is not None
    spans = domain_spans(c, names.cohort(heading[1]))
    read = each(ranges, ", ", "{name:t} {low:d} to {high:d}",
                "{name:t} de {low:d} a {high:d}")  # fmt: skip
    for r in read:
        low, high = spans[DOMAINS[r["name"].casefold()]]
        yield r["low"], low
        yield r["high"], high
    # Nobody is above, and nobody under, all of the others.
    for name, (low, high) in spans.items():
        others = [s for n, s in spans.items() if n != name]
        yield all(low > h for _, h in others), False
        yield all(high < x for x, _ in others), False


def domain_spans(c: Place, cohort: int) -> dict[str, tuple[float, float]]:
    marks = ", ".join("?" * len(c.release.scopes))
    rows = c.release.rows(
        "SELECT domain, min(level), max(level) FROM rubric_means WHERE unit_kind = "
        f"'cohort' AND unit_id = ? AND wave_index = ? AND scope IN ({marks}) GROUP BY 1",
        str(cohort), c.release.latest, *c.release.scopes,
    )  # fmt: skip
    return {d: (low, high) for d, low, high in rows}
