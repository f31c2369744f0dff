"""/methods: what does each number mean? Drawn from the catalogue."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.rich import rich
from data.catalogue import Indicator, catalogue
from pages._request import Answer, Ask, page
from queries.figures import worked_examples

PATH = "/methods"


# Families of section 8, by the letters before the dash, in the order of reading.
FAMILIES = ("LX", "CU", "CH", "RO", "LE", "PP", "NI", "FC", "PL")


def build(asked: Ask) -> Answer:
    """Return every indicator with how it is made, then rules, forms and coverage."""
    say, everything = asked.say, catalogue().indicators
    examples = worked_examples(asked.connection, asked.viewer)
    sentence = say("methods.sentence", total=len(everything))
    text: list[Component] = []
    for family in FAMILIES:
        text.append(html.H2(say(f"family.{family}")))
        text += [
            _indicator(asked, i, examples.get(i.id, {}))
            for i in everything.values()
            if i.id.startswith(f"{family}-")
        ]
    own = [i for i in everything.values() if i.id.split("-")[0] not in FAMILIES]
    if own:
        text.append(html.H2(say("family.own")))
        text += [_indicator(asked, i, {}) for i in own]
    text += [*_rules(asked), *_burden(asked), *_coverage(asked), *_sources(asked)]
    return Answer(
        say("methods.question"), sentence, [html.Div(text, className="reading-page")]
    )


def _indicator(
    asked: Ask, indicator: Indicator, example: dict[str, float]
) -> html.Details:
    say, method = asked.say, indicator.method
    parts: list[Component] = [
        html.P(say.text(method.words)),
        html.P(html.Code(say.text(method.symbols)), className="formula"),
    ]
    if method.example is not None and example:
        filled = say.text(method.example).format(**example)
        parts.append(html.P([html.Strong(say("methods.example")), " ", filled]))
    parts.append(html.Ul([html.Li(say.text(edge)) for edge in method.edges]))
    parts += _questions(asked, indicator)
    if indicator.is_one_scale:
        link = html.A(say("methods.see"), href=asked.href(f"/numbers/{indicator.id}"))
        parts.append(html.P(link))
    parts.append(html.P(_readers(asked, indicator), className="meta"))
    tags = ", ".join(indicator.serves)
    parts.append(html.P(say("methods.serves", tags=tags), className="meta"))
    cited = ", ".join(method.sources)
    parts.append(html.P(say("methods.rests_on", sources=cited), className="meta"))
    name = html.Strong(f"{say.text(indicator.name)} ({indicator.id})")
    question = f" – {say.text(indicator.question)}"
    return html.Details([html.Summary([name, question]), *parts], id=indicator.id)


def _questions(asked: Ask, indicator: Indicator) -> list[Component]:
    """Return the questions asked, form by form, each once."""
    say = asked.say
    by_form: dict[str, list[str]] = {}
    for measure in indicator.measures:
        items = by_form.setdefault(measure.form, [])
        items += [i for i in measure.items if i not in items]
    found: list[Component] = []
    for form, items in by_form.items():
        group = catalogue().forms[form].group
        people, minimum = say.respondents(group), _minimum(asked, group)
        named = say(f"form.{form}").lower()
        # A form for one group alone goes by the group's own name.
        heading = (
            say("methods.group_alone", group=people, minimum=minimum)
            if named == people
            else say("methods.group", group=people, form=named, minimum=minimum)
        )
        texts = [html.Li(say.text(catalogue().items[i].text)) for i in items]
        found += [html.P(heading, className="meta"), html.Ul(texts)]
    if found:
        found.append(html.P(say("methods.draft"), className="meta"))
    return found


def _minimum(asked: Ask, group: str) -> str:
    key = {
        "teachers": "min_n_staff",
        "building_admins": "min_n_principal",
    }.get(group, "min_n_student")
    return asked.facts.rules[key]


def _readers(asked: Ask, indicator: Indicator) -> str:
    """Return who may read it school by school; the groups behind it decide (P2)."""
    groups = {m.group for m in indicator.measures}
    if "building_admins" in groups and len(groups) == 1:
        return asked.say("methods.readers.leaders")
    if indicator.id in OFFICE:
        return asked.say("methods.readers.office")
    if "teachers" in groups and len(groups) > 1:
        return asked.say("methods.readers.both")
    if "teachers" in groups or indicator.id in STAFF:
        return asked.say("methods.readers.staff")
    return asked.say("methods.readers.everyone")


# Made of staff's answers or acts, though no form asks for them.
STAFF = frozenset({"CU-3", "PL-1", "PL-2", "PP-1", "PP-2"})
OFFICE = frozenset({"LE-1", "CU-5"})


def _burden(asked: Ask) -> list[Component]:
    """Return what each form costs those who answer it."""
    say = asked.say
    rows = [
        html.Tr(
            [
                html.Th(say(f"form.{form.id}"), scope="row"),
                html.Td(str(form.asked_of_each)),
                html.Td(say("methods.minutes", n=form.minutes)),
                html.Td(", ".join(say(f"season.{w}") for w in form.waves)),
            ]
        )
        for form in catalogue().forms.values()
        if form.items
    ]
    heads = ("methods.form", "methods.questions", "methods.at_most", "methods.when")
    table = html.Table(
        [html.Thead(html.Tr([html.Th(say(h), scope="col") for h in heads])),
         html.Tbody(rows)]
    )  # fmt: skip
    return [
        html.H2(say("methods.burden")),
        html.P(say("methods.burden_text")),
        html.Div(table, className="table-wrap"),
    ]


def _coverage(asked: Ask) -> list[Component]:
    """Return what the founding article asks for, and which indicator answers."""
    say = asked.say
    rows = []
    for tag in catalogue().seed_tags.values():
        served = [i.id for i in catalogue().indicators.values() if tag.id in i.serves]
        by = ", ".join(served) or say("methods.by_rule", rule=tag.served_by_rule or "")
        says = html.Td(tag.says, lang="en")
        rows.append(html.Tr([html.Th(tag.id, scope="row"), says, html.Td(by)]))
    heads = ("methods.tag", "methods.says", "methods.served_by")
    table = html.Table(
        [html.Thead(html.Tr([html.Th(say(h), scope="col") for h in heads])),
         html.Tbody(rows)]
    )  # fmt: skip
    return [
        html.H2(say("methods.coverage")),
        html.Div(table, className="table-wrap"),
    ]


def _sources(asked: Ask) -> list[Component]:
    cited = [
        html.Li([html.Strong(tag), f" {text}"], lang="en")
        for tag, text in catalogue().sources.items()
    ]
    return [html.H2(asked.say("methods.sources")), html.Ul(cited)]


def _rules(asked: Ask) -> list[Component]:
    say, rules = asked.say, asked.facts.rules
    hidden = say(
        "methods.hidden_text",
        students=rules["min_n_student"],
        staff=rules["min_n_staff"],
        principal=rules["min_n_principal_view"],
    )
    points = f"{float(rules['min_meaningful_change']):,.0f}"
    return [
        html.H2(say("methods.hidden"), id="hidden"),
        html.P(rich(hidden)),
        html.H2(say("methods.interval")),
        html.P(rich(say("methods.interval_text", points=points))),
        html.H2(say("methods.rates")),
        html.P(rich(say("methods.rates_text"))),
    ]


page("methods", build, path=PATH)
