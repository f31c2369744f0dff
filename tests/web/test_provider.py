"""Signing in at a real provider on loopback, by the small town's application."""

from __future__ import annotations

import socket
import subprocess
import sys
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest
import requests
from conftest import PATIENCE, settings_in
from flask import g

LEE, PAT = "lee@alder.example", "pat@alder.example"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def provider():
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    for line in process.stderr:  # it says so when it listens
        if b"running" in line.lower():
            break
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()
    process.stderr.close()


def application(home, issuer: str):
    from web_asking import fresh_pages

    from app import create_app

    fresh_pages()
    return create_app(
        settings_in(
            home, CHORUS_SECRET="s" * 32, CHORUS_OIDC_ISSUER=issuer,
            CHORUS_OIDC_CLIENT_ID="chorus", CHORUS_OIDC_CLIENT_SECRET="not-a-secret",
            CHORUS_SIGN_INS_PER_MINUTE="0",
        )
    ).server  # fmt: skip


@pytest.fixture(scope="module")
def town(small_home, provider):
    return application(small_home, provider)


def consented(address: str, email: str, **claims: object) -> str:
    """Consent at the provider; return path and query it sends the browser back to."""
    parts = urlsplit(address)
    site = f"{parts.scheme}://{parts.netloc}"
    known = {"email": email, "email_verified": True, **claims}
    requests.put(
        f"{site}/users/{email}", json=known, timeout=PATIENCE
    ).raise_for_status()
    reply = requests.post(
        address, data={"sub": email}, allow_redirects=False, timeout=PATIENCE
    )
    back = urlsplit(reply.headers["Location"])
    return f"{back.path}?{back.query}"


def signed(
    town, email: str, start: str = "/sign-in/start?next=/schools", **claims: object
):
    """A browser that has been there and back, and where it is sent."""
    visitor = town.test_client()
    address = visitor.get(start).headers["Location"]
    return visitor, visitor.get(consented(address, email, **claims)).headers["Location"]


def seen(town, visitor):
    """Whom the server takes this browser for."""
    with visitor:
        visitor.get("/healthz")
        return (
            g.viewer.role.value,
            sorted(g.viewer.school_ids),
            g.author and g.author.name,
        )


def test_somebody_signs_in_and_out(town):
    visitor, location = signed(town, PAT)
    assert location == "/schools"
    assert seen(town, visitor) == ("principal", ["S1"], PAT)
    copy = town.test_client()
    copy.set_cookie("chorus", visitor.get_cookie("chorus").value)
    visitor.get("/")

    out = visitor.post(
        "/sign-out", data={"csrf": visitor.get_cookie("chorus-csrf").value}
    )
    assert (out.status_code, out.headers["Location"]) == (302, "/")
    assert seen(town, visitor) == ("public", [], None)
    assert seen(town, copy) == ("public", [], None)


@pytest.mark.parametrize(
    ("start", "location"),
    [
        ("/sign-in/start", "/"),
        ("/sign-in/start?next=/schools?q=a", "/schools?q=a"),
        ("/sign-in/start?next=//evil.example", "/"),
        ("/sign-in/start?next=/%09/evil.example", "/"),
        ("/sign-in/start?next=https://evil.example", "/"),
    ],
)
def test_the_way_back_is_a_page_of_ours(town, start, location):
    assert signed(town, LEE, start)[1] == location


def test_what_is_sent_to_the_provider(town, provider):
    address = town.test_client().get("/sign-in/start").headers["Location"]
    asked = parse_qs(urlsplit(address).query)

    assert address.startswith(provider)
    assert asked["redirect_uri"] == ["http://localhost/sign-in/back"]
    assert asked["scope"] == ["openid email profile"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["client_id"] == ["chorus"]
    assert asked["response_type"] == ["code"]
    assert len(asked["state"][0]) >= 16
    assert len(asked["nonce"][0]) >= 16


def changed(address: str, **changes: str) -> str:
    parts = urlsplit(address)
    query = {k: v[0] for k, v in parse_qs(parts.query).items()} | changes
    return urlunsplit(parts._replace(query=urlencode(query)))


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "guess"},
        {"code": "guess"},
        {"iss": "https://evil.example"},
        {"error": "denied"},
    ],
)
def test_an_answer_that_was_tampered_with_is_refused(town, changes):
    visitor = town.test_client()
    address = visitor.get("/sign-in/start").headers["Location"]
    back = changed(consented(address, LEE), **changes)

    assert visitor.get(back).headers["Location"] == "/sign-in?problem=refused"
    assert seen(town, visitor)[0] == "public"


def test_an_answer_serves_once_and_one_browser_only(town):
    visitor = town.test_client()
    back = consented(visitor.get("/sign-in/start").headers["Location"], LEE)

    assert (
        town.test_client().get(back).headers["Location"] == "/sign-in?problem=refused"
    )
    assert visitor.get(back).headers["Location"] == "/"
    assert visitor.get(back).headers["Location"] == "/sign-in?problem=refused"


@pytest.mark.parametrize(
    ("email", "claims", "problem"),
    [
        ("nobody@alder.example", {}, "unknown"),
        (LEE, {"email_verified": False}, "unverified"),
        (LEE, {"email_verified": "true"}, "unverified"),
    ],
)
def test_others_stay_the_public(town, email, claims, problem):
    visitor, location = signed(town, email, **claims)

    assert location == f"/sign-in?problem={problem}"
    assert seen(town, visitor) == ("public", [], None)


def test_a_provider_that_is_down_is_said(small_home, caplog):
    town = application(small_home, f"http://127.0.0.1:{free_port()}")
    reply = town.test_client().get("/sign-in/start")

    assert reply.headers["Location"] == "/sign-in?problem=provider"
    assert "sign-in failed: provider (ConnectionError)" in caplog.text
