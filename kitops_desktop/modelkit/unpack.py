"""Unpacking a kit into a folder.

Layer by layer: written into a hidden folder in the target, its digest checked, and only then moved to its
names. What fails leaves the layers before it in place and nothing of its own.

Single files of a layer that is far may be fetched without the rest of it, in the same way otherwise: see
``modelkit.pieces``.

Otherwise than `kit`: digests are checked, no link in the target is followed, and set-user-ID, set-group-ID
and sticky bits are not restored.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from kitops_desktop.errors import (
    FileAccessError,
    KitOpsError,
    RangesUnsupported,
    UnpackFailed,
)
from kitops_desktop.modelkit.conflicts import Action, Conflict, ExistingRules, OnExisting
from kitops_desktop.modelkit.extract import WRITTEN, Staged, extract_layer, extract_pieces
from kitops_desktop.modelkit.free_names import beside_others, free_path
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.layer_content import write_all
from kitops_desktop.modelkit.made_folder import made_folder, os_errors
from kitops_desktop.modelkit.media_types import LayerKind
from kitops_desktop.modelkit.pieces import Pieces, SingleFiles
from kitops_desktop.modelkit.place import Placed, check_no_clash, place
from kitops_desktop.modelkit.placed_before import NothingBefore, PlacedBefore, to_be_placed
from kitops_desktop.modelkit.portability import PortabilityWatch
from kitops_desktop.modelkit.staging import Staging, staging_in
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.modelkit.target_folder import TargetTree
from kitops_desktop.modelkit.unpack_plan import (
    KITFILE_MODE,
    KITFILE_NAME,
    UnpackPlan,
    has_kitfile,
    opened_tree,
    plan_unpack,
    unpack_parts,
)
from kitops_desktop.modelkit.unpack_preparation import LayerChoice, Preparation, kitfile_entry
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
    that is far, only that is fetched, and no digest covers it, and where each file of one is to be skipped,
    nothing is; without, every layer is verified.

    Raises before anything is written: ``InvalidArgument``, ``FilesExist`` with all files in the way that can
    be known without reading compressed layers, or much of such that are far, ``DiskFull``,
    ``FileAccessError``. Later: ``UnpackFailed`` with its cause, ``Cancelled``; layers that were finished by
    then stay.
    """
    rules = ExistingRules(existing, decisions or {})
    parts = unpack_parts(kit, fetcher, filters, parents)
    work = Preparation(
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
    with made_folder(target) as keep, opened_tree(target) as tree:
        if tree is None:
            raise FileAccessError(target, "open", "it vanished")
        with os_errors(target), staging_in(tree.root) as staging:
            return _Unpacking(work, tree, staging, report, keep).run()


class _Unpacking:
    """One layer after the other, with the account of what is in place."""

    def __init__(
        self, work: Preparation, tree: TargetTree, staging: Staging, report: Report, keep: Callable[[], None]
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
        for choice in self._work.kept:
            self._work.announce(f"Left alone, as all its files are there: {choice.layer.label}")
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
            (*self._work.kept_paths, *(path for placed in self._placed for path in placed.skipped)),
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
            with os_errors(self._work.target):
                placed = do(what)
        except KitOpsError as error:
            raise UnpackFailed(error, label, self._in_place, self._missing) from error
        self._in_place.append(self._missing.pop(0))
        self._keep()
        if placed is not None:
            self._placed.append(placed)

    def _unpack_layer(self, choice: LayerChoice) -> Placed:
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

    def _fetch_pieces(self, choice: LayerChoice, pieces: Pieces, words: str) -> Placed | None:
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
        name, file = "", kitfile_entry(content)
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
