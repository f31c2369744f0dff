"""What the environment may say, word for word, and what is in force where it is silent."""

import re
from ipaddress import ip_network
from pathlib import Path

import pytest
from conftest import ROOT

from data.errors import SettingsError
from data.settings import Settings, SignIn, read_settings

SECRET = "s" * 32
IN_PRODUCTION = {
    "CHORUS_ENV": "production",
    "CHORUS_SECRET": SECRET,
    "CHORUS_PROXIES": "1",
    "CHORUS_HOSTS": "chorus.our.district",
}
OUR_PROVIDER = {
    "CHORUS_OIDC_ISSUER": "https://id.our.district",
    "CHORUS_OIDC_CLIENT_ID": "chorus",
    "CHORUS_OIDC_CLIENT_SECRET": "whisper",
}


def test_a_silent_environment_is_a_demo_machine_without_a_demo():
    settings = read_settings({})

    assert settings == Settings(home=(ROOT / "var").resolve())
    assert settings.environment == "development"
    assert (settings.demo, settings.secret, settings.sign_in) == (False, None, None)
    assert (settings.memory_limit, settings.timezone) == ("1500MB", "UTC")
    assert (settings.contact, settings.ledger_url) == ("", "")
    assert settings.hosts == ("localhost", "127.0.0.1")
    assert (settings.proxies, settings.tls, settings.frame_hosts) == (0, None, ())
    assert settings.proxy_networks == (ip_network("127.0.0.0/8"), ip_network("::1"))
    assert settings.log_json is False
    assert settings.threads == 8
    assert settings.callbacks_per_minute == 1200
    assert settings.sign_ins_per_minute == 20
    assert settings.files_per_minute == 120
    assert settings.forms_per_minute == 60
    assert not settings.is_production


@pytest.mark.parametrize(
    ("name", "text", "attribute", "value"),
    [
        ("CHORUS_DEMO", "1", "demo", True),
        ("CHORUS_DEMO", "true", "demo", True),
        ("CHORUS_DEMO", "yes", "demo", True),
        ("CHORUS_DEMO", "0", "demo", False),
        ("CHORUS_SECRET", SECRET, "secret", SECRET),
        ("CHORUS_MEMORY", "4GB", "memory_limit", "4GB"),
        ("CHORUS_LEDGER", "postgresql://x", "ledger_url", "postgresql://x"),
        ("CHORUS_TIMEZONE", "America/Chicago", "timezone", "America/Chicago"),
        ("CHORUS_CONTACT", "the office", "contact", "the office"),
        ("CHORUS_HOSTS", "A.example b.example", "hosts", ("a.example", "b.example")),
        ("CHORUS_PROXIES", "2", "proxies", 2),
        ("CHORUS_FRAME_HOSTS", "https://a https://b", "frame_hosts", ("https://a", "https://b")),
        ("CHORUS_LOG", "json", "log_json", True),
        ("CHORUS_LOG", "plain", "log_json", False),
        ("CHORUS_THREADS", "3", "threads", 3),
        ("CHORUS_CALLBACKS_PER_MINUTE", "7", "callbacks_per_minute", 7),
        ("CHORUS_SIGN_INS_PER_MINUTE", "0", "sign_ins_per_minute", 0),
        ("CHORUS_FILES_PER_MINUTE", "9", "files_per_minute", 9),
        ("CHORUS_FORMS_PER_MINUTE", "8", "forms_per_minute", 8),
        ("CHORUS_PROXY_ADDRESSES", "10.0.0.7 10.1.0.0/16", "proxy_networks", (ip_network("10.0.0.7"), ip_network("10.1.0.0/16"))),
    ],
)  # fmt: skip
def test_each_setting_is_read_from_its_own_name(name, text, attribute, value):
    assert getattr(read_settings({name: text}), attribute) == value


def test_everything_kept_lies_in_the_home_folder(tmp_path):
    settings = read_settings({"CHORUS_HOME": str(tmp_path)})

    assert settings.home == tmp_path.resolve()
    assert settings.warehouse == tmp_path / "warehouse.duckdb"
    assert settings.releases == tmp_path / "releases"
    assert settings.incoming == tmp_path / "incoming"
    assert settings.ledger == f"sqlite:///{tmp_path}/ledger.sqlite"


def test_a_home_may_be_written_with_a_tilde(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))

    assert read_settings({"CHORUS_HOME": "~/kept"}).home == tmp_path / "kept"
    assert read_settings({"CHORUS_HOME": ""}).home == ROOT / "var"


def test_the_environment_of_the_process_is_read_where_none_is_given(monkeypatch):
    monkeypatch.setenv("CHORUS_CONTACT", "the office")

    assert read_settings().contact == "the office"


def test_a_ledger_is_there_once_its_file_is_or_where_an_address_was_given(tmp_path):
    settings = Settings(home=tmp_path)
    assert not settings.has_ledger
    (tmp_path / "ledger.sqlite").touch()

    assert settings.has_ledger
    assert Settings(home=Path("nowhere"), ledger_url="postgresql://x").has_ledger
    assert (
        Settings(home=tmp_path, ledger_url="postgresql://x").ledger == "postgresql://x"
    )


# --- production ------------------------------------------------------------------


def test_production_has_a_secret_a_name_and_https():
    settings = read_settings(IN_PRODUCTION)

    assert settings.is_production
    assert settings.hosts == ("chorus.our.district",)


