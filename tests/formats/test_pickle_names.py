"""Imports behind the bytes of arrays, and in compressed pickles, as joblib writes them."""

from __future__ import annotations

import bz2
import gzip
import lzma
import pickle
import random
import zlib
from collections.abc import Callable
from functools import partial

import pytest

from kitops_desktop.formats.pickle_opcodes import read_pickle
from kitops_desktop.formats.recognise import recognise
from kitops_desktop.formats.source import MemoryBytes

WRAPPER = b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}b"
"""The beginning of such a file; the bytes of the array follow."""
ARRAY = b"\x07" + b"\xff" * 7 + random.Random(1).randbytes(3 << 20)


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("1",)


@pytest.mark.parametrize(
    "compress",
    [
        zlib.compress,
        gzip.compress,
        bz2.compress,
        lzma.compress,
        partial(lzma.compress, format=lzma.FORMAT_ALONE),
    ],
)
def test_compressed_pickles_are_looked_into(compress: Callable[[bytes], bytes]) -> None:
    content = compress(pickle.dumps([Evil(), "x" * 10_000]))
    found = recognise(MemoryBytes(content), "model.joblib")
    assert found is not None
    assert (found.format, found.dangerous_imports) == ("compressed pickle", ("builtins.eval",))
    broken = recognise(MemoryBytes(content[:9]), "model.joblib")
    assert broken is not None
    assert broken.warnings == ("It is compressed: what loading it would import is not known.",)


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
