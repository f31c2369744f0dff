"""What pages ask of the ledger: whose it is, what day it is, and how it is opened.

An answer that read the ledger is of this moment and is not kept for the next reader.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app, g

from data.errors import AccessDenied
from data.ledger.entries import Author
from data.ledger.store import Ledger


def ledger() -> Ledger:
    """Return this server's ledger; the answer under way is not kept."""
    g.is_of_the_moment = True
    found: Ledger = current_app.extensions["chorus_ledger"]
    return found


def current_author() -> Author:
    """Return who writes.

    Raises:
        AccessDenied: nobody is signed in.
    """
    found: Author | None = g.author
    if found is None:
        raise AccessDenied("sign in first")
    return found


def today() -> date:
    """Return the day it is in the district."""
    zone = current_app.config["CHORUS_SETTINGS"].timezone
    return datetime.now(ZoneInfo(zone)).date()
