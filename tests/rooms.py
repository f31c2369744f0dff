"""Which tests guard which rooms: `python tests/rooms.py scoring` prints their paths.

A room is a few folders of code. Its tests lie in `tests/<room>/`, which needs no
line here; the table names what lies elsewhere, because it guards several rooms.
`tests/docs/test_rooms.py` finds code or tests that no room holds.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Room:
    """Code, and the tests that guard it; paths from the top of the project."""

    code: tuple[str, ...]
    also: tuple[str, ...] = ()  # tests that lie outside `tests/<room>/`
    planted: bool = False  # `make mutants` plants faults in its code


ROOMS = {
    "scoring": Room(
        code=("data/scoring",),
        planted=True,
        also=(
            "tests/oracle",
            "tests/spec/test_adoption.py",
            "tests/spec/test_chicago.py",
            "tests/spec/test_estimation_edges.py",
            "tests/spec/test_event_study.py",
            "tests/spec/test_golden_values.py",
            "tests/spec/test_registers.py",
            "tests/spec/test_scoring.py",
            "tests/spec/test_truth.py",
        ),
    ),
    "disclosure": Room(
        code=("data/disclosure",),
        planted=True,
        also=(
            "tests/properties/test_suppression.py",
            "tests/spec/test_audit.py",
            "tests/spec/test_disclosure.py",
            "tests/spec/test_published_patterns.py",
            "tests/spec/test_registers.py",
        ),
    ),
    # An outsider, who shares nothing with what protects.
    "audit": Room(code=("data/audit",), also=("tests/spec/test_audit.py",)),
    "ingest": Room(
        code=("data/ingest", "data/mappings"),
        planted=True,
        also=(
            "tests/spec/test_hand_kept.py",
            "tests/spec/test_import.py",
            "tests/spec/test_new_york.py",
            "tests/spec/test_own_scales.py",
            "tests/spec/test_who_answered.py",
        ),
    ),
    "model": Room(
        code=("data/model", "data/errors.py", "data/settings.py"),
        planted=True,
        also=(
            "tests/spec/test_disclosure.py",
            "tests/spec/test_estimation_edges.py",
            "tests/spec/test_office.py",
            "tests/spec/test_registers.py",
            "tests/spec/test_release.py",
            "tests/spec/test_settings.py",
            "tests/unit/test_words.py",
            "tests/web/test_private.py",
        ),
    ),
    "catalogue": Room(
        code=("data/catalogue",),
        also=("tests/spec/test_catalogue.py", "tests/spec/test_own_scales.py"),
    ),
    "district": Room(code=("data/district",), also=("tests/spec/test_demo_truth.py",)),
    "ledger": Room(
        code=("data/ledger",),
        also=(
            "tests/spec/test_hand_kept.py",
            "tests/spec/test_office.py",
            "tests/spec/test_restore.py",
            "tests/spec/test_sign_in.py",
        ),
    ),
    "publish": Room(
        code=(
            "data/publish",
            "data/cli.py",
            "data/import_commands.py",
            "data/terminal.py",
        ),
        also=(
            "tests/spec/test_explain.py",
            "tests/spec/test_faults.py",
            "tests/spec/test_hand_kept.py",
            "tests/spec/test_office.py",
            "tests/spec/test_release.py",
            "tests/spec/test_restore.py",
            "tests/unit/test_commands.py",
        ),
    ),
    "queries": Room(
        code=("queries",),
        planted=True,
        also=(
            "tests/spec/test_new_york.py",
            "tests/spec/test_said.py",
            "tests/spec/test_viewers.py",
        ),
    ),
    "web": Room(
        code=("web", "app.py"),
        planted=True,
        also=(
            "tests/spec/test_matrix.py",
            "tests/spec/test_paper_and_files.py",
            "tests/spec/test_server.py",
            "tests/spec/test_sign_in.py",
            "tests/spec/test_viewers.py",
        ),
    ),
    "pages": Room(
        code=("pages",),
        also=(
            "tests/browser",
            "tests/sentences",
            "tests/spec/test_matrix.py",
            "tests/spec/test_memory.py",
            "tests/spec/test_said.py",
            "tests/spec/test_trust.py",
            "tests/spec/test_viewers.py",
        ),
    ),
    "charts": Room(
        code=("components",),
        also=(
            "tests/unit/test_charts.py",
            "tests/unit/test_components.py",
            "tests/unit/test_svg.py",
        ),
    ),
    "words": Room(
        code=("components/words.py",),
        planted=True,
        also=(
            "tests/sentences",
            "tests/unit/test_components.py",
            "tests/unit/test_words.py",
        ),
    ),
    "documents": Room(code=("docs", "README.md"), also=("tests/docs",)),
}


def guards_of(name: str) -> list[str]:
    """Return the paths of the tests that guard the room `name`."""
    own = [f"tests/{name}"] if (ROOT / "tests" / name).is_dir() else []
    return [*own, *ROOMS[name].also]


if __name__ == "__main__":
    asked = sys.argv[1:]
    if not asked or not set(asked) <= set(ROOMS):
        sys.exit(f"Name a room: {', '.join(ROOMS)}.")
    print(*dict.fromkeys(path for name in asked for path in guards_of(name)))
