"""A real browser, and three readers who visit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
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
    """One reader's window; remembers what went wrong in it."""

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
        self.page.wait_for_selector("#question, .nothing")
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('.js-plotly-plot')].every(p => p.querySelector('.main-svg'))"
        )
        self.page.wait_for_load_state("networkidle")
        return self.page

    def violations(self) -> list[str]:
        # Evaluated, not put into the page: its policy lets no inline script run.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "() => axe.run({runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
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


@pytest.fixture
def visit(browser: Browser, site: str):
    """Open windows as readers, by name and width in pixels."""
    opened: list[Visit] = []

    def start(
        reader: str, width: int = 1280, *, dark: bool = False, at: str = ""
    ) -> Visit:
        opened.append(Visit(browser, at or site, reader=reader, width=width, dark=dark))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()
