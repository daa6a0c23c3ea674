"""``files``: the files inside a kit, layer by layer, without unpacking it."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.console import printable
from kitops_desktop.cli.file_tree_text import branches_for, file_tree, of_kit
from kitops_desktop.cli.hugging_face_files import NAMED, OR_ADDRESS, given_address, list_files
from kitops_desktop.cli.indexes import add_index_flag, index_of, index_text
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.kits import load_named
from kitops_desktop.cli.network_flags import add_network_flags, concurrency
from kitops_desktop.cli.sizes import UNKNOWN, kit_size, size_or_unknown
from kitops_desktop.cli.table import table
from kitops_desktop.jobs.parents import FoundKit, Place
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.preview.file_index import FileIndex
from kitops_desktop.preview.files import KitFile, kit_files
from kitops_desktop.preview.reading_limits import ON_DISK, OVER_NETWORK, ReadingLimits

SUMMARY = "List the files inside a ModelKit"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("modelkit", metavar=NAMED, help=OR_ADDRESS)
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--format", choices=("table", "json"), default="table")
    shape.add_argument("--tree", action="store_true", help="as a tree, with the sizes of folders")
    parser.add_argument(
        "-r", "--remote", action="store_true", help="in its registry, even if it is in the local store"
    )
    add_index_flag(parser)
    add_network_flags(parser)


def run(invocation: Invocation) -> int:
    address = given_address(invocation)
    if address is not None:
        return list_files(invocation, address)
    place = Place.REMOTE if invocation.arguments.remote else Place.AUTO
    found = load_named(invocation, parse_reference(invocation.arguments.modelkit), place)
    index = index_of(invocation, found)
    if index is not None:
        invocation.console.note(f"Listed from {index_text(index)}: not verified by the layers' digests.")
    files = _listed(invocation, found, None if index is None else index.index)
    invocation.console.end_progress()
    invocation.console.result(_shaped(files, invocation.arguments))
    return 0


def _listed(invocation: Invocation, found: FoundKit, index: FileIndex | None) -> list[KitFile]:
    """All files. What costs much to list in a registry comes last, after it was said how much; the rest is
    in the memory of listings by then."""

    def listed(limits: ReadingLimits, parallel: int) -> list[KitFile]:
        return list(
            kit_files(
                found.kit,
                found.fetcher,
                cache=invocation.workspace.listings,
                index=index,
                limits=limits,
                parallel=parallel,
                token=invocation.token,
                report=invocation.console.progress,
            )
        )

    if found.place is not Place.REMOTE:
        return listed(ON_DISK, 1)
    parallel = concurrency(invocation.arguments)
    files = listed(replace(OVER_NETWORK.lifted, compressed=OVER_NETWORK.compressed), parallel)
    costly = [row for row in files if row.unread]
    if not costly:
        return files
    _note_cost(invocation, costly)
    return listed(OVER_NETWORK.lifted, parallel)


def _note_cost(invocation: Invocation, costly: list[KitFile]) -> None:
    """Say what listing costs before it does: these layers are read as a whole."""
    invocation.console.end_progress()
    whole = sum(row.unread for row in costly if row.without_ranges)
    compressed = sum(row.unread for row in costly if not row.without_ranges)
    if compressed:
        invocation.console.note(
            f"{kit_size(compressed)} of compressed layers must be read to list their files."
        )
    if whole:
        invocation.console.note(
            f"The registry gives no parts of layers: {kit_size(whole)} must be read to list their files."
        )


def _shaped(files: list[KitFile], arguments: argparse.Namespace) -> str:
    if arguments.tree:
        return file_tree(of_kit(files), branches_for(sys.stdout.encoding))
    if arguments.format == "json":
        return go_indented_json([_json(found) for found in files])
    return _table(files)


def _json(found: KitFile) -> dict[str, object]:
    made: dict[str, object] = {
        "path": printable(found.file.path),
        "type": "directory" if found.file.is_dir else "file",
        "size": found.size,
        "mode": f"{found.file.mode:04o}",
        "layer": found.layer.descriptor.digest,
        "layerType": found.layer.kind.value if found.layer.kind else None,
    }
    if found.digest is not None:
        made["indexedDigest"] = found.digest
    if found.tensors is not None:
        made["tensors"] = {"count": found.tensors.count, "parameters": found.tensors.parameters}
    return made


def _table(files: list[KitFile]) -> str:
    rows = [("TYPE", "SIZE", "MODE", "PATH")]
    for found in files:
        kind = found.layer.kind.value if found.layer.kind else UNKNOWN
        size = "-" if found.file.is_dir else size_or_unknown(found.size)
        name = printable(found.file.path) + ("/" if found.file.is_dir else "")
        rows.append((kind, size, f"{found.file.mode:04o}", name))
    return table(rows)
