"""The matrix: every page, callback, download and route, asked by every kind of viewer.

Nothing here lists callbacks or routes by hand: they are found where a browser, or
someone with a script, would find them. What must not come back is planted first:
a number of people that exists once per school, one for the district's file, one
word in the steward's table.
"""

import json
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from callbacks import callbacks, depends_on_path, post
from conftest import District

from data.model.shelf import MANIFEST, file_sha256, read_manifest
from data.publish.shelf_moves import publish_release
from pages._request import BUILDERS
from queries.desk import Desk

SCHOOLS = ("SCH-001", "SCH-006", "SCH-009")
OWN = {school: 910_000 + k for k, school in enumerate(SCHOOLS)}
DISTRICTS = 920_000
STEWARDS = "steward-canary"
ROLES = {
    "public": "role=public",
    "teacher of 006": "role=teacher&school=SCH-006",
    "principal of 006": "role=principal&school=SCH-006",
    "principal of 001": "role=principal&school=SCH-001",
    "district": "role=district",
    "steward": "role=steward",
}
MAY_HEAR = {
    "public": set(),
    "teacher of 006": {OWN["SCH-006"]},
    "principal of 006": {OWN["SCH-006"]},
    "principal of 001": {OWN["SCH-001"]},
    "district": {DISTRICTS},
    "steward": {DISTRICTS, STEWARDS},
}
CANARIES = {*OWN.values(), DISTRICTS, STEWARDS}
PAGES = (
    "/", "/board", "/adoption", "/schools", "/student-voice", "/risk-taking", "/methods",
    "/promise", "/engines", "/chorus", "/pulse", "/communication", "/load", "/connections",
    "/evidence", "/open-data", "/embed/risk-taking/schools", "/numbers/LX-4",
    "/releases", "/releases/2026-27F.1", "/quality", "/sign-in", "/steward/releases",
    "/steward/people", "/steward/imports", "/steward/settings", "/my", "/my/coding",
    "/my/write/pulse", "/my/write/case_event", *(f"/schools/{s}" for s in SCHOOLS),
)  # fmt: skip
SEARCHES = ("", "?lang=es&break=language", "?wave=2025-26F&release=2026-27F.1")


@pytest.fixture(scope="module")
def planted(district: District, tmp_path_factory) -> Path:
    """The golden release with a canary for every audience."""
    shelf = tmp_path_factory.mktemp("matrix")
    draft = shelf / "drafts" / district.release_id
    draft.parent.mkdir()
    shutil.copytree(district.folder, draft)
    manifest = read_manifest(draft)
    with duckdb.connect(str(draft / "school.duckdb")) as c:
        for school, number in OWN.items():
            c.execute(
                f"UPDATE estimates SET n = {number} WHERE scope = '{school}' AND n > 0"
            )
    with duckdb.connect(str(draft / "district.duckdb")) as c:
        c.execute(f"UPDATE estimates SET n = {DISTRICTS} WHERE n > 0")
        c.execute(
            "INSERT INTO hidden SELECT 'public', 'LX-1', 'scale', 'student_6_12', wave_index, "
            f"'school', 'SCH-001', 'language', '{STEWARDS}', 'min_n' FROM waves"
        )
    for name in ("school.duckdb", "district.duckdb"):
        manifest["files"][name]["sha256"] = file_sha256(draft / name)
    (draft / MANIFEST).write_text(json.dumps(manifest))
    publish_release(shelf, district.release_id)
    return shelf


@pytest.fixture
def asking(client, planted, monkeypatch):
    monkeypatch.setitem(client.application.extensions, "chorus_desk", Desk(planted))
    yield client
    client.get("/view-as?role=public")


def heard(text: str) -> set[object]:
    """Which canaries sing in an answer, however their number is written."""
    # Thousands alone: the commas of a list of numbers tell them apart.
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text).replace("\\u00a0", "")
    return {c for c in CANARIES if re.search(rf"(?<![\d.]){c}(?!\d)", plain)}


@pytest.mark.parametrize("who", ROLES)
def test_every_callback_for_every_viewer(asking, who):
    asking.get(f"/view-as?{ROLES[who]}")
    found = set()
    for callback in callbacks(asking):
        for path in PAGES if depends_on_path(callback) else ("/",):
            for search in SEARCHES:
                reply = post(asking, callback, {"pathname": path, "search": search})
                assert reply.status_code in {200, 204}
                sung = heard(reply.get_data(as_text=True))
                assert sung <= MAY_HEAR[who], (who, callback["output"], path, search)
                found |= sung
    # The matrix can fail: who may hear a canary does.
    assert found == MAY_HEAR[who]


