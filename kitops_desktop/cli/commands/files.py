"""``files``: the files inside a kit, layer by layer, without unpacking it."""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.console import printable
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.kits import load_local_kit
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.cli.table import table
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.files import KitFile, kit_files

SUMMARY = "List the files inside a ModelKit"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("modelkit", metavar="[registry/]repository[:tag|@digest]")
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(invocation: Invocation) -> int:
    workspace = invocation.workspace
    kit = load_local_kit(workspace, parse_reference(invocation.arguments.modelkit))
    files = list(
        kit_files(
            kit,
            workspace.store,
            cache=workspace.listings,
            token=invocation.token,
            report=invocation.console.progress,
        )
    )
    invocation.console.end_progress()
    as_json = invocation.arguments.format == "json"
    invocation.console.result(
        go_indented_json([_json(found) for found in files]) if as_json else _table(files)
    )
    return 0


def _json(found: KitFile) -> dict[str, object]:
    return {
        "path": printable(found.file.path),
        "type": "directory" if found.file.is_dir else "file",
        "size": found.file.size,
        "mode": f"{found.file.mode:04o}",
        "layer": found.layer.descriptor.digest,
        "layerType": found.layer.kind.value if found.layer.kind else None,
    }


def _table(files: list[KitFile]) -> str:
    rows = [("TYPE", "SIZE", "MODE", "PATH")]
    for found in files:
        kind = found.layer.kind.value if found.layer.kind else "unknown"
        size = "-" if found.file.is_dir else kit_size(found.file.size)
        name = printable(found.file.path) + ("/" if found.file.is_dir else "")
        rows.append((kind, size, f"{found.file.mode:04o}", name))
    return table(rows)
