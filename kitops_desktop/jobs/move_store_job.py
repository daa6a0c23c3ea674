"""Moving the store to another folder: copy and verify, then switch, and only then remove."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from kitops_desktop.errors import ArtifactError, InvalidArgument, ReferenceNotFound
from kitops_desktop.jobs.space import check_store_space
from kitops_desktop.jobs.tools import StorePlace, Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken, Report, Tally, ignore_progress
from kitops_desktop.store.local_store import LocalStore, StoredKit

log = logging.getLogger(__name__)

_KitKey = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class MoveOutcome:
    """``left`` are the kits that could not be copied and stay in the old folder, with the reason."""

    home: Path
    moved: int
    size: int
    left: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MoveStoreWork:
    """Move all kits to a store in the folder ``target``, which may have kits already."""

    kind: ClassVar[str] = "move-store"
    alone: ClassVar[bool] = True
    target: Path

    @property
    def title(self) -> str:
        return f"Move the store to {self.target}"

    def parameters(self) -> dict[str, Any]:
        return {"target": str(self.target)}

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> MoveStoreWork:
        return cls(Path(given["target"]))

    def run(self, context: WorkContext) -> Result:
        done = move_store(self.target, context.tools, token=context.token, report=context.report)
        kits = "1 kit" if done.moved == 1 else f"{done.moved:,} kits"
        stay = f"; {len(done.left):,} stayed, see the details" if done.left else ""
        return Result(
            f"Moved {kits} to {done.home}{stay}",
            {
                "folder": str(done.home),
                "kits": done.moved,
                "size": done.size,
                "left": [list(entry) for entry in done.left],
            },
        )


def move_store(
    target: Path, tools: Tools, *, token: CancelToken | None = None, report: Report = ignore_progress
) -> MoveOutcome:
    """Copy every kit, verified, to a store in ``target``; settle there; remove what was copied from the old.

    Until the switch the old store is complete, and stopping leaves it in use; running it again goes on from
    there. Kits that another program adds meanwhile come along. What is damaged stays where it is, and so does
    everything in the old folder that is no kit: sign-ins, the trash. Raises ``InvalidArgument`` when the
    place cannot be changed or a name means another kit in ``target``, ``DiskFull``, ``SettingsError``,
    ``Cancelled`` and errors of the stores.
    """
    token = token or CancelToken()
    old = tools.store
    place = _checked_place(target, old, tools)
    new = place.open(target.absolute())
    move = _Move(old, new, token, report)
    move.copy_all()
    token.check()
    place.settle(new.home)
    tools.use_store(new)
    move.copy_all()  # what somebody packed into the old store in the very moment
    move.remove_copied()
    return MoveOutcome(new.home, len(move.copied), move.size, tuple(move.left.items()))


class _Move:
    """``copied`` and ``left`` fill up while kits are copied; ``size`` is in bytes."""

    def __init__(self, old: LocalStore, new: LocalStore, token: CancelToken, report: Report) -> None:
        self.copied: dict[_KitKey, StoredKit] = {}
        self.left: dict[str, str] = {}
        self.size = 0
        self._old, self._new = old, new
        self._token = token
        self._tally = Tally(report, 0)
        self._expected = 0

    def copy_all(self) -> None:
        """Copy until nothing new turns up: other programs may go on packing into the old store."""
        while True:
            kits = [kit for kit in self._old.listing().kits if self._is_new(kit)]
            if not kits:
                return
            self._check_names(kits)
            missing = {
                blob.digest: blob.size for kit in kits for blob in _blobs(kit) if not self._new.exists(blob)
            }
            check_store_space(self._new, sum(missing.values()))
            self._expected += sum(missing.values())
            self._tally.expect(self._expected)
            for kit in kits:
                self._copy(kit)

    def remove_copied(self) -> None:
        """Take from the old store what is in the new one, without leaving it in the trash."""
        targets = {}
        for kit in self._old.listing().kits:
            registry, _, repository = kit.repository.partition("/")
            if _key(kit) in self.copied:
                targets[kit.repository, kit.descriptor.digest] = Reference(
                    registry, repository, digest=kit.descriptor.digest
                )
        if targets:
            self._old.delete_removal(self._old.remove(list(targets.values()), force=True).id)

    def _is_new(self, kit: StoredKit) -> bool:
        return _key(kit) not in self.copied and _name(kit) not in self.left

    def _check_names(self, kits: list[StoredKit]) -> None:
        for kit in kits:
            registry, _, repository = kit.repository.partition("/")
            for tag in kit.tags:
                reference = Reference(registry, repository, tag=tag)
                try:
                    found = self._new.resolve(reference)
                except ReferenceNotFound:
                    continue
                if found.digest != kit.descriptor.digest:
                    raise InvalidArgument(
                        f"{reference.short} is another kit in {self._new.home}; nothing was moved"
                    )

    def _copy(self, kit: StoredKit) -> None:
        blobs = _blobs(kit)
        try:
            with self._new.lease([blob.digest for blob in blobs]):
                for blob in blobs:
                    self._copy_blob(blob)
                self._new.add_manifest(kit.repository, kit.descriptor, kit.tags)
        except ArtifactError as error:
            log.warning("%s is damaged and stays where it is: %s", _name(kit), error)
            self.left[_name(kit)] = str(error)
            return
        self.copied[_key(kit)] = kit

    def _copy_blob(self, blob: Descriptor) -> None:
        self._token.check()
        if self._new.exists(blob):
            return
        name = blob.digest[:19]

        def advance(count: int) -> None:
            self._token.check()
            self._tally.add(count, name)

        with self._new.ingest(blob) as ingest, self._old.fetch(blob, ingest.offset) as source:
            advance(ingest.offset)  # what an earlier attempt has left
            while block := source.read(1 << 20):
                ingest.write(block)
                advance(len(block))
            ingest.commit(blob.digest)
        self.size += blob.size


def _checked_place(target: Path, old: LocalStore, tools: Tools) -> StorePlace:
    if tools.place is None:
        raise InvalidArgument(
            "the place of the store is given by KITOPS_HOME or an argument; change it there"
        )
    here, there = old.home.resolve(), target.resolve()
    if here == there:
        raise InvalidArgument(f"the store is in {target} already")
    if here in there.parents or there in here.parents:
        raise InvalidArgument(f"{target} and the store's folder {old.home} are one inside the other")
    return tools.place


def _blobs(kit: StoredKit) -> tuple[Descriptor, ...]:
    """Children first, so that a manifest is there only when all it names is."""
    return (*kit.manifest.layers, kit.manifest.config, kit.descriptor)


def _key(kit: StoredKit) -> _KitKey:
    return kit.repository, kit.descriptor.digest, kit.tags


def _name(kit: StoredKit) -> str:
    return f"{kit.repository.removeprefix('localhost/')}@{kit.descriptor.digest}"
