"""Files made to do harm: each is refused with a reason, in no time and in little memory."""

from __future__ import annotations

import json
import struct
import time
import tracemalloc
from collections.abc import Callable

import pytest

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.recognise import recognise
from kitops_desktop.formats.source import MemoryBytes
from support.model_files import (
    GGUF_ARRAY,
    GGUF_STRING,
    compact_integer,
    compact_struct,
    compact_text,
    gguf,
    gguf_array,
    gguf_text,
    hdf5,
    npy,
    onnx_value,
    parquet,
    parquet_column,
    parquet_footer,
    proto,
    safetensors,
    torch_zip,
    varint,
    zipped,
)

MOST_SECONDS = 10
"""Far more than any takes, on a machine that does much else."""
MOST_MEMORY = 400 << 20
HUGE = (1 << 62) + 1


class Sparse:
    """A file of ``size`` bytes, zero but for its beginning and end; gives no more than may be asked for."""

    def __init__(self, beginning: bytes, size: int, end: bytes = b"") -> None:
        self.size = size
        self._beginning, self._end = beginning, end

    def read(self, start: int, length: int, /) -> bytes:
        assert length <= 64 << 20, "too much is read at once"
        length = max(min(length, self.size - start), 0)
        out = bytearray(length)
        for place, content in ((0, self._beginning), (self.size - len(self._end), self._end)):
            for at in range(max(start, place), min(start + length, place + len(content))):
                out[at - start] = content[at - place]
        return bytes(out)


class Lying(MemoryBytes):
    """Says that it is longer than what can be read of it."""

    @property
    def size(self) -> int:
        return 1 << 40


def tensor(**changes: object) -> bytes:
    entry = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **changes}
    return safetensors({"w": entry}, 16)


def graph(*fields: tuple[int, int | bytes]) -> bytes:
    return proto((1, 8), (2, b"x"), (7, proto(*fields)))


def nested(content: bytes, depth: int) -> bytes:
    for _ in range(depth):
        content = bytes([0x1C]) + content + b"\0"
    return content


def damaged_zip(change: Callable[[bytearray], None]) -> bytes:
    content = bytearray(zipped({"a.npy": npy(), "b.npy": npy()}))
    change(content)
    return bytes(content)


def directory_count(content: bytearray) -> None:
    struct.pack_into("<HH", content, len(content) - 14, 60_000, 60_000)


def directory_offset(content: bytearray) -> None:
    struct.pack_into("<I", content, len(content) - 6, 0x7FFF_FFFF)


def local_header(content: bytearray) -> None:
    content[0:4] = b"PK\x03\x05"


def member_size(content: bytearray) -> None:
    at = content.index(b"PK\x01\x02")
    struct.pack_into("<II", content, at + 20, 0x7FFF_FFF0, 0x7FFF_FFF0)


def encrypted(content: bytearray) -> None:
    content[content.index(b"PK\x01\x02") + 8] |= 1


def method(content: bytearray) -> None:
    content[content.index(b"PK\x01\x02") + 10] = 99


def entry_name(content: bytearray) -> None:
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + 28, 60_000)


def bad_deflate() -> bytes:
    content = bytearray(zipped({"a.npy": npy()}, deflate=True))
    content[35:45] = b"\xff" * 10
    return bytes(content)


