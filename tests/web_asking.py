"""Asking the server as a browser does, and as no browser would."""

from urllib.parse import unquote_to_bytes

from flask.testing import FlaskClient


def token_of(browser: FlaskClient) -> str:
    return browser.get_cookie("chorus-csrf").value


def sent(browser: FlaskClient, address: str, **fields: object):
    """Send a form with this browser's token, as the page would."""
    return browser.post(address, data={"csrf": token_of(browser), **fields})


def asked(browser: FlaskClient, path: str, query: str = ""):
    """Ask for a path as its bytes stand, which no polite client would send so."""
    raw = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query}
    return browser.get("/", environ_overrides=raw)
