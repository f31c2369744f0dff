"""Who asks too often waits, whichever worker answers, and nobody else."""

from __future__ import annotations

import sqlite3
import threading

import pytest
import sqlalchemy as sa
from conftest import settings_in
from flask import Flask

from web.guards import guard
from web.limits import Limits, SharedCounts, house_of

ONE, OTHER = "203.0.113.1", "203.0.113.2"


@pytest.fixture
def url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'requests.sqlite'}"


@pytest.fixture
def clock(monkeypatch):
    """A clock the test moves."""
    now = [1_800_000_000.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    return now


def let_through(
    limits: Limits, n: int, most: int = 3, address: str = ONE
) -> list[bool]:
    return [limits.allows("sign-in", most, address) for _ in range(n)]


def test_so_many_a_minute_and_no_more(url, clock):
    assert let_through(Limits(url, "k"), 5) == [True, True, True, False, False]


def test_two_workers_count_together(url, clock):
    """Each is a storage of its own on one file, as in two processes."""
    first, second = Limits(url, "k"), Limits(url, "k")

    assert let_through(first, 2) == [True, True]
    assert let_through(second, 2) == [True, False]


def test_a_minute_later_it_begins_anew(url, clock):
    limits = Limits(url, "k")
    let_through(limits, 4)
    clock[0] += 59.9
    assert let_through(limits, 1) == [False]
    clock[0] += 0.2
    assert let_through(limits, 4) == [True, True, True, False]


def test_clients_and_kinds_are_counted_apart(url, clock):
    limits = Limits(url, "k")
    let_through(limits, 3)

    assert let_through(limits, 1, address=OTHER) == [True]
    assert limits.allows("files", 3, ONE)
    assert not limits.allows("sign-in", 3, ONE)


def test_zero_is_no_limit_and_counts_nothing(url):
    assert let_through(Limits(url, "k"), 50, most=0) == [True] * 50


def test_no_address_is_kept(url, tmp_path, clock):
    let_through(Limits(url, "k"), 1)
    with sqlite3.connect(tmp_path / "requests.sqlite") as raw:
        ((client,),) = raw.execute("SELECT client FROM request_counts").fetchall()

    name = client.split("/")[1]
    assert len(name) == 16
    assert int(name, 16) > 0  # a keyed hash
    assert len(client) <= 80


def test_old_counts_are_swept_away(url, tmp_path, clock):
    limits = Limits(url, "k")
    for k in range(20):
        limits.allows("sign-in", 3, f"203.0.113.{k}")
    clock[0] += 61
    limits.allows("sign-in", 3, ONE)
    with sqlite3.connect(tmp_path / "requests.sqlite") as raw:
        assert raw.execute("SELECT count(*) FROM request_counts").fetchone() == (1,)


def test_many_threads_lose_no_count(url):
    """Eight at once, fifty each, on a limit of a hundred: a hundred are let through."""
    limits, passed, lock = Limits(url, "k"), [], threading.Lock()

    def reader():
        found = let_through(limits, 50, most=100)
        with lock:
            passed.extend(found)

    readers = [threading.Thread(target=reader) for _ in range(8)]
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join()
    assert sum(passed) == 100


def test_where_counts_cannot_be_shared_a_worker_counts_alone(tmp_path, caplog):
    limits = Limits(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite'}", "k")

    assert let_through(limits, 5) == [True, True, True, False, False]
    assert "counted by one worker" in caplog.text
    assert ONE not in caplog.text


def test_the_storage_is_whole(url, clock):
    counts = SharedCounts(url)
    assert counts.check()
    assert counts.get("a") == 0
    assert counts.incr("a", 60) == 1
    assert counts.incr("a", 60, amount=4) == 5
    assert counts.get("a") == 5
    assert counts.get_expiry("a") == 1_800_000_060.0
    assert counts.get_expiry("b") == 1_800_000_000.0
    counts.clear("a")
    assert counts.get("a") == 0
    counts.incr("a", 60)
    counts.incr("b", 60)
    assert counts.reset() == 2
    assert counts.get("b") == 0
    clock[0] += 1
    counts.incr("c", 60)
    clock[0] += 60
    assert counts.get("c") == 0


@pytest.mark.parametrize(
    ("address", "other", "same"),
    [
        ("203.0.113.1", "203.0.113.1", True),
        ("203.0.113.1", "203.0.113.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # one /64 is one house
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.1", "203.0.113.1", True),
        ("", None, True),
        ("unix", "somewhere", True),
    ],
)
def test_a_client_is_an_address_or_an_ipv6_house(address, other, same):
    assert (house_of(address) == house_of(other)) is same


@pytest.fixture
def guarded(tmp_path):
    """A server with the guards and three addresses of each kind of limit."""

    def made(**extra: str) -> Flask:
        settings = settings_in(tmp_path, **extra)
        server = Flask("x")
        server.secret_key = "k" * 32
        guard(server, settings, lambda: ["'sha256-x'"])
        for path in (
            "/sign-in/start", "/packet.pdf", "/open-data/a/b", "/download/a/b.csv", "/page",
        ):  # fmt: skip
            server.add_url_rule(path, path, lambda: "ok")
        return server

    return made


@pytest.mark.parametrize(
    ("path", "setting"),
    [
        ("/sign-in/start", "CHORUS_SIGN_INS_PER_MINUTE"),
        ("/packet.pdf", "CHORUS_FILES_PER_MINUTE"),
        ("/open-data/a/b", "CHORUS_FILES_PER_MINUTE"),
        ("/download/a/b.csv", "CHORUS_FILES_PER_MINUTE"),
    ],
)
def test_each_limit_is_a_setting(guarded, path, setting):
    browser = guarded(**{setting: "2"}).test_client()
    answers = [browser.get(path) for _ in range(3)]

    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "60"
    assert b"wait a minute" in answers[2].data
    assert browser.get("/page").status_code == 200


def test_files_of_all_kinds_are_counted_together(guarded):
    browser = guarded(CHORUS_FILES_PER_MINUTE="2").test_client()
    paths = ("/packet.pdf", "/open-data/a/b", "/download/a/b.csv")

    assert [browser.get(p).status_code for p in paths] == [200, 200, 429]


def test_forms_are_counted_too(guarded):
    browser = guarded(CHORUS_FORMS_PER_MINUTE="3").test_client()

    answers = [browser.post("/page").status_code for _ in range(4)]
    assert answers == [403] * 3 + [429]


def test_where_machines_share_a_ledger_they_share_the_counts(tmp_path):
    """The table the ledger's migrations make is the one that is counted in."""
    from data.ledger.store import Ledger

    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    with ledger.reading() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM request_counts")) == 0

    assert let_through(Limits(ledger.url, "k"), 4) == [True, True, True, False]


def test_one_warning_says_that_a_worker_counts_alone(tmp_path, caplog):
    let_through(Limits(f"sqlite:///{tmp_path / 'no' / 'folder.sqlite'}", "k"), 1)

    assert caplog.messages == ["requests are counted by one worker (OperationalError)"]


def test_counts_are_opened_once_a_process_and_anew_after_a_fork(url, monkeypatch):
    counts = SharedCounts(url)
    counts.incr("a", 60)
    first = counts._ready()
    assert counts._ready() is first

    # What a parent opened is not its child's to use.
    monkeypatch.setattr("os.getpid", lambda: -1)
    assert counts._ready() is not first
    assert counts._ready() is counts._ready()
    assert counts.get("a") == 1


@pytest.mark.parametrize(
    ("ledger", "counted"),
    [
        ("", "sqlite:///{home}/requests.sqlite"),
        ("sqlite:////elsewhere/ledger.sqlite", "sqlite:///{home}/requests.sqlite"),
        ("postgresql+psycopg://db/chorus", "postgresql+psycopg://db/chorus"),
    ],
)
def test_requests_are_counted_beside_the_home_or_where_machines_share_a_ledger(
    tmp_path, monkeypatch, ledger, counted
):
    asked = []
    monkeypatch.setattr("web.guards.Limits", lambda url, key: asked.append((url, key)))
    server = Flask("made")
    server.secret_key = "s" * 32
    more = {"CHORUS_LEDGER": ledger} if ledger else {}
    guard(server, settings_in(tmp_path, **more), list)

    assert asked == [(counted.format(home=tmp_path), "s" * 32)]
