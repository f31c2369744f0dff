"""/steward/releases: which release is where on its way, and what it still needs."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from dash import dcc, html
from dash.development.base_component import Component
from flask import current_app

from components import page as parts
from components.figure_block import Block
from components.rich import rich
from data.errors import AccessDenied
from data.model.standing import STATED, VOUCHED, Standing, State, Ticked
from data.model.viewer import Role
from pages._office import form, hidden, office
from pages._request import Answer, Ask, page, said

PATH = "/steward/releases"
OFFICE = frozenset({Role.STEWARD, Role.DISTRICT})
OPEN = (State.DRAFT, State.REVIEW, State.APPROVED, State.SCHEDULED)


def build(asked: Ask) -> Answer:
    """Return every release with its checklist and what may be done to it.

    Raises:
        AccessDenied: the viewer has no part in publishing.
    """
    if asked.viewer.role not in OFFICE:
        raise AccessDenied("releases are the office's")
    say = asked.say
    standings = office().everything()
    waiting = [s for s in standings if s.state in OPEN]
    key = "office.waiting_one" if len(waiting) == 1 else "office.waiting"
    sentence = say(key, n=len(waiting)) if waiting else say("office.nothing_waits")
    body: list[Block | Component] = [*said(asked)]
    body += [_release(asked, s) for s in waiting]
    published = [s for s in standings if s.state not in OPEN]
    body += [_release(asked, s) for s in published[:5]]
    return Answer(say("office.releases_question"), sentence, body)


def _release(asked: Ask, standing: Standing) -> Component:
    say = asked.say
    release_id = standing.release_id
    told: list[Component] = [
        html.P(
            rich(
                say(
                    "office.standing",
                    state=say(f"state.{standing.state}"),
                    by=standing.built_by or "–",
                    approved=standing.approved_by or "–",
                )
            )
        )
    ]
    if standing.publish_at is not None and standing.state is State.SCHEDULED:
        settings = current_app.config["CHORUS_SETTINGS"]
        at = standing.publish_at.astimezone(ZoneInfo(settings.timezone))
        readers = ", ".join(standing.early_readers) or say("releases.nobody_early")
        told.append(
            html.P(say("office.scheduled", at=f"{at:%Y-%m-%d %H:%M}", who=readers))
        )
    if standing.state in OPEN:
        look = html.A(say("office.look"), href=f"/r/{release_id}/")
        told += [html.P(look), html.Ul([_tick(asked, t) for t in standing.checklist])]
    forms = _forms(asked, standing)
    return parts.section(release_id, [*told, html.Div(forms, className="office-forms")])


def _tick(asked: Ask, ticked: Ticked) -> html.Li:
    say = asked.say
    mark = say("office.met") if ticked.is_met else say("office.missing")
    words = f"{say(f'point.{ticked.point}')}: {mark}"
    told = ", ".join(x for x in (ticked.by, ticked.why) if x)
    text = f"{words} ({told})" if told else words
    return html.Li(text, className="met" if ticked.is_met else "missing")


def _forms(asked: Ask, standing: Standing) -> list[Component]:
    """The forms this viewer may use in this state; the server decides again."""
    say, state = asked.say, standing.state
    steward = asked.viewer.role is Role.STEWARD
    base = f"{PATH}/{standing.release_id}"
    found: list[Component] = []
    if steward and state in {State.DRAFT, State.REVIEW}:
        found += _points(asked, standing, base)
    if steward and state is State.DRAFT:
        found.append(form(say, f"{base}/submit", [], say("office.submit")))
    if state is State.REVIEW:
        found.append(form(say, f"{base}/approve", [], say("office.approve")))
    if steward and state in {State.APPROVED, State.SCHEDULED}:
        fields = [
            _labelled(say("office.at"), "at", "datetime-local"),
            _labelled(say("office.early"), "early", "text"),
        ]
        found.append(form(say, f"{base}/schedule", fields, say("office.schedule")))
        found.append(form(say, f"{base}/publish", [], say("office.publish")))
    if state in {State.REVIEW, State.APPROVED, State.SCHEDULED}:
        back = say("office.return")
        found.append(form(say, f"{base}/return", [], back, look="quiet"))
    if steward and state in {State.PUBLISHED, State.SUPERSEDED}:
        field = _labelled(say("office.reason"), "reason", "text")
        button = say("office.withdraw")
        found.append(form(say, f"{base}/withdraw", [field], button, look="quiet"))
    return found


def _points(asked: Ask, standing: Standing, base: str) -> list[Component]:
    """The forms for the points of the checklist that somebody may still vouch for."""
    say = asked.say
    found: list[Component] = []
    missing = {t.point for t in standing.checklist if not t.is_met}
    for point in (*VOUCHED, *STATED):
        if point in missing:
            button = say("office.vouch", point=say(f"point.{point}"))
            fields = [hidden("point", point.value)]
            if point in STATED:
                fields.append(_labelled(say("office.because"), "because", "text"))
            found.append(form(say, f"{base}/vouch", fields, button, look="quiet"))
    return found


def _labelled(label: str, name: str, kind: str) -> html.Label:
    if kind == "datetime-local":
        # Dash's own input knows no dates with times; a text field says the form.
        return html.Label(
            [label, dcc.Input(name=name, type="text", placeholder="2026-12-01 09:30")]
        )
    return html.Label([label, dcc.Input(name=name, type="text")])


page("steward-releases", build, path=PATH)
