"""A release's notes, in the reader's language or visibly in another."""

import pytest

from components.words import speaker
from pages._notes import notes_for, only_in

ENGLISH = "# Spring\n\nEvery school has answered.\n\nOne was\ncounted twice."
SPANISH = "# Primavera\n\nTodas las escuelas respondieron."
EMPTY = "# A heading alone\n"


@pytest.mark.parametrize(
    ("reads", "written", "language", "told", "mark"),
    [
        pytest.param("es", {"en": ENGLISH, "es": SPANISH}, "es",
                     ("Todas las escuelas respondieron.",), "", id="in the reader's"),
        pytest.param("en", {"en": ENGLISH, "es": SPANISH}, "en",
                     ("Every school has answered.", "One was counted twice."), "",
                     id="in English for English"),
        pytest.param("es", {"en": ENGLISH}, "en",
                     ("Every school has answered.", "One was counted twice."),
                     "Solo están escritas en inglés.", id="in English alone"),
        pytest.param("es", {"en": ENGLISH, "es": EMPTY}, "en",
                     ("Every school has answered.", "One was counted twice."),
                     "Solo están escritas en inglés.", id="nothing said in Spanish"),
        pytest.param("en", {"en": EMPTY, "es": SPANISH}, "es",
                     ("Todas las escuelas respondieron.",),
                     "Written in Spanish only.", id="in Spanish alone"),
        pytest.param("es", {"en": EMPTY}, "es", (), "", id="nothing said at all"),
        pytest.param("es", {}, "es", (), "", id="no notes"),
    ],
)  # fmt: skip
def test_notes_are_told_in_the_readers_language_or_said_to_be_in_another(
    reads, written, language, told, mark
):
    say = speaker(reads)
    notes = notes_for(say, written)

    assert (notes.language, notes.paragraphs) == (language, told)
    assert only_in(say, notes) == mark
