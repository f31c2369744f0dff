"""One reader's window: opens pages as a person would, and remembers what went wrong."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from conftest import ROOT
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = ROOT / "components" / "assets" / "vendor" / "axe.min.js.txt"
READERS = {
    "public": "role=public",
    "principal": "role=principal&school=SCH-006",
    "superintendent": "role=district",
    "teacher": "role=teacher&school=SCH-006",
    "steward": "role=steward",
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The page is there in its fonts, and no choice waits for its answer. Where somebody writes,
# no callback of Dash waits or runs.
SETTLED = """width => {
  if (window.innerWidth !== width || document.readyState !== 'complete' || document.fonts.status !== 'loaded') return false;
  if (!document.querySelector('#question, .nothing')) return false;
  if (document.getElementById('page')) return !document.querySelector('#page[aria-busy]');
  const store = (window.dash_stores || [])[0], state = store && store.getState();
  if (!state || state.isLoading) return false;
  const { completed, stored, callbacks, ...going } = state.callbacks;
  return !Object.values(going).some(g => Array.isArray(g) && g.length);
}"""
# How long a browser may hang before a test says so; nothing is judged by it.
PATIENCE = 120_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """The installed browser, without a profile."""
    names = (
        os.environ.get("CHORUS_CHROMIUM"),
        "chromium",
        "chromium-browser",
        "google-chrome",
    )
    found = next((p for n in names if n and (p := shutil.which(n))), None)
    assert found, "no Chromium here; `make test` installs it or says how"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """One reader's window."""

    def __init__(
        self,
        browser: Browser,
        site: str,
        *,
        reader: str,
        width: int,
        dark: bool = False,
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        self.context.set_default_timeout(PATIENCE)
        self.site = site
        self.page: Page = self.context.new_page()
        self.context.request.get(f"{site}/view-as?{READERS[reader]}")
        self.troubles: list[str] = []
        self.page.on(
            "console",
            lambda m: self.troubles.append(m.text) if m.type == "error" else None,
        )
        self.page.on("pageerror", lambda e: self.troubles.append(str(e)))
        self.page.on("request", self._note_host)

    def _note_host(self, request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.troubles.append(f"called another host: {request.url}")

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.site}{path}")
        return self.settle()

    def settle(self) -> Page:
        """Wait until the page has answered."""
        assert self.page.viewport_size is not None
        width = self.page.viewport_size["width"]
        self.page.wait_for_function(SETTLED, arg=width)
        return self.page

    def resize(self, width: int) -> Page:
        """The same page in another window."""
        self.page.set_viewport_size({"width": width, "height": 900})
        return self.settle()

    def paint(self, path: str, *, dark: bool) -> None:
        """Light or dark colors, by the page's own button where it has one."""
        if (self.page.get_attribute("html", "data-bs-theme") == "dark") is dark:
            return
        button = self.page.locator("#theme-toggle")
        if button.count():
            button.click()
        else:
            self.page.emulate_media(color_scheme="dark" if dark else "light")
            self.open(path)

    def violations(self) -> list[str]:
        # Evaluated, not put into the page: its policy lets no inline script run.
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES
        )
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found["violations"]
        ]

    def overflows(self) -> bool:
        return bool(
            self.page.evaluate(
                "() => document.documentElement.scrollWidth > window.innerWidth + 1"
            )
        )
