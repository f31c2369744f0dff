"""Every callback the server answers, found and asked as somebody with a script would."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence

from werkzeug.test import TestResponse

# What a form says it is; enough for the callback to look for whose it is.
A_FORM = {
    "register": "support_request",
    "step": "new",
    "key": "",
    "version": 0,
    "fixed": {},
}


def callbacks(client) -> list[dict]:
    """Every callback that reaches the server."""
    found = json.loads(client.get("/_dash-dependencies").data)
    return [c for c in found if not c.get("clientside_function")]


def depends_on(callback: dict, name: str) -> bool:
    """True where a callback reads that property; else one value is as good as another."""
    parts = [*callback["inputs"], *callback["state"]]
    return any(p["property"] == name for p in parts)


def answers(
    client, callback: dict, paths: Sequence[str], searches: Sequence[str]
) -> Iterator[tuple[str, str, TestResponse]]:
    """Ask a callback each distinct question once: at every path, with every search.

    What it does not read is not varied, and where it has nothing to say (204) with
    the first search, the others are not asked.
    """
    for path in paths if depends_on(callback, "pathname") else paths[:1]:
        for search in searches if depends_on(callback, "search") else searches[:1]:
            reply = post(client, callback, {"pathname": path, "search": search})
            yield path, search, reply
            if reply.status_code == 204:
                break


def downloads(text: str) -> set[str]:
    """Return the addresses of the files a page offers, from what its callback said."""
    plain = json.dumps(json.loads(text)) if text else ""
    plain = html.unescape(plain.replace('\\"', '"'))
    return set(re.findall(r'"(/download/[^"\\]+)"', plain))


def post(client, callback: dict, values: dict, **changes):
    """Post to *callback* with *values* by property; a form's are made up."""
    values = {"data": A_FORM, **values}
    parts = [[_part(p, values) for p in callback[key]] for key in ("inputs", "state")]
    output = callback["output"]
    names = output.strip(".").split("...") if output.startswith("..") else [output]
    outputs = [_place(*name.rsplit(".", 1)) for name in names]
    body = {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": parts[0],
        "state": parts[1],
        "changedPropIds": [f"{p['id']}.{p['property']}" for p in callback["inputs"]],
        **changes,
    }
    return client.post("/_dash-update-component", json=body)


def said(client, path: str, search: str = "") -> str:
    """Return everything a page says at that address, as HTML a person could read."""
    reply = client.post("/_dash-update-component", json=choice(path, search))
    regions = reply.get_json()["response"]["page"]["data"]["parts"]
    return html.unescape(" ".join(part[1] for part in regions["page"]))


def written_on(client, name: str, path: str, search: str = "") -> str:
    """Return what Dash draws of a page somebody writes on, as its callback answers."""
    (asked,) = (c for c in callbacks(client) if c["output"] == f"{name}-body.children")
    reply = post(client, asked, {"pathname": path, "search": search})
    return reply.get_data(as_text=True)


def drawn(client, path: str) -> str:
    """Return every figure of a page as JSON, as Plotly draws it when it is touched."""
    (asked,) = (c for c in callbacks(client) if c["output"] == "picture.figures")
    reply = post(client, asked, {"pathname": path, "search": ""})
    return reply.get_data(as_text=True)


def choice(path: str, search: str = "", shown: Sequence[str] = ()) -> dict:
    """What a browser asks for a page's choices with, showing those parts of it."""
    values = {"pathname": path, "search": search}
    return {
        "output": "page.data",
        "outputs": {"id": "page", "property": "data"},
        "inputs": [
            {"id": "address", "property": name, "value": value}
            for name, value in values.items()
        ],
        "state": [{"id": "page", "property": "parts", "value": list(shown)}],
        "changedPropIds": ["address.search"],
    }


def _place(identity: str, name: str) -> dict | list[dict]:
    found, is_many = _concrete(identity)
    place = {"id": found, "property": name}
    return [place] if is_many else place


def _part(part: dict, values: dict) -> dict | list[dict]:
    found, is_many = _concrete(part["id"])
    value = values.get(part["property"], "")
    if part["property"] == "id":
        value = found
    made = {"id": found, "property": part["property"], "value": value}
    return [made] if is_many else made


def _concrete(identity: str) -> tuple[str | dict, bool]:
    """Return an id as a page would have it, and whether there may be several."""
    if not identity.startswith("{"):
        return identity, False
    pattern = json.loads(identity)
    is_many = ["ALL"] in pattern.values()
    return {k: "x" if isinstance(v, list) else v for k, v in pattern.items()}, is_many
