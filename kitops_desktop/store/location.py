"""Where the store is, by `kit`'s rules."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from kitops_desktop.kit_home import kit_home


def store_home(
    configured: str = "", environ: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> Path:
    """The store's folder: ``configured``, else where `kit` has it; always absolute.

    The folder need not exist. Raises ``StoreUnavailable`` when there is no home folder to put it in.
    """
    return Path(configured).absolute() if configured else kit_home(environ, platform)
