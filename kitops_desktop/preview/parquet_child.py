"""The program that reads the rows of one Parquet file with pyarrow, in a process of its own.

pyarrow ends the whole process for some damaged files, so it must not run in that of the window. This one has
no file: it asks the process that started it for ranges, on its standard output, and gets them on its standard
input (``preview.parquet_rows`` is the other side). Then it says what it found, or nothing at all.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import suppress
from typing import Any, BinaryIO

from kitops_desktop.formats.values import cell, clean

SHOWN_ROWS = 20
LENGTH_SIZE = 8
_MOST_COLUMNS = 50
_MOST_GROUP = 256 << 20
"""Bytes, uncompressed, of the columns of the first row group; pages are unpacked as a whole."""
_MOST_MEMORY = 3 << 30
"""Bytes of address space, of which libraries take a good deal for nothing."""
_MOST_SECONDS = 20
"""Of computing; waiting does not count."""
_BUFFER = 64 << 10


class AskedFile(io.RawIOBase):
    """A file of which any range is asked for: ``read START LENGTH`` in a line, then length and bytes come."""

    def __init__(self, size: int, asking: BinaryIO, answers: BinaryIO) -> None:
        super().__init__()
        self._size = size
        self._asking, self._answers = asking, answers
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def size(self) -> int:
        return self._size

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, begin + offset)
        return self._place

    def tell(self) -> int:
        return self._place

    def read(self, size: int = -1, /) -> bytes:
        left = max(0, self._size - self._place)
        size = left if size < 0 else min(size, left)
        self._asking.write(b"read %d %d\n" % (self._place, size))
        self._asking.flush()
        length = int.from_bytes(_exactly(self._answers, LENGTH_SIZE), "little")
        block = _exactly(self._answers, length)
        self._place += len(block)
        return block


def main() -> int:
    _limit()
    out = sys.stdout.buffer
    rows = read_rows(AskedFile(int(sys.argv[1]), out, sys.stdin.buffer))
    content = json.dumps(rows).encode()
    out.write(b"rows %d\n" % len(content) + content)
    out.flush()
    return 0


def read_rows(source: io.RawIOBase) -> list[list[str]]:
    """The names of the first columns, then the first rows; raises all that pyarrow raises."""
    import pyarrow
    from pyarrow import parquet

    file = parquet.ParquetFile(pyarrow.PythonFile(source, mode="r"), buffer_size=_BUFFER, pre_buffer=False)
    names = file.schema_arrow.names[:_MOST_COLUMNS]
    heads = [clean(name, 80) for name in names]
    if not file.metadata.num_row_groups:
        return [heads]
    group = file.metadata.row_group(0)
    if sum(group.column(number).total_uncompressed_size for number in range(group.num_columns)) > _MOST_GROUP:
        raise ValueError("its rows come in pieces that are too large")
    batches = file.iter_batches(SHOWN_ROWS, row_groups=[0], columns=names, use_threads=False)
    batch = next(batches, None)
    if batch is None:
        return [heads]
    columns = [_values(column) for column in batch.slice(0, SHOWN_ROWS).columns]
    heads = [clean(name, 80) for name in batch.schema.names]
    return [heads, *([_cell(value) for value in row] for row in zip(*columns, strict=True))]


def _values(column: Any) -> list[Any]:  # noqa: ANN401 - an array of pyarrow
    """For some types there is no value of Python, as for times in nanoseconds: those are shown as text."""
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError, NotImplementedError):
        try:
            values = column.cast("string").to_pylist()
        except (ValueError, NotImplementedError):
            values = ["?"] * len(column)
    return values


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a column holds
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    return cell(value) if isinstance(value, (list, dict)) else clean(value, 80)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _limit() -> None:
    """Have the system end this process rather than let it take too much; where there are such limits."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


if __name__ == "__main__":
    sys.exit(main())
