"""Writes Dash components as HTML, so that a page's first answer is already the page.

Knows the components the house uses and refuses any other, so that nothing is left
out of a first page in silence. Source: decisions 0035 and 0037.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from dash.development.base_component import Component

from components.svg import figure_svg

# How wide a picture is in a window of 1,280 pixels, by the place it stands in.
WIDE = 1120
WIDTHS = {"d-md-none": 350, "mini": 253, "stage-panels": 347}
VOID = frozenset({"Br", "Hr", "Img", "Input", "Link", "Meta"})
# React's names of attributes that HTML writes in another way.
NAMES = {"className": "class", "class_name": "class", "htmlFor": "for",
         "tabIndex": "tabindex", "colSpan": "colspan", "rowSpan": "rowspan",
         "autoComplete": "autocomplete", "maxLength": "maxlength",
         "encType": "enctype", "srcDoc": "srcdoc"}  # fmt: skip
# What Dash keeps for itself.
OWN = frozenset({
    "children", "n_clicks", "n_clicks_timestamp", "key", "disable_n_clicks",
    "loading_state", "setProps", "debounce", "persistence", "persistence_type",
    "persisted_props",
})  # fmt: skip


class NotStatic(TypeError):
    """A component only a browser can draw."""


def static_html(part: Any, *, width: int = WIDE) -> str:
    """Return *part* as HTML text.

    Args:
        part: a component, text, a number, None, or several of them.
        width: pixels a picture in it is drawn for.

    Raises:
        NotStatic: a component this module does not know.
    """
    if part is None:
        return ""
    if isinstance(part, Component):
        return _component(part, width)
    if isinstance(part, (list, tuple)):
        return "".join(static_html(p, width=width) for p in part)
    return escape(str(part), quote=False)


def _component(part: Component, width: int) -> str:
    match part._namespace, part._type:
        case "dash_html_components", kind:
            return _element(part, kind, width)
        case "dash_core_components", "Input":
            return f"<input{_attributes(_props(part))}>"
        case "dash_core_components", "Graph":
            return _picture(_props(part), width)
        case "dash_bootstrap_components", "RadioItems":
            return _radios(_props(part))
        case _, kind:
            msg = f"{kind} cannot be written without a browser"
            raise NotStatic(msg)


def _element(part: Component, kind: str, width: int) -> str:
    props = _props(part)
    name = kind.lower()
    names = str(props.get("className", "")).split()
    width = next((WIDTHS[n] for n in names if n in WIDTHS), width)
    start = f"<{name}{_attributes(props)}>"
    if kind in VOID:
        return start
    return f"{start}{static_html(props.get('children'), width=width)}</{name}>"


def _props(part: Component) -> dict[str, Any]:
    return dict(part.to_plotly_json()["props"])


def _radios(props: dict[str, Any]) -> str:
    """Return one choice of a few as a browser's own radio buttons.

    Raises:
        NotStatic: what is chosen is kept for a form, which only Dash sends.
    """
    if "persistence" in props:
        msg = "a form's RadioItems cannot be written without a browser"
        raise NotStatic(msg)
    name = props["id"]
    written = []
    for option in props["options"]:
        value = option["value"]
        button = {
            "type": "radio", "name": name, "id": f"{name}-{value}", "value": value,
            "className": props["input_class_name"], "checked": value == props["value"],
            "autoComplete": "off",
        }  # fmt: skip
        label = {"className": props["label_class_name"], "htmlFor": button["id"]}
        words = static_html(option["label"])
        written.append(
            f"<input{_attributes(button)}><label{_attributes(label)}>{words}</label>"
        )
    return f'<div class="{escape(props["class_name"])}">{"".join(written)}</div>'


def _picture(props: dict[str, Any], width: int) -> str:
    """Return a graph as its SVG; `data-live` where touching it tells more."""
    figure = props["figure"]
    told = any(t.get("hoverinfo") != "skip" for t in figure["data"])
    place = {"className": "chart", "data-chart": props["id"], "data-live": told}
    return f"<div{_attributes(place)}>{figure_svg(figure, width=width)}</div>"


def _attributes(props: Mapping[str, Any]) -> str:
    return "".join(
        _attribute(NAMES.get(name, name.replace("_", "-")), value)
        for name, value in props.items()
        if name not in OWN
    )


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if name == "style":
        value = _style(value)
    elif value is True:
        # Of aria- and data- attributes "true" is a word of its own.
        if not name.startswith(("aria-", "data-")):
            return f" {name}"
        value = "true"
    return f' {name}="{escape(str(value))}"'


def _style(value: Mapping[str, Any]) -> str:
    return ";".join(f"{_dashed(name)}:{v}" for name, v in value.items())


def _dashed(name: str) -> str:
    return "".join(_letters(name))


def _letters(name: str) -> Iterable[str]:
    for letter in name:
        yield f"-{letter.lower()}" if letter.isupper() else letter
