"""The text behind "Copy diagnostics": what a developer needs and no secret."""

from __future__ import annotations

import os
import platform
import sys
import traceback

from kitops_desktop import __version__
from kitops_desktop.explanation.table import explain
from kitops_desktop.masking import mask_home, mask_secrets

_PARTS = ("PySide6-Essentials", "isal", "zstandard", "PyYAML", "platformdirs")


def diagnostics(error: BaseException) -> str:
    """Versions, platform, explanation, errors with their tracebacks; secrets and home folder masked."""
    told = explain(error)
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or "not set"
    lines = [
        f"KitOps Desktop {__version__}",
        f"Python {platform.python_version()} on {platform.platform()} ({platform.machine()})",
        f"File names in {sys.getfilesystemencoding()}; locale {locale}",
        ", ".join(f"{name} {_version(name)}" for name in _PARTS),
        "",
        *(text for text in (told.title, told.reason, told.kept, told.next_step) if text),
        "",
        "".join(traceback.format_exception(error)).rstrip(),
    ]
    return mask_home(mask_secrets("\n".join(lines)))


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # costs the command line 20 ms otherwise

    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
