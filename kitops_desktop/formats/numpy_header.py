"""NumPy arrays: the header of a .npy file, and those of all arrays in a .npz archive."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NoReturn

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.pickle_opcodes import PickleGlobal, Steps, read_pickle
from kitops_desktop.formats.source import Bytes, MemoryBytes
from kitops_desktop.formats.values import Kind, Recognised, Tensor, facts, main_dtype, total_elements
from kitops_desktop.formats.zip_directory import ZipDirectory, read_member

FORMAT = "NumPy"
MAGIC = b"\x93NUMPY"
_MOST_HEADER = 1 << 20
"""Bytes, for records of thousands of fields. NumPy itself takes no more than 10,000 unless it is told to."""
_USUAL_HEADER = 10_000
_MOST_ARRAYS = 256
_MOST_DIMENSIONS = 64
_MOST_MORE = 4 << 20
"""Bytes of all arrays in an archive that are looked at beyond that: of objects and of longer headers."""
_SHAPE = re.compile(r"'shape'\s*:\s*\(([0-9, L]*)\)")
_SIMPLE = re.compile(r"'descr'\s*:\s*'([^']{1,64})'")
_FIELDS = re.compile(r"'descr'\s*:\s*\[")
_FORTRAN = re.compile(r"'fortran_order'\s*:\s*(True|False)")


@dataclass(frozen=True, slots=True)
class NumpyArray:
    """``dtype`` is NumPy's, as "<f4"; "records" for an array of those. ``start`` is where its data begins.

    ``imports`` are what loading its objects would import, as far as they were looked at.
    """

    shape: tuple[int, ...]
    dtype: str
    is_fortran: bool
    has_objects: bool
    start: int = 0
    imports: tuple[PickleGlobal, ...] = ()

    def recognised(self) -> Recognised:
        tensor = Tensor("", self.shape, self.dtype)
        return Recognised(
            Kind.DATASET,
            FORMAT,
            FORMAT,
            facts(("order", "Fortran" if self.is_fortran else "C"), ("elements", tensor.elements)),
            precision=self.dtype,
            tensors=(tensor,),
            warnings=_object_warnings(self.has_objects),
            dangerous_imports=_dangerous(self.imports),
            unknown_imports=_unknown(self.imports),
            imports=tuple(map(str, self.imports)),
        )


@dataclass(frozen=True, slots=True)
class NumpyArchive:
    """``more`` arrays were not looked at."""

    arrays: tuple[tuple[str, NumpyArray], ...]
    more: int

    def recognised(self) -> Recognised:
        tensors = tuple(Tensor(name, array.shape, array.dtype) for name, array in self.arrays)
        imports = tuple(sorted({found for _, array in self.arrays for found in array.imports}))
        return Recognised(
            Kind.DATASET,
            "NumPy archive",
            FORMAT,
            facts(
                ("arrays", len(self.arrays) + self.more),
                ("elements", None if self.more else total_elements(tensors)),
            ),
            precision=main_dtype(tensors),
            tensors=tensors,
            warnings=_object_warnings(any(array.has_objects for _, array in self.arrays)),
            dangerous_imports=_dangerous(imports),
            unknown_imports=_unknown(imports),
            imports=tuple(map(str, imports)),
        )


def read_npy(source: Bytes) -> NumpyArray:
    """Raises ``FormatError``."""
    array = _read_header(source)
    return replace(array, imports=_object_imports(source, array.start)) if array.has_objects else array


def _read_header(source: Bytes) -> NumpyArray:
    beginning = source.read(0, 12)
    start, length = _header_place(beginning)
    if length > _MOST_HEADER:
        _fail("its header is larger than any header should be")
    header = source.read(start, length)
    if len(header) < length:
        _fail("it ends before it should")
    array = _array(header.decode("utf-8" if beginning[6] == 3 else "latin-1", "replace"))
    return replace(array, start=start + length)


def _header_place(beginning: bytes) -> tuple[int, int]:
    """Where the header begins and how long it is; raises ``FormatError``."""
    if beginning[:6] != MAGIC or len(beginning) < 12:
        _fail("it does not begin as one")
    if beginning[6] not in (1, 2, 3):
        _fail(f"version {beginning[6]} is not known")
    width = 2 if beginning[6] == 1 else 4
    return 8 + width, int.from_bytes(beginning[8 : 8 + width], "little")


def is_numpy_archive(directory: ZipDirectory) -> bool:
    names = [member.name for member in directory.members]
    return bool(names) and all(name.endswith(".npy") for name in names)


def read_npz(source: Bytes, directory: ZipDirectory) -> NumpyArchive:
    """Raises ``FormatError``."""
    looked_at = directory.members[:_MOST_ARRAYS]
    arrays = []
    left, steps = _MOST_MORE, Steps()
    for member in looked_at:
        content = read_member(source, member, _USUAL_HEADER)
        size = min(sum(_header_place(content)), _MOST_HEADER)
        if len(content) < size <= left:
            content = read_member(source, member, size)
            left -= len(content)
        array = _read_header(MemoryBytes(content))
        if array.has_objects and left > 0:
            content = read_member(source, member, left)
            left -= len(content)
            array = replace(array, imports=_object_imports(MemoryBytes(content), array.start, steps))
        arrays.append((member.name.removesuffix(".npy"), array))
    return NumpyArchive(tuple(arrays), len(directory.members) - len(looked_at))


class _Rest:
    """What comes from offset ``start`` on, as ``Bytes``."""

    def __init__(self, source: Bytes, start: int) -> None:
        self._source, self._start = source, start
        self.size = max(0, source.size - start)

    def read(self, start: int, length: int, /) -> bytes:
        return self._source.read(self._start + start, length)


def _object_imports(source: Bytes, start: int, steps: Steps | None = None) -> tuple[PickleGlobal, ...]:
    """An array of objects is a pickle after its header; one that cannot be read imports nothing known."""
    try:
        return read_pickle(_Rest(source, start), steps).globals
    except FormatError:
        return ()


def _dangerous(imports: tuple[PickleGlobal, ...]) -> tuple[str, ...]:
    return tuple(str(found) for found in imports if found.is_dangerous)


def _unknown(imports: tuple[PickleGlobal, ...]) -> tuple[str, ...]:
    return tuple(str(found) for found in imports if not (found.is_dangerous or found.is_known_safe))


def _array(header: str) -> NumpyArray:
    shape, order = _SHAPE.search(header), _FORTRAN.search(header)
    simple = _SIMPLE.search(header)
    if shape is None or order is None or (simple is None and not _FIELDS.search(header)):
        _fail("its header does not say what it must")
    sizes = [size.strip(" L") for size in shape[1].split(",") if size.strip()]
    if len(sizes) > _MOST_DIMENSIONS or any(not size.isdigit() or len(size) > 18 for size in sizes):
        _fail("its shape cannot be right")
    has_objects = "O" in simple[1] if simple else bool(re.search(r"'[|<>=]?O[0-9]*'", header))
    return NumpyArray(
        tuple(int(size) for size in sizes),
        simple[1] if simple else "records",
        order[1] == "True",
        has_objects,
    )


def _object_warnings(has_objects: bool) -> tuple[str, ...]:
    return ("Its objects are pickles: loading them could run any program.",) if has_objects else ()


def _fail(reason: str) -> NoReturn:
    raise FormatError(FORMAT, reason)
