"""A second pair of hands: register indicators recomputed from the export files alone.

Cell by cell against the district's own file. Figures are kept to six decimals; nothing
else may differ.
"""

import functools
import math
from collections.abc import Callable

import pandas as pd
import pytest
from oracle import (
    engines,
    joining,
    more_registers,
    promises,
    registers,
    rubric,
    uptake,
)
from oracle.registers import counted

from data.model.viewer import Audience

KEYS = [
    "indicator_id",
    "part",
    "about",
    "wave_index",
    "unit_kind",
    "unit_id",
    "category",
]
SAID = ["value", "low", "high", "word", "n", "of"]
ROUNDING = 0.6e-6
EVERY = {
    **registers.EVERY,
    **more_registers.EVERY,
    "CU-4": lambda x: [*registers.cu4(x), *promises.together(x)],
    "RO-2": uptake.ro2,
    "RO-4": uptake.ro4,
}


@pytest.fixture(scope="module")
def told(district) -> dict[tuple, dict]:
    columns = [*KEYS, "status", *SAID]
    rows = district.rows(Audience.DISTRICT, f"SELECT {', '.join(columns)} FROM figures")
    frame = pd.DataFrame(rows, columns=columns)
    return {tuple(r[k] for k in KEYS): r for r in frame.to_dict("records")}


@pytest.fixture(scope="module")
def recomputed(exports) -> Callable[[str], list[dict]]:
    return functools.cache(lambda name: list(EVERY[name](exports)))


@pytest.mark.parametrize("name", EVERY)
def test_every_cell_is_what_the_export_files_say(recomputed, told, name):
    expected = recomputed(name)
    wrong = differences(expected, told)

    assert len(expected) > 10
    assert not wrong, f"{len(wrong)} of {len(expected)}: {wrong[:5]}"


@pytest.mark.parametrize("name", EVERY)
def test_the_release_tells_no_cell_the_export_files_do_not(recomputed, told, name):
    expected = {tuple(r[k] for k in KEYS) for r in recomputed(name)}
    parts = {key[:2] for key in expected}
    more = {
        key
        for key, cell in told.items()
        if key[:2] in parts and key not in expected and cell["status"] == "shown"
        and key[-1] != "margin"
    }  # fmt: skip

    assert not more, sorted(more)[:5]


def test_every_learning_engine_is_what_the_export_files_say(
    exports, answered, district, told
):
    """LE-1, out of what the release shows of a school."""
    shown = district.rows(
        Audience.DISTRICT,
        """SELECT indicator_id, part, form, wave_index, unit_kind, unit_id FROM estimates
           WHERE breakdown = 'all' AND status = 'shown' AND unit_kind = 'school'
             AND (indicator_id = 'LE-1' OR part = 'S.WA.4')""",
    )
    parts = {
        (k[0], k[1], k[3], k[5]): (
            answered.cells[k]["share"],
            answered.cells[k]["mean"],
        )
        for k in shown
    }
    expected = list(engines.le1(exports, answered.people["student_6_12"], parts))
    wrong = differences(expected, told)
    keys = {tuple(r[k] for k in KEYS) for r in expected}
    more = {k for k in told if k[0] == "LE-1" and k[1] != "grade" and k not in keys}

    assert len(expected) > 400
    assert not wrong, f"{len(wrong)} of {len(expected)}: {wrong[:5]}"
    assert not more, sorted(more)[:5]


def test_risk_and_results_stand_together_as_each_stands_alone(exports, district, told):
    """CU-5: the drawn room for risk beside the word of each promised outcome."""
    risk = {
        (wave, school): values
        for wave, school, *values in district.rows(
            Audience.DISTRICT,
            """SELECT wave_index, unit_id, shrunk, shrunk_low, shrunk_high FROM estimates
               WHERE indicator_id = 'CU-1' AND part = 'scale' AND breakdown = 'all'
                 AND unit_kind = 'school' AND shrunk IS NOT NULL""",
        )
    }
    expected = {
        (r["part"], r["wave_index"], r["unit_id"], r["category"]): (
            r["word"], *risk[r["wave_index"], r["unit_id"]],
        )
        for r in registers.cu4(exports)
        if r["unit_kind"] == "school" and r["part"] != "could_show"
        and r["value"] is not None and (r["wave_index"], r["unit_id"]) in risk
    }  # fmt: skip
    pairs = {
        (k[2], k[3], k[5], k[6]): (c["word"], c["value"], c["low"], c["high"])
        for k, c in told.items()
        if k[:2] == ("CU-5", "pair")
    }

    assert len(pairs) > 100
    assert pairs == expected


