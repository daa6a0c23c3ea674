"""What is to be unpacked, and how each layer is had, found out before anything is written."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kitops_desktop.errors import (
    ArtifactError,
    DiskFull,
    FileAccessError,
    FilesExist,
    RangesUnsupported,
    UnpackError,
)
from kitops_desktop.free_space import free_space
from kitops_desktop.modelkit.conflicts import Action, Conflict, ExistingRules, OnExisting
from kitops_desktop.modelkit.extract import WRITTEN
from kitops_desktop.modelkit.globs import path_matcher
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.layer_content import HasBlobPaths
from kitops_desktop.modelkit.layer_order import small_first
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.pieces import Pieces, SingleFiles, pieces_of
from kitops_desktop.modelkit.placed_before import PlacedBefore, still_there
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.modelkit.target_folder import TargetTree
from kitops_desktop.modelkit.unpack_plan import (
    KITFILE_MODE,
    KITFILE_NAME,
    NOT_SURVEYED,
    LayerSurvey,
    Part,
    kitfile_conflict,
    kitfile_of,
    opened_tree,
    survey_damaged_too,
    whole_list,
)
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import CancelToken, ignore_progress

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """A layer that is to be unpacked, of one of the kits; in ``pieces`` where it is not read as a whole."""

    layer: KitLayer
    fetcher: Fetcher
    pieces: Pieces | None = None

    @property
    def size(self) -> int:
        """How many bytes are to be read."""
        return self.layer.descriptor.size if self.pieces is None else self.pieces.size


class Preparation:
    """What is to be unpacked, found out before anything is written."""

    def __init__(
        self,
        target: Path,
        parts: Sequence[Part],
        globs: tuple[str, ...],
        rules: ExistingRules,
        before: PlacedBefore,
        single: SingleFiles | None,
        token: CancelToken,
        announce: Callable[[str], None],
    ) -> None:
        self.target = target
        self.before = before
        self.single = single
        self.in_place: list[LayerChoice] = []
        self.kept: list[LayerChoice] = []
        """Layers that are not fetched, as each of their files is in the target and is to be left alone."""
        self.kept_paths: list[str] = []
        self.by_range_before: list[str] = []
        self.whole: list[str] = []
        self.globs = globs
        self.rules = rules
        self.token = token
        self.announce = announce
        self.matches = path_matcher(globs)
        self.references = [part.reference for part in reversed(parts) if part.reference]
        self.of_parents = self._choices(parts[:-1])
        self.own = self._choices(parts[-1:])
        kit = parts[-1].kit
        wanted = parts[-1].selection.kitfile and self.matches(KITFILE_NAME)
        self.kitfile = kitfile_of(kit) if wanted else None
        self.unknown = [layer for part in parts for layer in part.kit.layers if layer.format is None]

    @staticmethod
    def _choices(parts: Sequence[Part]) -> list[LayerChoice]:
        return [LayerChoice(layer, part.fetcher) for part in parts for layer in _in_order(part)]

    @property
    def choices(self) -> list[LayerChoice]:
        return [*self.of_parents, *self.own]

    def look(self) -> None:
        """Look for conflicts and room, as far as that is cheap, and drop layers with nothing wanted."""
        with opened_tree(self.target) as tree:
            self._look(tree)

    def _look(self, tree: TargetTree | None) -> None:
        if tree is not None:
            self._leave_what_is_in_place(tree)
        occupied = tree is not None and any(True for _ in _names(tree))
        free = free_space(self.target) or 0
        tight = sum(choice.layer.descriptor.size for choice in self.choices) > free
        conflicts = self._kitfile_conflict(tree)
        needed = 0
        for choice in self.choices if occupied or tight or self.globs else ():
            if not _is_cheap(choice.layer):
                continue
            survey = self._survey(choice, tree)
            if survey.complete and not survey.entries and self.globs:
                self._drop(choice)
            if self._is_kept(choice, survey):
                self._drop(choice)
                self.kept.append(choice)
                self.kept_paths += [found.path for found in survey.conflicts]
            conflicts += survey.conflicts
            needed += survey.size - sum(found.new_size for found in survey.conflicts if self._skips(found))
        self._check(conflicts)
        if tight and needed > free:
            raise DiskFull(self.target, needed, free)

    def _survey(self, choice: LayerChoice, tree: TargetTree | None) -> LayerSurvey:
        """What there is to unpack of a layer; from now on it is had in pieces where that spares much."""
        layer, single = choice.layer, self.single
        if single is None or single.is_near(layer.descriptor):
            listed = whole_list(layer, choice.fetcher, self.token, ignore_progress)
            return survey_damaged_too(layer, listed, tree, self.globs)
        try:
            entries = single.list_files(layer, choice.fetcher, self.token, ignore_progress)
            entries = None if entries is None else tuple(entries)
        except RangesUnsupported:
            self.whole.append(layer.label)
            return NOT_SURVEYED
        except (UnpackError, ArtifactError) as error:
            log.info("Layer %s cannot be listed: %s", layer.descriptor.digest, error)
            return NOT_SURVEYED
        if entries is None:
            return NOT_SURVEYED
        if self.globs:
            self._have_in_pieces(choice, entries)
        return survey_damaged_too(layer, entries, tree, self.globs)

    def _have_in_pieces(self, choice: LayerChoice, entries: Iterable[LayerFile]) -> None:
        pieces = pieces_of(choice.layer, entries, self.matches)
        if pieces is None:
            return
        for choices in (self.of_parents, self.own):
            choices[:] = [replace(one, pieces=pieces) if one == choice else one for one in choices]

    def _leave_what_is_in_place(self, tree: TargetTree) -> None:
        for choice in self.choices:
            digest, by_range = choice.layer.descriptor.digest, False
            files = self.before.recall(digest)
            if files is None and self.single is not None:
                files, by_range = self.before.recall(digest, by_range=True), True
            if files is None:
                continue
            there = still_there(files, tree)
            if len(there) == len(files):
                self._drop(choice)
                self.in_place.append(choice)
                self.by_range_before += there if by_range else ()
            else:  # the program ended while it gave the files their names
                ours = dict.fromkeys(there, OnExisting.OVERWRITE)
                self.rules = ExistingRules(self.rules.existing, {**self.rules.decisions, **ours})

    def kitfile_action(self, tree: TargetTree) -> Action:
        """As for any file, but that a rule for all files never leaves another Kitfile in place: what is
        unpacked would not be what it says."""
        rules = self.rules
        if rules.existing is OnExisting.SKIP:
            rules = ExistingRules(OnExisting.FAIL, rules.decisions)
        return rules.action(kitfile_entry(self.kitfile or b""), tree.find(KITFILE_NAME))

    def _kitfile_conflict(self, tree: TargetTree | None) -> list[Conflict]:
        if tree is None or self.kitfile is None:
            return []
        conflict = kitfile_conflict(tree, self.kitfile)
        if conflict is None or self.kitfile_action(tree) in (Action.REPLACE, Action.SKIP, Action.BESIDE):
            return []
        return [conflict]

    def _check(self, conflicts: Sequence[Conflict]) -> None:
        clash = next((found for found in conflicts if not found.same_kind), None)
        if clash is not None:
            reason = "a folder is where a file belongs, or the reverse"
            raise FileAccessError(self.target / clash.path, "write", reason)
        in_the_way = [found.path for found in conflicts if self._fails(found)]
        if in_the_way:
            raise FilesExist([self.target / path for path in in_the_way])

    def _fails(self, found: Conflict) -> bool:
        if found.path == KITFILE_NAME and self.kitfile is not None:
            return True
        return self.rules.decisions.get(found.path, self.rules.existing) is OnExisting.FAIL

    def is_written(self, file: LayerFile, tree: TargetTree) -> bool:
        """Whether the content of a file is needed."""
        return self.matches(file.path) and self.rules.action(file, tree.find(file.path)) in WRITTEN

    def _skips(self, found: Conflict) -> bool:
        return self.rules.decisions.get(found.path, self.rules.existing) is OnExisting.SKIP

    def _is_kept(self, choice: LayerChoice, survey: LayerSurvey) -> bool:
        """Whether nothing would come of fetching a layer. One that is near is read all the same: it shows
        whether it is damaged.
        """
        if self.single is None or self.single.is_near(choice.layer.descriptor):
            return False
        return survey.is_present and all(found.same_kind and self._skips(found) for found in survey.conflicts)

    def _drop(self, choice: LayerChoice) -> None:
        """Also when it has been decided meanwhile that it is had in pieces."""
        for choices in (self.of_parents, self.own):
            choices[:] = [
                one for one in choices if one.layer is not choice.layer or one.fetcher is not choice.fetcher
            ]


def _in_order(part: Part) -> Sequence[KitLayer]:
    layers = part.selection.layers
    return layers if isinstance(part.fetcher, HasBlobPaths) else small_first(layers)


def _names(tree: TargetTree) -> Iterator[str]:
    with os.scandir(tree.root.path) as entries:
        yield from (entry.name for entry in entries)


def _is_cheap(layer: KitLayer) -> bool:
    return layer.format is not None and layer.format.compression is Compression.NONE


def kitfile_entry(content: bytes) -> LayerFile:
    return LayerFile(KITFILE_NAME, len(content), KITFILE_MODE)
