"""The failing inputs kept beside the project: each folder, and what is right for it.

The folders stay outside the project; where they are absent the tests say so. The same
situations are drawn in our own words in the other files of this folder.
"""

import shutil
from pathlib import Path

import pytest
from conftest import settings_in

from data.errors import ImportFileError
from data.ingest.door import import_file
from data.ingest.warehouse import open_warehouse
from tests.ingest.conftest import ROOT_OF_CASES, Door, outcome

needs_cases = pytest.mark.skipif(
    not ROOT_OF_CASES.exists(), reason="the failing inputs are not beside the project"
)
# Folder, file, mapping → kept, dropped, set aside, duplicate; or words of the refusal.
RIGHT = [
    ("01_*", "apostrophe_column_refused", None, (1, 0, 1, 0)),
    ("02_*", "apostrophe_recode", None, (1, 0, 0, 0)),
    ("04_*", "q_preview_odd", None, (1, 1, 0, 0)),
    ("05_*", "totals", None, (1, 1, 0, 0)),
    ("06_*", "sm_two_headers", None, (2, 0, 0, 0)),
    ("06_*", "sm_two_headers", "constant_school_and_wave.yaml", (2, 0, 0, 0)),
    ("07_*", "labelled_reversed", None, "the number says 1 and its label is code 3"),
    ("08_*", "dayfirst_ambiguous", None, "add day_first: true or day_first: false"),
    ("08_*", "dayfirst_mixed", None, (2, 0, 0, 0)),
    ("10_*", "f03_crlf_mix", None, (2, 0, 0, 0)),
    ("10_*", "f04b_lf_header_crlf_rows", None, (2, 0, 0, 0)),
    ("13_*", "q_status_real", None, (4, 2, 0, 0)),
    ("13_*", "q_status_num", None, (4, 2, 0, 0)),
    ("13_*", "q_status_german", None, (2, 1, 0, 0)),
    ("15_*", "q_grade_odd", None, (5, 0, 0, 0)),
    ("16_*", "q_map_typo", None, "4: unknown key 'respondant'; did you mean 'respond"),
    (
        "16_*",
        "q_map_typo",
        "gradeband.yaml",
        "6: unknown key 'gradeband'; did you mean",
    ),
    ("17_*", "q_item_twice", None, "S.VO.1 is mapped twice"),
    ("17_*", "q_item_twice", "item_of_another_form.yaml", "does not ask"),
    ("17_*", "q_item_twice", "same_column_twice.yaml", "'QID1' stands twice"),
    ("18_*", "q", "q_bad_encoding_map.yaml", ":11: 'encoding': 'klingon'"),
    ("18_*", "q", "q_first_len_str.yaml", ":7: 'first' needs a whole number"),
    ("18_*", "q", "q_item_dict_noitem.yaml", ":9: 'item' is missing"),
    ("18_*", "q", "q_items_list.yaml", ":8: 'items': list the questions"),
    ("18_*", "q", "q_items_null.yaml", ":8: 'items': list the questions"),
    ("18_*", "q", "q_len_str.yaml", ":7: 'length' needs a whole number"),
    ("18_*", "q", "q_recode_list.yaml", ":9: 'recode' is written"),
    ("18_*", "q", "q_recode_no_text_int.yaml", ":9: 'Yes' needs a whole number"),
    ("19_*", "q_recode_yaml_yes", None, (2, 0, 0, 0)),
    ("21_*", "distinct_700", None, (750, 0, 0, 0)),
    ("22_*", "numbers_0to2", None, "0 is no code of S3.VO.1 (1 to 3)"),
    ("22_*", "numbers_wrongscale_1to5", None, "5 is no code of S3.VO.1 (1 to 3)"),
    ("24_*", "two_schools_one_name", "", "'Adams' stands for two schools"),
    ("24_*", "alias_is_another_school", "", "'Elm' stands for two schools"),
    ("25_*", "school", "", "'0012' stands twice"),
    ("25_*", "roster", "", "'10.6': this must be a whole number"),
    ("26_*", "empty_demo.zip", "", (1, 0, 0, 0)),
    ("26_*", "empty_results.zip", "", (1, 0, 0, 0)),
    ("27_*", "roster.zip", "", (1, 0, 0, 0)),
    ("29_*", "grades_odd.zip", "", (16, 0, 0, 0)),
    ("31_*", "f11_zip_folder.zip", "f11_zip_folder.yaml", (2, 0, 0, 0)),
    ("32_*", "q_no_importid_preview", None, (1, 1, 0, 0)),
    ("34_*", "empty_zip.zip", "", "this is an empty zip"),
    ("34_*", "f30_html.csv", "", "this is a web page"),
    ("34_*", "f31_pdf.pdf", "", "this is a PDF"),
    ("34_*", "f32_xls.xls", "", "this is an old Excel workbook"),
    ("34_*", "f33_json", "", "this is JSON"),
    ("37_*", "utf16_nobom", None, (1, 0, 0, 0)),
]


