"""A large range of a blob, fetched in several segments at once and read in its order.

One connection to an object storage is often slower than the line. So several fetch a segment each, into
memory, and the reader gets the bytes in their order: what is written to a file only ever grows at its end,
can be hashed while it grows and be gone on with after a break. A killed process loses what it had in memory,
which is a few segments.
"""

from __future__ import annotations

import mmap
import threading
from collections import deque

from kitops_desktop.oci.closing import Closing
from kitops_desktop.progress import LOOK_SECONDS, CancelToken
from kitops_desktop.registry.blob_stream import BlobStream
from kitops_desktop.registry.remote_blob import RemoteBlob

SEGMENT_BYTES = 4 << 20
"""Long enough that the pause for the next request hardly counts, short enough to hold some in memory."""
_BLOCK = 1 << 18
_WORKERS = 4
_AHEAD = _WORKERS + 1
"""So many segments of one blob are in memory at most: the one that is read, and those being fetched."""
_ALL_AHEAD = 8
"""So many are there of all blobs together; beyond that each reader gets the one it waits for."""


class _Memory:
    """The segments that this process holds. Used while ``lock`` is held, which all readers share; ``freed``
    tells that there is room for another one.

    Buffers are used again, and are the system's own pages: what a program's heap takes for them by turns it
    seldom gives back.
    """

    def __init__(self, segments: int) -> None:
        self.lock = threading.Lock()
        self.freed = threading.Condition(self.lock)
        self._left = segments
        self._readers = 0
        self._spare: list[mmap.mmap] = []

    def enter(self) -> None:
        self._readers += 1

    def leave(self) -> None:
        self._readers -= 1
        if not self._readers:
            self._spare.clear()

    def segment(self, start: int, end: int, *, needed: bool) -> _Segment | None:
        """A new segment; None when there are enough, unless it is ``needed``."""
        if not self._left and not needed:
            return None
        counted = bool(self._left)
        self._left -= counted
        pages = self._spare.pop() if self._spare else mmap.mmap(-1, SEGMENT_BYTES)
        return _Segment(start, end, pages, counted)

    def drop(self, segment: _Segment) -> None:
        self._left += segment.counted
        self._spare.append(segment.pages)
        self.freed.notify_all()


class _Segment:
    """``filled`` bytes of ``buffer`` are there and ``read`` of them were read. ``counted``: it is one of
    those of which there is a limited number.
    """

    def __init__(self, start: int, end: int, pages: mmap.mmap, counted: bool) -> None:
        self.start, self.end, self.pages, self.counted = start, end, pages, counted
        self.buffer = memoryview(pages)[: end - start]
        self.filled = self.read = 0


_MEMORY = _Memory(_ALL_AHEAD)


class SegmentedReader(Closing):
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
        # of its own: whoever waits for room is not to be woken, in vain, by each block that arrives
        self._arrived = threading.Condition(_MEMORY.lock)
        self._token = CancelToken()
        self._detach = token.on_cancel(self._token.cancel)
        self._token.on_cancel(self._wake_all)
        self._closed = False
        with _MEMORY.lock:
            _MEMORY.enter()

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_BLOCK), b""))
        return self._first.read(size) or self._read_segment(size)

    def close(self) -> None:
        """Whatever is being fetched is given up."""
        if self._closed:
            return
        self._closed = True
        self._detach()
        self._token.cancel()
        self._first.close()
        for thread in self._threads:
            thread.join()
        with _MEMORY.lock:
            while self._segments:
                self._drop_first()
            _MEMORY.leave()

    def _read_segment(self, size: int) -> bytes:
        if not size:
            return b""
        if not self._threads:
            self._start()
        with _MEMORY.lock:
            segment = self._wait_for_bytes()
            if segment is None:
                return b""
            end = min(segment.filled, segment.read + size)
        block = bytes(segment.buffer[segment.read : end])
        segment.read = end
        if end == len(segment.buffer):
            with _MEMORY.lock:
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
            self._arrived.wait(LOOK_SECONDS)

    def _drop_first(self) -> None:
        _MEMORY.drop(self._segments.popleft())

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
            with _MEMORY.lock:
                self._error = self._error or error
            self._wake_all()

    def _claim(self) -> _Segment | None:
        """The next segment to fetch; None when there is no more to do."""
        with _MEMORY.lock:
            while self._next < self._end and self._error is None:
                self._token.check()
                end = min(self._next + SEGMENT_BYTES, self._end)
                needed = not self._segments  # what somebody waits for is fetched, or all might wait
                if len(self._segments) < self._ahead:
                    segment = _MEMORY.segment(self._next, end, needed=needed)
                    if segment is not None:
                        self._segments.append(segment)
                        self._next = end
                        return segment
                _MEMORY.freed.wait()
        return None

    @property
    def _ahead(self) -> int:
        return 1 if self._blob.endpoint.transport.is_busy else _AHEAD

    def _fill(self, segment: _Segment) -> None:
        with BlobStream(self._blob, segment.start, segment.end, self._token) as stream:
            while count := stream.readinto(segment.buffer[segment.filled : segment.filled + _BLOCK]):
                with _MEMORY.lock:
                    segment.filled += count
                    if self._segments and self._segments[0] is segment:
                        self._arrived.notify_all()

    def _wake_all(self) -> None:
        with _MEMORY.lock:
            _MEMORY.freed.notify_all()
            self._arrived.notify_all()