DEEP = 100_000
FILES: dict[str, tuple[str, object]] = {
    "safetensors: header longer than the file": ("a.safetensors", safetensors(b"{}")[:9] + b"}" * 0),
    "safetensors: header of exabytes": ("a.safetensors", struct.pack("<Q", HUGE) + b"{}"),
    "safetensors: header of gigabytes": ("", Sparse(struct.pack("<Q", 4 << 30) + b"{", 8 << 30)),
    "safetensors: header that is not there": ("", Lying(struct.pack("<Q", 1 << 20) + b"{")),
    "safetensors: nested": ("", safetensors(b'{"a":' * DEEP)),
    "safetensors: lists in lists": ("", safetensors(b'{"a":' + b"[" * DEEP)),
    "safetensors: millions of values": ("", safetensors(b'{"a":[' + b"0," * 4_000_000 + b"0]}")),
    "safetensors: millions of empty lists": ("", safetensors(b'{"a":[' + b"[]," * 2_500_000 + b"0]}")),
    "safetensors: number without end": ("", safetensors(b'{"a":' + b"9" * 100_000 + b"}")),
    "safetensors: no UTF-8": ("", safetensors(b'{"\xff\xfe": 1}')),
    "safetensors: list instead of object": ("a.safetensors", safetensors(b"[1, 2]")),
    "safetensors: size that is negative": ("", tensor(shape=[-2])),
    "safetensors: size that is a truth value": ("", tensor(shape=[True, 2])),
    "safetensors: too many dimensions": ("", tensor(shape=[1] * 65)),
    "safetensors: size that does not fit": ("", tensor(shape=[1 << 62, 1 << 62])),
    "safetensors: outside of the file": ("", tensor(shape=[4], data_offsets=[8, 24])),
    "safetensors: end before the beginning": ("", tensor(data_offsets=[8, 0])),
    "safetensors: upon one another": (
        "",
        safetensors({name: {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]} for name in "ab"}, 8),
    ),
    "safetensors: metadata are no texts": ("", safetensors({"__metadata__": {"a": 1}})),
    "GGUF: ends": ("", b"GGUF\3\0\0\0"),
    "GGUF: version": ("", gguf(version=9)),
    "GGUF: count of tensors": ("", gguf(counts=(HUGE, 0))),
    "GGUF: count of metadata": ("", gguf(counts=(0, HUGE))),
    "GGUF: fewer than claimed": ("", gguf(counts=(0, 9_000))),
    "GGUF: text of exabytes": ("", gguf([(b"a", GGUF_STRING, struct.pack("<Q", HUGE))])),
    "GGUF: text of gigabytes": ("", Sparse(gguf([(b"a", GGUF_STRING, struct.pack("<Q", 2 << 30))]), 4 << 30)),
    "GGUF: array of exabytes": ("", gguf([(b"a", GGUF_ARRAY, gguf_array(0, HUGE))])),
    "GGUF: array of texts": ("", gguf([(b"a", GGUF_ARRAY, gguf_array(GGUF_STRING, HUGE))])),
    "GGUF: a million empty texts and no end": (
        "",
        Sparse(gguf([(b"a", GGUF_ARRAY, gguf_array(GGUF_STRING, 1_000_000))]), 7_000_000),
    ),
    "GGUF: arrays in arrays": (
        "",
        gguf([(b"a", GGUF_ARRAY, gguf_array(GGUF_ARRAY, 1) * 10_000)]),
    ),
    "GGUF: unknown type": ("", gguf([(b"a", 77, b"")])),
    "GGUF: dimensions": ("", gguf([], [(b"t", [1] * 2000, 0)])),
    "ONNX: no graph": ("a.onnx", proto((1, 8), (2, b"x"))),
    "ONNX: field longer than the file": ("a.onnx", proto((1, 8)) + b"\x3a" + varint(HUGE)),
    "ONNX: number without end": ("a.onnx", b"\x08" + b"\xff" * 50),
    "ONNX: millions of fields": ("a.onnx", graph((2, b"x"), *[(1, b"")] * 1) + b"\x10\x00" * 600_000),
    "ONNX: dimensions": ("a.onnx", graph((5, proto((1, bytes([1]) * 5_000))))),
    "ONNX: negative size": ("a.onnx", graph((5, proto((1, (1 << 64) - 1), (2, 1))))),
    "ONNX: dimensions of an input": ("a.onnx", graph((11, onnx_value(b"x", *[1] * 1000)))),
    "ONNX: group": ("a.onnx", b"\x08\x08\x3b"),
    "ONNX: field zero": ("a.onnx", b"\x00\x00"),
    "pickle: unknown instruction": ("", b"\x80\x04\xff."),
    "pickle: ends": ("", b"\x80\x04]"),
    "pickle: takes more than it has": ("", b"\x80\x040."),
    "pickle: makes nothing": ("", b"\x80\x04."),
    "pickle: tuple without beginning": ("", b"\x80\x04t."),
    "pickle: refers to nothing": ("", b"\x80\x04h\x07."),
    "pickle: text of exabytes": ("", b"\x80\x04\x8d" + struct.pack("<Q", HUGE) + b"."),
    "pickle: negative length": ("", b"\x80\x04T" + struct.pack("<i", -1) + b"."),
    "pickle: line without end": ("", b"\x80\x04V" + b"x" * 1_000_000),
    "pickle: number that is none": ("", b"\x80\x04g" + b"9" * 5_000 + b"\n."),
    "pickle: a mark is no value": ("", b"\x80\x04(\x94."),
    "NumPy: ends": ("", b"\x93NUMPY\1\0"),
    "NumPy: version": ("", npy(version=9)),
    "NumPy: header of gigabytes": ("", npy(version=2, length=0xFFFF_FFF0)),
    "NumPy: header longer than the file": ("", npy(length=9_000)),
    "NumPy: expression": ("", npy(b"__import__('os').system('true')")),
    "NumPy: shape": ("", npy(b"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }")),
    "NumPy: number without end": (
        "",
        npy(b"{'descr': '<f4', 'fortran_order': False, 'shape': (%s,), }" % (b"9" * 5000)),
    ),
    "NumPy: brackets": ("", npy(b"{'descr': " + b"[" * 9_000)),
    "zip: no directory": ("", b"PK\x03\x04" + bytes(100)),
    "zip: more members than there are": ("", damaged_zip(directory_count)),
    "zip: directory outside": ("", damaged_zip(directory_offset)),
    "zip: no local header": ("a.npz", damaged_zip(local_header)),
    "zip: member outside": ("", damaged_zip(member_size)),
    "zip: encrypted": ("", damaged_zip(encrypted)),
    "zip: method": ("", damaged_zip(method)),
    "zip: name outside": ("", damaged_zip(entry_name)),
    "zip: damaged member": ("", bad_deflate()),
    "zip: bomb as array": ("", zipped({"a.npy": bytes(64 << 20)}, deflate=True)),
    "zip: bomb as pickle": ("", zipped({"a/data.pkl": b"\x80\x02" + b"(" * (40 << 20)}, deflate=True)),
    "PyTorch: pickle that is none": ("", torch_zip(b"\xff\xff")),
    "HDF5: ends": ("", b"\x89HDF\r\n\x1a\n"),
    "HDF5: version": ("", hdf5(2)[:8] + b"\x09" + hdf5(2)[9:]),
    "HDF5: width of addresses": ("", hdf5(2, width=7)),
    "HDF5: larger than it is": ("", hdf5(2, size=HUGE)),
    "HDF5: is none": ("a.h5", b"nothing" * 100),
    "Parquet: ends": ("", b"PAR1PAR1"),
    "Parquet: does not end as one": ("", b"PAR1" + bytes(100)),
    "Parquet: encrypted": ("", b"PAR1" + bytes(100) + b"PARE"),
    "Parquet: footer longer than the file": ("", parquet(b"\0" * 20, length=0xFFFF_FFF0)),
    "Parquet: footer of gigabytes": ("", Sparse(b"PAR1", 4 << 30, struct.pack("<I", 3 << 30) + b"PAR1")),
    "Parquet: no columns": ("", parquet(compact_struct((3, 6, compact_integer(1))))),
    "Parquet: nested": ("", parquet(nested(b"", 60_000))),
    "Parquet: list of exabytes": ("", parquet(b"\x29\xfc" + varint(HUGE) + b"\0" * 9)),
    "Parquet: text of exabytes": ("", parquet(b"\x68" + varint(HUGE) + b"\0" * 9)),
    "Parquet: columns that have too many below them": (
        "",
        parquet(parquet_footer(parquet_column(b"a", children=1), parquet_column(b"b", children=HUGE))),
    ),
    "Parquet: more columns than there should be": (
        "",
        parquet(parquet_footer(parquet_column(b"a", children=1), *[parquet_column(b"b", 1)] * 3)),
    ),
    "Parquet: negative rows": ("", parquet(parquet_footer(parquet_column(b"a", children=0), rows=-5))),
    "Parquet: unknown type of value": ("", parquet(b"\x1d" + compact_text(b"x"))),
    "Parquet: millions of truth values": (
        "",
        parquet(b"\x79\xf1" + varint(3_000_000) + b"\1" * 3_000_000 + b"\0"),
    ),
    "CSV: no text": ("a.csv", b"a,b\0c"),
    "CSV: line without end": ("a.csv", b"x" * 1_000_000),
    "CSV: field too long": ("a.csv", b'a,"' + b"x\n" * 200_000),
    "CSV: blank": ("a.csv", b"  \n\n"),
    "JSON lines: nested": ("a.jsonl", b"[" * DEEP + b"\n"),
    "JSON lines: numbers": ("a.jsonl", b"1\n2\n"),
    "JSON lines: line without end": ("a.jsonl", b"[" + b"1," * 1_000_000),
    "JSON lines: no JSON": ("a.jsonl", b"hello\n"),
    "JSON: large, and none": ("a.json", b"x" * (2 << 20)),
    "JSON: nested": ("tokenizer.json", b'{"a":' * DEEP),
    "notebook: cells are no cells": ("a.ipynb", json.dumps({"nbformat": 4, "cells": [1, 2]}).encode()),
    "notebook: old": ("a.ipynb", json.dumps({"nbformat": 3, "worksheets": [1]}).encode()),
    "notebook: cells are a number": ("a.ipynb", json.dumps({"nbformat": 4, "cells": 1}).encode()),
    "model card: no end": ("README.md", b"---\nlicense: mit\n"),
    "model card: no YAML": ("README.md", b"---\na: [\n---\n"),
    "model card: aliases": ("README.md", b"---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n"),
    "model card: nested": ("README.md", b"---\na: " + b"[" * 20_000 + b"\n---\n"),
    "model card: an object": ("README.md", b"---\n- !!python/object/apply:os.system [true]\n---\n"),
    "model card: keys that are lists": ("README.md", b"---\n? [a]\n: b\n---\n"),
}


