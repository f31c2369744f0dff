"""Pictures that leave the page carry their question and source, whoever takes them."""

import re
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.browser

PAGES = {
    "/adoption": "superintendent",
    "/schools/SCH-006": "principal",
    "/connections": "superintendent",
    "/pulse": "public",
}
SVG = "{http://www.w3.org/2000/svg}"
# What only dark colors hold: its paper and its ink.
DARK = ("#10181d", "#e8edef")


def kept(window, kind: str, place: int):
    page = window.page
    buttons = page.locator(f"""button[data-keep={kind}]""")
    with page.expect_download() as download:
        buttons.nth(place).click()
    return download.value


@pytest.mark.parametrize("path", PAGES)
def test_every_picture_leaves_as_plain_shapes(visit, path):
    """From a phone in dark colors: the file is wide and light all the same."""
    window = visit(PAGES[path], 390, dark=True)
    page = window.open(path)
    blocks = page.locator("section.block:has(.block-files button)")
    assert blocks.count() > 2
    for place in range(blocks.count()):
        question = blocks.nth(place).locator("h2").inner_text()
        text = kept(window, "svg", place).path().read_text()
        root = ElementTree.fromstring(text)
        said = [e.text for e in root.iter(f"{SVG}text")]

        assert root.find(f"{SVG}title").text == question
        assert len(root.find(f"{SVG}desc").text) > 20
        assert " ".join(t or "" for t in said).count("version 2026-27F.1") == 1
        assert float(root.get("width")) >= 1168
        assert not any(color in text.lower() for color in DARK)
        # Nothing is asked for from anywhere.
        assert re.findall(r"(?:href|src)=\"(?!data:|#)", text) == []
        assert re.findall(r"url\((?!['\"]?(?:#|data:))", text) == []
    assert window.troubles == []
    assert page.locator("iframe").count() == 0


def test_a_picture_is_kept_sharp(visit):
    window = visit("public", 390, dark=True)
    window.open("/promise?lang=es")
    download = kept(window, "png", 0)
    data = download.path().read_bytes()

    assert download.suggested_filename == "chorus-promise-2026-27F.1-es-held.png"
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20], "big") == 2 * 1168
    assert window.troubles == []


def test_a_place_where_nothing_is_yet_cannot_be_kept(visit):
    page = visit("public").open("/schools")

    assert page.locator(".block-files a").count() == 1
    assert page.locator(".block-files button").count() == 0
