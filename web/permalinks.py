"""/r/<release>/<address>: any page as it was in that release, for ever."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Flask, abort, request
from werkzeug.wrappers import Response as AnyResponse

from web.redirects import go, own_address

LONGEST_ID = 40


def add_permalinks(server: Flask) -> None:
    """Route permalinks to the page, with the release as a choice of its address."""

    def turn(release: str, address: str = "") -> AnyResponse:
        query = {k: v for k, v in request.args.items() if k != "release"}
        query["release"] = release[:LONGEST_ID]
        target = f"/{quote(address)}?{urlencode(query)}"
        if own_address(target) is None:
            abort(404)
        return go(target)

    server.add_url_rule("/r/<release>/", "permalink_home", turn)
    server.add_url_rule("/r/<release>/<path:address>", "permalink", turn)
