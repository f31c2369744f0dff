"""By keyboard alone a chart gives way to its table; test_pages walks every page."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_chart_is_one_stop_and_its_table_one_key_away(visit):
    page = visit("public").open("/student-voice")
    block = page.locator("section.block").first
    block.get_by_text("Chart", exact=True).locator(
        "xpath=preceding-sibling::input | ../input"
    ).first.focus()
    page.keyboard.press("ArrowRight")
    expect(block.locator(".rows")).to_be_visible()
    assert (
        block.locator(".picture a, .picture button, .picture [tabindex='0']").count()
        == 0
    )
