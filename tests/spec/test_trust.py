"""A number that may not be trusted is not drawn, and the page says why."""

import json
import shutil

import duckdb
import pytest
from callbacks import said
from conftest import District

from data.model.shelf import MANIFEST, file_sha256, read_manifest
from data.publish.shelf_moves import publish_release
from queries.desk import Desk


@pytest.fixture(scope="module")
def doubtful(district: District, tmp_path_factory):
    """The golden release, had its raters disagreed and its voice scale been rough."""
    shelf = tmp_path_factory.mktemp("doubtful")
    draft = shelf / "drafts" / district.release_id
    draft.parent.mkdir()
    shutil.copytree(district.folder, draft)
    manifest = read_manifest(draft)
    for path in draft.glob("*.duckdb"):
        with duckdb.connect(str(path)) as connection:
            connection.execute(
                "UPDATE figures SET value = 0.41, word = 'retrain' "
                "WHERE indicator_id = 'RO-1' AND part = 'agreement'"
            )
            connection.execute(
                "UPDATE scales SET gate = 'rough', omega = 0.64 WHERE indicator_id = 'LX-1'"
            )
        manifest["files"][path.name]["sha256"] = file_sha256(path)
    (draft / MANIFEST).write_text(json.dumps(manifest))
    publish_release(shelf, district.release_id)
    return shelf


def test_grids_wait_where_raters_disagree(client, doubtful, monkeypatch):
    client.get("/view-as?role=district")
    assert "agree solidly" in said(client, "/adoption")
    before = said(client, "/schools/SCH-006")
    monkeypatch.setitem(client.application.extensions, "chorus_desk", Desk(doubtful))

    after = said(client, "/adoption")
    assert "agree too little" in after
    assert "0.41" in after
    school = said(client, "/schools/SCH-006")
    assert "agree too little" in school
    assert len(school) < len(before), "the school's own grid waits too"
    client.get("/view-as?role=public")


def test_a_rough_scale_is_called_rough_in_both_languages(client, doubtful, monkeypatch):
    client.get("/view-as?role=public")
    assert "Reliability of the scale" in said(client, "/student-voice")
    monkeypatch.setitem(client.application.extensions, "chorus_desk", Desk(doubtful))

    assert "rough measure" in said(client, "/student-voice")
    assert "Medida aproximada" in said(client, "/student-voice", "?lang=es")


def test_safety_that_a_staff_does_not_share_is_read_person_by_person(client):
    client.get("/view-as?role=public")
    doubt = "do not see safety alike"

    assert doubt in said(client, "/risk-taking", "?wave=2023-24F")
    assert doubt not in said(client, "/risk-taking")
