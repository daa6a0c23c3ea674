"""The content of single files inside a layer."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Generator, Iterator, Set
from contextlib import ExitStack, suppress

from kitops_desktop.errors import ArchiveDamaged, RangesUnsupported
from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.media_types import Compression, Packaging
from kitops_desktop.modelkit.tar_listing import LayerFile, has_stated_size, known_format, layer_file, raw_file
from kitops_desktop.modelkit.tar_reader import TarSource, read_entries
from kitops_desktop.modelkit.tar_sources import RangeSource, StreamSource
from kitops_desktop.oci.storage import BlobReader, Fetcher
from kitops_desktop.preview.layer_stream import Agree, LayerStream, opened_stream
from kitops_desktop.progress import CancelToken

_BLOCK = 1 << 20


def _nothing() -> None: ...


def read_beginning(fetcher: Fetcher, layer: KitLayer, file: LayerFile, limit: int) -> bytes:
    """The first ``limit`` bytes of a file that ``list_layer`` found. A compressed layer is read from its
    beginning to there, and any layer of a registry that gives no parts. Raises ``ArchiveDamaged``,
    ``BlobNotFound``."""
    length = min(file.size, limit) if has_stated_size(layer, file) else limit
    part = _part(fetcher, layer, file.offset, length) if length else io.BytesIO()
    if part is not None:
        with part:
            return StreamSource(part).read(length)
    with opened_stream(fetcher, layer, file) as stream:
        stream.source.skip(file.offset)
        return stream.source.read(length)


def file_content(
    fetcher: Fetcher,
    layer: KitLayer,
    file: LayerFile,
    *,
    stream: LayerStream | None = None,
    agree: Agree | None = None,
    checked: Callable[[], None] = _nothing,
    token: CancelToken | None = None,
) -> Generator[bytes, None, None]:
    """All of a file that ``list_layer`` found, or that ``stream`` stands at, in blocks, and never more than
    its listing says; fetched in one piece from an uncompressed layer, if parts of it can be had. Else the
    layer is read from its beginning, see ``file_bytes.opened_file`` for ``agree``. Of a compressed file whose
    size nobody stated, all there is.

    ``checked`` is called at the end when all of the layer was read for it and had its digest. Raises
    ``ArchiveDamaged`` when there is less of it, ``BlobNotFound``, ``Cancelled``, ``DigestMismatch``, and what
    ``agree`` raises.
    """
    token = token or CancelToken()
    with ExitStack() as stack:
        if stream is None:
            part = _part(fetcher, layer, file.offset, file.size)
            if part is not None:
                yield from _blocks(StreamSource(stack.enter_context(part)), file.size, token)
                return
            stream = stack.enter_context(opened_stream(fetcher, layer, file, agree=agree, token=token))
            stream.source.skip(file.offset)
        source, is_stated = stream.source, has_stated_size(layer, file)
        yield from _blocks(source, file.size, token) if is_stated else _rest(source, token)
        if stream.finish():
            checked()


def file_digests(
    fetcher: Fetcher, layer: KitLayer, wanted: Set[str], *, token: CancelToken | None = None
) -> dict[str, str]:
    """The sha256 digests (hex) of the layer's files whose paths are ``wanted``; the last one counts where a
    path comes twice. Where a registry gives no parts, the layer is read as a whole. Raises what
    ``list_layer`` raises."""
    token = token or CancelToken()
    if known_format(layer).compression is Compression.NONE:
        with suppress(RangesUnsupported):  # at the first read, so nothing is lost
            return _digests(RangeSource(fetcher, layer.descriptor), layer, wanted, token)
    with opened_stream(fetcher, layer, None, token=token) as stream:
        return _digests(stream.source, layer, wanted, token)


def _digests(source: TarSource, layer: KitLayer, wanted: Set[str], token: CancelToken) -> dict[str, str]:
    found: dict[str, str] = {}
    if known_format(layer).packaging is Packaging.RAW:
        file = raw_file(layer)
        return {file.path: _digest(source, None, token)} if file.path in wanted else {}
    for entry in read_entries(source):
        token.check()
        listed = layer_file(entry, layer)
        if listed is not None and not listed.is_dir and listed.path in wanted:
            found[listed.path] = _digest(source, entry.size, token)
    return found


def _part(fetcher: Fetcher, layer: KitLayer, start: int, length: int) -> BlobReader | None:
    """None for what cannot be had without what stands before it."""
    if known_format(layer).compression is not Compression.NONE:
        return None
    try:
        return fetcher.fetch(layer.descriptor, start, length)
    except RangesUnsupported:  # before anything was read
        return None


def _blocks(source: TarSource, size: int, token: CancelToken) -> Iterator[bytes]:
    while size:
        token.check()
        block = source.read(min(size, _BLOCK))
        if not block:
            raise ArchiveDamaged("it ends in the middle of a file")
        yield block
        size -= len(block)


def _rest(source: TarSource, token: CancelToken) -> Iterator[bytes]:
    while block := source.read(_BLOCK):
        token.check()
        yield block


def _digest(source: TarSource, size: int | None, token: CancelToken) -> str:
    """Of so many bytes, or of all that follow."""
    made = hashlib.sha256()
    while size is None or size > 0:
        token.check()
        block = source.read(_BLOCK if size is None else min(size, _BLOCK))
        if not block:
            break
        made.update(block)
        size = None if size is None else size - len(block)
    return made.hexdigest()
