"""Every generated sentence, parsed back to its numbers and held against the release.

Every page, for every reader, in English and in Spanish, as the server answers before a
script has run. Patterns and facts stand in `kinds_*.py`; the release is read by SQL.
"""

from __future__ import annotations

import pytest
from sentences.html_text import Said
from sentences.reader import KINDS, Place, Reading

# Pages whose sentences are all read.
READ = (
    "/", "/board", "/adoption", "/chorus", "/pulse", "/communication", "/connections",
    "/load", "/promise", "/embed/promise/held", "/schools", "/student-voice",
    "/risk-taking", "/schools/SCH-006", "/schools/SCH-009", "/schools/SCH-030",
    "/schools/SCH-027", "/numbers/CU-2", "/engines", "/evidence", "/my",
    "/quality", "/open-data", "/methods", "/releases", "/sign-in?problem=unknown",
)  # fmt: skip


def _of_pages_read(found: dict[str, set[str]]) -> list[str]:
    return [
        f"{sentence}  ← {sorted(places)[0]}"
        for sentence, places in sorted(found.items())
        if any(place.split()[2] in READ for place in places)
    ]


def test_every_sentence_says_what_the_release_says(reading):
    assert _of_pages_read(reading.wrong) == []


def test_no_sentence_with_a_number_goes_unread(reading):
    assert _of_pages_read(reading.unread) == []


def test_every_kind_of_sentence_is_read_in_both_languages(reading, site_read):
    languages = {
        (kind.name, language)
        for (_, path, language), page in site_read.items()
        for said in page
        for kind in reading.kinds_of(said.text, path)
    }
    assert {k.name for k in KINDS} - {name for name, _ in languages} == set()
    alone = {name for name, _ in languages if (name, "en") not in languages}
    alone |= {name for name, _ in languages if (name, "es") not in languages}
    assert alone == set()
    assert sum(len(found) for found in reading.read.values()) > 500


def test_an_empty_district_is_told_no_number_of_anybody(empty_site, releases):
    """Nobody was asked: every sentence is the method's, or about the release itself."""
    told = {
        (said.text, path)
        for (_, path, _), page in empty_site.items()
        for said in page
        if said.place in {"text", "meta"}
        and "%" in said.text
        and path in READ
        # Worked examples and thresholds are the specification's.
        and path not in {"/methods", "/quality"}
    }
    assert told == set()


# --- the reader can fail: faults planted in what a page says


@pytest.fixture
def told(releases):
    """What is wrong with a sentence where it stands."""

    def read(sentence: str, language: str = "en", path: str = "/", reader="public"):
        # A page of its own, where what it says may be said.
        path = next((p for p in (path, *READ) if Reading().kinds_of(sentence, p)), path)
        place = Place(releases[reader], reader, path, language)
        found = Reading().page([Said(sentence, "text")], place, lambda _: False)
        return [*found.wrong, *found.unread]

    return read


def a_sentence(reading, kind: str, word: str) -> str:
    """Return a sentence of the site: of a kind, with a word in it."""
    return next(s for r, s in sorted(reading.read[kind]) if r == "public" and word in s)


@pytest.mark.parametrize(
    ("kind", "word", "language", "truth", "fault"),
    [
        pytest.param("schools started", "schools", "en", "26 of", "27 of", id="a count"),
        pytest.param("schools started", "escuelas", "es", "29 ", "30 ",
                     id="a count in one language alone"),
        pytest.param("voice a year ago", "year", "en", "small shift", "fell",
                     id="fell, where it rose a little"),
        pytest.param("voice a year ago", "año", "es", "cambio pequeño", "bajó",
                     id="fell, in Spanish"),
        pytest.param("voice a year ago", "year", "en", "Most", "Few",
                     id="few, where most do"),
        pytest.param("sureness in a tile", "true", "en", "66", "65", id="an end"),
        pytest.param("sureness in a tile", "true", "en", "79%", "97%", id="a rate"),
        pytest.param("outcomes counted", "held", "en", "1 cannot be told yet, ", "",
                     id="a category left out"),
        pytest.param("voices", "groups", "en", "4.3", "4.4", id="a tenth"),
        pytest.param("score", "Lines", "en", "August 30, 2027", "August 30, 2026",
                     id="a year"),
        pytest.param("score", "Líneas", "es", "30 de agosto", "30 de septiembre",
                     id="a month"),
        pytest.param("score", "Lines", "en", "4 embedding · 2 trying",
                     "2 embedding · 4 trying", id="two numbers changed places"),
        pytest.param("release line", "Version", "en", "fall 2026", "spring 2026",
                     id="a season"),
        pytest.param("occasions logged", "months", "en", "35 occasions", "43 occasions",
                     id="a count of another year"),
        pytest.param("lanes", "twelve", "en", "Families: 48%", "Families: 47%",
                     id="a share in a list"),
        pytest.param("ties beside chance", "inside", "en", "look inside", "look outside",
                     id="the other side of chance"),
        pytest.param("schools by verdict", "State assessment at", "en", "12 not clear", "1 not clear",
                     id="a digit lost"),
        pytest.param("verdicts", "Beside", "en", "attendance rate, held",
                     "attendance rate, slipped", id="another verdict"),
        pytest.param("a share in a sentence", "grades 6–12", "en", "– Most", "– Mixed",
                     id="mixed, where most do"),
        pytest.param("a share in a sentence", "grados 6–12", "es", "67 de", "66 de",
                     id="a share in Spanish"),
        pytest.param("schools hidden", "are hidden", "en", "5 are", "4 are",
                     id="a hidden school left out"),
        pytest.param("first year fell", "beside", "en", "fell by 8", "fell by 7",
                     id="points of the first year"),
        pytest.param("looks", "outcomes", "en", "13 outcomes", "12 outcomes",
                     id="how many were looked at"),
        pytest.param("score", "Lines", "en", "Lines of", "Bars of",
                     id="a sentence of no known kind"),
    ],
)  # fmt: skip
def test_a_fault_in_a_sentence_is_found(
    reading, told, kind, word, language, truth, fault
):
    sound = a_sentence(reading, kind, word)
    assert told(sound, language) == []
    assert truth in sound

    assert told(sound.replace(truth, fault, 1), language) != []


def test_the_same_sentence_is_false_for_a_reader_of_other_rows(reading, told):
    sound = a_sentence(reading, "score", "stages hidden to protect people")
    assert told(sound, reader="superintendent") != []
