"""What every answer carries, and what a reader must bring."""

from __future__ import annotations

import pytest
from conftest import settings_in
from flask import Flask, g, session
from web_asking import sent, token_of

from data.model.viewer import PUBLIC
from web.guards import guard


def guarded(home, **extra: str) -> Flask:
    server = Flask("x")
    server.secret_key = "k" * 32
    server.config["MAX_CONTENT_LENGTH"] = 1_000
    guard(server, settings_in(home, **extra), lambda: ["'sha256-abc'"])
    server.add_url_rule("/", view_func=lambda: "<p>x</p>")
    server.add_url_rule(
        "/form", "form", lambda: "kept", methods=["POST", "PUT", "DELETE"]
    )
    server.add_url_rule(
        "/_dash-update-component", "callback", lambda: "answered", methods=["POST"]
    )
    for path in (
        "/assets/vendor/a.js",
        "/assets/own.css",
        "/_dash-component-suites/a.js",
    ):
        server.add_url_rule(path, path, lambda: "x")

    @server.get("/become-somebody")
    def _become():
        session["session"] = "1"
        return "in"

    return server


@pytest.fixture
def reader(tmp_path):
    return guarded(tmp_path).test_client()


def policy(reply) -> dict[str, str]:
    parts = (
        p.strip().partition(" ")
        for p in reply.headers["Content-Security-Policy"].split(";")
    )
    return {name: told for name, _, told in parts}


def test_every_answer_carries_the_policy(reader):
    assert policy(reader.get("/")) == {
        "default-src": "'self'",
        "script-src": "'self' 'sha256-abc'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }


@pytest.mark.parametrize("path", ["/", "/none", "/_dash-component-suites/../x"])
def test_refusals_carry_the_headers_too(reader, path):
    headers = reader.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == "camera=(), microphone=(), geolocation=()"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_named_sites_may_frame_and_no_others(tmp_path):
    reply = (
        guarded(tmp_path, CHORUS_FRAME_HOSTS="https://a.example https://b.example")
        .test_client()
        .get("/")
    )

    assert (
        policy(reply)["frame-ancestors"] == "'self' https://a.example https://b.example"
    )
    assert "X-Frame-Options" not in reply.headers


@pytest.mark.parametrize(
    ("scheme", "says"), [("https", "max-age=31536000"), ("http", None)]
)
def test_over_https_a_browser_is_told_to_stay_there(reader, scheme, says):
    reply = reader.get("/", base_url=f"{scheme}://localhost")

    assert reply.headers.get("Strict-Transport-Security") == says


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "private, no-store"),
        ("/none", "private, no-store"),
        ("/assets/vendor/a.js", "public, max-age=31536000, immutable"),
        ("/_dash-component-suites/a.js", "public, max-age=31536000, immutable"),
        ("/assets/own.css", "public, max-age=3600"),
    ],
)
def test_what_a_cache_may_keep(reader, path, kept):
    reply = reader.get(path)

    assert reply.headers["Cache-Control"] == kept
    assert reply.headers.get("Vary") == ("Cookie" if "private" in kept else None)


# --- forms


def test_a_page_hands_out_one_token_and_keeps_it(reader):
    first, again = reader.get("/"), reader.get("/")

    cookie = first.headers["Set-Cookie"]
    assert cookie.startswith("chorus-csrf=")
    assert "SameSite=Strict" in cookie
    assert "HttpOnly" not in cookie  # our own script repeats it
    assert "Secure" not in cookie
    assert len(token_of(reader)) == 32
    assert "Set-Cookie" not in again.headers


def test_over_https_the_token_goes_over_https_alone(reader):
    reply = reader.get("/", base_url="https://localhost")

    assert "Secure" in reply.headers["Set-Cookie"]


def test_only_pages_hand_out_tokens(reader):
    assert "Set-Cookie" not in reader.get("/none").headers
    assert "Set-Cookie" not in reader.post("/form").headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_form_needs_its_token(reader, method):
    reader.get("/")
    token = token_of(reader)

    def status(**data: str) -> int:
        return reader.open("/form", method=method, data=data).status_code

    assert status(csrf=token) == 200
    assert status(csrf=token + "x") == 403
    assert status(csrf="") == 403
    assert status() == 403


def test_no_cookie_and_no_token_do_not_fit_each_other(reader):
    assert reader.post("/form", data={"csrf": ""}).status_code == 403


def asked(reader, **more):
    return reader.post("/_dash-update-component", **{"json": {}, **more}).status_code


def test_a_callback_of_the_public_needs_no_token_and_is_json(reader):
    assert asked(reader) == 200
    assert asked(reader, json=None, data="{}") == 415
    assert asked(reader, headers={"Origin": "http://evil.example"}) == 403
    # What a page in a frame of no origin says of itself.
    assert asked(reader, headers={"Origin": "null"}) == 403
    assert asked(reader, headers={"Origin": "http://localhost"}) == 200


def test_a_callback_of_somebody_signed_in_needs_the_token(reader):
    reader.get("/")
    reader.get("/become-somebody")
    token = token_of(reader)

    assert asked(reader) == 403
    assert asked(reader, headers={"X-Chorus-CSRF": token}) == 200
    assert asked(reader, headers={"X-Chorus-CSRF": token[:-1]}) == 403


# --- the whole application


