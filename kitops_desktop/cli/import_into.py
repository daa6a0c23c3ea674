"""``import --into``: files of a repository of Hugging Face into a folder, without making a kit of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from kitops_desktop.cli.command import Invocation, count
from kitops_desktop.cli.console import printable
from kitops_desktop.cli.existing_flags import existing_rules
from kitops_desktop.cli.hugging_face_files import files_at
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.network_flags import concurrency
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.cli.unpacked_text import named
from kitops_desktop.errors import InvalidArgument
from kitops_desktop.importers.hugging_face.address import HfAddress
from kitops_desktop.importers.hugging_face.client import HfClient
from kitops_desktop.importers.hugging_face.download import Downloaded, download
from kitops_desktop.importers.hugging_face.sign_in import hugging_face
from kitops_desktop.importers.hugging_face.values import HfFile, HfRepository
from kitops_desktop.jobs.download_origin import noted_origin
from kitops_desktop.modelkit.globs import path_matcher
from kitops_desktop.progress import CancelToken


def download_into(invocation: Invocation, address: HfAddress, pinned: Callable[[str], None]) -> int:
    """``pinned`` is told the commit that is downloaded."""
    arguments, console, token = invocation.arguments, invocation.console, invocation.token
    target = Path(arguments.into).absolute()
    rules = existing_rules(arguments)
    as_json = arguments.format == "json"
    client = hugging_face(invocation.workspace.registries)
    repository = client.repository(replace(address, path=""), token)
    pinned(repository.commit)
    files = _wanted(client, repository, address.path, arguments.path, token)
    if not as_json:
        size = kit_size(sum(file.size for file in files))
        console.info(f"Downloading {count(len(files), 'file')} ({size}) to {printable(str(target))}")
    with noted_origin(invocation.workspace.origins, target, address.name):
        done = download(
            client,
            repository,
            files,
            target,
            existing=rules.existing,
            decisions=rules.decisions,
            parallel=concurrency(arguments),
            token=token,
            report=console.progress,
        )
    console.end_progress()
    for path in done.left_out:
        console.warn(f"left out {printable(path)}: no file here may be called so")
    if as_json:
        console.result(go_indented_json(_json(repository, target, done)))
    else:
        for line in _lines(done):
            console.info(line)
    return 0


def _wanted(
    client: HfClient, repository: HfRepository, path: str, globs: Sequence[str], token: CancelToken
) -> list[HfFile]:
    """What the address is about, and of that what a glob chooses."""
    matches = path_matcher(globs)
    files = files_at(client, repository, path, token)
    wanted = [file for file in files if matches(file.path)]
    if files and not wanted:
        raise InvalidArgument(f"{repository.address.name} has no file that matches {', '.join(globs[:10])}")
    return wanted


def _lines(done: Downloaded) -> list[str]:
    lines = [f"Downloaded {count(done.files, 'file')} ({kit_size(done.size)})"]
    if done.present:
        lines.append(f"Already there, with the right content: {count(len(done.present), 'file')}")
    if done.skipped:
        lines.append(f"Kept {count(len(done.skipped), 'existing file')}")
    if done.beside:
        lines.append(f"Kept both of {count(len(done.beside), 'file')}: {printable(named(done.beside))}")
    return lines


def _json(repository: HfRepository, target: Path, done: Downloaded) -> dict[str, object]:
    def clean(paths: Sequence[str]) -> list[str]:
        return [printable(path) for path in paths]

    return {
        "repository": str(repository.pinned),
        "commit": repository.commit,
        "folder": printable(str(target)),
        "files": done.files,
        "size": done.size,
        "skipped": clean(done.skipped),
        "present": clean(done.present),
        "beside": clean(done.beside),
        "leftOut": clean(done.left_out),
    }
