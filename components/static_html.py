"""Writes Dash components as HTML, so that a page's first answer is already the page.

Knows the components the house uses and refuses any other, so that nothing is left
out of a first page in silence. Source: decision 0035.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from dash.development.base_component import Component

from components.svg import figure_svg

# Ids of the first page are told from those of Dash's: both are in the document for
# the moment in which one takes the other's place.
FIRST = "first-"
# How wide a picture is in a window of 1,280 pixels, by the place it stands in.
WIDE = 1120
WIDTHS = {"d-md-none": 350, "mini": 253, "stage-panels": 347}
VOID = frozenset({"Br", "Hr", "Img", "Input", "Link", "Meta"})
# React's names of attributes that HTML writes in another way.
NAMES = {"className": "class", "class_name": "class", "htmlFor": "for",
         "tabIndex": "tabindex", "colSpan": "colspan", "rowSpan": "rowspan",
         "autoComplete": "autocomplete", "maxLength": "maxlength",
         "encType": "enctype", "srcDoc": "srcdoc"}  # fmt: skip
REFERENCES = frozenset({"for", "aria-labelledby", "aria-describedby", "aria-controls",
                        "list"})  # fmt: skip
# The class a control of Bootstrap gives itself.
BOOTSTRAP = {"Input": "form-control", "Select": "form-select"}
# What Dash keeps for itself.
OWN = frozenset({
    "children", "n_clicks", "n_clicks_timestamp", "key", "disable_n_clicks",
    "loading_state", "setProps", "debounce", "persistence", "persistence_type",
    "persisted_props", "label_class_name", "label_checked_class_name",
    "input_class_name",
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
        case "dash_core_components", "Store":
            return _picture(part, width)
        case "dash_core_components" | "dash_bootstrap_components", "Input":
            return f"<input{_attributes(_props(part))}>"
        case "dash_bootstrap_components", "Select":
            return _select(part)
        # The store beside a graph holds its figure; a first page shows its pictures
        # and no choice between picture and table.
        case ("dash_core_components", "Graph") | (
            "dash_bootstrap_components",
            "RadioItems",
        ):
            return ""
        case _, kind:
            msg = f"{kind} cannot be written without a browser"
            raise NotStatic(msg)


def _element(part: Component, kind: str, width: int) -> str:
    props = part.to_plotly_json()["props"]
    name = kind.lower()
    names = str(props.get("className", "")).split()
    width = next((WIDTHS[n] for n in names if n in WIDTHS), width)
    start = f"<{name}{_attributes(props)}>"
    if kind in VOID:
        return start
    return f"{start}{static_html(props.get('children'), width=width)}</{name}>"


def _props(part: Component) -> dict[str, Any]:
    """Return a control's properties; its choice in the address is its name."""
    props = dict(part.to_plotly_json()["props"])
    identity = props.get("id")
    if isinstance(identity, Mapping) and "name" in identity:
        props.setdefault("name", identity["name"])
    if part._namespace == "dash_bootstrap_components":
        props.setdefault("className", BOOTSTRAP[part._type])
    return props


def _select(part: Component) -> str:
    props = _props(part)
    chosen = props.pop("value")
    options = "".join(_option(o, chosen) for o in props.pop("options"))
    return f"<select{_attributes(props)}>{options}</select>"


def _option(option: Mapping[str, Any], chosen: str) -> str:
    value = option["value"]
    told = _attributes({"value": value, "selected": value == chosen})
    return f"<option{told}>{escape(str(option['label']))}</option>"


def _picture(part: Component, width: int) -> str:
    props = part.to_plotly_json()["props"]
    identity = props.get("id")
    if isinstance(identity, Mapping) and identity.get("type") == "light":
        return figure_svg(props["data"], width=width)
    return ""


def _attributes(props: Mapping[str, Any]) -> str:
    return "".join(
        _attribute(NAMES.get(name, name.replace("_", "-")), value)
        for name, value in props.items()
        if name not in OWN
    )


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if name in {"id", *REFERENCES}:
        value = FIRST + _id(value)
    elif name == "style":
        value = _style(value)
    elif value is True:
        # Of aria- and data- attributes "true" is a word of its own.
        if not name.startswith(("aria-", "data-")):
            return f" {name}"
        value = "true"
    return f' {name}="{escape(str(value))}"'


def _id(value: Any) -> str:
    """Return an id as the page writes it: of several words, its names in order."""
    if not isinstance(value, Mapping):
        return str(value)
    pairs = (f'"{k}":"{v}"' for k, v in sorted(value.items()))
    return "{" + ",".join(pairs) + "}"


def _style(value: Mapping[str, Any]) -> str:
    return ";".join(f"{_dashed(name)}:{v}" for name, v in value.items())


def _dashed(name: str) -> str:
    return "".join(_letters(name))


def _letters(name: str) -> Iterable[str]:
    for letter in name:
        yield f"-{letter.lower()}" if letter.isupper() else letter
