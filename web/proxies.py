"""What a reverse proxy says of a client is believed from a reverse proxy alone."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from data.settings import LOOPBACK, Network, Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PEER = "chorus.peer"
FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTO",
)


class TrustedProxies:
    """Puts the client's address in place where the peer is one of our proxies.

    Whoever reaches the server past them, or where there is none, is taken as they
    come: their forwarded headers are dropped.
    """

    def __init__(self, app: WSGIApplication, settings: Settings) -> None:
        self._app, self._networks = app, settings.proxy_networks
        n = settings.proxies
        self._behind = ProxyFix(app, x_for=n, x_proto=n, x_host=n) if n else None

    def __call__(
        self, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request."""
        peer = environ.get("REMOTE_ADDR", "")
        forwarded = any(name in environ for name in FORWARDED)
        environ[PEER] = "" if forwarded else peer
        if self._behind is not None and lies_in(peer, self._networks):
            return self._behind(environ, start)
        for name in FORWARDED:
            environ.pop(name, None)
        return self._app(environ, start)


def is_this_machine(environ: WSGIEnvironment) -> bool:
    """Tell whether a request came from this machine and through no proxy."""
    return lies_in(environ.get(PEER, ""), LOOPBACK)


def lies_in(address: str, networks: Iterable[Network]) -> bool:
    """Tell whether *address* lies in one of *networks*; what is none lies nowhere."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in network for network in networks)
