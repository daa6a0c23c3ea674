"""What is dragged about in a project: paths of its folder, entries of its Kitfile, or files from elsewhere.

Paths go as one private type beside the file addresses other programs understand, so that a drag may also
leave the window.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from PySide6.QtCore import QMimeData, QUrl

from kitops_desktop.ui.editor.field_names import FieldPath

PATHS_TYPE = "application/x-kitops-desktop-paths"
ENTRY_TYPE = "application/x-kitops-desktop-entry"
_MOST_CHARACTERS = 4 << 20


def paths_mime(folder: Path, paths: Iterable[str]) -> QMimeData:
    """Files and folders of the project at ``folder``, relative to it with ``/``."""
    names = list(paths)
    mime = QMimeData()
    mime.setData(PATHS_TYPE, json.dumps([str(folder), names]).encode("ascii"))
    mime.setUrls([_address(folder / name) for name in names])
    return mime


def entry_mime(folder: Path, entry: FieldPath) -> QMimeData:
    """An entry of the Kitfile, such as ``("datasets", 0)``."""
    mime = QMimeData()
    mime.setData(ENTRY_TYPE, json.dumps([str(folder), list(entry)]).encode("ascii"))
    return mime


def dragged_paths(mime: QMimeData, folder: Path) -> tuple[str, ...]:
    """Relative paths that were dragged from the tree of this very project; () for anything else."""
    content = _content(mime, PATHS_TYPE, folder)
    names = tuple(name for name in content if isinstance(name, str) and _is_inside(name))
    return names if len(names) == len(content) else ()


def dragged_entry(mime: QMimeData, folder: Path) -> FieldPath:
    """The entry of this project's Kitfile that is dragged; () for anything else."""
    content = _content(mime, ENTRY_TYPE, folder)
    steps = tuple(step for step in content if isinstance(step, str) or type(step) is int)
    return steps if len(steps) == len(content) else ()


def dragged_files(mime: QMimeData) -> tuple[Path, ...]:
    """Files and folders of this computer, wherever they were dragged from."""
    return tuple(_local_path(url) for url in mime.urls() if url.isLocalFile())


def _address(path: Path) -> QUrl:
    """The address of a file. Names that are not UTF-8 would not survive Qt's own way."""
    name = os.fspath(path)
    if name.isprintable() or os.name == "nt":
        return QUrl.fromLocalFile(name)
    return QUrl.fromEncoded(b"file://" + quote(os.fsencode(name)).encode())


def _local_path(url: QUrl) -> Path:
    local = url.toLocalFile()
    if url.host() or os.name == "nt":
        return Path(local)
    return Path(
        os.fsdecode(unquote_to_bytes(bytes(url.path(QUrl.ComponentFormattingOption.FullyEncoded).encode())))
    )


def _is_inside(name: str) -> bool:
    """Whether another program, too, could have had it from the tree."""
    return bool(name) and not name.startswith("/") and ".." not in name.split("/")


def _content(mime: QMimeData, kind: str, folder: Path) -> list[object]:
    """What was dragged in this project; another program may send anything under our type."""
    data = mime.data(kind)
    if data.isEmpty() or data.size() > _MOST_CHARACTERS:
        return []
    try:
        value = json.loads(bytes(data.data()))
    except (ValueError, RecursionError):
        return []
    if not isinstance(value, list) or len(value) != 2 or value[0] != str(folder):
        return []
    return value[1] if isinstance(value[1], list) else []
