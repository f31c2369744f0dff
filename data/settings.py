"""The environment, read once into one frozen value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from data.errors import SettingsError

SHORTEST_SECRET = 32
ENVIRONMENTS = ("development", "production")


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
    """

    home: Path
    environment: str = "development"
    demo: bool = False
    secret: str | None = None
    memory_limit: str = "1500MB"

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
        SettingsError: an unknown environment, or demo personas in production.
    """
    env = os.environ if environ is None else environ
    environment = env.get("CHORUS_ENV", "development")
    if environment not in ENVIRONMENTS:
        raise SettingsError(
            f"CHORUS_ENV is '{environment}'; use one of {', '.join(ENVIRONMENTS)}"
        )
    demo = env.get("CHORUS_DEMO", "") in {"1", "true", "yes"}
    secret = env.get("CHORUS_SECRET") or None
    if environment == "production":
        if demo:
            raise SettingsError(
                "CHORUS_DEMO lets anyone view as anyone; unset it in production"
            )
        if secret is None or len(secret) < SHORTEST_SECRET:
            raise SettingsError(
                f"CHORUS_SECRET needs {SHORTEST_SECRET} characters in production"
            )
    home = Path(env.get("CHORUS_HOME") or _checkout() / "var")
    return Settings(
        home=home.expanduser().resolve(),
        environment=environment,
        demo=demo,
        secret=secret,
        memory_limit=env.get("CHORUS_MEMORY", "1500MB"),
    )


def _checkout() -> Path:
    return Path(__file__).resolve().parent.parent
