"""Signing in with the district's own accounts: OpenID Connect, no passwords of ours.

Authorization code with PKCE; state, nonce, issuer, audience and expiry are checked
by Authlib, keys are fetched again when the provider turns them over.
"""

from __future__ import annotations

import logging
from typing import Any

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, g, request, session, url_for
from joserfc.errors import JoseError
from requests.exceptions import RequestException
from werkzeug.wrappers import Response as AnyResponse

from data.ledger.audit_log import Act, record
from data.ledger.people import begin_session, end_session, find
from data.ledger.store import Ledger
from data.settings import Settings, SignIn
from web.redirects import FIRST_PAGE, go, go_to_provider, own_address
from web.viewer import SESSION

log = logging.getLogger("chorus")
# How far the provider's clock and ours may differ, in seconds.
CLOCK_SKEW = 60
WAIT = 10
NEXT = "sign_in_next"


def let_sign_in(server: Flask, settings: Settings, ledger: Ledger) -> None:
    """Add the addresses of signing in and out to *server*."""
    if settings.sign_in is None:
        return
    way = settings.sign_in
    oauth = OAuth(server)
    oauth.register(
        "district",
        server_metadata_url=f"{way.issuer}/.well-known/openid-configuration",
        client_id=way.client_id,
        client_secret=way.client_secret,
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "timeout": WAIT,
        },
    )
    provider: Any = oauth.district

    def start() -> AnyResponse:
        session.clear()
        session[NEXT] = own_address(request.args.get("next", "")) or FIRST_PAGE
        back = url_for("sign_in_back", _external=True)
        try:
            asked = provider.create_authorization_url(back)
            provider.save_authorize_data(redirect_uri=back, **asked)
            return go_to_provider(asked["url"], way.issuer)
        except (RequestException, OAuthError, ValueError, KeyError) as error:
            return _refused("provider", error)

    def back() -> AnyResponse:
        target = session.get(NEXT, "/")
        try:
            # Keys are fetched for every sign-in: it is rare, and they may have
            # been turned over since the last one.
            provider.server_metadata.pop("jwks", None)
            _check_issuer(provider.load_server_metadata(), request.args.get("iss"))
            token = provider.authorize_access_token(leeway=CLOCK_SKEW)
        except RequestException as error:
            return _refused("provider", error)
        except (OAuthError, JoseError, ValueError, KeyError) as error:
            return _refused("refused", error)
        claims = token.get("userinfo") or {}
        return _welcome(claims, way, ledger, target)

    def out() -> AnyResponse:
        if g.person is not None:
            with ledger.writing() as writing:
                end_session(writing, str(session[SESSION]))
                record(writing, g.person.email, Act.SIGNED_OUT, "website")
        session.clear()
        return go(FIRST_PAGE)

    server.add_url_rule("/sign-in/start", "sign_in_start", start)
    server.add_url_rule("/sign-in/back", "sign_in_back", back)
    server.add_url_rule("/sign-out", "sign_out", out, methods=["POST"])


def _welcome(
    claims: dict[str, Any], way: SignIn, ledger: Ledger, target: str
) -> AnyResponse:
    """Give a session to whoever the ledger lets in; others stay the public."""
    email = str(claims.get("email") or "").strip().lower()
    session.clear()
    if not email or not _is_verified(claims, way):
        return _refused("unverified", None)
    if way.domains and email.rsplit("@", 1)[-1] not in way.domains:
        return _refused("domain", None)
    with ledger.writing() as writing:
        person = find(writing, email)
        if person is None:
            return _refused("unknown", None)
        record(writing, person.email, Act.SIGNED_IN, "website")
        number = begin_session(writing, person)
    session[SESSION] = number
    return go(target)


def _refused(why: str, error: Exception | None) -> AnyResponse:
    if error is not None:
        # The kind of error only: its text may hold a code or an address.
        log.warning("sign-in failed: %s (%s)", why, type(error).__name__)
    session.clear()
    return go("/sign-in", problem=why)


def _is_verified(claims: dict[str, Any], way: SignIn) -> bool:
    """Only JSON's true is a yes; a text, even "true", is not.

    Where nothing is said at all, the district must have said that its provider
    vouches for every address: anyone could have typed it in.
    """
    if "email_verified" not in claims:
        return way.vouches_for_email
    return claims["email_verified"] is True


def _check_issuer(known: dict[str, Any], named: str | None) -> None:
    """Refuse an answer that says another provider sent it (RFC 9207).

    Raises:
        ValueError: it names another, or none where this provider always does.
    """
    must = known.get("authorization_response_iss_parameter_supported") is True
    if named is None and not must:
        return
    if named != known.get("issuer"):
        raise ValueError("the answer comes from another issuer")
