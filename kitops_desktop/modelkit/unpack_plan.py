"""What unpacking a kit would do, found out without writing anything."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kitops_desktop.errors import ArtifactError, FileAccessError, RangesUnsupported, UnpackError
from kitops_desktop.free_space import free_space
from kitops_desktop.kitfile.yaml_text import to_yaml
from kitops_desktop.modelkit.conflicts import Conflict, conflict_of
from kitops_desktop.modelkit.extract import check_safe
from kitops_desktop.modelkit.filters import Selection, filters_for_parents, parse_filters, select_layers
from kitops_desktop.modelkit.globs import path_matcher
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.parents import parent_reference
from kitops_desktop.modelkit.pieces import ListFiles, Pieces, SingleFiles, check_ranges, pieces_of
from kitops_desktop.modelkit.tar_listing import LayerFile, list_layer
from kitops_desktop.modelkit.target_folder import Folder, Found, Obstacle, TargetTree
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import CancelToken, Report, ignore_progress

log = logging.getLogger(__name__)

KITFILE_NAME = "Kitfile"
KITFILE_MODE = 0o644


@dataclass(frozen=True, slots=True)
class UnpackPlan:
    """``files`` and ``size`` (bytes) are what would be written if nothing were in the way, the Kitfile
    included unless it is there already; ``free`` are the bytes left where the target is or would be.
    ``layers`` are those from which something is wanted.

    ``unseen`` are layers among them that were not looked into: what is in them is not counted, nor what is in
    their way. ``occupied`` says whether the target has anything in it. Of layers in ``pieces`` only single
    files are fetched, which no digest covers. ``without_ranges``: a registry gives no parts of layers, so
    that these are fetched as a whole. Of layers in ``present`` everything wanted stands in the target
    already, with whatever content.
    """

    selection: Selection
    files: int
    size: int
    conflicts: tuple[Conflict, ...]
    free: int
    layers: tuple[KitLayer, ...] = ()
    unseen: tuple[KitLayer, ...] = ()
    occupied: bool = False
    pieces: tuple[Pieces, ...] = ()
    without_ranges: bool = False
    present: tuple[KitLayer, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One kit's share: ``reference`` is how the kit before it names it, "" for the kit itself."""

    kit: ModelKit
    fetcher: Fetcher
    selection: Selection
    reference: str = ""


@dataclass(frozen=True, slots=True)
class LayerSurvey:
    """The wanted part of a layer; ``entries`` counts folders too, ``missing`` those of them in whose place
    nothing is. ``complete`` is False when the layer could not be read to its end."""

    entries: int
    files: int
    size: int
    conflicts: tuple[Conflict, ...]
    complete: bool = True
    missing: int = 0

    @property
    def is_present(self) -> bool:
        """Whether everything wanted stands in the target already, with whatever content."""
        return self.complete and self.files > 0 and not self.missing


NOT_SURVEYED = LayerSurvey(0, 0, 0, (), complete=False)


def plan_unpack(
    kit: ModelKit,
    fetcher: Fetcher,
    target: Path,
    *,
    filters: Sequence[str] = (),
    globs: Sequence[str] = (),
    parents: Sequence[tuple[ModelKit, Fetcher]] = (),
    token: CancelToken | None = None,
    report: Report = ignore_progress,
    list_files: ListFiles | None = None,
    single: SingleFiles | None = None,
) -> UnpackPlan:
    """Look through the layers and the target; compressed layers are read as a whole for that, unless
    ``list_files`` has a better way or does without. ``single`` is as for ``unpack``.

    Raises ``InvalidArgument`` for a wrong filter, what ``list_layer`` raises, ``UnsafeEntry``, and
    ``FileAccessError`` when the target cannot be read.
    """
    token = token or CancelToken()
    parts = unpack_parts(kit, fetcher, filters, parents)
    matches = path_matcher(globs)
    files = size = 0
    conflicts: list[Conflict] = []
    layers: list[KitLayer] = []
    unseen: list[KitLayer] = []
    present: list[KitLayer] = []
    pieces: list[Pieces] = []
    without_ranges = False
    with opened_tree(target) as tree:
        kitfile = kitfile_of(kit)
        if parts[-1].selection.kitfile and matches(KITFILE_NAME):
            if tree is None or not has_kitfile(tree, kitfile):
                files, size = 1, len(kitfile)
            if tree and (conflict := kitfile_conflict(tree, kitfile)):
                conflicts.append(conflict)
        for part in parts:
            for layer in part.selection.layers:
                try:
                    given = (list_files or whole_list)(layer, part.fetcher, token, report)
                    if given is not None and single is not None and globs:
                        given = tuple(given)
                    survey = None if given is None else survey_files(given, tree, globs)
                except RangesUnsupported:
                    given = survey = None
                    without_ranges = True
                if survey is None:
                    unseen.append(layer)
                else:
                    files, size = files + survey.files, size + survey.size
                    conflicts += survey.conflicts
                    present += [layer] if survey.is_present else []
                if survey is None or survey.entries or not globs:
                    layers.append(layer)
                if isinstance(given, tuple) and single and not single.is_near(layer.descriptor):
                    found = pieces_of(layer, given, matches)
                    if found is not None and not without_ranges:
                        try:
                            check_ranges(found, part.fetcher)
                            pieces.append(found)
                        except RangesUnsupported:
                            without_ranges = True
        occupied = tree is not None and _is_occupied(tree)
    return UnpackPlan(
        parts[-1].selection,
        files,
        size,
        tuple(conflicts),
        free_space(target) or 0,
        tuple(layers),
        tuple(unseen),
        occupied,
        tuple(pieces),
        without_ranges,
        tuple(present),
    )


