"""/steward/people: who may sign in, and as what?"""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component
from flask import current_app

from components import page as parts
from components.figure_block import Block
from data.errors import AccessDenied
from data.ledger.people import everyone
from data.ledger.store import Ledger
from data.ledger.tables import Person
from data.model.viewer import Role
from pages._office import form, hidden
from pages._request import Answer, Ask, page, said
from queries.facts import schools

PATH = "/steward/people"
ROLES = (Role.STEWARD, Role.DISTRICT, Role.PRINCIPAL, Role.TEACHER)


def build(asked: Ask) -> Answer:
    """Return everyone let in, a form for one more, one for a file.

    Raises:
        AccessDenied: the viewer is not the data steward.
    """
    if asked.viewer.role is not Role.STEWARD:
        raise AccessDenied("people are the steward's")
    say = asked.say
    ledger: Ledger = current_app.extensions["chorus_ledger"]
    with ledger.reading() as session:
        people = everyone(session)
    key = "people.sentence_one" if len(people) == 1 else "people.sentence"
    body: list[Block | Component] = [*said(asked), _list(asked, people)]
    body += [_one_more(asked), _file(asked)]
    return Answer(say("people.question"), say(key, n=f"{len(people):,}"), body)


def _list(asked: Ask, people: list[Person]) -> Component:
    say = asked.say
    names = {s.school_id: s.name for s in schools(asked.connection, asked.viewer)}
    heads = tuple(
        say(f"people.{k}") for k in ("email", "role", "schools", "source", "end")
    )
    rows = [
        html.Tr(
            [
                html.Th(p.email, scope="row"),
                html.Td(say(f"role.{p.role}")),
                html.Td(", ".join(names.get(s, s) for s in p.school_ids)),
                html.Td(p.source),
                html.Td(
                    form(
                        say,
                        f"{PATH}/revoke",
                        [hidden("email", p.email)],
                        say("people.revoke"),
                        look="quiet",
                    )
                ),
            ]
        )
        for p in people
    ]
    table = html.Table(
        [
            html.Caption(say("people.question"), className="visually-hidden"),
            html.Thead(html.Tr([html.Th(h, scope="col") for h in heads])),
            html.Tbody(rows),
        ],
        className="chorus-table",
    )
    return parts.section(
        say("people.list"), [html.Div(table, className="rows", tabIndex=0)]
    )


def _one_more(asked: Ask) -> Component:
    say = asked.say
    role = html.Label([say("people.role"), _roles(asked)])
    fields: list[Component] = [
        html.Label(
            [say("people.email"), dcc.Input(name="email", type="email", required=True)]
        ),
        role,
        html.Label([say("people.school_ids"), dcc.Input(name="schools", type="text")]),
    ]
    made = form(say, f"{PATH}/add", fields, say("people.add"))
    return parts.section(say("people.add_title"), [made])


def _roles(asked: Ask) -> Component:
    """A text field that offers the roles: Dash has no plain select for forms."""
    say = asked.say
    offered = [html.Option(value=r.value, label=say(f"role.{r}")) for r in ROLES]
    field = dcc.Input(type="text", name="role", list="roles", required=True)
    return html.Span([field, html.Datalist(offered, id="roles")])


def _file(asked: Ask) -> Component:
    say = asked.say
    return parts.section(
        say("people.file_title"),
        [html.P(say("people.file_how")), html.Code("chorus people import people.csv")],
    )


page("steward-people", build, path=PATH)