def refused(env, sentence):
    with pytest.raises(SettingsError, match=f"^{re.escape(sentence)}$"):
        read_settings(env)


@pytest.mark.parametrize("missing", ["CHORUS_SECRET", "CHORUS_PROXIES", "CHORUS_HOSTS"])
def test_production_without_one_of_them_is_refused_by_name(missing):
    without = {k: v for k, v in IN_PRODUCTION.items() if k != missing}
    with pytest.raises(SettingsError, match=missing):
        read_settings(without)


def test_the_sentences_of_production():
    refused(
        {**IN_PRODUCTION, "CHORUS_DEMO": "1"},
        "CHORUS_DEMO lets anyone view as anyone; unset it in production",
    )
    refused(
        {"CHORUS_ENV": "production"},
        "CHORUS_SECRET is not set; production needs 32 or more random characters, the "
        "same ones from now on",
    )
    refused(
        {**IN_PRODUCTION, "CHORUS_PROXIES": "0"},
        "in production people must reach Chorus over HTTPS: say how many reverse "
        "proxies stand before it (CHORUS_PROXIES=1), or give CHORUS_TLS_CERT and "
        "CHORUS_TLS_KEY",
    )
    refused(
        {"CHORUS_ENV": "staging"},
        "CHORUS_ENV is 'staging'; use one of development, production",
    )


def test_the_servers_own_certificate_is_https_too():
    own = {"CHORUS_TLS_CERT": "c.pem", "CHORUS_TLS_KEY": "k.pem", "CHORUS_PROXIES": "0"}

    assert read_settings({**IN_PRODUCTION, **own}).tls == ("c.pem", "k.pem")


@pytest.mark.parametrize("alone", ["CHORUS_TLS_CERT", "CHORUS_TLS_KEY"])
def test_a_certificate_and_its_key_go_together(alone):
    refused({alone: "x.pem"}, "CHORUS_TLS_CERT and CHORUS_TLS_KEY go together")


@pytest.mark.parametrize(
    ("secret", "what"),
    [
        ("", "set and empty: it is shorter"),
        ("  ", "set and empty: it is shorter"),
        ("x" * 31, "shorter"),
    ],
)
def test_a_lost_secret_is_told_from_a_short_one(secret, what):
    refused(
        {"CHORUS_SECRET": secret},
        f"CHORUS_SECRET is {what} than 32 characters; give the district's own secret, "
        "or unset it to have one made and kept",
    )


@pytest.mark.parametrize("text", ["many", "-1", "1.5", ""])
@pytest.mark.parametrize(
    "name",
    [
        "CHORUS_PROXIES", "CHORUS_THREADS", "CHORUS_CALLBACKS_PER_MINUTE",
        "CHORUS_SIGN_INS_PER_MINUTE", "CHORUS_FILES_PER_MINUTE",
    ],
)  # fmt: skip
def test_a_number_is_whole(name, text):
    refused({name: text}, f"{name} is '{text}'; it must be a whole number")


def test_a_place_on_the_map_of_hours_is_named_as_the_database_names_it():
    refused(
        {"CHORUS_TIMEZONE": "Mars/Base"},
        "CHORUS_TIMEZONE is 'Mars/Base'; use a name like America/Chicago",
    )


def test_a_proxys_address_that_is_none_is_named():
    refused(
        {"CHORUS_PROXY_ADDRESSES": "10.0.0.7 here"},
        "CHORUS_PROXY_ADDRESSES holds 'here'; write addresses or networks, as 10.0.0.7 "
        "or 10.0.0.0/24",
    )


# --- sign-in ---------------------------------------------------------------------


def test_a_provider_is_its_address_and_what_it_gave_us():
    assert read_settings(OUR_PROVIDER).sign_in == SignIn(
        "https://id.our.district", "chorus", "whisper", (), vouches_for_email=False
    )


def test_a_provider_may_serve_some_domains_and_vouch_for_its_addresses():
    more = {
        "CHORUS_OIDC_ISSUER": "https://id.our.district/",
        "CHORUS_SIGNIN_DOMAINS": "Our.District school.org",
        "CHORUS_OIDC_TRUST_EMAIL": "yes",
    }

    assert read_settings({**OUR_PROVIDER, **more}).sign_in == SignIn(
        "https://id.our.district", "chorus", "whisper", ("our.district", "school.org"),
        vouches_for_email=True,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["CHORUS_OIDC_CLIENT_ID", "CHORUS_OIDC_CLIENT_SECRET"])
def test_what_the_provider_gave_and_nobody_set_is_missing(name):
    refused({**OUR_PROVIDER, name: ""}, f"{name} is missing; the provider gave you one")


@pytest.mark.parametrize(
    ("issuer", "environment", "is_allowed"),
    [
        ("https://id.our.district", "production", True),
        ("http://id.our.district", "development", False),
        ("http://127.0.0.1:9000", "development", True),
        ("http://localhost:9000", "development", True),
        ("http://[::1]:9000", "development", True),
        ("http://localhost:9000", "production", False),
    ],
)
def test_a_provider_is_reached_over_https_but_for_a_trial_on_this_machine(
    issuer, environment, is_allowed
):
    env = {
        **IN_PRODUCTION,
        **OUR_PROVIDER,
        "CHORUS_ENV": environment,
        "CHORUS_OIDC_ISSUER": issuer,
    }
    if is_allowed:
        assert read_settings(env).sign_in.issuer == issuer
    else:
        refused(env, "CHORUS_OIDC_ISSUER must begin with https://")
