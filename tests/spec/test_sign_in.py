"""Signing in against a real OpenID Connect provider, a process on loopback."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest
import requests
from callbacks import choice
from conftest import PATIENCE, District, serve, settings_in

from data.ledger.audit_log import verify
from data.ledger.people import Entry, begin_session, find, let_in, revoke
from data.ledger.store import Ledger
from data.model.viewer import Role

STEWARD, LEADER, PRINCIPAL = (
    "ada@alder.example",
    "lee@alder.example",
    "pat@alder.example",
)
SECRET = "k" * 40


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def provider_process(*options: str):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock",
         "--port", str(port), *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    while True:
        assert process.poll() is None, "the provider ended before it answered"
        try:
            with urllib.request.urlopen(f"{address}/.well-known/openid-configuration"):
                break
        except OSError:
            time.sleep(0.1)
    return process, address


@pytest.fixture(scope="module")
def provider():
    process, address = provider_process("--require-nonce", "true")
    yield address
    process.terminate()
    process.wait()


@pytest.fixture(scope="module")
def ledger(district: District, tmp_path_factory) -> Ledger:
    made = Ledger(f"sqlite:///{tmp_path_factory.mktemp('ledger')}/ledger.sqlite")
    people = [
        Entry(STEWARD, Role.STEWARD),
        Entry(LEADER, Role.DISTRICT),
        Entry(PRINCIPAL, Role.PRINCIPAL, ("SCH-006",)),
        Entry("tea@alder.example", Role.TEACHER, ("SCH-006",)),
    ]
    with made.writing() as session:
        let_in(session, people, actor="test", source="CSV")
    return made


@pytest.fixture(scope="module")
def site(district: District, provider: str, ledger: Ledger):
    yield from serve(
        district.settings,
        demo=False,
        CHORUS_OIDC_ISSUER=provider,
        CHORUS_OIDC_CLIENT_ID="chorus",
        CHORUS_OIDC_CLIENT_SECRET="not-a-secret",
        CHORUS_SIGNIN_DOMAINS="alder.example",
        CHORUS_LEDGER=ledger.url,
        CHORUS_CONTACT="help@alder.example",
        CHORUS_SECRET=SECRET,
    )


def begin(site: str) -> tuple[requests.Session, str]:
    browser = requests.Session()
    reply = browser.get(f"{site}/sign-in/start?next=/schools", allow_redirects=False)
    assert reply.status_code == 302, reply.text
    return browser, reply.headers["Location"]


def at_provider(address: str, email: str, **claims) -> str:
    """Consent at the provider; return where it sends the browser back to."""
    parts = urlsplit(address)
    provider = f"{parts.scheme}://{parts.netloc}"
    known = {"email": email, "email_verified": True, **claims}
    requests.put(
        f"{provider}/users/{email}", json=known, timeout=PATIENCE
    ).raise_for_status()
    reply = requests.post(
        address, data={"sub": email}, allow_redirects=False, timeout=PATIENCE
    )
    return reply.headers["Location"]


def sign_in(
    site: str, email: str, **claims
) -> tuple[requests.Session, requests.Response]:
    browser, address = begin(site)
    back = at_provider(address, email, **claims)
    return browser, browser.get(back, allow_redirects=False)


def header_of(browser: requests.Session, site: str, **headers: str) -> str:
    """The page's header as this browser gets it; in it, who is signed in."""
    token = browser.cookies.get("chorus-csrf") or browser.get(site).cookies.get(
        "chorus-csrf"
    )
    given = {"X-Chorus-CSRF": token or "", **headers}
    reply = browser.post(
        f"{site}/_dash-update-component", json=choice("/"), headers=given
    )
    return json.dumps(reply.json()) if reply.ok else f"refused {reply.status_code}"


def is_in(browser: requests.Session, site: str) -> bool:
    return "/sign-out" in header_of(browser, site)


@pytest.mark.parametrize("email", [STEWARD, LEADER, PRINCIPAL])
def test_people_of_the_ledger_sign_in_and_out(site, email):
    browser, reply = sign_in(site, email)

    assert reply.headers["Location"] == "/schools"
    assert is_in(browser, site)
    token = browser.cookies["chorus-csrf"]
    browser.post(f"{site}/sign-out", data={"csrf": token}, allow_redirects=False)
    assert not is_in(browser, site)


