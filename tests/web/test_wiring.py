"""What the browser does by itself, and the rows behind a picture as a file."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha384
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from components.figure_block import Block
from components.tables import Table
from data.ledger.tables import AuditEntry
from data.scoring.raters import code_agreement
from pages._request import BUILDERS, Answer

R = "2026-27F.1"


def named(type_: str, which: str = "MATCH", **more: str) -> str:
    parts = {"name": [which], "type": type_} | {k: [v] for k, v in more.items()}
    return json.dumps(dict(sorted(parts.items())), separators=(",", ":"))


def of_form(kind: str) -> str:
    return f'{{"form":["MATCH"],"type":"{kind}"}}'


# function: output; inputs; state; whether it waits for a first act
WIRES = {
    "send": (
        f"{of_form('sent')}.data", [f"{of_form('send')}.n_clicks"],
        [f"{of_form('send')}.id"], True,
    ),
    "settle": (
        f"{of_form('seen')}.modified_timestamp", [f"{of_form('outcome')}.children"],
        [f"{of_form('seen')}.data", f"{of_form('outcome')}.id"], True,
    ),
}  # fmt: skip


def test_the_browsers_own_callbacks_are_these(visitor):
    found = {}
    for wire in json.loads(visitor.get("/_dash-dependencies").data):
        function = wire["clientside_function"]
        if function and function["namespace"] == "chorus":
            ends = [
                [f"{p['id']}.{p['property']}" for p in wire[key]]
                for key in ("inputs", "state")
            ]
            found[function["function_name"]] = (
                wire["output"], *ends, wire["prevent_initial_call"],
            )  # fmt: skip
    assert found == WIRES


@pytest.mark.parametrize(
    ("query", "lang"), [("", "en"), ("?lang=es", "es"), ("?lang=xx", "en")]
)
def test_a_page_says_its_language_before_any_script(visitor, query, lang):
    assert f'<html lang="{lang}">' in visitor.get(f"/{query}").get_data(as_text=True)


def test_the_rows_behind_a_picture_are_a_file(visitor):
    reply = visitor.get("/download/schools/list.csv")

    assert reply.status_code == 200
    assert reply.mimetype == "text/csv"
    assert reply.headers["Content-Disposition"] == (
        f'attachment; filename="chorus_schools_list_{R}.csv"'
    )
    assert "Alder" in reply.get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    [
        "/download/schools/none.csv",
        "/download/none/list.csv",
        "/download/schools/list.csv?release=2099-00F.1",
        "/download/steward-people/list.csv",
        "/download/schools/list.txt",
    ],
)
def test_what_no_page_shows_is_no_file(visitor, address):
    # What is no address of a file is the page that says so, and no file.
    reply = visitor.get(address)
    assert reply.status_code == 404 or reply.mimetype == "text/html"


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/download/school/seen.csv?school=S1", "/schools/S1"),
        ("/download/school/seen.csv", "/school"),
        ("/download/load/seen.csv?school=S1", "/load"),
        ("/download/load/seen.csv", "/load"),
    ],
)
def test_a_schools_rows_are_those_of_its_own_page(visitor, monkeypatch, address, path):
    """Which page a builder is asked for, told by a builder that says so."""

    def told(asked):
        table = Table(("path",), [(asked.path,)])
        block = Block(
            name="seen", question="?", reading="", alt="", picture=[], table=table, know="", cannot="",
        )  # fmt: skip
        return Answer("?", "", [block])

    page = address.split("/")[2]
    monkeypatch.setitem(BUILDERS, page, told)

    assert visitor.get(address).get_data(as_text=True).splitlines()[-1].endswith(path)


def test_staff_who_take_rows_away_are_written_down_and_the_public_is_not(
    visitor, signed_in, ledger
):
    def lines() -> list[tuple[str, str]]:
        with ledger.reading() as session:
            rows = session.execute(
                sa.select(AuditEntry.actor, AuditEntry.act, AuditEntry.subject)
            )
            return [(a, s) for a, act, s in rows if act == "downloaded staff data"]

    before = lines()
    visitor.get("/download/schools/list.csv")
    assert lines() == before
    signed_in("lee@alder.example").get("/download/schools/list.csv")
    assert lines() == [*before, ("lee@alder.example", f"{R} schools/list")]


@pytest.mark.parametrize(("told", "as_json"), [("json", True), ("text", False)])
def test_the_application_is_made_when_the_server_asks_for_it(
    monkeypatch, tmp_path, told, as_json
):
    import app

    done = []
    monkeypatch.setenv("CHORUS_HOME", str(tmp_path))
    monkeypatch.setenv("CHORUS_THREADS", "3")
    monkeypatch.setenv("CHORUS_LOG", told)
    monkeypatch.setattr(app, "keep_private", lambda: done.append("private"))
    monkeypatch.setattr(app, "set_up_logs", lambda **how: done.append(how))
    monkeypatch.setattr(
        app, "create_app", lambda settings: SimpleNamespace(server=settings.home)
    )
    monkeypatch.setattr(app, "Server", lambda server, *, threads: (server, threads))

    assert app.application == (tmp_path, 3)
    assert done == ["private", {"as_json": as_json}]
    with pytest.raises(AttributeError, match=r"^applications$"):
        _ = app.applications


def test_what_pages_ask_the_server_for_is_there(small):
    desk = small.extensions["chorus_desk"]

    assert desk.current().release_id == R
    assert small.extensions["chorus_agreement"] is code_agreement
    assert small.config["SESSION_COOKIE_NAME"] == "chorus"
    # What the server logs of itself goes where everything else goes.
    assert small.logger.name == "chorus"


def test_parts_of_the_page_are_known_by_their_bytes(visitor):
    page = visitor.get("/").get_data(as_text=True)

    for name, attribute in (
        ("bootstrap.min.css", "href"),
        ("plotly-basic.min.js", "data-plotly"),
    ):
        with visitor.get(f"/assets/vendor/{name}") as reply:
            digest = b64encode(sha384(reply.data).digest()).decode()
        assert f'{attribute}="/assets/vendor/{name}"' in page
        assert f'integrity="sha384-{digest}"' in page
