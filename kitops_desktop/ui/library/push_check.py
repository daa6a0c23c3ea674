"""What a repository in a registry holds already, asked before anything is pushed to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from kitops_desktop.errors import AccessDenied, RegistryUnsupported, RemoteNotFound
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.progress import CancelToken

PARALLEL = 4
"""Questions at a time."""
MAX_ASKED = 400
"""Layers asked for one by one; of a kit with more, the rest counts as missing."""


class Target(Protocol):
    """What is asked of a ``registry.repository.Repository``."""

    def exists(self, descriptor: Descriptor) -> bool: ...
    def resolve(self, tag_or_digest: str) -> Descriptor: ...
    def tags(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What is to be there in the end: a manifest, and the layers that are asked for one by one."""

    manifest: Descriptor
    layers: tuple[Descriptor, ...]

    @property
    def size(self) -> int:
        """Of the layers, in bytes."""
        return sum(layer.size for layer in self.layers)

    @classmethod
    def of_kit(cls, kit: ModelKit) -> Parts:
        return cls(kit.descriptor, kit.manifest.layers)


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """``shown`` is False when the registry does not let us look: then nothing else is known.

    ``tag_digest`` is what the tag stands for there, "" when there is no such tag. ``present`` of ``layers``
    are there; ``missing`` is the size of the others in bytes.
    """

    shown: bool = True
    tags: tuple[str, ...] = ()
    tag_digest: str = ""
    layers: int = 0
    present: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class TagFacts:
    """``digest`` is what the tag stands for, "" when there is no such tag; ``tags`` are all that are there.

    ``shown`` is False when the registry does not let us look: then nothing else is known.
    """

    digest: str = ""
    tags: tuple[str, ...] = ()
    shown: bool = True


def look_at_tag(target: Target, tag: str) -> TagFacts:
    """Ask for one tag, and which others there are. Raises ``RegistryError``s and ``Cancelled``.

    Some registries refuse to show a repository that does not exist yet, but let it be pushed to.
    """
    try:
        return TagFacts(_digest(target, tag), _tags(target))
    except AccessDenied:
        return TagFacts(shown=False)


def look_at_target(target: Target, parts: Parts, tag: str, token: CancelToken) -> TargetFacts:
    """As ``look_at_tag``, and ask for each layer."""
    found = look_at_tag(target, tag)
    if not found.shown:
        return TargetFacts(shown=False)
    tags, digest = found.tags, found.digest
    layers = tuple({layer.digest: layer for layer in parts.layers}.values())
    missing = () if not tags else _missing(target, parts.manifest, layers, token)
    if not tags and not digest:  # a repository that is not there has nothing
        missing = layers
    size = sum(layer.size for layer in missing)
    return TargetFacts(True, tags, digest, len(layers), len(layers) - len(missing), size)


def _digest(target: Target, tag: str) -> str:
    try:
        return target.resolve(tag).digest
    except RemoteNotFound:
        return ""


def _tags(target: Target) -> tuple[str, ...]:
    try:
        return target.tags()
    except (RemoteNotFound, RegistryUnsupported, AccessDenied):
        return ()


def _missing(
    target: Target, manifest: Descriptor, layers: tuple[Descriptor, ...], token: CancelToken
) -> tuple[Descriptor, ...]:
    if target.exists(manifest):
        return ()
    asked = layers[:MAX_ASKED]

    def is_there(layer: Descriptor) -> bool:
        token.check()
        return target.exists(layer)

    with ThreadPoolExecutor(PARALLEL, thread_name_prefix="look") as pool:
        there = list(pool.map(is_there, asked))
    return (*(layer for layer, known in zip(asked, there, strict=True) if not known), *layers[MAX_ASKED:])
