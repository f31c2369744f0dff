"""The adoption rubric: a high average cannot hide a missing attribute."""

import pytest

from data.catalogue import catalogue
from data.scoring.adoption import adoption

RUBRIC = catalogue().rubric


def rated(*rows: str) -> dict[tuple[str, str], int]:
    """Four rows of three levels: voice, co-creation, social, self."""
    return {
        (attribute, domain): int(level)
        for attribute, row in zip(RUBRIC.attributes, rows, strict=True)
        for domain, level in zip(RUBRIC.domains, row.split(), strict=True)
    }


def test_g9():
    found = adoption(rated("3 2 1", "2 2 1", "2 1 1", "3 2 2"), RUBRIC)

    assert found.index == pytest.approx(45.83, abs=0.005)
    assert list(found.attributes.values()) == pytest.approx([2, 5 / 3, 4 / 3, 7 / 3])
    assert list(found.domains.values()) == pytest.approx([2.5, 1.75, 1.25])
    assert found.stage == 1


def test_three_attributes_at_the_top_cannot_hide_a_missing_one():
    found = adoption(rated("4 4 4", "4 4 4", "4 4 4", "0 0 0"), RUBRIC)

    assert found.index == 75
    assert found.stage == 1


def test_a_missing_cell_leaves_the_means_and_takes_the_index():
    cells = rated("3 2 1", "2 2 1", "2 1 1", "3 2 2")
    del cells["voice", "policies"]
    found = adoption(cells, RUBRIC)

    assert found.index is None
    assert found.stage is None
    assert found.attributes["voice"] == 2.5
