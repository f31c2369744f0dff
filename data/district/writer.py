"""Writes the whole made-up district into a folder, ready to be imported."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from data.catalogue import catalogue
from data.district import exports, happenings, leaders, registers
from data.district.schools import SEED, WAVES, School, make_schools
from data.district.truth import TRUTH

NAME = "Alder Valley Unified"
Progress = Callable[[str], None]

# In the order a real district would bring them: calendar, schools, the rest.
MAPPINGS = {
    "student_6_12": "qualtrics_students.yaml",
    "student_3_5": "google_forms_grades_3_5.yaml",
    "teacher": "qualtrics_teachers.yaml",
}


def write_district(
    folder: Path,
    *,
    schools: int = 30,
    waves: int = len(WAVES),
    progress: Progress = lambda _: None,
) -> list[tuple[Path, Path | None]]:
    """Write export files, mappings and TRUTH.md; return (file, mapping) in order.

    Args:
        schools: 30 for the demo; the first thirty are the same at every size.
        waves: how many of the latest waves to write.
    """
    folder.mkdir(parents=True, exist_ok=True)
    everyone = make_schools(schools)
    first = len(WAVES) - waves
    (folder / "TRUTH.md").write_text(TRUTH, encoding="utf-8")
    _write_mappings(folder)
    files: list[tuple[Path, Path | None]] = []
    for name, rows in (
        *registers.tables(everyone, first),
        *happenings.tables(everyone, first),
        *leaders.tables(everyone, first),
    ):
        path = folder / f"{name}.csv"
        _write_rows(path, rows)
        files.append((path, None))
    for index in range(first, len(WAVES)):
        progress(f"writing {WAVES[index]}")
        files += _write_wave(folder, everyone, index)
    return files


def _write_wave(
    folder: Path, schools: list[School], index: int
) -> list[tuple[Path, Path | None]]:
    rng = np.random.default_rng([SEED, index])
    label = WAVES[index]
    students = exports.draw_sample(
        rng, schools, index, "student_6_12", exports.STUDENT_ITEMS
    )
    pupils = exports.draw_sample(
        rng, schools, index, "student_3_5", exports.SHORT_ITEMS
    )
    teachers = exports.draw_sample(
        rng, schools, index, "teacher", exports.TEACHER_ITEMS
    )
    paths = {
        "student_6_12": folder / f"{label}_students_6_12_qualtrics.csv",
        "student_3_5": folder / f"{label}_grades_3_5_google_forms.csv",
        "teacher": folder / f"{label}_teachers_qualtrics.csv",
    }
    exports.write_qualtrics(
        paths["student_6_12"], rng, schools, students, exports.STUDENT_ITEMS, index,
        words=True,
    )  # fmt: skip
    exports.write_google_forms(
        paths["student_3_5"], rng, schools, pupils, exports.SHORT_ITEMS, index
    )
    exports.write_qualtrics(
        paths["teacher"], rng, schools, teachers, exports.TEACHER_ITEMS, index,
        words=False,
    )  # fmt: skip
    _make_untidy(paths["student_6_12"])
    written: list[tuple[Path, Path | None]] = [
        (path, folder / MAPPINGS[form]) for form, path in paths.items()
    ]
    principals = folder / f"{label}_leaders.csv"
    _write_rows(principals, registers.leader_responses(rng, schools, index))
    written.append((principals, None))
    if label.endswith("S"):
        families = folder / f"{label}_families.csv"
        _write_rows(families, registers.family_responses(rng, schools, index))
        written.append((families, None))
    return written


def _make_untidy(path: Path) -> None:
    """Add what real exports hold: a preview, a double, an unknown school or code."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = [line for line in lines[-12:] if line.strip()]
    preview = rows[0].replace("IP Address", "Survey Preview").replace("R_", "R_P")
    again = rows[1].replace("R_", "R_AGAIN")
    cells = next(csv.reader([rows[2]]))
    cells[-3], cells[-1] = "Alder Annex (closed)", "9999999"
    unknown = _as_line(cells)
    cells = next(csv.reader([rows[3]]))
    cells[len(exports.SYSTEM)], cells[-1] = "7", "9999998"
    with path.open("a", encoding="utf-8") as out:
        out.writelines([preview, again, unknown, _as_line(cells)])


def _as_line(cells: list[str]) -> str:
    quoted = (
        '"' + c.replace('"', '""') + '"' if "," in c or '"' in c else c for c in cells
    )
    return ",".join(quoted) + "\n"


def _write_rows(path: Path, rows: Iterable[dict[str, object]]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_mappings(folder: Path) -> None:
    for form, items in (
        ("student_6_12", exports.STUDENT_ITEMS),
        ("teacher", exports.TEACHER_ITEMS),
    ):
        lines = [
            f"# How the {form} export from Qualtrics is read.",
            f"survey: {form}",
            "wave: {column: wave}",
            "school: {column: school}",
            "respondent: {column: person}",
            "language: {column: userLanguage}",
        ]
        if form == "student_6_12":
            lines.append(
                "grade_band: {column: grade, recode: {'6': '68', '7': '68', '8': '68',"
            )
            lines.append("  '9': '912', '10': '912', '11': '912', '12': '912'}}")
            lines.append("grade: {column: grade}")
        lines.append("items:")
        lines += [f"  QID{n}: {item}" for n, item in enumerate(items, 1)]
        (folder / MAPPINGS[form]).write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = [
        "# How the grades 3-5 form from Google Forms is read.",
        "survey: student_3_5",
        "wave: {date: Timestamp}  # the survey window the day falls into",
        "school: {column: 'Which school do you go to?'}",
        "grade_band: '35'",
        "items:",
    ]
    for item in exports.SHORT_ITEMS:
        lines.append(f'  "{catalogue().items[item].text.en}": {item}')
    (folder / MAPPINGS["student_3_5"]).write_text(
        "\n".join(lines) + "\n", encoding="utf-8"
    )
