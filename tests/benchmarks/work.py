"""One piece of work in a process of its own: ``python work.py WHAT ARGUMENT...``. See ``run.py``."""

from __future__ import annotations

import sys
from pathlib import Path

import curl
import stand_in
from measure import report
from stored_kit import kit_of_manifest
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


def unpack_plain(target: str, *blobs: str) -> None:
    """sha256sum, then GNU tar."""
    report(lambda: stand_in.unpack([Path(blob) for blob in blobs], Path(target)))


def unpack_ours(state: str, target: str) -> None:
    from kitops_desktop.jobs.unpack_job import UnpackWork, unpack_reference

    workspace = _workspace(state)
    report(lambda: unpack_reference(UnpackWork("bench:v1", Path(target)), workspace.tools))
    workspace.close()


def push_plain(host: str, repository: str, manifest: str) -> None:
    report(lambda: curl.push(host, repository, kit_of_manifest(Path(manifest)), "v1"))


def push_ours(state: str, host: str, repository: str) -> None:
    from kitops_desktop.jobs.push_job import PushWork, push_kit

    workspace = _workspace(state)
    report(lambda: push_kit(PushWork("bench:v1", f"{host}/{repository}:v1"), workspace.tools))
    workspace.close()


def pull_plain(host: str, repository: str, target: str, *names: str) -> None:
    report(lambda: curl.pull(host, repository, names, Path(target)))


def pull_ours(state: str, host: str, repository: str) -> None:
    from kitops_desktop.jobs.pull_job import PullWork, pull_kit

    workspace = _workspace(state)
    report(lambda: pull_kit(PullWork(f"{host}/{repository}:v1"), workspace.tools))
    workspace.close()


def unpack_remote_plain(host: str, repository: str, blobs: str, target: str, *names: str) -> None:
    report(lambda: curl.unpack(host, repository, names, Path(blobs), Path(target)))


def unpack_remote_ours(state: str, host: str, repository: str, target: str) -> None:
    """What is read is unpacked at once; nothing is kept in a store."""
    from kitops_desktop.jobs.unpack_job import UnpackWork, unpack_reference

    workspace = _workspace(state)
    work = UnpackWork(f"{host}/{repository}:v1", Path(target), source="remote")
    report(lambda: unpack_reference(work, workspace.tools))
    workspace.close()


def pull_then_unpack_ours(state: str, host: str, repository: str, target: str) -> None:
    """Into the store first, and from there into the folder."""
    from kitops_desktop.jobs.pull_job import PullWork, pull_kit
    from kitops_desktop.jobs.unpack_job import UnpackWork, unpack_reference

    workspace = _workspace(state)
    reference = f"{host}/{repository}:v1"

    def both() -> None:
        pull_kit(PullWork(reference), workspace.tools)
        unpack_reference(UnpackWork(reference, Path(target)), workspace.tools)

    report(both)
    workspace.close()


def unpack_and_keep_ours(state: str, host: str, repository: str, target: str) -> None:
    from kitops_desktop.jobs.unpack_job import UnpackWork, unpack_reference

    workspace = _workspace(state)
    work = UnpackWork(f"{host}/{repository}:v1", Path(target), source="remote", keep=True)
    report(lambda: unpack_reference(work, workspace.tools))
    workspace.close()


def pack_then_push_ours(folder: str, state: str, host: str, repository: str) -> None:
    _pack_and_push(folder, state, host, repository, keep=True)


def pack_and_push_ours(folder: str, state: str, host: str, repository: str) -> None:
    """Layers are sent while they are read; nothing is kept in a store."""
    _pack_and_push(folder, state, host, repository, keep=False)


def _pack_and_push(folder: str, state: str, host: str, repository: str, *, keep: bool) -> None:
    from kitops_desktop.jobs.pack_job import PackWork
    from kitops_desktop.jobs.pack_push_job import PackPushWork, pack_and_push

    workspace = _workspace(state)
    work = PackPushWork(PackWork(Path(folder), f"{host}/{repository}:v1"), keep=keep)
    report(lambda: pack_and_push(work, workspace.tools))
    workspace.close()


def _workspace(state: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from kitops_desktop.registry.network_flags import NetworkFlags
    from kitops_desktop.settings import Folders
    from kitops_desktop.workspace import open_workspace

    root = Path(state)
    folders = Folders(*(root / name for name in ("config", "state", "data", "cache", "logs")))
    workspace = open_workspace(home=str(root / "kitops"), folders=folders)
    workspace.use_network(NetworkFlags(plain_http=True))
    workspace.registries  # noqa: B018 - loads what is loaded once in a program's life
    return workspace


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
