"""A backup made as the guide says is a whole Chorus again in an empty folder."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from datetime import date

from conftest import ROOT, District, serve, settings_in

from data.ledger.entries import standing
from data.ledger.store import Ledger
from data.publish.demo_entries import type_in
from data.publish.office import Office
from data.publish.permissions import AT_THE_MACHINE


def chorus(home, *words: str, check: bool = True) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "data.cli", *words],
        capture_output=True, text=True, check=check, cwd=ROOT,
        env={**os.environ, "CHORUS_HOME": str(home), "CHORUS_SECRET": "d" * 32},
    )  # fmt: skip
    return done.stdout


def test_a_restored_copy_is_whole_and_serves(district: District, tmp_path):
    source, target = tmp_path / "before", tmp_path / "after"
    source.mkdir()
    shutil.copytree(district.settings.releases, source / "releases")
    shutil.copy(district.settings.warehouse, source)
    ledger = Ledger(f"sqlite:///{source / 'ledger.sqlite'}")
    Office(source / "releases", ledger).choose_single_steward(AT_THE_MACHINE, yes=True)
    type_in(ledger, ["SCH-001", "SCH-002"], today=date(2026, 11, 24))

    target.mkdir()
    shutil.copytree(source / "releases", target / "releases")
    shutil.copy(source / "warehouse.duckdb", target)
    live = sqlite3.connect(source / "ledger.sqlite")
    with sqlite3.connect(target / "ledger.sqlite") as copy:
        live.backup(copy)

    verified = chorus(target, "audit", "verify", check=False)
    assert "every seal holds" in verified
    # The ledger of this test never knew how the releases came to be.
    assert f"{district.release_id} was published and no line says so" in verified
    assert district.release_id in chorus(target, "release", "list")
    with Ledger(f"sqlite:///{target / 'ledger.sqlite'}").reading() as session:
        assert len(standing(session, "support_request")) == 2
    running = serve(settings_in(target, CHORUS_SECRET="d" * 32), demo=False)
    site = next(running)
    named = (
        f"{site}/open-data/{district.release_id}/chorus_estimates_{district.release_id}"
    )
    assert read(f"{site}/readyz")
    digest = read(f"{named}.sha256").split()[0].decode()
    assert hashlib.sha256(read(f"{named}.csv")).hexdigest() == digest
    running.close()


def read(address: str) -> bytes:
    with urllib.request.urlopen(address) as reply:
        assert reply.status == 200
        return reply.read()
