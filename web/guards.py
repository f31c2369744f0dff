"""What every request and every answer must have: limits, tokens, headers."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Sequence
from functools import cache

from flask import Flask, Response, abort, g, request, session

from data.settings import Settings
from web.limits import COUNTS, Limits
from web.proxies import TrustedProxies
from web.refusals import refuse
from web.viewer import SESSION

CALLBACKS = "/_dash-update-component"
CSRF_COOKIE, CSRF_HEADER, CSRF_FIELD = "chorus-csrf", "X-Chorus-CSRF", "csrf"
LARGEST_REQUEST = 256 * 1024
A_YEAR, AN_HOUR = 31_536_000, 3_600
# Each makes a file, or reads a whole one.
COSTLY = ("/packet.pdf", "/open-data/", "/download/")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(
    server: Flask, settings: Settings, script_hashes: Callable[[], Sequence[str]]
) -> None:
    """Put the guards on *server*: limits first, headers last.

    Args:
        script_hashes: of the few inline scripts a page needs, as CSP wants them;
            asked with the first answer, when Dash knows them all.
    """
    server.wsgi_app = TrustedProxies(  # type: ignore[method-assign,assignment]
        server.wsgi_app, settings
    )
    limits = Limits(_counts(settings), str(server.secret_key))

    @cache
    def policy() -> str:
        return _policy(settings, script_hashes())

    def limit() -> Response | None:
        kind, most = _limit_of(request.path, request.method, settings)
        if limits.allows(kind, most, request.remote_addr):
            return None
        answer = Response("Too many requests; wait a minute.\n", 429)
        answer.headers["Retry-After"] = "60"
        return answer

    def headers(response: Response) -> Response:
        _keep_or_not(response)
        response.headers["Content-Security-Policy"] = policy()
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = (
            "camera=(), microphone=(), geolocation=()"
        )
        if not settings.frame_hosts:
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
        return response

    refuse(server, settings.hosts)
    server.before_request(limit)
    server.before_request(_refuse_forged)
    server.after_request(headers)
    server.after_request(_hand_out_token)


def _counts(settings: Settings) -> str:
    """Return where requests are counted: with the ledger where machines share one."""
    if settings.ledger.startswith("sqlite"):
        return f"sqlite:///{settings.home / COUNTS}"
    return settings.ledger


def _limit_of(path: str, method: str, settings: Settings) -> tuple[str, int]:
    if path.startswith("/sign-in/"):
        return "sign-in", settings.sign_ins_per_minute
    if path == CALLBACKS:
        return "callbacks", settings.callbacks_per_minute
    if path.startswith(COSTLY):
        return "files", settings.files_per_minute
    if method not in SAFE:
        return "forms", settings.forms_per_minute
    return "", 0


def _refuse_forged() -> None:
    """Refuse what another site makes a signed-in browser send.

    A form must repeat the token its page was given; so must a callback of
    someone signed in. A callback of the public changes nothing, carries no
    credentials and may come from an embedded page that gets no cookies.
    """
    g.csrf_token = request.cookies.get(CSRF_COOKIE) or secrets.token_urlsafe(24)
    if request.method in SAFE:
        return
    origin = request.headers.get("Origin")
    if origin and origin != f"{request.scheme}://{request.host}":
        abort(403)
    if request.path == CALLBACKS:
        if not request.is_json:
            abort(415)
        if SESSION not in session:
            return
        given = request.headers.get(CSRF_HEADER, "")
    else:
        given = request.form.get(CSRF_FIELD, "")
    expected = request.cookies.get(CSRF_COOKIE, "")
    if not expected or not hmac.compare_digest(given, expected):
        abort(403)


def _hand_out_token(response: Response) -> Response:
    token = g.get("csrf_token")
    is_page = response.mimetype == "text/html" and request.method in SAFE
    if token and is_page and request.cookies.get(CSRF_COOKIE) != token:
        # Readable by our own script, which repeats it; worthless elsewhere.
        response.set_cookie(
            CSRF_COOKIE, token, samesite="Strict", secure=request.is_secure
        )
    return response


def _keep_or_not(response: Response) -> None:
    path = request.path
    if path.startswith(("/assets/vendor/", "/_dash-component-suites/")):
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    elif path.startswith("/assets/"):
        response.headers["Cache-Control"] = f"public, max-age={AN_HOUR}"
    else:
        # Two viewers share addresses; no cache may share their answers.
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["Vary"] = "Cookie"


def _policy(settings: Settings, script_hashes: Sequence[str]) -> str:
    frames = " ".join(["'self'", *settings.frame_hosts])
    scripts = " ".join(["'self'", *script_hashes])
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src {scripts}",
            # Components and charts carry their measures as style attributes.
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {frames}",
        ]
    )