@pytest.mark.parametrize("case", FILES)
def test_refused_with_a_reason_in_little_time(case: str) -> None:
    name, content = FILES[case]
    source = MemoryBytes(content) if isinstance(content, bytes) else content
    started = time.monotonic()
    with pytest.raises(FormatError) as caught:
        recognise(source, name)  # type: ignore[arg-type]
    assert time.monotonic() - started < MOST_SECONDS
    assert caught.value.reason
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "case",
    [
        "safetensors: header of gigabytes",
        "safetensors: millions of values",
        "GGUF: text of gigabytes",
        "GGUF: array of texts",
        "zip: bomb as array",
        "Parquet: list of exabytes",
        "pickle: text of exabytes",
    ],
)
def test_refused_in_little_memory(case: str) -> None:
    name, content = FILES[case]
    source = MemoryBytes(content) if isinstance(content, bytes) else content
    tracemalloc.start()
    try:
        with pytest.raises(FormatError):
            recognise(source, name)  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_a_pickle_of_endless_instructions_is_read_for_a_while_and_that_is_said() -> None:
    found = recognise(MemoryBytes(b"\x80\x04" + b"N0" * 1_000_000 + b"N."))
    assert found is not None
    assert "Only its beginning was read" in found.warnings[0]


def test_lists_in_lists_are_shown_to_a_depth() -> None:
    found = recognise(MemoryBytes(b'{"a": ' + b"[" * 900 + b"]" * 900 + b"}\n"), "a.jsonl")
    assert found is not None
    assert found.table[1] == ("[" * 80 + "…",)


