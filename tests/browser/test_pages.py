"""Every page opens for every reader, on a desk and on a phone, without a fault.

A page is visited once by a reader in a language, and everything is asked of it there.
"""

from dataclasses import dataclass

import pytest
from addresses import OFFICE, PAGES, WRITING
from shape import crowded, lost_by_keyboard
from window import Visit

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Look:
    """How a page is looked at.

    Attributes:
        widths: of the window, in pixels, one after another.
        axe: the widths at which axe looks too; `make everyone` looks at all of them.
        crowds: the widths at which words must stand apart and whole.
        walked: the width at which somebody goes through it by keyboard.
    """

    reader: str
    language: str = "en"
    dark: bool = False
    widths: tuple[int, ...] = (1280, 390)
    axe: tuple[int, ...] = (1280, 390)
    crowds: tuple[int, ...] = ()
    walked: int = 0


LOOKS = {
    "public": Look("public"),
    "principal": Look("principal", axe=(390,)),
    "superintendent": Look(
        "superintendent",
        widths=(1280, 760, 390),
        axe=(1280,),
        crowds=(760, 390),
        walked=1280,
    ),
    # Spanish words are the longer ones.
    "dark Spanish": Look(
        "superintendent", "es", dark=True, axe=(390,), crowds=(1280, 390)
    ),
}
AT_THE_OFFICE = {
    "desk": Look("steward", "es", widths=(1280,), walked=1280),
    "dark phone": Look("steward", "es", dark=True, widths=(390,)),
}
TO_WRITE_ON = {
    "dark desk": Look("principal", dark=True, widths=(1280,), walked=1280),
    "phone": Look("principal", "es", widths=(390,)),
}


def faults(window: Visit, path: str, look: Look) -> list[str]:
    """Everything that is wrong with a page, each with the width where it is seen."""
    window.page.set_viewport_size({"width": look.widths[0], "height": 900})
    spanish = f"{path}{'&' if '?' in path else '?'}lang=es"
    page = window.open(spanish if look.language == "es" else path)
    found = []
    if page.get_attribute("html", "lang") != look.language:
        found.append("in another language")
    for width in look.widths:
        window.resize(width)
        wrong = ["wider than the window"] if window.overflows() else []
        wrong += window.violations() if width in look.axe else []
        wrong += crowded(page) if width in look.crowds else []
        wrong += lost_by_keyboard(page) if width == look.walked else []
        found += [f"{width} px: {fault}" for fault in wrong]
    return found + window.troubles


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", [*PAGES, "/schools/SCH-003"])
def test_a_page_is_sound_on_a_desk_and_on_a_phone(kept, path, look):
    asked = LOOKS[look]

    assert faults(kept(asked.reader, dark=asked.dark), path, asked) == []


@pytest.mark.parametrize("look", AT_THE_OFFICE)
@pytest.mark.parametrize("path", OFFICE)
def test_the_stewards_pages_open_without_fault(kept, path, look):
    asked = AT_THE_OFFICE[look]
    window = kept(asked.reader, dark=asked.dark)

    assert faults(window, path, asked) == []
    assert window.page.locator(".nothing").count() == 0


@pytest.mark.parametrize("look", TO_WRITE_ON)
@pytest.mark.parametrize("path", WRITING)
def test_a_page_to_write_on_is_as_sound(kept, path, look):
    asked = TO_WRITE_ON[look]

    assert faults(kept(asked.reader, dark=asked.dark), path, asked) == []


@pytest.mark.parametrize("reader", ["public", "teacher", "superintendent"])
def test_the_stewards_pages_are_closed_to_others(kept, reader):
    for path in ("/quality", "/steward/people", "/steward/settings"):
        page = kept(reader).open(path)
        assert page.locator(".nothing").count() == 1
        assert page.locator(".page-body table").count() == 0


def test_a_permalink_keeps_its_release_from_page_to_page(visit):
    page = visit("public").open("/r/2026-27F.1/adoption")

    assert "release=2026-27F.1" in page.url
    assert page.locator(".release-band").inner_text().startswith("You are reading")
    page.locator(".pages-row a", has_text="Schools").click()
    page.wait_for_url("**/schools?*")
    assert "release=2026-27F.1" in page.url


def test_a_teacher_reads_the_own_school_whole_and_not_in_parts(kept):
    window = kept("teacher")
    page = window.open("/schools/SCH-006")

    assert "River Bend" in page.locator("h1").inner_text()
    assert window.troubles == []
