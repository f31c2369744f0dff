"""/steward/imports: what came in, what became of it, and how to bring more?"""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from dash import html
from dash.development.base_component import Component
from flask import current_app

from components import page as parts
from components.figure_block import Block
from components.tables import Table, html_table
from data.errors import AccessDenied
from data.ledger.audit_log import Act
from data.ledger.tables import AuditEntry
from data.model.viewer import Role
from pages._ledger import ledger
from pages._request import Answer, Ask, page

PATH = "/steward/imports"
MOST_FILES = 100
COUNTS = ("rows_read", "kept", "dropped", "refused")


def build(asked: Ask) -> Answer:
    """Return the files that came in, newest first, from the audit log.

    The website cannot reach the warehouse and takes no files in: what is said of a
    file here is what the command wrote down when it brought it.

    Raises:
        AccessDenied: the viewer is not the data steward.
    """
    if asked.viewer.role is not Role.STEWARD:
        raise AccessDenied("imports are the steward's")
    say = asked.say
    with ledger().reading() as session:
        found = session.scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.act == Act.IMPORTED.value)
            .order_by(AuditEntry.number.desc())
            .limit(MOST_FILES)
        ).all()
    body: list[Block | Component] = []
    if found:
        columns = tuple(
            say(f"imports.{k}") for k in ("day", "file", "format", *COUNTS, "by")
        )
        table = Table(columns, [_row(asked, line) for line in found])
        title = say("imports.files")
        made = html.Div(html_table(table, title), className="rows", tabIndex="0")
        body.append(parts.section(title, [made]))
    body.append(_how(asked))
    sentence = (
        say("imports.sentence", n=f"{len(found):,}") if found else say("imports.none")
    )
    return Answer(say("imports.question"), sentence, body, is_of_release=False)


def _row(asked: Ask, line: AuditEntry) -> tuple[str, ...]:
    zone = ZoneInfo(current_app.config["CHORUS_SETTINGS"].timezone)
    details = json.loads(line.details or "{}")
    counts = (f"{details[k]:,}" if k in details else "–" for k in COUNTS)
    day = asked.say.date(f"{line.at.astimezone(zone):%Y-%m-%d}")
    return day, line.subject, details.get("format", "–"), *counts, line.actor


def _how(asked: Ask) -> Component:
    say = asked.say
    steps = [
        html.Li([say(f"imports.{step}"), " ", html.Code(command)])
        for step, command in (
            ("check", "chorus check *.csv"),
            ("bring", "chorus import *.csv"),
            ("build", f"chorus release build --wave {asked.facts.waves[-1].label}"),
        )
    ]
    return parts.section(say("imports.how"), [html.Ol(steps)])


page("steward-imports", build, path=PATH)
