"""A release's file is open to all its readers at once, whoever comes first."""

import shutil
from itertools import permutations

import pytest
from release_rows import PUBLIC, write_release_file

from data.audit.files import read_release
from data.model.reading import open_release_file
from data.model.shelf import Pointer
from data.model.viewer import Audience
from queries.desk import OpenRelease

WAVES = "SELECT count(*) FROM waves"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    for audience in Audience:
        write_release_file(folder / f"{audience}.duckdb")
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """Files of this test's own: nobody has them open yet."""
    return shutil.copytree(made, tmp_path / "release")


def page(folder):
    """Ask as the website does, which keeps its connection for the next page."""
    release = OpenRelease("2026-27F.1", folder, Pointer("2026-27F.1", ()))
    with release.connection(PUBLIC) as connection:
        connection.exec_driver_sql(WAVES).all()
    return release


def command(folder):
    connection = open_release_file(folder / "public.duckdb")
    connection.execute(WAVES)
    return connection


def audited(folder):
    return read_release(folder)


@pytest.mark.parametrize("order", list(permutations((page, command, audited))))
def test_nobody_who_reads_a_file_keeps_another_from_it(folder, order):
    held = [reader(folder) for reader in order]

    assert len(held) == 3
    with open_release_file(folder / "public.duckdb") as connection:
        assert connection.execute(WAVES).fetchall() == [(3,)]
