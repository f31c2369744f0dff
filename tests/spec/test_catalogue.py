"""The catalogue is checked when it is read: file, line and reason."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import write_po
from conftest import ROOT

from data.catalogue import catalogue, read_catalogue, reader
from data.catalogue.languages import LANGUAGES, LOCALE, translations
from data.errors import CatalogueError
from scripts.words import WIDTH, brought_up_to_date, everything

HERE = Path(reader.__file__).parent


@pytest.fixture
def spoiled(tmp_path):
    """A copy of the catalogue with one text replaced in one file."""
    for path in HERE.glob("*.yaml"):
        shutil.copy(path, tmp_path)

    def spoil(name: str, old: str, new: str):
        path = tmp_path / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return read_catalogue(tmp_path)

    return spoil


FAULTS = [
    ("items.yaml", "set: FREQ5", "set: FREQ9", r"items.yaml:\d+: S.VO.1 uses the unknown response set FREQ9"),
    ("items.yaml", 'en: "How often do teachers ask', 'en: "How often do they ask', r"items.yaml:\d+: S.VO.1 has no Spanish"),
    ("indicators.yaml", "items: [S.CC.1,", "items: [S.VO.1,", r"S.VO.1 is used by two scales, of LX-1 and LX-2"),
    ("indicators.yaml", "serves: [SD-04]", "serves: []", r"indicators.yaml:\d+: LX-1 serves no seed tag"),
    ("indicators.yaml", "serves: [SD-04]", "serves: [SD-99]", r"LX-1 serves the unknown tag SD-99"),
    ("seed_tags.yaml", "- id: SD-24", "- id: SD-25", r"SD-24"),
    ("response_sets.yaml", '"Almost always"]', '"Almost always", "Ever"]', r"response_sets.yaml:\d+: FREQ5 has no Spanish"),
    ("items.yaml", "id: S.VO.2", "id: S.VO.1", r"S.VO.1 is declared twice"),
    ("items.yaml", "- id: S.VO.1", "- id: [S.VO.1", r"items.yaml:\d+"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "complaint"), FAULTS)
def test_a_contradiction_is_named_with_file_and_line(
    spoiled, name, old, new, complaint
):
    with pytest.raises(CatalogueError, match=complaint):
        spoiled(name, old, new)


def test_a_tag_nobody_serves_is_named(spoiled):
    with pytest.raises(
        CatalogueError, match=r"seed_tags.yaml:\d+: SD-15 is served by no indicator"
    ):
        spoiled("indicators.yaml", "serves: [SD-15]", "serves: [SD-14]")


def test_every_seed_tag_is_served():
    served = {tag for i in catalogue().indicators.values() for tag in i.serves}

    assert {t.id for t in catalogue().seed_tags.values()} - served == {"SD-09"}
    assert catalogue().seed_tags["SD-09"].served_by_rule == "P2"


def test_there_are_34_indicators():
    assert len(catalogue().indicators) == 34


def test_every_item_is_asked_by_one_form_and_used_by_an_indicator():
    asked = [i for form in catalogue().forms.values() for i in form.items]
    assert sorted(asked) == sorted(catalogue().items)


def test_the_rubric_is_whole():
    rubric = catalogue().rubric

    assert len(rubric.descriptors) == 12
    assert all(len(levels) == 4 for levels in rubric.descriptors.values())


def test_a_translation_that_fills_in_other_values_is_named(tmp_path):
    (tmp_path / "xx.po").write_text(
        'msgctxt "words/a"\nmsgid "{n} x"\nmsgstr "{m} x"\n'
    )
    with pytest.raises(CatalogueError, match="words/a fills in"):
        translations("xx", tmp_path)


SAID_IN_FRENCH = """
from components.words import own_name, speaker
from data.catalogue import catalogue
say = speaker("fr")
for text in (
    say("nav.menu"), say.text(catalogue().items["S.VO.1"].text), say("nav.skip"),
    own_name("fr"), say.percent(60), say.date("2026-11-24"),
):
    print(text)
"""


def test_a_third_language_is_one_file(tmp_path):
    """As somebody would add it: the file is there, and pages, items and dates have it."""
    for package in ("data", "components"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("vendor")
        )
    asked = catalogue().items["S.VO.1"].text.en
    (tmp_path / "data" / "catalogue" / "locale" / "fr.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgctxt "words/nav.menu"\nmsgid "Menu"\nmsgstr "Carte"\n\n'
        f'msgctxt "items/S.VO.1"\nmsgid "{asked}"\nmsgstr "Et vos idées ?"\n',
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", SAID_IN_FRENCH],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "Carte", "Et vos idées ?", "Skip to content", "Français", "60\u00a0%",
        "24 novembre 2026",
    ], done.stderr  # fmt: skip


def test_every_language_is_in_step_with_the_english(tmp_path):
    """`make words` would change nothing, and leave nothing to be written."""
    for language in LANGUAGES[1:]:
        path = LOCALE / f"{language}.po"
        made = brought_up_to_date(path, language)
        with (tmp_path / path.name).open("wb") as stream:
            write_po(stream, made, width=WIDTH, include_previous=False)
        assert (tmp_path / path.name).read_text() == path.read_text()
        assert [m.context for m in made if m.id and (not m.string or m.fuzzy)] == []
    places = [m.place for m in everything()]
    assert len(places) == len(set(places)), "two texts in one place"
