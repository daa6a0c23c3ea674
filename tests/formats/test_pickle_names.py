"""Imports behind the bytes of arrays, as joblib writes them."""

from __future__ import annotations

import pickle
import random

import pytest

from kitops_desktop.formats.pickle_opcodes import read_pickle
from kitops_desktop.formats.source import MemoryBytes

WRAPPER = b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}b"
"""The beginning of such a file; the bytes of the array follow."""
ARRAY = b"\x07" + b"\xff" * 7 + random.Random(1).randbytes(3 << 20)


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("1",)


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_what_is_imported_behind_an_array_is_found(protocol: int) -> None:
    header = read_pickle(MemoryBytes(WRAPPER + ARRAY + pickle.dumps(Evil(), protocol)))
    assert not header.is_whole
    assert [found.name for found in header.dangerous] == ["eval"]


def test_random_bytes_import_nothing() -> None:
    header = read_pickle(MemoryBytes(WRAPPER + ARRAY))
    assert header.dangerous == ()
    assert header.warnings() == (
        "Only its beginning was read: what loading the rest would import is not known.",
    )


def test_a_name_on_the_border_of_two_pieces_is_found() -> None:
    before = (1 << 20) - 8
    header = read_pickle(MemoryBytes(WRAPPER + b"\xff" * before + b"cposix\nsystem\n."))
    assert [str(found) for found in header.dangerous] == ["posix.system"]