def unpack_parts(
    kit: ModelKit, fetcher: Fetcher, filters: Sequence[str], parents: Sequence[tuple[ModelKit, Fetcher]]
) -> tuple[Part, ...]:
    """The kits to unpack, parents first and the deepest of them first of all; the kit itself is the last.

    ``parents`` come nearest first. Of them only models are taken. Raises ``InvalidArgument``.
    """
    parsed = parse_filters(filters)
    of_parents = filters_for_parents(parsed)
    parts = [Part(kit, fetcher, _known(select_layers(kit, parsed)))]
    before = kit
    for parent, parent_fetcher in parents if of_parents else ():
        selection = replace(_known(select_layers(parent, of_parents)), kitfile=False)
        parts.append(Part(parent, parent_fetcher, selection, parent_reference(before.kitfile) or ""))
        before = parent
    return tuple(reversed(parts))


def _known(selection: Selection) -> Selection:
    """Layers of unknown type are shown, never unpacked."""
    return replace(selection, layers=tuple(layer for layer in selection.layers if layer.format))


def survey_files(listed: Iterable[LayerFile], tree: TargetTree | None, globs: Sequence[str]) -> LayerSurvey:
    """What unpacking these files would write and what is in its way; without ``tree`` nothing is."""
    matches = path_matcher(globs)
    entries = files = size = missing = 0
    conflicts: list[Conflict] = []
    for file in listed:
        if not matches(file.path):
            continue
        check_safe(file)
        entries += 1
        found = tree.find(file.path) if tree else Found(Obstacle.NOTHING)
        missing += found.obstacle is Obstacle.NOTHING
        conflict = conflict_of(file, found)
        if conflict is not None:
            conflicts.append(conflict)
        if not file.is_dir:
            files, size = files + 1, size + file.size
    return LayerSurvey(entries, files, size, tuple(conflicts), missing=missing)


def whole_list(layer: KitLayer, fetcher: Fetcher, token: CancelToken, report: Report) -> Iterable[LayerFile]:
    """A ``ListFiles`` that reads what it takes."""
    return list_layer(fetcher, layer, token=token, report=report)


def _is_occupied(tree: TargetTree) -> bool:
    with os.scandir(tree.root.path) as entries:
        return next(entries, None) is not None


def survey_damaged_too(
    layer: KitLayer, listed: Iterable[LayerFile], tree: TargetTree | None, globs: Sequence[str]
) -> LayerSurvey:
    """As ``survey_files``, but a layer that cannot be read is left to whoever unpacks it: that checks its
    digest and so finds the better reason."""
    try:
        return survey_files(listed, tree, globs)
    except (UnpackError, ArtifactError) as error:
        log.info("Layer %s cannot be surveyed: %s", layer.descriptor.digest, error)
        return NOT_SURVEYED


@contextmanager
def opened_tree(target: Path) -> Iterator[TargetTree | None]:
    """The target as a tree; None when it is not there yet. Raises ``FileAccessError``."""
    try:
        root = Folder.open(target)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise FileAccessError(target, "open", error.strerror or type(error).__name__) from error
    with root:
        tree = TargetTree(root)
        try:
            yield tree
        finally:
            tree.close()


def kitfile_of(kit: ModelKit) -> bytes:
    """The Kitfile as it is written beside the files."""
    return to_yaml(kit.kitfile).encode("utf-8", "replace")


def has_kitfile(tree: TargetTree, kitfile: bytes) -> bool:
    """Whether the target has this very Kitfile already."""
    found = tree.find(KITFILE_NAME)
    if found.obstacle is not Obstacle.FILE or found.size != len(kitfile):
        return False
    try:
        return tree.root.read(KITFILE_NAME, len(kitfile) + 1) == kitfile
    except OSError:
        return False


def kitfile_conflict(tree: TargetTree, kitfile: bytes) -> Conflict | None:
    """The conflict of the Kitfile with what stands in its place; another one with equal bytes is none."""
    if has_kitfile(tree, kitfile):
        return None
    return conflict_of(LayerFile(KITFILE_NAME, len(kitfile), KITFILE_MODE), tree.find(KITFILE_NAME))
