"""`python -m web.packet_file`: the board packet of a release, as a file.

What `chorus packet` runs: the pages belong to the web application, which a command
line of data does not know.
"""

from __future__ import annotations

import sys
from pathlib import Path

from flask import g

from data.errors import ChorusError
from data.model.viewer import PUBLIC
from data.settings import read_settings


def main(release_id: str, language: str, paper: str, target: str) -> int:
    """Write the packet to *target*; one line and 1 where there is none to write."""
    from app import create_app  # noqa: PLC0415, TID251 - the application, when wanted
    from pages._packet import board_packet  # noqa: PLC0415 - after the application
    from pages._request import current_desk  # noqa: PLC0415

    app = create_app(read_settings())
    with app.server.test_request_context("/"):
        g.viewer, g.person = PUBLIC, None
        desk = current_desk()
        try:
            release = desk.open(release_id, PUBLIC) if release_id else desk.current()
        except ChorusError as error:
            print(error, file=sys.stderr)  # noqa: T201 - one line for the terminal
            return 1
        if release is None:
            print("nothing is published yet", file=sys.stderr)  # noqa: T201
            return 1
        search = f"lang={language}&release={release.release_id}"
        Path(target).write_bytes(board_packet(release, search, paper=paper))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