@pytest.mark.parametrize(
    ("email", "may"),
    [
        ("ada@alder.example", True),
        ("lee@alder.example", False),
        ("pat@alder.example", False),
    ],
)
@pytest.mark.parametrize("form", ["add", "import", "revoke"])
def test_people_are_the_stewards_alone(signed_in, email, may, form):
    reply = sent(signed_in(email), f"/steward/people/{form}")

    assert reply.status_code == (303 if may else 403)


@pytest.mark.parametrize("role", ["public", "steward", "district"])
def test_a_persona_of_the_demo_is_nobody_who_could_act(visitor, role):
    visitor.get("/")
    visitor.get(f"/view-as?role={role}")

    assert sent(visitor, "/steward/people/add", email="a@b.example").status_code == 403


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("role=public", 302), ("role=steward", 302), ("role=district", 302),
        ("role=principal&school=S1", 302), ("role=teacher&school=S1", 302),
        ("role=principal", 404), ("role=teacher", 404), ("role=owner", 404), ("", 404),
    ],
)  # fmt: skip
def test_the_demo_shows_what_each_role_sees(visitor, query, status):
    assert visitor.get(f"/view-as?{query}").status_code == status


@pytest.mark.parametrize(
    ("step", "fields", "says"),
    [
        ("submit", {}, "problem=state"),
        ("return", {}, "problem=state"),
        ("approve", {}, "problem=state"),
        ("publish", {}, "problem=state"),
        ("vouch", {"point": "x"}, "problem=point"),
        ("vouch", {"point": "response_rates_seen"}, "problem=state"),
        ("schedule", {"at": "tomorrow"}, "problem=moment"),
        ("schedule", {"at": "2026-12-01T09:30"}, "problem=state"),
        ("withdraw", {"reason": " "}, "problem=reason"),
    ],
)
def test_a_step_that_cannot_be_taken_says_why(signed_in, step, fields, says):
    reply = sent(
        signed_in("ada@alder.example"), f"/steward/releases/2026-27F.1/{step}", **fields
    )

    assert reply.status_code == 303
    assert reply.headers["Location"] == f"/steward/releases?{says}"


def test_a_step_there_is_not_is_not_found(signed_in):
    steward = signed_in("ada@alder.example")

    assert sent(steward, "/steward/releases/2026-27F.1/burn").status_code == 404
    no_release = sent(steward, "/steward/releases/2099-00F.1/submit")
    assert no_release.headers["Location"] == "/steward/releases?problem=no_release"


def test_the_answer_keeps_the_language_it_was_asked_in(signed_in):
    steward = signed_in("ada@alder.example")
    address = "/steward/releases/2026-27F.1/submit"

    assert sent(steward, address, lang="es").headers["Location"] == (
        "/steward/releases?lang=es&problem=state"
    )
    for lang in ("en", "xx", "<b>"):
        assert "lang" not in sent(steward, address, lang=lang).headers["Location"]


def test_somebody_is_let_in_and_out_again(signed_in):
    steward = signed_in("ada@alder.example")
    person = {
        "email": " Tea@Alder.example ",
        "role": "teacher",
        "schools": "S1, S2",
        "name": "Tea",
    }

    assert (
        sent(steward, "/steward/people/add", **person)
        .headers["Location"]
        .endswith("?said=done")
    )
    tea = signed_in("tea@alder.example")
    with steward.application.extensions["chorus_ledger"].reading() as reading:
        from data.ledger.people import find

        found = find(reading, "tea@alder.example")
        assert (found.role, found.school_ids, found.name, found.source) == (
            "teacher", ["S1", "S2"], "Tea", "page",
        )  # fmt: skip
    out = sent(steward, "/steward/people/revoke", email="tea@alder.example")
    assert out.headers["Location"] == "/steward/people?said=done"
    again = sent(steward, "/steward/people/revoke", email="tea@alder.example")
    assert again.headers["Location"] == "/steward/people?problem=no_person"
    assert sent(tea, "/steward/people/add").status_code == 403


@pytest.mark.parametrize(
    ("query", "role", "schools"),
    [
        ("role=principal&school=S1", "principal", {"S1"}),
        ("role=teacher&school=S1", "teacher", {"S1"}),
        ("role=district", "district", set()),
        # A school is nothing to whoever reads all of them.
        ("role=district&school=S1", "district", set()),
        ("role=public", "public", set()),
    ],
)
def test_a_persona_reads_as_that_role_of_that_school(small, query, role, schools):
    with small.test_client() as browser:
        browser.get(f"/view-as?{query}")
        browser.get("/healthz")

        assert (g.viewer.role, g.viewer.school_ids) == (role, schools)


@pytest.mark.parametrize(
    "kept", [(), ("owner", ""), ("district",), ("a", "b", "c"), 7, None]
)
def test_a_persona_there_is_none_of_is_the_public(small, kept):
    with small.test_client() as browser:
        with browser.session_transaction() as cookie:
            cookie["view_as"] = kept
        browser.get("/healthz")

        assert g.viewer is PUBLIC


def test_a_release_is_put_on_the_calendar_for_those_named(
    small, signed_in, monkeypatch
):
    asked = []
    monkeypatch.setattr(
        small.extensions["chorus_office"],
        "schedule",
        lambda *given: asked.append(given),
    )
    sent(
        signed_in("ada@alder.example"),
        "/steward/releases/2026-27F.1/schedule",
        at="2026-12-01T09:30",
        early="a@b.example,c@d.example  e@f.example",
    )

    [(release, _, at, early)] = asked
    assert release == "2026-27F.1"
    assert f"{at:%Y-%m-%d %H:%M}" == "2026-12-01 09:30"
    assert early == ["a@b.example", "c@d.example", "e@f.example"]
