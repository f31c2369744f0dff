"""Made-up pupils never stand among real ones.

The demo goes into an empty home or into its own; real files into neither of the
demo's; and nothing real is ever called made up.
"""

import shutil

import duckdb
import kills
import pytest
from conftest import settings_in

from data.errors import HomeIsAnothers, SettingsError
from data.ingest.warehouse import create_schema, open_warehouse
from data.ingest.whose import (
    check_is_real,
    check_shown_as_it_is,
    give_to_the_demo,
    is_empty,
    is_made_up,
)
from data.model.reading import open_release_file
from data.publish.demo import make_demo
from data.publish.recorded import recorded_build

HOLDS = {
    "nothing": "",
    "a file": "INSERT INTO files VALUES (1, 'aa', 'a.csv', 'CSV', 'utf-8', 'm', 'r', 's', 1, 1, 0, 0, 0, now())",
    "an answer": "INSERT INTO responses VALUES (1, 1, 'w', 'f', 'k', 's', NULL, NULL, NULL, true)",
    "a school": "INSERT INTO schools VALUES ('S1', 'Alder', 'high', NULL, NULL, 0, NULL, NULL, NULL)",
    "the demo": "INSERT INTO identity VALUES ('whose', 'made up')",
}
# What the warehouse holds: may the demo go in? may a real file? may CHORUS_DEMO build?
MAY = [
    ("nothing", True, True, True),
    ("a file", False, True, False),
    ("an answer", False, True, False),
    ("a school", False, True, False),
    ("the demo", True, False, True),
]


@pytest.mark.parametrize(("holds", "demo", "real", "shown_as_demo"), MAY)
def test_who_may_go_where(holds, demo, real, shown_as_demo):
    connection = duckdb.connect()
    create_schema(connection)
    if HOLDS[holds]:
        connection.execute(HOLDS[holds])

    def may(act) -> bool:
        try:
            act()
        except HomeIsAnothers:
            return False
        return True

    assert may(lambda: check_is_real(connection)) is real
    assert may(lambda: check_shown_as_it_is(connection, as_demo=False))
    assert may(lambda: check_shown_as_it_is(connection, as_demo=True)) is shown_as_demo
    assert may(lambda: give_to_the_demo(connection)) is demo
    assert is_made_up(connection) is demo


def test_a_home_given_to_the_demo_is_the_demos_though_it_is_still_empty():
    connection = duckdb.connect()
    create_schema(connection)
    give_to_the_demo(connection)
    give_to_the_demo(connection)

    assert is_empty(connection)
    with pytest.raises(HomeIsAnothers, match="holds the made-up district"):
        check_is_real(connection)


@pytest.mark.parametrize("stage", ["people", "imported", "published"])
def test_the_demo_is_refused_in_a_real_home_and_leaves_it_as_it_was(
    stages, tmp_path, stage
):
    home = tmp_path / "home"
    shutil.copytree(stages.home(stage), home)
    code, said, _ = kills.run(home, ["demo", "--waves", "1"])

    assert code == 2
    assert "set CHORUS_HOME to an empty folder" in said
    assert len(said.strip().splitlines()) == 1
    assert not (home / "incoming").exists()
    again, _, _ = kills.run(home, ["import", str(stages.files / "response.csv")])
    assert again in {0, 4}  # no calendar yet, or imported before: never "the demo's"


def test_a_real_file_is_refused_in_the_demos_home(stages, tmp_path):
    settings = settings_in(tmp_path)
    with open_warehouse(settings) as connection:
        give_to_the_demo(connection)
    code, said, _ = kills.run(tmp_path, ["import", str(stages.files / "wave.csv")])

    assert code == 2
    assert "holds the made-up district" in said
    with open_warehouse(settings) as connection:
        assert is_empty(connection)


def test_the_demo_is_refused_in_production_before_anything_is_made(tmp_path):
    settings = settings_in(
        tmp_path / "home", CHORUS_ENV="production", CHORUS_SECRET="s" * 32,
        CHORUS_PROXIES="1", CHORUS_HOSTS="chorus.example",
    )  # fmt: skip
    with pytest.raises(SettingsError, match="not for production"):
        make_demo(settings, schools=30, waves=1, progress=lambda _: None)

    assert not (tmp_path / "home").exists()


def test_real_numbers_are_never_built_as_made_up_ones(stages, tmp_path):
    from data.ledger.store import Ledger
    from data.publish.permissions import AT_THE_MACHINE

    home = tmp_path / "home"
    shutil.copytree(stages.home("imported"), home)
    settings = settings_in(home, CHORUS_DEMO="1")
    ledger = Ledger(settings.ledger)
    with open_warehouse(settings) as connection, pytest.raises(HomeIsAnothers, match="CHORUS_DEMO is on"):  # fmt: skip
        recorded_build(
            connection, settings, ledger, AT_THE_MACHINE, wave=kills.WAVE, district="x"
        )

    assert not (home / "releases").exists()


@pytest.mark.long
def test_made_up_numbers_say_so_though_the_demos_switch_is_off(tmp_path):
    from districts import publish_empty

    settings = settings_in(tmp_path)
    with open_warehouse(settings) as connection:
        give_to_the_demo(connection)
    release_id = publish_empty(settings)
    public = settings.releases / release_id / "public.duckdb"
    with open_release_file(public) as connection:
        found = connection.execute(
            "SELECT value FROM meta WHERE key = 'is_demo'"
        ).fetchall()

    assert found == [("1",)]
