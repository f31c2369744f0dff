"""A district's own questions: a file, and no code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from data.catalogue.reader import HERE, read_catalogue
from data.errors import CatalogueError

OWN = """
response_sets:
  - id: OFTEN4
    en: ["Never", "Rarely", "Weekly", "Daily"]
    es: ["Nunca", "Rara vez", "Cada semana", "Cada día"]
    favourable: [3, 4]
items:
  - {id: OWN.1, group: students, set: OFTEN4, en: "How often do you garden?", es: "¿Con qué frecuencia cuidas el huerto?"}
  - {id: OWN.2, group: students, set: OFTEN4, en: "How often do you cook?", es: "¿Con qué frecuencia cocinas?"}
  - {id: OWN.3, group: students, set: OFTEN4, en: "How often do you read outside?", es: "¿Con qué frecuencia lees al aire libre?"}
forms:
  student_6_12: [OWN.1, OWN.2, OWN.3]
indicators:
  - id: OWN-1
    name: {en: "Learning outdoors", es: "Aprender al aire libre"}
    question: {en: "Do students learn outdoors?", es: "¿Aprenden los estudiantes al aire libre?"}
    serves: [SD-02]
    unit: "%, 0–100"
    direction: more
    tables: [response]
    cadence: wave
    levels: [D, C, S]
    picture: "dot + interval"
    scales:
      - {form: student_6_12, group: students, items: [OWN.1, OWN.2], until: "2025-26F"}
      - {form: student_6_12, group: students, part: scale.2, items: [OWN.3], since: "2025-26S"}
    claim: {en: "students learn outdoors", es: "los estudiantes aprenden al aire libre"}
methods:
  - id: OWN-1
    words: {en: "The share of two questions answered weekly or daily.", es: "La proporción de dos preguntas respondidas cada semana o cada día."}
    symbols: {en: "p̂ as LX-1", es: "p̂ como LX-1"}
    edges: []
    sources: [Seed]
"""
SCRIPT = """
import json, sys
from pathlib import Path
from data.catalogue import catalogue
from data.ingest.warehouse import open_warehouse
from data.model.reading import open_release_file
from data.publish.build import build_release
from data.settings import read_settings
settings = read_settings({"CHORUS_HOME": sys.argv[1], "CHORUS_SECRET": "o" * 32})
with open_warehouse(settings) as c:
    numbers = dict(c.execute("SELECT item_id, item_no FROM items").fetchall())
    for k, w in enumerate(("2025-26F", "2025-26S")):
        c.execute("INSERT INTO waves VALUES (?, ?, ?, ?)", [w, k, f"2026-0{k + 1}-01", f"2026-0{k + 1}-20"])
    for s in ("A", "B", "C"):
        c.execute("INSERT INTO schools VALUES (?, ?, 'middle', NULL, NULL, 1, '2025-08-20', NULL, NULL)", [s, s])
    no = 0
    for k, w in enumerate(("2025-26F", "2025-26S")):
        for s in ("A", "B", "C"):
            for person in range(60):
                no += 1
                c.execute("INSERT INTO responses VALUES (?, 1, ?, 'student_6_12', ?, ?, '68', NULL, 'en', true)", [no, w, f"k{no}", s])
                good = person % 3 == 0
                for item in ("OWN.1", "OWN.2", "OWN.3"):
                    c.execute("INSERT INTO answers VALUES (?, ?, ?)", [no, numbers[item], 4 if good else 1 + person % 2])
    release = build_release(c, settings, wave="2025-26S", district="x")
rows = open_release_file(settings.releases / "drafts" / release / "district.duckdb").execute(
    "SELECT part, wave_index, status, share, change FROM estimates WHERE indicator_id = 'OWN-1' AND unit_kind = 'district' AND breakdown = 'all' ORDER BY ALL").fetchall()
print(json.dumps(rows))
"""


@pytest.fixture
def own(tmp_path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "own.yaml").write_text(OWN, encoding="utf-8")
    return folder


def test_it_is_read_beside_what_chorus_ships(own):
    found = read_catalogue(HERE, own)

    assert found.indicators["OWN-1"].is_one_scale is False
    assert found.forms["student_6_12"].items[-3:] == ("OWN.1", "OWN.2", "OWN.3")
    assert found.forms["student_6_12"].asked_of_each == 35
    assert len(found.indicators) == 35


@pytest.mark.long
def test_it_is_scored_and_a_reworded_scale_is_a_new_series(own, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "home")],
        capture_output=True, text=True, cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "CHORUS_CATALOGUE": str(own)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    rows = json.loads(done.stdout.splitlines()[-1])

    series = {(part, wave) for part, wave, *_ in rows}
    assert series == {("scale", 0), ("scale.2", 1)}
    assert all(change == "too_few" for *_, change in rows)
    assert [round(share) for *_, share, _ in rows] == [33, 33]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("set: OFTEN4, en: \"How often do you cook", "set: OFTEN9, en: \"How often do you cook", "own.yaml:.*OFTEN9"),
        ("items: [OWN.1, OWN.2]", "items: [OWN.1, OWN.9]", "own.yaml:.*unknown item OWN.9"),
        ("methods:", "recipes:", "'recipes' is none of forms"),
        ("    claim: {en: \"students learn outdoors\", es: ", "    claim: {en: \"students learn outdoors\", fr: ", "no Spanish claim"),
        ("id: OWN-1\n    name", "id: LX-1\n    name", "LX-1 is declared twice"),
    ],
)  # fmt: skip
def test_a_mistake_in_it_is_named_with_file_and_line(own, old, new, says):
    path = own / "own.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(CatalogueError, match=says):
        read_catalogue(HERE, own)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CatalogueError, match="CHORUS_CATALOGUE names no folder"):
        read_catalogue(HERE, tmp_path / "nowhere")