def test_pkce_state_and_nonce_are_sent(site):
    _, address = begin(site)
    asked = parse_qs(urlsplit(address).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) >= 43
    assert len(asked["state"][0]) >= 16
    assert len(asked["nonce"][0]) >= 16
    assert asked["response_type"] == ["code"]


def with_query(address: str, **changes: str) -> str:
    parts = urlsplit(address)
    query = {k: v[0] for k, v in parse_qs(parts.query).items()} | changes
    return urlunsplit(parts._replace(query=urlencode(query)))


def test_a_wrong_nonce_is_refused(site):
    browser, address = begin(site)
    back = at_provider(with_query(address, nonce="anothers" * 4), LEADER)
    reply = browser.get(back, allow_redirects=False)

    assert reply.headers["Location"] == "/sign-in?problem=refused"
    assert not is_in(browser, site)


def test_a_wrong_state_is_refused(site):
    browser, address = begin(site)
    back = with_query(at_provider(address, LEADER), state="guess" * 6)

    reply = browser.get(back, allow_redirects=False)
    assert reply.headers["Location"] == "/sign-in?problem=refused"


def test_a_replayed_answer_is_refused(site):
    browser, address = begin(site)
    back = at_provider(address, LEADER)
    assert browser.get(back, allow_redirects=False).headers["Location"] == "/schools"

    again = browser.get(back, allow_redirects=False)
    assert again.headers["Location"] == "/sign-in?problem=refused"
    stolen = requests.get(back, allow_redirects=False)
    assert stolen.headers["Location"] == "/sign-in?problem=refused"


def test_anothers_code_in_ones_own_session_is_refused(site):
    """The code was given for another's challenge: PKCE does not fit."""
    _, theirs = begin(site)
    code = parse_qs(urlsplit(at_provider(theirs, STEWARD)).query)["code"][0]
    browser, mine = begin(site)
    back = with_query(at_provider(mine, LEADER), code=code)

    reply = browser.get(back, allow_redirects=False)
    assert reply.headers["Location"] == "/sign-in?problem=refused"


def test_an_expired_token_is_refused(district, ledger):
    process, address = provider_process("--token-max-age", "-600")
    try:
        for site in serve(
            district.settings, demo=False, CHORUS_OIDC_ISSUER=address,
            CHORUS_OIDC_CLIENT_ID="chorus", CHORUS_OIDC_CLIENT_SECRET="x",
            CHORUS_LEDGER=ledger.url, CHORUS_SECRET=SECRET,
        ):  # fmt: skip
            browser, reply = sign_in(site, LEADER)
            assert reply.headers["Location"] == "/sign-in?problem=refused"
            assert not is_in(browser, site)
    finally:
        process.terminate()
        process.wait()


def test_the_provider_down_is_said_and_the_public_goes_on(district, ledger):
    for site in serve(
        district.settings, demo=False, CHORUS_OIDC_ISSUER=f"http://127.0.0.1:{free_port()}",
        CHORUS_OIDC_CLIENT_ID="chorus", CHORUS_OIDC_CLIENT_SECRET="x",
        CHORUS_LEDGER=ledger.url, CHORUS_SECRET=SECRET,
    ):  # fmt: skip
        reply = requests.get(f"{site}/sign-in/start", allow_redirects=False)
        assert reply.headers["Location"] == "/sign-in?problem=provider"
        assert requests.get(site).status_code == 200


def test_keys_may_be_turned_over(district, ledger):
    """The provider restarts with new keys on the same address; sign-in goes on."""
    port = free_port()

    def start():
        made = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while True:
            assert made.poll() is None, "the provider ended before it answered"
            try:
                requests.get(f"http://127.0.0.1:{port}/jwks", timeout=PATIENCE)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        return made

    process = start()
    try:
        for site in serve(
            district.settings, demo=False, CHORUS_OIDC_ISSUER=f"http://127.0.0.1:{port}",
            CHORUS_OIDC_CLIENT_ID="chorus", CHORUS_OIDC_CLIENT_SECRET="x",
            CHORUS_LEDGER=ledger.url, CHORUS_SECRET=SECRET,
        ):  # fmt: skip
            assert sign_in(site, LEADER)[1].headers["Location"] == "/schools"
            process.terminate()
            process.wait()
            process = start()
            for _ in range(3):  # both workers meet the new keys
                assert sign_in(site, LEADER)[1].headers["Location"] == "/schools"
    finally:
        process.terminate()
        process.wait()


