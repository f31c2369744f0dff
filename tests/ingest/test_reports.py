"""What became of a file, in sentences and in counts."""

import pytest

from data.ingest.report import ColumnReading, Finding, Report


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (
            Finding("dropped", "a test row", 1, (3,)),
            "s.csv:3: a test row (1 row dropped)",
        ),
        (
            Finding("set aside", "unknown school", 2, (3, 7), "School"),
            "s.csv:3 [School]: unknown school (2 rows set aside; lines 3, 7)",
        ),
        (
            Finding("left out", "no such option", 1_204, (2, 3, 4, 5, 6), "Q1"),
            "s.csv:2 [Q1]: no such option (1,204 answers left out; lines 2, 3, 4, 5, 6 "
            "and 1,199 more)",
        ),
        (
            Finding("left out", "no such option", 1),
            "s.csv: no such option (1 answer left out)",
        ),
        (Finding("noted", "empty", 0, (), "Q"), "s.csv [Q]: empty (0 rows noted)"),
    ],
)
def test_a_finding_names_file_line_and_column(finding, sentence):
    assert finding.sentence("s.csv") == sentence


def test_the_line_of_a_finding_is_its_first():
    assert Finding("dropped", "x", 2, (4, 9)).line == 4
    assert Finding("dropped", "x", 2).line is None


def test_a_column_is_told_with_its_codes():
    codes = ((1, "Never", 3), (2, "Often", 1_204))
    found = ColumnReading("Q1", "S.VO.1", codes, no_answer=1_002, left_out=2_003)

    assert found.sentences() == [
        "Q1 → S.VO.1",
        "  1 Never: 3",
        "  2 Often: 1,204",
        "  no answer: 1,002",
        "  left out: 2,003",
    ]
    assert ColumnReading("Q1", "the school").sentences() == ["Q1 → the school"]


def report(**more):
    found = Report("s.csv", "a table", "utf-8", rows_read=1_210, kept=1_200, **more)
    found.add("dropped", "blank", 4)
    found.add("dropped", "total", 1)
    found.add("set aside", "unknown school", 3)
    found.add("duplicate", "later", 2)
    found.add("dropped", "none", 0)
    return found


def test_rows_add_up_by_what_became_of_them():
    found = report()

    assert (found.kept, found.dropped, found.set_aside, found.duplicate) == (
        1200,
        5,
        3,
        2,
    )
    assert len(found.findings) == 4
    assert found.counts == {
        "format": "a table",
        "rows_read": 1210,
        "kept": 1200,
        "dropped": 5,
        "set_aside": 3,
        "duplicate": 2,
    }


def test_a_finding_keeps_its_lines_and_its_column():
    found = report()
    found.add("left out", "no such option", 7, (1, 2), "Q1")

    assert found.findings[-1] == Finding("left out", "no such option", 7, (1, 2), "Q1")


@pytest.mark.parametrize(
    ("more", "end"),
    [
        ({}, "2 duplicate"),
        (
            {"answers": 4_800, "answers_kept": 3_700},
            "2 duplicate; 4,800 answers, 3,700 kept, 1,100 left out",
        ),
        ({"note": "it replaces x"}, "2 duplicate; it replaces x"),
    ],
)
def test_the_summary_is_one_line(more, end):
    assert report(**more).summary("would be") == (
        "s.csv: a table, utf-8; 1,210 rows read, 1,200 would be kept, 5 dropped, "
        f"3 set aside, {end}"
    )
