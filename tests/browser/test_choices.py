"""A choice keeps the reader where they are, and never shows one thing and says another."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

pytestmark = pytest.mark.browser
CALLBACKS = "**/_dash-update-component"
# Pages with choices, and who sees all of them.
CHOOSING = {
    "/adoption": "superintendent",
    "/student-voice": "public",
    "/risk-taking": "superintendent",
    "/chorus": "public",
    "/schools": "public",
    "/schools/SCH-006": "principal",
    "/numbers/CU-2": "superintendent",
    "/load": "superintendent",
}
ANSWERED = "() => !document.querySelector('#page[aria-busy]')"


def cohort(page):
    return page.get_by_label("Cohort", exact=True)


@pytest.mark.parametrize("path", CHOOSING)
def test_every_choice_by_keyboard_keeps_the_focus_and_is_announced(kept, path):
    window = kept(CHOOSING[path])
    page = window.open(path)
    names = page.locator("form.filters select").evaluate_all(
        "all => all.filter(s => s.options.length > 1).map(s => s.name)"
    )
    assert names
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if r.method == "POST" else None)
    for name in names:
        control = page.locator(f"form.filters select[name={name}]")
        was = control.input_value()
        heading = page.locator("h1").element_handle()
        last = control.evaluate("s => s.selectedIndex === s.options.length - 1")
        page.evaluate("() => { document.getElementById('told').textContent = '' }")
        control.focus()
        asked.clear()
        page.keyboard.press("ArrowUp" if last else "ArrowDown")
        page.wait_for_function("() => document.getElementById('told').textContent")

        assert control.input_value() != was, name
        assert page.evaluate("() => document.activeElement.name") == name
        assert len(asked) == 1, name
        assert f"{name}=" in page.url
        chosen = control.evaluate("s => s.selectedOptions[0].textContent")
        assert page.locator("#told").inner_text().startswith(chosen)
        # Nothing that stays the same was torn out.
        assert heading.evaluate("h => h.isConnected")
    assert window.troubles == []


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("offline", "No connection"),
        (503, "No answer came"),
        (429, "Too many questions"),
        (403, "No answer came"),
    ],
)
def test_where_no_answer_comes_the_page_says_so_and_recovers(visit, trouble, words):
    window = visit("public")
    page = window.open("/student-voice?cohort=1")
    sentence = page.locator(".rows").first.inner_text()
    if trouble == "offline":
        window.context.set_offline(True)
    else:
        page.route(CALLBACKS, lambda r: r.fulfill(status=trouble, body="no"))
    cohort(page).select_option("2")

    expect(page.locator(".unanswered")).to_contain_text(words)
    expect(cohort(page)).to_have_value("1")
    assert page.url.endswith("?cohort=1")
    assert page.locator(".rows").first.inner_text() == sentence
    assert page.locator("[data-keep]").first.is_enabled()

    window.context.set_offline(False)
    page.unroute(CALLBACKS)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url(re.compile("cohort=2"))
    expect(page.locator(".unanswered")).to_have_count(0)
    expect(cohort(page)).to_have_value("2")


def test_a_later_choice_wins_over_an_earlier_answer_that_comes_late(visit):
    page = visit("public").open("/student-voice")
    held = []

    def hold(route) -> None:
        held.append(route)

    page.route(CALLBACKS, hold)
    cohort(page).select_option("1")
    expect(page.locator("#page")).to_have_attribute("aria-busy", "true")
    # The old picture stays, and cannot be taken for the new one.
    expect(page.locator(".rows").first).to_contain_text("Eastgate Middle")
    assert page.locator("[data-keep]").first.is_disabled()
    cohort(page).select_option("2")
    while len(held) < 2:
        page.wait_for_timeout(10)
    held[1].continue_()
    page.wait_for_url(re.compile("cohort=2"))
    with suppress(Error):  # nobody waits for it any more
        held[0].continue_()

    expect(cohort(page)).to_have_value("2")
    expect(page.locator(".rows").first).to_contain_text("Foothill High")
    expect(page.locator(".rows").first).not_to_contain_text("Granite Peak")


def test_a_slow_answer_is_said_to_be_slow_and_then_not_to_have_come(visit):
    window = visit("public")
    window.page.clock.install()
    page = window.open("/student-voice?lang=es")
    page.route(CALLBACKS, lambda _: None)
    page.get_by_label("Cohorte", exact=True).select_option("2")
    page.clock.fast_forward(5_000)
    expect(page.locator(".unanswered")).to_contain_text("La respuesta tarda")
    page.clock.fast_forward(60_000)

    expect(page.locator(".unanswered")).to_contain_text("No llegó respuesta")
    expect(page.get_by_label("Cohorte", exact=True)).to_have_value("all")
    expect(page.get_by_role("button", name="Intentar de nuevo")).to_be_visible()


def test_back_and_forward_bring_the_choice_and_the_place(visit):
    page = visit("public").open("/student-voice")
    page.evaluate("() => window.scrollTo(0, 250)")
    cohort(page).select_option("2")
    page.wait_for_url(re.compile("cohort=2"))
    page.evaluate("() => window.scrollTo(0, 600)")
    page.go_back()
    page.wait_for_function(ANSWERED)
    expect(cohort(page)).to_have_value("all")
    expect(page.locator(".rows").first).to_contain_text("Eastgate Middle")
    page.wait_for_function("() => Math.abs(window.scrollY - 250) < 60")
    page.go_forward()

    expect(cohort(page)).to_have_value("2")
    expect(page.locator(".rows").first).not_to_contain_text("Eastgate Middle")


def test_a_link_to_what_is_gone_says_so_and_shows_what_it_says(visit):
    page = visit("public").open("/student-voice?cohort=77&wave=1999-00F")

    told = page.locator(".gone")
    expect(told).to_have_count(2)
    expect(told.nth(0)).to_contain_text("“Wave” is no longer there")
    expect(told.nth(1)).to_contain_text("Shown instead: All cohorts")
    page.get_by_role("link", name="Clear").click()
    expect(told).to_have_count(0)


def test_a_picture_is_drawn_by_plotly_when_it_is_touched_and_not_before(visit):
    window = visit("public")
    asked: list[str] = []
    window.page.on("request", lambda r: asked.append(r.url))
    page = window.open("/student-voice")
    assert not [u for u in asked if "plotly" in u or "_dash" in u]
    picture = page.locator(".chart[data-live]:visible").first
    picture.scroll_into_view_if_needed()
    before = picture.bounding_box()
    picture.hover()
    expect(picture).to_have_class(re.compile("is-live"))

    assert len([u for u in asked if "plotly" in u]) == 1
    assert picture.bounding_box() == before
    assert page.locator(".js-plotly-plot").count() == 1
    # A choice draws the page anew; what was touched goes with what it showed.
    cohort(page).select_option("2")
    page.wait_for_url(re.compile("cohort=2"))
    assert window.troubles == []


def test_words_that_were_typed_and_not_asked_go_with_what_is_cleared(visit):
    page = visit("public").open("/schools?cohort=1")
    box = page.locator("form.filters input[type=search]")
    box.fill("river")

    page.get_by_role("link", name="Clear").click()
    page.wait_for_function("() => !location.search")
    page.wait_for_function(ANSWERED)

    expect(box).to_have_value("")
    expect(cohort(page)).to_have_value("all")


def test_back_is_announced_by_what_it_shows_alone(visit):
    page = visit("public").open("/student-voice")
    page.get_by_label("Wave", exact=True).select_option(index=2)
    page.wait_for_function("() => location.search")
    page.wait_for_function(ANSWERED)

    page.go_back()
    page.wait_for_function("() => !location.search")
    page.wait_for_function(ANSWERED)

    sentence = page.locator(".sentence").first.inner_text()
    expect(page.locator("#told")).to_have_text(sentence)


def test_paper_is_light_whatever_the_screen_is(visit):
    page = visit("public", dark=True).open("/student-voice")
    colors = "() => document.documentElement.getAttribute('data-bs-theme')"
    assert page.evaluate(colors) == "dark"

    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(colors) == "light"
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(colors) == "dark"
