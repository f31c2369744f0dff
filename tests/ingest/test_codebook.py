"""What the cells of one column mean: codes, words, no answer, or a question back."""

import pytest

from data.catalogue import catalogue
from data.ingest.codebook import fold, labels_of, read_column, split_label

# "Almost never" 1 to "Almost always" 5; yes, no, not sure; levels of use from 0.
FREQUENCY = catalogue().items["S.VO.1"]
HEARD = catalogue().items["T.WHY.1"]
USE = catalogue().items["T.UP.VO"]


def read(*values, item=FREQUENCY, **told):
    return read_column(values, item, **told)


def doubts(*values, **told):
    return [(d.raw, d.reason) for d in read(*values, **told).doubts]


@pytest.mark.parametrize(
    ("text", "number", "label"),
    [
        ("4", 4, ""), ("4.0", 4, ""), ("4.00", 4, ""), ("-99", -99, ""),
        ("5 - a great deal", 5, "a great deal"), ("5: often", 5, "often"),
        ("5 often", 5, "often"), ("5=often", 5, "often"), ("(5) often", None, "(5) often"),
        ("5) often", 5, "often"), ("1.0 – never", 1, "never"),
        ("4.5", None, "4.5"), ("often", None, "often"), ("5often", None, "5often"),
    ],
)  # fmt: skip
def test_a_number_may_carry_its_label(text, number, label):
    assert split_label(text) == (number, label)


def test_answers_are_compared_without_case_spaces_and_kinds_of_apostrophe():
    assert fold("  I’d  RATHER not\u00a0answer ") == "i'd rather not answer"


def test_options_are_known_in_every_language():
    known = labels_of(FREQUENCY.response_set)

    assert (known["almost never"], known["almost always"]) == (1, 5)
    assert sorted(set(known.values())) == [1, 2, 3, 4, 5]
    assert len(known) == 10


@pytest.mark.parametrize(
    ("item", "raw", "code"),
    [
        (FREQUENCY, "Often", 4), (FREQUENCY, " OFTEN ", 4), (FREQUENCY, "4", 4),
        (FREQUENCY, "4.0", 4), (FREQUENCY, "4 - Often", 4), (HEARD, "Not sure", 3),
        (USE, "0", 0), (USE, "Trying it in places", 2),
    ],
)  # fmt: skip
def test_a_cell_is_read_by_its_number_or_its_words(item, raw, code):
    found = read(raw, item=item)

    assert found.codes == {raw: code}
    assert (found.missing, found.unknown, found.doubts) == (
        frozenset(),
        frozenset(),
        (),
    )


@pytest.mark.parametrize(
    "raw",
    [
        "", "  ", "I'd rather not answer", "Doesn’t apply to me",
        "does not apply to me", "Prefiero no responder", "No se aplica a mi caso", "N/A",
        "NA", "Not applicable", "No aplica", "Don't know", "Prefer not to say",
        "Prefer not to answer", "-99",
    ],
)  # fmt: skip
def test_no_answer_is_never_a_number(raw):
    found = read(raw, "Often")

    assert found.missing == {raw}
    assert found.codes == {"Often": 4}


def test_a_mapping_may_name_more_words_for_no_answer_and_for_a_code():
    found = read("Weiß nicht", "Oft", "7", no_answer=["weiß NICHT"],
                 recode={"oft": 4, "7": 1})  # fmt: skip

    assert found.missing == {"Weiß nicht"}
    assert found.codes == {"Oft": 4, "7": 1}
    assert found.doubts == ()


def test_a_recode_comes_before_what_we_would_read():
    assert read("5", recode={"5": 1}).codes == {"5": 1}
    assert read("N/A", recode={"n/a": 3}).codes == {"N/A": 3}


def test_a_word_outside_the_options_is_unknown():
    found = read("Often", "Every Tuesday")

    assert found.unknown == {"Every Tuesday"}
    assert found.codes == {"Often": 4}


