"""A second pair of hands: what teachers and principals say, from the export files alone.

Cell by cell against the district's own file; shares and means may differ by rounding.
"""

import pytest
from oracle import surveys
from oracle.exports import Exports

from data.model.viewer import Audience

ROUNDING = 0.6e-6
FORMS = {
    "teacher": (surveys.teachers, surveys.TEACHERS),
    "principal": (surveys.principals, surveys.PRINCIPALS),
}


@pytest.fixture(scope="module")
def told(district) -> dict[tuple, tuple]:
    rows = district.rows(
        Audience.DISTRICT,
        """SELECT indicator_id, part, form, wave_index, unit_kind, unit_id,
             share, mean, n, low, high
           FROM estimates WHERE breakdown = 'all' AND status = 'shown'
             AND waves_pooled = 1 AND form IN ('teacher', 'principal')""",
    )
    return {row[:6]: row[6:] for row in rows}


@pytest.mark.parametrize("form", FORMS)
def test_every_share_mean_and_interval_is_what_the_export_files_say(
    district, told, form
):
    read, measures = FORMS[form]
    exports = Exports(district.settings.incoming)
    found = {
        cell["key"]: cell
        for cell in surveys.estimates(exports, read(exports), form, measures)
    }
    mine = {k: v for k, v in told.items() if k[2] == form and k[:2] in measures}
    wrong = [
        f"{key}: {found.get(key)} recomputed, {cell} told"
        for key, cell in mine.items()
        if key not in found or not _same(found[key], cell)
    ]

    assert len(mine) > 100
    assert not wrong, f"{len(wrong)} of {len(mine)}: {wrong[:3]}"


def _same(cell: dict, told: tuple) -> bool:
    pairs = zip(
        (cell[k] for k in ("share", "mean", "n", "low", "high")), told, strict=True
    )
    return all(
        again is None or (there is not None and abs(again - there) <= ROUNDING)
        for again, there in pairs
    )
