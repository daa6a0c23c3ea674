"""``preview``: what a file of a kit is, from its header, without unpacking the kit or loading the file."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping

from kitops_desktop.cli.command import Invocation
from kitops_desktop.cli.file_in_kit import FileInKit, add_file_arguments, named_file
from kitops_desktop.cli.hugging_face_files import given_address, look_into
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.preview_json import preview_json
from kitops_desktop.cli.preview_text import notes_on_text, preview_text
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.errors import InvalidArgument, NotAsIndexed
from kitops_desktop.preview.file_preview import FilePreview, preview_file
from kitops_desktop.preview.files import layer_files
from kitops_desktop.preview.index_claim import IndexClaim, Witness, claim_on
from kitops_desktop.preview.indexed_file import matches_text
from kitops_desktop.preview.memory_need import memory_of_this_computer, parts_of_model, size_of_parts
from kitops_desktop.preview.reading_limits import BY_PARTS, ON_DISK

SUMMARY = "Show what a file of a ModelKit is: tensors, columns, first rows, text, what a pickle imports"
_MEMORY = re.compile(r"(\d{1,9}(?:\.\d{1,9})?) ?([KMGTP]?)(i?)B?", re.IGNORECASE)
_POWERS = {letter: power for power, letter in enumerate(("", "K", "M", "G", "T", "P"))}


def configure(parser: argparse.ArgumentParser) -> None:
    add_file_arguments(parser)
    parser.add_argument(
        "--memory",
        metavar="SIZE",
        help='say whether a model fits so much, as "24GiB"; without it, what this computer has',
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(invocation: Invocation) -> int:
    asked = invocation.arguments.memory
    memory = memory_of_this_computer() if asked is None else memory_size(asked)
    address = given_address(invocation)
    if address is None:
        _preview_of_kit(invocation, memory)
    else:
        looked = look_into(invocation, address)
        _show(invocation, looked.note, looked.place, looked.preview, memory)
        _check(looked.preview)
    return 0


def _preview_of_kit(invocation: Invocation, memory: int | None) -> None:
    with named_file(invocation) as named:
        file = named.entry.file
        claim = claim_on(named.entry, named.index) if named.is_indexed else None
        with named.opened() as source:
            witness = None if claim is None else Witness(source)
            whole = _whole_model(invocation, named)
            preview = preview_file(witness or source, file.path, whole_model=whole, with_pictures=False)
            named.is_verified = source.finish()
    matches = None if claim is None or witness is None else claim.matches(witness.digest)
    read = kit_size(named.fetcher.bytes_read)
    note = f"{named.note} {read} of {kit_size(named.whole)} were looked at."
    _show(invocation, note, named.place, preview, memory, claim, matches)
    if claim is not None and matches:
        invocation.console.note(matches_text(claim.index))
    elif claim is not None and matches is False:
        raise NotAsIndexed(file.path, claim.index)
    _check(preview)


def _show(
    invocation: Invocation,
    note: str,
    place: Mapping[str, object],
    preview: FilePreview,
    memory: int | None,
    claim: IndexClaim | None = None,
    matches: bool | None = None,
) -> None:
    console = invocation.console
    console.note(note)
    if invocation.arguments.format == "json":
        console.result(go_indented_json(preview_json(place, preview, memory, claim, matches)))
        return
    console.result(preview_text(preview, memory))
    for warning in preview.known.warnings if preview.known else ():
        console.warn(warning)
    for line in notes_on_text(preview):
        console.note(line)


def _check(preview: FilePreview) -> None:
    if preview.damage is not None:
        raise preview.damage


def _whole_model(invocation: Invocation, named: FileInKit) -> int:
    """Bytes of all files of the model that the file is one of; 0 where it is whole, and where its layer was
    not listed to find it. Otherwise this comes from the memory of listings."""
    folder, _, name = named.entry.file.path.rpartition("/")
    if parts_of_model(name) == 1:
        return 0
    cache = invocation.workspace.listings
    limits = BY_PARTS if named.is_from_registry else ON_DISK
    layer, fetcher, token = named.entry.layer, named.found.fetcher, invocation.token
    rows = list(layer_files(layer, fetcher, cache=cache, limits=limits, token=token))
    if any(row.unread for row in rows):
        return 0
    paths = ((*row.file.path.rpartition("/")[::2], row.file.size) for row in rows)
    return size_of_parts(name, ((other, size) for place, other, size in paths if place == folder))


def memory_size(text: str) -> int:
    """Bytes of "16GiB", "16 GB", "512m"; without ``i``, as for memory, the same. Raises
    ``InvalidArgument``."""
    found = _MEMORY.fullmatch(text.strip())
    if found is None:
        raise InvalidArgument(f'{text!r} is no size such as "16GiB"')
    size = int(float(found[1]) * 1024 ** _POWERS[found[2].upper()])
    if not size:
        raise InvalidArgument(f"{text!r} is no memory at all")
    return size
