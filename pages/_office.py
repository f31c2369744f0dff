"""What the pages ask of the district's office: the releases on their way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from dash import dcc, html
from dash.development.base_component import Component
from flask import current_app, g

from components.words import Speaker
from data.model.standing import Standing, State

CSRF_FIELD = "csrf"


class Office(Protocol):
    """The reading half of the office; acting goes through forms."""

    def everything(self) -> list[Standing]:
        """Return every release and where it stands."""

    def standing(self, release_id: str) -> Standing:
        """Return where one release stands."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A release with its hour."""

    release_id: str
    at: str
    readers: tuple[str, ...]


def office() -> Office:
    """Return this server's office."""
    found: Office = current_app.extensions["chorus_office"]
    return found


def planned() -> list[Plan]:
    """Return the scheduled releases, soonest first."""
    settings = current_app.config["CHORUS_SETTINGS"]
    zone = ZoneInfo(settings.timezone)
    found = [
        s
        for s in office().everything()
        if s.state is State.SCHEDULED and s.publish_at is not None
    ]
    return [
        Plan(
            s.release_id,
            f"{s.publish_at.astimezone(zone):%Y-%m-%d %H:%M} ({settings.timezone})",
            s.early_readers,
        )
        for s in sorted(found, key=lambda s: s.release_id)
        if s.publish_at is not None
    ]


def early_readers(release_id: str) -> tuple[str, ...]:
    """Return who read a release before it was published."""
    return office().standing(release_id).early_readers


def form(
    say: Speaker,
    action: str,
    fields: Sequence[Component],
    button: str,
    *,
    look: str = "",
) -> html.Form:
    """Return a form that carries this browser's token and the reader's language."""
    # It is this browser's own, so no answer that holds it may be kept for another.
    g.is_of_the_moment = True
    return html.Form(
        [
            hidden(CSRF_FIELD, g.get("csrf_token", "")),
            hidden("lang", say.language),
            *fields,
            html.Button(button, type="submit", className=look),
        ],
        action=action,
        method="POST",
        className="office-form",
    )


def hidden(name: str, value: str) -> Component:
    """Return a form field nobody sees."""
    return dcc.Input(type="hidden", name=name, value=value)
