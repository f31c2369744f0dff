"""Run by tests in a process of its own: one move, killed at its n-th moment.

python tests/moves.py HOME MOVE N      N = 0 lists the moments instead
"""

import os
import random
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import settings_in
from districts import WAVES, generate

from data.ingest.warehouse import open_warehouse
from data.ledger.store import Ledger
from data.model.standing import VOUCHED
from data.model.viewer import Role
from data.publish import steps
from data.publish.build import build_release
from data.publish.office import Office
from data.publish.permissions import Actor

ADA, BEN = Actor("ada@x.example", Role.STEWARD), Actor("ben@x.example", Role.DISTRICT)
NOTES = "# Notes\n\nNumbers of spring for every school; no item is validated yet.\n"
FIRST, SECOND = f"{WAVES[0]}.1", f"{WAVES[0]}.2"


def office(home: Path) -> Office:
    settings = settings_in(home, CHORUS_SECRET="m" * 32)
    return Office(settings.releases, Ledger(settings.ledger))


def build(home: Path) -> str:
    settings = settings_in(home, CHORUS_SECRET="m" * 32)
    with open_warehouse(settings) as connection:
        return build_release(
            connection, settings, wave=WAVES[0], district="x", notes=NOTES
        )


def prepare(home: Path) -> None:
    """One release published, a second approved."""
    settings = settings_in(home, CHORUS_SECRET="m" * 32)
    with open_warehouse(settings) as connection:
        generate(connection, random.Random(5), schools=6, waves=1)
    for release_id in (FIRST, SECOND):
        build(home)
        ready(home, release_id)
        if release_id == FIRST:
            approve(home, release_id)
            office(home).publish(release_id, ADA)


def ready(home: Path, release_id: str) -> None:
    made = office(home)
    made.built(release_id, ADA)
    for point in VOUCHED:
        made.vouch(release_id, ADA, point)
    made.submit(release_id, ADA)


def approve(home: Path, release_id: str) -> None:
    office(home).approve(release_id, BEN)


MOVES = {
    "build": lambda home: build(home),
    "approve": lambda home: approve(home, SECOND),
    "publish": lambda home: office(home).publish(SECOND, ADA),
    "withdraw": lambda home: office(home).withdraw(SECOND, ADA, "a slip"),
}


def main() -> None:
    home, move, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    seen: list[str] = []

    def at(moment: str) -> None:
        seen.append(moment)
        if len(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    steps.at = at
    MOVES[move](home)
    print("\n".join(seen))


if __name__ == "__main__":
    main()
