"""One blob of a repository: asked for, whole or in part."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.errors import DigestMismatch, RangesUnsupported, RegistryFailed, RemoteBlobNotFound
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry import ranges
from kitops_desktop.registry.abilities import RANGES, AbilityMemory
from kitops_desktop.registry.endpoint import Endpoint
from kitops_desktop.registry.exchange import Response

_ALLOWED = frozenset({404, 416})


@dataclass(frozen=True, slots=True)
class RemoteBlob:
    """``abilities`` learns whether the registry can give parts."""

    endpoint: Endpoint
    descriptor: Descriptor
    abilities: AbilityMemory

    @property
    def host(self) -> str:
        return self.endpoint.host

    @property
    def label(self) -> str:
        return self.descriptor.digest

    @property
    def size(self) -> int:
        return self.descriptor.size

    @property
    def in_parts(self) -> bool:
        """Whether parts can be asked for, as far as is known."""
        return self.abilities.get(self.endpoint.host, RANGES) != "no"

    def exists(self, token: CancelToken) -> bool:
        """Whether the registry has it with the right size, as far as it says one."""
        url = self.endpoint.blob(self.descriptor.digest)
        with self.endpoint.send("HEAD", url, token) as response:
            length = response.headers.get("Content-Length", "")
            return response.status == 200 and (not length.isdecimal() or int(length) == self.size)

    def open_whole(self, token: CancelToken) -> Response:
        """Raises ``RemoteBlobNotFound``, and ``DigestMismatch`` when the size is another already."""
        return self._checked(self._ask({}, token), 0, self.size)

    def open_part(self, start: int, end: int, token: CancelToken) -> Response:
        """The bytes from ``start`` to before ``end``.

        Raises ``RangesUnsupported`` when the registry would send everything; nothing of that is read.
        """
        response = self.open_from(start, end, token)
        if response.status == 206 or (start, end) == (0, self.size):
            return response
        response.close()
        raise RangesUnsupported(self.endpoint.host)

    def open_from(self, start: int, end: int, token: CancelToken) -> Response:
        """As ``open_part``, but with status 200 it is the whole blob, of a registry without ranges."""
        response = self._ask({"Range": ranges.asked(start, end)}, token)
        if response.status == 200 and (start, end) != (0, self.size):
            self.abilities.put(self.endpoint.host, RANGES, "no")
        return self._checked(response, start, end)

    def _ask(self, headers: dict[str, str], token: CancelToken) -> Response:
        url = self.endpoint.blob(self.descriptor.digest)
        headers = {"Accept-Encoding": "identity", **headers}
        return self.endpoint.send("GET", url, token, headers=headers, allow=_ALLOWED)

    def _checked(self, response: Response, start: int, end: int) -> Response:
        try:
            self._check(response, start, end)
        except BaseException:
            response.close()
            raise
        return response

    def _check(self, response: Response, start: int, end: int) -> None:
        host, digest = self.endpoint.host, self.descriptor.digest
        if response.status == 404:
            raise RemoteBlobNotFound(digest, self.endpoint.name)
        if response.status == 206:
            if not ranges.is_answer(response.headers.get("Content-Range", ""), start, end, self.size):
                raise RegistryFailed(host, 206, "it sent other bytes than those that were asked for")
        elif response.status == 200:
            length = response.headers.get("Content-Length", "")
            if length.isdecimal() and int(length) != self.size:
                raise DigestMismatch(digest, "of another size", self.size, int(length))
        else:
            raise RegistryFailed(host, response.status, f"it did not give bytes {start} to {end} of a blob")
