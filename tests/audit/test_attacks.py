"""What an outsider finds in release files drawn by hand: teachers of three schools.

The question is whether they have heard (WHY.1), how clear it is (WHY.2), and how clear
to those who have heard. Three schools make a cohort and the district.
"""

import shutil
from collections import Counter

import pandas as pd
import pytest
from release_rows import META, WAVES, rows

from data.audit.attacks import DISTRICT, attack, known_of
from data.audit.books import books
from data.audit.definitions import Definitions
from data.audit.files import read_release
from data.audit.registers import attack_figures
from data.audit.rows import check_rows
from data.publish.files import write_file

HEARD = {"indicator_id": "CH-4", "form": "teacher", "part": "T.WHY.1"}
CLEAR = {"indicator_id": "CH-4", "form": "teacher", "part": "clear_if_heard"}
BOTH = {"indicator_id": "CH-4", "form": "teacher", "part": "heard_and_clear"}
EXACT = {
    "design_effect": 1.0,
    "waves_pooled": 1,
    "coding": "exact",
    "change": "too_few",
}

SCHOOLS = rows(
    "schools",
    """
    school_id | name  | level | cohort_id | launch_wave
    A         | Alder | high  | 1         | 0
    B         | Birch | high  | 1         | 0
    C         | Cedar | high  | 1         | 0
    """,
)
DEFINITIONS = rows(
    "definitions",
    """
    table_name | indicator_id | part            | form    | category | base                     | numerator        | kind     | adds_up
    estimates  | CH-4         | T.WHY.1         | teacher | *        | answered T1              | heard            | teachers | yes
    estimates  | CH-4         | heard_and_clear | teacher | *        | answered T1              | heard and clear  | teachers | yes
    estimates  | CH-4         | clear_if_heard  | teacher | *        | heard, answered T2       | heard and clear  | teachers | yes
    figures    | PP-2         | theme           | *       | *        | principals answering     | naming {category} | pulse   | yes
    """,
)
RELATIONS = rows(
    "relations",
    """
    form    | left_count         | holds  | right_counts
    teacher | heard              | within | answered T1
    teacher | heard and clear    | within | heard
    teacher | heard and clear    | within | heard, answered T2
    teacher | heard, answered T2 | within | heard
    """,
    form="teacher",
)
RULES = pd.concat(
    [
        META,
        rows(
            "meta",
            """
            key                       | value
            rule.min_n_staff          | 5
            rule.min_n_principal      | 5
            rule.min_n_principal_view | 10
            rule.tie_min              | 3
            """,
        ),
    ]
)


@pytest.fixture
def release(tmp_path):
    """Write a release of these estimates, by audience, and read it as a stranger."""

    def written(**estimates):
        folder = tmp_path / "release"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for audience in ("public", "school", "district"):
            tables = {
                "meta": RULES,
                "schools": SCHOOLS,
                "waves": WAVES,
                "definitions": DEFINITIONS,
                "relations": RELATIONS,
            }
            mine = [
                f
                for f in (estimates.get(audience), estimates.get(f"{audience}_figures"))
                if f is not None
            ]
            for frame in mine:
                tables[
                    "figures" if "about" in frame and "value" in frame else "estimates"
                ] = frame
            write_file(folder / f"{audience}.duckdb", tables)
        return read_release(folder)

    return written


def found(release):
    return {(f.reader, f.place) for f in attack(release, Counter())}


def told(drawn, **usual):
    return rows("estimates", drawn, **{**EXACT, **usual})


def both(*frames):
    return pd.concat(frames, ignore_index=True)


def test_a_hidden_group_that_its_neighbors_tell_is_found(release):
    """17 of 17 answered, 3 had heard: of those nobody may be told apart, yet 3 × share is."""
    files = release(
        public=told(
            "unit_id | status\nA | not_collected", unit_kind="district", **HEARD
        ),
        district=both(
            told(
                "unit_id | n  | share              | eligible\nA | 17 | 17.647058823529413 | 20",
                **HEARD,
            ),
            told(
                "unit_id | n  | share              | eligible\nA | 17 | 17.647058823529413 | 20",
                **BOTH,
            ),
            told("unit_id | status\nA | protected", **CLEAR),
        ),
    )

    assert found(files) == {
        ("district", "heard, answered T2 (teacher 2025-26F), school A")
    }


