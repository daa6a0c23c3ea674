"""An answer of a registry while it is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import requests

from kitops_desktop.errors import ContentTooLarge, TransferInterrupted
from kitops_desktop.oci.closing import Closing
from kitops_desktop.progress import Wait
from kitops_desktop.registry.connection import Watch, watched
from kitops_desktop.registry.faults import TRANSPORT_ERRORS
from kitops_desktop.registry.throttle import Throttle

BLOCK = 1 << 20


class HttpResponse(Closing):
    """``exchange.Response`` over one of requests. ``label`` names in errors what is transferred; ``explain``
    puts a failure of reading into words; ``end`` gives the session back.
    """

    def __init__(
        self,
        response: requests.Response,
        watch: Watch,
        host: str,
        label: str,
        explain: Callable[[BaseException], str],
        end: Callable[[], None],
        throttle: Throttle,
    ) -> None:
        self.response = response
        self._watch, self._host, self._label = watch, host, label
        self._explain, self._end, self._throttle = explain, end, throttle
        self._offset = 0
        self._closed = False

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return self.response.headers

    @property
    def url(self) -> str:
        return self.response.url

    def read(self, size: int = -1, /) -> bytes:
        if self._closed:
            raise ValueError("the answer is closed")
        token = self._watch.token
        token.check()
        size = self._throttle.block(size) if size > 0 else size
        try:
            with token.waiting(Wait(self._host, time.time())), watched(self._watch):
                content: bytes = self.response.raw.read(None if size < 0 else size, decode_content=False)
        except TRANSPORT_ERRORS as error:
            self.close()
            self._watch.token.check()
            raise TransferInterrupted(self._host, self._label, self._offset, self._explain(error)) from None
        if not content and self._watch.token.cancelled:  # the end is of our own making
            self.close()
            self._watch.token.check()
        self._offset += len(content)
        self._throttle.take(len(content), self._watch.token)
        return content

    def readinto(self, buffer: memoryview, /) -> int:
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def content(self, limit: int) -> bytes:
        parts, count = [], 0
        while block := self.read(min(BLOCK, limit + 1 - count)):
            parts.append(block)
            count += len(block)
            if count > limit:
                self.close()
                raise ContentTooLarge(self._label, count, limit)
        return b"".join(parts)

    def close(self) -> None:
        """Give the connection back if the answer was read to its end, else close it: what is still on its
        way would be taken for the next answer.
        """
        if self._closed:
            return
        self._closed = True
        raw = self.response.raw
        try:
            if raw.length_remaining == 0:
                raw.drain_conn()
            else:
                raw.close()
        finally:
            raw.release_conn()
            self._watch.release()
            self._end()
