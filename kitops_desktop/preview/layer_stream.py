"""A layer that is read once from its beginning, since there is no other way to a file in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from kitops_desktop.errors import ArchiveDamaged, ReadingNotAgreed
from kitops_desktop.modelkit.decompress import decompressed
from kitops_desktop.modelkit.hashed_reader import HashedReader
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.media_types import Compression, Packaging
from kitops_desktop.modelkit.tar_listing import LayerFile, has_stated_size, known_format, layer_file, raw_file
from kitops_desktop.modelkit.tar_reader import read_entries
from kitops_desktop.modelkit.tar_sources import CountingReader, StreamSource
from kitops_desktop.oci.closing import Closing
from kitops_desktop.oci.storage import BlobReader, Fetcher
from kitops_desktop.oci.wrapped_reader import WrappedReader
from kitops_desktop.progress import CancelToken

Agree = Callable[[KitLayer, int, bool], None]
"""Asked before a layer that is far away is read from its beginning: with the layer, with how many bytes of
it that takes at most, and with whether it is because the registry gives no parts (else the layer is
compressed). Raises, best ``ReadingNotAgreed``, to have nothing read."""

REST = 1 << 20
"""When no more bytes than that are left of a layer, they are read too: then its digest can be checked."""
_AHEAD = 32 << 20
"""Bytes that may be on their way when the end of a file has come out of a compressed layer."""
_GROWTH = 16
"""No compression makes content larger by more than one byte in so many."""


def _forget(_: LayerFile) -> None: ...


def bytes_to(layer: KitLayer, file: LayerFile | None) -> int:
    """At most so many bytes of the layer are read from its beginning to the end of ``file``, however large
    that claims to be; None for a file that is yet to be found."""
    size, format = layer.descriptor.size, known_format(layer)
    if file is None or not has_stated_size(layer, file):
        return size
    end = file.offset + file.size
    if format.compression is not Compression.NONE:
        return min(end + end // _GROWTH + _AHEAD, size)
    return size if size - end <= REST else end


def agreed_up_to(most: int | None) -> Agree:
    """Agrees to ``most`` bytes of a layer, or to any number where it is None."""

    def agree(layer: KitLayer, size: int, without_ranges: bool) -> None:
        if most is not None and size > most:
            raise ReadingNotAgreed(layer.label, size, without_ranges)

    return agree


def opened_stream(
    fetcher: Fetcher,
    layer: KitLayer,
    file: LayerFile | None,
    *,
    agree: Agree | None = None,
    token: CancelToken | None = None,
) -> LayerStream:
    """The layer of ``file`` from its beginning, once that was agreed to; None for a file that is yet to be
    found. ``agree`` is None for a layer that is on this computer, which is not checked.
    """
    is_packed = known_format(layer).compression is not Compression.NONE
    most = bytes_to(layer, file)
    if agree is not None:
        agree(layer, most, not is_packed)
    may_end = is_packed or most == layer.descriptor.size
    return LayerStream(fetcher, layer, most=most, checks=agree is not None and may_end, token=token)


class LayerStream(Closing):
    """The content of a layer from first to last, as ``source``; closing ends the connection at once.

    With ``checks`` what comes is hashed, for ``finish``. With ``most`` a layer that takes more bytes than
    that is ``ArchiveDamaged``. Opening and reading raise ``BlobNotFound``, ``Cancelled``, ``ArchiveDamaged``
    and ``DigestMismatch``.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        layer: KitLayer,
        *,
        most: int | None = None,
        checks: bool = False,
        token: CancelToken | None = None,
    ) -> None:
        self._token = token or CancelToken()
        self._layer = layer
        self._blob = CountingReader(fetcher.fetch(layer.descriptor))
        self._hashed = HashedReader(self._blob, layer.descriptor) if checks else None
        self._unpacking = ExitStack()
        stream: BlobReader = self._hashed or self._blob
        bounded = _Bounded(stream, self._blob, most)
        plain = self._unpacking.enter_context(decompressed(bounded, known_format(layer).compression))
        self.source = StreamSource(plain, self._token)

    def find(self, path: str, passed: Callable[[LayerFile], None] = _forget) -> LayerFile | None:
        """Go on to the content of the first file or folder of that path; None at the end of the layer. What
        comes before it is ``passed``."""
        if known_format(self._layer).packaging is Packaging.RAW:
            file = raw_file(self._layer)
            return file if file.path == path else None
        for entry in read_entries(self.source):
            self._token.check()
            listed = layer_file(entry, self._layer)
            if listed is None:
                continue
            if listed.path == path:
                return listed
            passed(listed)
        return None

    def finish(self) -> bool:
        """Nothing more of it is wanted. Whether all of it was read and had its digest; next to nothing that
        is left is read for that. Raises ``DigestMismatch``."""
        self._unpacking.close()  # its thread reads ahead
        left = self._layer.descriptor.size - self._blob.count
        if self._hashed is None or left > REST:
            return False
        self._hashed.finish(self._token)
        return True

    def close(self) -> None:
        """What is on its way is given up."""
        try:
            self._unpacking.close()
        finally:
            (self._hashed or self._blob).close()


class _Bounded(WrappedReader):
    """``stream``, of which no more is taken than was said beforehand: a compressed layer may go on and on
    without anything coming out of it."""

    def __init__(self, stream: BlobReader, counted: CountingReader, most: int | None) -> None:
        super().__init__(stream)
        self._counted, self._most = counted, most

    def read(self, size: int = -1, /) -> bytes:
        if self._most is not None and self._counted.count > self._most:
            raise ArchiveDamaged("its compressed content is larger than what comes out of it")
        return self._reader.read(size)
