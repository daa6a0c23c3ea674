"""Which files of a folder are not as they were packed, without reading those that are.

A layer whose fingerprint is remembered is known as a whole. Of other layers names, sizes and modes are
compared with what is listed in the packed ones; a file of equal size counts as unchanged when its identity is
one that it had while it was known to be as packed. What is left is read and compared, up to a limit.
"""

from __future__ import annotations

import hashlib
import os
import struct
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kitops_desktop.errors import KitOpsError
from kitops_desktop.jobs.push_forecast import known_blob
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.layer_plan import FileExtent, LayerPlan, PlannedFile, read_extent
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.memory import RACY_NS, LayerMemory
from kitops_desktop.modelkit.pack_plan import PackPlan
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.oci.digest import Digest
from kitops_desktop.preview.contents import file_digests
from kitops_desktop.preview.files import ListingCache, layer_files
from kitops_desktop.preview.reading_limits import ReadingLimits
from kitops_desktop.progress import CancelToken
from kitops_desktop.records.manifests import ManifestCache
from kitops_desktop.records.same_files import SameFiles
from kitops_desktop.store.local_store import LocalStore

MOST_COMPARED = 32 << 20
"""So many bytes are read, of the folder and of the store each, to tell changed files from touched ones."""
MOST_FILES = 300_000
"""Layers with more files are not compared file by file."""
MOST_UNPACKED = 256 << 20
"""Compressed layers with more bytes are not read to list them."""
_LIMITS = ReadingLimits(compressed=MOST_UNPACKED)
_CHECK_EVERY = 1000


@dataclass(frozen=True, slots=True)
class StateSources:
    """What is known beside the folder. ``manifests`` has those of kits that went straight to a registry."""

    store: LocalStore
    memory: LayerMemory | None
    listings: ListingCache | None
    same_files: SameFiles
    manifests: ManifestCache | None = None


@dataclass(frozen=True, slots=True)
class KnownLayer:
    """What a layer became before, once for each compression; ``is_stored`` when the store has one of them."""

    digests: frozenset[Digest]
    is_stored: bool


