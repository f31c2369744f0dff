"""Asking the server as a browser does, and as no browser would."""

import importlib
import sys
from urllib.parse import unquote_to_bytes

from flask.testing import FlaskClient

# Dash keeps callbacks of private modules once per process, for the first app there is.
WIRED = ("pages._frame", "pages._writing")


def fresh_pages() -> None:
    """Have these modules' callbacks be there for one more application."""
    for name in WIRED:
        if name in sys.modules:
            importlib.reload(sys.modules[name])


def token_of(browser: FlaskClient) -> str:
    return browser.get_cookie("chorus-csrf").value


def sent(browser: FlaskClient, address: str, **fields: object):
    """Send a form with this browser's token, as the page would."""
    return browser.post(address, data={"csrf": token_of(browser), **fields})


def asked(browser: FlaskClient, path: str, query: str = ""):
    """Ask for a path as its bytes stand, which no polite client would send so."""
    raw = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query}
    return browser.get("/", environ_overrides=raw)
