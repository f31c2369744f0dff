"""/steward/settings: which rules are in force, who changed them, and why?"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components import page as parts
from components.figure_block import Block
from components.tables import Table, html_table
from data.errors import AccessDenied
from data.ledger.entries import readable
from data.ledger.registers import REGISTERS
from data.model.viewer import Role
from pages._ledger import current_author, ledger
from pages._request import Answer, Ask, page
from pages._writing import entry_form
from queries.diary import Outcome, outcomes
from queries.figures import Figure, figures

PATH = "/steward/settings"


def build(asked: Ask) -> Answer:
    """Return what this release was made with, what is to come, and the log.

    Raises:
        AccessDenied: the viewer is not the data steward.
    """
    if asked.viewer.role is not Role.STEWARD:
        raise AccessDenied("settings are the steward's")
    say = asked.say
    with ledger().reading() as session:
        log = readable(session, current_author(), "settings")
    newest = {e.values["key"]: e.values["value"] for e in reversed(log)}
    rules = asked.facts.rules
    rows = [
        (say(f"write.rule.{key}"), rules[key], newest.get(key, "–"))
        for key in rules
        if f"write.rule.{key}" in say.texts
    ]
    columns = tuple(say(f"settings.{k}") for k in ("setting", "now", "next"))
    body: list[Block | Component] = [
        _table(say("settings.in_force"), Table(columns, rows)),
        parts.section(
            say("settings.change"),
            [html.Div(_form(asked), className="writing")],
        ),
    ]
    if dips := _dips(asked):
        body.append(dips)
    if log:
        columns = tuple(
            say(f"settings.{k}") for k in ("day", "setting", "value", "by", "reason")
        )
        told = [
            (
                say.date(e.values["set_on"]),
                say(f"write.rule.{e.values['key']}"),
                e.values["value"],
                e.values["set_by"],
                e.values["reason"],
            )
            for e in log
        ]
        body.append(_table(say("settings.log"), Table(columns, told)))
    question = say("write.settings.question")
    return Answer(question, say("write.settings.sentence"), body)


def _dips(asked: Ask) -> Component | None:
    """Return each allowed dip beside the smallest one that can be decided at all.

    Source: specification 8.2 CU-4; decision 0026.
    """
    say = asked.say
    found = {
        (f.about, f.category): f
        for f in figures(
            asked.connection, asked.viewer, indicator="CU-4", part="decidable",
            wave=asked.facts.latest, unit_kind="district",
        )
    }  # fmt: skip
    rows = []
    for outcome in outcomes(asked.connection, asked.viewer):
        told: list[str | None] = []
        for category in ("together", "school"):
            f = found.get((outcome.outcome_id, category))
            told.append(None if f is None else _smallest(asked, outcome, f))
        if any(told):
            allowed = say.outcome(outcome.unit, outcome.margin, is_signed=False)
            rows.append((say.text(outcome.name), allowed, *told))
    if not rows:
        return None
    columns = tuple(
        say(f"settings.{k}") for k in ("outcome", "allowed", "together", "school")
    )
    title = say("settings.dips")
    table = html.Div(
        html_table(Table(columns, rows), title), className="rows", tabIndex="0"
    )
    return parts.section(title, [table], reading=say("settings.dips_reading"))


def _smallest(asked: Ask, outcome: Outcome, f: Figure) -> str | None:
    if f.value is None:
        return None
    value = asked.say.outcome(outcome.unit, f.value, is_signed=False)
    key = "settings.never" if f.word == "never_met" else "settings.from"
    return asked.say(key, value=value)


def _form(asked: Ask) -> Component:
    register = REGISTERS["settings"]
    return entry_form(asked, register, register.step("new"))


def _table(title: str, table: Table) -> Component:
    made = html.Div(html_table(table, title), className="rows", tabIndex="0")
    return parts.section(title, [made])


page("steward-settings", build, path=PATH, is_written_on=True)
