"""When: the survey window a day falls into, and the order of day and month."""

from datetime import date

import pytest

from data.ingest.dates import OrderUnclear, read_days
from tests.ingest.conftest import outcome, reasons

FORM = """
    survey: student_3_5
    wave: {date: When}
    school: {column: School}
    items: {Q: S3.VO.1}
    """


def on(*days: str) -> str:
    return "When,School,Q\n" + "".join(f'"{d}",Alder School,A lot\n' for d in days)


@pytest.mark.parametrize(
    "day",
    [
        "2025-10-13", "2025/10/13 9:00:00 AM PDT", "2025-10-13T09:00:00Z", "2025.10.13",
        "10/13/2025 9:00:00", "10/13/25 19:06", "13/10/2025 09:00", "13.10.2025",
        "13.10.25 9:00", "13-10-2025", "Oct 13, 2025", "October 13, 2025 9:00 PM",
        "13 Oct 2025", "13-Oct-25", "13 de octubre de 2025", "Monday, October 13, 2025",
        "Mon, 13 Oct 2025 09:00:00 GMT", "Oct 13th, 2025", "45943", "45943.375",
        "2025-10-13T09:00:00.000+02:00",
    ],
)  # fmt: skip
def test_a_day_is_read_as_tools_and_people_write_it(door, day):
    door.bring(on(day), FORM)

    assert door.ask("SELECT wave FROM responses") == [("2025-26F",)]


@pytest.mark.parametrize(
    ("day", "wave"),
    [
        ("2025-09-30", None), ("2025-10-01", "2025-26F"), ("2025-10-31", "2025-26F"),
        ("2025-10-31 23:59:59", "2025-26F"), ("2025-11-01", None),
        ("2026-02-28", None), ("2026-03-01", "2025-26S"), ("2026-03-31", "2025-26S"),
        ("2026-04-01", None),
    ],
)  # fmt: skip
def test_the_first_and_last_day_of_a_window_belong_to_it(door, day, wave):
    report = door.bring(on("2026-10-10", day), FORM)

    assert outcome(report) == ((2, 0, 0, 0) if wave else (1, 0, 1, 0))
    found = door.ask("SELECT wave FROM responses WHERE wave <> '2026-27F'")
    assert found == ([(wave,)] if wave else [])
    if not wave:
        assert reasons(report) == [
            ("the day lies in no survey window of wave.csv", 1, (3,))
        ]


@pytest.mark.parametrize(
    "word", ["soon", "2025-13-01", "10/32/2025", "2025", "30/02/2026"]
)
def test_what_is_no_day_is_called_that(door, word):
    report = door.bring(on("2025-10-13", word), FORM)

    assert reasons(report) == [("this is no day that can be read", 1, (3,))]


def test_one_day_after_the_twelfth_proves_the_order_of_the_whole_file(door):
    door.bring(on("13/10/2026 9:00", "03/10/2026 9:00"), FORM)

    assert door.ask("SELECT wave, count(*) FROM responses GROUP BY 1") == [
        ("2026-27F", 2)
    ]


def test_an_order_no_day_proves_is_asked_for(door):
    said = door.refusal(on("03/10/2026 9:00", "04/10/2026 9:00"), FORM)

    assert said == (
        "survey.csv:2 [When]: '03/10/2026' may be 2026-10-03 or 2026-03-10, and no day of "
        "the file proves which; add day_first: true or day_first: false to the mapping"
    )


@pytest.mark.parametrize(
    ("told", "wave"), [("true", "2026-27F"), ("false", "2025-26S")]
)
def test_the_mapping_says_the_order_once_for_the_file(door, told, wave):
    mapping = FORM.replace("items:", f"day_first: {told}\n    items:")
    door.bring(on("03/10/2026", "10/10/2026"), mapping)

    assert (wave,) in door.ask("SELECT wave FROM responses")


def test_an_order_that_does_not_matter_is_not_asked_for(door):
    door.bring(on("10/10/2026", "10/10/26"), FORM)

    assert door.people() == 2


MARCH, MAY = date(2026, 3, 5), date(2026, 5, 3)


def test_where_both_orders_fall_into_one_window_month_first_is_read():
    window = {"2025-26S": (MARCH, MAY)}

    assert read_days(["03/05/2026"], windows=window) == {"03/05/2026": MARCH}


@pytest.mark.parametrize(
    ("opens", "closes"), [(date(2026, 3, 6), MAY), (MARCH, date(2026, 5, 2))]
)
def test_where_one_order_falls_a_day_outside_the_window_it_is_asked_for(opens, closes):
    with pytest.raises(OrderUnclear) as asked:
        read_days(["03/05/2026"], windows={"2025-26S": (opens, closes)})

    assert asked.value.reason == (
        "'03/05/2026' may be 2026-05-03 or 2026-03-05, and no day of the file proves "
        "which; add day_first: true or day_first: false to the mapping"
    )


def test_a_file_with_both_orders_is_refused_with_a_line(door):
    said = door.refusal(on("13/10/2026", "10/13/2026"), FORM)

    assert said.startswith(
        "survey.csv:3 [When]: '13/10/2026' can only be day first and"
    )


def test_a_mapping_that_says_the_other_order_is_refused(door):
    told = FORM.replace("items:", "day_first: true\n    items:")
    said = door.refusal(on("10/13/2026"), told)

    assert said.startswith("survey.csv:2 [When]: the mapping says day_first: true, and")


def test_a_wave_by_label_that_no_calendar_has_is_set_aside(door):
    report = door.bring(
        "Wave,School,Q\n2025-26F,Alder School,A lot\n2031-32F,Alder School,A lot\n",
        FORM.replace("{date: When}", "{column: Wave}"),
    )

    assert reasons(report) == [("unknown wave", 1, (3,))]


def test_later_means_later_in_time_and_not_in_text(door):
    door.bring(
        """
        Id,Start time,Completion time,School,Q
        r1,10/9/2025 8:00:00 AM,10/9/2025 9:00:00 AM,Alder School,A lot
        r1,10/13/2025 8:00:00 AM,10/13/2025 1:00:00 PM,Alder School,Not much
        r1,10/13/2025 8:00:00 AM,10/13/2025 11:00:00 AM,Alder School,Sometimes
        """,
        """
        survey: student_3_5
        wave: 2025-26F
        school: {column: School}
        respondent: {column: Id}
        items: {Q: S3.VO.1}
        """,
    )

    assert door.codes() == [("S3.VO.1", 1, 1)]