@pytest.mark.parametrize("who", ROLES)
def test_every_route_and_download_for_every_viewer(asking, who):
    asking.get(f"/view-as?{ROLES[who]}")
    rules = [r for r in asking.application.url_map.iter_rules() if "GET" in r.methods]
    assert len(rules) > 12
    for rule in rules:
        values = {
            "page": BUILDERS, "block": ("schools", "trend", "answers", "rows"),
            "release": ("2026-27F.1",), "release_id": ("2026-27F.1",),
            "path": ("", "schools"), "address": ("schools/SCH-006",),
            "package_name": ("dash",), "fingerprinted_path": ("x.js",),
            "filename": ("x",), "step": ("publish",),
        }  # fmt: skip
        for address in filled(rule, values):
            if address.startswith(("/view-as", "/static")):
                continue
            for search in ("", "?school=SCH-006", "?school=SCH-001"):
                try:
                    with asking.get(address + search) as reply:
                        text = reply.get_data(as_text=True)
                except Exception as error:
                    text = str(error)
                assert heard(text) <= MAY_HEAR[who], (who, address)


def filled(rule, values) -> list[str]:
    out = [rule.rule]
    for name in rule.arguments:
        out = [
            piece
            for text in out
            for value in values.get(name, ("x",))
            for piece in [_put(text, name, str(value))]
        ]
    return out


def _put(text: str, name: str, value: str) -> str:
    start = text.index(next(t for t in _tags(text) if t.split(":")[-1] == name))
    tag = next(t for t in _tags(text) if t.split(":")[-1] == name)
    return text[: start - 1] + value + text[start + len(tag) + 1 :]


def _tags(text: str) -> list[str]:
    return [part.split(">")[0] for part in text.split("<")[1:]]


FORGED = {
    "unknown output": {"output": "nothing.children"},
    "pattern output": {"output": '{"type":"chart","name":"trend"}.figure'},
    "outputs as text": {"outputs": "x"},
    "inputs missing": {"inputs": []},
    "inputs of another shape": {"inputs": {"id": "address"}},
    "no changed props": {"changedPropIds": None},
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_calls_give_nothing_away(asking, name):
    asking.get("/view-as?role=public")
    asking.application.config["PROPAGATE_EXCEPTIONS"] = False
    for callback in callbacks(asking)[:4]:
        reply = post(asking, callback, {"pathname": "/schools/SCH-006"}, **FORGED[name])
        text = reply.get_data(as_text=True)
        assert not heard(text)
        assert "Traceback" not in text
        assert "site-packages" not in text


@pytest.mark.parametrize("value", [None, 7, ["/"], {"a": 1}, "x" * 5_000, "\x00", True])
def test_values_of_the_wrong_kind_give_nothing_away(asking, value):
    asking.get("/view-as?role=public")
    asking.application.config["PROPAGATE_EXCEPTIONS"] = False
    for callback in callbacks(asking):
        reply = post(asking, callback, {"pathname": value, "search": value})
        text = reply.get_data(as_text=True)
        assert not heard(text)
        assert "Traceback" not in text


def test_a_persona_cannot_act(asking):
    """Demo personas look; they publish nothing and let nobody in."""
    asking.get("/view-as?role=steward")
    asking.get("/")
    token = asking.get_cookie("chorus-csrf").value
    for address in (
        "/steward/releases/2026-27F.1/publish",
        "/steward/releases/2026-27F.1/withdraw",
        "/steward/people/add",
        "/steward/people/revoke",
    ):
        assert asking.post(address, data={"csrf": token}).status_code == 403


def test_no_form_is_taken_without_its_token(asking):
    asking.get("/")
    assert asking.post("/steward/people/add", data={}).status_code == 403
    assert asking.post("/steward/people/add", data={"csrf": "guess"}).status_code == 403


def test_another_sites_form_is_refused(asking):
    reply = asking.post(
        "/steward/people/add", headers={"Origin": "https://evil.example"}
    )
    assert reply.status_code == 403
