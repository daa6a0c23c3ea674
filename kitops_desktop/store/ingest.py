"""Writing a blob into the store.

Bytes of files are copied in the kernel (copy_file_range(2)) by the calling thread, while another thread
hashes what was written by reading it back; so copying costs next to nothing beside hashing, and the digest
is that of the bytes that are stored. Where the system cannot copy so, bytes pass through a buffer.

A blob gets its final name by a rename after its digest is known, so whatever has the name of a digest was
complete. Blobs are not forced onto the medium (fsync): that would make packing wait for the disk, where
`kit` does not; a power failure can thus leave a damaged blob, which ``verify`` finds, while index files are
forced onto the medium and are whole always.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from kitops_desktop.errors import DigestMismatch, SourceChanged, SourceUnreadable
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest, algorithm_of
from kitops_desktop.oci.storage import BlobReader
from kitops_desktop.store.failures import FULL, write_failure, writing
from kitops_desktop.store.following_hash import FollowingHash
from kitops_desktop.store.layout import TEMPORARY_PREFIX, Layout
from kitops_desktop.store.partial import PartialFile, open_partial

log = logging.getLogger(__name__)

_PIECE = 8 << 20
"""So many bytes are copied between two looks at whether to stop."""
_BUFFER = 1 << 20


class BlobIngest:
    """A blob being written; ``oci.storage.Ingest`` and ``MendingIngest`` of the local store. For one thread.

    ``make_room(bytes)`` is asked once when the disk is full and says whether it is worth trying again.
    ``in_kernel`` False copies through a buffer even where the system could do better.
    """

    def __init__(
        self,
        layout: Layout,
        blob: Descriptor | None = None,
        *,
        make_room: Callable[[int], bool] = lambda _: False,
        in_kernel: bool = True,
    ) -> None:
        self._layout = layout
        self._blob = blob
        self._make_room = make_room
        self._in_kernel = in_kernel and hasattr(os, "copy_file_range")
        with writing(layout.home, layout.partial):
            self._partial: PartialFile | None = open_partial(layout.partial, blob)
            self._path = self._partial.path
            self._descriptor = self._partial.descriptor
            self._offset = self._partial.offset
            self._hash = self._new_hash()
        self._hash.reached(self._offset)
        self._digest: Digest | None = None

    @property
    def offset(self) -> int:
        return self._offset

    def write(self, content: bytes | memoryview) -> None:
        view = memoryview(content).cast("B")
        while view:
            count = self._append(view)
            view = view[count:]
            self._passed(count)

    def write_from_file(
        self, source: BinaryIO, start: int, length: int, advance: Callable[[int], None]
    ) -> None:
        while length:
            count = self._copy(source, start, min(length, _PIECE))
            if not count:
                raise SourceChanged(_path_of(source), "changed size")
            self._passed(count)
            start, length = start + count, length - count
            advance(count)

    def commit(self, expected: Digest | None = None) -> Digest:
        """The blob has its place, whatever was there before: it is the one whose digest was just seen."""
        partial = self._open()
        with writing(self._layout.home, self._path):
            digest = self._hashed()
            found = digest if expected is None else self._in_algorithm_of(expected, digest)
        if self._differs(expected, found):
            self._partial = None
            partial.discard()
            raise DigestMismatch(
                expected or (self._blob.digest if self._blob else ""),
                found,
                self._blob.size if self._blob else None,
                self._offset,
            )
        with writing(self._layout.home, self._layout.blob(found), self._offset):
            self._publish(partial, self._layout.blob(found))
        self._partial = None
        return found

    def is_right(self, check: Callable[[], None]) -> bool:
        self._hash.catch_up(check)
        with writing(self._layout.home, self._path):
            return not self._differs(None, self._hashed())

    def mend(self, read: Callable[[int], BlobReader], advance: Callable[[int], None]) -> None:
        self._open()
        with writing(self._layout.home, self._path):
            self._hash.stop()
            self._hash, self._digest = self._new_hash(), None
        position = replaced = 0
        size = self._blob.size if self._blob else self._offset
        while position < size:
            before = position
            with read(position) as reader:
                while block := reader.read(min(_BUFFER, size - position)):
                    replaced += self._put_right(position, block)
                    position += len(block)
                    self._offset = position
                    self._hash.reached(position)
                    advance(len(block))
            if position == before:
                break
        log.warning("%d bytes of %s were not as they are read now", replaced, self._path.name)

    def abort(self) -> None:
        """Stop; what was written of a blob with a known digest is kept for a while, to go on with."""
        self._hash.stop()
        partial, self._partial = self._partial, None
        if partial is None:
            return
        if partial.resumable and self._offset:
            os.close(partial.descriptor)
        else:
            partial.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()

    def _open(self) -> PartialFile:
        if self._partial is None:
            raise RuntimeError("the ingest has ended")
        return self._partial

    def _new_hash(self) -> FollowingHash:
        return FollowingHash(self._path, algorithm_of(self._blob.digest) if self._blob else "sha256")

    def _hashed(self) -> Digest:
        if self._digest is None:
            self._digest = self._hash.finish()
        return self._digest

    def _put_right(self, position: int, block: bytes) -> int:
        """Have ``block`` stand at ``position``; the bytes that had to be written for that."""
        with writing(self._layout.home, self._path, self._missing()):
            os.lseek(self._descriptor, position, os.SEEK_SET)
            if os.read(self._descriptor, len(block)) == block:
                return 0
            os.lseek(self._descriptor, position, os.SEEK_SET)
            rest = memoryview(block)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        return len(block)

    def _passed(self, count: int) -> None:
        self._offset += count
        self._hash.reached(self._offset)

    def _copy(self, source: BinaryIO, start: int, length: int) -> int:
        """Append up to ``length`` bytes of ``source``; 0 at its end."""
        if self._in_kernel:
            count = self._copy_in_kernel(source, start, length)
            if count:
                return count  # 0 may mean the end, or a file system that does not know how
        try:
            source.seek(start)
            content = memoryview(source.read(min(length, _BUFFER)))
        except OSError as error:
            raise SourceUnreadable(_path_of(source), error.strerror or type(error).__name__) from error
        written = 0
        while written < len(content):
            written += self._append(content[written:])
        return written

    def _copy_in_kernel(self, source: BinaryIO, start: int, length: int) -> int:
        """0 when a buffer has to do. It also has to when either side fails: then it shows which."""
        try:
            return self._with_room(
                lambda: os.copy_file_range(source.fileno(), self._descriptor, length, start), length
            )
        except OSError as error:
            if error.errno in FULL:
                raise write_failure(error, self._layout.home, self._path, self._missing()) from error
            log.debug("copying through a buffer: %s", error)
            self._in_kernel = False
            return 0

    def _append(self, content: memoryview) -> int:
        with writing(self._layout.home, self._path, self._missing()):
            return self._with_room(lambda: os.write(self._descriptor, content), len(content))

    def _with_room(self, action: Callable[[], int], needed: int) -> int:
        try:
            return action()
        except OSError as error:
            if error.errno not in FULL or not self._make_room(max(self._missing() or 0, needed)):
                raise
        return action()

    def _missing(self) -> int | None:
        return self._blob.size - self._offset if self._blob else None

    def _in_algorithm_of(self, expected: Digest, digest: Digest) -> Digest:
        if algorithm_of(expected) == algorithm_of(digest):
            return digest
        other = FollowingHash(self._path, algorithm_of(expected))
        other.reached(self._offset)
        return other.finish()

    def _differs(self, expected: Digest | None, found: Digest) -> bool:
        if self._blob is not None and self._offset != self._blob.size:
            return True
        wanted = expected or (self._blob.digest if self._blob else None)
        return wanted is not None and wanted != found

    def _publish(self, partial: PartialFile, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if os.name == "nt":  # an open file cannot be renamed there
            os.close(partial.descriptor)
            move_file(partial.path, target)
            return
        move_file(partial.path, target)  # still locked: nobody goes on writing what has its final name
        os.close(partial.descriptor)


def write_small(layout: Layout, digest: Digest, content: bytes, make_room: Callable[[int], bool]) -> None:
    """Store bytes whose digest was checked, read-only (0444) as `kit` stores configs and manifests."""
    path = layout.blob(digest)
    with writing(layout.home, path, len(content)):
        partial = open_partial(layout.partial, None)
        try:
            _write_all(partial.descriptor, content, make_room)
            if hasattr(os, "fchmod"):
                os.fchmod(partial.descriptor, 0o444)
            os.fsync(partial.descriptor)
            path.parent.mkdir(parents=True, exist_ok=True)
            if os.name != "nt":
                move_file(partial.path, path)
        except BaseException:
            partial.discard()
            raise
        os.close(partial.descriptor)
        if os.name == "nt":
            move_file(partial.path, path)


def move_file(source: Path, target: Path) -> None:
    """Rename, replacing; by a copy that is then renamed where the two are on different file systems."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        log.info("%s and %s are on different file systems", source.parent, target.parent)
        temporary = target.with_name(f"{TEMPORARY_PREFIX}{os.urandom(8).hex()}.tmp")
        try:
            shutil.copy2(source, temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        source.unlink()


def _path_of(source: BinaryIO) -> Path:
    return Path(os.fsdecode(source.name)) if isinstance(source.name, str | bytes) else Path(str(source.name))


def _write_all(descriptor: int, content: bytes, make_room: Callable[[int], bool]) -> None:
    rest = memoryview(content)
    asked = False
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except OSError as error:
            if error.errno not in FULL or asked or not make_room(len(rest)):
                raise
            asked = True
