"""What is said of a file that a file index describes: only of files of which all was read, never too much."""

from __future__ import annotations

import random

import pytest

from kitops_desktop.formats.source import MemoryBytes
from kitops_desktop.oci.digest import Digest, digest_of
from kitops_desktop.preview.file_index import TensorSummary
from kitops_desktop.preview.index_claim import MOST_WITNESSED, IndexClaim, Witness

INDEX = Digest("sha256:" + "0123456789" * 6 + "abcd")
CONTENT = bytes(range(256)) * 20


@pytest.mark.parametrize(
    "reads",
    [
        [(0, len(CONTENT))],
        [(0, 1 << 20)],
        [(0, 100), (100, 3000), (3100, 9999)],
        [(4000, 2000), (0, 100), (50, 4000)],
        [(1000, 10), (0, len(CONTENT)), (1000, 10)],
        [(at, 1) for at in random.Random(7).sample(range(len(CONTENT)), len(CONTENT))],
    ],
    ids=["at once", "more than there is", "in parts", "in no order", "twice", "byte by byte"],
)
def test_a_file_of_which_all_was_read(reads: list[tuple[int, int]]) -> None:
    witness = Witness(MemoryBytes(CONTENT))
    for start, length in reads:
        assert witness.digest is None or (start, length) == (1000, 10)
        assert witness.read(start, length) == CONTENT[start : start + length]
    assert witness.digest == digest_of(CONTENT)


@pytest.mark.parametrize(
    "reads", [[], [(0, len(CONTENT) - 1)], [(1, len(CONTENT))], [(0, 100), (101, 9999)], [(0, 0), (9999, 5)]]
)
def test_a_file_of_which_a_part_was_read(reads: list[tuple[int, int]]) -> None:
    witness = Witness(MemoryBytes(CONTENT))
    for start, length in reads:
        witness.read(start, length)
    assert witness.digest is None


def test_of_an_empty_file_nothing_is_known() -> None:
    """That it is empty is only what the index says."""
    witness = Witness(MemoryBytes(b""))
    assert witness.read(0, 10) == b""
    assert witness.digest is None


def test_a_large_file_is_passed_on_and_not_kept() -> None:
    content = bytes(MOST_WITNESSED + 1)
    witness = Witness(MemoryBytes(content))
    assert len(witness.read(0, len(content))) == len(content)
    assert witness.digest is None


def test_a_file_that_is_shorter_than_it_says() -> None:
    class Short(MemoryBytes):
        def read(self, start: int, length: int, /) -> bytes:
            return super().read(start, length)[:7]

    witness = Witness(Short(CONTENT))
    witness.read(0, len(CONTENT))
    assert witness.digest is None


def test_the_words_never_say_verified() -> None:
    tensors = TensorSummary(2, 1_272, (("F32", 1_256), ("I64", 16)))
    claim = IndexClaim(INDEX, digest_of(b""), tensors)
    assert claim.matches_text.startswith("It matches the index of sha256:012345678901, which anybody ")
    assert claim.differs_text.startswith("It does not match the index of sha256:012345678901, which anybody ")
    assert claim.tensors_text.endswith(": 2 tensors, 1,272 parameters (F32 1,256, I64 16).")
    for text in (claim.matches_text, claim.differs_text, claim.tensors_text):
        assert "verified" not in text
        assert "anybody who may push" in text
    assert IndexClaim(INDEX, digest_of(b"")).tensors_text == ""
    one = IndexClaim(INDEX, digest_of(b""), TensorSummary(1, 3))
    assert one.tensors_text.endswith(": 1 tensor, 3 parameters.")
