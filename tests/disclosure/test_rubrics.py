"""Who reads which rubric (P2, "Adoption (RO-1) school by school")."""

import pandas as pd
import pytest

from data.disclosure.adoption import MEANS, STAGES, adoption_for
from data.model.rules import Rules
from data.model.viewer import Audience

CELLS = [("voice", "practices", 3), ("voice", "policies", 1)]


def district(**schools):
    """Schools as name=(cohort, stage, agreed), each with two rated cells."""
    units = pd.DataFrame(
        [(s, cohort, 0) for s, (cohort, *_) in schools.items()],
        columns=["school_id", "cohort_id", "launch_wave"],
    )
    cells = pd.DataFrame(
        [(s, 3, *cell) for s in schools for cell in CELLS],
        columns=["school_id", "wave_index", "attribute", "domain", "level"],
    )
    rated = pd.DataFrame(
        [
            (s, 3, agreed, None if stage is None else 25.0 * stage, stage, *[1.5] * 7)
            for s, (_, stage, agreed) in schools.items()
        ],
        columns=["school_id", "wave_index", "agreed", "adoption", "stage", *MEANS],
    )
    return cells, rated, units


def seen(audience, parts, **rules):
    return adoption_for(audience, *parts, Rules(**rules))


TWO = {"A": (1, 2, True), "B": (1, 1, False), "C": (2, 3, True)}


def groups(rows):
    """Unit, scope → stages 0 to 4 (None where hidden)."""
    return {
        (r.unit_id, r.scope): None
        if r.status == "protected"
        else tuple(int(getattr(r, s)) for s in STAGES)
        for r in rows.groups.itertuples()
    }


# --- the district reads everything


def test_district_leaders_read_every_cell_and_every_mean():
    found = seen(Audience.DISTRICT, district(**TWO))

    assert sorted(found.cells["school_id"]) == list("AABBCC")
    assert found.schools["stage"].tolist() == [2, 1, 3]
    assert found.schools["adoption"].tolist() == [50.0, 25.0, 75.0]
    assert groups(found) == {
        ("1", "all"): (0, 1, 1, 0, 0),
        ("2", "all"): (0, 0, 0, 1, 0),
        ("all", "all"): (0, 1, 1, 1, 0),
    }
    for frame in (found.cells, found.schools, found.groups, found.means):
        assert set(frame["scope"]) == {"all"}
    assert set(found.schools["status"]) == set(found.groups["status"]) == {"shown"}


def test_groups_have_their_schools_and_the_mean_of_the_index():
    rows = seen(Audience.DISTRICT, district(**TWO)).groups

    assert [
        (r.unit_kind, r.unit_id, r.wave_index, r.schools, r.adoption)
        for r in rows.itertuples()
    ] == [
        ("cohort", "1", 3, 2, 37.5),
        ("cohort", "2", 3, 1, 75.0),
        ("district", "all", 3, 3, 50.0),
    ]


def test_a_school_with_a_missing_cell_has_no_place_among_the_stages():
    rows = seen(Audience.DISTRICT, district(**TWO, D=(2, None, False))).groups

    assert dict(zip(rows["unit_id"], rows["schools"], strict=True)) == {
        "1": 2, "2": 1, "all": 3,
    }  # fmt: skip


def test_means_are_taken_cell_by_cell_in_cohorts_and_the_district():
    cells, rated, units = district(**TWO)
    cells.loc[cells["school_id"] == "B", "level"] = 4
    rows = adoption_for(Audience.DISTRICT, cells, rated, units, Rules()).means

    assert [tuple(r) for r in rows.drop(columns="scope").to_numpy()] == [
        ("cohort", "1", 3, "voice", "policies", 2.5),
        ("cohort", "1", 3, "voice", "practices", 3.5),
        ("cohort", "2", 3, "voice", "policies", 1.0),
        ("cohort", "2", 3, "voice", "practices", 3.0),
        ("district", "all", 3, "voice", "policies", 2.0),
        ("district", "all", 3, "voice", "practices", pytest.approx(10 / 3)),
    ]


# --- the public


def test_the_public_reads_the_stage_and_attributes_of_schools_that_agreed():
    found = seen(Audience.PUBLIC, district(**TWO))

    assert found.schools["school_id"].tolist() == ["A", "C"]
    assert found.schools["stage"].tolist() == [2, 3]
    attributes = ["voice", "co_creation", "social_construction", "self_discovery"]
    assert (found.schools[attributes] == 1.5).all().all()
    closed = ["adoption", "practices", "structures", "policies"]
    assert found.schools[closed].isna().all().all()
    assert set(found.schools["scope"]) == {"all"}
    assert set(found.schools["status"]) == {"shown"}
    assert found.cells.empty
    assert found.means.empty
    assert found.groups["adoption"].isna().all()


