"""What is no request of Chorus is told so in one plain line, and nothing else."""

from __future__ import annotations

import logging
import secrets

from dash.exceptions import DependencyException
from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from web.redirects import is_plain_path

log = logging.getLogger("chorus")
LONGEST_ADDRESS = 4_096
CALLBACKS = "/_dash-update-component"


def refuse(server: Flask, hosts: tuple[str, ...]) -> None:
    """Have *server* refuse other hosts and malformed addresses, and keep its traces.

    Args:
        hosts: names the server answers to, without port.
    """
    server.config["TRUSTED_HOSTS"] = list(hosts)
    # A slash more or less is no reason to send anyone elsewhere.
    server.url_map.merge_slashes = False
    server.url_map.strict_slashes = False
    server.before_request(_refuse_malformed)
    server.register_error_handler(SecurityError, _other_host)
    server.register_error_handler(DependencyException, _no_such_part)
    server.register_error_handler(HTTPException, _plainly)
    server.register_error_handler(Exception, _unknown)


def _refuse_malformed() -> None:
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception
    if len(request.full_path) > LONGEST_ADDRESS or not is_plain_path(request.path):
        abort(404)
    if request.path == CALLBACKS and not _has_addresses(request.get_json(silent=True)):
        abort(400)


def _has_addresses(body: object) -> bool:
    """Tell whether every address a callback is asked with is one, where it has any."""
    if not isinstance(body, dict):
        return True  # what is no question is refused by whom it is put to
    lists = [body.get(key) for key in ("inputs", "state")]
    parts = [p for found in lists if isinstance(found, list) for p in found]
    return all(
        _is_address(part.get("property"), part.get("value"))
        for part in parts
        if isinstance(part, dict)
    )


def _is_address(name: object, value: object) -> bool:
    # Nothing until the browser has said where it is.
    if name not in ("pathname", "search") or value is None or value == "":
        return True
    if not isinstance(value, str) or len(value) > LONGEST_ADDRESS:
        return False
    return is_plain_path(value) if name == "pathname" else True


def _line(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")


def _other_host(_: SecurityError) -> Response:
    return _line("This server does not answer to that host (CHORUS_HOSTS).", 400)


def _no_such_part(_: DependencyException) -> Response:
    return _line("Not found.", 404)


def _plainly(error: HTTPException) -> AnyResponse:
    """Answer with the status alone; an answer made on purpose is passed on."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    return _line(f"{error.name}.", error.code or 500)


def _unknown(error: Exception) -> Response:
    # Nothing of the request is logged: an address may name a person.
    reference = secrets.token_hex(4)
    log.error("request failed, reference %s", reference, exc_info=error)
    return _line(f"Something went wrong. Reference: {reference}", 500)
