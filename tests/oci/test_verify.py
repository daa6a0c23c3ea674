"""A whole blob is checked while it is read."""

from __future__ import annotations

import io

import pytest

from kitops_desktop.errors import ContentTooLarge, DigestMismatch
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of
from kitops_desktop.oci.storage import BlobReader
from kitops_desktop.oci.verify import VerifyingReader, read_verified

CONTENT = b"weights" * 1000
DESCRIPTOR = Descriptor("x/y", digest_of(CONTENT), len(CONTENT))


class OneBlob:
    """A place that serves the same bytes whatever is asked for."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def exists(self, descriptor: Descriptor) -> bool:
        return True

    def fetch(self, descriptor: Descriptor, start: int = 0, length: int | None = None) -> BlobReader:
        return io.BytesIO(self.content[start:])


@pytest.mark.parametrize("block", [1, 7, 4096, -1])
def test_right_content_is_read_whole(block: int) -> None:
    with VerifyingReader(io.BytesIO(CONTENT), DESCRIPTOR) as reader:
        assert b"".join(iter(lambda: reader.read(block), b"")) == CONTENT


@pytest.mark.parametrize(
    "content",
    [CONTENT[:-1], CONTENT + b"x", CONTENT[:-1] + b"x", b""],
    ids=["short", "long", "flipped", "empty"],
)
@pytest.mark.parametrize("block", [512, -1])
def test_wrong_content_is_refused(content: bytes, block: int) -> None:
    reader = VerifyingReader(io.BytesIO(content), DESCRIPTOR)
    with pytest.raises(DigestMismatch):
        list(iter(lambda: reader.read(block), b""))
    reader.close()


def test_small_blobs_are_bounded_before_they_are_read() -> None:
    assert read_verified(OneBlob(CONTENT), DESCRIPTOR, len(CONTENT)) == CONTENT
    with pytest.raises(ContentTooLarge):
        read_verified(OneBlob(CONTENT), DESCRIPTOR, len(CONTENT) - 1)
