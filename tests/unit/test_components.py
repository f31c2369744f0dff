"""Values in, trees out: read as words, without a server."""

import pytest

from components.answer_bars import AnswerRow, answer_bars
from components.charts.caterpillar import Row, caterpillar
from components.charts.dots import MOST_DOTS, dot_stack
from components.charts.score import half_height
from components.charts.spread import SpreadPoint, spread
from components.page import ALL, Filter, filters, pager, went_wrong
from components.rich import plain, rich
from components.tables import Table, csv_text, html_table
from components.words import speaker
from data.model.cell import Status
from data.model.waves import Wave

SAY = speaker("en")


def words(part) -> str:
    """Every text of a component tree, in order."""
    if part is None:
        return ""
    if isinstance(part, str):
        return part
    if isinstance(part, list | tuple):
        return " ".join(words(p) for p in part)
    return words(getattr(part, "children", None))


def test_bold_marks_become_words():
    assert plain("**60%** of students") == "60% of students"
    assert words(rich("a **b** c")).split() == ["a", "b", "c"]


def test_a_range_is_kept_on_one_line():
    found = rich("interval 63–72%, **grades 6–12** of 3 schools")

    assert words(found[1]) == "63–72%,"
    assert found[1].className == "whole"
    assert found[3].children[1].className == "whole"
    assert "".join(words(p).replace("  ", " ") for p in found).startswith("interval ")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_is_defused(start):
    table = Table(("name",), [(f"{start}SUM(A1)",)])

    assert f"'{start}SUM(A1)" in csv_text(table)


def test_a_negative_number_is_a_number():
    assert csv_text(Table(("x",), [(-3.14159,)])).splitlines()[1] == "-3.1416"


def test_the_file_has_its_own_columns_and_marks_utf_8():
    table = Table(("Shown",), [("60%",)], keys=("share", "reason"), data=[(60.0, None)])

    assert csv_text(table) == "\ufeffshare,reason\n60.0,\n"


def test_a_table_names_its_rows_for_assistive_technology():
    found = html_table(Table(("School", "Share"), [("Alder", "60%")]), "Schools")
    row = found.children[2].children[0]

    assert row.children[0].scope == "row"
    assert words(found) == "Schools School Share Alder 60%"


def a_row(**changes) -> Row:
    given = {
        "cohort": 1,
        "name": "Alder",
        "status": Status.SHOWN,
        "value": 60.0,
        "low": 55.0,
        "high": 65.0,
        "printed": "60",
        "note": "40–99",
    }
    return Row(**(given | changes))


def traces(rows, **extra):
    return caterpillar(
        SAY, rows, district=(58.0, "District 58%"), axis=(35, 85), heading="n", **extra
    )["data"]


def test_a_withheld_school_is_hatched_and_named_in_place():
    figure = caterpillar(
        SAY,
        [
            a_row(),
            a_row(
                name="Birch",
                status=Status.PROTECTED,
                value=None,
                low=None,
                high=None,
                printed="",
                note="",
                reason="Hidden to protect people",
            ),
        ],
        district=None,
        axis=(35, 85),
        heading="n",
    )
    texts = [a["text"].strip() for a in figure["layout"]["annotations"]]

    assert "Hidden to protect people" in texts
    assert "Birch" in texts
    assert any("pattern" in t.get("marker", {}) for t in figure["data"])


def test_not_asked_is_no_hatching():
    drawn = traces(
        [
            a_row(
                status=Status.NOT_COLLECTED,
                value=None,
                low=None,
                high=None,
                printed="",
                note="",
                reason="Not asked",
            )
        ]
    )

    assert not any("pattern" in t.get("marker", {}) for t in drawn)


def test_a_low_rate_is_an_open_dot_without_a_bar():
    bars, dots = traces([a_row(is_low=True)])

    assert bars["x"] == []
    assert dots["marker"]["color"] == ["#FBFCFB"]


def test_the_axis_never_follows_the_rows():
    wide = caterpillar(
        SAY, [a_row(value=99.0)], district=None, axis=(35, 85), heading="n"
    )

    assert wide["layout"]["xaxis"]["range"] == [35, 85]


def test_many_schools_are_counted_not_dotted():
    values = [(0, 50.0 + i % 40, f"S{i}") for i in range(MOST_DOTS + 1)]
    figure = dot_stack(
        SAY, values, district=None, axis=(35, 95), counted="{n} at {share}"
    )

    assert [t["type"] for t in figure["data"]] == ["bar"]
    assert sum(figure["data"][0]["y"]) == MOST_DOTS + 1


def test_a_line_swells_with_adoption_and_is_never_gone():
    assert (
        0
        < half_height(0, 14.5)
        < half_height(50, 14.5)
        < half_height(100, 14.5)
        <= 7.25
    )


def test_one_year_of_many_schools_is_still_a_picture():
    point = SpreadPoint(0, 10, 30, 50, 70, 90)
    figure = spread(
        SAY, [point], waves=(Wave(2014, spring=True),), words=("a", "b", "c")
    )

    assert len(figure["data"][2]["x"]) == 2


def test_answers_say_every_option_aloud():
    rows = [AnswerRow("How often?", ("Never", "Always"), (40.0, 60.0), "60% favorable")]
    bar = answer_bars(SAY, rows).children[0].children[1].children[0]

    assert getattr(bar, "aria-label") == "Never 40%; Always 60%"


def test_few_are_counted_and_never_a_percent():
    row = AnswerRow(
        "Fall", ("kept", "stopped"), (60.0, 40.0), "5 tries", counts=("3", "2")
    )
    tree = answer_bars(SAY, [row])
    bar = tree.children[0].children[1].children[0]

    assert words(bar).split() == ["3", "2"]
    assert getattr(bar, "aria-label") == "kept 3; stopped 2"


def test_hidden_answers_say_why():
    rows = [
        AnswerRow(
            "How often?", ("Never", "Always"), None, "", "Hidden to protect people"
        )
    ]

    assert "Hidden to protect people" in words(answer_bars(SAY, rows))


def test_a_filter_is_labelled_and_clear_appears_when_one_differs():
    choice = Filter("cohort", "Cohort", ALL, [(ALL, "All cohorts"), ("1", "Cohort 1")])

    assert "Clear" not in words(filters(SAY, [choice]))
    assert "Clear" in words(filters(SAY, [choice], clear="/adoption"))


def test_the_pager_knows_its_ends():
    first = words(pager(SAY, page=1, pages=3, href=["/a", "/b"]))
    last = words(pager(SAY, page=3, pages=3, href=["/a", "/b"]))

    assert "Earlier" not in first
    assert "Later" in first
    assert "Later" not in last


def test_an_error_is_kind_and_has_a_reference():
    said = words(went_wrong(SAY, "ab12"))

    assert "The numbers are safe" in said
    assert "ab12" in said