@pytest.mark.parametrize(
    ("email", "claims", "problem"),
    [
        ("nobody@alder.example", {}, "unknown"),
        ("lee@elsewhere.example", {}, "domain"),
        (LEADER, {"email_verified": False}, "unverified"),
        (LEADER, {"email_verified": "true"}, "unverified"),
        (LEADER, {"email_verified": "false"}, "unverified"),
        (LEADER, {"email_verified": 1}, "unverified"),
        (LEADER, {"email_verified": None}, "unverified"),
        ("", {}, "unverified"),
    ],
)
def test_others_stay_the_public_and_are_told_whom_to_ask(site, email, claims, problem):
    if not email:
        browser, address = begin(site)
        provider = address.split("/oauth2")[0]
        requests.put(f"{provider}/users/none", json={}, timeout=PATIENCE)
        back = requests.post(address, data={"sub": "none"}, allow_redirects=False)
        reply = browser.get(back.headers["Location"], allow_redirects=False)
    else:
        browser, reply = sign_in(site, email, **claims)

    assert reply.headers["Location"] == f"/sign-in?problem={problem}"
    assert not is_in(browser, site)


def test_a_revoked_person_is_the_public_with_the_next_request(site, ledger):
    email = "tea@alder.example"
    browser, _ = sign_in(site, email)
    assert is_in(browser, site)
    with ledger.writing() as session:
        revoke(session, email, actor="test")

    assert not is_in(browser, site)
    assert sign_in(site, email)[1].headers["Location"] == "/sign-in?problem=unknown"


def cookie(site: str, content: object, secret: str = SECRET) -> requests.Session:
    from flask import Flask
    from flask.sessions import SecureCookieSessionInterface

    made = Flask("forger")
    made.secret_key = secret
    signer = SecureCookieSessionInterface().get_signing_serializer(made)
    browser = requests.Session()
    browser.cookies.set("chorus", signer.dumps(content), domain="127.0.0.1")
    return browser


def begun(ledger: Ledger, email: str, *, hours_ago: float = 0) -> str:
    with ledger.writing() as session:
        began = datetime.now(UTC) - timedelta(hours=hours_ago)
        return begin_session(session, find(session, email), now=began)


def test_a_session_ends_after_twelve_hours(site, ledger):
    fresh, old = (
        begun(ledger, LEADER, hours_ago=11.9),
        begun(ledger, LEADER, hours_ago=12.1),
    )

    assert not is_in(cookie(site, {"session": old}), site)
    assert is_in(cookie(site, {"session": fresh}), site)


@pytest.mark.parametrize(
    "content",
    [{"session": 1}, {"session": "1"}, {"session": ["x"]}, {"session": None},
     {"session": ""}, {"person": [1, "2026-10-10"]},
     {"view_as": ["district", ""]}, {"view_as": ["steward", ""]}],
)  # fmt: skip
def test_odd_and_demo_cookies_are_the_public(site, content):
    assert not is_in(cookie(site, content), site)


def test_a_cookie_signed_with_another_key_is_the_public(site, ledger):
    fresh = {"session": begun(ledger, LEADER)}

    assert is_in(cookie(site, fresh), site)
    assert not is_in(cookie(site, fresh, secret="z" * 40), site)


def test_a_copied_cookie_is_dead_once_its_owner_has_signed_out(site):
    browser, _ = sign_in(site, LEADER)
    copy = requests.Session()
    copy.cookies.update(browser.cookies)
    assert is_in(copy, site)
    browser.get(site)
    token = browser.cookies["chorus-csrf"]
    browser.post(f"{site}/sign-out", data={"csrf": token}, allow_redirects=False)

    assert not is_in(copy, site)


def test_an_answer_that_names_another_issuer_is_refused(site):
    browser, address = begin(site)
    back = with_query(at_provider(address, LEADER), iss="https://evil.example")

    reply = browser.get(back, allow_redirects=False)
    assert reply.headers["Location"] == "/sign-in?problem=refused"
    assert not is_in(browser, site)


def test_a_signed_in_browser_sends_nothing_without_its_token(site):
    browser, _ = sign_in(site, LEADER)
    browser.get(site)

    assert "/sign-out" in header_of(browser, site)
    assert header_of(browser, site, **{"X-Chorus-CSRF": "guess"}) == "refused 403"
    assert browser.post(f"{site}/sign-out").status_code == 403


def test_sign_ins_are_written_down_and_the_log_holds(site, ledger):
    sign_in(site, STEWARD)
    with ledger.reading() as session:
        assert verify(session) > 5
    with sqlite3.connect(ledger.url.removeprefix("sqlite:///")) as raw:
        acts = raw.execute("SELECT actor, act FROM audit_log").fetchall()
    assert (STEWARD, "signed in") in acts


