"""For whoever watches over the server, and for readers of feeds."""

from __future__ import annotations

import json
import logging
import time
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest
from flask import Flask

from data.model.shelf import Pointer, Published
from web.logs import JsonLines, set_up_logs

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
FIRST = Published(
    "2025-26F.1",
    "2025-11-02T09:30:00+00:00",
    withdrawn_at="2026-01-05T08:00:00+00:00",
    reason="A slip.",
)
SECOND = Published(
    "2025-26F.2",
    "2026-01-06T09:30:00+00:00",
    corrects="2025-26F.1",
    why="One school twice.",
)
THIRD = Published("2026-27F.1", "2026-11-02T09:30:00+00:00")


@pytest.fixture
def feed(small, visitor, monkeypatch):
    """Read the feed of a shelf with that history."""

    def read(*history: Published, query: str = "", **notes: str) -> ET.Element:
        desk = SimpleNamespace(
            pointer=lambda: Pointer("2026-27F.1", history), notes=lambda _: notes
        )
        monkeypatch.setitem(small.extensions, "chorus_desk", desk)
        reply = visitor.get(f"/feed.xml{query}")
        assert reply.mimetype == "application/atom+xml"
        return ET.fromstring(reply.data)

    return read


def entries(feed: ET.Element) -> list[tuple[str, str, str]]:
    return [
        tuple(e.findtext(f"{ATOM}{k}") or "" for k in ("title", "updated", "summary"))
        for e in feed.iter(f"{ATOM}entry")
    ]


def test_the_feed_tells_of_releases_corrections_and_withdrawals(feed):
    found = entries(feed(FIRST, SECOND, THIRD))

    assert [(u, s) for _, u, s in found] == [
        ("2026-11-02T09:30:00+00:00", ""),
        ("2026-01-06T09:30:00+00:00", "One school twice."),
        ("2026-01-05T08:00:00+00:00", "A slip."),
    ]
    titles = [t for t, _, _ in found]
    assert "2026-27F.1" in titles[0]
    assert "2025-26F.2" in titles[1]
    assert "2025-26F.1" in titles[1]
    assert "2025-26F.1" in titles[2]
    assert len(set(titles)) == 3


def test_the_feed_is_as_old_as_its_newest_line(feed):
    assert feed(FIRST, SECOND).findtext(f"{ATOM}updated") == "2026-01-06T09:30:00+00:00"
    # What was taken back is news too: nothing was published since.
    assert feed(FIRST).findtext(f"{ATOM}updated") == "2026-01-05T08:00:00+00:00"
    assert feed().findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"


def test_its_addresses_are_this_servers(feed):
    made = feed(THIRD, query="?lang=es")
    links = {(x.get("rel"), x.get("href")) for x in made.iter(f"{ATOM}link")}

    assert links == {
        ("self", "http://localhost/feed.xml"),
        ("alternate", "http://localhost/releases"),
        ("alternate", "http://localhost/releases/2026-27F.1?lang=es"),
    }
    assert made.findtext(f"{ATOM}id") == "http://localhost/feed.xml"
    (entry,) = made.iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == "http://localhost/releases/2026-27F.1"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Chorus"
    assert made.get("{http://www.w3.org/XML/1998/namespace}lang") == "es"


def test_it_answers_while_it_runs(visitor):
    reply = visitor.get("/healthz")

    assert (reply.status_code, reply.data, reply.mimetype) == (
        200,
        b"ok\n",
        "text/plain",
    )


def test_it_is_ready_when_a_release_is_read_and_the_ledger_answers(visitor):
    reply = visitor.get("/readyz")

    assert (reply.status_code, reply.data) == (200, b"ready\n")


@pytest.mark.parametrize(
    ("current", "problem", "line"),
    [
        (None, None, b"nothing is published yet\n"),
        ("x", "y", b"the newest release was refused; the one before it is served\n"),
    ],
)
def test_what_is_missing_is_said(small, visitor, monkeypatch, current, problem, line):
    desk = SimpleNamespace(current=lambda: current, problem=problem, edition=lambda: 1)
    monkeypatch.setitem(small.extensions, "chorus_desk", desk)
    reply = visitor.get("/readyz")

    assert (reply.status_code, reply.data) == (503, line)


def test_a_ledger_that_does_not_answer_is_said(small, visitor, monkeypatch, tmp_path):
    from data.ledger.store import Ledger
    from web.health import _readyz

    other = Flask("x")
    other.extensions.update(
        small.extensions, chorus_ledger=Ledger(f"sqlite:///{tmp_path}/no/such/l.sqlite")
    )
    with other.app_context():
        reply = _readyz(other)
    assert reply.status_code == 503
    assert b"the ledger does not answer" in reply.data


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/feed.xml", "other"),
        ("/packet.pdf?paper=napkin", "packet"),
        ("/open-data/x/y", "download"),
        ("/download/x/y.csv", "download"),
        ("/assets/none.css", "asset"),
    ],
)
def test_answers_are_counted_by_kind_and_status_alone(visitor, path, kind):
    def count() -> float:
        text = visitor.get(
            "/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}
        ).data.decode()
        lines = [x for x in text.splitlines() if x.startswith("chorus_requests_total{")]
        return sum(float(x.split()[-1]) for x in lines if f'kind="{kind}"' in x)

    before = count()
    visitor.get(path)
    assert count() >= before + 1


