"""The headline of the event study says what its table supports (9.4)."""

import pytest

from components.study_sentence import Change, study_sentence
from components.words import speaker

EN, ES = speaker("en"), speaker("es")
MINUS = "\u2212"
NOT_CLEAR = Change(4, -3, 11)


@pytest.mark.parametrize(
    ("ways", "years", "english", "spanish"),
    [
        pytest.param(
            [Change(0.7, -5, 7), Change(1.5, -7, 10), Change(-3.6, -7.1, -0.1)],
            {0: Change(-8.2, -12.4, -4.1), 1: Change(-0.2, -6, 6), 2: NOT_CLEAR},
            "Whether risk changed more at joined than at waiting schools **cannot be "
            "told**: over all years after joining, 3 ways of calculating run from "
            f"{MINUS}4 to +2 points. In the first year it **fell by 8 points** beside "
            "the waiting schools (true value between 4 and 12). "
            "Later years cannot be told from chance.",
            f"3 formas de calcularlo van de {MINUS}4 a +2 puntos. En el primer año "
            "**bajó 8 puntos** frente a las que esperan (valor real entre 4 y 12). Los años "
            "siguientes no se distinguen del azar.",
            id="the ways disagree and the first year fell",
        ),
        pytest.param(
            [Change(5, 2, 8), Change(6, 1, 11)],
            {0: Change(1.2, 0.6, 1.8), 1: Change(7, 3, 11)},
            "Over all years after joining, risk **rose by 5 points** beside the waiting "
            "schools, whichever way it is calculated. In the first year it **rose by "
            "1 point** beside the waiting schools (true value between 1 and 2).",
            "**subió 5 puntos**",
            id="every way rises clearly; one point is singular",
        ),
        pytest.param(
            [Change(-5, -8, -2), Change(-6, -11, -1), Change(-4)],
            {0: Change(-3, -6, 1)},
            "Over all years after joining, risk **fell by 5 points** beside the waiting "
            "schools, whichever way it is calculated. In the first year the difference "
            f"lies between {MINUS}6 and +1 points.",
            "**bajó 5 puntos**",
            id="every way falls; a way without an interval agrees",
        ),
        pytest.param(
            [Change(1, -3, 5), Change(0, -4, 4)],
            {0: Change(0, -2, 2)},
            "Over all years after joining, risk shows **no change that can be told from "
            f"chance**. In the first year the difference lies between {MINUS}2 and "
            "+2 points.",
            "**no muestra un cambio que se distinga del azar**",
            id="nothing is clear",
        ),
    ],
)
def test_the_verdict_over_all_years_comes_first_and_says_rose_or_fell(
    ways, years, english, spanish
):
    assert study_sentence(EN, "risk", ways, years) == english
    assert spanish in study_sentence(ES, "risk", ways, years)
