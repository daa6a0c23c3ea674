"""Computers of different people, as far as a store and settings make one: they meet in a registry."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kitops_desktop.registry.host import HostOptions
from kitops_desktop.settings import Folders
from kitops_desktop.workspace import Workspace, open_workspace

PLAIN = HostOptions(plain_http=True)
_NAMES = ("config", "state", "data", "cache", "logs")


@contextmanager
def computer(folder: Path, *hosts: str, storage: Path | None = None) -> Iterator[Workspace]:
    """A workspace whose store and settings are below ``folder``; ``hosts`` speak plain http.

    ``storage`` is the folder of a store to begin with, which is copied.
    """
    if storage is not None:
        shutil.copytree(storage, folder / "kitops" / "storage")
    opened = open_workspace(
        home=str(folder / "kitops"), folders=Folders(*(folder / "app" / name for name in _NAMES))
    )
    try:
        for host in hosts:
            opened.save_registry(host, PLAIN)
        yield opened
    finally:
        opened.close()


def write_project(folder: Path, name: str = "churn", model: bytes = b"weights" * 1000) -> Path:
    """A folder with a model and code, to be packed."""
    (folder / "src").mkdir(parents=True)
    (folder / "Kitfile").write_text(
        f"manifestVersion: 1.0.0\npackage:\n  name: {name}\n  authors: [me]\n"
        "model:\n  name: net\n  path: model.bin\ncode:\n  - path: src\n"
    )
    (folder / "model.bin").write_bytes(model)
    (folder / "src" / "train.py").write_text("print('training')\n")
    return folder
