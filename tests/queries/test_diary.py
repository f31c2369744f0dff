"""What registers say day by day, as each viewer reads it."""

from datetime import date

import pytest
from release_rows import (
    OFFICE,
    OTHER_PRINCIPAL,
    PRINCIPAL,
    PUBLIC,
    TEACHER,
    reading,
    rows,
    write_release_file,
)

from data.catalogue import Text
from queries.diary import Occasion, Outcome, Request, occasions, outcomes, requests

OCCASIONS = rows(
    "occasions",
    """
    indicator_id | occasion_id | school_id | starts_on  | ends_on    | led_by            | heard_by | depth | hours | serves | name   | scope
    CH-3         | o2          | A         | 2026-02-01 | -          | teachers;families | students | 3     | -     | -      | -      | all
    CH-3         | o1          |           | 2026-01-05 | 2026-01-06 | superintendent    | -        | -     | 2.5   | core   | Launch | all
    CH-3         | o3          | B         | 2026-01-05 | -          | teachers; ;board  | students | 1     | -     | -      | -      | all
    CH-3         | o4          | A         | 2026-03-01 | -          | -                 | -        | -     | -     | -      | -      | A
    NI-1         | o5          | A         | 2026-01-01 | -          | -                 | -        | -     | -     | -      | -      | all
    """,
)
REQUESTS = rows(
    "requests",
    """
    kind      | request_id | school_id | category | opened_on  | replied_on | closed_on  | outcome | scope
    support   | r2         | A         | S3       | 2026-01-09 | 2026-01-10 | 2026-01-20 | met     | A
    support   | r1         | A         | S0       | 2026-01-05 | -          | -          | -       | A
    exception | r1         | A         |          | 2026-01-05 | -          | -          | -       | A
    support   | r9         | B         | S1       | 2026-01-01 | -          | -          | -       | B
    support   | r8         | C         | S1       | 2026-01-01 | -          | -          | -       | all
    """,
)
OUTCOMES = rows(
    "outcomes",
    """
    outcome_id | name_en | name_es | unit   | direction | margin | registered_on
    math       | Math    | Mates   | SD     | up        | 0.05   | 2025-08-01
    belonging  | Belong  | Sentir  | points | up        | 2      | 2025-09-01
    """,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return write_release_file(
        tmp_path_factory.mktemp("diary") / "file.duckdb",
        occasions=OCCASIONS,
        requests=REQUESTS,
        outcomes=OUTCOMES,
    )


def ids(file, viewer, **what):
    with reading(file) as connection:
        found = occasions(connection, viewer, **{"indicator": "CH-3", **what})
    return " ".join(o.occasion_id for o in found)


@pytest.mark.parametrize(
    ("viewer", "expected"),
    [
        (PUBLIC, "o1 o3 o2"),
        (TEACHER, "o1 o3 o2"),
        (OTHER_PRINCIPAL, "o1 o3 o2"),
        (OFFICE, "o1 o3 o2"),
        (PRINCIPAL, "o1 o3 o2 o4"),
    ],
)
def test_occasions_come_oldest_first_with_those_of_the_own_school(
    file, viewer, expected
):
    assert ids(file, viewer) == expected


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({"school_id": "A"}, "o1 o2"),
        ({"school_id": "B"}, "o1 o3"),
        ({"school_id": "Z"}, "o1"),
        ({"indicator": "NI-1"}, "o5"),
    ],
)
def test_a_schools_occasions_are_its_own_and_the_districts(file, what, expected):
    assert ids(file, PUBLIC, **what) == expected


def test_an_occasion_says_when_who_and_how_deep(file):
    with reading(file) as connection:
        launch, shared, one = occasions(connection, PUBLIC, indicator="CH-3")

    assert launch == Occasion(
        "o1", "", date(2026, 1, 5), date(2026, 1, 6), ("superintendent",), (),
        None, 2.5, "core", "Launch",
    )  # fmt: skip
    assert shared.led_by == ("teachers", "board")
    assert one == Occasion(
        "o2", "A", date(2026, 2, 1), None, ("teachers", "families"), ("students",),
        3, None, None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("viewer", "everything", "still_open"),
    [
        (PUBLIC, "r8", "r8"),
        (TEACHER, "r8", "r8"),
        (OTHER_PRINCIPAL, "r8", "r8"),
        (OFFICE, "r8", "r8"),
        (PRINCIPAL, "r8 r1 r1 r2", "r8 r1 r1"),
    ],
)
def test_a_schools_requests_are_read_by_its_principal_oldest_first(
    file, viewer, everything, still_open
):
    with reading(file) as connection:
        found = requests(connection, viewer)
        still = requests(connection, viewer, open_only=True)

    assert " ".join(r.request_id for r in found) == everything
    assert " ".join(r.request_id for r in still) == still_open


def test_a_request_says_what_was_asked_and_what_became_of_it(file):
    with reading(file) as connection:
        _, exception, waiting, met = requests(connection, PRINCIPAL)

    assert exception == Request(
        "exception", "r1", "A", "", date(2026, 1, 5), None, None, None
    )
    assert waiting == Request(
        "support", "r1", "A", "S0", date(2026, 1, 5), None, None, None
    )
    assert met == Request(
        "support", "r2", "A", "S3",
        date(2026, 1, 9), date(2026, 1, 10), date(2026, 1, 20), "met",
    )  # fmt: skip


@pytest.mark.parametrize("viewer", [PUBLIC, TEACHER, PRINCIPAL, OFFICE])
def test_what_the_board_promised_to_hold_is_public(file, viewer):
    with reading(file) as connection:
        assert outcomes(connection, viewer) == [
            Outcome(
                "belonging", Text.of({"en": "Belong", "es": "Sentir"}), "points", 2,
                date(2025, 9, 1),
            ),
            Outcome(
                "math", Text.of({"en": "Math", "es": "Mates"}), "SD", 0.05,
                date(2025, 8, 1),
            ),
        ]  # fmt: skip