def test_a_number_among_words_is_something_somebody_typed():
    found = read("Often", "Sometimes", "17")

    assert found.unknown == {"17"}
    assert found.doubts == ()


def test_a_number_that_is_no_code_is_asked_about():
    assert doubts("3", "6") == [
        (
            "6",
            "6 is no code of S.VO.1 (1 to 5); say what each number means with a recode, "
            "or list it under no_answer",
        )
    ]
    assert doubts("5", item=USE) == [
        (
            "5",
            "5 is no code of T.UP.VO (0 to 4); say what each number means with a "
            "recode, or list it under no_answer",
        )
    ]


def test_numbers_beside_words_are_asked_about():
    assert doubts("4", "Often", "3") == [
        (
            "4",
            "numbers and words stand side by side in one column; say what the numbers "
            "mean with a recode",
        )
    ]
    # A number with its label is both and stands by itself.
    assert doubts("4 - Often", "Sometimes") == []


def test_a_number_against_its_own_label_is_asked_about():
    assert doubts("2 - Often") == [
        (
            "2 - Often",
            "the number says 2 and its label is code 4; say what each means with a "
            "recode",
        )
    ]


MORE = [
    "Strongly agree", "Agree", "Always", "Very often", "Excellent", "Very good",
    "Very likely", "Very satisfied", "Completely true", "Extremely", "A great deal",
    "A lot", "Muy de acuerdo", "Totalmente de acuerdo", "De acuerdo", "Siempre",
    "Excelente", "Mucho",
]  # fmt: skip
LESS = [
    "Strongly disagree", "Disagree", "Never", "Rarely", "Poor", "Very poor",
    "Very unlikely", "Very dissatisfied", "Not at all true", "Not at all", "Not much",
    "Muy en desacuerdo", "Totalmente en desacuerdo", "En desacuerdo", "Nunca", "Malo",
    "Nada",
]  # fmt: skip
TURNED = (
    "the number {} stands at the other end of the scale than its label; say what each "
    "means with a recode"
)


@pytest.mark.parametrize("label", MORE)
def test_a_scale_that_runs_the_other_way_is_asked_about_at_its_upper_end(label):
    assert read(f"5 - {label}").codes == {f"5 - {label}": 5}
    assert read(f"3 - {label}").codes == {f"3 - {label}": 3}
    assert doubts(f"1 - {label}") == [(f"1 - {label}", TURNED.format(1))]


@pytest.mark.parametrize("label", LESS)
def test_a_scale_that_runs_the_other_way_is_asked_about_at_its_lower_end(label):
    assert read(f"1 - {label}").codes == {f"1 - {label}": 1}
    assert doubts(f"5 - {label}") == [(f"5 - {label}", TURNED.format(5))]


def test_ends_of_frequency_are_asked_about_on_other_scales():
    clear = catalogue().items["T.WHY.2"]
    for label, wrong in (
        ("Almost always", 1), ("Casi siempre", 1), ("Almost never", 5), ("Casi nunca", 5),
    ):  # fmt: skip
        assert doubts(f"{wrong} - {label}", item=clear)
        assert not doubts(f"{6 - wrong} - {label}", item=clear)


def test_options_without_an_order_have_no_ends():
    # Yes, no, not sure.
    assert doubts("1 - Never", item=HEARD) == doubts("3 - Always", item=HEARD) == []


@pytest.mark.parametrize(
    ("values", "mode"),
    [
        (("1", "2"), "numbers"),
        (("Often", "Sometimes"), "words"),
        (("4 - Often", "3 - Sometimes"), "numbers"),
        (("Often", "3 - Sometimes"), "numbers"),
        (("Often", "Sometimes", "2 - Once in a while"), "words"),
        ((), "numbers"),
    ],
)
def test_a_column_is_of_words_where_most_of_it_is(values, mode):
    assert read(*values).mode == mode
