"""``cache``: the temporary files that `kit` keeps in its home."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.cli.table import table
from kitops_desktop.errors import FileAccessError

SUMMARY = "Manage temporary files cached by kit"


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="info|clear", required=True)
    actions.add_parser("info", help="print the size of the cache directory")
    actions.add_parser("clear", help="delete the temporary files")


def run(invocation: Invocation) -> int:
    cache = invocation.workspace.store.home / "cache"
    if invocation.arguments.action == "clear":
        _clear(cache)
        return 0
    sizes = {child.name: _size(child) for child in sorted(cache.iterdir())} if cache.is_dir() else {}
    total = sum(sizes.values())
    if not total:
        invocation.console.info("Cache is currently empty")
        return 0
    invocation.console.result(f"Total size of cache directory: {kit_size(total)}\nCache contents:")
    invocation.console.result(table([(f"  ./{name}", f" {kit_size(size)}") for name, size in sizes.items()]))
    return 0


def _size(path: Path) -> int:
    """Bytes of a file or of all files below a folder; links count as themselves."""
    if path.is_symlink() or not path.is_dir():
        return path.lstat().st_size
    return sum(_size(Path(entry.path)) for entry in os.scandir(path))


def _clear(cache: Path) -> None:
    for child in cache.iterdir() if cache.is_dir() else ():
        try:
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child)
            else:
                child.unlink()
        except OSError as error:
            raise FileAccessError(child, "delete", error.strerror or str(error)) from error
