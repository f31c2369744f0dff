"""/sign-in: how do staff see their own school?"""

from __future__ import annotations

from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component
from flask import current_app

from components import page as parts
from components.rich import rich
from pages._request import Answer, Ask, page

PATH = "/sign-in"
PROBLEMS = ("provider", "refused", "unverified", "domain", "unknown")


def build(asked: Ask) -> Answer:
    """Return the way in, or what went wrong on it and whom to ask."""
    say = asked.say
    settings = current_app.config["CHORUS_SETTINGS"]
    contact = settings.contact or say("sign_in.office")
    problem = asked.params.get("problem", "")
    body: list[Component] = []
    if problem in PROBLEMS:
        text = say(f"sign_in.{problem}", contact=contact)
        body.append(html.Div(html.P(rich(text)), className="error", role="alert"))
    if settings.sign_in is None:
        body.append(parts.nothing_yet(say("sign_in.nowhere", contact=contact)))
    else:
        target = asked.params.get("next", "/")
        way = f"/sign-in/start?{urlencode({'next': target})}"
        body.append(html.P(html.A(say("sign_in.go"), href=way, className="button")))
    body.append(html.P(say("sign_in.why"), className="reading"))
    return Answer(say("sign_in.question"), say("sign_in.sentence"), list(body))


page("sign-in", build, path=PATH)
