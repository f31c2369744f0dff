r"""The only way out: every redirect of Chorus is made here.

A browser turns more than it should into another host: `//host`, `/\host`, a tab or a
line break between the slashes, and whatever a proxy decodes once more on the way. So
an address is one of ours only if it stays one however often it is decoded.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlencode, urlsplit

from flask import redirect
from werkzeug.wrappers import Response as AnyResponse

FIRST_PAGE = "/"
SEE_OTHER, FOUND = 303, 302
# No proxy decodes more often; what is still encoded then is refused.
MOST_DECODINGS = 6
NEVER = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029\ufffd]")
# Everything an address may hold unchanged; the rest is percent-encoded.
PLAIN = "/?&=%:@!$'()*+,;-._~"


def is_plain_path(path: str) -> bool:
    """Tell whether *path* names one place, however often it is decoded."""
    for _ in range(MOST_DECODINGS):
        parts = path.split("/")
        if NEVER.search(path) or not path.startswith("/") or {".", ".."} & {*parts}:
            return False
        if "" in parts[1:-1] or path == "//":
            return False
        decoded = unquote(path, errors="replace")
        if decoded == path:
            return True
        path = decoded
    return False


def own_address(target: str) -> str | None:
    """Return *target* as an address of our own, None if it might be another's.

    The part after "#" is left out: it never reaches a server.
    """
    try:
        parts = urlsplit(target)
    except ValueError:  # for example "//[", half an IPv6 address
        return None
    # `urlsplit` drops tabs, line breaks and an empty host in silence, so the whole
    # is looked at.
    if target.startswith("//"):
        return None
    if NEVER.search(target) or parts.scheme or parts.netloc:
        return None
    if not is_plain_path(parts.path):
        return None
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return quote(address, safe=PLAIN)


def go(target: str, *, status: int = FOUND, **query: str) -> AnyResponse:
    """Redirect to one of our own addresses; to the first page where it is not.

    Args:
        query: choices to add to an address that has none.
    """
    own = own_address(f"{target}?{urlencode(query)}" if query else target)
    return redirect(own or FIRST_PAGE, status)


def go_to_provider(address: str, issuer: str) -> AnyResponse:
    """Redirect to the sign-in provider the settings name, nowhere else.

    Raises:
        ValueError: its discovery document names an address that is none, or one
            without the protection of its own.
    """
    there, named = urlsplit(address), urlsplit(issuer)
    if there.scheme != named.scheme or not there.hostname or "@" in there.netloc:
        raise ValueError("the provider's authorization address cannot be used")
    return redirect(address, FOUND)
