"""Sentences whose numbers are the method's: they would be the same of any district.

What an empty district's pages say as well need not stand here.
"""

CONSTANTS = (
    # 19 times in 20: every interval is one of 95 %.
    "Upright lines: where the true share lies, 19 times in 20.",
    "Líneas verticales: dónde está la proporción real, 19 de cada 20 veces.",
    # Levels of the rubric, 0 to 4, and what is counted from them.
    "Level 0 Not yet 1 Exploring 2 Trying 3 Embedding 4 Growing",
    "Nivel 0 Todavía no 1 Explorando 2 Probando 3 Incorporando 4 Creciendo",
    "Twelve cells per school, each rated 0–4 by two people, one from outside.",
    "Doce celdas por escuela, cada una valorada de 0 a 4 por dos personas, una externa.",
    "The index is the sum of twelve ratings as a share of the highest possible, 0–100; the line is the mean over a cohort's schools, each counting once.",
    "El índice es la suma de doce valoraciones como proporción del máximo, 0–100; la línea es la media de las escuelas de la cohorte, cada una cuenta una vez.",
    "From top to bottom: voice, co-creation, social construction, self-discovery, each a mean from 0 (not yet) to 4 (growing).",
    "De arriba abajo: voz, co-creación, construcción social, autodescubrimiento, cada una media de 0 (todavía no) a 4 (creciendo).",
    # Voices: groups, months and days the method names.
    "Upright lines: the day a cohort's students began; gray: the 60 days before, the last that count as early.",
    "Líneas verticales: el día en que comenzaron los estudiantes de una cohorte; gris: los 60 días anteriores, los últimos que cuentan como pronto.",
    "Early: first occasion at least 60 days before the school's students began.",
    "Pronto: primera ocasión al menos 60 días antes de que comenzaran los estudiantes de la escuela.",
    "Six groups speaking equally would be 6.",
    "Seis grupos que hablan por igual serían 6.",
    "One group alone is 1.",
    "Un solo grupo es 1.",
    "Silent groups count as silent, so the scale ends at 6.",
    "Los callados cuentan como callados; por eso la escala termina en 6.",
    "Bars: where the true share lies, 19 times in 20.",
    "Barras: dónde está la proporción real, 19 de cada 20 veces.",
    "Bar: where the true share lies, 19 times in 20.",
    "Barra: dónde está la proporción real, 19 de cada 20 veces.",
    "Bars show where the true share lies, 19 times in 20.",
    "Las barras muestran dónde está la proporción real, 19 de cada 20 veces.",
    "Band: where all true values lie together, 19 times in 20.",
    "Banda: dónde están juntos todos los valores reales, 19 de cada 20 veces.",
    # Professional learning: 14 hours of a review, 60 days of following up.
    "The line at 14 hours is a point of reference, not a standard.",
    "La línea de 14 horas es una referencia, no una norma.",
    "The 14 hours come from a review of nine elementary studies, whose authors drew no conclusion about how much is enough.",
    "Las 14 horas vienen de una revisión de nueve estudios de primaria, cuyos autores no concluyeron cuánto basta.",
    "Followed up: of those at a workshop, who had coaching, a visit or planning together within 60 days.",
    "Con seguimiento: de quienes fueron a un taller, quien tuvo acompañamiento, visita o planeación en 60 días.",
    # Minutes of the instruments, and levels of the rubric.
    "Grades 6–12: 12 min; Grades 3–5: 8 min; Teachers: 12 min; Families: 5 min; Building leaders: 6 min; Monthly pulse of building leaders: 4 min",
    "Grados 6–12: 12 min.; Grados 3–5: 8 min.; Docentes: 12 min.; Familias: 5 min.; Líderes escolares: 6 min.; Pulso mensual de líderes escolares: 4 min.",
    "Below, the first question cohort by cohort, with waves since its start, and beside it what the adoption rubric finds written down, level 0 to 4.",
    "Debajo, la primera pregunta por cohorte, con las olas desde su comienzo, y al lado lo que la rúbrica de adopción encuentra por escrito, nivel 0 a 4.",
    "Requests still open count for as long as they have waited; ribbon: where the true share lies, 19 times in 20.",
    "Las solicitudes abiertas cuentan por el tiempo que llevan esperando; banda: dónde está la proporción real, 19 de cada 20 veces.",
    # The promise: intervals, and a place in 100.
    "Bar: where the true value lies, 19 times in 20.",
    "Barra: dónde está el valor real, 19 de cada 20 veces.",
    "Held: the dip is, 19 times in 20, smaller than allowed.",
    "Se sostuvo: la baja es, 19 de cada 20 veces, menor que la permitida.",
    "A place in 100: of 100 students in order of their score, how many places the middle one moves.",
    "Un puesto de 100: de 100 estudiantes ordenados por su resultado, cuántos puestos se mueve el del medio.",
    "Voice: how many of 100 answers of students are favorable, grades 6–12 where the school has them, else 3–5.",
    "Voz: cuántas de cada 100 respuestas de estudiantes son favorables, grados 6–12 si la escuela los tiene; si no, 3–5.",
)
