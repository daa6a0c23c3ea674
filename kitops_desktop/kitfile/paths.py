"""Paths as they stand in a Kitfile: always with ``/``, relative to the folder of the Kitfile."""

from __future__ import annotations


def clean(path: str) -> str:
    """The shortest equal path, worked out on the text alone, by the rules of Go's ``filepath.Clean``.

    Doubled slashes and ``.`` components go, ``x/..`` cancels out, ``""`` becomes ``.``; leading ``..``
    stay. Unlike ``posixpath.normpath`` two leading slashes become one.
    """
    rooted = path.startswith("/")
    kept: list[str] = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part != "..":
            kept.append(part)
        elif kept and kept[-1] != "..":
            kept.pop()
        elif not rooted:
            kept.append(part)
    joined = "/".join(kept)
    return "/" + joined if rooted else joined or "."


def effective_path(path: str) -> str:
    """The cleaned path of a layer: an empty ``path`` of a part, code, dataset or docs entry means the whole
    folder.

    A model without a path has no layer at all; ask for that before calling this.
    """
    return clean(path)


def leaves_folder(path: str) -> bool:
    """Whether the cleaned path points outside the folder of the Kitfile."""
    cleaned = clean(path)
    return cleaned == ".." or cleaned.startswith("../")


def is_absolute(path: str) -> bool:
    """Whether the path is absolute on any system: ``/x``, ``\\\\host\\x``, ``C:\\x``, ``C:/x``."""
    if path.startswith(("/", "\\\\")):
        return True
    return len(path) >= 3 and path[0].isascii() and path[0].isalpha() and path[1] == ":" and path[2] in "/\\"
