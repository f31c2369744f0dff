"""Numbers and sentences as each language writes them."""

import pytest

from components.words import estimate_sentence, listing, speaker
from data.model.cell import Cell, Coding, Status
from data.model.waves import parse_wave
from queries.estimates import Interval

EN, ES = speaker("en"), speaker("es")


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (80, 90, "Nearly everyone"),
        (79.9, 90, "Most"),
        (50.1, 60, "Most"),
        (50, 60, "Mixed"),
        (40, 50, "Mixed"),
        (40, 49.9, "Few"),
        (10, 20, "Hardly anyone"),
        (10, 20.1, "Few"),
    ],
)
def test_majority_words_follow_the_interval(low, high, word):
    assert EN.majority(Interval((low + high) / 2, low, high)) == word


def test_percent_in_each_language():
    assert EN.percent(59.6) == "60%"
    assert ES.percent(59.6) == "60\u00a0%"
    assert EN.interval(62.6, 72.4) == "63–72%"


@pytest.mark.parametrize(
    ("value", "text"), [(4.4, "+4"), (-3.2, "\u22123"), (0.2, "0"), (-0.4, "0")]
)
def test_points_have_a_sign_and_a_true_minus(value, text):
    assert EN.points(value) == text


@pytest.mark.parametrize(
    ("coding", "english", "spanish"),
    [
        (Coding.AT_LEAST, "95% or more", "95\u00a0% o más"),
        (Coding.AT_MOST, "95% or less", "95\u00a0% o menos"),
        (Coding.EXACT, "95%", "95\u00a0%"),
    ],
)
def test_coded_ends_are_said(coding, english, spanish):
    cell = Cell(Status.SHOWN, share=95, coding=coding)

    assert (EN.share(cell), ES.share(cell)) == (english, spanish)


def test_waves_in_words():
    fall, spring = parse_wave("2026-27F"), parse_wave("2026-27S")
    assert fall is not None
    assert spring is not None

    assert (EN.wave(fall), EN.wave(spring)) == ("fall 2026", "spring 2027")
    assert ES.wave(fall) == "otoño de 2026"
    assert fall < spring
    assert fall.a_year_ago.label == "2025-26F"


@pytest.mark.parametrize("label", ["2026-28F", "2026-27", "26-27F", "2026-27X", ""])
def test_what_is_no_wave(label):
    assert parse_wave(label) is None


def test_the_sentence_carries_number_group_interval_rate_and_comparison():
    said = estimate_sentence(
        EN,
        where="At Lincoln",
        group="students",
        claim="say that ideas shape class work",
        cell=Cell(
            Status.SHOWN, share=64.2, low=58, high=70, n=212, eligible=260, rate=82
        ),
        bounds=Interval(64.2, 58, 70),
        earlier=Cell(Status.SHOWN, share=57),
        change="unclear",
    )

    assert said == (
        "At Lincoln, **64 of 100 answers** say that ideas shape class work "
        "(true value between 58 and 70, "
        "212 of 260 answered, 82%) – **Most**. A year ago: 57 of 100. Change: **no clear change**."
    )


def test_a_hidden_result_has_a_sentence_without_a_digit():
    said = estimate_sentence(
        EN,
        where="At Birch",
        group="students",
        claim="x",
        cell=Cell(Status.PROTECTED),
        bounds=None,
        earlier=None,
        change="too_few",
    )

    assert "Hidden to protect people" in said
    assert not any(c.isdigit() for c in said)


def test_a_low_rate_is_the_reason_and_is_said():
    assert EN.withheld(Cell(Status.LOW_RR, rate=26)) == "Too few answered (26%)"


def test_a_coded_share_says_so_instead_of_a_majority():
    cell = Cell(Status.SHOWN, share=80, coding=Coding.AT_LEAST, n_band="10–19", rate=90)
    said = estimate_sentence(
        EN,
        where="Here",
        group="teachers",
        claim="agree",
        cell=cell,
        bounds=None,
        earlier=None,
        change="too_few",
    )

    assert "80 or more of 100 answers" in said
    assert "At the end of the scale" in said


def test_whole_numbers_are_written_with_their_thousands_and_years_without():
    assert EN("count.schools", n=1860) == "1,860 schools"
    assert "2026" in EN.wave(parse_wave("2026-27F"))


def test_listing():
    assert listing(EN, ["a"]) == "a"
    assert listing(EN, ["a", "b", "c"]) == "a, b and c"
    assert listing(ES, ["a", "b"]) == "a y b"
