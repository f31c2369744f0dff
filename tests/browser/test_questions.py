"""Five questions a new reader brings, on a desk and on a phone: five clicks at most."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
WIDTHS = (1280, 390)


class Finder:
    """Counts the clicks of someone who has read nothing."""

    def __init__(self, page: Page, width: int) -> None:
        self.page, self.width, self.clicks = page, width, 0

    def click(self, locator) -> None:
        self.clicks += 1
        locator.click()

    def go(self, section: str, link: str) -> None:
        """Open a page by the menu: two clicks on either width."""
        if self.width < 760:
            self.click(self.page.get_by_text("Menu", exact=True))
            self.click(
                self.page.locator(".phone-menu").get_by_role(
                    "link", name=link, exact=True
                )
            )
            return
        self.click(self.page.locator(".sections").get_by_role("link", name=section))
        self.page.wait_for_selector(".pages-row")
        self.click(
            self.page.locator(".pages-row").get_by_role("link", name=link, exact=True)
        )


@pytest.fixture(params=WIDTHS, ids=[f"{w}px" for w in WIDTHS])
def finder(visit, request):
    def start(reader: str) -> Finder:
        window = visit(reader, request.param)
        return Finder(window.open("/"), request.param)

    return start


def test_which_cohort_stalls(finder):
    one = finder("superintendent")
    one.go("Growing", "Adoption")

    expect(one.page.locator(".sentence")).to_contain_text(
        "has moved least since a year ago"
    )
    assert one.clicks <= 5


def test_whether_students_at_one_school_feel_heard_and_how_sure_that_is(finder):
    one = finder("public")
    one.click(
        one.page.locator(".doors").get_by_role("link", name="How is my school doing?")
    )
    one.click(one.page.get_by_role("link", name="Granite Peak High").first)
    sentence = one.page.locator(".sentence")

    expect(sentence).to_contain_text("say that students' ideas count in class")
    expect(sentence).to_contain_text(re.compile(r"true value between \d+ and \d+"))
    assert one.clicks <= 5


def test_whether_outcomes_held(finder):
    one = finder("public")
    one.click(one.page.locator(".answers-home").get_by_role("link", name="Promise"))

    expect(one.page.get_by_role("heading", level=1)).to_have_text(
        "Are outcomes holding while we change?"
    )
    expect(one.page.locator(".sentence")).to_contain_text("attendance rate, held")
    assert one.clicks <= 5


def test_what_principals_worry_about(finder):
    one = finder("public")
    one.click(
        one.page.locator(".doors").get_by_role(
            "link", name="What excites and worries us?"
        )
    )

    sentence = one.page.locator(".sentence")
    expect(sentence).to_contain_text("They worry most often about time and pace")
    expect(sentence).to_contain_text("no one theme leads")
    assert one.clicks <= 5


def test_a_packet_for_tonight_in_spanish(finder):
    one = finder("public")
    if one.width < 760:
        one.click(one.page.get_by_text("Menu", exact=True))
        one.click(one.page.locator(".phone-menu").get_by_role("link", name="Español"))
    else:
        one.click(one.page.get_by_role("link", name="Español").first)
    link = one.page.get_by_role("link", name="Carpeta para la junta (PDF)")
    expect(link).to_be_visible()
    address = link.get_attribute("href")
    reply = one.page.context.request.get(
        one.page.url.split("/?")[0].rstrip("/") + address
    )

    assert reply.headers["content-type"] == "application/pdf"
    assert "-es.pdf" in reply.headers["content-disposition"]
    assert one.clicks + 1 <= 5


def test_a_picture_leaves_with_its_question_and_source(visit):
    window = visit("public", dark=True)
    page = window.open("/promise")
    with page.expect_download() as kept:
        page.get_by_role("button", name="SVG: Did what we promised").click()
    text = kept.value.path().read_text()

    assert kept.value.suggested_filename == "chorus-promise-2026-27F.1-en-held.svg"
    assert "Did what we promised to protect hold?" in text
    assert "version 2026-27F.1" in text
    assert window.troubles == []
