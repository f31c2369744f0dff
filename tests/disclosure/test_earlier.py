"""Two releases are not subtracted (P7): late answers wait until they are many."""

import numpy as np
import pandas as pd
import pytest

from data.disclosure.earlier import hold_back
from data.model.rules import Rules
from data.model.viewer import Audience

UNITS = pd.DataFrame(
    {"school_id": ["A", "B"], "cohort_id": [1, 1], "launch_wave": [0.0, 0.0]}
)


def release(*, shares=None, **counts):
    """Estimates of A, B and the district from how many answered in each school.

    Three of five agree everywhere unless *shares* says otherwise.
    """
    counts = {"A": 40, "B": 60, **counts}
    counts["all"] = counts["A"] + counts["B"]
    rows = []
    for unit, n in counts.items():
        share = (shares or {}).get(unit, 60.0)
        rows.append(
            {
                "indicator_id": "LX-1", "part": "scale", "form": "student_6_12",
                "wave_index": 3, "unit_kind": "district" if unit == "all" else "school",
                "unit_id": unit, "breakdown": "all", "category": "all",
                "respondents": "students", "n": float(n), "favourable": n * share / 100,
                "mean": share, "share": share, "label": f"{unit} of {n}",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def published(now, **statuses):
    """Return a release as it can be read: statuses by unit, shown by default."""
    out = now.copy()
    for audience in Audience:
        out[f"status_{audience}"] = [
            statuses.get(unit, "shown") for unit in out["unit_id"]
        ]
    return out


def held(now, *earlier, **options):
    return hold_back(now, earlier, UNITS, Rules(), **options)


def names(now, index):
    return sorted(now.loc[index, "unit_id"])


def test_the_first_release_holds_nothing_back():
    now = release()
    found = held(now)

    assert found.estimates is now
    assert [len(x) for x in (found.settled, found.kept, found.corrected)] == [0, 0, 0]
    assert found.hidden == found.known == {}


def test_what_has_not_changed_is_settled_and_says_the_same():
    now = release()
    found = held(now, published(release()))

    assert names(now, found.settled) == ["A", "B", "all"]
    assert names(now, found.kept) == []
    pd.testing.assert_frame_equal(found.estimates, now)


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        (1, ["A", "all"]),
        (9, ["A", "all"]),
        (10, []),
        (-9, ["A", "all"]),
        (-10, []),
    ],
)
def test_fewer_than_ten_late_answers_wait_with_every_total_they_are_in(more, kept):
    now = release(A=40 + more)
    found = held(now, published(release()))

    assert names(now, found.kept) == kept
    assert names(now, found.settled) == sorted({"B", *kept})
    labels = dict(
        zip(found.estimates["unit_id"], found.estimates["label"], strict=True)
    )
    assert labels["A"] == ("A of 40" if kept else f"A of {40 + more}")
    assert labels["all"] == ("all of 100" if kept else f"all of {100 + more}")
    assert labels["B"] == "B of 60"


def test_a_total_does_not_tell_what_waits_in_it():
    # One more in A, fifteen more in B: sixteen in the district. Less B's fifteen they
    # are A's one, so B or the district waits too.
    now = release(A=41, B=75)
    found = held(now, published(release()))

    assert "A" in names(now, found.kept)
    assert len(found.kept) == 2


@pytest.mark.parametrize(
    ("share", "waits"),
    [
        # Of forty: 22.5 points are nine who think otherwise, 25 are ten.
        (60.0, False),
        (60.0 + 2.5, True),
        (60.0 + 22.5, True),
        (60.0 + 25.0, False),
        (60.0 - 22.5, True),
        (60.0 - 25.0, False),
        (60.0 + 1e-9, False),
    ],
)
def test_people_who_changed_their_answer_are_counted_too(share, waits):
    now = release(shares={"A": share})
    now.loc[2, ["n", "favourable", "mean"]] = np.nan, np.nan, np.nan
    now = now.iloc[:2]
    before = published(release().iloc[:2])

    assert (names(now, held(now, before).kept) == ["A"]) is waits


