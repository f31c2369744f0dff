"""The first answer: read without a script, and taken over without a jump."""

from __future__ import annotations

import pytest
from window import READERS

pytestmark = pytest.mark.browser
TAKEN = "() => !document.getElementById('first')"


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
    assert not page.locator("#react-entry-point").is_visible()
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


def test_dash_takes_the_place_and_keeps_focus_scroll_and_what_was_open(browser, site):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    held, begun = [], []
    # Dash's own scripts wait until the reader has begun.

    def hold(route) -> None:
        if begun:
            route.continue_()
        else:
            held.append(route)

    page.route("**/_dash-component-suites/**", hold)
    page.goto(f"{site}/chorus", wait_until="commit")
    page.wait_for_selector("#first h1")
    page.locator("#first footer a", has_text="Methods").focus()
    page.evaluate("() => window.scrollTo(0, 400)")
    before = page.evaluate("() => window.scrollY")
    begun.append(True)
    for route in held:
        route.continue_()
    page.wait_for_function(TAKEN)

    assert page.evaluate("() => document.activeElement.textContent") == "Methods"
    assert page.evaluate("() => window.scrollY") == before
    assert page.locator("h1").count() == 1
    assert page.locator("#react-entry-point").is_visible()
    context.close()


@pytest.mark.parametrize("reader", ["public", "principal", "superintendent"])
def test_the_first_answer_and_dashs_page_say_the_same(browser, site, reader):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.request.get(f"{site}/view-as?{READERS[reader]}")
    page = context.new_page()
    first = context.request.get(f"{site}/promise").text()
    page.goto(f"{site}/promise")
    page.wait_for_function(TAKEN)
    said = page.locator(".sentence").inner_text()
    titles = page.locator(".block h2").all_inner_texts()

    plain = page.evaluate(
        "text => { const d = new DOMParser().parseFromString(text, 'text/html');"
        " return [d.querySelector('#first .sentence').textContent,"
        " [...d.querySelectorAll('#first .block h2')].map(h => h.textContent)] }",
        first,
    )
    assert plain == [said, titles]
    context.close()
