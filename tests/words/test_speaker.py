"""Numbers, days and names as each language writes them."""

import datetime as dt

import pytest

from components.words import count_schools, listing, own_name, speaker
from data.catalogue import Text
from data.model.cell import Cell, Coding, Status
from data.model.waves import Wave

EN, ES = speaker("en"), speaker("es")
# A space that keeps number and sign on one line, as Spanish writes them.
HARD = "\u00a0"


class Interval:
    def __init__(self, low, high):
        self.low, self.high = low, high


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (0, "0%", f"0{HARD}%"),
        (59.4, "59%", f"59{HARD}%"),
        (59.6, "60%", f"60{HARD}%"),
        (100, "100%", f"100{HARD}%"),
    ],
)
def test_a_percentage_is_whole(value, english, spanish):
    assert (EN.percent(value), ES.percent(value)) == (english, spanish)


@pytest.mark.parametrize(
    ("low", "high", "english", "spanish"),
    [
        (62.6, 72.4, "63–72%", f"63–72{HARD}%"),
        (0, 4.4, "0–4%", f"0–4{HARD}%"),
        (65.6, 66.4, "66%", f"66{HARD}%"),
        (66, 66.6, "66–67%", f"66–67{HARD}%"),
    ],
)
def test_an_interval_writes_its_sign_once(low, high, english, spanish):
    assert (EN.interval(low, high), ES.interval(low, high)) == (english, spanish)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4.4, "+4"),
        (0.6, "+1"),
        (0.4, "0"),
        (0, "0"),
        (-0.4, "0"),
        (-0.6, "−1"),
        (-12, "−12"),
    ],
)
def test_points_have_a_sign_a_true_minus_and_none_at_zero(value, text):
    assert EN.points(value) == text
    assert ES.points(value) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (4.56, 1, "4.6"),
        (8214, 1, "8,214.0"),
        (8214.4, 0, "8,214"),
        (-3.21, 1, "−3.2"),
        (-0.04, 1, "0.0"),
        (0.0, 2, "0.00"),
        (-0.04, 2, "−0.04"),
    ],
)
def test_a_decimal_has_a_true_minus_and_none_at_zero(value, digits, text):
    assert EN.decimal(value, digits) == text
    assert ES.decimal(value, digits) == text  # US Spanish keeps the point


def test_a_decimal_has_one_digit_unless_asked():
    assert (EN.decimal(2), EN.signed(2)) == ("2.0", "+2.0")


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.52, 1, "+0.5"),
        (-0.52, 1, "−0.5"),
        (0.04, 1, "0.0"),
        (-0.04, 1, "0.0"),
        (-1234.5, 1, "−1,234.5"),
        (0.04, 2, "+0.04"),
        (-10, 0, "−10"),
    ],
)
def test_a_signed_number_has_no_sign_at_zero(value, digits, text):
    assert EN.signed(value, digits) == text


def test_whole_numbers_have_their_thousands_and_other_values_are_left_alone():
    assert EN("count.schools", n=1860) == "1,860 schools"
    assert EN("count.schools", n=0) == "0 schools"
    assert EN("count.schools", n="1860") == "1860 schools"
    assert EN("count.schools", n=True) == "True schools"  # no number
    assert ES("count.schools", n=1860) == "1,860 escuelas"


# --- cells -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coding", "english", "spanish"),
    [
        (Coding.AT_LEAST, "95% or more", f"95{HARD}% o más"),
        (Coding.AT_MOST, "95% or less", f"95{HARD}% o menos"),
        (Coding.EXACT, "95%", f"95{HARD}%"),
    ],
)
def test_a_share_coded_at_the_end_says_so(coding, english, spanish):
    cell = Cell(Status.SHOWN, share=95, coding=coding)

    assert (EN.share(cell), ES.share(cell)) == (english, spanish)
    assert EN.value(cell) == english


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({"n": 1052, "eligible": 2260}, "1,052/2,260"),
        ({"n": 0, "eligible": 12}, "0/12"),
        ({"n": 1052}, "1,052"),
        ({"n": 1052, "n_band": "1,000+"}, "1,052"),
        ({"eligible": 12, "n_band": "5–9"}, "5–9"),
        ({"n_band": "40–99"}, "40–99"),
        ({}, ""),
    ],
)
def test_how_many_answered_is_exact_where_counts_are_told_and_a_band_elsewhere(
    counts, text
):
    assert EN.n(Cell(Status.SHOWN, share=64, **counts)) == text


