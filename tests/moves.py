"""An import in a process of its own, killed at its n-th call."""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

from conftest import settings_in
from forks import forks

from data.ingest.door import import_file
from data.ingest.warehouse import open_warehouse

KILLED = -signal.SIGKILL
INGEST = str(Path("data", "ingest"))


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
    context = forks()
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
