"""The first rows of a Parquet file, by pyarrow, which is an optional extra: all else is known without it."""

from __future__ import annotations

import importlib.util
import io
from typing import Any

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.source import Bytes
from kitops_desktop.formats.values import clean
from kitops_desktop.progress import Cancelled

FORMAT = "Parquet"
SHOWN_ROWS = 20
_MOST_COLUMNS = 50
_MOST_READ = 16 << 20
"""Bytes that are read for the rows, so that wide ones do not fetch half a file."""
_MOST_GROUP = 256 << 20
"""Bytes, uncompressed, of the columns of the first row group; pages of a group are unpacked as a whole."""
_BUFFER = 64 << 10


def can_read_rows() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("pyarrow") is not None


def first_rows(source: Bytes) -> tuple[tuple[str, ...], ...]:
    """The names of the first columns, then the first rows as text. Raises ``FormatError``."""
    import pyarrow
    from pyarrow import parquet

    ranges = _Ranges(source)
    try:
        file = parquet.ParquetFile(
            pyarrow.PythonFile(ranges, mode="r"), buffer_size=_BUFFER, pre_buffer=False
        )
        if not file.metadata.num_row_groups:
            return (tuple(clean(name, 80) for name in file.schema_arrow.names[:_MOST_COLUMNS]),)
        return _rows(file)
    except (pyarrow.ArrowException, OSError, ValueError, KeyError, OverflowError) as error:
        if ranges.cancelled is not None:
            raise ranges.cancelled from error
        if ranges.is_too_much:
            raise FormatError(
                FORMAT, f"its rows are wider than the {_MOST_READ:,} bytes read for them"
            ) from error
        raise FormatError(FORMAT, "its rows cannot be read") from error


def _rows(file: Any) -> tuple[tuple[str, ...], ...]:  # noqa: ANN401 - pyarrow has no types
    group = file.metadata.row_group(0)
    names = file.schema_arrow.names[:_MOST_COLUMNS]
    if sum(group.column(number).total_uncompressed_size for number in range(group.num_columns)) > _MOST_GROUP:
        raise FormatError(FORMAT, f"its rows come in pieces of more than {_MOST_GROUP:,} bytes")
    batches = file.iter_batches(SHOWN_ROWS, row_groups=[0], columns=names, use_threads=False)
    batch = next(batches, None)
    values = [] if batch is None else batch.slice(0, SHOWN_ROWS).to_pylist()
    return (
        tuple(clean(name, 80) for name in names),
        *(tuple(_cell(row.get(name)) for name in names) for row in values),
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    return clean(value, 80)


class _Ranges(io.RawIOBase):
    """Any range of a file as pyarrow asks for it, and no more than may be read.

    What is raised here loses its class on the way through pyarrow, so it is kept.
    """

    def __init__(self, source: Bytes) -> None:
        super().__init__()
        self._source = source
        self._place = 0
        self._left = _MOST_READ
        self.is_too_much = False
        self.cancelled: Cancelled | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._source.size}[whence]
        self._place = max(0, begin + offset)
        return self._place

    def tell(self) -> int:
        return self._place

    def size(self) -> int:
        return self._source.size

    def read(self, size: int = -1, /) -> bytes:
        size = self._source.size - self._place if size < 0 else size
        if size > self._left:
            self.is_too_much = True
            raise OSError("too much would be read")
        try:
            block = self._source.read(self._place, size)
        except Cancelled as error:
            self.cancelled = error
            raise
        self._left -= len(block)
        self._place += len(block)
        return block
