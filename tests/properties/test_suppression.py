"""For every table, not only the drawn ones: nothing hidden can be found out."""

import itertools
import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import asked, solvable_by_projection, two_way

from data.disclosure.suppression import Question, exposed_cells, protect
from data.disclosure.system import System, reduced

MINIMUM = 5
TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 24), min_size=width, max_size=width),
        min_size=1,
        max_size=6,
    )
)


def hierarchy(sizes: list[list[int]], launched: list[bool]) -> System:
    """Schools in cohorts in a district; launched cohorts have a total of their own."""
    counts = [n for cohort in sizes for n in cohort]
    schools = len(counts)
    totals, start, started = [], 0, []
    for k, cohort in enumerate(sizes):
        parts = tuple(range(start, start + len(cohort)))
        totals.append((schools + k, parts))
        started += parts if launched[k] else ()
        start += len(cohort)
    district = schools + len(sizes)
    totals.append((district, tuple(range(schools))))
    counts += [sum(c) for c in sizes] + [sum(counts)]
    if started:
        counts.append(sum(counts[s] for s in started))
        totals.append((district + 1, tuple(started)))
    return System(counts, tuple(totals))


def check(system: System, question: Question) -> None:
    found = protect(system, question)
    hidden = set(question.hidden | found)
    everyone = {c for c, n in enumerate(system.counts) if n}
    assert not solvable_by_projection(system, hidden) & set(question.sensitive)
    if hidden != everyone:
        assert not exposed_cells(system, question, hidden)


# One hundred tables a seed: five here, and in `make audit` as many as it says.
SEEDS = range(int(os.environ.get("CHORUS_TABLE_SEEDS", "5")))


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_random_and_adversarial_tables(seed):
    """Two-way ones, nested ones, cohorts of one school, chains of small ones."""
    rng = random.Random(seed)
    for _ in range(50):
        height, width = rng.randint(1, 6), rng.randint(1, 5)
        most = rng.choice([4, 8, 15, 60])
        rows = [[rng.randint(0, most) for _ in range(width)] for _ in range(height)]
        system = two_way(rows)
        check(system, asked(system, MINIMUM, inner=height * width))
    for _ in range(50):
        cohorts = rng.randint(1, 4)
        sizes = [
            [rng.choice([0, 1, 3, 4, 5, 9, 40, 200]) for _ in range(rng.randint(1, 5))]
            for _ in range(cohorts)
        ]
        system = hierarchy(sizes, [rng.random() < 0.6 for _ in range(cohorts)])
        inner = sum(len(c) for c in sizes)
        knowers = [c for c in range(inner) if system.counts[c] >= MINIMUM]
        check(system, asked(system, MINIMUM, inner=inner, knowers=knowers))


@pytest.mark.long
@settings(max_examples=150, deadline=None)
@given(TABLES)
def test_no_pattern_leaves_a_small_cell_solvable(rows):
    system = two_way(rows)
    check(system, asked(system, MINIMUM, inner=len(rows) * len(rows[0])))


@settings(max_examples=150, deadline=None)
@given(TABLES, st.data())
def test_solving_agrees_with_projection(rows, data):
    """Exact elimination and floating projection find the same cells."""
    system = two_way(rows)
    cells = st.sets(st.integers(0, len(system.counts) - 1))
    hidden = data.draw(cells)

    assert reduced(system, hidden).solvable() == solvable_by_projection(system, hidden)


@settings(max_examples=100, deadline=None)
@given(TABLES, st.data())
def test_whoever_knows_more_never_finds_out_less(rows, data):
    """Publishing one table more never turns a leak into a pass."""
    system = two_way(rows)
    inner = len(rows) * len(rows[0])
    question = asked(system, MINIMUM, inner=inner)
    hidden = set(question.hidden)
    kept = data.draw(st.sets(st.sampled_from(range(len(system.totals)))))
    fewer = System(system.counts, [system.totals[e] for e in sorted(kept)])

    before = {e.cell for e in exposed_cells(fewer, question, hidden)}
    after = {e.cell for e in exposed_cells(system, question, hidden)}
    if reduced(fewer, hidden).solvable() & set(question.sensitive):
        assert before & reduced(fewer, hidden).solvable() <= after
    assert not before or after


@settings(max_examples=100, deadline=None)
@given(TABLES, st.randoms())
def test_the_order_of_rows_and_columns_changes_nothing(rows, rng):
    """With all counts different, the same cells go whatever the order."""
    height, width = len(rows), len(rows[0])
    rows = [
        [v * 31 + i * width + j for j, v in enumerate(r)] for i, r in enumerate(rows)
    ]
    lines, columns = list(range(height)), list(range(width))
    rng.shuffle(lines)
    rng.shuffle(columns)
    turned = [[rows[i][j] for j in columns] for i in lines]

    def hidden_values(table):
        system = two_way(table)
        question = asked(system, 40, inner=height * width)
        found = protect(system, question) | question.hidden
        return sorted(system.counts[c] for c in found if c < height * width)

    first, second = hidden_values(rows), hidden_values(turned)
    assert len(first) == len(second)
    assert sum(first) == sum(second)


def test_few_more_cells_are_hidden_than_the_best_possible_pattern_hides():
    """Against exhaustive search: at most one cell more, and seldom."""
    rng = random.Random(3)
    more = compared = 0
    for _ in range(60):
        rows = [[rng.randint(1, 20) for _ in range(3)] for _ in range(3)]
        system = two_way(rows)
        question = asked(system, MINIMUM, inner=9)
        found = protect(system, question)
        if not question.hidden or any(c >= 9 for c in found):
            continue
        best = fewest(system, question)
        assert len(found) <= best + 1
        more += len(found) - best
        compared += 1

    assert compared > 30
    assert more <= compared // 5


def fewest(system: System, question: Question) -> int:
    free = [c for c in range(9) if c not in question.hidden]
    for size in range(len(free) + 1):
        for extra in itertools.combinations(free, size):
            if not exposed_cells(system, question, question.hidden | set(extra)):
                return size
    return len(free) + 1
