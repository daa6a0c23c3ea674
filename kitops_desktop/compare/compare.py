"""Two kits side by side: layers, annotations, Kitfiles, files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kitops_desktop.kitfile.fields import KITFILE, Field, Kind, Struct
from kitops_desktop.kitfile.kitfile import FreeData, Kitfile, comparable
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.preview.contents import file_digests
from kitops_desktop.preview.files import KitFile, ListingCache, kit_files
from kitops_desktop.preview.reading_limits import ON_DISK, ReadingLimits
from kitops_desktop.progress import CancelToken, Progress, Report, ignore_progress


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of the Kitfile, written as ``model.parameters.lr`` or ``code[0].path``, with both values; None
    where a Kitfile does not have it."""

    field: str
    a: FreeData
    b: FreeData


@dataclass(frozen=True, slots=True)
class Comparison:
    """``shared``, ``only_a`` and ``only_b`` are layers by their digests, in the order of the manifests."""

    same: bool
    same_config: bool
    same_annotations: bool
    shared: tuple[Descriptor, ...]
    only_a: tuple[Descriptor, ...]
    only_b: tuple[Descriptor, ...]
    kitfile_changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class FileChanges:
    """Files by their paths, folders left out. ``changed`` has the file of both kits; ``same`` is a count.

    ``uncompared`` are of equal size, and their contents were too much to be read; of ``unlisted`` layers the
    files are not known to their end.
    """

    added: tuple[KitFile, ...]
    removed: tuple[KitFile, ...]
    changed: tuple[tuple[KitFile, KitFile], ...]
    same: int
    uncompared: tuple[tuple[KitFile, KitFile], ...] = ()
    unlisted: int = 0


def compare_kits(a: ModelKit, b: ModelKit) -> Comparison:
    """What manifests and Kitfiles tell; no layer is opened."""
    of_a = {layer.digest: layer for layer in a.manifest.layers}
    of_b = {layer.digest: layer for layer in b.manifest.layers}
    return Comparison(
        same=a.descriptor.digest == b.descriptor.digest,
        same_config=a.manifest.config.digest == b.manifest.config.digest,
        same_annotations=dict(a.manifest.annotations) == dict(b.manifest.annotations),
        shared=tuple(layer for digest, layer in of_a.items() if digest in of_b),
        only_a=tuple(layer for digest, layer in of_a.items() if digest not in of_b),
        only_b=tuple(layer for digest, layer in of_b.items() if digest not in of_a),
        kitfile_changes=kitfile_changes(a.kitfile, b.kitfile),
    )


def kitfile_changes(a: Kitfile, b: Kitfile) -> tuple[FieldChange, ...]:
    """The fields that differ, in the order of a Kitfile; digests are no fields."""
    of_a, of_b = dict(_entry_values(a, KITFILE, "")), dict(_entry_values(b, KITFILE, ""))
    return tuple(
        FieldChange(field, of_a.get(field), of_b.get(field))
        for field in {**of_a, **of_b}
        if comparable(of_a.get(field)) != comparable(of_b.get(field)) or (field in of_a) != (field in of_b)
    )