def test_one_json_object_a_line():
    record = logging.LogRecord("chorus", logging.ERROR, "f", 1, "page %s", ("ñ",), None)
    record.created = 1_800_000_000.0

    assert json.loads(JsonLines().format(record)) == {
        "at": "2027-01-15T08:00:00+00:00",
        "level": "ERROR",
        "logger": "chorus",
        "message": "page ñ",
    }
    assert "ñ" in JsonLines().format(record)


def test_a_fault_has_its_traceback_on_the_same_line():
    try:
        int("broken")
    except ValueError as error:
        record = logging.LogRecord(
            "chorus",
            logging.ERROR,
            "f",
            1,
            "x",
            (),
            (type(error), error, error.__traceback__),
        )
    line = JsonLines().format(record)

    assert "\n" not in line
    assert "ValueError: invalid literal" in json.loads(line)["traceback"]


@pytest.mark.parametrize("as_json", [True, False])
def test_warnings_go_to_the_log_in_the_form_that_was_chosen(as_json):
    root = logging.getLogger()
    before = root.handlers[:], root.level
    root.handlers.clear()
    try:
        set_up_logs(as_json=as_json)
        (handler,) = root.handlers
        record = logging.LogRecord(
            "chorus", logging.WARNING, "f", 1, "careful", (), None
        )
        line = handler.format(record)
        assert root.level == logging.WARNING
    finally:
        root.handlers[:], root.level = before
    assert (line == "WARNING careful") is not as_json
    assert ("careful" in line) is True


ENGLISH = "# Spring\n\nEvery school\nhas answered.\n\nMore."
SPANISH = "Todas las escuelas respondieron."


# The notes as a feed has them: the first paragraph, and the language it is in.
@pytest.mark.parametrize(
    ("notes", "told", "language"),
    [
        ({"en": ENGLISH, "es": SPANISH}, SPANISH, "es"),
        ({"en": ENGLISH}, "Every school has answered.", "en"),
        ({"en": "# Spring"}, None, None),
    ],
    ids=["in both languages", "in English alone", "a heading alone"],
)
def test_the_feed_says_what_changed_in_the_readers_language(
    feed, notes, told, language
):
    (entry,) = feed(THIRD, query="?lang=es", **notes).iter(f"{ATOM}entry")
    summary = entry.find(f"{ATOM}summary")

    assert (None if summary is None else summary.text) == told
    marked = None if summary is None else summary.get(f"{XML}lang")
    assert marked == language


def test_the_feed_names_its_elements_plainly(visitor):
    """Readers of feeds have been seen to look for <feed>, whatever its namespace."""
    text = visitor.get("/feed.xml").get_data(as_text=True)

    assert '<feed xmlns="http://www.w3.org/2005/Atom"' in text
    assert "<entry>" in text


def test_the_time_of_every_answer_is_counted(visitor):
    def count() -> float:
        text = visitor.get(
            "/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}
        ).data.decode()
        (line,) = (
            x for x in text.splitlines()
            if x.startswith('chorus_request_seconds_count{kind="other"}')
        )  # fmt: skip
        return float(line.split()[-1])

    visitor.get("/healthz")
    before = count()
    visitor.get("/healthz")
    assert count() >= before + 2  # this one, and the counts asked for


def test_the_time_of_an_answer_is_what_it_took(visitor):
    def seconds() -> float:
        text = visitor.get(
            "/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}
        ).data.decode()
        (line,) = (
            x for x in text.splitlines()
            if x.startswith('chorus_request_seconds_sum{kind="other"}')
        )  # fmt: skip
        return float(line.split()[-1])

    began, before = time.perf_counter(), seconds()
    visitor.get("/healthz")
    after = seconds()

    # The one asked between and one of those that asked, within what all three took.
    assert 0 < after - before < time.perf_counter() - began


@pytest.mark.parametrize(("together", "holds"), [("", True), ("folder", False)])
def test_workers_add_their_counts_up_where_they_share_a_folder(
    visitor, monkeypatch, tmp_path, together, holds
):
    visitor.get("/healthz")
    if together:
        monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    reply = visitor.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"})

    # An empty folder holds no worker's counts, whatever this one counted.
    assert reply.status_code == 200
    assert (b"chorus_requests_total{" in reply.data) is holds
