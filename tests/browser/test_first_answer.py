"""The first answer is the page: read, and chosen on, without a script."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "path", ["/", "/board", "/promise", "/student-voice", "/chorus"]
)
def test_a_page_answers_its_question_without_a_script(browser, site, path):
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto(f"{site}{path}?lang=es")

    assert page.locator("h1").is_visible()
    assert page.locator(".sentence").is_visible()
    assert page.locator("svg:visible").first.is_visible()
    width = page.locator("svg:visible").first.bounding_box()
    assert width is not None
    assert width["x"] + width["width"] <= 390
    context.close()


def test_a_choice_without_a_script_asks_for_its_page(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/student-voice?lang=es")
    page.get_by_label("Cohorte", exact=True).select_option("2")
    page.get_by_role("button", name="Mostrar").click()

    assert "cohort=2" in page.url
    assert "lang=es" in page.url
    assert page.get_by_label("Cohorte", exact=True).input_value() == "2"
    context.close()
