"""Other hosts, other origins, malformed addresses and our own faults: one plain line."""

from __future__ import annotations

import re

import pytest
from conftest import settings_in
from flask import Flask
from web_asking import asked, sent, token_of

from web.refusals import _has_addresses, refuse


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8050", 200),
        ("127.0.0.1:8050", 200),
        ("evil.example", 400),
        ("localhost.evil.example", 400),
        ("evil.example:80", 400),
        ("localhost@evil.example", 400),
        ("a b", 400),
        ("", 400),
    ],
)
@pytest.mark.parametrize("path", ["/healthz", "/feed.xml", "/r/x/", "/sign-in"])
def test_only_its_own_hosts_are_answered(visitor, host, status, path):
    reply = visitor.get(path, headers={"Host": host})

    assert (reply.status_code == 400) is (status == 400)
    if status == 400:
        assert b"evil" not in reply.data
        assert "Location" not in reply.headers
        assert b"CHORUS_HOSTS" in reply.data


def test_the_hosts_of_the_settings_are_the_ones_answered(small_home):
    settings = settings_in(
        small_home, CHORUS_HOSTS="Chorus.District.example other.example"
    )
    server = Flask("x")
    refuse(server, settings.hosts)
    server.add_url_rule("/", view_func=lambda: "hello")
    browser = server.test_client()

    for host, status in (
        ("chorus.district.example", 200),
        ("other.example:8443", 200),
        ("localhost", 400),
        ("district.example", 400),
    ):
        assert browser.get("/", headers={"Host": host}).status_code == status, host


@pytest.mark.parametrize(
    "path",
    [
        "/_dash-component-suites/..%2f..%2fapp.py",
        "/_dash-component-suites/dash/..%2f..%2fapp.py",
        "/_dash-component-suites/dash/%2e%2e/app.py",
        "/_dash-component-suites/nothing/x.js",
        "/_dash-component-suites/dash/none.js",
        "/_dash-component-suites/os/path.py",
        "/_dash-component-suites/..%252f..%252fapp.py",
        "/assets/..%2f..%2f..%2fapp.py",
        "/assets/%2e%2e/%2e%2e/app.py",
        "/assets/none.css",
        "/..%2fapp.py",
        "/%2e%2e/app.py",
        "/a%5cb",
        "/a%00b",
        "/a%0ab",
        "/a%ffb",
        "/schools//S1",
        "/open-data/..%2f..%2fx/y",
        "/open-data/2026-27F.1/chorus_estimates_2026-27F.1.exe",
        "/download/..%2fx/y.csv",
        "/download/none/none.csv",
        "/packet.pdf%00",
        "/" + "a" * 5_000,
    ],
)
def test_a_malformed_or_unknown_file_is_not_found_and_never_a_fault(visitor, path):
    reply = asked(visitor, path)

    assert reply.status_code == 404
    assert reply.mimetype == "text/plain"
    assert b"Traceback" not in reply.data


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 302),
        ("http://localhost", 302),
        ("https://localhost", 403),
        ("ftp://localhost", 403),
        ("http://localhost:81", 403),
        ("http://evil.example", 403),
        ("localhost", 403),
        ("null", 403),
        ("http://localhost.evil.example", 403),
    ],
)
def test_a_form_comes_from_this_very_origin(signed_in, origin, status):
    browser = signed_in("ada@alder.example")
    headers = {"Origin": origin} if origin else {}
    reply = browser.post(
        "/steward/people/revoke",
        data={"csrf": token_of(browser), "email": "nobody@alder.example"},
        headers=headers,
    )

    assert reply.status_code == {302: 303}.get(status, status)


def test_a_fault_of_ours_shows_a_reference_and_logs_no_address(small_home, caplog):
    server = Flask("x")
    refuse(server, ("localhost",))

    def broken(name):
        raise RuntimeError("the secret is 1234")

    server.add_url_rule("/schools/<name>", view_func=broken)
    reply = server.test_client().get("/schools/of-somebody?q=a-name")

    assert reply.status_code == 500
    text = reply.get_data(as_text=True)
    assert text.startswith("Something went wrong. Reference: ")
    assert "1234" not in text
    reference = text.split()[-1]
    assert len(reference) == 8
    said = caplog.text
    assert reference in said
    assert "RuntimeError" in said  # the traceback is for whoever runs the server
    assert "of-somebody" not in said
    assert "a-name" not in said


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/healthz", 403),  # no token
        ("PUT", "/steward/people/add", 403),
        ("DELETE", "/", 403),
        ("GET", "/sign-out", 404),  # a page of that name there is not
        ("GET", "/steward/people/add", 404),
    ],
)
def test_methods_a_route_does_not_have_change_nothing(visitor, method, path, status):
    assert visitor.open(path, method=method).status_code == status


