"""The adoption rubric (RO-1) out of the register: consensus, agreement, who agreed."""

import pandas as pd
import pytest

from data.catalogue import catalogue
from data.scoring.adoption import adoption, rubric_agreement, rubric_frames

from .drawn import District, said

RUBRIC = catalogue().rubric
CELLS = [
    (attribute, domain)
    for attribute in ("voice", "co_creation", "social_construction", "self_discovery")
    for domain in ("practices", "structures", "policies")
]
# G9, row by row.
G9 = (3, 2, 1, 2, 2, 1, 2, 1, 1, 3, 2, 2)


def district(*ratings):
    """Rows: wave, school, rater, levels of the twelve cells (None: not rated)."""
    drawn = District()
    for school in "AB":
        drawn.school(school)
    for wave, school, rater, levels in ratings:
        for (attribute, domain), level in zip(CELLS, levels, strict=False):
            if level is not None:
                drawn.row(
                    "rubric", drawn.waves[wave], school, attribute, domain,
                    rater.removesuffix(" blind"), level, "", rater.endswith("blind"),
                )  # fmt: skip
    return drawn


def schools(drawn, last_wave=3):
    frame = rubric_frames(drawn.connection, RUBRIC, last_wave=last_wave).schools
    return {(r.school_id, int(r.wave_index)): r for r in frame.itertuples()}


# --- stage and index


@pytest.mark.parametrize(
    ("levels", "index", "stage"),
    [
        ((0,) * 12, 0.0, 0),
        ((4,) * 12, 100.0, 4),
        ((1,) * 12, 25.0, 1),
        # Nine of twelve at two is three quarters; eight is not.
        ((2,) * 9 + (1,) * 3, 43.75, 2),
        ((2,) * 8 + (1,) * 4, 100 * 20 / 48, 1),
        # Nine at three, and the last attribute's mean at two, then below.
        ((3,) * 9 + (2, 2, 2), 68.75, 3),
        ((3,) * 9 + (2, 2, 1), 100 * 32 / 48, 2),
        ((4,) * 9 + (3, 3, 3), 93.75, 4),
        ((4,) * 9 + (3, 3, 2), 100 * 44 / 48, 3),
    ],
)
def test_the_stage_is_what_three_quarters_reached_and_no_attribute_misses(
    levels, index, stage
):
    found = adoption(dict(zip(CELLS, levels, strict=True)), RUBRIC)

    assert found.index == pytest.approx(index)
    assert found.stage == stage


def test_an_attribute_nobody_rated_has_no_mean():
    found = adoption({("voice", "practices"): 3, ("voice", "policies"): 2}, RUBRIC)

    assert (found.index, found.stage) == (None, None)
    assert found.attributes == {"voice": 2.5}
    assert found.domains == {"practices": 3.0, "policies": 2.0}


# --- what a release holds


def test_g9_is_what_a_school_reads():
    found = schools(district((3, "A", "consensus", G9)))["A", 3]

    assert found.adoption == pytest.approx(45.8333, abs=1e-4)
    assert found.stage == 1
    assert (found.voice, found.co_creation) == pytest.approx((2.0, 5 / 3))
    assert (found.social_construction, found.self_discovery) == pytest.approx(
        (4 / 3, 7 / 3)
    )
    assert (found.practices, found.structures, found.policies) == pytest.approx(
        (2.5, 1.75, 1.25)
    )


def test_the_consensus_counts_and_no_single_rater():
    drawn = district(
        (3, "A", "consensus", (1,) * 12),
        (3, "A", "R1", (4,) * 12),
        (3, "A", "R2 blind", (4,) * 12),
    )

    assert {k: r.adoption for k, r in schools(drawn).items()} == {("A", 3): 25.0}


def test_one_rater_is_enough():
    drawn = district((3, "A", "Coach", G9), (3, "B", "consensus", G9))

    assert {k: round(r.adoption, 2) for k, r in schools(drawn).items()} == {
        ("A", 3): 45.83, ("B", 3): 45.83,
    }  # fmt: skip


def test_two_ratings_nobody_has_settled_leave_the_cell_open():
    drawn = district((3, "A", "R1", (4,) * 12), (3, "A", "R2", (4, *[None] * 11)))

    assert pd.isna(schools(drawn)["A", 3].adoption)
    cells = rubric_frames(drawn.connection, RUBRIC, last_wave=3).cells
    assert len(cells) == 11


