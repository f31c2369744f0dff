"""Results someone else published, and directories of schools, at the door."""

import pytest

from tests.ingest.conftest import drawn, reasons

MAPPING = """
    summary: nyc
    source: {en: The city, es: La ciudad}
    public: true
    group: teachers
    wave: {column: Year, suffix: S}
    school: {column: School}
    response_rate: {column: Rate}
    n: {column: Answered}
    eligible: {column: Asked}
    measures:
      - id: trust
        indicator: CU-1
        name: {en: Trust, es: Confianza}
        definition: {en: Says so, es: Dice que sí}
        columns: [One, Two]
    """
HEADINGS = "Year,School,Rate,Answered,Asked,One,Two\n"
COUNTED = MAPPING.replace(
    "columns: [One, Two]",
    "favourable: [Yes, Often]\n        answered: [Yes, Often, No]",
)


def published(door, *rows, mapping=MAPPING, headings=HEADINGS, **options):
    table = (headings + "".join(f"{row}\n" for row in rows)).encode()
    return door.bring(
        table, mapping, name="city.csv", mapping_name="city.yaml", **options
    )


def refused(door, *rows, mapping=MAPPING, headings=HEADINGS):
    table = (headings + "".join(f"{row}\n" for row in rows)).encode()
    return door.refusal(table, mapping, name="city.csv", mapping_name="city.yaml")


def values(door):
    return door.ask("SELECT * FROM summary_values ORDER BY ALL")


def test_a_share_is_the_mean_of_its_columns_with_what_is_known_of_it(door):
    report = published(
        door, "2025-26,A,80,40,50,60,70", "2025-26,Peña Middle,,,,90,N/A"
    )

    assert values(door) == [
        ("trust", "2025-26S", "A", 65.0, 40, 50, 80.0),
        ("trust", "2025-26S", "P", 90.0, None, None, None),
    ]
    assert (report.rows_read, report.kept) == (2, 2)
    assert [(c.column, c.what) for c in report.columns] == [
        ("trust", "shown beside CU-1")
    ]


def test_a_measure_is_kept_in_the_words_of_its_mapping(door):
    published(door, "2025-26,A,80,40,50,60,70")

    assert door.ask("SELECT * FROM summary_measures") == [
        ("trust", "CU-1", "teachers", "The city", "La ciudad", "Trust", "Confianza",
         "Says so", "Dice que sí", True)
    ]  # fmt: skip


def test_counts_per_answer_make_a_share_and_its_n(door):
    published(
        door, "2025-26,A,,,60,10,20,20", "2025-26,B,,,,0,0,0", mapping=COUNTED,
        headings="Year,School,Rate,Answered,Asked,Yes,Often,No\n",
    )  # fmt: skip

    # 30 of 50 said yes or often; a school without an answer has no share.
    assert values(door) == [("trust", "2025-26S", "A", 60.0, 50, 60, None)]


@pytest.mark.parametrize("word", ["", "N/A", "NA", "Data not available", " NA "])
def test_what_is_not_available_is_no_value(door, word):
    published(door, f"2025-26,A,80,40,50,{word},", "2025-26,B,80,40,50,1,1")

    assert [row[2] for row in values(door)] == ["B"]


@pytest.mark.parametrize("word", ["-1", "101", "many"])
def test_a_value_that_is_no_percentage_is_refused_by_its_line(door, word):
    said = refused(
        door, "2025-26,A,80,40,50,60,60", f"2025-26,B,80,40,50,{word},{word}"
    )

    assert "city.csv:3 [One, Two]: " in said
    assert "a value is no percentage (1 rows)" in said


@pytest.mark.parametrize("share", ["0", "100", "100.0001"])
def test_the_ends_of_a_percentage_are_percentages(door, share):
    published(door, f"2025-26,A,80,40,50,{share},{share}")

    assert [row[3] for row in values(door)] == [float(share)]


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("2025,A,80,40,50,6,6", "wave", "no survey wave; write it as 2026-27S"),
        ("2025-26,Nowhere,80,40,50,6,6", "School", "unknown school; import the school"),
        ("2025-26,B,101,40,50,6,6", "response_rate", "a rate lies between 0 and 100"),
        ("2025-26,B,-1,40,50,6,6", "response_rate", "a rate lies between 0 and 100"),
    ],
)
def test_a_row_that_contradicts_is_refused_by_its_line_and_column(
    door, row, column, says
):
    said = refused(door, "2025-26,A,0,40,50,6,6", "2025-26,P,100,40,50,6,6", row)

    assert f"city.csv:4 [{column}]: {says}" in said
    assert "(1 rows)" in said


