"""How much memory a model wants, and whether it is there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kitops_desktop.formats.values import Kind, Recognised, Tensor

OVERHEAD = 20
"""Per cent of the weights, added for buffers, activations and a short context. A long one takes more."""
_WIDTHS = {"16 bit": 16, "8 bit": 8, "4 bit": 4}
_BITS = {
    # The names of safetensors and GGUF; quantised blocks of ggml with their scales.
    "F64": 64, "I64": 64, "U64": 64, "C64": 64, "F32": 32, "I32": 32, "U32": 32, "F16": 16, "BF16": 16,
    "I16": 16, "U16": 16, "I8": 8, "U8": 8, "BOOL": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "F6_E2M3": 6, "F6_E3M2": 6, "F4": 4, "Q4_0": 4.5, "Q4_1": 5,
    "Q5_0": 5.5, "Q5_1": 6, "Q8_0": 8.5, "Q8_1": 9, "Q2_K": 2.625, "Q3_K": 3.4375, "Q4_K": 4.5, "Q5_K": 5.5,
    "Q6_K": 6.5625, "Q8_K": 9.125, "IQ1_S": 1.5625, "IQ1_M": 1.75, "IQ2_XXS": 2.0625, "IQ2_XS": 2.3125,
    "IQ2_S": 2.5625, "IQ3_XXS": 3.0625, "IQ3_S": 3.4375, "IQ4_NL": 4.5, "IQ4_XS": 4.25, "TQ1_0": 1.6875,
    "TQ2_0": 2.0625, "MXFP4": 4.25, "NVFP4": 4.5, "Q1_0": 1.125,
    # Those of ONNX and PyTorch.
    "float64": 64, "int64": 64, "uint64": 64, "complex64": 64, "complex128": 128, "float32": 32, "int32": 32,
    "uint32": 32, "float16": 16, "bfloat16": 16, "int16": 16, "uint16": 16, "int8": 8, "uint8": 8, "bool": 8,
    "float8e4m3fn": 8, "float8e4m3fnuz": 8, "float8e5m2": 8, "float8e5m2fnuz": 8, "uint4": 4, "int4": 4,
    "float4e2m1": 4, "float8e8m0": 8, "uint2": 2, "int2": 2, "float6e2m3": 6, "float6e3m2": 6,
    "complex32": 32, "qint32": 32, "qint8": 8, "quint8": 8, "float8_e4m3fn": 8, "float8_e4m3fnuz": 8,
    "float8_e5m2": 8, "float8_e5m2fnuz": 8, "float8_e8m0fnu": 8, "float4_e2m1fn_x2": 8,
}  # fmt: skip
_MOST = 1 << 62
"""Bytes; what claims more is no model but nonsense, of which nothing is worked out."""
_PART = re.compile(r"-(\d{5})-of-(\d{5})\.[A-Za-z0-9]+$")


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """All in bytes: the weights at ``precision``, and with the ``OVERHEAD`` that running them takes."""

    precision: str
    weights: int

    @property
    def total(self) -> int:
        return self.weights + self.weights * OVERHEAD // 100

    def fits(self, memory: int) -> bool:
        return self.total <= memory


def memory_needs(known: Recognised) -> tuple[MemoryNeed, ...]:
    """As the file has its weights, where their types are known, and made smaller; nothing for what is no
    model or does not say how many parameters it has."""
    parameters = known.parameter_count
    if known.kind is not Kind.MODEL or not parameters or parameters > _MOST:
        return ()
    needs = []
    own = weights_size(known.tensors)
    if own is not None:
        needs.append(MemoryNeed(f"as it is ({known.precision})" if known.precision else "as it is", own))
    needs += [MemoryNeed(name, parameters * bits // 8) for name, bits in _WIDTHS.items()]
    return tuple(need for number, need in enumerate(needs) if own is None or not number or need.weights < own)


def weights_size(tensors: Iterable[Tensor]) -> int | None:
    """Bytes of all tensors by their types; None when the width of one is not known, or there are none."""
    total = 0
    for tensor in tensors:
        size = tensor_size(tensor)
        if size is None or total > _MOST:
            return None
        total += size
    return total or None


def tensor_size(tensor: Tensor) -> int | None:
    """Bytes of one tensor; None when the width of its type is not known, or its shape is nonsense."""
    bits = _BITS.get(tensor.dtype)
    if bits is None:
        return None
    # Widths are sixteenths of a bit, so that the number stays exact.
    size = (tensor.elements * int(bits * 16) + 127) // 128
    return size if size <= _MOST else None


def parts_of_model(name: str) -> int:
    """How many files a model is spread over, by the name of one of them; 1 for a whole one."""
    found = _PART.search(name)
    return int(found[2]) if found and 0 < int(found[1]) <= int(found[2]) else 1


def size_of_parts(name: str, siblings: Iterable[tuple[str, int]]) -> int:
    """Bytes of all files of the model that ``name`` is one of, itself among them; 0 when it is whole, or when
    ``siblings`` (names and sizes of all in its folder) do not have every part once, with a size."""
    found = _PART.search(name)
    if found is None or parts_of_model(name) == 1:
        return 0
    before, after = name[: found.start()], name[found.end(2) :]
    sizes: dict[str, int] = {}
    for other, size in siblings:
        match = _PART.search(other)
        if (
            match
            and size  # else it is not known
            and match[2] == found[2]
            and other[: match.start()] == before
            and other[match.end(2) :] == after
        ):
            sizes[match[1]] = size
    return sum(sizes.values()) if len(sizes) == int(found[2]) else 0


def of_all_parts(needs: Iterable[MemoryNeed], size: int, whole: int) -> tuple[MemoryNeed, ...]:
    """What all ``whole`` bytes of a model want when one file of ``size`` bytes wants ``needs``."""
    return tuple(replace(need, weights=need.weights * whole // size) for need in needs)


def memory_of_this_computer() -> int | None:
    """Bytes of its main memory; None where the system does not say."""
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
    return size if size > 0 else None
