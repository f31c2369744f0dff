"""Writes the golden checksums anew: `python -m tests.golden`, after a wanted change."""

import json
import tempfile
from pathlib import Path

from data.district.schools import WAVES
from data.district.writer import NAME, write_district
from data.ingest.door import import_file
from data.ingest.warehouse import open_warehouse
from data.model.shelf import draft_folder, read_manifest
from data.publish.build import build_release
from data.settings import read_settings

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        settings = read_settings(
            {"CHORUS_HOME": home, "CHORUS_DEMO": "1", "CHORUS_SECRET": "d" * 32}
        )
        with open_warehouse(settings) as connection:
            for path, mapping in write_district(settings.incoming):
                import_file(connection, settings, path, mapping_file=mapping)
            release_id = build_release(
                connection, settings, wave=WAVES[-1], district=NAME
            )
        files = read_manifest(draft_folder(settings.releases, release_id))["files"]
    found = {
        name: {t: e["sha256"] for t, e in file["tables"].items() if t != "meta"}
        for name, file in files.items()
        if "tables" in file
    }
    Path(__file__).with_name("checksums.json").write_text(
        json.dumps(found, indent=1) + "\n"
    )
