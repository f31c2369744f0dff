"""/r/<release>/<address>: any page as it was in that release, for ever."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, redirect, request
from werkzeug.wrappers import Response as AnyResponse


def add_permalinks(server: Flask) -> None:
    """Route permalinks to the page, with the release as a choice of its address."""

    def turn(release: str, address: str = "") -> AnyResponse:
        query = {k: v for k, v in request.args.items() if k != "release"}
        return redirect(f"/{address}?{urlencode({**query, 'release': release[:40]})}")

    server.add_url_rule("/r/<release>/", "permalink_home", turn)
    server.add_url_rule("/r/<release>/<path:address>", "permalink", turn)
