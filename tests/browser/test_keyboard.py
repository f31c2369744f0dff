"""By keyboard alone: everything is reached, in order, seen, and nothing holds on."""

import pytest
from addresses import OFFICE, PAGES, WRITING
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# What a person can stop at, as the page itself would list it.
STOPS = """() => [...document.querySelectorAll(
  'a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter(e => !e.disabled && e.tabIndex >= 0 && e.type !== 'hidden'
    && e.checkVisibility({visibilityProperty: true})
    && !(e.type === 'radio' && !e.checked && [...document.getElementsByName(e.name)].some(o => o.checked))
  ).length"""
WHERE = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  window.walked = window.walked || [];
  const before = window.walked[window.walked.length - 1];
  // A date is one field with stops for month, day and year.
  const isLater = !before || before === e || !!(before.compareDocumentPosition(e) & 4);
  window.walked.push(e);
  const shown = [e, e.closest('label'), e.nextElementSibling].filter(Boolean)
    .some(x => { const s = getComputedStyle(x); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; });
  const box = e.getBoundingClientRect();
  return { what: e.outerHTML.slice(0, 120), isLater, shown,
    inSight: box.bottom > 0 && box.top < innerHeight };
}"""
MOST_STOPS = 400


@pytest.mark.parametrize("path", [*PAGES, *OFFICE, *WRITING])
def test_every_stop_is_reached_in_order_and_seen(visit, path):
    reader = "principal" if path in WRITING else "steward"
    if path in PAGES:
        reader = "superintendent"
    page = visit(reader).open(path)
    # Else the page still glides to where the focus already is.
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0); }")
    expected = page.evaluate(STOPS)
    stops = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(WHERE)
        if here is None or (len(stops) > 1 and here["what"] == stops[0]["what"]):
            break
        stops.append(here)
    assert [s["what"] for s in stops[1:] if not s["isLater"]] == [], "out of order"
    assert [s["what"] for s in stops if not s["shown"]] == [], "nobody sees where"
    assert [s["what"] for s in stops if not s["inSight"]] == [], "out of sight"
    # Radio groups are one stop each, and nothing else is left out.
    reached = page.evaluate("() => new Set(window.walked).size")
    assert 0.8 * expected <= reached <= expected


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
