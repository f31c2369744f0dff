"""The production server: several workers, any of which may be asked first."""

import re
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from conftest import ROOT, District


def test_a_worker_that_drew_no_page_serves_every_script(district: District):
    """Two workers share one browser: one draws the page, the other its scripts."""
    code = (
        "from app import create_app; from data.settings import read_settings;"
        "client = create_app(read_settings()).server.test_client();"
        "import dash; print(sorted(dash.get_app().registered_paths))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "CHORUS_HOME": str(district.settings.home)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "dash_bootstrap_components" in done.stdout


def test_many_readers_at_once_get_whole_answers(site):
    """Eight at a time, two hundred in all: page, scripts and styles."""
    with urllib.request.urlopen(site) as reply:
        page = reply.read().decode()
    parts = re.findall(r'<(?:script|link)[^>]*?(?:src|href)="(/[^"]+)"', page)
    assert len(parts) >= 12

    def fetch(path: str) -> int:
        with urllib.request.urlopen(site + path) as reply:
            reply.read()
            return reply.status

    with ThreadPoolExecutor(8) as readers:
        found = list(readers.map(fetch, (parts * 20)[:200]))

    assert set(found) == {200}