def public(**schools):
    return {
        u: s for (u, _), s in groups(seen(Audience.PUBLIC, district(**schools))).items()
    }


ONE, OTHER = (1, 2, False), (1, 3, False)


@pytest.mark.parametrize(
    ("silent", "is_shown"),
    [
        # Nobody is unpublished: nothing can be found out.
        ([], True),
        # One unpublished school is the rest of its cohort; two are a guess.
        ([ONE], False),
        ([ONE, OTHER], False),
        # Three that differ tell nothing certain; three alike tell all.
        ([ONE, OTHER, OTHER], True),
        ([ONE, ONE, ONE], False),
        # A school at stage nought, or not rated whole, is no secret.
        ([(1, 0, False)], True),
        ([(1, None, False)], True),
    ],
)
def test_a_cohorts_stages_are_shown_where_its_silent_schools_stay_unknown(
    silent, is_shown
):
    schools = {f"S{k}": school for k, school in enumerate(silent)}
    found = public(A=(1, 2, True), B=(1, 4, True), **schools)

    assert (found["1"] is not None) is is_shown
    assert (found["all"] is not None) is is_shown


def test_a_hidden_cohort_is_not_had_from_the_district_less_the_others():
    # Cohort 2 hides one school; cohort 1 has three that differ and is shown, so
    # the district's count is hidden too.
    found = public(
        A=(1, 2, True), P=ONE, Q=OTHER, R=OTHER, B=(2, 2, True), X=(2, 1, False)
    )

    assert found["2"] is None
    assert found["1"] is None or found["all"] is None


def test_hidden_cohorts_together_may_stay_unknown_to_the_district():
    # Two cohorts with two silent schools each: hidden one by one, but four schools
    # of different stages together, so the district is shown.
    found = public(
        A=(1, 2, True), P=ONE, Q=OTHER, B=(2, 2, True), X=(2, 1, False), Y=(2, 3, False)
    )

    assert found == {"1": None, "2": None, "all": (0, 1, 3, 2, 0)}


def test_hidden_cohorts_together_may_be_too_few_for_the_district():
    found = public(A=(1, 2, True), P=ONE, B=(2, 2, True), X=(2, 1, False))

    assert found == {"1": None, "2": None, "all": None}


def test_another_wave_is_judged_by_itself():
    cells, rated, units = district(A=(1, 2, True), B=(1, 2, False))
    later = rated.assign(wave_index=4, agreed=True)
    found = adoption_for(
        Audience.PUBLIC, cells, pd.concat([rated, later]), units, Rules()
    ).groups
    closed = found.groupby("wave_index")["status"].agg(set).to_dict()

    assert closed == {3: {"protected"}, 4: {"shown"}}


# --- principals


def test_principals_read_the_grids_of_their_cohort():
    found = seen(Audience.SCHOOL, district(**TWO))
    own = found.schools[found.schools["scope"] != "all"]

    assert dict(zip(own["school_id"], own["scope"], strict=True)) == {
        "A": "cohort-1", "B": "cohort-1", "C": "cohort-2",
    }  # fmt: skip
    assert own["adoption"].tolist() == [50.0, 25.0, 75.0]
    assert set(found.cells["scope"]) == {"cohort-1", "cohort-2"}
    assert len(found.cells) == 6
    assert set(found.means["scope"]) == {"cohort-1", "cohort-2"}
    assert set(found.means["unit_kind"]) == {"cohort"}
    assert found.means["unit_id"].nunique() == 2


def test_beside_it_they_read_what_the_public_reads():
    found = seen(Audience.SCHOOL, district(**TWO))
    everyones = found.schools[found.schools["scope"] == "all"]

    assert everyones["school_id"].tolist() == ["A", "C"]
    assert everyones["adoption"].isna().all()
    assert groups(found) == {
        ("1", "all"): None,
        ("2", "all"): (0, 0, 0, 1, 0),
        ("all", "all"): None,
        ("1", "cohort-1"): (0, 1, 1, 0, 0),
        ("2", "cohort-2"): (0, 0, 0, 1, 0),
    }


def test_a_district_that_does_not_share_shows_each_school_its_own_grid():
    found = seen(Audience.SCHOOL, district(**TWO), rubric_shared_in_cohort=0)
    own = found.schools[found.schools["scope"] != "all"]

    assert own["scope"].tolist() == own["school_id"].tolist() == ["A", "B", "C"]
    assert (found.cells["scope"] == found.cells["school_id"]).all()
    assert set(found.means["scope"]) == {"cohort-1", "cohort-2"}


@pytest.mark.parametrize("audience", list(Audience))
def test_nothing_rated_is_nothing_shown(audience):
    cells, rated, units = district(**TWO)
    found = adoption_for(audience, cells[:0], rated[:0], units, Rules())

    for frame in (found.cells, found.schools, found.groups, found.means):
        assert frame.empty
