"""Reading a blob whose digest is made beside that: the same bytes, and no wrong blob passes."""

from __future__ import annotations

import hashlib
import io
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitops_desktop.errors import DigestMismatch
from kitops_desktop.modelkit.hashed_reader import HashedReader
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.progress import Cancelled, CancelToken

CONTENT = bytes(range(256)) * 20_000


def descriptor_of(content: bytes) -> Descriptor:
    return Descriptor(
        "application/x-tar", Digest(f"sha256:{hashlib.sha256(content).hexdigest()}"), len(content)
    )


def threads() -> int:
    return sum(thread.name == "hash of a layer" for thread in threading.enumerate())


@given(st.lists(st.integers(1, 3 << 20), max_size=20))
def test_all_bytes_come_in_their_order(sizes: list[int]) -> None:
    with HashedReader(io.BytesIO(CONTENT), descriptor_of(CONTENT)) as reader:
        found = b"".join(reader.read(size) for size in sizes)
        assert CONTENT.startswith(found)
        rest = reader.read()
        assert found + rest == CONTENT
        reader.finish(CancelToken())
    assert threads() == 0


@pytest.mark.parametrize(
    "wrong", [CONTENT[:-1], CONTENT + b"x", b"y" + CONTENT[1:], b""], ids=["short", "long", "other", "none"]
)
def test_another_blob_is_refused(wrong: bytes) -> None:
    with HashedReader(io.BytesIO(wrong), descriptor_of(CONTENT)) as reader, pytest.raises(DigestMismatch):
        reader.finish(CancelToken())
    assert threads() == 0


def test_what_is_left_is_read_for_the_digest_unless_cancelled() -> None:
    with HashedReader(io.BytesIO(CONTENT), descriptor_of(CONTENT)) as reader:
        reader.read(1)
        reader.finish(CancelToken())
    token = CancelToken()
    token.cancel()
    with HashedReader(io.BytesIO(CONTENT), descriptor_of(CONTENT)) as reader, pytest.raises(Cancelled):
        reader.finish(token)
    assert threads() == 0
