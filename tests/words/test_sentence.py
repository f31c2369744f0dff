"""The sentence beside a survey chart says what was computed, and no more (7.3)."""

from dataclasses import replace

import pytest

from components.words import estimate_sentence, speaker
from data.catalogue import Text, catalogue
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
    claim = {"en": "say that ideas count", "es": "dicen que las ideas cuentan"}[
        say.language
    ]
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
            "At Lincoln, **64 of 100 answers** say that ideas count (true value between 58 and 70, "
            "1,212 of 1,460 answered, 83%) – **Most**.",
            f"En Lincoln, **64 de cada 100 respuestas** dicen que las ideas cuentan (valor real entre 58 y 70, "
            f"respondieron 1,212 de 1,460, 83{HARD}%): **La mayoría**.",
            id="exact counts, for staff",
        ),
        pytest.param(
            BANDED,
            (45, 70),
            "At Lincoln, **64 of 100 answers** say that ideas count (true value between 45 and 70, "
            "82% answered, 40–99 people) – **Mixed**.",
            f"En Lincoln, **64 de cada 100 respuestas** dicen que las ideas cuentan (valor real entre 45 y 70, "
            f"respondió el 82{HARD}%, 40–99 personas): **Dividido**.",
            id="a band, for the public",
        ),
        pytest.param(
            CODED,
            None,
            "At Lincoln, **95 or more of 100 answers** say that ideas count "
            "(90% answered, 10–19 people) – **At the end of the scale**.",
            f"En Lincoln, **95 o más de cada 100 respuestas** dicen que las ideas cuentan "
            f"(respondió el 90{HARD}%, 10–19 personas): **En el extremo de la escala**.",
            id="coded at the end: no interval, no majority",
        ),
        pytest.param(
            Cell(Status.SHOWN, share=0, rate=0, n=0, eligible=12),
            (0, 14),
            "At Lincoln, **0 of 100 answers** say that ideas count (true value between 0 and 14, "
            "0 of 12 answered, 0%) – **Hardly anyone**.",
            f"En Lincoln, **0 de cada 100 respuestas** dicen que las ideas cuentan (valor real entre 0 y 14, "
            f"respondieron 0 de 12, 0{HARD}%): **Casi nadie**.",
            id="zero is a number",
        ),
        pytest.param(
            Cell(Status.SHOWN, share=64.2),
            (58, 70),
            "At Lincoln, **64 of 100 answers** say that ideas count (true value between 58 and 70) – **Most**.",
            "En Lincoln, **64 de cada 100 respuestas** dicen que las ideas cuentan "
            "(valor real entre 58 y 70): **La mayoría**.",
            id="nobody was counted",
        ),
        pytest.param(
            Cell(Status.SHOWN, share=95, coding=Coding.AT_LEAST),
            None,
            "At Lincoln, **95 or more of 100 answers** say that ideas count – "
            "**At the end of the scale**.",
            "En Lincoln, **95 o más de cada 100 respuestas** dicen que las ideas cuentan: "
            "**En el extremo de la escala**.",
            id="nothing in brackets: no brackets",
        ),
        pytest.param(
            Cell(Status.SHOWN, share=64, n=52, eligible=60, n_band="40–99"),
            (58, 70),
            "At Lincoln, **64 of 100 answers** say that ideas count (true value between 58 and 70) – **Most**.",
            "En Lincoln, **64 de cada 100 respuestas** dicen que las ideas cuentan "
            "(valor real entre 58 y 70): **La mayoría**.",
            id="counts without a rate are not half a sentence",
        ),
        pytest.param(
            Cell(Status.SHOWN, share=64, n=52, n_band="40–99", rate=86),
            (58, 70),
            "At Lincoln, **64 of 100 answers** say that ideas count (true value between 58 and 70, "
            "86% answered, 40–99 people) – **Most**.",
            f"En Lincoln, **64 de cada 100 respuestas** dicen que las ideas cuentan (valor real entre 58 y 70, "
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
        (A_YEAR_AGO, "rose", "A year ago: 57 of 100. Change: **rose**."),
        (A_YEAR_AGO, "unclear", "A year ago: 57 of 100. Change: **no clear change**."),
        (
            A_YEAR_AGO,
            "too_early",
            "A year ago: 57 of 100. It is too early to know how much schools move in an "
            "ordinary year.",
        ),
        (
            Cell(Status.SHOWN, share=5, coding=Coding.AT_MOST),
            "too_few",
            "A year ago: 5 or less of 100. Change: **too few to say**.",
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


@pytest.mark.parametrize(
    ("indicator", "english", "spanish"),
    [
        (
            "LX-1",
            "say that students' ideas count in class",
            "dicen que las ideas de los estudiantes cuentan en clase",
        ),
        (
            "CU-2",
            "say that it is safe for teachers to learn out loud",
            "dicen que los docentes pueden aprender en voz alta sin riesgo",
        ),
    ],
)
def test_a_favorable_answer_on_a_scale_says_one_thing(indicator, english, spanish):
    scale = catalogue().indicators[indicator]

    assert (EN.claim(scale), ES.claim(scale)) == (english, spanish)


def test_a_scale_that_claims_nothing_is_named():
    scale = replace(
        catalogue().indicators["LX-1"],
        claim=None,
        name=Text.of({"en": "Gardening", "es": "El huerto"}),
    )

    assert EN.claim(scale) == "on “Gardening” are favorable"
    assert ES.claim(scale) == "sobre «El huerto» son favorables"


def test_no_scale_is_said_as_a_share_of_people():
    # 7.3: a scale is a share of answers; "say they ..." is what people say.
    claims = [
        (i.id, EN.text(i.claim), ES.text(i.claim))
        for i in catalogue().indicators.values()
        if i.claim is not None
    ]

    assert len(claims) == 7
    for name, english, spanish in claims:
        assert not english.startswith("say "), name
        assert not spanish.startswith("dicen "), name


@pytest.mark.parametrize(
    ("bounds", "english", "spanish"),
    [
        ((57.6, 70.4), "true value between 58 and 70", "valor real entre 58 y 70"),
        ((64.4, 63.9), "true value close to 64", "valor real cerca de 64"),
    ],
)
def test_the_interval_is_said_in_whole_numbers(bounds, english, spanish):
    assert EN.sureness(Interval(*bounds)) == english
    assert ES.sureness(Interval(*bounds)) == spanish
