"""Shape from bounding boxes, and the way of a keyboard, as a page itself tells them."""

from __future__ import annotations

from playwright.sync_api import Page

OVERLAPS = """() => {
  const found = [];
  for (const plot of document.querySelectorAll('.chart')) {
    if (plot.offsetParent === null) continue;
    const notes = [...plot.querySelectorAll(':scope > svg text')].map(t => [t.textContent.trim(), t.getBoundingClientRect()]).filter(([t, r]) => t && r.width);
    for (let i = 0; i < notes.length; i++) for (let j = i + 1; j < notes.length; j++) {
      const [a, r] = notes[i], [b, s] = notes[j];
      const w = Math.min(r.right, s.right) - Math.max(r.left, s.left), h = Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top);
      if (w > 4 && h > 0.55 * Math.min(r.height, s.height)) found.push(`${a} / ${b}`);
    }
  }
  return found;
}"""
CUT = """() => [...document.querySelectorAll('.chart')].filter(p => p.offsetParent !== null).flatMap(p => {
  const box = p.getBoundingClientRect();
  return [...p.querySelectorAll(':scope > svg text')].filter(t => {
    const r = t.getBoundingClientRect();
    return r.width && (r.left < box.left - 3 || r.right > box.right + 3);
  }).map(t => t.textContent);
})"""
BLOCKS = """() => [...document.querySelectorAll('.page-body > .block')].map(b => b.getBoundingClientRect()).some((r, i, all) => i && r.top < all[i - 1].bottom - 1)"""
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
REST = "() => { document.activeElement.blur(); window.scrollTo(0, 0); }"
MOST_STOPS = 400


def crowded(page: Page) -> list[str]:
    """What overlaps or is cut, at the width the page has now."""
    found = ["one block over another"] if page.evaluate(BLOCKS) else []
    found += [f"cut: {words}" for words in page.evaluate(CUT)]
    return found + [f"overlap: {words}" for words in page.evaluate(OVERLAPS)]


def lost_by_keyboard(page: Page) -> list[str]:
    """What somebody with a keyboard alone does not reach, in order and in sight."""
    # Else the page still glides to where the focus already is.
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(REST)
    expected = page.evaluate(STOPS)
    stops: list[dict] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(WHERE)
        if here is None or (len(stops) > 1 and here["what"] == stops[0]["what"]):
            break
        stops.append(here)
    # Radio groups are one stop each, and nothing else is left out.
    reached = page.evaluate("() => new Set(window.walked).size")
    page.emulate_media(reduced_motion="no-preference")
    page.evaluate(REST)
    found = [f"out of order: {s['what']}" for s in stops[1:] if not s["isLater"]]
    found += [f"nobody sees where: {s['what']}" for s in stops if not s["shown"]]
    found += [f"out of sight: {s['what']}" for s in stops if not s["inSight"]]
    if not 0.8 * expected <= reached <= expected:
        found.append(f"{reached} of {expected} stops reached")
    return found
