"""Faults are drawn where thresholds stand, and what is excused is still there."""

import pytest
from conftest import ROOT

from benchmarks.mutants.places import places_in
from benchmarks.mutants.rooms import ROOMS, code_of, draw, equivalents

MODULE = '''"""What it is for."""
from functools import cache

LEAST: int = 10


@cache
def enough(n: int | None = None) -> bool:
    """Tell."""
    return n is not None and n >= LEAST
'''


@pytest.fixture
def small(tmp_path):
    (tmp_path / "small.py").write_text(MODULE)
    return tmp_path


def test_constants_defaults_and_decorated_functions_are_altered_and_hints_are_not(
    small,
):
    found = places_in(small, "small.py", seed=1)

    assert {(p.where, p.operator, p.before) for p in found} == {
        ("LEAST", "assignment", "LEAST: int = 10"),
        ("LEAST", "number", "10"),
        ("enough", "swap_op", "n is not None and n >= LEAST"),
        ("enough", "keywords", "is not"),
        ("enough", "swap_op", ">= LEAST"),
    }


def test_one_fault_changes_one_place_of_the_text(small):
    [place] = [p for p in places_in(small, "small.py", 1) if p.operator == "number"]

    assert place.source() == MODULE.replace("10", "11")
    assert place.key == "small:LEAST number | 10 -> 11"
    assert place.at_import


def test_a_fault_keeps_its_name_and_its_turn_when_lines_move(small):
    before, _ = draw(small, ["small.py"], sample=3, seed=7)
    (small / "small.py").write_text(MODULE.replace('"""\n', '"""\n\n\n', 1))
    after, _ = draw(small, ["small.py"], sample=3, seed=7)

    assert [p.key for p, _ in after] == [p.key for p, _ in before]


def test_another_seed_draws_other_faults(small):
    drawn = {
        tuple(p.key for p, _ in draw(small, ["small.py"], sample=2, seed=seed)[0])
        for seed in range(8)
    }

    assert len(drawn) > 1


@pytest.mark.long
def test_every_excused_fault_stands_in_its_module_with_a_reason():
    modules = {
        path.removesuffix(".py").replace("/", "."): path
        for room in ROOMS
        for path in code_of(ROOT, room)
    }
    for fault, because in equivalents().items():
        module, _, rest = fault.partition(":")
        where, _, _ = rest.partition(" ")
        before = rest.split(" | ", 1)[1].split(" -> ")[0]
        there = {(p.where or "(module)", p.before) for p in places_in(ROOT, modules[module], 2026)}

        assert (where, before) in there, f"no longer there: {fault}"
        assert len(because.split()) > 4
