"""The made-up district's pages, read once a run by every reader in both languages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from conftest import settings_in
from districts import publish_empty
from sentences import (
    kinds_front,
    kinds_office,
    kinds_results,
    kinds_surveys,
    kinds_voices,
)
from sentences.constants import CONSTANTS
from sentences.html_text import Said, sentences
from sentences.reader import Place, Reading
from sentences.release import Release
from sentences.site import Site, walked
from web_asking import fresh_pages
from window import READERS

TABLES = (kinds_front, kinds_voices, kinds_results, kinds_surveys, kinds_office)


@pytest.fixture(scope="session")
def site_read(once, client) -> Site:
    """What every page says, asked for once a run."""
    return once.make("site-read", lambda _: walked(client.application))[1]


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory) -> Site:
    """What the pages say of a district that has asked nobody."""
    from app import create_app

    home = tmp_path_factory.mktemp("nobody-asked")
    publish_empty(settings_in(home, CHORUS_SECRET="s" * 32))
    fresh_pages()
    settings = settings_in(home, CHORUS_DEMO="1", CHORUS_SECRET="s" * 32)
    return walked(create_app(settings).server, ("public", "steward"))


@pytest.fixture(scope="session")
def releases(district, tmp_path_factory) -> Iterator[dict[str, Release]]:
    # Copies: the server has the files themselves open, in its own way.
    files = tmp_path_factory.mktemp("files")
    for file in district.folder.glob("*.duckdb"):
        shutil.copy(file, files)
    opened = {reader: Release(district.folder, reader, files) for reader in READERS}
    yield opened
    for release in opened.values():
        release.close()


@pytest.fixture(scope="session")
def constants(empty_site) -> set[str]:
    """Sentences that say the same of any district."""
    said = {s for page in empty_site.values() for block in page for s in _units(block)}
    return {*said, *CONSTANTS}


def _units(block: Said) -> list[str]:
    return [block.text, *sentences(block)]


@pytest.fixture(scope="session")
def reading(site_read, releases, constants) -> Reading:
    found = Reading()
    for (reader, path, language), page in site_read.items():
        place = Place(releases[reader], reader, path, language)
        found.page(page, place, constants.__contains__)
    return found
