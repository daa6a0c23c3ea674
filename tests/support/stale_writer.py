"""Stands in for a `kit` that runs beside us: it loads the index files, waits, and writes them back whole.

Run as ``python -m support.stale_writer STORAGE``: prints "loaded", waits for a line, writes, prints
"written".
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).parents[1]


class StaleWriter:
    """The process, after it has loaded the files."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def write(self) -> None:
        """Have it write what it has loaded, and wait until it is done."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("write\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "written\n"


@contextmanager
def stale_writer(home: Path) -> Iterator[StaleWriter]:
    argv = [sys.executable, "-m", "support.stale_writer", str(home / "storage")]
    environment = os.environ | {"PYTHONPATH": str(TESTS)}
    with subprocess.Popen(
        argv, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loaded\n"
        yield StaleWriter(process)


def main(storage: Path) -> None:
    loaded = {path: path.read_bytes() for path in storage.glob("*.json")}
    sys.stdout.write("loaded\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        for path, content in loaded.items():
            path.write_bytes(content)
        sys.stdout.write("written\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
