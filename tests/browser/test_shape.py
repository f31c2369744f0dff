"""Shape: pages reflow and print whole, in the reader's order; test_pages looks at all."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/", "/promise", "/evidence"])
def test_a_page_reflows_at_four_hundred_percent(kept, path):
    window = kept("public", 320)
    window.open(path)

    assert not window.overflows()


@pytest.mark.parametrize("path", ["/", "/chorus", "/pulse"])
def test_wider_text_spacing_cuts_nothing(kept, path):
    window = kept("public", 390)
    page = window.open(path)
    page.evaluate(
        "() => { const s = document.createElement('style'); s.textContent = '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }'; document.head.append(s) }"
    )

    assert not window.overflows()


def test_reading_order_is_question_sentence_picture_table(kept):
    page = kept("public").open("/promise")
    order = page.evaluate(
        "() => { const at = q => { const e = document.querySelector(q); return [...document.querySelectorAll('*')].indexOf(e) };"
        " return ['.skip', 'nav', '#question', '.sentence', '.filters', '.block h2', '.picture', '.rows', '.know'].map(at) }"
    )

    assert order == sorted(order)
    assert -1 not in order


def test_every_picture_is_one_stop_with_words_of_its_own(kept):
    page = kept("public").open("/chorus")
    pictures = page.locator(".page-body [role=img]")
    for k in range(pictures.count()):
        words = pictures.nth(k).get_attribute("aria-label")
        assert len(words) > 10
        assert words not in page.locator("h2").all_inner_texts()
    unnamed = page.evaluate(
        "() => [...document.querySelectorAll('button, a, input, select')].filter(e => !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length || e.id === 'skip')).length"
    )
    assert unnamed == 0


def test_forced_colors_and_reduced_motion_keep_the_page_whole(visit, browser, site):
    context = browser.new_context(
        forced_colors="active",
        reduced_motion="reduce",
        viewport={"width": 390, "height": 900},
    )
    page = context.new_page()
    page.goto(f"{site}/promise")
    page.wait_for_selector("#question")

    assert page.locator(".sentence").is_visible()
    chosen = page.locator(".btn-check:checked + .switch").first
    other = page.locator(".btn-check:not(:checked) + .switch").first
    grounds = [
        e.evaluate("e => getComputedStyle(e).backgroundColor") for e in (chosen, other)
    ]
    assert grounds[0] != grounds[1]
    assert (
        page.evaluate(
            "() => getComputedStyle(document.querySelector('#question')).color"
        )
        != "rgba(0, 0, 0, 0)"
    )
    context.close()


@pytest.mark.parametrize("path", ["/promise", "/adoption", "/chorus"])
def test_a_page_on_paper_is_not_cut(visit, path):
    # As wide as the text of an A4 sheet, at 96 dots an inch.
    sheet = 658
    window = visit("superintendent", 1280)
    page = window.open(path)
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    page.evaluate(
        "width => { document.querySelector('.page-body').style.width = `${width}px` }",
        sheet,
    )
    right = page.evaluate(
        "() => { const left = document.querySelector('.page-body').getBoundingClientRect().left;"
        " return Math.max(...[...document.querySelectorAll('.picture .chart > svg text, .picture td')]"
        " .filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect().right - left)) }"
    )
    hidden = page.locator(".block-tools, .filters .kept, .related, footer")

    assert sheet / 2 < right <= sheet + 2
    assert all(not hidden.nth(k).is_visible() for k in range(hidden.count()))
    assert page.locator(".filter select").first.is_visible()
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    window.resize(1280)
    assert window.troubles == []


@pytest.mark.parametrize("language", ["", "?lang=es"])
def test_the_boards_page_fits_one_screen(kept, language):
    page = kept("public").open(f"/board{language}")
    box = page.locator(".board").bounding_box()

    assert box is not None
    assert box["y"] + box["height"] <= 900
