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


@pytest.mark.parametrize("environment", ["development", "production"])
@pytest.mark.parametrize("secret", ["", "   ", "x" * 31, " " * 20 + "x" * 12])
def test_a_secret_that_is_set_and_lost_or_short_is_refused_everywhere(
    environment, secret
):
    """CHORUS_SECRET= in a unit file is a secret that got lost, not "none"."""
    with pytest.raises(SettingsError, match=r"CHORUS_SECRET is .*shorter than 32"):
        read_settings({"CHORUS_ENV": environment, "CHORUS_SECRET": secret})


def test_a_secret_of_thirty_two_characters_is_long_enough_and_none_is_allowed_at_home():
    assert read_settings({"CHORUS_SECRET": "x" * 32}).secret == "x" * 32
    assert read_settings({}).secret is None
