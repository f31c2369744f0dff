"""/packet.pdf: the board packet of a release, in the reader's language."""

from __future__ import annotations

import threading
from collections import OrderedDict

from flask import Flask, Response, abort, g, request

from components.packet import PAPERS
from data.errors import ReleaseError
from data.model.viewer import PUBLIC
from pages._packet import board_packet
from pages._request import current_desk, language_of, read_params

MOST_KEPT = 8
# One at a time: typesetting takes a second or two of a whole core.
_typesetting = threading.Lock()
_kept: OrderedDict[tuple[object, str, str, str], bytes] = OrderedDict()


def add_packet(server: Flask) -> None:
    """Route the packet; it holds what the public reads, whoever asks."""
    server.add_url_rule("/packet.pdf", "packet", _packet)


def _packet() -> Response:
    search = request.query_string.decode("utf-8", "replace")
    params = read_params(search)
    say = language_of(params)
    paper = params.get("paper", PAPERS[0])
    if paper not in PAPERS:
        abort(404)
    desk = current_desk()
    named = params.get("release")
    try:
        release = desk.open(named, PUBLIC) if named else desk.current()
    except ReleaseError:
        abort(404)
    if release is None:
        abort(404)
    # Under another viewer the pages would show more than a packet may.
    g.viewer = PUBLIC
    only = f"lang={say.language}"
    if named:
        only += f"&release={release.release_id}"
    key = (desk.edition(), release.release_id, say.language, paper)
    with _typesetting:
        made = _kept.get(key)
        if made is None:
            made = board_packet(release, only, paper=paper)
            _kept[key] = made
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    name = f"chorus-board-{release.release_id}-{say.language}.pdf"
    return Response(
        made,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
