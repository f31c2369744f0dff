"""The moves of a release, each in a process of its own, killed at its n-th moment."""

import os
import random
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

from conftest import settings_in
from districts import WAVES, generate

from data.errors import ReleaseStateForbids
from data.ingest.door import import_file
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
KILLED = -signal.SIGKILL
INGEST = str(Path("data", "ingest"))
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


def act(home: Path, move: str, number: int, said: Connection) -> None:
    """Make one move, killed at its n-th moment; say which moments it came through.

    A refusal is said by its name. Any other error is a crash, and nothing is said.
    """
    seen: list[str] = []

    def at(moment: str) -> None:
        seen.append(moment)
        if len(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    steps.at = at
    refusal = None
    try:
        MOVES[move](home)
    except ReleaseStateForbids as error:
        refusal = type(error).__name__
    said.send((seen, refusal))


def import_one(
    home: Path, path: Path, mapping: Path, number: int, said: Connection
) -> None:
    """Import a file, killed at the n-th call within the door; say how many there are."""
    calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        if event == "call" and INGEST in frame.f_code.co_filename:
            calls += 1
            if calls == number:
                os.kill(os.getpid(), signal.SIGKILL)

    settings = settings_in(home)
    with open_warehouse(settings) as connection:
        sys.setprofile(count)
        import_file(connection, settings, path, mapping_file=mapping)
        sys.setprofile(None)
    said.send(calls)


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code, and what it said before, if it came to it."""

    code: int
    said: Any


def in_a_process(act: Callable[..., None], *given: object) -> Ended:
    """Act in a process of its own, forked from one that has imported everything."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["moves"])
    hearing, saying = context.Pipe(duplex=False)
    process = context.Process(target=act, args=(*given, saying))
    process.start()
    saying.close()
    try:
        said = hearing.recv()
    except EOFError:
        said = None
    process.join()
    hearing.close()
    assert process.exitcode is not None
    return Ended(process.exitcode, said)
