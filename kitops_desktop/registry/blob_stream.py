"""A range of a blob as one stream, however often the connection breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kitops_desktop.errors import TransferInterrupted
from kitops_desktop.oci.closing import Closing
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.exchange import Response

_ATTEMPTS = 5
"""So many times in a row a broken stream is gone on with."""
_PROGRESS = 8 << 20
"""After so many bytes the attempts are counted anew."""
_FIRST_PAUSE = 0.1
_SKIP_BYTES = 1 << 20


class RangedContent(Protocol):
    """Something of a known size at ``host`` of which ranges can be asked for; ``label`` is for errors."""

    @property
    def host(self) -> str: ...
    @property
    def label(self) -> str: ...
    def open_part(self, start: int, end: int, token: CancelToken) -> Response:
        """The bytes from ``start`` to before ``end`` and no others."""
        ...

    def open_from(self, start: int, end: int, token: CancelToken) -> Response:
        """The same; with status 200 it is all, from the beginning."""
        ...


class BlobStream(Closing):
    """The bytes from ``start`` to before ``end``; ``oci.storage.BlobReader``. For one thread.

    ``response`` is the answer to read first. Where the registry has no ranges, it is the whole blob from its
    beginning (``whole``), and what stands before ``start`` is read and dropped.

    Raises ``TransferInterrupted``, ``Cancelled`` and what asking raises.
    """

    def __init__(
        self,
        blob: RangedContent,
        start: int,
        end: int,
        token: CancelToken,
        *,
        response: Response | None = None,
        whole: bool = False,
    ) -> None:
        self._blob = blob
        self._position, self._end = start, end
        self._token = token
        self._response = response
        self._whole = whole
        self._to_skip = start if response is not None and response.status == 200 else 0
        self._failures = 0
        self._failed_at = start

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_SKIP_BYTES), b""))
        found = b""

        def take(response: Response, count: int) -> int:
            nonlocal found
            found = response.read(count)
            return len(found)

        self._take(take, size)
        return found

    def readinto(self, buffer: memoryview, /) -> int:
        return self._take(lambda response, count: response.readinto(buffer[:count]), len(buffer))

    def close(self) -> None:
        response, self._response = self._response, None
        if response is not None:
            response.close()

    def _take(self, take: Callable[[Response, int], int], size: int) -> int:
        """Take up to ``size`` bytes, 0 only at the end; the connection is free as soon as all are here."""
        wanted = min(size, self._end - self._position)
        while wanted > 0:
            self._token.check()
            try:
                count = take(self._opened(), wanted)
            except TransferInterrupted as error:
                self._pause(error.reason)
                continue
            if count:
                self._position += count
                if self._position == self._end:
                    self.close()
                return count
            self._pause("the answer ended early")
        return 0

    def _opened(self) -> Response:
        if self._response is None:
            self._response = self._reopen()
        while self._to_skip:
            block = self._response.read(min(self._to_skip, _SKIP_BYTES))
            if not block:
                raise TransferInterrupted(*self._broken("the answer ended early"))
            self._to_skip -= len(block)
            self._token.check()
        return self._response

    def _reopen(self) -> Response:
        if not self._whole:
            return self._blob.open_part(self._position, self._end, self._token)
        response = self._blob.open_from(self._position, self._end, self._token)
        self._to_skip = self._position if response.status == 200 else 0
        return response

    def _pause(self, reason: str) -> None:
        self.close()
        if self._position - self._failed_at >= _PROGRESS:
            self._failures = 0
        self._failures += 1
        self._failed_at = self._position
        if self._failures > _ATTEMPTS:
            raise TransferInterrupted(*self._broken(reason))
        self._token.wait(_FIRST_PAUSE * 2 ** (self._failures - 1))

    def _broken(self, reason: str) -> tuple[str, str, int, str]:
        return self._blob.host, self._blob.label, self._position, reason
