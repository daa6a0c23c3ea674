"""A large range of a blob, fetched in several segments at once and read in its order.

One connection to an object storage is often slower than the line. So several fetch a segment each, into
memory, and the reader gets the bytes in their order: what is written to a file only ever grows at its end,
can be hashed while it grows and be gone on with after a break.
"""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType
from typing import Self

from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.blob_stream import BlobStream
from kitops_desktop.registry.remote_blob import RemoteBlob

SEGMENT_BYTES = 8 << 20
_BLOCK = 1 << 20
_WORKERS = 4
_AHEAD = _WORKERS + 1
"""So many segments of one blob are in memory at most: the one that is read, and those being fetched."""
_ALL_AHEAD = 8
"""So many are there of all blobs together, not counting one for each reader."""


class _Budget:
    """How many segments this process may hold. Used while ``changed`` is held, which all readers share."""

    def __init__(self, segments: int) -> None:
        self.changed = threading.Condition()
        self._left = segments

    def take(self) -> bool:
        if not self._left:
            return False
        self._left -= 1
        return True

    def give(self) -> None:
        self._left += 1


_BUDGET = _Budget(_ALL_AHEAD)


class _Segment:
    """``filled`` bytes of ``buffer`` are there and ``read`` of them were read. ``counted``: it is part of the
    budget.
    """

    def __init__(self, start: int, end: int, *, counted: bool) -> None:
        self.start, self.end, self.counted = start, end, counted
        self.buffer = memoryview(bytearray(end - start))
        self.filled = self.read = 0


class SegmentedReader:
    """The bytes from ``start`` to before ``end``; ``oci.storage.BlobReader``. For one thread.

    ``first`` is a stream over the first segment. The others are begun when somebody reads on after it, so
    that looking at the beginning of a large blob costs no more than that.
    """

    def __init__(self, blob: RemoteBlob, first: BlobStream, start: int, end: int, token: CancelToken) -> None:
        self._blob = blob
        self._first = first
        self._next, self._end = min(start + SEGMENT_BYTES, end), end
        self._segments: deque[_Segment] = deque()
        self._threads: list[threading.Thread] = []
        self._error: BaseException | None = None
        self._token = CancelToken()
        self._detach = token.on_cancel(self._token.cancel)
        self._token.on_cancel(_wake_all)

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_BLOCK), b""))
        return self._first.read(size) or self._read_segment(size)

    def close(self) -> None:
        """Whatever is being fetched is given up."""
        self._detach()
        self._token.cancel()
        self._first.close()
        for thread in self._threads:
            thread.join()
        with _BUDGET.changed:
            while self._segments:
                self._drop_first()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read_segment(self, size: int) -> bytes:
        if not size:
            return b""
        if not self._threads:
            self._start()
        with _BUDGET.changed:
            segment = self._wait_for_bytes()
            if segment is None:
                return b""
            end = min(segment.filled, segment.read + size)
        block = bytes(segment.buffer[segment.read : end])
        segment.read = end
        if end == len(segment.buffer):
            with _BUDGET.changed:
                self._drop_first()
        return block

    def _wait_for_bytes(self) -> _Segment | None:
        """The first segment, once there is something to read in it; None at the end."""
        while True:
            self._token.check()
            if self._segments and self._segments[0].filled > self._segments[0].read:
                return self._segments[0]
            if self._error is not None:
                raise self._error
            if not self._segments and self._next == self._end:
                return None
            _BUDGET.changed.wait()

    def _drop_first(self) -> None:
        if self._segments.popleft().counted:
            _BUDGET.give()
        _BUDGET.changed.notify_all()

    def _start(self) -> None:
        count = min(_WORKERS, -(-(self._end - self._next) // SEGMENT_BYTES))
        for _ in range(count):
            thread = threading.Thread(target=self._work, name="part of a blob", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        try:
            while (segment := self._claim()) is not None:
                self._fill(segment)
        except BaseException as error:
            with _BUDGET.changed:
                self._error = self._error or error
                _BUDGET.changed.notify_all()

    def _claim(self) -> _Segment | None:
        """The next segment to fetch; None when there is no more to do."""
        with _BUDGET.changed:
            while self._next < self._end and self._error is None:
                self._token.check()
                is_first = not self._segments  # whoever waits for it gets it in any case, or all might wait
                if is_first or (len(self._segments) < _AHEAD and _BUDGET.take()):
                    end = min(self._next + SEGMENT_BYTES, self._end)
                    segment = _Segment(self._next, end, counted=not is_first)
                    self._segments.append(segment)
                    self._next = end
                    return segment
                _BUDGET.changed.wait()
        return None

    def _fill(self, segment: _Segment) -> None:
        with BlobStream(self._blob, segment.start, segment.end, self._token) as stream:
            while count := stream.readinto(segment.buffer[segment.filled : segment.filled + _BLOCK]):
                with _BUDGET.changed:
                    segment.filled += count
                    _BUDGET.changed.notify_all()


def _wake_all() -> None:
    with _BUDGET.changed:
        _BUDGET.changed.notify_all()
