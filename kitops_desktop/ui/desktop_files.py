"""Folders and files shown by the desktop's own programs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from kitops_desktop.errors import FileAccessError


def open_in_desktop(path: Path) -> None:
    """Show a folder in the file manager, or a file in its program. Raises ``FileAccessError``."""
    if not path.exists():
        raise FileAccessError(path, "open", "it is not there any more")
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        raise FileAccessError(path, "open", "no program on this computer opens it")
