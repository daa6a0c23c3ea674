"""A body on its way to the network: in blocks, cancelled between them."""

from __future__ import annotations

from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.exchange import Body
from kitops_desktop.registry.throttle import Throttle

BLOCK = 256 << 10
"""So many bytes are to be taken within the time limit for sending, which a slow line must manage too."""


class SourceFailed(Exception):
    """Reading what was to be sent failed with ``error``: nothing that is wrong with the network."""

    def __init__(self, error: OSError) -> None:
        super().__init__("what was to be sent cannot be read")
        self.error = error


def sendable(body: bytes | Body | None, token: CancelToken, throttle: Throttle) -> bytes | _Blocks | None:
    """What the session is to send, as fast as ``throttle`` allows; an empty body is none."""
    if body is None or not len(body):
        return None
    return body if isinstance(body, bytes) else _Blocks(body, token, throttle)


class _Blocks:
    """All that requests and urllib3 take of a body: its length, and blocks of any size."""

    def __init__(self, body: Body, token: CancelToken, throttle: Throttle) -> None:
        self._body, self._token, self._throttle = body, token, throttle
        self._rest = memoryview(b"")

    def __len__(self) -> int:
        return len(self._body)

    def read(self, size: int = -1) -> memoryview:
        self._token.check()
        if not self._rest:
            try:
                self._rest = memoryview(self._body.read(1 << 20))
            except OSError as error:
                raise SourceFailed(error) from error
        length = self._throttle.block(BLOCK)
        block, self._rest = self._rest[:length], self._rest[length:]
        self._throttle.take(len(block), self._token)
        return block