def test_more_answers_than_people_leave_the_number_of_people_out(door):
    report = published(door, "2025-26,A,80,51,50,60,60", "2025-26,B,80,50,50,60,60")

    assert reasons(report) == [("more people answered than were eligible", 1, (2,))]
    assert [row[2:] for row in values(door)] == [
        ("A", 60.0, 51, None, 80.0),
        ("B", 60.0, 50, 50, 80.0),
    ]


def test_rows_without_a_school_are_not_read(door):
    report = published(door, "2025-26,,80,40,50,60,60", "2025-26,A,80,40,50,60,60")

    assert (report.rows_read, len(values(door))) == (1, 1)


def test_a_wave_nobody_knew_takes_its_place_in_the_order_of_time(door):
    published(
        door,
        "2024-25,A,80,40,50,60,60",
        "2027-28,A,80,40,50,60,60",
        "2025-26,A,80,40,50,60,60",
    )

    assert door.ask(
        "SELECT wave, wave_index, opens_on IS NULL FROM waves ORDER BY 2"
    ) == [
        ("2024-25S", 0, True),
        ("2025-26F", 1, False),
        ("2025-26S", 2, False),
        ("2026-27F", 3, False),
        ("2027-28S", 4, True),
    ]


def test_a_later_file_takes_the_place_of_the_values_before(door):
    published(door, "2025-26,A,80,40,50,60,60")
    published(door, "2025-26,A,80,40,50,70,70", "2025-26,B,80,40,50,10,10")

    assert [row[2:4] for row in values(door)] == [("A", 70.0), ("B", 10.0)]


def test_a_file_that_brings_names_makes_its_own_schools(door):
    named = (
        MAPPING.rstrip(" ")
        + drawn_key("school_name: {column: Name}")
        + drawn_key("area: {column: Area}")
    )
    published(
        door,
        "2025-26,A,80,40,50,60,60,Alder,X",
        "2025-26,01M015,80,40,50,70,70,  Roberto   Clemente ,District 1",
        mapping=named,
        headings=HEADINGS.strip() + ",Name,Area\n",
    )

    known = door.ask("SELECT school_id, name, cohort_id, area FROM schools ORDER BY 1")
    assert ("01M015", "Roberto Clemente", 0, "District 1") in known
    # A school that was known keeps its name.
    assert ("A", "Alder School", 1, None) in known
    assert [row[2] for row in values(door)] == ["01M015", "A"]


def drawn_key(line):
    return f"    {line}\n"


# --- directories of schools

DIRECTORY = """
    schools: list
    school: {column: Code}
    school_name: {column: Name}
    area: {column: Area}
    latest_by: Year
    grades: {pk: PK, k: K, g1: 1, g5: 5, g6: 6, g8: 8, g9: 9, g12: 12}
    """
COLUMNS = "Code,Name,Area,Year,pk,k,g1,g5,g6,g8,g9,g12\n"


def listed(door, *rows, mapping=DIRECTORY):
    table = (COLUMNS + "".join(f"{row}\n" for row in rows)).encode()
    return door.bring(table, mapping, name="list.csv", mapping_name="list.yaml")


def school(door, code):
    [row] = door.ask(
        f"""SELECT name, level, grades, area, cohort_id, launch_date IS NULL
            FROM schools WHERE school_id = '{code}'"""
    )
    return row


@pytest.mark.parametrize(
    ("taught", "level", "grades"),
    [
        ("9,9,9,9,0,0,0,0", "elementary", "PK–5"),
        ("0,9,9,9,9,0,0,0", "elementary", "K–6"),
        ("0,0,0,0,9,9,0,0", "middle", "6–8"),
        ("0,0,0,9,9,9,0,0", "middle", "5–8"),
        ("0,0,0,0,0,9,9,0", "middle", "8–9"),
        ("0,0,0,0,9,9,9,9", "high", "6–12"),
        ("0,0,0,0,0,0,9,9", "high", "9–12"),
        ("0,9,9,9,9,9,0,0", "mixed", "K–8"),
        ("0,0,0,0,0,0,0,0", None, None),
        (",,x,,,,,", None, None),
    ],
)
def test_the_level_follows_from_the_grades_that_have_pupils(
    door, taught, level, grades
):
    listed(door, f"N1,New School,East,2026,{taught}")

    assert school(door, "N1")[1:3] == (level, grades)


