"""`make everyone`: axe on every page for every reader, in every look, at every size.

Pages x readers x languages x light and dark x a desk and a phone x districts: an empty
one, thirty schools, 168 and 1,860. Takes most of an hour on two cores and stops by
itself; `--sizes 30` or `--sizes 0,30` takes less.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from addresses import OFFICE, PAGES, WRITING
from conftest import serve, settings_in
from districts import publish_empty
from playwright.sync_api import TimeoutError as TooLate
from window import READERS, Visit, chromium

from data.district.schools import WAVES
from data.district.writer import NAME, write_district
from data.ingest.door import import_file
from data.ingest.warehouse import open_warehouse
from data.publish.build import build_release
from data.publish.shelf_moves import publish_release
from data.settings import Settings

SIZES = (0, 30, 168, 1860)
# The large one holds the latest waves alone: pages are not longer for more.
WAVES_OF = {1860: 2}
LANGUAGES = ("en", "es")
WIDTHS = (1280, 390)


def publish(settings: Settings, schools: int) -> None:
    """Publish a made-up district of *schools*; none is one that has asked nobody."""
    if not schools:
        publish_empty(settings)
        return
    with open_warehouse(settings) as connection:
        written = write_district(
            settings.incoming, schools=schools, waves=WAVES_OF.get(schools, len(WAVES))
        )
        for path, mapping in written:
            import_file(connection, settings, path, mapping_file=mapping)
        release = build_release(connection, settings, wave=WAVES[-1], district=NAME)
    publish_release(settings.releases, release)


def addresses(reader: str) -> tuple[str, ...]:
    own = {"steward": OFFICE, "superintendent": WRITING, "principal": WRITING}
    return (*PAGES, *own.get(reader, ("/my",)))


def looks(window: Visit, path: str) -> Iterator[tuple[str, list[str]]]:
    """Each look of a page, with what is wrong in it."""
    try:
        window.open(path)
    except TooLate:
        yield "any look", ["it does not open"]
        return
    for dark in (False, True):
        window.paint(path, dark=dark)
        for width in WIDTHS:
            window.resize(width)
            wrong = window.violations()
            if window.overflows():
                wrong.append("wider than the window")
            yield f"{width} px, {'dark' if dark else 'light'}", wrong
    if window.troubles:
        yield "any look", window.troubles
        window.troubles.clear()


def visited(site: str, size: int, reader: str) -> tuple[int, list[str]]:
    """Return how many looks one reader had, and what was wrong in them."""
    seen, found = 0, []
    with chromium() as browser:
        for language in LANGUAGES:
            window = Visit(browser, site, reader=reader, width=WIDTHS[0])
            for path in addresses(reader):
                address = f"{path}{'&' if '?' in path else '?'}lang={language}"
                for look, wrong in looks(window, address):
                    seen += 1
                    where = f"{size} schools, {reader}, {address}, {look}"
                    found += [f"{where}: {what}" for what in wrong]
            window.context.close()
    return seen, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--readers", default=",".join(READERS))
    asked = parser.parse_args()
    seen, found = 0, []
    for size in map(int, asked.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            settings = settings_in(Path(folder), CHORUS_DEMO="1")
            publish(settings, size)
            for site in serve(settings, demo=True):
                with ProcessPoolExecutor(2) as pool:
                    waits = [
                        pool.submit(visited, site, size, reader)
                        for reader in asked.readers.split(",")
                    ]
                    for wait in waits:
                        looked, wrong = wait.result()
                        seen += looked
                        found += wrong
                        print("\n".join(wrong), flush=True, end="\n" if wrong else "")
            print(f"{size} schools: {seen:,} looks so far, {len(found)} wrong")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
