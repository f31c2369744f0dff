"""Sentences whose numbers are the method's: they would be the same of any district.

What an empty district's pages say as well need not stand here.
"""

CONSTANTS = (
    # 19 times in 20: every interval is one of 95 %.
    "Upright lines: where the true share lies, 19 times in 20.",
    "Líneas verticales: dónde está la proporción real, 19 de cada 20 veces.",
    # Twelve months, of 100 times.
    "Who explained why we are changing in the past 12 months, of 100 times.",
    "Quién explicó por qué cambiamos en los últimos 12 meses, de cada 100 veces.",
    # Levels of the rubric, 0 to 4, and what is counted from them.
    "Level 0 Not yet 1 Exploring 2 Trying 3 Embedding 4 Growing",
    "Nivel 0 Todavía no 1 Explorando 2 Probando 3 Incorporando 4 Creciendo",
    "Twelve cells per school, each rated 0–4 by two people, one from outside.",
    "Doce celdas por escuela, cada una valorada de 0 a 4 por dos personas, una externa.",
    "The index is the sum of twelve ratings as a share of the highest possible, 0–100; the line is the mean over a cohort's schools, each counting once.",
    "El índice es la suma de doce valoraciones como proporción del máximo, 0–100; la línea es la media de las escuelas de la cohorte, cada una cuenta una vez.",
    "From top to bottom: voice, co-creation, social construction, self-discovery, each a mean from 0 (not yet) to 4 (growing).",
    "De arriba abajo: voz, co-creación, construcción social, autodescubrimiento, cada una media de 0 (todavía no) a 4 (creciendo).",
)
