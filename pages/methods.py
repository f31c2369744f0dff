"""/methods: what does each number mean? Drawn from the catalogue."""

from __future__ import annotations

import dash
from dash import Input, Output, callback, html
from dash.development.base_component import Component

from components.page import shell
from components.rich import rich
from data.catalogue import Indicator, catalogue
from pages._request import Answer, Ask, answer, page

PATH = "/methods"
dash.register_page(__name__, path=PATH, name="methods", title="Chorus")


def layout(**_url: str) -> Component:
    """Return the skeleton; the callback fills it."""
    return shell("methods")


def build(asked: Ask) -> Answer:
    """Return every indicator: measured with its method, the rest by name."""
    say, everything = asked.say, catalogue().indicators
    computed = catalogue().computed
    waiting = [i for i in everything.values() if not i.computed]
    sentence = say("methods.sentence", computed=len(computed), total=len(everything))
    text: list[Component] = [html.H2(say("methods.measured"))]
    for indicator in computed:
        text += _measured(asked, indicator)
    text += _rules(asked)
    text += [
        html.H2(say("methods.not_yet")),
        html.P(say("methods.not_yet_reading")),
        html.Ul([html.Li(_named(asked, i)) for i in waiting]),
    ]
    return Answer(
        say("methods.question"), sentence, [html.Div(text, className="reading-page")]
    )


def _measured(asked: Ask, indicator: Indicator) -> list[Component]:
    say = asked.say
    assert indicator.method is not None
    parts: list[Component] = [
        html.H3(f"{say.text(indicator.name)} ({indicator.id})"),
        html.P(html.Strong(say.text(indicator.question))),
        html.P(say.text(indicator.method)),
    ]
    for scale in indicator.scales:
        staff = scale.group == "teachers"
        minimum = asked.facts.rules["min_n_staff" if staff else "min_n_student"]
        asked_of = say(
            "methods.group",
            group=say.respondents(scale.group),
            form=say(f"form.{scale.form}").lower(),
            minimum=minimum,
        )
        questions = [html.Li(say.text(catalogue().items[i].text)) for i in scale.items]
        parts += [html.P(asked_of, className="meta"), html.Ul(questions)]
    if indicator.scales:
        parts.append(html.P(say("methods.draft"), className="meta"))
    parts.append(_serves(asked, indicator))
    return parts


def _serves(asked: Ask, indicator: Indicator) -> html.P:
    tags = ", ".join(indicator.serves)
    return html.P(asked.say("methods.serves", tags=tags), className="meta")


def _named(asked: Ask, indicator: Indicator) -> list[Component | str]:
    say = asked.say
    name = html.Strong(f"{say.text(indicator.name)} ({indicator.id})")
    return [name, f" – {say.text(indicator.question)}"]


def _rules(asked: Ask) -> list[Component]:
    say, rules = asked.say, asked.facts.rules
    hidden = say(
        "methods.hidden_text",
        students=rules["min_n_student"],
        staff=rules["min_n_staff"],
        principal=rules["min_n_principal_view"],
    )
    points = f"{float(rules['min_meaningful_change']):.0f}"
    return [
        html.H2(say("methods.hidden"), id="hidden"),
        html.P(rich(hidden)),
        html.H2(say("methods.interval")),
        html.P(rich(say("methods.interval_text", points=points))),
        html.H2(say("methods.rates")),
        html.P(rich(say("methods.rates_text"))),
    ]


page("methods", build)


@callback(Output("methods-body", "children"), Input("address", "search"))
def show(search: str | None) -> list[Component]:
    """Answer again when the language changes."""
    return answer("methods", PATH, search)