def test_with_its_neighbor_hidden_it_is_not(release):
    files = release(
        public=told(
            "unit_id | status\nA | not_collected", unit_kind="district", **HEARD
        ),
        district=both(
            told("unit_id | status\nA | protected", **HEARD),
            told(
                "unit_id | n  | share              | eligible\nA | 17 | 17.647058823529413 | 20",
                **BOTH,
            ),
            told("unit_id | status\nA | protected", **CLEAR),
        ),
    )

    assert found(files) == set()


@pytest.mark.parametrize(
    ("status", "is_found"), [("not_collected", True), ("protected", False)]
)
def test_an_empty_place_beside_a_hidden_number_tells_that_nobody_had_heard(
    release, status, is_found
):
    """A's share who had heard is hidden; "of those who had" says that nobody had."""
    files = release(
        public=told(
            "unit_id | status\nA | not_collected", unit_kind="district", **HEARD
        ),
        district=both(
            told("unit_id | status\nA | protected", **HEARD),
            told("unit_id | status\nA | protected", **BOTH),
            told(f"unit_id | status\nA | {status}", **CLEAR),
        ),
    )
    place = ("district", "heard and clear (teacher 2025-26F), school A")

    assert found(files) == ({place} if is_found else set())


def test_a_school_is_had_by_taking_the_others_from_the_total(release):
    rest = told(
        """
        unit_id | n  | share | eligible
        A       | 12 | 50    | 20
        B       | 20 | 50    | 30
        """,
        **HEARD,
    )
    hidden = told("unit_id | status\nC | protected", **HEARD)
    total = told(
        "unit_id | n | share | eligible\nall | 35 | 50 | 60",
        unit_kind="district",
        **HEARD,
    )

    files = release(
        public=both(total.assign(status="not_collected", n=None, share=None)),
        district=both(rest, hidden, total),
    )

    assert ("district", "answered T1 (teacher 2025-26F), school C") in found(files)


def test_two_hidden_schools_cover_each_other(release):
    files = release(
        public=told(
            "unit_id | status\nall | not_collected", unit_kind="district", **HEARD
        ),
        district=both(
            told("unit_id | n | share | eligible\nA | 12 | 50 | 20", **HEARD),
            told("unit_id | status\nB | protected\nC | protected", **HEARD),
            told(
                "unit_id | n | share | eligible\nall | 35 | 50 | 60",
                unit_kind="district",
                **HEARD,
            ),
        ),
    )

    assert found(files) == set()


def test_bands_alone_can_tell_that_a_group_is_small(release):
    """10–19 answered, at most one in five had heard: three had, or fewer."""
    public = both(
        told(
            "unit_id | n_band | share | coding\nall | 10–19 | 20 | at_most",
            unit_kind="district",
            **HEARD,
        ),
        told("unit_id | status\nall | protected", unit_kind="district", **CLEAR),
    )
    files = release(
        public=public,
        district=public.assign(
            status="protected", n_band=None, share=None, coding=None
        ),
    )

    assert ("public", "heard, answered T2 (teacher 2025-26F), district all") in found(
        files
    )


def test_a_principal_takes_the_own_school_out(release):
    """12 in the own school, 10 to 19 in both: what is left may be small, and is for seven."""
    cohort = told(
        "unit_id | n_band | share\n1 | 10–19 | 50", unit_kind="cohort", **HEARD
    )
    own = told("unit_id | n  | share | eligible\nA | 16 | 50 | 20", **HEARD)
    hidden = told("unit_id | status\nB | protected\nC | not_collected", **HEARD)
    files = release(
        public=cohort,
        school=both(cohort, own.assign(scope="A")),
        district=both(
            cohort.assign(n=19.0, status="protected", n_band=None, share=None),
            own.assign(status="protected", n=None, share=None),
            hidden,
        ),
    )

    assert ("principal", "answered T1 (teacher 2025-26F), school B") in found(files)


