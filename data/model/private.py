"""What Chorus keeps is its own account's alone: files 600, folders 700."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from data.errors import SettingsError

OWN_ONLY = 0o077
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private() -> None:
    """Have everything this process makes from here on be its account's alone."""
    os.umask(OWN_ONLY)


def check_private(home: Path) -> None:
    """Refuse a home folder that other accounts of the machine can look into.

    Raises:
        SettingsError: says which file or folder, and the command that mends it.
    """
    for path in (home, *home.rglob("*")):
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:  # a temporary file of another process
            continue
        if not stat.S_ISLNK(mode) and mode & OTHERS:
            raise SettingsError(
                f"{path} can be read by other accounts of this machine (mode "
                f"{stat.S_IMODE(mode):o}); run \"chmod -R go= '{home}'\" "
                "and start again"
            )
