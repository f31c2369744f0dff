"""Tables and patterns other offices have published: none of ours tells more.

Real and synthetic tables of statistical offices, with their small cells, their
hierarchies and, where published, the pattern another tool found.
"""

import csv
import gzip
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from tables import solvable_by_projection

from data.disclosure.suppression import Question, exposed_cells, protect
from data.disclosure.system import System, reduced

HERE = Path(__file__).resolve().parents[3] / "shared/data/disclosure_control"
TOTAL = "Total"


def rows_of(name: str, **options) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, **options))


def from_people(people: list[tuple[str, ...]], above=lambda axis, code: TOTAL):
    """Return the system of every crossing of *people*, with all its margins.

    Args:
        above: the code one level up on an axis; TOTAL at the top.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    for person in people:
        cells = [()]
        for axis, code in enumerate(person):
            chain = [code]
            while chain[-1] != TOTAL:
                chain.append(above(axis, chain[-1]))
            cells = [(*c, step) for c in cells for step in chain]
        counts.update(cells)
    return from_cells(dict(counts), above)


def from_cells(counts: dict[tuple[str, ...], int], above):
    keys = sorted(counts)
    place = {k: i for i, k in enumerate(keys)}
    parts = defaultdict(list)
    for key in keys:
        for axis, code in enumerate(key):
            if code != TOTAL:
                total = (*key[:axis], above(axis, code), *key[axis + 1 :])
                if total in place:
                    parts[place[total], axis].append(place[key])
    totals = tuple((t, tuple(p)) for (t, _), p in sorted(parts.items()))
    ranks = [sum(code == TOTAL for code in key) for key in keys]
    return keys, System([counts[k] for k in keys], totals), ranks


def protected(system: System, ranks: list[int], primary: set[int], minimum: int):
    question = Question(
        frozenset(primary), dict.fromkeys(primary, minimum), frozenset(), ranks
    )
    found = protect(system, question)
    hidden = primary | found
    assert not reduced(system, hidden).solvable() & primary
    assert not exposed_cells(system, question, hidden)
    if len(hidden) < 400:
        assert not solvable_by_projection(system, hidden) & primary
    return found


def small(system: System, minimum: int) -> set[int]:
    return {c for c, n in enumerate(system.counts) if 0 < n < minimum}


def test_tau_argus_published_pattern_holds_and_ours_is_no_larger():
    """Size × region, 9 primary cells; the modular method hid 12 more."""
    region_of, up = None, {}
    for line in (HERE / "tau_argus_simple2d/region2.hrc").read_text().splitlines():
        if line.startswith("@"):
            up[line[1:].strip()] = region_of
        else:
            region_of = line.strip()
            up[region_of] = TOTAL
    counts, published, primary_keys = {}, set(), set()
    with (HERE / "tau_argus_simple2d/expected_Simple2D.txt").open() as stream:
        for size, region, value, status in csv.reader(stream):
            if status == "14":
                continue
            key = (size.strip(), region.strip())
            counts[key] = round(float(value))
            if status in {"3", "11"}:
                published.add(key)
            if status == "3":
                primary_keys.add(key)
    sizes = {s for s, _ in counts}

    def above(axis, code):
        if axis == 1:
            return up[code]
        # Sizes 2–9 lie below three groups in the published table's code list.
        return TOTAL

    keys, system, ranks = from_cells(counts, above)
    # Only lines whose parts add up are equations here.
    lines = tuple(
        (t, p)
        for t, p in system.totals
        if abs(system.counts[t] - sum(system.counts[c] for c in p)) <= len(p)
    )
    system = System(system.counts, lines)
    primary = {k for k, key in enumerate(keys) if key in primary_keys}
    theirs = {k for k, key in enumerate(keys) if key in published}

    assert len(primary) == 9
    assert len(sizes) > 3
    assert len(lines) > 20
    assert not reduced(system, theirs).solvable() & primary
    ours = protect(
        system,
        Question(frozenset(primary), dict.fromkeys(primary, 0), frozenset(), ranks),
    )
    assert not reduced(system, ours | primary).solvable() & primary
    assert len(ours) <= 12


@pytest.mark.parametrize(
    ("name", "axis"),
    [
        ("insee_turnover_act_size.csv", "SIZE"),
        ("insee_turnover_act_cj.csv", "CJ"),
        ("insee_turnover_nuts_size.csv", "SIZE"),
    ],
)
def test_turnover_by_activity_and_size(name, axis):
    rows = rows_of(name)
    first = next(iter(rows[0]))
    up = {}
    if first == "ACTIVITY":
        for r in rows_of("insee_activity_corr_table.csv"):
            up[r["A88"]] = r["A21"]
            up.setdefault(r["A21"], r["A10"])
            if r["A21"] == r["A10"]:
                up[r["A21"]] = TOTAL
            up[r["A10"]] = TOTAL
    else:
        for r in rows_of("insee_nuts23_fr_corr_table.csv"):
            up[r["NUTS3"]] = r["NUTS2"]
            up[r["NUTS2"]] = TOTAL
    counts = {
        (r[first], r[axis]): round(float(r["N_OBS"])) for r in rows if float(r["N_OBS"])
    }
    keys, system, ranks = from_cells(
        counts, lambda a, code: up.get(code, TOTAL) if a == 0 else TOTAL
    )
    primary = small(system, 3)

    assert primary
    assert len(keys) > 300
    assert len(system.totals) > 60
    protected(system, ranks, primary, 3)


def test_norwegian_census_at_two_levels_of_age():
    rows = rows_of("norway_d53_frequency_table.csv")
    up = {}
    for r in rows:
        up[1, r["age_m"]] = r["age_l"]
        up[1, r["age_l"]] = TOTAL
        up[2, r["lms_h"]] = r["lms_l"] if r["lms_l"] != r["lms_h"] else TOTAL
        up[2, r["lms_l"]] = TOTAL
    people = [
        (r["sex"], r["age_m"], r["lms_h"]) for r in rows for _ in range(int(r["freq"]))
    ]
    keys, system, ranks = from_people(people, lambda a, code: up.get((a, code), TOTAL))
    primary = small(system, 5)

    assert primary
    assert len(keys) > 200
    protected(system, ranks, primary, 5)


@pytest.mark.parametrize("name", ["sdctable_microdata1.csv", "sdctable_microdata2.csv"])
def test_a_hundred_people_crossed(name):
    rows = rows_of(name)
    axes = [a for a in rows[0] if a not in {"val", "numVal", "ecoOld"}]
    people = [tuple(r[a] for a in axes) for r in rows]
    _, system, ranks = from_people(people)
    primary = small(system, 4)

    assert primary
    protected(system, ranks, primary, 4)


@pytest.mark.long
def test_pupils_by_school_grade_and_group():
    """Thirty thousand synthetic Texan student-years; the fullest year's schools."""
    rows = rows_of("opensdp_synth_texas_students.csv")
    year = Counter(r["year"] for r in rows).most_common(1)[0][0]
    people = [
        (r["school_code"], r["grade_level"], r["race_ethnicity"])
        for r in rows
        if r["year"] == year
    ]
    keys, system, ranks = from_people(people)
    primary = small(system, 10)

    assert len(primary) > 20
    assert len(keys) > 100
    found = protected(system, ranks, primary, 10)
    assert not any(ranks[c] == 3 for c in found), "the grand total stays"


def test_the_micro_data_behind_the_published_pattern_is_all_there():
    with gzip.open(HERE / "tau_argus_simple2d/tau_testW.asc.gz", "rt") as stream:
        assert sum(1 for _ in stream) == 42_723