@pytest.mark.parametrize(("column", "step"), [("favourable", 9.0), ("mean", 22.5)])
def test_either_the_share_or_the_mean_tells_that_people_changed(column, step):
    now = release().iloc[:2].copy()
    now.loc[0, column] += step
    found = held(now, published(release().iloc[:2]))

    assert names(now, found.kept) == ["A"]


def test_a_cell_that_is_new_has_changed_by_everyone_in_it():
    now = release(A=12)
    found = held(now, published(release(A=12)).iloc[1:])

    assert "A" not in names(now, found.kept)
    few = release(A=9)
    assert "A" in names(few, held(few, published(release(A=9)).iloc[1:]).kept)


def test_every_release_that_can_be_read_is_a_party_to_the_subtraction():
    now = release(A=55).iloc[:2]
    oldest, latest = (
        published(release(A=50).iloc[:2]),
        published(release(A=40).iloc[:2]),
    )

    # Fifteen more than the latest, five more than the one before.
    assert names(now, held(now, latest).kept) == []
    found = held(now, oldest, latest)
    assert names(now, found.kept) == ["A"]
    # What is said is what was said last.
    assert found.estimates["label"].tolist() == ["A of 40", "B of 60"]


def test_a_cell_the_latest_release_lacks_says_what_the_one_before_said():
    now = release(A=45).iloc[:2]
    found = held(now, published(release().iloc[:2]), published(release().iloc[1:2]))

    assert found.estimates["label"].tolist() == ["A of 40", "B of 60"]


def test_staff_need_five():
    now = release(A=44).iloc[:2].assign(respondents="teachers")
    before = published(release().iloc[:2].assign(respondents="teachers"))

    assert names(now, held(now, before).kept) == ["A"]
    now = release(A=45).iloc[:2].assign(respondents="teachers")
    assert names(now, held(now, before).kept) == []


def test_what_readers_knew_and_what_was_hidden_from_them_stays_so():
    now = release(A=41)
    before = published(release(), A="protected", B="low_rr")
    found = held(now, before)

    for audience in Audience:
        assert names(now, found.hidden[audience]) == ["A"]
        assert names(now, found.known[audience]) == ["B", "all"]


def test_what_was_hidden_may_be_shown_once_much_has_changed():
    now = release(A=60)
    found = held(now, published(release(), A="protected"))

    assert names(now, found.hidden[Audience.PUBLIC]) == []


def test_each_audience_remembers_what_it_saw():
    before = published(release())
    before["status_public"] = ["protected", "shown", "not_collected"]
    now = release()
    found = held(now, before)

    assert names(now, found.hidden[Audience.PUBLIC]) == ["A"]
    assert names(now, found.known[Audience.PUBLIC]) == ["B"]
    assert names(now, found.hidden[Audience.DISTRICT]) == []
    assert names(now, found.known[Audience.DISTRICT]) == ["A", "B", "all"]


def test_a_correction_repeats_nothing_that_was_wrong():
    now = release(A=41)
    found = held(now, published(release()), is_correction=True)

    assert found.estimates is now
    assert names(now, found.corrected) == ["A", "all"]
    assert len(found.settled) == len(found.kept) == 0
    # Only what has not changed is known; the wrong values are not.
    assert names(now, found.known[Audience.PUBLIC]) == ["B"]


def test_a_row_that_must_not_change_waits_however_many_changed():
    now = release(A=80).iloc[:2]
    before = published(release().iloc[:2])

    found = held(now, before, unchanged=now.index[:1])
    assert names(now, found.kept) == ["A"]
    assert found.estimates["label"].tolist() == ["A of 40", "B of 60"]
    # One that was never told cannot say the same again.
    found = held(now, before.iloc[1:], unchanged=now.index[:1])
    assert names(now, found.kept) == []


def test_families_are_judged_one_by_one():
    other = release().assign(indicator_id="LX-2")
    now = pd.concat([release(A=41), other], ignore_index=True)
    before = published(pd.concat([release(), other], ignore_index=True))
    kept = held(now, before).kept

    assert set(now.loc[kept, "indicator_id"]) == {"LX-1"}
    assert names(now, kept) == ["A", "all"]
