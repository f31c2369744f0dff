"""Shape, from bounding boxes: nothing overlaps, nothing is cut, the order is the reader's."""

import pytest

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/board",
    "/adoption",
    "/schools/SCH-003",
    "/student-voice",
    "/risk-taking",
    "/numbers/CU-2",
    "/promise",
    "/chorus",
    "/pulse",
    "/load",
    "/communication",
    "/connections",
    "/engines",
    "/evidence",
    "/open-data",
)
OVERLAPS = """() => {
  const found = [];
  for (const plot of document.querySelectorAll('.js-plotly-plot')) {
    if (plot.offsetParent === null) continue;
    const notes = [...plot.querySelectorAll('.annotation-text, .xtick text, .ytick text')].map(t => [t.textContent.trim(), t.getBoundingClientRect()]).filter(([t, r]) => t && r.width);
    for (let i = 0; i < notes.length; i++) for (let j = i + 1; j < notes.length; j++) {
      const [a, r] = notes[i], [b, s] = notes[j];
      const w = Math.min(r.right, s.right) - Math.max(r.left, s.left), h = Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top);
      if (w > 4 && h > 0.55 * Math.min(r.height, s.height)) found.push(`${a} / ${b}`);
    }
  }
  return found;
}"""
CUT = """() => [...document.querySelectorAll('.js-plotly-plot')].filter(p => p.offsetParent !== null).flatMap(p => {
  const box = p.getBoundingClientRect();
  return [...p.querySelectorAll('.annotation-text, .xtick text, .ytick text')].filter(t => {
    const r = t.getBoundingClientRect();
    return r.width && (r.left < box.left - 3 || r.right > box.right + 3);
  }).map(t => t.textContent);
})"""
BLOCKS = """() => [...document.querySelectorAll('.page-body > .block')].map(b => b.getBoundingClientRect()).some((r, i, all) => i && r.top < all[i - 1].bottom - 1)"""


@pytest.mark.parametrize("path", PAGES)
def test_words_stand_apart_and_whole(visit, path):
    # Spanish words are the longer ones.
    for language, widths in (("es", (1280, 390)), ("en", (760, 390))):
        window = visit("superintendent", widths[0])
        window.open(f"{path}?lang={language}")
        for width in widths:
            page = window.resize(width)

            assert page.evaluate(BLOCKS) is False
            assert page.evaluate(CUT) == []
            assert page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize("path", ["/", "/promise", "/evidence"])
def test_a_page_reflows_at_four_hundred_percent(visit, path):
    window = visit("public", 320)
    window.open(path)

    assert not window.overflows()


@pytest.mark.parametrize("path", ["/", "/chorus", "/pulse"])
def test_wider_text_spacing_cuts_nothing(visit, path):
    window = visit("public", 390)
    page = window.open(path)
    page.evaluate(
        "() => { const s = document.createElement('style'); s.textContent = '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }'; document.head.append(s) }"
    )

    assert not window.overflows()


def test_reading_order_is_question_sentence_picture_table(visit):
    page = visit("public").open("/promise")
    order = page.evaluate(
        "() => { const at = q => { const e = document.querySelector(q); return [...document.querySelectorAll('*')].indexOf(e) };"
        " return ['.skip', 'nav', '#question', '.sentence', '.filters', '.block h2', '.picture', '.rows', '.know'].map(at) }"
    )

    assert order == sorted(order)
    assert -1 not in order


def test_every_picture_is_one_stop_with_words_of_its_own(visit):
    page = visit("public").open("/chorus")
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
        " return Math.max(...[...document.querySelectorAll('.picture .annotation-text, .picture td, .picture .xtick text')]"
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
def test_the_boards_page_fits_one_screen(visit, language):
    page = visit("public", 1280).open(f"/board{language}")
    box = page.locator(".board").bounding_box()

    assert box is not None
    assert box["y"] + box["height"] <= 900
