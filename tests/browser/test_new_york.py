"""Fourteen hundred pages of schools would be none: the city is found by searching."""

import pytest
from conftest import ITEMS, serve

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not ITEMS.exists(), reason=f"the published files are not in {ITEMS.parent}"
    ),
]


def test_the_city_is_usable_in_a_browser(city, browser):
    from playwright.sync_api import expect

    for at in serve(city, demo=False):
        page = browser.new_page(viewport={"width": 390, "height": 844})
        for path in ("/", "/student-voice", "/risk-taking", "/schools"):
            page.goto(f"{at}{path}")
            page.wait_for_selector("#question")
        page.get_by_label("Find a school", exact=True).fill("brooklyn lab")
        page.keyboard.press("Enter")
        expect(page.locator(".found")).to_contain_text("Brooklyn LAB Charter School")
        page.get_by_role("link", name="Brooklyn LAB Charter School").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(
            "Brooklyn LAB Charter School"
        )
        page.goto(f"{at}/risk-taking?level=high&area=Bronx&wave=2014-15S")
        expect(page.locator(".block").first).to_contain_text(
            "schools, in alphabetical order"
        )
        assert page.locator(".chorus-table tbody tr").count() <= 25 * 8
        page.close()
