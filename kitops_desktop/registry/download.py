"""Opening a blob to be read: a stream, or segments side by side where there is much to read.

A whole blob, or the rest of one, is also had from a registry that knows no ranges; a part of one is not, and
that is said at once instead of reading everything before it.
"""

from __future__ import annotations

import io

from kitops_desktop.oci.storage import BlobReader
from kitops_desktop.progress import CancelToken
from kitops_desktop.registry.blob_stream import BlobStream
from kitops_desktop.registry.remote_blob import RemoteBlob
from kitops_desktop.registry.segments import SEGMENT_BYTES, SegmentedReader

SEGMENTED_FROM = 32 << 20
"""From so many bytes on, several segments are fetched at once."""


def open_blob(blob: RemoteBlob, start: int, length: int | None, token: CancelToken) -> BlobReader:
    """``length`` bytes from ``start``, up to the end when None. One request is made before this returns.

    Raises ``RemoteBlobNotFound``, ``RegistryUnsupported`` when a part was wanted of a registry that gives
    wholes only, ``RegistryFailed`` for an answer that makes no sense.
    """
    end = blob.size if length is None else min(blob.size, start + length)
    if start >= end:
        return io.BytesIO()
    if end - start >= SEGMENTED_FROM and blob.in_parts:
        return _open_large(blob, start, end, token)
    if (start, end) == (0, blob.size):
        response = blob.open_whole(token)
    elif end == blob.size and length is None:
        response = blob.open_from(start, end, token)
    else:
        return BlobStream(blob, start, end, token, response=blob.open_part(start, end, token))
    return BlobStream(blob, start, end, token, response=response, whole=True)


def _open_large(blob: RemoteBlob, start: int, end: int, token: CancelToken) -> BlobReader:
    first_end = min(start + SEGMENT_BYTES, end)
    if end < blob.size:
        response = blob.open_part(start, first_end, token)
    else:
        response = blob.open_from(start, first_end, token)
        if response.status == 200:
            return BlobStream(blob, start, end, token, response=response, whole=True)
    first = BlobStream(blob, start, first_end, token, response=response)
    return SegmentedReader(blob, first, start, end, token)
