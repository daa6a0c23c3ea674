"""How much room a file system has."""

from __future__ import annotations

import shutil
from pathlib import Path


def free_space(folder: Path) -> int | None:
    """The free bytes of the file system ``folder`` is on or would be on; None when it does not say."""
    for place in (folder.absolute(), *folder.absolute().parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None