@dataclass(frozen=True, slots=True)
class FolderChanges:
    """Counts of files. ``touched`` have the size they were packed with, and nobody knows yet whether their
    content differs. ``folders`` says whether folders alone were added, removed or given another mode.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    touched: int = 0
    folders: bool = False


NO_CHANGES = FolderChanges()


@dataclass(frozen=True, slots=True)
class FoundChanges:
    """``changes`` is None when ``unknown`` says why. A pack adds ``new_bytes``, or fewer when ``at_most``."""

    changes: FolderChanges | None
    new_bytes: int
    at_most: bool = False
    unknown: str = ""


@dataclass(slots=True)
class _Packed:
    """What is listed in the packed layers that no planned layer is known to be."""

    files: dict[str, tuple[KitLayer, LayerFile]] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    entries: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Judged:
    """The files of one planned layer, by what became of them."""

    plan: LayerPlan
    same: list[PlannedFile] = field(default_factory=list)
    touched: list[PlannedFile] = field(default_factory=list)
    different: int = 0
    added: int = 0


def known_layers(plan: PackPlan, memory: LayerMemory | None, store: LocalStore) -> dict[str, KnownLayer]:
    """The layers that are remembered, by their field."""
    known: dict[str, KnownLayer] = {}
    for layer in plan.layers:
        found = [known_blob(layer.plan, memory, compression) for compression in Compression]
        blobs = [blob for blob in found if blob is not None]
        if blobs:
            digests = frozenset(blob.digest for blob in blobs)
            known[layer.field] = KnownLayer(digests, any(map(store.exists, blobs)))
    return known


def not_stored(plan: PackPlan, known: Mapping[str, KnownLayer]) -> list[LayerPlan]:
    """The layers that the store would get anew."""
    stored = {name for name, layer in known.items() if layer.is_stored}
    return [layer.plan for layer in plan.layers if layer.field not in stored]


def total_size(plans: Iterable[LayerPlan]) -> int:
    """Bytes of layers, equal ones counted once."""
    return sum({plan.fingerprint(): plan.size for plan in plans}.values())


def folder_changes(
    plan: PackPlan, kit: ModelKit, known: Mapping[str, KnownLayer], sources: StateSources, token: CancelToken
) -> FoundChanges:
    """Compare what would be packed with a kit; ``known`` is of ``known_layers``.

    Raises ``StoreUnavailable`` and ``Cancelled``.
    """
    of_kit = {layer.descriptor.digest for layer in kit.layers}
    whole = {name for name, layer in known.items() if layer.digests & of_kit}
    rest = [layer.plan for layer in plan.layers if layer.field not in whole]
    found_again = frozenset[Digest]().union(*(known[name].digests for name in whole))
    old = [layer for layer in kit.layers if layer.descriptor.digest not in found_again]
    added = not_stored(plan, known)
    try:
        if sum(map(len, rest)) > MOST_FILES:
            raise _NotCompared("it holds too many files to be compared")
        packed = _listed(old, sources, token)
    except _NotCompared as reason:
        return FoundChanges(None, total_size(added), True, reason.why)
    except KitOpsError:
        return FoundChanges(
            None, total_size(added), True, "the files that were packed are not on this computer"
        )
    same_before = sources.same_files.get(plan.context, kit.descriptor.digest)
    judged = [_judge(one, packed, same_before, token) for one in rest]
    _compare(judged, packed, sources.store, token)
    whole_plans = [layer.plan for layer in plan.layers if layer.field in whole]
    same_now = _numbers(whole_plans, judged, token)
    if not same_now <= same_before:
        sources.same_files.put(plan.context, kit.descriptor.digest, same_now)
    new = [one.plan for one in judged if one.plan in added and not _is_as_packed(one, packed)]
    compressed = any(layer.format and layer.format.compression is not Compression.NONE for layer in old)
    changes = _counted(judged, packed, rest)
    return FoundChanges(changes, total_size(new), bool(new) and (changes.touched > 0 or compressed))


class _NotCompared(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _listed(layers: Iterable[KitLayer], sources: StateSources, token: CancelToken) -> _Packed:
    packed = _Packed()
    for layer in layers:
        files = layer_files(layer, sources.store, cache=sources.listings, limits=_LIMITS, token=token)
        for number, found in enumerate(files, 1):
            if found.unread:
                raise _NotCompared("its layers are compressed, and large")
            if found.file.is_dir:
                packed.folders[found.file.path] = found.file.mode
            else:
                packed.files[found.file.path] = (layer, found.file)
            packed.entries[layer.index] = number
            if len(packed.files) + len(packed.folders) > MOST_FILES:
                raise _NotCompared("what was packed holds too many files to be compared")
    return packed


def _judge(plan: LayerPlan, packed: _Packed, same_before: frozenset[int], token: CancelToken) -> _Judged:
    judged = _Judged(plan)
    for number, entry in enumerate(plan.entries()):
        if number % _CHECK_EVERY == 0:
            token.check()
        if not isinstance(entry, PlannedFile):
            continue
        found = packed.files.get(os.fsdecode(entry.name))
        if found is None:
            judged.added += 1
        elif (found[1].size, found[1].mode) != (entry.identity.size, entry.mode & 0o7777):
            judged.different += 1
        elif _number(entry) in same_before:
            judged.same.append(entry)
        else:
            judged.touched.append(entry)
    return judged


def _compare(judged: Iterable[_Judged], packed: _Packed, store: LocalStore, token: CancelToken) -> None:
    """Read touched files, the smallest first, while they are few bytes together."""
    chosen: dict[int, list[tuple[_Judged, PlannedFile]]] = {}
    left = MOST_COMPARED
    touched = ((one, file) for one in judged for file in one.touched)
    for one, file in sorted(touched, key=lambda pair: pair[1].identity.size):
        layer, _ = packed.files[os.fsdecode(file.name)]
        plain = layer.format is not None and layer.format.compression is Compression.NONE
        # a compressed layer is read from its beginning, and once
        cost = file.identity.size if plain or layer.index in chosen else layer.descriptor.size
        if cost > left:
            continue
        left -= cost
        chosen.setdefault(layer.index, []).append((one, file))
    for pairs in chosen.values():
        layer, _ = packed.files[os.fsdecode(pairs[0][1].name)]
        _compare_in(layer, pairs, store, token)


def _compare_in(
    layer: KitLayer, pairs: list[tuple[_Judged, PlannedFile]], store: LocalStore, token: CancelToken
) -> None:
    wanted = {os.fsdecode(file.name) for _, file in pairs}
    try:
        stored = file_digests(store, layer, wanted, token=token)
    except KitOpsError:
        return
    settled: dict[int, set[bytes]] = {}
    for one, file in pairs:
        digest = _digest(file, token)
        if digest is None:
            continue
        settled.setdefault(id(one), set()).add(file.name)
        if digest == stored.get(os.fsdecode(file.name)):
            one.same.append(file)
        else:
            one.different += 1
    for one in {id(one): one for one, _ in pairs}.values():
        names = settled.get(id(one), set())
        one.touched = [file for file in one.touched if file.name not in names]


def _digest(file: PlannedFile, token: CancelToken) -> str | None:
    """None for a file that cannot be read, or changes just now."""
    made = hashlib.sha256()
    try:
        for piece in read_extent(FileExtent(file.source, file.identity, 0, file.identity.size, True)):
            token.check()
            made.update(piece)
    except KitOpsError:
        return None
    return made.hexdigest()


def _is_as_packed(one: _Judged, packed: _Packed) -> bool:
    """Whether a layer comes out as one that was packed: all of its files are those of one packed layer."""
    if one.touched or one.different or one.added:
        return False
    layers = {packed.files[os.fsdecode(file.name)][0].index for file in one.same}
    return len(layers) == 1 and packed.entries.get(layers.pop()) == len(one.plan)


def _counted(judged: Iterable[_Judged], packed: _Packed, plans: Iterable[LayerPlan]) -> FolderChanges:
    files, folders = set[str](), dict[str, int]()
    for plan in plans:
        for entry in plan.entries():
            if isinstance(entry, PlannedFile):
                files.add(os.fsdecode(entry.name))
            else:
                folders[os.fsdecode(entry.name)] = entry.mode & 0o7777
    found = list(judged)
    return FolderChanges(
        sum(one.added for one in found),
        sum(one.different for one in found),
        sum(path not in files for path in packed.files),
        sum(len(one.touched) for one in found),
        folders != packed.folders,
    )


def _numbers(whole: Iterable[LayerPlan], judged: Iterable[_Judged], token: CancelToken) -> frozenset[int]:
    """All files that are as packed; not those whose time could stay as it is when they are written again."""
    newest = time.time_ns() - RACY_NS
    numbers: set[int] = set()
    for plan in whole:
        for number, entry in enumerate(plan.entries()):
            if number % _CHECK_EVERY == 0:
                token.check()
            if isinstance(entry, PlannedFile) and _time(entry) < newest:
                numbers.add(_number(entry))
    for one in judged:
        numbers |= {_number(entry) for entry in one.same if _time(entry) < newest}
    return frozenset(numbers)


def _time(file: PlannedFile) -> int:
    return max(file.identity.mtime_ns, file.identity.ctime_ns)


def _number(file: PlannedFile) -> int:
    identity = file.identity
    values = (identity.size, identity.mtime_ns, identity.ctime_ns, identity.inode, identity.device)
    content = struct.pack("<qqqQQH", *values, file.mode & 0o7777) + file.name
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest())
