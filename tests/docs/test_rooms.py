"""Every line of code stands in a room, and every test guards one."""

import tomllib

from conftest import ROOT
from rooms import ROOMS, guards_of


def covered(path: str, by: list[str]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in by)


def test_every_module_stands_in_a_room():
    roots = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["files"]
    modules = [
        path.relative_to(ROOT).as_posix()
        for root in roots
        for path in ([ROOT / root] if root.endswith(".py") else (ROOT / root).rglob("*.py"))
        if path.read_text().count("\n") > 1
    ]
    code = [path for room in ROOMS.values() for path in room.code]

    assert [m for m in modules if not covered(m, code)] == []


def test_every_test_guards_a_room():
    files = [p.relative_to(ROOT).as_posix() for p in (ROOT / "tests").rglob("test_*.py")]
    guarded = [path for name in ROOMS for path in guards_of(name)]

    assert [f for f in files if not covered(f, guarded)] == []


def test_no_room_names_what_is_gone():
    named = [path for room in ROOMS.values() for path in (*room.code, *room.also)]

    assert [path for path in named if not (ROOT / path).exists()] == []
