"""The first rows of a Parquet file, by pyarrow, which is an optional extra: all else is known without it.

Some damaged files make pyarrow end its process, so it runs in one of its own (``preview.parquet_child``).
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.source import Bytes
from kitops_desktop.formats.values import clean
from kitops_desktop.preview.parquet_child import LENGTH_SIZE, SHOWN_ROWS

FORMAT = "Parquet"
_MOST_READ = 16 << 20
"""Bytes that are read for the rows, so that wide ones do not fetch half a file."""
_MOST_SECONDS = 60
_MOST_ANSWER = 4 << 20
_LONGEST_LINE = 100
_COMMAND = (sys.executable, "-P", "-m", "kitops_desktop.preview.parquet_child")


def can_read_rows() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("pyarrow") is not None


def first_rows(source: Bytes) -> tuple[tuple[str, ...], ...]:
    """The names of the first columns, then up to ``SHOWN_ROWS`` rows as text. Raises ``FormatError``, and
    what reading raises."""
    try:
        with _started(source.size) as process:
            rows = json.loads(_answer(process, source))
    except (OSError, ValueError, RecursionError) as error:
        raise FormatError(FORMAT, "its rows cannot be read") from error
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        raise FormatError(FORMAT, "its rows cannot be read")
    return tuple(tuple(clean(cell, 80) for cell in row) for row in rows[: SHOWN_ROWS + 1])


@contextmanager
def _started(size: int) -> Iterator[subprocess.Popen[bytes]]:
    """The process, which is ended at the end, or when it takes too long."""
    process = subprocess.Popen(
        [*_COMMAND, str(size)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"},  # others set much address space aside
    )
    end = threading.Timer(_MOST_SECONDS, process.kill)
    end.daemon = True
    end.start()
    try:
        yield process
    finally:
        end.cancel()
        process.kill()
        process.communicate()


def _answer(process: subprocess.Popen[bytes], source: Bytes) -> bytes:
    """Give what is asked for until the rows come. What comes from the process is believed no more than the
    file itself."""
    assert process.stdin is not None
    assert process.stdout is not None
    left = _MOST_READ
    while True:
        word, *numbers = process.stdout.readline(_LONGEST_LINE).split() or [b""]
        if word == b"read" and len(numbers) == 2:
            start, length = int(numbers[0]), int(numbers[1])
            left -= length
            if left < 0:
                raise FormatError(FORMAT, f"its rows are wider than the {_MOST_READ:,} bytes read for them")
            _give(process.stdin, source.read(start, length))
        elif word == b"rows" and len(numbers) == 1 and int(numbers[0]) <= _MOST_ANSWER:
            return process.stdout.read(int(numbers[0]))
        else:
            raise FormatError(FORMAT, "its rows cannot be read")


def _give(stream: IO[bytes], content: bytes) -> None:
    stream.write(len(content).to_bytes(LENGTH_SIZE, "little") + content)
    stream.flush()
