"""Unpacking a kit into a folder.

Layer by layer: written into a hidden folder in the target, its digest checked, and only then moved to its
names. What fails leaves the layers before it in place and nothing of its own.

Single files of a layer that is far may be fetched without the rest of it, in the same way otherwise: see
``modelkit.pieces``.

Otherwise than `kit`: digests are checked, no link in the target is followed, and set-user-ID, set-group-ID
and sticky bits are not restored.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from kitops_desktop.errors import (
    ArtifactError,
    DiskFull,
    FileAccessError,
    FilesExist,
    KitOpsError,
    RangesUnsupported,
    UnpackError,
    UnpackFailed,
)
from kitops_desktop.free_space import free_space
from kitops_desktop.modelkit.conflicts import Action, Conflict, ExistingRules, OnExisting
from kitops_desktop.modelkit.extract import WRITTEN, Staged, extract_layer, extract_pieces
from kitops_desktop.modelkit.free_names import beside_others, free_path
from kitops_desktop.modelkit.globs import path_matcher
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.layer_content import write_all
from kitops_desktop.modelkit.media_types import Compression, LayerKind
from kitops_desktop.modelkit.pieces import Pieces, SingleFiles, pieces_of
from kitops_desktop.modelkit.place import Placed, check_no_clash, place
from kitops_desktop.modelkit.placed_before import NothingBefore, PlacedBefore, still_there, to_be_placed
from kitops_desktop.modelkit.portability import PortabilityWatch
from kitops_desktop.modelkit.staging import Staging, staging_in
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.modelkit.target_folder import TargetTree
from kitops_desktop.modelkit.unpack_plan import (
    KITFILE_MODE,
    KITFILE_NAME,
    NOT_SURVEYED,
    LayerSurvey,
    Part,
    UnpackPlan,
    has_kitfile,
    kitfile_conflict,
    kitfile_of,
    opened_tree,
    plan_unpack,
    survey_damaged_too,
    unpack_parts,
    whole_list,
)
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import CancelToken, Report, Tally, ignore_progress

__all__ = ["Conflict", "OnExisting", "UnpackPlan", "Unpacked", "plan_unpack", "unpack"]

log = logging.getLogger(__name__)

_T = TypeVar("_T")

_WORDS = {
    LayerKind.MODEL: "model {name} to {path}",
    LayerKind.MODEL_PART: "model part {name} to {path}",
    LayerKind.CODE: "code to {path}",
    LayerKind.DATASET: "dataset {name} to {path}",
    LayerKind.DOCS: "docs to {path}",
    LayerKind.PROMPT: "prompt to {path}",
    LayerKind.MCP_SERVER: "MCP server {name} to {path}",
}
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


@dataclass(frozen=True, slots=True)
class Unpacked:
    """``files`` were written, ``size`` bytes in all; ``skipped`` are the paths of files left alone.

    ``layers_in_place`` has a label for each layer that was unpacked, ``warnings`` what may be trouble on
    other systems. ``layers_before`` were in place from an earlier attempt, and are not counted.

    ``verified`` are the labels of layers all of which had the right digest, ``by_range`` the paths of files
    that are in place and that no digest covers, ``whole`` the labels of layers that came as a whole since
    their registry gives no parts. ``beside`` are the names that files got which were kept beside others.
    """

    files: int
    size: int
    skipped: tuple[str, ...]
    layers_in_place: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    layers_before: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()
    by_range: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def unpack(
    kit: ModelKit,
    fetcher: Fetcher,
    target: Path,
    *,
    filters: Sequence[str] = (),
    globs: Sequence[str] = (),
    existing: OnExisting = OnExisting.FAIL,
    decisions: Mapping[str, OnExisting] | None = None,
    parents: Sequence[tuple[ModelKit, Fetcher]] = (),
    before: PlacedBefore | None = None,
    single: SingleFiles | None = None,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
    announce: Callable[[str], None] | None = None,
) -> Unpacked:
    """Unpack what ``filters`` and ``globs`` choose into ``target``, which is made when missing.

    ``existing`` says what happens to files in the way, ``decisions`` says it for single paths. ``parents``
    are the kits this one refers to, nearest first; of them models are taken. ``announce`` is told each step
    in `kit`'s words. Progress is in bytes of the layers. Layers that ``before`` knows to be in place are left
    alone, unless any of their files was changed. With ``single``, where ``globs`` choose little of a layer
    that is far, only that is fetched, and no digest covers it; without, every layer is verified.

    Raises before anything is written: ``InvalidArgument``, ``FilesExist`` with all files in the way that can
    be known without reading compressed layers, or much of such that are far, ``DiskFull``,
    ``FileAccessError``. Later: ``UnpackFailed`` with its cause, ``Cancelled``; layers that were finished by
    then stay.
    """
    rules = ExistingRules(existing, decisions or {})
    parts = unpack_parts(kit, fetcher, filters, parents)
    work = _Work(
        target,
        parts,
        tuple(globs),
        rules,
        before or NothingBefore(),
        single,
        token or CancelToken(),
        announce or (lambda _: None),
    )
    work.look()
    with _made(target) as keep, opened_tree(target) as tree:
        if tree is None:
            raise FileAccessError(target, "open", "it vanished")
        with _os_errors(target), staging_in(tree.root) as staging:
            return _Unpacking(work, tree, staging, report, keep).run()


@dataclass(frozen=True, slots=True)
class _Choice:
    """A layer that is to be unpacked, of one of the kits; in ``pieces`` where it is not read as a whole."""

    layer: KitLayer
    fetcher: Fetcher
    pieces: Pieces | None = None

    @property
    def size(self) -> int:
        """How many bytes are to be read."""
        return self.layer.descriptor.size if self.pieces is None else self.pieces.size


class _Work:
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
        self.in_place: list[_Choice] = []
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
    def _choices(parts: Sequence[Part]) -> list[_Choice]:
        return [_Choice(layer, part.fetcher) for part in parts for layer in part.selection.layers]

    @property
    def choices(self) -> list[_Choice]:
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
            conflicts += survey.conflicts
            needed += survey.size - sum(found.new_size for found in survey.conflicts if self._skips(found))
        self._check(conflicts)
        if tight and needed > free:
            raise DiskFull(self.target, needed, free)

    def _survey(self, choice: _Choice, tree: TargetTree | None) -> LayerSurvey:
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

    def _have_in_pieces(self, choice: _Choice, entries: Iterable[LayerFile]) -> None:
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
        return rules.action(_kitfile(self.kitfile or b""), tree.find(KITFILE_NAME))

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

    def _drop(self, choice: _Choice) -> None:
        for choices in (self.of_parents, self.own):
            if choice in choices:
                choices.remove(choice)


def _names(tree: TargetTree) -> Iterator[str]:
    with os.scandir(tree.root.path) as entries:
        yield from (entry.name for entry in entries)


def _is_cheap(layer: KitLayer) -> bool:
    return layer.format is not None and layer.format.compression is Compression.NONE


def _kitfile(content: bytes) -> LayerFile:
    return LayerFile(KITFILE_NAME, len(content), KITFILE_MODE)


class _Unpacking:
    """One layer after the other, with the account of what is in place."""

    def __init__(
        self, work: _Work, tree: TargetTree, staging: Staging, report: Report, keep: Callable[[], None]
    ) -> None:
        self._work = work
        self._tree = tree
        self._staging = staging
        self._keep = keep
        self._watch = PortabilityWatch()
        expected = (*work.in_place, *work.choices)
        self._tally = Tally(report, sum(choice.size for choice in expected))
        self._missing = [choice.layer.label for choice in work.of_parents]
        self._missing += [KITFILE_NAME] if work.kitfile is not None else []
        self._missing += [choice.layer.label for choice in work.own]
        self._in_place: list[str] = []
        self._placed: list[Placed] = []
        self._verified: list[str] = []
        self._by_range = list(work.by_range_before)
        self._beside: list[str] = []

    def run(self) -> Unpacked:
        before = [choice.layer for choice in self._work.in_place]
        for layer in before:
            self._work.announce(f"Already in place from an earlier attempt: {layer.label}")
            self._tally.skip(layer.descriptor.size, layer.label)
        for reference in self._work.references:
            self._work.announce(f"Unpacking referenced modelkit {reference}")
        for choice in self._work.of_parents:
            self._step(self._unpack_layer, choice)
        if self._work.kitfile is not None:
            self._step(self._write_kitfile, self._work.kitfile)
        for choice in self._work.own:
            self._step(self._unpack_layer, choice)
        for layer in self._work.unknown:
            log.warning("Layer %s is not unpacked: unknown type", layer.descriptor.digest)
        layers = [label for label in self._in_place if label != KITFILE_NAME]
        self._work.before.forget()
        return Unpacked(
            sum(placed.files for placed in self._placed),
            sum(placed.size for placed in self._placed),
            tuple(path for placed in self._placed for path in placed.skipped),
            tuple(layers),
            self._watch.warnings,
            tuple(layer.label for layer in before),
            tuple(self._verified),
            tuple(self._by_range),
            tuple(self._work.whole),
            tuple(self._beside),
        )

    def _step(self, do: Callable[[_T], Placed | None], what: _T) -> None:
        """Do one thing, all or nothing, and cross it off. Raises ``UnpackFailed``."""
        label = self._missing[0]
        try:
            self._work.token.check()
            with _os_errors(self._work.target):
                placed = do(what)
        except KitOpsError as error:
            raise UnpackFailed(error, label, self._in_place, self._missing) from error
        self._in_place.append(self._missing.pop(0))
        self._keep()
        if placed is not None:
            self._placed.append(placed)

    def _unpack_layer(self, choice: _Choice) -> Placed:
        layer = choice.layer
        words = layer.label
        if layer.kind is not None:
            words = _WORDS[layer.kind].format(name=layer.name, path=layer.path)
        if choice.pieces is not None:
            pieces = self._fetch_pieces(choice, choice.pieces, words)
            if pieces is not None:
                return pieces
        if layer.kind is not None:
            self._work.announce(f"Unpacking {words}")
        if layer.label in self._work.whole:
            self._work.announce("All of it is fetched: its registry gives no parts of layers")
        staged = extract_layer(
            layer, choice.fetcher, self._staging, self._decide, token=self._work.token, tally=self._tally
        )
        self._verified.append(layer.label)
        return self._put(layer, staged, by_range=False)

    def _fetch_pieces(self, choice: _Choice, pieces: Pieces, words: str) -> Placed | None:
        """None when the registry turns out to give no parts."""
        count = "1 file" if pieces.files == 1 else f"{pieces.files:,} files"
        self._work.announce(
            f"Unpacking {count} of {words}, fetched by range: the layer's digest does not cover them"
        )
        try:
            staged = extract_pieces(
                pieces,
                choice.fetcher,
                self._staging,
                self._decide,
                lambda file: self._work.is_written(file, self._tree),
                token=self._work.token,
                tally=self._tally,
            )
        except RangesUnsupported:
            self._work.whole.append(choice.layer.label)
            self._tally.expect(None)
            return None
        return self._put(choice.layer, staged, by_range=True)

    def _put(self, layer: KitLayer, staged: list[Staged], *, by_range: bool) -> Placed:
        named = beside_others(staged, self._tree, self._work.rules)
        files = to_be_placed(named)
        self._work.before.note(layer.descriptor.digest, files, by_range=by_range)
        placed = self._place(named, self._work.rules)
        self._by_range += [file.path for file in files] if by_range else []
        self._beside += [
            new.file.path for old, new in zip(staged, named, strict=True) if new.file.path != old.file.path
        ]
        return placed

    def _decide(self, file: LayerFile) -> Action | None:
        if not self._work.matches(file.path):
            return None
        self._watch.add(file.path)
        action = self._work.rules.action(file, self._tree.find(file.path))
        check_no_clash(file, action, self._tree)
        return action

    def _write_kitfile(self, content: bytes) -> Placed | None:
        path = self._work.target / KITFILE_NAME
        if has_kitfile(self._tree, content):
            self._work.announce(f"Found existing Kitfile at {path}")
            return None
        self._work.announce(f"Unpacking config to {path}")
        action = self._work.kitfile_action(self._tree)
        rules = {Action.SKIP: OnExisting.SKIP, Action.REPLACE: OnExisting.OVERWRITE}
        name, file = "", _kitfile(content)
        if action is Action.BESIDE:
            file = replace(file, path=free_path(KITFILE_NAME, self._tree))
            self._beside.append(file.path)
        if action in WRITTEN:
            name, descriptor = self._staging.create(KITFILE_MODE)
            try:
                write_all(descriptor, content)
            finally:
                os.close(descriptor)
        return self._place(
            [Staged(file, name, len(content))], ExistingRules(rules.get(action, OnExisting.FAIL))
        )

    def _place(self, staged: Sequence[Staged], rules: ExistingRules) -> Placed:
        return place(staged, self._staging, self._tree, rules, self._work.token)


@contextmanager
def _made(target: Path) -> Iterator[Callable[[], None]]:
    """Make the target; folders made for it go again unless something is kept in them.

    Gives the function that says so. Raises ``FileAccessError``, ``DiskFull``.
    """
    made: list[Path] = []
    kept = False

    def keep() -> None:
        nonlocal kept
        kept = True

    with _os_errors(target):
        missing = [folder for folder in (target, *target.parents) if not os.path.lexists(folder)]
        try:
            for folder in reversed(missing):
                folder.mkdir(exist_ok=True)
                made.append(folder)
        except OSError:
            _remove_empty(made)
            raise
    try:
        yield keep
    except BaseException:
        if not kept:
            _remove_empty(made)
        raise


def _remove_empty(folders: Sequence[Path]) -> None:
    for folder in reversed(folders):
        try:
            folder.rmdir()
        except OSError:
            return


@contextmanager
def _os_errors(target: Path) -> Iterator[None]:
    """What the system refuses, as our own errors."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(target, None, free_space(target) or 0) from error
        path = target / os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else target
        raise FileAccessError(path, "write", error.strerror or type(error).__name__) from error