@pytest.fixture(scope="module")
def case_district(tmp_path_factory):
    home = tmp_path_factory.mktemp("cases")
    settings = settings_in(home, CHORUS_SECRET="s" * 32)
    with open_warehouse(settings) as connection:
        for name in ("school", "wave"):
            import_file(
                connection, settings, ROOT_OF_CASES / "_district" / f"{name}.csv"
            )
    return settings.warehouse


@pytest.fixture
def case_door(settings, tmp_path, case_district):
    shutil.copy(case_district, settings.warehouse)
    return Door(settings, tmp_path)


def bring(door: Door, file: Path, mapping: Path | None, **options: object):
    with open_warehouse(door.settings) as connection:
        return import_file(
            connection, door.settings, file, mapping_file=mapping, **options
        )


def only(pattern: str) -> Path:
    (folder,) = ROOT_OF_CASES.glob(pattern)
    return folder


@needs_cases
@pytest.mark.parametrize(("folder", "name", "mapping", "right"), RIGHT)
def test_each_failing_input_is_read_as_is_right(
    case_door, folder, name, mapping, right
):
    place = only(folder)
    file = place / (name if "." in name else f"{name}.csv")
    told = place / (mapping or f"{name}.yaml") if mapping != "" else None
    wave = {"wave": "2025-26F"} if name.endswith(".zip") and told is None else {}
    if isinstance(right, str):
        with pytest.raises(ImportFileError) as refused:
            bring(case_door, file, told, **wave)
        assert right in str(refused.value)
    else:
        assert outcome(bring(case_door, file, told, **wave)) == right


@needs_cases
def test_a_mapping_put_right_reads_the_answers_again(case_door, tmp_path):
    place = only("11_*")
    mapping = tmp_path / "fix_mapping.yaml"
    for which in ("fix_mapping.yaml", "fix_mapping.yaml.right"):
        shutil.copyfile(place / which, mapping)
        bring(case_door, place / "fix_mapping.csv", mapping)

    assert case_door.ask(
        """SELECT code FROM answers JOIN responses USING (response_no)
           JOIN items USING (item_no) WHERE is_current AND item_id = 'S.VO.1'
           ORDER BY response_no"""
    ) == [(5,), (1,)]


@needs_cases
@pytest.mark.parametrize(
    ("folder", "files", "people"),
    [("12_*", ("monday", "friday"), 3), ("38_*", ("before", "after"), 2)],
)
def test_a_later_download_takes_the_place_of_the_earlier(
    case_door, folder, files, people
):
    place = only(folder)
    for name in files:
        bring(case_door, place / f"{name}.csv", place / "form.yaml")

    assert case_door.people() == people


@needs_cases
def test_twenty_columns_of_nonsense_are_all_told(case_door):
    place = only("30_*")
    with pytest.raises(ImportFileError) as refused:
        bring(case_door, place / "many.csv", place / "many.yaml")

    assert "not one of its answers could be read" in str(refused.value)


@needs_cases
def test_twenty_thousand_columns_are_refused_with_a_sentence(case_door, tmp_path):
    head = "Timestamp,School,Q" + "," * 20_000
    path = tmp_path / "wide.csv"
    path.write_text(head + "\n" + "x,y,z" + "," * 20_000 + "\n")
    with pytest.raises(ImportFileError, match="20,003 columns"):
        bring(case_door, path, None)


@needs_cases
def test_every_folder_of_failing_inputs_is_looked_at():
    looked_at = {pattern[:2] for pattern, *_ in RIGHT} | {"11", "12", "30", "33", "38"}
    folders = {p.name[:2] for p in ROOT_OF_CASES.iterdir() if p.name[:2].isdigit()}

    assert folders <= looked_at
