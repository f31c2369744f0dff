"""Short visits: each reader finds what they came for, as a person would."""

import re

import pytest
from conftest import LATEST, copy_as_draft, serve, settings_in
from districts import publish_empty
from playwright.sync_api import expect

from data.publish.shelf_moves import publish_release, withdraw_release

pytestmark = pytest.mark.browser


def test_the_public_reads_voice_and_finds_a_hidden_school_explained(visit):
    page = visit("public").open("/")
    page.get_by_role("link", name="Student voice").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Do students feel their ideas count?"
    )
    page.locator("section.block").first.get_by_text("Table", exact=True).click()
    row = page.get_by_role("row").filter(has_text="Lone Pine")

    expect(row.first).to_contain_text("Hidden to protect people")
    expect(row.first).not_to_contain_text("%")


def test_a_choice_is_kept_in_the_address_and_can_be_sent(visit):
    window = visit("public")
    page = window.open("/student-voice")
    page.get_by_label("Cohort", exact=True).select_option(label="Cohort 2")
    page.wait_for_url(re.compile("cohort=2"))
    expect(page.locator(".rows").first).not_to_contain_text("Granite Peak")
    sent = page.url.removeprefix(window.site)
    other = visit("public").open(sent)

    expect(other.get_by_label("Cohort", exact=True)).to_have_value("2")
    expect(other.get_by_role("link", name="Clear")).to_be_visible()


def test_a_principal_sees_the_own_teachers_beside_the_unnamed_cohort(visit):
    page = visit("principal").open("/schools/SCH-006")

    expect(
        page.get_by_role("heading", name="What do our teachers say?")
    ).to_be_visible()
    expect(page.locator("#page")).to_contain_text("unnamed")


def test_the_public_is_told_why_there_are_no_teachers_by_school(visit):
    page = visit("public").open("/risk-taking")

    expect(page.locator("#page")).to_contain_text("nobody has to fear an honest answer")


def test_the_superintendent_sees_which_cohort_moved_least(visit):
    page = visit("superintendent").open("/adoption")

    expect(page.locator(".sentence")).to_contain_text(
        "has moved least since a year ago"
    )


def test_the_picture_gives_way_to_its_table_and_back(visit):
    page = visit("public").open("/adoption")
    block = page.locator("section.block").first
    block.get_by_text("Table", exact=True).click()
    expect(block.locator(".rows")).to_be_visible()
    expect(block.locator(".picture")).to_have_class(re.compile("visually-hidden"))
    block.get_by_text("Chart", exact=True).click()
    expect(block.locator(".picture")).not_to_have_class(re.compile("visually-hidden"))


def test_the_switch_works_by_keyboard_alone(visit):
    page = visit("public").open("/student-voice")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.locator("section.block input[type=radio]").first.focus()
    page.keyboard.press("ArrowRight")

    expect(page.locator("section.block .rows").first).to_be_visible()


def test_the_file_holds_the_rows_of_the_table(visit):
    window = visit("public")
    page = window.open("/student-voice")
    address = page.get_by_role(
        "link", name="Data (CSV): School by school"
    ).get_attribute("href")
    reply = window.context.request.get(f"{window.site}{address}")
    lines = reply.text().splitlines()

    assert reply.headers["content-disposition"].endswith(f'_{LATEST}.1.csv"')
    assert lines[0].lstrip("\ufeff").startswith("wave,school_id,school,cohort,share")
    assert any(
        "Lone Pine" in line and line.endswith("protected,too_few") for line in lines
    )


def test_spanish_is_one_click_away_and_stays(visit):
    page = visit("public").open("/student-voice")
    page.get_by_role("link", name="Español").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "¿Sienten los estudiantes que sus ideas cuentan?"
    )
    page.locator(".sections").get_by_role("link", name="Crecimiento").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "¿Cómo crece cada cohorte"
    )


def test_dark_colors_are_remembered_and_reach_the_charts(visit):
    page = visit("public").open("/student-voice")
    page.get_by_role("button", name="Light or dark colors").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    # The ink of dark paper, and nowhere that of light paper.
    page.wait_for_function(
        """() => {
          const fills = [...document.querySelectorAll('.chart > svg text')].map(t => getComputedStyle(t).fill);
          return fills.includes('rgb(232, 237, 239)') && !fills.includes('rgb(21, 33, 42)');
        }"""
    )


def test_the_phone_menu_leads_everywhere(visit):
    page = visit("public", 390).open("/")
    page.get_by_text("Menu", exact=True).click()
    page.locator(".phone-menu").get_by_role("link", name="Methods").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "What does each number mean?"
    )


def test_raw_answers_open_on_request(visit):
    page = visit("public").open("/student-voice")
    page.get_by_text("Show the answers").click()

    expect(page.locator(".answer-bar").first).to_be_visible()


def test_an_unknown_school_is_a_kind_answer(visit):
    window = visit("public")
    window.open("/schools/SCH-999")

    expect(window.page.locator(".nothing")).to_contain_text("There is no such school")
    # The browser's own word for the page's status, and nothing else.
    assert ["404" in trouble for trouble in window.troubles] == [True]


def test_a_swapped_pointer_is_seen_by_the_next_page(visit, district, tmp_path):
    """Publish and withdraw while a worker serves: no restart, no failed request."""
    settings = settings_in(tmp_path, CHORUS_DEMO="1")
    copy_as_draft(district.folder, settings.releases, f"{LATEST}.1")
    publish_release(settings.releases, f"{LATEST}.1")
    copy_as_draft(district.folder, settings.releases, f"{LATEST}.2")
    for at in serve(settings, demo=True):
        window = visit("public", at=at)
        expect(window.open("/").locator(".release-line")).to_contain_text(f"{LATEST}.1")
        publish_release(settings.releases, f"{LATEST}.2")
        expect(window.open("/").locator(".release-line")).to_contain_text(f"{LATEST}.2")
        withdraw_release(settings.releases, f"{LATEST}.2", reason="a test")
        expect(window.open("/releases").locator("#page")).to_contain_text("withdrawn")
        assert window.troubles == []


def test_an_empty_release_and_an_empty_shelf_are_designed(visit, tmp_path):
    settings = settings_in(tmp_path)
    settings.releases.mkdir(parents=True)
    for at in serve(settings, demo=False):
        window = visit_empty = visit("public", at=at)
        expect(window.open("/").locator(".nothing")).to_contain_text(
            "Nothing is published yet"
        )
        publish_empty(settings)
        for path in (
            "/",
            "/adoption",
            "/schools",
            "/schools/S1",
            "/student-voice",
            "/risk-taking",
            "/promise",
            "/engines",
            "/chorus",
            "/pulse",
            "/communication",
            "/load",
            "/connections",
            "/evidence",
            "/open-data",
            "/methods",
            "/releases",
        ):
            visit_empty.open(path)
            assert visit_empty.violations() == [], path
        assert visit_empty.troubles == []
