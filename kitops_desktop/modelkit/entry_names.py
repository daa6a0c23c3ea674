"""Which names of an archive may become files here, and which never do."""

from __future__ import annotations

import re
import sys
import unicodedata

MAX_NAME_BYTES = 255
"""What file systems allow for one name."""
MAX_PATH_BYTES = 4096
MAX_FOLDERS = 128
"""How deep a file may lie; each folder on the way to it is held open while it is put there."""
STAGING_PREFIX = ".kitops-desktop-unpack-"
"""Of the hidden folders in which files wait for their names: no archive may have a part in them."""
DOWNLOAD_PREFIX = ".kitops-desktop-download-"
"""Of those in which files that are being downloaded do."""
_OURS = (STAGING_PREFIX, DOWNLOAD_PREFIX)
_UNCLEAN = re.compile(r"(?:^|/)\.?(?:/|$)")
_SURELY_SHORT = 60
"""Characters: no more than four bytes each."""
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_WINDOWS_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')
_WINDOWS_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(\..*)?", re.IGNORECASE
)


def decode_name(name: bytes) -> str:
    """The name as text; bytes that are no UTF-8 come back unchanged when it is used as a file name."""
    return name.decode("utf-8", "surrogateescape")


def clean_name(name: str) -> str:
    """The name without empty and ``.`` parts; "" stands for the folder itself."""
    if not _UNCLEAN.search(name):
        return name
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def why_unsafe(name: str, *, is_dir: bool, windows: bool = sys.platform == "win32") -> str:
    """Why an entry of this name (as the archive has it) must not be created; "" when it may.

    Where a backslash or a control character is an ordinary part of a name, as on Linux, it is allowed: `kit`
    packs such names. Names that would lead elsewhere on Windows are refused everywhere.
    """
    if "\0" in name:
        return "its name holds a zero byte"
    if name.startswith("/"):
        return "its path is absolute"
    if name.startswith("\\\\") or _DRIVE.match(name):
        return "its path is absolute on Windows"
    parts = name.split("/")
    if ".." in parts or ".." in name.replace("\\", "/").split("/"):
        return "its path leads upwards"
    if ".kitops-desktop-" in name.casefold() and clean_name(name).casefold().startswith(_OURS):
        return "its name is kept for files that are being written"
    if not is_dir and (parts[-1] in ("", ".") or not clean_name(name)):
        return "a file has the name of a folder"
    too_long = "" if len(name) <= _SURELY_SHORT else _too_long(parts)
    return too_long or (_not_on_windows(parts) if windows else "")


def folded(path: str) -> str:
    """What two paths have in common that a file system without upper and lower case takes for one."""
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


def _too_long(parts: list[str]) -> str:
    lengths = [len(part.encode("utf-8", "surrogateescape")) for part in parts]
    if max(lengths) > MAX_NAME_BYTES:
        return f"its name has more than {MAX_NAME_BYTES} bytes"
    if sum(lengths) + len(lengths) > MAX_PATH_BYTES:
        return f"its path has more than {MAX_PATH_BYTES:,} bytes"
    if len(parts) > MAX_FOLDERS:
        return f"it lies in more than {MAX_FOLDERS} folders"
    return ""


def _not_on_windows(parts: list[str]) -> str:
    for part in parts:
        if _WINDOWS_FORBIDDEN.search(part):
            return "its name holds a character that Windows does not allow"
        if _WINDOWS_RESERVED.fullmatch(part):
            return "its name is reserved on Windows"
        if part not in (".", "") and part.endswith((" ", ".")):
            return "its name ends with a blank or a dot, which Windows drops"
    return ""
