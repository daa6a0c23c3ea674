"""The arrays that joblib writes between the instructions of a pickle: how many bytes of each there are."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

ALIGNMENT = "numpy_array_alignment_bytes"
DESCRIBING = frozenset({"shape", "dtype", ALIGNMENT})
"""What of the attributes of a wrapper tells where its array ends."""
WRAPPER = ("joblib.numpy_pickle", "NumpyArrayWrapper")
_PLAIN = re.compile(r"[<>|=]?([biufcmMSUV])(\d{1,9})")
_MOST_DIMENSIONS = 64
_LETTER = 4
"""Bytes of a character."""
_FLAGS, _HAS_OBJECTS = 7, 1
"""Where the state of a dtype has its flags, and the one of them that matters."""


@dataclass(frozen=True, slots=True)
class ArrayWrapper:
    """What stands for an array; when its attributes are set, the array follows."""


@dataclass(slots=True)
class ArrayType:
    """A dtype of NumPy by its name, as "f8". Of records, "V16" say, only the state tells ``has_objects``."""

    name: str
    has_objects: bool | None = None

    def set_state(self, state: object) -> None:
        if isinstance(state, tuple) and len(state) > _FLAGS and isinstance(flags := state[_FLAGS], int):
            self.has_objects = bool(flags & _HAS_OBJECTS)


def has_objects(said: Mapping[str, object]) -> bool:
    """Whether it is a pickle of its own that follows."""
    dtype = said.get("dtype")
    return isinstance(dtype, ArrayType) and bool(dtype.has_objects or "O" in dtype.name)


def array_size(said: Mapping[str, object]) -> int | None:
    """In bytes, without what it is aligned by; None for what cannot be told, and for objects."""
    dtype, shape = said.get("dtype"), said.get("shape")
    width = _width(dtype) if isinstance(dtype, ArrayType) else None
    if width is None or not isinstance(shape, tuple) or len(shape) > _MOST_DIMENSIONS:
        return None
    if not all(type(size) is int for size in shape):
        return None
    return math.prod(shape) * width


def _width(dtype: ArrayType) -> int | None:
    """Bytes of an element."""
    plain = _PLAIN.fullmatch(dtype.name)
    if plain is None or dtype.has_objects or (plain[1] == "V" and dtype.has_objects is None):
        return None
    return int(plain[2]) * (_LETTER if plain[1] == "U" else 1)
