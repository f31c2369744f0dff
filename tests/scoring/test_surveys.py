"""From answers in a warehouse to estimates: coding, half of the questions, who counts.

Specification 3.3, 4.2, 4.3, E1 and E5, on a warehouse of a few people. A person is
written as the codes of a form's first questions, `·` where none was given.
"""

from functools import cache

import pytest
from blank import blank_warehouse

from data.catalogue import catalogue
from data.scoring.surveys import survey_estimates
from data.scoring.units import prepare_units

WAVE = "2026-27F"
VOICE = ["S.VO.1", "S.VO.2", "S.VO.3", "S.VO.4"]
YOUNG = ["S3.VO.1", "S3.VO.2"]
WORTH = ["S.WA.1", "S.WA.2", "S.WA.3"]
HEARD = ["F.WHY.1", "F.WHY.2"]
UPTAKE = ["T.UP.VO", "T.UP.CC", "T.UP.SC", "T.UP.SD"]


def warehouse(people, *, form="student_6_12", items=VOICE, roster=(), launch=None):
    """Return a warehouse of one wave.

    Args:
        people: (codes, and what differs from a current student of S0).
    """
    connection = blank_warehouse()
    connection.execute(
        "INSERT INTO waves VALUES (?, 0, '2026-10-01', '2026-10-21')", [WAVE]
    )
    for school in sorted({"S0", "S1", *(m.get("school", "S0") for _, m in people)}):
        connection.execute(
            "INSERT INTO schools VALUES (?, ?, 'middle', NULL, NULL, 1, ?, NULL, NULL)",
            [school, school, launch],
        )
    for row in roster:
        connection.execute(
            "INSERT INTO rosters VALUES (?, ?, ?, ?, ?, NULL, ?)", [WAVE, *row]
        )
    number = dict(connection.execute("SELECT item_id, item_no FROM items").fetchall())
    for k, (codes, more) in enumerate(people, 1):
        row = {"school": "S0", "band": "68", "language": "en", "current": True} | more
        connection.execute(
            "INSERT INTO responses VALUES (?, 1, ?, ?, ?, ?, ?, NULL, ?, ?)",
            [
                k,
                WAVE,
                form,
                f"key{k}",
                row["school"],
                row["band"],
                row["language"],
                row["current"],
            ],
        )
        for item, code in zip(items, codes, strict=False):
            if code != "·":
                connection.execute(
                    "INSERT INTO answers VALUES (?, ?, ?)", [k, number[item], int(code)]
                )
    prepare_units(connection)
    return connection


def estimates(people, **more):
    asked = warehouse([p if isinstance(p, tuple) else (p, {}) for p in people], **more)
    return survey_estimates(asked, catalogue(), last_wave=0).estimates


@cache
def table_of(cases, **more):
    """Return estimates of one warehouse with a school for each case."""
    band = {"teacher": "all", "family": "all"}.get(more.get("form"), "68")
    return estimates(
        [(codes, {"school": f"S{k}", "band": band}) for k, codes in enumerate(cases)],
        **more,
    )


def found_in(cases, codes, indicator, part, **more):
    """Return n and share of the school that gave *codes*; (0, None) without one."""
    rows = table_of(cases, **more)
    school = f"S{cases.index(codes)}"
    rows = rows[
        (rows["indicator_id"] == indicator) & (rows["part"] == part)
        & (rows["unit_id"] == school) & (rows["breakdown"] == "all")
    ]  # fmt: skip
    if rows.empty:
        return 0, None
    return rows["n"].item(), rows["share"].item()


def one(rows, indicator="LX-1", part="scale", unit=("school", "S0"), breakdown="all"):
    found = rows[
        (rows["indicator_id"] == indicator) & (rows["part"] == part)
        & (rows["unit_kind"] == unit[0]) & (rows["unit_id"] == unit[1])
        & (rows["breakdown"] == breakdown)
    ]  # fmt: skip
    assert len(found) == 1
    return found.iloc[0]


# --- E1 and 4.2


COUNTED = {
    "1111": (0.0, 0.0),
    "2222": (0.0, 25.0),
    "3333": (0.0, 50.0),
    "4444": (100.0, 75.0),
    "5555": (100.0, 100.0),
    "5432": (50.0, 62.5),
    # half of four questions are two
    "55··": (100.0, 100.0),
    "·5·1": (50.0, 50.0),
    "45·1": (66.667, 58.333),
    "5···": None,
    "···1": None,
    "····": None,
}