def test_a_part_that_nobody_defined_is_found(release):
    undefined = told(
        "unit_id | n | share\nall | 40 | 50",
        unit_kind="district",
        indicator_id="CH-4",
        form="teacher",
        part="mystery",
    )

    broken = {
        (rule, place)
        for rule, _, place in check_rows(release(public=undefined, district=undefined))
    }

    assert ("P5", "estimates: CH-4 mystery is not defined") in broken


@pytest.mark.parametrize(
    ("kind", "unit", "is_found"),
    [("district", "all", False), ("cohort", "1", True), ("school", "A", True)],
)
def test_what_principals_say_month_by_month_is_the_districts_alone(
    release, kind, unit, is_found
):
    said = rows(
        "figures",
        "indicator_id | part | about | unit_kind | unit_id | category | n_band | value\n"
        f"PP-2 | theme | x | {kind} | {unit} | W1 | 20–39 | 55",
        coding="exact",
    )
    broken = {
        rule
        for rule, reader, place in check_rows(release(public_figures=said))
        if "PP-2" in place
    }

    assert ("P2" in broken) is is_found


def test_a_cohort_of_four_is_had_from_the_others_themes(release):
    """33 principals in all, 6, 8, 9 and 6 told by cohort: four are left."""
    said = rows(
        "figures",
        """
        unit_kind | unit_id | category | n  | value  | status
        district  | all     | W1       | 33 | 54.545454545454547 | shown
        cohort    | 1       | W1       | 29 | 55.172413793103445 | shown
        cohort    | 2       | W1       | -  | -      | protected
        """,
        indicator_id="PP-2", part="theme", about="x", coding="exact",
    )  # fmt: skip

    files = release(district_figures=said)
    files.tables["district"]["schools"] = both(SCHOOLS, SCHOOLS.assign(cohort_id=2))
    places = {place for _, _, place in attack_figures(files, Counter())}

    assert places == {"principals answering 2025-26F, cohort 2"}


def test_definitions_that_differ_from_file_to_file_are_found(release):
    files = release(
        public=told(
            "unit_id | n_band | share\nall | 40–99 | 50", unit_kind="district", **HEARD
        )
    )
    files.tables["district"]["definitions"] = DEFINITIONS.head(1)

    assert not Definitions(files).is_told_alike


def test_a_roster_nobody_is_told_of_bounds_nothing(release):
    """No roster in either file: 40 in the district, and two hidden schools share them."""
    total = told("unit_id | n | share\nall | 40 | 50", unit_kind="district", **HEARD)
    files = release(
        public=told("unit_id | status\nall | protected", unit_kind="district", **HEARD),
        district=both(
            told(
                "unit_id | status\nA | not_collected\nB | protected\nC | protected",
                **HEARD,
            ),
            total,
        ),
    )

    assert found(files) == set()


def test_a_district_leader_is_told_no_roster_of_the_schools_own_file(release):
    """Of 20 in two hidden schools A has 16 at most, were its own roster known."""
    hidden = told(
        "unit_id | status\nA | protected\nB | protected\nC | not_collected", **HEARD
    )
    total = told(
        "unit_id | n | share | eligible\nall | 20 | 50 | 60",
        unit_kind="district",
        **HEARD,
    )
    own = told("unit_id | n | share | eligible\nA | 16 | 50 | 16", **HEARD)
    files = release(
        public=total.assign(status="protected", n=None, share=None, eligible=None),
        school=own.assign(scope="A"),
        district=both(hidden, total),
    )
    (book,) = books(files, Definitions(files))
    base = book.row_cells[0]
    school = book.rows["unit_id"].eq("A").to_numpy()
    most = known_of(book, DISTRICT).knowledge.high[base[school]]

    assert set(most) == {19.0}


def test_a_share_without_a_band_is_read_without_coded_ends(release):
    files = release(
        public=told("unit_id | share\nall | 50", unit_kind="district", **HEARD),
        district=told(
            "unit_id | n | share | eligible\nall | 40 | 50 | 60",
            unit_kind="district",
            **HEARD,
        ),
    )

    assert found(files) == set()
