"""Unpacking: a kit's layers become files in a folder.

What can be known before is checked before: files in the way, and room. Then each layer is written into a
hidden folder inside the target while its digest is checked, and only when that has matched do its files get
their names. So what stands under a final name is whole and verified, and a failure says which layers are in
place.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import DiskFull, FileAccessError, FilesExist, UnpackFailed
from kitops_desktop.modelkit.conflicts import Action, ExistingRules, OnExisting
from kitops_desktop.modelkit.extract import Staged, extract_layer
from kitops_desktop.modelkit.filters import Selection
from kitops_desktop.modelkit.globs import path_matcher
from kitops_desktop.modelkit.inspect import KitLayer, ModelKit
from kitops_desktop.modelkit.layer_content import write_all
from kitops_desktop.modelkit.media_types import LayerKind
from kitops_desktop.modelkit.place import Placed, check_no_clash, place
from kitops_desktop.modelkit.staging import Staging, staging_in
from kitops_desktop.modelkit.tar_listing import LayerFile
from kitops_desktop.modelkit.target_folder import Folder, TargetTree
from kitops_desktop.modelkit.unpack_plan import (
    KITFILE_MODE,
    KITFILE_NAME,
    Part,
    UnpackPlan,
    free_bytes,
    has_entries,
    has_same_kitfile,
    is_compressed,
    kitfile_conflict,
    kitfile_entry,
    kitfile_of,
    plan_unpack,
    survey_damaged_too,
    unpack_parts,
)
from kitops_desktop.oci.storage import Fetcher
from kitops_desktop.progress import Cancelled, CancelToken, Report, Tally, ignore_progress

__all__ = ["OnExisting", "Selection", "UnpackPlan", "Unpacked", "plan_unpack", "unpack"]

_TITLES = {
    LayerKind.MODEL: "model",
    LayerKind.MODEL_PART: "model part",
    LayerKind.DATASET: "dataset",
    LayerKind.PROMPT: "prompt",
    LayerKind.MCP_SERVER: "MCP server",
}
"""Kinds whose entries have names, as `kit` calls them when it unpacks."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """``files`` with ``size`` bytes in all were written, ``skipped`` paths left alone; ``layers_in_place``
    are the
    Kitfile's paths of the layers.
    """

    files: int
    size: int
    skipped: tuple[str, ...]
    layers_in_place: tuple[str, ...]


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
    announce: Callable[[str], None] | None = None,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> Unpacked:
    """Write what filters and globs choose of a kit, and of the kits it builds on, into ``target``.

    ``existing`` says what happens to files that are there, ``decisions`` says it for single paths (relative,
    with
    ``/``). The target is created when it is not there. ``announce`` is told each step in the words of `kit`.
    Progress counts bytes of layers.

    Raises before anything is written: ``InvalidArgument``, ``FilesExist``, ``DiskFull``, ``FileAccessError``.
    Later ``UnpackFailed``, which wraps the cause and names the layers that are in place, and ``Cancelled``.
    """
    parts = unpack_parts(kit, fetcher, filters, parents)
    rules = ExistingRules(existing, decisions or {})
    was_empty = not has_entries(target)
    with _opened(target) as root:
        tree = TargetTree(root)
        try:
            run = _Unpacking(
                parts, tree, rules, globs, announce or (lambda _: None), token or CancelToken(), report
            )
            run.check_before(was_empty)
            with _staging(root) as staging:
                return run.write(staging)
        finally:
            tree.close()


class _Unpacking:
    """One run. ``_in_place`` grows layer by layer."""

    def __init__(
        self,
        parts: tuple[Part, ...],
        tree: TargetTree,
        rules: ExistingRules,
        globs: Sequence[str],
        announce: Callable[[str], None],
        token: CancelToken,
        report: Report,
    ) -> None:
        self._parts = parts
        self._tree = tree
        self._rules = rules
        self._globs = globs
        self._matches = path_matcher(globs)
        self._announce = announce
        self._token = token
        self._layers = [(part, layer) for part in parts for layer in part.selection.layers]
        self._tally = Tally(report, sum(layer.descriptor.size for _, layer in self._layers))
        self._in_place: list[str] = []
        self._placed: list[Placed] = []

    @property
    def _kit(self) -> ModelKit:
        return self._parts[-1].kit

    @property
    def _wants_kitfile(self) -> bool:
        return self._parts[-1].selection.kitfile and self._matches(KITFILE_NAME)

    def check_before(self, was_empty: bool) -> None:
        """Files in the way and room, as far as they can be known without reading whole layers twice."""
        conflicts = list(kitfile_conflict(self._tree, self._kit)) if self._wants_kitfile else []
        needed = 0
        for part, layer in self._layers:
            if is_compressed(layer) and (was_empty or not self._rules.may_fail()):
                continue
            survey = survey_damaged_too(layer, part.fetcher, self._tree, self._globs, token=self._token)
            conflicts += survey.conflicts
            needed += survey.size
        for conflict in conflicts:
            if not conflict.same_kind:
                entry = LayerFile(conflict.path, conflict.new_size, 0)
                check_no_clash(entry, Action.CLASH, self._tree)
        stopped = [one.path for one in conflicts if self._decision(one.path) is OnExisting.FAIL]
        if stopped:
            raise FilesExist([self._tree.root.path / path for path in stopped])
        free = free_bytes(self._tree.root.path)
        if needed > free:
            raise DiskFull(self._tree.root.path, needed, free)

    def write(self, staging: Staging) -> Unpacked:
        for part in reversed(self._parts[:-1]):
            self._announce(f"Unpacking referenced modelkit {part.reference}")
        for part in self._parts:
            if part is self._parts[-1] and self._wants_kitfile:
                self._guarded(KITFILE_NAME, lambda: self._write_kitfile(staging))
            for layer in part.selection.layers:
                self._announce(announcement(layer))
                self._write_layer(part, layer, staging)
                self._in_place.append(layer.path)
        return Unpacked(
            sum(placed.files for placed in self._placed),
            sum(placed.size for placed in self._placed),
            tuple(path for placed in self._placed for path in placed.skipped),
            tuple(self._in_place),
        )

    def _write_layer(self, part: Part, layer: KitLayer, staging: Staging) -> None:
        def work() -> None:
            staged = extract_layer(
                layer, part.fetcher, staging, self._decide, token=self._token, tally=self._tally
            )
            self._placed.append(place(staged, staging, self._tree, self._rules, self._token))

        self._guarded(layer.path, work)

    def _write_kitfile(self, staging: Staging) -> None:
        path = self._tree.root.path / KITFILE_NAME
        if has_same_kitfile(self._tree, self._kit):
            self._announce(f"Found existing Kitfile at {path}")
            return
        self._announce(f"Unpacking config to {path}")
        content = kitfile_of(self._kit)
        name, descriptor = staging.create(KITFILE_MODE)
        try:
            write_all(descriptor, content)
        finally:
            os.close(descriptor)
        staged = Staged(kitfile_entry(self._kit), name, len(content))
        self._placed.append(place([staged], staging, self._tree, self._rules, self._token))

    def _decide(self, file: LayerFile) -> Action | None:
        if not self._matches(file.path):
            return None
        action = self._rules.action(file, self._tree.find(file.path))
        check_no_clash(file, action, self._tree)
        if action is Action.CONFLICT:
            raise FilesExist([self._tree.root.path / file.path])
        return action

    def _decision(self, path: str) -> OnExisting:
        return self._rules.decisions.get(path, self._rules.existing)

    def _guarded(self, layer_path: str, work: Callable[[], None]) -> None:
        """Do a step; what stops it is told together with what is in place and what is not."""
        try:
            work()
        except Cancelled:
            raise
        except Exception as error:
            all_paths = [layer.path for _, layer in self._layers]
            missing = all_paths[len(self._in_place) :]
            raise UnpackFailed(error, layer_path, self._in_place, missing) from error


def announcement(layer: KitLayer) -> str:
    """The line that `kit unpack` prints for a layer."""
    if layer.kind is None:
        return f"Unpacking {layer.descriptor.media_type} to {layer.path}"
    title = _TITLES.get(layer.kind)
    what = f"{title} {layer.name}" if title is not None else layer.kind.value
    return f"Unpacking {what} to {layer.path}"


def _opened(target: Path) -> Folder:
    try:
        target.mkdir(parents=True, exist_ok=True)
        return Folder.open(target)
    except OSError as error:
        raise FileAccessError(target, "write", error.strerror or type(error).__name__) from error


@contextmanager
def _staging(root: Folder) -> Iterator[Staging]:
    """The staging folder; when it cannot be made, nothing can be written here at all."""
    opened = staging_in(root)
    try:
        staging = opened.__enter__()
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(root.path, None, free_bytes(root.path)) from error
        raise FileAccessError(root.path, "write", error.strerror or type(error).__name__) from error
    try:
        yield staging
    finally:
        opened.__exit__(None, None, None)
