"""A repository in a registry, as a place that blobs and manifests are read from and written to."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace

from kitops_desktop.errors import DigestMismatch, RemoteNotFound
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, parse_digest
from kitops_desktop.oci.storage import BlobReader, Fetcher
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry import deletion, remote_manifests
from kitops_desktop.registry.abilities import REFERRERS, AbilityMemory, NoAbilities
from kitops_desktop.registry.download import open_blob
from kitops_desktop.registry.endpoint import Endpoint
from kitops_desktop.registry.exchange import Response, Transport
from kitops_desktop.registry.host_habits import takes_wholes_only
from kitops_desktop.registry.memory_source import MemorySource
from kitops_desktop.registry.mounting import mount
from kitops_desktop.registry.paging import natural_key, read_list
from kitops_desktop.registry.referrers import (
    Referrer,
    list_of_referrers,
    listed_by_api,
    listed_by_tag,
    referrers,
    referrers_of_type,
)
from kitops_desktop.registry.referrers_index import list_referrer
from kitops_desktop.registry.remote_blob import RemoteBlob
from kitops_desktop.registry.upload import Upload
from kitops_desktop.registry.upload_body import UNNAMED, UploadSource
from kitops_desktop.registry.upload_memory import UploadMemory, UploadPlace
from kitops_desktop.registry.upload_session import end_upload

MOST_TAGS = 100_000
_OCTETS = "application/octet-stream"


class Repository:
    """``path`` in the registry of ``transport``; an ``oci.storage.Fetcher`` and ``Receiver``. Any thread may
    use it.

    ``token`` cancels whatever is going on. ``abilities`` remembers what the registry can do, ``uploads`` how
    far those are that it has begun to take. No chunk of an upload has more than ``most_chunk`` bytes, where
    that is not 0. All methods raise ``RegistryError``s and ``Cancelled`` beside what they say.
    """

    def __init__(
        self,
        transport: Transport,
        path: str,
        *,
        token: CancelToken | None = None,
        abilities: AbilityMemory | None = None,
        uploads: UploadMemory | None = None,
        most_chunk: int = 0,
    ) -> None:
        self._endpoint = Endpoint(transport, path)
        self._token = token or CancelToken()
        self._abilities = abilities or NoAbilities()
        self._uploads, self._most_chunk = uploads, most_chunk

    @property
    def host(self) -> str:
        """As in a reference, with its port."""
        return self._endpoint.host

    @property
    def path(self) -> str:
        return self._endpoint.path

    @property
    def name(self) -> str:
        """``host/path``."""
        return self._endpoint.name

    @property
    def digest_first(self) -> bool:
        """Whether the registry takes blobs in one request only, which says the digest before the bytes."""
        return takes_wholes_only(self._abilities, self.host)

    def __repr__(self) -> str:
        return f"Repository({self.name})"

    def bound(self, token: CancelToken) -> Repository:
        """The same repository, cancelled by ``token``."""
        made = Repository(
            self._endpoint.transport,
            self.path,
            token=token,
            abilities=self._abilities,
            uploads=self._uploads,
            most_chunk=self._most_chunk,
        )
        made._endpoint = self._endpoint
        return made

    def writable(self) -> Repository:
        """The same repository, asked with the rights to write even for what is only looked at: of one that
        does not exist yet, some registries say so only to those who may make it.
        """
        made = self.bound(self._token)
        made._endpoint = replace(self._endpoint, writing=True)
        return made

    # Manifests and tags

    def resolve(self, tag_or_digest: str) -> Descriptor:
        """What a tag or digest stands for. Raises ``RemoteNotFound``."""
        return remote_manifests.resolve(self._endpoint, tag_or_digest, self._token)

    def manifest(self, tag_or_digest: str) -> tuple[Descriptor, bytes]:
        """Descriptor and bytes of a manifest, which have its digest.

        Raises ``RemoteNotFound``, ``DigestMismatch``, ``ContentTooLarge``.
        """
        return remote_manifests.fetch(self._endpoint, tag_or_digest, self._token)

    def tags(self) -> tuple[str, ...]:
        """All tags in natural order. Raises ``RemoteNotFound`` when there is no such repository."""

        def ask(url: str) -> Response:
            response = self._endpoint.send("GET", url, self._token, allow=frozenset({400, 404}))
            if response.status == 404:
                response.close()
                raise RemoteNotFound(self.name)
            return response

        path = self._endpoint.url("tags", "list")
        found = read_list(self._endpoint.transport, path, "tags", ask, MOST_TAGS)
        return tuple(sorted(found, key=natural_key))

    def put_tag(self, manifest: Descriptor, content: bytes, tag: str) -> None:
        """Let ``tag`` stand for a manifest whose blobs are all there, moving it."""
        remote_manifests.put(self._endpoint, manifest, content, tag, self._token)

    def delete_tag(self, tag: str, expected: str = "") -> None:
        """Delete a tag that stands for ``expected``, as far as registries allow to see to that.

        Raises ``RemoteNotFound``, ``DeletionChanged``, ``RegistryUnsupported``.
        """
        deletion.delete_tag(self._endpoint, tag, self._abilities, self.push_bytes, self._token, expected)

    def delete_manifest(self, digest: str) -> None:
        """Delete a version with all its tags. Raises ``RemoteNotFound``, ``RegistryUnsupported``."""
        deletion.delete_manifest(self._endpoint, parse_digest(digest), self._token)

    def referrers(
        self, descriptor: Descriptor, listed: Sequence[Referrer] | None = None
    ) -> tuple[Referrer, ...]:
        """Signatures and the like that refer to a manifest; ``listed`` of them are known from
        ``list_of_referrers``, so that only cosign's tags are asked for.
        """
        return referrers(self._endpoint, descriptor.digest, self._token, listed)

    def list_of_referrers(self, descriptor: Descriptor) -> tuple[Referrer, ...]:
        """Those that are in the list of the registry, or in that under a tag where it keeps none."""
        return tuple(list_of_referrers(self._endpoint, descriptor.digest, self._token))

    def listed_referrers(self, digest: Digest, *, has_index: bool) -> tuple[Referrer, ...]:
        """Those that the registry lists, or where it lists none those of the index under a tag, if
        ``has_index`` says that there is one. One request at most, unlike ``referrers``; what cosign has under
        its own tags is not among them.
        """
        if self._abilities.get(self.host, REFERRERS) != "no":
            listed = listed_by_api(self._endpoint, digest, self._token)
            if listed is not None:
                return tuple(listed)
            self._abilities.put(self.host, REFERRERS, "no")
        return tuple(listed_by_tag(self._endpoint, digest, self._token)) if has_index else ()

    def referrers_of_type(self, descriptor: Descriptor, artifact_type: str) -> tuple[Referrer, ...]:
        """Those that refer to a manifest and are of one artifact type, in the order of their digests."""
        return referrers_of_type(self._endpoint, descriptor.digest, artifact_type, self._token)

    def list_referrer(self, subject: Descriptor, referrer: Descriptor) -> None:
        """See to it that ``referrer``, which is here, is listed among those that refer to ``subject``.

        Raises ``InvalidManifest`` when it does not refer to that.
        """
        list_referrer(self._endpoint, subject.digest, referrer, self._token)

    # Blobs

    def exists(self, descriptor: Descriptor) -> bool:
        if remote_manifests.is_manifest(descriptor):
            return remote_manifests.exists(self._endpoint, descriptor, self._token)
        return self._blob(descriptor).exists(self._token)

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobReader:
        """Raises ``RemoteBlobNotFound``, and ``RegistryUnsupported`` when a part is wanted of a registry that
        gives wholes only.
        """
        if remote_manifests.is_manifest(descriptor):
            _, content = self.manifest(descriptor.digest)
            return io.BytesIO(content[start : None if length is None else start + length])
        return open_blob(self._blob(descriptor), start, length, self._token)

    def holds(self, descriptor: Descriptor) -> bool:
        """As ``exists``, asked as somebody who is about to push."""
        return self.writable().exists(descriptor)

    def push_bytes(self, descriptor: Descriptor, content: bytes) -> None:
        """Store a small blob, or a manifest under its digest. Raises ``DigestMismatch``."""
        found = remote_manifests.digest_like(descriptor.digest, content)
        if (found, len(content)) != (descriptor.digest, descriptor.size):
            raise DigestMismatch(descriptor.digest, found, descriptor.size, len(content))
        if remote_manifests.is_manifest(descriptor):
            remote_manifests.put(self._endpoint, descriptor, content, descriptor.digest, self._token)
        else:
            source = MemorySource(content)
            self.receive(descriptor, source, advance=lambda _: None, token=self._token)

    def receive(
        self, descriptor: Descriptor, source: Fetcher, *, advance: Callable[[int], None], token: CancelToken
    ) -> None:
        """Upload a blob. What ``source`` gives is hashed as it is sent and never becomes a blob when it is
        not the descriptor's: ``DigestMismatch``. Raises ``SourceUnreadable`` too.
        """
        self._upload(descriptor, source, advance, token)

    def receive_unnamed(
        self, size: int, source: Fetcher, *, advance: Callable[[int], None], token: CancelToken
    ) -> Digest:
        """Upload a blob of ``size`` bytes that nobody has read yet, and give its digest. As ``receive``, but
        ``source`` is asked for a descriptor without a digest. Where a registry takes blobs in one request
        only, everything is read twice, the first time for the digest.
        """
        return self._upload(Descriptor(_OCTETS, UNNAMED, size), source, advance, token)

    def end_uploads(self) -> None:
        """Tell the registry that nothing more comes for what it has begun to take of us, and forget it, as
        when a paused push is cancelled. What another process is sending, or another job, goes on.
        """
        if self._uploads is None:
            return
        origin = self._endpoint.transport.origin
        for record in self._uploads.of(origin, self.path):
            with self._uploads.claim(origin, self.path, record.digest) as ours:
                if ours:
                    end_upload(self._endpoint, record.location, record.location)
                    self._uploads.forget(origin, self.path, record.digest)

    def mount(self, descriptor: Descriptor, from_path: str) -> bool:
        """Take over a blob of the repository ``from_path`` of the same registry; False when that does not
        work, and it has to be sent.
        """
        return mount(self._endpoint, descriptor, from_path, self._token)

    def take_over(self, descriptor: Descriptor, source: Fetcher) -> bool:
        """``mount`` it, when ``source`` is another repository of this registry."""
        if not isinstance(source, Repository) or source.path == self.path:
            return False
        same = source._endpoint.transport.origin == self._endpoint.transport.origin
        return same and self.mount(descriptor, source.path)

    def _upload(
        self, descriptor: Descriptor, source: Fetcher, advance: Callable[[int], None], token: CancelToken
    ) -> Digest:
        blob = RemoteBlob(replace(self._endpoint, writing=True), descriptor, self._abilities)
        place = UploadPlace(self._uploads, self._endpoint, descriptor, source)
        parts = UploadSource(source, descriptor, advance, token)
        upload = Upload(blob, parts, token, place, self._most_chunk)
        upload.run()
        return upload.digest

    def _blob(self, descriptor: Descriptor) -> RemoteBlob:
        return RemoteBlob(self._endpoint, descriptor, self._abilities)