@pytest.mark.parametrize(
    ("cell", "english", "spanish"),
    [
        (Cell(Status.PROTECTED), "Hidden to protect people", "Oculto para proteger a las personas"),
        (Cell(Status.LOW_RR, rate=26), "Too few answered (26%)", f"Respondieron muy pocas personas (26{HARD}%)"),
        (Cell(Status.LOW_RR, rate=0), "Too few answered (0%)", f"Respondieron muy pocas personas (0{HARD}%)"),
        (Cell(Status.LOW_RR), "Not shown", "No se muestra"),
        (Cell(Status.RELIABILITY), "Not measured well enough to show", "No se midió con suficiente fiabilidad"),
        (Cell(Status.RELIABILITY, rate=80), "Not measured well enough to show", "No se midió con suficiente fiabilidad"),
        (Cell(Status.NOT_COLLECTED), "Not asked in this wave", "No se preguntó en esta ola"),
        (Cell(Status.NOT_COLLECTED, rate=80), "Not asked in this wave", "No se preguntó en esta ola"),
    ],
)  # fmt: skip
def test_what_is_not_shown_says_why(cell, english, spanish):
    assert (EN.withheld(cell), ES.withheld(cell)) == (english, spanish)
    assert EN.value(cell) == english


# --- reading rules ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "english", "spanish"),
    [
        (80, 90, "Nearly everyone", "Casi todos"),
        (79.9, 90, "Most", "La mayoría"),
        (50.1, 60, "Most", "La mayoría"),
        (50, 60, "Mixed", "Dividido"),
        (40, 50, "Mixed", "Dividido"),
        (40, 49.9, "Few", "Pocos"),
        (10, 20.1, "Few", "Pocos"),
        (10, 20, "Hardly anyone", "Casi nadie"),
        (0, 0, "Hardly anyone", "Casi nadie"),
        (100, 100, "Nearly everyone", "Casi todos"),
    ],
)
def test_majority_words_say_what_the_interval_supports(low, high, english, spanish):
    """Specification 7.1."""
    found = EN.majority(Interval(low, high)), ES.majority(Interval(low, high))

    assert found == (english, spanish)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("rose", "Rose"),
        ("fell", "Fell"),
        ("small", "Small shift"),
        ("unclear", "No clear change"),
        ("too_few", "Too few to say"),
        ("too_early", "Too early to know"),
    ],
)
def test_a_change_has_its_word(word, text):
    assert EN.change(word) == text


# --- names -----------------------------------------------------------------------


def test_a_wave_is_a_season_and_the_year_printed_beside_it():
    fall, spring = Wave(2026, spring=False), Wave(2026, spring=True)

    assert (EN.wave(fall), EN.wave(spring)) == ("fall 2026", "spring 2027")
    assert (ES.wave(fall), ES.wave(spring)) == ("otoño de 2026", "primavera de 2027")


@pytest.mark.parametrize("iso", ["2026-11-02", "2026-11-02T09:30:00+00:00"])
def test_a_day_is_written_out(iso):
    assert EN.date(iso) == "November 2, 2026"
    assert ES.date(iso) == "2 de noviembre de 2026"


def test_a_month_is_short_beside_its_year_and_long_by_itself():
    day = dt.date(2026, 10, 5)

    assert (EN.month(day), EN.month_name(day)) == ("Oct 2026", "October")
    assert (ES.month(day), ES.month_name(day)) == ("oct 2026", "octubre")