def test_the_pickles_of_a_file_have_their_instructions_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that is loaded is read first, and of what was not read that is said."""
    monkeypatch.setattr("kitops_desktop.formats.torch_zip._MOST_STEPS", 1_000)
    endless = b"\x80\x02" + b"N0" * 2_000 + b"N."
    evil = b"\x80\x02cposix\nsystem\n)R."
    found = recognise(
        MemoryBytes(zipped({"a/0.pkl": endless, "a/data.pkl": evil, "a/1.pkl": endless})), "a.pt"
    )
    assert found is not None
    assert found.dangerous_imports == ("posix.system",)
    assert any("Only its beginning was read" in warning for warning in found.warnings)


def test_json_larger_than_any_header_is_not_read() -> None:
    source = Sparse(b"{", 1 << 40)
    found = recognise(source, "a.json")
    assert found is not None
    assert found.facts == ()


def test_json_of_millions_of_lists_becomes_no_values() -> None:
    content = MemoryBytes(b"[" + b"[]," * 2_500_000 + b"0]")
    tracemalloc.start()
    try:
        found = recognise(content, "a.json")
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
    assert found is not None
    assert found.facts == ()


def test_every_beginning_of_a_file_is_either_refused_or_understood() -> None:
    """Cut off anywhere, no file gives anything but ``FormatError``."""
    whole = (torch_zip(), parquet(parquet_footer(parquet_column(b"a", children=1), parquet_column(b"b", 1))))
    for content in (*whole, gguf([(b"a", GGUF_STRING, gguf_text(b"b"))], [(b"t", (2,), 0)]), tensor(), npy()):
        for length in range(len(content)):
            for changed in (content[:length], content[:length] + b"\xff" + content[length + 1 :]):
                try:
                    recognise(MemoryBytes(changed), "model.bin")
                except FormatError:
                    continue
