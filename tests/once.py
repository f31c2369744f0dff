"""What takes long to make is made once a run, whoever asks first.

Workers share the run's folder. The first to ask makes the thing there, under a
lock; each then works on a copy of its own, so that none writes into another's.
"""

from __future__ import annotations

import fcntl
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


class Once:
    """The run's folder of things made, and this worker's copies of them."""

    def __init__(self, factory: pytest.TempPathFactory, worker: str) -> None:
        self.factory = factory
        mine = factory.getbasetemp()
        # Under xdist each worker has a folder of its own in the run's.
        self.made = (mine if worker == "master" else mine.parent) / "made"
        self.made.mkdir(exist_ok=True)

    def make(self, name: str, making: Callable[[Path], T]) -> tuple[Path, T]:
        """Return a copy of the folder `making` filled, and what it returned."""
        folder, said = self.made / name, self.made / f"{name}.pickle"
        with (self.made / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # The answer is written last: a folder without one is half made.
            if not said.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                said.write_bytes(pickle.dumps(making(folder)))
        return self.copy(folder), pickle.loads(said.read_bytes())  # noqa: S301 – our own

    def copy(self, folder: Path) -> Path:
        """Return a copy of a folder under a new name of this run."""
        mine = self.factory.mktemp(folder.name) / "home"
        shutil.copytree(folder, mine)
        return mine
