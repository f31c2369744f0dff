"""The demo's files attacked by hand: the arithmetic that once solved 116 cells."""

from data.model.viewer import Audience

EXACT = """
    SELECT h.scope, h.unit_kind, h.unit_id, h.wave_index, h.form,
      y.n AS asked, y.share * y.n / 100 AS heard, b.share * b.n / 100 AS both
    FROM estimates h
    LEFT JOIN estimates y ON y.part = left(h.form, 1).upper() || '.WHY.1'
      AND y.status = 'shown' AND (y.form, y.wave_index, y.unit_kind, y.unit_id,
        y.breakdown, y.category, y.scope) = (h.form, h.wave_index, h.unit_kind,
        h.unit_id, h.breakdown, h.category, h.scope)
    LEFT JOIN estimates b ON b.part = 'heard_and_clear'
      AND b.status = 'shown' AND (b.form, b.wave_index, b.unit_kind, b.unit_id,
        b.breakdown, b.category, b.scope) = (h.form, h.wave_index, h.unit_kind,
        h.unit_id, h.breakdown, h.category, h.scope)
    WHERE h.part = 'clear_if_heard' AND h.status = 'protected'
      AND h.breakdown = 'all' AND (h.scope <> 'all' OR {all})"""


def test_no_principal_solves_those_who_heard(district):
    rows = district.rows(Audience.SCHOOL, EXACT.format(all="false"))
    solved = [r for r in rows if r[6] is not None and r[7] is not None]
    small = [
        r for r in rows if r[6] is not None and round(r[6]) < 5 and r[4] == "teacher"
    ]

    assert len(rows) > 100
    assert solved == []
    assert small == []


def test_no_district_leader_solves_those_who_heard(district):
    rows = district.rows(Audience.DISTRICT, EXACT.format(all="true"))

    assert len(rows) > 50
    assert [r for r in rows if r[6] is not None or r[7] is not None] == []


def test_the_public_reads_no_part_beside_a_hidden_one(district):
    """From bands of n alone, 29 of 32 had been bounded under the minimum."""
    rows = district.rows(
        Audience.PUBLIC,
        """SELECT h.part, h.unit_id FROM estimates h JOIN estimates y USING (form,
             wave_index, unit_kind, unit_id, breakdown, category, indicator_id)
           WHERE h.part = 'clear_if_heard' AND h.status = 'protected'
             AND y.status = 'shown' AND (y.part = 'heard_and_clear'
               OR y.part LIKE '_.WHY.1')""",
    )

    assert rows == []


def test_the_public_reads_of_principals_by_district_alone(district):
    rows = district.rows(
        Audience.PUBLIC,
        """SELECT DISTINCT unit_kind FROM figures WHERE indicator_id IN ('PP-1', 'PP-2')
           UNION SELECT DISTINCT unit_kind FROM estimates WHERE form = 'principal'""",
    )

    assert rows == [("district",)]
