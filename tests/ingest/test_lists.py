"""Lists with the office's own headings: schools, enrolment, ratings, the calendar."""

import pytest

from tests.ingest.conftest import outcome
from tests.ingest.workbooks import xlsx

SCHOOLS = """
    School No.;School name;Grades;Region;PL cohort;Students begin;Closed
    1001;Anchor Point School;K–4;North;1;08.01.2024;
    1021;Harbor High;9–12;North;2;06.01.2025;13.06.2025
    """
SCHOOLS_FORM = """
    table: school
    columns:
      school_id: {column: School No.}
      name: {column: School name}
      grades: {column: Grades}
      level: {column: Grades, recode: {K–4: elementary, 9–12: high}}
      area: {column: Region}
      cohort_id: {column: PL cohort}
      launch_date: {column: Students begin}
      closed_on: {column: Closed}
    """
ENROLMENT = """
    School,Date,Students gr. 3 and up,Teachers
    Alder School,20/10/2025,"1,044",15
    Ms. O'Neill's School,20/10/2025,38,
    Total,20/10/2025,"1,082",15
    ,,,
    """
ENROLMENT_FORM = """
    table: roster
    columns:
      wave: {date: Date}
      school_id: {column: School}
    rows:
      - {stakeholder_group: students, grade_band: "35", n: {column: Students gr. 3 and up}}
      - {stakeholder_group: teachers, n: {column: Teachers}}
    """


def test_a_school_list_with_the_offices_headings_is_read(door):
    report = door.bring(SCHOOLS, SCHOOLS_FORM, name="schools.csv")

    assert outcome(report) == (2, 0, 0, 0)
    assert door.ask(
        """SELECT school_id, name, level, area, cohort_id, launch_date::VARCHAR,
             closed_on::VARCHAR FROM schools WHERE school_id LIKE '1%' ORDER BY 1"""
    ) == [
        ("1001", "Anchor Point School", "elementary", "North", 1, "2024-01-08", None),
        ("1021", "Harbor High", "high", "North", 2, "2025-01-06", "2025-06-13"),
    ]


def test_one_row_of_an_enrolment_list_gives_one_of_each_group(door):
    report = door.bring(ENROLMENT, ENROLMENT_FORM, name="enrolment.csv")

    assert outcome(report) == (3, 2, 0, 0)
    assert [(f.reason, f.lines) for f in report.findings] == [
        ("an empty row", (5,)), ("a row of totals", (4,)),
    ]  # fmt: skip
    assert report.note == "4 rows of the list gave 3 of the table"
    assert door.ask(
        """SELECT wave, school_id, stakeholder_group, grade_band, n FROM rosters
           ORDER BY ALL"""
    ) == [
        ("2025-26F", "A", "students", "35", 1044),
        ("2025-26F", "A", "teachers", None, 15),
        ("2025-26F", "B", "students", "35", 38),
    ]


def test_ratings_come_from_a_workbook_with_a_title_and_totals(door):
    from data.model.vocabulary import ATTRIBUTES, DOMAINS

    book = xlsx(
        {
            "Walkthroughs": [
                ["Our walkthroughs"],
                ["School", "Rated by", "Agency", "Time"],
                ["Alder School", "coach", 3, 2],
                ["Peña Middle", "coach", 1, None],
                ["Total", None, 4, 2],
            ]
        }
    )
    form = f"""
        table: rubric
        columns:
          semester: 2025-26F
          school_id: {{column: School}}
          rater: {{column: Rated by}}
          domain: {DOMAINS[0]}
        rows:
          - {{attribute: {ATTRIBUTES[0]}, level: {{column: Agency}}}}
          - {{attribute: {ATTRIBUTES[1]}, level: {{column: Time}}}}
        """
    report = door.bring(book, form, name="walkthroughs.xlsx")

    assert outcome(report) == (3, 1, 0, 0)
    assert door.ask("SELECT school_id, level FROM rubric ORDER BY ALL") == [
        ("A", 2), ("A", 3), ("P", 1),
    ]  # fmt: skip


def test_what_the_table_refuses_is_told_with_the_line_of_the_list(door):
    said = door.refusal(
        ENROLMENT.replace("Ms. O'Neill's School", "Nowhere"),
        ENROLMENT_FORM,
        name="e.csv",
    )

    assert said.startswith("e.csv:3 [school_id]: 'Nowhere': unknown school")


def test_an_order_of_days_nothing_proves_is_asked(door):
    table = ENROLMENT.replace("20/10/2025", "03/10/2025")

    assert "e.csv:2 [Date]" in door.refusal(table, ENROLMENT_FORM, name="e.csv")
    told = ENROLMENT_FORM.rstrip(" ") + "    day_first: true\n"
    assert door.bring(table, told, name="e.csv").kept == 3


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("table: roster", "table: rooster", "'rooster' is no table; use one of wave, school"),
        ("school_id:", "schol_id:", "roster has no column 'schol_id'; did you mean 'school_id'?"),
        ("n: {column: Teachers}", "program: all", "roster needs n; say where each comes from"),
        ("{column: School}", "{column: Schule}", "needs columns the file lacks: Schule"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_is_told(door, old, new, says):
    assert says in door.refusal(
        ENROLMENT, ENROLMENT_FORM.replace(old, new), name="e.csv"
    )
