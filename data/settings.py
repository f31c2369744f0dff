"""The environment, read once into one frozen value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.errors import SettingsError

SHORTEST_SECRET = 32
ENVIRONMENTS = ("development", "production")
ON_THIS_MACHINE = ("localhost", "127.0.0.1")
Network = IPv4Network | IPv6Network
LOOPBACK: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


@dataclass(frozen=True, slots=True)
class SignIn:
    """An OpenID Connect provider: Google, Microsoft, ClassLink, Clever or another.

    Attributes:
        issuer: its address; discovery is read below it.
        domains: email domains that may sign in; empty lets every one the ledger
            knows.
        vouches_for_email: every address it names is its owner's, as in a directory
            the district keeps itself; then it need not say `email_verified`.
    """

    issuer: str
    client_id: str
    client_secret: str
    domains: tuple[str, ...] = ()
    vouches_for_email: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things live and which switches are on.

    Attributes:
        home: folder of incoming files, warehouse and releases.
        environment: "development" or "production".
        demo: the district is made up; every page says so, and a reader may
            "view as" another. Refused in production.
        secret: signs the demo's "view as" cookie and keys the hashes of
            response ids; None means one is made and kept in `home`.
        memory_limit: what DuckDB may use, for example "1500MB".
        ledger_url: where people, approvals and the audit log are kept.
        keep_originals: days for which survey exports are kept to be read again, after
            the release of their wave was approved; 0 keeps none.
        timezone: the district's, for the hour a release is published at.
        contact: whom to ask for access, as shown to people not yet let in.
        sign_in: how staff sign in; None where nobody can.
        hosts: names the server answers to; another `Host` is refused.
        proxies: how many reverse proxies stand before the server.
        proxy_networks: where they stand; what anyone else forwards is not believed.
        tls: certificate and key, where the server speaks HTTPS itself.
        frame_hosts: origins that may show public pages in a frame.
        log_json: the log is written as one JSON object a line.
        threads: that answer, in each worker.
        callbacks_per_minute, sign_ins_per_minute, files_per_minute,
            forms_per_minute: of one client, by all workers together; 0 lets any
            number through.
    """

    home: Path
    environment: str = "development"
    demo: bool = False
    secret: str | None = None
    memory_limit: str = "1500MB"
    ledger_url: str = ""
    keep_originals: int = 90
    timezone: str = "UTC"
    contact: str = ""
    sign_in: SignIn | None = None
    hosts: tuple[str, ...] = ON_THIS_MACHINE
    proxies: int = 0
    proxy_networks: tuple[Network, ...] = LOOPBACK
    tls: tuple[str, str] | None = None
    frame_hosts: tuple[str, ...] = ()
    log_json: bool = False
    threads: int = 8
    callbacks_per_minute: int = 1_200
    sign_ins_per_minute: int = 20
    files_per_minute: int = 120
    forms_per_minute: int = 60

    @property
    def ledger(self) -> str:
        """Address of the ledger, a file in `home` by default."""
        return self.ledger_url or f"sqlite:///{self.home / 'ledger.sqlite'}"

    @property
    def has_ledger(self) -> bool:
        """True where one is kept already, or somewhere else than in `home`."""
        return bool(self.ledger_url) or (self.home / "ledger.sqlite").exists()

    @property
    def is_production(self) -> bool:
        """True where real people's data is served."""
        return self.environment == "production"

    @property
    def warehouse(self) -> Path:
        """The one file that holds respondent-level rows."""
        return self.home / "warehouse.duckdb"

    @property
    def releases(self) -> Path:
        """The shelf of releases, the only thing the website reads."""
        return self.home / "releases"

    @property
    def incoming(self) -> Path:
        """Where the demo writes its export files."""
        return self.home / "incoming"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in force.

    Raises:
        SettingsError: an unknown environment, demo personas in production, or a
            secret that is set and empty or too short.
    """
    env = os.environ if environ is None else environ
    environment = env.get("CHORUS_ENV", "development")
    if environment not in ENVIRONMENTS:
        raise SettingsError(
            f"CHORUS_ENV is '{environment}'; use one of {', '.join(ENVIRONMENTS)}"
        )
    demo = env.get("CHORUS_DEMO", "") in {"1", "true", "yes"}
    secret = _secret(env)
    if environment == "production":
        if demo:
            raise SettingsError(
                "CHORUS_DEMO lets anyone view as anyone; unset it in production"
            )
        if secret is None:
            raise SettingsError(
                f"CHORUS_SECRET is not set; production needs {SHORTEST_SECRET} or more "
                "random characters, the same ones from now on"
            )
        if not (_number(env, "CHORUS_PROXIES", "0") or env.get("CHORUS_TLS_CERT")):
            raise SettingsError(
                "in production people must reach Chorus over HTTPS: say how many "
                "reverse proxies stand before it (CHORUS_PROXIES=1), or give "
                "CHORUS_TLS_CERT and CHORUS_TLS_KEY"
            )
        if not env.get("CHORUS_HOSTS", "").split():
            raise SettingsError(
                "CHORUS_HOSTS is missing; name the hosts people reach Chorus by, "
                "as chorus.our.district"
            )
    home = Path(env.get("CHORUS_HOME") or _checkout() / "var")
    return Settings(
        home=home.expanduser().resolve(),
        environment=environment,
        demo=demo,
        secret=secret,
        memory_limit=env.get("CHORUS_MEMORY", "1500MB"),
        ledger_url=env.get("CHORUS_LEDGER", ""),
        keep_originals=_number(env, "CHORUS_KEEP_ORIGINALS", "90"),
        timezone=_timezone(env),
        contact=env.get("CHORUS_CONTACT", ""),
        sign_in=_sign_in(env, environment),
        hosts=tuple(env.get("CHORUS_HOSTS", "").lower().split()) or ON_THIS_MACHINE,
        proxies=_number(env, "CHORUS_PROXIES", "0"),
        proxy_networks=_networks(env),
        tls=_tls(env),
        frame_hosts=tuple(env.get("CHORUS_FRAME_HOSTS", "").split()),
        log_json=env.get("CHORUS_LOG", "") == "json",
        threads=_number(env, "CHORUS_THREADS", "8"),
        callbacks_per_minute=_number(env, "CHORUS_CALLBACKS_PER_MINUTE", "1200"),
        sign_ins_per_minute=_number(env, "CHORUS_SIGN_INS_PER_MINUTE", "20"),
        files_per_minute=_number(env, "CHORUS_FILES_PER_MINUTE", "120"),
        forms_per_minute=_number(env, "CHORUS_FORMS_PER_MINUTE", "60"),
    )


def _secret(env: Mapping[str, str]) -> str | None:
    """Return the secret, or None where it is not set at all.

    One that is set and empty was lost on its way here; it is not "none".
    """
    secret = env.get("CHORUS_SECRET")
    if secret is not None and len(secret.strip()) < SHORTEST_SECRET:
        what = "shorter" if secret.strip() else "set and empty: it is shorter"
        raise SettingsError(
            f"CHORUS_SECRET is {what} than {SHORTEST_SECRET} characters; give the "
            "district's own secret, or unset it to have one made and kept"
        )
    return secret


def _sign_in(env: Mapping[str, str], environment: str) -> SignIn | None:
    issuer = env.get("CHORUS_OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    is_local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if parts.scheme != "https" and not (is_local and environment == "development"):
        raise SettingsError("CHORUS_OIDC_ISSUER must begin with https://")
    for name in ("CHORUS_OIDC_CLIENT_ID", "CHORUS_OIDC_CLIENT_SECRET"):
        if not env.get(name):
            raise SettingsError(f"{name} is missing; the provider gave you one")
    domains = env.get("CHORUS_SIGNIN_DOMAINS", "").lower().split()
    return SignIn(
        issuer,
        env["CHORUS_OIDC_CLIENT_ID"],
        env["CHORUS_OIDC_CLIENT_SECRET"],
        tuple(domains),
        env.get("CHORUS_OIDC_TRUST_EMAIL", "") in {"1", "true", "yes"},
    )


def _networks(env: Mapping[str, str]) -> tuple[Network, ...]:
    found: list[Network] = []
    for text in env.get("CHORUS_PROXY_ADDRESSES", "").split():
        try:
            found.append(ip_network(text))
        except ValueError as error:
            raise SettingsError(
                f"CHORUS_PROXY_ADDRESSES holds '{text[:60]}'; write addresses or "
                "networks, as 10.0.0.7 or 10.0.0.0/24"
            ) from error
    return tuple(found) or LOOPBACK


def _timezone(env: Mapping[str, str]) -> str:
    name = env.get("CHORUS_TIMEZONE", "UTC")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(
            f"CHORUS_TIMEZONE is '{name}'; use a name like America/Chicago"
        ) from error
    return name


def _number(env: Mapping[str, str], name: str, default: str) -> int:
    text = env.get(name, default)
    if not (text.isascii() and text.isdigit()):
        raise SettingsError(f"{name} is '{text}'; it must be a whole number")
    return int(text)


def _tls(env: Mapping[str, str]) -> tuple[str, str] | None:
    pair = env.get("CHORUS_TLS_CERT", ""), env.get("CHORUS_TLS_KEY", "")
    if bool(pair[0]) != bool(pair[1]):
        raise SettingsError("CHORUS_TLS_CERT and CHORUS_TLS_KEY go together")
    return pair if pair[0] else None


def _checkout() -> Path:
    return Path(__file__).resolve().parent.parent
