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
