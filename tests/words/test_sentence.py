"""The sentence beside a survey chart says what was computed, and no more (7.3)."""

import pytest

from components.words import estimate_sentence, speaker
from data.model.cell import Cell, Coding, Status

EN, ES = speaker("en"), speaker("es")
HARD = "\u00a0"
A_YEAR_AGO = Cell(Status.SHOWN, share=57)


class Interval:
    def __init__(self, low, high):
        self.low, self.high = low, high


def said(
    cell, *, say=EN, bounds=None, earlier=None, change="unclear", group="students"
):
    where = {"en": "At Lincoln", "es": "En Lincoln"}[say.language]
    claim = {"en": "have a say", "es": "tienen voz"}[say.language]
    return estimate_sentence(
        say,
        where=where,
        group=group,
        claim=claim,
        cell=cell,
        bounds=Interval(*bounds) if bounds else None,
        earlier=earlier,
        change=change,
    )


EXACT = Cell(Status.SHOWN, share=64.2, n=1212, eligible=1460, rate=83)
BANDED = Cell(Status.SHOWN, share=64.2, n_band="40–99", rate=82)
CODED = Cell(Status.SHOWN, share=95, coding=Coding.AT_LEAST, n_band="10–19", rate=90)


@pytest.mark.parametrize(
    ("cell", "bounds", "english", "spanish"),
    [
        pytest.param(
            EXACT,
            (58, 70),
            "At Lincoln, **64% of students** have a say (interval 58–70%, "
            "1,212 of 1,460 answered, 83%) – **Most**.",
            f"En Lincoln, **64{HARD}% de estudiantes** tienen voz (intervalo 58–70{HARD}%, "
            f"respondieron 1,212 de 1,460, 83{HARD}%): **La mayoría**.",
            id="exact counts, for staff",
        ),
        pytest.param(
            BANDED,
            (45, 70),
            "At Lincoln, **64% of students** have a say (interval 45–70%, "
            "82% answered, 40–99 people) – **Mixed**.",
            f"En Lincoln, **64{HARD}% de estudiantes** tienen voz (intervalo 45–70{HARD}%, "
            f"respondió el 82{HARD}%, 40–99 personas): **Dividido**.",
            id="a band, for the public",
        ),
        pytest.param(
            CODED,
            None,
            "At Lincoln, **95% or more of students** have a say "
            "(90% answered, 10–19 people) – **At the end of the scale**.",
            f"En Lincoln, **95{HARD}% o más de estudiantes** tienen voz "
            f"(respondió el 90{HARD}%, 10–19 personas): **En el extremo de la escala**.",
            id="coded at the end: no interval, no majority",
        ),
        pytest.param(
            Cell(Status.SHOWN, share=0, rate=0, n=0, eligible=12),
            (0, 14),
            "At Lincoln, **0% of students** have a say (interval 0–14%, "
            "0 of 12 answered, 0%) – **Hardly anyone**.",
            f"En Lincoln, **0{HARD}% de estudiantes** tienen voz (intervalo 0–14{HARD}%, "
            f"respondieron 0 de 12, 0{HARD}%): **Casi nadie**.",
            id="zero is a number",
        ),
        pytest.param(
            Cell(Status.SHOWN, share=64.2),
            (58, 70),
            "At Lincoln, **64% of students** have a say (interval 58–70%) – **Most**.",
            f"En Lincoln, **64{HARD}% de estudiantes** tienen voz "
            f"(intervalo 58–70{HARD}%): **La mayoría**.",
            id="nobody was counted",
        ),
        pytest.param(
            Cell(Status.SHOWN, share=95, coding=Coding.AT_LEAST),
            None,
            "At Lincoln, **95% or more of students** have a say – "
            "**At the end of the scale**.",
            f"En Lincoln, **95{HARD}% o más de estudiantes** tienen voz: "
            "**En el extremo de la escala**.",
            id="nothing in brackets: no brackets",
        ),
        pytest.param(
            Cell(Status.SHOWN, share=64, n=52, eligible=60, n_band="40–99"),
            (58, 70),
            "At Lincoln, **64% of students** have a say (interval 58–70%) – **Most**.",
            f"En Lincoln, **64{HARD}% de estudiantes** tienen voz "
            f"(intervalo 58–70{HARD}%): **La mayoría**.",
            id="counts without a rate are not half a sentence",
        ),
        pytest.param(
            Cell(Status.SHOWN, share=64, n=52, n_band="40–99", rate=86),
            (58, 70),
            "At Lincoln, **64% of students** have a say (interval 58–70%, "
            "86% answered, 40–99 people) – **Most**.",
            f"En Lincoln, **64{HARD}% de estudiantes** tienen voz (intervalo 58–70{HARD}%, "
            f"respondió el 86{HARD}%, 40–99 personas): **La mayoría**.",
            id="who was asked is unknown: the band",
        ),
    ],
)
def test_a_shown_share_is_said_with_its_doubt_and_what_the_interval_supports(
    cell, bounds, english, spanish
):
    english += " There is no earlier result to compare with."

    assert said(cell, bounds=bounds) == english
    assert said(cell, bounds=bounds, say=ES).startswith(f"{spanish} ")


@pytest.mark.parametrize(
    ("earlier", "change", "ending"),
    [
        (A_YEAR_AGO, "rose", "A year ago: 57%. Change: **rose**."),
        (A_YEAR_AGO, "unclear", "A year ago: 57%. Change: **no clear change**."),
        (
            A_YEAR_AGO,
            "too_early",
            "A year ago: 57%. It is too early to know how much schools move in an "
            "ordinary year.",
        ),
        (
            Cell(Status.SHOWN, share=5, coding=Coding.AT_MOST),
            "too_few",
            "A year ago: 5% or less. Change: **too few to say**.",
        ),
        (None, "rose", "There is no earlier result to compare with."),
        (
            Cell(Status.PROTECTED),
            "rose",
            "There is no earlier result to compare with.",
        ),
    ],
)
def test_the_comparison_is_with_the_same_season_a_year_ago_or_there_is_none(
    earlier, change, ending
):
    found = said(EXACT, bounds=(58, 70), earlier=earlier, change=change)

    assert found.endswith(f"– **Most**. {ending}")


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (Cell(Status.PROTECTED), "Hidden to protect people"),
        (Cell(Status.NOT_COLLECTED), "Not asked in this wave"),
        (Cell(Status.RELIABILITY), "Not measured well enough to show"),
    ],
)
def test_a_hidden_share_is_one_sentence_with_the_reason_and_no_digit(cell, why):
    found = said(cell, earlier=A_YEAR_AGO, change="rose", group="teachers")

    assert found == f"At Lincoln, the answers of teachers are not shown: **{why}**."
    assert not any(c.isdigit() for c in said(cell, say=ES, earlier=A_YEAR_AGO))


def test_where_too_few_answered_the_rate_is_the_reason():
    assert said(Cell(Status.LOW_RR, rate=26)) == (
        "At Lincoln, the answers of students are not shown: **Too few answered (26%)**."
    )
