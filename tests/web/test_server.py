"""Slow clients hold a socket and nothing else; requests arrive whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from conftest import PATIENCE, serve, settings_in
from flask import Flask, request, stream_with_context

from web.server import Server, environ_of

HALF_OPEN = 60  # more than the threads of both workers together
HEADER = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = (
    b"POST /sign-out HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na="
)


@pytest.fixture(scope="module")
def served(small_home):
    """The small town, served as in production by two workers."""
    yield from serve(
        settings_in(small_home), demo=False, CHORUS_SECRET="s" * 32,
        CHORUS_CALLBACKS_PER_MINUTE="3",
    )  # fmt: skip


def port_of(site: str) -> int:
    return int(site.rsplit(":", 1)[1])


@pytest.mark.long
@pytest.mark.parametrize("half", [b"", HEADER, BODY], ids=["nothing", "header", "body"])
def test_half_open_clients_stop_nobody(served, half):
    with contextlib.ExitStack() as held:
        for _ in range(HALF_OPEN):
            slow = socket.create_connection(
                ("127.0.0.1", port_of(served)), timeout=PATIENCE
            )
            held.enter_context(slow)
            slow.sendall(half)
        for path in ("/healthz", "/readyz", "/", "/feed.xml"):
            with urllib.request.urlopen(served + path, timeout=PATIENCE) as reply:
                assert reply.status == 200


@pytest.mark.long
def test_limits_are_counted_by_all_workers_together(served):
    """Three a minute are let through by two workers together, not by each."""
    body = b"{}"

    def status() -> int:
        asked = urllib.request.Request(
            f"{served}/_dash-update-component", body,
            {"Content-Type": "application/json", "Connection": "close"},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE) as reply:
                return reply.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    answers = [status() for _ in range(30)]
    # Should the minute turn meanwhile, six are let through; each worker alone: twelve.
    assert 3 <= len([a for a in answers if a != 429]) <= 6


def test_the_address_arrives_decoded_once(served):
    with pytest.raises(urllib.error.HTTPError) as told:
        urllib.request.build_opener(Stay).open(
            f"{served}/r/x/a%2520b?q=%41", timeout=PATIENCE
        )
    with told.value:
        assert told.value.headers["Location"] == "/a%2520b?q=A&release=x"


class Stay(urllib.request.HTTPRedirectHandler):
    """Does not follow redirects."""

    def redirect_request(self, *_):
        return None


def test_a_page_is_the_same_from_the_server_and_from_the_application(served, visitor):
    with urllib.request.urlopen(f"{served}/_dash-layout", timeout=PATIENCE) as reply:
        assert reply.read() == visitor.get("/_dash-layout").data
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


# --- the part between server and application, asked directly


@dataclass
class Client:
    """What the server hands over of one request, and what it is told to send."""

    body: list[bytes] = field(default_factory=list)
    stalls: bool = False
    sent: list = field(default_factory=list)

    async def __aiter__(self):
        for piece in self.body:
            yield piece
        if self.stalls:
            await asyncio.Event().wait()

    def response_bytes(self, status, headers, body):
        self.sent = [status, dict(headers), body]

    def response_stream(self, status, headers):
        self.sent = [status, dict(headers), b""]
        return self

    async def send_bytes(self, piece):
        self.sent[2] += piece


class Headers(list):
    def items(self):
        return list(self)

    def get(self, name):
        return next((v for k, v in self if k == name), None)


def scope(path="/", method="POST", headers=(), **more):
    made = {
        "method": method, "path": path, "query_string": "", "scheme": "http",
        "server": "127.0.0.1:8050", "client": "203.0.113.9:4711", "http_version": "1.1",
        "headers": Headers(headers),
    }  # fmt: skip
    return SimpleNamespace(**{**made, **more})


def ask(client, app=None, *, asked=None, body_seconds=5.0):
    def echo(environ, start):
        start("200 OK", [("X-Length", environ["CONTENT_LENGTH"]), ("Connection", "x")])
        return [environ["wsgi.input"].read()]

    made = Server(app or echo, threads=2, body_seconds=body_seconds)
    asyncio.run(made.__rsgi__(asked or scope(), client))
    return client.sent


def test_a_body_arrives_whole():
    status, headers, body = ask(Client([b"csrf=", b"x", b"&a=b"]))

    assert (status, body) == (200, b"csrf=x&a=b")
    assert headers == {"X-Length": "10"}  # the connection is the server's own matter


def test_a_body_that_does_not_come_is_given_up():
    status, headers, body = ask(Client([b"csrf="], stalls=True), body_seconds=0.01)

    assert (status, body) == (408, b"Request timeout.\n")
    assert headers["content-type"] == "text/plain"
    assert headers["connection"] == "close"


@pytest.mark.parametrize(
    ("length", "status"), [(262_144, 200), (262_145, 413), (10**9, 413)]
)
def test_a_request_holds_256_kilobytes_at_most(length, status):
    told = scope(headers=[("content-length", str(length))])

    assert ask(Client([b"x"]), asked=told)[0] == status


@pytest.mark.parametrize("told", ["-1", "1e9", "x", "²"])
def test_a_length_that_is_none_is_refused(told):
    assert ask(Client(), asked=scope(headers=[("content-length", told)]))[0] == 413


@pytest.mark.parametrize(("pieces", "status"), [(4, 200), (5, 413)])
def test_a_body_without_a_length_is_counted_as_it_comes(pieces, status):
    assert ask(Client([b"x" * 65_536] * pieces))[0] == status


def test_a_fault_outside_the_application_is_one_line(caplog):
    def broken(_environ, _start):
        raise RuntimeError("1234")

    status, _, body = ask(Client(), broken)

    assert (status, body) == (500, b"Something went wrong.\n")
    assert "RuntimeError" in caplog.text


def test_a_long_answer_is_sent_piece_by_piece_and_closed():
    closed = []

    class Long:
        def __iter__(self):
            return iter([b"0123456789abcdef" * 8_192] * 10)  # 1.3 MB

        def close(self):
            closed.append(True)

    def app(_environ, start):
        start("206 Partial Content", [])
        return Long()

    status, _, body = ask(Client(), app)

    assert status == 206
    assert body == b"0123456789abcdef" * 81_920
    assert closed == [True]


class OneThreadEach(ThreadPoolExecutor):
    """As on a busy server: no two pieces of an answer come from one thread."""

    def submit(self, act, /, *given, **named):
        with ThreadPoolExecutor(1) as one:
            return one.submit(act, *given, **named)


def test_an_answer_made_by_several_threads_knows_its_request_throughout():
    app = Flask("long")

    @app.get("/")
    def long():
        return app.response_class(
            stream_with_context(request.path.encode() * 200_000 for _ in range(5))
        )

    made, client = Server(app, threads=2), Client()
    made._pool = OneThreadEach()
    asyncio.run(made.__rsgi__(scope("/", "GET"), client))

    assert client.sent[0] == 200
    assert client.sent[2] == b"/" * 1_000_000


def test_costly_answers_leave_threads_for_the_others():
    """Of four threads one makes files: three such requests run one after another."""
    running, most = [], []

    def app(environ, start):
        running.append(1)
        most.append(len(running))
        running.pop()
        start("200 OK", [])
        return [b"x"]

    async def three():
        made = Server(app, threads=4)
        clients = [Client() for _ in range(3)]
        files = [made.__rsgi__(scope("/packet.pdf", "GET"), c) for c in clients]
        async with made._costly:  # one is being made
            waiting = [asyncio.create_task(f) for f in files]
            page = Client()
            await made.__rsgi__(scope("/", "GET"), page)
            assert page.sent[0] == 200
            assert not any(c.sent for c in clients)
        await asyncio.gather(*waiting)
        assert [c.sent[0] for c in clients] == [200, 200, 200]

    asyncio.run(three())
    assert max(most) == 1


def test_headers_become_those_of_wsgi():
    headers = [
        ("host", "chorus.example"), ("cookie", "a=1"), ("cookie", "b=2"),
        ("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "2.2.2.2"),
        ("x_forwarded_for", "9.9.9.9"), ("content-type", "text/plain"),
        ("content-length", "77"),
    ]  # fmt: skip
    made = environ_of(
        scope("/caf\u00e9 x", query_string="q=%41", headers=headers), b"ab"
    )

    assert made["HTTP_HOST"] == "chorus.example"
    assert made["HTTP_COOKIE"] == "a=1; b=2"
    assert made["HTTP_X_FORWARDED_FOR"] == "1.1.1.1,2.2.2.2"
    assert made["CONTENT_TYPE"] == "text/plain"
    assert made["CONTENT_LENGTH"] == "2"
    assert "HTTP_CONTENT_LENGTH" not in made
    assert made["PATH_INFO"].encode("latin-1").decode() == "/caf\u00e9 x"
    assert made["QUERY_STRING"] == "q=%41"
    assert made["REQUEST_METHOD"] == "POST"
    assert (made["SERVER_NAME"], made["SERVER_PORT"]) == ("127.0.0.1", "8050")
    assert made["REMOTE_ADDR"] == "203.0.113.9"
    assert made["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert made["wsgi.url_scheme"] == "http"


def test_a_client_of_ipv6_is_told_by_its_address():
    assert (
        environ_of(scope(client="[2001:db8::1]:4711"), b"")["REMOTE_ADDR"]
        == "2001:db8::1"
    )
