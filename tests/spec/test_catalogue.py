"""The catalogue is checked when it is read: file, line and reason."""

import shutil
from pathlib import Path

import pytest

from data.catalogue import catalogue, read_catalogue, reader
from data.catalogue.words import read_words
from data.errors import CatalogueError

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
    ("items.yaml", 'es: "¿Con qué', 'xx: "¿Con qué', r"items.yaml:\d+: S.VO.1 has no Spanish"),
    ("indicators.yaml", "items: [S.CC.1,", "items: [S.VO.1,", r"S.VO.1 is used by two scales, of LX-1 and LX-2"),
    ("indicators.yaml", "serves: [SD-04]", "serves: []", r"indicators.yaml:\d+: LX-1 serves no seed tag"),
    ("indicators.yaml", "serves: [SD-04]", "serves: [SD-99]", r"LX-1 serves the unknown tag SD-99"),
    ("seed_tags.yaml", "- id: SD-24", "- id: SD-25", r"SD-24"),
    ("response_sets.yaml", '"Almost always"]', '"Almost always", "Ever"]', r"response_sets.yaml:\d+: FREQ5 has 6 options"),
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


def test_a_text_without_spanish_or_with_other_values_is_named(tmp_path):
    path = tmp_path / "words.yaml"
    path.write_text('a:\n  en: "{n} x"\n  es: "{m} x"\n')
    with pytest.raises(CatalogueError, match="fills in"):
        read_words(path)
    other = tmp_path / "more.yaml"
    other.write_text('b:\n  en: "x"\n')
    with pytest.raises(CatalogueError, match="no text in 'es'"):
        read_words(other)
