"""Every page opens for every reader, on a desk and on a phone, without a fault."""

import pytest

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/adoption",
    "/schools",
    "/schools/SCH-006",
    "/student-voice",
    "/risk-taking",
    "/methods",
    "/releases",
)
READERS = ("public", "principal", "superintendent")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_without_fault(visit, path, reader, width):
    window = visit(reader, width)
    window.open(path)

    assert window.troubles == []
    assert window.violations() == []
    assert not window.overflows()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_spanish_and_dark_is_as_sound(visit, path):
    window = visit("superintendent", 390, dark=True)
    page = window.open(f"{path}?lang=es")

    assert page.get_attribute("html", "lang") == "es"
    assert window.troubles == []
    assert window.violations() == []
    assert not window.overflows()
