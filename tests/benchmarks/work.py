"""One piece of work in a process of its own: ``python work.py WHAT ARGUMENT...``. See ``run.py``."""

from __future__ import annotations

import sys
from pathlib import Path

import stand_in
from measure import report
from workload import LAYERS


def pack_plain(folder: str, store: str) -> None:
    """The stand-in packs."""
    report(lambda: stand_in.pack(Path(folder), LAYERS, Path(store)))


def pack_ours(folder: str, state: str) -> None:
    """We pack, with the memory of unchanged files that is kept below ``state``."""
    from kitops_desktop.jobs.pack_job import PackWork, pack_folder

    workspace = _workspace(state)
    report(lambda: pack_folder(PackWork(Path(folder), "bench:v1"), workspace.tools))
    workspace.close()


def unpack_plain(store: str, target: str, *names: str) -> None:
    """sha256sum, then GNU tar."""
    report(lambda: stand_in.unpack([Path(store) / name for name in names], Path(target)))


def unpack_ours(state: str, target: str) -> None:
    from kitops_desktop.jobs.unpack_job import UnpackWork, unpack_reference

    workspace = _workspace(state)
    report(lambda: unpack_reference(UnpackWork("bench:v1", Path(target)), workspace.tools))
    workspace.close()


def _workspace(state: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from kitops_desktop.settings import Folders
    from kitops_desktop.workspace import open_workspace

    root = Path(state)
    folders = Folders(*(root / name for name in ("config", "state", "data", "cache", "logs")))
    return open_workspace(home=str(root / "kitops"), folders=folders)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
