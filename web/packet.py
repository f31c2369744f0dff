"""/packet.pdf: the board packet of a release, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flask import Flask, Response, abort, g, request

from components.packet import PAPERS
from data.catalogue.languages import LANGUAGES
from data.errors import ReleaseError
from data.model.viewer import PUBLIC
from pages._packet import board_packet
from pages._request import current_desk, language_of, read_params
from queries.desk import OpenRelease
from web.public_files import handed_out, public_files


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
    name = f"chorus-board-{release.release_id}-{say.language}.pdf"
    found = _made(release, say.language, paper)
    return handed_out(found, "application/pdf", name, inline=True)


def every_packet(release: OpenRelease) -> Iterator[Path]:
    """Make the packet in every language, for every paper."""
    for language in LANGUAGES:
        for paper in PAPERS:
            yield _made(release, language, paper)[0]


def _made(release: OpenRelease, language: str, paper: str) -> tuple[Path, str]:
    def make(path: Path) -> None:
        # Under another viewer the pages would show more than a packet may.
        g.viewer, g.person, g.author = PUBLIC, None, None
        search = f"lang={language}&release={release.release_id}"
        path.write_bytes(board_packet(release, search, paper=paper))

    name = f"chorus-board-{release.release_id}-{language}-{paper}.pdf"
    return public_files().get(release, name, make)
