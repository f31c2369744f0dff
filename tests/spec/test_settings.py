"""What the environment may say, and what it must not."""

import pytest

from data.errors import SettingsError
from data.settings import read_settings


def test_production_refuses_the_demos_view_as():
    with pytest.raises(SettingsError, match="anyone view as anyone"):
        read_settings(
            {"CHORUS_ENV": "production", "CHORUS_DEMO": "1", "CHORUS_SECRET": "x" * 40}
        )


@pytest.mark.parametrize("secret", ["", "short"])
def test_production_needs_a_secret(secret):
    with pytest.raises(SettingsError, match="CHORUS_SECRET"):
        read_settings({"CHORUS_ENV": "production", "CHORUS_SECRET": secret})


def test_an_unknown_environment_is_named():
    with pytest.raises(SettingsError, match="staging"):
        read_settings({"CHORUS_ENV": "staging"})


def test_without_the_demo_there_is_no_view_as(tmp_path):
    settings = read_settings({"CHORUS_HOME": str(tmp_path)})

    assert not settings.demo
    assert settings.warehouse.parent == tmp_path