def compare_files(
    a: ModelKit,
    fetcher_a: Fetcher,
    b: ModelKit,
    fetcher_b: Fetcher,
    *,
    cache: ListingCache | None = None,
    limits: ReadingLimits = ON_DISK,
    most_read: int | None = None,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> FileChanges:
    """What unpacking ``b`` gives otherwise than unpacking ``a``.

    Files of equal size in layers that are not shared are read to be compared, as long as their layers have no
    more than ``most_read`` bytes together. Raises what ``preview.files.kit_files`` raises.
    """
    token = token or CancelToken()
    all_a = list(kit_files(a, fetcher_a, cache=cache, limits=limits, token=token, report=report))
    all_b = list(kit_files(b, fetcher_b, cache=cache, limits=limits, token=token, report=report))
    of_a, of_b = _files(all_a), _files(all_b)
    both = of_a.keys() & of_b.keys()
    differing = {path for path in both if not _alike(of_a[path].file, of_b[path].file)}
    doubtful = {path for path in both - differing if _digest(of_a[path]) != _digest(of_b[path])}
    unread = _too_much(doubtful, of_a, of_b, most_read)
    doubtful -= unread
    digests_a = _contents(of_a, doubtful, fetcher_a, token, report)
    digests_b = _contents(of_b, doubtful, fetcher_b, token, report)
    differing |= {path for path in doubtful if digests_a.get(path) != digests_b.get(path)}
    return FileChanges(
        tuple(file for path, file in of_b.items() if path not in of_a),
        tuple(file for path, file in of_a.items() if path not in of_b),
        tuple((file, of_b[path]) for path, file in of_a.items() if path in differing),
        len(both) - len(differing) - len(unread),
        tuple((file, of_b[path]) for path, file in of_a.items() if path in unread),
        sum(1 for found in (*all_a, *all_b) if found.unread),
    )


def _too_much(
    paths: set[str], of_a: dict[str, KitFile], of_b: dict[str, KitFile], most_read: int | None
) -> set[str]:
    """The paths whose layers would be too much to read; small layers are read first."""
    if most_read is None:
        return set()
    cost = 0
    chosen: set[str] = set()
    left: set[str] = set()
    pairs = {path: (of_a[path].layer.descriptor, of_b[path].layer.descriptor) for path in paths}
    for path in sorted(paths, key=lambda path: (sum(layer.size for layer in pairs[path]), path)):
        fresh = {layer.digest: layer.size for layer in pairs[path] if layer.digest not in chosen}
        if cost + sum(fresh.values()) > most_read:
            left.add(path)
        else:
            cost += sum(fresh.values())
            chosen |= fresh.keys()
    return left


def _files(files: Iterable[KitFile]) -> dict[str, KitFile]:
    """By path; of a path that comes twice the later one, as when unpacking over what is there."""
    return {found.file.path: found for found in files if not found.file.is_dir and not found.unread}


def _alike(a: Any, b: Any) -> bool:  # noqa: ANN401
    return bool((a.size, a.mode, a.unsafe) == (b.size, b.mode, b.unsafe))


def _digest(found: KitFile) -> str:
    return found.layer.descriptor.digest


def _contents(
    files: dict[str, KitFile], paths: set[str], fetcher: Fetcher, token: CancelToken, report: Report
) -> dict[str, str]:
    """Digests of the contents, layer by layer."""
    layers = {files[path].layer.index: files[path].layer for path in paths}
    found: dict[str, str] = {}
    for index, layer in sorted(layers.items()):
        report(Progress(detail=layer.label))
        wanted = {path for path in paths if files[path].layer.index == index}
        found |= file_digests(fetcher, layer, wanted, token=token)
    return found


def _entry_values(entry: Any, struct: Struct, prefix: str) -> Iterator[tuple[str, FreeData]]:  # noqa: ANN401
    for field in struct:
        yield from _field_values(getattr(entry, field.attribute), field, f"{prefix}{field.key}")


def _field_values(value: Any, field: Field, place: str) -> Iterator[tuple[str, FreeData]]:  # noqa: ANN401
    if field.kind is Kind.FREE:
        if value is not None:
            yield from _free_values(value.value, place)
    elif field.kind is Kind.ENTRY and field.struct is not None:
        if value is not None:
            yield from _entry_values(value, field.struct, f"{place}.")
    elif field.kind is Kind.ENTRIES and field.struct is not None:
        for index, item in enumerate(value):
            yield from _entry_values(item, field.struct, f"{place}[{index}].")
    elif value:
        yield place, list(value) if field.kind is Kind.TEXTS else value


def _free_values(value: FreeData, place: str) -> Iterator[tuple[str, FreeData]]:
    """Maps are followed down, lists are values: an item put in front must not make all others differ."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _free_values(item, f"{place}.{key}")
    else:
        yield place, value
