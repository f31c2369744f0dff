"""What every command shares: where it prints, a bar while it works, and who acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from data.errors import PersonNotFound
from data.model.viewer import Role
from data.settings import Settings

if TYPE_CHECKING:
    from data.publish.permissions import Actor

# Without markup: "[launch_date]" in a message is a column, not a style.
out = Console(highlight=False, soft_wrap=True, markup=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)

ByOption = Annotated[
    str, typer.Option(help="Email of who acts; whoever holds the machine by default.")
]


def actor_of(settings: Settings, by: str) -> Actor:
    """Return who acts: a person of the ledger, or whoever holds the machine."""
    from data.ledger.people import find
    from data.ledger.store import Ledger
    from data.publish.permissions import AT_THE_MACHINE, Actor

    if not by:
        return AT_THE_MACHINE
    with Ledger(settings.ledger).reading() as session:
        person = find(session, by)
    if person is None:
        raise PersonNotFound(by)
    return Actor(person.email, Role(person.role))


class working:  # noqa: N801 - reads as a phrase: with _working("building") as say
    """Shows a bar with what is being done and for how long, on a terminal.

    The steps are single statements whose length nobody knows beforehand, so the
    bar pulses; what it names moves on.
    """

    def __init__(self, what: str) -> None:
        columns = (BarColumn(bar_width=24), TextColumn("{task.description}"))
        self._progress = Progress(
            *columns, TimeElapsedColumn(), console=err, transient=True
        )
        self._task = self._progress.add_task(what, total=None)

    def __enter__(self) -> Callable[[str], None]:
        if err.is_terminal:
            self._progress.start()
        return self._say

    def __exit__(self, *_: object) -> None:
        if err.is_terminal:  # elsewhere it would leave an empty line behind
            self._progress.stop()

    def _say(self, what: str) -> None:
        self._progress.update(self._task, description=what)