def test_dates_are_those_of_the_united_states_where_the_language_is_spoken_there():
    assert (EN.locale, ES.locale) == ("en_US", "es_US")


def test_elsewhere_a_language_is_its_own_locale():
    from components.words import Speaker

    assert Speaker("fr", EN.texts).locale == "fr"


@pytest.mark.parametrize(
    ("code", "heading", "in_text"),
    [
        ("es", "Spanish", "Spanish"),
        ("zh", "Chinese", "Chinese"),
        ("xx-none", "Xx-none", "xx-none"),
    ],
)
def test_a_home_language_is_named_or_told_by_its_code(code, heading, in_text):
    assert EN.language_of(code) == heading
    assert EN.language_in_text(code) == in_text


def test_spanish_writes_languages_small_inside_a_sentence():
    assert (ES.language_of("es"), ES.language_in_text("es")) == ("Español", "español")


@pytest.mark.parametrize(("language", "name"), [("en", "English"), ("es", "Español")])
def test_a_language_calls_itself_by_its_own_name(language, name):
    assert own_name(language) == name


def test_parts_of_a_breakdown_are_named():
    assert EN.part("language", "es") == "Answered in Spanish"
    assert ES.part("language", "en") == "Respondieron en inglés"
    assert EN.part("grade", "68") == "Grades 6–8"


def test_cohorts_levels_and_groups_are_named():
    assert (EN.cohort(2), EN.cohort(0)) == ("Cohort 2", "Waiting")
    assert EN.level("high") == "High school"
    assert EN.level(None) == "Level not stated"
    assert EN.level("") == "Level not stated"
    assert (EN.respondents("students"), ES.respondents("families")) == (
        "students", "familias",
    )  # fmt: skip


def test_a_text_of_the_catalogue_is_said_in_the_readers_language():
    text = Text.of({"en": "Trust", "es": "Confianza"})

    assert (EN.text(text), ES.text(text)) == ("Trust", "Confianza")


@pytest.mark.parametrize(
    ("parts", "english", "spanish"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a and b", "a y b"),
        (["a", "b", "c"], "a, b and c", "a, b y c"),
    ],
)
def test_a_list_is_joined_as_the_language_joins_it(parts, english, spanish):
    assert (listing(EN, parts), listing(ES, parts)) == (english, spanish)


def test_a_speaker_speaks_the_language_it_was_asked_for():
    assert speaker("en")("coded.at_least", value="80%") == "80% or more"
    assert speaker("es")("coded.at_least", value="80 %") == "80 % o más"


@pytest.mark.parametrize(
    ("n", "english", "spanish"),
    [
        (0, "0 schools", "0 escuelas"),
        (1, "1 school", "1 escuela"),
        (2, "2 schools", "2 escuelas"),
        (1860, "1,860 schools", "1,860 escuelas"),
    ],
)
def test_schools_are_counted_one_and_many(n, english, spanish):
    assert (count_schools(EN, n), count_schools(ES, n)) == (english, spanish)


# The normal curve: 0.05 of a standard deviation is 2.0 places, 1 is 34.1.
@pytest.mark.parametrize(
    ("unit", "value", "english", "spanish"),
    [
        (
            "SD",
            -0.05,
            f"{chr(0x2212)}2.0 places in 100",
            f"{chr(0x2212)}2.0 puestos de 100",
        ),
        ("SD", 1, "+34.1 places in 100", "+34.1 puestos de 100"),
        ("SD", 0, "0.0 places in 100", "0.0 puestos de 100"),
        ("points", 0.5, "+0.5 points", "+0.5 puntos"),
    ],
)
def test_a_standardized_change_is_told_as_places_in_100(unit, value, english, spanish):
    assert speaker("en").outcome(unit, value) == english
    assert speaker("es").outcome(unit, value) == spanish
