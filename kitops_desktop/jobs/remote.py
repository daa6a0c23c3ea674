"""Repositories of registries as jobs use them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from kitops_desktop.errors import AddressOfHuggingFace, InvalidArgument
from kitops_desktop.importers.hugging_face.address import SCHEME
from kitops_desktop.importers.hugging_face.endpoint import ITSELF
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.oci.copy import Bindable
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import Reference, parse_reference_with_tags
from kitops_desktop.oci.storage import BlobReader, Fetcher
from kitops_desktop.progress import CancelToken

if TYPE_CHECKING:
    from kitops_desktop.records.manifests import ManifestCache
    from kitops_desktop.registry.repository import Repository

_MAX_REMEMBERED = 1 << 20


def remote_reference(text: str, doing: str) -> Reference:
    """A reference with a registry; ``doing`` is for the error ("pushing").

    Raises ``InvalidReference``, and ``InvalidArgument`` with `kit`'s words.
    """
    reference, extra = parse_reference_with_tags(text)
    if extra:
        raise InvalidArgument("reference cannot include multiple tags")
    if reference.is_local:
        raise InvalidArgument(f"registry is required when {doing}")
    return reference


def repository_of(tools: Tools, reference: Reference, token: CancelToken) -> Repository:
    """The repository a reference is in; its requests are woken by ``token``. Nothing is sent yet.

    Raises ``AddressOfHuggingFace`` for what is there: that is no registry of kits.
    """
    if reference.registry in ITSELF:
        raise AddressOfHuggingFace(str(reference), f"{SCHEME}{reference.repository}")
    registries = tools.registries
    if registries is None:
        raise InvalidArgument(f"there is no network to reach {reference.registry} by")
    return registries.repository(reference, token)


def labels(kit: ModelKit) -> Callable[[Descriptor], str]:
    """What people call the blobs of a kit."""
    known = {layer.descriptor.digest: layer.label for layer in kit.layers}
    return lambda blob: known.get(blob.digest, "Kitfile" if blob == kit.manifest.config else blob.digest)


def note_used(tools: Tools, reference: Reference, digest: Digest, action: str) -> None:
    """Remember that the reference was used, and what its tag stands for now."""
    if tools.used is None:
        return
    tools.used.history.add(str(reference), action)
    if reference.tag:
        tools.used.tags.put(reference.repository_name, reference.tag, digest, action)


def note_stored(tools: Tools, repository: str, tags: Iterable[str], digest: Digest, action: str) -> None:
    """Remember how ``tags`` of the store's ``repository`` came to stand for what they do now."""
    if tools.used is not None:
        tools.used.tags.history.note(repository, tags, digest, action, tools.store.home)


class Nearest:
    """A ``Fetcher`` that takes a blob from ``near`` when it is there, and else from ``far``."""

    def __init__(self, near: Fetcher, far: Fetcher) -> None:
        self._near, self._far = near, far

    def exists(self, descriptor: Descriptor) -> bool:
        return self._near.exists(descriptor) or self._far.exists(descriptor)

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobReader:
        return (self._near if self.is_near(descriptor) else self._far).fetch(descriptor, start, length)

    def is_near(self, descriptor: Descriptor) -> bool:
        return self._near.exists(descriptor)


class Remembering:
    """A ``Fetcher`` that asks ``cache`` first: what it gives has the digest it was asked for by."""

    def __init__(self, far: Fetcher, cache: ManifestCache | None) -> None:
        self._far, self._cache = far, cache

    def exists(self, descriptor: Descriptor) -> bool:
        return self._far.exists(descriptor)

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobReader:
        content = None if self._cache is None else self._cache.get(descriptor.digest)
        if content is None:
            return self._far.fetch(descriptor, start, length)
        return _part(content, start, length)

    def remember(self, kit: ModelKit) -> None:
        """Keep what was read, unless it is large."""
        for digest, content in _small_parts(kit):
            if self._cache is not None and len(content) <= _MAX_REMEMBERED:
                self._cache.put(digest, content)


class ReadBefore:
    """A ``Fetcher`` over one that is far: manifest and config of a kit are not fetched again."""

    def __init__(self, far: Fetcher, kit: ModelKit) -> None:
        self._far, self._kit = far, kit
        self._known = dict(_small_parts(kit))

    def bound(self, token: CancelToken) -> ReadBefore:
        """The same, cancelled by ``token`` as far as what is behind it can be."""
        return ReadBefore(self._far.bound(token) if isinstance(self._far, Bindable) else self._far, self._kit)

    def exists(self, descriptor: Descriptor) -> bool:
        return descriptor.digest in self._known or self._far.exists(descriptor)

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobReader:
        content = self._known.get(descriptor.digest)
        if content is None:
            return self._far.fetch(descriptor, start, length)
        return _part(content, start, length)


def _small_parts(kit: ModelKit) -> tuple[tuple[Digest, bytes], ...]:
    return (
        (kit.descriptor.digest, kit.manifest_bytes),
        (kit.manifest.config.digest, kit.config_bytes),
    )


def _part(content: bytes, start: int, length: int | None) -> BlobReader:
    return io.BytesIO(content[start : None if length is None else start + length])
