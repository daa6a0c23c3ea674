"""Formats that ``formats`` does not read further, by their first bytes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kitops_desktop.classification.known_files import ending_of
from kitops_desktop.kitfile.folder_listing import ListedFile

_MOST = 64
_FORMATS: dict[str, tuple[tuple[bytes, str], ...]] = {
    ".txt": ((b"tree\nversion=", "LightGBM"), (b"tree\r\nversion=", "LightGBM")),
    ".bin": (
        (b"\xba\x16\x4f\x2f", "fastText"),
        (b"lmgg", "GGML"),
        (b"tjgg", "GGML"),
        (b"CBM1", "CatBoost"),
        (b"binf", "XGBoost"),
    ),
    ".model": ((b"binf", "XGBoost"), (b"tree\nversion=", "LightGBM"), (b"CBM1", "CatBoost")),
    ".xml": ((b'<?xml version="1.0"?>\n<net ', "OpenVINO"), (b"<net ", "OpenVINO")),
}


def sniff(folder: Path, file: ListedFile) -> str:
    """The format, "" for none of these."""
    known = _FORMATS.get(ending_of(file.name))
    if known is None:
        return ""
    beginning = _beginning(folder / file.path)
    return next((format for magic, format in known if beginning.startswith(magic)), "")


def _beginning(path: Path) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return b""
    try:
        is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
        return os.read(descriptor, _MOST) if is_file else b""
    except OSError:
        return b""
    finally:
        os.close(descriptor)
