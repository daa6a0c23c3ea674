"""safetensors: eight bytes of length, a JSON header, then the tensors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn, TypeGuard

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.json_text import parse_object
from kitops_desktop.formats.source import UNKNOWN_SIZE, Bytes, known_size
from kitops_desktop.formats.values import (
    Kind,
    Recognised,
    Tensor,
    facts,
    main_dtype,
    total_elements,
)

FORMAT = "safetensors"
MOST_HEADER = 32 << 20
"""Bytes. The largest models have a few MiB of header in each file."""
_MOST_DIMENSIONS = 64
_MOST_FACTS = 30
_BITS = {
    **dict.fromkeys(("F64", "I64", "U64", "C64"), 64),
    **dict.fromkeys(("F32", "I32", "U32"), 32),
    **dict.fromkeys(("F16", "BF16", "I16", "U16"), 16),
    **dict.fromkeys(("I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    "F4": 4,
}


@dataclass(frozen=True, slots=True)
class SafetensorsHeader:
    """``data_size`` is in bytes."""

    tensors: tuple[Tensor, ...]
    metadata: tuple[tuple[str, str], ...]
    data_size: int

    def recognised(self) -> Recognised:
        named = dict(self.metadata)
        framework = {"pt": "PyTorch", "tf": "TensorFlow", "flax": "Flax", "mlx": "MLX"}.get(
            named.get("format", ""), ""
        )
        return Recognised(
            Kind.MODEL,
            FORMAT,
            framework,
            facts(
                ("tensors", len(self.tensors)),
                ("bytes of tensors", self.data_size),
                *((f"metadata {key}", value) for key, value in self.metadata[:_MOST_FACTS]),
            ),
            total_elements(self.tensors),
            main_dtype(self.tensors),
            self.tensors,
        )


def looks_like_safetensors(beginning: bytes, size: int) -> bool:
    """By the first nine bytes; nothing else begins so."""
    length = int.from_bytes(beginning[:8], "little")
    most = MOST_HEADER if size == UNKNOWN_SIZE else size - 8
    return len(beginning) > 8 and beginning[8:9] == b"{" and 2 <= length <= most


def read_safetensors(source: Bytes) -> SafetensorsHeader:
    """Raises ``FormatError``."""
    length = int.from_bytes(source.read(0, 8), "little")
    if source.size < 10 or length > source.size - 8:
        _fail("its header is longer than the file")
    if length > MOST_HEADER:
        _fail(f"its header of {length:,} bytes is larger than the {MOST_HEADER:,} that are read")
    header = parse_object(source.read(8, length), FORMAT, unique=True)
    metadata = header.pop("__metadata__", None) or {}
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        _fail("its metadata are no texts")
    data_size = source.size - 8 - length
    spans: list[tuple[int, int]] = []
    tensors = tuple(_tensor(name, entry, data_size, spans) for name, entry in header.items())
    last = _check_spans(spans)
    return SafetensorsHeader(
        tensors, tuple(metadata.items()), last if known_size(source) is None else data_size
    )


def _tensor(name: str, entry: object, data_size: int, spans: list[tuple[int, int]]) -> Tensor:
    if not isinstance(entry, dict):
        _fail("a tensor is not described")
    dtype, shape, offsets = entry.get("dtype"), entry.get("shape"), entry.get("data_offsets")
    if not isinstance(dtype, str) or not _are_sizes(shape) or not _are_sizes(offsets) or len(offsets) != 2:
        _fail("a tensor has no type, shape or place")
    tensor = Tensor(name, tuple(shape), dtype)
    begin, end = offsets
    if not begin <= end <= data_size:
        _fail("a tensor lies outside the file")
    # Types that came later than this list are shown, with nothing to check them by.
    if dtype in _BITS and tensor.elements * _BITS[dtype] != (end - begin) * 8:
        _fail("a tensor has not the size that its shape says")
    spans.append((begin, end))
    return tensor


def _check_spans(spans: list[tuple[int, int]]) -> int:
    """Where the last tensor ends."""
    last = 0
    for begin, end in sorted(spans):
        if begin < last:
            _fail("tensors lie upon one another")
        last = max(last, end)
    return last


def _are_sizes(value: object) -> TypeGuard[list[int]]:
    return (
        isinstance(value, list)
        and len(value) <= _MOST_DIMENSIONS
        and all(type(size) is int and 0 <= size < 1 << 63 for size in value)
    )


def _fail(reason: str) -> NoReturn:
    raise FormatError(FORMAT, reason)
