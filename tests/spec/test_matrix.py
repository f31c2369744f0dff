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
from addresses import ASKED
from callbacks import answers, callbacks, downloads, post
from conftest import District

from data.model.shelf import MANIFEST, file_sha256, read_manifest
from data.publish.shelf_moves import publish_release
from pages._request import BUILDERS
from queries import desk
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
# The packet holds what the public reads, whoever asks.
MAY_OPEN = {
    "public": {"public.duckdb"},
    "teacher of 006": {"public.duckdb", "school.duckdb"},
    "principal of 006": {"public.duckdb", "school.duckdb"},
    "principal of 001": {"public.duckdb", "school.duckdb"},
    "district": {"public.duckdb", "district.duckdb"},
    "steward": {"public.duckdb", "district.duckdb"},
}
CANARIES = {*OWN.values(), DISTRICTS, STEWARDS}
# Bare, and with every choice at once.
SEARCHES = ("", "?lang=es&break=language&wave=2025-26F&release=2026-27F.1")


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
def opened(monkeypatch) -> set[str]:
    """The release files that were opened so far, by name."""
    names: set[str] = set()
    opens = desk.open_release_file

    def noted(path: Path):
        names.add(path.name)
        return opens(path)

    monkeypatch.setattr(desk, "open_release_file", noted)
    return names


@pytest.fixture
def asking(client, planted, opened, monkeypatch):
    monkeypatch.setitem(client.application.extensions, "chorus_desk", Desk(planted))
    # As in production: an error is an answer, and its words are looked at.
    monkeypatch.setitem(client.application.config, "PROPAGATE_EXCEPTIONS", False)
    yield client
    client.get("/view-as?role=public")


def heard(text: str) -> set[object]:
    """Which canaries sing in an answer, however their number is written."""
    # Thousands alone: the commas of a list of numbers tell them apart.
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text).replace("\\u00a0", "")
    there = (c for c in CANARIES if str(c) in plain)
    return {c for c in there if re.search(rf"(?<![\d.]){c}(?!\d)", plain)}


@pytest.fixture(scope="module")
def offered(client, planted) -> set[str]:
    """The files offered to those who see most, each once."""
    kept = client.application.extensions["chorus_desk"]
    client.application.extensions["chorus_desk"] = Desk(planted)
    files = set()
    for who in ("principal of 006", "district", "steward"):
        client.get(f"/view-as?{ROLES[who]}")
        for callback in callbacks(client):
            for _, _, reply in answers(client, callback, ASKED, ("",)):
                files |= downloads(reply.get_data(as_text=True))
    client.application.extensions["chorus_desk"] = kept
    return files


@pytest.mark.parametrize("who", ROLES)
def test_every_callback_and_file_for_every_viewer(asking, opened, offered, who):
    asking.get(f"/view-as?{ROLES[who]}")
    found, files = set(), set()
    for callback in callbacks(asking):
        for path, search, reply in answers(asking, callback, ASKED, SEARCHES):
            assert reply.status_code in {200, 204}
            text = reply.get_data(as_text=True)
            sung = heard(text)
            assert sung <= MAY_HEAR[who], (who, callback["output"], path, search)
            found |= sung
            files |= downloads(text) if not search else set()
    # The matrix can fail: who may hear a canary does.
    assert found == MAY_HEAR[who]

    # Every file a page offers its reader is there; one offered to others may not be.
    # Either holds no more than the reader may hear.
    assert {page for page in BUILDERS if any(f"/{page}/" in f for f in files)}
    assert len(offered) > 40
    for address in sorted(files | offered):
        with asking.get(address) as reply:
            assert reply.status_code == 200 or address not in files, (who, address)
            assert reply.status_code in {200, 404}, (who, address)
            assert heard(reply.get_data(as_text=True)) <= MAY_HEAR[who], (who, address)
    assert opened
    assert opened <= MAY_OPEN[who]


@pytest.mark.parametrize("who", ROLES)
def test_no_first_answer_tells_more_than_the_reader_may_hear(asking, opened, who):
    """The page as HTML, before any script has asked for anything."""
    asking.get(f"/view-as?{ROLES[who]}")
    heard_of = set()
    for address in ASKED:
        reply = asking.get(address)
        # What a reader has no picture of cannot be shown in a frame either.
        allowed = {200, 404} if address.startswith("/embed/") else {200, 403}
        assert reply.status_code in allowed, (who, address)
        heard_of |= heard(reply.text)
        assert heard(reply.text) <= MAY_HEAR[who], (who, address)
    assert heard_of == MAY_HEAR[who]
    assert opened <= MAY_OPEN[who]


@pytest.mark.parametrize("who", ROLES)
def test_every_route_for_every_viewer(asking, opened, who):
    # Dash's own scripts are named where somebody writes.
    asking.get(f"/view-as?{ROLES['steward']}")
    written_on = asking.get("/steward/settings").text
    scripts = re.findall(r'src="(/_dash-component-suites/[^"]+)"', written_on)
    assert scripts
    asking.get(f"/view-as?{ROLES[who]}")
    opened.clear()
    rules = [r for r in asking.application.url_map.iter_rules() if "GET" in r.methods]
    assert len(rules) > 12
    values = {
        "release": ("2026-27F.1",), "name": ("chorus_estimates_2026-27F.1.csv",),
        "path": ("", "schools"), "address": ("schools/SCH-006",),
        "filename": ("00-tokens.css",),
    }  # fmt: skip
    for rule in rules:
        if rule.rule.startswith(("/view-as", "/static", "/download")):
            continue
        asked = scripts if "package_name" in rule.arguments else filled(rule, values)
        for address in asked:
            for search in ("", "?school=SCH-006", "?school=SCH-001"):
                with asking.get(address + search) as reply:
                    # A picture or a packet is no text, and is searched all the same.
                    text = reply.get_data().decode(errors="replace")
                    assert reply.status_code in {200, 302}, (who, address, reply.status)
                assert heard(text) <= MAY_HEAR[who], (who, address)
    # Pages, pictures and their alternative texts, the packet, the feed and open data are
    # made of one file: what they say follows from what was attacked.
    assert opened <= MAY_OPEN[who]


def test_a_file_of_no_block_is_not_found(asking):
    for page in BUILDERS:
        assert asking.get(f"/download/{page}/no-such-block.csv").status_code == 404


def filled(rule, values) -> list[str]:
    out = [rule.rule]
    for name in rule.arguments:
        out = [
            piece
            for text in out
            for value in values[name]
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
    for callback in callbacks(asking)[:4]:
        reply = post(asking, callback, {"pathname": "/schools/SCH-006"}, **FORGED[name])
        text = reply.get_data(as_text=True)
        assert not heard(text)
        assert "Traceback" not in text
        assert "site-packages" not in text


@pytest.mark.parametrize("value", [None, 7, ["/"], {"a": 1}, "x" * 5_000, "\x00", True])
def test_values_of_the_wrong_kind_give_nothing_away(asking, value):
    asking.get("/view-as?role=public")
    for callback in callbacks(asking):
        reply = post(asking, callback, {"pathname": value, "search": value})
        # Dash's own choice of a page knows no address that is none.
        dashs = value is None and "_pages_content" in callback["output"]
        assert reply.status_code in ({500} if dashs else {200, 204, 400})
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