@pytest.mark.parametrize("codes", COUNTED)
def test_who_counts_and_for_what(codes):
    rows = table_of(tuple(COUNTED))
    rows = rows[(rows["indicator_id"] == "LX-1") & (rows["part"] == "scale")]
    rows = rows[rows["unit_id"] == f"S{list(COUNTED).index(codes)}"]
    rows = rows[rows["breakdown"] == "all"]

    if COUNTED[codes] is None:
        assert rows["n"].sum() == 0
    else:
        assert (rows["share"].item(), rows["mean"].item()) == pytest.approx(
            COUNTED[codes], abs=1e-3
        )
        assert rows["n"].item() == 1


def test_g1_twelve_people_and_four_questions():
    rows = ["5445", "4344", "3324", "5555", "2332", "44·5", "1223", "4534", "3444", "5453", "···4", "2233"]  # fmt: skip
    found = one(estimates(rows, roster=[("S0", "students", "68", None, 20)]))

    assert found["n"] == 11
    assert found["share"] == pytest.approx(56.81818)
    assert (found["low"], found["high"]) == pytest.approx((33.23, 77.67), abs=0.005)
    assert (found["here_low"], found["here_high"]) == pytest.approx(
        (40.34, 71.91), abs=0.005
    )
    assert found["mean"] == pytest.approx(64.9621, abs=1e-4)
    assert (found["mean_low"], found["mean_high"]) == pytest.approx(
        (48.79, 81.14), abs=0.005
    )


YOUNG_ONES = {"11": (0, 0), "22": (0, 50), "33": (100, 100), "3·": (100, 100)}


@pytest.mark.parametrize("codes", YOUNG_ONES)
def test_of_three_options_the_third_alone_is_favorable(codes):
    rows = table_of(tuple(YOUNG_ONES), form="student_3_5", items=tuple(YOUNG))
    rows = rows[(rows["part"] == "scale") & (rows["breakdown"] == "all")]
    rows = rows[rows["unit_id"] == f"S{list(YOUNG_ONES).index(codes)}"]

    assert (rows["share"].item(), rows["mean"].item()) == YOUNG_ONES[codes]


JOINT = {
    "444": (1, 100),
    "443": (1, 0),
    "333": (1, 0),
    "44·": (0, None),
    "4··": (0, None),
}


@pytest.mark.parametrize("codes", JOINT)
def test_all_three_conditions_at_once_among_those_who_answered_all_three(codes):
    found = found_in(tuple(JOINT), codes, "LX-6", "joint", items=tuple(WORTH))

    assert found == JOINT[codes]


# Yes is 1, No 2, Not sure 3; clear is 4 or 5. Heard; heard and clear; clear if heard.
WHY = {
    "14": ((1, 100), (1, 100), (1, 100)),
    "13": ((1, 100), (1, 0), (1, 0)),
    "25": ((1, 0), (1, 0), (0, None)),
    "35": ((1, 0), (1, 0), (0, None)),
    "1·": ((1, 100), (1, 0), (0, None)),
    "·5": ((0, None), (0, None), (0, None)),
}


@pytest.mark.parametrize("codes", WHY)
def test_heard_and_clear_are_told_of_people(codes):
    assert WHY[codes] == tuple(
        found_in(tuple(WHY), codes, "CH-4", part, form="family", items=tuple(HEARD))
        for part in ("F.WHY.1", "heard_and_clear", "clear_if_heard")
    )


TAKEN_UP = {
    "2200": (1, 100),
    "4010": (1, 0),
    "1111": (1, 0),
    "2·3·": (1, 100),
    "2···": (0, None),
}


@pytest.mark.parametrize("codes", TAKEN_UP)
def test_a_teacher_has_taken_up_two_attributes_or_more(codes):
    found = found_in(
        tuple(TAKEN_UP), codes, "RO-2", "adopters", form="teacher", items=tuple(UPTAKE)
    )
    assert found == TAKEN_UP[codes]


# --- who is counted where


def test_a_response_that_another_took_the_place_of_is_not_counted():
    rows = estimates(["5555", ("1111", {"current": False})])

    assert (one(rows)["n"], one(rows)["share"]) == (1, 100)


