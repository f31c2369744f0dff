"""`make soak`: 100,000 requests while twenty releases are swapped.

Two production workers on loopback; eight readers ask for the frame of the page and
compare the release it names with the one its header line links to. Bounded in number
and time, and it stops by itself.
"""

import json
import sys
import tempfile
import threading
import time
from pathlib import Path

import requests
from callbacks import choice
from conftest import copy_as_draft, serve, settings_in
from kills import FIRST, WAVE, Stages
from spec.test_faults import rename

from data.publish.shelf_moves import publish_release

REQUESTS, SWAPS, READERS, LONGEST = 100_000, 20, 8, 1_500
BODY = choice("/releases")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Stages(Path(folder) / "stages").home("reviewed"))
        shelf = settings.releases
        for site in serve(settings, demo=False):
            asked, failed, mixed = swap_and_ask(site, shelf)
            print(f"{asked:,} requests, {SWAPS} swaps, {failed} failed, {mixed} mixed")
            sys.exit(1 if failed or mixed or asked < REQUESTS else 0)


def swap_and_ask(site: str, shelf: Path) -> tuple[int, int, int]:
    counts = {"asked": 0, "failed": 0, "mixed": 0}
    lock, stop = threading.Lock(), threading.Event()

    def reader() -> None:
        browser = requests.Session()
        while not stop.is_set():
            try:
                reply = browser.post(
                    f"{site}/_dash-update-component", json=BODY, timeout=30
                )
                ok, names = reply.status_code == 200, releases_named(reply)
            except (requests.RequestException, ValueError):
                ok, names = False, set()
            with lock:
                counts["asked"] += 1
                counts["failed"] += not ok
                counts["mixed"] += len(names) != 1
                if counts["asked"] >= REQUESTS:
                    stop.set()

    readers = [threading.Thread(target=reader) for _ in range(READERS)]
    for thread in readers:
        thread.start()
    began = time.monotonic()
    for k in range(SWAPS):
        release_id = f"{WAVE}.{k + 10}"
        rename(copy_as_draft(shelf / FIRST, shelf, release_id), release_id)
        publish_release(shelf, release_id)
        while counts["asked"] < REQUESTS * (k + 1) / (SWAPS + 1) and not stop.is_set():
            time.sleep(0.02)
            if time.monotonic() - began > LONGEST:
                stop.set()
    for thread in readers:
        thread.join()
    return counts["asked"], counts["failed"], counts["mixed"]


def releases_named(reply: requests.Response) -> set[str]:
    """The release of the header line, and the one the sentence calls current."""
    text = json.dumps(reply.json())
    line = text.split("/r/")[1].split("/")[0]
    sentence = text.split('"current one is "')[-1]
    current = next(
        (part for part in sentence.split('"') if part.startswith(WAVE + ".")), line
    )
    return {line, current}


if __name__ == "__main__":
    main()
