"""`chorus explain`: from a number back to its answers, to whoever may know."""

import re

import duckdb
import pytest

from data.errors import NothingToExplain
from data.model.viewer import PUBLIC, Audience, Role, Viewer
from data.publish.explain import explain

DISTRICT, STEWARD = Viewer(Role.DISTRICT), Viewer(Role.STEWARD)


@pytest.fixture
def told(district):
    def explained(viewer, school, indicator, wave="2026-27F") -> str:
        with duckdb.connect(str(district.settings.warehouse), read_only=True) as w:
            lines = explain(
                district.folder, viewer, school=school, indicator=indicator,
                wave=wave, warehouse=w,
            )  # fmt: skip
            return "\n".join(lines)

    return explained


def test_a_number_is_counted_again_from_the_answers(told):
    text = told(DISTRICT, "SCH-006", "LX-1")

    assert "Do students feel their ideas count here?" in text
    assert "p̂ = Σ yⱼ / n" in text
    shown = re.search(r"scale \(student_3_5\)[^§]*?  ([\d.]+) % favorable", text)
    again = re.search(r"Counted again from the answers: ([\d.]+) %", text)
    assert shown
    assert again
    assert shown[1] == again[1]
    assert "grades_3_5_google_forms.csv" in text
    assert "min_n_student 10" in text


@pytest.mark.parametrize(
    "indicator", ["LX-6", "CU-1", "CH-4", "RO-2", "RO-3", "NI-3", "FC-2"]
)
def test_every_rule_comes_out_the_same_counted_by_hand(told, indicator):
    wave = "2025-26S" if indicator == "FC-2" else "2026-27F"
    text = told(DISTRICT, "all", indicator, wave)

    assert "Counted again from the answers" in text
    assert "have changed since" not in text


def test_the_public_never_hears_an_exact_count(told):
    text = told(PUBLIC, "SCH-006", "LX-1")

    assert re.search(r"People who count: [\d]+–[\d]+|300\+", text)
    assert "Counted again" not in text
    assert "Mean on" not in text


SIX = "Lone Pine K–8"


@pytest.mark.parametrize(
    "viewer",
    [PUBLIC, Viewer(Role.PRINCIPAL, frozenset({"SCH-028"})), DISTRICT, STEWARD],
)
def test_six_pupils_are_hidden_from_everyone(told, viewer):
    text = told(viewer, SIX, "LX-1")
    block = text.split("scale (student_6_12)")[1].split("\n\n")[0]

    assert "Hidden to protect people" in block
    assert not re.search(r"\d+(\.\d+)? %", block)
    assert ("min_n" in block) == (viewer is STEWARD)


def test_a_school_is_told_nothing_of_another(told):
    text = told(Viewer(Role.PRINCIPAL, frozenset({"SCH-001"})), "SCH-006", "CU-1")

    assert "Nothing is published about this unit for this reader" in text


def test_nine_teachers_are_no_number_for_their_principal(told):
    own = Viewer(Role.PRINCIPAL, frozenset({"SCH-004"}))
    text = told(own, "SCH-004", "CU-1")

    assert "Hidden to protect people" in text
    assert "% favorable" not in text


def test_registers_are_explained_too(told):
    text = told(PUBLIC, "all", "CH-3")

    assert re.search(r"voices: \d", text)
    assert "D = e^H" in text
    assert "tie SCH" not in told(PUBLIC, "SCH-006", "RO-4")
    assert "tie SCH" in told(DISTRICT, "SCH-006", "RO-4")


@pytest.mark.parametrize(
    ("school", "indicator", "wave", "says"),
    [
        ("SCH-999", "LX-1", "2026-27F", "no school 'SCH-999'"),
        ("all", "LX-9", "2026-27F", "no indicator LX-9"),
        ("all", "LX-1", "1999-00F", "no wave 1999-00F"),
    ],
)
def test_what_is_not_there_gets_one_line(told, school, indicator, wave, says):
    with pytest.raises(NothingToExplain, match=says):
        told(PUBLIC, school, indicator, wave)


def test_every_indicator_can_be_reached_by_its_readers(district, told):
    """34 indicators: each has a row somewhere for district leaders."""
    from data.catalogue import catalogue

    known = {
        row[0]
        for table in ("estimates", "figures")
        for row in district.rows(
            Audience.DISTRICT,
            f"SELECT DISTINCT indicator_id FROM {table} WHERE status = 'shown'",
        )
    }
    rubric = district.rows(Audience.DISTRICT, "SELECT count(*) FROM rubric_schools")
    assert rubric[0][0]
    assert known | {"RO-1"} == set(catalogue().indicators)