def test_the_latest_row_of_a_school_counts(door):
    report = listed(
        door,
        "N1,Newest,East,2026,9,0,0,0,0,0,0,0",
        "N1,Oldest,West,2024,0,0,0,0,0,0,0,9",
        ",Nobody,West,2024,0,0,0,0,0,0,0,9",
    )

    assert school(door, "N1") == ("Newest", "elementary", "PK–PK", "East", 0, True)
    assert (report.rows_read, report.kept) == (1, 1)


def test_without_a_year_the_last_line_counts(door):
    plain = drawn(DIRECTORY).replace("latest_by: Year\n", "")
    listed(
        door,
        "N1,First,East,2026,9,0,0,0,0,0,0,0",
        "N1,Second,West,2024,0,0,0,0,0,0,0,9",
        mapping=plain,
    )

    assert school(door, "N1")[0] == "Second"


def test_a_school_that_is_known_keeps_its_cohort_and_takes_the_rest(door):
    listed(door, "A, Alder   Academy ,,2026,0,0,0,0,0,0,9,9")

    assert school(door, "A") == ("Alder Academy", "high", "9–12", None, 1, False)


def test_a_school_without_a_name_is_called_by_its_code_and_found_by_it(door):
    listed(door, "n1,,East,2026,9,0,0,0,0,0,0,0")
    assert school(door, "n1")[0] == "n1"

    published(door, "2025-26,N1,80,40,50,60,60")
    assert [row[2] for row in values(door)] == ["n1"]


# --- mistakes in such mappings


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("public: true", "public: maybe", "3: 'public' is true or false, not 'maybe'"),
        ("public: true", "public: [yes]", "3: 'public' is true or false, not this"),
        (
            "source: {en: The city, es: La ciudad}", "source: {en: The city}",
            "2: 'source': needs an English (en) and a Spanish (es) text",
        ),
        (
            "source: {en: The city, es: La ciudad}", "source: The city",
            "2: 'source': needs an English (en) and a Spanish (es) text",
        ),
        ("indicator: CU-1", "indicator: CU-9", "unknown indicator CU-9"),
        (
            "columns: [One, Two]", "favourable: [One]",
            "needs either 'columns' or 'favourable' with 'answered'",
        ),
        (
            "columns: [One, Two]", "columns: [One]\n        answered: [Two]",
            "needs either 'columns' or 'favourable' with 'answered'",
        ),
        (
            "columns: [One, Two]",
            "columns: [One]\n        favourable: [One]\n        answered: [Two]",
            "needs either 'columns' or 'favourable' with 'answered'",
        ),
        ("columns: [One, Two]", "colums: [One]", "did you mean 'columns'?"),
        (
            "{column: School}", "{column: School, recode: x}",
            "6: 'recode' is written 'old: new', as {Yes: 5, No: 1}",
        ),
        ("{column: Rate}", "[Rate]", "7: 'response_rate' is written as {column: Heading}"),
        ("group: teachers", "group: [teachers]", "4: 'group' needs one word or text"),
        ("{column: Year, suffix: S}", "2026", "5: 'wave': '2026' is no wave; write it as 2026-27F"),
        ("public: true", "public: true\n    missing: {a: b}", "list the words, as [I don't know"),
        ("public: true", "public: true\n    encoding: klingon", "'klingon' is no encoding"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_what_to_write(door, old, new, says):
    assert old in MAPPING
    said = refused(door, "2025-26,A,80,40,50,60,60", mapping=MAPPING.replace(old, new))

    assert said.startswith("city.yaml:")
    assert says in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("latest_by: Year", "latest_by: [Year]", "a column is named by its heading"),
        ("grades: {", "grades: [", "this is no YAML"),
        ("area: {column: Area}", "area: {colum: Area}", "unknown key 'colum'"),
        ("school: {column: Code}", "", "'school' is missing"),
    ],
)
def test_a_mistake_in_a_directorys_mapping_is_told_too(door, old, new, says):
    told = DIRECTORY.replace(old, new)

    said = door.refusal(
        COLUMNS.encode(), told, name="list.csv", mapping_name="list.yaml"
    )
    assert says in said


def test_words_for_no_value_are_the_mappings_own(door):
    told = MAPPING.rstrip(" ") + "    missing: [none of it]\n"
    published(
        door, "2025-26,A,80,40,50,none of it,", "2025-26,B,80,40,50,1,1",
        mapping=told.replace("columns: [One, Two]", "columns: [One]"),
    )  # fmt: skip

    assert [row[2] for row in values(door)] == ["B"]
