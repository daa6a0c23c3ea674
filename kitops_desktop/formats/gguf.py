"""GGUF, versions 1 to 3: typed metadata and the list of tensors."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from kitops_desktop.formats.source import Bytes, Cursor
from kitops_desktop.formats.values import (
    Kind,
    Recognised,
    Tensor,
    facts,
    main_dtype,
    total_elements,
)

FORMAT = "GGUF"
MAGIC = b"GGUF"
_MOST_KEYS = 10_000
_MOST_TENSORS = 200_000
_MOST_TEXT, _KEPT_TEXT = 64 << 20, 64 << 10
"""Bytes. Some files have a whole tokenizer as one text."""
_MOST_STRINGS = 2_000_000
"""Texts in all arrays together; the largest vocabularies have a quarter of a million."""
_MOST_DIMENSIONS = 8
_MOST_DEPTH = 3
_KEPT = 5
_MOST_FACTS = 40
_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TENSOR_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K",
    11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS",
    19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32",
    27: "I64", 28: "F64", 29: "IQ1_M", 30: "BF16", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4", 40: "NVFP4",
    41: "Q1_0",
}  # fmt: skip
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K",
    19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL",
    26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0",
    37: "TQ2_0", 38: "MXFP4", 39: "NVFP4", 40: "Q1_0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GgufArray:
    """An array of the metadata: how many values, and the first few."""

    count: int
    first: tuple[object, ...]

    def __str__(self) -> str:
        shown = ", ".join(str(value) for value in self.first)
        return f"{self.count:,} values: {shown}{', …' if self.count > len(self.first) else ''}"


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """``file_type`` is the name of the quantisation the file as a whole claims, "" when it claims none."""

    version: int
    metadata: tuple[tuple[str, object], ...]
    tensors: tuple[Tensor, ...]
    file_type: str

    def recognised(self) -> Recognised:
        named = dict(self.metadata)
        return Recognised(
            Kind.MODEL,
            FORMAT,
            "llama.cpp",
            facts(
                ("version", self.version),
                ("name", named.get("general.name")),
                ("architecture", named.get("general.architecture")),
                ("licence", named.get("general.license")),
                ("tensors", len(self.tensors)),
                *((f"metadata {key}", value) for key, value in self.metadata[:_MOST_FACTS]),
            ),
            total_elements(self.tensors),
            self.file_type or main_dtype(self.tensors),
            self.tensors,
        )


def read_gguf(source: Bytes) -> GgufHeader:
    """Raises ``FormatError``."""
    cursor = Cursor(source, FORMAT)
    if cursor.take(4) != MAGIC:
        cursor.fail("it does not begin as one")
    version = cursor.number("I")
    if not version & 0xFFFF:
        cursor.little = False
        version = int.from_bytes(version.to_bytes(4, "little"), "big")
    if version not in (1, 2, 3):
        cursor.fail(f"version {version} is not known")
    reader = _Reader(cursor, "I" if version == 1 else "Q")
    tensor_count, key_count = reader.size(), reader.size()
    if key_count > _MOST_KEYS or tensor_count > _MOST_TENSORS:
        cursor.fail("it claims too many tensors or metadata")
    metadata = tuple((reader.text(), reader.value(cursor.number("I"), 0)) for _ in range(key_count))
    tensors = tuple(reader.tensor() for _ in range(tensor_count))
    claimed = dict(metadata).get("general.file_type")
    file_type = _FILE_TYPES.get(claimed, "") if isinstance(claimed, int) else ""
    return GgufHeader(version, metadata, tensors, file_type)


class _Reader:
    """``code`` is how wide sizes are: version 1 had 32 bits."""

    def __init__(self, cursor: Cursor, code: str) -> None:
        self._cursor = cursor
        self._code = code
        self._strings_left = _MOST_STRINGS

    def size(self) -> int:
        return self._cursor.number(self._code)

    def text(self) -> str:
        length = self.size()
        if length > _MOST_TEXT:
            self._cursor.fail("a text is too long")
        content = self._cursor.take(min(length, _KEPT_TEXT))
        self._cursor.skip(length - len(content))
        return content.decode("utf-8", "replace")

    def value(self, kind: int, depth: int) -> object:
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            return self._array(depth)
        code = _SCALARS.get(kind)
        if code is None:
            self._cursor.fail(f"metadata of the unknown type {kind}")
        return self._scalar(code)

    def tensor(self) -> Tensor:
        cursor = self._cursor
        name, dimensions = self.text(), cursor.number("I")
        if dimensions > _MOST_DIMENSIONS:
            cursor.fail("a tensor has too many dimensions")
        sizes = [self.size() for _ in range(dimensions)]
        kind = cursor.number("I")
        cursor.skip(8)
        # The innermost dimension comes first in the file.
        return Tensor(name, tuple(reversed(sizes)), _TENSOR_TYPES.get(kind, f"type {kind}"))

    def _scalar(self, code: str) -> int | float | bool:
        order = "<" if self._cursor.little else ">"
        value: int | float | bool = struct.unpack(order + code, self._cursor.take(struct.calcsize(code)))[0]
        return value

    def _array(self, depth: int) -> GgufArray:
        cursor = self._cursor
        if depth >= _MOST_DEPTH:
            cursor.fail("arrays lie too deep in one another")
        kind, count = cursor.number("I"), self.size()
        if kind in _SCALARS:
            return self._numbers(_SCALARS[kind], count)
        if count > self._strings_left:
            cursor.fail("it has too many texts")
        self._strings_left -= count
        if kind == _STRING:
            first = tuple(self.text() for _ in range(min(count, _KEPT)))
            for _ in range(count - len(first)):
                cursor.skip(self.size())
            return GgufArray(count, first)
        kept: list[object] = []
        for _ in range(count):
            value = self.value(kind, depth + 1)
            if len(kept) < _KEPT:
                kept.append(value)
        return GgufArray(count, tuple(kept))

    def _numbers(self, code: str, count: int) -> GgufArray:
        start = self._cursor.position
        first = tuple(self._scalar(code) for _ in range(min(count, _KEPT)))
        self._cursor.position = start
        self._cursor.skip(count * struct.calcsize(code))
        return GgufArray(count, first)
