"""A real browser, and three readers who visit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from window import PATIENCE, Visit, chromium

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


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


@pytest.fixture(scope="session")
def windows(browser: Browser, site: str) -> Iterator[dict[tuple[str, bool], Visit]]:
    opened: dict[tuple[str, bool], Visit] = {}
    yield opened
    for one in opened.values():
        one.context.close()


@pytest.fixture
def kept(browser: Browser, site: str, windows: dict[tuple[str, bool], Visit]):
    """Windows left open between tests, one a reader; for those who look and do nothing.

    A new window fetches and reads every script again, longer than a page takes.
    """

    def found(reader: str, width: int = 1280, *, dark: bool = False) -> Visit:
        key = reader, dark
        if key not in windows:
            windows[key] = Visit(browser, site, reader=reader, width=width, dark=dark)
        window = windows[key]
        window.troubles.clear()
        window.page.set_viewport_size({"width": width, "height": 900})
        return window

    return found
