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


DTYPE = b"cnumpy\ndtype\n(\x8c\x02%s\x89\x88tR(K\x03\x8c\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK%stb"


def wrapped(dtype: bytes, *shape: int, flags: int = 0) -> bytes:
    """The instructions in front of an array that is described in full."""
    sizes = b"(" + b"".join(b"K" + bytes([size]) for size in shape) + b"t"
    state = b"}(\x8c\x05shape" + sizes + b"\x8c\x05dtype" + DTYPE % (dtype, bytes([flags]))
    state += b"\x8c\x1bnumpy_array_alignment_bytesK\x10u"
    return b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81" + state + b"b"


AFTER = b"cmy_package\nModel\n)\x81"
PADDING = b"\x03\xff\xff\xff"
INNER = b"\x80\x02cother_package\nValue\n)\x81."


@pytest.mark.parametrize(
    ("array", "imports"),
    [
        (wrapped(b"f8", 2, 3) + PADDING + bytes(48), []),
        (wrapped(b"U5", 4) + PADDING + b"cno\n" * 20, []),
        (wrapped(b"f4") + b"\0" + bytes(4), []),
        (wrapped(b"V4", 3) + PADDING + bytes(12), []),
        (wrapped(b"O8", 3) + INNER, ["other_package.Value"]),
        (wrapped(b"V8", 3, flags=1) + INNER, ["other_package.Value"]),
    ],
)
def test_what_stands_behind_an_array_of_joblib_is_followed(array: bytes, imports: list[str]) -> None:
    header = read_pickle(MemoryBytes(b"\x80\x04(" + array + AFTER + b"t."))
    assert [str(found) for found in header.unknown] == ["my_package.Model", *imports]
    assert header.is_whole
    assert "as joblib does" in header.warnings()[-1]


def test_what_is_in_an_array_of_joblib_is_searched_all_the_same() -> None:
    array = wrapped(b"U5", 4) + PADDING + b"cposix\nsystem\n".ljust(80, b"\0")
    header = read_pickle(MemoryBytes(b"\x80\x04(" + array + AFTER + b"t."))
    assert [str(found) for found in header.dangerous] == ["posix.system"]


def test_arrays_in_arrays_have_an_end() -> None:
    inner = (b"\x80\x04" + wrapped(b"O8", 1)) * 2_000
    header = read_pickle(MemoryBytes(inner + b"\0" * 8 + b"cposix\nsystem\n."))
    assert not header.is_whole
    assert [str(found) for found in header.dangerous] == ["posix.system"]


def test_an_array_of_joblib_of_endless_dimensions_is_not_followed() -> None:
    shape = b"(" + b"J\xff\xff\xff\x7f" * 200_000 + b"t"
    array = wrapped(b"f8", 7).replace(b"(K\x07t", shape)
    assert not read_pickle(MemoryBytes(b"\x80\x04(" + array + AFTER + b"t.")).is_whole


def test_a_name_on_the_border_of_two_pieces_is_found() -> None:
    before = (1 << 20) - 8
    header = read_pickle(MemoryBytes(WRAPPER + b"\xff" * before + b"cposix\nsystem\n."))
    assert [str(found) for found in header.dangerous] == ["posix.system"]
