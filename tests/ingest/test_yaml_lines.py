"""Where in a YAML file something stands, so that a mistake names its line."""

import pytest

from data.errors import MappingError
from data.ingest.yaml_lines import Written


def written(tmp_path, text):
    path = tmp_path / "m.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Written(path)


def refused(tmp_path, text):
    with pytest.raises(MappingError) as told:
        written(tmp_path, text)
    return str(told.value)


TEXT = "survey: a\nitems:\n  Q: S.VO.1\n  R:\n    item: S.VO.2\nwords: [x,\n  y]\n"


def test_the_content_is_what_yaml_says(tmp_path):
    assert written(tmp_path, TEXT).content == {
        "survey": "a",
        "items": {"Q": "S.VO.1", "R": {"item": "S.VO.2"}},
        "words": ["x", "y"],
    }
    assert written(tmp_path, "").content is None
    assert written(tmp_path, b"\xef\xbb\xbfa: b\n").content == {"a": "b"}


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("survey",), 1),
        (("items",), 2),
        (("items", "Q"), 3),
        (("items", "R", "item"), 5),
        (("words", 1), 7),
        # The nearest place around one that is not there.
        (("items", "R", "recode"), 4),
        (("items", "Z"), 2),
        (("nowhere", "at all"), 1),
        ((), 1),
    ],
)
def test_a_place_has_a_line_or_that_of_the_nearest_around_it(tmp_path, place, line):
    assert written(tmp_path, TEXT).line(place) == line


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"a: \xff\n", "m.yaml: this is no text; save the mapping as UTF-8"),
        ("a: b\nc: [1\n", "m.yaml:3: this is no YAML: "),
        ("a: b\n\tc: d\n", "m.yaml:2: this is no YAML: "),
        ("a: \x07\n", "m.yaml: this is no YAML"),
        ("a: 1\nb: 2\na: 3\n", "m.yaml:3: "),
    ],
)
def test_what_is_no_mapping_is_said_in_one_line(tmp_path, text, says):
    assert refused(tmp_path, text).startswith(says)


def test_a_mapping_there_is_none_of_is_said(tmp_path):
    with pytest.raises(MappingError, match=r"^gone\.yaml: there is no such mapping$"):
        Written(tmp_path / "gone.yaml")


def test_what_is_nested_too_deeply_is_refused_by_its_line(tmp_path):
    deep = "\n".join(f"{' ' * k}k:" for k in range(60)) + " x\n"

    assert "nested too deeply to be a mapping" in refused(tmp_path, deep)
    assert "this is no YAML" in refused(tmp_path, "[" * 5_000)


def test_every_word_is_its_own_text(tmp_path):
    text = "Yes: 0012\nno: 1.0\n12: true\nempty:\nnothing: ~\nday: 2026-10-05\n"

    assert written(tmp_path, text).content == {
        "Yes": "0012", "no": "1.0", "12": "true", "empty": None, "nothing": None,
        "day": "2026-10-05",
    }  # fmt: skip


def test_an_emoji_in_two_halves_is_one(tmp_path):
    assert written(tmp_path, '"\\uD83D\\uDE00": "\\uD83D\\uDE00"\n').content == {
        "\U0001f600": "\U0001f600"
    }


def test_a_part_written_once_may_stand_twice(tmp_path):
    found = written(tmp_path, "a: &x {k: v}\nb: *x\nc: {<<: *x, l: w}\n")

    assert found.content == {
        "a": {"k": "v"},
        "b": {"k": "v"},
        "c": {"k": "v", "l": "w"},
    }
    assert found.line(("b",)) == 2


def test_a_key_is_a_word_and_stands_once(tmp_path):
    assert refused(tmp_path, "a: b\n? [x, y]\n: c\n") == (
        "m.yaml:2: a key is a word, not a list"
    )
    assert refused(tmp_path, "a: 1\nb: 2\na: 3\n") == (
        "m.yaml:3: 'a' stands twice (lines 1 and 3); leave one"
    )