def test_schools_that_joined_moved_beside_others_as_the_export_files_say(
    exports, answered, district, told
):
    """RO-5 and the effects of RO-6, out of the schools the release shows."""
    shown = district.rows(
        Audience.DISTRICT,
        """SELECT indicator_id, part, form, wave_index, unit_kind, unit_id FROM estimates
           WHERE breakdown = 'all' AND status = 'shown' AND unit_kind = 'school'
             AND part IN ('scale', 'within', 'across') AND waves_pooled = 1
             AND rate_band IN ('high', 'usable', 'unknown')""",
    )
    rows = [(*key, answered.cells[key]["moved"]) for key in shown]
    names = ["indicator", "part", "form", "wave", "kind", "unit", "moved"]
    opened = {k[2] for k in told if k[:2] == ("RO-6", "overall")}
    expected = []
    for measure, means in pd.DataFrame(rows, columns=names).groupby(names[:3]):
        about = " ".join(measure)
        wide, joined = joining.panel(exports, means)
        expected += joining.ro5(exports, about, wide, joined)
        if about in opened:
            expected += joining.ro6(exports, about, wide, joined)
    wrong = differences(expected, told)
    parts = {(r["indicator_id"], r["part"]) for r in expected}
    keys = {tuple(r[k] for k in KEYS) for r in expected}

    assert len(expected) > 300
    assert not wrong, f"{len(wrong)} of {len(expected)}: {wrong[:5]}"
    assert not {k for k in told if k[:2] in parts and k not in keys}


def test_every_rubric_is_what_the_export_files_say(exports, district):
    """RO-1: cells, schools, cohorts and the district."""
    read = functools.partial(district.rows, Audience.DISTRICT)
    cells = read(
        """SELECT wave_index, school_id, attribute, domain, level FROM rubric_cells"""
    )
    schools = read(
        f"""SELECT wave_index, school_id, adoption, stage, {", ".join(RUBRIC_MEANS)}
            FROM rubric_schools"""
    )
    groups = {
        r[:3]: r[3:]
        for r in read(
            """SELECT wave_index, unit_kind, unit_id, schools, stage_0, stage_1,
                 stage_2, stage_3, stage_4, adoption FROM rubric_groups"""
        )
    }
    means = {
        r[:-1]: r[-1]
        for r in read(
            """SELECT wave_index, unit_kind, unit_id, attribute, domain, level
               FROM rubric_means"""
        )
    }
    again = rubric.schools(exports)
    columns = ["wave_index", "school_id", "adoption", "stage", *RUBRIC_MEANS]

    assert sorted(cells) == sorted(
        rubric.cells(exports).itertuples(index=False, name=None)
    )
    assert len(schools) > 200
    assert_near(
        dict(_by_unit(schools)),
        dict(_by_unit(again[columns].itertuples(index=False, name=None))),
    )
    assert_near(groups, dict(rubric.groups(exports)))
    assert_near(
        {k: (v,) for k, v in means.items()},
        {k: (v,) for k, v in rubric.means(exports)},
    )


def test_how_far_raters_agree_is_what_the_export_files_say(exports, told):
    agreed = {
        k[3]: (c["value"], c["n"])
        for k, c in told.items()
        if k[:2] == ("RO-1", "agreement")
    }

    assert len(agreed) == 9
    assert_near(agreed, {w: said for w, *said in rubric.agreement(exports)})


RUBRIC_MEANS = [*rubric.ATTRIBUTES, *rubric.DOMAINS]


def _by_unit(rows):
    return ((tuple(r[:2]), tuple(r[2:])) for r in rows)


def assert_near(told: dict, again: dict) -> None:
    assert told.keys() == again.keys()
    wrong = [k for k, said in told.items() if said != pytest.approx(again[k], abs=1e-6)]
    assert not wrong, f"{len(wrong)} of {len(told)}: {wrong[:3]}"


def test_every_counted_share_is_what_the_export_files_say(exports, district):
    rows = district.rows(
        Audience.DISTRICT,
        """SELECT indicator_id, part, wave_index, unit_kind, unit_id, share, n
           FROM estimates WHERE indicator_id IN ('FC-1', 'PL-1')
             AND breakdown = 'all' AND status = 'shown'""",
    )
    again = {key: (n, good) for key, n, good in counted(exports)}
    wrong = [
        f"{row}: {again.get(row[:5])} recomputed"
        for row in rows
        if not _same_share(again.get(row[:5]), row[5], row[6])
    ]

    assert len(rows) > 1000
    assert not wrong, f"{len(wrong)} of {len(rows)}: {wrong[:3]}"


def _same_share(again: tuple[int, int] | None, share: float, n: int) -> bool:
    if again is None or again[0] != n:
        return False
    return abs(100 * again[1] / n - share) <= ROUNDING


def differences(expected: list[dict], told: dict[tuple, dict]) -> list[str]:
    """Return one line for each cell that is missing, or says another thing."""
    wrong = []
    for cell in expected:
        key = tuple(cell[k] for k in KEYS)
        found = told.get(key)
        if found is None and _is_hidden_whole(key, told):
            continue
        if found is None:
            wrong.append(f"{key}: not in the release")
        elif found["status"] == "shown":
            wrong += [
                f"{key} {name}: {cell[name]} recomputed, {found[name]} told"
                for name in SAID
                if not same(cell[name], found[name])
            ]
    return wrong


def _is_hidden_whole(key: tuple, told: dict[tuple, dict]) -> bool:
    """True where a unit's themes are hidden: then not even which they are is told."""
    whole = told.get((*key[:-1], ""))
    return key[1] == "theme" and whole is not None and whole["status"] != "shown"


def same(recomputed: object, told: object) -> bool:
    """True where both say the same; "-" is not recomputed."""
    if isinstance(recomputed, str) and recomputed == "-":
        return True
    if recomputed is None:
        return told is None or (isinstance(told, float) and math.isnan(told))
    if isinstance(recomputed, str):
        return recomputed == told
    return told is not None and abs(float(recomputed) - float(told)) <= ROUNDING
