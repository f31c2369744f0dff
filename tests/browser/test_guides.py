"""The guides' pictures are taken here; `make pictures` keeps them."""

import os
import re

import pytest
from conftest import ROOT

pytestmark = pytest.mark.browser

FOLDER = ROOT / "docs" / "guide" / "pictures"
# Picture → reader, address, and how much of the page below its top is shown.
PICTURES = {
    "home": ("public", "/", 1180),
    "promise": ("public", "/promise", 760),
    "adoption": ("superintendent", "/adoption", 900),
    "chorus": ("superintendent", "/chorus", 900),
    "school": ("principal", "/schools/SCH-006", 900),
    "quality": ("steward", "/quality", 760),
    "my": ("principal", "/my", 900),
    "before-the-meeting": ("superintendent", "/my", 860),
    "coding": ("steward", "/my/coding", 860),
}


@pytest.mark.parametrize("name", list(PICTURES))
def test_a_guides_picture_can_be_taken(kept, name, tmp_path):
    reader, path, height = PICTURES[name]
    window = kept(reader, 1120)
    page = window.open(path)
    page.set_viewport_size({"width": 1120, "height": height})
    window.settle()
    keep = FOLDER if os.environ.get("CHORUS_PICTURES") else tmp_path
    page.screenshot(path=keep / f"{name}.png")

    assert window.troubles == []
    assert page.locator("h1").is_visible()


def test_every_picture_is_used_and_there():
    guides = "\n".join(p.read_text() for p in FOLDER.parent.glob("*.md"))
    used = set(re.findall(r"\(pictures/([\w-]+)\.png\)", guides))

    assert used == set(PICTURES)
    assert {p.stem for p in FOLDER.glob("*.png")} == used