def test_a_district_is_the_sum_of_its_people_and_not_of_its_schools():
    people = [("5555", {})] * 3 + [("1111", {"school": "S1"})]
    rows = estimates(people)

    assert one(rows, unit=("district", "all"))["share"] == 75.0
    assert one(rows, unit=("cohort", "1"))["share"] == 75.0
    assert one(rows, unit=("school", "S1"))["share"] == 0.0
    assert one(rows, unit=("district", "all"))["schools"] == 2


def test_bands_and_languages_stand_beside_the_whole():
    people = [
        ("5555", {}),
        ("1111", {"band": "912", "language": "es"}),
        ("4444", {"band": "912"}),
    ]
    rows = estimates(people)
    rows = rows[(rows["indicator_id"] == "LX-1") & (rows["part"] == "scale")]
    of = rows[rows["unit_id"] == "S0"].set_index(["breakdown", "category"])["share"]

    assert of.to_dict() == {
        ("all", "all"): pytest.approx(66.6667, abs=1e-3),
        ("grade_band", "68"): 100.0, ("grade_band", "912"): 50.0,
        ("language", "en"): 100.0, ("language", "es"): 0.0,
    }  # fmt: skip


def test_parts_that_only_weights_need_are_not_published():
    rows = estimates([("14", {"band": "all"})], form="family", items=HEARD)
    by_language = rows[rows["breakdown"] == "language"]

    assert set(by_language["part"]) == {"heard_and_clear"}


@pytest.mark.parametrize(
    ("people", "asked", "rate"),
    [
        # Four questions were asked of anyone at all: two of them are half.
        (["5555", "55··", "5···"], 4, 50.0),
        (["5555"] * 4, 4, 100.0),
        (["5555"] * 5, 4, None),
    ],
)
def test_the_response_rate_counts_half_of_what_anyone_was_asked(people, asked, rate):
    found = one(
        estimates(people, roster=[("S0", "students", "68", None, asked)]),
        unit=("district", "all"),
    )
    assert found["rate"] == pytest.approx(rate, nan_ok=True) if rate else found["rate"] != found["rate"]  # fmt: skip


def test_who_the_form_was_not_meant_for_is_not_on_its_roster():
    # Grades 3 to 5 have a form of their own, teachers too.
    roster = [("S0", "students", "68", None, 10), ("S0", "students", "35", None, 90),
              ("S0", "teachers", "all", None, 30)]  # fmt: skip
    assert one(estimates(["5555"] * 5, roster=roster))["rate"] == pytest.approx(50.0)


def test_a_school_that_was_asked_and_did_not_answer_has_a_rate_of_nothing():
    roster = [("S0", "students", "68", None, 10), ("S1", "students", "68", None, 10)]
    found = one(estimates(["5555"] * 5, roster=roster), unit=("school", "S1"))

    assert (found["n"], found["rate"], found["rate_band"]) == (0, 0.0, "not_reported")


def test_over_the_roster_is_listed_with_both_counts():
    connection = warehouse(
        [("5555", {})] * 5, roster=[("S0", "students", "68", None, 4)]
    )
    over = survey_estimates(connection, catalogue(), last_wave=0).over_roster

    of_school = over[(over["unit_kind"] == "school") & (over["breakdown"] == "all")]
    assert of_school[["form", "unit_id", "answered", "eligible"]].values.tolist() == [
        ["student_6_12", "S0", 5, 4]
    ]


def test_how_many_chose_each_option():
    connection = warehouse([("5", {}), ("5", {}), ("1", {}), ("·4", {})])
    answers = survey_estimates(connection, catalogue(), last_wave=0).answers
    of = answers[(answers["item_id"] == "S.VO.1") & (answers["unit_kind"] == "school")]

    assert dict(zip(of["code"], of["count"], strict=True)) == {1: 1, 5: 2}
    assert set(of["n"]) == {3}


# --- 3.3: the first wave a launch is felt in


@pytest.mark.parametrize(
    ("launch", "wave"),
    [
        # The wave opens on October 1; thirty days before is September 1.
        ("2026-09-01", 0),
        ("2026-09-02", None),
        ("2026-10-01", None),
        # Before the first wave it counts back in half years of 182.6 days.
        ("2026-06-02", 0),
        ("2026-06-01", -1),
        ("2026-03-03", -1),
        ("2025-09-01", -2),
        (None, None),
    ],
)
def test_a_launch_is_felt_in_the_first_wave_that_opens_thirty_days_later(launch, wave):
    connection = warehouse([("5555", {})], launch=launch)
    found = connection.execute("SELECT DISTINCT launch_wave FROM units").fetchall()

    assert found == [(wave,)]
