"""A second pair of hands: register indicators recomputed from the export files alone.

Cell by cell against the district's own file. Figures are kept to six decimals; nothing
else may differ.
"""

import functools
import math
from collections.abc import Callable

import pandas as pd
import pytest
from oracle.exports import Exports
from oracle.registers import EVERY, counted

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


@pytest.fixture(scope="module")
def exports(district) -> Exports:
    return Exports(district.settings.incoming)


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
        and key[-1] not in {"together", "margin"}
    }  # fmt: skip

    assert not more, sorted(more)[:5]


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
