"""What a proxy says of a client is believed from a proxy alone."""

from __future__ import annotations

import pytest
from conftest import settings_in
from flask import Flask, request

from web.proxies import TrustedProxies, is_this_machine

CLIENT, FORGED = "203.0.113.7", "198.51.100.66"


def seen(tmp_path, peer: str, headers: dict[str, str], **settings: str) -> dict:
    server = Flask("x")
    server.wsgi_app = TrustedProxies(server.wsgi_app, settings_in(tmp_path, **settings))
    found: dict = {}

    @server.get("/")
    def _page():
        found.update(
            client=request.remote_addr, scheme=request.scheme, host=request.host,
            local=is_this_machine(request.environ),
        )  # fmt: skip
        return "ok"

    server.test_client().get("/", headers=headers, environ_base={"REMOTE_ADDR": peer})
    return found


PROXIED = {
    "X-Forwarded-For": f"{FORGED}, {CLIENT}",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "chorus.example",
}


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_behind_one_proxy_the_last_address_is_the_client(tmp_path, peer):
    found = seen(tmp_path, peer, PROXIED, CHORUS_PROXIES="1")

    assert found == {
        "client": CLIENT, "scheme": "https", "host": "chorus.example", "local": False,
    }  # fmt: skip


def test_behind_two_proxies_the_last_but_one_is(tmp_path):
    headers = {"X-Forwarded-For": f"{FORGED}, {CLIENT}, 10.0.0.2"}

    assert seen(tmp_path, "127.0.0.1", headers, CHORUS_PROXIES="2")["client"] == CLIENT


@pytest.mark.parametrize("peer", [CLIENT, "10.0.0.2", "2001:db8::1", "", "unix"])
def test_whoever_comes_past_the_proxy_is_taken_as_they_come(tmp_path, peer):
    found = seen(tmp_path, peer, PROXIED, CHORUS_PROXIES="1")

    assert found["client"] == peer
    assert found["scheme"] == "http"
    assert found["host"] == "localhost"
    assert not found["local"]


def test_without_a_proxy_nobody_is_believed(tmp_path):
    found = seen(tmp_path, CLIENT, PROXIED)

    assert (found["client"], found["scheme"]) == (CLIENT, "http")


@pytest.mark.parametrize(
    ("peer", "is_believed"),
    [
        ("10.0.0.7", True),
        ("10.0.1.255", True),
        ("10.0.2.0", False),
        ("127.0.0.1", False),
    ],
)
def test_proxies_elsewhere_are_named(tmp_path, peer, is_believed):
    found = seen(
        tmp_path, peer, PROXIED, CHORUS_PROXIES="1",
        CHORUS_PROXY_ADDRESSES="10.0.0.7 10.0.1.0/24",
    )  # fmt: skip

    assert (found["client"] == CLIENT) is is_believed


@pytest.mark.parametrize(
    ("peer", "headers", "is_local"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        (CLIENT, {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, False),
        ("127.0.0.1", {"X-Forwarded-Proto": "http"}, False),
        (CLIENT, {"X-Forwarded-For": "127.0.0.1"}, False),
    ],
)
@pytest.mark.parametrize("proxies", ["0", "1"])
def test_this_machine_is_who_asks_it_directly(
    tmp_path, peer, headers, is_local, proxies
):
    assert seen(tmp_path, peer, headers, CHORUS_PROXIES=proxies)["local"] is is_local


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("203.0.113.9", {}, 404),
        ("203.0.113.9", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
    ],
)
def test_the_counts_are_for_this_machine_alone(visitor, peer, headers, status):
    reply = visitor.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": peer})

    assert reply.status_code == status
    assert (b"chorus_requests_total" in reply.data) is (status == 200)
