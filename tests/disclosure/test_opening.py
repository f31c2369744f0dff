"""The cheapest numbers to hide so that a count can be something else, over all parts.

Schools A, B, C make cohort 1; D, E, F cohort 2. Of each: (people, favorable).
"""

import pandas as pd
import pytest
from drawn_estimates import UNITS, told

from data.disclosure.families import Memberships
from data.disclosure.opening import Leak, more_to_hide
from data.disclosure.statements import Reader, Shown
from data.disclosure.verdicts import NONE, Verdicts
from data.model.cell import Status
from data.model.viewer import Audience

HEARD, GIVEN = "T.WHY.1", "clear_if_heard"
NO_ANSWERS = pd.DataFrame()
LEADERS = Reader(Audience.DISTRICT)
PUBLIC = Reader(Audience.PUBLIC)


def shown(frame, hidden, known=()):
    """District leaders read all but *hidden* – (part, unit); so does everybody."""
    at = list(zip(frame["part"], frame["unit_id"], strict=True))
    status = [Status.PROTECTED if k in hidden else Status.SHOWN for k in at]
    verdict = pd.DataFrame({"status": status, "reason": ""}, index=frame.index)
    own = verdict[frame["unit_kind"].eq("school").to_numpy()]
    verdicts = Verdicts(verdict, verdict.copy(), own.copy(), NONE)
    rows = frame.index[[k in known for k in at]]
    everywhere = dict.fromkeys(Audience, rows)
    places = Memberships(UNITS)
    return Shown(frame, NO_ANSWERS, NO_ANSWERS, verdicts, places, everywhere)


def leak(reader, name, school, least):
    return Leak(reader, "teacher", 1, name, ("school", school, "all", "all"), least)


def hidden(frame, shown, leak, audience=Audience.DISTRICT):
    rows = frame.loc[more_to_hide(shown, [leak]).get(audience, NONE)]
    return set(zip(rows["part"], rows["unit_id"], strict=True))


CONTENT = {"A": (3, 1), "B": (12, 6), "C": (40, 20), "D": (30, 10), "E": (30, 9)}


def test_three_hidden_teachers_are_covered_by_the_smallest_school_of_their_cohort():
    frame = told("CU-1", "scale", CONTENT)
    three = leak(LEADERS, base_of("scale"), "A", 5)

    assert hidden(frame, shown(frame, {("scale", "A")}), three) == {("scale", "B")}


def test_what_leaders_do_not_read_the_public_does_not():
    frame = told("CU-1", "scale", CONTENT)
    draft, three = (
        shown(frame, {("scale", "A")}),
        leak(LEADERS, base_of("scale"), "A", 5),
    )

    assert hidden(frame, draft, three, Audience.PUBLIC) == {("scale", "B")}


def test_a_number_readers_know_anyhow_covers_nobody():
    frame = told("CU-1", "scale", CONTENT)
    draft = shown(frame, {("scale", "A")}, known={("scale", "B")})

    assert hidden(frame, draft, leak(LEADERS, base_of("scale"), "A", 5)) == {
        ("scale", "C")
    }


def test_what_is_open_already_needs_nothing_more():
    frame = told("CU-1", "scale", CONTENT)
    draft = shown(frame, {("scale", "A"), ("scale", "B")})

    assert hidden(frame, draft, leak(LEADERS, base_of("scale"), "A", 5)) == set()


@pytest.fixture
def three_of_twelve_had_heard():
    """At A three of twelve had heard, all of them clear: hidden as "given heard"."""
    return pd.concat(
        [
            told("CH-4", HEARD, {"A": (12, 3), "B": (20, 12), "C": (40, 30)}),
            told("CH-4", GIVEN, {"A": (3, 3), "B": (12, 7), "C": (30, 12)}),
        ],
        ignore_index=True,
    )


def test_who_had_heard_is_hidden_where_they_are_the_base_of_another_part(
    three_of_twelve_had_heard,
):
    frame = three_of_twelve_had_heard
    draft = shown(frame, {(GIVEN, "A"), (GIVEN, "B")})

    more = hidden(frame, draft, leak(LEADERS, base_of(GIVEN), "A", 5))

    # Three of A's twelve: that share goes, and B's, or the cohort's less B and C is it.
    assert more == {(HEARD, "A"), (HEARD, "B")}


def test_to_the_public_the_cohorts_band_is_cover_enough(
    three_of_twelve_had_heard,
):
    frame = three_of_twelve_had_heard
    draft = shown(frame, {(GIVEN, "A"), (GIVEN, "B")})

    more = hidden(frame, draft, leak(PUBLIC, base_of(GIVEN), "A", 5), Audience.PUBLIC)

    # 25 % of 19 are four at most, so that share goes; B's less the cohort's tells none.
    assert more == {(HEARD, "A")}


def test_an_exact_number_is_open_once_one_more_or_one_fewer_would_fit():
    frame = told("CU-1", "scale", {"A": (8, 8), "B": (20, 8), "C": (20, 9)})
    draft = shown(frame, {("scale", "A")})

    more = hidden(frame, draft, leak(LEADERS, base_of("scale"), "A", 0))

    assert more == {("scale", "B")}


def test_a_hidden_group_cannot_be_nobody_for_everyone_knows_somebody_is_there():
    frame = told("CU-1", "scale", {"A": (1, 1), "B": (1, 0), "C": (20, 9)})
    draft = shown(frame, {("scale", "A"), ("scale", "B")})

    more = hidden(frame, draft, leak(LEADERS, base_of("scale"), "A", 0))

    # Two in all, one each: only a third school lets either be more.
    assert more == {("scale", "C")}


def test_a_principal_who_knows_the_own_school_is_no_cover():
    frame = told("CU-1", "scale", {"A": (8, 2), "B": (9, 3), "C": (30, 9)})
    draft = shown(frame, {("scale", "A"), ("scale", "B")})
    whoever = Reader(Audience.PUBLIC, schools=("B",))

    more = hidden(
        frame, draft, leak(whoever, base_of("scale"), "A", 10), Audience.PUBLIC
    )

    # 8 + 9 + 30 of 40–99, less B's nine, less 20–39: A may have up to 51.
    assert more == set()


def test_where_no_table_fits_the_whole_unit_is_hidden():
    frame = told("CU-1", "scale", {"A": (8, 2), "B": (9, 3)})
    everything = {(p, u) for p in ("scale",) for u in ("A", "B", "1", "2", "all")}
    draft = shown(frame, set(), known=everything)

    more = hidden(frame, draft, leak(LEADERS, base_of("scale"), "A", 10))

    assert more == {("scale", "A")}


def base_of(part):
    """The name of a part's base, as the catalogue gives it."""
    from data.catalogue.counts import counts

    of = {"scale": "CU-1"}.get(part, "CH-4")
    return counts().of_measure(of, part, "teacher").base
