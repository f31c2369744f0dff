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


GROUPS = {
    "students": "students", "estudiantes": "students", "teachers": "teachers",
    "docentes": "teachers", "families": "families", "familias": "families",
    "principals": "building_admins", "directores": "building_admins",
    "board members": "board", "miembros de la junta": "board",
    "superintendent and office": "superintendent",
    "superintendencia y oficina": "superintendent",
}  # fmt: skip
# Form → stem of its items, id.
FORMS = {
    "grades 6–12": ("S", "student_6_12"), "grados 6–12": ("S", "student_6_12"),
    "grades 3–5": ("S3", "student_3_5"), "grados 3–5": ("S3", "student_3_5"),
    "teachers": ("T", "teacher"), "docentes": ("T", "teacher"),
    "families": ("F", "family"), "familias": ("F", "family"),
    "building leaders": ("P", "principal"), "líderes escolares": ("P", "principal"),
}  # fmt: skip
# The four questions about the why, and who says yes to two of them: which, asked of whom.
WHY = {
    "In the past year, has someone explained to you why our schools are changing how students learn?": (
        "1",
        "anybody",
    ),
    "En el último año, ¿alguien te explicó por qué nuestras escuelas están cambiando la forma de aprender?": (
        "1",
        "students",
    ),
    "En el último año, ¿alguien le explicó por qué nuestras escuelas están cambiando la forma de aprender?": (
        "1",
        "adults",
    ),
    "How clear are the reasons to you?": ("2", "anybody"),
    "¿Qué tan claro tienes el porqué de estos cambios?": ("2", "students"),
    "¿Qué tan claro tiene usted el porqué de estos cambios?": ("2", "adults"),
    "How much have people like you been able to influence how it happens?": (
        "3",
        "anybody",
    ),
    "¿Cuánto han podido influir personas como tú en la manera de hacerlo?": (
        "3",
        "students",
    ),
    "¿Cuánto han podido influir personas como usted en la manera de hacerlo?": (
        "3",
        "adults",
    ),
    "Which is closest to what personalized learning means here?": ("4", "anybody"),
    "¿Qué se acerca más a lo que significa aquí el aprendizaje personalizado?": (
        "4",
        "anybody",
    ),
    "Heard it and find it clear": ("heard_and_clear", "anybody"),
    "Lo ha escuchado y le resulta claro": ("heard_and_clear", "anybody"),
}
THEMES = {
    "students' engagement or ownership": "E1",
    "interés o iniciativa de los estudiantes": "E1",
    "teachers growing or leading": "E2", "docentes que crecen o lideran": "E2",
    "culture, trust, collaboration": "E4", "cultura, confianza, colaboración": "E4",
    "families and community": "E5", "familias y comunidad": "E5",
    "learning from other schools": "E7", "aprender de otras escuelas": "E7",
    "time and pace": "W1", "tiempo y ritmo": "W1",
    "staff readiness or resistance": "W2", "preparación o resistencia del personal": "W2",
    "too many initiatives": "W3", "demasiadas iniciativas": "W3",
    "test results or accountability": "W4",
    "resultados de pruebas o rendición de cuentas": "W4",
    "families' or board's understanding": "W5",
    "comprensión de las familias o la junta": "W5",
    "staffing and turnover": "W8", "personal y rotación": "W8",
}  # fmt: skip
SIDES = {"PP-1": ("Excites", "Entusiasma"), "PP-2": ("Worries", "Preocupa")}
HELP = {
    "time: substitutes, schedule, release": "S1",
    "tiempo: suplencias, horario, liberación": "S1",
    "professional learning or coaching": "S2", "formación o acompañamiento": "S2",
    "policy or rule flexibility": "S5", "flexibilidad de normas": "S5",
    "communication with families or board": "S7",
    "comunicación con familias o junta": "S7",
    "a link to other schools": "S8", "enlace con otras escuelas": "S8",
    "protection: fewer demands": "S9", "protección: menos exigencias": "S9",
}  # fmt: skip
ANSWERS = {
    "asked": "asked", "pedidas": "asked", "granted": "granted", "concedidas": "granted",
    "granted in part": "partly", "concedidas en parte": "partly",
    "refused": "refused", "negadas": "refused",
}  # fmt: skip
SCALES = {
    "voice": "LX-1", "voz": "LX-1", "co-creation": "LX-2", "co-creación": "LX-2",
    "social construction": "LX-3", "construcción social": "LX-3",
    "self-discovery": "LX-4", "autodescubrimiento": "LX-4",
}  # fmt: skip
RISK = {
    "Room for responsible risk": "CU-1", "Espacio para riesgos responsables": "CU-1",
    "Safe to learn out loud": "CU-2", "Seguridad para aprender en voz alta": "CU-2",
}  # fmt: skip
INDICATORS = {
    **{name.capitalize(): scale for name, scale in SCALES.items()}, **RISK,
    "Change fatigue": "NI-2", "Cansancio por los cambios": "NI-2",
}  # fmt: skip
INDICATORS_LOW = {name.casefold(): indicator for name, indicator in INDICATORS.items()}
