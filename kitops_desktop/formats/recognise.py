"""What a file is: by its bytes, with its name as a hint where bytes do not tell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from kitops_desktop.errors import FormatError
from kitops_desktop.formats import gguf, hdf5, lfs_pointer, numpy_header, parquet, zip_directory
from kitops_desktop.formats.compressed_pickle import looks_compressed, recognised_compressed_pickle
from kitops_desktop.formats.delimited import read_delimited
from kitops_desktop.formats.front_matter import looks_like_front_matter, read_front_matter
from kitops_desktop.formats.json_document import recognised_json
from kitops_desktop.formats.json_lines import read_json_lines
from kitops_desktop.formats.onnx import looks_like_onnx, read_onnx
from kitops_desktop.formats.pickle_opcodes import looks_like_pickle, read_pickle
from kitops_desktop.formats.safetensors import looks_like_safetensors, read_safetensors
from kitops_desktop.formats.source import UNKNOWN_SIZE, Bytes
from kitops_desktop.formats.torch_zip import is_torch, read_torch_zip
from kitops_desktop.formats.values import Recognised

_BEGINNING = 64
_Reader = Callable[[Bytes], Recognised | None]


def recognise(source: Bytes, name: str = "") -> Recognised | None:
    """What is known of a file; None when its format is not known.

    Raises ``FormatError`` for a file that begins, or is named, as one of a known format and is none.
    """
    beginning = source.read(0, _BEGINNING)
    reader = _by_bytes(beginning, source.size) or _by_name(name, beginning)
    if reader is not None:
        return reader(source)
    return _perhaps_onnx(source) if looks_like_onnx(beginning) else None


def is_known_by_its_front(beginning: bytes) -> bool:
    """Whether all that is said of a file that begins so stands near its beginning, however large it is."""
    return _by_bytes(beginning, UNKNOWN_SIZE) in (_gguf, _safetensors)


def needs_its_end(beginning: bytes, name: str) -> bool:
    """Whether a file cannot be told for what it is before it is known where it ends."""
    reader = _by_bytes(beginning, UNKNOWN_SIZE) or _by_name(name, beginning)
    return looks_like_onnx(beginning) if reader is None else reader in _BY_THEIR_ENDS


def _by_bytes(beginning: bytes, size: int) -> _Reader | None:
    for magic, reader in _MAGICS:
        if beginning.startswith(magic):
            return reader
    if looks_like_safetensors(beginning, size):
        return _safetensors
    return _pickle if looks_like_pickle(beginning) else None


def _by_name(name: str, beginning: bytes) -> _Reader | None:
    if not beginning:
        return None
    path = PurePosixPath(name)
    if path.stem.casefold() == "readme":
        return _front_matter if looks_like_front_matter(beginning) else None
    suffix = path.suffix.casefold()
    reader = _SUFFIXES.get(PurePosixPath(path.stem).suffix.casefold() if suffix in _COMPRESSED else suffix)
    if suffix in _COMPRESSED and reader is not _pickle:
        return None
    return recognised_compressed_pickle if reader is _pickle and looks_compressed(beginning) else reader


def _zip(source: Bytes) -> Recognised:
    directory = zip_directory.read_zip(source)
    if is_torch(directory):
        return read_torch_zip(source, directory).recognised()
    if numpy_header.is_numpy_archive(directory):
        return numpy_header.read_npz(source, directory).recognised()
    return directory.recognised()


def _perhaps_onnx(source: Bytes) -> Recognised | None:
    """Many files begin so by chance."""
    try:
        return read_onnx(source).recognised()
    except FormatError:
        return None


def _safetensors(source: Bytes) -> Recognised:
    return read_safetensors(source).recognised()


def _gguf(source: Bytes) -> Recognised:
    return gguf.read_gguf(source).recognised()


def _onnx(source: Bytes) -> Recognised:
    return read_onnx(source).recognised()


def _pickle(source: Bytes) -> Recognised:
    return read_pickle(source).recognised()


def _npy(source: Bytes) -> Recognised:
    return numpy_header.read_npy(source).recognised()


def _hdf5(source: Bytes) -> Recognised:
    return hdf5.read_hdf5(source).recognised()


def _parquet(source: Bytes) -> Recognised:
    return parquet.read_parquet(source).recognised()


def _delimited(source: Bytes) -> Recognised:
    return read_delimited(source).recognised()


def _json_lines(source: Bytes) -> Recognised:
    return read_json_lines(source).recognised()


def _front_matter(source: Bytes) -> Recognised | None:
    card = read_front_matter(source)
    return None if card is None else card.recognised()


_MAGICS: tuple[tuple[bytes, _Reader], ...] = (
    (gguf.MAGIC, _gguf),
    (numpy_header.MAGIC, _npy),
    (hdf5.MAGIC, _hdf5),
    (parquet.MAGIC, _parquet),
    (lfs_pointer.MAGIC, lfs_pointer.recognised_pointer),
    *((magic, _zip) for magic in zip_directory.MAGICS),
)
_SUFFIXES: dict[str, _Reader] = {
    ".safetensors": _safetensors,
    ".gguf": _gguf,
    ".onnx": _onnx,
    ".npy": _npy,
    ".npz": _zip,
    ".zip": _zip,
    ".pkl": _pickle,
    ".pickle": _pickle,
    ".joblib": _pickle,
    ".pt": _pickle,
    ".pth": _pickle,
    ".h5": _hdf5,
    ".hdf5": _hdf5,
    ".parquet": _parquet,
    ".csv": _delimited,
    ".tsv": _delimited,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".json": recognised_json,
    ".ipynb": recognised_json,
}
"""``.bin`` and ``.ckpt`` are not here: they may be anything."""
_COMPRESSED = frozenset({".gz", ".bz2", ".xz", ".zst", ".lzma", ".lz4", ".z"})
"""What stands behind the suffix of a pickle, as pandas and joblib have it."""
_BY_THEIR_ENDS = (_zip, _parquet, _onnx, _npy, _pickle)
"""Their directory stands there, or they are read piece by piece for as long as there are pieces."""