def test_the_steward_lets_people_in_and_leaders_may_not(site, ledger):
    added = {"email": "new@alder.example", "role": "district"}
    steward, _ = sign_in(site, STEWARD)
    steward.get(site)
    leader, _ = sign_in(site, LEADER)
    leader.get(site)

    refused = leader.post(
        f"{site}/steward/people/add",
        data={**added, "csrf": leader.cookies["chorus-csrf"]}, allow_redirects=False,
    )  # fmt: skip
    done = steward.post(
        f"{site}/steward/people/add",
        data={**added, "csrf": steward.cookies["chorus-csrf"]}, allow_redirects=False,
    )  # fmt: skip

    assert refused.status_code == 403
    assert done.headers["Location"] == "/steward/people?said=done"
    assert sign_in(site, added["email"])[1].headers["Location"] == "/schools"


def test_a_bad_entry_is_answered_with_one_line(site):
    steward, _ = sign_in(site, STEWARD)
    steward.get(site)
    token = steward.cookies["chorus-csrf"]
    for sent in (
        {"email": "x", "role": "district"},
        {"email": "a@b.c", "role": "principal"},
    ):
        reply = steward.post(
            f"{site}/steward/people/add",
            data={**sent, "csrf": token},
            allow_redirects=False,
        )
        assert "problem=" in reply.headers["Location"]


def test_headers_of_every_page(site):
    reply = requests.get(site)
    policy = reply.headers["Content-Security-Policy"]

    scripts = next(p for p in policy.split(";") if p.strip().startswith("script-src"))
    assert "unsafe-inline" not in scripts
    assert "frame-ancestors 'self'" in policy
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Cache-Control"] == "private, no-store"


def test_too_many_calls_have_to_wait(district, ledger):
    for site in serve(
        district.settings, demo=False, CHORUS_LEDGER=ledger.url, CHORUS_SECRET=SECRET,
        CHORUS_CALLBACKS_PER_MINUTE="30", CHORUS_SIGN_INS_PER_MINUTE="5",
    ):  # fmt: skip
        browser = requests.Session()
        answers = [header_of(browser, site) for _ in range(80)]
        assert answers[0] != "refused 429"
        assert "refused 429" in answers
        starts = [browser.get(f"{site}/sign-in/start").status_code for _ in range(20)]
        assert 429 in starts


def test_a_large_request_is_refused(site):
    reply = requests.post(
        f"{site}/_dash-update-component", data="x" * 300_000,
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert reply.status_code in {400, 413}


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"CHORUS_SECRET": ""}, "CHORUS_SECRET"),
        ({"CHORUS_SECRET": "short"}, "CHORUS_SECRET"),
        ({"CHORUS_DEMO": "1"}, "CHORUS_DEMO"),
        ({"CHORUS_PROXIES": ""}, "CHORUS_PROXIES"),
        ({"CHORUS_HOSTS": ""}, "CHORUS_HOSTS"),
        ({"CHORUS_PROXY_ADDRESSES": "the-proxy"}, "CHORUS_PROXY_ADDRESSES"),
        ({"CHORUS_OIDC_ISSUER": "http://accounts.example"}, "https://"),
        ({"CHORUS_OIDC_ISSUER": "https://accounts.example"}, "CLIENT_ID"),
        ({"CHORUS_TIMEZONE": "Mars/Olympus"}, "CHORUS_TIMEZONE"),
        ({"CHORUS_TLS_CERT": "a.pem"}, "CHORUS_TLS_KEY"),
    ],
)
def test_production_does_not_start_unsafe(tmp_path, environ, says):
    whole = {
        "CHORUS_HOME": str(tmp_path), "CHORUS_ENV": "production", "CHORUS_SECRET": SECRET,
        "CHORUS_PROXIES": "1", "CHORUS_HOSTS": "chorus.example",
        "PATH": os.environ["PATH"],
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "data.cli", "serve"],
        env={k: v for k, v in (whole | environ).items() if v},
        capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_behind_its_proxy_it_asks_for_https(tmp_path):
    settings = settings_in(
        tmp_path, CHORUS_ENV="production", CHORUS_SECRET=SECRET, CHORUS_PROXIES="1",
        CHORUS_HOSTS="chorus.example",
    )  # fmt: skip
    assert settings.is_production
    assert json.dumps(settings.proxies) == "1"
