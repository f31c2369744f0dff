"""What is brought from elsewhere is known by its hash, from wherever it is brought."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha384

import pytest
from conftest import ROOT

PIN = re.compile(r"^[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_hashes_and_names_no_index(name):
    text = (ROOT / name).read_text()
    pins = re.split(r"\n(?=\S)", text.strip())

    assert len(pins) > 60
    for pin in pins:
        assert PIN.match(pin), pin
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", pin), pin
    assert "://" not in text


def test_every_install_requires_the_hashes():
    lines = (ROOT / "Makefile").read_text().splitlines()
    installs = [x for x in lines if "pip install" in x and "-r requirements" in x]

    assert len(installs) == 3  # to run, to test, to fuzz
    assert all("--require-hashes" in x for x in installs)


def test_every_part_of_the_browser_has_its_hash_and_no_address():
    named = json.loads((ROOT / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    parts = {k.removeprefix("node_modules/"): v for k, v in locked.items() if k}

    assert named.keys() <= parts.keys()
    for name, part in parts.items():
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", part["integrity"]), name
        assert "resolved" not in part
    assert {n: parts[n]["version"] for n in named} == named
    assert " ci " in (ROOT / "scripts" / "vendor.sh").read_text()  # which checks them


@pytest.mark.parametrize(
    ("tag", "name"), [("link", "bootstrap.min.css"), ("script", "plotly-basic.min.js")]
)
def test_the_page_says_what_its_parts_must_be(visitor, tag, name):
    page = visitor.get("/").get_data(as_text=True)
    (found,) = re.findall(rf"<{tag}[^>]*{re.escape(name)}[^>]*>", page)
    with visitor.get(f"/assets/vendor/{name}") as reply:
        digest = b64encode(sha384(reply.data).digest()).decode()

    assert f'integrity="sha384-{digest}"' in found
    # A link that does not say it is a style sheet is fetched by nobody.
    assert tag == "script" or 'rel="stylesheet"' in found
