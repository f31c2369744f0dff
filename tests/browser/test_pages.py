"""Every page opens for every reader, on a desk and on a phone, without a fault."""

import pytest
from addresses import OFFICE, PAGES, WRITING

pytestmark = pytest.mark.browser

# Reader → the widths at which axe looks too; `make everyone` looks at all of them.
READERS = {"public": (1280, 390), "principal": (390,), "superintendent": (1280,)}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound_on_a_desk_and_on_a_phone(visit, path, reader):
    window = visit(reader, 1280)
    window.open(path)
    for width in (1280, 390):
        window.resize(width)

        assert not window.overflows(), width
        if width in READERS[reader]:
            assert window.violations() == [], width
    assert window.troubles == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_spanish_and_dark_is_as_sound(visit, path):
    window = visit("superintendent", 390, dark=True)
    page = window.open(f"{path}{'&' if '?' in path else '?'}lang=es")

    assert page.get_attribute("html", "lang") == "es"
    assert window.troubles == []
    assert window.violations() == []
    assert not window.overflows()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", OFFICE)
def test_the_stewards_pages_open_without_fault(visit, path, width):
    window = visit("steward", width, dark=width < 500)
    page = window.open(f"{path}?lang=es")

    assert page.locator(".nothing").count() == 0
    assert window.troubles == []
    assert window.violations() == []
    assert not window.overflows()


@pytest.mark.parametrize("path", WRITING)
def test_a_page_to_write_on_is_as_sound(visit, path):
    for width, dark, language in ((1280, True, "en"), (390, False, "es")):
        window = visit("principal", width, dark=dark)
        window.open(f"{path}?lang={language}")

        assert window.troubles == []
        assert window.violations() == []
        assert not window.overflows()


@pytest.mark.parametrize("reader", ["public", "teacher", "superintendent"])
def test_the_stewards_pages_are_closed_to_others(visit, reader):
    for path in ("/quality", "/steward/people", "/steward/settings"):
        window = visit(reader)
        window.open(path)
        assert window.page.locator(".nothing").count() == 1
        assert window.page.locator(".page-body table").count() == 0


def test_a_permalink_keeps_its_release_from_page_to_page(visit):
    page = visit("public").open("/r/2026-27F.1/adoption")

    assert "release=2026-27F.1" in page.url
    assert page.locator(".release-band").inner_text().startswith("You are reading")
    page.locator(".pages-row a", has_text="Schools").click()
    page.wait_for_url("**/schools?*")
    assert "release=2026-27F.1" in page.url


def test_a_teacher_reads_the_own_school_whole_and_not_in_parts(visit):
    window = visit("teacher")
    page = window.open("/schools/SCH-006")

    assert "River Bend" in page.locator("h1").inner_text()
    assert window.troubles == []