@pytest.mark.parametrize("problem", ["<b>x</b>", "Your account is locked, call 555", "", "__class__"])  # fmt: skip
def test_no_address_can_put_words_on_the_stewards_page(signed_in, problem):
    steward = signed_in("ada@alder.example")
    text = page(steward, "/steward/people", f"?problem={problem}")

    assert "locked" not in text
    assert not re.search(r"(<|&lt;)b(>|&gt;)x", text)
    assert 'class="error"' not in text
    assert "ada@alder.example" in text  # it is the page


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"email": "x", "role": "district"}, "email", "no email address"),
        ({"email": "a@b.example", "role": "owner"}, "role", "Choose a role"),
        ({"email": "a@b.example", "role": "public"}, "role", "Choose a role"),
        ({"email": "a@b.example", "role": "teacher"}, "needs_school", "at least one"),
        ({"email": "a@b.example", "role": "steward", "schools": "S1"}, "no_school", "Leave the school out"),
    ],
)  # fmt: skip
def test_what_was_wrong_is_said_in_the_readers_language(signed_in, fields, code, words):
    steward = signed_in("ada@alder.example")
    reply = sent(steward, "/steward/people/add", **fields)

    assert reply.status_code == 303
    assert reply.headers["Location"] == f"/steward/people?problem={code}"
    text = page(steward, "/steward/people", f"?problem={code}")
    assert words in text
    spanish = page(steward, "/steward/people", f"?problem={code}&lang=es")
    assert words not in spanish


def page(browser, path: str, search: str) -> str:
    reply = browser.get(f"{path}{search}")
    assert reply.status_code == 200
    main = re.search(r"<main.*</main>", reply.text, re.S)
    assert main is not None
    # A link back may carry what an address asks for; nobody reads it.
    return re.sub(r' href="[^"]*"', "", main[0])


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ({"property": "pathname", "value": "/voice"}, 200),
        ({"property": "search", "value": "?wave=3"}, 200),
        # Nothing until the browser has said where it is.
        ({"property": "pathname", "value": ""}, 200),
        ({"property": "pathname", "value": None}, 200),
        ({"property": "search", "value": ""}, 200),
        ({"property": "pathname", "value": 7}, 400),
        ({"property": "pathname", "value": ["/voice"]}, 400),
        ({"property": "pathname", "value": "/vo\x00ice"}, 400),
        ({"property": "search", "value": 7}, 400),
        # Any text may be searched for, if it is no longer than an address.
        ({"property": "search", "value": "?x=\x00"}, 200),
        ({"property": "search", "value": "?" + "x" * 5000}, 400),
        # Other parts are no addresses.
        ({"property": "value", "value": 7}, 200),
    ],
)
@pytest.mark.parametrize("where", ["inputs", "state"])
def test_a_callback_is_asked_with_addresses_or_refused(part, status, where):
    """A rule of its own: what Dash does with the rest is Dash's."""
    body = {where: [part], "output": "x.y"}

    assert _has_addresses(body) is (status == 200)


@pytest.mark.parametrize(
    "body",
    [None, [], "x", {}, {"inputs": None}, {"inputs": "x"}, {"inputs": ["x", None]}],
)
def test_what_is_no_question_is_refused_by_whom_it_is_put_to(body):
    assert _has_addresses(body)


def test_one_bad_address_among_good_ones_is_enough():
    good = {"property": "pathname", "value": "/voice"}
    bad = {"property": "pathname", "value": 7}

    assert not _has_addresses({"inputs": [good, bad]})
    assert not _has_addresses({"inputs": [good], "state": [good, bad]})
    assert _has_addresses({"inputs": [good], "state": [good, "x"]})
