"""People write: on a phone, by keyboard, interrupted, mistaken – and nothing is lost."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
EXCITED = "What are you most excited about this month?"
WORRIED = "What worries you most?"


def write(page, label, text):
    page.get_by_label(re.compile(re.escape(label))).first.fill(text)


def drafts(page):
    return page.evaluate(
        "() => Object.keys(localStorage).filter(k => k.includes('chorus-draft')).length"
    )


def wait_for_drafts(page, *, kept):
    # Asked now and then, not at each frame: a window under load draws none.
    page.wait_for_function(
        "kept => Object.keys(localStorage).some(k => k.includes('chorus-draft')) === kept",
        arg=kept,
        polling=250,
    )


def test_a_pulse_on_a_phone_survives_a_closed_tab_and_is_then_sent(visit):
    window = visit("principal", 390)
    page = window.open("/my")
    page.get_by_role("link", name=re.compile("pulse")).first.click()
    page.wait_for_selector(".write-form")
    write(page, WORRIED, "Buses for the field days")
    page.get_by_label("A great deal").check()
    wait_for_drafts(page, kept=True)
    page.close()

    window.page = window.context.new_page()
    page = window.open("/my/write/pulse")
    field = page.get_by_label(re.compile(re.escape(WORRIED)))
    expect(field).to_have_value("Buses for the field days")
    expect(page.get_by_label("A great deal")).to_be_checked()
    write(page, EXCITED, "They asked to stay longer")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".done")).to_contain_text("Kept")
    expect(page.locator(".write-form")).to_be_hidden()
    wait_for_drafts(page, kept=False)
    page.get_by_role("link", name="Back to my work").click()
    expect(page.locator(".sentence")).to_contain_text("is answered")
    assert window.troubles == []


def test_a_request_is_answered_and_the_principal_reads_the_answer(visit):
    principal = visit("principal")
    page = principal.open("/my/write/support_request")
    page.get_by_label(re.compile("What kind of help")).select_option(value="S4")
    write(page, "What exactly would help?", "A login for our new aides")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".done")).to_be_visible()

    office = visit("superintendent")
    page = office.open("/my")
    mine = page.locator(".asked-list li").filter(has_text="A login for our new aides")
    expect(mine).to_contain_text("River Bend")
    # Oldest first: what was just asked stands behind those that have waited longer.
    page.get_by_text("Asked later").click()
    mine.get_by_role("link", name="Take it on").click()
    page.wait_for_url("**/my/write/support_request?*")
    office.settle()
    page.get_by_role("button", name="Take it on").click()
    expect(page.locator(".done")).to_be_visible()
    page.get_by_role("link", name="Back to my work").click()
    page.get_by_text("Asked later").click()
    mine.get_by_role("link", name="Answer").click()
    page.wait_for_url("**step=answer*")
    office.settle()
    expect(page.locator(".asked-for")).to_contain_text("A login for our new aides")
    write(page, "Answer to the principal", "On Monday")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".done")).to_be_visible()
    # Opened before, sent after: the second of two is told, and overwrites nothing.
    page.go_back()
    page.wait_for_selector(".asked-list")

    page = principal.open("/my")
    mine = page.locator(".asked-list li").filter(has_text="A login for our new aides")
    expect(mine).to_contain_text("On Monday")
    expect(mine).to_contain_text("answered, not closed")
    assert principal.troubles == office.troubles == []


def test_what_is_wrong_is_said_beside_the_field_and_what_is_right_stays(visit):
    window = visit("principal", 390)
    page = window.open("/my/write/case_event")
    page.get_by_label(re.compile("What was it\\?")).fill("Open house")
    page.get_by_label(re.compile("When was it")).fill("2026-10-01")
    page.get_by_label("Told").check()
    page.get_by_label("Why we are changing").check()
    page.get_by_role("button", name="Send").click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Who spoke or wrote?")
    expect(alert).to_contain_text("For whom?")
    spoke = page.get_by_role("group", name=re.compile("Who spoke"))
    expect(spoke.locator(".wrong")).to_have_text("please fill this in")
    expect(page.get_by_label(re.compile("What was it\\?"))).to_have_value("Open house")
    assert window.violations() == []
    alert.get_by_role("link", name="For whom?").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    group = page.get_by_role("group", name=re.compile("For whom"))
    expect(group.get_by_label("Students")).to_be_checked()
    spoke.get_by_label("Teachers").check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".done")).to_be_visible()
    assert window.troubles == []


def test_a_form_is_filled_in_by_keyboard_alone(visit):
    page = visit("principal").open("/my/write/exception_request")
    page.locator("#question").evaluate("e => { e.tabIndex = -1; e.focus(); }")
    page.keyboard.press("Tab")
    page.keyboard.type("Bell schedule")
    page.keyboard.press("Tab")
    page.keyboard.type("One long block on Wednesdays")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".done")).to_be_visible()
    focused = page.evaluate(
        "() => document.activeElement.querySelector('.done') !== null"
    )
    assert focused, "the good news is where the reader is"


def test_a_try_gives_its_key_and_opens_to_it_alone(visit):
    window = visit("teacher")
    page = window.open("/my/write/try")
    write(page, "How many of you?", "3")
    write(page, "When does it start?", "2026-11-02")
    write(page, "Which result must hold", "Attendance on Fridays")
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".done")).to_contain_text("without your name")
    key = page.locator(".done strong").inner_text()

    page = window.open("/my")
    mine = page.locator(".asked-list li").filter(has_text="Attendance on Fridays")
    mine.get_by_role("link", name="Close").click()
    page.wait_for_url("**/my/write/try?*")
    window.settle()
    write(page, "When did it end?", "2026-11-20")
    page.get_by_label("We stopped").check()
    page.get_by_label("Our own team").check()
    write(page, "Edit key", "WRONGKEY")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("alert")).to_contain_text("does not fit")
    write(page, "Edit key", key)
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".done")).to_be_visible()
    assert window.troubles == []


def test_two_people_code_without_seeing_each_other(visit):
    principal = visit("principal").open("/my/write/pulse")
    write(principal, EXCITED, "They asked to stay longer")
    write(principal, WORRIED, "Who covers when teams meet?")
    principal.get_by_role("button", name="Send").click()
    expect(principal.locator(".done")).to_be_visible()

    office = visit("superintendent")
    page = office.open("/my/coding")
    before = page.locator(".sentence").inner_text()
    expect(page.locator(".page-body")).not_to_contain_text("Elementary")
    text = page.locator(".asked-for").inner_text()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="Next answer").click()
    expect(page.locator(".sentence")).not_to_have_text(before)
    if page.locator(".asked-for").count():
        expect(page.locator(".asked-for")).not_to_have_text(text)
    assert office.troubles == []
    assert office.violations() == []


def test_a_setting_below_its_floor_is_refused_and_one_above_is_logged(visit):
    window = visit("steward")
    page = window.open("/steward/settings")
    page.get_by_label(re.compile("Which setting")).select_option(value="min_n_student")
    write(page, "New value", "4")
    write(page, "Why?", "More to see")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("below what protects people")
    write(page, "New value", "15")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".done")).to_be_visible()
    page = window.open("/steward/settings?lang=es")
    row = page.get_by_role("row").filter(has_text="Mínimo de estudiantes")
    expect(row.first).to_contain_text("15")
    expect(page.locator(".page-body")).to_contain_text("More to see")
    assert window.troubles == []


@pytest.mark.parametrize("reader", ["public", "teacher"])
def test_forms_are_closed_to_those_they_are_not_for(visit, reader):
    page = visit(reader).open("/my/write/support_request")

    expect(page.locator(".write-form")).to_have_count(0)
    expect(page.locator(".nothing")).to_be_visible()
