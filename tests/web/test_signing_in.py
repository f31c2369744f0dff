"""Who the provider says somebody is, and what is made of it."""

from __future__ import annotations

import pytest
from conftest import settings_in
from flask import session

from data.ledger.people import person_of
from data.settings import SignIn
from web.sign_in import _check_issuer, _welcome

LEE = "lee@alder.example"
WAY = SignIn("https://accounts.example", "id", "secret")
VERIFIED = {"email": LEE, "email_verified": True}


def welcomed(small, ledger, claims, way=WAY, target="/schools"):
    """Where the browser is sent, and whose session it has."""
    with small.test_request_context("/sign-in/back"):
        session["view_as"] = ("steward", "")
        reply = _welcome(claims, way, ledger, target)
        number = session.get("session")
        assert "view_as" not in session
    if number is None:
        return reply.headers["Location"], None
    from datetime import UTC, datetime

    with ledger.reading() as reading:
        found = person_of(reading, number, now=datetime.now(UTC))
    return reply.headers["Location"], found.email


def test_somebody_of_the_ledger_gets_a_session(small, ledger):
    assert welcomed(small, ledger, VERIFIED) == ("/schools", LEE)


@pytest.mark.parametrize("email", ["LEE@Alder.Example", f"  {LEE} "])
def test_an_address_is_one_however_it_is_written(small, ledger, email):
    assert welcomed(small, ledger, {**VERIFIED, "email": email}) == ("/schools", LEE)


@pytest.mark.parametrize(
    "said", [False, "true", "True", "false", 1, 0, "yes", None, [True]]
)
def test_only_jsons_true_is_a_verified_address(small, ledger, said):
    for way in (WAY, SignIn("i", "id", "s", vouches_for_email=True)):
        claims = {"email": LEE, "email_verified": said}
        assert welcomed(small, ledger, claims, way) == (
            "/sign-in?problem=unverified",
            None,
        )


def test_where_nothing_is_said_the_district_must_have_said_it(small, ledger):
    vouched = SignIn("i", "id", "s", vouches_for_email=True)

    assert welcomed(small, ledger, {"email": LEE}) == (
        "/sign-in?problem=unverified",
        None,
    )
    assert welcomed(small, ledger, {"email": LEE}, vouched) == ("/schools", LEE)


@pytest.mark.parametrize("email", [None, "", " "])
def test_without_an_address_nobody_is_anybody(small, ledger, email):
    claims = {"email": email, "email_verified": True}

    assert welcomed(small, ledger, claims) == ("/sign-in?problem=unverified", None)


@pytest.mark.parametrize(
    ("domains", "location"),
    [
        ((), "/schools"),
        (("alder.example",), "/schools"),
        (("other.example", "alder.example"), "/schools"),
        (("other.example",), "/sign-in?problem=domain"),
        (("example",), "/sign-in?problem=domain"),
    ],
)
def test_only_the_districts_domains(small, ledger, domains, location):
    way = SignIn("i", "id", "s", domains)

    assert welcomed(small, ledger, VERIFIED, way)[0] == location


def test_a_domain_is_what_follows_the_last_at(small, ledger):
    claims = {"email": f"{LEE}@evil.example", "email_verified": True}
    way = SignIn("i", "id", "s", ("alder.example",))

    assert welcomed(small, ledger, claims, way) == ("/sign-in?problem=domain", None)


def test_others_are_told_so(small, ledger):
    claims = {"email": "nobody@alder.example", "email_verified": True}

    assert welcomed(small, ledger, claims) == ("/sign-in?problem=unknown", None)


def test_the_way_back_is_one_of_our_own(small, ledger):
    assert welcomed(small, ledger, VERIFIED, target="//evil.example")[0] == "/"


@pytest.mark.parametrize(
    ("always", "named", "is_refused"),
    [
        (False, None, False),
        (False, "https://accounts.example", False),
        (False, "https://evil.example", True),
        (False, "", True),
        (True, None, True),
        (True, "https://accounts.example", False),
        (True, "https://accounts.example/", True),
    ],
)
def test_an_answer_comes_from_the_issuer_that_was_asked(always, named, is_refused):
    """RFC 9207: `iss` must be right where it is, and be there where it always is."""
    known = {
        "issuer": "https://accounts.example",
        "authorization_response_iss_parameter_supported": always,
    }
    if is_refused:
        with pytest.raises(ValueError, match="another issuer"):
            _check_issuer(known, named)
    else:
        _check_issuer(known, named)


def test_where_nobody_signs_in_there_is_no_way_to(small):
    assert not any(r.rule.startswith("/sign-in/") for r in small.url_map.iter_rules())


@pytest.mark.parametrize(
    ("said", "trusts"), [("1", True), ("yes", True), ("", False), ("no", False)]
)
def test_trust_in_the_providers_addresses_is_a_setting(tmp_path, said, trusts):
    settings = settings_in(
        tmp_path, CHORUS_OIDC_ISSUER="https://accounts.example/", CHORUS_OIDC_CLIENT_ID="id",
        CHORUS_OIDC_CLIENT_SECRET="s", CHORUS_OIDC_TRUST_EMAIL=said,
    )  # fmt: skip
    assert settings.sign_in.vouches_for_email is trusts
    assert settings.sign_in.issuer == "https://accounts.example"
