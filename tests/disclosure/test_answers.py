"""How often each option was chosen: for whom, and what hides it."""

import numpy as np
import pandas as pd
import pytest

from data.disclosure.answers import answers_for, hidden_answers
from data.disclosure.verdicts import Verdicts
from data.model.rules import Rules
from data.model.viewer import Audience

SCALE = {
    "indicator_id": "LX-1", "part": "scale", "form": "student_6_12", "wave_index": 3,
}  # fmt: skip
ENOUGH = (30, 40, 50)


def chosen(**units):
    """Units as how many chose options 1, 2, 3: school A, cohort c1, district.

    Yes, no, not sure: a question of three options. None is an option without a row.
    """
    rows = []
    for unit, counts in units.items():
        kind = {"c": "cohort", "d": "district"}.get(unit[0], "school")
        for code, count in enumerate(counts, 1):
            if count is not None:
                rows.append(
                    {
                        **SCALE, "item_id": "S.WHY.1", "unit_kind": kind,
                        "unit_id": "all" if kind == "district" else unit.strip("c"),
                        "respondents": "students", "code": code, "count": count,
                        "n": sum(c or 0 for c in counts),
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def scales(shares, **statuses):
    """Return estimates of every unit with the public's verdict; shown by default."""
    units = shares[["unit_kind", "unit_id"]].drop_duplicates(ignore_index=True)
    frame = units.assign(**SCALE, breakdown="all")
    status = [statuses.get(u, "shown") for u in frame["unit_id"]]
    verdict = pd.DataFrame({"status": status, "reason": ""}, index=frame.index)
    return frame, Verdicts(verdict, verdict, verdict, frame.index[:0])


def hidden(shares, *, before=None, rules=None, estimates=None, **statuses):
    frame, verdicts = scales(shares, **statuses)
    found = hidden_answers(
        shares, frame if estimates is None else estimates, verdicts, rules or Rules(),
        before,
    )  # fmt: skip
    return sorted(found["unit_id"])


TWO = {"c1": ENOUGH, "c2": ENOUGH, "d": (60, 80, 100)}


def test_options_everyone_may_know_of_are_hidden_nowhere():
    assert hidden(chosen(**TWO)) == []


@pytest.mark.parametrize(
    ("counts", "is_hidden"),
    [
        ((10, 40, 50), False),
        ((9, 40, 50), True),  # nine chose it
        ((0, 40, 50), True),
        ((21, 9, 30), True),
        ((10, 10, 10), False),
        ((40, 50, None), True),  # nobody chose the third: its share would be zero
        ((100, None, None), True),  # all chose one
    ],
)
def test_each_option_needs_ten_who_chose_it_and_ten_who_did_not(counts, is_hidden):
    found = hidden(chosen(d=counts))

    assert found == (["all"] if is_hidden else [])


def test_a_hidden_cohort_is_not_had_from_the_district_less_the_others():
    # One cohort alone is hidden: another, or the district, goes with it.
    found = hidden(chosen(c1=(9, 40, 50), c2=ENOUGH, d=(39, 80, 100)))

    assert "1" in found
    assert len(found) == 2


def test_the_smaller_cover_is_a_cohort_and_not_the_district():
    found = hidden(
        chosen(c1=(9, 40, 50), c2=ENOUGH, c3=(90, 90, 90), d=(129, 170, 190))
    )

    assert "all" not in found
    assert len(found) == 2


def test_schools_are_never_the_publics():
    assert hidden(chosen(A=(1, 2, 3))) == []


@pytest.mark.parametrize(
    ("status", "is_hidden"), [("protected", True), ("low_rr", False)]
)
def test_a_distribution_is_hidden_where_its_scale_is(status, is_hidden):
    found = hidden(chosen(d=ENOUGH), all=status)

    assert bool(found) is is_hidden


def test_an_item_published_alone_hides_its_options_too():
    shares = chosen(d=ENOUGH)
    frame, verdicts = scales(shares, all="protected")
    alone = frame.assign(part="S.WHY.1")
    other = frame.assign(part="S.VO.2")

    assert list(hidden_answers(shares, alone, verdicts, Rules())["unit_id"]) == ["all"]
    assert hidden_answers(shares, other, verdicts, Rules()).empty


def test_a_breakdowns_scale_hides_nothing_of_the_whole():
    shares = chosen(d=ENOUGH)
    frame, verdicts = scales(shares, all="protected")

    found = hidden_answers(
        shares, frame.assign(breakdown="grade_band"), verdicts, Rules()
    )
    assert found.empty


def test_what_an_earlier_release_hid_stays_hidden():
    shares = chosen(**TWO)
    before = shares[shares["unit_id"] == "1"].drop_duplicates("unit_id")

    assert "1" in hidden(shares, before=before)
    assert hidden(shares, before=before.iloc[:0]) == []


def test_nothing_asked_is_nothing_hidden():
    shares = chosen(d=ENOUGH)

    assert hidden_answers(shares[:0], *scales(shares), Rules()).empty
    assert hidden(shares, estimates=pd.DataFrame()) == []


def test_items_and_waves_are_judged_one_by_one():
    few = chosen(d=(9, 40, 50))
    other = chosen(d=ENOUGH).assign(
        item_id="F.WHY.1", form="family", indicator_id="CH-4", part="F.WHY.1"
    )
    later = chosen(d=ENOUGH).assign(wave_index=4)
    found = hidden_answers(
        pd.concat([few, other, later], ignore_index=True), *scales(few), Rules()
    )

    assert found[["item_id", "wave_index"]].to_numpy().tolist() == [["S.WHY.1", 3]]


# --- what each audience reads


def decided(shares, audience, **statuses):
    frame, _ = scales(shares)
    status = [statuses.get(u, "shown") for u in frame["unit_id"]]
    frame = frame.assign(status=status, scope="all")
    if audience is Audience.SCHOOL:
        own = frame[frame["unit_kind"] == "school"]
        frame = pd.concat([frame, own.assign(scope=own["unit_id"])])
    return frame


def read(audience, shares, closed=(), **statuses):
    index = shares["unit_id"].isin(closed)
    none = shares[index].drop_duplicates(["unit_kind", "unit_id"])
    found = answers_for(audience, shares, none, decided(shares, audience, **statuses))
    return [
        (r.unit_id, r.scope, r.status, r.code, None if np.isnan(r.share) else r.share)
        for r in found.itertuples()
    ]


EVERY = chosen(A=(20, 40, 60), d=(1, 1, 4))


def test_the_public_reads_whole_percent_of_the_district_and_no_school():
    assert read(Audience.PUBLIC, EVERY) == [
        ("all", "all", "shown", 1, 17.0),
        ("all", "all", "shown", 2, 17.0),
        ("all", "all", "shown", 3, 67.0),
    ]


def test_a_school_reads_its_own_beside_that():
    found = read(Audience.SCHOOL, EVERY)

    assert [row for row in found if row[0] == "A"] == [
        ("A", "A", "shown", 1, 17.0),
        ("A", "A", "shown", 2, 33.0),
        ("A", "A", "shown", 3, 50.0),
    ]
    assert [row for row in found if row[0] != "A"] == read(Audience.PUBLIC, EVERY)


def test_district_leaders_read_every_school_and_what_the_public_may_not():
    found = read(Audience.DISTRICT, EVERY, closed=("all",))

    assert {(row[0], row[1]) for row in found} == {("A", "all"), ("all", "all")}
    assert all(row[2] == "shown" for row in found)


def test_what_is_hidden_keeps_one_row_without_a_code_and_a_share():
    closed = [("all", "all", "protected", 0, None)]

    assert read(Audience.PUBLIC, EVERY, closed=("all",)) == closed
    assert read(Audience.PUBLIC, EVERY, all="protected") == closed
    found = read(Audience.SCHOOL, EVERY, closed=("all",), A="low_rr")
    assert found == [*closed, ("A", "A", "low_rr", 0, None)]


def test_where_there_is_no_scale_there_is_no_distribution():
    other = decided(EVERY, Audience.PUBLIC).assign(breakdown="grade_band")

    assert answers_for(Audience.PUBLIC, EVERY, EVERY[:0], other).empty


@pytest.mark.parametrize("audience", list(Audience))
def test_without_answers_the_table_has_its_columns(audience):
    found = answers_for(audience, EVERY[:0], EVERY[:0], decided(EVERY, audience))

    assert found.empty
    assert list(found.columns) == [
        "indicator_id", "part", "form", "item_id", "wave_index", "unit_kind", "unit_id",
        "scope", "code", "status", "share",
    ]  # fmt: skip
