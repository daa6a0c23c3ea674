"""Where `kit` keeps its things, by its own rules: the store and credentials.json."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from kitops_desktop.errors import StoreUnavailable

HOME_VARIABLE = "KITOPS_HOME"


def kit_home(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The folder that `kit` uses: KITOPS_HOME, else the platform's default; always absolute.

    The folder need not exist. Raises ``StoreUnavailable`` when there is no home folder to put it in.
    """
    chosen = environ.get(HOME_VARIABLE, "")
    return Path(chosen).absolute() if chosen else _default_home(environ, platform).absolute()


def user_home(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's home folder. Raises ``StoreUnavailable`` when there is none."""
    given = environ.get("HOME") or environ.get("USERPROFILE")
    if given:
        return Path(given)
    try:
        return Path.home()
    except RuntimeError as error:
        raise StoreUnavailable(Path("~"), "this user has no home folder; set KITOPS_HOME") from error


def _default_home(environ: Mapping[str, str], platform: str) -> Path:
    if platform == "win32":
        local = environ.get("LOCALAPPDATA", "")
        return Path(local) / "kitops" if local else user_home(environ) / "AppData" / "Local" / "kitops"
    if platform == "darwin":
        return user_home(environ) / "Library" / "Caches" / "kitops"
    data = environ.get("XDG_DATA_HOME", "")
    return Path(data) / "kitops" if data else user_home(environ) / ".local" / "share" / "kitops"