def test_cells_come_one_by_one_in_one_order():
    drawn = district((3, "B", "consensus", (2, 3)), (1, "A", "consensus", (None, 4)))
    frame = rubric_frames(drawn.connection, RUBRIC, last_wave=3).cells

    assert [tuple(r) for r in frame.to_numpy()] == [
        ("A", 1, "voice", "structures", 4),
        ("B", 3, "voice", "practices", 2),
        ("B", 3, "voice", "structures", 3),
    ]
    assert list(frame.columns) == [
        "school_id", "wave_index", "attribute", "domain", "level",
    ]  # fmt: skip


def test_a_release_holds_no_later_semester():
    drawn = district((1, "A", "consensus", G9), (2, "A", "consensus", G9))

    assert set(schools(drawn, last_wave=1)) == {("A", 1)}
    cells = rubric_frames(drawn.connection, RUBRIC, last_wave=1).cells
    assert set(cells["wave_index"]) == {1}


def test_a_missing_cell_leaves_no_index_and_the_means_of_the_rest():
    found = schools(district((3, "A", "consensus", (None, *G9[1:]))))["A", 3]

    assert pd.isna(found.adoption)
    assert pd.isna(found.stage)
    assert found.voice == 1.5


def test_a_school_agreed_in_a_semester_or_it_did_not():
    drawn = district(*((w, s, "consensus", G9) for w in (2, 3) for s in "AB"))
    drawn.row("rubric_public", drawn.waves[3], "A", True)
    drawn.row("rubric_public", drawn.waves[3], "B", False)
    drawn.row("rubric_public", drawn.waves[2], "B", True)

    assert {k: r.agreed for k, r in schools(drawn).items()} == {
        ("A", 2): False, ("A", 3): True, ("B", 2): True, ("B", 3): False,
    }  # fmt: skip
    # No later agreement is known, and a rating that is missing is none.
    assert set(schools(drawn, last_wave=2)) == {("A", 2), ("B", 2)}


def test_an_agreement_without_a_rating_says_nothing():
    drawn = district()
    drawn.row("rubric_public", drawn.waves[3], "A", True)
    found = rubric_frames(drawn.connection, RUBRIC, last_wave=3)

    assert found.cells.empty
    assert found.schools.empty


# --- agreement of two raters


def agreement(*ratings, last_wave=3):
    return rubric_agreement(district(*ratings).connection, last_wave=last_wave)


@pytest.mark.parametrize(
    ("second", "word"),
    [
        (G9, "solid"),
        # One cell of twelve a level apart.
        ((2, *G9[1:]), "solid"),
        # Three cells apart.
        ((2, 3, 2, *G9[3:]), "tentative"),
        # Six.
        ((2, 3, 2, 1, 3, 2, *G9[6:]), "retrain"),
    ],
)
def test_the_second_rater_is_compared_with_the_consensus(second, word):
    [found] = agreement((3, "A", "consensus", G9), (3, "A", "R2 blind", second))

    assert (found.word, found.n) == (word, 12)
    assert (found.indicator_id, found.part) == ("RO-1", "agreement")
    assert (found.unit_kind, found.unit_id, found.wave_index) == ("district", "all", 3)
    assert (found.value == 1.0) is (second == G9)


def test_raters_who_saw_the_first_rating_do_not_count():
    assert agreement((3, "A", "consensus", G9), (3, "A", "R2", G9)) == []


def test_agreement_is_said_wave_by_wave_over_the_cells_both_rated():
    found = agreement(
        (1, "A", "consensus", G9), (1, "A", "R2 blind", (None, *G9[1:])),
        (2, "A", "consensus", G9), (2, "B", "R2 blind", G9),
        (3, "A", "consensus", G9), (3, "A", "R2 blind", G9),
        (3, "B", "consensus", G9), (3, "B", "R3 blind", G9),
    )  # fmt: skip

    assert said(found, "wave_index", "n") == [
        ("agreement", "all", "", 1.0, 1, 11),
        ("agreement", "all", "", 1.0, 3, 24),
    ]


def test_agreement_of_a_later_semester_is_not_said_yet():
    rated = ((2, "A", "consensus", G9), (2, "A", "R2 blind", G9))

    assert agreement(*rated, last_wave=1) == []
    assert len(agreement(*rated, last_wave=2)) == 1
