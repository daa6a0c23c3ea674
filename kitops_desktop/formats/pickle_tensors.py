"""The tensors of PyTorch in a pickle: what would be rebuilt, and the names under which it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kitops_desktop.formats.joblib_arrays import DESCRIBING
from kitops_desktop.formats.values import Tensor

_MOST_TENSORS = 200_000
_MOST_DIMENSIONS = 64
_MOST_LEVELS = 8
"""Names are joined through so many dictionaries in one another."""
_MOST_NAME = 200
_REBUILDERS = frozenset(
    {"_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_qtensor",
     "_rebuild_meta_tensor_no_storage"}
)  # fmt: skip
_PASSED_ON = frozenset({"_rebuild_parameter", "_rebuild_parameter_with_state"})
"""What these make has the name and shape of their first argument."""
_OF_TYPE = ("torch._tensor", "_rebuild_from_type_v2")
"""What this makes is what another function makes of other arguments, as a class of its own."""
_STORAGES = {
    "Float": "float32", "Double": "float64", "Half": "float16", "BFloat16": "bfloat16", "Long": "int64",
    "Int": "int32", "Short": "int16", "Char": "int8", "Byte": "uint8", "Bool": "bool",
    "ComplexFloat": "complex64", "ComplexDouble": "complex128",
}  # fmt: skip
_OF_MODULES = frozenset({"_parameters", "_buffers", "_modules"})
"""Where a module keeps what it has; PyTorch's own names leave these out."""
_DTYPE = 6


@dataclass(frozen=True, slots=True)
class Named:
    """Something that is imported from ``module``."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Persistent:
    """What a persistent id stands for."""

    identity: object


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A tensor, by its number among all."""

    number: int


@dataclass(slots=True)
class Mapping:
    """A dictionary, or an object by its attributes, with the tensors in it and below it, and what it may say
    of an array; most have neither. ``levels`` are how many dictionaries lie in one another here."""

    tensors: tuple[int, ...] | list[int] = ()
    array: dict[str, object] | None = None
    levels: int = 1
    is_named: bool = False

    def add(self, tensors: Sequence[int]) -> None:
        if isinstance(self.tensors, tuple):
            self.tensors = []
        self.tensors += tensors


class PickleTensors:
    """What is found, in the order in which it would be made."""

    def __init__(self) -> None:
        self.found: list[Tensor] = []
        self._named: set[int] = set()

    def called(self, function: object, arguments: object) -> object:
        """What calling a function of PyTorch makes, as far as it is tensors; else None."""
        if _is_of_type(function) and isinstance(arguments, tuple) and len(arguments) > 2:
            function, _, arguments, *_ = arguments
        if not isinstance(function, Named) or not isinstance(arguments, tuple) or not arguments:
            return None
        if function.module != "torch._utils":
            return None
        if function.name in _PASSED_ON:
            return arguments[0] if isinstance(arguments[0], Rebuilt) else None
        tensor = _rebuilt(function.name, arguments)
        if tensor is None or len(self.found) >= _MOST_TENSORS:
            return None
        self.found.append(tensor)
        return Rebuilt(len(self.found) - 1)

    def keep(self, mapping: Mapping, key: object, value: object) -> None:
        """A value gets the name that it is kept under first."""
        if isinstance(key, str) and key in DESCRIBING:
            mapping.array = {**(mapping.array or {}), key: value}
        name = str(key)[:_MOST_NAME] if isinstance(key, (str, int)) else ""
        if isinstance(value, Rebuilt) and value.number not in self._named:
            self._named.add(value.number)
            mapping.add([value.number])
            self._prefix([value.number], name)
        elif isinstance(value, Mapping) and not value.is_named and value is not mapping:
            value.is_named = True
            if value.levels < _MOST_LEVELS and value.tensors:
                mapping.levels = max(mapping.levels, value.levels + 1)
                mapping.add(value.tensors)
                self._prefix(value.tensors, "" if name in _OF_MODULES else name)

    def _prefix(self, numbers: Sequence[int], name: str) -> None:
        for number in numbers if name else ():
            tensor = self.found[number]
            if len(tensor.name) < _MOST_NAME:
                joined = f"{name}.{tensor.name}" if tensor.name else name
                self.found[number] = replace(tensor, name=joined)


def _is_of_type(function: object) -> bool:
    return isinstance(function, Named) and (function.module, function.name) == _OF_TYPE


def _rebuilt(function: str, arguments: tuple[object, ...]) -> Tensor | None:
    if function not in _REBUILDERS:
        return None
    if function == "_rebuild_meta_tensor_no_storage":
        dtype, shape = _dtype(arguments[0]), arguments[1] if len(arguments) > 1 else None
    else:
        shape = arguments[2] if len(arguments) > 2 else None
        dtype = _dtype_of_storage(arguments[0])
        if function == "_rebuild_tensor_v3" and len(arguments) > _DTYPE:
            dtype = _dtype(arguments[_DTYPE])
    if not dtype or not isinstance(shape, tuple) or len(shape) > _MOST_DIMENSIONS:
        return None
    sizes = tuple(size for size in shape if type(size) is int and 0 <= size < 1 << 63)
    return Tensor("", sizes, dtype) if len(sizes) == len(shape) else None


def _dtype(value: object) -> str:
    return value.name if isinstance(value, Named) and value.module == "torch" else ""


def _dtype_of_storage(storage: object) -> str:
    """Out of ``("storage", type, key, place, elements)``."""
    identity = storage.identity if isinstance(storage, Persistent) else None
    if not isinstance(identity, tuple) or len(identity) < 2 or not isinstance(identity[1], Named):
        return ""
    name = identity[1].name.removesuffix("Storage")
    return _STORAGES.get(name, name.lower())
